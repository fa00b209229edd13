"""Plots of published results that say what kind of interval they show."""

import math
import textwrap

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from immunereset.evidence.caution import cautions, shared, uncompared
from immunereset.evidence.estimates import BOUNDS, estimate, interval
from immunereset.evidence.references import EvidenceError, cite
from immunereset.evidence.tables import needed, with_way
from immunereset.words import in_full

MONTH = 365.25 / 12
DAGGER, NOT_BY_CHANCE, SHARED = "†", "‡", "§"
NO_BREAK = "\u00a0"
GREY = "0.5"
NONE_SEEN = "no interval seen"
HIDDEN = 0.04
"""Share of the axis below which a bar lies hidden under its point; the table beside the plot has it."""
LABEL_WIDTH = 42
LETTERS_ABOVE = 52
DASHES = {
    "95% CI": "-",
    "exact 95% CI": (0, (9, 2)),
    "90% CI": (0, (5, 2)),
    "97.5% CI": (0, (7, 2, 1, 2)),
    "95% credible interval": (0, (4, 1, 1, 1, 1, 1)),
    "95% uncertainty interval": (0, (6, 1, 1, 1)),
    "range": (0, (1, 1.2)),
    "mean ± SD": (0, (1, 3)),
    "SE": (0, (2, 2)),
}
_BOUND_MARKERS = {"lower bound": ">", "upper bound": "<", "about": "D"}
_NO_DIFFERENCE = {"ratio": 1, "percentage points": 0}


def interval_plot(ax, df, label, *, log=False):
    """Draw one line a row, from the top: the value as a point, its interval as a bar. Returns the data drawn.

    `ax` is a matplotlib axes; `df` rows from `load` that share a unit; `label` a column, or several, whose
    words name the rows ("source" is the citation, "estimate" the value with its interval). Each kind of
    interval has its own dashes and is named in the legend, and beside the row if kinds differ; SE is drawn as
    value ± 1 SE. A row without an interval is a hollow point, a bound an arrow, "about" a hollow diamond, a range without a value
    a bar without a point. Unverified rows are grey and carry a dagger, comparisons without randomisation ‡, rows with
    patients in common §. `log` draws a logarithmic axis. Allow 0.5 inch of height a row. The DataFrame returned fits `figure(table=…)`. Raises EvidenceError for rows without a number, for more than one unit,
    and for frames without sources or marks.
    """
    needed(df)
    unit = _one_unit(df)
    for _, row in df.iterrows():
        if pd.isna(row["value"]) and not row["interval"]:
            raise EvidenceError(f"{_name(row, label)} has no number to draw; leave out rows without a value.")
    if log:
        ax.set_xscale("log")
    kinds = list(dict.fromkeys(df["interval"]))
    told = "estimate" in _columns(label)
    names = [
        name + ("" if told else _differing(row, df, kinds)) for name, (_, row) in zip(_names(df, label), df.iterrows())
    ]
    for place, (_, row) in enumerate(df.iterrows()):
        _draw_interval(ax, place, row)
    _rows_from_the_top(ax, names)
    if unit in _NO_DIFFERENCE:
        ax.axvline(_NO_DIFFERENCE[unit], color=GREY, linestyle="-", linewidth=0.8, zorder=0)
    _limits(ax, df, unit, log)
    ax.set_xlabel(_axis_words(df, unit))
    _legend(ax, _interval_key(df))
    value = f"Value ({unit})" if unit else "Value"
    return _drawn(df, names, lambda row: {value: _or_empty(row["value"]), "Interval": interval(row) or NONE_SEEN})


