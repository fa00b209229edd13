"""Every number that the words and questions of lesson 12 and its lab state, computed anew."""

import re

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

from immunereset.evidence import clopper_pearson, comparisons, load
from immunereset.lesson import find_task
from immunereset.models.crossing import free_of_events, hazard_ratio, month_of_meeting
from tests.wording import cells, told, words

LESSON, LAB = "12-what-the-trials-showed", "12-what-the-trials-showed-lab"
OUTCOMES = load("trial_outcomes").set_index("row_id")
TRIALS = load("trials").set_index("study_id")


def says(*sentences, name=LESSON):
    for sentence in sentences:
        assert sentence in words(name), sentence


def bar(row_id):
    row = OUTCOMES.loc[row_id]
    return row.value, row.low, row.high


@pytest.mark.parametrize(("task", "expected"), [("12-london", 2), ("12-ten-ahead", 46)])
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected, abs=0.06)


def test_one_bar_and_another():
    assert bar("T001") == (0.07, 0.02, 0.24) and bar("T015") == (1.08, 0.57, 2.04) and bar("T010") == (0.29, 0.13, 0.63)
    mist, london = TRIALS.loc["MIST"], TRIALS.loc["MURARO2025"]
    assert (mist.n_exp, mist.n_ctrl, mist.n_total) == (55, 55, 110) and mist.comparison == "randomised"
    assert london.n_exp == 103 and "alemtuzumab n=204; ocrelizumab n=314" in london.comparator
    assert london.comparison == "not randomised" and london.primary_endpoint == "Relapse, MRI, disability"
    says(
        "55 people with multiple sclerosis (MS) got a transplant and 55 stayed on drugs",
        "at 0.07 times the pace",
        "(0.02 to 0.24)",
    )
    assert "1.08 (0.57 to 2.04): compatible with a pace that is 43 % lower, and with twice the pace" in told("12-guess")
    assert round(100 * (1 - 0.57)) == 43 and "0.29 (0.13 to 0.63)" in told("12-guess")
    assert "The same 103 people" in told("12-within") and "204 and 314" in told("12-within")
    assert [
        int((group.high < 1).sum())
        for _, group in comparisons().query("study_id == 'MURARO2025'").groupby("comparator")
    ] == [2, 0]
    points = OUTCOMES.query("study_id == 'MURARO2025'").value
    assert (points < 1).sum() == 4  # the answer that is known to be wrong


def test_scenes_of_the_forest_find_what_the_words_say():
    rows = comparisons()
    worse = rows.query("disease == 'MS' and outcome == 'disability progression'")
    assert list(worse.value) == [0.07, 1.19, 1.08] and list(worse.comparison) == ["randomised", *["not randomised"] * 2]
    assert len(rows.query("study == 'London cohort'")) == 6
    assert {"BEAT-MS", "RAM-MS", "StarMS"} == set(rows.query("status == 'waiting' and disease == 'MS'").study_id)
    links = re.findall(r"\(#12-compared\?([^)]*)\)", "\n".join(cells(LESSON).values()))
    assert set(links) == {"disease=MS&outcome=disability+progression", "study=London+cohort", "status=waiting"}
    assert "SCOT" not in set(rows.study_id) and TRIALS.loc["BEAT-MS"].comparator == "Best available therapy"
    assert all("ocrelizumab" in TRIALS.loc[one].comparator for one in ("RAM-MS", "StarMS"))


def test_the_miracle_and_nothing_are_both_in_the_table():
    ms = comparisons().query("disease == 'MS' and therapy_class == 'AHSCT' and better == 'lower'")
    assert ms.query("comparison == 'randomised'").high.max() < 0.25
    assert (ms.query("comparator == 'ocrelizumab'").high > 1).all()


def test_luck_is_not_claimed_of_one_trial_nor_the_second_given_away():
    assert "is often partly luck" in told("12-again") and "not confirm" not in cells(LESSON)["objectives"]
    assert TRIALS.loc["ITMSC2020"].isna().n_total and "patient-cycles" in TRIALS.loc["ITMSC2020"].key_limits
    says("counted cycles of treatment; how many people, was not seen")


def test_mist_is_fairly_told():
    ratios = comparisons().query("unit == 'ratio' and better == 'lower'")
    assert ratios.value.min() == 0.07 and TRIALS.loc["MIST"].n_total == 110
    limits = TRIALS.loc["MIST"].key_limits
    assert all(one in limits for one in ("Open label", "few patients beyond 2 y", "crossover allowed"))
    assert "blinded EDSS rater" in TRIALS.loc["MIST"].design
    assert "median 24 months" in TRIALS.loc["MIST"].followup
    says("half were followed for two years or less")
    says("In 110 people whose drugs had failed", "one of the largest in this table", "they could change sides")


def curves(month):
    return tuple(float(one[-1]) for one in free_of_events([0.0, month]))


