"""The built book in a browser that may ask no other host: quiet, accessible, readable on a phone and on paper."""

import pytest

# A head that is a formula counts as empty for axe, which does not see MathML; test_pages looks for empty heads itself.
AXE_OPTIONS = {"rules": {"label-content-name-mismatch": {"enabled": True}, "empty-table-header": {"enabled": False}}}
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def names(built_book):
    """The pages of the book by their path, but for the one that only leads on to the introduction."""
    paths = sorted(path.relative_to(built_book).as_posix() for path in built_book.rglob("*.html"))
    return [path for path in paths if path != "index.html" and not path.startswith(("_static/", "_sources/"))]


@pytest.fixture(scope="module")
def lessons(names):
    """The lessons, by their path."""
    found = [name for name in names if name.startswith("notebooks/")]
    assert found, "The book holds no lesson."
    return found


@pytest.fixture
def see(visit):
    """`see(address, **context)` visits a page and waits until it is loaded."""

    def open_page(address, **context):
        seen = visit(address, **context)
        seen.page.wait_for_load_state("load")
        return seen

    return open_page


def test_every_page_asks_no_other_host_and_logs_no_error(see, names, book_address):
    faults = {}
    for name in names:
        seen = see(book_address + name)
        seen.page.wait_for_timeout(200)
        if seen.refused or seen.errors:
            faults[name] = seen.refused + seen.errors
        seen.page.context.close()
    assert faults == {}


def test_the_address_of_the_book_leads_to_the_introduction(visit, book_address):
    page = visit(book_address + "index.html").page
    page.wait_for_url("**/book/intro.html")
    assert page.locator("h1").count() == 1


def test_formulas_are_drawn(see, lessons, book_address):
    for name in lessons:
        page = see(book_address + name).page
        asked, drawn = (
            page.locator(".math:not(.katex .math)").count(),
            page.locator(".math > .katex, .math > .katex-display").count(),
        )
        assert drawn == asked > 0, (name, asked, drawn)
        assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('1em KaTeX_Main'))"), name
        page.context.close()


