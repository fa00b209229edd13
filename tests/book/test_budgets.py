"""Every lesson keeps its budget: words, words before the first live figure, words with nothing to do, minutes.

Counted by `immunereset.lesson.rhythm`, and the built page is held against it. The table stands at the end of the test run.
"""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from immunereset.lesson.contents import notebooks
from immunereset.lesson.rhythm import events, rhythm

BUDGET = {"words": 2000, "before the first figure": 150, "with nothing to do": 250, "minutes": 45}
START_WORDS = 900

LESSONS = [one for one in notebooks(Path(__file__).parents[2] / "notebooks") if not one.is_lab]
each_lesson = pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.number)


def measured(one):
    """What a lesson has of each thing in `BUDGET`."""
    found = rhythm(one.cells)
    return dict(zip(BUDGET, (found.words, found.before_figure, found.longest, one.minutes), strict=True))


def over(one):
    """What a lesson has too much of."""
    budget = BUDGET | ({"words": START_WORDS} if one.number == "00" else {})
    return {name: many for name, many in measured(one).items() if many > budget[name]}


def table():
    """The table of all lessons; a mark stands where a lesson is over its budget."""
    yield f"{'':32}" + "".join(f"{name:>26}" for name in BUDGET)
    yield f"{'budget (00: 900 words)':32}" + "".join(f"{many:>26}" for many in BUDGET.values())
    for one in LESSONS:
        much = over(one)
        row = (f"{many}{' *' if name in much else '  '}" for name, many in measured(one).items())
        yield f"{one.number} {one.title:29}" + "".join(f"{cell:>26}" for cell in row)


@each_lesson
def test_a_lesson_keeps_its_budget(one):
    assert over(one) == {}


@each_lesson
def test_the_built_page_has_what_was_counted(one, built_book):
    """As many live figures, choices and tasks; the main path hardly more words than were counted."""
    page = built_book / "notebooks" / f"{one.path.stem}.html"
    assert page.is_file(), f"{page.name} is not built yet: run `make book`"
    article = BeautifulSoup(page.read_text("utf-8"), "html.parser").article
    counted = [kind for kind, _ in events(one.cells)]
    assert len(article.select(".ir-live")) == counted.count("figure")
    assert len(article.select(".ir-task")) == counted.count("task")
    choices = "[data-question], .ir-predict, div.predict:not([data-question])"
    sorted_ = sum(len(one.select(".ir-tile")) // 2 for one in article.select(".ir-sorting"))
    assert len(article.select(choices)) + sorted_ == counted.count("choice")
    bar = article.select_one(".ir-bar")
    assert bar.p.text.split()[0] == str(one.minutes) == str(sum(int(b.find(string=True)) for b in bar.select("b")))
    assert abs(words_of(article) / rhythm(one.cells).words - 1) < 0.1


NOT_READ = "details, figure, table, pre, nav, footer, button, .objectives, .katex-mathml, .ir-task, .cell, div.math"


def words_of(article):
    """The words of the main path of a built page, roughly: a formula is one."""
    for part in article.select(NOT_READ):
        part.decompose()
    for formula in article.select(".math, .katex"):
        formula.string = "formula"
    for section in article.select("section section"):
        if section.h2 and re.match(r"(exercises|optional|what.s next|references)\b", section.h2.text, re.I):
            section.decompose()
    return sum(any(letter.isalnum() for letter in word) for word in article.get_text(" ").split())
