"""People as dots: a hundred for a share with its interval, or one for each of those who were counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from immunereset.evidence.caution import cautions
from immunereset.evidence.estimates import estimate
from immunereset.evidence.plots import _drawn, _name
from immunereset.evidence.references import EvidenceError
from immunereset.evidence.tables import needed

AWAY, BACK, QUIET = "#17606F", "#B41E00", "#59656A"
"""Colours of: stays away; came back, or died; neither. The same as on the stages."""

COLUMNS = 10
PEOPLE = 100


def dot_counts(low: float, high: float) -> tuple[int, int, int]:
    """Return how many of a hundred dots are filled, half filled and open, for an interval from `low` to `high` (%).

    Ends are rounded to whole dots. Raises EvidenceError for what is no interval within 0 to 100.
    """
    if not 0 <= low <= high <= PEOPLE:
        raise EvidenceError(f"Dots show an interval within 0 and 100 %; {low:g} to {high:g} was given.")
    filled, reached = round(low), round(high)
    return filled, reached - filled, PEOPLE - reached


def share_dots(fig: Any, df: pd.DataFrame, label: str, empty: str = "") -> pd.DataFrame:
    """Draw a square of a hundred dots for each row, side by side on the matplotlib figure `fig`. Returns the data drawn.

    Dots below the interval are filled, those within it half filled, the rest open.
    `df` holds rows from `load` in per cent that have an interval; `label` is the column whose words stand above the
    squares. `empty`, if given, stands above one more square of dashed outlines: a comparison that nobody made. The
    DataFrame returned fits `figure(table=…)`. Raises EvidenceError for rows without an interval in per cent.
    """
    needed(df)
    wrong = df[(df["unit"] != "%") | df["low"].isna() | df["high"].isna()]
    if len(wrong):
        raise EvidenceError(f"Dots show per cent with an interval; {_name(wrong.iloc[0], label)} has none.")
    axes = fig.subplots(1, len(df) + bool(empty), squeeze=False)[0]
    for ax, (_, row), caution in zip(axes, df.iterrows(), cautions(df)):
        _square(ax, *dot_counts(row["low"], row["high"]))
        ax.set_title(_name(row, label), size="medium", weight="bold")
        ax.set_xlabel(
            "\n".join([estimate(row).replace(" (", "\n(").replace(", ", ",\n"), *_lines(caution)]), size="medium"
        )
    if empty:
        _square(axes[-1], 0, 0, PEOPLE, linestyle=(0, (1.2, 1.2)))
        axes[-1].set_title(empty, size="medium", weight="bold")
        axes[-1].set_xlabel("nobody knows:\nnot compared", size="medium")
    names = [_name(row, label) for _, row in df.iterrows()]

    def cells(row: pd.Series) -> dict[str, Any]:
        filled, half, opened = dot_counts(row["low"], row["high"])
        return {"Value": estimate(row), "Filled": filled, "Half filled": half, "Open": opened}

    return _drawn(df, names, cells)


def people_dots(fig: Any, df: pd.DataFrame, label: str, columns: int = 42) -> pd.DataFrame:
    """Draw one dot for each person of each row, those with the event filled, in rows of `columns` dots on `fig`.

    `df` holds rows from `load` with `events` and `n`; `label` is the column whose words stand above the dots. The
    DataFrame returned fits `figure(table=…)`. Raises EvidenceError for rows without counts.
    """
    needed(df)
    wrong = df[df["events"].isna() | df["n"].isna()]
    if len(wrong):
        raise EvidenceError(f"One dot a person needs counts; {_name(wrong.iloc[0], label)} has none.")
    heights = [-(-int(people) // columns) + 2 for people in df["n"]]
    axes = fig.subplots(len(df), 1, height_ratios=heights, squeeze=False)[:, 0]
    for ax, (_, row), caution in zip(axes, df.iterrows(), cautions(df)):
        events, people = int(row["events"]), int(row["n"])
        _dots(ax, range(events), columns, BACK, BACK)
        _dots(ax, range(events, people), columns, "none", QUIET)
        _frame(ax, columns, people)
        ax.set_title(_name(row, label), size="medium", weight="bold", loc="left")
        ax.set_xlabel("\n".join([f"{events} of {people}, {estimate(row)}", *_lines(caution)]), loc="left")
    names = [_name(row, label) for _, row in df.iterrows()]
    return _drawn(df, names, lambda row: {"Filled": int(row["events"]), "Dots": int(row["n"]), "Value": estimate(row)})


def _lines(caution: str) -> list[str]:
    return caution.split("; ") if caution else []


def _square(ax: Any, filled: int, half: int, opened: int, linestyle: Any = "-") -> None:
    from matplotlib.patches import Wedge

    reached, end = filled + half, filled + half + opened
    for i in range(filled, reached):
        ax.add_patch(Wedge((i % COLUMNS, -(i // COLUMNS)), 0.36, 90, 270, facecolor=AWAY, edgecolor="none"))
    _dots(ax, range(filled), COLUMNS, AWAY, AWAY, linestyle)
    _dots(ax, range(filled, reached), COLUMNS, "none", AWAY, linestyle)
    _dots(ax, range(reached, end), COLUMNS, "none", QUIET, linestyle)
    _frame(ax, COLUMNS, end)


def _dots(ax: Any, places: range, columns: int, face: str, edge: str, linestyle: Any = "-") -> None:
    """Draw dots at their places, as one collection: in an SVG each is a mention of one path."""
    from matplotlib.collections import EllipseCollection

    at = np.reshape([(place % columns, -(place // columns)) for place in places], (-1, 2))
    ax.add_collection(
        EllipseCollection(
            [0.72], [0.72], [0], units="x", offsets=at, offset_transform=ax.transData, facecolors=face,
            edgecolors=edge, linewidths=0.9, linestyles=[linestyle],
        )
    )  # fmt: skip


def _frame(ax: Any, columns: int, dots: int) -> None:
    rows = -(-dots // columns)
    ax.set(xlim=(-0.6, columns - 0.4), ylim=(-rows + 0.4, 0.6), aspect="equal", xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
