"""Waiting wells, differentiation and purity: every number of lesson 10, against formulas."""

import math

import numpy as np
import pytest
from scipy.stats import gamma, poisson

from immunereset.engine import simulate
from immunereset.models.differentiation import SHARES, arrived, fates, halved
from immunereset.models.purity import cells_to_test, purity, sharp_risk
from immunereset.models.waiting_wells import WELLS, day_left, last_day, sown, waiting_wells


@pytest.mark.parametrize("m", [1, 2, 5])
def test_waits_are_those_of_the_gamma_distribution(m):
    run = simulate(waiting_wells, 120, sown(), points=np.linspace(0, 120, 25), m=m)
    assert run["waiting"] == pytest.approx(WELLS * gamma.sf(run.t, m, scale=40 / m), abs=1e-3)


def test_one_rate():
    assert [day_left(share) for share in (0.5, 0.1)] == pytest.approx([27.7, 92.1], abs=0.1)
    assert day_left(0.25) - day_left(0.5) == pytest.approx(day_left(0.5), abs=0.1)
    assert last_day() == pytest.approx(206, abs=0.5)
    assert 1 - math.exp(-5e-6 * 20) == pytest.approx(1e-4, rel=0.01)


def test_hidden_steps_show():
    ratios = [(day_left(0.25, m=m) - day_left(0.5, m=m)) / day_left(0.5, m=m) for m in (2, 5)]
    assert ratios == pytest.approx([0.60, 0.34], abs=0.01)


def test_the_weakest_step():
    assert arrived() == pytest.approx(0.149, abs=5e-4) and sum(fates().values()) == pytest.approx(1)
    best = {step: round(100 * halved(step), 1) for step in SHARES}
    assert max(best, key=best.get) == min(SHARES, key=SHARES.get) == "endocrine cell"
    assert (best["endocrine cell"], best["endoderm"], best["β cell"]) == (22.4, 15.7, 18.9) and min(
        best.values()
    ) == 15.7
    assert arrived(**{"endocrine cell": 0.6}) == pytest.approx(0.179, abs=5e-4)
    assert arrived(endoderm=0.99) == pytest.approx(0.164, abs=5e-4)
    with pytest.raises(ValueError, match="from 0 to 1 at one of endoderm"):
        halved("skin")


def test_what_none_found_allows():
    for tested, allowed, risk in ((1, 2400, 91), (10, 240, 21), (100, 24, 2.4)):
        run = simulate(purity, 1, start={"m": tested}, points=[0])
        assert run["allowed"][0] == pytest.approx(allowed) and run["risk"][0] == pytest.approx(risk, rel=0.02)
    assert cells_to_test(1) == pytest.approx(239, abs=0.5)
    assert cells_to_test(1) / 800 == pytest.approx(0.30, abs=0.005)


@pytest.mark.parametrize(("residual", "risk"), [(1e-6, 0.55), (1e-7, 0.077), (1e-8, 0.008), (1e-9, 0.0008)])
def test_one_hit_risks_of_the_source(residual, risk):
    """A share of pluripotent cells in a dose of 8·10⁸ is what 3 / (tested) stands for."""
    run = simulate(purity, 1, start={"m": 3e-6 / residual}, points=[0])
    assert run["risk"][0] == pytest.approx(100 * risk, rel=0.04)


def test_a_sharp_limit():
    assert sharp_risk(10) == pytest.approx(38, abs=0.5) and sharp_risk(12) == pytest.approx(0.11, abs=0.01)
    assert sharp_risk(15) < 1e-4
    assert poisson.sf(244, 8e8 * 2.5e-7) == pytest.approx(1e-3, abs=4e-4)
