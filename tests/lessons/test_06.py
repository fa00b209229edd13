"""Lesson 06: its answers, what a reader without code finds with the sliders, and the code of its solutions."""

import re

import pytest
from nbformat import read

from immunereset.evidence import estimate, load
from immunereset.lesson import check, find_task


@pytest.mark.parametrize(
    ("task", "expected"),
    [("06-nadir", 11.3), ("06-double", 1.5), ("06-tenfold", 2.4), ("06-no-graft", 4.5), ("06-gcsf", 0.8),
     ("06-dose", 10.5), ("06-last-cell", 10.4)],
)  # fmt: skip
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("task", "found"),
    [
        ("06-double", 10.7 - 9.2),
        ("06-double", 2 * 0.73),
        ("06-tenfold", 12.9 - 10.5),
        ("06-no-graft", 14.9 - 10.5),
        ("06-gcsf", 10.5 - 9.7),
        ("06-dose", 10.5),
    ],
)
def test_what_a_reader_subtracts_from_the_sentences_is_near_enough(task, found):
    assert check(task, found).kind == "right"


@pytest.mark.parametrize(
    ("task", "wrong"),
    [("06-nadir", 7.9), ("06-nadir", 5.7), ("06-double", 9.2), ("06-double", 0.7), ("06-double", 8.0), ("06-double", 2.7), ("06-gcsf", 1.0), ("06-double", -1.5),
     ("06-double", 1.8), ("06-tenfold", 7.3), ("06-no-graft", 14.9), ("06-no-graft", 11.7), ("06-gcsf", 4), ("06-dose", 5), ("06-last-cell", 9.7)],
)  # fmt: skip
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"


@pytest.fixture(scope="module")
def cells(root):
    return {cell.id: cell.source for cell in read(root / "notebooks" / "06-transplant.ipynb", 4).cells}


def test_the_waits_in_the_question_are_those_of_the_data(cells):
    with_graft = load("reconstitution").set_index("row_id").loc["R01"]
    without = load("engraftment").set_index("row_id").loc["G19"]
    for row in (with_graft, without):
        days = f"{row.value:.0f} days ({row.low:.0f} to {row.high:.0f})"
        assert days in cells["06-without-a-graft"]
        assert days == estimate(row).replace(" day ", " days ").replace(", range", "")


def test_the_days_in_the_prose_are_those_of_the_model(cells):
    from immunereset.models.engraftment import recover

    assert (
        f"{recover().engraftment_day:.1f} and {recover(0, 5.5).engraftment_day:.1f} days" in cells["06-without-a-graft"]
    )
    assert "ten and a half days" in cells["predict"] and recover().engraftment_day == pytest.approx(10.5, abs=0.1)
    assert "about ten doublings" in cells["why-explained"] and "**save one of these ten**" in cells["why-explained"]
    gains = [recover(d, boost=0, F_max=F).engraftment_day for F in (1.7, 3) for d in (0.5, 20)]
    assert f"{gains[2] - gains[3]:.1f} days instead of {gains[0] - gains[1]:.1f}" in cells["ex1-explained"]
    assert recover(5, boost=0).engraftment_day == pytest.approx(11.98, abs=0.015)  # "a little before day 12"


def test_what_the_prose_says_of_the_toy_is_so():
    import numpy as np

    from immunereset.engine import simulate
    from immunereset.models.engraftment import SEEDING, days_for_a_factor, recover, single_dose
    from immunereset.models.myelosuppression import COUNT, myelosuppression

    run = simulate(myelosuppression, 40, single_dose(), points=np.arange(0, 40.005, 0.01), MTT=3.7)
    # "stays nearly empty until about day 5, and what refills it then has to travel down the line, too"
    assert run["P"][50:501].max() < 0.1 * COUNT and run["P"][800] > 2.5 * run["P"][500]
    assert run["C"][200] > 0.85 * COUNT  # "as long as the blood is full, nobody calls": F < 1.03 on day 2
    assert (COUNT / run["C"][200]) ** myelosuppression.parameters["gamma"].value < 1.03
    assert run["C"][100] > 0.98 * COUNT  # "on the first day after the dose the count in the blood hardly moves"
    later = simulate(myelosuppression, 42, single_dose(day=2), points=np.arange(0, 42.005, 0.01), MTT=3.7)
    assert later.t[later["C"].argmin()] - 2 == pytest.approx(run.t[run["C"].argmin()], abs=0.02)
    assert later["C"][200:300] == pytest.approx(run["C"][:100], rel=1e-4)

    assert round(np.log2(COUNT / (5 * SEEDING))) == 13
    assert round(np.log2(COUNT / 10 / (5 * SEEDING))) == 10
    usual = recover()  # "these cells must then travel down the line"
    tenth = usual.days[np.argmax((usual.days > 1) & (usual.run["P"] > COUNT / 10))]
    assert tenth < usual.engraftment_day - 1.5
    # "the last before the count is back. By then G-CSF is on"
    assert tenth > 5
    assert recover(5).engraftment_day - recover(10).engraftment_day == pytest.approx(
        days_for_a_factor(2, 0.25), abs=0.02
    )
    # "from about 5 logs on", and at 4 logs "survivors alone are about as fast"
    with_graft = {ell: recover(5, ell).engraftment_day for ell in (3, 4, 5, 9)}
    assert abs(with_graft[5] - with_graft[9]) < 0.1 and with_graft[9] - with_graft[3] > 2
    assert recover(0, 4).engraftment_day - with_graft[4] < 1


def test_the_toy_is_a_little_later_than_the_middles_and_inside_the_ranges():
    from immunereset.models.engraftment import recover

    toy = recover().engraftment_day
    tables = load("reconstitution"), load("engraftment")
    rows = [
        t.set_index("row_id").loc[i]
        for t, i in [(tables[0], "R01"), (tables[0], "R03"), (tables[1], "G06"), (tables[1], "G14")]
    ]
    assert all(0 < toy - row.value < 3 for row in rows)
    ranges = [row for row in rows if row.interval == "range"]
    assert len(ranges) == 2 and all(row.low < toy < row.high for row in ranges)


def test_the_code_of_the_solutions_runs_and_finds_the_answers(cells, capsys):
    names = {}
    exec(cells["imports"], names)
    expected = {
        "ex1-explained": ["1.7 15.0 10.1", "3 9.6 8.0"],
        "ex3-solution": ["0.77"],
        "ex4-solution": ["10.5 11.0"],
        "ex5-solution": ["10.4 logs", "left at 14 logs: 0.0003 cells", "day 34"],
    }
    for cell, says in expected.items():
        solution = cells[cell].partition('<details class="solution">')[2].partition("</details>")[0]
        [code] = re.findall(r"```python\n(.*?)```", solution, re.S)
        exec(code, names)
        printed = capsys.readouterr().out
        for words in says:
            assert words in printed, (cell, printed)
