"""The plane of two states: ridge, ball, trail and nullclines on a page, against SciPy's runs and the model's derivative."""

import math
import re

import numpy as np
import pytest

from immunereset.engine import YEAR, simulate
from immunereset.lesson import Choice, Option
from immunereset.live import Panel, Plane, Prediction, Result, Stops, final, stage
from immunereset.models.interventions import infection
from immunereset.models.tolerance import ACTIVE, tolerance

ACROSS, UP = (0.05, 100.0), (0.01, 30.0)
PLACES = {"P": {"I_0": 10.0, "infection_days": 10.0}, "Q": {"I_0": 3.0, "infection_days": 28.0}}
TIGHT = {"method": "DOP853", "rtol": 1e-10, "atol": 1e-13}


def plane(**changes):
    return Plane(**(dict(x="M", y="E", across=ACROSS, up=UP, active=ACTIVE, words=("memory", "effectors")) | changes))


def planar_stage(view, **changes):
    return stage(
        tolerance, Panel(["E", "M"], "cells/µL", "log", (1e-2, 1e2)), "a-plane", main=Stops("person", "Person", PLACES),
        before=simulate(tolerance, YEAR), protocol=infection(), until=YEAR, event="infection", views=[view],
        result=Result({"end": final("E")}, [("end < 2", "○ Well."), ("otherwise", "● Ill.")]), caption="A plane.",
        alt="A plane of memory and effectors.", **PLACES["P"], **changes,
    )  # fmt: skip


def test_what_does_not_fit_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match=re.escape("reaches from low to high, above 0; 0, 1 was given")):
        plane(up=(0.0, 1.0))
    with pytest.raises(ValueError, match="states that have a role"):
        planar_stage(plane(x="D_r"))


@pytest.fixture(scope="module")
def page(visit_once, own_page, tmp_path_factory):
    seen = visit_once(
        own_page(tmp_path_factory.mktemp("plane"), planar_stage(plane(nullclines=True))).as_uri(),
        reduced_motion="reduce", viewport={"width": 1300, "height": 900},
    )  # fmt: skip
    yield seen.page
    assert seen.errors == []


STATE = """() => {
    const root = document.querySelector(".ir-plane"), svg = root.querySelector("svg"), n = (part, name) => Number(part.getAttribute(name));
    const rules = [...root.querySelectorAll(".ir-grid")], d = (name) => root.querySelector(name).getAttribute("d");
    const { y, twin, shown } = document.querySelector(".ir-stage").irMoment, ball = (name) => ["cx", "cy"].map((at) => n(root.querySelector(name), at));
    return { left: n(rules[0], "x1"), right: n(rules[0], "x2"), low: n(rules[0], "y1"), wide: svg.clientWidth, tall: svg.clientHeight,
        ridge: d("path.ir-ridge"), trail: d(".ir-trail:not(.ir-twin)"), twinTrail: d(".ir-trail.ir-twin"), ball: ball(".ir-ball"),
        twinBall: ball(".ir-twin-ball"), y, twin: twin?.y, pieces: shown.plane.pieces };
}"""


def points(path):
    return np.array([[float(n) for n in pair.split()] for pair in path[1:].split("L")])


def at(page, day, person="P"):
    page.evaluate(f"location.hash = '#a-plane?person={person}&with=Q&day={day}'")
    page.wait_for_function(f"Math.abs(document.querySelector('.ir-stage').irMoment.day - {day}) < 1e-6")
    return page.evaluate(STATE)


def where(state, M, E):
    """Where a point of the plane lies on the page: the axes are logarithmic, the lowest rule is the lower edge."""
    bottom, top = state["tall"] - 34, 20
    x = state["left"] + math.log(M / ACROSS[0]) / math.log(ACROSS[1] / ACROSS[0]) * (state["right"] - state["left"])
    return x, bottom - math.log(E / UP[0]) / math.log(UP[1] / UP[0]) * (bottom - top)


def ends_ill(M, E):
    return simulate(tolerance, 10 * YEAR, start={"M": M, "E": E}, points=[0.0, 10 * YEAR], **TIGHT)["E"][-1] > ACTIVE


def bisected(low, high, holds):
    """Where the answer changes from no to yes, both above 0, to a thousandth."""
    while high / low > 1.001:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if holds(middle) else (middle, high)
    return math.sqrt(low * high)


def test_the_ridge_agrees_with_bisection_of_full_runs(page):
    state = at(page, 5)
    drawn = points(state["ridge"])
    for M in (0.06, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 5.4):
        x, y = where(state, M, bisected(0.01, 30.0, lambda E, M=M: ends_ill(M, E)))
        # Half a pixel up or across: the ridge falls off steeply at its right end.
        beside = np.interp([x - 0.5, x, x + 0.5], drawn[:, 0], drawn[:, 1])
        assert beside.min() - 0.5 < y < beside.max() + 0.5, M
    edge = bisected(1.0, 20.0, lambda M: ends_ill(M, UP[0]))
    assert drawn[-1] == pytest.approx(where(state, edge, UP[0]), abs=0.5)


