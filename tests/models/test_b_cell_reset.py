"""CAR T cells against rituximab, by an independent program: the equations typed anew and solved by SciPy's LSODA."""

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from immunereset.engine import YEAR, Protocol, simulate, steady_states
from immunereset.models.b_cell_reset import (
    ACTIVE,
    EMPTY,
    ILL,
    RIDGE,
    b_cell_reset,
    blood_empty,
    car_t,
    edge_of_reseeding,
    ill_patient,
    landscape,
    lowest_dose,
    lowest_reach,
    ridge_and_floor,
    rituximab,
)

DAYS = np.arange(3 * YEAR + 1)
FINE = np.arange(0, 365.1, 0.25)


def by_hand(t, y, dose, xi, pi, ell):
    """The derivatives; with a dose of 0 the treatment is rituximab."""
    C, B, M, P, G = y
    x = 0.0 if dose else 2 ** (-t / 20)
    rho = 3 * x / (0.02 + x)
    marrow = 1 - np.exp(-t / 30) if dose else 1.0
    return [
        1.2 * np.exp(-t / 12) * (B + M) / (10 + B + M) * C - 0.045 * C,
        4 * marrow - (0.016 + C + rho) * B,
        M**2 / (16 + M**2) - 0.04 * M - xi * C * M - pi * rho * M,
        0.05 * M - (0.15 + xi * C) * P,
        np.log(2) / 21 * ((1 - ell) * P / (0.05 * 24.342719 / 0.15) + ell - G),
    ]


@pytest.mark.parametrize(
    "case", [dict(dose=4.0), dict(dose=50.0, xi=0.001), dict(dose=50.0, ell=0.3), dict(pi=0.03), dict(pi=0.04)], ids=str
)
def test_the_model_agrees_with_the_equations_typed_anew(case):
    dose, days = case.get("dose", 0.0), np.arange(366.0)
    run = simulate(b_cell_reset, 365, car_t() if dose else rituximab(), points=days, **case)
    start = [dose / 1000, 25.0 if dose else 250.0, 24.342719, 0.05 * 24.342719 / 0.15, 1.0]
    given = (dose, case.get("xi", 0.01), case.get("pi", 0.03), case.get("ell", 0.0))
    other = solve_ivp(by_hand, (0, 365), start, "LSODA", days, args=given, rtol=1e-9, atol=1e-12).y
    for symbol, series in zip(("C", "B", "M", "P_b", "G_a"), other):
        assert run[symbol][1:] == pytest.approx(series[1:], rel=2e-3, abs=2e-4), symbol


def test_untreated_nothing_moves_and_there_are_two_steady_states_with_memory():
    for symbol in b_cell_reset.states:
        assert ill_patient()[symbol] == pytest.approx(ill_patient()[symbol][0], rel=1e-6), symbol
    assert (ILL, RIDGE) == pytest.approx((24.34, 0.657), abs=0.005)
    assert np.log10(ILL / RIDGE) == pytest.approx(1.57, abs=0.005)
    found = sorted(one.state["M"] for one in steady_states(b_cell_reset, along="M", between=(1e-3, 100)))
    assert found == pytest.approx([RIDGE, ILL], rel=1e-4)


@pytest.mark.parametrize("M", [0.2, 0.6, 0.7, 3.0, 24.0])
@pytest.mark.parametrize("C", [0.0, 4.0, 16.0])
def test_the_landscape_is_minus_the_integral_of_the_growth_rate(M, C):
    pull = 0.01 * C
    exact, _ = quad(lambda m: -(m**2 / (16 + m**2) / m - 0.04 - pull) / m, 1.0, M)
    assert landscape(M, pull) - landscape(1.0, pull) == pytest.approx(exact, abs=1e-9)
    slope = (landscape(M * 1.00001, pull) - landscape(M, pull)) / 1e-5
    assert slope == pytest.approx(-(M / (16 + M**2) - 0.04 - pull), abs=1e-5)


def test_the_disease_valley_is_gone_above_8_5_car_t_cells():
    assert np.isfinite(ridge_and_floor(0.01 * 8.499)).all() and np.isnan(ridge_and_floor(0.01 * 8.501)).all()
    assert ridge_and_floor(0.085) == pytest.approx((4, 4), abs=1e-3)


