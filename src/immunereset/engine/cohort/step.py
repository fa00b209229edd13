"""What a method offers to the batch: one step of every patient, to be judged, taken and interpolated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Step:
    """One attempted step; arrays have shape (states, patients under way).

    `y` and `slope` are the states and their derivative at its end, `error` the estimated local error. `bends(hit)`
    gives, for the patients at positions `hit`, the three terms that bend the line between both ends: at the
    share x of the step y = y_0 + x (y_1 - y_0 + (1 - x) (bend + x (fold + (1 - x) twist))). `fastest_rate(weight)`,
    for an explicit method, estimates the greatest rate (1/d) at which any deviation dies out or grows.
    """

    y: np.ndarray
    slope: np.ndarray
    error: np.ndarray
    bends: Callable[[np.ndarray], tuple]
    fastest_rate: Callable[[np.ndarray], np.ndarray] | None = None