@pytest.mark.parametrize("day", [0, 10, 20, 28, 60, 365])
def test_balls_and_trails_are_those_of_both_runs(page, day):
    state = at(page, day)
    for person, ball, trail in (("P", "ball", "trail"), ("Q", "twinBall", "twinTrail")):
        days = np.unique([*np.linspace(0, day, 400), float(day)])
        run = simulate(tolerance, YEAR, infection(), points=days, **TIGHT, **PLACES[person])
        path = np.array([where(state, M, E) for M, E in zip(run["M"], run["E"])])
        assert state[ball] == pytest.approx(path[-1], abs=0.5)
        drawn = points(state[trail])
        assert drawn[-1] == pytest.approx(state[ball], abs=0.06) and drawn[0] == pytest.approx(path[0], abs=0.5)
        for corner in drawn[:: max(1, len(drawn) // 12)]:
            assert np.hypot(*(path - corner).T).min() < (0.6 if day < 100 else 3), "the trail lies on the run"


def test_states_stand_still_on_the_nullclines(page):
    state = at(page, 60)
    names = list(tolerance.states)
    for state_name, pieces in zip(("M", "E"), state["pieces"]):
        assert len(pieces) > 20
        row = names.index(state_name)
        per_pixel = [math.log10(high / low) / size for (low, high), size in ((ACROSS, state["right"] - state["left"]),
                                                                             (UP, state["tall"] - 54))]  # fmt: skip
        for a, b, *_ in pieces[::7]:
            signs = set()
            for right in (-1, 1):
                for up in (-1, 1):
                    y = state["y"] | {"M": 10 ** (a + right * per_pixel[0]), "E": 10 ** (b + up * per_pixel[1])}
                    slope = tolerance.derivative(60.0, [y[name] for name in names], tolerance.defaults)[row]
                    signs.add(slope > 0)
            assert signs == {True, False}, (state_name, a, b)


QUESTION = Choice(
    id="99-who", kind="prediction", wording="Who is ill?",
    options=[Option("P", "It ended."), Option("Q", "It lasted.", right=True)],
)  # fmt: skip


@pytest.fixture(scope="module")
def paused(own_page, tmp_path_factory):
    asked = Prediction(QUESTION, "Both are well.\nWho?", "Infect", twin="Q", pause=(20, "Day 20.\nChange your answer?"))
    return own_page(tmp_path_factory.mktemp("pause"), planar_stage(plane(), prediction=asked)).as_uri()


def test_the_clock_stops_once_and_asks_again(visit, paused):
    seen = visit(paused, reduced_motion="reduce")
    page, verdict, kept = (
        seen.page,
        seen.page.locator(".ir-result"),
        "window.kept = []; addEventListener('ir-answered', (e) => kept.push(e.detail.said))",
    )
    page.evaluate(kept)
    assert verdict.inner_text().startswith("Both are well.")
    assert page.locator(".ir-ridge").first.evaluate("(part) => part.parentElement.getAttribute('display')") == "none"
    page.locator(".ir-cards input").first.check()
    page.locator(".ir-go").click()
    moment = page.evaluate(
        "(({ day, from, twin }) => ({ day, from, twin: twin !== null }))(document.querySelector('.ir-stage').irMoment)"
    )
    assert moment == {"day": pytest.approx(20), "from": 20, "twin": True}
    assert (
        verdict.inner_text().startswith("Day 20.")
        and page.locator(".ir-go").is_visible()
        and page.evaluate("kept") == []
    )
    page.locator(".ir-cards input").last.check()
    page.locator(".ir-go").click()
    assert page.evaluate("document.querySelector('.ir-stage').irMoment.day") == pytest.approx(YEAR)
    assert "○ P: Well." in verdict.inner_text() and "● Q: Ill." in verdict.inner_text()
    assert page.evaluate("kept") == ["Q"] and page.locator(".ir-feedback").inner_text() == "✓ Right. It lasted."
    assert page.locator(".ir-ridge").first.evaluate("(part) => part.parentElement.getAttribute('display')") == "inline"
    assert not page.locator(".ir-main-input").is_visible() and page.locator(".ir-run").is_visible()
    assert seen.errors == []


def test_whoever_asks_to_be_shown_is_not_stopped(visit, paused):
    page = visit(paused, reduced_motion="reduce").page
    page.locator(".ir-show-me").click()
    assert page.evaluate("document.querySelector('.ir-stage').irMoment.day") == pytest.approx(YEAR)


def test_without_javascript_both_are_told(visit, paused):
    page = visit(paused, java_script_enabled=False).page
    page.locator(".ir-answer summary").click()
    assert "○ P: Well. ● Q: Ill." in page.locator(".ir-answer").inner_text()
