"""The numbers of lesson 07 that are its own: the day of relapse, the race, memory compared, and the floor."""

import numpy as np
import pytest

from immunereset.engine import YEAR, Model, gain, simulate, simulate_cohort, threshold
from immunereset.lesson import find_task
from immunereset.models.interventions import transplant
from immunereset.models.memory_threshold import effector_ridge, memory_threshold
from immunereset.models.patients import is_reset, reference_patient, reset_depth
from immunereset.models.tolerance import ACTIVE, tolerance


def after(k, days):
    return simulate(tolerance, days[-1], transplant(), start=reference_patient(), points=days, k=k)


@pytest.mark.parametrize(
    ("task", "expected"),
    [("07-relapse-day", 98), ("07-k-star", 2.44), ("07-sparing", 2.24), ("07-selective", 1.0), ("07-no-thymus", 3.64),
     ("07-floor", 2.02)],
)  # fmt: skip
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected, rel=0.01)


def test_two_logs_leave_more_memory_than_nothing_and_one_log_the_same():
    none, one, two = (after(k, np.array([0.0, 2.0, 5.0]) * YEAR)["M"][1:] for k in (0, 1, 2))
    assert one == pytest.approx(none, rel=0.03)
    assert two == pytest.approx([52, 62], abs=1) and none == pytest.approx([35, 47], abs=1)


@pytest.mark.parametrize(("k", "opens", "overtakes"), [(2.4, 83, None), (2.45, 78, 114), (2.5, 73, 81), (3.0, 0, 0)])
def test_race(k, opens, overtakes):
    """The day on which a tolerant state exists again, and that on which the ridge overtakes the effectors."""
    days = np.arange(161)
    run = after(k, days)
    exists = run["M"] < memory_threshold(run["R"], run["N"])
    below = run["E"] < effector_ridge(run["M"], run["R"], run["N"])
    assert days[exists][0] == pytest.approx(opens, abs=1)
    assert (days[below][0] == pytest.approx(overtakes, abs=1)) if overtakes is not None else not below.any()


@pytest.mark.parametrize(
    ("to_N", "to_R", "k_star"), [(1, 1, 2.44), (1, 0, 2.54), (0, 1, 3.57), (0, 0, 3.64)], ids=["both", "N", "R", "none"]
)
def test_conventional_newcomers_are_the_larger_part_of_the_reason(to_N, to_R, k_star):
    """The solution of exercise 3: the threshold when the thymus sends newcomers to one side only."""

    def flows(t, y, p):
        split = dict(tolerance.flows(t, y, p))
        for state, share in (("N", to_N), ("R", to_R)):
            name = f"thymic output of {state}"
            split[name] = gain(state, share * split[name].rate)
        return split

    parts = list(tolerance.states.values()), list(tolerance.parameters.values())
    model = Model("split thymus", *parts, flows, list(tolerance.inputs.values()))

    def resets(k):
        start = reference_patient()
        return is_reset(simulate_cohort(model, len(k), 10 * YEAR, transplant(), start=start, points=[10 * YEAR], k=k))

    assert threshold(resets, 0.0, 4.0, 0.005) == pytest.approx(k_star, abs=0.01)


def test_regulatory_cells_that_divide_faster_are_not_enough():
    """The solution of exercise 3: without newcomers and with memory as quick as the rest, no depth resets."""
    assert reset_depth(theta_20=0, rho_M=0.01, rho_R=0.3) == np.inf


def test_below_one_log_effectors_are_low_for_less_than_a_day():
    """The verdict of the live figure that begins "too shallow"."""
    low = {k: simulate(tolerance, YEAR, transplant(), start=reference_patient(), k=k) for k in (0.8, 0.9)}
    assert low[0.8]["E"].min() > ACTIVE
    assert low[0.9]["E"].min() < ACTIVE and low[0.9].first_day_above("E", ACTIVE) < 1


def test_at_three_logs_effectors_stay_below_the_ridge():
    days = np.arange(366)
    run = simulate(tolerance, 365, transplant(), start=reference_patient(), points=days, k=3.0)
    assert (run["E"] < effector_ridge(run["M"], run["R"], run["N"])).all()
