"""Many small trials of one treatment: what chance alone makes of them, and which of them are heard of.

Question
    A treatment that halves the pace of events is tried in a hundred trials of one size. How many find it, and how large does
    the effect look in those that do?

Method
    Events come at a constant pace: half of the controls have theirs within two years, and the treated at `ratio` times that
    pace. Everybody is watched for three years. Each trial gives a hazard ratio (Cox) and P (log-rank), as in
    `trials.survival`.

Limits
    Nobody leaves early, and a real pace is not constant. All numbers are toy values.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from immunereset.engine import YEAR
from immunereset.engine.noise.random import Random
from immunereset.trials.survival import hazard_ratio, log_rank, watched

MEDIAN, FOLLOWED = 2 * YEAR, 3 * YEAR
"""Days after which half of the controls had the event, and for how many each person is watched (toy values)."""


class Trials(NamedTuple):
    """The hazard ratio of each trial (NaN, 0 and infinity as in `hazard_ratio`) and its P; shape (trials,) both."""

    ratio: np.ndarray
    p: np.ndarray

    @property
    def found(self) -> np.ndarray:
        """Which trials have P below 0.05."""
        return self.p < 0.05

    @property
    def shelf(self) -> np.ndarray:
        """The ratios of what reaches the news: P below 0.05, in favour of the treatment."""
        return self.ratio[self.found & (self.ratio < 1)]


def event_days(
    people: int, ratio: float, trials: int, seed: int, median: float = MEDIAN
) -> tuple[np.ndarray, np.ndarray]:
    """Return the days of events of the treated and of the controls, shape (trials, people) each.

    Trial i draws from stream i of `seed`, a treated and a control by turns: a larger trial begins like a smaller one.
    Raises ValueError for a ratio that is not above 0.
    """
    if not ratio > 0:
        raise ValueError(f"A hazard ratio is above 0; {ratio} was given.")
    source = Random(seed, np.arange(trials))
    drawn = np.stack([source.exponential() for _ in range(2 * people)], axis=1) * median / math.log(2)
    return drawn[:, ::2] / ratio, drawn[:, 1::2]


def trials(people: int, ratio: float, count: int, seed: int, followed: float = FOLLOWED) -> Trials:
    """Return `count` trials of `people` a group, each watched for `followed` days."""
    ratios, p = np.zeros(count), np.zeros(count)
    for i, (treated, control) in enumerate(zip(*event_days(people, ratio, count, seed))):
        groups = watched(treated, followed), watched(control, followed)
        ratios[i], p[i] = hazard_ratio(*groups).value, log_rank(*groups).p
    return Trials(ratios, p)


def events_needed(ratio: float, power: float = 0.8) -> float:
    """Return the events with which a trial of two equal groups finds a `ratio` (P below 0.05) with chance `power` (Schoenfeld 1981).

    Raises ValueError for a ratio that is not above 0, and for 1.
    """
    if not ratio > 0 or ratio == 1:
        raise ValueError(f"A hazard ratio to be found is above 0 and not 1; {ratio} was given.")
    return 4 * float(ndtri(0.975) + ndtri(power)) ** 2 / math.log(ratio) ** 2


def people_needed(ratio: float, power: float = 0.8, median: float = MEDIAN, followed: float = FOLLOWED) -> float:
    """Return how many people a group need for `events_needed`."""
    had = [1 - 0.5 ** (pace * followed / median) for pace in (ratio, 1.0)]
    return events_needed(ratio, power) / sum(had)


def false_alarms(looks: int, people: int, count: int, seed: int, followed: float = FOLLOWED) -> np.ndarray:
    """Return for each of `count` trials in which nothing works whether one of so many `looks`, evenly in time, has P below 0.05."""
    days = np.arange(1, looks + 1) * followed / looks
    return np.array([
        any(log_rank(watched(treated, day), watched(control, day)).p < 0.05 for day in days)
        for treated, control in zip(*event_days(people, 1.0, count, seed))
    ])  # fmt: skip
