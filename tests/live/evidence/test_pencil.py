"""A text to mark: two counts, what a link shows, and nothing given away before the marks are handed in."""

import json
import re

import pytest

from immunereset.lesson import Choice, Option
from immunereset.live import Prediction
from immunereset.live.evidence import KEEP_STRIKE, Line, Sentence, errors, leaflet, pencil

TEXT = [
    Sentence("Water is wet.", "keep", "So it is."),
    Sentence("It heals most things.", "rewrite", "Which?", debated=True),
    Sentence("It heals all.", "strike", "No <b>trial</b> shows it."),
    Sentence("Buy now.", "strike", "Why now?"),
]
LEAVES = Choice("99-stay", "prediction", "How many stay?", [Option("One", "One.", right=True), Option("Four", "No.")])
ASKED = Prediction(LEAVES, "Mark each.\nWith a pencil.", "Hand in")


def text_to_mark(**changes):
    told = dict(
        prediction=ASKED,
        heading="A PAGE",
        stamp="INVENTED",
        scenes={"strike all": "marks=strike-all"},
        caption="A text.",
        alt="A text.",
    )
    return pencil(changes.pop("sentences", TEXT), "a-text", **(told | changes))


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (["keep"] * 4, (3, 0)),
        (["strike"] * 4, (0, 2)),
        (["keep", "rewrite", "strike", "strike"], (0, 0)),
        (["rewrite", "keep", "rewrite", "keep"], (3, 1)),
    ],
)
def test_what_is_let_pass_and_what_is_struck_too_much(marks, expected):
    assert errors(marks, TEXT) == expected


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: errors(["keep"], TEXT), "There are 4 sentences and 1 marks."),
        (lambda: errors(["keep", "burn", "keep", "keep"], TEXT), "'burn' is no mark; the marks are keep, rewrite"),
        (lambda: text_to_mark(marks=KEEP_STRIKE), "'rewrite' is no mark; the marks are keep, strike."),
        (lambda: text_to_mark(prediction=None), "needs a prediction"),
        (lambda: text_to_mark(sentences=TEXT[:1]), "at least two sentences, and no sentence twice"),
        (lambda: text_to_mark(sentences=[*TEXT, TEXT[0]]), "at least two sentences, and no sentence twice"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        call()


@pytest.fixture(scope="module")
def address(own_page, tmp_path_factory):
    lines = [Line(one.words, "Better.") for one in TEXT]
    sheet = leaflet(lines, "a-leaflet", marked_in="a-text", stamp="INVENTED", caption="c", alt="a")
    return own_page(tmp_path_factory.mktemp("pencil"), text_to_mark(), sheet).as_uri()


@pytest.fixture(scope="module")
def long(own_page, tmp_path_factory):
    text = [Sentence(f"Sentence {i} is one of many, and has no other use.", "keep") for i in range(40)]
    return own_page(tmp_path_factory.mktemp("long"), text_to_mark(sentences=text)).as_uri()


STATE = """() => {
    const root = document.querySelector(".ir-pencil"), squares = [...root.querySelectorAll(".ir-chart [data-level]")];
    return { verdict: root.querySelector(".ir-result").textContent, errors: root.irErrors, shown: root.irState,
        levels: squares.map((one) => one.dataset.level), open: root.classList.contains("ir-open"),
        data: getComputedStyle(root.querySelector(".ir-data")).display,
        written: [...document.querySelectorAll(".ir-leaflet textarea")].map((one) => one.value) };
}"""


def mark(page, letters):
    for keys, letter in zip(page.locator(".ir-keys").all(), letters):
        keys.locator(f"input[value^={letter}]").check()


def test_marks_are_handed_in_when_all_are_there(visit, address):
    seen = visit(address)
    page = seen.page
    mark(page, "krk")
    page.locator(".ir-pencil .ir-cards input").first.check()
    page.locator(".ir-go").click()
    state = page.evaluate(STATE)
    assert not state["open"] and state["verdict"].startswith("1 of 4 have no mark yet.")
    assert state["levels"] == ["0", "1", "0", ""] and state["data"] == "none"
    page.locator(".ir-keys input[value=keep]").last.check()
    page.locator(".ir-go").click()
    state = page.evaluate(STATE)
    assert state["open"] and state["errors"] == [2, 0] and state["data"] != "none"
    assert state["verdict"].startswith("You let pass 2, and struck too much 0.")
    assert "Let pass: 3, 4." in state["verdict"]
    assert state["levels"] == ["0", "1", "0", "0", "0", "1", "2", "2"]
    assert page.locator(".ir-sentence details").nth(2).text_content().endswith("No <b>trial</b> shows it.")
    assert state["written"] == ["Water is wet.", "", "It heals all.", "Buy now."]
    assert page.locator(".ir-keys input").first.is_disabled()
    assert seen.errors == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("strike-all", [0, 2]), ("keep-all", [3, 0]), ("book", [0, 0]), ("rewrite-all", [2, 1]), ("srkk", [2, 1])],
)
def test_a_link_shows_the_marks_that_it_names(visit, address, asked, expected):
    page = visit(f"{address}#a-text?marks={asked}").page
    state = page.evaluate(STATE)
    assert state["errors"] == expected and state["shown"] == {"marks": asked} and state["open"]


