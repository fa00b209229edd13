"""The answers of every lesson as the teachers' page shows them, each lesson with its questions as a file for Moodle."""

from __future__ import annotations

import base64
import re
from html import escape
from pathlib import Path

from .choice import Choice
from .contents import notebooks
from .gift import gift
from .registry import place, questions
from .task import Task


def answer_key(folder: Path) -> str:
    """Return a fold of HTML for each lesson of the folder of notebooks that has questions.

    A row has the question's name on the page, its words and its answer; what only the lab asks says so.
    """
    found = notebooks(folder)
    labs = {one.number: {cell["id"] for cell in one.cells} for one in found if one.is_lab}
    return "".join(_fold(one.number, one.title, labs.get(one.number, set())) for one in found if not one.is_lab)


def _fold(number: str, title: str, lab: set[str]) -> str:
    def row(*cells: str, head: bool = False) -> str:
        kinds = ["th scope='col'"] * 3 if head else ["th scope='row'", "td", "td"]
        told = (f'<{tag} class="words">{escape(cell)}</{tag[:2]}>' for tag, cell in zip(kinds, cells, strict=True))
        return f"<tr>{''.join(told)}</tr>"

    rows = "".join(
        row(_name(one) + " (lab)" * (one.id in lab), _words(one), _answer(one)) for one in questions(number).values()
    )
    file = base64.b64encode(gift(number).encode()).decode()
    return (
        f'<details class="solution"><summary>Answers to lesson {int(number)}: {escape(title)}</summary>'
        f'<table class="ir-table"><thead>{row("question", "words", "answer", head=True)}</thead>'
        f"<tbody>{rows}</tbody></table>"
        f'<p><a download="lesson-{number}.gift.txt" href="data:text/plain;charset=utf-8;base64,{file}">'
        f"Save the questions of lesson {int(number)} for Moodle</a></p></details>"
    )


def _name(one: Choice | Task) -> str:
    return f"{getattr(one, 'kind', 'task').capitalize()} {place(one)}"


def _words(one: Choice | Task) -> str:
    """The words of a question without the signs of Markdown."""
    words = one.wording if isinstance(one, Choice) else one.prompt
    return re.sub(r"[*$]", "", re.sub(r"\[(.+?)\]\(.+?\)", r"\1", words))


def _answer(one: Choice | Task) -> str:
    return one.answer if isinstance(one, Choice) else f"{one.show(one.answer)}; accepted: {one.show_accepted()}"
