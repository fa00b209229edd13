"""Rows against each other: no study twice, shared patients told from both sides, percentages that fit their counts."""

import re
from collections import Counter

import pytest
from matplotlib.figure import Figure

from immunereset.evidence import cite, interval_plot, load, people_dots, table
from immunereset.evidence.references import entries, keys
from tests.data.test_dictionary import ROOT, TABLES
from tests.data.test_loader import MARKS

TRIALS = load("trials", unverified=MARKS).set_index("study_id")
OUTCOMES = load("trial_outcomes", unverified=MARKS).set_index("row_id")
SAFETY = load("safety", unverified=MARKS).set_index("row_id")
PAGES = "\n".join(
    path.read_text(encoding="utf-8")
    for folder, kind in (("notebooks", "*.ipynb"), ("book", "*.md"), ("src", "*.py"), ("docs", "*.md"))
    for path in (ROOT / folder).rglob(kind)
)


def twice(names):
    return [name for name, times in Counter(names).items() if times > 1]


# --- no study twice


def test_no_study_stands_in_the_table_twice():
    assert not twice((row.study, row.year, row.disease) for row in TRIALS.itertuples())
    for number in twice(one for cell in TRIALS["registration"] for one in keys(cell)):
        together = set(TRIALS.index[TRIALS["registration"].str.contains(number)])
        for study in together:
            others = together - {study}
            assert others <= set(keys(TRIALS.loc[study, "shares_patients"])), (number, study)


def test_no_outcome_stands_in_the_table_twice():
    columns = ["study_id", "outcome", "comparator", "timepoint_months", "measure", "population", "arm"]
    assert not twice(tuple(map(str, row)) for row in OUTCOMES[columns].itertuples(index=False))


def test_no_harm_stands_in_the_table_twice():
    assert not twice((row.item, row.disease_or_setting, row.measure) for row in SAFETY.itertuples())
    deaths = SAFETY[SAFETY["category"] == "TRM by study"]
    assert not twice((row.source_key, row.disease_or_setting, row.n) for row in deaths.itertuples())


@pytest.mark.parametrize("table", [TRIALS, SAFETY], ids=["trials", "safety"])
def test_shared_patients_are_told_from_both_sides(table):
    told = {(one, other) for one, cell in table["shares_patients"].items() for other in keys(cell)}
    assert len(told) >= 6 and all(one != other and (other, one) in told for one, other in told)


def test_the_same_deaths_are_counted_alike_in_both_tables():
    """Treatment-related deaths of a study stand in trials and in safety: the two agree."""
    deaths = SAFETY[SAFETY["category"] == "TRM by study"]
    compared = 0
    for study, trial in TRIALS[
        TRIALS["treatment_related_deaths"].notna() & (TRIALS["verification"] != "memory_high")
    ].iterrows():
        first = keys(trial["source_key"])[0]
        for name, row in deaths[deaths["events"].notna()].iterrows():
            if first in keys(row["source_key"]) and not row["mark"]:
                compared += 1
                assert (row["events"], row["n"]) == (trial["treatment_related_deaths"], trial["denominator"]), (
                    study,
                    name,
                )
    assert compared >= 12


# --- comparisons


def test_an_outcome_is_randomised_only_if_its_study_is():
    study = TRIALS.loc[OUTCOMES["study_id"], "comparison"].to_numpy()
    assert set(study[OUTCOMES["comparison"] == "randomised"]) == {"randomised"}
    effects = OUTCOMES[OUTCOMES["plot_use"] == "effect"]
    assert len(effects) and "none" not in set(effects["comparison"])


def test_the_design_in_words_and_the_column_agree():
    for study, trial in TRIALS.iterrows():
        words = trial["design"]
        if re.match(r"(Pilot )?RCT", words):
            assert trial["comparison"] == "randomised", study
        if re.search(r"[Ss]ingle-arm(?!, compared)|series|First-in-human", words) and trial["comparator"] == "none":
            assert trial["comparison"] == "none", study
        if re.search(r"[Pp]ropensity|[Mm]atched|not randomised", words):
            assert trial["comparison"] == "not randomised", study


def test_every_view_says_where_chance_did_not_choose():
    rows = load("trial_outcomes").query("row_id in ['T001', 'T010']")
    ax = Figure().subplots()
    drawn = interval_plot(ax, rows, "study_id", log=True)
    assert list(drawn["What was counted"]) == ["MIST", "MURARO2025 ‡"]
    assert "‡ not randomised" in [text.get_text() for text in ax.get_legend().get_texts()]
    assert list(drawn["Source"]) == ["Burt et al. 2019", "Muraro et al. 2025 (not randomised)"]
    assert "Muraro et al. 2025 (not randomised)" in str(table(rows, ["outcome"], caption="c"))
    assert "Muraro et al. 2025</a> (not randomised)" in table(rows, ["outcome"], caption="c")._repr_html_()


