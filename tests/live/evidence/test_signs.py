"""A page with signs: each pick is told at once, and the harmless that are accused are counted, too."""

import pytest

from immunereset.live.evidence import Part, signs

NAMES = {"A1": "First sign", "A2": "Second sign"}
PARTS = [
    Part("hero", "Cures all.", "A2", "Nothing does."),
    Part("line", "Open on Monday.", "", "Plain."),
    Part("seal", "Listed.", "A1", "So what."),
]


def page_with_signs(parts=PARTS):
    return signs(parts, "page", names=NAMES, stamp="INVENTED", scenes={"all": "show=all"}, caption="c", alt="a")


def test_each_sign_stands_on_the_page_once():
    for parts in (PARTS[:2], [*PARTS, PARTS[0]]):
        with pytest.raises(ValueError, match="Each sign stands on the page once"):
            page_with_signs(parts)


@pytest.fixture(scope="module")
def address(own_page, tmp_path_factory):
    return own_page(tmp_path_factory.mktemp("signs"), page_with_signs()).as_uri()


STATE = """() => {
    const root = document.querySelector(".ir-signs");
    return { verdict: root.querySelector(".ir-result").textContent, errors: root.irErrors,
        full: root.querySelectorAll(".ir-full").length, data: root.querySelector(".ir-data").hidden };
}"""


def test_a_pick_says_at_once_what_it_is(visit, address):
    seen = visit(address)
    page = seen.page
    assert (
        page.evaluate(STATE)["verdict"].startswith("Some of these parts are signs, others are harmless.")
        and page.evaluate(STATE)["data"]
    )
    first, second, third = page.locator(".ir-page button").all()
    first.click()
    state = page.evaluate(STATE)
    assert state["verdict"] == "Found 1 of 2, and 0 harmless taken for a sign. ● Sign 2. Second sign. Nothing does."
    second.focus()
    page.keyboard.press("Enter")
    state = page.evaluate(STATE)
    assert state["errors"] == [1, 1] and "○ No sign. Plain." in state["verdict"] and state["full"] == 1
    third.click()
    state = page.evaluate(STATE)
    assert state["errors"] == [0, 1] and not state["data"] and state["full"] == 2
    assert seen.errors == []


def test_the_page_is_printed(visit, address):
    page = visit(address).page
    page.emulate_media(media="print")
    assert all(button.is_visible() for button in page.locator(".ir-page button").all())


def test_a_link_shows_all(visit, address):
    page = visit(f"{address}#page?show=all").page
    assert page.evaluate(STATE)["errors"] == [0, 1]
    assert "Nothing does." in page.locator(".ir-page").inner_text()
