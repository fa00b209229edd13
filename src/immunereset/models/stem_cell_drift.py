r"""Drift: a fixed number of stem cells, and clones that grow or vanish by luck alone.

Question
    All stem cells are equally good. Why does one family take over, and how long does it take?

Model (Moran)
    N cells. Each is replaced on average `rate` times per day: a cell drawn at random divides, and its
    daughter takes the place of any cell drawn at random. Clonality is measured by H, the chance
    that two cells drawn at random (with replacement) belong to different clones: H = 1 - Σ p_i².
    On average H = H_0 e^(-2 rate t / N), so that it halves within N ln 2 / (2 rate) days.
    The family of one cell takes over the whole pool in the end with probability 1/N; if its cells
    divide (1 + s) times as often as the others, with (1 - 1/(1 + s)) / (1 - (1 + s)^-N).

Sources
    Moran's model; the pace of division, once per 40 weeks, Catlin et al. (2011). The size of the pool is a toy value.

Limits
    The number of cells never changes, every cell competes with every other, and none is dormant.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine import YEAR
from immunereset.engine.errors import ModelError

RATE = 1.0 / 280.0
"""Replacements per cell and day: human blood stem cells divide about once per 40 weeks, Catlin et al. (2011)."""
CELLS = 200
"""Stem cells of the toy (toy value; in people the estimates begin at 20 000)."""
CLONES = 20
"""Clones of equal size at first (toy value)."""


def diversity(sizes) -> np.ndarray:
    """Return H, the chance that two cells belong to different clones; `sizes` has clones on its last axis.

    Raises `ModelError` for a pool without cells or with a clone that is no number of at least 0.
    """
    sizes = np.asarray(sizes, dtype=float)
    if not ((sizes >= 0).all() and (sizes.sum(axis=-1) > 0).all()):
        raise ModelError("Two cells can be drawn only from pools of more than 0 cells, in clones of at least 0.")
    return 1.0 - (sizes**2).sum(axis=-1) / sizes.sum(axis=-1) ** 2


def expected_diversity(years, start: float = 1.0 - 1.0 / CLONES, cells: float = CELLS, rate: float = RATE):
    """Return the mean of H after `years` (a number or an array), from `start`, in a pool of `cells`.

    Raises `ModelError` for years before 0, and for a pool or a rate that is not above 0.
    """
    _check_pool(cells, rate)
    if not np.all(np.asarray(years) >= 0):
        raise ModelError(f"Years must be at least 0; {years} were given.")
    return start * np.exp(-2.0 * rate * np.asarray(years, dtype=float) * YEAR / cells)


def halving_years(cells: float = CELLS, rate: float = RATE) -> float:
    """Return the years in which H halves on average in a pool of `cells`.

    Raises `ModelError` for a pool or a rate that is not above 0.
    """
    _check_pool(cells, rate)
    return float(cells * np.log(2.0) / (2.0 * rate) / YEAR)


def takeover(cells: int = CELLS, advantage: float = 0.0) -> float:
    """Return the chance that the family of one cell takes over a pool of `cells` in the end.

    Its cells divide 1 + `advantage` times as often as the others. Raises `ModelError` unless there is
    at least one cell and the advantage is above -1.
    """
    if not (cells >= 1 and advantage > -1):
        raise ModelError(
            f"A pool has at least 1 cell and an advantage lies above -1; {cells} and {advantage:g} were given."
        )
    if abs(advantage) < 1e-12:
        return 1.0 / cells
    # (1 - r) / (1 - r^N) with r = 1 / (1 + s), written so that small advantages keep their digits.
    log_r = -np.log1p(advantage)
    return float(np.expm1(log_r) / np.expm1(cells * log_r))


def drift(years, persons: int, seed, cells: int = CELLS, clones: int = CLONES, rate: float = RATE,
          advantage: float = 0.0) -> np.ndarray:  # fmt: skip
    """Return the cells of each clone, shape (times, persons, clones), at `years`, drawn exactly.

    At first all clones are of one size. The first clone's cells divide 1 + `advantage` times as often
    as the others. `seed` is a number or a `numpy.random.Generator`.

    Raises `ModelError` unless `clones` divides `cells`, years increase from 0 or later, at least one
    person is followed, and the advantage is at least 0.
    """
    years = np.atleast_1d(np.asarray(years, dtype=float))
    _check_pool(cells, rate)
    if persons < 1:
        raise ModelError(f"At least 1 person is followed; {persons} were given.")
    if clones < 1 or cells % clones:
        raise ModelError(f"{cells} cells cannot be {clones} clones of one size.")
    if years[0] < 0 or (np.diff(years) <= 0).any():
        raise ModelError("Years must increase, none below 0.")
    if not advantage >= 0:
        raise ModelError(f"The advantage of the first clone is at least 0; {advantage:g} was given.")
    rng = np.random.default_rng(seed)
    pool = np.tile(np.repeat(np.arange(clones), cells // clones), (persons, 1))
    out = np.empty((len(years), persons, clones), dtype=np.int64)
    # Divisions are proposed as often as the favoured clone divides, and the others' taken with a lower chance.
    proposals = cells * rate * (1.0 + advantage) * YEAR
    now = 0.0
    for sizes, year in zip(out, years):
        _replace(pool, rng.poisson(proposals * (year - now), persons), 1.0 / (1.0 + advantage), rng)
        now = year
        for clone in range(clones):
            sizes[:, clone] = (pool == clone).sum(axis=1)
    return out


def _check_pool(cells, rate) -> None:
    if not (cells > 0 and rate > 0):
        raise ModelError(
            f"A pool has more than 0 cells, replaced at a rate above 0; {cells:g} and {rate:g} were given."
        )


def _replace(pool: np.ndarray, events: np.ndarray, taken: float, rng) -> None:
    """Let `events` divisions be proposed in each person's pool; those of other clones than 0 happen with `taken`."""
    cells = pool.shape[1]
    for done in range(int(events.max(initial=0))):
        who = np.flatnonzero(events > done)
        parent, place = rng.integers(cells, size=(2, len(who)))
        clone = pool[who, parent]
        if taken < 1.0:
            happens = (clone == 0) | (rng.random(len(who)) < taken)
            who, place, clone = who[happens], place[happens], clone[happens]
        pool[who, place] = clone
