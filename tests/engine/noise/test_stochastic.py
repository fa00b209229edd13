"""Runs with the noise of single cells against exact formulas, within three standard errors."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

from immunereset.engine import (
    Cohort,
    Course,
    Event,
    Flow,
    Model,
    ModelError,
    Parameter,
    Protocol,
    State,
    arrive,
    gain,
    loss,
    simulate,
    simulate_noisy,
    trace,
)
from immunereset.engine.noise.stochastic import METHODS
from immunereset.models.tolerance import tolerance
from tests.engine.small_models import bolus, bursts, decay, fading, infusion, sir

BIRTH, DEATH, TIME, CELLS, RUNS = 0.05, 0.03, 30.0, 20, 4000

birth_death = Model(
    "birth and death",
    [State("n", float(CELLS), "cells", "cells")],
    [Parameter("b", BIRTH, "1/d", "birth"), Parameter("d", DEATH, "1/d", "death")],
    lambda t, y, p: {"birth": gain("n", p.b * y.n), "death": loss("n", p.d * y.n)},
)


more_cells = Event("bolus", Parameter("bolus_day", 3.0, "d", "day of the bolus"), lambda y, p: {"cells": y.cells + 4.0})


def moments():
    """Return the exact mean and variance of a linear birth-death process (Bailey 1964)."""
    growth = np.exp((BIRTH - DEATH) * TIME)
    return CELLS * growth, CELLS * (BIRTH + DEATH) / (BIRTH - DEATH) * growth * (growth - 1)


def extinct_by(t):
    growth = np.exp((BIRTH - DEATH) * t)
    return (DEATH * (growth - 1) / (BIRTH * growth - DEATH)) ** CELLS


@pytest.mark.parametrize("method", METHODS)
def test_mean_and_variance_of_birth_and_death(method):
    run = simulate_noisy(birth_death, RUNS, TIME, volume=1.0, seed=1, method=method, step=0.1, points=[TIME])
    n = run["n"][-1]
    mean, variance = moments()
    assert abs(n.mean() - mean) < 3 * np.sqrt(variance / RUNS)
    kurtosis = np.mean((n - n.mean()) ** 4) / n.var() ** 2
    assert abs(n.var() - variance) < 3 * variance * np.sqrt((kurtosis - 1) / RUNS)


def test_the_distribution_is_that_of_exact_runs_but_not_with_one_leap():
    """Two cells, whose counts are small; a probability below 0.001 is a difference."""
    given = dict(volume=1.0, seed=12, points=[TIME], start={"n": 2.0})
    exact, tau, one_leap = (
        simulate_noisy(birth_death, RUNS, TIME, method=method, step=step, **given)["n"][-1]
        for method, step in (("exact", 1.0), ("tau", 1.0), ("euler", TIME))
    )
    assert ks_2samp(exact, tau).pvalue > 1e-3
    assert ks_2samp(exact, one_leap).pvalue < 1e-9


@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("tau", 2)])
def test_without_noise_halving_the_step_divides_the_error(method, order):
    quiet = Model(
        "quiet",
        [State("A", 1.0, "", "a", counted=False)],
        [],
        lambda t, y, p: {"out": loss("A", 0.5 * y.A), "in": gain("A", 0.2 + 0.1 * np.sin(t))},
    )
    truth = simulate(quiet, 8.0, points=[8.0])["A"][-1]
    error = [
        abs(simulate_noisy(quiet, 1, 8.0, volume=1.0, seed=0, method=method, step=h, points=[8.0])["A"][-1, 0] - truth)
        for h in (0.2, 0.1)
    ]
    assert error[0] / error[1] == pytest.approx(2**order, rel=0.1)


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


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_patients_whatever_the_size_of_the_cohort(method):
    a, b, larger = (
        simulate_noisy(sir, n, 10, volume=20.0, seed=7, method=method)["I"] for n in (30, 30, 50)
    )  # fmt: skip
    other = simulate_noisy(sir, 30, 10, volume=20.0, seed=8, method=method)["I"]
    assert (a == b).all() and (larger[:, :30] == a).all() and not (a == other).all()


@pytest.mark.parametrize("method", METHODS)
def test_parts_side_by_side_are_the_whole(method):
    patients, seed = 600, np.random.SeedSequence(5, spawn_key=(3,))
    varied = {"death": np.linspace(0.05, 0.2, patients), "bolus_day": np.linspace(2.0, 4.0, patients)}

    def run(who):
        cohort = Cohort(who.stop - who.start, **{symbol: values[who] for symbol, values in varied.items()})
        return simulate_noisy(
            bursts, cohort, 6, Protocol(more_cells), first=who.start, volume=2.0, seed=seed, method=method,
            backend="numpy",
        )  # fmt: skip

    whole = run(slice(0, patients))
    parts = [run(slice(a, b)) for a, b in ((0, 100), (100, 101), (101, 600))]
    for symbol in bursts.states:
        assert (np.concatenate([part[symbol] for part in parts], axis=1) == whole[symbol]).all()


@pytest.mark.parametrize("method", ["exact", "tau", "euler"])
def test_arrivals_in_bursts(method):
    """What arrives in bursts of 5, half a burst a day, and fades by 0.2 a day: Campbell's mean and variance."""
    run = simulate_noisy(bursts, RUNS, 60, volume=1.0, seed=13, method=method, step=0.1, points=[60.0], source=0.0)
    level = run["level"][-1]
    mean, variance = 0.5 * 5.0 / 0.2, 0.5 * 25.0 / (2 * 0.2)
    bias = 0.02 if method == "euler" else 0.0
    assert abs(level.mean() - mean) < 3 * np.sqrt(variance / RUNS)
    kurtosis = np.mean((level - level.mean()) ** 4) / level.var() ** 2
    assert abs(level.var() - variance) < variance * (bias + 3 * np.sqrt((kurtosis - 1) / RUNS))
    assert simulate(bursts, 60, points=[60.0])["level"][-1] == pytest.approx(mean, rel=1e-4)


