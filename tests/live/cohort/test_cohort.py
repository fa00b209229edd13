"""Figures of cohorts: the page's patients are Python's, one by one, and so are their days, shares and intervals."""

import gzip
import json
import re

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from immunereset.engine import ModelError, Parameter, TraceError
from immunereset.evidence import clopper_pearson
from immunereset.live import Against, Endpoint, Free, Result, final
from immunereset.live.kind import SHELL
from immunereset.live.page import runtime_source, text_of
from tests.live.cohort.figures import COHORTS

DAY = 0.05
"""Days by which page and Python may differ: far from a threshold they do by less than 0.001."""


PROGRAM = ("noise/random.js", "timetable.js", "dormand_prince.js", "cohort/run.js", "cohort/interval.js")


@pytest.fixture(scope="module", params=list(COHORTS))
def cohort(request, cohorts):
    return cohorts[request.param]


class Engine:
    """The code of the workers in V8."""

    def __init__(self):
        self.v8 = MiniRacer()
        self.v8.eval("\n".join(text_of(name) for name in PROGRAM))

    def call(self, code, *arguments):
        given = ", ".join(json.dumps(a) for a in arguments)
        plain = (
            "(k, v) => Object.is(v, Infinity) ? 'inf' : Number.isNaN(v) ? 'nan' : ArrayBuffer.isView(v) ? [...v] : v"
        )
        return json.loads(self.v8.eval(f"JSON.stringify(({code})({given}), {plain})"))

    def run(self, live, values, seed=None, start=0, **settings):
        """Day of the endpoint of each patient, and the first ones' series, shape (paths, watched, days)."""
        one, p = live.kind.simulated, live.settings["p"] | values
        seed = getattr(live.kind, "seed", 1) if seed is None else seed
        job = {"p": p, "seed": seed, "from": start, "to": one.count}
        code = f"(settings, job) => cohort({one.model_source}, settings)(job)"
        found = self.call(code, live.settings["settings"] | settings, job)
        ends = np.array([float(end) for end in found["ends"]])
        return ends, np.array(found["paths"], float).reshape(-1, len(one.watched), len(one.days))


@pytest.fixture(scope="module")
def engine():
    return Engine()


def positions(live, count):
    """Values at random positions of all sliders, the start values among them."""
    rng = np.random.default_rng(20261123)
    drawn = [{k.symbol: float(rng.choice(k.values)) for k in live.specification.grids} for _ in range(count)]
    return [{}, *drawn]


def differ(ends, expected):
    """The largest difference of two arrays of days; infinite if a day is missing in one of them."""
    never = np.isinf(expected)
    if (np.isinf(ends) != never).any() or np.isnan(ends).any():
        return np.inf
    return np.abs(ends[~never] - expected[~never]).max(initial=0.0)


def test_every_patient_agrees(engine, cohort):
    """The days of the endpoint and the paths, at several positions of the sliders."""
    reached = 0
    for values in positions(cohort, 3):
        ends, paths = engine.run(cohort, values)
        seen = cohort.kind.look(cohort.specification.values | values)
        assert differ(ends, seen.ends) < DAY, values
        for name, series in zip(cohort.kind.simulated.watched, paths.transpose(1, 0, 2)):
            expected = seen.paths[name]
            assert np.max(np.abs(series - expected) / (1e-3 + np.abs(expected))) < 2e-3, (name, values)
        reached += np.isfinite(ends).any() and np.isinf(ends).any()
    assert reached, "at no position did some reach the endpoint and others not"


def test_the_same_numbers_are_drawn(engine, cohort):
    """Each patient's own parameters, to twelve digits."""
    one, p = cohort.kind.simulated, cohort.settings["p"]
    code = f"""(p, seed, count) => {{ const model = {one.model_source};
        return Array.from({{ length: count }}, (_, i) => {{ const source = random(seed, i), out = {{}};
            model.vary(p, model.draws.map((kind) => kind === "place" ? i : source[kind]()), out);
            return out; }}); }}"""
    found = engine.call(code, p, 77, 40)
    expected = one.variation.cohort(p, 40, 77).values
    assert len(set(zip(*expected.values()))) == 40
    for symbol, values in expected.items():
        assert [float(own[symbol]) for own in found] == pytest.approx(values.tolist(), rel=1e-12), symbol


