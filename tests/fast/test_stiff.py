"""The implicit method of compiled cohorts: patients are handed to it in time, and it is exact and of its order."""

import numpy as np
import pytest

from immunereset.engine import Cohort, Course, Event, Protocol, simulate, simulate_cohort
from immunereset.engine.protocol import Schedule
from immunereset.fast import cohort as compiled
from tests.engine.small_models import decay, fading, follower, robertson

ROBERTSON = {
    "Robertson, day 40": (40.0, [0.7158270688, 9.185534764e-6, 0.2841637457]),
    "Robertson, day 1e5": (1e5, [1.786592114e-2, 7.274753468e-8, 0.9821340061]),
}
"""Robertson's problem: values on the day, from Radau at 1e-13 (and, for day 40, Hairer and Wanner 1996)."""


@pytest.fixture
def with_numba():
    pytest.importorskip("numba", reason="The compiled backend needs numba: pip install immunereset[fast]")


def implicitly(model, until, protocol=None, *, points, rtol, atol, patients=1, **changes):
    """Run patients by the implicit method alone; return their states and their steps."""
    values = model.values(changes, protocol, patients=patients)
    schedule = Schedule(model, protocol, values, until, patients)
    out, steps = np.empty((patients, len(points), len(model.states))), np.zeros(patients, int)
    begin = np.concatenate([np.zeros((2, patients)), model.start_vector(patients=patients)])
    kernel, everyone = compiled._Kernel(model, protocol, "implicit"), np.arange(patients)
    kernel.run(schedule, everyone, begin, np.array(points), rtol, atol, out, steps, looking=False)
    return out, steps


@pytest.mark.parametrize(("until", "expected"), ROBERTSON.values(), ids=ROBERTSON)
def test_robertson_is_recognised_and_exact(until, expected, with_numba):
    run = simulate_cohort(robertson, 3, until, points=[until], rtol=1e-8, atol=1e-13, backend="compiled")
    assert [run[s][0, 1] for s in robertson.states] == pytest.approx(expected, rel=2e-6)
    assert run.steps.max() < 1500


def test_the_reference_values_are_those_of_another_method():
    for until, expected in ROBERTSON.values():
        final = simulate(robertson, until, points=[until], rtol=1e-12, atol=1e-16, method="Radau").final
        assert list(final.values()) == pytest.approx(expected, rel=1e-8)


def test_only_the_stiff_patients_of_a_cohort_take_the_implicit_method(with_numba):
    """Where nobody is stiff, the steps are those of NumPy; by stability alone, the others would need some 6000."""
    r = np.resize([0.5, 100.0, 1.0, 50.0, 0.1], 70)
    course = Protocol(Course("u", 2.0, start=150.0, duration=20.0, half_life=5.0))
    wash = Protocol(Event("wash", 90.0, lambda y, p: {"x": 0.0}))
    for protocol in (course, course + wash):
        ours, theirs = (
            simulate_cohort(follower, Cohort(70, r=r), 200.0, protocol, points=np.linspace(0.0, 200.0, 21), rtol=1e-8,
                            atol=1e-11, backend=backend)
            for backend in ("compiled", "numpy")
        )  # fmt: skip
        for state in follower.states:
            assert ours[state] == pytest.approx(theirs[state], rel=1e-6, abs=1e-9)
        assert ours.steps[r > 10].max() < 2000
        assert ours.steps[r < 10] == pytest.approx(theirs.steps[r < 10], rel=0.05)
        assert (ours.steps > 20).all()


def test_it_keeps_events_courses_and_the_day(uncompiled):
    protocol = Protocol(
        Course("u", 5.0, start=20.0, duration=30.0, half_life=4.0),
        Course("u", 1.0, start=60.0, duration=1.5),
        Event("wash", 40.0, lambda y, p: {"x": 0.0, "z": 0.5 * y.z}),
    )
    points = np.array([0.0, 20.001, 33.0, 40.0, 40.001, 61.7, 70.0])
    single = simulate(follower, 70.0, protocol, points=points, rtol=1e-11, atol=1e-12, method="Radau")
    y, _ = implicitly(follower, 70.0, protocol, points=points, rtol=1e-6, atol=1e-9, patients=2)
    for i, state in enumerate(follower.states):
        assert y[1, :, i] == pytest.approx(single[state], rel=1e-4, abs=1e-5)


def test_it_is_of_order_four(uncompiled):
    """A tolerance a hundred times smaller costs the root of order 4 in steps: its error estimate has order 3 + 1."""
    solutions = [implicitly(decay, 60.0, fading, points=[60.0], rtol=r, atol=r) for r in (1e-6, 1e-8)]
    few, many = (steps[0] for _, steps in solutions)
    assert many / few == pytest.approx(100**0.25, rel=0.2)
    exact = simulate(decay, 60.0, fading, rtol=1e-12, atol=1e-13).final["A"]
    assert solutions[1][0][0, 0, 0] == pytest.approx(exact, rel=1e-7)
