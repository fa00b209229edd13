"""One box against its exact solution, and Euler's method against what is known of it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from immunereset.engine import YEAR, simulate, steady_states
from immunereset.models.one_box import NAIVE, euler, half_life, one_box, steady_number, stepped_box

FEW = settings(max_examples=30, deadline=None, derandomize=True, database=None)
RATES = st.floats(1e-3, 1.0)


def between(low, high):
    return st.floats(low, high, allow_nan=False, allow_infinity=False)


@FEW
@given(between(0, 50), RATES, RATES, between(0, 500))
def test_the_exact_course(theta, delta, share, start):
    rho = 0.9 * share * delta
    net = delta - rho
    days = np.array([0.5, 1.0, 2.0, 5.0]) / net
    run = simulate(one_box, days[-1], start={"N": start}, points=days, theta=theta, rho=rho, delta=delta)
    settled = steady_number(theta, delta, rho)
    exact = settled + (start - settled) * np.exp(-net * days)
    assert run["N"] == pytest.approx(exact, rel=1e-5, abs=1e-6)


def test_half_life_and_time_constant():
    run = simulate(one_box, 40.0, start={"N": 100.0}, theta=0.0)
    assert half_life(0.1) == pytest.approx(6.93, abs=0.005)
    assert run.first_day_below("N", 50.0) == pytest.approx(half_life(0.1), abs=0.01)
    assert run.first_day_below("N", 100.0 / math.e) == pytest.approx(10.0, abs=0.01)


def test_a_box_is_halfway_to_its_steady_state_after_one_half_life_whatever_comes_in():
    for theta in (1.0, 5.0, 20.0):
        run = simulate(one_box, 60.0, theta=theta)
        assert run.first_day_above("N", 0.5 * steady_number(theta, 0.1)) == pytest.approx(half_life(0.1), abs=0.01)


def test_the_steady_state_is_influx_over_net_loss():
    [state] = steady_states(one_box, "N", (1e-2, 1e5))
    assert state.state["N"] == pytest.approx(50.0) and state.stable
    assert steady_number(1.0, 0.1, 0.1) == math.inf


def test_published_rates_of_naive_cells():
    """400 cells/µL; a cell's half-life is about two years, the population's many times that."""
    assert steady_number(**NAIVE) == pytest.approx(400.0)
    cell, population = half_life(NAIVE["delta"]) / YEAR, half_life(NAIVE["delta"] - NAIVE["rho"]) / YEAR
    assert cell == pytest.approx(1.9, abs=0.01) and population == pytest.approx(23.7, abs=0.05)
    run = simulate(one_box, 2 * population * YEAR, start={"N": 800.0}, **NAIVE)
    assert run.first_day_below("N", 600.0) / YEAR == pytest.approx(population, rel=1e-3)


def by_hand(h, until=20.0, N=100.0):
    return euler(lambda t, N: -0.1 * N, N, h, until)


def test_euler_by_hand():
    days, cells = by_hand(1.0, 3.0)
    assert days.tolist() == [0, 1, 2, 3] and cells == pytest.approx([100, 90, 81, 72.9])


@FEW
@given(between(0.01, 0.5), RATES, between(0.1, 100))
def test_euler_is_compound_interest(reach, delta, theta):
    h = reach / delta
    days, cells = euler(lambda t, N: theta - delta * N, 0.0, h, 12 * h)
    assert cells == pytest.approx(theta / delta * (1 - (1 - reach) ** np.arange(13)), rel=1e-9)


def test_halving_the_step_halves_the_error():
    exact = 100 * math.exp(-2)
    errors = [abs(by_hand(h)[1][-1] - exact) for h in (0.2, 0.1, 0.05)]
    assert errors[0] / errors[1] == pytest.approx(2, abs=0.05) and errors[1] / errors[2] == pytest.approx(2, abs=0.03)


@pytest.mark.parametrize(
    ("h", "after"),
    [(5.0, "from below"), (15.0, "settles"), (20.0, "for ever"), (25.0, "blows up")],
)
def test_what_a_step_does(h, after):
    cells = euler(lambda t, N: 5.0 - 0.1 * N, 0.0, h, 8 * h)[1]
    distance = np.abs(cells - 50.0)
    if after == "from below":
        assert (np.diff(cells) > 0).all() and (cells < 50).all()
    elif after == "settles":
        assert (np.diff(distance) < 0).all() and np.ptp(np.sign(cells - 50.0)) == 2
    elif after == "for ever":
        assert cells == pytest.approx([0, 100] * 4 + [0])
    else:
        assert (np.diff(distance) > 0).all() and cells.min() < 0


def test_euler_follows_a_rate_that_changes():
    days, cells = euler(lambda t, N: 2.0 * t, 0.0, 0.001, 3.0)
    assert cells[-1] == pytest.approx(9.0, abs=0.01) and days[-1] == pytest.approx(3.0)


@pytest.mark.parametrize("h", [0.0, -1.0, 30.0, math.nan])
def test_a_step_that_does_not_fit_is_refused(h):
    with pytest.raises(ValueError, match="does not fit; it must be above 0"):
        by_hand(h)


@pytest.mark.parametrize("delta", [0.05, 0.1, 0.25])
@pytest.mark.parametrize("h", [1.0, 4.0, 10.0, 20.0, 25.0])
def test_the_drawn_course_is_the_loop(h, delta):
    days, cells = euler(lambda t, N: 5.0 - delta * N, 0.0, h, 100.0)
    fine = np.arange(0.0, days[-1] + 0.5)
    run = simulate(stepped_box, days[-1], points=fine, h=h, delta=delta)
    assert run["Euler"] == pytest.approx(np.interp(fine, days, cells), rel=1e-9, abs=1e-9)
    assert run["N"] == pytest.approx(5.0 / delta * (1 - np.exp(-delta * fine)), rel=1e-6, abs=1e-7)
    assert run["reach"][0] == pytest.approx(h * delta)


@pytest.mark.parametrize(
    ("h", "days"), [(3.0, [0, 3, 6, 7]), (2.0, [0, 2, 4, 6, 7]), (7.0, [0, 7]), (3.5, [0, 3.5, 7])]
)
def test_the_last_step_of_euler_ends_on_the_last_day(h, days):
    reached, cells = by_hand(h, 7.0)
    assert reached.tolist() == days
    assert cells[-1] == pytest.approx(100 * np.prod(1 - 0.1 * np.diff(days)))


@pytest.mark.parametrize("rate", [0.0, -0.1, math.nan])
def test_nothing_halves_without_a_loss(rate):
    with pytest.raises(ValueError, match="must be above 0, or nothing halves"):
        half_life(rate)


def test_a_box_with_a_negative_rate_is_refused():
    with pytest.raises(ValueError, match="at least 0; θ 5, δ -0.1 and ρ 0 were given"):
        steady_number(5.0, -0.1)
