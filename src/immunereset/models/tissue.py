r"""Attacked tissue: inflammation that passes from cell to cell on a grid.

Question
    When does a spot of inflammation stay a spot, and when does it eat the whole tissue?

Rule (one step is a day)
    A cell is healthy (0), inflamed since 1 … tau days, or dead (tau + 1). Each inflamed cell attacks each of its four
    healthy neighbours with the chance b a day; whoever is attacked is inflamed the next day. An inflamed cell dies
    after tau days. Where regulatory cells protect a cell, the chance is `PROTECTION` × b.

Exact
    An inflamed cell passes the inflammation on to a neighbour, before it dies, with the chance
    T_m = 1 - (1 - b)^tau. Whether it does is settled once for each pair of neighbours: bond percolation on the
    square lattice, with the exact border T_m = 1/2 (Harris and Kesten; Bollobás and Riordan 2006). With a share c of
    protected cells the mean of T_m gives the estimate `critical_cover`; it is not exact, for protection sits on cells
    and not on pairs.

Sources
    The rule is bond percolation played day by day; rule and values are our choice.

Limits
    `LIMITS`.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from immunereset.engine.noise.random import Random

SIDE = 81
TAU = 5
PROTECTION = 0.1
NEAREST = np.array([[[0, 1, 0], [1, 0, 1], [0, 1, 0]]])
"""The four neighbours of a cell, in each run; beyond the edge there is nothing."""
BORDER = 0.5
"""T_m at which an attack on an endless grid can first go on for ever: exact."""

LIMITS = (
    "Inflammation passes to neighbours only; cells that travel through blood and lymph are left out.",
    "Nothing heals and nothing grows back.",
    "Protected cells are scattered at random, and regulation does not answer to the attack.",
)


def transmissibility(b, tau: int = TAU):
    """Return T_m, the chance that an inflamed cell inflames a given neighbour before it dies: 1 - (1 - b)^tau.

    `b` is the chance of an attack per day, a number or an array. Raises ValueError outside 0 to 1.
    """
    _check_shares(b=b)
    return 1.0 - (1.0 - np.asarray(b, float)) ** tau


def attack_rate(T_m, tau: int = TAU):
    """Return b, the chance of an attack per day, for a T_m from 0 to 1 and `tau` days of inflammation.

    Raises ValueError for a T_m outside 0 to 1.
    """
    _check_shares(T_m=T_m)
    return 1.0 - (1.0 - np.asarray(T_m, float)) ** (1.0 / tau)


def critical_cover(T_m: float, tau: int = TAU) -> float:
    """Return the share of protected cells at which the mean transmissibility is `BORDER`, between 0 and 1."""
    guarded = float(transmissibility(PROTECTION * attack_rate(T_m, tau), tau))
    return min((T_m - BORDER) / (T_m - guarded), 1.0) if T_m > BORDER else 0.0


def attack(T_m: float, cover: float = 0.0, *, runs: int = 1, seed=1, tau: int = TAU, side: int = SIDE, days=None):
    """Follow attacks that begin in the middle cell until nothing is inflamed; shape (days, runs, side, side).

    Returns the states 0 (healthy), 1 … `tau` (inflamed) and `tau` + 1 (dead), and which cells are protected, shape
    (runs, side, side). `cover` is the share of the cells that are protected. The same `seed` gives the same attack.
    `days` ends it early. Raises ValueError for shares outside 0 to 1.
    """
    _check_shares(T_m=T_m, cover=cover)
    shape = (runs, side, side)
    where, when = np.random.SeedSequence(seed).spawn(2)
    protected = np.random.default_rng(where).random(shape) < cover
    escape = 1.0 - attack_rate(T_m, tau) * np.where(protected, PROTECTION, 1.0)

    start = np.zeros(shape, np.uint8)
    start[:, side // 2, side // 2] = 1
    longest = tau * side * side if days is None else days
    rng, frames = np.random.default_rng(when), [start]
    while len(frames) <= longest and (inflamed := is_inflamed(frames[-1], tau)).any():
        attackers = ndimage.convolve(inflamed.astype(np.uint8), NEAREST, mode="constant")
        at = np.nonzero((frames[-1] == 0) & (attackers > 0))
        after = frames[-1] + inflamed
        after[at] = rng.random(at[0].size) >= escape[at] ** attackers[at]
        frames.append(after)
    return np.array(frames), protected


SIDES = ((-1, 0), (1, 0), (0, -1), (0, 1))
"""Row and column of the neighbours, in the order in which `days_of_attack` draws for them."""


def days_of_attack(b: float, *, seed: int = 1, tau: int = TAU, side: int = SIDE) -> np.ndarray:
    """Return the day on which each cell is inflamed, infinity for never, shape (side, side): an attack as in `attack`.

    `b` is the chance of an attack a day. Each cell has a number of its own for each neighbour, which says on which day it
    would inflame it: the same `seed` is the same luck at every b, and the page draws the same (tissue.js). The attack
    begins in the middle on day 0. Raises ValueError for a b that is not above 0 and below 1.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    if not 0 < b < 1:
        raise ValueError(f"b is {b!r}; it is a chance a day, above 0 and below 1.")
    cells = side * side
    luck = Random(seed, np.arange(len(SIDES) * cells)).uniform().reshape(len(SIDES), side, side)
    wait = np.ceil(np.log(luck) / np.log1p(-b))
    row, column = np.mgrid[:side, :side]
    ways = []
    for k, (down, right) in enumerate(SIDES):
        there = (row + down >= 0) & (row + down < side) & (column + right >= 0) & (column + right < side)
        passes = there & (wait[k] <= tau)
        ways.append(
            (
                row[passes] * side + column[passes],
                (row + down)[passes] * side + (column + right)[passes],
                wait[k][passes],
            )
        )
    source, target, days = (np.concatenate(part) for part in zip(*ways))
    graph = csr_array((days, (source, target)), shape=(cells, cells))
    return dijkstra(graph, indices=cells // 2).reshape(side, side)


def cells_on(days: np.ndarray, day: int, tau: int = TAU) -> np.ndarray:
    """Return what to draw on a day, given the days of an attack: 0 healthy, 1 inflamed, 2 dead."""
    return np.where(days > day, 0, np.where(days > day - tau, 1, 2))


def final_shares(T_m, cover=0.0, *, runs: int, seed=1, tau: int = TAU, side: int = SIDE) -> np.ndarray:
    """Return the share of the tissue that is dead in the end, shape (runs,): bond percolation instead of days.

    Each pair of neighbours is settled by one draw; dead are all cells that lead back to the middle cell. The answers
    are distributed as those of `attack`, and come much faster. The same `seed` draws the same numbers for every `T_m`
    and `cover`, so that more attack never means less damage. Raises ValueError for shares outside 0 to 1.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    _check_shares(T_m=T_m, cover=cover)
    guarded = float(transmissibility(PROTECTION * attack_rate(T_m, tau), tau))
    cell = np.arange(side * side).reshape(side, side)
    pairs = [(cell[:, :-1], cell[:, 1:]), (cell[:-1], cell[1:])]
    one, other = (np.concatenate([pair[i].ravel() for pair in pairs]) for i in (0, 1))
    source, target = np.concatenate([one, other]), np.concatenate([other, one])
    rng, shares = np.random.default_rng(seed), np.empty(runs)
    for run in range(runs):
        chance = np.where(rng.random(side * side) < cover, guarded, T_m)
        passes = rng.random(source.size) < chance[target]
        ways = csr_array((np.ones(passes.sum()), (source[passes], target[passes])), shape=(side * side, side * side))
        shares[run] = breadth_first_order(ways, cell[side // 2, side // 2], return_predecessors=False).size
    return shares / side**2


def _check_shares(**shares) -> None:
    for name, share in shares.items():
        if not ((np.asarray(share) >= 0) & (np.asarray(share) <= 1)).all():
            raise ValueError(f"{name} is {share!r}; it is a share and lies from 0 to 1.")


def is_inflamed(cells, tau: int = TAU):
    """Return which cells are inflamed."""
    return (cells > 0) & (cells <= tau)


def destroyed(cells, tau: int = TAU):
    """Return the share of dead cells of each grid; the last two axes are rows and columns."""
    return (cells == tau + 1).mean(axis=(-2, -1))


def kinds(cells, protected=None, tau: int = TAU):
    """Return what to draw: 0 healthy, 1 inflamed, 2 dead and, if `protected` is given, 3 healthy and protected."""
    drawn = np.where(cells == 0, 0, np.where(is_inflamed(cells, tau), 1, 2))
    return drawn if protected is None else np.where((cells == 0) & protected, 3, drawn)
