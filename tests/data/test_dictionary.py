"""The data dictionary: it is valid, covers every column, and says the same as the README."""

import csv
import json
import re
from pathlib import Path

import frictionless
import pytest

from immunereset.evidence import EvidenceError, dictionary

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
TABLES = [resource["name"] for resource in PACKAGE["resources"]]


def fields():
    return [(r["name"], field) for r in PACKAGE["resources"] for field in r["schema"]["fields"]]


def broken(folder):
    """The sentences with which frictionless refuses a package."""
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    return [error.message for task in report.tasks for error in task.errors]


def copy_of(folder, table, old, new):
    """Copy data/ to a folder, with one replacement in one file."""
    for path in DATA.iterdir():
        text = path.read_text(encoding="utf-8")
        if path.name == table:
            assert text.count(old) >= 1
            text = text.replace(old, new, 1)
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


def test_the_package_is_valid():
    assert broken(DATA) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("8,34,23.53", "8,34,a quarter"), ("Nash2007SSc,verified,", "Nash2007SSc,certain,"), ("S02,", "S01,")],
)
def test_a_broken_file_is_refused(tmp_path, old, new):
    assert broken(copy_of(tmp_path, "safety.csv", old, new))


@pytest.mark.parametrize("table", TABLES)
def test_the_dictionary_covers_every_column(table):
    with (DATA / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        assert next(csv.reader(file)) == list(dictionary(table))


def test_every_file_is_in_the_dictionary():
    assert sorted(path.stem for path in DATA.glob("*.csv")) == sorted(TABLES)


def test_every_column_is_explained():
    for table, field in fields():
        assert field["description"].endswith("."), (table, field["name"])
        assert field["title"] and field["type"] in ("string", "integer", "number"), (table, field["name"])
        if field["type"] != "string":
            assert field["unit"], (table, field["name"])


def test_a_column_has_one_title_wherever_it_occurs():
    titles = {}
    for table, field in fields():
        assert titles.setdefault(field["name"], field["title"]) == field["title"], (table, field["name"])


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_an_id_a_source_and_a_mark(table):
    known = dictionary(table)
    first = next(iter(known.values()))
    assert first["constraints"]["unique"]
    for column in ("source_key", "verification", "where_seen"):
        assert known[column]["constraints"]["required"], column


def test_the_readme_lists_the_tables_as_the_dictionary_does():
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| (.+) \|$", readme, re.M)
    assert listed == [(resource["name"], resource["title"]) for resource in PACKAGE["resources"]]


def test_an_unknown_table_is_refused_with_the_nearest_name():
    with pytest.raises(EvidenceError) as refusal:
        dictionary("trail")
    assert str(refusal.value) == (
        f"There is no table 'trail'; the tables are {', '.join(TABLES)}. Did you mean 'trials'?"
    )
