"""The toy of a second disease: its closed form, the one calibrated point, and what its sliders do."""

import numpy as np
import pytest
from scipy.integrate import quad

from immunereset.engine import YEAR, ModelError, simulate
from immunereset.evidence import load
from immunereset.models.second_disease import OPENS, after_graft, second_disease, share_ill


def closed_form(tau_B=60.0, tau_T=500.0, o=1.3, years=5.0, h_0=1.15e-4):
    """The share ill (%), from B and T written out as exponentials."""

    def gap(t):
        B = o * (1 - np.exp(-(t - OPENS) / tau_B))
        return max(B - (1 - np.exp(-t / tau_T)), 0.0)

    total, _ = quad(gap, OPENS, years * YEAR, limit=2000, epsabs=1e-9, points=[100, 200, 400, 800])
    return 100 * (1 - np.exp(-h_0 * total))


@pytest.mark.parametrize(
    ("tau_B", "tau_T", "o"), [(90, 150, 1.0), (75, 300, 1.1), (60, 500, 1.3), (60, 900, 1.6), (500, 500, 1.3)]
)
def test_the_share_is_that_of_the_closed_form(tau_B, tau_T, o):
    assert share_ill(tau_B=tau_B, tau_T=tau_T, o=o) == pytest.approx(closed_form(tau_B, tau_T, o), abs=2e-3)


def test_one_point_is_calibrated_and_it_is_the_start():
    measured = load("safety").set_index("row_id").loc["S28"]
    assert share_ill() == pytest.approx(measured.value, abs=0.05)


def test_cells_are_exponentials():
    days = np.linspace(0, 5 * YEAR, 400)
    run = simulate(second_disease, 5 * YEAR, after_graft(), points=days)
    assert run["T"] == pytest.approx(1 - np.exp(-days / 500), abs=1e-4)
    assert run["B"] == pytest.approx(np.where(days < OPENS, 0, 1.3 * (1 - np.exp(-(days - OPENS) / 60))), abs=1e-4)


def test_the_slower_t_cells_or_the_faster_b_cells_the_more_disease():
    slower_T = [share_ill(tau_T=days) for days in (100, 300, 500, 900, 1200)]
    slower_B = [share_ill(tau_B=days) for days in (60, 120, 250, 500)]
    assert slower_T == sorted(slower_T) and slower_B == sorted(slower_B, reverse=True)
    assert share_ill(h_0=0.0) == 0


def test_a_time_below_a_day_is_refused():
    with pytest.raises(ModelError, match="tau_T"):
        share_ill(tau_T=0.5)
