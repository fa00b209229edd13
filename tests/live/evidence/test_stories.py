"""Stories: a dot for each person, a square for each thing, and the one that is picked."""

import re

import pytest

from immunereset.lesson import Choice, Option
from immunereset.live import Prediction
from immunereset.live.evidence import Point, Story, source_links, stories

OFTEN = Choice("99-often", "prediction", "How often?", [Option("Often", "No."), Option("Unknown", "Yes.", right=True)])
DATED = [
    Story("A fall", "Someone fell.\nAsk: from where?", 2010, 1, source=source_links("Daikeler2011")),
    Story("A crowd", "Many fell.", 2021, 20),
    Story("Two", "Two fell.", 2021, 2),
]
ROW = [
    Story("First", "One.", mark="keep", tags=("time",), points=(Point("share", 25, 10, 40, "%"), Point("more", 50, None, None, "%"))),
    Story("Second", "Two.", mark="strike", tags=("time", "cell"), points=(Point("ratio", 1, 0.05, 5, "ratio"),)),
    Story("Third", "Three.", mark="strike"),
]  # fmt: skip
IN_ROW = dict(marks={"keep": "○", "strike": "●"}, tags={"time": "Until when?", "cell": "Which cell?", "none": "Why?"})


def dated(items=DATED, **changes):
    told = dict(answer="23 people.", prediction=Prediction(OFTEN, "Open one.", "Show"), caption="c", alt="a")
    return stories(items, "people", **(told | changes))


def in_a_row(items=ROW, **changes):
    return stories(items, "things", **(dict(answer="Three things.", caption="c", alt="a") | IN_ROW | changes))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: dated(DATED[:1]), "Stories are at least two; 1 was given."),
        (lambda: dated([*DATED, ROW[0]]), "Either all stories have a year, or none."),
        (lambda: dated(DATED[::-1]), "Stories stand in the order of their years."),
        (lambda: in_a_row(marks={"keep": "○"}), "The story 'Second' has no mark among keep."),
        (lambda: in_a_row(tags={"time": "t"}), "The story 'Second' has the tag 'cell'; the tags are time."),
        (lambda: Point("kg", 1, None, None, "kg"), "A small picture shows % or a ratio; 'kg' was given."),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        call()


def test_a_point_stands_where_its_value_is():
    share, ratio = ROW[0].points[0], ROW[1].points[0]
    assert [share.place(value) for value in (0, 25, 100, 130)] == [0, 25, 100, 100]
    assert [ratio.place(value) for value in (0.01, 0.05, 1, 5)] == pytest.approx([0, 0, 65.05, 100], abs=0.01)
    assert (share.told, ROW[0].points[1].told, ratio.told) == ("25 % (10 to 40)", "50 %", "1 (0.05 to 5)")


@pytest.fixture(scope="module")
def address(own_page, tmp_path_factory):
    return own_page(tmp_path_factory.mktemp("stories"), dated(), in_a_row()).as_uri()


STATE = """(name) => {
    const root = document.querySelector(`[data-name="${name}"]`), n = (one, key) => Number(one.getAttribute(key));
    return { verdict: root.querySelector(".ir-result").textContent, story: root.querySelector(".ir-story").textContent,
        dots: [...root.querySelectorAll(".ir-person")].map((dot) => [n(dot, "cx"), n(dot, "cy")]), shown: root.irState,
        years: [...root.querySelectorAll(".ir-chart text")].map((one) => [Number(one.textContent), n(one, "x")]),
        caught: root.irCaught, aside: root.querySelectorAll("[data-level].ir-aside").length };
}"""


@pytest.mark.parametrize("width", [390, 1000])
def test_one_dot_a_person_at_its_year_and_none_on_another(visit, address, width):
    page = visit(address, viewport={"width": width, "height": 800}).page
    state = page.evaluate(STATE, "people")
    assert len(state["dots"]) == 23 and len({(x, y) for x, y in state["dots"]}) == 23
    (year, x), *_, (last, end) = state["years"]
    per_year = (end - x) / (last - year)
    placed = [round(year + (dot - x) / per_year) for dot, _ in state["dots"]]
    assert placed == [2010] + [2021] * 22
    assert all(y > 0 for _, y in state["dots"])


def test_a_story_opens_by_arrow_keys_before_and_after_the_prediction(visit, address):
    seen = visit(address)
    page = seen.page
    assert page.evaluate(STATE, "people")["verdict"] == "Open one."
    assert page.locator('[data-name="people"] .ir-story').bounding_box()["height"] < 1  # no empty frame
    page.locator('[data-name="people"] .ir-pick').first.focus()
    page.keyboard.press("Space")
    assert "Someone fell." in page.evaluate(STATE, "people")["story"]
    page.keyboard.press("ArrowRight")
    assert page.evaluate(STATE, "people")["story"].startswith("A crowd")
    page.locator('[data-name="people"] .ir-show-me').click()
    assert page.evaluate(STATE, "people")["verdict"].startswith("23 people.")
    assert seen.errors == []


def test_squares_are_filled_after_the_prediction(visit, own_page, tmp_path):
    figure = in_a_row(prediction=Prediction(OFTEN, "Open one.", "Show"))
    page = visit(own_page(tmp_path, figure).as_uri()).page
    squares = page.locator(".ir-stories [data-level]")
    levels = "(all) => all.map((one) => one.dataset.level)"
    assert squares.evaluate_all(levels) == ["", "", ""]
    page.locator(".ir-show-me").click()
    assert squares.evaluate_all(levels) == ["0", "1", "1"]


def test_a_tag_picks_out_and_a_link_does_the_same(visit, address):
    page = visit(address).page
    page.locator('[data-name="things"] .ir-tag').select_option("time")
    state = page.evaluate(STATE, "things")
    assert state["caught"] == [1, 2] and state["verdict"].startswith("“Until when?” 2 of 3.") and state["aside"] == 1
    page = visit(f"{address}#things?tag=cell&story=2").page
    state = page.evaluate(STATE, "things")
    assert state["caught"] == [2] and state["shown"] == {"tag": "cell", "story": "2"} and "Two." in state["story"]
    bar = page.locator('[data-name="things"] .ir-axis i').evaluate("(bar) => [bar.style.left, bar.style.width]")
    assert bar == ["0%", "100%"]


def test_without_javascript_all_stories_stand_in_the_fold(visit, address):
    page = visit(address, java_script_enabled=False).page
    fold = page.locator('[data-name="people"] .ir-data')
    fold.locator("summary").click()
    assert all(one.words.split("\n")[0] in fold.inner_text() for one in DATED)
    assert "Daikeler et al. 2011" in fold.inner_text()
