"""The arithmetic of the rows, whatever their mark, where it can be recomputed; Frictionless bounds the rest."""

import math
import re

import pytest

from immunereset.evidence import clopper_pearson, dictionary, load
from tests.data.test_dictionary import TABLES
from tests.data.test_loader import MARKS


def rows(table):
    return load(table, unverified=MARKS).set_index("row_id")


def exact_intervals_recomputed():
    found = set()
    for table in ("safety", "trial_outcomes"):
        for name, row in rows(table).iterrows():
            if row["interval"] != "exact 95% CI":
                continue
            events, n = (row["events"], row["n"]) if table == "safety" else (row["exp_value"], row["exp_n"])
            low, high = clopper_pearson(int(events), int(n))
            places = 2 if table == "safety" else 1
            assert row["value"] == pytest.approx(100 * events / n, abs=0.5 * 10**-places), name
            assert row["low"] == pytest.approx(100 * low, abs=0.51 * 10**-places), name
            assert row["high"] == pytest.approx(100 * high, abs=0.51 * 10**-places), name
            found.add(name)
    return found


def shares_recomputed():
    found = set()
    for table in ("safety", "epidemiology"):
        for name, row in rows(table).iterrows():
            crude = row["unit"] == "%" and row["measure"] != "cumulative incidence at 5 years"
            if crude and row[["value", "events", "n"]].notna().all():
                assert row["value"] == pytest.approx(100 * row["events"] / row["n"], abs=0.051), name
                found.add(name)
    return found


def test_rows_that_the_tests_recompute_from_counts_say_so():
    told = {
        name
        for table in TABLES
        for name, row in load(table, unverified=MARKS).set_index(next(iter(dictionary(table)))).iterrows()
        if row["checked_again"] == "the tests recompute it from its counts"
    }
    outcomes, every = rows("trial_outcomes"), exact_intervals_recomputed() | shares_recomputed()
    counted = ("safety", "epidemiology", "trial_outcomes")
    recalled = {name for table in counted for name, row in rows(table).iterrows() if row["mark"]}
    assert told == every - recalled - set(outcomes.index[outcomes["verification"] == "derived"])
    assert len(told) > 20


def test_shares_of_twin_pairs_are_shares_of_a_single_whole_number():
    """Where a source gives a share and not the pairs, lessons say how many they were."""
    causes = rows("epidemiology")
    for name, pairs in {"E17": 11, "E18": 1, "E43": 12, "E44": 7}.items():
        row = causes.loc[name]
        places = len(f"{row['value']:g}".partition(".")[2])
        fitting = [k for k in range(row["n"] + 1) if round(100 * k / row["n"], places) == row["value"]]
        assert fitting == [pairs], name


def test_the_exact_interval_is_the_textbook_one():
    assert clopper_pearson(0, 100) == (0.0, pytest.approx(1 - 0.025 ** (1 / 100)))
    assert clopper_pearson(5, 5) == (pytest.approx(0.025 ** (1 / 5)), 1.0)
    low, high = clopper_pearson(3, 20, level=0.9)
    assert sum(math.comb(20, k) * low**k * (1 - low) ** (20 - k) for k in range(3, 21)) == pytest.approx(0.05)
    assert sum(math.comb(20, k) * high**k * (1 - high) ** (20 - k) for k in range(4)) == pytest.approx(0.05)


@pytest.mark.parametrize("given", [(-1, 5), (6, 5), (0, 0), (1.5, 5)])
def test_impossible_counts_are_refused(given):
    with pytest.raises(ValueError, match="Events must be a whole number from 0 to n, and n at least 1; these are"):
        clopper_pearson(*given)


def test_an_impossible_level_is_refused():
    with pytest.raises(ValueError, match="lies between 0 and 1, such as 0.95; this one is 95"):
        clopper_pearson(1, 5, level=95)


def test_derived_rows_are_recomputed():
    outcomes, causes = rows("trial_outcomes"), rows("epidemiology")
    recomputed = set()
    for name, row in outcomes[outcomes["derivation"].str.startswith("100 minus")].iterrows():
        value, low, high = map(float, re.search(r"([\d.]+)% \(([\d.]+)-([\d.]+)\)", row["derivation"]).groups())
        assert [row["value"], row["low"], row["high"]] == pytest.approx([100 - value, 100 - high, 100 - low])
        recomputed.add(name)
    ratio = outcomes.loc["T105"]
    a, n, c, m = ratio[["exp_value", "exp_n", "ctrl_value", "ctrl_n"]].astype(float)
    spread = 1.959964 * math.sqrt(1 / a - 1 / n + 1 / c - 1 / m)
    expected = [a / n / (c / m) * math.exp(step) for step in (0, -spread, spread)]
    assert [ratio["value"], ratio["low"], ratio["high"]] == pytest.approx(expected, abs=0.005)
    recomputed.add("T105")
    for name, row in outcomes[outcomes["derivation"].str.fullmatch(r"0\.\d+/0\.\d+")].iterrows():
        assert row["derivation"] == f"{row['exp_value']:.2f}/{row['ctrl_value']:.2f}"
        assert row["value"] == pytest.approx(row["exp_value"] / row["ctrl_value"], abs=0.005)
        recomputed.add(name)
    exact = outcomes.loc[outcomes["derivation"].str.contains("with the exact")]
    assert {"T087", "T112"} <= set(exact.index) <= exact_intervals_recomputed()
    for name, row in exact.iterrows():
        assert row["derivation"].startswith(f"{row['exp_value']:g}/{row['exp_n']} "), name
        recomputed.add(name)
    women, men, shown = causes.loc[["E09", "E10", "E11"], "value"]
    assert shown == pytest.approx(women / men, abs=0.005)
    men, women, shown = causes.loc[["E50", "E51", "E52"], "value"]
    assert shown == pytest.approx(women / men, abs=0.005)
    recomputed |= {"E11", "E52"}
    marked = {name for table in (outcomes, causes) for name in table.index[table["verification"] == "derived"]}
    assert marked == recomputed
    told = {
        name for table in (outcomes, causes) for name in table.index[table["checked_again"] == "the tests recompute it"]
    }
    assert told == recomputed


def test_shares_free_of_an_event_do_not_rise():
    survival = rows("trial_outcomes").query("plot_use == 'survival'")
    series = 0
    for (study, *_), course in survival.groupby(["study_id", "outcome", "population", "arm"]):
        course = course.sort_values("timepoint_months")
        assert course["timepoint_months"].is_unique, study
        series += len(course) > 1
        assert course["value"].is_monotonic_decreasing, study
    assert series >= 10


@pytest.mark.parametrize("table", TABLES)
def test_no_word_from_memory_is_left_in_a_checked_row(table):
    checked = load(table).drop(columns=["from_memory", "verification", "mark"])
    assert len(checked)
    for _, row in checked.iterrows():
        for cell in row:
            assert not re.search(r"memory_|from memory|confidence (high|medium|low)\)", str(cell)), row.iloc[0]
