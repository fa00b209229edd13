"""People whose disease has a usual pace, and who come to a clinic after a year that was worse than usual.

Question
    A clinic takes people with at least so many relapses in a year, and gives them nothing that acts. How many relapses
    will they have in the next year?

Method
    Usual paces differ: gamma distributed (shape and mean below). The relapses of a year are Poisson with one's own pace, and
    years are independent. Who is taken was chosen by one year; the next year knows nothing of that.

Sources
    The law is that of Greenwood and Yule (1920) for accidents. Shape and mean are toy values.

Limits
    The usual pace never changes, nothing that is given acts, and nobody believes anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from immunereset.engine.noise.random import Random

SHAPE, MEAN = 1.5, 0.6
"""Shape of the gamma law of usual paces, a multiple of one half, and its mean (relapses a year); toy values."""


class People(NamedTuple):
    """Usual paces (relapses a year), and the relapses of the year before and of the year after; shape (people,) each."""

    pace: np.ndarray
    before: np.ndarray
    after: np.ndarray

    @property
    def fall(self) -> float:
        """By what share relapses fell from one year to the next; negative if there are more."""
        return 1 - self.after.sum() / self.before.sum()


def people(numbers: Iterable[int], least: int, seed: int, shape: float = SHAPE, mean: float = MEAN) -> People:
    """Return the people of these `numbers` who come with at least `least` relapses in a year.

    Each number is a stream of `seed`: somebody new is drawn from it until one has had enough relapses.
    """
    source = Random(seed, np.asarray(list(numbers)))
    count = source.words.shape[1]
    pace, before, after = np.zeros(count), np.full(count, -1.0), np.zeros(count)
    while len(who := np.flatnonzero(before < least)):
        pace[who] = paces(source, who, shape, mean)
        before[who] = source.poisson(pace[who], who)
    after[:] = source.poisson(pace)
    return People(pace, before, after)


def paces(source: Random, who: np.ndarray, shape: float = SHAPE, mean: float = MEAN) -> np.ndarray:
    """Draw usual paces for the streams `who`: a gamma number is a sum of exponential ones and half a squared normal."""
    total = np.zeros(len(who))
    for _ in range(int(shape)):
        total += source.exponential(who)
    if shape % 1:
        total += source.normal(who) ** 2 / 2
    return total * mean / shape


def expected(least: int, shape: float = SHAPE, mean: float = MEAN) -> tuple[float, float]:
    """Return the relapses to be expected in the year before and in the year after of who had at least `least`."""
    counts = np.arange(least, 400)
    share = np.exp(gammaln(counts + shape) - gammaln(counts + 1) + counts * np.log(mean / (shape + mean)))
    return tuple(float((share * x).sum() / share.sum()) for x in (counts, next_year(counts, shape, mean)))


def next_year(relapses, shape: float = SHAPE, mean: float = MEAN):
    """Return the relapses to be expected next year of who had exactly so many (a number or an array)."""
    return (shape + relapses) / (1 + shape / mean)
