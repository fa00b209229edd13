"""The harness: tolerances, errors, medians and ratios, on tools that only pretend; and a case of a few patients."""

import math

import numpy as np
import pytest

from benchmarks import cases, goals, measure, problems, reference, results, translate
from benchmarks.models import core, patients, treatment
from benchmarks.results import Row
from benchmarks.tools import function
from immunereset.engine import Cohort, simulate_cohort, trace


def test_the_ladder_goes_down_by_half_decades():
    steps = measure.ladder(1e-2, 1e-4)
    assert steps == [1e-2, 3.2e-3, 1e-3, 3.2e-4, 1e-4]


@pytest.mark.parametrize("place", [0, 1, 7, 20])
def test_the_loosest_tolerance_is_found(place):
    steps = measure.ladder()
    assert measure.loosest(steps, lambda tolerance: tolerance * 7, steps[place] * 7.0001) == place


def test_a_target_out_of_reach_is_refused():
    with pytest.raises(ValueError, match="not reached"):
        measure.loosest(measure.ladder(), lambda tolerance: 1.0, 1e-3)


def test_an_error_is_relative_to_the_states_own_maximum():
    truth = np.ones((4, 3, 2)) * [100.0, 0.01]
    y = truth.copy()
    y[1, 2, 1] += 1e-5
    assert measure.errors(y, truth) == pytest.approx([0, 1e-3, 0, 0])


def test_one_patient_in_twenty_may_miss_but_not_two_and_none_may_be_lost():
    truth = np.ones((100, 2, 1))
    y = truth.copy()
    y[:4] = 2.0
    assert measure.error(y, truth) == 0.0
    y[:8] = 2.0
    assert measure.error(y, truth) == 1.0
    y[0] = np.nan
    assert math.isinf(measure.error(y, truth))


def test_the_distance_is_that_of_scipy():
    from scipy.stats import ks_2samp

    rng = np.random.default_rng(1)
    a, b = rng.poisson(20, 300), rng.poisson(22, 500)
    assert measure.distance(a, b) == pytest.approx(ks_2samp(a, b).statistic)


def test_a_tool_that_can_be_scaled_gets_what_fits():
    assert measure.fitting(seconds=0.5, run=100, size=10_000, budget=1.5) == 300
    assert measure.fitting(seconds=9.0, run=100, size=10_000, budget=1.5) == 100
    assert measure.fitting(seconds=0.001, run=100, size=10_000, budget=1.5) == 10_000


def test_tools_take_turns_and_one_that_fails_is_left_out():
    order = []

    def tool(name, seconds):
        order.append(name)
        return seconds

    def broken():
        order.append("b")
        raise RuntimeError("no licence")

    found = measure.interleaved({"a": lambda: tool("a", 1.0), "b": broken, "c": lambda: tool("c", 3.0)}, rounds=3)
    assert found["a"] == [1.0] * 3 and found["c"] == [3.0] * 3 and "no licence" in str(found["b"])
    assert "".join(order) == "abc" + "ca" + "ca"


def test_medians_and_ratios():
    assert measure.summary([2.0, 9.0, 3.0]) == (3.0, pytest.approx(7 / 3))
    rows = cases.with_ratios([Row("x", "a", seconds=2.0), Row("x", "gone"), Row("x", "b", seconds=5.0)])
    assert [row.ratio for row in rows] == [1.0, None, 2.5]
    assert [row.ratio for row in cases.with_ratios(rows[1:])] == [None, None]


class Pretender:
    """A worker whose error is its tolerance times 5, more for many patients, and whose seconds grow with them."""

    def __init__(self):
        self.asked = []
        self.process = self

    def poll(self):
        return None

    def ask(self, patients, tolerance, keep=None):
        self.asked.append((patients, tolerance))
        return {"error": tolerance * (5 if patients <= 100 else 20), "seconds": patients / 1000, "peak": 1.0}


def test_a_tolerance_that_does_for_a_hundred_is_tightened_if_the_timed_run_needs_it():
    tool = cases.Tool("pretender", "none")
    tolerance, patients_ = cases.settled(tool, Pretender(), 1e-4, 10_000, cases.Plan(budget=1.0), {})
    assert (tolerance, patients_) == (3.2e-6, 1000)
    timed = cases.timed(
        "x", {tool: Pretender()}, {tool: {"patients": 1000, "tolerance": tolerance}}, {tool: 1000}, 10_000, 3, str
    )
    assert timed[tool].seconds == pytest.approx(10.0) and timed[tool].run == 1000


def test_goals_read_the_rows_of_their_own_case():
    rows = [
        Row("cohort", goals.NUMPY, target=1e-6, seconds=2.0),
        Row("cohort", goals.NUMPY, target=1e-3, seconds=1.0),
        Row("cohort", "SciPy, LSODA loop", target=1e-6, seconds=100.0),
        Row("cohort", "SciPy, LSODA loop", target=1e-3, seconds=1.0),
        Row("cohort", "gone", target=1e-6),
    ]
    goal = goals.GOALS[0]
    assert goal.outcome(rows) == (50.0, "met")
    rows[2].seconds = 60.0
    assert goal.outcome(rows) == (30.0, "missed")
    assert goal.outcome(rows[3:]) == (None, "not measured")
    assert goals.faster_than_all("cohort", goals.NUMPY, 1e-6)(rows) == 30.0


