"""The built book in a browser that may ask no other host: quiet, accessible, readable on a phone.

To open a lesson is slow, so each page is opened once, as a file: at a desk first, then with every fold open, then the
size of a phone and dark. The tests share it: pytest runs all that look at one page before it opens the next, in the order
of this file. A test leaves the page as it found it. Paper is looked at in test_paper. Over http the pages are visited by
test_over_http.
"""

from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from tests.looks import (
    HIDDEN_WIDTH,
    OPEN_ALL,
    assert_fits_a_phone,
    assert_readable_without_scripts,
    crossed_words,
    small_letters,
)

CONTENTS = yaml.safe_load((Path(__file__).parents[2] / "book" / "_toc.yml").read_text(encoding="utf-8"))
CHAPTERS = [chapter for part in CONTENTS["parts"] for chapter in part["chapters"]]
FILES = [CONTENTS["root"], *(one["file"] for chapter in CHAPTERS for one in (chapter, *chapter.get("sections", [])))]
NOTEBOOKS = [f"{file}.html" for file in FILES if file.startswith("notebooks/")]
LESSONS = [name for name in NOTEBOOKS if not name.endswith("-lab.html")]
PAGES = [
    *NOTEBOOKS,
    *(f"{file}.html" for file in FILES if f"{file}.html" not in NOTEBOOKS),
    "genindex.html",
    "search.html",
]
# A head that is a formula counts as empty for axe, which does not see MathML; test_pages looks for empty heads itself.
AXE_RULES = {"label-content-name-mismatch": {"enabled": True}, "empty-table-header": {"enabled": False}}
# What a dark phone may change on a page that is faultless at a desk: colours and places. What it hides and shows is the
# work of the theme, the same on all pages of a kind, so one page of each kind keeps all rules.
OF_THE_LOOK = ["link-in-text-block", "meta-viewport", "scrollable-region-focusable"]
ONE_OF_EACH_KIND = [LESSONS[0], "book/intro.html", "genindex.html", "search.html"]
OPEN_FOLDS = "document.querySelectorAll('article details').forEach(d => d.open = true)"


def loaded(seen):
    """The visit, once its page is loaded."""
    seen.page.wait_for_load_state("load")
    return seen


@pytest.fixture
def see(visit):
    """`see(address, **context)` visits a page and waits until it is loaded."""
    return lambda address, **context: loaded(visit(address, **context))


@pytest.fixture(scope="module", params=PAGES)
def at_desk(request, windows, built_book):
    """A visit to a page as a file."""
    size, address = {"width": 1440, "height": 900}, f"{built_book.as_uri()}/{request.param}"
    with windows.visit(address, viewport=size, reduced_motion="reduce") as seen:
        yield loaded(seen)


@pytest.fixture(scope="module")
def opened(at_desk):
    """The same page with every fold open and every prediction made."""
    at_desk.page.evaluate(OPEN_ALL)
    at_desk.page.wait_for_timeout(300)
    return at_desk


@pytest.fixture(scope="module")
def on_phone(opened):
    """That on a dark phone."""
    opened.page.set_viewport_size({"width": 390, "height": 844})
    opened.page.emulate_media(color_scheme="dark")
    opened.page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    opened.page.wait_for_timeout(300)
    return opened


FOLDED_OUTPUT = "details.hide.below-input :is(pre, table)"
WHOLE_ON_A_PHONE = ".katex-display, .cell_output pre"
WITH_FORMULAS = [name for name in LESSONS if not name.startswith(("notebooks/00-", "notebooks/13-", "notebooks/15-"))]
LABS = [name for name in NOTEBOOKS if name not in LESSONS]
each_lesson_at_desk = pytest.mark.parametrize("at_desk", LESSONS, indirect=True, scope="module")


def test_the_pages_are_those_of_the_contents(built_book):
    paths = {path.relative_to(built_book).as_posix() for path in built_book.rglob("*.html")}
    assert {path for path in paths if not path.startswith(("_static/", "_sources/"))} == {*PAGES, "index.html"}


@pytest.mark.parametrize("selector", [FOLDED_OUTPUT, *WHOLE_ON_A_PHONE.split(", ")])
def test_lessons_hold_what_is_looked_at_below(built_book, selector):
    pages = (BeautifulSoup((built_book / name).read_text(encoding="utf-8"), "html.parser") for name in NOTEBOOKS)
    assert any(page.select(selector) for page in pages)


# At a desk


def test_a_page_asks_no_other_host_and_logs_no_error(at_desk):
    at_desk.page.wait_for_timeout(200)
    assert at_desk.refused + at_desk.errors == []


