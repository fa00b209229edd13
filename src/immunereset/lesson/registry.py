"""Finds questions: the list `QUESTIONS` in every `questions_NN.py` of this package, NN the lesson."""

from __future__ import annotations

import difflib
import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module

from .choice import Choice
from .task import QuestionError, Task

PREFIX = "questions_"


def _files() -> list[str]:
    """Return the lessons that have questions, as two digits each."""
    package = import_module(__package__)
    names = (module.name for module in pkgutil.iter_modules(package.__path__))
    return sorted(name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX))


@cache
def questions(lesson: str | None = None) -> dict[str, Choice | Task]:
    """Return the questions by id, of one lesson (two digits) or of all, in the order of their files.

    Raises `QuestionError` if a question stands in another lesson's file, or if two have one id.
    """
    found: dict[str, Choice | Task] = {}
    for number in _files():
        if lesson not in (None, number):
            continue
        for one in import_module(f"{__package__}.{PREFIX}{number}").QUESTIONS:
            if one.lesson != number:
                raise QuestionError(f"Question {one.id} stands in {PREFIX}{number}.py, the file of another lesson.")
            if one.id in found:
                raise QuestionError(f"Two questions have the id {one.id}.")
            found[one.id] = one
    return found


def tasks(lesson: str | None = None) -> dict[str, Task]:
    """Return those questions that ask for a number to record, by id."""
    return {name: one for name, one in questions(lesson).items() if isinstance(one, Task)}


def choices(lesson: str | None = None) -> dict[str, Choice]:
    """Return those questions that have options, by id."""
    return {name: one for name, one in questions(lesson).items() if isinstance(one, Choice)}


def _found(name: str, among: Callable[..., dict], kind: str):
    here = among(str(name)[:2])
    if str(name) not in here:
        near = difflib.get_close_matches(str(name), among(), n=1, cutoff=0.4)
        hint = f" Did you mean '{near[0]}'?" if near else f" Known {kind}s: {', '.join(among())}."
        raise QuestionError(f"There is no {kind} '{name}'.{hint}")
    return here[name]


def question(question_id: str) -> Choice | Task:
    """Return a question by its id. Raises `QuestionError` with the nearest id if there is none."""
    return _found(question_id, questions, "question")


def find_task(task_id: str) -> Task:
    """Return a task by its id. Raises `QuestionError` with the nearest id if there is none, and for a choice."""
    if isinstance(one := questions(str(task_id)[:2]).get(str(task_id)), Choice):
        raise QuestionError(f"'{task_id}' is a {one.kind}: the page asks it, and no code. `check` is for tasks.")
    return _found(task_id, tasks, "task")


def place(one: Choice | Task) -> int:
    """Return the place of a question among those of its kind in its lesson and its lab, from 1."""
    kind = getattr(one, "kind", "task")
    return [name for name, other in questions(one.lesson).items() if getattr(other, "kind", "task") == kind].index(
        one.id
    ) + 1


def answer_sheet(lesson: str | None = None):
    """Return the answers for teachers: a pandas DataFrame with one row a question, of one lesson or of all.

    Columns: id, lesson, kind ("prediction", "check" or "task"), wording, options (one a line, lettered), unit, decimals,
    tolerance, answer (the right option with its letter, or a number as text, with its decimals), misconceptions (those
    that wrong options show, one a line). Every number is computed now. `answer_sheet().to_csv("answers.csv",
    index=False)` makes a file.
    """
    import pandas as pd

    def row(one: Choice | Task) -> dict:
        if isinstance(one, Task):
            told = dict(kind="task", wording=one.prompt, unit=one.unit, decimals=one.decimals, tolerance=one.tolerance)
            return {**told, "answer": f"{one.answer:.{one.decimals}f}"}
        options = [f"{letter}. {option.words}" for letter, option in one.lettered]
        wrong = [f"{letter}. {option.misconception}" for letter, option in one.lettered if option.misconception]
        told = dict(kind=one.kind, wording=one.wording, options="\n".join(options), answer=one.answer)
        return {**told, "misconceptions": "\n".join(wrong)}

    columns = "id lesson kind wording options unit decimals tolerance answer misconceptions".split()
    rows = [dict(id=one.id, lesson=one.lesson, **row(one)) for one in questions(lesson).values()]
    return pd.DataFrame(rows, columns=columns).astype({"decimals": "Int64"})
