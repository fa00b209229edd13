"""Cohorts spread over workers: the same numbers as in one call, nothing lost, nothing hidden."""

import itertools
import os
import re
import signal
import subprocess
import sys
import time
import tracemalloc

import joblib
import numpy as np
import pytest

from immunereset.engine import (
    Cohort,
    Course,
    Event,
    Model,
    ModelError,
    Parameter,
    Protocol,
    RunError,
    State,
    gain,
    loss,
    simulate_cohort,
    simulate_noisy,
)
from immunereset.engine.cohort import cohort
from immunereset.fast import progress
from immunereset.fast.spread import LEAST, Summaries, _chunks, _Job, spread
from tests.engine.small_models import bolus, decay, infusion

N = 700
rng = np.random.default_rng(1)
varied = Cohort(N, lam=rng.uniform(0.05, 0.2, N))

homemade = Model(
    "home made",
    [State("A", 1.0, "mg", "amount")],
    [Parameter("lam", 0.1, "1/d", "elimination")],
    lambda t, y, p: {"decay": loss("A", p.lam * y.A)},
    observables={"twice": (lambda t, y, p: 2.0 * y.A, "mg", "two of it")},
)


def last(run):
    return {"A": run["A"][-1], "low": run["A"][-1] < 0.5}


def quickly(*args, **options):
    """Spread over two workers, in chunks small enough for all of them to matter."""
    return spread(simulate_cohort, *args, **(dict(workers=2, chunk=256) | options))


@pytest.fixture(scope="module")
def cluster():
    """A Dask cluster of two workers, each a process of its own."""
    import dask
    from distributed import Client, LocalCluster

    with (
        dask.config.set({"distributed.nanny.pre-spawn-environ": {"OMP_NUM_THREADS": 1}}),
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as workers,
        Client(workers),
    ):
        yield workers


@pytest.fixture
def dask(cluster):
    with joblib.parallel_config(backend="dask"):
        yield


def test_every_array_over_patients_is_cut_as_the_cohort_is():
    day = np.round(rng.uniform(0.0, 9.0, N))
    protocol = Protocol(
        Course("u", rng.uniform(0.0, 1.0, N), day, 2.0, half_life=rng.uniform(1.0, 3.0, N)),
        Event("halving", day[::-1], lambda y, p: {"A": 0.5 * y.A}),
    )
    given = dict(start={"A": rng.uniform(0.0, 2.0, N)}, dose=rng.uniform(1.0, 2.0, N), rtol=1e-8)
    result = quickly(decay, varied, 20, protocol + bolus, summary=last, **given)
    plain = simulate_cohort(decay, varied, 20, protocol + bolus, **given)
    assert result["A"] == pytest.approx(plain["A"][-1], rel=1e-12)
    assert result["low"].dtype == bool and (result["low"] == last(plain)["low"]).all()
    assert result.complete and result.done.all() and repr(result).endswith("700 patients; A, low; complete>")


def test_noise_is_the_same_whatever_the_number_of_workers():
    given = dict(volume=40.0, seed=5, step=1.0)
    each = Protocol(Course("u", 0.5, rng.uniform(0.0, 9.0, N), 1.5)) + bolus
    whole = simulate_noisy(decay, varied, 11, each, points=[11], **given)["A"][-1]
    for workers, chunk in ((1, None), (2, None), (2, 512)):
        spread_out = spread(simulate_noisy, decay, varied, 11, each, summary="A", workers=workers, chunk=chunk, **given)
        assert (spread_out["A"] == whole).all()


@pytest.mark.parametrize("simulator", [simulate_cohort, simulate_noisy])
def test_a_sweep_is_one_cohort_with_every_patient_repeated(simulator):
    few = Cohort(60, lam=varied.values["lam"][:60])
    swept = {"dose": [0.5, 2.0, 3.0], "bolus_day": [1.0, 4.0, 5.0, 7.0]}
    given = dict(volume=40.0, seed=3) if simulator is simulate_noisy else dict(rtol=1e-8)
    result = spread(simulator, decay, few, 10, bolus, summary="A", sweep=swept, workers=2, **given)
    assert result["A"].shape == result.done.shape == (3, 4, 60)
    dose, day, lam = (x.ravel() for x in np.meshgrid(*swept.values(), few.values["lam"], indexing="ij"))
    plain = simulator(decay, Cohort(720, lam=lam, dose=dose, bolus_day=day), 10, bolus, points=[10], **given)["A"][-1]
    assert result["A"].ravel() == pytest.approx(plain, rel=1e-12)
    assert "3 values of dose × 4 values of bolus_day × 60 patients" in repr(result)


