"""The lock-out drug by an independent program: two linear boxes, solved by their exact formulas."""

import math

import numpy as np
import pytest
from scipy.linalg import expm

from immunereset.engine import simulate
from immunereset.models.sequestration import lock_out, peak_after, sequestration

S, M, LOSS_B, LOSS_X = 0.2, 0.1, 0.005, 0.1
NORMAL = S / (M + LOSS_B)


def boxes(start, lock, days):
    """X and B after `days`, from the exponential of the matrix of rates."""
    open_way = (1 - lock) * M
    rates = np.array([[-LOSS_X, open_way], [0.0, -(open_way + LOSS_B)]])
    steady = np.linalg.solve(rates, [0.0, -S])
    return steady + expm(rates * days) @ (np.asarray(start) - steady)


def test_the_model_starts_at_rest():
    assert simulate(sequestration, 100).final == pytest.approx({"X": NORMAL, "B": NORMAL}, rel=1e-6)


@pytest.mark.parametrize("lock", [0.5, 0.95, 0.99])
def test_a_year_on_the_drug_and_a_month_without(lock):
    locked = boxes([NORMAL, NORMAL], lock, 365)
    run = simulate(sequestration, 395, lock_out(lock), points=[0, 365, 395])
    assert [run["X"][1], run["B"][1]] == pytest.approx(locked, rel=1e-4)
    assert [run["X"][2], run["B"][2]] == pytest.approx(boxes(locked, 0, 30), rel=1e-4)


def test_locked_out_is_not_gone():
    tissue, blood = boxes([NORMAL, NORMAL], 0.95, 365) / NORMAL
    assert blood == pytest.approx(10.2, abs=0.1) and tissue == pytest.approx(0.51, abs=0.01)
    days = np.arange(0, 100, 0.25)
    after = np.array([boxes(np.array([tissue, blood]) * NORMAL, 0, day)[0] for day in days]) / NORMAL
    assert after.max() == pytest.approx(4.1, abs=0.05) == peak_after()
    assert days[after.argmax()] == pytest.approx(10, abs=0.5)
    assert days[after > 1.1].max() == pytest.approx(62, abs=0.5)


def test_a_better_lock_makes_a_worse_rebound_and_fading_a_milder_one():
    assert peak_after(0.99) == pytest.approx(5.95, abs=0.02)
    fading = [peak_after(half_life=days) for days in (0, 10, 30, 60, 90)]
    assert fading == pytest.approx([4.14, 3.34, 2.60, 2.15, 1.91], abs=0.01)
    assert fading == sorted(fading, reverse=True) and math.isclose(peak_after(0.0), 1.0, rel_tol=1e-3)
