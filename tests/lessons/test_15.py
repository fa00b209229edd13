"""Every number, mark and source that lesson 15 and its lab state, computed anew or held against data/."""

import ast
import re
from collections import Counter

import pytest

from immunereset.evidence import load
from immunereset.evidence.references import entries, entry, keys
from immunereset.lesson import find_task, question
from immunereset.lesson.advertisement import (
    ADVERTISEMENT,
    ASKED,
    CLINIC,
    LETTERS,
    MARK_OF,
    SITE,
    leaflet_lines,
    opened,
    sentences,
)
from immunereset.lesson.questions_15 import READER, kappa
from immunereset.lesson.who_says import HARMED, SAID, harmed, positions
from immunereset.live.evidence import KEEP_STRIKE, errors
from tests.wording import cells, told, words

LESSON, LAB = "15-reading-an-advertisement", "15-reading-an-advertisement-lab"
CLAIMS = load("claims").set_index("row_id")
SAFETY = load("safety").set_index("row_id")
OUTCOMES = load("trial_outcomes").set_index("row_id")
TRIALS = load("trials").set_index("study_id")
TABLES = (
    "trials",
    "trial_outcomes",
    "safety",
    "reconstitution",
    "clinics",
    "costs",
    "claims",
    "red_flags",
    "positions",
    "stem_cells",
)
INVENTED = [
    CLINIC,
    *(one.words for one in ADVERTISEMENT),
    *(one.words for one in SITE),
    *(f"{one.part} {one.words}" for one in LETTERS),
]


def says(*parts, name=LESSON):
    for part in parts:
        assert part in words(name), part


# --- the advertisement


def test_fourteen_sentences_and_fourteen_claims_are_one_to_one():
    assert len(ADVERTISEMENT) == 14 and sorted(one.claim for one in ADVERTISEMENT) == list(CLAIMS.index)
    assert len({one.words for one in ADVERTISEMENT}) == len({one.honest for one in ADVERTISEMENT}) == 14


def test_each_sentence_says_what_its_claim_says():
    """A word that only this claim has: a swap of two claims would be seen."""
    of = {"K01": "anew", "K02": "afresh", "K03": "chemotherapy", "K04": "faulty", "K05": "Mesenchymal", "K06": "skin", "K07": "multiple sclerosis",
          "K08": "Lupus", "K09": "drugs", "K10": "cheap", "K11": "which cell is best", "K12": "Risks", "K13": "cured", "K14": "registered"}  # fmt: skip
    for one in ADVERTISEMENT:
        assert of[one.claim] in one.words
        assert sum(of[one.claim] in other.words for other in ADVERTISEMENT) == 1


def test_what_the_book_does_to_them():
    assert Counter(CLAIMS.verdict[one.claim] for one in ADVERTISEMENT) == {
        "supported": 1, "partly": 5, "outdated": 2, "unsupported": 5, "red flag": 1,
    }  # fmt: skip
    book = [one.mark for one in sentences()]
    assert Counter(book) == {"keep": 1, "rewrite": 5, "strike": 8}
    assert [i for i, mark in enumerate(book, 1) if mark == "keep"] == [13]
    assert [i for i, one in enumerate(sentences(), 1) if one.debated] == [4, 9, 10]
    says("moderate certainty (4, 9 and 10)", "Of fourteen sentences one may stay, five want rewriting, eight go")
    assert question("15-stay").answer == "C. One" and "Sentence 13" in told("15-stay")


def test_the_credulous_and_the_cynic_both_fail():
    for mark, expected in [("keep", (13, 0)), ("strike", (0, 6)), ("rewrite", (8, 1))]:
        assert errors([mark] * 14, sentences()) == expected
    assert find_task("15-cynic").answer == 6
    says("lets 13 pass", "lets nothing pass, and throws out what is true")


def test_which_question_catches_which_sentence():
    caught = {asked: [i for i, one in enumerate(ADVERTISEMENT, 1) if one.asked == asked] for asked in [*ASKED, ""]}
    assert caught == {
        "cell": [10, 12, 14], "disease": [], "comparator": [2, 3, 7, 9], "time": [1, 5, 8], "number": [4, 6, 11], "": [13],
    }  # fmt: skip
    assert question("15-asked").answer == "B. Compared with what?"
    for sentence in ("three: 10, 12 and 14", "Sentences 2, 3, 7 and 9", "three: 1, 5 and 8", "three: 4, 6 and 11"):
        assert sentence in told("15-asked")
    says("catches 2, 3, 7 and 9", "catches 1, 5 and 8", "catches 4, 6 and 11")
    answer = re.search(r'answer="(.*)"', cells(LESSON)["stage-sentences"])[1]
    assert (
        "Which cell 3, until when 3, out of how many 3, which disease 0. Sentence 13 is a price, and says where and when."
        in answer
    )


