"""β cells under attack: against an independent program of the whole model, and every number of its sources."""

import math
from functools import cache

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from immunereset.engine import YEAR, Course, Protocol, simulate, simulate_cohort, steady_states
from immunereset.models.islet import (
    HIGH,
    LOST,
    RIDGE,
    attack,
    attack_that_leaves,
    attacked_in_words,
    balanced_glucose,
    beta_for,
    critical_attack,
    glucose_model,
    graft,
    grafted_patient,
    islet,
    last_truce,
    least_graft,
    mass_in_words,
    plateau,
    treated_graft,
)
from immunereset.models.patients import reference_patient
from immunereset.models.tolerance import tolerance


@cache
def whole(beta, kappa, days, truce=math.inf, glucose=None):
    """The published equations by a stiff solver, in the logarithm of β; by default glucose begins at its balance."""

    def released(G):
        return (864 / G - 1.44) * 432 / (0.72 * 43.2) * (1 + 20_000 / G**2) - beta

    G = brentq(released, 20, 600) if glucose is None else glucose

    def slope(t, y):
        G, insulin, log_beta = y
        made = 43.2 * math.exp(log_beta) * G * G / (20_000 + G * G)
        killed = kappa if t < truce else 0.0
        return [864 - (1.44 + 0.72 * insulin) * G, made - 432 * insulin, -0.06 + 0.84e-3 * G - 2.4e-6 * G * G - killed]

    start = [G, beta * 43.2 / 432 * G * G / (20_000 + G * G), math.log(beta)]
    told = dict(method="LSODA", rtol=1e-9, atol=1e-11, max_step=2.0)
    t = np.arange(0, days + 0.01, 0.01)
    pieces = [part for part in ((0, min(truce, days)), (truce, days)) if part[1] > part[0]]
    y = []
    for begin, end in pieces:
        inside = t[(t >= begin) & (t <= end)]
        run = solve_ivp(slope, (begin, end), start, t_eval=np.union1d(inside, [end]), **told)
        start = run.y[:, -1]
        y.append(run.y[:, np.isin(run.t, inside)])
    y = np.concatenate(y, axis=1)[:, : len(t)]
    return t, y[0], np.exp(y[2])


def first(t, condition):
    return t[np.argmax(condition)] if condition.any() else math.inf


def test_the_steady_states_of_the_whole_model():
    ridge, health = steady_states(glucose_model, "beta", (1.0, 2000.0))
    assert [round(ridge.state[name], 1) for name in ("G", "I", "beta")] == [250.0, 2.8, 37.0] and not ridge.stable
    assert [round(health.state[name], 1) for name in ("G", "I", "beta")] == [100.0, 10.0, 300.0] and health.stable
    lost = simulate(glucose_model, 2000, start={"G": 300, "I": 1, "beta": 30}).final
    assert [lost["G"], lost["I"], lost["beta"]] == pytest.approx([600, 0, 0], abs=1e-6)


def test_glucose_is_where_release_and_uptake_balance():
    beta = np.array([0.0, 1.0, RIDGE, 60.0, 170.0, 300.0, 2400.0])
    G = simulate_cohort(islet, len(beta), 1.0, start={"beta": beta}, points=[0.0])["G"][0]
    assert G[0] == pytest.approx(600) and G[2] == pytest.approx(250) and G[5] == pytest.approx(100)
    assert beta_for(G) == pytest.approx(beta, rel=1e-9, abs=1e-9)
    assert [beta_for(HIGH), beta_for(200)] == pytest.approx([170, 60], abs=0.05)
    assert [1 - beta_for(HIGH) / 300, 1 - beta_for(200) / 300] == pytest.approx([0.43, 0.80], abs=0.005)


@pytest.mark.parametrize(
    "changes", [{}, {"E_G": 3.0, "P_G": 500.0, "alpha_I": 50_000.0}, {"alpha_I": 100.0, "S_I": 10.0}]
)
def test_the_formula_of_glucose_holds_for_all_allowed_parameters(changes):
    p = islet.values(changes)
    values = type("P", (), p)
    for beta in (0.0, 5.0, 300.0):

        def excess(G, beta=beta):
            insulin = p["sigma"] * beta * G**2 / (p["alpha_I"] + G**2) / p["k_I"]
            return p["P_G"] - (p["E_G"] + p["S_I"] * insulin) * G

        assert balanced_glucose(beta, values) == pytest.approx(brentq(excess, 1e-6, 1e5, xtol=1e-12), rel=1e-9)