def axe_findings(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    return [(fault["id"], fault["impact"], [node["target"] for node in fault["nodes"]][:4]) for fault in found]


@pytest.mark.parametrize("width, scheme", [(1300, "light"), (390, "dark")])
def test_axe_finds_nothing(see, names, serve, built_book, width, scheme):
    findings = {}
    for name in names:
        viewport = {"width": width, "height": 900}
        page = see(serve(built_book) + name, color_scheme=scheme, viewport=viewport, reduced_motion="reduce").page
        page.evaluate("document.querySelectorAll('article details').forEach(d => d.open = true)")
        findings[name] = axe_findings(page)
        page.context.close()
    assert {name: found for name, found in findings.items() if found} == {}


def test_axe_would_find_a_fault(see, serve, built_book):
    page = see(serve(built_book) + "book/intro.html").page
    page.evaluate(
        "document.querySelector('article').innerHTML += '<img src=\"data:,\"><p style=\"color:#ddd\">pale</p>'"
    )
    assert {"image-alt", "color-contrast"} <= {fault for fault, *_ in axe_findings(page)}


def too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_a_phone_shows_every_page_without_sideways_scrolling(see, names, serve, built_book):
    wide = {}
    for name in names:
        page = see(serve(built_book) + name, **PHONE).page
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        wide[name] = too_wide(page)
        page.evaluate("document.querySelector('main').innerHTML += '<div style=\"width: 900px\">wide</div>'")
        assert too_wide(page) > 0, "The measure of width cannot fail."
        page.context.close()
    assert {name: pixels for name, pixels in wide.items() if pixels > 0} == {}


def test_the_keyboard_opens_an_option_of_every_question(see, lessons, book_address):
    for name in lessons:
        page = see(book_address + name).page
        options = page.locator("details.option")
        assert options.count() >= 4, f"{name} has {options.count()} options"
        for option in (options.first, options.last):
            assert option.get_attribute("open") is None
            option.locator("summary").focus()
            page.keyboard.press("Enter")
            assert option.get_attribute("open") is not None
            assert option.locator("summary ~ *").first.is_visible()
            outline = option.locator("summary").evaluate(
                "e => getComputedStyle(e).outlineStyle + getComputedStyle(e).outlineWidth"
            )
            assert outline == "solid3px", f"{name}: the focus is not visible ({outline})"


def test_the_first_tab_leads_to_the_content(see, names, book_address):
    page = see(book_address + "book/intro.html").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main-content"


def test_a_formula_can_be_read_aloud_and_is_no_stop_of_the_tab_key(see, lessons, serve, built_book):
    for name in lessons:
        page = see(serve(built_book) + name).page
        assert page.locator(".katex").count() == page.locator(".katex-mathml > math").count() > 0, name
        assert page.locator(".katex-html:not([aria-hidden='true']), .katex [tabindex]").count() == 0, name


def test_the_keyboard_sees_where_it_is(see, lessons, serve, built_book):
    """Every stop of the Tab key is visible, also the buttons that a mouse must hover to see, which only code has."""
    for name in lessons:
        page = see(serve(built_book) + name, reduced_motion="reduce").page
        button = page.locator("article .copybtn:not(details *)").first
        button.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        assert button.evaluate("e => e === document.activeElement && getComputedStyle(e).opacity") == "1", name
        assert page.locator(".cell_output .copybtn").count() == 0, name


TARGETS = """() => [...document.querySelectorAll("a, button, summary, input")].filter((e) => {
    const { width, height } = e.getBoundingClientRect();
    return e.checkVisibility({ visibilityProperty: true }) && getComputedStyle(e).display !== "inline"
        && Math.min(width, height) < 24;
}).map((e) => e.outerHTML.slice(0, 80))"""


def test_fingers_find_their_targets_on_a_phone(see, names, serve, built_book):
    small = {}
    for name in names:
        page = see(serve(built_book) + name, **PHONE).page
        page.evaluate("document.querySelectorAll('article details').forEach(d => d.open = true)")
        small[name] = page.evaluate(TARGETS)
        page.evaluate(
            "document.body.innerHTML = '<button style=\"padding: 0; height: 20px; width: 60px\">low</button>'"
        )
        assert len(page.evaluate(TARGETS)) == 1, "The measure of targets cannot fail."
        page.context.close()
    assert {name: found for name, found in small.items() if found} == {}


HIDDEN_WIDTH = """(selector) => [...document.querySelectorAll(selector)]
    .filter((e) => e.checkVisibility() && e.clientWidth && e.scrollWidth > e.clientWidth + 1)
    .map((e) => e.textContent.trim().slice(0, 60))"""


def test_a_phone_shows_whole_formulas_and_whole_lines_of_what_code_prints(see, lessons, serve, built_book):
    seen_of = {".katex-display": 0, ".cell_output pre": 0}
    for name in lessons:
        page = see(serve(built_book) + name, **PHONE).page
        page.evaluate("document.querySelectorAll('article details').forEach(d => d.open = true)")
        for selector in seen_of:
            seen_of[selector] += page.locator(selector).count()
            assert page.evaluate(HIDDEN_WIDTH, selector) == [], name
    assert all(seen_of.values()), seen_of


LUMINANCE = """(colour) => { const [r, g, b] = colour.match(/[\\d.]+/g).map((v) => (v /= 255) <= .04045 ? v / 12.92
    : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_white_its_letters_dark_and_its_lines_whole(see, lessons, serve, built_book, scheme):
    for name in lessons:
        page = see(serve(built_book) + name, color_scheme=scheme, viewport={"width": 700, "height": 1000}).page
        page.emulate_media(media="print")
        colour = f"(css, e) => ({LUMINANCE})(getComputedStyle(e)[css])"
        light = page.evaluate(
            f"[...document.querySelectorAll('article :is(p, li, td, th, h2, a, summary, figcaption, pre, pre span)')]"
            f".filter((e) => e.checkVisibility()).filter((e) => ({colour})('color', e) > .18)"
            f".map((e) => e.outerHTML.slice(0, 60))"
        )
        assert light == [], (name, light[:5])
        ground = page.evaluate(
            "[...new Set([document.body, ...document.querySelectorAll('article *')].filter((e) => e.checkVisibility()"
            " && !e.closest('svg')).map((e) => getComputedStyle(e).backgroundColor))]"
        )
        assert set(ground) <= {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}, name
        picture = page.locator("figure.ir-figure :is(img, svg)").first
        assert picture.evaluate("e => getComputedStyle(e).filter") == "none", name
        assert page.evaluate(HIDDEN_WIDTH, "article pre, article .ir-data") == [], name


def test_pictures_have_a_white_ground_where_the_system_chooses_the_colours(see, lessons, serve, built_book):
    for scheme in ("light", "dark"):
        page = see(serve(built_book) + lessons[-1], color_scheme=scheme, forced_colors="active").page
        pictures = page.locator("figure.ir-figure :is(img, svg)").all()
        assert pictures
        for picture in pictures:
            look = picture.evaluate("e => [getComputedStyle(e).filter, getComputedStyle(e).backgroundColor]")
            assert look == ["none", "rgb(255, 255, 255)"], scheme


def test_paper_shows_the_data_and_keeps_answers_closed(see, lessons, book_address):
    folded = 0
    for name in lessons:
        page = see(book_address + name).page
        page.emulate_media(media="print")
        table = page.locator("details.ir-data table").first
        answer = page.locator("details.option summary ~ *").first
        assert table.evaluate("e => e.getBoundingClientRect().height") > 10, f"{name}: the data are not printed"
        assert not answer.is_visible(), f"{name}: an answer is printed"
        code = page.locator("details.hide.above-input .cell_input")
        assert code.count() and not any(cell.is_visible() for cell in code.all()), f"{name}: folded code is printed"
        outputs = page.locator("details.hide.below-input :is(pre, table)").all()
        assert all(output.is_visible() for output in outputs), f"{name}: a folded output is not printed"
        folded += len(outputs)
    assert folded


def test_without_scripts_a_lesson_can_be_read(visit, lessons, book_address):
    for name in lessons:
        page = visit(book_address + name, java_script_enabled=False).page
        option = page.locator("details.option").first
        option.locator("summary").click()
        assert option.locator("summary ~ *").first.is_visible()
        assert page.locator("figure.ir-figure img").first.is_visible()


def test_a_number_typed_into_the_page_is_judged(see, lessons, book_address):
    """With the keyboard alone: the field of each lesson's first task takes a number and says what it is worth."""
    tried = 0
    for name in lessons:
        seen = see(book_address + name)
        task = seen.page.locator(".ir-task").first
        field, verdict = task.get_by_role("textbox", name="Your number"), task.get_by_role("status")
        right = task.locator("details.solution strong").first.text_content().split()[0]
        for typed, head in (("nothing", "Not yet."), ("-987654321", "Not yet."), (right, "Right.")):
            field.fill(typed)
            field.press("Enter")
            assert verdict.text_content().startswith(head), f"{name}: {typed}"
        assert verdict.text_content().startswith(f"Right. Record {right}")
        assert seen.page.url.endswith(name), f"{name}: the page was left"
        tried += 1
    assert tried


def test_a_lesson_can_be_read_without_code(see, lessons, book_address):
    """The switch hides every line of code and no output, says its state, and the next page remembers it."""
    first, second = (book_address + name for name in lessons[:2])
    seen = see(first)
    code, output = seen.page.locator(".cell_input"), seen.page.locator(".cell_output:visible")
    outputs, switch = output.count(), seen.page.get_by_role("button", name="Read without code")
    assert code.count() and outputs and switch.get_attribute("aria-pressed") == "false"
    switch.focus()
    seen.page.keyboard.press("Space")
    assert switch.get_attribute("aria-pressed") == "true" and seen.page.get_by_text("Code is hidden.").is_visible()
    assert seen.page.locator(".cell_input:visible").count() == 0 and output.count() == outputs
    seen.page.goto(second)
    assert code.count() and seen.page.locator(".cell_input:visible").count() == 0
    seen.page.get_by_role("button", name="Read without code").click()
    assert seen.page.locator(".cell_input:visible").count()
