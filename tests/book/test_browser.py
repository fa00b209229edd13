"""The built book in a browser that may ask no other host: quiet, accessible, readable on a phone and on paper."""

import pytest

AXE_OPTIONS = {"rules": {"label-content-name-mismatch": {"enabled": True}}}
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def names(built_book):
    """The pages of the book by their path, but for the one that only leads on to the introduction."""
    paths = sorted(path.relative_to(built_book).as_posix() for path in built_book.rglob("*.html"))
    return [path for path in paths if path != "index.html" and not path.startswith(("_static/", "_sources/"))]


@pytest.fixture(scope="module")
def lessons(names):
    """The lessons, by their path."""
    return [name for name in names if name.startswith("notebooks/")]


@pytest.fixture
def see(visit):
    """`see(address, **context)` visits a page and waits until its formulas are drawn."""
    def open_page(address, **context):
        seen = visit(address, **context)
        seen.page.wait_for_load_state("load")
        seen.page.evaluate("() => window.MathJax && MathJax.startup && MathJax.startup.promise")
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


def test_formulas_are_drawn(see, lessons, book_address):
    for name in lessons:
        page = see(book_address + name).page
        asked, drawn = page.locator("span.math, div.math").count(), page.locator("mjx-container svg").count()
        assert asked > 0 and drawn >= asked, (name, asked, drawn)
        assert page.locator("mjx-merror, [data-mjx-error]").count() == 0, name
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
    page.evaluate("document.querySelector('article').innerHTML += '<img src=\"data:,\"><p style=\"color:#ddd\">pale</p>'")
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
            outline = option.locator("summary").evaluate("e => getComputedStyle(e).outlineStyle + getComputedStyle(e).outlineWidth")
            assert outline == "solid3px", f"{name}: the focus is not visible ({outline})"


def test_the_first_tab_leads_to_the_content(see, names, book_address):
    page = see(book_address + "book/intro.html").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main-content"


def test_paper_shows_the_data_and_keeps_answers_closed(see, lessons, book_address):
    for name in lessons:
        page = see(book_address + name).page
        page.emulate_media(media="print")
        table = page.locator("details.ir-data table").first
        answer = page.locator("details.option summary ~ *").first
        assert table.evaluate("e => e.getBoundingClientRect().height") > 10, f"{name}: the data are not printed"
        assert not answer.is_visible(), f"{name}: an answer is printed"


def test_without_scripts_a_lesson_can_be_read(visit, lessons, book_address):
    for name in lessons:
        page = visit(book_address + name, java_script_enabled=False).page
        option = page.locator("details.option").first
        option.locator("summary").click()
        assert option.locator("summary ~ *").first.is_visible()
        assert page.locator("figure.ir-figure img").first.is_visible()
