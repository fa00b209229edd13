"""The page's patients are distributed as Python's are, and as exact formulas say."""

import numpy as np
import pytest
from scipy import stats

from immunereset.engine import Course, Protocol, RunError, simulate_noisy
from immunereset.live import Noise, Panel, Result, count, explore, final, mean
from immunereset.live.noise.noisy_patients import NoisyPatients
from tests.live.noise.figures import (
    BIRTH,
    DEATH,
    HOMING,
    attacks_figure,
    attacks_model,
    graft_model,
    grafts_figure,
    homing,
)

MANY = 3000
ENDS = """(name, change, patients) => {
    const f = { ...figures[name], points: 2, ...change };
    return noisyRuns({ ...f, noise: { ...f.noise, patients } }, f.p, 11).map(
        ({ values }) => Object.fromEntries(Object.entries(values).map(([name, x]) => [name, x.at(-1)]))); }"""


def ends(v8, name, count=MANY, **change):
    """The last value of everything, for many patients of the page."""
    found = v8.call(ENDS, name, change, count)
    return {key: np.array([one[key] for one in found]) for key in found[0]}


@pytest.fixture(scope="module")
def attacks_of_page(v8, figures):
    """The last values of the page's patients with attacks."""
    return ends(v8, "attacks", until=100)


def moments_agree(found, expected):
    """Mean and variance within three standard errors of each other, and one distribution."""
    error = np.sqrt(found.var() / len(found) + expected.var() / len(expected))
    assert abs(found.mean() - expected.mean()) < 3 * error
    fourth = [np.mean((x - x.mean()) ** 4) - x.var() ** 2 for x in (found, expected)]
    assert abs(found.var() - expected.var()) < 3 * np.sqrt(sum(f / len(x) for f, x in zip(fourth, (found, expected))))
    assert stats.ks_2samp(found, expected).pvalue > 1e-3


def test_grafts_are_those_of_simulate_noisy(v8, figures):
    """Exact: a random dose, a course, an event that bleeds, and a state without noise."""
    found = ends(v8, "grafts")
    run = simulate_noisy(graft_model(), MANY, 150, homing(), volume=1.0, seed=5, method="exact", points=[150.0])
    moments_agree(found["n"], run["n"][-1])
    moments_agree(found["old"], run["old"][-1])


def test_attacks_are_those_of_simulate_noisy(attacks_of_page):
    """Tau-leaping with arrivals in groups: the mean of a group's effect is not its median."""
    run = simulate_noisy(attacks_model(), MANY, 100, volume=2.0, seed=6, method="tau", step=0.5, points=[100.0])
    for state in "QX":
        moments_agree(attacks_of_page[state], run[state][-1])


def test_leaps_of_the_published_kind_are_those_of_simulate_noisy(v8):
    """Euler's method: a step so long that its error is far larger than the error of counting."""
    live = attacks_figure(method="euler", step=5.0)
    live.name = "leaps"
    v8.load(live)
    alone = live.kind.patients(live.specification.values, 11)[0].final("X")
    assert ends(v8, "leaps", 1, points=366)["X"] == pytest.approx(alone)
    found = ends(v8, "leaps", until=100)
    kept = dict(volume=2.0, step=5.0, seed=6, points=[100.0])
    run = simulate_noisy(attacks_model(), MANY, 100, method="euler", **kept)
    moments_agree(found["X"], run["X"][-1])
    with pytest.raises(AssertionError):
        moments_agree(found["X"], simulate_noisy(attacks_model(), MANY, 100, method="tau", **kept)["X"][-1])


def test_grafts_fail_as_often_as_the_exact_formula_says(v8):
    """Poisson homing and a birth-death line each (SCIENCE M5): P(fail by t) = exp(-s D (1 - p0(t)))."""
    bare = grafts_figure()
    bare.name = "bare"
    v8.load(bare)
    v8.v8.eval("figures.bare.model.courses = () => []; figures.bare.model.events.length = 1;")
    growth = np.exp((BIRTH - DEATH) * 150)
    alone = DEATH * (growth - 1) / (BIRTH * growth - DEATH)
    for dose in (10.0, 25.0, 50.0):
        v8.v8.eval(f"figures.bare.p.D = {dose};")
        n = ends(v8, "bare")["n"]
        lost = np.exp(-HOMING * dose * (1 - alone))
        assert abs((n == 0).mean() - lost) < 3 * np.sqrt(lost * (1 - lost) / MANY)
        cells = HOMING * dose * growth
        spread = HOMING * dose * growth * ((BIRTH + DEATH) / (BIRTH - DEATH) * (growth - 1) + growth)
        assert abs(n.mean() - cells) < 3 * np.sqrt(spread / MANY)


