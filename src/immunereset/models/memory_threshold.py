"""The tolerance threshold: how much autoreactive memory, and how many effectors, regulation can hold.

Question
    With regulatory cells held at R, for how large an M does the effector equation still have its
    low, tolerant state? And if it has, how many effectors may there be before they run away?

Method
    dE/dt is a straight line in M, so the M that balances a given E is found exactly. Along rising E
    that M first rises, then falls: its first maximum is the fold, where the tolerant state meets the
    unstable one (the ridge) and both vanish. The rates come from the tolerance model itself.

Limits
    R and N are held fixed; in a patient they move. A run that stays above the threshold for a few
    days only may still return.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine.errors import ModelError

from .tolerance import tolerance

EFFECTORS = np.geomspace(1e-4, 100.0, 1500)
"""Effector levels along which the fold is looked for, cells/µL."""


def memory_threshold(R, N=None, *, inputs: dict | None = None, **changes: float):
    """Return M*, the autoreactive memory (cells/µL) above which no tolerant state of E exists.

    `R` and `N` (default: the healthy value) are cells/µL, numbers or arrays of one shape; the answer
    has that shape. `inputs` are held at the given values, `changes` are parameter values. The answer
    is 0 where even without memory there is no tolerant state, and infinity where E rises with M
    without a jump.

    Raises `ModelError` for an unknown parameter or a value out of range.
    """
    R, N, rate = _rates(R, N, inputs, changes)
    without = rate(0.0)
    with np.errstate(divide="ignore"):
        balance = -without / (rate(1.0) - without)
    peaks = (balance[1:-1] > balance[:-2]) & (balance[1:-1] >= balance[2:])
    first = balance[1 + peaks.argmax(axis=0), np.arange(R.size)]
    threshold = np.where(peaks.any(axis=0), np.maximum(first, 0.0), np.inf)
    return threshold.reshape(R.shape)[()]


def effector_ridge(M, R, N=None, *, inputs: dict | None = None, **changes: float):
    """Return the effectors (cells/µL) above which E runs away with M, R and N held; below, E falls back.

    Arguments as in `memory_threshold`; M is a number or an array of the same shape. The answer is NaN
    where there is no ridge: where no tolerant state exists, or no other one.

    Raises `ModelError` as `memory_threshold` does, for M, too.
    """
    M, R = np.broadcast_arrays(np.asarray(M, float), np.asarray(R, float))
    _check_cells("M must be a number", M)
    R, N, rate = _rates(R, N, inputs, changes)
    growth = rate(M.ravel())
    upward = (growth[:-1] < 0) & (growth[1:] >= 0)
    i, column = upward.argmax(axis=0), np.arange(R.size)
    before, after = growth[i, column], growth[i + 1, column]
    with np.errstate(divide="ignore", invalid="ignore"):
        ridge = EFFECTORS[i] + (EFFECTORS[i + 1] - EFFECTORS[i]) * before / (before - after)
    return np.where(upward.any(axis=0), ridge, np.nan).reshape(R.shape)[()]


def _rates(R, N, inputs, changes):
    """Return R and N as arrays of one shape, and a function of M: dE/dt, shape (EFFECTORS, R.size)."""
    names = list(tolerance.states)
    values = tolerance.values(changes) | tolerance.held(inputs or {})
    R, N = np.broadcast_arrays(np.asarray(R, float), tolerance.start["N"] if N is None else np.asarray(N, float))
    _check_cells("R and N must be numbers", R, N)
    E = EFFECTORS[:, None]

    def rate(M):
        given = {"N": N.ravel(), "R": R.ravel(), "M": M, "E": E}
        y = np.array([np.broadcast_to(given.get(s, 0.0), (E.size, R.size)) for s in names])
        return tolerance.derivative(0.0, y, values)[names.index("E")]

    return R, N, rate


def _check_cells(rule: str, *cells: np.ndarray) -> None:
    for values in cells:
        if not (values >= 0).all():
            raise ModelError(f"{rule} of at least 0; {values[~(values >= 0)].flat[0]:g} was given.")