def test_names_keep_the_last_value_of_states_and_observables():
    """The model is full of lambdas: it travels to the workers by value."""
    result = quickly(homemade, varied, 10, summary=["A", "twice"])
    assert result["A"] == pytest.approx(np.exp(-10 * varied.values["lam"]), rel=1e-5)
    assert (result["twice"] == 2 * result["A"]).all()
    with pytest.raises(ModelError, match="has no summary 'B'.*Known: A, twice"):
        result["B"]


def test_a_function_of_ones_own_can_be_spread():
    def in_two_halves(model, cohort, until, protocol=None, *, pause=0.0):
        before = simulate_cohort(model, cohort, until / 2, points=[until / 2])
        return simulate_cohort(model, cohort, until / 2 - pause, protocol, start=before)

    result = spread(in_two_halves, homemade, varied, 10, summary="A", workers=1, chunk=256, pause=2.0)
    assert result["A"] == pytest.approx(np.exp(-8 * varied.values["lam"]), rel=1e-5)


@pytest.mark.parametrize(
    ("patients", "workers", "sizes"),
    [
        (1, 2, [1]),
        (701, 2, [350, 351]),
        (10_000, 8, [1250] * 8),
        (20_000, 2, [5000] * 4),
        (16_000, 2, [8000] * 2),
    ],
)
def test_chunks_follow_the_stated_rule(patients, workers, sizes):
    chunks = _chunks(_Job(simulate_cohort, decay, patients, 1, None, "A", {}, {}), workers, None)
    assert [end - first for first, end in chunks.items()] == sizes
    assert max(sizes) <= 2 * LEAST


def test_memory_grows_with_what_is_kept():
    def peak(patients):
        tracemalloc.start()
        spread(simulate_cohort, decay, patients, 10, summary=last, workers=1, chunk=2560, backend="numpy")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    # The trajectories of 7 680 more patients would take 7.4 MB.
    assert peak(4 * 2560) < peak(2560) + 1e6


def about_the_worker(run):
    from immunereset.fast.machine import threads

    trims = "MALLOC_TRIM_THRESHOLD_" in os.environ
    values = {"threads": threads(), "process": os.getpid(), "trims": trims}
    return {name: np.full(len(run["A"][-1]), value) for name, value in values.items()}


def test_each_of_several_workers_keeps_to_one_thread(monkeypatch):
    several = quickly(homemade, varied, 10, summary=about_the_worker)
    assert set(several["threads"]) == {1} and os.getpid() not in several["process"]
    monkeypatch.setenv("NUMBA_NUM_THREADS", "3")
    alone = quickly(homemade, varied, 10, summary=about_the_worker, workers=1)
    assert set(alone["threads"]) == {3} and set(alone["process"]) == {os.getpid()}
    with joblib.parallel_config(backend="threading", n_jobs=2):
        assert set(quickly(homemade, varied, 10, summary=about_the_worker, workers=None)["threads"]) == {1}


def explosive_patient(where, **options):
    model = Model(
        "explosive",
        [State("x", 1.0, "–", "level")],
        [Parameter("g", 0.0, "1/d", "growth"), Parameter("h", 1.0, "1/d", "more growth")],
        lambda t, y, p: {"growth": gain("x", p.g * p.h * y.x**2)},
    )
    g = np.zeros(N)
    g[where] = 1.0
    return quickly(model, Cohort(N, g=g), 10, summary="x", **options)


def test_an_error_names_the_patient_in_the_whole_cohort():
    with pytest.raises(RunError, match=r"stopped on day 1\S* of 10 for patient 600: a state grows") as caught:
        explosive_patient(600)
    assert caught.value.patient == 600 and caught.value.__cause__ is None


def test_an_error_in_a_sweep_names_the_values_too():
    with pytest.raises(RunError, match="for patient 317, h = 0.5: a state grows"):
        explosive_patient(317, sweep={"h": [0.0, 0.5]}, workers=1)


