"""The reference: two methods that share nothing, and how far apart they are.

Where nothing is stiff: Dormand and Prince's order 8 of SciPy, and extrapolation of the midpoint rule (Gragg, Bulirsch
and Stoer), written here. For the stiff core: SciPy's Radau and LSODA (backward differences).
"""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

from .measure import error, errors
from .tools import function

SUBSTEPS = np.arange(2, 18, 2)
"""Substeps of one extrapolated step: order 16."""

LONGEST = 1.0
"""Days of the longest step of either method: SciPy's interpolant needs short ones for the last digits."""


def solve(
    problem: dict, p: np.ndarray, y0: np.ndarray, points: np.ndarray, stiff: bool
) -> tuple[np.ndarray, float, float]:
    """Return the states, shape (patients, points, states), and how far the second method is from them.

    The distance is given as `measure.error` does, and for the worst patient.
    """
    slope, infusion = function(problem["slope"], "slope"), function(problem["infusion"], "infusion")
    day, later = problem["day"], points[1:]

    def both(advance):
        out = np.empty((len(p), len(points), y0.shape[1]))
        out[:, 0] = y0
        middle = advance(y0, 0.0, np.array([day]))[:, 0]
        out[:, 1:] = advance(np.array(infusion(middle.T, p.T)).T, day, later)
        return out

    def one_by_one(method, rtol):
        def advance(y, begin, days):
            return np.array([
                solve_ivp(lambda t, v, q=q: slope(t, v, q), (begin, days[-1]), v, method, days, rtol=rtol, atol=rtol * 1e-4).y.T
                for v, q in zip(y, p)
            ])  # fmt: skip

        return advance

    def stacked(y, begin, days):
        shape = y.T.shape
        found = solve_ivp(
            lambda t, v: np.array(slope(t, v.reshape(shape), p.T)).ravel(), (begin, days[-1]), y.T.ravel(), "DOP853", days,
            rtol=1e-13, atol=1e-16, max_step=LONGEST,
        )  # fmt: skip
        return found.y.reshape(*shape, len(days)).transpose(1, 2, 0)

    def extrapolated(y, begin, days):
        out, now, y = [], begin, y.T
        for day in days:
            steps = max(1, int(np.ceil((day - now) / LONGEST)))
            for i in range(steps):
                y = _extrapolate(
                    lambda t, v: np.array(slope(t, v, p.T)), now + i * (day - now) / steps, y, (day - now) / steps
                )
            now = day
            out.append(y.T)
        return np.stack(out, axis=1)

    first = both(one_by_one("Radau", 1e-10) if stiff else stacked)
    second = both(one_by_one("LSODA", 1e-12) if stiff else extrapolated)
    return first, error(second, first), float(errors(second, first).max())


def _extrapolate(slope, t: float, y: np.ndarray, h: float) -> np.ndarray:
    """Advance by h with Gragg's midpoint rule, extrapolated to steps of no length (Neville's scheme in the squares)."""
    table = []
    first = slope(t, y)
    for n in SUBSTEPS:
        s = h / n
        before, now = y, y + s * first
        for i in range(1, n):
            before, now = now, before + 2.0 * s * slope(t + i * s, now)
        table.append((before + now + s * slope(t + h, now)) / 2.0)
    for k in range(1, len(SUBSTEPS)):
        ratio = (SUBSTEPS[k:] / SUBSTEPS[:-k]) ** 2.0
        table = [b + (b - a) / (r - 1.0) for a, b, r in zip(table, table[1:], ratio)]
    return table[0]
