"""Lesson 03 and its lab: answers, the numbers in their words, and what their figures say."""

import re

import numpy as np
import pytest
from nbformat import read

from immunereset.engine import YEAR, simulate
from immunereset.evidence import clopper_pearson, load
from immunereset.lesson import check, find_task, question
from immunereset.lesson.questions_03 import PAIRS, PAIRS_ILL, PREVALENCE, SECOND, SPREADS, STOPS, heritability_of_ms
from immunereset.live.noise.brush import rises
from immunereset.models.liability import (
    concordance,
    explained_fraction,
    heritability_for,
    pairs_with_a_patient,
    pairwise,
    risk_if_met,
    threshold_of,
)
from immunereset.models.relapses import (
    GROUP,
    RELAPSE,
    published,
    rate_per_year,
    relapse_starts,
    relapses,
    relapses_in_groups,
    waiting,
)
from immunereset.models.tissue import TAU, cells_on, days_of_attack, final_shares, transmissibility


@pytest.mark.parametrize(
    ("task", "expected"),
    [("03-heritability", 0.86), ("03-border", 0.13), ("03-explained", 66.7), ("03-quiet-year", 61),
     ("03-transmission", 0.67), ("03-cover", 0.335)],
)  # fmt: skip
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected)


@pytest.mark.parametrize(
    ("task", "wrong"),
    [("03-heritability", 0.26), ("03-heritability", 0.76), ("03-border", 0.5), ("03-border", 0.1), ("03-border", 0.16),
     ("03-explained", 50), ("03-explained", 71.4), ("03-explained", 80), ("03-quiet-year", 0), ("03-quiet-year", 50),
     ("03-quiet-year", 39), ("03-quiet-year", 37), ("03-quiet-year", 63), ("03-transmission", 1), ("03-transmission", 0.33),
     ("03-cover", 0.29), ("03-cover", 0.45)],
)  # fmt: skip
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"


def notebook(root, name):
    return read(root / "notebooks" / f"03-one-failure-four-diseases{name}.ipynb", 4).cells


@pytest.fixture(scope="module")
def cells(root):
    return {cell.id: cell.source for cell in notebook(root, "")}


@pytest.fixture(scope="module")
def lab(root):
    return {cell.id: cell for cell in notebook(root, "-lab")}


@pytest.fixture(scope="module")
def facts():
    return load("epidemiology").set_index("row_id")


@pytest.fixture(scope="module")
def rest():
    average = simulate(relapses, 5 * YEAR)
    return {name: average.final[name] for name in ("E_r", "R_r", "E", "R")}


@pytest.fixture(scope="module")
def in_groups(rest):
    return {"x_E": rest["E_r"] / GROUP, "x_R": rest["R_r"] / GROUP, "E": rest["E"], "R": rest["R"]}


def said(name):
    """What is said to every option of a choice."""
    return " ".join(option.feedback for option in question(name).options)


# Three years of one person


@pytest.mark.parametrize(("seed", "count"), [(2, 6), (SECOND, 1)])
def test_the_first_person_has_six_relapses_and_the_second_one(in_groups, seed, count):
    run = published(1, years=3, seed=seed, start=in_groups, model=relapses_in_groups)
    days = rises(run.t, run["E"][:, 0], RELAPSE)
    assert len(days) == count and days == relapse_starts(run.t, run["E"])[0].tolist()
    if seed == 2:
        assert 472 in days and "relapse on day 472" in question("03-found-trigger").wording
        assert "each of the six" in said("03-another")
        # Regulatory cells have sunk below 200 when the second relapse begins, and peak after the effectors.
        near = (run.t > 455) & (run.t < 520)
        E, R = run["E"][near, 0], run["R"][near, 0]
        assert R[: 472 - 456].min() < 200 and R.argmax() > E.argmax()


def test_how_many_relapses_200_persons_have(cells, rest):
    run = published(200, years=3, seed=3, start=rest)
    counts = np.bincount([days.size for days in relapse_starts(run.t, run["E"])])
    told = f"Of 200 persons {counts[0]} had none, {counts[1]} one, {counts[2]} two, {counts[3]} three, {counts[4]} four, and {counts[5:].sum()} five to eight"
    assert counts.size == 9 and told in said("03-another")
    mean = (counts * np.arange(9)).sum() / 200
    assert round(mean, 1) == 3.1 and "twice the mean of 3.1." in cells["years-read"]
    assert 6 / mean == pytest.approx(2, abs=0.1)