def test_an_error_of_the_summary_comes_back():
    with pytest.raises(ModelError, match="has no state or observable 'B'"):
        quickly(homemade, varied, 10, summary=lambda run: {"B": run["B"][-1]}, workers=1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(summary="B"), "'decay' has no state or observable 'B'"),
        (dict(summary=lambda run: {"A": run["A"]}), r"'A' has shape \(121, 256\) and type float64 for 256 patients"),
        (dict(summary=lambda run: run["A"][-1]), "must return a dict of arrays by name; it returned ndarray"),
        (dict(summary=lambda run: {f"{len(run['A'][0])}": run["A"][-1]}), "returned 256 for some patients and 188 for"),
        (dict(sweep={"lamb": [1.0]}), "no parameter 'lamb'. Did you mean 'lam'"),
        (dict(sweep={"lam": [0.1, -1.0]}), "lam = -1 1/d is outside its allowed range"),
        (dict(sweep={"lam": []}), r"The sweep of lam must be one or more values; its shape is \(0,\)"),
        (dict(sweep={"lam": [0.1]}, lam=0.2), "lam is swept and given as well"),
        (dict(chunk=0.5), "chunk is 0.5; it must be a whole number above 0"),
        (dict(lamb=2.0), "no parameter 'lamb'. Did you mean 'lam'"),
        (dict(lam=np.ones(3)), r"lam has shape \(3,\); it must be one number or an array of shape \(700,\)"),
        (dict(start={"A": np.ones(3)}), r"The start of A has shape \(3,\)"),
        (dict(protocol=Protocol(Course("u", np.ones(3)))), r"has a quantity of shape \(3,\)"),
    ],
)
def test_refusals(change, message):
    with pytest.raises(ModelError, match=message):
        quickly(decay, N, 10, **(dict(summary="A", workers=1) | change))


def kills_a_worker(flag):
    """A summary that kills the process it runs in, once: when `flag` does not exist yet."""

    def summary(run):
        if not flag.exists():
            flag.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return last(run)

    return summary


def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path):
    whole = quickly(homemade, varied, 10, summary=last, workers=1)
    result = quickly(homemade, varied, 10, summary=kills_a_worker(tmp_path / "killed"))
    assert (tmp_path / "killed").exists()
    assert result.complete and (result["A"] == whole["A"]).all()


def test_workers_that_are_always_lost_are_reported(monkeypatch):
    monkeypatch.setattr(sys.modules["immunereset.fast.spread"], "FRUITLESS", 2)
    with pytest.raises(RunError, match="Workers were lost 2 times without finishing anything"):
        quickly(homemade, varied, 10, summary=lambda run: os.kill(os.getpid(), signal.SIGKILL))


def test_a_dask_cluster_takes_the_same_call(dask):
    given = dict(points=[10], volume=40.0, seed=5, step=1.0)
    result = spread(simulate_noisy, decay, varied, 10, infusion, summary="A", chunk=256, **given)
    assert (result["A"] == simulate_noisy(decay, varied, 10, infusion, **given)["A"][-1]).all()
    where = spread(simulate_cohort, homemade, varied, 10, summary=about_the_worker, chunk=256)
    assert set(where["threads"]) == {1} and os.getpid() not in where["process"]
    assert not where["trims"].any()


def test_a_dask_worker_killed_in_the_middle_loses_nothing(dask, tmp_path):
    whole = simulate_cohort(homemade, varied, 10)
    result = quickly(homemade, varied, 10, summary=kills_a_worker(tmp_path / "killed"))
    assert (tmp_path / "killed").exists()
    assert result.complete and result["A"] == pytest.approx(whole["A"][-1], rel=1e-12)


class ListsOnly(joblib.parallel.ThreadingBackend):
    """A back end that returns nothing before all is done, as Ray's does."""

    supports_return_generator = False


def test_a_back_end_that_returns_lists_gets_a_chunk_for_each_worker_at_a_time():
    whole = quickly(homemade, varied, 10, summary=last, workers=1)
    with joblib.parallel_config(backend=ListsOnly(), n_jobs=2):
        result = quickly(homemade, varied, 10, summary=last, workers=None)
    assert result.complete and (result["A"] == whole["A"]).all()


