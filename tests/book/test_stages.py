"""Stages on the built pages: beside the text at a desk, on top on a phone, on one screen on a projector."""

import functools

import pytest

STAGED = ["00-start-here", "07-immune-reset"]
TOP = 56
"""Height of the bar on top of a page, in pixels."""

BOXES = """(root) => Object.fromEntries(
    [["screen", ".ir-screen"], ["verdict", ".ir-result"], ["lines", ".ir-lines svg"], ["slider", ".ir-main-input"]].map(([name, part]) => {
        const { left, top, right, bottom } = root.querySelector(part).getBoundingClientRect();
        return [name, { left, top, right, bottom }];
    }))"""


@pytest.fixture(scope="module")
def address(built_book, serve):
    return serve(built_book)


@pytest.fixture(scope="module")
def sized(visit_once, address):
    """`sized(name, width, height)` gives a lesson in a window of that size; to open one is slow, so it stays open."""
    visits = {}

    def open_page(name, width, height):
        size = {"width": width, "height": height}
        if name not in visits:
            visits[name] = visit_once(f"{address}notebooks/{name}.html", viewport=size, reduced_motion="reduce")
        visits[name].page.set_viewport_size(size)
        # Figures take their new size in the frame after.
        visits[name].page.evaluate(
            "scrollTo(0, 0); new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        return visits[name].page

    return open_page


@pytest.fixture(scope="module")
def opened(sized):
    """`opened(name, width, height)` gives the first stage of a lesson after its predictions, at the top of the window."""

    def first_stage(name, width, height):
        root = sized(name, width, height).locator("figure.ir-stage").first
        section = root.locator("xpath=ancestor::section[1]")
        while not root.locator(".ir-main").is_visible():
            section.locator(".ir-first:visible, .ir-show-me:visible").first.click()
        root.locator(".ir-screen").evaluate("(screen) => screen.scrollIntoView()")
        return root

    return first_stage


@pytest.mark.parametrize("name", STAGED)
@pytest.mark.parametrize(("width", "height"), [(1366, 640), (1440, 900)])
def test_at_a_desk_and_on_a_projector_all_is_on_one_screen(opened, name, width, height):
    root = opened(name, width, height)
    boxes = root.evaluate(BOXES)
    assert all(box["top"] >= 0 and box["bottom"] <= height and box["right"] <= width for box in boxes.values()), boxes
    # What is longer than the window is pushed with the whole cell, and cut by nothing inside it.
    output = root.locator("xpath=ancestor::div[contains(@class, 'cell_output')]")
    assert output.evaluate("(one) => one.scrollHeight <= one.clientHeight + 1")


@pytest.mark.parametrize("name", STAGED)
@pytest.mark.parametrize("width", [800, 1024, 1440])
def test_beside_the_text(opened, name, width):
    root = opened(name, width, 900)
    section = root.locator("xpath=ancestor::section[1]")
    text = section.locator("> p").first.bounding_box()
    assert text["x"] + text["width"] <= root.evaluate(BOXES)["screen"]["left"]
    assert root.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("name", STAGED)
def test_the_cards_stand_in_the_text_and_stay_with_what_came(visit, address, name):
    size = {"width": 1440, "height": 900}
    seen = visit(f"{address}notebooks/{name}.html", viewport=size, reduced_motion="reduce")
    page, section = seen.page, seen.page.locator("section:has(> div.cell .ir-stage)").first
    cell, asked = section.locator("> div.cell:has(.ir-stage)"), section.locator("> .ir-beside")
    if section.locator(".ir-first:visible").count():
        section.locator(".ir-first:visible").click()
    asked.locator("input:visible").first.check()
    asked.locator(".ir-go:visible").click()
    shut = asked.locator(".ir-answered")
    assert shut.locator("small", has_text="your prediction").is_visible() and asked.locator(".ir-feedback").inner_text()
    left, right = shut.bounding_box(), cell.bounding_box()
    assert left["x"] + left["width"] <= right["x"]
    assert asked.locator("input:enabled:visible").count() == 0
    # On a phone, and on paper, they are part of the figure again.
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("document.querySelector('figure .ir-asked') !== null")
    page.set_viewport_size(size)
    page.emulate_media(media="print")
    page.wait_for_function("document.querySelector('figure .ir-asked') !== null")
    assert seen.errors == []


STEPS = """() => [...document.querySelectorAll("section:has(> div.cell .ir-stage) .ir-step")].flatMap((step) => {
    const figure = step.closest("section:has(> div.cell .ir-stage)").querySelector(":scope > div.cell figure.ir-stage");
    const fold = step.closest("details");
    if (fold) fold.open = true;
    scrollTo({ top: scrollY + step.getBoundingClientRect().top - 0.4 * innerHeight, behavior: "instant" });
    const { top, bottom, height } = (figure.querySelector(".ir-screen") ?? figure.querySelector("svg")).getBoundingClientRect();
    return step.checkVisibility() ? [Math.min(bottom, innerHeight) / height - Math.max(top, 0) / height] : [];
})"""


@pytest.mark.parametrize("name", ["02-tolerance", "04-suppression", "07-immune-reset"])
@pytest.mark.parametrize(("width", "height"), [(1366, 640), (1440, 900)])
def test_who_reads_a_step_sees_its_stage_whole(sized, name, width, height):
    """Words that set the stage, where they are read, two fifths from the top: the stage is in view, but for a margin."""
    page = sized(name, width, height)
    for button in page.locator(".ir-show-me:not(:disabled)").all():
        button.evaluate("(one) => one.click()")
    seen = page.evaluate(STEPS)
    assert len(seen) >= 3 and min(seen) > 0.95, seen


@pytest.fixture(scope="module")
def moving(visit_once, address):
    """`moving(name)` gives a lesson at a desk where movement is welcome; it stays open, as what was done with it."""
    size = {"width": 1440, "height": 900}
    return functools.cache(lambda name: visit_once(f"{address}notebooks/{name}.html", viewport=size).page)


@pytest.mark.parametrize("name", STAGED)
def test_the_bar_on_top_says_how_far_one_is(moving, name):
    page = moving(name)
    whole = page.locator(".ir-bar > p").inner_text().split()[0]
    way = page.locator(".ir-way")
    assert not way.is_visible()
    page.evaluate("document.querySelector('#summary').scrollIntoView({ behavior: 'instant' })")
    way.wait_for()
    pieces = way.locator("i").evaluate_all("(all) => all.map((one) => one.className)")
    assert pieces.count("ir-here") == 1 and set(pieces[: pieces.index("ir-here")]) == {"ir-read"}
    page.evaluate("scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })")
    page.wait_for_function(
        "([words]) => document.querySelector('.ir-way span').textContent === words", arg=[f"{whole} of {whole} min"]
    )


GOES_ON = """() => [...document.querySelectorAll("section:has(> div.cell .ir-stage)")].map((section) =>
    [...section.querySelectorAll(".after-play")].filter((one) => getComputedStyle(one, "::before").content.includes("goes on")).length)"""


@pytest.mark.parametrize(("name", "question"), [("07-immune-reset", "07-step-or-slope"), ("02-tolerance", "02-weaker")])
def test_a_crowd_waits_for_the_prediction_beside_it(moving, name, question):
    page = moving(name)
    section = page.locator(f"section:has(> [data-question='{question}'])")
    figure, words = section.locator("> div.cell .ir-crowd"), section.locator("> .after-answer p").first
    assert not figure.is_visible() and not words.is_visible()
    assert max(page.evaluate(GOES_ON)) == 1
    section.locator(f"[data-question='{question}'] button").first.click()
    assert figure.is_visible() and words.is_visible()


@pytest.mark.parametrize("name", STAGED)
def test_on_a_phone_the_stage_stays_on_top_and_takes_half(opened, name):
    root = opened(name, 390, 844)
    before = root.page.evaluate("scrollY")
    root.page.mouse.wheel(0, 500)
    root.page.wait_for_function("(before) => scrollY > before + 400", arg=before)
    boxes = root.evaluate(BOXES)
    assert boxes["screen"]["top"] == pytest.approx(TOP, abs=2)
    assert boxes["screen"]["bottom"] - boxes["screen"]["top"] <= 0.55 * 844 and boxes["slider"]["bottom"] <= 844


@pytest.mark.parametrize(("width", "height"), [(640, 400), (320, 256)])
def test_at_two_and_four_times_the_size_the_stage_covers_no_slider_that_the_tab_key_reaches(opened, width, height):
    root = opened("07-immune-reset", width, height)
    for part in (".ir-clock", ".ir-main-input", ".ir-run"):
        root.locator(part).evaluate("(one) => { document.activeElement.blur(); scrollTo(0, 0); one.focus(); }")
        on_top = """(one) => {
            const { left, top, width, height } = one.getBoundingClientRect();
            return one.contains(document.elementFromPoint(left + width / 2, top + height / 2));
        }"""
        assert root.locator(part).evaluate(on_top), part
