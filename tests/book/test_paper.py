"""A lesson on paper: title and headings are there, few pages, none with a handful of words, no picture half drawn; white
also where the screen is dark; folds as the reader left them."""

import re
import zlib

import pytest

from tests.book.test_budgets import LESSONS
from tests.looks import HIDDEN_WIDTH, OPEN_ALL

MOST_PAGES = 12
FEWEST_LETTERS = 60

OBJECT = re.compile(rb"(?<=\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
SHOWN = re.compile(rb"<([0-9A-Fa-f]+)>(?=\s*Tj)|\[([^\]]*)\]\s*TJ")


def letters_by_page(pdf):
    """How many letters each page of a PDF shows, for a PDF as Chromium writes it: letters are numbers of four digits."""
    objects = {int(number): content for number, content in OBJECT.findall(pdf)}

    def text_of(content):
        packed = content.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]
        return zlib.decompress(packed) if packed else b""  # an empty sheet

    def letters(page):
        text = text_of(objects[int(re.search(rb"/Contents (\d+) 0 R", page)[1])])
        runs = (one + b"".join(re.findall(rb"<([0-9A-Fa-f]+)>", many)) for one, many in SHOWN.findall(text))
        return sum(len(run) // 4 for run in runs)

    return [letters(content) for content in objects.values() if re.search(rb"/Type /Page\b", content)]


def test_letters_are_counted_page_by_page(browser):
    page = browser.new_page()
    page.set_content("<p>four words are here<p style='break-before: page'>abc")
    assert letters_by_page(page.pdf()) == [len("four words are here"), 3]
    page.close()


@pytest.fixture(scope="module", params=LESSONS, ids=lambda one: one.number)
def on_screen(request, windows, built_book):
    with windows.visit(f"{built_book.as_uri()}/notebooks/{request.param.path.stem}.html") as seen:
        seen.page.wait_for_load_state("load")
        yield seen.page


@pytest.fixture(scope="module")
def on_paper(on_screen):
    """What stands on the paper, in a window as wide as the text of a sheet."""
    on_screen.set_viewport_size({"width": 670, "height": 1000})
    on_screen.emulate_media(media="print")
    on_screen.wait_for_timeout(300)
    return on_screen


@pytest.fixture(scope="module")
def from_a_dark_screen(on_paper):
    """The same paper where the screen is dark, every fold is open and every prediction made."""
    on_paper.evaluate(OPEN_ALL)
    on_paper.emulate_media(color_scheme="dark")
    on_paper.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    return on_paper


def test_a_lesson_prints_on_few_pages_and_none_is_nearly_empty(on_screen):
    """As a reader prints it: from the screen, which becomes paper in between."""
    letters = letters_by_page(on_screen.pdf(format="A4", prefer_css_page_size=True))
    assert len(letters) <= MOST_PAGES
    assert min(letters) >= FEWEST_LETTERS, letters
    assert letters[0] > 300, "the first page holds hardly more than the title"


def test_title_and_headings_print(on_paper):
    headings = on_paper.locator(".bd-article :is(h1, h2)")
    assert on_paper.locator(".bd-article h1").is_visible()
    assert headings.count() > 3 and all(heading.is_visible() for heading in headings.all())


def test_no_picture_is_wider_than_the_paper(on_paper):
    wide = on_paper.evaluate(
        "[...document.querySelectorAll('article :is(svg, img, table, canvas)')].filter((e) => e.checkVisibility()"
        " && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map((e) => e.outerHTML.slice(0, 80))"
    )
    assert wide == []


WITH_PICTURES = [one for one in LESSONS if one.number not in ("05", "13", "15")]
"""Lessons that show a still picture with its table before anything is chosen."""


@pytest.mark.parametrize("on_screen", WITH_PICTURES, indirect=True, scope="module", ids=lambda one: one.number)
def test_folds_print_that_are_open_and_no_others(on_paper):
    fold = on_paper.locator(".ir-figure:not(.ir-live):visible details.ir-data").first.element_handle()
    assert on_paper.locator("article details:not([open]):visible").count() == 0 and not fold.is_visible()
    fold.evaluate("fold => fold.open = true")
    assert fold.query_selector("table").is_visible()
    fold.evaluate("fold => fold.open = false")


LUMINANCE = """(colour) => { const [r, g, b] = colour.match(/[\\d.]+/g).map((v) => (v /= 255) <= .04045 ? v / 12.92
    : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; }"""

WHITE = {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}


def assert_white(page):
    """Its letters are dark, its lines whole."""
    colour = f"(css, e) => ({LUMINANCE})(getComputedStyle(e)[css])"
    light = page.evaluate(
        f"[...document.querySelectorAll('article :is(p, li, td, th, h2, a, summary, figcaption, pre, pre span)')]"
        f".filter((e) => e.checkVisibility()).filter((e) => ({colour})('color', e) > .18)"
        f".map((e) => e.outerHTML.slice(0, 60))"
    )
    assert light == [], light[:5]
    ground = page.evaluate(
        "[...new Set([document.body, ...document.querySelectorAll('article *')].filter((e) => e.checkVisibility()"
        " && !e.closest('svg')).map((e) => getComputedStyle(e).backgroundColor))]"
    )
    assert set(ground) <= WHITE
    picture = page.locator("figure.ir-figure :is(img, svg)").first
    assert picture.evaluate("e => getComputedStyle(e).filter") == "none"
    assert page.evaluate(HIDDEN_WIDTH, "article pre, article .ir-data") == []


def test_paper_is_white(on_paper):
    assert_white(on_paper)


def test_paper_is_white_from_a_dark_screen(from_a_dark_screen):
    assert_white(from_a_dark_screen)
