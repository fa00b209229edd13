"""No answer stands above its question: in words, in tables, in what code printed, in captions or alt text."""

import itertools
import re

import pytest
from bs4 import BeautifulSoup, NavigableString

from immunereset.lesson import Choice, Option, Task, question, questions
from immunereset.lesson.contents import notebooks
from immunereset.lesson.task import SPELLINGS
from tools.lessons import NOTEBOOKS

IN_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()
SHORTEST = 3
"""Right options of fewer words, bare numbers, and questions that a lesson teaches to ask are looked for nowhere: "More often" and "12" stand in many sentences."""


def plain(text):
    """Text as it is compared: one kind of space, minus, micro sign and letter case."""
    text = re.sub(r"(?<=\d)[\u202f\u2009\u00a0,](?=\d{3}\b)", "", text)
    return re.sub(r"\s+", " ", text.replace("−", "-").replace("μ", "µ")).lower()


def number_pattern(task):
    """A pattern of the number that a task wants, in every spelling, with the unit behind it, or before it ("day 30").

    Three digits with decimals need no unit to be told from others.
    """
    value = f"{task.answer:.{task.decimals}f}"
    spellings = {value, value.rstrip("0")} if not value.rstrip("0").endswith(".") and "." in value else {value}
    spellings |= {one.replace(".", ",") for one in spellings}
    if task.decimals == 0 and 0 <= task.answer < len(IN_WORDS):
        spellings.add(IN_WORDS[int(task.answer)])

    def any_of(spellings):
        return f"(?<![\\w.,])(?:{'|'.join(map(re.escape, sorted(spellings)))})(?!\\w|[.,]\\d)"

    number = any_of(spellings)
    if not task.unit:
        return number
    alone = f"|{any_of([value])}" if task.decimals and len(value.replace(".", "")) >= 3 else ""
    unit = "|".join(re.escape(plain(unit)) for unit in (task.unit, *SPELLINGS.get(task.unit, ())))
    return f"{number}[ -]?(?:{unit})(?!\\w)|(?<!\\w)(?:{unit}) {number}{alone}"


def words_pattern(words):
    """A pattern of the words of an option, or None if they are too few to be told from any others."""
    words = plain(re.sub(r"[*_$]|\[([^\]]*)\]\([^)]*\)", r"\1", words)).strip(" .")
    if words.endswith("?") or len(words.split()) < SHORTEST and not re.search(r"\d.*[^\W\d]|[^\W\d].*\d|\d ?%", words):
        return None
    return f"(?<!\\w){re.escape(words)}(?!\\w)"


def given_away(one, above):
    """What gives the answer of a question away in the text above it."""
    above = plain(above)
    wanted = (
        [number_pattern(one)] if isinstance(one, Task) else [words_pattern(o.words) for o in one.options if o.right]
    )
    return [found[0] for pattern in wanted if pattern for found in re.finditer(pattern, above)]


NOT_READ = {"script", "style", "ir-answer", "cell_input", "katex-mathml", "ir-bar"}
QUESTIONS = {"ir-question", "ir-predict", "ir-task"}
"""Around questions: the words of an option are no answer where they are an option, or asked for."""


def nodes_of(article):
    """Every element and text of an article in their order, each with the names and classes of the elements around it."""
    around = {}
    for node in [article, *article.descendants]:
        parent = node.parent
        within = around.get(id(parent), frozenset())
        around[id(node)] = within | {parent.name, *parent.get("class", [])} if node is not article else within
        yield node, around[id(node)]


def text_above(nodes, element, without=frozenset()):
    """Every text of an article that stands before an element, alt text too; not code, nor what scripts take away."""
    above = itertools.takewhile(lambda one: one[0] is not element, nodes)
    read = [node for node, around in above if not around & (NOT_READ | without)]
    alts = [node.get("alt", "") for node in read if node.name == "img"]
    return " ".join([*(str(node) for node in read if isinstance(node, NavigableString)), *alts])