def test_the_toy_is_told_as_it_runs():
    assert month_of_meeting() == pytest.approx(19.8, abs=0.05)
    counts = {month: tuple(map(round, curves(month))) for month in (7.9, 19.8, 70.0)}
    assert counts == {7.9: (91, 94), 19.8: (86, 86), 70.0: (76, 60)}
    assert np.subtract(*curves(12.0)) == pytest.approx(-2.8, abs=0.05) and "3 of 100 wide" in told("12-meet")
    assert brentq(lambda m: hazard_ratio(m) - 1, 6, 12) == pytest.approx(7.9, abs=0.05)
    assert hazard_ratio(70.0) == pytest.approx(1 / 3, abs=0.01)
    says("2.01 (0.74 to 5.49)", "86 of 100 are free of events in both", "76 and 60")
    assert bar("T017") == (2.01, 0.74, 5.49)
    assert "91 of 100 are free of events with the transplant, 94 without" in cells(LESSON)["stage-until"]


def test_ten_ahead_is_read_from_the_counts_of_the_figure():
    a, b = (np.rint(one) for one in free_of_events(np.arange(71.0)))
    assert (a[46], b[46]) == (81, 71) and (a - b)[:46].max() == 9


def test_the_first_month_whose_bar_lies_below_1():
    rows = OUTCOMES.query("study_id == 'ASTIS' and outcome.str.startswith('event (')")
    assert rows[rows.high < 1].timepoint_months.min() == 12 and rows.low.max() < 1
    says("No published bar lies wholly above 1")
    assert [bar(one)[1:] for one in ("T017", "T018", "T019")] == [(0.74, 5.49), (0.62, 2.96), (0.28, 0.96)]
    for part in ("0.74 to 5.49", "0.62 to 2.96", "0.28 to 0.96"):
        assert part in told("12-first-month")


def test_the_trials_in_systemic_sclerosis_are_told_as_in_the_data():
    astis = TRIALS.loc["ASTIS"]
    assert (
        (astis.n_exp, astis.n_ctrl) == (79, 77) and "cross at 2 years" in astis.key_limits and "5.8" in astis.followup
    )
    values = {row.arm: round(row.value) for row in OUTCOMES.loc[["T177", "T178"]].itertuples()}
    events = {row.arm: row.exp_n - row.exp_value for row in OUTCOMES.loc[["T179", "T180"]].itertuples()}
    assert values == {"AHSCT": 84, "cyclophosphamide": 90} and events == {"AHSCT": 22, "cyclophosphamide": 31}
    assert curves(12.0)[0] > 84 + 4 and month_of_meeting() < 24 - 4  # "loses too few in the first year", "meet early"
    dead = load("safety").set_index("row_id").loc["S03"]
    assert (dead.events, dead.n) == (8, 79)
    says(
        "eight of the 79 had died of it",
        "after one year 84 % were free of events with the transplant and 90 % without",
        "Over a median of 5.8 years 22 of the 79 and 31 of the 77 had an event",
        "cross at 2 years",
    )
    scot = OUTCOMES.loc[["T056", "T057"]]
    assert (
        list(scot.value) == [79, 50] and set(scot.population) == {"per protocol"} and set(scot.timepoint_months) == {54}
    )
    assert OUTCOMES.loc["T160"].value == 88 and TRIALS.loc["SPIERINGS2022"].n_ctrl == 227
    assert "67% of 1404 pairwise comparisons favoured transplant" in TRIALS.loc["SCOT"].main_result
    says("79 % against 50 % were free of events at 54 months", "67 % of 1,404 pairs", "of 227 people")
    says("88 % were alive after 5 years")


def test_the_years_after_are_told_as_in_the_data():
    crohn = OUTCOMES.query("study_id == 'BURTCD2010'").sort_values("timepoint_months")
    assert list(crohn.value) == [91, 63, 57, 39, 19] and TRIALS.loc["BURTCD2010"].n_total == 24
    assert "70% or more no active disease at visits after 5 years" in crohn.note.iloc[0]
    assert "medical treatment was started again" in crohn.note.iloc[0]
    says(
        "Twenty-four people",
        "70 % or more had **no active disease** at visits after five years",
        "71 of 100 people with relapsing MS",
    )
    assert bar("T045")[0] == 71.3 and OUTCOMES.loc["T045"].timepoint_months == 120
    cidp = OUTCOMES.query("study_id == 'BURT2020CIDP'").set_index("timepoint_months")
    assert (cidp.value[36], cidp.value[60]) == (76, 83) and set(cidp.plot_use) == {"state"}
    assert (bar("T049")[0], bar("T051")[0]) == (98.1, 66) and list(OUTCOMES.loc[["T049", "T051"]].timepoint_months) == [
        60,
        48,
    ]
    assert "98 % without a relapse after five years, 66 % without getting worse after four" in told("12-advert")


