"""Extinction and graft failure: each number by formula and by simulation."""

import math

import numpy as np
import pytest

from immunereset.engine import ModelError
from immunereset.engine.noise.clones import grow_clones
from immunereset.models.extinction import dose_for, extinction, graft_failure, grafts, mean_size

GRAFTS = 20_000


def near(share, expected, n):
    return abs(share - expected) <= 3 * np.sqrt(expected * (1 - expected) / n)


@pytest.mark.parametrize("cells, chance", [(1, 0.6), (2, 0.36), (3, 0.216), (5, 0.078)])
def test_extinction_in_the_end(cells, chance):
    assert extinction(cells) == pytest.approx(chance, abs=5e-4)


@pytest.mark.parametrize("days, chance", [(30, 0.404), (100, 0.565), (300, 0.599)])
def test_extinction_by_a_day(days, chance):
    assert extinction(1, days=days) == pytest.approx(chance, abs=5e-4)
    b, d, g = 0.05, 0.03, math.exp(0.02 * days)
    assert extinction(1, days=days) == pytest.approx(d * (g - 1) / (b * g - d))


@pytest.mark.parametrize("cells", [1, 2, 3, 5])
def test_simulated_lines_die_out_as_often(cells):
    rng = np.random.default_rng(cells)
    left = grow_clones(np.full(GRAFTS, cells), 0.05, 0.03, 400.0, rng)
    assert near((left == 0).mean(), float(extinction(cells)), GRAFTS)


def test_a_pool_without_surplus_dies_out_surely():
    for birth, death in [(0.05, 0.05), (0.05, 0.06), (0.0, 0.01)]:
        assert extinction(1000, birth, death) == 1.0
    assert extinction(1, 0.05, 0.0) == 0.0 and extinction(1, 0.0, 0.0) == 0.0
    assert extinction(0) == 1.0


def test_surviving_lines_have_a_geometric_size():
    assert mean_size() == pytest.approx(48.7, abs=0.05)
    left = grow_clones(np.ones(GRAFTS, dtype=int), 0.05, 0.03, 150.0, np.random.default_rng(11))
    alive = left[left > 0]
    assert abs(alive.mean() - mean_size()) < 3 * alive.std() / math.sqrt(len(alive))
    # A geometric number of mean m has the coefficient of variation sqrt(1 - 1/m) = 0.990. The sample's own error is about 1/sqrt(n) for a nearly exponential size.
    spread = alive.std() / alive.mean()
    assert abs(spread - math.sqrt(1 - 1 / mean_size())) < 3 / math.sqrt(len(alive))
    assert (alive == 1).mean() == pytest.approx(1 / mean_size(), abs=3 * math.sqrt(0.02 / len(alive)))


@pytest.mark.parametrize("dose, chance", [(10, 0.670), (25, 0.368), (50, 0.135), (100, 0.018)])
def test_failure_of_a_graft(dose, chance):
    assert graft_failure(dose) == pytest.approx(chance, abs=5e-4)
    left = grafts(dose, GRAFTS, 400.0, seed=dose)
    assert near((left == 0).mean(), float(graft_failure(dose, days=400.0)), GRAFTS)
    assert near((left == 0).mean(), chance, GRAFTS)


def test_doses_of_limiting_dilution():
    assert dose_for(math.exp(-1)) == pytest.approx(25)
    assert dose_for(0.01) == pytest.approx(115, abs=0.2)
    assert dose_for(0.01, birth=0.05, death=0.04) == pytest.approx(230, abs=0.5)
    assert dose_for(0.01, birth=0.03, death=0.03) == math.inf
    for risk in (0.5, 0.01, 1e-6):
        assert graft_failure(dose_for(risk)) == pytest.approx(risk)


def test_two_grafts_are_one_of_twice_the_dose():
    assert graft_failure(2 * 17.0) == pytest.approx(graft_failure(17.0) ** 2)


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        (lambda: extinction(-1), "at least 0 cells"), (lambda: extinction(1, -0.1), "birth is -0.1"),
        (lambda: extinction(1, 0.1, math.inf), "death is inf"), (lambda: graft_failure(-5), "at least 0 cells"),
        (lambda: graft_failure(5, settle=1.5), "chance to settle"), (lambda: dose_for(0), "between 0 and 1"),
        (lambda: dose_for(1), "between 0 and 1"), (lambda: grafts(-1, 3, 10, 1), "at least 0 cells"),
        (lambda: extinction(1, days=-3), "days is -3"),
    ],
)  # fmt: skip
def test_refusals(wrong, sentence):
    with pytest.raises(ModelError, match=sentence):
        wrong()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: dose_for(0.01, death=...), "death is Ellipsis; it must be a number"),
        (lambda: dose_for([0.1, 0.01]), r"A risk is one number between 0 and 1; \[0.1, 0.01\]"),
        (lambda: grafts(25, 3, days=2500, seed=1), "more than can be drawn; take fewer days"),
    ],
)
def test_what_is_no_number_or_too_large_gets_a_sentence(call, says):
    with pytest.raises(ModelError, match=says):
        call()


def test_a_line_that_grows_beyond_numbers_has_the_chance_of_the_end():
    for days in (3e4, 1e6):
        assert extinction(1, 0.05, 0.03, days) == pytest.approx(extinction(1, 0.05, 0.03))
    assert mean_size(0.05, 0.03, 3e4) < mean_size(0.05, 0.03, 1e6) == np.inf
    with pytest.raises(ModelError, match="1 cell would have inf by then"):
        grafts(100, 2, 1e6, 1)
