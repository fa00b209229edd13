"""Every number that the words and questions of lesson 06 and its lab state, computed anew."""

import re

import numpy as np
import pytest

from immunereset.engine import simulate
from immunereset.evidence import clopper_pearson, estimate, load
from immunereset.lesson import check, find_task
from immunereset.models.engraftment import INFUSION, SEEDING, days_for_a_factor, recover, single_dose
from immunereset.models.myelosuppression import COUNT, NEUTROPENIA, myelosuppression
from tests.wording import cells, told
from tools import lessons

LESSON, LAB = "06-transplant", "06-transplant-lab"


def at(run, name, day):
    """A state on a day after the infusion; what happens on that day has happened."""
    return float(np.interp(day + INFUSION, run.run.t, run.run[name]))


def dosed(**changes):
    return simulate(myelosuppression, 40, single_dose(), points=np.arange(0, 40.005, 0.01), **({"MTT": 3.7} | changes))


def lowest(**changes):
    run = dosed(**changes)
    return float(run.t[run["C"].argmin()]), float(run["C"].min())


@pytest.mark.parametrize(
    ("task", "expected"),
    [("06-nadir", 11.3), ("06-double", 1.5), ("06-graft-gains", 4.4), ("06-gcsf", 0.8), ("06-dose", 10.5), ("06-last-cell", 10.4)],
)  # fmt: skip
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("task", "found"),
    [("06-double", 10.7 - 9.2), ("06-double", 2 * 0.73), ("06-graft-gains", 4.3), ("06-gcsf", 10.5 - 9.7), ("06-dose", 10.5)],
)  # fmt: skip
def test_what_a_reader_reads_off_is_near_enough(task, found):
    assert check(task, found).kind == "right"


@pytest.mark.parametrize(
    ("task", "wrong"),
    [("06-nadir", 7.9), ("06-nadir", 5.7), ("06-double", 9.2), ("06-double", 0.7), ("06-double", 8.0), ("06-double", 2.7), ("06-gcsf", 1.0),
     ("06-double", -1.5), ("06-graft-gains", 5), ("06-graft-gains", 3), ("06-gcsf", 4), ("06-dose", 5), ("06-last-cell", 9.7)],
)  # fmt: skip
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"


def test_the_slider_of_the_depth_turns_where_the_task_says():
    gains = [recover(0, ell).engraftment_day - recover(5, ell).engraftment_day for ell in (3, 4.3, 4.4, 5)]
    assert gains[0] < 0.1 and gains[1] < 1 < gains[2] and gains[3] > 2, "and what is said to wrong answers"


def test_two_patients(said):
    one, two = recover(5), recover(10)
    assert f"{one.engraftment_day:.1f}, {two.engraftment_day:.1f}" == "10.5, 9.7" and "engrafts on day 10.5" in said(
        "two"
    )
    assert one.engraftment_day - two.engraftment_day == pytest.approx(0.73, abs=0.005) and "only 0.73 day" in said(
        "two-words"
    )
    assert days_for_a_factor(2, 0.25) == pytest.approx(0.73, abs=0.005) and "0.73 day" in told("06-two-patients")
    assert [round(100 * at(run, "C", 8)) for run in (one, two)] == [5, 10] and "5 neutrophils and 10" in told(
        "06-two-patients"
    )
    assert [at(two, "P", day) / at(one, "P", day) for day in (0.05, 4, 8)] == pytest.approx([2, 2, 2], abs=0.001)
    assert recover(755).engraftment_day == pytest.approx(one.engraftment_day / 2, abs=0.005)
    assert 755 / 5 == 151 and "755 million cells per kg: 151 times" in told("06-two-patients")
    assert f"Day {one.engraftment_day / 2:.1f}" == "Day 5.2" and "Day 5.2" in told("06-two-patients")
    assert round(100 * at(one, "C", 0)) == 67 and round(100 * COUNT) == 505


def test_the_steps_are_those_of_the_protocol(said):
    """Conditioning lasts from day -6 to day -1, G-CSF begins on day 5, and ten steps are told."""
    names = re.findall(r'Step\("([^"]+)", \d, ([^,]+), ([^,]+),', said("stage-two"))
    assert len(names) == 10 and "ten steps" in said("steps-table")
    days = {name: (start, stop) for name, start, stop in names}
    assert days["Conditioning"] == ("-6", "-1") and days["Infusion"] == ("0", "None")
    usual = recover().run
    assert usual.at("P", INFUSION - 1.001) < usual.at("P", INFUSION - 1.2), "it still kills just before day -1"
    assert usual.at("P", INFUSION - 0.9) > usual.at("P", INFUSION - 1), "and no more after it"


