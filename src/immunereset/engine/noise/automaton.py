"""Cellular automata: cells on a grid that all change at once, each by what its neighbours are.

A rule is one function of arrays: `rule(cells, near, rng)` gets the states of all cells, a function that counts
neighbours, and a source of random numbers, and returns the new states.

    def spread(cells, near, rng):
        attacked = rng.random(cells.shape) < 1 - (1 - 0.2) ** near(cells == 1)
        return np.where(attacked & (cells == 0), 1, cells)

    frames = Automaton(spread).run(start, steps=50, seed=1)
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from immunereset.engine.errors import ModelError

MOST_STATES = 256


class Automaton:
    """A rule and the neighbourhood that it looks at.

    Each cell has its four nearest neighbours, with `corners` its eight. Beyond the edge of the grid there is nothing,
    with `wrap` the opposite edge.
    """

    def __init__(self, rule: Callable, *, wrap: bool = False, corners: bool = False):
        self.rule, self.wrap, self.corners = rule, wrap, corners

    def step(self, cells: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return the next states of `cells`, an array of the same shape.

        Raises `ModelError` if the rule returns another shape or states that are not whole numbers from 0 to 255.
        """
        # Bytes are for keeping: in a rule they would run over.
        after = self.rule(
            cells.astype(int), lambda mask: neighbours(mask, wrap=self.wrap, corners=self.corners).astype(int), rng
        )
        return _states(after, "The rule returned", cells.shape)

    def run(self, start: np.ndarray, steps: int, seed, stop: Callable | None = None) -> np.ndarray:
        """Return the states from `start` on, shape (frames, *start.shape), as whole numbers of one byte.

        `start` has shape (rows, columns), or (runs, rows, columns) for several runs side by side; its states are whole
        numbers from 0 to 255. `seed` is a number or a `numpy.random.SeedSequence`. There are `steps` + 1 frames, or
        fewer if `stop(cells)` becomes true: the frame for which it is true is the last.

        Raises `ModelError` for anything else.
        """
        cells = _states(start, "The start holds")
        if cells.ndim < 2 or not cells.size:
            raise ModelError(f"The start has the shape {cells.shape}; it must be a grid of rows and columns.")
        if not steps >= 0 or steps != int(steps):
            raise ModelError(f"{steps!r} steps were asked for; their number must be whole and at least 0.")
        rng, frames = np.random.default_rng(seed), [cells]
        while len(frames) <= steps and not (stop is not None and stop(frames[-1])):
            frames.append(self.step(frames[-1], rng))
        return np.array(frames)


def neighbours(mask: np.ndarray, *, wrap: bool = False, corners: bool = False) -> np.ndarray:
    """Return for each cell how many of its neighbours are in `mask`, an array of truth values (..., rows, columns)."""
    here = np.asarray(mask, dtype=np.uint8)
    beside = _sum_of_two(here, -1, wrap)
    if not corners:
        return beside + _sum_of_two(here, -2, wrap)
    return beside + _sum_of_two(here + beside, -2, wrap)


def _sum_of_two(values: np.ndarray, axis: int, wrap: bool) -> np.ndarray:
    """Return for each place the sum of the values before and behind it along `axis`."""
    if wrap:
        return np.roll(values, 1, axis) + np.roll(values, -1, axis)
    values = np.moveaxis(values, axis, -1)
    total = np.zeros_like(values)
    total[..., 1:] = values[..., :-1]
    total[..., :-1] += values[..., 1:]
    return np.moveaxis(total, -1, axis)


def clusters(mask: np.ndarray, *, corners: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return the connected parts of a grid: the number of each cell's part, 0 outside `mask`, and the parts' sizes.

    Shapes (rows, columns) and (parts,); the part with the number k has size `sizes[k - 1]`. Cells are connected through
    their four nearest neighbours, with `corners` through eight.
    """
    from scipy import ndimage

    labels, parts = ndimage.label(mask, np.ones((3, 3)) if corners else None)
    return labels, np.bincount(labels.ravel(), minlength=parts + 1)[1:]


def crosses(mask: np.ndarray, *, corners: bool = False) -> bool:
    """Return whether one connected part of `mask` reaches from the first row to the last: whether it percolates."""
    labels, _ = clusters(mask, corners=corners)
    return bool(np.intersect1d(labels[0][labels[0] > 0], labels[-1]).size)


def _states(cells, what: str, shape: tuple | None = None) -> np.ndarray:
    given = np.asarray(cells)
    if shape is not None and given.shape != shape:
        raise ModelError(f"{what} the shape {given.shape}; the grid has the shape {shape}.")
    if given.dtype == np.uint8:
        return given
    if not np.issubdtype(given.dtype, np.number) and given.dtype != bool:
        raise ModelError(f"{what} states of type {given.dtype}; states are whole numbers from 0 to {MOST_STATES - 1}.")
    whole = given.astype(np.uint8)
    if (whole != given).any():
        odd = given[whole != given].flat[0]
        raise ModelError(f"{what} the state {odd:g}; states are whole numbers from 0 to {MOST_STATES - 1}.")
    return whole
