"""The compiled backend against exact solutions, SciPy and the NumPy backend."""

import logging
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from immunereset.engine import (
    Cohort,
    Course,
    Event,
    ModelError,
    Protocol,
    RunError,
    TraceError,
    backends,
    simulate,
    simulate_cohort,
)
from immunereset.fast import cache, kernel
from immunereset.fast import cohort as compiled
from immunereset.models import interventions
from immunereset.models.patients import varied_cohort
from immunereset.models.tolerance import tolerance
from tests.engine.small_models import bolus, decay, fading, infusion, one_compartment, vocabulary

pytest.importorskip("numba", reason="The compiled backend needs numba: pip install immunereset[fast]")

DAYS = np.linspace(0.0, 60.0, 61)


TINY = "from numba import njit\n\n\ndef double(x):\n    return 2.0 * x\n\n\ndouble = njit(cache=True)(double)\n"
"""A source that is compiled in no time."""


def fast(model, patients, until, protocol=None, **options):
    return simulate_cohort(
        model, patients, until, protocol, **({"rtol": 1e-10, "atol": 1e-12} | options), backend="compiled"
    )


@pytest.mark.parametrize("model", [vocabulary, tolerance], ids=lambda m: m.name)
def test_agrees_with_scipy_at_a_tight_tolerance(model):
    until = 60.0
    points = np.linspace(0.0, until, 7)
    first = next(iter(model.parameters))
    values = model.parameters[first].value * np.linspace(0.9, 1.1, 40)
    run = fast(model, 40, until, points=points, **{first: values})
    for k in (0, 33, 39):
        single = simulate(model, until, points=points, rtol=1e-12, atol=1e-13, method="DOP853", **{first: values[k]})
        for state in model.states:
            assert run[state][:, k] == pytest.approx(single[state], rel=1e-9, abs=1e-9)


def test_exact_solutions():
    assert fast(decay, 2, 60, points=DAYS)["A"][:, 1] == pytest.approx(np.exp(-0.1 * DAYS), rel=1e-8, abs=1e-10)
    assert fast(decay, 2, 60, infusion, points=DAYS)["A"][:, 0] == pytest.approx(one_compartment(DAYS), rel=1e-9)
    k, s = np.log(2) / 6, np.clip(DAYS - 5, 0, 40)
    gained = 0.3 * (np.exp(-k * s) - np.exp(-0.1 * s)) / (0.1 - k) * np.exp(-0.1 * np.clip(DAYS - 45, 0, None))
    assert fast(decay, 1, 60, fading, points=DAYS)["A"][:, 0] == pytest.approx(np.exp(-0.1 * DAYS) + gained, rel=1e-9)


def test_each_patient_has_its_own_days_doses_and_courses():
    rng = np.random.default_rng(3)
    n = 300
    day, dose, lam = rng.uniform(0, 60, n), rng.uniform(0, 5, n), rng.uniform(0.01, 0.5, n)
    start, rate = rng.uniform(0, 59, n), rng.uniform(0, 1, n)
    # The engine rounds days to a billionth, which would show here.
    day, start = day.round(6), start.round(6)
    day[::7], day[1::7], start[::5] = np.inf, rng.choice(DAYS, len(day[1::7])), np.inf
    protocol = bolus + Protocol(Course("u", rate, start, 7.3))
    run = fast(decay, Cohort(n, lam=lam), 60, protocol, points=DAYS, bolus_day=day, dose=dose)
    t = DAYS[:, None]
    course = np.where(
        np.isinf(start),
        0.0,
        one_compartment(t, lam, np.where(np.isinf(start), 0.0, start), 7.3, rate) - np.exp(-lam * t),
    )
    exact = np.exp(-lam * t) + dose * np.exp(-lam * np.clip(t - day, 0, None)) * (t >= day) + course
    assert np.abs(run["A"] - exact).max() < 1e-9


def test_events_of_one_day_act_in_their_listed_order_and_are_reported_after():
    double, add = (
        Event("double", 10.0, lambda y, p: {"A": 2.0 * y.A}),
        Event("add", 10.0, lambda y, p: {"A": y.A + 1.0}),
    )
    for events, expected in (((double, add), 2 * np.exp(-1) + 1), ((add, double), 2 * np.exp(-1) + 2)):
        assert fast(decay, 1, 10, Protocol(*events), points=[10.0])["A"][0, 0] == pytest.approx(expected, rel=1e-9)
        run = fast(decay, 1, 60, Protocol(*events), points=[0.0, 10.0, 20.0])
        assert run["A"][:2, 0] == pytest.approx([1.0, expected], rel=1e-9)


def test_no_kind_of_array_is_compiled_anew():
    fast(decay, 2, 60, infusion)
    run = cache.load(kernel.source(decay, infusion).model, "decay", announced=True).run
    days = DAYS[::2]
    days.flags.writeable = False
    fast(decay, 40, 60, infusion + fading, points=days, start={"A": np.ones(80)[::2]}, rtol=1, atol=1)
    assert len(run.signatures) == 1


def test_a_fast_patient_among_slow_ones_keeps_its_own_tolerance():
    lam = np.array([1e-3] * 50 + [5.0])
    run = fast(decay, Cohort(51, lam=lam), 10, points=[0.5, 1.0], rtol=1e-6, atol=1e-12)
    assert run["A"][:, -1] == pytest.approx(np.exp(-5.0 * np.array([0.5, 1.0])), rel=1e-4)


ALL = (
    interventions.infection(), interventions.drug(), interventions.transplant(), interventions.selective_depletion(),
    interventions.effector_depletion(), interventions.treg_infusion(), Protocol(Course("S", 50.0, 100.0, half_life=9.0)),
)  # fmt: skip


