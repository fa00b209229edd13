"""Lesson 05: its answers, what a reader without code finds with the sliders, and the code of its solutions."""

import re

import numpy as np
import pytest
from nbformat import read

from immunereset.evidence import load
from immunereset.lesson import check, find_task
from immunereset.models.extinction import dose_for, extinction, graft_failure
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
     ("05-frequency", 71), ("05-frequency", 96), ("05-rare", 350), ("05-drift", 53), ("05-drift", 532)],
)  # fmt: skip
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"


@pytest.fixture(scope="module")
def cells(root):
    return {cell.id: cell.source for cell in read(root / "notebooks" / "05-what-makes-a-stem-cell.ipynb", 4).cells}


def test_the_numbers_in_the_prose_are_those_of_the_model(cells):
    doses = cells["doses-explained"]
    assert f"about {100 * graft_failure(25):.0f} of a hundred" in doses
    assert f"about {100 * np.exp(-2.5):.0f} of a hundred ($e^{{-2.5}}$) no cell settles" in doses
    assert f"about {100 * graft_failure(100):.0f} of a hundred" in doses
    assert f"each further {dose_for(0.1):.0f} cells" in doses
    assert f"$0.96^{{25}}$, about {100 * 0.96**25:.0f} %" in cells["dose"]
    assert f"$e^{{-1}} = {100 * np.exp(-1):.0f}$ %" in cells["dose"] and "here 1" in cells["dose"]
    assert r"$0.1 \times 0.4 = 1/25$" in cells["dilution"] and dose_for(np.exp(-1)) == pytest.approx(25)
    words = cells["two-groups-explained"]
    later = [(0.6 - extinction(1, days=day)) / (1 - extinction(1, days=day)) for day in (30, 100)]
    assert "alive on day 30 a third" in words and later[0] == pytest.approx(1 / 3, abs=0.01)
    assert "on day 100 only one in twelve" in words and later[1] == pytest.approx(1 / 12, abs=0.005)
    assert "3 of 8" in cells["extinction-explained"] and 0.03 / 0.08 == pytest.approx(3 / 8)
    assert "thousands of years" in cells["check-4"] and 2000 < halving_years(20_000) < 20_000


def test_what_the_prose_says_of_the_data_stands_there(cells):
    rows = load("stem_cells").set_index("row_id")
    assert "eight other experiments" in cells["dilution-real"] and rows.loc["C28", "n"] == 8
    assert "in 7 of 8 assays" in rows.loc["C28", "statement"] and rows.loc["C28", "events"] == 7
    assert "once in 40 weeks" in cells["drift"] and rows.loc["C20", "value"] == 40
    assert "97 single stem cells" in rows.loc["C29", "statement"] and rows.loc["C29", "n"] == 97


def test_numbers_in_the_words_of_a_row_are_those_of_its_columns():
    rows = load("stem_cells").set_index("row_id")
    heart, islets = rows.loc["C19"], rows.loc["C31"]
    assert f"{heart.value:g} percentage points" in heart.statement
    assert f"(95% CI {heart.low:g} to {heart.high:g})" in heart.statement
    assert f"{islets.events:.0f} of {islets.n:.0f} free of insulin" in islets.statement
    assert f"(exact 95% CI {islets.low:g}% to {islets.high:g}%)" in islets.statement
    blood = rows.loc["C33"]
    assert f"{blood.low:.0f} to {blood.high:,.0f} settled".replace(",", " ") in blood.statement
    for row_id in ("C15", "C30"):
        assert f"{rows.loc[row_id, 'events']:.0f} of {rows.loc[row_id, 'n']:.0f}" in rows.loc[row_id, "statement"]
    for row_id in ("C25", "C26", "C27"):
        assert f"{rows.loc[row_id, 'value']:,.0f}".replace(",", " ") in rows.loc[row_id, "statement"]


def test_rows_taken_from_other_tables_agree_with_them():
    rows = load("stem_cells").set_index("row_id")
    islets, there = rows.loc["C31"], load("trial_outcomes").set_index("row_id").loc["T087"]
    assert (islets.value, islets.low, islets.high) == (there.value, there.low, there.high)
    assert (islets.events, islets.n) == (there.exp_value, there.exp_n) and there.timepoint_months == 12
    result = load("trials").set_index("study_id").loc["BURT2021"]
    assert "EDSS 3.87 to 2.19 at 5 y (RRMS)" in result.main_result and "no durable change in SPMS" in result.main_result
    assert "from 3.87 to 2.19 at 5 years" in rows.loc["C32", "statement"] and rows.loc["C32", "n"] == result.n_total
    assert result.comparator == "none" and "no comparison group" in rows.loc["C32", "statement"]


def test_the_code_of_the_solutions_runs_and_finds_the_answers(cells, capsys):
    names = {}
    exec(cells["imports"], names)
    expected = {
        "ex2-solution": ["0.03 115", "0.04 230", "0.045 461"],
        "ex3-solution": ["4.6 76"],
        "ex4-solution": ["266"],
    }
    in_words = {
        "ex2-solution": "prints 115, 230 and 461 cells",
        "ex3-solution": "4.6, so only one in 76 million",
        "ex4-solution": "prints 266",
    }
    for cell, says in expected.items():
        solution = cells[cell].partition('<details class="solution">')[2].partition("</details>")[0]
        for code in re.findall(r"```python\n(.*?)```", solution, re.S):
            exec(code, names)
        printed = capsys.readouterr().out
        for words in says:
            assert words in printed, (cell, printed)
        assert in_words[cell] in cells[cell]


def test_an_advantage_shows_in_twenty_persons_and_not_in_one(cells, capsys):
    names = {}
    exec(cells["imports"], names)
    words = cells["ex4-solution"].partition("**Exercise 5**")[2]
    [code] = re.findall(r"```python\n(.*?)```", words, re.S)
    exec(code, names)
    lines = capsys.readouterr().out.strip().split("\n")
    rows = [re.fullmatch(r"(\d+)%: (\d+) of (\d+) \((\d+)% to (\d+)%\)", line).groups() for line in lines]
    few20, few200, many20, many200 = [[int(x) for x in row] for row in rows]
    assert [row[0] for row in (few20, few200, many20, many200)] == [0, 0, 10, 10]
    assert abs(few200[1] / 200 - 1 / 20) < 3 * np.sqrt(0.05 * 0.95 / 200)
    assert f"in {few20[1]} of 20 persons and in {few200[1]} of 200" in words
    assert f"in {many20[1]} of 20 and in {many200[1]} of 200" in words
    assert few20[4] < many20[3]
    assert f"{few20[3]} % to {few20[4]} % and {many20[3]} % to {many20[4]} %" in words
    assert f"in {200 - many200[1]} of the 200" in words