def numbers(text):
    return {f"{float(one.replace(',', '')):g}" for one in re.findall(r"(?<![\w.-])\d+(?:[.,]\d+)*(?!\w)", plain(text))}


def plain(text):
    return re.sub(r"(?<=\d)[ \u202f](?=\d{3}\b)", "", text)


def test_what_is_known_has_its_numbers_from_the_claims_and_their_sources():
    """Every number stands in the claim, or in a row of data/ with one of the sentence's sources."""
    for one in ADVERTISEMENT:
        own = [str(CLAIMS.loc[one.claim].to_dict())]
        for name in TABLES:
            for _, row in load(name).iterrows():
                if set(keys(one.sources)) & set(keys(row["source_key"])):
                    own.append(" ".join(f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row))
        own = [text.replace("-", " ") for text in own]
        assert numbers(one.known) <= numbers(" ".join(own)), (one.claim, numbers(one.known) - numbers(" ".join(own)))


def test_every_source_is_in_the_bibliography_and_in_the_claim():
    for one in ADVERTISEMENT:
        assert keys(one.sources) and set(keys(one.sources)) <= set(entries())
        assert set(keys(one.sources)) <= set(keys(CLAIMS.source_key[one.claim])), one.claim


def test_small_pictures_show_rows_of_the_sources():
    drawn = 0
    for one, story in zip(ADVERTISEMENT, opened(), strict=True):
        assert len(one.rows) == len(story.points) and story.mark == MARK_OF[CLAIMS.verdict[one.claim]]
        for (row_id, _), point in zip(one.rows, story.points, strict=True):
            table = {"T": OUTCOMES, "S": SAFETY, "R": load("reconstitution").set_index("row_id")}[row_id[0]]
            assert set(keys(table.source_key[row_id])) & set(keys(one.sources)), row_id
            assert point.value == table.value[row_id]
            assert point.low is None or point.low <= point.value <= point.high
            drawn += 1
    assert drawn == 26


def test_the_honest_lines_round_what_is_known():
    honest = [line.better for line in leaflet_lines()]
    row = OUTCOMES.loc["T045"]
    assert (round(row.value), round(row.low), round(row.high)) == (71, 58, 85)
    assert "71 of 100 were free of worsening after ten years (58 to 85)" in honest[0]
    assert OUTCOMES.high["T013"] > 1 and "not by lot" in honest[1] and "chance is not ruled out" in honest[1]
    assert SAFETY.value["S28"] == pytest.approx(10, abs=0.5) and "About one in ten" in honest[4]
    assert SAFETY.value["S15"] == pytest.approx(2, abs=0.5) and "about 2 in 100" in honest[5]
    assert tuple(SAFETY.loc["S03", ["events", "n"]]) == (8, 79) and "8 of 79" in honest[5]
    assert tuple(SAFETY.loc["S12", ["events", "n"]]) == (1, 507) and "1 of 507" in honest[5]
    assert SAFETY.era[["S03", "S12", "S15"]].to_list() == ["2001-2009", "2003-2019", "1995-2016"]
    for years in ("2001 to 2009", "2003 to 2019", "1995 to 2016"):
        assert years in honest[5]
    assert "higher in older studies" in SAFETY.note["S15"] and "with fewer RRMS" in SAFETY.note["S15"]
    assert (OUTCOMES.low["T015"], OUTCOMES.high["T015"]) == (0.57, 2.04) and "nor excluded" in honest[6]
    assert (OUTCOMES.value["T076"], OUTCOMES.value["T085"], OUTCOMES.value["T086"]) == (29, 59, 32)
    assert "29 in 100" in honest[7] and "59 in 100" in honest[7] and "32 at last" in honest[7]
    assert SAFETY.events["S42"] == 3 and "three people" in honest[10]


def test_sentence_9_is_told_fairly():
    month = {
        row.arm: row.value for row in OUTCOMES.query("study_id == 'CX611RA' and timepoint_months == 1").itertuples()
    }
    placebo = month.pop("placebo")
    assert sum(value < placebo for value in month.values()) == 1
    says("after a month it had done better than one of the three doses", "the placebo group had seven patients")
    assert TRIALS.n_ctrl["CX611RA"] == 7


