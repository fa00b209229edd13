"""Drift among stem cells: by formula, by simulation and by an independent program."""

import math

import pytest

from immunereset.engine import ModelError
from immunereset.models.stem_cell_drift import diversity, drift, expected_diversity, halving_years, takeover


def test_diversity_on_average():
    assert expected_diversity([5, 60]) == pytest.approx([0.890, 0.435], abs=5e-4)
    assert expected_diversity(halving_years()) == pytest.approx(0.475)
    assert diversity([[10] * 20, [200] + [0] * 19]) == pytest.approx([0.95, 0.0])


def test_simulated_diversity():
    H = diversity(drift([5, 60], 100, seed=1))
    for simulated, expected, other in zip(H, expected_diversity([5, 60]), (0.886, 0.443), strict=True):
        error = simulated.std(ddof=1) / 10
        assert abs(simulated.mean() - expected) < 3 * error
        assert abs(simulated.mean() - other) < 3 * math.sqrt(2) * error


def test_cells_are_neither_made_nor_lost_and_shares_stay_the_same_on_average():
    sizes = drift([0, 20], 300, seed=2, cells=40, clones=4)
    assert (sizes.sum(axis=-1) == 40).all() and (sizes[0] == 10).all()
    assert (abs(sizes[1].mean(axis=0) - 10) < 3 * sizes[1].std(axis=0) / math.sqrt(300)).all()


def test_takeover():
    assert takeover() == 1 / 200
    assert takeover(200, 0.1) == pytest.approx(0.091, abs=5e-4)
    assert takeover(1, 0.3) == pytest.approx(1.0)
    assert takeover(200, 1e-9) == pytest.approx(1 / 200, rel=1e-5)


@pytest.mark.parametrize("advantage", [0.0, 0.2])
def test_simulated_takeover_of_one_cell(advantage):
    """Ten cells, ten clones: within 60 years every pool of this size belongs to one of them."""
    persons = 2000
    sizes = drift(60, persons, seed=3, cells=10, clones=10, rate=1 / 50, advantage=advantage)[0]
    assert (sizes.max(axis=-1) == 10).all()
    chance = takeover(10, advantage)
    assert abs((sizes[:, 0] == 10).mean() - chance) < 3 * math.sqrt(chance * (1 - chance) / persons)


def test_large_pools_hardly_drift():
    assert halving_years() == pytest.approx(53.2, abs=0.1)
    assert expected_diversity(60, start=1.0, cells=50_000) > 0.99


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        (lambda: drift(1, 2, 1, cells=10, clones=3), "10 cells cannot be 3 clones"),
        (lambda: drift([2, 1], 2, 1), "must increase"), (lambda: drift([-1, 1], 2, 1), "none below 0"),
        (lambda: drift(1, 2, 1, advantage=-0.1), "at least 0"), (lambda: takeover(0), "at least 1 cell"),
        (lambda: takeover(5, -1), "above -1"), (lambda: takeover(float("nan")), "at least 1 cell"),
        (lambda: diversity([[1, 2], [0, 0]]), "pools of more than 0 cells"),
    ],
)  # fmt: skip
def test_refusals(wrong, sentence):
    with pytest.raises(ModelError, match=sentence):
        wrong()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: halving_years(-1), "A pool has more than 0 cells.*-1 and"),
        (lambda: expected_diversity(10, cells=0), "A pool has more than 0 cells"),
        (lambda: expected_diversity(-60), "Years must be at least 0; -60"),
        (lambda: drift(10, persons=3, seed=1, cells=-20), "A pool has more than 0 cells"),
        (lambda: drift(10, persons=0, seed=1), "At least 1 person"),
    ],
)
def test_a_pool_that_cannot_be_is_refused(call, says):
    with pytest.raises(ModelError, match=says):
        call()
