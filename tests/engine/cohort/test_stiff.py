"""Stiff patients in NumPy: recognised, run by the implicit method, and exact; and what a run says of its steps."""

import numpy as np
import pytest

from immunereset.engine import Cohort, Course, Event, ModelError, Protocol, RunError, simulate, simulate_cohort
from immunereset.engine.cohort import batch, rosenbrock
from immunereset.engine.protocol import Schedule
from immunereset.models.tolerance import tolerance
from tests.engine.small_models import decay, fading, follower, robertson, sir, switch

ROBERTSON = {
    "Robertson, day 40": (40.0, [0.7158270688, 9.185534764e-6, 0.2841637457]),
    "Robertson, day 1e5": (1e5, [1.786592114e-2, 7.274753468e-8, 0.9821340061]),
}
"""Robertson's problem: values on the day, from Radau at 1e-13 (and, for day 40, Hairer and Wanner 1996)."""

TREATED = Protocol(
    Course("u", 5.0, start=20.0, duration=30.0, half_life=4.0),
    Course("u", 1.0, start=60.0, duration=1.5),
    Event("wash", 40.0, lambda y, p: {"x": 0.0, "z": 0.5 * y.z}),
)


def implicitly(model, until, protocol=None, *, points, rtol, atol, patients=1):
    """Run patients by the implicit method alone; return their states, shape (patients, points, states), and their steps."""
    schedule = Schedule(model, protocol, model.values({}, protocol, patients=patients), until, patients)
    out, steps = np.empty((patients, len(points), len(model.states))), np.zeros(patients, int)
    everyone = np.arange(patients)
    begin = everyone, np.zeros(patients), model.start_vector(patients=patients), np.zeros_like(everyone)
    under_way = batch.Batch(schedule, rosenbrock, *begin, rtol, atol)
    assert batch._run(under_way, np.append(points, np.inf), out, steps, 0) == []
    return out, steps


@pytest.mark.parametrize(("until", "expected"), ROBERTSON.values(), ids=ROBERTSON)
def test_robertson_is_recognised_and_exact(until, expected):
    run = simulate_cohort(robertson, 3, until, points=[until], rtol=1e-8, atol=1e-13, backend="numpy")
    assert [run[s][0, 1] for s in robertson.states] == pytest.approx(expected, rel=2e-6)
    assert run.steps.max() < 1500
    other = simulate(robertson, until, points=[until], rtol=1e-12, atol=1e-16, method="Radau").final
    assert list(other.values()) == pytest.approx(expected, rel=1e-8)


def test_stiff_patients_among_others_are_right_and_take_few_steps():
    r = np.array([0.5, 1000.0, 1.0, 500.0, 0.1])
    points = np.sort(np.append(np.linspace(0.0, 100.0, 41), [40.001, 20.001, 61.7]))
    run = simulate_cohort(follower, Cohort(5, r=r), 100.0, TREATED, points=points, rtol=1e-8, backend="numpy")
    for k in range(5):
        single = simulate(follower, 100.0, TREATED, points=points, rtol=1e-11, atol=1e-12, method="Radau", r=r[k])
        assert run["x"][:, k] == pytest.approx(single["x"], rel=1e-6, abs=1e-7)
        assert run["z"][:, k] == pytest.approx(single["z"], rel=1e-6)
    # By stability alone, 1000 a day would take 100 · 1000 / 3.3 steps.
    assert run.steps.max() < 2000


def test_a_patient_is_the_same_in_any_company():
    r = np.array([0.5, 1000.0, 1.0, 500.0, 0.1])
    together = simulate_cohort(follower, Cohort(5, r=r), 100.0, TREATED, backend="numpy")
    for k in range(5):
        alone = simulate_cohort(follower, Cohort(1, r=r[[k]]), 100.0, TREATED, backend="numpy")
        assert alone["x"][:, 0] == pytest.approx(together["x"][:, k], rel=1e-6)
        assert alone.steps[0] == pytest.approx(together.steps[k], rel=0.05)


