r"""Repertoire: clones before and after a transplantation, and what a sample of them shows.

Question
    Sequencing finds old clones after a transplantation. Does that say how deep the treatment went,
    or how much of the repertoire is new?

Model
    A repertoire is a list of clone sizes. Before: `CLONES` memory clones with lognormal sizes,
    `CELLS` cells in all. Conditioning to depth k: each cell survives with probability 10^-k, so that
    a clone of n cells keeps a binomial number. Regrowth is neutral: every cell divides at the same
    rate, whatever its receptor, and clones grow by the exact birth process of `engine.clones`. New
    clones begin with one cell each and grow in the same way. A share φ of all cells is new at the end.
    Sequencing draws reads at random.

    Chance that a clone of n cells survives: 1 - (1 - 10^-k)^n. Chance that none of them does:
    (1 - 10^-k)^n, near exp(-n 10^-k).
    Hill numbers, the effective number of clones: D_q = (Σ x_i^q)^(1/(1 - q)), and exp(-Σ x_i ln x_i)
    for q = 1, where x_i is the share of clone i.
    Neutral survival and regrowth keep the expected share of every clone. So the expected overlap is
    that of two samples of the same blood times 1 - φ, at any depth.

Sources
    Hill numbers as in Daly et al. 2018. The rest is our choice, and all sizes are toy values.

Limits
    See `LIMITS`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from immunereset.engine.errors import ModelError
from immunereset.engine.noise.clones import grow_clones

CLONES = 60_000
CELLS = 60_000_000
SPREAD = 1.6
READS = 20_000
BIRTH = 0.1
"""Divisions per cell and day while clones regrow. Only how long regrowth takes depends on it."""

LIMITS = (
    "Neutral: no clone is called by an antigen or an infection, and none is killed more easily than another.",
    "One pool of well-mixed cells: no tissues, no subsets, no cells that come back with the graft.",
    "One read is one cell: no errors of sequencing, no clone counted twice.",
    "All numbers of cells, clones and reads are toy values.",
)


def repertoire(
    rng: np.random.Generator, clones: int = CLONES, cells: int = CELLS, spread: float = SPREAD
) -> np.ndarray:
    """Return the cells of each clone, shape (clones,), `cells` in all.

    Expected sizes are lognormal; `spread` is the standard deviation of their natural logarithm.
    Raises `ModelError` unless there is at least one clone and one cell, and `spread` is finite and not negative.
    """
    if not (clones >= 1 and cells >= 1 and 0 <= spread < np.inf):
        raise ModelError(
            f"A repertoire needs at least 1 clone, 1 cell and a spread of at least 0; "
            f"{clones}, {cells} and {spread:g} were given."
        )
    weights = rng.lognormal(0.0, spread, clones)
    return rng.multinomial(cells, weights / weights.sum())


def ablate(clones, depth: float, rng: np.random.Generator) -> np.ndarray:
    """Return the cells of each clone that survive conditioning to `depth` (logs).

    Raises `ModelError` if the depth is negative or not finite.
    """
    return rng.binomial(clones, survival_of_a_cell(depth))


def regrow(clones, cells: float, rng: np.random.Generator) -> np.ndarray:
    """Return clones regrown to `cells` cells in expectation, every cell dividing at the same rate.

    Raises `ModelError` if there is no cell to grow from, or if there are more than `cells` already.
    """
    left = int(np.sum(clones))
    if not 0 < left <= cells:
        raise ModelError(f"{left} cells cannot regrow to {cells:g}; there must be at least 1 and not more than that.")
    return grow_clones(clones, BIRTH, 0.0, np.log(cells / left) / BIRTH, rng)


def rebuild(before, depth: float, new: float, rng: np.random.Generator) -> np.ndarray:
    """Return the clones after conditioning to `depth` (logs) and regrowth, when a share `new` of all cells is new.

    The first half of the result are the clones of `before`, in their order; the second half are as
    many new clones. There are as many cells as before, in expectation. Raises `ModelError` if `new`
    is not a share from 0 to 1, and as `ablate` and `regrow` do.
    """
    if not 0 <= new <= 1:
        raise ModelError(f"The new share is {new:g}; it must lie between 0 and 1.")
    before = np.asarray(before)
    cells = before.sum()
    nothing = np.zeros_like(before)
    left = ablate(before, depth, rng)
    if left.sum() > (1 - new) * cells and new < 1:
        raise ModelError(
            f"{left.sum() / cells:.0%} of the cells survive {depth:g} logs; that leaves no room for a new share of {new:g}."
        )
    old = regrow(left, (1 - new) * cells, rng) if new < 1 else nothing
    fresh = regrow(np.ones_like(before), new * cells, rng) if new > 0 else nothing
    return np.concatenate([old, fresh])


def regrow_called(clones, called, faster: float, cells: float, rng: np.random.Generator) -> np.ndarray:
    """Return clones regrown to `cells` cells in expectation, when the `called` ones divide `faster` times as fast.

    `called` says of each clone whether it is called. Unlike `regrow` this is not neutral. Raises `ModelError`
    if `faster` is not above 0, and as `regrow` does.
    """
    clones, called = np.asarray(clones), np.asarray(called)
    left = int(clones.sum())
    if not (0 < left <= cells and faster > 0):
        raise ModelError(
            f"{left} cells cannot regrow to {cells:g} with called clones {faster:g} times as fast; there must be at "
            "least 1 cell and not more than that, and a speed above 0."
        )
    called_left = int(clones[called].sum())

    def too_many(days):
        return called_left * np.exp(faster * BIRTH * days) + (left - called_left) * np.exp(BIRTH * days) - cells

    most = np.log(cells / left) / (BIRTH * min(faster, 1.0))
    days = brentq(too_many, 0.0, most + 1.0) if left < cells else 0.0
    return np.where(
        called, grow_clones(clones, faster * BIRTH, 0.0, days, rng), grow_clones(clones, BIRTH, 0.0, days, rng)
    )


def sequence(clones, rng: np.random.Generator, reads: int = READS) -> np.ndarray:
    """Return how often each clone is read, `reads` reads in all, drawn at random from its cells.

    Raises `ModelError` unless `reads` is a whole number of at least 1 and there is a cell to read.
    """
    clones = np.asarray(clones)
    if not reads >= 1 or reads % 1 or not clones.sum() > 0:
        raise ModelError(
            f"Reads must be a whole number of at least 1, of at least 1 cell; {reads:g} reads of {clones.sum():g} "
            "cells were asked for."
        )
    return rng.multinomial(reads, clones / clones.sum())


def before_and_after(depth: float, new: float = 0.0, seed=1, reads: int = READS) -> tuple[np.ndarray, np.ndarray]:
    """Return the reads of one simulated person before and after, as `sequence` gives them.

    Conditioning goes to `depth` (logs), and a share `new` of all cells is new after regrowth. `seed`
    is a number or a `numpy.random.Generator`. Raises `ModelError` as `rebuild` does.
    """
    rng = np.random.default_rng(seed)
    before = repertoire(rng)
    earlier = sequence(before, rng, reads)
    return earlier, sequence(rebuild(before, depth, new, rng), rng, reads)


@dataclass(frozen=True)
class Rebuilt:
    """One person: the reads of each clone `earlier` and `later`, when no clone read later is new, and how many clones were
    `left` after conditioning. See `rebuilt`."""

    earlier: np.ndarray
    later: np.ndarray
    left: int

    def overlap(self, new: float = 0.0) -> float:
        """Return the overlap that is expected when a share `new` of all cells belongs to new clones."""
        return (1.0 - new) * overlap(self.later, self.earlier)

    @property
    def often(self) -> np.ndarray:
        """Of the clones that were read before, how many have 0, 1, 2, … reads later."""
        return np.bincount(self.later[: len(self.earlier)][self.earlier > 0])

    def found_again(self, new: float = 0.0) -> float:
        """Return the share of the clones read before that is then expected to be found again.

        A later read is one of an old clone with the chance 1 - `new`, so a clone with r of them is missed with new^r.
        """
        return float((self.often * (1.0 - new ** np.arange(self.often.size))).sum() / self.often.sum())


def rebuilt(depth: float, seed=1, reads: int = READS) -> Rebuilt:
    """Return one simulated person before and after conditioning to `depth` (logs), when nothing new grows.

    `seed` is a number or a `numpy.random.Generator`. Raises `ModelError` as `ablate` and `regrow` do.
    """
    rng = np.random.default_rng(seed)
    before = repertoire(rng)
    earlier, left = sequence(before, rng, reads), ablate(before, depth, rng)
    return Rebuilt(earlier, sequence(regrow(left, before.sum(), rng), rng, reads), int((left > 0).sum()))


def hill(counts, q: float) -> float:
    """Return the Hill number of order `q` of clones with these counts: the effective number of clones.

    At order 0 it is the number of clones, at infinity one over the share of the largest. Raises `ModelError` if all
    counts are 0, one is negative or not finite, or `q` is negative.
    """
    counts = np.asarray(counts, float)
    if not (np.isfinite(counts).all() and (counts >= 0).all() and counts.sum() > 0 and q >= 0):
        raise ModelError(
            "A Hill number needs counts that are finite and not negative, at least one above 0, and q of at least 0; "
            f"q is {q!r}."
        )
    share = counts[counts > 0] / counts.sum()
    if q == 0:
        return float(share.size)
    if q == 1:
        return float(np.exp(-(share * np.log(share)).sum()))
    # D_q = (Σ x_i (x_i/x_max)^(q - 1))^(1/(1 - q))/x_max keeps its digits near q = 1 and at large q.
    top = share.max()
    rest = share[share < top]
    return float(np.exp(-np.log1p((rest * np.expm1((q - 1) * np.log(rest / top))).sum()) / (q - 1)) / top)


def overlap(later, earlier) -> float:
    """Return the share of the reads `later` that belong to a clone found in the reads `earlier`.

    Both are reads per clone; clones that only `later` has stand behind those of `earlier`. Raises
    `ModelError` if there are no reads in one of them.
    """
    later, earlier = _both_read(later, earlier)
    return float(later[: len(earlier)][earlier > 0].sum() / later.sum())


def found_again(later, earlier) -> float:
    """Return the share of the clones in `earlier` that have at least one read in `later`.

    Raises `ModelError` if there are no reads in one of them.
    """
    later, earlier = _both_read(later, earlier)
    return float((later[: len(earlier)][earlier > 0] > 0).mean())


def _both_read(later, earlier):
    later, earlier = np.asarray(later), np.asarray(earlier)
    if not (later.sum() > 0 and earlier.sum() > 0):
        raise ModelError("Two samples can be compared only if each has at least 1 read; one of these has none.")
    if len(later) < len(earlier):
        raise ModelError(
            f"The clones of `earlier` ({len(earlier)}) come first in `later` ({len(later)}); are the two exchanged?"
        )
    return later, earlier


def new_share(seen: float, replicate: float) -> float:
    """Return the new share φ that explains the overlap `seen`, if two samples of the same blood overlap by `replicate`.

    Raises `ModelError` unless 0 <= seen <= replicate <= 1 and replicate > 0.
    """
    if not (0 <= seen <= replicate <= 1 and replicate > 0):
        raise ModelError(f"An overlap of {seen:g} cannot be explained by replicates that overlap by {replicate:g}.")
    return 1.0 - seen / replicate


def survival_of_a_cell(depth: float) -> float:
    """Return the chance of one cell to survive conditioning to `depth` (logs)."""
    if not (np.isfinite(depth) and depth >= 0):
        raise ModelError(f"The depth is {depth:g} logs; it must be finite and at least 0.")
    return 10.0**-depth


def clone_survives(cells, depth: float):
    """Return the chance that at least one of the `cells` of a clone survives; arrays in, arrays out."""
    return -np.expm1(_log_chance_of_none(cells, depth))


def chance_of_none(cells, depth: float):
    """Return the chance that not one of `cells` cells survives conditioning to `depth` (logs)."""
    return np.exp(_log_chance_of_none(cells, depth))


def _log_chance_of_none(cells, depth: float):
    """Return the logarithm of (1 - 10^-depth)^cells."""
    cells = np.asarray(cells, float)
    if not (cells >= 0).all():
        raise ModelError(f"The number of cells is {cells.min():g}; it must be at least 0.")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(cells > 0, cells * np.log1p(-survival_of_a_cell(depth)), 0.0)


def depth_for_none(cells: float, chance: float) -> float:
    """Return the depth (logs) at which, with probability `chance`, not one of `cells` cells survives.

    Raises `ModelError` unless `cells` is at least 1 and 0 < chance < 1.
    """
    if not (cells >= 1 and 0 < chance < 1):
        raise ModelError(
            f"At least 1 cell and a chance between 0 and 1 are needed; {cells:g} and {chance:g} were given."
        )
    return float(-np.log10(-np.expm1(np.log(chance) / cells)))