def test_the_same_cells_twice():
    assert bar("T029") == (15.8, 0.5, 31.2) and bar("T170") == (2.4, -5.8, 10.6)
    assert (OUTCOMES.loc["T171"].exp_value, OUTCOMES.loc["T171"].ctrl_value) == (39.7, 41.0)
    assert (TRIALS.loc["ADMIRE-CD"].n_total, TRIALS.loc["ADMIRE-CD2"].n_total) == (212, 568)
    assert "withdrawn" in TRIALS.loc["ADMIRE-CD2"].main_result
    assert "2.4 (−5.8 to 10.6). After a year it was 39.7 % with the cells and 41 % without" in told("12-again")
    assert OUTCOMES.loc["T029"].population == "mITT" and "ITT 50% vs 34%" in TRIALS.loc["ADMIRE-CD"].main_result
    said = comparisons().set_index("row_id").detail
    assert (
        "modified intention to treat, some left out of 212 patients" in said["T029"]
        and "; 568 patients" in said["T170"]
    )
    says("in 50 % against 34 % of the 212 people drawn by lot", "the difference is 15.8 points (0.5 to 31.2)")
    assert bar("T170")[2] < 15.8
    says("a gain of 15.8 points is ruled out")
    assert bar("T028") == (0.94, 0.58, 1.5) and "p=0.78" in TRIALS.loc["MESEMS"].main_result
    assert "42 % fewer or 50 % more" in told("12-no-effect") and "P = 0.78" in told("12-no-effect")


def reported():
    """What the lesson says that each trial of mesenchymal cells reports."""
    return dict(re.findall(r'"([\w-]+)": "(better|not|safety only|no result)"', cells(LESSON)["msc-trials"]))


def test_trials_of_mesenchymal_cells_are_told_as_in_the_data():
    said, msc = reported(), TRIALS[TRIALS.therapy_class == "MSC"]
    left = set(msc.index) - set(said)
    assert left == {"MSCIFNG", "MSCMSMETA2019", "QIU2024"}  # cells against cells, and two reviews
    for study, result in said.items():
        text = msc.main_result[study]
        no = re.search(r"NOT met|no difference|stopped for futility", text) is not None
        assert no is (result == "not"), study
        assert (result == "no result") is text.startswith("no results found"), study
    for study in ("CX611RA", "MSCNP2021"):
        assert msc.primary_endpoint[study].startswith("Safety") and said[study] == "safety only"
    placebo = [one for one in said if re.match("placebo|saline|sham", msc.comparator[one])]
    none = [one for one in said if msc.comparator[one] == "none"]
    assert len(placebo) == 10 and len(none) == 6 and len(said) == 19
    assert [[said[one] for one in placebo].count(word) for word in ("better", "not")] == [3, 5]
    assert {said[one] for one in none} == {"better", "safety only"}
    says("With a placebo or sham three report it and five do not")
    assert "patient-cycles" in TRIALS.loc["ITMSC2020"].key_limits
    assert "not confirmed by ADMIRE-CD II" in TRIALS.loc["ADMIRE-CD"].key_limits


def test_nothing_unverified_is_on_the_page():
    """Rows from memory, conference versions, and figures that were never seen."""
    text = "\n".join(cells(LESSON).values())
    for row in load("trial_outcomes", unverified=("mixed", "memory_high", "memory_medium", "memory_low")).itertuples():
        if row.mark:
            assert row.row_id not in text
    assert not {"T006", "T007", "T008", "T009"} & set(comparisons().row_id) and "0.85" not in text
    assert "110.00" not in text and "ASTIMS" not in text


def test_the_lab():
    seen = OUTCOMES[(OUTCOMES.unit == "ratio") & (OUTCOMES.interval == "95% CI")]
    error = np.log(seen.high / seen.low) / (2 * norm.ppf(0.975))
    off = np.log(seen.value / np.sqrt(seen.low * seen.high)) / error
    assert list(off[abs(off) > 0.1].round(2).items()) == [("T006", -0.23)]
    assert "# T006: -0.23" in cells(LAB)["asymmetric-solution"]
    both = error[["T013", "T007"]]
    weight = 1 / both**2
    mean, wide = np.average(np.log(seen.value[["T013", "T007"]]), weights=weight), weight.sum() ** -0.5
    assert np.exp([mean, mean - 1.96 * wide, mean + 1.96 * wide]) == pytest.approx([0.70, 0.42, 1.17], abs=0.005)
    exact = [tuple(round(100 * end, 1) for end in clopper_pearson(k, n)) for k, n in [(2, 30), (3, 31), (13, 31)]]
    assert exact == [(0.8, 22.1), (2.0, 25.8), (24.5, 60.9)]
    assert "0.8 to 22.1, 2.0 to 25.8, 24.5 to 60.9" in cells(LAB)["exact-solution"]


@pytest.mark.parametrize(("slowing", "month"), [(24, 27.6), (12, None)])
def test_a_front_loaded_control(slowing, month):
    def behind(until):
        steps = [0, 3, 6, 12, 24, 36]
        ends = [*(one for one in steps if one < until), until]
        pace = lambda m: np.exp(-m / slowing) * (1 - float(hazard_ratio(m)))  # noqa: E731
        return sum(quad(pace, a, b)[0] for a, b in zip(ends, ends[1:]))

    if month is None:
        assert behind(600.0) < 0
    else:
        assert brentq(behind, 8, 100) == pytest.approx(month, abs=0.05)
        assert "month 27.6" in cells(LAB)["front-solution"]
    says("month 20, 28 or never", name=LAB)
