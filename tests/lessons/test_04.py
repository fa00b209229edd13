"""Lesson 04: its answers, what a reader without code finds with the sliders, and the code of its solutions."""

import re

import pytest
from nbformat import read

from immunereset.lesson import check, find_task


@pytest.mark.parametrize(
    ("task", "expected"),
    [("04-dose", 0.53), ("04-relapse", 31), ("04-half-life", 6.9), ("04-window", 404), ("04-shortest-course", 16.9),
     ("04-day-500", 3.2)],
)  # fmt: skip
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("task", "found"),
    [("04-dose", 0.53), ("04-relapse", 1856 - 1825), ("04-window", 400), ("04-window", 405),
     ("04-shortest-course", 17), ("04-day-500", 1168 / 365)],
)  # fmt: skip
def test_the_steps_of_the_sliders_are_fine_enough(task, found):
    assert check(task, found).kind == "right"


@pytest.mark.parametrize(("task", "wrong"), [("04-dose", 0.5), ("04-relapse", 1856), ("04-day-500", 4.5)])
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"


def test_the_code_of_the_solutions_runs_and_finds_the_answers(root, capsys):
    cells = {cell.id: cell.source for cell in read(root / "notebooks" / "04-suppression.ipynb", 4).cells}
    names = {}
    exec(cells["imports"], names)
    for cell, says in (("ex2", "17.0 no relapse"), ("ex3", "3.2 years are enough")):
        solution = cells[cell].partition('<details class="solution">')[2]
        [code] = re.findall(r"```python\n(.*?)```", solution, re.S)
        exec(code, names)
        assert says in capsys.readouterr().out
