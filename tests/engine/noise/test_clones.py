"""Clones against the exact distribution of birth and death, within three standard errors."""

import numpy as np
import pytest

from immunereset.engine import ModelError
from immunereset.engine.noise.clones import grow_clones, survival

N = 200_000


@pytest.mark.parametrize(("birth", "death"), [(0.05, 0.03), (0.03, 0.05), (0.04, 0.04), (0.0, 0.05), (0.05, 0.0)])
def test_mean_variance_and_extinction(birth, death):
    days, cells = 20.0, 7
    n = grow_clones(np.full(N, cells), birth, death, days, np.random.default_rng(1))
    net = birth - death
    mean = cells * np.exp(net * days)
    if net:
        variance = cells * (birth + death) / net * np.exp(net * days) * np.expm1(net * days)
        extinct = (death * np.expm1(net * days) / (birth * np.exp(net * days) - death)) ** cells
    else:
        variance, extinct = 2 * cells * birth * days, (birth * days / (1 + birth * days)) ** cells
    assert abs(n.mean() - mean) < 3 * np.sqrt(variance / N)
    kurtosis = np.mean((n - n.mean()) ** 4) / n.var() ** 2
    assert abs(n.var() - variance) < 3 * variance * np.sqrt((kurtosis - 1) / N)
    assert abs((n == 0).mean() - extinct) <= 3 * np.sqrt(extinct * (1 - extinct) / N)


def test_extinction_in_time():
    """One cell, b = 0.05, d = 0.03, extinct by day 30, 100 and 300."""
    extinct = [1 - survival(0.05, 0.03, t)[0] for t in (30, 100, 300)]
    assert extinct == pytest.approx([0.404, 0.565, 0.599], abs=0.001)


def test_surviving_clones_are_geometric():
    """Mean size 48.7 on day 150 given survival."""
    n = grow_clones(np.ones(N, int), 0.05, 0.03, 150.0, np.random.default_rng(2))
    n = n[n > 0]
    assert 1 / survival(0.05, 0.03, 150.0)[1] == pytest.approx(48.7, abs=0.1)
    assert abs(n.mean() - 48.7) < 3 * n.std() / np.sqrt(len(n)) + 0.05
    assert n.std() / n.mean() == pytest.approx(np.sqrt(1 - 1 / n.mean()), rel=0.02)


def test_many_steps_are_as_good_as_one():
    rng = np.random.default_rng(3)
    once = grow_clones(np.full(N, 5), 0.05, 0.05, 60.0, rng)
    often = np.full(N, 5)
    for _ in range(60):
        often = grow_clones(often, 0.05, 0.05, 1.0, rng)
    error = np.sqrt(2 * once.var() / N)
    assert abs(once.mean() - often.mean()) < 3 * error
    share = (once == 0).mean()
    assert abs(share - (often == 0).mean()) < 3 * np.sqrt(2 * share * (1 - share) / N)


def test_the_dead_stay_dead_and_day_zero_is_now():
    sizes = np.array([0, 3, 5])
    now, *later = (grow_clones(sizes, 0.02, 0.3, days, np.random.default_rng(4)) for days in (0.0, 10.0, 200.0))
    assert (now == sizes).all() and later[0][0] == 0 and (later[1] == 0).all()


def test_almost_balanced_rates_keep_their_digits():
    balanced = survival(0.05, 0.05, 100.0)
    assert survival(0.05 + 1e-13, 0.05, 100.0) == pytest.approx(balanced, rel=1e-9)
    assert survival(0.05 + 1e-9, 0.05, 100.0) == pytest.approx(balanced, rel=1e-5)


def test_without_death_every_line_survives():
    for days in np.linspace(1, 200, 500):
        assert survival(0.1, 0.0, days)[0] == pytest.approx(1.0, abs=1e-12) and survival(0.1, 0.0, days)[0] <= 1.0


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda rng: grow_clones([1.5], 0.1, 0.1, 1, rng), "whole numbers"),
        (lambda rng: grow_clones([-1], 0.1, 0.1, 1, rng), "whole numbers"),
        (lambda rng: grow_clones([1], -0.1, 0.1, 1, rng), "birth is -0.1"),
        (lambda rng: grow_clones([1], 0.1, np.inf, 1, rng), "death is inf"),
    ],
)
def test_refusals(action, message):
    with pytest.raises(ModelError, match=message):
        action(np.random.default_rng(0))