def test_the_sentence_that_may_stay_is_carried_by_its_row():
    costs = load("costs").set_index("row_id")
    price, words = costs.loc["M01"], ADVERTISEMENT[12].words
    assert price.setting == "USA (one hospital)" and price.price_year == "2017-2019" and round(price.value, -3) == 85000
    assert "one hospital of the USA, 2017 to 2019" in words and "about 85000 dollars" in plain(words)
    assert "46600 euros" in plain(ADVERTISEMENT[12].honest) and "93800 (2024)" in plain(ADVERTISEMENT[12].honest)
    assert (costs.value["M03"], costs.value["M04"], costs.price_year["M03"]) == (46600, 93800, "2024")


def test_small_pictures_have_95_percent_intervals():
    drawn = {point.words: point for story in opened() for point in story.points}
    second = drawn["second autoimmune disease, 5 years"]
    assert (second.low, second.high) == pytest.approx((9.8 - 1.96 * 2, 9.8 + 1.96 * 2), abs=0.05)
    placebo = drawn["better, month 3, placebo"]
    assert placebo.low == 0 and placebo.high == pytest.approx(100 * (1 - 0.025 ** (1 / 7)), abs=0.5)


def test_the_centre_abroad_is_told_with_both_sides():
    row = TRIALS.loc["RUIZ2019"]
    assert (row.n_total, row.treatment_related_deaths) == (617, 0) and row.followup == "median 12 months (3-42)"
    assert "Self-reported EDSS; stabilisation counted as response" in row.key_limits and row.registration
    says("0 of 617", "up to 0.6 %", "half were followed for 12 months or less", "rated their own disability")


# --- what is invented


def test_no_clinic_and_no_person_is_named():
    """Two capitals in a row are a name, but for those that we made up, places, and a registry."""
    allowed = {"Leave", "VELLAMAR", "Isle", "Read", "Letter"}
    names = re.compile(r"\b(?:[A-Z][a-z]+ ){1,}[A-Z][a-z]+\b")
    found = {name for text in INVENTED for name in names.findall(text) if name.split()[0] not in allowed}
    assert found == set()
    stories = " ".join(f"{one.title} {one.words}" for one in harmed())
    assert set(names.findall(stories)) == set()
    assert not re.search(r"\b(Mr|Mrs|Ms|Dr|Prof)\b", " ".join([*INVENTED, stories]))
    clinics = {"HSCTMexico", "HSCTIndia", "HSCTMexicoStory", "DrStemCellsThailand"}
    assert clinics <= set(entries())
    page = words(LESSON) + words(LAB) + str(list(cells(LESSON).values()))
    assert not any(key in page for key in clinics)
    for text in ("Stem Cell Clinic", "Stem Cell Treatment Center", "hsctmexico", "California"):
        assert text not in page + stories + str(positions())


def test_what_may_not_be_said_is_not_said():
    text = " ".join(
        [words(LESSON), words(LAB), *(one.words for one in harmed()), *(one.known for one in ADVERTISEMENT)]
    )
    for never in ("360", "tokens of legitimacy", "700 clinics", " died later", "because of the lupus"):
        assert never not in text
    lupus = harmed()[0].words
    assert "died" not in lupus and "death" not in lupus


def test_all_that_is_invented_carries_the_stamp():
    for id in ("stage-pencil", "stage-site", "stage-leaflet", "stage-letters"):
        assert 'stamp="INVENTED"' in cells(LESSON)[id]
    says("**invented**", "Both are invented", "The advertisement is ours")


def test_the_site_has_each_sign_once_and_harmless_parts():
    flags = load("red_flags").set_index("row_id")
    signs = [part.sign for part in SITE if part.sign]
    assert sorted(signs) == [f"F{i:02d}" for i in range(1, 18)] and set(signs) <= set(flags.index)
    assert len(SITE) == 26 and all(part.why for part in SITE)
    for part in SITE:  # why tells more than the name of the sign, which stands before it
        assert not part.sign or part.why.rstrip(".") != flags.loc[part.sign].iloc[0], part.words
    deaths = SAFETY[(SAFETY.events == 0) & (SAFETY.n == 617)]
    assert len(deaths) == 1 and deaths.iloc[0].high == pytest.approx(0.6, abs=0.05)
    assert load("clinics").set_index("row_id").value["L08"] == 18


