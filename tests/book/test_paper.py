"""A lesson on paper: title and headings are there, few pages, none with a handful of words, no picture half drawn."""

import re
import zlib

import pytest

from tests.book.test_budgets import LESSONS

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
def on_screen(request, visit_once, built_book):
    page = visit_once(f"{built_book.as_uri()}/notebooks/{request.param.path.stem}.html").page
    page.wait_for_load_state("load")
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def on_paper(on_screen):
    on_screen.emulate_media(media="print")
    return on_screen


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
    on_paper.set_viewport_size({"width": 670, "height": 1000})
    on_paper.wait_for_timeout(300)
    wide = on_paper.evaluate(
        "[...document.querySelectorAll('article :is(svg, img, table, canvas)')].filter((e) => e.checkVisibility()"
        " && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map((e) => e.outerHTML.slice(0, 80))"
    )
    assert wide == []
