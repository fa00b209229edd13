"""Lesson 03: its answers, the numbers in its words, and what its figures say."""

import re

import numpy as np
import pytest
from nbformat import read

from immunereset.engine import YEAR, simulate
from immunereset.evidence import clopper_pearson, load
from immunereset.lesson import check, find_task
from immunereset.lesson.questions_03 import PAIRS, PAIRS_ILL, PREVALENCE, heritability_of_ms
from immunereset.models.liability import concordance, explained_fraction, heritability_for, pairwise, risk_if_met
from immunereset.models.relapses import RELAPSE, published, rate_per_year, relapse_starts, relapses, waiting
from immunereset.models.tissue import TAU, final_shares


@pytest.mark.parametrize(
    ("task", "expected"),
    [("03-heritability", 0.86), ("03-explained", 66.7), ("03-quiet-year", 61), ("03-transmission", 0.67),
     ("03-cover", 0.335)],
)  # fmt: skip
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected)


@pytest.mark.parametrize(
    ("task", "wrong"),
    [("03-heritability", 0.26), ("03-heritability", 0.76), ("03-explained", 50), ("03-explained", 71.4),
     ("03-explained", 80),
     ("03-quiet-year", 0), ("03-quiet-year", 50), ("03-quiet-year", 39), ("03-quiet-year", 37),
     ("03-quiet-year", 63), ("03-transmission", 1), ("03-transmission", 0.33),
     ("03-cover", 0.29), ("03-cover", 0.45)],
)  # fmt: skip
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"


@pytest.fixture(scope="module")
def cells(root):
    return {cell.id: cell.source for cell in read(root / "notebooks" / "03-one-failure-four-diseases.ipynb", 4).cells}


@pytest.fixture(scope="module")
def facts():
    return load("epidemiology").set_index("row_id")


def test_the_task_asks_for_the_twins_of_the_data(facts):
    row = facts.loc["E37"]
    assert (row.events, row.n) == (PAIRS_ILL, PAIRS) and row.disease == "MS" and row.group.startswith("MZ")
    assert pairwise(concordance(PREVALENCE, heritability_of_ms())) == pytest.approx(PAIRS_ILL / PAIRS, abs=1e-5)


def test_the_answer_can_be_read_off_the_figure():
    """A reader without code finds the heritability between two rows of the table behind the figure."""
    h2 = np.linspace(0, 0.95, 20)
    twins = np.array([pairwise(concordance(PREVALENCE, x)) for x in h2])
    read_off = float(np.interp(PAIRS_ILL / PAIRS, twins, h2))
    assert check("03-heritability", round(read_off, 2)).kind == "right"


def test_the_numbers_of_the_virus_are_those_in_the_words(cells):
    met, ratio = 0.95, 32
    assert f"p, RR = {met}, {ratio}" in cells["virus"] and f"K = {PREVALENCE}" in cells["threshold"]
    assert 100 * explained_fraction(met, ratio) == pytest.approx(96.7, abs=0.05)
    assert risk_if_met(PREVALENCE, met, ratio) == pytest.approx(0.0032, abs=5e-5)


def test_four_of_five_identical_twins_stay_well_at_a_heritability_of_0_7(cells):
    assert 1 - concordance(PREVALENCE, 0.7) == pytest.approx(0.8, abs=0.005)
    assert "four of five" in cells["liability-explain"] and "four of five" in cells["03-genes-and-ebv"]
    assert pairwise(concordance(PREVALENCE, 0.8)) < 1 / 5, "the alternative text of the figure"


def test_the_interval_of_the_virus_is_that_of_the_data(facts, cells):
    row = facts.loc["E28"]
    assert f"for ratio in ({row.low}, {row.high})" in cells["virus"]


