"""A forest of intervals that a reader sorts, filters, and, if asked, guesses one bar of."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pandas as pd

from immunereset.evidence.estimates import estimate
from immunereset.evidence.plots import DASHES
from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.evidence.view import EVIDENCE, EvidenceView, Told
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.stage.parts import Prediction
from immunereset.pictures.style import INK, QUIET, style
from immunereset.words import fixed, in_full

SORTED_BY = {"design": "comparison", "year": "year"}
"""The column without which a sorting is not offered."""
SORTS = {"given": "as in the table", "value": "value", "width": "width of the bar", "design": "design", "year": "year"}
DESIGNS = ("randomised", "not randomised", "not stated", "none")
MEASURES = {"HR": "hazard ratio", "OR": "odds ratio"}
NO_DIFFERENCE = {"ratio": 1.0, "percentage points": 0.0}
BETTER = {"lower": "left of the line is better", "higher": "right of the line is better"}
STEPS = 400
"""Places of an end of the guessed bar on its axis."""


@dataclass(frozen=True)
class Guess:
    """A bar that the reader guesses before it is drawn.

    `row` is its id, `standing` are the ids of the rows that are drawn from the start, and `ends` the two ends that each
    option of the prediction expects. All other rows come with the bar.
    """

    row: str
    standing: Sequence[str]
    ends: Sequence[tuple[float, float]]


@dataclass(frozen=True, kw_only=True, eq=False)
class ForestTold(Told):
    """What a forest is told; the arguments are those of `forest`. Raises ValueError for whatever does not fit."""

    rows: pd.DataFrame
    label: str = "label"
    detail: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)
    begin: str = ""
    guess: Guess | None = None
    range: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        df = self.rows
        for column in ("value", self.label, *([self.detail] if self.detail else []), *self.facets):
            if column not in df.columns:
                raise ValueError(f"Forest {self.name} needs a column {column!r}; there are {', '.join(df.columns)}.")
        if df.empty or df["value"].isna().all():
            raise ValueError(f"Forest {self.name} has no row with a value.")
        for row in df.iloc:
            low, high = _number(row, "low"), _number(row, "high")
            if not low <= row["value"] <= high and not math.isnan(low + high + row["value"]):
                raise ValueError(f"{row[self.label]}: {row['value']:g} does not lie within {low:g} to {high:g}.")
        for query in (self.begin, *self.scenes.values()):
            self.state_of(query)
        if (self.guess is None) != (self.prediction is None):
            raise ValueError(f"Forest {self.name} needs both a guess and its prediction, or neither.")
        if self.guess is not None:
            for one in (self.guess.row, *self.guess.standing):
                if one not in self.ids:
                    raise ValueError(f"Forest {self.name} has no row {one!r}; there are {', '.join(self.ids)}.")
            if len(self.guess.ends) != len(self.prediction.question.options):
                raise ValueError(f"Forest {self.name} needs two ends for each option of its prediction.")

    @property
    def ids(self) -> list[str]:
        """The ids of the rows: their `row_id`, or else the index."""
        return [str(one) for one in (self.rows["row_id"] if "row_id" in self.rows else self.rows.index)]

    def values(self, column: str) -> list[str]:
        """The words of a filter, in the order of the table, the years from the latest on."""
        found = dict.fromkeys(word for word in self.rows[column].map(_word) if word)
        return sorted(found, reverse=True) if column == "year" else list(found)

    def state_of(self, query: str) -> dict[str, str]:
        """The sorting and the filters that the end of a link names: "sort=width&disease=MS"."""
        state = {key: values[-1] for key, values in parse_qs(query).items()}
        for key, value in state.items():
            known = SORTS if key == "sort" else self.values(key) if key in self.facets else ()
            if value not in known:
                raise ValueError(f"Forest {self.name} cannot show {key}={value}; it knows {', '.join(known) or 'no such name'}.")  # fmt: skip
        return {"sort": "given"} | state

    def order(self, state: Mapping[str, str]) -> list[int]:
        """The places in the table of the rows that a state shows, from the top; rows with an axis of their own stand together."""
        df = self.rows.reset_index(drop=True)
        for key, value in state.items():
            if key != "sort":
                df = df[df[key].map(_word) == value]
        return sorted(df.index, key=self.ranks(state["sort"]).__getitem__)

    def ranks(self, sort: str) -> list[int]:
        """The place of each row when all are sorted by value, width of the bar, design, year, or as in the table."""
        df = self.rows.reset_index(drop=True)
        log = df.get("unit", pd.Series("", df.index)).eq("ratio")
        low, high = (df.get(end, pd.Series(math.nan, df.index)).astype(float) for end in ("low", "high"))
        keys = {
            "given": df.index.to_series(),
            "value": df["value"],
            "width": (high - low).where(~log, np.log((high / low).where(log))),
            "design": df.get("comparison", pd.Series("", df.index)).map({d: i for i, d in enumerate(DESIGNS)}),
            "year": -pd.to_numeric(df.get("year", pd.Series(math.nan, df.index)), errors="coerce").astype(float),
        }
        placed = keys[sort].sort_values(kind="stable", na_position="last").index
        return pd.Series(range(len(df)), placed).sort_index().tolist()


class Forest(EvidenceView):
    """What a forest shows and says, in Python as in the page."""

    name, classes = "forest", "ir-stage ir-evidence ir-forest"
    sheets = (*EvidenceView.sheets, "evidence/forest.css")
    title = "Forest of intervals"
    runtimes = (Runtime(("evidence/forest.js",), (), EVIDENCE),)
    specification: ForestTold

    def __init__(self, specification: ForestTold):
        told = self.specification = specification
        self.state = told.state_of(told.begin)
        self.panels = _panels(told)

    def answer(self) -> str:
        told = self.specification
        if told.guess is None:
            return verdict(told, told.order(self.state))
        return f"Published: {_short(told.rows.iloc[told.ids.index(told.guess.row)])}."

    def picture(self, hidden: bool) -> Drawing:
        import matplotlib.pyplot as plt

        told = self.specification
        order = told.order(self.state)
        if hidden:
            order = [i for i in order if told.ids[i] in told.guess.standing]
        panels = [(panel, [i for i in order if i in panel["rows"]]) for panel in self.panels]
        panels = [(panel, rows) for panel, rows in panels if rows]
        heights = [len(rows) + 1.2 for _, rows in panels]
        with style():
            fig, axes = plt.subplots(
                len(panels), 1, figsize=(WIDTH, 0.5 * sum(heights) + 0.3), height_ratios=heights, squeeze=False,
                layout="constrained",
            )  # fmt: skip
            for ax, (panel, rows) in zip(axes[:, 0], panels):
                _still(ax, panel, [told.rows.iloc[i] for i in rows], told.label)
            return picture_of(fig, told.name + ("" if hidden or told.guess is None else "-after"), None)

    def table(self) -> Table:
        """Every row, with its interval in full and what stands beside it."""
        told, rows = self.specification, []
        for row in told.rows.iloc:
            result = estimate(row) if "interval" in told.rows else _short(row)
            rows.append(
                [
                    _word(row[told.label]),
                    result or _word(row.get("waiting", "")),
                    _word(row[told.detail]) if told.detail else "",
                ]
            )
        return Table(["What was compared", "Result", "Compared with, and source"], rows)  # fmt: skip

    def controls(self) -> str:
        selects = "".join(self._selects()) if self.specification.facets else ""
        filters = f'<div class="ir-fields ir-live-part">{selects}</div>' if selects else ""
        return f"{self.ask()}{self.buttons()}{filters}{self.board()}{self.fields()}"

    def fields(self) -> str:
        ends = "".join(
            f'<label>{words} <input type="range" class="ir-time ir-end" min="0" max="{STEPS}" step="1" autocomplete="off" '
            'data-lm-suppress-shortcuts="true"></label>'
            for words in ("Left end", "Right end")
        )
        there = self.specification.guess is not None
        return f'<div class="ir-ends ir-live-part">{ends}<output aria-live="off"></output></div>' if there else ""

    def _selects(self) -> list[str]:
        told = self.specification
        sorts = {key: words for key, words in SORTS.items() if SORTED_BY.get(key, "value") in told.rows}
        asked = [("sort", "Sort by", sorts)]
        asked += [(key, words, {"": "all"} | {v: v for v in told.values(key)}) for key, words in told.facets.items()]
        return [
            f'<label>{escape(words)} <select data-key="{escape(key)}" autocomplete="off" data-lm-suppress-shortcuts="true">'
            + "".join(
                f'<option value="{escape(value)}"{" selected" * (self.state.get(key, "") == value)}>{escape(shown)}</option>'
                for value, shown in options.items()
            )
            + "</select></label>"
            for key, words, options in asked
        ]

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        guess = told.guess and {
            "row": told.ids.index(told.guess.row), "standing": [told.ids.index(one) for one in told.guess.standing],
            "ends": [list(ends) for ends in told.guess.ends], "steps": STEPS,
        }  # fmt: skip
        kinds = list(dict.fromkeys(told.rows.get("interval", pd.Series(dtype=str))))
        return super().settings(drawing) | {
            "begin": self.state, "guess": guess, "kinds": {kind: _dash(kind) for kind in kinds if kind},
            "panels": [{key: value for key, value in panel.items() if key != "rows"} for panel in self.panels],
            "rows": [self._row(i) for i in range(len(told.rows))],
            "facets": list(told.facets), "ranks": {sort: told.ranks(sort) for sort in SORTS},
        }  # fmt: skip

    def _row(self, i: int) -> dict[str, Any]:
        told = self.specification
        row = told.rows.iloc[i]
        low, high, value = (_number(row, name) for name in ("low", "high", "value"))
        return {
            "id": told.ids[i], "panel": next(k for k, panel in enumerate(self.panels) if i in panel["rows"]),
            "label": _word(row[told.label]), "detail": _word(row[told.detail]) if told.detail else "",
            "value": None if math.isnan(value) else value, "ends": None if math.isnan(low + high) else [low, high],
            "text": _short(row), "kind": _word(row.get("interval", "")), "waiting": _word(row.get("waiting", "")),
            "lot": _word(row.get("comparison", "randomised")) == "randomised",
            "is": {key: _word(row[key]) for key in told.facets},
        }  # fmt: skip


def verdict(told: ForestTold, order: Sequence[int]) -> str:
    """How many rows are shown, in words."""
    results = sum(not math.isnan(_number(told.rows.iloc[i], "value")) for i in order)
    waiting = len(order) - results
    if not order:
        return "No row fits these filters."
    parts = [f"{results} result{'s' * (results != 1)}"] if results else []
    parts += [f"{waiting} trial{'s' * (waiting != 1)} without a result"] if waiting else []
    return f"{' and '.join(parts)}, of {len(told.rows)} rows."


def forest(
    rows: pd.DataFrame, name: str, *, label: str = "label", detail: str = "", facets: Mapping[str, str] | None = None,
    begin: str = "", prediction: Prediction | None = None, guess: Guess | None = None,
    range: tuple[float, float] | None = None, scenes: Mapping[str, str] | None = None, caption: str = "", alt: str = "",
) -> LiveFigure:  # fmt: skip
    """Show a table of results as a forest of intervals that a reader sorts and filters: `forest(rows, "12-compared")`.

    `rows` is any DataFrame with a column `value` and one, called `label`, that names the rows. Used if they are there:
    `low` and `high` (the ends of the bar), `interval` (the kind of interval, which has its dashes), `unit` and `better`
    ("lower" or "higher": rows that differ in either have an axis of their own; a "ratio" has a logarithmic one), `measure`,
    `comparison` (what is not "randomised" is drawn in grey), `year`, `waiting` (words for a row that has no value yet),
    and `row_id`. A row without an interval is a hollow point. `detail` is a column that stands below the label.
    `facets` maps the columns by which a reader filters to their titles. `begin` is the state at the start, as in a
    link: "sort=width&disease=MS"; `scenes` maps the words of buttons to such states. With a `prediction` and a `guess`
    one bar is guessed first: by a card, or by its two ends. `range` are the ends of the first axis.

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    told = ForestTold(
        name=name, caption=caption, alt=alt, prediction=prediction, scenes=scenes or {}, rows=rows, label=label,
        detail=detail, facets=facets or {}, begin=begin, guess=guess, range=range,
    )  # fmt: skip
    return LiveFigure(Forest(told))


