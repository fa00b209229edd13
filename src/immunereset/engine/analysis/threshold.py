"""Find where a yes-or-no question changes its answer."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from immunereset.engine.errors import ModelError


def threshold(
    holds: Callable[[np.ndarray], np.ndarray], low: float, high: float, tolerance: float = 0.01, grid: int = 13
) -> float:
    """Return the smallest value from which on `holds` is true, to within `tolerance`.

    `holds` takes an array of values and returns an array of truths, so that a cohort can answer for
    a whole grid at once; the grid (of `grid` values) is refined around the change. Returns infinity
    if `holds` is false at `high`, and `low` if it is true everywhere.

    Raises `ModelError` if the interval is empty or the answer changes more than once on the grid:
    then there is no single threshold to find.
    """
    if not (low < high and tolerance > 0 and grid >= 3):
        raise ModelError(
            f"threshold needs low < high, tolerance > 0 and grid >= 3; got {low:g}, {high:g}, {tolerance:g}, {grid}."
        )
    while True:
        values = np.linspace(low, high, grid)
        truths = np.asarray(holds(values), dtype=bool)
        if truths.shape != values.shape:
            raise ModelError(f"holds must return {grid} truths for {grid} values; it returned {truths.shape}.")
        changes = np.flatnonzero(np.diff(truths.astype(int)))
        if len(changes) > 1:
            listed = ", ".join(f"{values[i]:.3g}" for i in changes)
            raise ModelError(f"The answer changes more than once, near {listed}; there is no single threshold.")
        if not truths[-1]:
            return math.inf
        if truths.all():
            return float(low)
        low, high = float(values[changes[0]]), float(values[changes[0] + 1])
        if high - low <= tolerance:
            return (low + high) / 2


def thresholds(
    holds: Callable[[np.ndarray], np.ndarray], low: float, high: float, size: int, tolerance: float = 0.01
) -> np.ndarray:
    """Return, for each of `size` patients, the value at which `holds` becomes true, to within `tolerance`.

    `holds` takes one value for each patient, shape (size,), and returns their truths. All patients are bisected at
    the same time, so that a cohort answers for all. Infinity where `holds` is false at `high`, `low` where it is true
    at `low`. Of a patient whose answer changes more than once, one of the changes is found.

    Raises `ModelError` if the interval is empty or `holds` returns another number of truths.
    """
    if not (low < high and tolerance > 0 and size >= 1):
        raise ModelError(
            f"thresholds needs low < high, tolerance > 0 and size >= 1; got {low:g}, {high:g}, {tolerance:g}, {size}."
        )

    def true_at(values: np.ndarray) -> np.ndarray:
        truths = np.asarray(holds(values), dtype=bool)
        if truths.shape != (size,):
            raise ModelError(f"holds must return {size} truths for {size} values; it returned {truths.shape}.")
        return truths

    fails, works = np.full(size, float(low)), np.full(size, float(high))
    never, always = ~true_at(works), true_at(fails)
    while (works - fails).max() > tolerance:
        middle = (fails + works) / 2
        true = true_at(middle)
        fails, works = np.where(true, fails, middle), np.where(true, middle, works)
    return np.where(never, math.inf, np.where(always, low, (fails + works) / 2))
