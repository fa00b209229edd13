"""Clones that divide and die cell by cell, without following any single cell.

The descendants of one cell under linear birth and death are 0 with a known probability and geometric otherwise (Kendall
1948; Bailey 1964). A clone of n cells therefore has a binomial number of surviving lines, and given those a negative
binomial number of cells more. A million clones take a few calls of a random generator, with no error from a step.
"""

from __future__ import annotations

from numbers import Real

import numpy as np

from immunereset.engine.errors import ModelError

LARGEST = 1e12
"""The mean size of a growing line of one cell from which on it is refused: whole numbers of 64 bits end near 1e19."""


def survival(birth: float, death: float, days: float) -> tuple[float, float]:
    """Return what a birth–death line does within `days`: (chance that one cell has any descendant, s).

    The size of a surviving line is geometric, P(size = j) = s (1 - s)^(j - 1), with mean 1/s.

    Raises `ModelError` if a rate (1/d) or the time is negative or not finite.
    """
    for name, value in (("birth", birth), ("death", death), ("days", days)):
        if not (isinstance(value, Real) and np.isfinite(value) and value >= 0):
            raise ModelError(f"{name} is {value!r}; it must be a number, finite and at least 0.")
    net = (birth - death) * days
    if abs(net) < 1e-12:
        share = 1.0 / (1.0 + birth * days)
        return share, share
    if net > 700.0:
        # e^net is more than a number holds; a line that lives has grown without end.
        return 1.0 - death / birth, 0.0
    # expm1 keeps the digits when the net growth is small.
    grown = np.expm1(net)
    denominator = birth * grown + birth - death
    # Without death the first is 1, and rounding must not lift it above.
    return min(float((birth - death) * np.exp(net) / denominator), 1.0), float((birth - death) / denominator)


def grow_clones(sizes, birth: float, death: float, days: float, rng: np.random.Generator) -> np.ndarray:
    """Return the sizes of clones `days` later, drawn exactly; whole numbers of the shape of `sizes`.

    `sizes` are the cells in each clone now, `birth` and `death` their rates per cell and day.

    Raises `ModelError` for sizes that are not whole numbers of at least 0, for more growth than can be drawn, and as
    `survival` does.
    """
    given = np.asarray(sizes)
    cells = given.astype(np.int64)
    if (cells != given).any() or (cells < 0).any():
        raise ModelError("The sizes of clones must be whole numbers of at least 0.")
    lives, stop = survival(birth, death, days)
    if stop * LARGEST < 1.0:
        size = 1 / stop if stop else np.inf
        raise ModelError(f"A clone of 1 cell would have {size:.2g} by then, more than can be drawn; take fewer days.")
    grown = rng.binomial(cells.ravel(), lives)
    alive = np.flatnonzero(grown != 0)
    if stop < 1.0:
        lines = grown.take(alive)
        grown[alive] = lines + rng.negative_binomial(lines, stop)
    return grown.reshape(cells.shape)