BOXES = "[data-question], .ir-predict legend, .ir-task"


def element_of(boxes, one):
    """Where a question stands among `BOXES` of a page: the box of a choice, the cards of a stage, the box of a task."""
    if isinstance(one, Choice):
        box = next((box for box in boxes if box.get("data-question") == one.id), None)
        return box or next((box.parent for box in boxes if box.name == "legend" and box.text == one.wording), None)
    tasks = (box for box in boxes if "ir-task" in box.get("class", []))
    box = next((box for box in tasks if box.get("aria-label") == f"Task {one.id}"), None)
    asked = box and box.find_previous(class_="ir-question")
    return asked if asked and one.id in asked.text else box


@pytest.mark.parametrize("one", notebooks(NOTEBOOKS), ids=lambda one: one.path.stem)
def test_no_answer_stands_above_its_question(one, built_book):
    page = built_book / "notebooks" / f"{one.path.stem}.html"
    article = BeautifulSoup(page.read_text("utf-8"), "html.parser").article
    nodes, boxes = list(nodes_of(article)), article.select(BOXES)
    found = {asked.id: element_of(boxes, asked) for asked in questions(one.number).values()}
    assert any(found.values()) or one.is_lab
    given = {}
    for name, where in found.items():
        if where:
            without = QUESTIONS if isinstance(question(name), Choice) else frozenset()
            given[name] = given_away(question(name), text_above(nodes, where, without))
    assert {name: words for name, words in given.items() if words} == {}


DEPTH = Task("99-depth", "How deep?", "logs", 2, 0.01, lambda: 2.4, "Search.")
WAIT = Task("99-wait", "How long?", "days", 0, 1, lambda: 7.0, "Look.")
SHARE = Task("99-share", "Which share?", "", 2, 0.01, lambda: 0.31, "Divide.")
MANY = Task("99-many", "How many?", "cells", 0, 1, lambda: 12000.0, "Count.")
FATE = Choice("99-fate", "check", "And then?", [Option("It comes back", "So it is.", True), Option("No", "It does.")])


@pytest.mark.parametrize(
    ("one", "above"),
    [
        (DEPTH, "at 2.40 logs"), (DEPTH, "a depth of 2.4\u00a0logs."), (DEPTH, "2,40 log10"), (WAIT, "after 7 days"),
        (WAIT, "after seven days"), (WAIT, "on day 7."), (WAIT, "a 7-day week"), (SHARE, "or 0.31, say"), (DEPTH, "2.40 | 2.5"),
        (MANY, "12\u202f000 cells"), (MANY, "12,000 cells"), (FATE, "… and it  comes\nback."),
    ],
)  # fmt: skip
def test_an_answer_is_found(one, above):
    assert given_away(one, above)


@pytest.mark.parametrize(
    ("one", "above"),
    [
        (DEPTH, "at 2.41 logs, 12.40 logs, 2.4 days, 2.401"), (WAIT, "17 days, 7.5 days, 70 days, day 71"),
        (SHARE, "0.314 and 1.31"), (MANY, "12 cells, 112 000 cells"), (FATE, "It came back. No."),
    ],
)  # fmt: skip
def test_other_words_are_none(one, above):
    assert given_away(one, above) == []


def test_what_stands_below_or_in_code_is_not_above():
    page = (
        '<article><p>one</p><div class="cell_input">code</div><img alt="two"><details class="ir-answer">no</details>'
        '<div class="ir-question" data-question="99-fate">three</div><p>below</p></article>'
    )
    article = BeautifulSoup(page, "html.parser").article
    nodes = list(nodes_of(article))
    assert text_above(nodes, element_of(article.select(BOXES), FATE)).split() == ["one", "two"]
    below = article.select("p")[-1]
    assert text_above(nodes, below).split() == ["one", "three", "two"]
    assert text_above(nodes, below, QUESTIONS).split() == ["one", "two"]
