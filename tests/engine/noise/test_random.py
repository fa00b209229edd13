"""The random numbers of patients: the published generator, NumPy's seeding, the laws, and a stream for each patient."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import gammaln

from immunereset.engine.noise.random import Random, log_factorial

DRAWS = 20_000
SHARES = [0.001, 0.2, 0.5, 0.7, 0.999]


def drawn(law, *given, seed=1, patients=DRAWS):
    """One draw for each of many patients."""
    return getattr(Random(seed, range(patients)), law)(*(np.full(patients, float(x)) for x in given))


def test_words_follow_the_published_generator():
    """The first words from the state 1, 2, 3, 4; the first by hand: 5 · 2, turned by 7 bits, is 1280, times 9."""
    source = Random(0, [0, 0])
    source.words[:] = [[1, 1], [2, 2], [3, 3], [4, 4]]
    words = [11520, 0, 5927040, 70819200]
    pairs = [[((high >> 6) * 2**26 + (low >> 6) + 0.5) / 2**52] * 2 for high, low in (words[:2], words[2:])]
    assert [source.uniform().tolist() for _ in pairs] == pairs


@pytest.mark.parametrize(
    "seed",
    [0, 4294967295, 2**40, 2**200 + 5, np.random.SeedSequence(5, spawn_key=(3,)), np.random.SeedSequence([1, 2**70], spawn_key=(3, 2**33))],
)  # fmt: skip
def test_seeding_is_numpy_s(seed):
    numbers = [0, 1, 17, 4294967295]
    whole = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    children = [np.random.SeedSequence(whole.entropy, spawn_key=(*whole.spawn_key, i)) for i in numbers]
    assert Random(seed, numbers).words.T.tolist() == [child.generate_state(4).tolist() for child in children]


CALLS = [
    ("uniform",), ("exponential",), ("normal",), ("poisson", 0), ("poisson", 0.01),
    ("poisson", 3), ("poisson", 30), ("poisson", 1e9), ("binomial", 0, 0.5), ("binomial", 7, 0), ("binomial", 7, 1),
    ("binomial", 20, 0.3), ("binomial", 1e3, 0.9), ("binomial", 6e7, 1e-3),
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_a_patient_draws_the_same_whoever_else_draws(call):
    """Alone, among others, or as some of them: the numbers, and those that follow."""
    law, *given = call
    alone, among, some = Random(3, [5]), Random(3, range(2, 12)), Random(3, range(10))
    for _ in range(20):
        expected = getattr(alone, law)(*(np.full(1, float(x)) for x in given))
        assert getattr(among, law)(*(np.full(10, float(x)) for x in given))[3] == expected
        assert getattr(some, law)(*(np.full(2, float(x)) for x in given), who=np.array([8, 5]))[1] == expected
    assert alone.words[:, 0].tolist() == among.words[:, 3].tolist() == some.words[:, 5].tolist()
    assert (some.words[:, 7] == Random(3, [7]).words[:, 0]).all()


def test_rows_are_drawn_one_after_the_other():
    """Means of every size side by side, none among them: as if each row were drawn by itself."""
    rng = np.random.default_rng(1)
    for large in (False, True):
        mean = 10 ** rng.uniform(-3, 6 if large else 0.9, (9, 50)) * (rng.random((9, 50)) < 0.9)
        together, apart = Random(7, range(50)), Random(7, range(50))
        assert (together.poisson(mean) == np.array([apart.poisson(row) for row in mean])).all()
        assert (together.words == apart.words).all()


@pytest.mark.parametrize(
    "law, given, distribution",
    [
        ("uniform", (), stats.uniform()),
        ("exponential", (), stats.expon()),
        ("normal", (), stats.norm()),
    ],
)
def test_continuous_draws(law, given, distribution):
    assert stats.kstest(drawn(law, *given), distribution.cdf).pvalue > 1e-3


LAWS = [
    *((("poisson", m), stats.poisson(m)) for m in (0.01, 0.5, 3, 9.99, 10, 30, 1000, 1e6)),
    *((("binomial", n, p), stats.binom(n, p)) for n in (1, 15, 200, 100_000) for p in SHARES),
]


@pytest.mark.parametrize("call, law", LAWS)
def test_whole_numbers(call, law):
    """A chi-square test over groups of values with at least ten expected draws each."""
    found = drawn(*call, seed=2)
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


def test_streams_and_seeds_differ():
    one, other = (Random(seed, [0, 1]) for seed in (1, 2))
    a, b, c = np.array([[*one.uniform(), other.uniform()[0]] for _ in range(DRAWS)]).T
    assert len({*a, *b, *c}) == 3 * DRAWS
    assert max(abs(np.corrcoef([a, b, c])[np.triu_indices(3, 1)])) < 4 / np.sqrt(DRAWS)


def test_the_logarithm_of_factorials():
    k = np.array([0.0, 1, 2, 5, 6, 7, 8, 50, 1e4, 1e9])
    assert log_factorial(k) == pytest.approx(gammaln(k + 1), rel=1e-13, abs=1e-13)