def assert_formulas_are_drawn(page):
    asked = page.locator(".math:not(.katex .math)").count()
    # A long page draws for longer than it takes to load.
    page.wait_for_function(f"document.querySelectorAll('.math > .katex, .math > .katex-display').length >= {asked}")
    assert page.locator(".math > .katex, .math > .katex-display").count() == asked
    assert not asked or page.evaluate("document.fonts.ready.then(() => document.fonts.check('1em KaTeX_Main'))")


@pytest.mark.parametrize("at_desk", WITH_FORMULAS, indirect=True, scope="module")
def test_formulas_are_drawn(at_desk):
    assert at_desk.page.locator(".katex").count() > 0
    assert_formulas_are_drawn(at_desk.page)


@pytest.mark.parametrize("at_desk", WITH_FORMULAS, indirect=True, scope="module")
def test_a_formula_can_be_read_aloud_and_is_no_stop_of_the_tab_key(at_desk):
    page = at_desk.page
    assert page.locator(".katex").count() == page.locator(".katex-mathml > math").count() > 0
    assert page.locator(".katex-html:not([aria-hidden='true']), .katex [tabindex]").count() == 0


@each_lesson_at_desk
def test_the_keyboard_opens_an_option_of_every_question(at_desk):
    page = at_desk.page
    options = page.locator("[data-question] button")
    assert options.count() >= 4
    for option in (options.first, options.last):
        option.focus()
        outline = option.evaluate("e => getComputedStyle(e).outlineStyle + getComputedStyle(e).outlineWidth")
        assert outline == "solid3px", f"the focus is not visible ({outline})"
        page.keyboard.press("Enter")
        assert option.get_attribute("aria-pressed") == "true"
        assert option.locator("+ .ir-said").inner_text()[0] in "✓✗"
    page.evaluate("localStorage.clear()")


@pytest.mark.parametrize("at_desk", LABS, indirect=True, scope="module")
def test_the_keyboard_sees_where_it_is(at_desk):
    """Every stop of the Tab key is visible, also the buttons that a mouse must hover to see, which only code has."""
    page = at_desk.page
    button = page.locator("article .copybtn:not(details *)").first
    button.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert button.evaluate("e => e === document.activeElement && getComputedStyle(e).opacity") == "1"
    assert page.locator(".cell_output .copybtn").count() == 0


def type_into_the_first_task(page):
    """With the keyboard alone: the field of the first task takes a number and says what it is worth."""
    address = page.url
    task = page.locator(".ir-task").first
    field, verdict = task.get_by_role("textbox", name="Your number"), task.get_by_role("status")
    right = task.locator("details.solution strong").first.text_content().split()[0]
    for typed, head in (("nothing", "Not yet."), ("-987654321", "Not yet."), (right, "Right.")):
        field.fill(typed)
        field.press("Enter")
        assert verdict.text_content().startswith(head), typed
    assert verdict.text_content().startswith(f"Right. Record {right}")
    assert page.url == address, "The page was left."


@each_lesson_at_desk
def test_a_number_typed_into_the_page_is_judged(at_desk):
    type_into_the_first_task(at_desk.page)


# To judge every element takes axe most of its time, and thousands of words look exactly alike: the same letters before the
# same grounds, on this page and on those before it. One of each look is judged for its contrast; a single letter, whose
# contrast axe leaves open, stands for no others. Not judged are pictures, of which axe knows no colours, and what only screen
# readers get of a formula. Where no word is judged, the plain spans of coloured code, which nobody meets as elements, become
# one text; what is drawn of a formula, but for the first, and what is in a picture that has a name are put away, and what
# MathML holds, which axe does not see. Whatever has a role, a place in the order of the Tab key or an address stays.
PREPARE = """(judged) => {
    const looks = new Set(judged), grounds = new Map(), unseen = "svg, svg *, .katex-mathml, .katex-mathml *";
    function ground(e) {
        if (!e) return "";
        if (!grounds.has(e)) {
            const css = getComputedStyle(e), below = ground(e.parentElement);
            const plain = below !== null && ["static", "relative", "sticky"].includes(css.position);
            const own = [css.backgroundColor, css.backgroundImage, css.opacity, css.filter, css.mixBlendMode].join();
            grounds.set(e, !plain ? null : own === "rgba(0, 0, 0, 0),none,1,none,normal" ? below : `${own} < ${below}`);
        }
        return grounds.get(e);
    }
    const alike = new Set(document.querySelectorAll(unseen)), kept = [];
    for (const e of document.querySelectorAll(`body :not(${unseen})`)) {
        const letters = Math.max(...[...e.childNodes].map((n) => n.nodeType === 3 ? n.data.trim().length : 0));
        if (letters < 1) continue;
        const before = ground(e), css = getComputedStyle(e);
        if (before === null || !e.checkVisibility({ visibilityProperty: true })) continue;
        const look = [css.color, css.fontSize, css.fontWeight, css.textShadow, before].join();
        if (looks.has(look)) alike.add(e);
        else if (letters > 1) looks.add(look), kept.push(e);
    }
    const bare = (e) => [...e.attributes].every(({ name }) => !/^(aria-.*|role|tabindex|href|lang|title)$/.test(name));
    const inside = (one, every) => !kept.some((e) => one.contains(e)) && [...one.querySelectorAll("*")].every(every);
    const which = (selector, every) => [...document.querySelectorAll(selector)].filter((one) => inside(one, every));
    const code = which("pre", (e) => e.localName === "span" && bare(e)), formulas = which(".katex-html", bare).slice(1);
    const pictures = which("svg:is([role=img][aria-label], [aria-hidden=true])", (e) => e.localName !== "a" && e.tabIndex < 0 && bare(e));
    window.away = [code, formulas, pictures, which("math", bare)].flat().map((e) => [e, ...e.childNodes]);
    for (const [e] of away) e.replaceChildren(...code.includes(e) ? [e.textContent] : []);
    for (const e of code) alike.add(e);
    for (const e of alike) e.dataset.alike = "";
    axe.configure({ rules: [{ id: "color-contrast", selector: ":not([data-alike])" }] });
    return [...looks];
}"""
RESTORE = """() => {
    for (const [e, ...parts] of away) e.replaceChildren(...parts);
    for (const e of document.querySelectorAll("[data-alike]")) delete e.dataset.alike;
}"""
FAULTLESS_LOOKS = set()


