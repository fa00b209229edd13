"""A pace that changes: events with a transplant and without, where the hazard ratio is not the same in all years.

Question
    Two groups, and the pace of events in one against the other falls below 1 in a certain month. When are as many free of
    events in both?

In words (t in days, people in 100 of each group)
    Without the transplant people have an event at a constant pace (h). With it the pace is h times the hazard ratio of
    the day: r_3 until month 3, then r_6 in month 6, r_12 in month 12, r_24 in month 24 and r_36 from month 36 on, and
    between two of these months on the straight line that joins their logarithms.

Sources
    The five hazard ratios are published (van Laar et al. 2014, a trial by lot in systemic sclerosis), and so is that 31 of the
    77 who were not transplanted had an event over a median of 5.8 years. h is taken from it as if all had been followed
    that long. This is our choice, and so is what lies between: that nothing changes before month 3 or after month 36,
    the straight lines, and the constant pace of those who were not transplanted.
    The paper says that its own curves cross at 2 years.

Limits
    See `crossing.limits`.
"""

from __future__ import annotations

import math

import numpy as np

from immunereset.engine import YEAR, Model, Parameter, State, loss, simulate

MONTH = YEAR / 12
MONTHS = (3, 6, 12, 24, 36)
"""The months for which a hazard ratio is published."""

FOLLOWED = 69.6
"""Median time that the trial followed its patients, months (5.8 years)."""

PUBLISHED = "van Laar et al. 2014"


def _way(t, first, last):
    """How far day t has come from one month to another, from 0 to 1."""
    return np.minimum(np.maximum((12 * t / YEAR - first) / (last - first), 0.0), 1.0)


def flows(t, y, p):
    """Return the named flows of people who have an event at day t, for states y and parameters p."""
    w_6 = (p.r_6 / p.r_3) ** _way(t, 3, 6)
    w_12 = (p.r_12 / p.r_6) ** _way(t, 6, 12)
    w_24 = (p.r_24 / p.r_12) ** _way(t, 12, 24)
    w_36 = (p.r_36 / p.r_24) ** _way(t, 24, 36)
    ratio = p.r_3 * w_6 * w_12 * w_24 * w_36
    return {
        "events with": loss("A", p.h * ratio * y.A),
        "events without": loss("B", p.h * y.B),
    }


def _ratio(month: int, value: float) -> Parameter:
    return Parameter(f"r_{month}", value, "–", f"hazard ratio in month {month}", PUBLISHED, high=100.0)


crossing = Model(
    name="crossing",
    states=[
        State("A", 100.0, "of 100", "free of events, with the transplant", counted=False),
        State("B", 100.0, "of 100", "free of events, without", counted=False),
    ],
    parameters=[
        Parameter(
            "h", round(-math.log(1 - 31 / 77) / (FOLLOWED * MONTH), 9), "1/d", "pace of events without the transplant",
            f"our choice: constant, as if 31 of 77 had an event in 5.8 years, the median followed ({PUBLISHED})", high=1.0,
        ),
        *(_ratio(month, value) for month, value in zip(MONTHS, (2.01, 1.35, 0.52, 0.35, 0.34), strict=True)),
    ],
    flows=flows,
    question="Where the hazard ratio falls below 1 in month 8: when are as many free of events in both groups?",
    limits=(
        "Five published hazard ratios stand for all days; between and beside them the course is our choice.",
        "Those who were not transplanted have events at a constant pace.",
        "Whole groups fall along smooth curves; which person has an event, and chance, are not in it.",
    ),
)  # fmt: skip


def hazard_ratio(month, **changes: float) -> np.ndarray:
    """Return the hazard ratio in each of `month`, months; `changes` are other parameter values."""
    p = crossing.defaults | changes
    logs = np.log([p[f"r_{at}"] for at in MONTHS])
    return np.exp(np.interp(month, MONTHS, logs))


def free_of_events(month, **changes: float) -> tuple[np.ndarray, np.ndarray]:
    """Return how many of 100 are free of events in each of `month` (rising, months), with the transplant and without."""
    month = np.asarray(month, dtype=float)
    run = simulate(crossing, month[-1] * MONTH, points=month * MONTH, **changes)
    return run["A"], run["B"]


def month_of_meeting(until: float = 120.0, **changes: float) -> float:
    """Return the month in which as many are free of events in both groups again; infinity if they never are `until` then."""
    month = np.linspace(0.0, until, round(20 * until) + 1)
    ahead = np.subtract(*free_of_events(month, **changes))
    at = np.flatnonzero((ahead[1:-1] < 0) & (ahead[2:] >= 0)) + 1
    if not len(at):
        return math.inf
    k = int(at[0])
    return float(month[k] + (month[k + 1] - month[k]) * ahead[k] / (ahead[k] - ahead[k + 1]))
