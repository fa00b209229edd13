"""Stiff patients in NumPy: right as far as they can be followed, and refused at once if not; and what a run says of its steps."""

import numpy as np
import pytest

from immunereset.engine import Cohort, Course, Event, ModelError, Protocol, RunError, simulate, simulate_cohort
from tests.engine.small_models import decay, follower, robertson, sir


def test_a_patient_for_whom_the_steps_cannot_suffice_is_refused_soon():
    points = [1e5]
    with pytest.raises(
        RunError, match=r"'robertson' needs more than 200000 steps for patient 0. If it is stiff.*simulate"
    ):
        simulate_cohort(robertson, 2, 1e5, points=points, rtol=1e-8, atol=1e-13, backend="numpy")
    with pytest.raises(RunError, match="for patient 1"):
        simulate_cohort(follower, Cohort(3, r=np.array([0.5, 1e5, 1.0])), 200.0, backend="numpy")
    final = simulate(robertson, 1e5, points=points, rtol=1e-9, atol=1e-14).final
    assert list(final.values()) == pytest.approx([1.786592114e-2, 7.274753468e-8, 0.9821340061], rel=1e-6)


def test_somewhat_stiff_patients_take_more_steps_and_are_right():
    protocol = Protocol(
        Course("u", 5.0, start=20.0, duration=30.0, half_life=4.0),
        Course("u", 1.0, start=60.0, duration=1.5),
        Event("wash", 40.0, lambda y, p: {"x": 0.0, "z": 0.5 * y.z}),
    )
    r = np.array([0.5, 100.0, 1.0, 50.0, 0.1])
    points = np.sort(np.append(np.linspace(0.0, 100.0, 41), [40.001, 20.001, 61.7]))
    run = simulate_cohort(follower, Cohort(5, r=r), 100.0, protocol, points=points, rtol=1e-8, backend="numpy")
    for k in range(5):
        single = simulate(follower, 100.0, protocol, points=points, rtol=1e-11, atol=1e-12, method="Radau", r=r[k])
        assert run["x"][:, k] == pytest.approx(single["x"], rel=1e-6, abs=1e-7)
        assert run["z"][:, k] == pytest.approx(single["z"], rel=1e-6)
    assert run.solution.steps[1] > 5 * run.solution.steps[0]


def test_many_steps_at_the_beginning_are_no_reason_to_refuse():
    dense = Protocol(*(Event(f"dose {i}", 1e-3 * i, lambda y, p: {"A": y.A + 1e-3}) for i in range(700)))
    run = simulate_cohort(decay, 1, 100.0, dense, points=[100.0], backend="numpy")
    assert run.solution.steps[0] > 700
    assert run.final["A"][0] == pytest.approx(simulate(decay, 100.0, dense, points=[100.0]).final["A"], rel=1e-5)


@pytest.mark.parametrize("rtol", [1e-4, 1e-7])
def test_a_run_tells_the_tolerance_that_its_steps_kept(rtol):
    run = simulate_cohort(sir, Cohort(40, beta=np.linspace(0.2, 2.0, 40)), 60.0, rtol=rtol, backend="numpy")
    assert run.solution.error.shape == run.solution.steps.shape == (40,)
    assert (run.solution.error <= 1.0).all() and (run.solution.error > 0.1).all()


def test_tolerances_are_checked():
    with pytest.raises(ModelError, match="rtol is 0; it must be above 0"):
        simulate_cohort(decay, 2, 10, rtol=0.0)
