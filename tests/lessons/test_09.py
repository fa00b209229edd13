"""Lesson 09 and its lab: every number that its words and questions state, and the code of its solutions."""

import re

import numpy as np
import pytest
from scipy.stats import fisher_exact

from immunereset.engine import YEAR, Course, PhasePlane, Protocol, branch, eigenvalues, simulate
from immunereset.evidence import clopper_pearson, load
from immunereset.lesson import check, find_task, question
from immunereset.models.interventions import infection, mesenchymal_cells
from immunereset.models.joint import (
    ACTIVE,
    RANGE,
    ends_quiet,
    inflamed,
    infusion,
    infusions,
    joint,
    least_dose,
    resting,
    worst_day,
)
from immunereset.models.tolerance import tolerance
from tests.wording import cells, told

LESSON, LAB = "09-mesenchymal-cells", "09-mesenchymal-cells-lab"


def option(name, words):
    [found] = [one for one in question(name).options if words in one.words]
    return found


def course(dose, days, **changes):
    return simulate(joint, days[-1], infusion(dose), start=inflamed(**changes), points=days, **changes)


@pytest.mark.parametrize(
    ("task", "expected"),
    [("09-least-dose", 5.8), ("09-last-day", 340), ("09-half-life", 2.63), ("09-fold", 22.54), ("09-no-licence", 1.43)],
)
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize(
    ("task", "wrong"), [("09-least-dose", 3.7), ("09-least-dose", 6.0), ("09-last-day", 360), ("09-last-day", 180),
                        ("09-half-life", 1.81), ("09-fold", 8.91), ("09-fold", 15.67), ("09-no-licence", 5.74), ("09-no-licence", 0.85)],
)  # fmt: skip
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"


def test_the_step_of_the_slider_is_fine_enough():
    doses = np.round(np.arange(4.0, 8.01, 0.1), 1)
    works = ends_quiet(doses, c_2=12.0)
    assert doses[works].min() == find_task("09-least-dose").answer and works[doses >= 5.8].all()


def test_one_infusion():
    run = course(6.0, [0.0, 3.0, 8.0, YEAR])
    assert run["S"][1] == pytest.approx(6 / 8, rel=1e-4) and run["p"][0] == pytest.approx(0.391, abs=5e-4)
    assert (
        run["p"][-1] == pytest.approx(0.025, abs=5e-4)
        and f"{run['C'][-1]:.0f} %" in option("09-one-year", "cartilage").feedback
    )
    [quiet, saddle, _] = resting()
    assert run["p"][2] < saddle["p"] and quiet["p"] < ACTIVE


def test_four_doses_and_what_they_meet(said):
    third, week = (
        simulate(joint, 30, infusions(2.0, gap=gap), start=inflamed(), points=np.arange(31)) for gap in (3.0, 7.0)
    )
    assert f"{third['p'][3]:.2f}" == "0.20" and "down to 0.20" in said("gap-explained")
    assert f"{week['p'][14]:.2f}" == "0.78" and "a flare of 0.78" in said("gap-explained")
    works = {gap: ends_quiet([2.0], infusions(gap=gap), days=90.0)[0] for gap in (1.0, 3.0, 7.0, 8.0)}
    assert works == {1.0: True, 3.0: False, 7.0: True, 8.0: False}
    assert not ends_quiet([2.0])[0], "one infusion of 2 fails"


def test_the_crossing_is_gone_until_the_ball_has_crossed_the_ridge(said):
    assert "day=0)" in said("hit") and "day=1)" in said("hit")
    run = course(6.0, [0.0, 1.0])
    axes = ("a", "p", (3e-3, 10), (1e-2, 5))
    rests = [PhasePlane(joint, *axes, held={"S": S}).steady_states() for S in run["S"]]
    assert [len(found) for found in rests] == [1, 3]
    assert PhasePlane(joint, *axes).basin(run["a"], run["p"]).tolist() == [2, 0], "inflamed, then quiet"


def test_the_third_day(said):
    days = np.linspace(0, 30, 6001)
    fails, works, less = (course(dose, days)["p"] for dose in (3.6, 3.7, 3.0))
    assert (
        [f"{p[600]:.3f}" for p in (fails, works)]
        == ["0.123", "0.120"]
        == re.findall(r"0\.1\d\d", said("twins-explained"))
    )
    assert works[-1] < ACTIVE < fails[-1]
    assert (
        f"{fails[600:].max():.2f}" == "0.91"
        and round(days[600 + fails[600:].argmax()]) == 12
        and fails.max() > 2 * fails[0]
    )
    assert f"{less.max():.2f}" == "0.80" and round(days[less.argmax()]) == 7
    assert "flares to 0.91" in said("twins-explained") and "flares to 0.80 on day 7" in said("twins-explained")


