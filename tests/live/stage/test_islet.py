"""An islet of dots and a valley whose disease lies below: read back from the page, against SciPy."""

import math

import numpy as np
import pytest

from immunereset.engine import simulate, steady_states
from immunereset.live import Islet, Mark, Panel, Result, Scene, Valley, final, first_below, stage
from immunereset.models.islet import HIGH, RIDGE, attack, graft, islet

UNTIL = 730.0


@pytest.fixture(scope="module")
def figure():
    return stage(
        islet, Panel({"beta": "β cells", "G": "glucose"}, "mg, mg/dL", "log", (1, 3000), [Mark(HIGH, "high")], short="mg"),
        "an-islet", main="graft", before=simulate(islet, 60, start={"beta": 0.0}), before_days=60,
        protocol=graft() + attack(0.012), until=UNTIL, event="graft",
        views=[
            Islet("beta", "one dot is 1 mg", {"beta": ("mg", "β cells"), "G": ("mg/dL", "glucose")}),
            Valley("beta", 25, 1500, 0.03, RIDGE, names=("lost", "healthy valley", "no healthy valley"), turned=True,
                   ticks=[37, 300], title="Where β cells roll next", short="β cells", word="mg of β cells"),
        ],
        result=Result({"end": final("beta"), "day": first_below("beta", RIDGE, after=1)},
                      [("day < inf", "● Lost: {day:.0f}."), ("otherwise", "○ It lasts: {end}.")]),
        scenes=[Scene("day 30", 300, 30)], caption="An islet.", alt="Linked views.",
    )  # fmt: skip


def test_what_the_page_does_not_know_is_refused():
    with pytest.raises(
        ValueError, match="An islet tells states, and observables that the lines show, too; G is neither."
    ):
        stage(
            islet, Panel({"beta": "β cells"}, "mg", "log", (1, 3000)), "an-islet", main="graft", before=simulate(islet, 60),
            before_days=60, protocol=graft(), until=UNTIL, views=[Islet("beta", "one dot is 1 mg", {"G": ("mg/dL", "glucose")})],
            result=Result({"end": final("beta")}, [("otherwise", "○ It lasts.")]), caption="An islet.", alt="Linked views.",
        )  # fmt: skip


STATE = """() => {
    const root = document.querySelector(".ir-stage"), { y, shown } = root.irMoment, slope = root.querySelector(".ir-slope:not(.ir-twin)");
    const ball = root.querySelector(".ir-ball"), numbers = (part, ...names) => names.map((name) => Number(part.getAttribute(name)));
    return {
        y, dots: shown.islet, alive: (root.querySelector(".ir-alive").getAttribute("d").match(/M/g) ?? []).length,
        pale: root.querySelector(".ir-pale").getAttribute("d").match(/M/g).length, land: shown.valley,
        told: [...root.querySelectorAll(".ir-tally b")].map((part) => part.textContent), ball: numbers(ball, "cx", "cy", "r"),
        slope: slope.getAttribute("d"), wide: root.querySelector(".ir-valley svg").clientWidth,
        sides: [...root.querySelectorAll(".ir-ground")].map((part) => [part.classList[1], Number(part.getAttribute("d").slice(1).split(" ")[0])]),
        words: [...root.querySelectorAll(".ir-valley .ir-title")].map((part) => part.textContent),
    };
}"""


@pytest.mark.parametrize(("mass", "day"), [(300, 0.0), (300, 200.0), (1200, 30.0), (100, 400.0)])
def test_dots_ball_and_slope_agree_with_scipy(visit, address, mass, day):
    seen = visit(address, reduced_motion="reduce")
    seen.page.evaluate(f"location.hash = '#an-islet?graft={mass}&day={day}'")
    seen.page.wait_for_function(f"Math.abs(document.querySelector('.ir-stage').irMoment.day - {day}) < 1e-6")
    found = seen.page.evaluate(STATE)
    run = simulate(islet, UNTIL, graft() + attack(0.012), start={"beta": 0.0}, points=np.unique([0.0, day, UNTIL]),
                   graft=mass, method="DOP853", rtol=1e-10, atol=1e-13)  # fmt: skip
    beta, G = (run[name][0 if day == 0 else 1] for name in ("beta", "G"))
    assert [found["y"]["beta"], found["y"]["G"]] == pytest.approx([beta, G], rel=1e-5)
    assert found["dots"] == found["alive"] == math.floor(beta + 0.5)
    assert found["pale"] == max(300, mass)
    assert found["told"] == [f"{beta:.0f}", f"{G:.0f}"]
    ridge, plateau = (one.state["beta"] for one in steady_states(islet, "beta", (1.0, 2000.0), inputs={"kappa": 0.012}))
    x, v = np.array(found["land"]["x"]), np.array(found["land"]["v"])
    assert x[found["land"]["ridge"]] == pytest.approx(ridge, rel=0.03)
    assert any(x[floor] == pytest.approx(plateau, rel=0.03) for floor in found["land"]["floors"])
    slope = islet.derivative(0.0, x[None, :], islet.defaults | {"kappa": 0.012})[0] / x
    step = math.log(x[1] / x[0])
    fall = np.concatenate([[0], -np.cumsum((slope[1:] + slope[:-1]) / 2 * step)])
    assert v == pytest.approx(fall - fall.min(), abs=1e-6)
    left, level, radius = found["ball"]
    assert left == pytest.approx(4 + math.log(max(beta, 25) / 25) / math.log(60) * (found["wide"] - 8), abs=0.5)
    drawn = np.array([[float(n) for n in pair.split()] for pair in found["slope"][1:].split("L")])
    assert level + radius == pytest.approx(np.interp(left, drawn[:, 0], drawn[:, 1]), abs=0.5)
    assert [name for name, _ in found["sides"]] == ["ir-away", "ir-back"]
    assert found["sides"][0][1] > found["sides"][1][1], "health lies right"
    assert found["words"][1:] == ["healthy valley", "lost"] or found["words"][:2] == ["healthy valley", "lost"]
    assert seen.errors == []


def test_an_islet_shows_what_the_model_has(figure):
    with pytest.raises(ValueError, match="states that have a role"):
        stage(
            islet, Panel(["beta"], "mg", "log", (1, 3000)), "an-islet", main="graft", before=simulate(islet, 60), until=UNTIL,
            protocol=graft(), result=Result({}, [("otherwise", "○")]), views=[Islet("insulin", "", {})],
        )  # fmt: skip


def test_the_names_of_both_valleys_fit_a_phone(visit, address):
    seen = visit(address, reduced_motion="reduce", viewport={"width": 360, "height": 800})
    boxes = [seen.page.locator(".ir-valley .ir-title").nth(i).bounding_box() for i in (0, 1)]
    healthy, lost = sorted(boxes, key=lambda box: -box["x"])
    assert lost["x"] + lost["width"] < healthy["x"]