# Who falls ill


def test_the_task_asks_for_the_twins_of_the_data(facts):
    row = facts.loc["E37"]
    assert (row.events, row.n) == (PAIRS_ILL, PAIRS) and row.disease == "MS" and row.group.startswith("MZ")
    assert (facts.loc["E38"].events, facts.loc["E38"].n) == (1, 43) and "1 of 43 pairs" in said("03-ms-twins")
    assert pairwise(concordance(PREVALENCE, heritability_of_ms())) == pytest.approx(PAIRS_ILL / PAIRS, abs=1e-5)


def test_the_answer_can_be_read_off_the_stage():
    """Of the places of the slider only 0.86 and its neighbours say 25 to 27 %, and these are right."""
    for h2 in np.arange(0, 1, 0.01):
        share = round(100 * pairwise(concordance(PREVALENCE, h2)), 1)
        if abs(share - 100 * PAIRS_ILL / PAIRS) < 1:
            assert check("03-heritability", round(h2, 2)).kind == "right"


def test_the_shares_of_pairs_are_those_in_the_words(cells):
    share = {h2: 100 * pairwise(concordance(PREVALENCE, h2)) for h2 in (0.5, 0.7, 0.9)}
    others = 100 * pairwise(concordance(PREVALENCE, 0.7, 0.5))
    assert [round(share[0.5]), round(share[0.9]), round(others)] == [4, 32, 2]
    assert (
        "in 4 % of pairs" in cells["pairs-read"]
        and "in 32 %" in cells["pairs-read"]
        and "agree in 2 %" in cells["pairs-read"]
    )
    assert 1 - share[0.9] / 100 == pytest.approx(2 / 3, abs=0.02) and "two thirds still differ" in cells["pairs-read"]
    drawn = pairs_with_a_patient(PREVALENCE, 0.7, 1.0, 200, 1)[1]
    assert (drawn > threshold_of(PREVALENCE)).sum() == round(2 * share[0.7]) == 23


def test_four_of_five_identical_twins_stay_well_at_a_heritability_of_0_7():
    assert 1 - concordance(PREVALENCE, 0.7) == pytest.approx(0.8, abs=0.005)
    assert "four of five" in said("03-genes-and-ebv")


def test_the_interval_of_the_twins_as_a_heritability(cells):
    low, high = clopper_pearson(PAIRS_ILL, PAIRS)
    assert (round(100 * low), round(100 * high)) == (11, 46) and "11 to 46 %" in said("03-ms-twins")
    h2 = [heritability_for(PREVALENCE, 2 * c / (1 + c)) for c in (low, high)]  # of pairs, as a patient's chance
    assert (
        h2 == pytest.approx([0.70, 0.95], abs=0.005)
        and "from 0.70 to 0.95" in cells["virus"]
        and "0.95" not in cells["pairs-read"]
    )


def test_every_interval_of_twins_stays_below_one_half(facts):
    for row in facts.loc[["E37", "E38", "E21", "E22", "E17", "E18", "E43", "E44"]].itertuples():
        both = round(row.value * row.n / 100)
        assert clopper_pearson(both, int(row.n))[1] < 0.5


def test_the_numbers_of_the_virus_are_those_in_the_words(cells, facts):
    row, met, ratio = facts.loc["E28"], 0.95, 32
    assert (round(row.value), row.low, round(row.high)) == (
        32,
        4.3,
        245,
    ) and "32 times that of others (4.3 to 245," in cells["virus"]
    share = [100 * explained_fraction(met, one) for one in (ratio, row.low, row.high)]
    assert [round(one) for one in share[:2]] == [97, 76] and 99 < share[2] < 100
    assert "97 % of all cases" in cells["virus"] and "76 to nearly 100 %" in cells["virus"]
    assert (
        risk_if_met(PREVALENCE, met, ratio) == pytest.approx(0.0032, abs=5e-5) and "0.32 % fall ill" in cells["virus"]
    )


# When it flares