def test_the_letters_punish_the_credulous_and_the_cynic_alike():
    assert len(LETTERS) == 14 and Counter(one.part[:8] for one in LETTERS) == {"Letter A": 7, "Letter B": 7}
    assert errors(["strike"] * 14, LETTERS, KEEP_STRIKE) == (0, 7) == errors(["keep"] * 14, LETTERS, KEEP_STRIKE)[::-1]
    a, b = LETTERS[:7], LETTERS[7:]
    assert sum(one.mark == "strike" for one in a) == 1 == sum(one.mark == "keep" for one in b)
    assert question("15-letters").answer == "B. One"
    says("strikes seven too much, most of them in the invitation")


# --- who says what


def test_the_statements_follow_the_data():
    rows = load("positions").set_index("row_id")
    assert len(SAID) == 12 and set(SAID) <= set(rows.index)
    stated = positions()
    assert [one.year for one in stated] == sorted(rows.year[list(SAID)])
    assert Counter(one.kind for one in stated) == {"recommends": 3, "warns": 5, "rules": 4}
    named = {one.body for one in stated if one.named}
    assert len(named) == 5 and {"FDA", "ECTRIMS and EBMT"} <= named
    for name, (_, text) in SAID.items():
        row = rows.loc[name]
        assert numbers(text) <= numbers(f"{row.position} {row.year}"), name
    says("Three recommend", "Five warn", "four rule")
    assert "Five of the twelve name an autoimmune disease." in cells(LESSON)["stage-bodies"]
    assert (min(one.year for one in stated), max(one.year for one in stated)) == (2008, 2025)


def test_who_recommends_recommends_transplants_only():
    rows = load("positions").set_index("row_id")
    for name, (kind, text) in SAID.items():
        if kind == "recommends":
            assert text.startswith("Transplants") and re.search("AHSCT|HSCT", rows.about[name]), name


def test_the_entry_rule_and_the_recommendation_are_told_as_in_the_data():
    rule = load("clinics").set_index("row_id").statement["L15"]
    asked = question("15-entry").wording
    for part in ("no age limit", "EDSS up to 7.0", "progressive forms accepted"):
        assert part in rule and part in asked
    position = load("positions").set_index("row_id").position["P07"]
    for theirs, ours in [
        ("< 45 years", "under 45 years"),
        ("< 10 years", "under 10 years"),
        ("EDSS < 6.0", "EDSS under 6.0"),
    ]:
        assert theirs in position and ours in asked


# --- what happened


def test_each_dot_is_a_person_of_the_data():
    people = Counter()
    for row_id, key, many, title, text in HARMED:
        row = SAFETY.loc[row_id]
        assert row.category == "Unproven clinic harm" and key in keys(row.source_key), title
        people[row_id] += many
        assert numbers(text) <= numbers(
            f"{row.to_dict()} {SAFETY.loc['S45'].to_dict()}".replace("-", " ").replace(" y ", " ")
        ), (title, numbers(text))
    for row_id, many in people.items():
        counted = SAFETY.events[row_id] if SAFETY.measure[row_id] != "number of cases" else SAFETY.value[row_id]
        assert many == counted, row_id
    assert sum(people.values()) == 33 and len(HARMED) == 10
    assert [one.year for one in harmed()] == [int(entry(key).fields["year"]) for _, key, *_ in HARMED]
    assert "33 people in ten reports" in cells(LESSON)["stage-cases"]
    assert "33 dots in ten groups; the largest is 20 people in 2021" in cells(LESSON)["stage-cases"]


def test_overlapping_counts_are_drawn_once():
    assert "S45" not in {row_id for row_id, *_ in HARMED} and SAFETY.value["S45"] == 12
    assert "S64" in keys(SAFETY.shares_patients["S45"])
    assert "the two counts overlap" in next(text for row_id, *_, text in HARMED if row_id == "S64")


def test_the_scale_and_the_survey_are_told_as_in_the_data():
    clinics = load("clinics").set_index("row_id")
    assert (clinics.value["L03"], clinics.value["L04"]) == (1480, 2754) and clinics.year["L03"] == clinics.year[
        "L04"
    ] == "2021"
    assert (SAFETY.value["S67"], SAFETY.n["S67"]) == (25, 204)
    says(
        "1480 businesses with 2754 clinics",
        "About 25 % of 204 neurologists",
        "8 of 79 with systemic sclerosis",
        "a hazard ratio of 0.29, 0.13 to 0.65",
    )
    row = OUTCOMES.loc["T025"]
    assert (row.value, row.low, row.high, row.timepoint_months) == (0.29, 0.13, 0.65, 24)
    assert row.outcome == "death (time-varying HR)" and row.comparator == "cyclophosphamide"


# --- arithmetic


