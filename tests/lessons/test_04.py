"""Lesson 04 and its lab: every number that its words and questions state, and the code of its solutions."""

import math
import re

import numpy as np
import pytest

from immunereset.engine import YEAR, simulate, trace
from immunereset.evidence import load
from immunereset.lesson import check, find_task, question
from immunereset.models.interventions import drug, fading_drug, infection, orders_in_words, transplant
from immunereset.models.memory_threshold import effector_ridge, memory_threshold
from immunereset.models.patients import reference_patient
from immunereset.models.sequestration import lock_out, peak_after, sequestration
from immunereset.models.suppression import (
    effectors_on_drug,
    shortest_course,
    state_after_drug,
    wait_after_fading,
    wait_after_removal,
    wait_for_relapse,
    wait_with_harm,
    window_of_opportunity,
)
from immunereset.models.tolerance import ACTIVE, tolerance
from tests.wording import cells

LESSON, LAB = "04-suppression", "04-suppression-lab"


def states(values):
    """Every fixed point of the effectors with all else held, as (value, whether it is a floor)."""
    E = np.geomspace(1e-4, 100, 20001)
    start, inputs = values
    y = np.array([E if name == "E" else np.full_like(E, start[name]) for name in tolerance.states])
    growth = tolerance.derivative(0.0, y, tolerance.values({}) | tolerance.held(inputs))[
        list(tolerance.states).index("E")
    ]
    turns = np.flatnonzero(np.sign(growth[1:]) != np.sign(growth[:-1]))
    return [(E[i], growth[i] > 0) for i in turns]


def days_until_back(start, begin=0):
    run = simulate(
        tolerance, start + 11 * YEAR, infection() + drug(0.9, start, YEAR), points=np.arange(begin, start + 11 * YEAR)
    )
    return run, run.first_day_above("E", ACTIVE, after=start + YEAR, lasting=14) - start - YEAR


@pytest.mark.parametrize(
    ("task", "expected"),
    [("04-dose", 0.53), ("04-years", 16), ("04-rebound", 98), ("04-window", 405), ("04-half-life", 6.9),
     ("04-shortest-course", 16.9), ("04-fading", 17), ("04-omega", 10), ("04-day-500", 3.2)],
)  # fmt: skip
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("task", "found"),
    [("04-dose", 0.53), ("04-years", 16), ("04-window", 405), ("04-rebound", 98)],
)
def test_the_steps_of_the_sliders_are_fine_enough(task, found):
    assert check(task, found).kind == "right"


def test_a_strength_that_the_stage_calls_not_held_is_not_accepted():
    assert effectors_on_drug([0.52])[0] > ACTIVE > effectors_on_drug([0.53])[0]
    assert check("04-dose", 0.52).kind == "near"


@pytest.mark.parametrize(
    ("task", "wrong"), [("04-dose", 0.6), ("04-years", 15), ("04-years", 17), ("04-rebound", 97), ("04-rebound", 0.98), ("04-window", 400),
                        ("04-fading", 62), ("04-omega", 32), ("04-day-500", 4.5)],
)  # fmt: skip
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"


def test_the_fast_clock_and_the_slow_one(said):
    words = said("two-clocks")
    run = simulate(tolerance, 5 * YEAR, drug(0.9, 0, 5 * YEAR), start=reference_patient(), points=[0, 30, 60, 5 * YEAR])
    assert [f"{n:.2g}" for n in run["E"]] == ["14", "1.1", "0.13", "0.024"]
    assert [f"{n:.0f}" for n in run["M"][[0, -1]]] == ["26", "16"]
    for number in ("1.1", "0.13", "26", "16"):
        assert number in words
    assert (
        ">effectors<" in said("five-years").partition("14 <strong")[2]
        and orders_in_words(0.9) == "takes away 90 of 100 orders to attack"
    )


def test_the_drug_tilts_the_land(said):
    start, stopped = reference_patient().final, state_after_drug(5 * YEAR)
    assert [floor for _, floor in states((start, {}))] == [True] == [floor for _, floor in states((stopped, {}))]
    floors = {dose: states((start, {"epsilon": dose})) for dose in (0.0, 0.5, 0.6, 0.9)}
    assert all(len(found) == 1 for found in floors.values())
    assert [f"{floors[dose][0][0]:.2g}" for dose in floors] == ["14", "1.2", "0.37", "0.032"]
    assert "from 14 to 1.2, to 0.37, to 0.03" in said("dose-explained")