def test_the_tally_says_what_the_words_say(cells, in_groups):
    arrivals = [(50, 200), (100, 100), (200, 50), (40, 100), (200, 100)]
    assert f"ARRIVALS = {arrivals}" in cells["tally"] and "seed=7" in cells["tally"]
    groups, size = (np.repeat(np.array(part, float), 60) for part in zip(*arrivals))
    run = published(300, years=3, seed=7, start=in_groups, model=relapses_in_groups, groups=groups, size=size)
    rates = rate_per_year(run.t, run["E"]).reshape(5, 60)
    rate, error = rates.mean(axis=1), rates.std(axis=1, ddof=1) / 60**0.5
    assert [round(one, 1) for one in rate] == [3.3, 0.9, 0.1, 3.0, 0.1]
    assert "from 0.9 a year to 0.1" in said("03-smaller-groups") and rate[1] / rate[2] == pytest.approx(9, abs=0.5)
    assert rate[3] - rate[1] > 3 * (error[3] ** 2 + error[1] ** 2) ** 0.5, "fewer arrivals bring more relapses"
    below = 100 * (run["R"] < 200).mean(axis=0).reshape(5, 60).mean(axis=1)
    assert [round(below[3], 1), round(below[4], 1)] == [1.9, 0.2]
    assert "1.9 % of the time with 40 groups a year, 0.2 % with 200" in cells["tally-read"]


def test_faster_removal_brings_more_relapses(cells, rest):
    run = published(600, years=3, seed=7, start=rest, gamma_E=np.repeat([0.3, 0.2, 0.1], 200))
    rates = rate_per_year(run.t, run["E"]).reshape(3, 200)
    assert "2.5 relapses a year at 0.30, 1.0 at 0.20, one in 25 years at 0.10" in cells["construction"]
    for some, told in zip(rates, (2.5, 1.0, 1 / 25)):
        error = some.std(ddof=1) / 200**0.5
        assert some.mean() == pytest.approx(told, abs=3 * error) and told > 3 * error, "a rate, and not none"


def test_nearly_every_week_has_an_arrival():
    both = 2 * relapses.parameters["groups"].value
    assert both == 200 and round(100 * np.exp(-both * 7 / 365)) == 2 and "98 %" in said("03-found-trigger")


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
def test_relapses_are_as_without_memory_after_two_months_and_not_before(cells, lab, rest):
    run = published(200, years=8, seed=11, start=rest)
    rate = rate_per_year(run.t, run["E"]).mean() / YEAR
    share = waiting(run.t, run["E"]).evaluate
    assert share(28) == 1, "for a month no relapse comes"
    hazard = np.log(share(30) / share(60)) / 30
    assert 1.8 < hazard / rate < 3.2 and "more often than later" in lab["waits-read"].source
    assert "From two months after a relapse on" in cells["overdue"]
    for waited in (60, 100, 200, 300):
        left = waiting(run.t, run["E"], waited)
        ends = left.confidence_interval()
        assert ends.low.evaluate(200) < np.exp(-200 * rate) + 0.03 and ends.high.evaluate(200) > np.exp(-200 * rate)


# How far it spreads


def test_the_two_tissues_are_those_of_the_question():
    for (b, seed), inflamed, dead, over, end in ((STOPS, 12, 21, 55, 0.9), (SPREADS, 17, 18, 223, 96)):
        days = days_of_attack(b, seed=seed)
        drawn, reached = cells_on(days, 20), np.isfinite(days)
        assert ((drawn == 1).sum(), (drawn == 2).sum()) == (inflamed, dead)
        assert days[reached].max() + TAU == over and 100 * reached.mean() == pytest.approx(end, abs=0.5)
    assert "21 dead cells, the second 18" in question("03-which-stops").wording
    for words in ("day 223", "96 %", "day 55", "0.9 % dead"):
        assert words in said("03-which-stops")


def test_luck_near_the_border_is_that_in_the_words(cells):
    ends = [round(100 * np.isfinite(days_of_attack(0.13, seed=seed)).mean()) for seed in range(1, 9)]
    assert f"{', '.join(map(str, ends[:-1]))} and {ends[-1]} % dead" in cells["tissue-read"]


def test_the_right_option_of_the_drug_is_right():
    """By a third from 0.167 saves nearly all, by a third from 0.275 hardly anything."""
    assert 0.113 / 0.167 == pytest.approx(0.189 / 0.275, abs=0.012) == pytest.approx(2 / 3, abs=0.022)
    before, after, high, still_high = (
        final_shares(float(transmissibility(b)), runs=200, seed=2).mean() for b in (0.167, 0.113, 0.275, 0.189)
    )
    assert [round(100 * one) for one in (before, after)] == [88, 2]
    assert "88 % were dead before, and 2 % are now" in said("03-three-quarters")
    assert round(100 * (high - still_high)) == 5 and "it saves 5 %" in said("03-three-quarters")


# In people, limits, lab


