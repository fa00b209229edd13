"""A finding in words: value, interval, and what kind of interval it is."""

import pandas as pd

from immunereset.words import in_full

BOUNDS = {"lower bound": "at least", "upper bound": "at most", "about": "about"}
"""Kinds of a value that stands alone, in words."""


def estimate(row):
    """Return the value of a row with its unit and interval: "69.2% (50.2 to 82.1, 90% CI)".

    `row` is a row of a table with value, unit and interval. A range without a value stays a range; a row
    without a number gives "".
    """
    kind, value, unit = row["interval"], row["value"], row["unit"]
    if pd.isna(value):
        return f"{_ends(row)}{_unit(unit)} ({kind})" if kind else ""
    text = f"{in_full(value)}{_unit(unit)}"
    if kind in BOUNDS:
        return f"{BOUNDS[kind]} {text}"
    return f"{text} ({interval(row)})" if kind else text


def interval(row):
    """Return the interval of a row and its kind, "50.2 to 82.1, 90% CI", or "" if none was seen."""
    kind = row["interval"]
    if not kind or kind in BOUNDS:
        return kind
    if kind == "SE":
        return f"SE {in_full(row['se'])}"
    return f"{_ends(row)}, {kind}"


def _ends(row):
    return f"{in_full(row['low'])} to {in_full(row['high'])}"


def _unit(unit):
    if unit in ("", "ratio"):
        return ""
    return unit if unit == "%" else f" {unit}"
