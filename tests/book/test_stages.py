"""Stages on the built pages: beside the text at a desk, on top on a phone, on one screen on a projector."""

import pytest

STAGED = ["00-start-here", "07-immune-reset"]
TOP = 56
"""Height of the bar on top of a page, in pixels."""

BOXES = """(root) => Object.fromEntries(
    [["screen", ".ir-screen"], ["verdict", ".ir-result"], ["lines", ".ir-lines svg"], ["slider", ".ir-main-input"]].map(([name, part]) => {
        const { left, top, right, bottom } = root.querySelector(part).getBoundingClientRect();
        return [name, { left, top, right, bottom }];
    }))"""


def opened(visit, address, name, width, height):
    """The first stage of a lesson after its predictions, at the top of the window."""
    seen = visit(
        f"{address}notebooks/{name}.html", viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    root = seen.page.locator("figure.ir-stage").first
    while not root.locator(".ir-main").is_visible():
        root.locator(".ir-first:visible, .ir-show-me:visible").first.click()
    root.locator(".ir-screen").evaluate("(screen) => screen.scrollIntoView()")
    return seen, root


@pytest.fixture(scope="module")
def address(built_book, serve):
    return serve(built_book)


@pytest.mark.parametrize("name", STAGED)
@pytest.mark.parametrize(("width", "height"), [(1366, 640), (1440, 900)])
def test_at_a_desk_and_on_a_projector_all_is_on_one_screen(visit, address, name, width, height):
    _, root = opened(visit, address, name, width, height)
    boxes = root.evaluate(BOXES)
    assert all(box["top"] >= 0 and box["bottom"] <= height and box["right"] <= width for box in boxes.values()), boxes


@pytest.mark.parametrize("name", STAGED)
@pytest.mark.parametrize("width", [800, 1024, 1440])
def test_beside_the_text(visit, address, name, width):
    seen, root = opened(visit, address, name, width, 900)
    section = root.locator("xpath=ancestor::section[1]")
    text = section.locator("> p").first.bounding_box()
    assert text["x"] + text["width"] <= root.evaluate(BOXES)["screen"]["left"]
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("name", STAGED)
def test_on_a_phone_the_stage_stays_on_top_and_takes_half(visit, address, name):
    seen, root = opened(visit, address, name, 390, 844)
    seen.page.mouse.wheel(0, 500)
    seen.page.wait_for_function("scrollY > 400")
    boxes = root.evaluate(BOXES)
    assert boxes["screen"]["top"] == pytest.approx(TOP, abs=2)
    assert boxes["screen"]["bottom"] - boxes["screen"]["top"] <= 0.55 * 844 and boxes["slider"]["bottom"] <= 844
    assert seen.errors == []
