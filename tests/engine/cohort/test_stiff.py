"""Stiff models: recognised, run by the implicit method, and exact; and what a run says of its steps."""

import numpy as np
import pytest

from immunereset.engine import Cohort, Course, Event, ModelError, Protocol, simulate, simulate_cohort
from immunereset.engine.cohort.rosenbrock import _factored
from immunereset.models.tolerance import tolerance
from tests.engine.small_models import decay, fading, follower, robertson, sir, switch

ROBERTSON = {
    "Robertson, day 40": (40.0, [0.7158270688, 9.185534764e-6, 0.2841637457]),
    "Robertson, day 1e5": (1e5, [1.786592114e-2, 7.274753468e-8, 0.9821340061]),
}
"""Robertson's problem: values on the day, from Radau at 1e-13 (and, for day 40, Hairer and Wanner 1996)."""


@pytest.mark.parametrize(("until", "expected"), ROBERTSON.values(), ids=ROBERTSON)
@pytest.mark.parametrize("method", [None, "implicit"])
def test_robertson_is_recognised_and_exact(until, expected, method):
    run = simulate_cohort(robertson, 3, until, points=[until], rtol=1e-8, atol=1e-13, backend="numpy", method=method)
    assert [run[s][0, 1] for s in robertson.states] == pytest.approx(expected, rel=2e-6)
    assert run.solution.implicit.all() and run.solution.steps.max() < 1500


def test_the_reference_values_are_those_of_another_method():
    for until, expected in ROBERTSON.values():
        final = simulate(robertson, until, points=[until], rtol=1e-12, atol=1e-16, method="Radau").final
        assert list(final.values()) == pytest.approx(expected, rel=1e-8)


def test_only_the_stiff_patients_of_a_cohort_take_the_implicit_method():
    r = np.array([0.5, 100.0, 1.0, 50.0, 0.1])
    points = np.linspace(0.0, 200.0, 11)
    run = simulate_cohort(follower, Cohort(5, r=r), 200.0, points=points, backend="numpy")
    assert run.solution.implicit.tolist() == [False, True, False, True, False]
    for k in range(5):
        single = simulate(follower, 200.0, points=points, rtol=1e-11, atol=1e-12, method="Radau", r=r[k])
        assert run["x"][:, k] == pytest.approx(single["x"], rel=2e-5)
    slow = simulate_cohort(follower, Cohort(5, r=r), 200.0, points=points, backend="numpy", method="explicit")
    assert slow["x"] == pytest.approx(run["x"], rel=2e-5) and not slow.solution.implicit.any()
    assert slow.solution.steps[1] > 10 * run.solution.steps[1]


def test_a_short_run_of_a_stiff_model_is_not_worth_the_change():
    assert not simulate_cohort(follower, 1, 2.0, backend="numpy").solution.implicit.any()


@pytest.mark.parametrize("model", [decay, sir, switch, tolerance], ids=lambda m: m.name)
def test_both_methods_agree_on_models_that_are_not_stiff(model):
    options = {"points": np.linspace(0, 400, 9), "rtol": 1e-9, "atol": 1e-12, "backend": "numpy"}
    one, other = (simulate_cohort(model, 4, 400.0, **options, method=m) for m in ("explicit", "implicit"))
    for state in model.states:
        assert other[state] == pytest.approx(one[state], rel=1e-6, abs=1e-8)


def test_the_implicit_method_keeps_events_courses_and_the_day():
    protocol = Protocol(
        Course("u", 5.0, start=20.0, duration=30.0, half_life=4.0),
        Course("u", 1.0, start=60.0, duration=1.5),
        Event("wash", 40.0, lambda y, p: {"x": 0.0, "z": 0.5 * y.z}),
    )
    points = np.sort(np.append(np.linspace(0.0, 100.0, 41), [40.001, 20.001, 61.7]))
    single = simulate(follower, 100.0, protocol, points=points, rtol=1e-11, atol=1e-12, method="Radau")
    for method in (None, "implicit"):
        run = simulate_cohort(follower, 2, 100.0, protocol, points=points, rtol=1e-8, backend="numpy", method=method)
        assert run["x"][:, 1] == pytest.approx(single["x"], rel=1e-6, abs=1e-7)
        assert run["z"][:, 1] == pytest.approx(single["z"], rel=1e-6)
        assert run.solution.implicit.all()


def test_the_implicit_method_is_of_order_four():
    """A tolerance a hundred times smaller costs the root of order 4 in steps: its error estimate has order 3 + 1."""
    steps = [
        simulate_cohort(decay, 1, 60.0, fading, rtol=r, atol=r, backend="numpy", method="implicit").solution.steps[0]
        for r in (1e-6, 1e-8, 1e-10)
    ]
    assert steps[1] / steps[0] == pytest.approx(100**0.25, rel=0.2)
    assert steps[2] / steps[1] == pytest.approx(100**0.25, rel=0.2)
    exact = simulate(decay, 60.0, fading, rtol=1e-12, atol=1e-13).final["A"]
    run = simulate_cohort(decay, 1, 60.0, fading, rtol=1e-10, atol=1e-12, backend="numpy", method="implicit")
    assert run.final["A"][0] == pytest.approx(exact, rel=1e-9)


def test_linear_systems_are_solved_with_pivoting():
    rng = np.random.default_rng(2)
    matrix, right = rng.standard_normal((5, 5, 300)), rng.standard_normal((5, 300))
    matrix[0, 0, ::3] = 0.0
    expected = np.linalg.solve(matrix.transpose(2, 0, 1), right.T[:, :, None])[:, :, 0].T
    assert _factored(matrix.copy())(right) == pytest.approx(expected, rel=1e-7)
    matrix[:, 1, 7] = 0.0
    with np.errstate(all="ignore"):
        solved = _factored(matrix.copy())(right)
    assert not np.isfinite(solved[:, 7]).all() and np.isfinite(np.delete(solved, 7, axis=1)).all()


@pytest.mark.parametrize("rtol", [1e-4, 1e-7])
def test_a_run_tells_the_tolerance_that_its_steps_kept(rtol):
    run = simulate_cohort(sir, Cohort(40, beta=np.linspace(0.2, 2.0, 40)), 60.0, rtol=rtol, backend="numpy")
    assert run.solution.error.shape == run.solution.steps.shape == (40,)
    assert (run.solution.error <= 1.0).all() and (run.solution.error > 0.1).all()


def test_methods_and_tolerances_are_checked():
    with pytest.raises(ModelError, match="method 'euler' is not known; known: explicit, implicit"):
        simulate_cohort(decay, 2, 10, method="euler")
    with pytest.raises(ModelError, match="rtol is 0; it must be above 0"):
        simulate_cohort(decay, 2, 10, rtol=0.0)
