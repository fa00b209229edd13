"""A clock that counts from an event, the steps of its calendar on the same days, and a line of vessels, against SciPy."""

import numpy as np
import pytest

from immunereset.engine import Slider, simulate
from immunereset.lesson import Choice, Option
from immunereset.live import (
    Calendar,
    DaysAfter,
    Drop,
    Mark,
    Panel,
    Prediction,
    Result,
    Row,
    Scene,
    Step,
    back_above,
    since,
    stage,
)
from immunereset.models.engraftment import INFUSION, recover, rescue
from immunereset.models.myelosuppression import NEUTROPENIA, myelosuppression
from tests.live.stage.stages import written

ASKED = Choice("99-back", "prediction", "When?", [Option("day 5", "No."), Option("day 10", "Yes.", right=True)])
STEPS = [
    Step("Storing", 1, -20, -10, "cells wait", "some die"),
    Step("Conditioning", 0, -6, -1, "it treats", "infections"),
    Step("Infusion", 1, 0, None, "it rescues", "too few"),
    Step("Neutropenia", 2, "below", "back", "", ""),
    Step("G-CSF", 0, "gcsf_day", "back", "faster", "pain"),
    Step("Engraftment", 1, "back", None, "", "", later=0),
    Step("Discharge", 2, "back", None, "", "", later=3),
]
LINE = {"P": "divide", "T_1": "mature", "C": "blood"}


def calendar_stage(**changes):
    told = dict(
        main="dose", protocol=rescue(), until=INFUSION + 30, time=DaysAfter("the infusion", INFUSION), before_days=28, share=0.2,
        before=simulate(myelosuppression, 40), sliders={"dose": Slider(1, 20, 1)},
        result=Result({"day": since(INFUSION, back_above("C", 0.5))}, [("day < inf", "○ Day {day:.1f}."), ("otherwise", "● Not back.")]),
        views=[Drop(100, "0.1 µL", {"C": "neutrophils"}), Row(LINE, 8, "The line"), Calendar(STEPS, "C", NEUTROPENIA)],
        prediction=Prediction(ASKED, "Day 0.\nWhen?", "Go on", [[(2, 0.05), (5, 0.5)], [(6, 0.01), (10, 0.5)]], at=10),
        scenes=[Scene("day 8", 10, 8)], caption="A calendar.", alt="Linked views.",
    )  # fmt: skip
    panel = Panel({"C": "neutrophils"}, "10⁹/L", "log", (1e-3, 30), [Mark(NEUTROPENIA, "0.5")], short="10⁹/L")
    return stage(myelosuppression, panel, "a-calendar", **(told | changes))


@pytest.fixture(scope="module")
def figure():
    return calendar_stage()


@pytest.fixture(scope="module")
def address(figure, tmp_path_factory):
    return written(tmp_path_factory.mktemp("calendar"), figure)


def test_the_clock_counts_from_its_zero(figure):
    kind = figure.kind
    assert kind.axis["zero"] == INFUSION and kind.hidden_from == INFUSION
    assert [kind.place(day) for day in (-28, 0, 36)] == pytest.approx([0, 0.2, 1])
    assert [(day, words) for day, words, always in kind.ticks if always] == [
        (6, "0"),
        (16, "10"),
        (26, "20"),
        (36, "30"),
    ]
    settings = kind.settings(figure.kind.draw())
    assert settings["scenes"][0]["day"] == 14 and settings["plays"][0]["day"] == 6
    assert settings["plays"][0]["options"][1]["course"][1] == [round(kind.place(16), 4), 0.5]


def test_the_slider_of_a_date_and_the_table_count_from_the_event():
    kind = calendar_stage(sliders={"dose": Slider(1, 20, 1), "gcsf_day": Slider(INFUSION, INFUSION + 10, 1)}).kind
    grid = next(one for one in kind.specification.grids if one.symbol == "gcsf_day")
    assert grid.words[grid.position] == "day 5" and grid.values[grid.position] == INFUSION + 5
    days = [words for words, _ in kind.specification.days_shown]
    assert days == ["−6", "−5", "0", "5", "10", "15", "20", "25", "30"]


