"""Every number that the words and questions of lesson 11 and its lab state, computed anew."""

import math
import re

import numpy as np
import pytest

from immunereset.engine import YEAR, simulate
from immunereset.evidence import clopper_pearson, load
from immunereset.lesson import check, find_task
from immunereset.models.islet import (
    HIGH,
    LOST,
    RIDGE,
    attack,
    beta_for,
    critical_attack,
    graft,
    grafted_patient,
    islet,
    lasting_depth,
    treated_graft,
)
from immunereset.models.patients import reference_patient, reset_depth
from tests.wording import cells, told

LESSON, LAB = "11-new-beta-cells", "11-new-beta-cells-lab"


def grafted(mass, days=YEAR):
    return simulate(islet, days, graft(mass) + attack(0.03), start={"beta": 0.0})


def treated(**changes):
    start = reference_patient().final | {"beta": 0.0}
    return simulate(grafted_patient, 7 * YEAR, treated_graft(), start=start, **changes)


@pytest.mark.parametrize(
    ("task", "expected"),
    [("11-plateau", 0.0077), ("11-last-truce", 101), ("11-least-graft", 74), ("11-slow-critical", 2.70),
     ("11-islet-depth", 2.44)],
)  # fmt: skip
def test_answers(task, expected):
    assert find_task(task).answer == expected


@pytest.mark.parametrize(
    ("task", "wrong"), [("11-plateau", 7.7), ("11-plateau", 0.0135), ("11-last-truce", 209),
                        ("11-least-graft", 37), ("11-slow-critical", 13.5), ("11-slow-critical", 1.35), ("11-slow-critical", 0.0027)],
)  # fmt: skip
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"


def test_the_steps_of_the_sliders_are_fine_enough():
    """What the sliders show turns between neighbours, and the one to record is right."""
    ends = [simulate(islet, 8 * YEAR, attack(kappa))["G"][-1] for kappa in (0.0077, 0.0078)]
    assert ends[0] < HIGH < ends[1] and check("11-plateau", 0.0077).kind == "right"
    ends = [simulate(islet, 4 * YEAR, attack(0.03, day)).final["beta"] for day in (101, 102)]
    assert ends[0] > 37 > ends[1] and check("11-last-truce", 101).kind == "right"
    ends = [simulate(islet, 2 * YEAR, graft(mass, 0.5), start={"beta": 0.0}).final["beta"] for mass in (73, 74)]
    assert ends[0] < 37 < ends[1] and check("11-least-graft", 74).kind == "right"


def test_a_graft_is_lost_and_a_larger_one_later(said):
    runs = {mass: grafted(mass) for mass in (300, 600, 1200, 2400)}
    days = [run.first_day_below("beta", RIDGE, after=0.5) for run in runs.values()]
    assert [f"{day:.0f}" for day in days] == ["102", "122", "137", "151"]
    assert "From 102 to 122, 137, 151 days: about 20, 16 and 13 days" in told("11-doubling")
    assert [f"{gained:.0f}" for gained in np.diff(days)] == ["20", "16", "13"]
    assert (days[-1] - days[0]) / 7 == pytest.approx(7, abs=0.05) and "seven weeks" in said("share-words")
    assert "passes 126 on day 22 and 250 on day 102" in told("11-graft")
    assert runs[300].first_day_above("G", 250.0, after=0.5) == pytest.approx(102, abs=0.5)
    assert runs[300].first_day_above("G", HIGH, after=0.5) == pytest.approx(22, abs=0.1)
    assert runs[300].first_day_below("beta", LOST, after=0.5) - days[0] < 30
    assert runs[2400].at("G", 1) < 50, "with so many cells glucose is low"


def test_two_attacks_and_two_futures(said):
    runs = [simulate(islet, 8 * YEAR, attack(kappa)) for kappa in (0.0134, 0.0136)]
    assert [f"{run.at('G', YEAR):.0f}" for run in runs] == ["159", "161"]
    three = [run.at("G", 3 * YEAR) for run in runs]
    assert three[1] - three[0] < 10, "three years cannot tell them apart"
    assert f"{runs[0]['G'][-1]:.0f}" == "169" and f"{runs[0].final['beta']:.0f}" == "87"
    assert 6 < runs[1].first_day_below("beta", RIDGE) / YEAR < 7 and "in year 7" in told("11-plateaus")
    assert 6 < runs[1].first_day_below("beta", LOST) / YEAR < 7
    assert critical_attack() == pytest.approx(0.0135) and "13.5 of 1000" in said("critical-words")
    fastest = islet.defaults["r_1"] / (2 * islet.defaults["r_2"])
    assert f"glucose is {fastest:.0f}" in said("critical-words")


def test_the_end_of_an_attack(said):
    left = {day: simulate(islet, 4 * YEAR, attack(0.02, day)) for day in (205, 210)}
    assert [f"{run.at('beta', day):.0f}" for day, run in left.items()] == ["40", "36"]
    assert left[205].final["beta"] > 299 and left[210].final["beta"] < 1e-6
    assert f"{RIDGE:.0f}" == "37" and beta_for(250.0) == RIDGE
    assert "**ridge** at 37 mg" in said("truce-words") and "At 37 mg glucose is 250" in said("truce-words")