def test_the_table_survives_being_written(tmp_path):
    rows = [
        Row("cohort", "a, b", "1.0", 1e-6, 1e-7, 3e-7, 2.5, 1.0, 0.1, 120.0, 100, 10_000, 1, "scaled"),
        Row("x", "gone"),
    ]
    results.write(rows, tmp_path / "results.csv")
    assert results.read(tmp_path / "results.csv") == rows


def test_the_committed_results_fit_the_table(root):
    if not results.RESULTS.is_file():
        pytest.skip("Nothing has been measured yet: run `make bench`.")
    rows = results.read()
    assert rows and {row.case.removeprefix("against ") for row in rows} <= set(cases.CASES)
    assert all(row.seconds > 0 if row.seconds is not None else row.note for row in rows)
    assert all(row.error <= row.target for row in rows if row.target and row.seconds)


def test_the_translated_model_is_the_model():
    traced = trace(core, treatment)
    slope = function(translate.python(traced, list(traced.derivatives.values()), "slope"), "slope")
    y, p = [700.0, 40.0, 3.0, 0.2], {**core.defaults, **{s: q.value for s, q in treatment.parameters.items()}}
    values = [p[s] for s in traced.parameters]
    assert slope(0.0, y, values) == pytest.approx(core.derivative(0.0, np.array(y), core.defaults), rel=1e-14)
    formulas = [translate.formula(n, {s: s for s in traced.states}) for n in traced.derivatives.values()]
    names = p | dict(zip(traced.states, y))
    assert [eval(f, {}, names) for f in formulas] == pytest.approx(slope(0.0, y, values), rel=1e-14)


def test_both_reference_methods_and_our_own_agree_on_a_few_patients(tmp_path, monkeypatch):
    monkeypatch.setattr(problems, "CHECKED", 3)
    monkeypatch.setattr(problems, "POINTS", np.array([0.0, 10.0, 60.0]))
    problems.write_cohort(tmp_path, core, 3, agreement=1e-9)
    truth = np.load(tmp_path / "reference.npz")
    assert truth["worst"] < 1e-9
    few = Cohort(3, **patients(core, 3).values)
    run = simulate_cohort(core, few, 60.0, treatment, points=[0.0, 10.0, 60.0], rtol=1e-9, atol=1e-12, backend="numpy")
    ours = np.array([run[s] for s in core.states]).transpose(2, 1, 0)
    assert measure.errors(ours, truth["y"]).max() < 1e-7
    with pytest.raises(ValueError, match="differ by"):
        problems.write_cohort(tmp_path, core, 3, agreement=0.0)


def test_extrapolation_is_exact_for_a_decay():
    y = reference._extrapolate(lambda t, y: -y, 0.0, np.array([1.0]), 0.5)
    assert y[0] == pytest.approx(math.exp(-0.5), rel=1e-14)


def test_a_tool_runs_in_a_process_of_its_own(tmp_path, monkeypatch):
    from benchmarks import environments
    from benchmarks.runner import Worker

    monkeypatch.setattr(environments, "BUILD", tmp_path)
    problems.write_clones(tmp_path)
    worker = Worker(cases.CLONES[0], tmp_path)
    try:
        answer = worker.ask(runs=50, seed=1, keep=tmp_path / "drawn.npy")
        assert answer["seconds"] > 0 and np.load(tmp_path / "drawn.npy").shape == (50, 1)
        with pytest.raises(RuntimeError, match="TypeError"):
            worker.ask(nonsense=1)
    finally:
        worker.close()


def test_against_a_commit_each_of_our_own_tools_runs_twice_and_the_ratio_is_now_over_then(monkeypatch, tmp_path):
    then = cases.environments.Commit("1234567", tmp_path)
    plan = cases.Plan(earlier=then)
    tools = plan.tools(cases.CURVE)
    assert [(tool.name, tool.earlier, tool.options["way"]) for tool in tools] == [
        (goals.NUMPY, None, "numpy"), (f"{goals.NUMPY}, 1234567", then, "numpy"),
        (goals.COMPILED, None, "compiled"), (f"{goals.COMPILED}, 1234567", then, "compiled"),
    ]  # fmt: skip
    assert tools[1].version == "1234567" and cases.Plan().tools(cases.CURVE) is cases.CURVE
    rows = [
        Row("curve", tools[0].name, target=1e-3, seconds=3.0, spread=0.1), Row("curve", "new tool", seconds=1.0),
        Row("curve", tools[1].name, target=1e-3, seconds=2.0, spread=0.3), Row("curve", tools[2].name, note="failed"),
        Row("curve", tools[3].name, seconds=1.0),
        Row("curve", "NumPy alone", seconds=1.0), Row("curve", "NumPy alone, 1234567", seconds=1.0),
    ]  # fmt: skip
    monkeypatch.setitem(cases.CASES, "curve", lambda plan: rows)
    assert cases.against("curve", plan) == [
        Row("against curve", goals.NUMPY, "1234567", target=1e-3, seconds=3.0, ratio=1.5, spread=0.3)
    ]


def test_a_commit_that_git_does_not_know_is_refused():
    with pytest.raises(cases.environments.Missing, match="no commit 'nonsense'"):
        cases.environments.check_out("nonsense")
