"""One explicit step for every patient: Dormand–Prince 5(4). This is its only tableau in Python.

Coefficients: Dormand and Prince (1980), with Shampine's interpolant of order 4, both as in Hairer, Nørsett and Wanner,
"Solving Ordinary Differential Equations I", section II.6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

ORDER = 5
NODES = np.array([0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1])
STAGES = [
    np.array([]),
    np.array([1 / 5]),
    np.array([3 / 40, 9 / 40]),
    np.array([44 / 45, -56 / 15, 32 / 9]),
    np.array([19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729]),
    np.array([9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656]),
    np.array([35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84]),
]
ERROR = np.array([71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40])
DENSE = np.array([
    -12715105075 / 11282082432, 0, 87487479700 / 32700410799, -10690763975 / 1880347072,
    701980252875 / 199316789632, -1453857185 / 822651844, 69997945 / 29380423,
])  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One attempted step; arrays have shape (states, patients under way).

    `y` and `slope` are the states and their derivative at its end, `error` the estimated local error. `bends(hit)`
    gives, for the patients at positions `hit`, the three terms that bend the line between both ends: at the
    share x of the step y = y_0 + x (y_1 - y_0 + (1 - x) (bend + x (fold + (1 - x) twist))). `stretch(scale)`, of an
    explicit step, estimates the step times the greatest rate at which a deviation, in units of `scale`, dies out.
    """

    y: np.ndarray
    slope: np.ndarray
    error: np.ndarray
    bends: Callable[[np.ndarray], tuple]
    stretch: Callable[[np.ndarray], np.ndarray] | None = None


def attempt(batch, h: np.ndarray) -> Step:
    """Try a step of `h` days, shape (patients under way,), from where `batch` is."""
    t, y = batch.t, batch.y
    slopes = np.empty((7, *y.shape))
    slopes[0] = batch.slope
    flat = slopes.reshape(7, -1)
    for s in range(1, 7):
        stage = (STAGES[s] @ flat[:s]).reshape(y.shape)
        stage *= h
        stage += y
        batch.right_hand_side(t + NODES[s] * h, stage, slopes[s])
    error = (ERROR @ flat).reshape(y.shape) * h

    def bends(hit: np.ndarray) -> tuple:
        width = h[hit]
        rise = stage[:, hit] - y[:, hit]
        bend = width * slopes[0][:, hit] - rise
        fold = rise - width * slopes[6][:, hit] - bend
        return bend, fold, width * np.einsum("s,snk->nk", DENSE, slopes[:, :, hit])

    def stretch(scale: np.ndarray) -> np.ndarray:
        before = y + h * (STAGES[5] @ flat[:5]).reshape(y.shape)
        apart = np.abs((stage - before) / scale).max(axis=0)
        return h * np.abs((slopes[6] - slopes[5]) / scale).max(axis=0) / np.maximum(apart, 1e-300)

    return Step(stage, slopes[6], error, bends, stretch)