def test_both_jobs(said):
    day = {name: treated(**given).first_day_below("beta", RIDGE, after=0.5) for name, given in
           {"none": {}, "drug": dict(epsilon_0=0.9, drug_days=5 * YEAR), "2.40": dict(k=2.40)}.items()}  # fmt: skip
    assert [f"{one:.0f}" for one in day.values()] == ["112", "2005", "206"]
    assert day["drug"] - 5 * YEAR == pytest.approx(180, abs=0.5) and "180 days after the last dose" in told("11-stop")
    drug, weak, reset = treated(epsilon_0=0.9, drug_days=5 * YEAR), treated(epsilon_0=0.4), treated(k=2.45)
    assert f"{drug.at('beta', 5 * YEAR):.0f}" == "299" and "299 mg" in told("11-stop")
    assert [f"{weak.at(name, 5 * YEAR):.0f}" for name in ("beta", "G")] == ["134", "139"]
    assert f"{reset.final['beta']:.0f}" == "298"
    for words in (
        "lost on day 112",
        "134 mg in year 5, and glucose near 140",
        "299 mg",
        "lost on day 2005",
        "lost on day 206, or 298 mg",
    ):
        assert words in said("both-words"), words
    assert drug.first_day_above("E", 2, after=5 * YEAR) - 5 * YEAR < 35, "effectors are back within weeks"


def test_what_20_mg_more_do():
    alone, helped, attacked = (
        simulate(islet, 3000, protocol, start={"beta": 20.0}).final["beta"]
        for protocol in (attack(0.0), graft(20), graft(20) + attack(0.03))
    )
    assert alone < 1e-6 and helped > 299 and attacked < 1e-6


def test_a_honeymoon_is_a_slow_passage(said):
    creeps, shorter = (simulate(islet, 8 * YEAR, attack(kappa)) for kappa in (0.0136, 0.014))
    assert [f"{creeps.at('G', year * YEAR):.0f}" for year in (1, 4)] == ["161", "176"]
    assert "creeps from 161 to 176, and in year 7 the islet is lost" in said("critical-words")
    assert 6 < creeps.first_day_above("G", 250.0) / YEAR < 7, "in year 7"
    assert shorter.at("G", 2 * YEAR) < 200 and 2 < shorter.first_day_above("G", 200.0) / YEAR < 3, "two years"


def test_the_limit_of_speed(said):
    slow = {name: islet.defaults[name] / 10 for name in ("d_0", "r_1", "r_2")}
    assert f"{1000 * critical_attack(**slow):.2f} of 1000" in said("limits")
    days = [
        simulate(islet, YEAR, graft(mass) + attack(0.03), start={"beta": 0.0}, **slow).first_day_below(
            "beta", RIDGE, after=1
        )
        for mass in (300, 600, 1200, 2400)
    ]
    assert np.diff(days) == pytest.approx([23, 22, 21], abs=1.1), "more cells only shift the curve"


def test_the_blood_and_the_islet_ask_for_the_same_depth():
    assert lasting_depth() == pytest.approx(reset_depth(), abs=0.006)


def test_what_was_measured(said):
    outcomes, trials = load("trial_outcomes").set_index("row_id"), load("trials").set_index("study_id")
    row = outcomes.loc["T087"]
    assert (int(row.exp_value), int(row.exp_n)) == (10, 12)
    low, high = clopper_pearson(10, 12)
    assert f"{100 * low:.0f} to {100 * high:.0f} %" == "52 to 98 %" and told("11-interval").count("52 to 98 %") == 4
    assert load("safety").set_index("row_id").loc["S40", ["events", "n"]].tolist() == [2, 14]
    assert "Two of fourteen died; whether the treatment had a part" in said("square-read")
    assert "not judged here" in trials.loc["ZIMISLECEL"].key_limits
    assert "drugs held back an attack we have not seen" in said("square-read")
    assert "wording not seen" in trials.loc["CIPSC"].from_memory
    hba1c = outcomes.loc["T125"]
    assert (hba1c.value, hba1c.low, hba1c.high) == (-0.09, -0.42, 0.24) and "−0.09" in told("11-surrogate")
    for name in ("T125", "T126", "T127"):
        assert outcomes.loc[name].low < 0 < outcomes.loc[name].high, "each interval includes no difference"
    assert outcomes.loc["T122"].low > 0 and outcomes.loc["T122"].timepoint_months == 18
    assert "immunosuppression" in trials.loc["ZIMISLECEL"].key_limits and trials.loc["CIPSC"].n_total == 1
    assert "half or more" in trials.loc["UP421"].main_result and "lasting" in trials.loc["UP421"].key_limits
    assert "NOT met" in trials.loc["VX264"].main_result


def test_nothing_is_said_that_nobody_may_say(root):
    """No cure, no cause of the two deaths, no transplant of the one person with cells of their own."""
    lesson = " ".join(source for name, source in cells(LESSON).items() if not name.startswith("11-"))
    assert not re.search(
        r"\bcured?\b|liver|meningitis|dementia|20 of 23|phase 3", lesson.replace("not a cure", ""), re.I
    )


def test_the_solutions_of_the_lab_run(root, capsys):
    lab = cells(LAB)
    names = {}
    exec(lab["imports"], names)
    exec(lab["ex1-code"], names)
    for cell in ("ex2", "ex3"):
        solution = lab[cell].partition('<details class="solution">')[2]
        [code] = re.findall(r"```python\n(.*?)```", solution, re.S)
        exec(code, names)
    assert capsys.readouterr().out.split() == [
        "115",
        "mg",
        "566",
        "mg",
        "1",
        "37",
        "mg",
        "0.5",
        "74",
        "mg",
        "0.25",
        "148",
        "mg",
    ]
    assert "566 mg against 115" in lab["ex2"]
    assert math.isinf(simulate(islet, 60 * YEAR, attack(0.001), **{n: islet.defaults[n] / 10 for n in ("d_0", "r_1", "r_2")})
                      .first_day_below("beta", RIDGE))  # fmt: skip