def test_sex_ratios_are_those_in_the_words(facts, cells):
    """Three diseases are more frequent in women, lupus the most; type 1 diabetes is not."""
    ratios = {facts.loc[name, "disease"]: facts.loc[name, "value"] for name in ("E05", "E07", "E11", "E52")}
    assert max(ratios, key=ratios.get) == "SLE" and ratios["T1D"] < 1 < min(ratios[d] for d in ("MS", "RA", "SLE"))
    assert "Three of the four diseases are more frequent in women" in cells["numbers-explain"]


def test_seven_in_ten_children_with_two_antibodies_fall_ill(facts, cells):
    assert facts.loc["E59", "value"] == pytest.approx(70, abs=0.5)
    assert "about seven in ten" in cells["antibodies-explain"]


def test_the_model_is_described_with_its_own_numbers(cells):
    assert RELAPSE == 22_800 and "above 22 800 cells" in cells["average-words"]
    assert (
        relapses.parameters["groups"].value == 100
        and "in groups of 100, each kind on its own, at random times, 100 times a year" in (cells["relapses"])
    )
    assert TAU == 5 and r"after $\tau = 5$ days" in cells["tissue"]


def test_the_growth_of_called_cells_is_that_of_the_model(cells):
    p = relapses.defaults
    loss = p["gamma_R"] + p["eta"]
    assert (p["gamma_R"], p["eta"]) == (0.20, 0.01)
    assert "0.20 of them a day, and 0.01 go back to rest" in cells["relapse-try"]
    assert [p["alpha_R"] - loss, 0.30 - loss, 0.40 - loss] == pytest.approx([0.04, 0.09, 0.19])
    assert "from 0.04 to 0.09 and to 0.19 a day" in cells["relapse-try"]
    assert "twice as fast nearly ends" in cells["change-explain"]


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
def test_relapses_are_as_without_memory_after_two_months_and_not_before(cells):
    start = {name: simulate(relapses, 5 * YEAR).final[name] for name in ("E_r", "R_r", "E", "R")}
    run = published(200, years=8, seed=11, start=start)
    rate = rate_per_year(run.t, run["E"]).mean() / YEAR
    share = waiting(run.t, run["E"]).evaluate
    assert share(28) == 1, "for a month no relapse comes"
    hazard = np.log(share(30) / share(60)) / 30  # "in the month after that two to three times as frequent"
    assert "two to three times as frequent" in cells["memory-explain"] and 1.8 < hazard / rate < 3.2
    for waited in (60, 100, 200, 300):
        left = waiting(run.t, run["E"], waited)
        ends = left.confidence_interval()
        assert ends.low.evaluate(200) < np.exp(-200 * rate) + 0.03 and ends.high.evaluate(200) > np.exp(-200 * rate)


def test_one_relapse_goes_as_the_words_say(cells):
    start = {name: simulate(relapses, 5 * YEAR).final[name] for name in ("E_r", "R_r", "E", "R")}
    run = published(30, years=3, seed=3, start=start, every=0.5)
    looked_at = 0
    for days, E, R in zip(relapse_starts(run.t, run["E"]), run["E"].T, run["R"].T, strict=True):
        for day in days[(days > 25) & (days < 1000)]:
            near = (run.t > day - 5) & (run.t < day + 25)
            assert run.t[near][R[near].argmax()] >= run.t[near][E[near].argmax()], "the brake follows"
            looked_at += 1
    assert looked_at > 30


def test_what_the_words_say_of_the_border(cells):
    """A spot can die out by luck above the border; left of it the slope is due to the edges; islands stay healthy."""
    assert (final_shares(0.63, runs=100, seed=1) < 0.01).any()
    below = [final_shares(0.475, runs=200, seed=1, side=side).mean() for side in (41, 161)]
    assert below[1] < 0.5 * below[0]
    right = [final_shares(0.55, runs=100, seed=1, side=side).mean() for side in (41, 161)]
    assert abs(right[1] - right[0]) < 0.15 and right[1] < 0.9
    assert "Right of it some spots die out early, and islands stay healthy" in cells["border-explain"]


