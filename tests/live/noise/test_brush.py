"""Years to brush: the page runs Python's person and counts Python's relapses; the reader marks, counts, predicts."""

import json

import numpy as np
import pytest

from immunereset.engine import YEAR, Model, Parameter, State, arrive, gain, loss
from immunereset.live.noise.brush import brush, rises, verdict
from tests.live.evidence.questions import prediction
from tests.live.evidence.v8 import view_in_v8

LEVEL = 500.0


def flows(t, y, p):
    return {"come": arrive("E", p.often, size=300.0), "go": loss("E", 0.05 * y.E), "called": gain("R", 0.01 * y.E),
            "lost": loss("R", 0.1 * y.R)}  # fmt: skip


BURSTS = Model(
    "bursts",
    [State("E", 100.0, "cells", "attack", counted=False), State("R", 50.0, "cells", "brake", counted=False)],
    [Parameter("often", 0.03, "1/d", "bursts a day")],
    flows,
)


def view(**changes):
    given = {
        "attack": "E",
        "brake": "R",
        "level": LEVEL,
        "step": 0.5,
        "years": 1,
        "seed": 2,
        "caption": "A year.",
        "alt": "A year.",
    }
    return brush(BURSTS, "brush", **{**given, **changes})


@pytest.fixture(scope="module")
def asked():
    return view(second=3, prediction=prediction("one", "many"))


@pytest.fixture(scope="module")
def v8(asked):
    live = view(seed=3)
    [own] = live.kind.runtimes
    files = type(own)(own.files, own.names, type(own)((), (), own.base))
    live.kind.runtimes = (files,)
    return view_in_v8(live, "noisyRuns risesOf countInWords foundBy")


def test_the_page_runs_the_same_person_and_counts_the_same_relapses(v8, asked):
    person = asked.kind.person()
    page = v8("noisyRuns(figure, figure.p, 3)[0].values")
    assert np.array(page["E"]) == pytest.approx(person.run["E"], rel=1e-9)
    days = rises(person.t, person.run["E"], LEVEL)
    assert len(days) > 1 and v8(f"risesOf(noisyRuns(figure, figure.p, 3)[0], 'E', {LEVEL})") == days


@pytest.mark.parametrize("days", [[], [7], [7, 200]])
def test_the_sentence_is_pythons(v8, days):
    assert v8(f"countInWords({json.dumps(days)}, {3 * YEAR})") == verdict(days, 3 * YEAR)


def test_a_rise_is_counted_on_its_first_day():
    assert rises(np.arange(6.0), np.array([9.0, 1, 9, 9, 1, 9]), 5) == [2, 5]


def test_a_mark_near_the_first_day_finds_a_relapse(v8):
    assert v8("[foundBy([95, 300], [100, 200, 290]), foundBy([], [100]), foundBy([121], [100])]") == [2, 0, 0]


def test_a_prediction_needs_a_second_person():
    with pytest.raises(ValueError, match="second person"):
        view(second=3)


def test_the_reader_brushes_marks_counts_and_predicts(visit, own_page, tmp_path, asked):
    page = visit(own_page(tmp_path, asked).as_uri(), reduced_motion="reduce").page
    seen = "document.querySelector('.ir-brush').irBrush"
    assert page.evaluate(f"{seen}.counted") is False and not page.locator(".ir-predict").is_visible()
    covered = page.locator(".ir-brush .ir-cover").get_attribute("d")
    for _ in range(6):
        page.locator(".ir-time").press("ArrowRight")
    assert page.locator(".ir-brush .ir-cover").get_attribute("d") != covered
    page.locator(".ir-mark-here").click()
    assert page.evaluate(f"{seen}.marks.length") == 1 and page.locator(".ir-own-mark").count() == 2
    page.locator(".ir-mark-here").click()
    assert page.evaluate(f"{seen}.marks.length") == 0, "a second tap takes the mark away"
    page.locator(".ir-brush svg").click(
        position={"x": 300, "y": page.locator(".ir-brush svg").bounding_box()["height"] - 60}
    )
    assert page.evaluate(f"{seen}.marks.length") == 1
    page.locator(".ir-count").click()
    assert page.locator(".ir-brush .ir-cover").count() == 0 and page.locator(".ir-predict").is_visible()
    page.locator(".ir-cards input").first.check()
    page.locator(".ir-go").click()
    person = asked.kind.person()
    page.wait_for_function(
        f"JSON.stringify({seen}.starts) === '{json.dumps(rises(person.t, person.run['E'], LEVEL), separators=(',', ':'))}'"
    )
    assert page.locator(".ir-own-mark").count() == 0, "the marks are those of the first person"
