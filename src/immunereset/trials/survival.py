"""When something happens to whom: Kaplan-Meier curves, the log-rank test and the hazard ratio of two groups.

A group is a pair (days, seen): the last day on which each person was watched, and whether the event was seen on that day.
Who leaves on the day of an event counts as watched on that day. `live/evidence/survival.js` is the same for a page.

Sources
    Kaplan and Meier (1958); Mantel (1966), with the hypergeometric variance; Cox (1972), ties after Efron (1977).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

Group = tuple[Sequence[float], Sequence[bool]]

Z95 = 1.959963984540054


class EventFree(NamedTuple):
    """A Kaplan-Meier curve: the days of events, and behind each the share that is free of one; shape (days,) both."""

    days: np.ndarray
    share: np.ndarray

    def on(self, day: float) -> float:
        """Return the share that is free of an event on `day`, after the events of that day."""
        before = np.searchsorted(self.days, day, side="right")
        return float(self.share[before - 1]) if before else 1.0


class LogRank(NamedTuple):
    """The log-rank test: chi-squared with one degree of freedom, and P (two-sided)."""

    chi2: float
    p: float


class HazardRatio(NamedTuple):
    """The pace of events in the first group as a multiple of that in the second, with its 95 % interval (Wald).

    0 or infinity, without an interval (NaN), where one group has no event; NaN where neither has one.
    """

    value: float
    low: float
    high: float


def watched(days: Sequence[float], until: float) -> Group:
    """Return the group whose events come on `days` (infinity for never), watched up to the day `until`."""
    days = np.asarray(days, dtype=float)
    return np.minimum(days, until), days <= until


def kaplan_meier(group: Group) -> EventFree:
    """Return the Kaplan-Meier estimate of a group. Raises ValueError for what is no group."""
    day, at_risk, events = _table(group)
    share = np.cumprod(1 - events[:, 0] / at_risk[:, 0])
    return EventFree(day, share)


def log_rank(first: Group, second: Group) -> LogRank:
    """Return the log-rank test of two groups; P is 1 where there is nothing to compare. Raises ValueError for what is no group."""
    _, at_risk, events = _table(first, second)
    n, d = at_risk.sum(axis=1), events.sum(axis=1)
    share = at_risk[:, 0] / n
    excess = (events[:, 0] - d * share).sum()
    variance = (d * share * (1 - share) * (n - d) / np.maximum(n - 1, 1)).sum()
    if not variance > 0:
        return LogRank(0.0, 1.0)
    chi2 = float(excess**2 / variance)
    return LogRank(chi2, math.erfc(math.sqrt(chi2 / 2)))


def hazard_ratio(first: Group, second: Group) -> HazardRatio:
    """Return Cox's hazard ratio of the first group against the second. Raises ValueError for what is no group."""
    _, at_risk, events = _table(first, second)
    d = events.sum(axis=1)
    # Of d events on one day the i-th is seen by what is left when i of d parts of them are gone (Efron).
    which = np.repeat(np.arange(len(d)), d)
    gone = np.concatenate([np.arange(k) / k for k in d]) if len(d) else np.zeros(0)
    left = at_risk[which] - gone[:, None] * events[which]
    seen, both = int(events[:, 0].sum()), (left > 0).all(axis=1)
    if not both.any():
        return HazardRatio(*[math.nan] * 3)
    # The events that either group might have had decide; those of a day with one group only say nothing.
    spare = seen - int((~both & (left[:, 0] > 0)).sum())
    if spare <= 0 or spare >= both.sum():
        return HazardRatio(0.0 if spare <= 0 else math.inf, math.nan, math.nan)
    left, log = left[both], 0.0
    for _ in range(100):
        share = left[:, 0] * math.exp(log) / (left[:, 0] * math.exp(log) + left[:, 1])
        information = (share * (1 - share)).sum()
        step = (spare - share.sum()) / information
        log += min(max(step, -1.0), 1.0)
        if abs(step) < 1e-12:
            break
    error = Z95 / math.sqrt(information)
    return HazardRatio(math.exp(log), math.exp(log - error), math.exp(log + error))


def _table(*groups: Group) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the days of events, shape (days,), and who was at risk and had one on each, shape (days, groups)."""
    checked = [_group(group) for group in groups]
    day = np.unique(np.concatenate([days[seen] for days, seen in checked]))
    at_risk = np.stack([len(days) - np.searchsorted(np.sort(days), day) for days, _ in checked], axis=1)
    ends = [np.sort(days[seen]) for days, seen in checked]
    events = np.stack([np.searchsorted(e, day, "right") - np.searchsorted(e, day) for e in ends], axis=1)
    return day, at_risk, events


def _group(group: Group) -> tuple[np.ndarray, np.ndarray]:
    shapes = [np.shape(part) for part in group]
    if len(shapes) == 2 and len(shapes[0]) == 1 and shapes[0] == shapes[1]:
        days, seen = np.asarray(group[0], dtype=float), np.asarray(group[1])
        if np.isfinite(days).all() and (seen.dtype == bool or np.isin(seen, (0, 1)).all()):
            return days, seen.astype(bool)
    raise ValueError(
        "A group is a pair: a finite day for each person and, in the same order, whether the event was seen on that day; "
        f"{len(shapes)} parts were given, the first of shape {shapes[0] if shapes else ()}."
    )
