"""Bands: each course of the protocol as long as it lasts and as high as it is strong, and a clock that turns."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from immunereset.engine import YEAR, Slider, simulate
from immunereset.lesson import Choice, Option
from immunereset.live import (
    Bands,
    Drop,
    Mark,
    Panel,
    Prediction,
    Result,
    Scene,
    Valley,
    first_above,
    since,
    stage,
    value_on,
)
from immunereset.models.interventions import drug, fading_drug, transplant
from immunereset.models.patients import reference_patient
from immunereset.models.tolerance import ACTIVE, tolerance

STOP, UNTIL = 5 * YEAR, 15 * YEAR
ASKED = Choice(
    "99-stop", "prediction", "What follows?", [Option("nothing", "No."), Option("it is back", "It is.", right=True)]
)


def held_stage(**changes):
    told = dict(
        main="drug_half_life", before=reference_patient(), protocol=fading_drug(0.9, STOP, 90), until=UNTIL, turn=STOP,
        drug_days=STOP, drug_half_life=90, covered=["M"], views=[Drop(), Valley("E", 1e-3, 1e2, 0.8, ACTIVE), Bands()],
        result=Result(
            {"wait": since("drug_days", first_above("E", ACTIVE, after="drug_days")), "left": value_on("M", "drug_days")},
            [("wait < inf", "● Back after {wait:.0f} days.\n{left:.1f}"), ("otherwise", "○ Away.\n{left:.1f}")],
        ),
        prediction=Prediction(ASKED, "It is silent.\nChoose.", "Stop", [0.01, 17], day=STOP),
        scenes=[Scene("180 days", 180)], caption="A stage.", alt="Linked views.",
    )  # fmt: skip
    panel = Panel({"E": "effectors", "M": "memory"}, "cells/µL", "log", (1e-3, 1e3), [Mark(ACTIVE, "active")])
    return stage(
        tolerance, panel, "a-band", **{name: value for name, value in (told | changes).items() if value is not None}
    )


@pytest.fixture(scope="module")
def figure():
    return held_stage()


def test_a_stage_without_courses_has_no_bands():
    with pytest.raises(ValueError, match="Bands show the courses of a protocol; this stage has none."):
        held_stage(
            protocol=transplant(), main="k", k=2.0, scenes=[], drug_days=None, drug_half_life=None,
            result=Result({}, [("otherwise", "○ Away.")]),
        )  # fmt: skip


def test_the_wait_is_counted_from_the_last_dose(figure):
    run = simulate(
        tolerance,
        UNTIL,
        fading_drug(),
        start=reference_patient(),
        points=np.arange(UNTIL),
        drug_days=STOP,
        drug_half_life=90,
    )
    day = run.first_day_above("E", ACTIVE, after=STOP)
    assert figure.kind.sentence(figure.kind.specification.values).startswith(f"● Back after {day - STOP:.0f} days.")
    assert f"{day - STOP:.0f}" == "170"


def test_the_clock_turns(figure):
    place = figure.kind.place
    assert [place(day) for day in (-YEAR, 0, STOP, UNTIL)] == pytest.approx([0, 0.1, 0.55, 1])
    assert place(30) - place(0) == pytest.approx(0.45 * math.sqrt(30 / STOP))
    assert place(STOP + 30) - place(STOP) == pytest.approx(0.45 * math.sqrt(30 / (UNTIL - STOP)))
    assert [words for _, words, _ in figure.kind.ticks] == ["1 year", "1 month after", "10 years"]


@pytest.fixture
def opened(visit, tmp_path):
    """A function that opens a stage in the browser, without motion."""
    pages = []

    def open_stage(figure):
        path, html = tmp_path / "stage.html", figure._repr_mimebundle_()["text/html"]
        start = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Stage</title>'
        path.write_text(f"{start}<main>{html}</main>", "utf-8")
        pages.append(visit(path.as_uri(), reduced_motion="reduce"))
        pages[-1].page.wait_for_function("document.querySelector('.ir-stage')?.irTold > 0")
        return pages[-1]

    yield open_stage
    assert [page.errors for page in pages] == [[]] * len(pages)


@pytest.fixture
def seen(opened, figure):
    return opened(figure)


STATE = """() => {
    const root = document.querySelector(".ir-stage"), { day, shown } = root.irMoment, of = (name) => [...root.querySelectorAll(name)];
    const grid = of(".ir-lines .ir-grid"), at = (part, name) => Number(part.getAttribute(name));
    return {
        day, floors: shown.valley.floors.map((i) => shown.valley.x[i]), left: at(grid[0], "x1"), right: at(grid[0], "x2"),
        bottom: at(grid[0], "y1"), top: at(grid.at(-1), "y1"), bands: of(".ir-band").map((band) => band.getAttribute("d")),
        words: of(".ir-band-words").map((part) => part.textContent), key: of(".ir-key span").map((part) => part.innerText.trim()),
        text: root.innerText, line: root.querySelector(".ir-line.ir-effector").getAttribute("d"),
        memory: root.querySelector(".ir-line.ir-memory").getAttribute("display"), told: root.innerHTML,
    };
}"""


def points(path):
    corners = path.replace("V", "L0 ").strip("MZ").split("L")
    return np.array([[float(n) for n in pair.split()] for pair in corners])


def test_before_the_choice_the_drug_holds_and_memory_is_covered(seen):
    now = SimpleNamespace(**seen.page.evaluate(STATE))
    assert now.day == pytest.approx(STOP) and now.memory == "none"
    assert now.key[1].startswith("?") and "16" not in now.text
    drawn = points(now.line)
    assert drawn[-1, 0] <= now.left + 0.55 * (now.right - now.left) + 0.1


def test_on_the_day_that_hides_the_future_the_drug_is_still_there(opened):
    figure = held_stage(
        main="epsilon_0", protocol=drug(0.9, 0, STOP), sliders=["epsilon_0"], scenes=[], drug_half_life=None
    )
    page = opened(figure).page
    [on_the_drug] = page.evaluate(STATE)["floors"]
    page.evaluate(f"location.hash = '#a-band?epsilon_0=0.9&day={STOP}'")
    page.wait_for_selector(".ir-open")
    [off_the_drug] = page.evaluate(STATE)["floors"]
    assert on_the_drug < 0.1 < 10 < off_the_drug


def test_bands_are_as_long_and_as_high_as_the_courses(seen, figure):
    seen.page.locator(".ir-show-me").click()
    seen.page.wait_for_function(
        "document.querySelector('.ir-stage').irMoment.from === Infinity || document.querySelector('.ir-open')"
    )
    now, place = SimpleNamespace(**seen.page.evaluate(STATE)), figure.kind.place
    assert now.words == ["drug", "fading drug"] and now.memory == "inline"

    def x(day):
        return now.left + place(day) * (now.right - now.left)

    def y(strength):
        return now.bottom - strength * (now.bottom - now.top)

    flat, fading = (points(path) for path in now.bands)
    assert flat[:-1] == pytest.approx(np.array([[x(0), y(0)], [x(0), y(0.9)], [x(STOP), y(0.9)]]), abs=0.1)
    days = STOP + (UNTIL - STOP) * ((fading[1:-1, 0] - x(STOP)) / (x(UNTIL) - x(STOP))) ** 2
    assert fading[1:-1, 1] == pytest.approx(y(0.9 * 2 ** (-(days - STOP) / 90)), abs=0.6)


def test_the_line_follows_the_run_where_the_clock_gives_room(seen, figure):
    seen.page.locator(".ir-show-me").click()
    now, place = SimpleNamespace(**seen.page.evaluate(STATE)), figure.kind.place
    drawn = points(now.line)
    span = now.right - now.left
    wide = np.diff(drawn[drawn[:, 0] > now.left + place(1) * span][:, 0])
    assert wide.max() < 5, "no step of the line is wide enough to show a corner"
    late = drawn[drawn[:, 0] > now.left + place(STOP + 1) * span]
    days = STOP + (UNTIL - STOP) * (((late[:, 0] - now.left) / span - 0.55) / 0.45) ** 2
    run = simulate(
        tolerance, UNTIL, fading_drug(), start=reference_patient(), points=np.unique([0, *days.clip(0, UNTIL)]), method="DOP853",
        rtol=1e-9, atol=1e-13, drug_days=STOP, drug_half_life=90,
    )  # fmt: skip
    exact = now.bottom - (np.log10(np.interp(days, run.t, run["E"])) + 3) / 6 * (now.bottom - now.top)
    assert late[:, 1] == pytest.approx(exact, abs=0.6)


def test_a_link_counts_days_from_the_turn(seen):
    seen.page.evaluate(f"location.hash = '#a-band?drug_half_life=180&day={STOP + 31}'")
    seen.page.wait_for_function(f"Math.abs(document.querySelector('.ir-stage').irMoment.day - {STOP + 31}) < 1e-6")
    assert seen.page.locator(".ir-now").text_content() == "day 31 after"
    assert seen.page.locator(".ir-clock").get_attribute("aria-valuetext").startswith("day 31 after: ")


def test_whole_years_on_a_slider_say_years():
    years = {"drug_days": Slider(YEAR, 10 * YEAR, YEAR)}
    figure = held_stage(main="drug_days", protocol=drug(0.9, 0, STOP), sliders=years, scenes=[], drug_half_life=None)
    assert figure.kind.rail.words[::9] == ["1 year", "10 years"]
