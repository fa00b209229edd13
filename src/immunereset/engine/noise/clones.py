"""Clones that divide and die cell by cell, without following any single cell.

Over any time, the number of descendants of one cell under linear birth and death is 0 with a known
probability and geometric otherwise (Kendall 1948; Bailey 1964). A clone of n cells therefore has a
binomial number of surviving lines, and given those a negative binomial number of cells more. A
million clones take a few calls of a random generator per time step, with no error from the step.
"""

from __future__ import annotations

from numbers import Real

import numpy as np

from immunereset.engine.errors import ModelError

LARGEST = 1e12
"""The mean size of a growing line of one cell from which on it is refused: whole numbers of 64 bits end near 1e19."""


def survival(birth: float, death: float, days: float) -> tuple[float, float]:
    """Return what a birth–death line does within `days`: (chance to survive, chance to stop growing).

    The first is the chance that one cell has any descendant. The second, s, gives the size of a
    surviving line: 1 + a geometric number, P(size = j) = s (1 - s)^(j - 1), with mean 1/s.

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

    `sizes` are the cells in each clone now, `birth` and `death` their rates per cell and day. `rng`
    is a `numpy.random.Generator`.

    Raises `ModelError` for sizes that are not whole numbers of at least 0, and as `survival` does.
    """
    cells = _whole(sizes)
    alive, now = _descend(cells.ravel(), *survival(birth, death, days), rng)
    grown = np.zeros(cells.size, dtype=np.int64)
    grown[alive] = now
    return grown.reshape(cells.shape)


def _whole(sizes) -> np.ndarray:
    given = np.asarray(sizes)
    cells = given.astype(np.int64)
    if (cells != given).any() or (cells < 0).any():
        raise ModelError("The sizes of clones must be whole numbers of at least 0.")
    return cells


def _descend(cells: np.ndarray, lines: float, stop: float, rng) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of the clones with descendants, and how many those are; see `survival`."""
    survivors = rng.binomial(cells, lines)
    left = np.flatnonzero(survivors != 0)
    grown = survivors.take(left)
    if stop * LARGEST < 1.0:
        cells = 1 / stop if stop else np.inf
        raise ModelError(f"A clone of 1 cell would have {cells:.2g} by then, more than can be drawn; take fewer days.")
    if stop < 1.0:
        grown += rng.negative_binomial(grown, stop)
    return left, grown