def test_every_view_says_which_rows_count_the_same_patients():
    rows = load("safety").query("row_id in ['S07', 'S11', 'S12']")
    ax = Figure().subplots()
    drawn = interval_plot(ax, rows, "item")
    assert [name[-1] for name in drawn["What was counted"]] == ["1", "§", "§"]
    assert "§ patients in common" in [text.get_text() for text in ax.get_legend().get_texts()]
    assert drawn["Source"][2] == "Burt et al. 2021 (patients in common with MIST)"
    fig = Figure()
    people_dots(fig, rows, "item")
    assert [ax.get_xlabel().split("\n")[1:] for ax in fig.axes] == [
        [],
        ["patients in common with Burt 2021"],
        ["patients in common with MIST"],
    ]
    alone = interval_plot(Figure().subplots(), rows[rows["row_id"] != "S11"], "item")
    assert "§" not in "".join(alone["What was counted"])
    outcomes = load("trial_outcomes").query("row_id in ['T001', 'T048']")
    assert "patients in common with Northwestern real-world" in str(table(outcomes, ["outcome"], caption="c"))


# --- counts and percentages

PRINTED = re.compile(r"(?<![\d.])(\d[\d ]*?) ?(?:/|of) ?(\d[\d ]*?) \(([\d.]+)%(?! as printed)")


def test_a_share_is_the_share_of_a_whole_number_of_people():
    """The proportion of n people has a numerator, or the row says why not."""
    checked = 0
    for name, row in OUTCOMES[(OUTCOMES["plot_use"] == "proportion") & OUTCOMES["n"].notna()].iterrows():
        places = len(f"{row['value']:g}".partition(".")[2])
        fits = any(abs(100 * k / row["n"] - row["value"]) <= 0.5001 * 10**-places for k in range(row["n"] + 1))
        assert fits or "no whole number" in row["note"], name
        checked += 1
    assert checked > 20


@pytest.mark.parametrize("name", TABLES)
def test_a_percentage_in_words_fits_its_counts(name):
    for _, row in load(name, unverified=MARKS).iterrows():
        for cell in map(str, row.drop("from_memory")):
            for events, n, share in PRINTED.findall(cell):
                places = len(share.partition(".")[2])
                exact = 100 * int(events.replace(" ", "")) / int(n.replace(" ", ""))
                assert exact == pytest.approx(float(share), abs=0.5001 * 10**-places), (row.iloc[0], cell)


def test_sums_of_the_market_and_of_money_are_recomputed():
    recomputed = set()
    for one in ("clinics", "costs"):
        for _, row in load(one).query("verification == 'derived'").iterrows():
            assert re.fullmatch(r"[\d x-]+", row["derivation"])
            assert row["value"] == eval(row["derivation"].replace("x", "*")), row["row_id"]
            assert row["checked_again"] == "the tests recompute it"
            recomputed.add(row["row_id"])
    assert recomputed == {"L23", "M11"}


def test_no_midpoint_is_made_up():
    for name in ("costs", "clinics"):
        rows = load(name, unverified=MARKS)
        middle = (rows["low"] + rows["high"]) / 2
        assert not (rows["value"] == middle).any()
        assert not rows["note"].str.contains("midpoint").any()


# --- claims


def test_there_are_fourteen_claims_with_their_verdicts():
    claims = load("claims")
    assert list(claims["row_id"]) == [f"K{number:02d}" for number in range(1, 15)]
    assert Counter(claims["verdict"]) == {"supported": 1, "partly": 5, "outdated": 2, "unsupported": 5, "red flag": 1}


NUMBER = re.compile(r"(?<![\w.-])\d+(?:[.,]\d+)*(?![\w])")


def test_every_number_of_a_claim_stands_in_a_row_of_its_own():
    cells = []
    for name in TABLES:
        if name not in ("claims", "red_flags"):
            rows = load(name).drop(columns=["from_memory", "where_seen", "checked_again"])
            cells += [
                f"{cell:g} {cell:.1f}" if isinstance(cell, float) else str(cell) for cell in rows.to_numpy().ravel()
            ]
    known = {plain(number) for cell in cells for number in NUMBER.findall(cell)}
    missing = {
        (row["row_id"], number)
        for _, row in load("claims").iterrows()
        for number in NUMBER.findall(re.sub(r"(?<=[A-Za-z]) \d{4}|NCT\d+", "", row["evidence"]))
        if plain(number) not in known
    }
    assert missing == set()


def plain(number):
    return f"{float(number.replace(',', '')):g}"


# --- what nobody has seen


def test_no_recalled_interval_is_printed_on_a_page():
    recalled = {
        (row.iloc[0], part)
        for name in TABLES
        for _, row in load(name, unverified=MARKS).iterrows()
        for part in re.findall(r"\((?:95% CI )?(\d+\.\d+)-(\d+\.\d+)\)", row["from_memory"])
    }
    assert len(recalled) >= 3
    for row, (low, high) in recalled:
        assert not re.search(rf"{re.escape(low)}\s*(?:-|–|to)\s*{re.escape(high)}", PAGES), row


# --- the bibliography, both ways


def test_every_reference_is_cited_by_a_row_or_a_page():
    by_rows = {key for name in TABLES for cell in load(name, unverified=MARKS)["source_key"] for key in keys(cell)}
    assert by_rows <= set(entries())
    unused = [key for key in entries() if key not in by_rows and not re.search(rf"\b{key}\b", PAGES)]
    assert unused == []


def test_no_work_is_listed_twice():
    for field in ("doi", "pubmed", "url"):
        assert not twice(entry.fields[field].lower() for entry in entries().values() if field in entry.fields), field
    assert cite("Tur2025") == "Tur et al. 2025"