def axe_findings(page, only=None):
    """What axe finds wrong on a page by all its rules, or by `only` these and that of contrast."""
    from axe_playwright_python.sync_playwright import Axe

    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    looks = page.evaluate(PREPARE, list(FAULTLESS_LOOKS))
    # Nothing is fetched a second time: style sheets beside a file may not be read.
    options = {"resultTypes": ["violations"], "preload": False}
    options |= {"runOnly": [*only, "color-contrast"]} if only else {"rules": AXE_RULES}
    found = page.evaluate("(options) => axe.run(options).then((results) => results.violations)", options)
    page.evaluate(RESTORE)
    if "color-contrast" not in {fault["id"] for fault in found}:
        FAULTLESS_LOOKS.update(looks)
    return [(fault["id"], fault["impact"], [node["target"] for node in fault["nodes"]][:4]) for fault in found]


def test_axe_finds_nothing_at_a_desk(at_desk):
    page = at_desk.page
    closed = page.evaluate_handle("[...document.querySelectorAll('article details:not([open])')]")
    page.evaluate(OPEN_FOLDS)
    found = axe_findings(page)
    closed.evaluate("folds => folds.forEach(fold => fold.open = false)")
    assert found == []


@pytest.mark.parametrize("at_desk", NOTEBOOKS, indirect=True, scope="module")
def test_no_line_crosses_words_at_a_desk(opened):
    assert crossed_words(opened.page) == []


# On a phone


def too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


TARGETS = """() => [...document.querySelectorAll("a, button, summary, input")].filter((e) => {
    const { width, height } = e.getBoundingClientRect();
    return e.checkVisibility({ visibilityProperty: true }) && getComputedStyle(e).display !== "inline"
        && Math.min(width, height) < 24;
}).map((e) => e.outerHTML.slice(0, 80))"""


def test_a_dark_phone_asks_no_host_either(on_phone):
    assert on_phone.refused + on_phone.errors == []
    assert_formulas_are_drawn(on_phone.page)


def test_a_phone_shows_a_page_without_sideways_scrolling(on_phone):
    assert too_wide(on_phone.page) <= 0


def test_fingers_find_their_targets_on_a_phone(on_phone):
    assert on_phone.page.evaluate(TARGETS) == []


@pytest.mark.parametrize("at_desk", NOTEBOOKS, indirect=True, scope="module")
def test_a_phone_shows_whole_formulas_and_whole_lines_of_what_code_prints(on_phone):
    assert on_phone.page.evaluate(HIDDEN_WIDTH, WHOLE_ON_A_PHONE) == []


def test_axe_finds_nothing_on_a_phone(on_phone, request):
    whole = request.node.callspec.params["at_desk"] in ONE_OF_EACH_KIND
    assert axe_findings(on_phone.page, None if whole else OF_THE_LOOK) == []


@pytest.mark.parametrize("at_desk", NOTEBOOKS, indirect=True, scope="module")
def test_live_figures_fit_a_phone_and_can_be_read(on_phone):
    for figure in on_phone.page.locator("[class~=ir-drawn]").all():
        assert_fits_a_phone(figure)
    assert small_letters(on_phone.page) == []


