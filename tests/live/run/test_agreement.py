"""The generated JavaScript, run in V8, says what Python says: at all corners of the sliders and at random."""

import math
import re

import numpy as np
import pytest

from immunereset.engine import simulate
from immunereset.words import fixed, show

CLOSE = 1e-5


def test_every_corner_agrees(v8, live, compare, places):
    assert max(compare(v8, live, values) for values in places["corners"](live)) < CLOSE


@pytest.fixture
def drawn(live, places):
    """The values at twelve random positions of the figure's sliders."""
    return [places["at_positions"](live, one) for one in places["random_positions"](live, 12, seed=20261122)]


def test_random_positions_agree(v8, live, compare, drawn):
    assert max(compare(v8, live, values) for values in drawn) < CLOSE


def test_just_beside_the_separatrix_they_agree(v8, figures, compare):
    """Two depths, one step of the slider apart, with opposite ends; the page and Python choose the same one."""
    live = figures["reset"]
    depths = live.specification.grids[0].values
    ends = [v8.run(live, {"k": k, "drug_days": 0})["values"]["E"][-1] for k in depths]
    turn = next(i for i, end in enumerate(ends) if end < 2)
    assert ends[turn - 1] > 2
    for k in depths[turn - 1 : turn + 1]:
        assert compare(v8, live, {"k": k, "drug_days": 0}) < CLOSE


def test_days_are_reported_as_in_python(v8, figures):
    """Evenly spaced days, and every cut twice; the first sample is the start, before an event of day 0."""
    live = figures["clearance"]
    run = v8.run(live, {"when": 0.0})
    assert set(np.linspace(0, 200, 401)) <= set(run["t"])
    twice = {a for a, b in zip(run["t"], run["t"][1:]) if a == b}
    assert twice == {0, 10, 25, 30, 45, 60, 70, 75, 110, 200}
    assert run["values"]["P"][0] == 2.0 and run["values"]["P"][1] == pytest.approx(1.0)


def test_two_events_on_one_day_happen_in_their_order(v8, figures):
    live = figures["clearance"]
    run = v8.run(live, {"when": 60.0})
    before = run["t"].index(60)
    p, q = (run["values"][s][before] for s in "PQ")
    assert run["values"]["P"][before + 1] == pytest.approx(q)
    assert run["values"]["Q"][before + 1] == pytest.approx(0.5 * p + 1.0)


def test_an_input_keeps_within_its_limits(v8, figures):
    """The drains add up to 0.7 while both run; the input allows 0.5. `felt` jumps where the dose starts."""
    live = figures["clearance"]
    run = v8.run(live, {"when": 40.0})
    start = run["t"].index(10)
    assert run["values"]["felt"][start] == 0 and run["values"]["felt"][start + 1] > 1


def test_measures_agree(v8, live, drawn):
    """At positions whose runs are compared above, so that a noisy figure has drawn its patients already."""
    for values in drawn[:6]:
        known = live.specification.values | values
        expected = live.kind.result.answers(live.kind.track(known))
        answers, _ = v8.say(live, values)
        assert set(answers) == set(expected)
        for name, value in expected.items():
            if name.endswith("_day"):
                assert answers[name] == pytest.approx(value, abs=0.05), (name, values)
            else:
                assert answers[name] == pytest.approx(value, rel=1e-4, abs=1e-4), (name, values)


def test_sentences_agree(v8, live, places):
    """Word for word where the answers are the same numbers: the page's answers, put into words by Python."""
    said = set()
    for values in places["corners"](live):
        answers, sentence = v8.say(live, values)
        assert sentence == live.kind.result.sentence(
            live.specification.values | values | {"seed": getattr(live.kind, "seed", 0)} | answers
        )
        said.add(re.sub(r"[\d.]+", "#", sentence))
    assert len(said) > 1, "all corners chose the same sentence, so the choice was not tested"


def test_the_first_sentence_is_the_page_s(v8, live):
    assert v8.say(live, {})[1] == live.sentence


def test_numbers_are_written_alike(v8):
    rng = np.random.default_rng(5)
    numbers = [*(10 ** rng.uniform(-9, 9, 400) * rng.choice([-1, 1], 400)).tolist()]
    numbers += [0.0, 1.0, -3.0, 0.125, 1.125, 1.375, 2.5, 0.5, 1.5, -1.5, 999.5, 999.6, 9.995]
    numbers += [99999.5, 999999.4, 1e6, 12250000.0]
    assert v8.call("(xs) => xs.map(show)", numbers) == [show(x) for x in numbers]
    for places in (0, 1, 2, 3):
        assert v8.call(f"(xs) => xs.map((x) => fixed(x, {places}))", numbers) == [fixed(x, places) for x in numbers]
    endless = [show(math.inf), show(-math.inf), fixed(math.inf, 1)]
    assert v8.call("() => [show(Infinity), show(-Infinity), fixed(Infinity, 1)]") == endless


def test_a_run_that_cannot_finish_is_no_run(v8, figures):
    """Out of steps, an event that makes a state negative, a state that grows without bound: null, never NaN."""
    code = """(change) => { const f = figures.clearance, model = { ...f.model };
        if (change === "flow") model.flow = (t, y, p, input, d) => { d[0] = y[0] ** 2; d[1] = 0; };
        if (change === "event") model.events = [{ day: () => 50, apply: (y, p, out) => { out[0] = -1; } }];
        if (change === "nan") model.observe = (t, y, p, input, out) => { out[0] = NaN; };
        const tolerance = { relative: 1e-9, absolute: 1e-12, steps: change === "steps" ? 20 : 30000 };
        return solve(model, f.p, f.start, f.until, f.points, tolerance); }"""
    for change in ("flow", "event", "nan", "steps"):
        assert v8.call(code, change) is None, change
    assert v8.call(code, "nothing") is not None


def test_a_mutated_constant_is_found(v8, figures, makers, compare):
    """The page of a mutated model, compared with the model as it is, disagrees; so does its digest."""
    mutated = makers["clearance"](cap=6.1)
    mutated.name = "mutated"
    v8.load(mutated)
    true = figures["clearance"]
    assert mutated.digest != true.digest

    class Mixed:
        name, kind, specification = "mutated", true.kind, true.specification

    assert compare(v8, Mixed, {}) > 10 * CLOSE
    assert compare(v8, mutated, {}) < CLOSE


def test_a_mutated_tolerance_model_is_found(v8, figures, makers, compare):
    mutated = makers["reset"](delta_E=0.101)
    mutated.name = "mutated reset"
    v8.load(mutated)

    class Mixed:
        name, kind, specification = "mutated reset", figures["reset"].kind, figures["reset"].specification

    assert mutated.digest != figures["reset"].digest
    assert compare(v8, Mixed, {}) > 10 * CLOSE


def test_the_picture_starts_from_the_model_s_own_run(figures):
    """What explore draws first is what simulate says."""
    live = figures["reset"]
    run = simulate(live.specification.model, live.specification.until, live.specification.protocol,
                   start=dict(zip(live.specification.model.states, live.specification.start_values)), rtol=1e-9, atol=1e-12)  # fmt: skip
    assert f"{show(run.final['E'])} cells" in live.sentence