def milestone_plot(ax, df, label=("compartment", "study")):
    """Draw when each compartment was first reported recovered, in months. Returns the data drawn.

    `df` holds rows of the table reconstitution whose `milestone` is not empty. A filled point: recovered by
    then, at the latest; a bar through it is the interval named in the data. A hollow triangle: not recovered
    by then. A hollow diamond: first seen then. Unverified rows are grey and carry a dagger. Raises
    EvidenceError for rows that are not milestones.
    """
    needed(df)
    for _, row in df.iterrows():
        if not row.get("milestone"):
            raise EvidenceError(f"{_name(row, label)} is not a milestone; keep the rows whose milestone is not empty.")
    names = _names(df, label)
    for place, (_, row) in enumerate(df.iterrows()):
        colour, months = _colour(row), _months(row)
        marker, face, _ = _MILESTONES[row["milestone"]]
        ax.plot([0, months], [place, place], color=colour, linestyle="-", linewidth=0.8)
        ax.plot(months, place, marker, color=colour, markerfacecolor=colour if face else "white", clip_on=False)
        if row["interval"]:
            ends = [row["low"] * _per_month(row), row["high"] * _per_month(row)]
            ax.plot(ends, [place, place], color=colour, linewidth=2, linestyle=DASHES[row["interval"]])
    _rows_from_the_top(ax, names)
    ax.set_xlim(left=0)
    ax.set_xlabel("months after transplantation")
    found = [kind for kind in _MILESTONES if kind in set(df["milestone"])]
    key = [_point(*_MILESTONES[kind]) for kind in found]
    shown = df[(df["high"] - df["low"]) * df.apply(_per_month, axis=1) > HIDDEN * ax.get_xlim()[1]]
    key += [_line(kind) for kind in dict.fromkeys(shown["interval"]) if kind]
    _legend(ax, key + _marks_key(df))
    return _drawn(
        df,
        names,
        lambda row: {
            "Milestone": row["milestone"],
            "Months": in_full(round(_months(row), 2)),
            "Interval": f"{interval(row)} ({row['unit']}s)" if row["interval"] else NONE_SEEN,
            "Finding": row["statement"],
        },
    )


def labels_above(ax, letters=LETTERS_ABOVE):
    """Move the row names of `interval_plot` or `milestone_plot` from the margin to above their rows.

    For narrow screens: the axes get the whole width of the figure. `ax` is the axes that one of them drew on;
    `letters` is the longest line of a name. Every second row, name and bar together, is shaded.
    """
    names = [(place, label.get_text()) for place, label in zip(ax.get_yticks(), ax.get_yticklabels())]
    size = ax.yaxis.get_ticklabels()[0].get_size()
    ax.set_yticks([])
    for place, name in names:
        words = textwrap.fill(name.replace("-\n", "-").replace("\n", " "), letters)
        at = {"xycoords": ax.get_yaxis_transform(), "xytext": (4, 5), "textcoords": "offset points"}
        ax.annotate(words, (0, place), va="bottom", size=size, linespacing=1.1, **at)
        if place % 2:
            ax.axhspan(place - _NAME_SHARE, place + 1 - _NAME_SHARE, facecolor=GREY, alpha=0.12, linewidth=0, zorder=0)
    ax.set_ylim(len(names) - _NAME_SHARE, -_NAME_SHARE)


_NAME_SHARE = 0.78
"""Share of a row's height that lies above its bar, for its name."""

_MILESTONES = {
    "reached": ("o", True, "recovered by then"),
    "not reached": (">", False, "not recovered by then"),
    "begins": ("D", False, "first seen then"),
}


def _one_unit(df):
    units = list(dict.fromkeys(df["unit"]))
    if len(units) > 1:
        raise EvidenceError(f"One axis has one unit; these rows have {', '.join(u or 'none' for u in units)}.")
    return units[0]


def _draw_interval(ax, place, row):
    colour, value, kind = _colour(row), row["value"], row["interval"]
    if kind in BOUNDS:
        ax.plot(value, place, _BOUND_MARKERS[kind], color=colour, markerfacecolor="none")
    elif kind:
        low, high = (value - row["se"], value + row["se"]) if kind == "SE" else (row["low"], row["high"])
        if math.isinf(high):
            high = max(low, value)
            ax.plot(high, place, ">", color=colour, markerfacecolor="none", markersize=9)
        ax.plot([low, high], [place, place], color=colour, linestyle=DASHES[kind], linewidth=1.5)
        ax.plot([low, high], [place, place], "|", color=colour, markersize=8)
    if pd.notna(value) and kind not in BOUNDS:
        ax.plot(value, place, "o", color=colour, markerfacecolor=colour if kind else "none")


def _interval_key(df):
    kinds = list(dict.fromkeys(df["interval"]))
    key = [_line(kind) for kind in kinds if kind and kind not in BOUNDS]
    key += [_point(_BOUND_MARKERS[kind], False, words) for kind, words in BOUNDS.items() if kind in kinds]
    if "" in kinds:
        key.append(_point("o", False, NONE_SEEN))
    return key + _marks_key(df)


