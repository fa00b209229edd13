"""T cells that share a space: exact limits, the tolerance model without autoreactive cells, loss and age."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from immunereset.engine import YEAR, ModelError, simulate
from immunereset.models.homeostasis import balance_point, depletion, homeostasis, thymic_output, thymus
from immunereset.models.tolerance import tolerance

FEW = settings(max_examples=30, deadline=None, derandomize=True, database=None)
AGELESS = 1e9


def between(low, high):
    return st.floats(low, high, allow_nan=False, allow_infinity=False)


def riccati(t, N, theta, rho, K):
    """The exact course of dN/dt = theta + rho N (1 - N/K)."""
    root = math.sqrt(1 + 4 * theta / (rho * K))
    high, low = K / 2 * (1 + root), K / 2 * (1 - root)
    ratio = (N - high) / (N - low) * np.exp(-rho * root * t)
    return (high - low * ratio) / (1 - ratio)


@FEW
@given(between(0, 1), between(0.002, 0.05), between(200, 2000), between(0.5, 3000))
def test_the_exact_course_with_a_steady_thymus(theta, rho, K, start):
    days = np.array([1.0, 10.0, 100.0, 1000.0])
    run = simulate(
        homeostasis, 1000.0, start={"T": 1.0, "N": start}, points=days, theta_20=theta, t_half=AGELESS, rho_N=rho, K=K
    )
    assert run["N"] == pytest.approx(riccati(days, start, theta, rho, K), rel=1e-5)


def test_without_a_thymus_it_is_logistic_growth():
    days = np.linspace(1, 900, 30)
    run = simulate(homeostasis, 900.0, start={"N": 9.0}, points=days, theta_20=0.0)
    assert run["N"] == pytest.approx(900 / (1 + (900 / 9 - 1) * np.exp(-0.01 * days)), rel=1e-6)
    assert simulate(homeostasis, 900.0, start={"N": 0.0}, theta_20=0.0).final["N"] == 0


def test_the_start_is_the_balance_at_thirty():
    assert homeostasis.start["N"] == pytest.approx(910.174, abs=0.001)
    assert homeostasis.start["N"] == pytest.approx(riccati(1e4, 1.0, thymic_output(30), 0.01, 900), abs=1e-6)
    slope = homeostasis.derivative(0.0, list(homeostasis.start.values()), homeostasis.defaults)
    assert slope[1] == pytest.approx(0, abs=1e-9)


def test_it_is_the_tolerance_model_with_all_cells_counted_together():
    healthy = simulate(tolerance, 1.0).final
    assert sum(healthy[s] for s in "NRME") == pytest.approx(homeostasis.start["N"], abs=0.2)
    for symbol, parameter in homeostasis.parameters.items():
        assert parameter.value == tolerance.parameters[symbol].value
    for theta in (0.0, 0.16):
        both = {"theta_20": theta, "t_half": AGELESS}
        alone = simulate(homeostasis, YEAR, start={"T": thymus(30, AGELESS), "N": 20.0}, **both)
        core = simulate(tolerance, YEAR, start={"N": 20.0, "R": 0.0, "M": 0.0, "E": 0.0}, f_R=0.0, f=0.0, **both)
        assert alone.final["N"] == pytest.approx(core.final["N"], rel=1e-6)


def test_the_thymus_halves_in_the_stated_time():
    assert thymic_output(20) == 0.16 and thymic_output(20 + 15.7) == pytest.approx(0.08)
    assert thymic_output(20) / thymic_output(80) == pytest.approx(14.1, abs=0.05)
    years = np.array([1.0, 15.7, 40.0])
    run = simulate(homeostasis, 40 * YEAR, start={"T": 1.0}, points=years * YEAR)
    assert run["T"] == pytest.approx(thymus(20 + years), rel=1e-6)


def test_sixty_years_of_an_ageing_thymus_hardly_change_the_count():
    run = simulate(homeostasis, 60 * YEAR, start={"T": 1.0, "N": balance_point(thymic_output(20))})
    assert run["N"][0] == pytest.approx(915.7, abs=0.1) and run.final["N"] == pytest.approx(901.1, abs=0.1)
    assert run["from thymus"][0] / run["from thymus"][-1] == pytest.approx(14.1, abs=0.05)
    assert run["by division"] + run["from thymus"] == pytest.approx(run["lost"], abs=0.01)


def test_fullness_is_the_number_over_the_space():
    run = simulate(homeostasis, 3 * YEAR, depletion(2.0), K=500.0)
    assert run["fullness"] == pytest.approx(run["N"] / 500) and run["half"] == pytest.approx(250)
    assert run.first_day_above("fullness", 0.5, after=1) == pytest.approx(run.first_day_above("N", 250, after=1))


@pytest.mark.parametrize("age, day", [(20, 232), (30, 257), (70, 315)])
def test_two_logs_are_refilled_in_most_of_a_year(age, day):
    assert simulate(homeostasis, 3 * YEAR, depletion(2.0), age=age).first_day_above("N", 200, after=1) == pytest.approx(
        day, abs=1
    )


def test_recovery_agrees_with_the_reference_patient():
    """More than 200 CD4 cells on day 293 after 2.5 logs; that patient's cells are of four kinds."""
    assert simulate(homeostasis, YEAR, depletion(2.5)).first_day_above("N", 200, after=1) == pytest.approx(293, abs=5)


def test_a_small_gap_halves_in_about_seventy_days():
    top = homeostasis.start["N"]
    run = simulate(homeostasis, YEAR, start={"N": 0.99 * top}, t_half=AGELESS)
    assert run.first_day_above("N", 0.995 * top) == pytest.approx(math.log(2) / 0.01, rel=0.04)


def test_the_thymus_counts_when_few_cells_are_left():
    """After 1 log the thymus saves days, after 4 logs it is nearly everything."""

    def day(k, theta):
        return simulate(homeostasis, 5 * YEAR, depletion(k), theta_20=theta).first_day_above("N", 200, after=1)

    late = {k: day(k, 0.0) - day(k, 0.16) for k in (1, 4)}
    assert late[1] < 20 and late[4] > 400


@FEW
@given(between(0, 5), between(0, 2), between(0.002, 0.05), between(20, 80))
def test_cells_stay_finite_and_come_back(k, theta, rho, age):
    run = simulate(homeostasis, 20 * YEAR, depletion(k), theta_20=theta, rho_N=rho, age=age)
    assert np.isfinite(run["N"]).all() and (run["N"] >= 0).all()
    last = balance_point(thymic_output(age + 20, theta), rho)
    assert theta < 0.01 or k > 3 or run.final["N"] == pytest.approx(last, rel=0.02)


def test_refusals_are_sentences():
    with pytest.raises(ModelError, match="age = 120 years is outside its allowed range"):
        simulate(homeostasis, 10.0, depletion(), age=120)
    with pytest.raises(ModelError, match="depth of the loss"):
        simulate(homeostasis, 10.0, depletion(), k=-1)
    with pytest.raises(ModelError, match="no parameter 'k'.* belongs to an intervention needs its protocol, too"):
        simulate(homeostasis, 10.0, k=2)
    with pytest.raises(ValueError, match="age is -5 years; it must lie from 0 to 100"):
        thymic_output(-5)
    with pytest.raises(ValueError, match="at least 0 cells, and ρ_N and K must be above 0; -1"):
        balance_point(-1)
