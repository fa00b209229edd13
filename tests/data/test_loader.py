"""The loader: which rows it returns, and the sentence with which it refuses a file."""

import csv
import subprocess
import sys

import pytest

from immunereset.evidence import EvidenceError, load
from tests.data.test_dictionary import DATA, TABLES, copy_of

MARKS = ("mixed", "memory_high", "memory_medium", "memory_low")


@pytest.mark.parametrize("table", TABLES)
def test_unverified_rows_are_left_out_unless_named(table):
    shown = load(table)
    assert set(shown["verification"]) <= {"verified", "seen", "seen_secondary", "derived"}
    assert set(shown["mark"]) == {""}
    everything = load(table, unverified=MARKS)
    with (DATA / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        assert len(everything) == len(list(csv.DictReader(file)))
    for mark in MARKS:
        further = load(table, unverified=mark)
        assert set(further["verification"]) <= {*shown["verification"], mark}
        assert len(further) - len(shown) == (everything["verification"] == mark).sum()


@pytest.mark.parametrize("table", TABLES)
def test_unverified_rows_say_so(table):
    rows = load(table, unverified=MARKS)
    for _, row in rows.iterrows():
        recalled = row["verification"] in MARKS
        assert row["mark"].startswith("unverified: ") == recalled
        assert bool(row["mark"]) == recalled
    assert "unverified: from memory, confidence high" in set(load("safety", unverified="memory_high")["mark"])


def test_numbers_are_numbers_and_gaps_are_gaps():
    rows = load("trial_outcomes").set_index("row_id")
    assert rows.loc["T032", "value"] == 69.2 and rows.loc["T032", "interval"] == "90% CI"
    assert rows["timepoint_months"].dtype == "Int64" and rows["value"].dtype == float
    assert rows["low"].isna()["T037"] and rows.loc["T037", "interval"] == ""
    assert rows["low"].isna()["T041"], "an interval from memory was loaded with a verified value"


def refusal(folder, table, **asked):
    with pytest.raises(EvidenceError) as found:
        load(table, folder=folder, **asked)
    assert isinstance(found.value, ValueError)
    return str(found.value)


SPOILT = [
    (
        "item,disease_or_setting",
        "item,setting",
        "safety.csv has a column 'setting' that datapackage.json does not describe; describe it or remove it.",
    ),
    ("8,34,23.53", "8,34,much", "safety.csv, row S01: value is 'much', which is not a number."),
    ("8,34,23.53", "8.5,34,23.53", "safety.csv, row S01: events is '8.5', which is not a whole number."),
    ("8,34,23.53", "-8,34,23.53", "safety.csv, row S01: events is -8; the smallest allowed is 0."),
    ("Nash2007SSc,verified,", ",verified,", "safety.csv, row S01 has no source_key; every row needs one."),
    (
        "Nash2007SSc,verified,",
        "Nash1907,verified,",
        "safety.csv, row S01: source 'Nash1907' is not in book/references.bib.",
    ),
    (
        "Nash2007SSc,verified,",
        "Nash2007SSc,sure,",
        "safety.csv, row S01: verification is 'sure'; allowed are verified, seen, seen_secondary, derived, mixed, "
        "memory_high, memory_medium, memory_low.",
    ),
    ("Nash2007SSc,verified,", "Nash2007SSc,,", "safety.csv, row S01 has no verification; every row needs one."),
    ("S02,", "S01,", "safety.csv, row S01: row_id occurs twice; an id belongs to one row."),
    ("S02,", "second,", "safety.csv, row second: row_id is 'second', which does not have the form ^S[0-9]{2,3}$."),
    (
        "the tests recompute it from its counts",
        "",
        "safety.csv, row S01 is marked verified and has no checked_again; name what checked it, or say seen.",
    ),
    ("verified,Blood abstract,", "verified,", "safety.csv, line 2, has 21 cells, and the header has 22."),
]


@pytest.mark.parametrize(("old", "new", "sentence"), SPOILT)
def test_a_spoilt_file_is_refused(tmp_path, old, new, sentence):
    assert refusal(copy_of(tmp_path, "safety.csv", old, new), "safety") == sentence


def test_a_missing_column_is_refused(tmp_path):
    folder = copy_of(tmp_path, "safety.csv", "S01", "S01")
    path = folder / "safety.csv"
    lines = [line.rsplit(",", 1)[0] for line in path.read_text(encoding="utf-8").splitlines() if '"' not in line]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert refusal(folder, "safety") == "safety.csv has no column 'from_memory', which datapackage.json describes."


def test_an_unknown_mark_is_refused():
    with pytest.raises(EvidenceError) as found:
        load("safety", unverified=("memory_high", "rumour"))
    assert str(found.value) == (
        "'rumour' is not a mark of unverified rows; those that can be asked for are mixed, memory_high, "
        "memory_medium, memory_low."
    )


def test_importing_the_package_does_not_import_pandas():
    code = "import immunereset, sys; print({'pandas', 'pybtex'} & sys.modules.keys())"
    finished = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert finished.stdout == "set()\n"