def test_a_wrong_page_is_found(attacks_of_page):
    run = simulate_noisy(attacks_model(grow=0.43), MANY, 100, volume=2.0, seed=6, step=0.5, points=[100.0])
    with pytest.raises(AssertionError):
        moments_agree(attacks_of_page["X"], run["X"][-1])


def test_answers_put_together(figures):
    live = figures["grafts"]
    n = np.array([one.run["n"][-1] for one in live.kind.patients(live.specification.values)])
    answers = live.kind.result.answers(live.kind.track(live.specification.values))
    assert answers["failed"] == (n < 0.5).sum() and answers["size"] == pytest.approx(n.mean())


def test_the_seed_is_part_of_the_digest_and_of_the_sentence(figures):
    one, other = figures["grafts"], grafts_figure(d=0.035)
    assert one.sentence.startswith("Seed 3: ") and one.digest != other.digest
    assert one.kind.sentence(one.specification.values, 4).startswith("Seed 4: ")


def trial(**changes):
    given = {
        "until": 100, "sliders": ["b"], "panels": [Panel(["n"], range=(0, 50))], "name": "trial", "caption": "A trial.",
        "result": Result({"end": mean(final("n"))}, [("otherwise", "{end}")]), "noise": Noise(patients=3),
        "alt": "One panel over a hundred days with three lines of cells.", "start": {"n": 3.0},
    }  # fmt: skip
    return explore(graft_model(), **(given | changes))


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"panels": [Panel(["n"])]}, "The panel n needs a range: another seed may reach further"),
        ({"seed": -1}, "A seed is a whole number from 0 to 4294967295, not -1"),
        ({"result": Result({"end": final("n")}, [("otherwise", "")])}, "has an answer for each of 3 patients"),
        ({"noise": None}, "'end' puts patients together"),
        ({"noise": Noise()}, "'end' puts patients together"),
        ({"noise": Noise(method="exact", patients=3), "protocol": Protocol(Course("drug", 1, 0, 9, 5))}, "are held"),
    ],
)
def test_refusals(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        trial(**change)


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"method": "milstein"}, "'exact', 'tau' or 'euler', not 'milstein'"),
        ({"volume": 0}, "a volume above 0, not 0"),
        ({"step": float("inf")}, "a step above 0, not inf"),
        ({"patients": 0}, "whole number of patients, at least 1, not 0"),
        ({"points": 1.5}, "whole number of points, at least 2, not 1.5"),
    ],
)
def test_noise_that_makes_no_sense(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        Noise(**change)


def test_measures_of_measures_are_refused():
    with pytest.raises(ValueError, match="count is taken of a measure"):
        count(mean(final("n")))


def test_a_run_that_cannot_finish_says_so(v8, figures, monkeypatch):
    monkeypatch.setattr("immunereset.live.noise.noisy_patients.MOST_EVENTS", 5)
    with pytest.raises(RunError, match="needs more than 5 events; use method='tau'"):
        figures["grafts"].kind.patients(figures["grafts"].specification.values, 17)
    with pytest.raises(RunError, match="With the slider D at 5: An exact run of 'graft' needs more than 5 events"):
        assert NoisyPatients(figures["grafts"].specification, figures["grafts"].kind.noise).ranges
    negative = "{ ...f.noise, rates: (t, y, p, input, out) => out.fill(-1) }"
    code = f"(name) => {{ const f = figures[name]; return noisyRuns({{ ...f, noise: {negative} }}, f.p, 1); }}"
    assert v8.call(code, "grafts") is None


def test_attacks_have_one_line_each(figures):
    assert [line[:2] for line in figures["attacks"].settings["lines"]] == [[0, "X"], [0, "Q"]]