def test_what_no_calendar_has_is_refused():
    with pytest.raises(ValueError, match="A calendar measures a state; the model 'neutrophils' has no 'Q'."):
        calendar_stage(views=[Calendar(STEPS, "Q", 0.5)])
    with pytest.raises(
        ValueError, match="The day of 'Party' is a number, a parameter, or one of below, back; 'soon' was"
    ):
        calendar_stage(views=[Calendar([Step("Party", 0, "soon", None, "", "")], "C", 0.5)])
    with pytest.raises(ValueError, match="A vessel is full at an amount above 0; 0 was given."):
        calendar_stage(views=[Row(LINE, 0, "The line")])


STATE = """() => {
    const root = document.querySelector(".ir-stage"), { day, y } = root.irMoment, box = (one) => one.getBoundingClientRect();
    const grid = root.querySelector(".ir-lines .ir-grid"), svg = box(root.querySelector(".ir-lines svg")).left, days = box(root.querySelector(".ir-days")).left;
    const at = (part, name) => Number(part.getAttribute(name));
    return {
        day, y, left: at(grid, "x1"), right: at(grid, "x2"), shift: days - svg, now: root.querySelector(".ir-now").textContent,
        steps: Object.fromEntries([...root.querySelectorAll(".ir-days li:not([hidden])")].map((one) =>
            [one.querySelector("span").textContent, [parseFloat(one.style.left), parseFloat(one.style.getPropertyValue("--ir-wide"))]])),
        dated: [...root.querySelectorAll(".ir-dated")].map((one) => at(one, "x1")), dots: at(root.querySelector(".ir-cells"), "data-cells"),
        key: root.querySelector(".ir-key b").textContent, on: [...root.querySelectorAll(".ir-today span")].map((one) => one.textContent),
        full: at(root.querySelector(".ir-vessel"), "height"), filled: [...root.querySelectorAll(".ir-filled")].map((one) => at(one, "height")),
    };
}"""


def test_steps_dots_and_vessels_stand_where_scipy_says(visit, address, figure):
    seen = visit(address, reduced_motion="reduce")
    page, place = seen.page, figure.kind.place
    page.wait_for_function("document.querySelector('.ir-stage')?.irTold > 0")
    waits = page.evaluate(STATE)
    assert list(waits["steps"]) == ["Storing", "Conditioning", "Infusion", "G-CSF"], "what is to be predicted is hidden"
    assert waits["steps"]["G-CSF"][1] == 0 and waits["day"] == pytest.approx(0) and waits["now"] == "day 0"
    for dose, day in ((10, 8), (5, -1)):
        page.evaluate(f"location.hash = '#a-calendar?dose={dose}&day={day}'")
        page.wait_for_function(f"Math.abs(document.querySelector('.ir-stage').irMoment.day - {day}) < 1e-6")
        now, run = page.evaluate(STATE), recover(dose)
        assert now["now"] == f"day {day}".replace("-", "−") and now["shift"] == pytest.approx(0, abs=0.5)

        def x(day, now=now):
            return now["left"] + place(day + INFUSION) * (now["right"] - now["left"])

        back, low = run.engraftment_day, run.run.first_day_below("C", NEUTROPENIA) - INFUSION
        spans = {"Storing": (-20, -10), "Conditioning": (-6, -1), "Infusion": (0, 0), "Neutropenia": (low, back), "G-CSF": (5, back),
                 "Engraftment": (back, back), "Discharge": (back + 3, back + 3)}  # fmt: skip
        assert now["steps"].keys() == spans.keys()
        for name, (start, stop) in spans.items():
            left, wide = now["steps"][name]
            assert left == pytest.approx(x(start), abs=0.5) and wide == pytest.approx(
                max(0, x(stop) - x(start)), abs=0.6
            ), name
        assert now["dated"] == pytest.approx([x(0), x(back)], abs=0.5)
        exact = {state: np.interp(day + INFUSION, run.run.t, run.run[state]) for state in LINE}
        assert now["dots"] == round(100 * exact["C"]) and float(now["key"]) == pytest.approx(100 * exact["C"], rel=0.02)
        assert now["filled"] == pytest.approx([now["full"] * exact[state] / 8 for state in LINE], abs=0.5)
    assert now["on"] == ["Conditioning"]
    page.locator(".ir-days button").nth(1).press("Enter")
    assert page.locator(".ir-purpose").inner_text().split("\n")[0] == "2. Conditioning. it treats"
    assert page.locator(".ir-days [aria-pressed=true]").count() == 1
    assert seen.errors == []
