"""The data dictionary: it is valid, covers every column, and says the same as the README."""

import csv
import json
import re
from functools import cache
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


def broken(folder, tables=TABLES):
    """What Frictionless finds wrong in tables of a package: the kind of each fault and its sentence.

    Rules that join columns of a row stand in `checks` of each table; they are checks of Frictionless, too.
    """
    package = frictionless.Package(str(folder / "datapackage.json"))
    reports = [
        resource.validate(frictionless.Checklist.from_descriptor({"checks": resource.custom["checks"]}))
        for resource in package.resources
        if resource.name in tables
    ]
    return [(error.type, error.message) for report in reports for task in report.tasks for error in task.errors]


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


BROKEN = {
    "type-error": [("safety", "8,34,23.53", "8,34,a quarter"), ("safety", "8,34,23.53", "8.5,34,23.53")],
    "constraint-error": [
        ("safety", "Nash2007SSc,verified,", "Nash2007SSc,certain,"),
        ("safety", "Nash2007SSc,verified,", ",verified,"),
        ("safety", "8,34,23.53", "-8,34,23.53"),
        ("safety", "S02,", "second,"),
        ("safety", "07-price 1", "07 price"),
        ("trials", "ASTIMS,2015,", "ASTIMS,2051,"),
    ],
    "unique-error": [("safety", "S02,", "S01,")],
    "foreign-key": [("trial_outcomes", "HALT-MS,MS", "HALF-MS,MS")],
    "incorrect-label": [("safety", "row_id,category", "row_id,kind")],
    "missing-cell": [("healthy", ",abstract at scielosp.org,,", ",abstract at scielosp.org")],
    "row-constraint": [
        ("safety", "23.53,10.75,41.17", "23.53,24.75,41.17"),
        ("safety", "23.53,10.75,41.17", ",41.17,10.75"),
        ("safety", "23.53,10.75,41.17", "23.53,,"),
        ("safety", "23.53,10.75,41.17", "23.53,10.75,101"),
        ("safety", "exact 95% CI,,%", "lower bound,,%"),
        ("safety", "exact 95% CI,,%", "exact 95% CI,2,%"),
        ("safety", "exact 95% CI,,%", "exact 95% CI,,"),
        ("safety", "8,34,23.53", "35,34,23.53"),
        ("safety", "the tests recompute it from its counts", ""),
        ("trial_outcomes", "0.07,0.02,0.24", "0.07,0,0.24"),
        ("trial_outcomes", ",derived,", ",seen_secondary,"),
        ("healthy", ",seen,PubMed abstract 18420820,,", ",seen,PubMed abstract 18420820,somebody,"),
        ("reconstitution", "reached,,,9,7,13", "not reached,24,,9,7,13"),
        ("reconstitution", "reached,,,9,7,13,range,day", "reached,,,9,7,13,range,fold"),
        ("reconstitution", "48,90,,,lower bound", "48,,,,lower bound"),
        ("trials", "55,55,110", "55,54,110"),
        ("trials", "0,55,BURT2021,", "56,55,BURT2021,"),
        ("clinics", ",2754,,,,clinics", ",2754,,2900,,clinics"),
        ("clinics", ",89,,,,%", ",189,,,,%"),
        ("clinics", "1480,1262,,,,", "1262,1480,,,,"),
        ("clinics", ",400,,,lower bound,", ",,,,lower bound,"),
        ("clinics", ",2754,,,,clinics", ",2754,,,,"),
        ("clinics", ",24541 - 22205 - 192 - 1608,", ",,"),
        ("costs", ",80000,100000,range", ",100000,80000,range"),
        ("costs", "85184,70635", "65184,70635"),
    ],
}


@pytest.fixture(scope="module")
def faults(tmp_path_factory):
    """`faults(table, old, new)` is what is wrong in a table after one replacement; of each, it is found once."""

    @cache
    def found(table, old, new):
        return broken(copy_of(tmp_path_factory.mktemp("data"), f"{table}.csv", old, new), [table])

    return found


@pytest.mark.parametrize(("kind", "case"), [(kind, case) for kind, cases in BROKEN.items() for case in cases])
def test_a_broken_file_is_refused(faults, kind, case):
    assert kind in {found for found, _ in faults(*case)}


def test_every_rule_of_a_row_is_broken_above(faults):
    rules = {check["formula"] for resource in PACKAGE["resources"] for check in resource["checks"]}
    for case in BROKEN["row-constraint"]:
        for _, sentence in faults(*case):
            rules = {rule for rule in rules if rule not in sentence}
    assert rules == set()


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