def test_a_joint_without_a_quiet_state(said):
    days = np.linspace(0, 60, 12001)
    p = course(20.0, days, c_2=20.0)["p"]
    assert f"{p[0]:.3f}" == "0.874" and "0.874" in said("another")
    assert f"{p[800]:.3f}" == "0.029" and "0.029" in said("stage-none") and 20 > 3 * 6
    assert f"{p.max():.2f}" == "3.35" and round(days[p.argmax()]) == 11
    assert all(
        "3.35 on day 11" in option("09-no-quiet", words).feedback
        for words in ("Quiet", "Back at its old", "Better than")
    )
    assert p[3600] == pytest.approx(p[0], rel=0.02) and abs(p[-1] / p[0] - 1) < 1e-3
    assert not ends_quiet(np.arange(0.0, 201.0, 5.0), days=60.0, c_2=20.0).any()


def test_three_kinds_of_joint(said):
    low, high = branch(joint, "c_2", "p", RANGE).folds
    assert f"{low:.2f}" in said("joint-explained") and f"{high:.2f}" in said("joint-explained")
    found = [least_dose(c_2=c_2) for c_2 in (10.0, 12.0, 15.0)]
    assert "more than {:.1f} at 10, more than {:.1f} at 12, more than {:.1f} at 15".format(*found) in said(
        "joint-explained"
    )
    assert simulate(joint, 60, start=inflamed(), c_2=5.0).final["p"] < ACTIVE


def test_the_worst_day(said):
    before = worst_day(c_2=16.0, c_4=7.0)
    start = {name: before.final[name] for name in ("p", "a")}
    days = np.linspace(0, 15, 3001)
    none, cells = (
        simulate(joint, 15, infusion(dose), start=start, points=days, c_2=16.0, c_4=7.0)["p"] for dose in (0.0, 3.0)
    )
    falls = [f"{100 * (1 - p[400] / p[0]):.0f} %" for p in (none, cells)]
    assert falls == ["64 %", "74 %"] and all(fall in said("cycle-explained") for fall in falls)
    assert f"{cells[600:].max():.2f} instead of {none[600:].max():.2f}" in said("cycle-explained")
    assert f"{none.min():.2f} to {none.max():.2f}" in said("cycle") and "5.6 days" in said("cycle")


def from_day(first, n, gap, half_life=1.0, until=10 * YEAR, points=None):
    points = points if points is not None else [until]
    return simulate(tolerance, until, infection() + mesenchymal_cells(50.0, first, n, gap, half_life), points=points)


def test_the_whole_immune_system(said):
    words = said("immune-explained")
    ends = {first: from_day(first, 24, 7.0) for first in (340.0, 360.0)}
    assert [bool(run["E"][-1] < 2) for run in ends.values()] == [True, False]
    memory = [simulate(tolerance, first, infection()).final["M"] for first in (340, 360, 5 * YEAR)]
    assert f"with {memory[0]:.1f} memory cells at the start" in words
    assert f"with {memory[1]:.1f}," in words and f"with {memory[2]:.0f}," in words
    fine = np.linspace(5 * YEAR, 5 * YEAR + 300, 3001)
    assert f"never fall below {from_day(5 * YEAR, 24, 7.0, points=fine)['E'].min():.1f}" in words
    monthly = from_day(180.0, 6, 28.0, points=np.append(np.linspace(180, 400, 4401), 10 * YEAR))
    assert f"{monthly['E'][0]:.1f} before" in words and f"{monthly['E'].min():.1f}" == "8.2" and monthly["E"][-1] > 2
    assert [bool(from_day(180.0, n, 7.0)["E"][-1] < 2) for n in (12, 13, 16)] == [False, True, True]
    assert from_day(180.0, 2, 28.0, 7.0)["E"][-1] < 2 < from_day(180.0, 1, 28.0, 7.0)["E"][-1]


def test_the_limits(said):
    p = simulate(
        joint, 60, infusion(6.4), start=inflamed(c_4=1.0, c_2=8.0), points=np.linspace(0, 60, 3001), c_4=1.0, c_2=8.0
    )["p"]
    assert f"{p.max():.1f}" == "3.4" and f"{p[0]:.2f}" == "2.96" and f"{least_dose(K_L=0.0):.2f}" in said("limits")