@pytest.mark.parametrize("method", ["exact", "tau"])
def test_what_a_cell_leaves_behind_is_a_concentration(method):
    """Cells of which half turn into something not counted: its mean is that of the run without noise."""
    run = simulate_noisy(bursts, 2000, 20, volume=5.0, seed=14, method=method, points=[20.0])["shed"][-1]
    assert abs(run.mean() - simulate(bursts, 20, points=[20.0])["shed"][-1]) < 3 * run.std() / np.sqrt(2000)


def test_without_cells_an_exact_run_still_follows_what_has_no_noise():
    run = simulate_noisy(
        bursts, 2, 30, volume=1.0, seed=15, method="exact", step=0.05, points=[30.0],
        start={"level": 4.0, "cells": 0.0}, source=0.0, per_day=0.0,
    )  # fmt: skip
    assert run["level"][-1] == pytest.approx(4.0 * np.exp(-0.2 * 30.0), rel=0.05)


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
        (dict(method="guess"), "'guess' is not known; known: exact, tau, euler"),
        (dict(volume=0.0), "volume is 0 µL"),
        (dict(step=-1.0), "step is -1 days"),
        (dict(method="exact", protocol=fading), "courses that are held"),
        (dict(protocol=infusion, until=4.0), "starts on day 5, outside"),
        (dict(first=-1), "first is -1; it must be a whole number of at least 0"),
        (dict(backend="fortran"), "'fortran' is not known; known: numpy, compiled"),
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


@pytest.mark.parametrize("size", [0.0, -1.0, np.inf, "many"])
def test_arrivals_need_a_size(size):
    with pytest.raises(ModelError, match=f"The size of what arrives in A is {size!r}; it must be a number above 0"):
        arrive("A", 1.0, size)


def test_a_trace_tells_what_arrives_at_random():
    steady = Model(
        "steady", [State("A", 0.0, "", "a", counted=False)], [], lambda t, y, p: {"in": Flow(2.0, {"A": 5.0})}
    )
    bursting = Model("bursting", list(steady.states.values()), [], lambda t, y, p: {"in": arrive("A", 2.0, 5.0)})
    assert trace(bursting).arrivals == {"in"} and trace(steady).arrivals == set()
    assert trace(bursting).text() != trace(steady).text()
    ends = [simulate_noisy(model, 50, 10, volume=1.0, seed=16, points=[10.0])["A"][-1] for model in (steady, bursting)]
    assert ends[0] == pytest.approx(100.0) and ends[1].std() > 10