def test_the_line(said):
    run = dosed()
    assert [f"{run['C'][100 * day]:.1f}" for day in (1, 4)] == ["5.0", "2.2"] and "5.0 of 5.05" in told("06-lowest")
    assert lowest() == pytest.approx((7.94, 0.61), abs=0.01)
    day, count = lowest(D_0=2.4)
    assert f"{count:.2f} instead of {lowest()[1]:.2f}" == "0.11 instead of 0.61" and "0.11 instead of 0.61" in said(
        "line-words"
    )
    assert day - lowest()[0] == pytest.approx(1.5, abs=0.05) and "a day and a half later" in said("line-words")
    assert [f"{lowest(MTT=MTT)[0]:.1f}" for MTT in (1.7, 7.7)] == ["4.5", "14.7"]
    assert lowest(MTT=7.7)[1] > lowest()[1], "less deep"
    assert "lowest on day 4.5, at [7.7]" in said("line-words") and "on day 14.7" in said("line-words")
    assert COUNT / run["P"][100] == pytest.approx(16, abs=1) and "about a sixteenth" in said("line-words")
    assert "below a tenth until about day 5" in said("line-words")
    assert run["P"][50:501].max() < 0.1 * COUNT and run["P"][800] > 2.5 * run["P"][500], (
        "below a tenth until about day 5"
    )
    assert (COUNT / run["C"][200]) ** myelosuppression.parameters["gamma"].value < 1.03, "nobody calls"
    assert run["C"][100] > 0.98 * COUNT, "on the first day the count hardly moves"


def test_seed(said):
    usual = recover()
    least = usual.run["P"].argmin()
    assert usual.days[least] == pytest.approx(-1, abs=0.051)
    assert COUNT / usual.run["P"][least] == pytest.approx(7e8, rel=0.05) and "One precursor in 700 million" in said(
        "seed-words"
    )
    assert f"holds {100 * at(usual, 'C', -1):.0f} dots of {100 * COUNT:.0f}" in said("seed-words")
    assert (
        at(usual, "C", 0) > NEUTROPENIA
        and f"{usual.nadir_day:.1f}" == "5.9"
        and "lowest on day 5.9" in told("06-marrow-worst")
    )
    assert round(100 * usual.nadir) == 1 and "single dot" in said("seed-words")
    assert at(usual, "P", 5.9) / at(usual, "P", 0.001) == pytest.approx(74, abs=0.5) and "74-fold" in said("seed-words")
    assert "74-fold" in told("06-marrow-worst")
    assert round(np.log2(COUNT / (5 * SEEDING))) == 13 and "13 doublings" in said("seed-words")
    assert round(np.log2(COUNT / 10 / (5 * SEEDING))) == 10 and "about ten" in said("seed-words")
    tenth = usual.days[np.argmax((usual.days > 1) & (usual.run["P"] > COUNT / 10))]
    assert tenth == pytest.approx(8, abs=0.5) and "done by about day 8" in said("seed-words")
    assert usual.engraftment_day - tenth == pytest.approx(2, abs=0.3) and "takes two days more" in said("seed-words")
    assert f"{recover(gcsf_day=1).engraftment_day:.1f}" == "9.7" and "on day 9.7" in said("seed-words")
    assert f"{recover(0.5).engraftment_day - usual.engraftment_day:.1f} days later" in told("06-ten-times-fewer")
    assert f"{np.log2(10):.1f} doublings" in told("06-ten-times-fewer") and 2**10 == 1024
    assert f"{10 * days_for_a_factor(2, 0.25):.1f} days later" in told("06-ten-times-fewer")
    assert f"{9 * usual.engraftment_day:.0f} days later: ten times" in told("06-ten-times-fewer")


def test_the_call_at_its_limit(said):
    """From an empty marrow, without a drug: as many times more divide than leave as the limit says."""
    limit, pace = myelosuppression.parameters["F_max"].value, 4 / myelosuppression.parameters["MTT"].value
    assert 1 + np.log(2) / (days_for_a_factor(2, 0) * pace) == pytest.approx(limit)
    assert f"up to {limit:g}: then {limit:g} times as many divide as leave" in said("model")


def test_without_cells(said):
    days = {(dose, ell): recover(dose, ell).engraftment_day for dose in (0, 5) for ell in (2, 5, 7, 9)}
    assert {key: f"{day:.1f}" for key, day in days.items()} == {
        (0, 2): "6.0", (0, 5): "12.6", (0, 7): "17.3", (0, 9): "22.1", (5, 2): "6.0", (5, 5): "10.4", (5, 7): "10.5", (5, 9): "10.5",
    }  # fmt: skip
    assert (days[0, 2] - days[5, 2]) * 24 < 1, "not an hour earlier"
    for words in ("back on day 6.0", "day 12.6", "day 22.1", "give day 10.4 and 10.5"):
        assert words in said("none-words"), words
    assert days[0, 7] - days[5, 7] == pytest.approx(7, abs=0.3) and "A week later" in told("06-no-cells")
    assert f"On day {days[5, 7]:.1f}, as with 5 million" in told("06-no-cells")
    assert f"About day {days[0, 7]:.0f}" in told("06-no-cells")
    assert days_for_a_factor(10, 0.25) == pytest.approx(2.4, abs=0.05) and "costs 2.4 days" in told("06-no-cells")