def _line(kind):
    words = "value ± 1 SE" if kind == "SE" else kind
    return Line2D([], [], color="C0", linestyle=DASHES[kind], marker="|", markersize=8, label=words)


def _point(marker, filled, words):
    face = "C0" if filled else "none"
    return Line2D([], [], color="C0", linestyle="", marker=marker, markerfacecolor=face, label=words)


def _marks_key(df):
    key = []
    if any(df["mark"]):
        key.append(Line2D([], [], color=GREY, linestyle="", marker="o", label=f"{DAGGER} unverified"))
    ways = [words for words in dict.fromkeys(uncompared(df)) if words]
    if ways:
        key.append(_words_alone(f"{NOT_BY_CHANCE} {', or '.join(ways)}"))
    if any(shared(df)):
        key.append(_words_alone(f"{SHARED} patients in common"))
    return key


def _words_alone(words):
    return Line2D([], [], linestyle="", label=words)


def _legend(ax, key):
    columns = 1 if len(key) < 3 else 2
    ax.legend(handles=key, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, fontsize="medium")


def _rows_from_the_top(ax, names):
    ax.set_yticks(range(len(names)), [textwrap.fill(name, LABEL_WIDTH) for name in names])
    ax.set_ylim(len(names) - 0.5, -0.5)


def _columns(label):
    return [label] if isinstance(label, str) else list(label)


def _name(row, label):
    columns = _columns(label)
    for column in columns:
        if column not in row and column not in ("source", "estimate"):
            raise EvidenceError(f"The results have no column '{column}' to name the rows by.")
    told = {"source": lambda: cite(row["source_key"]), "estimate": lambda: _unbroken(estimate(row))}
    parts = [told[column]() if column in told else str(row[column]) for column in columns]
    words = ", ".join(part for part in parts if part)
    return f"{words} {DAGGER}" if row["mark"] else words


def _names(df, label):
    """The names of the rows, each with its marks: † unverified, ‡ not randomised, § patients in common."""
    signs = [
        NOT_BY_CHANCE * bool(way) + SHARED * bool(others)
        for way, others in zip(uncompared(df), shared(df), strict=True)
    ]
    return [f"{_name(row, label)} {sign}".rstrip() for (_, row), sign in zip(df.iterrows(), signs, strict=True)]


def _unbroken(words):
    """`words` with the interval kept on one line."""
    value, bracket, rest = words.partition(" (")
    return value + bracket + rest.replace(" ", NO_BREAK)


def _differing(row, df, kinds):
    measure = [row["measure"]] if df["measure"].nunique() > 1 else []
    kind = [row["interval"]] if row["interval"] and len(kinds) > 1 else []
    return f" ({', '.join(measure + kind)})" if measure or kind else ""


def _limits(ax, df, unit, log):
    if unit == "%":
        ax.set_xlim(-2, 102)
        return
    ax.margins(x=0.05)
    ax.autoscale(axis="x")
    if not log and df[["value", "high"]].max(axis=None) >= 10_000:
        ax.xaxis.set_major_locator(MaxNLocator(4))
        ax.xaxis.set_major_formatter(lambda x, _: in_full(x))


def _axis_words(df, unit):
    measures = " or ".join(dict.fromkeys(df["measure"]))
    if unit in _NO_DIFFERENCE:
        shown = measures if unit == "ratio" else f"{measures} ({unit})"
        return f"{shown}; {_NO_DIFFERENCE[unit]} is no difference"
    return f"{measures} ({unit})" if unit else measures


def _per_month(row):
    return 1 / MONTH if row["unit"] == "day" else 1


def _months(row):
    return row["month"] if pd.isna(row["value"]) else row["value"] * _per_month(row)


def _colour(row):
    return GREY if row["mark"] else "C0"


def _or_empty(value):
    return "" if pd.isna(value) else in_full(value)


def _drawn(df, names, cells):
    rows = [
        {"": name, **cells(row), "Source": with_way(row, cite(row["source_key"]), caution), "Mark": row["mark"]}
        for name, (_, row), caution in zip(names, df.iterrows(), cautions(df), strict=True)
    ]
    drawn = pd.DataFrame(rows).rename(columns={"": "What was counted"})
    return drawn if any(df["mark"]) else drawn.drop(columns="Mark")