def test_pieces_put_together_are_the_whole(engine, cohorts):
    live = cohorts["dosed"]
    whole, _ = engine.run(live, {})
    assert np.array_equal(engine.run(live, {}, start=83)[0], whole[83:])


def test_another_seed_is_another_cohort(engine, cohorts):
    live = cohorts["reset-cohort"]
    look, values = live.kind.look, live.specification.values
    assert differ(engine.run(live, {}, seed=5)[0], look(values, 5).ends) < DAY
    assert not np.array_equal(look(values, 5).ends, look(values).ends)


def test_kept_patients_are_followed_to_the_end(engine, cohorts):
    """A patient who has reached the endpoint is let go, unless the whole path is drawn; the day is the same."""
    live = cohorts["reset-cohort"]
    kept, paths = engine.run(live, {}, paths=live.kind.simulated.count)
    ends, _ = engine.run(live, {})
    assert np.isfinite(paths).all() and np.array_equal(kept, ends)
    assert (paths[np.isfinite(ends), 0, -1] > 2).all()


def test_a_run_that_cannot_be_finished_has_no_day(engine, cohorts):
    live = cohorts["reset-cohort"]
    ends = engine.run(live, {}, steps=20)[0]
    assert np.isnan(ends).sum() > 100 and differ(ends, live.kind.look(live.specification.values).ends) == np.inf
    assert np.isnan(engine.run(live, {"rho_E": 1e6})[0]).any()


def test_only_states_that_matter_are_computed(cohorts):
    """Nothing that is asked for depends on damage, nor on what is gone."""
    assert "return" not in cohorts["reset-cohort"].kind.simulated.model_source
    for name, states, without in [("reset-cohort", 4, "D_r"), ("dosed", 2, "gone")]:
        source = cohorts[name].kind.simulated.model_source
        assert f"states: {states}," in source and without not in source
        assert len(cohorts[name].settings["settings"]["start"]) == states


def test_what_a_patient_s_parameters_decide_is_computed_once(cohorts):
    """The power in thymic output leaves the flows."""
    flow = re.search(r"flow\(t, y.*?watch\(", cohorts["reset-cohort"].kind.simulated.model_source, re.S).group()
    assert "**" not in flow and "p." not in flow and "input[0]" in flow


def test_a_mutated_constant_is_found(engine, cohorts):
    """Days of the mutated model differ from the page of the model as it is; so does the digest."""
    true, mutated = cohorts["dosed"], COHORTS["dosed"](a=0.21)
    assert differ(engine.run(true, {})[0], mutated.kind.look(mutated.specification.values).ends) > 10 * DAY
    assert true.digest != mutated.digest


def test_the_digest_follows_all_that_decides(cohorts):
    live, make = cohorts["dosed"], COHORTS["dosed"]
    changes = [
        {"seed": 10}, {"patients": 121}, {"until": 150}, {"endpoint": Endpoint("felt", 17.5)}, {"spread": 0.2},
        {"patient": lambda p, z: {"s": p.s * z.uniform()}}, {"sliders": ["s"]},
        {"result": Result({}, [("otherwise", "{free}")])},
    ]  # fmt: skip
    digests = {live.digest, *(make(**change).digest for change in changes)}
    assert len(digests) == len(changes) + 1
    assert make().digest == live.digest


def test_intervals_are_exact(engine):
    counts = [(0, 1), (1, 1), (0, 150), (150, 150), (1, 1000), (3, 7), (500, 1000), (999, 1000), (20, 100000)]
    found = engine.call("(counts) => counts.map(([count, patients]) => interval(count, patients))", counts)
    for (count, patients), ends in zip(counts, found):
        assert ends == pytest.approx(clopper_pearson(count, patients), rel=1e-8), (count, patients)