def _word(cell: Any) -> str:
    return "" if pd.isna(cell) else in_full(cell) if isinstance(cell, (int, float)) else str(cell)


def _number(row: pd.Series, name: str) -> float:
    cell = row.get(name, math.nan)
    return math.nan if pd.isna(cell) else float(cell)


def _short(row: pd.Series) -> str:
    """Value and ends, as they stand beside a bar, with as many decimals as one of them has: "0.29 (0.13 to 0.63)"."""
    value, low, high = (_number(row, name) for name in ("value", "low", "high"))
    if math.isnan(value):
        return ""
    there = [one for one in (value, low, high) if not math.isnan(one)]
    decimals = max(len(f"{one:g}".partition(".")[2]) for one in there)
    words = [fixed(one, decimals) for one in there]
    return words[0] + (f" ({words[1]} to {words[2]})" if len(words) == 3 else "")


def _dash(kind: str) -> str:
    """The dashes of a kind of interval, as those of the plots, in pixels."""
    pattern = DASHES.get(kind, "-")
    return "" if pattern == "-" else " ".join(f"{2 * length:g}" for length in pattern[1])


def _panels(told: ForestTold) -> list[dict[str, Any]]:
    """The axes: one for each unit and direction, in the order of the table, and none for the rows without a value."""
    df = told.rows.reset_index(drop=True)
    empty = pd.Series("", df.index)
    keys = list(zip(df.get("unit", empty), df.get("better", empty)))
    results = df["value"].notna()
    panels = []
    for unit, better in dict.fromkeys(key for key, there in zip(keys, results) if there):
        rows = [i for i, key in enumerate(keys) if key == (unit, better) and results[i]]
        some = df.loc[rows]
        ends = pd.concat([some[name].astype(float) for name in ("low", "value", "high") if name in some]).dropna()
        log = unit == "ratio"
        low, high = told.range if told.range and not panels else (ends.min(), ends.max())
        none = NO_DIFFERENCE.get(unit)
        ticks = _ticks(low, high, log) if none is None else _ticks(min(low, none), max(high, none), log)
        measures = " or ".join(MEASURES.get(m, m) for m in dict.fromkeys(some.get("measure", empty.loc[rows])))
        words = f"{measures} ({unit})" if unit and not log else measures
        title = "; ".join(part for part in (words, BETTER.get(better, "") if none is not None else "") if part)
        panels.append({
            "rows": rows, "title": title[:1].upper() + title[1:], "log": log, "low": ticks[0], "high": ticks[-1],
            "none": none, "ticks": ticks,
        })  # fmt: skip
    if not results.all():
        rows = [i for i in df.index if not results[i]]
        panels.append(
            {"rows": rows, "title": "No result yet", "log": False, "low": 0, "high": 1, "none": None, "ticks": []}
        )
    return panels