@st.composite
def anything_done(draw):
    """Draw days and doses of every intervention; most of them never happen."""
    often = st.floats(0.0, 999.0)
    day = st.one_of(often, st.just(np.inf), st.just(np.inf), st.just(250.0))
    bounds = {
        "I_0": 50,
        "infection_days": 60,
        "epsilon_0": 1,
        "drug_days": 3000,
        "k": 6,
        "Delta_R": 1,
        "g": 50,
        "k_s": 6,
    }
    days = ("infection_day", "drug_start", "transplant_day", "depletion_day", "treg_day")
    return {s: draw(st.floats(0, high)) for s, high in bounds.items()} | {s: draw(day) for s in days}


@settings(max_examples=10, deadline=None, derandomize=True, database=None)
@given(anything_done())
def test_agrees_with_numpy_whatever_is_done(changes):
    protocol = sum(ALL[1:], ALL[0])
    both = [
        simulate_cohort(tolerance, 3, 1000.0, protocol, points=[10.0, 250.0, 1000.0], rtol=1e-9, atol=1e-11,
                        K_R=np.array([8.0, 10.0, 12.0]), backend=backend, **changes)
        for backend in backends.BACKENDS
    ]  # fmt: skip
    for symbol in tolerance.states:
        assert both[1][symbol] == pytest.approx(both[0][symbol], rel=1e-6, abs=1e-8)


def test_threads_and_chunks_change_nothing(monkeypatch):
    patients = varied_cohort(400, 5)
    runs = []
    for count, chunk in (("1", 1024), ("2", 1024), ("3", 37)):
        monkeypatch.setenv("NUMBA_NUM_THREADS", count)
        monkeypatch.setattr(compiled, "CHUNK", chunk)
        runs.append(simulate_cohort(tolerance, patients, 400, ALL[0], rtol=1e-6, backend="compiled"))
    for symbol in tolerance.states:
        assert (runs[0][symbol] == runs[1][symbol]).all() and (runs[0][symbol] == runs[2][symbol]).all()


def refusal(model, protocol, backend, patients=3, **changes):
    with pytest.raises((RunError, ModelError)) as refused:
        simulate_cohort(model, patients, 10, protocol, backend=backend, **changes)
    return type(refused.value), str(refused.value)


def test_refusals_are_those_of_numpy(monkeypatch):
    monkeypatch.setattr("immunereset.engine.cohort.batch.MOST_STEPS", 20)
    monkeypatch.setattr(compiled, "MOST_STEPS", 20)
    hopeless = Protocol(Event("e", 1, lambda y, p: {"A": y.A - 5.0}))
    assert refusal(decay, hopeless, "compiled") == refusal(decay, hopeless, "numpy")
    many = refusal(decay, None, "compiled", lam=np.array([0.1, 500.0, 0.1]))
    assert many == refusal(decay, None, "numpy", lam=np.array([0.1, 500.0, 0.1])) and "patient 1" in many[1]


def test_effects_that_cannot_be_traced_run_in_numpy():
    odd = Protocol(Event("round", 1.0, lambda y, p: {"A": np.round(y.A)}))
    with pytest.raises(TraceError, match="np.rint|np.round"):
        simulate_cohort(decay, 2, 10, odd, backend="compiled")
    assert backends.prepared(None, "cohort", (decay, odd), 2, 2, 2) is None
    assert simulate_cohort(decay, 2, 10, odd).final["A"] == pytest.approx(np.exp(-0.9), rel=1e-4)


def test_a_backend_is_chosen_that_pays(tmp_path, monkeypatch):
    monkeypatch.setenv("IMMUNERESET_CACHE", str(tmp_path))

    def prepared(work, backend=None):
        return backends.prepared(backend, "cohort", (decay, None), work, 10, 100)

    assert prepared(9) is prepared(10) is prepared(100, "numpy") is None
    cache.load.cache_clear()
    assert prepared(100) is not None
    assert prepared(10) is not None, "it has been compiled now"
    assert prepared(9) is None


def test_compiling_is_announced_once_and_kept(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("IMMUNERESET_CACHE", str(tmp_path))
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    assert not cache.is_kept(TINY, "announced")
    with caplog.at_level(logging.WARNING, "immunereset"):
        for _ in range(2):
            cache.load.cache_clear()
            assert cache.load(TINY, "announced", announced=True).double(3.0) == 6.0
    assert caplog.messages == ["Compiling the model 'announced' for this machine; this happens once."]
    assert cache.is_kept(TINY, "announced") and list(tmp_path.rglob("*.nbc"))


def test_a_second_process_uses_what_the_first_compiled(tmp_path, root):
    code = (
        "from tests.fast.test_compiled import TINY; from immunereset.fast import cache;"
        "double = cache.load(TINY, 'tiny', announced=True).double;"
        "print(double(3.0), sum(double.stats.cache_hits.values()))"
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    environment["IMMUNERESET_CACHE"] = str(tmp_path)
    command = [sys.executable, "-c", code]
    first, second = (
        subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=300)
        for _ in range(2)
    )
    assert (first.stdout.split(), second.stdout.split()) == (["6.0", "0"], ["6.0", "1"]), first.stderr + second.stderr
    assert "Compiling the model 'tiny'" in first.stderr and second.stderr == ""


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("IMMUNERESET_CACHE", str(tmp_path / "file"))
    cache.load.cache_clear()
    assert cache.load(TINY, "nowhere").double(3.0) == 6.0