@pytest.mark.parametrize("at_desk", NOTEBOOKS, indirect=True, scope="module")
def test_no_line_crosses_words_on_a_phone(on_phone):
    assert crossed_words(on_phone.page) == []


NARROW = """() => {
  const wide = (one) => one.getBoundingClientRect().width, text = wide(document.querySelector(".bd-article section > p"));
  return [...document.querySelectorAll(".ir-stage, .ir-crowd")].map(wide).filter((one) => one && one < text - 1);
}"""


@each_lesson_at_desk
def test_a_stage_is_as_wide_on_a_phone_as_the_text(on_phone):
    assert on_phone.page.evaluate(NARROW) == []


# With visits of their own

FAULTS_IN_WHAT_IS_PUT_AWAY = """<pre><span class="n">plain</span> <span id="pale" style="color: #ccc">pale</span></pre>
    <pre><span class="n">plain</span> <span role="nothing">wrong</span> <a href="#main-content"></a></pre>
    <span class="katex"><span class="katex-html" aria-hidden="true"><span class="mord">first</span></span></span>
    <span class="katex"><span class="katex-html" aria-hidden="true"><span id="faint" style="color: #ddd">second</span></span></span>
    <span class="katex"><span class="katex-html" aria-hidden="true"><a href="#main-content">third</a></span></span>
    <svg role="img" aria-label=""><path></path></svg><svg role="img" aria-label="named"><g role="slider"></g></svg>"""


def test_each_measure_finds_a_fault(see, serve, built_book):
    page = see(serve(built_book) + "book/intro.html", viewport={"width": 390, "height": 844}).page
    page.evaluate(
        "document.querySelector('article').innerHTML += '<img src=\"data:,\"><p style=\"color:#ddd\">pale</p>'"
        '+ \'<div style="width: 900px">wide</div><pre style="width: 20px; overflow: hidden">cut off</pre>\''
    )
    assert {"image-alt", "color-contrast"} <= {fault for fault, *_ in axe_findings(page)}
    assert too_wide(page) > 0
    assert "cut off" in page.evaluate(HIDDEN_WIDTH, "pre")
    page.evaluate(
        "document.querySelector('article').innerHTML = `<p>One</p><p>Two</p>"
        '<div style="background: #444"><p>Three</p><p id="four">Four</p></div>`'
    )
    [found] = [fault for fault in axe_findings(page, OF_THE_LOOK) if fault[0] == "color-contrast"]
    assert len(found[2]) == 1, "of what looks alike one is judged, and what lies before another ground is too"
    page.evaluate("html => document.querySelector('article').innerHTML = html", FAULTS_IN_WHAT_IS_PUT_AWAY)
    faults = {kind: where for kind, _, where in axe_findings(page)}
    assert [one for [one] in faults.pop("color-contrast")] == ["#pale", "#faint"]
    assert {"aria-roles", "svg-img-alt", "aria-required-attr", "link-name", "aria-hidden-focus"} <= set(faults), faults
    assert page.inner_html("article") == FAULTS_IN_WHAT_IS_PUT_AWAY, "all is back"
    page.evaluate("document.body.innerHTML = '<button style=\"padding: 0; height: 20px; width: 60px\">low</button>'")
    assert len(page.evaluate(TARGETS)) == 1


def test_the_address_of_the_book_leads_to_the_introduction(visit, book_address):
    page = visit(book_address + "index.html").page
    page.wait_for_url("**/book/intro.html")
    assert page.locator("h1").count() == 1


def test_the_first_tab_leads_to_the_content(see, book_address):
    page = see(book_address + "book/intro.html").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main-content"


def test_pictures_have_a_white_ground_where_the_system_chooses_the_colours(see, serve, built_book):
    page = see(serve(built_book) + LESSONS[-1], forced_colors="active").page
    pictures = page.locator("figure.ir-figure :is(img, svg)")
    assert pictures.count()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")
        looks = pictures.evaluate_all(
            "all => all.map((e) => [getComputedStyle(e).filter, getComputedStyle(e).backgroundColor].join(' '))"
        )
        assert set(looks) == {"none rgb(255, 255, 255)"}, scheme


@pytest.mark.parametrize("name", LESSONS)
def test_without_scripts_a_lesson_can_be_read(visit, built_book, name):
    page = visit(f"{built_book.as_uri()}/{name}", java_script_enabled=False).page
    said = page.locator("[data-question] details").first
    said.locator("summary").click()
    assert said.locator("li").first.is_visible()
    assert page.locator("figure.ir-figure img").first.is_visible()
    for figure in page.locator("[class~=ir-drawn]").all():
        assert_readable_without_scripts(figure)