def _ticks(low: float, high: float, log: bool) -> list[float]:
    """Round numbers that enclose low and high: 1, 2 and 5 of each decade, or the multiples of such a number."""
    if log:
        decades = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
        steps = [float(f"{m}e{d}") for d in decades for m in (1, 2, 5)]
        first = max(one for one in steps if one <= low * (1 + 1e-9))
        last = min(one for one in steps if one >= high * (1 - 1e-9))
        return [one for one in steps if first <= one <= last]
    raw = (high - low) / 5 or 1.0
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(m * size for m in (1, 2, 5, 10) if m * size >= raw * (1 - 1e-9))
    return [round(k * step, 10) for k in range(math.floor(low / step), math.ceil(high / step) + 1)]


def _still(ax: Any, panel: Mapping[str, Any], rows: Sequence[pd.Series], label: str) -> None:
    """One axis of the still picture: the words above each bar."""
    for place, row in enumerate(rows):
        value, low, high = (_number(row, name) for name in ("value", "low", "high"))
        colour = INK if _word(row.get("comparison", "randomised")) == "randomised" else QUIET
        if not math.isnan(low + high):
            ax.plot(
                [low, high], [place, place], color=colour, linestyle=DASHES.get(row.get("interval"), "-"), linewidth=2
            )
        hollow = math.isnan(low + high)
        if not math.isnan(value):
            ax.plot(value, place, "o", color=colour, markerfacecolor="white" if hollow else colour)
        told = _short(row) or "no result yet"
        at = dict(xycoords=ax.get_yaxis_transform(), textcoords="offset points", fontsize="small", color=colour)
        ax.annotate(_word(row[label]), (0, place), xytext=(2, 7), **at)
        ax.annotate(told, (1, place), xytext=(-2, -6), ha="right", va="top", **at)
    if panel["log"]:
        ax.set_xscale("log")
        ax.minorticks_off()
    if panel["none"] is not None:
        ax.axvline(panel["none"], color=QUIET, linewidth=0.8, linestyle="-", zorder=0)
    ax.set(xlim=(panel["low"], panel["high"]), ylim=(len(rows) - 0.5, -0.9), yticks=[])
    ax.set_xticks(panel["ticks"], [in_full(tick) for tick in panel["ticks"]])
    ax.set_xlabel(panel["title"], fontsize="small")
