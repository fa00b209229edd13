"""Courses: points where the table says, placed by keyboard, and shown when they were placed."""

import re

import pandas as pd
import pytest

from immunereset.live.evidence import Placing, courses
from tests.live.evidence.questions import prediction

ROWS = pd.DataFrame({
    "course": ["one"] * 3 + ["two"] * 2, "months": [12, 24, 60, 60, 120], "value": [91.0, 63.0, 19.0, 85.5, 71.3],
    "low": [None, None, None, 76.9, 57.8], "high": [None, None, None, 94.1, 84.8],
})  # fmt: skip
GUESSES = [(90, 90), (60, 20)]


def drawn_courses(**changes):
    told = dict(
        x="months", prediction=prediction("stays", "falls"), placing=Placing("one", 1, GUESSES), caption="Courses.",
        alt="Two charts of shares in per cent over years.",
    )  # fmt: skip
    return courses(ROWS, "later", **(told | changes))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"x": "years"}, "need a column 'years'; there are course"),
        ({"placing": Placing("three", 1, GUESSES)}, "have no 'three'; there are one, two"),
        ({"placing": Placing("one", 1, [(90,), (60, 20)])}, "2 points are placed: give as many for each option"),
        ({"prediction": None}, "need both a placing and its prediction"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(changes, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        drawn_courses(**changes)


def test_shares_are_per_cent():
    with pytest.raises(ValueError, match="every value lies within 0 and 100"):
        courses(ROWS.assign(value=120.0), "later", x="months")


def test_without_a_placing_all_is_told():
    assert courses(ROWS, "later", x="months").sentence == "2 courses, each on an axis of its own."


@pytest.fixture(scope="module")
def address(own_page, tmp_path_factory):
    return own_page(tmp_path_factory.mktemp("courses"), drawn_courses()).as_uri()


DRAWN = """() => [...document.querySelectorAll(".ir-courses g[data-course]")].map((g) => {
    const numbers = (part, ...names) => names.map((n) => Number(part.getAttribute(n))), rules = [...g.querySelectorAll(".ir-grid")];
    return { name: g.dataset.course, left: numbers(rules[0], "x1")[0], right: numbers(rules[0], "x2")[0], zero: numbers(rules[0], "y1")[0],
        hundred: numbers(rules[2], "y1")[0], points: [...g.querySelectorAll(".ir-point")].map((dot) => numbers(dot, "cx", "cy")),
        bars: [...g.querySelectorAll(".ir-bar-of")].map((line) => numbers(line, "y1", "y2")), hollow: g.querySelectorAll(".ir-hollow").length };
})"""


def test_points_are_placed_by_keyboard_and_the_courses_are_drawn_as_in_the_table(visit, address):
    seen = visit(address, reduced_motion="reduce")
    page = seen.page
    (before,) = page.evaluate(DRAWN)
    assert len(before["points"]) == 1 and not page.locator(".ir-data").is_visible()
    page.get_by_label("Year 5").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert page.get_by_label("Year 5").get_attribute("aria-valuetext") == "1 %"
    assert page.locator(".ir-cards input:checked").get_attribute("value") == "1"
    page.locator(".ir-go").click()
    said = page.locator(".ir-result").inner_text()
    assert "Published: 63, 19 %." in said and f"{(abs(91 - 63) + abs(1 - 19)) / 2:.0f} away" in said
    for chart in page.evaluate(DRAWN):
        some = ROWS[ROWS.course == chart["name"]]
        height = lambda value, c=chart: c["zero"] - value / 100 * (c["zero"] - c["hundred"])  # noqa: E731
        for (x, y), row in zip(chart["points"], some.itertuples(), strict=True):
            across = chart["left"] + row.months / (some.months.max() * 1.04) * (chart["right"] - chart["left"])
            assert (x, y) == pytest.approx((across, height(row.value)), abs=0.5)
        bars = [height(end) for row in some.itertuples() if row.low == row.low for end in (row.low, row.high)]
        assert [end for bar in chart["bars"] for end in bar] == pytest.approx(bars, abs=0.5)
        assert chart["hollow"] == some.low.isna().sum()
    assert seen.errors == []


def test_a_card_places_all_points(visit, address):
    page = visit(address, reduced_motion="reduce").page
    page.locator(".ir-cards input").first.check()
    assert page.locator(".ir-places output").all_inner_texts() == ["90 %", "90 %"]
    page.locator(".ir-go").click()
    assert page.locator(".ir-feedback").inner_text() == "✗ Not right. Said of stays."


def test_a_point_is_dragged_with_the_mouse(visit, address):
    page = visit(address, reduced_motion="reduce").page
    box = page.locator(".ir-unknown").last.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.75 * box["height"])
    page.mouse.up()
    assert page.locator(".ir-places output").all_inner_texts() == ["91 %", "25 %"]
