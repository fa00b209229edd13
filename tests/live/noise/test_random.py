"""The page draws the random numbers that Python draws."""

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from immunereset.engine.noise.random import Random, log_factorial
from immunereset.live.page import text_of
from immunereset.live.specification import check_seed

PATIENTS = 300


@pytest.fixture(scope="module")
def v8():
    page = MiniRacer()
    page.eval(text_of("noise/random.js"))
    return page


CALLS = [
    ("uniform",), ("exponential",), ("normal",),
    ("poisson", 0), ("poisson", 0.01), ("poisson", 3), ("poisson", 9.99), ("poisson", 10), ("poisson", 250),
    ("poisson", 1e9), ("binomial", 0, 0.5), ("binomial", 7, 0), ("binomial", 7, 1), ("binomial", 20, 0.3),
    ("binomial", 100, 0.05), ("binomial", 1e3, 0.4), ("binomial", 1e3, 0.9), ("binomial", 6e7, 1e-3),
    ("binomial", 1e8, 1e-8),
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS, ids=str)
@pytest.mark.parametrize("seed", [7, 4294967295])
def test_the_page_draws_what_python_draws(v8, call, seed):
    """For many patients and three times over, so that each took as many random numbers as here."""
    law, *given = call
    source = Random(seed, range(PATIENTS))
    expected = [getattr(source, law)(*(np.full(PATIENTS, float(x)) for x in given)) for _ in range(3)]
    code = """((law, given, seed, patients) => Array.from({ length: patients }, (_, i) => {
        const source = random(seed, i);
        return [0, 1, 2].map(() => source[law](...given)); }))"""
    assert np.array(v8.call(code, law, given, seed, PATIENTS)).T == pytest.approx(np.array(expected), rel=1e-12)


def test_the_logarithm_of_gamma(v8):
    k = np.array([0.0, 1, 5, 6, 7, 50, 1e4, 1e9])
    found = [v8.call("((k) => logGamma(k + 1))", x) for x in k.tolist()]
    assert found == pytest.approx(log_factorial(k), rel=1e-15, abs=1e-15)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, True, "1", None])
def test_seeds_of_a_page_are_whole_numbers(seed):
    with pytest.raises(ValueError, match="whole number from 0 to 4294967295, not"):
        check_seed(seed)
