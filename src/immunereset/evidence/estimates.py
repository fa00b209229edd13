"""A finding in words: value, interval, and what kind of interval it is."""

import math

import pandas as pd

THIN = "\u202f"
"""A thin space at which no line breaks: between thousands."""


def estimate(row):
    """Return the value of a row with its unit and interval: "69.2% (50.2 to 82.1, 90% CI)".

    `row` is a row of a table with value, unit and interval. A range without a value stays a range; a row
    without a number gives "".
    """
    kind, value, unit = row["interval"], row["value"], row["unit"]
    if pd.isna(value):
        return f"{_ends(row)}{_unit(unit)} ({kind})" if kind else ""
    text = f"{number(value)}{_unit(unit)}"
    if kind == "lower bound":
        return f"at least {text}"
    return f"{text} ({interval(row)})" if kind else text


def interval(row):
    """Return the interval of a row and its kind, "50.2 to 82.1, 90% CI", or "" if none was seen."""
    kind = row["interval"]
    if not kind or kind == "lower bound":
        return kind
    if kind == "SE":
        return f"SE {number(row['se'])}"
    return f"{_ends(row)}, {kind}"


def number(value):
    """Return a number as a reader expects it: 0.07, 69.2, 1 600 000 with thin spaces that do not break."""
    if math.isinf(value):
        return "infinity"
    return f"{value:,.0f}".replace(",", THIN) if abs(value) >= 10_000 else f"{value:g}"


def _ends(row):
    return f"{number(row['low'])} to {number(row['high'])}"


def _unit(unit):
    if unit in ("", "ratio"):
        return ""
    return unit if unit == "%" else f" {unit}"
