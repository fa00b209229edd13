"""Lesson 04: its answers, what a reader without code finds with the sliders, and the code of its solutions."""

import re

import pytest
from nbformat import read

from immunereset.engine import YEAR, Course, Model, Protocol, loss, simulate
from immunereset.lesson import check, find_task
from immunereset.models.patients import reference_patient
from immunereset.models.tolerance import ACTIVE, tolerance


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


def test_a_drug_that_slows_division_alone_leaves_few_regulatory_cells():
    """The choice behind "sooner is wrong in this toy": omega slows the loss by crowding as well."""

    def flows(t, y, p):
        changed = dict(tolerance.flows(t, y, p))
        crowding = changed["crowding of R"].rate / (1.0 - p.omega)
        return changed | {"crowding of R": loss("R", crowding)}

    parts = list(tolerance.states.values()), list(tolerance.parameters.values())
    model = Model("division alone", *parts, flows, list(tolerance.inputs.values()))
    left, waits = {}, {}
    for omega in (0.0, 0.9):
        drugs = Protocol(Course("epsilon", 0.9, 0, 5 * YEAR), Course("omega", omega, 0, 5 * YEAR))
        treated = simulate(model, 5 * YEAR, drugs, start=reference_patient())
        left[omega] = treated.final["R"]
        waits[omega] = simulate(model, YEAR, start=treated).first_day_above("E", ACTIVE)
    assert left[0.9] < 10 < 50 < left[0.0]
    assert waits[0.9] < 10 < 30 < waits[0.0]
