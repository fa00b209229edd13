"""The page's random numbers are Python's, and both are distributed as they should be."""

import json

import numpy as np
import pytest
from py_mini_racer import MiniRacer
from scipy import stats

from immunereset.live.noise.random import Random
from immunereset.live.page import text_of

DRAWS = 20_000
SHARES = [0.001, 0.2, 0.5, 0.7, 0.999]


@pytest.fixture(scope="module")
def v8():
    page = MiniRacer()
    page.eval(text_of("noise/random.js"))
    return page


def drawn(v8, call, count=DRAWS, seed=1, stream=0):
    """What the page draws."""
    code = (
        f"{{ const r = random({seed}, {stream}); JSON.stringify(Array.from({{ length: {count} }}, () => r.{call})) }}"
    )
    return np.array(json.loads(v8.eval(code)))


def test_words_follow_the_published_generator():
    """The first words from the state 1, 2, 3, 4; the first by hand: 5 · 2, turned by 7 bits, is 1280, times 9."""
    source = Random(0)
    source.words = [1, 2, 3, 4]
    assert [source.word() for _ in range(4)] == [11520, 0, 5927040, 70819200]


def test_seeding_is_numpy_s(v8):
    for seed, stream in [(0, 0), (1, 0), (0, 1), (4294967295, 4294967295), (20261123, 17)]:
        expected = np.random.SeedSequence(seed, spawn_key=(stream,)).generate_state(4).tolist()
        assert json.loads(v8.eval(f"JSON.stringify(seeds({seed}, {stream}).map((w) => w >>> 0))")) == expected
        assert Random(seed, stream).words == expected


CALLS = [
    "word()", "uniform()", "exponential()", "normal()", "gamma(0.3)", "gamma(1)", "gamma(7.5)",
    "poisson(0)", "poisson(0.01)", "poisson(3)", "poisson(9.99)", "poisson(10)", "poisson(250)", "poisson(1e9)",
    "binomial(0, 0.5)", "binomial(7, 0)", "binomial(7, 1)", "binomial(20, 0.3)", "binomial(100, 0.05)",
    "binomial(1e3, 0.4)", "binomial(1e3, 0.9)", "binomial(6e7, 1e-3)", "binomial(1e8, 1e-8)",
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_the_page_draws_what_python_draws(v8, call):
    source = Random(7, 3)
    expected = [eval(f"source.{call}", {"source": source}) for _ in range(500)]
    assert drawn(v8, call, 500, 7, 3) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "call, law",
    [
        ("uniform()", stats.uniform()),
        ("exponential()", stats.expon()),
        ("normal()", stats.norm()),
        *((f"gamma({a})", stats.gamma(a)) for a in (0.05, 0.5, 1, 3, 400)),
    ],
)
def test_continuous_draws(v8, call, law):
    assert stats.kstest(drawn(v8, call), law.cdf).pvalue > 1e-3


LAWS = [
    *((f"poisson({m})", stats.poisson(m)) for m in (0.01, 0.5, 3, 9.99, 10, 30, 1000, 1e6)),
    *((f"binomial({n}, {p})", stats.binom(n, p)) for n in (1, 15, 200, 100_000) for p in SHARES),
]


@pytest.mark.parametrize("call, law", LAWS)
def test_whole_numbers(v8, call, law):
    """A chi-square test over groups of values with at least ten expected draws each."""
    found = drawn(v8, call, seed=2)
    edges = np.unique(law.ppf(np.linspace(0, 1, 41)[1:-1]))
    bins = np.concatenate([[-1], edges, [np.inf]])
    expected = DRAWS * np.diff(law.cdf(bins))
    seen = np.histogram(found, bins=bins + 0.5)[0]
    enough = expected > 10
    expected, seen = np.append(expected[enough], expected[~enough].sum()), np.append(seen[enough], seen[~enough].sum())
    if expected[-1] < 1:  # Too rare to count; they must not be frequent either.
        assert seen[-1] < 10
        expected, seen = expected[:-1], seen[:-1]
    if len(expected) > 1:
        assert stats.chisquare(seen, expected * seen.sum() / expected.sum()).pvalue > 1e-3
    # Mean and variance, the latter with the error that the law's own kurtosis gives it.
    mean, variance, kurtosis = (float(m) for m in law.stats(moments="mvk"))
    assert abs(found.mean() - mean) <= 3 * np.sqrt(variance / DRAWS)
    assert abs(found.var() - variance) <= 3.5 * variance * np.sqrt((kurtosis + 2) / DRAWS) + variance / DRAWS


def test_streams_and_seeds_differ(v8):
    a, b, c = drawn(v8, "uniform()"), drawn(v8, "uniform()", stream=1), drawn(v8, "uniform()", seed=2)
    assert len({*a, *b, *c}) == 3 * DRAWS
    assert max(abs(np.corrcoef([a, b, c])[np.triu_indices(3, 1)])) < 4 / np.sqrt(DRAWS)


def test_the_logarithm_of_gamma(v8):
    from math import lgamma

    for x in (1, 1.5, 2, 6.99, 7, 50, 1e4, 1e9):
        assert v8.eval(f"logGamma({x})") == pytest.approx(lgamma(x), rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, True, "1", None])
def test_seeds_are_whole_numbers(seed):
    with pytest.raises(ValueError, match="whole number from 0 to 4294967295, not"):
        Random(seed)
    with pytest.raises(ValueError, match="whole number"):
        Random(1, seed)
