"""Reading a table of data/: every cell is checked against the dictionary before a row is returned."""

import csv
import difflib
import json
import re
from functools import cache
from pathlib import Path

import pandas as pd

from immunereset.evidence.references import EvidenceError, entries, keys, shipped

SHOWN = ("verified", "seen", "seen_secondary", "derived")
MARKS = {
    "mixed": "unverified: part seen, part from memory",
    "memory_high": "unverified: from memory, confidence high",
    "memory_medium": "unverified: from memory, confidence medium",
    "memory_low": "unverified: from memory, confidence low",
}
_DTYPE = {"string": "str", "integer": "Int64", "number": "float64"}
_ARTICLE = {"integer": "a whole number", "number": "a number"}


def load(table, *, figure=None, unverified=(), folder=None):
    """Return a table of published results as a DataFrame, one row a finding.

    `table` is the name of a table of data/datapackage.json. `figure` is the name of a figure: only the rows that
    name it in their column `figures` are returned, in the order of their places there; rows with the same place
    stand by their identifier, and rows without one come last. Only rows marked verified, seen, seen_secondary or
    derived are returned; `unverified` names the marks of further rows, such as ("memory_high",), and those
    rows say so in the column `mark`, which `table()` and the plots show. Columns, units and meanings are in
    the dictionary; an empty number is NaN or NA, an empty word "". `folder` is another folder with a
    datapackage.json. Raises EvidenceError for an unknown table, figure or mark, and for a file that breaks its
    dictionary, lacks a source, names one that is not in references.bib, or calls a row verified that nobody has
    checked again.
    """
    folder = shipped()[0] if folder is None else Path(folder)
    fields = dictionary(table, folder)
    wanted = _wanted(unverified)
    name = f"{table}.csv"
    header, rows = _read(folder / name)
    _check_header(name, header, fields)
    _check_rows(name, header, rows, fields)
    if figure is not None:
        rows = _rows_of(figure, name, header, rows)
    shown = [row for row in rows if row["verification"] in wanted]
    frame = pd.DataFrame({c: _column([row[c] for row in shown], fields[c]["type"]) for c in header})
    frame["mark"] = [MARKS.get(mark, "") for mark in frame["verification"]]
    return frame


def dictionary(table, folder=None):
    """Return what data/datapackage.json says about the columns of a table: {column: {title, type, unit, …}}."""
    folder = shipped()[0] if folder is None else Path(folder)
    tables = _package(folder)
    if table not in tables:
        near = difflib.get_close_matches(str(table), tables, n=1, cutoff=0.5)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise EvidenceError(f"There is no table '{table}'; the tables are {', '.join(tables)}.{hint}")
    return tables[table]


def tables():
    """Return the names of the tables, in the order of the dictionary."""
    return list(_package(shipped()[0]))


@cache
def titles():
    """Return the title of every column of every table; a name has the same title wherever it occurs."""
    return {name: field["title"] for fields in _package(shipped()[0]).values() for name, field in fields.items()}


def _package(folder):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return {
        resource["name"]: {field["name"]: field for field in resource["schema"]["fields"]}
        for resource in package["resources"]
    }


def _wanted(unverified):
    asked = (unverified,) if isinstance(unverified, str) else tuple(unverified)
    for mark in asked:
        if mark not in MARKS:
            raise EvidenceError(
                f"'{mark}' is not a mark of unverified rows; those that can be asked for are {', '.join(MARKS)}."
            )
    return {*SHOWN, *asked}


def _rows_of(figure, name, header, rows):
    places = {}
    for row in rows:
        for entry in row.get("figures", "").split("; "):
            shown_in, _, place = entry.partition(" ")
            places.setdefault(shown_in, []).append((float(place or "inf"), row[header[0]], row))
    places.pop("", None)
    if figure not in places:
        raise EvidenceError(
            f"No row of {name} belongs to the figure '{figure}'; its rows name {', '.join(sorted(places)) or 'none'}."
        )
    return [row for *_, row in sorted(places[figure], key=lambda entry: entry[:2])]


def _read(path):
    with path.open(newline="", encoding="utf-8") as file:
        header, *lines = csv.reader(file)
    for number, cells in enumerate(lines, 2):
        if len(cells) != len(header):
            raise EvidenceError(
                f"{path.name}, line {number}, has {len(cells)} cells, and the header has {len(header)}."
            )
    return header, [dict(zip(header, cells, strict=True)) for cells in lines]


def _check_header(name, header, fields):
    for column in header:
        if column not in fields:
            raise EvidenceError(
                f"{name} has a column '{column}' that datapackage.json does not describe; describe it or remove it."
            )
    for column in fields:
        if column not in header:
            raise EvidenceError(f"{name} has no column '{column}', which datapackage.json describes.")


def _check_rows(name, header, rows, fields):
    first = header[0]
    taken = set()
    for row in rows:
        place = f"{name}, row {row[first] or '(without an id)'}"
        for column, field in fields.items():
            _check_cell(place, column, row[column], field)
        if row[first] in taken:
            raise EvidenceError(f"{place}: {first} occurs twice; an id belongs to one row.")
        taken.add(row[first])
        if row["verification"] == "verified" and not row["checked_again"]:
            raise EvidenceError(
                f"{place} is marked verified and has no checked_again; name what checked it, or say seen."
            )
        for key in keys(row["source_key"]):
            if key not in entries():
                raise EvidenceError(f"{place}: source '{key}' is not in book/references.bib.")


def _check_cell(place, column, cell, field):
    rules = field.get("constraints", {})
    if not cell:
        if rules.get("required"):
            raise EvidenceError(f"{place} has no {column}; every row needs one.")
        return
    if "enum" in rules and cell not in rules["enum"]:
        raise EvidenceError(f"{place}: {column} is '{cell}'; allowed are {', '.join(rules['enum'])}.")
    if "pattern" in rules and not re.fullmatch(rules["pattern"], cell):
        raise EvidenceError(f"{place}: {column} is '{cell}', which does not have the form {rules['pattern']}.")
    if field["type"] == "string":
        return
    try:
        number = int(cell) if field["type"] == "integer" else float(cell)
    except ValueError:
        raise EvidenceError(f"{place}: {column} is '{cell}', which is not {_ARTICLE[field['type']]}.") from None
    if number < rules.get("minimum", number):
        raise EvidenceError(f"{place}: {column} is {cell}; the smallest allowed is {rules['minimum']}.")
    if number > rules.get("maximum", number):
        raise EvidenceError(f"{place}: {column} is {cell}; the largest allowed is {rules['maximum']}.")


def _column(cells, kind):
    if kind != "string":
        cells = [None if not cell else int(cell) if kind == "integer" else float(cell) for cell in cells]
    return pd.Series(cells, dtype=_DTYPE[kind])
