"""Stem cells and a graft of them: what holds on average, and the chances of M5 from the noisy model itself."""

import numpy as np
import pytest

from immunereset.engine import simulate, simulate_noisy
from immunereset.models.extinction import extinction, graft_failure
from immunereset.models.stem_graft import infusion, stem_graft

PERSONS = 2000


def near(share, expected, n):
    return abs(share - expected) <= 3 * np.sqrt(expected * (1 - expected) / n)


def test_on_average_the_pool_grows_with_the_difference_of_the_rates():
    run = simulate(stem_graft, 150, infusion())
    assert run["S"][:2] == pytest.approx([0.0, 2.5])
    assert run["S"][-1] == pytest.approx(2.5 * np.exp(0.02 * 150), rel=1e-6)


def test_divisions_into_one_of_each_do_not_change_the_pool():
    plain, more = (simulate(stem_graft, 100, infusion(), points=np.linspace(1, 100, 12), a=a) for a in (0.0, 0.2))
    assert more["S"] == pytest.approx(plain["S"])
    assert more["C"][-1] > 2 * plain["C"][-1]


def test_progeny_settle_at_what_is_made_over_what_is_used():
    run = simulate(stem_graft, 1000, start={"S": 100.0}, b=0.03)
    assert run["C"][-1] == pytest.approx(100 * (0.05 + 2 * 0.03) / 0.02, rel=1e-4)


def test_a_stem_cell_that_differentiates_becomes_two_progeny():
    """In a pool that only differentiates: on average in the noisy run, too."""
    run = simulate_noisy(stem_graft, 200, 400, start={"S": 50.0}, b=1e-4, a=0.0, delta_C=1e-4, volume=1.0, seed=1,
                         method="exact", points=[0.0, 400.0])  # fmt: skip
    average = simulate(stem_graft, 400, start={"S": 50.0}, b=1e-4, a=0.0, delta_C=1e-4).final
    assert average["C"] == pytest.approx(100.0, rel=0.05)
    made = run["C"][-1]
    assert abs(made.mean() - average["C"]) < 3 * made.std() / np.sqrt(200)


@pytest.mark.parametrize("dose", [10, 25, 50])
def test_noisy_grafts_fail_as_often_as_the_formula_says(dose):
    run = simulate_noisy(stem_graft, PERSONS, 150, infusion(), D=float(dose), volume=1.0, seed=5, method="exact",
                         points=[0.0, 150.0])  # fmt: skip
    assert near((run["S"][-1] < 0.5).mean(), graft_failure(dose, days=150), PERSONS)
    expected = dose * 0.1 * np.exp(3)
    assert abs(run["S"][-1].mean() - expected) < 3 * run["S"][-1].std() / np.sqrt(PERSONS)


@pytest.mark.parametrize("dose", [10.0, 25.0, 120.0])
def test_the_observable_is_the_chance_of_failure(dose):
    assert simulate(stem_graft, 10, D=dose)["failure"] == pytest.approx(100 * graft_failure(dose))
    assert simulate(stem_graft, 10, D=dose, d=0.06)["failure"] == pytest.approx(100.0)


def test_a_graft_is_lost_for_good():
    run = simulate_noisy(stem_graft, 300, 200, infusion(), volume=1.0, seed=7, method="exact", points=[100.0, 200.0])
    lost = run["S"][0] < 0.5
    assert lost.any() and (run["S"][1][lost] == 0).all()
    assert extinction(1, days=200) > extinction(1, days=100)
