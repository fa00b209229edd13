"""The landscape of two states on a page, from above and from the side, against `engine.landscape`."""

import numpy as np
import pytest

from immunereset.engine import landscape, simulate
from immunereset.live import Contours, Panel, Result, Stops, Valleys, final, stage
from immunereset.models.joint import joint
from immunereset.models.toggle import push, skin_cell, toggle

NAMES = {"skin": (2.0, 0.0), "middle": (1.0, 1.0), "other": (0.0, 2.0)}
HIGH, HEIGHT = 2.4, 0.05
PLACES = {"weak": {"u_0": 0.15, "r_0": 0.0}, "loose": {"u_0": 0.0, "r_0": 0.4}, "hard": {"u_0": 20.0, "r_0": 0.0}}


def above(**changes):
    told = dict(x="A", y="B", weights=("w_A", "w_B"), high=HIGH, step=0.004, words=("A", "B"), names=NAMES)
    return Contours(**(told | changes))


def staged(views, model=toggle, **changes):
    told = dict(
        main=Stops("how", "How", PLACES), before=simulate(toggle, 10, start=skin_cell()), before_days=10, until=40,
        protocol=push(days=20), push_days=20.0, **PLACES["weak"],
        result=Result({"A_end": final("A")}, [("A_end > 1.5", "● Skin."), ("otherwise", "○ Not.")]), caption="A land.", alt="A land.",
    )  # fmt: skip
    return stage(model, Panel(["A", "B"], "amount", "log", (1e-3, 1e2)), "a-land", views=views, **(told | changes))


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="need Contours"):
        staged([Valleys(HEIGHT)])
    with pytest.raises(ValueError, match="turns"):
        staged([above(weights=("w_B", "w_A"))])
    with pytest.raises(ValueError, match="states that have a role|two states"):
        above().check(
            stage(
                joint, Panel(["p", "a"], "x", "log", (1e-3, 10)), "j", main=Stops("k", "K", {"a": {"c_2": 10.0}, "b": {"c_2": 9.0}}),
                before=simulate(joint, 10), until=20, caption="J.", alt="J.",
                result=Result({"e": final("p")}, [("otherwise", "● J.")]),
            ).kind
        )  # fmt: skip


@pytest.fixture(scope="module")
def page(visit_once, own_page, tmp_path_factory):
    where = own_page(tmp_path_factory.mktemp("land"), staged([above(), Valleys(HEIGHT)])).as_uri()
    seen = visit_once(where, reduced_motion="reduce", viewport={"width": 1300, "height": 900})
    yield seen.page
    assert seen.errors == []


STATE = """() => {
    const n = (part, name) => Number(part.getAttribute(name)), side = document.querySelector(".ir-valley svg"), top = document.querySelector(".ir-contours svg");
    const { y, shown } = document.querySelector(".ir-stage").irMoment, box = top.querySelector("rect"), ball = top.querySelector(".ir-ball"), rolled = side.querySelector(".ir-ball");
    return { y, side: side.querySelector(".ir-slope:not(.ir-twin)").getAttribute("d"), wide: side.clientWidth, tall: side.clientHeight,
        box: ["x", "y", "width"].map((a) => n(box, a)), ball: ["cx", "cy"].map((a) => n(ball, a)), rolled: ["cx", "cy", "r"].map((a) => n(rolled, a)),
        level: top.querySelector(".ir-level").getAttribute("d"), V: shown.contours.V,
        names: [...side.querySelectorAll(".ir-title")].map((part) => part.textContent),
        above: [...top.querySelectorAll(".ir-title")].filter((part) => part.getAttribute("display") !== "none").map((part) => part.textContent) };
}"""


def at(page, how, day):
    page.evaluate(f"location.hash = '#a-land?how={how}&day={day}'")
    page.wait_for_function(f"Math.abs(document.querySelector('.ir-stage').irMoment.day - {day}) < 1e-6")
    return page.evaluate(STATE)


@pytest.mark.parametrize(("how", "day"), [("weak", 10), ("weak", 30), ("loose", 5), ("hard", 10)])
def test_it_is_the_engines_landscape(page, how, day):
    state, place = at(page, how, day), PLACES[how]
    held = {"u": place["u_0"], "r": place["r_0"]} if day < 20 else {}
    grid = np.linspace(0, HIGH, 49)
    land = landscape(toggle, ("A", "B"), ("w_A", "w_B"), grid, grid, inputs=held)
    assert np.array(state["V"]) == pytest.approx(land.V, abs=HEIGHT / state["tall"] / 2)
    difference, lowest = land.side()
    drawn = np.array([[float(n) for n in pair.split()] for pair in state["side"][1:].split("L")])
    assert drawn[:, 0] == pytest.approx(4 + (difference + HIGH) / (2 * HIGH) * (state["wide"] - 8), abs=0.5)
    heights = state["tall"] - 46 - np.minimum(lowest - lowest.min(), 4 * HEIGHT) * (state["tall"] - 64) / HEIGHT
    assert drawn[:, 1] == pytest.approx(heights, abs=0.5)


@pytest.mark.parametrize(("how", "day"), [("weak", 30), ("loose", 5), ("hard", 10)])
def test_the_ball_is_where_the_run_is(page, how, day):
    state = at(page, how, day)
    run = simulate(
        toggle,
        40,
        push(days=20),
        start=skin_cell(),
        points=[0, day],
        method="DOP853",
        rtol=1e-10,
        atol=1e-13,
        **PLACES[how],
    )
    x, y = (min(run[gene][-1], HIGH) for gene in "AB")
    left, top, side = state["box"]
    assert state["ball"] == pytest.approx([left + x / HIGH * side, top + side - y / HIGH * side], abs=0.5)
    assert state["rolled"][0] == pytest.approx(4 + (x - y + HIGH) / (2 * HIGH) * (state["wide"] - 8), abs=0.5)


def test_valleys_are_named_by_where_they_lie(page):
    def named(how, day):
        return {name for name in at(page, how, day)["names"] if name in NAMES}

    assert named("weak", 30) == {"skin", "middle", "other"}
    for how, day in [("weak", 30), ("loose", 5), ("hard", 10)]:
        assert set(at(page, how, day)["above"]) >= named(how, day), "what the side names has a name from above"
    assert set(at(page, "loose", 5)["above"]) == {"skin", "other"}
    assert named("loose", 5) == {"skin", "other"}, "with a loose hold the middle valley is lost"
    assert named("hard", 10) == {"other"}, "a cell whose gene A is held on by itself lies in none of the three"


def test_lines_are_lines_of_equal_height(page):
    state = at(page, "weak", 30)
    left, top, side = state["box"]
    grid = np.linspace(0, HIGH, 193)
    from scipy.interpolate import RectBivariateSpline

    V = landscape(toggle, ("A", "B"), ("w_A", "w_B"), grid, grid).V
    height = RectBivariateSpline(grid, grid, V)
    ends = np.array([[float(n) for n in pair.split()] for pair in state["level"][1:].replace("M", "L").split("L")])
    found = height.ev((ends[::37, 0] - left) / side * HIGH, (top + side - ends[::37, 1]) / side * HIGH)
    levels = [0.004 * k for k in range(1, 11)]
    while len(levels) < 22:
        levels.append(levels[-1] * 1.8)
    off = np.abs(found[:, None] - np.array(levels)).min(axis=1)
    assert len(found) > 20 and np.quantile(off / np.maximum(found, 0.004), 0.9) < 0.1