def test_the_infections_are_counted_as_in_the_data(facts, cells):
    note = facts.loc["E57", "note"]
    assert note == "27 attacks in 430 patient-weeks at risk, 65 in 2086 others"
    assert "65 of 92 relapses" in cells["infections-explain"] and 65 + 27 == 92
    assert "five times as many" in cells["infections-explain"] and 2086 / 430 == pytest.approx(5, abs=0.2)


def test_the_rates_in_the_solution_are_those_that_the_lesson_prints(root, cells):
    notebook = read(root / "notebooks" / "03-one-failure-four-diseases.ipynb", 4)
    [cell] = [cell for cell in notebook.cells if cell.id == "exercise-3-code"]
    rates = [float(rate) for rate in re.findall(r": (\d\.\d\d) a year", cell.outputs[0].text)]
    assert f"about {rates[1]:.1f} relapses a year instead of {rates[0]:.1f}" in cells["exercise-3"]
    assert 1 - rates[1] / rates[0] == pytest.approx(1 / 3, abs=0.05)


def test_the_right_option_of_check_4_is_right():
    """From 0.60 to 0.45 saves nearly all, from 0.80 to 0.65 hardly anything."""
    before, after, high, still_high = (final_shares(T, runs=40, seed=2).mean() for T in (0.60, 0.45, 0.80, 0.65))
    assert before > 0.75 and after < 0.08 and high > 0.95 and still_high > 0.85


def test_how_nearly_memoryless_the_words_say_is_what_is_printed(root, cells):
    notebook = read(root / "notebooks" / "03-one-failure-four-diseases.ipynb", 4)
    [cell] = [cell for cell in notebook.cells if cell.id == "memory"]
    printed = cell.outputs[0].text
    shares = [int(share) for share in re.findall(r"days: (\d+)%", printed)]
    ends = [(int(low), int(high)) for low, high in re.findall(r"\((\d+)% to (\d+)%\)", printed)]
    [without] = re.findall(r"without memory (\d+)% of all", printed)
    assert f"the shares above, {min(shares)} to {max(shares)} %, lie around the {without} %" in cells["memory-explain"]
    reach = [end - share for share, (_, end) in zip(shares, ends)] + [
        share - low for share, (low, _) in zip(shares, ends)
    ]
    assert (min(reach), max(reach)) == (4, 7) and "four to seven points" in cells["memory-explain"]
    assert all(low <= int(without) <= high for low, high in ends)


def test_the_interval_of_the_twins_as_a_heritability(facts, cells):
    low, high = clopper_pearson(PAIRS_ILL, PAIRS)
    assert (round(100 * low), round(100 * high)) == (11, 46)
    h2 = [heritability_for(PREVALENCE, 2 * c / (1 + c)) for c in (low, high)]  # of pairs, as a patient's chance
    assert "11 to 46 % of the pairs is a heritability of about 0.70 to 0.95" in cells["check-2-after"]
    assert h2 == pytest.approx([0.70, 0.95], abs=0.005)


def test_what_starts_and_ends_the_relapse_that_is_shown(cells):
    """Regulatory cells lie below 200 before it, between 200 and 500 at its peak, and rise on while effectors call."""
    p, rest = relapses.defaults, {s: simulate(relapses, 5 * YEAR).final[s] for s in ("E_r", "R_r", "E", "R")}
    assert (p["k_r"], p["k_e"], p["h"]) == (200, 1000, 5) and "R^5/(200^5 + R^5)" in cells["relapses"]
    run = published(1, years=3, seed=3, start=rest, every=0.5)
    [starts] = relapse_starts(run.t, run["E"])
    near = (run.t > starts[0] - 25) & (run.t < starts[0] + 50)
    t, E, R = run.t[near] - starts[0], run["E"][near, 0], run["R"][near, 0]
    assert R[(t > -10) & (t < 0)].min() < 200 and t[R.argmax()] > 0
    assert 200 < R[E.argmax()] < 500
    after = t > t[E.argmax()]
    assert E[after][R[after].argmax()] == pytest.approx(1000, rel=0.6)
