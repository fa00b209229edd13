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

    `holds` takes an array of values and returns an array of truths, so that a cohort can answer for a whole grid at once;
    the grid (of `grid` values, at least 3) is refined around the change. Returns infinity if `holds` is false at `high`,
    and `low` if it is true everywhere.

    Raises `ModelError` if the interval is empty or endless, `tolerance` finer than numbers are, `holds` returns
    anything but truths, or the answer changes more than once on the grid: then there is no single threshold to find.
    """
    _check(low, high, tolerance)
    if grid < 3:
        raise ModelError(f"The grid of a threshold needs at least 3 values; {grid} was given.")
    while True:
        values = np.linspace(low, high, grid)
        truths = _truths(holds, values)
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

    Raises `ModelError` as `threshold` does, but for the answer that changes more than once.
    """
    _check(low, high, tolerance)
    fails, works = np.full(size, float(low)), np.full(size, float(high))
    never, always = ~_truths(holds, works), _truths(holds, fails)
    while (works - fails).max() > tolerance:
        middle = (fails + works) / 2
        true = _truths(holds, middle)
        fails, works = np.where(true, fails, middle), np.where(true, middle, works)
    return np.where(never, math.inf, np.where(always, low, (fails + works) / 2))


def _check(low: float, high: float, tolerance: float) -> None:
    if not (-math.inf < low < high < math.inf and tolerance > 0):
        raise ModelError(
            f"A threshold needs low < high, both finite, and tolerance > 0; got {low:g}, {high:g}, {tolerance:g}."
        )
    if tolerance < 4 * np.spacing(max(abs(low), abs(high))):
        raise ModelError(
            f"The tolerance {tolerance:g} is finer than numbers from {low:g} to {high:g} can be told apart."
        )


def _truths(holds: Callable[[np.ndarray], np.ndarray], values: np.ndarray) -> np.ndarray:
    truths = np.asarray(holds(values))
    if truths.shape != values.shape or truths.dtype != bool:
        raise ModelError(
            f"holds must return {values.size} truths for {values.size} values; it returned {truths.dtype} of shape "
            f"{truths.shape}."
        )
    return truths
