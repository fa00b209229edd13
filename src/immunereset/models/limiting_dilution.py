r"""Limiting dilution: how many cells of a kind are there, if none of them can be seen?

Question
    One gives fewer and fewer cells and counts how often nothing grows. How frequent are the cells
    from which something grows, and how well is that known?

Formulas
    Single hit: one cell of the right kind is enough. At frequency f a dose of x cells holds a Poisson
    number of them, with mean f x, so that the chance of nothing is exp(-f x): 37 % at x = 1/f.
    If `hits` cells are needed, it is the chance of fewer than that many.
    The estimate of f is the one under which the counts seen are most likely. Its interval is exact: it
    holds every f under which an estimate so high, and one so low, are not too rare, each with more than
    half the chance that the level leaves. More of f makes more positive trials and higher estimates, so
    that at any f the interval holds it at least as often as the level says.

Sources
    The Poisson argument is a textbook one; single hit questioned for blood stem cells in Blood 116:2472, 2010.
    Interval: Clopper and Pearson, Biometrika 26:404, 1934, whose interval it is if there is one dose; with
    more doses the outcomes are ordered by the estimate.

Limits
    Cells act alone and are well mixed; every trial with a cell of the right kind is seen to be positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from immunereset.engine.errors import ModelError


@dataclass(frozen=True)
class Frequency:
    """An estimated frequency with its interval, each a number of cells of the right kind per cell given."""

    estimate: float
    low: float
    high: float

    @property
    def one_in(self) -> tuple[float, float, float]:
        """The same as "one in so many cells": (estimate, low, high), infinity where the frequency is 0."""
        with np.errstate(divide="ignore"):
            return tuple(float(np.divide(1.0, f)) for f in (self.estimate, self.high, self.low))


def negative_share(dose, frequency: float, hits: int = 1):
    """Return the chance that nothing grows from `dose` cells when `hits` cells of the right kind are needed.

    `dose` is a number or an array. Raises `ModelError` for negative numbers or less than one hit.
    """
    from scipy.stats import poisson

    mean = np.asarray(dose, dtype=float) * frequency
    if not (mean >= 0).all() or not hits >= 1 or hits % 1:
        raise ModelError(
            f"Doses and frequency must be at least 0 and hits a whole number from 1 on; frequency {frequency:g}, hits "
            f"{hits}."
        )
    return poisson.cdf(hits - 1, mean)


def assay(doses, trials, frequency: float, seed, hits: int = 1) -> np.ndarray:
    """Return in how many of `trials` something grows at each of `doses`, drawn at random.

    `trials` is one number or one for each dose; `seed` a number or a `numpy.random.Generator`.
    Raises `ModelError` as `negative_share` does.
    """
    doses = np.asarray(doses, dtype=float)
    return np.random.default_rng(seed).binomial(
        np.broadcast_to(trials, doses.shape), 1.0 - negative_share(doses, frequency, hits)
    )


def estimate_frequency(doses, trials, positive, level: float = 0.95) -> Frequency:
    """Return the single-hit frequency under which the counts are most likely, with its exact interval.

    `doses` are cells given, `trials` how often each dose was tried (one number or one for each),
    `positive` how often something grew. With nothing grown at all the estimate and the lower end are
    0; with something grown in every trial the estimate and the upper end are infinity.

    Raises `ModelError` for doses that are not finite and above 0, for counts that do not fit, for more outcomes than
    can be counted, and for a `level` that is not between 0 and 1.
    """
    from scipy.optimize import brentq
    from scipy.stats import binom

    doses, positive = (np.asarray(x, dtype=float) for x in (doses, positive))
    trials = np.broadcast_to(np.asarray(trials, dtype=float), doses.shape)
    if doses.ndim != 1 or positive.shape != doses.shape or not ((0 < doses) & (doses < np.inf)).all():
        raise ModelError("An assay needs a list of finite doses above 0 and as many counts of positive trials.")
    if not ((0 <= positive) & (positive <= trials) & (trials >= 1)).all() or (positive % 1).any() or (trials % 1).any():
        raise ModelError(
            "At each dose at least one trial is needed, and no more positive ones than trials, in whole numbers; "
            f"{positive.tolist()} of {trials.tolist()} were given."
        )
    if not 0 < level < 1:
        raise ModelError(f"The level of an interval lies between 0 and 1, such as 0.95; {level!r} was given.")
    halves = slice(doses.size // 2), slice(doses.size // 2, None)
    most = max(np.prod(trials[half] + 1.0) for half in halves)
    if most > 1e7:
        raise ModelError(
            f"Half of these {doses.size} doses have {most:.1g} outcomes; up to 1e7 can be counted, as of 10 doses with "
            "20 trials each."
        )
    empty = doses @ (trials - positive)

    def score(log_f):
        hit = np.exp(log_f) * doses
        # x / expm1(x) is what a positive trial adds; far out it is 0, and expm1 must not overflow.
        return float(positive @ (hit / np.expm1(np.minimum(hit, 700.0))) - np.exp(log_f) * empty)

    far_low, far_high = -np.log(doses.max()) - 30.0, -np.log(doses.min()) + np.log(700.0)
    none, all_ = positive.sum() == 0, empty == 0
    estimate = 0.0 if none else np.inf if all_ else float(np.exp(brentq(score, far_low, far_high)))
    # An estimate is lower than this one if, by the score, the positive trials weigh less in all than those seen.
    weights = np.ones(doses.size) if none else doses / -np.expm1(-estimate * doses)
    counts = [np.arange(n + 1) for n in trials]

    def outcomes(combine, parts):
        """Return the sums or products of `parts`, one array for each dose, over the outcomes of half the doses."""
        return [
            reduce(lambda a, b: combine.outer(a, b).ravel(), parts[half], np.full(1, combine.identity))
            for half in halves
        ]

    first, second = outcomes(np.add, [w * n for w, n in zip(weights, counts)])
    order = np.argsort(second)
    rounding = 1e-9 * weights.sum()
    as_low, less = (np.searchsorted(second[order], weights @ positive + r - first) for r in (rounding, -rounding))

    def tails(log_f):
        """Return the chances of an estimate as low as this one, and of one as high."""
        hit = -np.expm1(-np.exp(log_f) * doses)
        first, second = outcomes(np.multiply, [binom.pmf(k, n, p) for k, n, p in zip(counts, trials, hit)])
        below = np.append(0.0, np.cumsum(second[order]))
        return first @ below[as_low], 1.0 - first @ below[less]

    def end(tail):
        return float(np.exp(brentq(lambda log_f: tails(log_f)[tail] - (1.0 - level) / 2.0, far_low, far_high)))

    return Frequency(estimate, 0.0 if none else end(1), np.inf if all_ else end(0))