def test_what_is_open_to_debate_is_said(visit, address):
    page = visit(f"{address}#a-text?marks=strike-all").page
    assert "Open to debate: 2." in page.evaluate(STATE)["verdict"]
    assert "Open to debate" in page.locator(".ir-sentence details").nth(1).text_content()


def test_it_is_marked_and_handed_in_by_the_keyboard_alone(visit, address):
    page = visit(address).page
    page.locator(".ir-keys input").first.focus()
    page.keyboard.press("Space")
    for steps in (1, 2, 2):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        for _ in range(steps):
            page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    state = page.evaluate(STATE)
    assert state["open"] and state["errors"] == [0, 0]


def test_marks_are_saved_as_a_table(visit, address):
    page = visit(address).page
    mark(page, "krsk")
    page.locator(".ir-pencil .ir-cards input").first.check()
    page.locator(".ir-go").click()
    with page.expect_download() as saved:
        page.locator(".ir-pencil .ir-save").click()
    assert saved.value.suggested_filename == "a-text.csv"
    lines = saved.value.path().read_text().splitlines()
    assert lines == ["sentence,mark,book", "1,keep,keep", "2,rewrite,rewrite", "3,strike,strike", "4,keep,strike"]


def test_nothing_is_given_away_before_the_fold(visit, address):
    figure = text_to_mark()
    before = figure.html.split('<details class="ir-answer">')[0]
    visible = re.sub(r"<style>.*?</style>|<[^>]+>", " ", before, flags=re.S)
    assert "It heals all." in visible and "shows it." not in visible and "The book" not in visible
    page = visit(address, java_script_enabled=False).page
    assert (
        page.locator(".ir-keys input").first.is_visible() and not page.locator(".ir-pencil .ir-answer img").is_visible()
    )
    assert "1 (3, 4)" not in page.locator(".ir-pencil").inner_text()
    page.locator(".ir-pencil .ir-answer summary").click()
    assert "keep 1 (1); rewrite 1 (2); strike 2 (3, 4)" in page.locator(".ir-pencil .ir-answer").inner_text()


def test_the_stamp_stands_all_over_the_sheet_on_screen_and_on_paper(visit, long):
    page = visit(long, viewport={"width": 390, "height": 844}).page
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        covered = page.evaluate(
            """() => [...document.querySelectorAll(".ir-sheet")].map((sheet) => {
                const box = sheet.getBoundingClientRect();
                const tops = [...sheet.querySelectorAll(".ir-stamps span")].map((one) => one.getBoundingClientRect())
                    .filter((one) => one.bottom > box.top && one.top < box.bottom && one.right > box.left && one.left < box.right).map((one) => one.top - box.top);
                const stamps = sheet.querySelector(".ir-stamps").getBoundingClientRect();
                const words = [...sheet.querySelectorAll(":scope > :not(.ir-stamps)")].map((one) => one.getBoundingClientRect().left);
                if (Math.min(...words) < stamps.right) return [box.height, Infinity]; // no word is crossed
                return [box.height, Math.max(...tops.map((top, i, all) => Math.min(...all.filter((other) => other > top), box.height) - top))];
            })"""
        )
        assert min(height for height, _ in covered) > 1500
        assert all(gap < 0.35 * 844 for _, gap in covered), (media, covered)


def test_the_digest_follows_words_and_marks():
    changed = [Sentence("Water is dry.", "keep", "So it is."), *TEXT[1:]]
    remarked = [Sentence("Water is wet.", "rewrite", "So it is."), *TEXT[1:]]
    digests = {text_to_mark(sentences=text).digest for text in (TEXT, changed, remarked)}
    assert len(digests) == 3
    assert json.loads(re.search(r"book: (\[.*?\])", text_to_mark().source)[1]) == [0, 1, 2, 2]
