"""Tasks on the published page: the field under a task says of a number what check() says of it."""

import json
import math
import re
from functools import cache

import pytest
from bs4 import BeautifulSoup
from py_mini_racer import MiniRacer

from immunereset.lesson import check, find_task, tasks
from immunereset.lesson.check import judge


@pytest.fixture(scope="module")
def judged_by_page(root):
    """`judged_by_page(task_id, typed)` gives the page's kind of verdict and its sentence."""
    v8 = MiniRacer()
    v8.eval((root / "book" / "_static" / "questions.js").read_text(encoding="utf-8"))

    @cache
    def on_the_page(task_id):
        return BeautifulSoup(check(task_id)._repr_html_(), "html.parser").select_one("[data-task]")["data-task"]

    def judged(task_id, typed):
        given = f"{on_the_page(task_id)}, {json.dumps(typed)}"
        return tuple(json.loads(v8.eval(f"JSON.stringify(judgeAnswer({given}))")))

    return judged


def typed_answers(task):
    """Numbers of every kind for a task, on both sides of each edge between two verdicts."""
    low, high = task.accepted
    yield from (low, high, task.answer, task.exact, -task.answer, 0.0, 1e9)
    for shift in (1e-6, 10.0**-task.decimals, 2 * 10.0**-task.decimals):
        yield from (low - shift, high + shift)
    for value, tolerance, _ in task.wrong:
        yield from (value, value - tolerance, value + tolerance, value + 1.01 * tolerance)
    for size in task.other_units().values():
        yield from (size, 1.009 * size, 1.02 * size)
    yield from (round(task.exact, decimals) for decimals in range(task.decimals))


@pytest.mark.parametrize("task_id", tasks())
def test_the_page_says_what_python_says(judged_by_page, task_id):
    task = find_task(task_id)
    for value in typed_answers(task):
        assert judged_by_page(task_id, repr(float(value))) == judge(task, float(value)), value


RIGHT = {
    "days": ["d", "D", "day", "Day.", "days"],
    "months": ["month", "Months"],
    "years": ["y", "yr", "year", "Years"],
    "logs": ["log", "Logs", "log10"],
    "%": ["%", "percent", "per cent"],
    "cells/µL": ["cells/µL", "cells/μL", "cells/uL", "cell / ul", "cells per uL"],
    "cells/mL": ["cells/mL", "cells/ml"],
    "mg": ["mg", "MG"],
    "cells": ["cell", "cells"],
    "clones": ["clone", "clones"],
    "people": ["person", "People", "patients"],
    "events": ["event", "events"],
    "relapses": ["relapse", "relapses"],
    "bars": ["bar", "bars"],
    "million": ["million", "Millions"],
    "million per kg": ["million per kg", "millions/kg"],
    "": [],
}
"""Spellings of every unit that a student may use."""

WRONG = ["furlongs", "d/d", "%%", "log2", "cells/mL", "dayss", "weeks", "-", "µ", "²"]


@pytest.mark.parametrize("task_id", tasks())
def test_every_spelling_of_a_unit_is_judged_alike(judged_by_page, task_id):
    """Both sides of each edge of the right answer, in every unit, with its space and without one."""
    task = find_task(task_id)
    low, high = task.accepted
    right = RIGHT[task.unit]
    foreign = {spelling for unit, all_ in RIGHT.items() if unit != task.unit for spelling in all_}
    for value in (low, high, low - 10.0**-task.decimals, high + 10.0**-task.decimals, 1e6):
        number = f"{value:.10f}"
        plain = judge(task, number)
        for unit in right:
            for typed in (f"{number} {unit}", f" {number}{unit} "):
                assert judged_by_page(task_id, typed) == judge(task, typed) == plain, typed
        for unit in {*foreign, *WRONG} - {*right}:
            typed = f"{number} {unit}"
            assert judged_by_page(task_id, typed) == judge(task, typed), typed
            assert judge(task, typed)[0] == "unit", typed


@pytest.mark.parametrize("typed", ["many", "--3", "1e999", ".", "8/3", "3 4", "31.2 .", "١٤"])
def test_what_is_no_number_is_said_to_be_none(judged_by_page, typed):
    kind, sentence = judged_by_page("01-half-life", typed)
    assert kind == "unreadable" and sentence.endswith(f"‘{typed}’ was given.")
    assert judge(find_task("01-half-life"), typed) == (kind, sentence)


@pytest.mark.parametrize("typed", ["", "  "])
def test_an_empty_field_asks_for_a_number(judged_by_page, typed):
    assert judged_by_page("01-half-life", typed) == judge(find_task("01-half-life"), typed)
    assert judged_by_page("01-half-life", typed) == ("unreadable", "Write a number first.")


def test_a_comma_a_minus_and_the_unit_are_read(judged_by_page):
    task = find_task("01-half-life")
    right = task.show(task.answer)
    assert judged_by_page(task.id, right)[0] == "right"
    assert judged_by_page(task.id, right.replace(".", ","))[0] == "right"
    assert judged_by_page(task.id, f"−{task.answer}") == judge(task, -task.answer)
    assert judged_by_page(task.id, f"{task.answer} years") == judge(task, f"{task.answer} years")


def test_every_number_gets_an_answer():
    for task_id in tasks():
        box = BeautifulSoup(check(task_id)._repr_html_(), "html.parser").select_one("[data-task]")
        found = json.loads(box["data-task"])
        assert found["rules"][-1][:2] == [None, None], "the last rule holds every number"
        assert all(math.isfinite(edge) for rule in found["rules"][:-1] for edge in rule[:2])
        assert re.fullmatch(r"a (whole )?number .+", found["wanted"])
