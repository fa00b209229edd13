"""Every number that the words and questions of lesson 14 and its lab state, computed anew."""

import re
from functools import cache

import numpy as np
import pytest
from scipy.stats import binom

from immunereset.evidence import clopper_pearson, load
from immunereset.lesson import find_task, question
from immunereset.lesson.questions_14 import patients_for, rule_of_three
from immunereset.models.second_disease import share_ill
from immunereset.models.two_lives import drug_or_transplant as lives
from tests.wording import cells, told, words

LESSON, LAB = "14-harm-cost-choice", "14-harm-cost-choice-lab"
CHECKS = ["14-add-up", "14-safest", "14-misprint", "14-equal-sums", "14-not-found"]
SAFETY = load("safety").set_index("row_id")


def says(*sentences, name=LESSON):
    for sentence in sentences:
        assert sentence in words(name), sentence


@cache
def thousand(**changes):
    return lives.people(1000, seed=52, **changes)


def dead(year, **changes):
    return [int((life[year] == 3).sum()) for life in thousand(**changes)]


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("14-fewer-than-ten", 368), ("14-without-t-cells", 4.0), ("14-fast-disease", 22.7), ("14-slow-disease", 8.4),
        ("14-effect-lost", 17.2),
    ],
)  # fmt: skip
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected)


@pytest.mark.parametrize(
    ("events", "n", "ends"),
    [(0, 10, (0, 308)), (0, 28, (0, 123)), (0, 55, (0, 65)), (0, 617, (0, 6)), (1, 507, (0, 11)), (8, 79, (45, 190)),
     (8, 34, (107, 412))],
)  # fmt: skip
def test_people_of_a_thousand(events, n, ends):
    assert tuple(round(1000 * end) for end in clopper_pearson(events, n)) == ends
    assert ((SAFETY.events == events) & (SAFETY.n == n)).any() or (events, n) == (0, 10)
    says(f"[{n}]" if not events and n != 55 else f"[{events} of {n}]" if events else "[55]")


def test_zero_and_its_upper_end():
    says("up to 308, 123, 65 and 6 in a thousand", "0 to 11 in a thousand", "45 to 190", "107 to 412")
    assert binom.pmf(0, 55, 0.02) == pytest.approx(1 / 3, abs=0.01)
    assert "one time in three" in told("14-nobody-died")
    assert round(1000 / 55) == 18 and patients_for(10) == 368 and rule_of_three(0.01) == 299
    assert [round(1000 * clopper_pearson(0, n)[1]) for n in (100, 1000)] == [36, 4]
    assert "a risk of up to 36 in 1000" in find_task("14-fewer-than-ten").wrong[1][2]
    assert "ends at 4 in 1000" in find_task("14-fewer-than-ten").wrong[2][2]
    assert -np.log(0.025) == pytest.approx(3.7, abs=0.02)
    says("299 patients for 1 in 100", "about 3.7/n")


def test_who_is_counted_twice():
    assert SAFETY.shares_patients["S11"] == "S12" and SAFETY.shares_patients["S12"] == "S11"
    assert "median follow-up 12 months" in SAFETY.note["S13"] and (SAFETY.events["S13"], SAFETY.n["S13"]) == (0, 617)
    assert "reaches up to 6 in 1000" in told("14-safest") and "half were followed for less than 12 months" in told(
        "14-safest"
    )
    row = SAFETY.loc["S26"]
    assert (row.value, row.low, row.high) == (3.5, 1.1, 11.1)
    says("was 3.5 times (1.1 to 11.1)", "fewer than 5 transplantations", "more than 15")


def test_the_forest_shows_no_row_from_memory():
    source = cells(LESSON)["deaths"]
    assert 'load("safety")' in source and "unverified" not in source
    assert {"S05", "S25"}.isdisjoint(SAFETY.index)


def test_what_was_given_before_the_graft():
    there = {}
    exec(cells(LESSON)["deaths"].split("forest(\n")[0], there)
    rows = there["deaths"].groupby("before").row_id.agg(set)
    assert rows["irradiation or busulfan"] == {"S01", "S04", "S08"} and rows["BEAM"] == {"S60", "S78"}
    assert rows["cyclophosphamide"] == {"S03", "S10", "S11", "S12", "S13", "S61", "S62", "S83"}
    assert rows["not seen"] == {"S06", "S16", "S63", "S79", "S80", "S81", "S82"}
    assert (there["deaths"][["value", "low", "high"]].round(1) == there["deaths"][["value", "low", "high"]]).all(
        axis=None
    )
    regimens = load("trials").set_index("source_key").regimen_or_product
    assert regimens[SAFETY.source_key[list(rows["irradiation or busulfan"])]].str.contains(r"\bCy\b").all()
    says("or by what was given before the graft")


def test_nothing_above_gives_the_second_disease_away():
    assert "deeper" not in cells(LESSON)["objectives"].lower()