def test_the_sentence_has_the_exact_interval(cohorts):
    live = cohorts["reset-cohort"]
    values = live.specification.values
    free = int(np.isinf(live.kind.look(values).ends).sum())
    low, high = (100 * end for end in clopper_pearson(free, 150))
    share = f"{100 * free / 150:.0f} %, {low:.1f} to {high:.1f}"
    assert live.sentence == f"Seed 1: {free} of 150 patients are free ({share})."
    assert live.kind.sentence(values | {"k": 0.0}) == "Seed 1: hardly any, 0."


def test_the_table_holds_the_shares(cohorts):
    live = cohorts["reset-cohort"]
    ends = live.kind.look(live.specification.values).ends
    [year_one] = re.findall(r'<th scope="row">1</th>(.*?)</tr>', live.html)
    free = int((ends > 365).sum())
    assert f"<td>{free}</td>" in year_one


def test_the_bundle_is_small_and_loads_nothing(cohort):
    html = cohort._repr_mimebundle_()["text/html"]
    assert set(re.findall(r"https?:[^\"'\s<>%)]+", html)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert [word for word in ("eval(", "Function(", "import(", "fetch(", "importScripts") if word in html] == []
    own = re.sub(r'src="[^"]*"', "", html).replace(runtime_source(SHELL), "")
    assert len(gzip.compress(own.encode())) < 13_000
    assert str(cohort) == f"Live figure {cohort.name} [{cohort.digest}]: {cohort.sentence}"


def test_the_same_figure_gives_the_same_output(cohorts):
    assert COHORTS["dosed"]()._repr_mimebundle_() == cohorts["dosed"]._repr_mimebundle_()


def branching(p, z):
    return {"s": p.s if z.uniform() < 0.5 else 2 * p.s}


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"patients": 0}, "a whole number of patients"),
        ({"paths": 1.5}, "a whole number of paths"),
        ({"seed": -1}, "A seed is a whole number"),
        ({"time": "weeks"}, "'days' or 'years', not 'weeks'"),
        ({"panels": []}, "needs at least one panel"),
        ({"panels": [3]}, "names of states or observables, and panels; 3 was given"),
        ({"panels": ["X"]}, "A panel shows 'X'; the model 'pools' has "),
        ({"panels": [Against("a", [(0, 1, 2)], "")]}, "against 'a', which no slider moves"),
        ({"endpoint": Endpoint("X", 1)}, "The endpoint asks for 'X'; the model 'pools' has "),
        ({"sliders": ["a"]}, "a has no slider"),
        ({"patient": lambda p, z: {"x": z.normal()}}, "drawn with 'x'"),
        ({"patient": branching}, "branched on a model value"),
        ({"patient": lambda p, z: {"c": -1.0}}, "c = -1"),
        ({"group": [Parameter("s", 1.0, "", "")]}, "'s' has the name of something else"),
        ({"group": [Parameter("spread", 0.3, "–", "", high=1.0)], "sliders": ["s"], "spread": 2.0}, "spread = 2"),
        ({"result": Result({}, [("otherwise", "{y}")])}, "speaks of 'y'"),
        ({"result": Result({"e": final("P")}, [("otherwise", "{e}")])}, "without measures"),
        ({"name": "a b"}, "name"),
    ],
)
def test_refusals_are_sentences(changes, sentence):
    with pytest.raises((ValueError, ModelError, TraceError), match=sentence):
        COHORTS["dosed"](**changes)


@pytest.mark.parametrize("days", [{"every": 0}, {"lasting": -1}, {"after": -1}])
def test_an_endpoint_needs_days_that_make_sense(days):
    with pytest.raises(ValueError, match="An endpoint needs every > 0"):
        Endpoint("E", 1.0, **days)


def test_a_panel_of_shares_has_no_lines():
    assert Free("").lines == Against("k", [], "").lines == ()