def test_the_backend_is_that_of_the_whole_cohort(monkeypatch):
    asked = []
    monkeypatch.setattr(cohort, "prepared", lambda backend, shelf, what, work, *least: asked.append(work))
    spread(simulate_cohort, decay, 40, 1, summary="A", sweep={"lam": np.ones(20)}, workers=1, chunk=512)
    simulate_cohort(decay, 40, 1)
    assert asked == [800, 800, 40]


def test_an_interruption_returns_what_is_done_and_says_so(capsys):
    def summary(run):
        if run.parameters["lam"][0] == varied.values["lam"][512]:
            raise KeyboardInterrupt
        return last(run)

    result = quickly(homemade, varied, 10, summary=summary, workers=1)
    assert "Interrupted: 512 of 700 runs are done; the others are NaN" in capsys.readouterr().err
    assert not result.complete and "partial, 512 of 700 runs are done" in repr(result)
    assert result.done.tolist() == [True] * 512 + [False] * 188
    assert all((np.isfinite(values) == result.done).all() for values in result.values())


SCRIPT = """
import time
from immunereset.engine import Cohort, Model, Parameter, State, loss, simulate_cohort
from immunereset.fast import spread

model = Model("of this script", [State("A", 1.0, "mg", "amount")], [Parameter("lam", 0.1, "1/d", "elimination")],
              lambda t, y, p: {"decay": loss("A", p.lam * y.A)})

def slow(run):
    time.sleep(0.0 if run.t[-1] < 10 else 0.3)
    return {"A": run["A"][-1]}

spread(simulate_cohort, model, 600, 5, summary=slow, workers=2, chunk=256, backend="numpy")
print("started", flush=True)
result = spread(simulate_cohort, model, 256 * 200, 10, summary=slow, workers=2, chunk=256, backend="numpy")
print(result.complete, result.done.sum(), round(result["A"][result.done].min(), 3))
print(spread(simulate_cohort, model, 600, 5, summary=slow, workers=2, chunk=256, backend="numpy").complete)
"""


def test_ctrl_c_in_a_terminal_returns_what_is_done(tmp_path):
    """The signal goes to the workers too, as it does in a terminal and from the stop button of a notebook."""
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "script.py")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Whoever runs the tests in the background may have it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        env={**os.environ, "TQDM_DISABLE": ""},
    )
    try:
        assert process.stdout.readline() == "started\n"
        err = ""
        while not re.search(r"[1-9]\d* of 51200 runs, ", err) and (letter := process.stderr.read(1)):
            err += letter
        os.killpg(process.pid, signal.SIGINT)
        out, rest = process.communicate(timeout=60)
    finally:
        process.kill()
    partial, again = out.splitlines()
    complete, done, least = partial.split()
    assert complete == "False" and 256 <= int(done) < 256 * 200 and least == "0.368" and again == "True"
    assert f"Interrupted: {done} of 51200 runs are done" in rest and "Traceback" not in err + rest
    assert re.search(r"\d+ of 51200 runs, \d+ %; [\d:]+ so far, ([\d:]+|\?) to go", err + rest)


def test_progress_is_silent_at_first_and_then_a_sentence(monkeypatch, capsys):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr("tqdm.std.time", lambda: 0.99 * progress.SILENT)
    quickly(homemade, varied, 10, summary="A", workers=1)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr("tqdm.std.time", itertools.count(0.0, 1.01 * progress.SILENT).__next__)
    quickly(homemade, varied, 10, summary="A", workers=1)
    out, err = capsys.readouterr()
    assert out == "" and "of 700 runs, " in err and err.isascii()


def test_progress_goes_on_while_nothing_is_finished(monkeypatch, capsys):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr(progress, "SILENT", 0.0)
    monkeypatch.setattr(progress, "BEAT", 0.01)
    monkeypatch.setattr("tqdm.std.time", itertools.count(0.0, 1.0).__next__)
    said = ""
    with progress.progress(700, "runs"):
        for _ in range(6000):
            said += capsys.readouterr().err
            if "0 of 700 runs, 0 %; 00:09 so far" in said:
                break
            time.sleep(0.01)
    assert "0 of 700 runs, 0 %; 00:09 so far" in said


def test_nothing_is_done_before_the_first_chunk():
    empty = Summaries({}, np.zeros(3, bool), {}, "m")
    assert repr(empty) == "<Summaries of 'm': 3 patients; nothing; partial, 0 of 3 runs are done>"
