"""Find where a yes-or-no question changes its answer."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from .errors import ModelError


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