def test_sex_ratios_are_those_in_the_words(facts, cells):
    """Three diseases are more frequent in women, lupus the most; type 1 diabetes is not."""
    ratios = {facts.loc[name, "disease"]: facts.loc[name, "value"] for name in ("E05", "E07", "E11", "E52")}
    assert max(ratios, key=ratios.get) == "SLE" and ratios["T1D"] < 1 < min(ratios[d] for d in ("MS", "RA", "SLE"))
    assert "Three of the four are more frequent in women" in cells["numbers-read"]


def test_the_colds_are_counted_as_in_the_data(facts, cells):
    row = facts.loc["E57"]
    assert row.note == "27 attacks in 430 patient-weeks at risk, 65 in 2086 others"
    assert 430 + 2086 == 2516 and 27 + 65 == 92 and round(92 * 430 / 2516) == 16
    wording = question("03-colds").wording
    assert all(word in wording for word in ("2516 weeks", "430", "92 relapses", "about 16")) and "65 of 92" in said(
        "03-colds"
    )
    assert (row.value, row.low, row.high) == (2.0, 1.3, 3.2) and "1.3 to 3.2 times" in cells["colds-read"]
    assert facts.loc["E56"].value == 2.1 and "a second study found 2.1" in cells["colds-read"]


def test_the_limits_name_what_the_lab_prints(cells, lab):
    printed = lab["step-run"].outputs[0].text
    counts = re.findall(r"step (0\.\d+) d: (\d+) relapses", printed)
    assert counts == [("0.1", "14"), ("0.05", "7"), ("0.025", "0")]
    assert "step of 0.1 days makes 14 relapses in three years, 0.05 makes 7, 0.025 none" in cells["limits"]
    better = float(re.search(r"(\d\.\d+) relapses", lab["accurate"].outputs[0].text)[1])
    published_rate = float(re.search(r"(\d\.\d+) relapses", lab["first"].outputs[0].text)[1])
    assert 1 - better / published_rate == pytest.approx(0.4, abs=0.02) and "About four in ten" in cells["years-read"]
    assert f"Against {published_rate:.2f}" in lab["accurate-read"].source
    assert "about four in ten" in lab["accurate-read"].source


def test_what_answers_a_prediction_or_a_task_waits_or_is_folded(cells, lab):
    for name, words in (("twins-read", "most twins of patients are well"), ("tally-read", "fewer arrivals"),
                        ("colds-read", "twice as high")):  # fmt: skip
        assert words in cells[name].split('<div class="after-answer">')[1].split("</div>")[0]
    assert all(words not in cells["tissue-read"].split("<details>")[0] for words in ("0.13", "one half"))
    assert "hide-input" in lab["groups-run"].metadata.tags


def test_the_summary_speaks_of_the_model_where_only_the_model_says_so(cells):
    assert len(re.findall(r"^[34]\. In this model ", cells["summary"], re.MULTILINE)) == 2


def test_the_model_is_described_with_its_own_numbers(cells):
    p = relapses.defaults
    assert (p["k_r"], p["k_e"], p["h"], p["delta"]) == (200, 1000, 5, 1.0)
    assert "one half with 200" in cells["limits"] and "with 1000 effectors at one half" in cells["limits"]
    assert p["groups"] * GROUP == 10_000 and "100 groups of 100 cells" in question("03-smaller-groups").wording
    assert TAU == 5 and "After five days an inflamed cell dies" in cells["tissue"]


def test_seven_in_ten_children_with_two_antibodies_fall_ill(facts, lab):
    assert facts.loc["E59", "value"] == pytest.approx(70, abs=0.5)
    assert "about seven in ten" in lab["antibodies-read"].source


def test_the_solution_of_exercise_6_runs_and_finds_what_it_says(lab, rest, capsys):
    [code] = re.findall(r"```python\n(.*?)```", lab["change"].source, re.S)
    names = {"rest": rest, "relapses": relapses, "published": published, "rate_per_year": rate_per_year}
    names["many"] = published(120, years=5, seed=1, start=rest)
    exec(code, names)
    found = re.findall(r"at most (\d+) effectors, (\S+) relapses", capsys.readouterr().out)
    (high, often), (low, still) = found
    told = f"from {int(high) / 1e6:.1f} to {int(low) / 1e6:.1f} million effectors"
    assert told in lab["change"].source and f"({often} and {still} a year)" in lab["change"].source
    assert f"{1e-7 * RELAPSE:.3f}" == "0.002" and "22 800" in lab["change"].source and RELAPSE == 22_800