def test_what_patients_showed(said):
    rows = load("trial_outcomes").set_index("row_id")
    first, repeat = rows.loc["T029"], rows.loc["T170"]
    assert (first["value"], first["low"], first["high"]) == (15.8, 0.5, 31.2) and "15.8" in question(
        "09-repeat"
    ).wording
    assert "{:g} more (95 % interval −{:g} to {:g})".format(repeat["value"], -repeat["low"], repeat["high"]) in said(
        "repeat-explained"
    )
    third = [rows.loc[name] for name in ("T098", "T100", "T102", "T104")]
    counts = [round(row["value"] * row["n"] / 100) for row in third]
    assert counts == [5, 3, 1, 0] and sum(row["n"] for row in third[:3]) == 46
    p = fisher_exact([[9, 37], [0, 7]]).pvalue
    assert f"9 of 46 against 0 of 7: Fisher's exact test gives p = {p:.2f}" in said("cx611-explained")
    assert f"up to {100 * clopper_pearson(0, 7)[1]:.0f} %" in option("09-seven", "Neither").feedback
    assert round(rows.loc["T103", "value"] * 7 / 100) == 2
    words = said("trials-explained")
    mesems = rows.loc["T028"]
    assert (
        "{:g} ({:g} to {:.2f})".format(mesems["value"], mesems["low"], mesems["high"]) in words
        and round(100 * (1 - mesems["low"])) == 42
    )
    cells, saline = rows.loc["T110", "value"], rows.loc["T111", "value"]
    assert f"{cells:g} % with cells and {saline:g} % with saline" in words
    assert f"{rows.loc['T172', 'value']:g} and {rows.loc['T173', 'value']:g} %" in words
    trials = load("trials").set_index("study_id")
    for study, found in {"DENG2017": "9/12", "MSCNP2021": "7 with", "RYONCIL": "70%", "ITMSC2020": "2/30"}.items():
        assert found in trials.loc[study, "main_result"]
    assert trials.loc["RYONCIL", "n_total"] == 54 and trials.loc["KEBRIAEI2020", "n_total"] == 260
    for sentence in (told("09-supported"), said("summary")):
        assert "did not show a lasting benefit" in sentence, "check 2: neither a benefit nor its absence"


def test_the_cells_of_every_dose_are_gone_within_two_weeks(root):
    run = simulate(joint, 14, infusion(8.0), start=inflamed())
    assert run.final["S"] < 1e-3 and "gone within two weeks" in (root / "book" / "thresholds.md").read_text("utf-8")


def test_a_course_may_start_some_days_after_a_parameter():
    later = mesenchymal_cells(first=180.0, n=3)
    fixed = Protocol(*(Course("S", 50.0, 180.0 + 7.0 * i, half_life=1.0) for i in range(3)))
    points = [180.0, 190.0, 250.0]
    one, other = (simulate(tolerance, 250, infection() + p, points=points)["E"] for p in (later, fixed))
    assert one == pytest.approx(other, rel=1e-9) and "infusion 2 from day 187 (first_day + 7)" in repr(later)


def test_no_answer_of_the_labs_tasks_stands_on_the_pages(root):
    from nbformat import read

    every = [cell for name in (LESSON, LAB) for cell in read(root / "notebooks" / f"{name}.ipynb", 4).cells]
    pages = "\n".join(str([cell.source, cell.get("outputs", "")]) for cell in every)
    for name in ("09-fold", "09-half-life", "09-no-licence"):
        assert f"{find_task(name).answer:.2f}" not in pages, name


def test_the_solutions_of_the_lab(capsys):
    lab = cells(LAB)
    [code] = re.findall(r"```python\n(.*?)```", lab["ex3"].partition('<details class="solution">')[2], re.S)
    names = {}
    exec(lab["imports"] + "\n" + code, names)
    assert capsys.readouterr().out == "least dose 4.55, without it 3.62\n" and "from 3.62 to 4.55" in lab["ex3"]
    assert least_dose(K_L=0.0, c_2=12.0) / least_dose(c_2=12.0) == pytest.approx(0.25, abs=0.005)
    assert "a quarter of the dose with licensing" in lab["ex2-solution"]
    for state in resting():
        values = eigenvalues(joint, state)
        assert np.isclose(values, -np.log(2)).sum() == 1 and "−0.693" in lab["rests"]
        assert np.isclose(values, -joint.defaults["k_d"] * state["p"]).sum() == 1