@pytest.mark.parametrize(("mass", "kappa"), [(300, 0.03), (2400, 0.03), (300, 0.014), (300, 0.0134), (80, 0.0)])
def test_the_model_of_the_page_agrees_with_the_whole_one(mass, kappa):
    """Within 0.5 % of β cells above the ridge, and of glucose."""
    t, G, beta = whole(mass, kappa, 1100)
    run = simulate(islet, 1100, attack(kappa), start={"beta": mass}, points=t[::100])
    seen = beta[::100] > RIDGE
    assert run["beta"][seen] == pytest.approx(beta[::100][seen], rel=0.005)
    assert run["G"][seen] == pytest.approx(G[::100][seen], rel=0.005)


@pytest.mark.parametrize(("mass", "high", "below", "gone"), [(300, 22.0, 101.5, 130.2), (600, 42.0, 121.5, 150.2),
                                                             (1200, 57.7, 137.2, 165.9), (2400, 71.0, 150.5, 179.2)])  # fmt: skip
def test_a_larger_graft_buys_weeks(mass, high, below, gone):
    run = simulate(islet, 400, graft() + attack(0.03), start={"beta": 0.0}, graft=mass)
    days = [
        run.first_day_above("G", HIGH, after=0.5),
        *(run.first_day_below("beta", x, after=0.5) for x in (RIDGE, LOST)),
    ]
    assert days == pytest.approx([high, below, gone], abs=0.06)
    t, G, beta = whole(mass, 0.03, 200)
    assert [first(t, G > HIGH), first(t, beta < RIDGE)] == pytest.approx([high, below], abs=0.12)
    assert first(t, beta < LOST) == pytest.approx(gone + 1.1, abs=0.1), "the last milligram leaves glucose behind"


def test_the_critical_attack():
    assert critical_attack() == pytest.approx(0.0135)
    G, beta = plateau([0.002, 0.0120, 0.0134, 0.0136])
    assert G[:3] == pytest.approx([105.8, 150.0, 168.5], abs=0.1) and beta[:3] == pytest.approx(
        [260, 113.3, 87.2], abs=0.5
    )
    assert np.isnan(G[3])
    assert attack_that_leaves(HIGH) == pytest.approx(0.00774, abs=5e-6)
    assert plateau(attack_that_leaves(HIGH))[0] == pytest.approx(HIGH)
    states = steady_states(islet, "beta", (1.0, 2000.0), inputs={"kappa": 0.0134})
    assert [round(one.state["beta"], 1) for one in states] == [74.2, 87.2] and [one.stable for one in states] == [
        False,
        True,
    ]


@pytest.mark.parametrize(("kappa", "days"), [(0.014, 1036), (0.02, 209.3), (0.05, 51.1)])
def test_days_to_the_ridge(kappa, days):
    t, _, beta = whole(300, kappa, 1100)
    assert first(t, beta < RIDGE) == pytest.approx(days, abs=0.7)
    assert simulate(islet, 1100, attack(kappa)).first_day_below("beta", RIDGE) == pytest.approx(days, abs=0.7)


@pytest.mark.parametrize(
    ("kappa", "one", "five"), [(0.0120, 148, 150), (0.0134, 159.3, 168.4), (0.0136, 161.3, 179.8), (0.0160, 213.6, 600)]
)
def test_years_under_a_constant_attack(kappa, one, five):
    run = simulate(islet, 8 * YEAR, attack(kappa), points=[YEAR, 5 * YEAR, 8 * YEAR])
    assert run["G"][:2] == pytest.approx([one, five], abs=0.3)
    assert (run["beta"][-1] > RIDGE) == (kappa < critical_attack())


def test_two_patients_who_look_alike_for_years():
    run = simulate(islet, 8 * YEAR, attack(0.0136))
    assert run.first_day_below("beta", RIDGE) == pytest.approx(2450, abs=2)
    assert run.first_day_below("beta", LOST) == pytest.approx(2490, abs=2)
    t, _, beta = whole(300, 0.0136, 2600)
    assert first(t, beta < RIDGE) == pytest.approx(2452, abs=4)


@pytest.mark.parametrize(("kappa", "day"), [(0.02, 209.2), (0.03, 101.5)])
def test_the_last_truce(kappa, day):
    assert last_truce(kappa) == pytest.approx(day, abs=0.1)
    early, late = (whole(300, kappa, 3000, truce)[2][-1] for truce in (day - 0.5, day + 1.0))
    assert early > 299 and late < 1e-3