def test_what_was_measured(said):
    groups, measured = (load(name).set_index("row_id") for name in ("reconstitution", "engraftment"))
    with_graft, without = groups.loc["R01"], measured.loc["G19"]
    for row in (with_graft, without):
        days = f"{row.value:.0f} days ({row.low:.0f} to {row.high:.0f})"
        assert days in told("06-without-a-graft") and days == estimate(row).replace(" day ", " days ").replace(
            ", range", ""
        )
    assert (with_graft.n, with_graft.value, with_graft.interval) == (34, 9, "range") and "In 34 people" in told(
        "06-range"
    )
    assert "the median day" in told("06-range") and "median" in with_graft["measure"]
    assert "From day 7 to day 13" in told("06-range")
    notebook = lessons.read(lessons.NOTEBOOKS / f"{LESSON}.ipynb")
    [figure] = [cell for cell in notebook.cells if cell.id == "anchors"]
    assert "after-answer" in figure.metadata["tags"], "it shows the range, and waits for the choice"
    toy = recover().engraftment_day
    rows = [groups.loc["R01"], groups.loc["R03"], measured.loc["G06"], measured.loc["G14"]]
    assert all(0 < toy - row.value < 3 for row in rows) and "among these groups" in said("anchors-words")
    assert 8.5 <= np.mean([row.value for row in rows]) <= 9.5 and "wait was about nine days" in said("summary")
    more, fewer = measured.loc["G16"], measured.loc["G17"]
    assert fewer.value - more.value == 1 and "one day earlier with more than 15 million" in said("anchors-words")
    to_one = [recover(dose).run.first_day_above("C", 1.0, after=INFUSION + 2) - INFUSION for dose in (20, 5)]
    assert "says {:.1f} against {:.1f}".format(*to_one) in said("anchors-words")
    assert (
        measured.loc["G23"].value - measured.loc["G22"].value == 1
        and "not drawn by lot" in measured.loc["G22"].statement
    )
    assert (
        measured.loc["G21"].n == 200
        and "similar" in measured.loc["G21"].statement
        and "200 people" in said("anchors-words")
    )
    low, high = clopper_pearson(1, 130)
    assert f"{100 * low:.1f} to {100 * high:.1f}" == "0.0 to 4.2"
    assert measured.loc["G05", ["events", "n"]].tolist() == [1, 130] and measured.loc[
        "G24", ["events", "n"]
    ].tolist() == [5, 19]
    assert measured.loc["G03"].value == 2.6 and "2.6 % died of collecting" in said("price")
    assert measured.loc["G12"].value == 14.8 and "14.8 %" in said("limits")
    assert "slower after a myeloablative" in measured.loc["G08"].statement
    review = load("safety").set_index("row_id").loc["S15"]
    assert (review.n, review.value) == (764, 2.1) and "764 people" in said("price")


def test_what_the_lab_says(said):
    assert recover(5, boost=0).engraftment_day == pytest.approx(11.98, abs=0.015) and "give day 12" in said(
        "dose-words"
    )
    gains = [recover(d, boost=0, F_max=F).engraftment_day for F in (1.7, 3) for d in (0.5, 20)]
    assert gains[2] - gains[3] < (gains[0] - gains[1]) / 3 and "\n\nLess." in said("limit-words")
    assert load("engraftment").set_index("row_id").loc["G25", ["events", "n"]].tolist() == [
        0,
        63,
    ] and "63 patients" in said("change-words")


def test_the_code_of_the_solutions_runs_and_finds_the_answers(said, capsys):
    names = {}
    exec(said("imports"), names)
    exec(said("ex1-code"), names)
    capsys.readouterr()
    expected = {
        "ex2": ["4.1 53%", "4.2 47%"],
        "ex3-solution": ["0.77"],
        "ex4-solution": ["10.4 logs", "left at 14 logs: 0.0003 cells", "day 34"],
    }
    for cell, says in expected.items():
        solution = cells(LAB)[cell].partition('<details class="solution">')[2].partition("</details>")[0]
        [code] = re.findall(r"```python\n(.*?)```", solution, re.S)
        exec(code, names)
        printed = capsys.readouterr().out
        for words in says:
            assert words in printed, (cell, printed)