def test_a_dose_of_50():
    run = simulate(b_cell_reset, DAYS[-1], car_t(50), points=DAYS)
    assert run["C"].max() == pytest.approx(40, abs=0.5) and run["C"].argmax() == pytest.approx(18.5, abs=1)
    first, last = blood_empty(simulate(b_cell_reset, 365, car_t(50), points=FINE))
    assert (first, last, last - first) == pytest.approx((4, 111, 107), abs=0.5)
    assert [run["G_a"][day] for day in (30, 90, 180)] == pytest.approx([0.56, 0.08, 0.004], abs=0.004)
    assert run["M"][-1] < 1e-6 and run["B"][365] == pytest.approx(234, abs=0.5)
    assert run["G_v"] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("change", [dict(dose=1.0), dict(dose=50.0, xi=0.001)], ids=str)
def test_too_few_cells_or_too_little_reach_relapse(change):
    run = simulate(b_cell_reset, DAYS[-1], car_t(), points=DAYS, **change)
    assert run["M"][-1] == pytest.approx(ILL, rel=1e-3)


@pytest.mark.parametrize(
    ("pi", "least", "antibody"), [(0.005, 18, 0.77), (0.03, 5.6, 0.30), (0.035, 3.6, 0.21), (0.04, 0, 0), (0.05, 0, 0)]
)
def test_rituximab_empties_the_blood_alike_whatever_it_reaches(pi, least, antibody):
    fine = np.arange(0, 3 * YEAR + 0.1, 0.25)
    run = simulate(b_cell_reset, 3 * YEAR + 0.5, rituximab(), points=fine, pi=pi)
    assert blood_empty(run) == pytest.approx((1.5, 144), abs=0.2)
    assert run["M"].min() == pytest.approx(least, abs=0.1) and run["G_a"].min() == pytest.approx(antibody, abs=0.01)
    assert run["M"][-1] == pytest.approx(ILL if least else 0, abs=0.01)


def test_thresholds():
    assert lowest_dose() == pytest.approx(4.34, abs=0.01)
    assert lowest_reach() == pytest.approx(0.0365, abs=0.0001)
    for change, away in [(dict(dose=4.3), False), (dict(dose=4.4), True)]:
        assert (simulate(b_cell_reset, 5 * YEAR, car_t(), **change).final["M"] < RIDGE) == away
    for pi, away in [(0.0365, False), (0.037, True)]:
        assert (simulate(b_cell_reset, 5 * YEAR, rituximab(), pi=pi).final["M"] < RIDGE) == away


def test_reseeding_undoes_every_depth_above_its_edge():
    edge = edge_of_reseeding()
    assert edge == pytest.approx(2.58e-5, abs=1e-7)
    days = np.arange(20 * YEAR + 1)
    back = [simulate(b_cell_reset, days[-1], car_t(50), points=days, sigma=s) for s in (0.97 * edge, 3e-5)]
    assert back[0]["M"].max() == ILL and back[0]["M"][-1] < RIDGE
    assert back[1].first_day_above("M", RIDGE, after=30) == pytest.approx(613, abs=1)
    assert back[1].first_day_above("M", ACTIVE, after=30) == pytest.approx(681, abs=1)


def test_reach_and_the_length_of_an_empty_blood():
    """Memory cells feed the CAR T cells: the less they are reached, the longer the blood is empty."""
    empty = []
    for xi in (0.02, 0.01, 0.004, 0.002, 0.001):
        first, last = blood_empty(simulate(b_cell_reset, 365, car_t(50), points=FINE, xi=xi))
        empty.append(last - first)
    assert empty == sorted(empty) and empty[-1] == pytest.approx(151, abs=0.5)


def test_antibody_of_long_lived_plasma_cells_stays():
    for ell in (0.3, 1.0):
        final = simulate(b_cell_reset, 3 * YEAR, car_t(50), ell=ell).final
        assert (final["G_a"], final["G_v"]) == pytest.approx((ell, 1.0), abs=1e-3)


def test_courses_of_rituximab_come_one_after_the_other():
    run = simulate(b_cell_reset, 365, rituximab(courses=2, apart=100), points=FINE, pi=0.03)
    assert isinstance(rituximab(2), Protocol) and len(rituximab(2).courses) == 2
    assert blood_empty(run)[1] > 200 > EMPTY