@pytest.mark.parametrize(("day", "left", "end"), [(190, 49.1, 300), (205, 40.0, 300), (210, 36.4, 0)])
def test_a_truce_that_comes_too_late(day, left, end):
    run = simulate(islet, 3000, attack(0.02), attack_days=day)
    assert [run.at("beta", day), run.final["beta"]] == pytest.approx([left, end], abs=0.1)
    if day == 205:
        assert run.first_day_below("G", HIGH, after=day) == pytest.approx(351.5, abs=1)


def test_the_least_graft():
    """Half of it takes; where glucose begins high, or at 150, the whole model needs a little more or as much."""
    assert least_graft() == pytest.approx(2 * RIDGE, abs=0.02)

    def lasts(mass, glucose):
        return whole(mass / 2, 0.0, 1500, math.inf, glucose)[2][-1] > 200

    assert not lasts(78, 600) and lasts(80, 600) and not lasts(73, 150) and lasts(75, 150)
    assert not lasts(60, 600)


@pytest.mark.parametrize(("kappa", "high", "end"), [(0.01, 110.9, 137), (0.03, 22.0, 600)])
def test_recurrence_on_a_graft_of_300_mg(kappa, high, end):
    run = simulate(islet, 3000, graft() + attack(kappa), start={"beta": 0.0})
    assert run.first_day_above("G", HIGH, after=0.5) == pytest.approx(high, abs=0.5)
    assert run["G"][-1] == pytest.approx(end, abs=0.5)


def grafted(**changes):
    return simulate(
        grafted_patient, 10 * YEAR, treated_graft(), start=reference_patient().final | {"beta": 0.0}, **changes
    )


def test_the_graft_of_a_patient_with_tolerance_lost():
    assert grafted().first_day_below("beta", RIDGE, after=0.5) == pytest.approx(112.3, abs=0.2)
    drug = grafted(epsilon_0=0.9, drug_days=5 * YEAR)
    assert drug.at("beta", 5 * YEAR) == pytest.approx(299, abs=0.5)
    assert drug.first_day_below("beta", RIDGE, after=0.5) - 5 * YEAR == pytest.approx(179.7, abs=0.3)
    weak = grafted(epsilon_0=0.4)
    assert [weak.at("beta", 5 * YEAR), weak.at("G", 5 * YEAR)] == pytest.approx([134.1, 139.4], abs=0.2)
    assert grafted(k=2.40).first_day_below("beta", RIDGE, after=0.5) == pytest.approx(205.6, abs=0.5)
    assert grafted(k=2.45).final["beta"] == pytest.approx(298.3, abs=0.3)


def test_the_islet_does_not_change_the_patient():
    alone = simulate(tolerance, 400, treated_graft_without(), start=reference_patient().final, k=2.4)
    both = simulate(grafted_patient, 400, treated_graft(), start=reference_patient().final | {"beta": 0.0}, k=2.4)
    for state in tolerance.states:
        assert both.at(state, 400) == pytest.approx(alone.at(state, 400), rel=1e-6), state


def treated_graft_without():
    from immunereset.models.interventions import transplant

    return transplant(0.0)


def test_constant_effectors_are_a_constant_attack():
    """Effectors that neither divide nor die: the join gives what the islet gives under kappa = c_E · E."""
    still = dict(alpha=0.0, r=0.0, rho_E=0.0, delta_E=1e-3, mu=0.0)
    run = simulate(grafted_patient, 200, start={"E": 10.0, "beta": 300.0}, points=np.arange(0, 201.0), **still)
    fading = Protocol(Course("kappa", 0.02, half_life=math.log(2) / 1e-3))
    alone = simulate(islet, 200, fading, points=np.arange(0, 201.0))
    assert run["beta"] == pytest.approx(alone["beta"], rel=1e-6)


def test_an_attack_and_a_graft_in_words():
    assert attacked_in_words(0.0134) == "kills 13.4 of every 1000 β cells a day"
    assert mass_in_words(300) == "as much as a healthy person has"
    assert [mass_in_words(mass) for mass in (100, 2400)] == [
        f"{n} times what a healthy person has" for n in ("0.3", "8")
    ]
    assert attacked_in_words(0.03) == "kills 30 of every 1000 β cells a day"
