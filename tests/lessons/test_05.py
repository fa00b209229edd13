"""Lesson 05: its answers, what a reader without code finds with the sliders, and the code of its solutions."""

import re

import numpy as np
import pytest
from nbformat import read

from immunereset.evidence import load
from immunereset.lesson import check, find_task
from immunereset.models.extinction import dose_for, graft_failure
from immunereset.models.stem_cell_drift import halving_years


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("05-extinction", 13),
        ("05-failure", 9),
        ("05-dose", 230),
        ("05-frequency", 42),
        ("05-rare", 76),
        ("05-drift", 266),
    ],
)
def test_answers(task, expected):
    assert find_task(task).answer == expected


@pytest.mark.parametrize(
    ("task", "wrong"),
    [("05-extinction", 60), ("05-extinction", 15), ("05-failure", 37), ("05-failure", 5), ("05-dose", 115), ("05-dose", 23),
     ("05-frequency", 71), ("05-rare", 350), ("05-drift", 53), ("05-drift", 532)],
)  # fmt: skip
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"


@pytest.fixture(scope="module")
def cells(root):
    return {cell.id: cell.source for cell in read(root / "notebooks" / "05-what-makes-a-stem-cell.ipynb", 4).cells}


def test_the_numbers_in_the_prose_are_those_of_the_model(cells):
    assert f"{100 * graft_failure(25):.0f} of a hundred" in cells["doses-explained"]
    assert f"each further {dose_for(0.1):.0f} cells" in cells["doses-explained"]
    assert r"$0.1 \times 0.4 = 1/25$ of the cells given found a line" in cells["dilution"] and dose_for(
        np.exp(-1)
    ) == pytest.approx(25)
    assert "thousands of years" in cells["check-4"] and 2000 < halving_years(20_000) < 20_000


def test_what_the_prose_says_of_the_data_stands_there(cells):
    rows = load("stem_cells").set_index("row_id")
    assert "Ninety-seven" in cells["limits"] and rows.loc["C29", "n"] == 97
    assert "eight limiting dilutions" in cells["limits"] and "seven of them" in cells["limits"]
    assert tuple(rows.loc["C28", ["n", "events"]]) == (8, 7)
    assert "once in 40 weeks" in cells["drift"] and rows.loc["C20", "value"] == 40
    assert (
        "16 randomised trials" in cells["organs-explained"] and "16 randomised trials" in rows.loc["C19", "statement"]
    )


def test_the_code_of_the_solutions_runs_and_finds_the_answers(cells, capsys):
    names = {}
    exec(cells["imports"], names)
    expected = {
        "ex2-solution": ["0.03 115", "0.04 230", "0.045 461"],
        "ex3-solution": ["4.6 76"],
        "ex4-solution": ["266"],
    }
    for cell, says in expected.items():
        solution = cells[cell].partition('<details class="solution">')[2].partition("</details>")[0]
        for code in re.findall(r"```python\n(.*?)```", solution, re.S):
            exec(code, names)
        printed = capsys.readouterr().out
        for words in says:
            assert words in printed, (cell, printed)


def test_an_advantage_shows_in_two_hundred_persons_and_not_in_one(cells, capsys):
    names = {}
    exec(cells["imports"], names)
    [code] = re.findall(r"```python\n(.*?)```", cells["ex4-solution"].partition("**Exercise 5**")[2], re.S)
    exec(code, names)
    plain, better = capsys.readouterr().out.strip().split("\n")
    (_, few, low), (_, many, high) = (line.split(" ", 2) for line in (plain, better))
    assert abs(int(few) / 200 - 1 / 20) < 3 * np.sqrt(0.05 * 0.95 / 200)
    assert int(many) < 160
    ends = [[float(x) for x in re.findall(r"[\d.]+(?:e-\d+)?", text)] for text in (low, high)]
    assert ends[0][1] < ends[1][0]
