"""What a stage draws: against SciPy, on paper, and without scripts."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from immunereset.engine import YEAR, Slider, simulate
from immunereset.live import (
    Panel,
    Result,
    final,
    stage,
)
from immunereset.models.b_cell_reset import b_cell_reset, car_t, ill_patient
from immunereset.models.interventions import transplant
from immunereset.models.patients import reference_patient
from immunereset.models.tolerance import tolerance
from tests.live.stage.stages import LINES, STATE, UNTIL


def points(path):
    return np.array([[float(n) for n in pair.split()] for pair in path[1:].split("L")])


@pytest.mark.parametrize(("k", "day"), [(2.0, 0.0), (2.0, 30.0), (2.4, 83.0), (2.45, 114.0), (3.0, 1825.0)])
def test_what_is_drawn_agrees_with_scipy(played, figure, k, day):
    page = played.page
    page.evaluate(f"location.hash = '#a-stage?k={k}&day={day}'")
    page.wait_for_function(f"Math.abs(document.querySelector('.ir-stage').irMoment.day - {day}) < 1e-6")
    seen = SimpleNamespace(**page.evaluate(STATE))
    days = np.unique([0.0, day])
    run = simulate(
        tolerance, UNTIL, transplant(), start=reference_patient(), points=days, method="DOP853", rtol=1e-10, atol=1e-14,
        k=k, g=28, q=5,
    )  # fmt: skip
    amounts = {name: run[name][-1] for name in LINES}
    assert {name: seen.y[name] for name in LINES} == pytest.approx(amounts, rel=1e-5)
    assert seen.cells == [math.floor(amount + 0.5) for amount in amounts.values()]

    def height_of(decades):
        return seen.bottom - (decades + 3) / 6 * (seen.bottom - seen.top)

    assert [y for _, y in seen.dots] == pytest.approx([height_of(math.log10(n)) for n in amounts.values()], abs=0.5)
    # The line lies within half a pixel, give or take the tenth to which its places are rounded.
    drawn = points(seen.line)
    drawn = drawn[drawn[:, 0] > figure.kind.place(1.0) * (seen.right - seen.left) + seen.left][::9]
    beside = (drawn[:, 0][:, None] + [-0.06, 0.06] - seen.left) / (seen.right - seen.left)
    asked = UNTIL * ((np.clip(beside, 0.1, 1) - 0.1) / 0.9) ** 2
    whole = simulate(
        tolerance,
        UNTIL,
        transplant(),
        start=reference_patient(),
        points=np.unique(asked),
        rtol=1e-9,
        atol=1e-13,
        k=k,
        g=28,
        q=5,
    )
    exact = height_of(np.interp(asked, whole.t, np.log10(whole["E"])))
    assert (exact.min(axis=1) - 0.5 < drawn[:, 1]).all() and (drawn[:, 1] < exact.max(axis=1) + 0.5).all()

    # The landscape is the integral of the model's own derivative, and the ball lies on it.
    x = np.geomspace(1e-3, 1e2, 161)
    held = np.array([[run[name][-1]] * len(x) for name in tolerance.states])
    row = list(tolerance.states).index("E")
    held[row] = x
    growth = tolerance.derivative(day, held, tolerance.defaults)[row] / x
    step = math.log(x[1] / x[0])
    fall = np.concatenate([[0], -np.cumsum((growth[1:] + growth[:-1]) / 2 * step)])
    assert seen.land["v"] == pytest.approx((fall - fall.min()).tolist(), abs=1e-5)
    left, level, radius = seen.ball
    assert left == pytest.approx(4 + (math.log10(min(max(amounts["E"], 1e-3), 1e2)) + 3) / 5 * (seen.wide - 8), abs=0.5)
    slope = points(seen.slope)
    assert level + radius == pytest.approx(np.interp(left, slope[:, 0], slope[:, 1]), abs=0.5)


def test_a_valley_beyond_the_axis_is_a_valley(played):
    page = played.page
    page.evaluate("location.hash = '#a-stage?k=4&day=0'")
    page.wait_for_function("document.querySelector('.ir-stage').irMoment.day === 0")
    assert page.evaluate("document.querySelector('.ir-stage').irMoment.shown.valley.floors")[0] == 0
    assert "healthy valley." in page.locator(".ir-valley svg").get_attribute("aria-label")


def test_the_still_picture_keeps_lines_and_words_within_its_range(recwarn):
    """Memory B cells that are 20 decades below it left no room for the picture."""
    lines, told = (
        Panel({"M": "memory", "B": "naive"}, "cells/µL", "log", (1e-3, 1e3)),
        Result({"end": final("M")}, [("otherwise", "○ {end}")]),
    )
    stage(
        b_cell_reset, lines, "a-stage", main="dose", before=ill_patient(), protocol=car_t(), until=YEAR, dose=50,
        sliders={"dose": Slider(40, 60, 10)}, result=told, caption="A stage.", alt="Linked views of memory and naive B cells.",
    ).kind.draw()  # fmt: skip
    assert [str(warning.message) for warning in recwarn] == []


def test_on_paper_the_scenes_stand_side_by_side(played):
    page = played.page
    page.emulate_media(media="print")
    page.wait_for_selector(".ir-prints svg", state="attached")
    words = page.locator(".ir-prints > div > p")
    words.last.wait_for()
    assert words.all_inner_texts() == ["2.00 logs, day 30", "2.40 logs and 2.45 logs, day 114"]
    assert page.locator(".ir-prints svg").count() == 6 and not page.locator(".ir-view.ir-lines").is_visible()
    assert (
        page.evaluate("new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size")
        == page.locator("[id]").count()
    )
    page.emulate_media(media="screen")
    page.wait_for_selector(".ir-lines svg", state="visible")
    page.wait_for_selector(".ir-prints svg", state="detached")


def test_a_stage_that_waits_prints_no_future(visit, address):
    page = visit(address, reduced_motion="reduce").page
    page.emulate_media(media="print")
    assert page.locator(".ir-prints svg").count() == 0 and page.locator(".ir-view.ir-lines").is_visible()


def test_without_javascript_there_are_picture_options_and_a_fold(visit, address):
    page = visit(address, java_script_enabled=False).page
    assert page.locator(".ir-stage > img").is_visible() and page.locator(".ir-cards label").count() == 2
    assert not page.locator(".ir-answer img").is_visible()
    page.locator(".ir-answer summary").click()
    assert page.locator(".ir-answer img").is_visible()