def test_the_floor_moves_back_as_regulatory_cells_fall(said):
    start = reference_patient().final
    year = simulate(tolerance, YEAR, drug(0.5, 0, 2 * YEAR), start=reference_patient()).final
    assert (f"{start['R']:.0f}", f"{year['R']:.0f}", f"{year['E']:.1f}") == ("64", "53", "2.7")
    [(floor, _)] = states((start | {"R": year["R"]}, {"epsilon": 0.5}))
    assert floor == pytest.approx(2.7, abs=0.1), "these alone move it back"
    assert "53 instead of 64" in said("dose-explained") and "ends at 2.7" in said("dose-explained")


def test_a_stronger_drug_hardly_shortens_the_years():
    assert shortest_course(0.9) - shortest_course(1.0) < 0.3


def test_no_jump_at_the_weakest_drug_that_holds():
    assert np.diff(effectors_on_drug(np.arange(0.5, 0.56, 0.01))) == pytest.approx(-0.24, abs=0.06)


def test_what_half_the_strength_leaves_and_saves(said):
    assert effectors_on_drug([0, 0.25, 0.5, 0.6, 0.9]) == pytest.approx([14.5, 8.7, 2.7, 0.72, 0.04], rel=0.06)
    start = reference_patient()
    plans = [None, drug(0.5, 0, 10 * YEAR), drug(0.9, 0, 10 * YEAR), transplant(2.5)]
    gained = [simulate(tolerance, 10 * YEAR, plan, start=start).final["D_i"] - start.final["D_i"] for plan in plans]
    assert [f"{points:.2f}" for points in gained] == re.findall(r"\d\.\d\d", said("held"))
    assert "2.7 effectors" in said("held")


def test_the_table_of_years(said):
    rows = re.findall(r"^\| (\d+) \| ([\d.]+) \| (\d+|never)", said("stopping-explained"), re.M)
    assert [int(years) for years, *_ in rows] == [1, 5, 10, 15, 16]
    for years, memory, wait in rows:
        patient = state_after_drug(int(years) * YEAR)
        assert f"{patient['M']:.2g}" == memory
        found = wait_for_relapse(patient)
        assert ("never" if math.isinf(found) else f"{found:.0f}") == wait


def test_memory_slips_under_what_regulation_holds(said):
    at = {years: state_after_drug(years * YEAR) for years in (15, 16, 17)}
    held = {years: memory_threshold(patient["R"], patient["N"]) for years, patient in at.items()}
    assert all(f"{line:.1f}" == "5.0" for line in held.values())
    assert at[16]["M"] > held[16] and at[17]["M"] < held[17]
    assert len(states((at[16], {}))) == 1
    floor, ridge, disease = states((at[17], {}))
    assert (f"{floor[0]:.2f}", f"{ridge[0]:.2f}") == ("0.26", "0.51") and disease[0] > 10
    assert effector_ridge(at[17]["M"], at[17]["R"], at[17]["N"]) == pytest.approx(ridge[0], rel=0.01)
    assert "at 0.26, behind a ridge at 0.51" in said("stopping-explained")


def test_a_stronger_drug_gains_days(said):
    waits = [wait_for_relapse(state_after_drug(5 * YEAR, dose)) for dose in (0.6, 1.0)]
    assert [f"{days:.0f}" for days in waits] == ["21", "32"]
    assert "21 days against 32: 11 days later" in said("04-stronger")


def test_drugs_that_fade_and_treatments_that_remove(said):
    assert [f"{days:.0f}" for days in wait_after_fading([0.01, 30, 90, 180])] == ["31", "83", "170", "292"]
    assert "on day 170" in said("04-two-days")
    fading = simulate(tolerance, 500, fading_drug(1.0, 100, 90), points=[0, 100, 220])
    assert 1 / 3 < fading.inputs["epsilon"][2] < 1 / 2, "more than a third of the drug after four months"
    normal = tolerance.defaults["delta_M"]
    waits = [wait_for_relapse(state_after_drug(5 * YEAR, delta_M=times * normal)) for times in (4, 5)]
    assert waits[0] == pytest.approx(272, abs=1) and waits[1] == math.inf
    assert wait_after_removal(0.9) == pytest.approx(21, abs=1) and wait_after_removal(1.0) == math.inf


def test_a_fading_drug_halves_again_and_again():
    run = simulate(tolerance, 500, fading_drug(0.8, 100, 50), points=[0, 99, 100, 150, 200])
    assert run.inputs["epsilon"] == pytest.approx([0.8, 0.8, 0.8, 0.4, 0.2])
    assert len(trace(tolerance, fading_drug()).courses) == 2