def test_a_short_run_of_a_stiff_model_is_not_worth_the_change(monkeypatch):
    monkeypatch.setattr(rosenbrock, "attempt", None)
    assert simulate_cohort(follower, 1, 1.0, backend="numpy").steps[0] > 30
    with pytest.raises(TypeError):
        simulate_cohort(follower, 1, 200.0, backend="numpy")


@pytest.mark.parametrize("model", [decay, sir, switch, tolerance], ids=lambda m: m.name)
def test_both_methods_agree_on_models_that_are_not_stiff(model):
    options = {"points": np.linspace(0, 400, 9), "rtol": 1e-9, "atol": 1e-12}
    one, other = simulate_cohort(model, 4, 400.0, **options, backend="numpy"), implicitly(model, 400.0, **options)
    for state, values in zip(model.states, other[0][0].T):
        assert values == pytest.approx(one[state][:, 0], rel=1e-6, abs=1e-8)


def test_the_implicit_method_keeps_events_courses_and_the_day():
    points = np.array([0.0, 20.001, 33.0, 40.0, 40.001, 61.7, 70.0])
    single = simulate(follower, 70.0, TREATED, points=points, rtol=1e-11, atol=1e-12, method="Radau")
    y, _ = implicitly(follower, 70.0, TREATED, points=points, rtol=1e-8, atol=1e-9, patients=2)
    for values, state in zip(y[1].T, follower.states):
        assert values == pytest.approx(single[state], rel=1e-6, abs=1e-7)


def test_the_implicit_method_is_of_order_four():
    """A tolerance a hundred times smaller costs the root of order 4 in steps: its error estimate has order 3 + 1."""
    found = [implicitly(decay, 60.0, fading, points=[60.0], rtol=r, atol=r) for r in (1e-6, 1e-8, 1e-10)]
    few, more, many = (steps[0] for _, steps in found)
    assert more / few == pytest.approx(100**0.25, rel=0.2)
    assert many / more == pytest.approx(100**0.25, rel=0.2)
    exact = simulate(decay, 60.0, fading, rtol=1e-12, atol=1e-13).final["A"]
    assert found[-1][0][0, 0, 0] == pytest.approx(exact, rel=1e-9)


def test_matrices_are_inverted_and_a_pivot_that_vanishes_shows():
    matrix = np.random.default_rng(2).standard_normal((5, 5, 300)) + 4.0 * np.eye(5)[:, :, None]
    expected = np.linalg.inv(matrix.transpose(2, 0, 1)).transpose(1, 2, 0)
    matrix[0, 0, 7] = 0.0
    with np.errstate(all="ignore"):
        rosenbrock.inverted(matrix)
    assert np.delete(matrix, 7, axis=2) == pytest.approx(np.delete(expected, 7, axis=2), rel=1e-6, abs=1e-9)
    assert not np.isfinite(matrix[..., 7]).any()


def test_a_patient_for_whom_the_steps_cannot_suffice_is_refused(monkeypatch):
    monkeypatch.setattr(batch, "MOST_STEPS", 300)
    monkeypatch.setattr(batch, "STABILITY", np.inf)
    with pytest.raises(RunError, match=r"'follower' needs more than 300 steps for patient 1"):
        simulate_cohort(follower, Cohort(3, r=np.array([0.5, 1e5, 1.0])), 20.0, backend="numpy")


def test_a_run_tells_how_many_steps_each_patient_took():
    patients = Cohort(40, beta=np.linspace(0.2, 2.0, 40))
    loose, tight = (simulate_cohort(sir, patients, 60.0, rtol=r, backend="numpy").steps for r in (1e-4, 1e-7))
    assert loose.shape == (40,) and (loose > 10).all() and (tight > loose).all()
    assert simulate(sir, 60.0).steps is None


def test_tolerances_are_checked():
    with pytest.raises(ModelError, match="rtol is 0; it must be above 0"):
        simulate_cohort(decay, 2, 10, rtol=0.0)
