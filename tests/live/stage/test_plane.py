"""The plane of two states: ridge, ball, trail and nullclines on a page, against SciPy's runs and the model's derivative."""

import math
import re

import numpy as np
import pytest

from immunereset.engine import YEAR, PhasePlane, Slider, simulate, simulate_cohort
from immunereset.lesson import Choice, Option
from immunereset.live import Panel, Plane, Prediction, Result, Stops, final, stage
from immunereset.models.interventions import infection
from immunereset.models.joint import inflamed, infusion, joint
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


def end_ill(M, E):
    """Whether persons who start with so many memory cells and effectors, arrays of one length, are ill in the end."""
    run = simulate_cohort(
        tolerance, M.size, 10 * YEAR, start={"M": M, "E": E}, points=[10 * YEAR], rtol=1e-8, atol=1e-12
    )
    return run["E"][-1] > ACTIVE


def bisected(low, high, hold):
    """Where each answer changes from no to yes, all above 0, to a thousandth."""
    while (high / low > 1.001).any():
        middle = np.sqrt(low * high)
        yes = hold(middle)
        low, high = np.where(yes, low, middle), np.where(yes, middle, high)
    return np.sqrt(low * high)


def test_the_ridge_agrees_with_bisection_of_full_runs(page):
    state = at(page, 5)
    drawn = points(state["ridge"])
    across = np.array([0.06, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 5.4])
    for M, E in zip(across, bisected(np.full(8, 0.01), np.full(8, 30.0), lambda E: end_ill(across, E))):
        x, y = where(state, M, E)
        # Half a pixel up or across: the ridge falls off steeply at its right end.
        beside = np.interp([x - 0.5, x, x + 0.5], drawn[:, 0], drawn[:, 1])
        assert beside.min() - 0.5 < y < beside.max() + 0.5, M
    [edge] = bisected(np.array([1.0]), np.array([20.0]), lambda M: end_ill(M, np.array([UP[0]])))
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


JOINT = {"across": (3e-3, 10.0), "up": (1e-2, 5.0)}


@pytest.fixture(scope="module")
def free(visit_once, own_page, tmp_path_factory):
    """A joint of two signals: its strength c_2 moves the ridge."""
    view = Plane(
        "a", "p", **JOINT, active=0.1, words=("calming", "inflammation"), nullclines=True, free="without cells"
    )
    shown = stage(
        joint, Panel(["p", "a"], "toy units", "log", (1e-3, 1e1)), "a-joint", main="c_2", before=simulate(joint, 10, start=inflamed()),
        protocol=infusion(6.0), until=30, event="infusion", views=[view], sliders={"c_2": Slider(5, 20, 1)}, c_2=10.0, before_days=5,
        result=Result({"end": final("p")}, [("end < 0.1", "○ Quiet."), ("otherwise", "● Inflamed.")]), caption="A joint.",
        alt="A plane of two signals.",
    )  # fmt: skip
    seen = visit_once(own_page(tmp_path_factory.mktemp("free"), shown).as_uri(), reduced_motion="reduce")
    yield seen.page
    assert seen.errors == []


def joint_at(page, day, c_2):
    page.evaluate(f"location.hash = '#a-joint?c_2={c_2}&day={day}'")
    page.wait_for_function(f"Math.abs(document.querySelector('.ir-stage').irMoment.day - {day}) < 1e-6")
    return page.evaluate(
        "(({ y, run, shown }) => ({ y, c_2: run.p.c_2, ...shown.plane }))(document.querySelector('.ir-stage').irMoment)"
    )


@pytest.mark.parametrize(
    ("c_2", "rests", "ridges"), [(5, 1, 0), (8, 3, 1), (10, 3, 1), (15, 3, 1), (16, 1, 0), (20, 1, 0)]
)
def test_rests_and_ridges_of_a_field_are_those_of_the_model(free, c_2, rests, ridges):
    told = joint_at(free, 30, c_2)
    field = PhasePlane(joint, "a", "p", **JOINT, c_2=c_2)
    expected = field.steady_states()
    assert told["c_2"] == c_2 and len(told["free"]) == len(expected) == rests and len(told["ridges"]) == ridges
    for one, other in zip(told["free"], expected):
        assert (10 ** one["a"], 10 ** one["b"]) == pytest.approx((other.state["a"], other.state["p"]), rel=1e-6)
        assert one["stable"] == other.stable
    for drawn, curve in zip(told["ridges"], field.separatrices()):
        line = np.log10(curve)
        low, high = np.log10([*zip(*JOINT.values())])
        for point in np.clip(drawn, low, high)[::5]:
            a, b = line[:-1], line[1:]
            share = np.clip(((point - a) * (b - a)).sum(1) / ((b - a) ** 2).sum(1), 0, 1)
            assert np.hypot(*(a + share[:, None] * (b - a) - point).T).min() < 2e-3, "half a pixel"
        reach = abs(np.subtract(drawn[-1], drawn[0])).max() - abs(line[-1] - line[0]).max()
        assert abs(reach) < 0.03


def test_cells_move_the_crossings(free):
    told = joint_at(free, 0.5, 10)
    expected = PhasePlane(joint, "a", "p", **JOINT, held={"S": told["y"]["S"]}).steady_states()
    assert told["y"]["S"] == pytest.approx(6 / 2**0.5, rel=1e-3) and len(told["rests"]) == len(expected) == 1
    assert 10 ** told["rests"][0]["b"] == pytest.approx(expected[0].state["p"], rel=1e-5)


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
