"""Finds tasks: the list `TASKS` in every `tasks_NN.py` of this package, NN the lesson."""

from __future__ import annotations

import difflib
import pkgutil
from functools import cache
from importlib import import_module

from .task import Task, TaskError

PREFIX = "tasks_"


def _files() -> list[str]:
    """Return the lessons that have tasks, as two digits each."""
    package = import_module(__package__)
    names = (module.name for module in pkgutil.iter_modules(package.__path__))
    return sorted(name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX))


@cache
def tasks(lesson: str | None = None) -> dict[str, Task]:
    """Return the tasks by id, of one lesson (two digits) or of all, in the order of their files.

    Raises `TaskError` if a task stands in another lesson's file, or if two have one id.
    """
    found: dict[str, Task] = {}
    for number in _files():
        if lesson not in (None, number):
            continue
        for task in import_module(f"{__package__}.{PREFIX}{number}").TASKS:
            if task.lesson != number:
                raise TaskError(f"Task {task.id} stands in {PREFIX}{number}.py, the file of another lesson.")
            if task.id in found:
                raise TaskError(f"Two tasks have the id {task.id}.")
            found[task.id] = task
    return found


def find_task(task_id: str) -> Task:
    """Return a task by its id. Raises `TaskError` with the nearest id if there is none."""
    task = tasks(str(task_id)[:2]).get(task_id)
    if task is None:
        near = difflib.get_close_matches(str(task_id), tasks(), n=1, cutoff=0.4)
        hint = f" Did you mean '{near[0]}'?" if near else f" Known tasks: {', '.join(tasks())}."
        raise TaskError(f"There is no task '{task_id}'.{hint}")
    return task


def answer_sheet(lesson: str | None = None):
    """Return the answers for teachers: a pandas DataFrame with one row a task, of one lesson or of all.

    Columns: id, lesson, prompt, unit, decimals, tolerance, answer (text, with its decimals). Every answer is
    computed now. `answer_sheet().to_csv("answers.csv", index=False)` makes the file that a learning platform reads.
    """
    import pandas as pd

    rows = [
        (t.id, t.lesson, t.prompt, t.unit, t.decimals, t.tolerance, f"{t.answer:.{t.decimals}f}")
        for t in tasks(lesson).values()
    ]
    return pd.DataFrame(rows, columns=["id", "lesson", "prompt", "unit", "decimals", "tolerance", "answer"])
