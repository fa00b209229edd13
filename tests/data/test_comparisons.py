"""Cells against something else: which rows of the data are compared, and what is said of them."""

import csv

import pandas as pd
import pytest

from immunereset.evidence import comparisons, load
from immunereset.evidence.comparisons import CELLS, NOT_WITHOUT_CELLS
from immunereset.evidence.store import SHOWN
from tests.data.test_dictionary import DATA


@pytest.fixture(scope="module")
def rows():
    return comparisons()


def raw(table):
    with (DATA / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_checked_effect_of_cells_is_there_and_nothing_else(rows):
    """Against the file itself, read by hand."""
    conference = {one["study_id"] for one in raw("trials") if "conference version" in one["study"]}
    effects = {
        one["row_id"]
        for one in raw("trial_outcomes")
        if one["plot_use"] == "effect" and one["value"] and one["therapy_class"] in CELLS
        and one["verification"] in SHOWN and one["row_id"] not in NOT_WITHOUT_CELLS and one["study_id"] not in conference
    }  # fmt: skip
    results = rows[rows["status"] == "result"]
    assert set(results["row_id"]) == effects and len(results) == len(effects) > 20
    assert not effects & {"T002", "T003", "T006", "T007", "T008", "T009", "T027"}


def test_waiting_trials_are_drawn_by_lot_and_say_when_they_were_seen(rows):
    waiting = rows[rows["status"] == "waiting"].set_index("study_id")
    assert {"BEAT-MS", "RAM-MS", "StarMS", "UPSIDE"} <= set(waiting.index) and "NET-MS" not in waiting.index
    trials = load("trials").set_index("study_id").loc[waiting.index]
    assert (
        trials["comparison"].eq("randomised").all() and trials["main_result"].str.startswith("no results found").all()
    )
    assert waiting["value"].isna().all() and waiting["interval"].eq("").all()
    dated = waiting["waiting"].str.contains(r"20\d\d|no date noted")
    assert dated.all()
    assert waiting.loc["StarMS", "waiting"] == "recruitment closed November 2024; result expected July 2027"
    assert waiting.loc["UPSIDE", "waiting"] == "ongoing when seen (page of 23 July 2024)"


def test_a_row_says_against_what_how_in_how_many_and_where(rows):
    told = rows.set_index("row_id")["detail"]
    assert told["T015"] == "v ocrelizumab; not randomised; 103 v 314; Muraro et al. 2025"
    assert told["T012"].startswith("v alemtuzumab; not randomised; 103 v 204; ")
    assert (
        "; randomised; 55 v 55; " in told["T001"] and "144 v 769" in told["T149"] and "(computed here)" in told["T149"]
    )
    labels = rows.set_index("row_id")["label"]
    assert labels["T019"] == "ASTIS: event in month 12" and labels["T030"].endswith("in month 12")
    assert labels[rows["status"].eq("result").to_numpy()].str.contains(": ").all()


def test_rows_with_the_same_label_differ_in_what_is_compared(rows):
    assert not rows.duplicated(["label", "detail"]).any()
    assert pd.api.types.is_numeric_dtype(rows["year"])
