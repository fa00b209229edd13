"""The numbers of lesson 07 that are its own: the day of relapse, the race, memory compared, and the floor."""

import numpy as np
import pytest

from immunereset.engine import YEAR, simulate
from immunereset.lesson import find_task
from immunereset.models.interventions import transplant
from immunereset.models.memory_threshold import effector_ridge, memory_threshold
from immunereset.models.patients import reference_patient
from immunereset.models.tolerance import tolerance


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


@pytest.mark.parametrize(("k", "opens", "overtakes"), [(2.4, 83, None), (2.5, 73, 81), (3.0, 0, 0)])
def test_race(k, opens, overtakes):
    """The day on which a tolerant state exists again, and that on which the ridge overtakes the effectors."""
    days = np.arange(161)
    run = after(k, days)
    exists = run["M"] < memory_threshold(run["R"], run["N"])
    below = run["E"] < effector_ridge(run["M"], run["R"], run["N"])
    assert days[exists][0] == pytest.approx(opens, abs=1)
    assert (days[below][0] == pytest.approx(overtakes, abs=1)) if overtakes is not None else not below.any()