def test_infections_are_drawn_from_zero():
    assert "ax.set_xlim(left=0)" in cells(LESSON)["infections"]


def test_fertility_and_the_virus():
    menses, births, virus = (SAFETY.loc[row] for row in ("S35", "S103", "S58"))
    assert menses.n - menses.events == 13 and menses.n == 43
    assert (births.events, births.n, round(births.low), round(births.high)) == (15, 22, 45, 86)
    assert virus.events == virus.n == 36 and "six needed rituximab" in virus.note
    assert "febrile neutropenia 68%" in SAFETY.note["S77"]
    says("In Sweden 68 % had a fever while white blood cells were missing")
    says(
        "in 13 of 43 women",
        "of 22 pregnancies reported",
        "15 ended with a healthy live birth, 45 to 86 %",
        "all 36 patients",
    )


def test_the_second_disease():
    assert [(SAFETY.events[row], SAFETY.n[row]) for row in ("S99", "S100", "S101")] == [(4, 25), (2, 102), (0, 28)]
    assert "Alemtuzumab: 4 of 25. ATG: 2 of 102. Neither: 0 of 28." in told("14-antibodies")
    registry = SAFETY.loc["S28"]
    assert (registry.value, registry.se, registry.events, registry.n) == (9.8, 2, 29, 347)
    assert 100 * 29 / 347 == pytest.approx(8.4, abs=0.05) and "8.4 %" in told("14-misprint")
    toy = [(90, 150, 1.0, 0.3), (75, 300, 1.1, 4.0), (60, 500, 1.3, 9.8), (60, 900, 1.6, 17.8)]
    for tau_B, tau_T, o, share in toy:
        assert round(share_ill(tau_B=tau_B, tau_T=tau_T, o=o), 1) == share
        assert f"(#14-gap?tau_B={tau_B}&tau_T={tau_T}&o={o:g})" in cells(LESSON)["toy-scenes"]
    says("[no antibody] 0.3 %, [ATG] 4.0 %, the [calibrated one] 9.8 %, [alemtuzumab] 17.8 %")


def test_two_lives_as_they_are_told():
    assert [dead(year) for year in (5, 10, 30)] == [[20, 36], [57, 58], [273, 186]]
    drug, after = thousand()[:, 10]
    better, worse = int((after < drug).sum()), int((after > drug).sum())
    assert (better, worse, 1000 - better - worse) == (315, 21, 664)
    says(
        "36 against 20",
        "58 against 57",
        "186 against 273",
        "315 are better off after transplantation, 21 worse, 664 alike. **No trial shows these three numbers**",
    )


def test_where_the_start_values_come_from():
    deaths = 1000 * lives.values()["deaths"]
    pooled = SAFETY.loc["S15"]
    large = SAFETY.query("category == 'TRM by study' and disease_or_setting == 'MS' and n > 100")
    assert (deaths, 10 * pooled.value, pooled.era) == (20, 21, "1995-2016")
    assert len(large) == 5 and [round(10 * end) for end in (large.value.min(), large.value.max())] == [0, 14]
    outcomes = load("trial_outcomes").set_index("row_id")
    old, new = outcomes.loc["T001"], outcomes.loc["T015"]
    assert (old.low, old.high) == (0.02, 0.24) and old.low < lives.values()["left"] < old.high
    assert (
        (new.low, new.high) == (0.57, 2.04) and new.comparator == "ocrelizumab" and new.comparison == "not randomised"
    )
    says("20 deaths in 1000, is near a pooled row of the deaths above (21, studies of 1995 to 2016)")
    says(
        "more than 100 people with multiple sclerosis is lower, 0 to 14",
        "older drugs, 2 to 24 %",
        "the bar is 57 to 204 %",
    )
    says("15 % of the worsening is left", "4 % a year lose the effect is a guess")
    assert (lives.values()["left"], lives.values()["lost"]) == (0.15, 0.04)


def test_the_right_letter_differs_and_no_button_tells():
    """An answer is not to be had by always the same letter, nor by a button beside its question."""
    checks = [question(name) for name in CHECKS]
    assert len({letter for one in checks for letter, option in one.lettered if option.right}) == 3
    assert "alive=" not in cells(LESSON)["stage-twins"].split("scenes=")[1]


def test_the_thousand_lie_near_what_is_expected():
    expected = 1000 * lives.expected()
    for year in (5, 10, 30):
        counts = np.array([np.bincount(life[year], minlength=4) for life in thousand()])
        error = np.sqrt(expected[:, year] * (1 - expected[:, year] / 1000))
        assert (np.abs(counts - expected[:, year]) <= error + 1).all()


