"""Runs with the noise of single cells against exact formulas, within three standard errors."""

import numpy as np
import pytest

from immunereset.engine import (
    Cohort,
    Course,
    Model,
    ModelError,
    Parameter,
    Protocol,
    State,
    gain,
    loss,
    simulate_noisy,
)
from immunereset.models.tolerance import tolerance
from tests.engine.small_models import bolus, decay, fading, infusion, sir

BIRTH, DEATH, TIME, CELLS, RUNS = 0.05, 0.03, 30.0, 20, 4000

birth_death = Model(
    "birth and death",
    [State("n", float(CELLS), "cells", "cells")],
    [Parameter("b", BIRTH, "1/d", "birth"), Parameter("d", DEATH, "1/d", "death")],
    lambda t, y, p: {"birth": gain("n", p.b * y.n), "death": loss("n", p.d * y.n)},
)


def moments():
    """Return the exact mean and variance of a linear birth-death process (Bailey 1964)."""
    growth = np.exp((BIRTH - DEATH) * TIME)
    return CELLS * growth, CELLS * (BIRTH + DEATH) / (BIRTH - DEATH) * growth * (growth - 1)


def extinct_by(t):
    growth = np.exp((BIRTH - DEATH) * t)
    return (DEATH * (growth - 1) / (BIRTH * growth - DEATH)) ** CELLS


@pytest.mark.parametrize("method", ["exact", "tau", "langevin"])
def test_mean_and_variance_of_birth_and_death(method):
    run = simulate_noisy(birth_death, RUNS, TIME, volume=1.0, seed=1, method=method, step=0.1, points=[TIME])
    n = run["n"][-1]
    mean, variance = moments()
    assert abs(n.mean() - mean) < 3 * np.sqrt(variance / RUNS)
    kurtosis = np.mean((n - n.mean()) ** 4) / n.var() ** 2
    assert abs(n.var() - variance) < 3 * variance * np.sqrt((kurtosis - 1) / RUNS)


def test_exact_extinction():
    run = simulate_noisy(
        birth_death, RUNS, 300, volume=1.0, seed=2, method="exact", points=[100, 300], start={"n": 1.0}, d=0.045
    )
    growth = np.exp((BIRTH - 0.045) * np.array([100, 300]))
    expected = 0.045 * (growth - 1) / (BIRTH * growth - 0.045)
    share = (run["n"] == 0).mean(axis=1)
    assert (np.abs(share - expected) < 3 * np.sqrt(expected * (1 - expected) / RUNS)).all()


def test_a_held_course_and_its_poisson_equilibrium():
    """Cells that arrive at a steady rate and die one by one are Poisson distributed."""
    steady = Protocol(Course("u", 2.0))
    run = simulate_noisy(decay, RUNS, 100, steady, volume=1.0, seed=3, method="exact", points=[100], start={"A": 0.0})
    n = run["A"][-1]
    assert abs(n.mean() - 20) < 3 * np.sqrt(20 / RUNS)
    assert abs(n.var() - 20) < 3 * 20 * np.sqrt(2.05 / RUNS)


@pytest.mark.parametrize("method", ["exact", "tau"])
def test_an_event_lets_each_cell_survive_alone(method):
    from immunereset.engine import Event

    tenth = Protocol(Event("depletion", 0.0, lambda y, p: {"A": 0.1 * y.A}))
    run = simulate_noisy(decay, RUNS, 1, tenth, volume=1.0, seed=4, method=method, points=[0.0], start={"A": 50.0})
    n = run["A"][0]
    assert abs(n.mean() - 5) < 3 * np.sqrt(4.5 / RUNS)
    assert abs(n.var() - 4.5) < 3 * 4.5 * np.sqrt(2.2 / RUNS)


def test_an_event_that_adds_cells_adds_a_poisson_number():
    run = simulate_noisy(
        decay, RUNS, 11, bolus, volume=1.0, seed=5, method="tau", points=[10.0], start={"A": 0.0}, dose=9.0
    )
    n = run["A"][0]
    assert abs(n.mean() - 9) < 3 * np.sqrt(9 / RUNS) and abs(n.var() - 9) < 3 * 9 * np.sqrt(2.2 / RUNS)


@pytest.mark.parametrize("method", ["exact", "tau"])
def test_cells_that_only_move_are_conserved(method):
    run = simulate_noisy(sir, 50, 40, volume=1000.0, seed=6, method=method)
    total = run["S"] + run["I"] + run["Rec"]
    assert total == pytest.approx(np.broadcast_to(total[0], total.shape), abs=1e-9)
    assert all((run[s] >= 0).all() for s in sir.states)


def test_the_same_seed_gives_the_same_patients_whatever_the_size_of_the_cohort():
    a = simulate_noisy(sir, 300, 10, volume=500.0, seed=7)
    b = simulate_noisy(sir, 300, 10, volume=500.0, seed=7)
    other = simulate_noisy(sir, 300, 10, volume=500.0, seed=8)
    larger = simulate_noisy(sir, 600, 10, volume=500.0, seed=7)
    assert (a["I"] == b["I"]).all() and not (a["I"] == other["I"]).all()
    assert (larger["I"][:, :256] == a["I"][:, :256]).all()


def test_noise_fades_with_the_size_of_the_sample():
    spread = [
        simulate_noisy(tolerance, 60, 60, volume=v, seed=9, points=[60.0], step=0.5)["N"][-1].std()
        for v in (1.0, 100.0)
    ]
    assert 5 < spread[0] / spread[1] < 20


def test_states_that_are_not_cells_have_no_noise_of_their_own():
    run = simulate_noisy(tolerance, 30, 60, volume=50.0, seed=10, points=[60.0], start={"E": 0.0}, alpha=0.0, r=0.0)
    assert (run["D_i"][-1] == 0).all()
    ill = simulate_noisy(tolerance, 30, 60, volume=5000.0, seed=10, points=[60.0], start={"E": 10.0, "M": 20.0})
    assert (ill["D_r"][-1] > 0).all() and ill["D_r"][-1].std() < 0.1 * ill["D_r"][-1].mean()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(method="guess"), "'guess' is not known; known: exact, tau, euler, langevin"),
        (dict(volume=0.0), "volume is 0 µL"),
        (dict(step=-1.0), "step is -1 days"),
        (dict(method="exact", protocol=fading), "courses that are held"),
        (dict(protocol=infusion, until=4.0), "starts on day 5, outside"),
    ],
)
def test_refusals(change, message):
    given = dict(until=60.0, volume=1.0, seed=0) | change
    with pytest.raises(ModelError, match=message):
        simulate_noisy(decay, Cohort(3), **given)


def test_a_negative_flow_is_refused_by_name():
    model = Model("m", [State("A", 1.0, "", "a")], [], lambda t, y, p: {"net": gain("A", 1.0 - y.A)})
    with pytest.raises(ModelError, match="The flow 'net' of 'm' is negative"):
        simulate_noisy(model, 2, 5, volume=10.0, seed=0, start={"A": 3.0})


def test_rates_that_depend_on_the_day_are_refused_in_exact_runs():
    model = Model("m", [State("A", 1.0, "", "a")], [], lambda t, y, p: {"f": gain("A", 1.0 + np.sin(t))})
    with pytest.raises(ModelError, match="do not depend on the day"):
        simulate_noisy(model, 2, 5, volume=10.0, seed=0, method="exact")