@pytest.mark.parametrize(
    ("task", "expected"),
    [("15-cynic", 6), ("15-recomputed", 100 * 18 / 29), ("15-printed", 100 * 7 / 53), ("15-kappa", 0.42)],
)
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected, abs=0.06)


def test_slips_and_worst_cases_are_told_as_in_the_data():
    assert tuple(SAFETY.loc["S59", ["events", "n"]]) == (18, 29) and "nearly 72%" in SAFETY.note["S59"]
    assert find_task("15-recomputed").answer == 62.1
    row = OUTCOMES.loc["T133"]
    assert (row.exp_value, row.exp_n, TRIALS.n_total["LI2026SR"]) == (45, 45, 114)
    assert f"{100 * 45 / 114:.1f}" == "39.5" and "39.5 %, that is 45 of 114" in told("15-worst-case")
    assert "the other 69" in told("15-worst-case") and 114 - 45 == 69
    assert "of the 47 patients with follow-up data, 79 patients" in TRIALS.key_limits["KATTAMURI2025"]


def test_percentages_in_the_words_fit_their_fractions():
    text = " ".join([words(LESSON), words(LAB), *(one.known for one in ADVERTISEMENT)])
    pairs = re.findall(r"(\d+(?:\.\d+)?) ?% \((\d+) of (\d+)\)", text)
    for share, n, whole in pairs:
        fits = abs(100 * int(n) / int(whole) - float(share)) < 0.5
        assert fits or (share, n, whole) in {("72", "18", "29"), ("12", "7", "53")}
    assert len(pairs) >= 1


def test_kappa_by_hand():
    """Two who agree on 8 of 10, each with 5 and 5: (0.8 - 0.5) / (1 - 0.5) = 0.6."""
    assert kappa("kkkkksssss", "kkkksssssk") == pytest.approx(0.6)
    assert kappa("ks" * 5, "ks" * 5) == 1 and kappa("sssss", "kkkss") == 0
    with pytest.raises(ValueError):
        kappa("k", "ks")


def test_kappa_of_the_lab_agrees_with_statsmodels():
    rates = pytest.importorskip("statsmodels.stats.inter_rater")
    import numpy as np

    book = "".join(one.mark[0] for one in sentences())
    seen = np.zeros((3, 3))
    for a, b in zip(READER, book):
        seen["krs".index(a), "krs".index(b)] += 1
    assert kappa(READER, book) == pytest.approx(rates.cohens_kappa(seen).kappa)


def test_the_made_up_class_is_told_as_it_is():
    given = ast.literal_eval(re.search(r"given = (\{.*?\})", cells(LAB)["class-run"], re.S)[1])
    book = [one.mark for one in sentences()]
    names = {"k": "keep", "r": "rewrite", "s": "strike"}
    marks = {who: [names[letter] for letter in letters] for who, letters in given.items()}
    assert given["A"] == READER and marks["D"] == book and set(marks["C"]) == {"strike"}
    assert errors(marks["B"], sentences())[0] == 10 and errors(marks["C"], sentences())[1] == 6
    milder = sum(given[who][1] != "s" for who in given)
    assert milder == 4
    says("B lets ten pass, C strikes six too much", "Sentence 2 was let pass by four of six", name=LAB)
    assert sum(a == b for a, b in zip(marks["C"], book)) == 8


def test_the_rule_of_exercise_1():
    marks = ["keep" if CLAIMS.certainty[one.claim] == "moderate" else "strike" for one in ADVERTISEMENT]
    assert errors(marks, sentences()) == (3, 4)
    says("keeps three that should not stay", name=LAB)


def test_which_whole_numbers_fit_the_percentages_of_exercise_3():
    def fits(share, whole):
        return [n for n in range(whole + 1) if round(100 * n / whole) == share]

    assert (fits(33, 24), fits(33, 27), fits(37, 24), fits(37, 27)) == ([8], [9], [], [10])
    assert "24 v 27 completed year 1" in TRIALS.key_limits["MSCNP2024"]
    assert (OUTCOMES.value["T110"], OUTCOMES.value["T111"]) == (33, 37)


def test_the_bounds_of_exercise_4():
    assert 100 * 10 / 18 == pytest.approx(55.6, abs=0.05) and 100 * 14 / 18 == pytest.approx(77.8, abs=0.05)
    assert 100 * 3 / 18 == pytest.approx(16.7, abs=0.05) and 100 * 9 / 18 == 50
    says("55.6 to 77.8 %", "16.7 to 50.0 %", name=LAB)