def test_at_a_hundred_deaths_twenty_years_must_count():
    def ahead(years):
        drug, after = lives.quality(deaths=0.1, years=years)
        return after > drug

    assert not ahead(19) and ahead(20)
    says("transplantation is ahead only if 20 years or more count")
    assert lives.break_even("deaths", left=1.0) == 0
    drug, after = thousand(left=1.0)[:, 30]
    assert not (after < drug).any() and (after > drug).any()
    says("Against [a drug as good] nothing makes up for its deaths")


def test_break_even_and_what_halves_it():
    shown = {
        "8.2": dict(v_severe=0.5), "15.7": dict(discount=0.0), "7.6": dict(lost=0.15), "3.3": dict(alive=1.0),
    }  # fmt: skip
    start = lives.break_even("deaths")
    assert 100 * start == pytest.approx(13.3, abs=0.05) and "Break-even lies at 13 in 100" in told("14-halved")
    for text, changes in shown.items():
        even = lives.break_even("deaths", **changes)
        assert f"{100 * even:.1f}" == text and text in told("14-halved")
        assert (even < start / 2) == ("alive" in changes)
    assert find_task("14-fast-disease").answer < 2 * 13.3


def test_values_stand_in_the_caption():
    p = lives.values()
    assert f"a mild year counts {p['v_mild']}" in cells(LESSON)["stage-twins"]
    assert f"moderate one {p['v_moderate']}" in cells(LESSON)["stage-twins"]


def test_harms_of_drugs():
    rows = load("safety").query("category == 'Drug harm'")
    assert list(rows.row_id) == ["S104", "S105", "S106", "S107", "S108"]
    for name in (LESSON,):
        assert "deaths among them" in words(name)
    assert "no number of deaths on the page" in SAFETY.note["S109"]
    assert set(rows.unit) == {"%", "per 100 person-years", "per 1,000 patients"}, "All are shown per 1,000."
    assert "all durations and all risk groups together" in SAFETY.note["S106"]
    assert "screening for the virus changed the risk" in SAFETY.note["S106"]
    says("all risk groups and all years of use together, and tests for the virus have changed it")


def test_scot_has_a_later_figure():
    assert SAFETY.item["S08"] == "SCOT to 54 months" and SAFETY.note["S08"] == "6% by 72 months"
    assert "SCOT ends at 54 months here; a later figure is 6 % by 72 months." in cells(LESSON)["deaths"]


def test_prices():
    costs = load("costs").set_index("row_id")
    assert (costs.value["M03"], costs.value["M04"]) == (46600, 93800) and costs.horizon["M03"] == costs.horizon["M04"]
    assert "46,600 euros against 93,800" in told("14-five-years")
    shown = re.findall(r'"(M\d\d)":', cells(LESSON)["prices"])
    assert shown == ["M03", "M04", "M01", "M02", "M14", "M15", "M10"]
    panels = re.findall(
        r'"([A-Z]{3}), (\d{4})(?: to (\d{4}))?[^"]*": \{((?:"M\d\d": "[^"]*",? ?)+)\}', cells(LESSON)["prices"]
    )
    assert len(panels) == 4
    for currency, first, last, bars in panels:
        for row in re.findall(r"M\d\d", bars):
            years = {int(year) for year in costs.price_year[row].split("-")}
            assert costs.unit[row] == currency and min(years) >= int(first) and max(years) <= int(last or first)


def test_the_two_doors():
    society = load("positions").set_index("row_id").position["P07"]
    clinic = load("clinics").set_index("row_id").statement["L15"]
    for part in ("< 45 years", "< 10 years of disease", "EDSS < 6.0", "progressive only with inflammation"):
        assert part in society
    for part in ("no age limit", "EDSS up to 7.0 (by self-evaluation if unknown)", "progressive forms accepted"):
        assert part in clinic
    for part in (
        "| < 45 years, ideally | no age limit |",
        "| < 10 |",
        "| < 6.0 | up to 7.0, by self-evaluation if unknown |",
    ):
        assert part in cells(LESSON)["price-words"]
    assert "ideal < 45 years" in society


def test_the_reader_decides():
    says("that is for the person who bears the risk", "Nothing here is advice about a treatment", "put in **yours**")
    text = words(LESSON) + words(LAB)
    for claim in ("safe enough", "you should", "we recommend", "is worth it for"):
        assert claim not in text.lower()


def test_the_lab():
    drug, treated = lives.quality()
    assert round((treated - drug) / 0.02) == 64
    says("64 quality-years for each death", name=LAB)
    assert 100 * lives.break_even("deaths", lost=0.15) == pytest.approx(7.6, abs=0.05)
    outcomes = load("trial_outcomes").set_index("row_id")
    assert list(outcomes.loc["T001", ["value", "low", "high"]]) == [0.07, 0.02, 0.24]
    assert (outcomes.comparison["T001"], outcomes.comparison["T015"]) == ("randomised", "not randomised")
    assert question("14-equal-sums").kind == "check"
