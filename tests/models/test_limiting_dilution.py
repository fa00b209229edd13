"""Limiting dilution: the 37 % point, the estimate and its interval, and what more than one hit looks like."""

import itertools
import math

import numpy as np
import pytest
from scipy.stats import binom

from immunereset.engine import ModelError
from immunereset.evidence import clopper_pearson
from immunereset.models.extinction import graft_failure
from immunereset.models.limiting_dilution import assay, estimate_frequency, negative_share

DOSES = [5, 10, 25, 50, 100]


def test_single_hit_is_the_failure_of_a_graft():
    """Homing .1 times 1 - d/b = .4: one cell in 25 makes a graft, and 37 % of the doses of 25 fail."""
    for dose in DOSES:
        assert negative_share(dose, 0.04) == pytest.approx(float(graft_failure(dose)))
    assert negative_share(25, 0.04) == pytest.approx(math.exp(-1))


def test_more_hits_bend_the_line():
    doses = np.array([5.0, 50.0])
    assert negative_share(doses, 0.04, hits=2) == pytest.approx(np.exp(-0.04 * doses) * (1 + 0.04 * doses))


def test_the_estimate_is_the_most_likely_frequency():
    positive = [2, 3, 6, 9, 10]
    found = estimate_frequency(DOSES, 10, positive)

    def log_likelihood(f):
        none = np.exp(-f * np.array(DOSES))
        seen = np.array(positive)
        return float((seen * np.log(1 - none) + (10 - seen) * np.log(none)).sum())

    around = found.estimate * np.geomspace(0.2, 5, 4001)
    assert around[int(np.argmax([log_likelihood(f) for f in around]))] == pytest.approx(found.estimate, rel=1e-3)
    assert found.low < found.estimate < found.high
    assert found.one_in == pytest.approx((1 / found.estimate, 1 / found.high, 1 / found.low))


def test_one_dose_gives_the_formula_on_paper():
    assert estimate_frequency([25], 100, [63]).estimate == pytest.approx(-math.log(0.37) / 25)


def test_one_dose_gives_the_interval_of_clopper_and_pearson():
    found = estimate_frequency([25], 100, [63])
    low, high = (-math.log1p(-share) / 25 for share in clopper_pearson(63, 100))
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-6)


DESIGNS = [([1], 20), ([1, 10, 100], 3), ([2, 3, 5], 4), ([4, 4], 6), (DOSES, 2)]


@pytest.mark.parametrize(("doses", "trials"), DESIGNS, ids=str)
def test_the_interval_holds_the_truth_at_least_as_often_as_it_says(doses, trials):
    """Every outcome with its chance. The interval is no wider than it must be: it misses in some of a hundred."""
    outcomes = np.array(list(itertools.product(range(trials + 1), repeat=len(doses))))
    found = [estimate_frequency(doses, trials, positive) for positive in outcomes]
    low, estimate, high = np.array([(f.low, f.estimate, f.high) for f in found]).T
    assert ((low <= estimate) & (estimate <= high)).all()
    held = []
    for f in np.geomspace(0.02, 4, 60) / np.median(doses):
        chance = binom.pmf(outcomes, trials, -np.expm1(-f * np.array(doses, float))).prod(axis=1)
        assert chance.sum() == pytest.approx(1)
        held.append(chance[(low <= f) & (f <= high)].sum())
    assert min(held) >= 0.95 - 1e-9
    assert min(held) < 0.97 and np.mean(held) < 0.99


def test_an_interval_is_hardly_wider_than_that_of_the_likelihood():
    """The likelihood-ratio interval holds the truth too seldom in small experiments; in this one it is 17.9 to 33.4."""
    found = estimate_frequency(DOSES, 20, [6, 7, 8, 19, 20])
    assert found.one_in == pytest.approx((24.24, 17.98, 33.44), abs=0.01)


def test_assays_are_drawn_with_the_chances_of_the_formula():
    counts = assay(DOSES, 20_000, 0.04, seed=2)
    for dose, count in zip(DOSES, counts):
        none = math.exp(-0.04 * dose)
        assert abs(count / 20_000 - (1 - none)) < 3 * math.sqrt(none * (1 - none) / 20_000)


def test_nothing_and_everything():
    none = estimate_frequency(DOSES, 4, [0] * 5)
    # Nothing grows in 4 × 190 cells with the chance exp(-760 f), which is 2.5 % at the upper end.
    assert (none.estimate, none.low) == (0.0, 0.0) and none.high == pytest.approx(-math.log(0.025) / 760)
    assert none.one_in[0] == none.one_in[2] == math.inf
    every = estimate_frequency(DOSES, 4, [4] * 5)
    assert every.estimate == every.high == math.inf and 0 < every.low < math.inf


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_unit_of_the_dose_does_not_matter(scale):
    plain, scaled = (estimate_frequency(np.array(DOSES) * k, 10, [2, 3, 6, 9, 10]) for k in (1.0, scale))
    for a, b in zip((plain.estimate, plain.low, plain.high), (scaled.estimate, scaled.low, scaled.high)):
        assert b * scale == pytest.approx(a, rel=1e-6)


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        (lambda: negative_share(-1, 0.1), "at least 0"), (lambda: negative_share(1, 0.1, hits=0), "hits a whole number from 1 on"),
        (lambda: negative_share(1, 0.1, hits=math.nan), "hits a whole number"),
        (lambda: estimate_frequency([0, 1], 3, [1, 1]), "finite doses above 0"),
        (lambda: estimate_frequency([1, math.inf], 3, [1, 1]), "finite doses above 0"),
        (lambda: estimate_frequency(range(1, 21), 20, [9] * 20), "20 doses have 2e\\+13 outcomes"),
        (lambda: estimate_frequency([1, 2], 3, [1]), "as many counts"),
        (lambda: estimate_frequency([1, 2], 3, [1, 4]), "no more positive"),
        (lambda: estimate_frequency([1, 2], 3, [1, 2], level=1.0), "level"),
    ],
)  # fmt: skip
def test_refusals(wrong, sentence):
    with pytest.raises(ModelError, match=sentence):
        wrong()


def test_half_a_mouse_and_half_a_hit_are_refused():
    with pytest.raises(ModelError, match=r"whole numbers; \[2.5\] of \[40.0\] were given"):
        estimate_frequency([50], 40, [2.5])
    with pytest.raises(ModelError, match="hits a whole number from 1 on; frequency 0.04, hits 1.5"):
        negative_share(10, 0.04, hits=1.5)