def test_locked_out_is_not_gone(said):
    run = simulate(sequestration, 365, lock_out(), points=[0, 364.9])
    assert run["X"][1] / run["X"][0] == pytest.approx(0.5, abs=0.02)
    assert run["B"][1] / run["B"][0] == pytest.approx(10, abs=0.3)
    assert peak_after(0.98) > 5 > 4.9 > peak_after(0.97) > 4.85, "4.9 times at 97"
    assert "half as many" in said("locked") and "ten times as many" in said("locked")


def test_the_red_dots_look_the_same_and_the_purple_ones_decide(said):
    found = {}
    for start, effectors, memory in ((180, "10.6", "2.4"), (545, "11.6", "7.9")):
        run, _ = days_until_back(start)
        found[start] = run.at("M", start)
        assert (f"{run.at('E', start):.1f}", f"{run.at('M', start):.1f}") == (effectors, memory)
        assert effectors in said("window-explained") and memory in said("window-explained")
        assert effectors in said("stage-window"), "what the stage says while it waits"
    assert 3 < found[545] / found[180] < 4, "three times as many memory cells"


def test_one_step_apart(said):
    words = said("window-more")
    (early, never), (late, days) = days_until_back(400), days_until_back(405)
    assert never == math.inf and f"{days:.0f}" == "590" and "590 days" in words
    assert (f"{early.at('M', 400):.1f}", f"{late.at('M', 405):.1f}") == ("5.7", "5.8")
    border = window_of_opportunity()
    assert f"{window_of_opportunity(epsilon_0=1.0) - border:.0f}" == "2"
    assert f"{window_of_opportunity(drug_days=2 * YEAR) - border:.0f}" == "42"
    assert "by 2 days, a second year by 42" in words


def test_a_drug_that_slows_division_alone_brings_it_back_sooner(said):
    """The choice behind the limit: omega slows the loss by crowding as well."""
    both = [wait_with_harm(omega, division_alone=False) for omega in (0.5, 0.9)]
    alone = [wait_with_harm(omega, division_alone=True) for omega in (0.5, 0.9)]
    assert [f"{days:.0f}" for days in both + alone] == ["31", "32", "15", "6"]
    assert "15 days (ω = 0.5) or 6 (ω = 0.9)" in said("limits")
    assert find_task("04-omega").answer not in [round(days) for days in alone], "the lesson gives these away"


@pytest.mark.parametrize("years", [1.1, 16.1, 16.6])
def test_a_course_may_end_on_any_fraction_of_a_day(years):
    """Each of these is a day that a float misses by a hair."""
    assert 2 < state_after_drug(years * YEAR, 0.6)["M"] < 26


def test_what_is_said_of_people_stands_in_the_data(said):
    rates = load("safety", figure="04-infections").set_index("item")
    drugged = rates.loc["rituximab (off label)", "value"]
    assert drugged == 19.7 and 3.5 < drugged / rates.loc["general population", "value"] < 4
    for name, low, high in (("fingolimod", 10.8, 18.5), ("natalizumab", 8.3, 15.3)):
        assert tuple(rates.loc[name, ["low", "high"]]) == (low, high)
        assert f"{name} {low} to {high}" in said("price-explained")
    stopped = load("trial_outcomes", figure="04-stopped")
    assert list(stopped["exp_value"]) == [19, 0, 8, 0]
    assert "25 of 41 in RESTORE, instead of 19" in said("stopped-explained") and "25 of 41" in stopped["note"].iloc[0]
    assert list(load("trial_outcomes", figure="04-cohort")["row_id"]) == [f"T{number:03d}" for number in range(10, 16)]


def test_right_options_are_what_happens():
    assert question("04-stop").answer == "C. Back within weeks"
    assert 7 < wait_for_relapse(state_after_drug(5 * YEAR)) < 42
    assert question("04-half-dose").answer == "C. Fewer than half"
    assert effectors_on_drug(0.5)[0] < 0.5 * effectors_on_drug(0.0)[0]


def test_the_code_of_the_solutions_runs_and_finds_the_answers(root, capsys):
    lab = cells(LAB)
    names = {}
    exec(lab["imports"], names)
    for cell, says in (("ex2", "17.0 no relapse"), ("ex3", "17 days"), ("ex4", "3.2 years are enough")):
        solution = lab[cell].partition('<details class="solution">')[2]
        [code] = re.findall(r"```python\n(.*?)```", solution, re.S)
        exec(code, names)
        assert says in capsys.readouterr().out
