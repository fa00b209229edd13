"""Two groups judged in a month that the reader chooses: published hazard ratios, curves, and a hundred dots each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pandas as pd

from immunereset.evidence.estimates import estimate
from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.evidence.view import EVIDENCE, EvidenceView, Told
from immunereset.live.fields import PLAY
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.stage.parts import Prediction
from immunereset.pictures.style import AWAY, INK, QUIET, style
from immunereset.words import fixed, in_full

TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class JudgedTold(Told):
    """What the view is told; the arguments are those of `judged`. Raises ValueError for whatever does not fit."""

    rows: pd.DataFrame
    month: Sequence[float]
    ratio: Sequence[float]
    groups: Mapping[str, Sequence[float]]
    at: float
    x: str = "timepoint_months"

    def __post_init__(self) -> None:
        super().__post_init__()
        month = np.asarray(self.month, dtype=float)
        if len(month) < 2 or month[0] != 0 or not np.allclose(np.diff(month), month[1]):
            raise ValueError(f"{self.name} needs months that rise evenly from 0.")
        if len(self.groups) != 2:
            raise ValueError(f"{self.name} compares two groups; {len(self.groups)} were given.")
        if {len(self.ratio), *map(len, self.groups.values())} != {len(month)}:
            raise ValueError(f"{self.name} needs a ratio and two values for each of {len(month)} months.")
        for query in self.scenes.values():
            self.place_of(float(parse_qs(query).get("month", ["nan"])[0]))
        self.place_of(self.at)

    def place_of(self, month: float) -> int:
        """The place of a month. Raises ValueError for a month that is not there."""
        step = self.month[1]
        if not (0 <= month <= self.month[-1] and abs(month / step - round(month / step)) < 1e-6):
            raise ValueError(
                f"{self.name} has no month {month:g}; it has 0 to {self.month[-1]:g} in steps of {step:g}."
            )
        return round(month / step)


class Judged(EvidenceView):
    """What is shown and said in each month, in Python as in the page."""

    name, classes = "judged", "ir-stage ir-evidence ir-judged"
    sheets = (*EvidenceView.sheets, "evidence/judged.css")
    title = "Two groups judged in a month"
    runtimes = (Runtime(("evidence/judged.js",), (), EVIDENCE),)
    specification: JudgedTold

    def answer(self) -> str:
        return self.said(len(self.specification.month) - 1).replace("\n", " ")

    def said(self, place: int) -> str:
        """What is seen in a month, in words."""
        told = self.specification
        counts = [(name, curve[place]) for name, curve in told.groups.items()]
        (one, first), (other, second) = ((name, round(value)) for name, value in counts)
        return (
            f"Month {fixed(told.month[place], 1)}: {first} of 100 free of events {one}, {second} {other}.\n"
            f"Pace of events (hazard ratio) in this month: {fixed(told.ratio[place], 2)}."
        )

    def picture(self, hidden: bool) -> Drawing:
        import matplotlib.pyplot as plt

        told = self.specification
        last = told.place_of(told.at) if hidden else len(told.month) - 1
        with style():
            fig, (top, below) = plt.subplots(2, 1, figsize=(WIDTH, 3.8), sharex=True, layout="constrained")
            for row in told.rows.iloc:
                top.plot([row[told.x]] * 2, [row["low"], row["high"]], color=INK, linestyle="-")
                top.plot(row[told.x], row["value"], "o", color=INK)
            top.plot(told.month, told.ratio, color=QUIET, linestyle=":")
            top.axhline(1, color=QUIET, linewidth=0.8, linestyle="-")
            top.set(yscale="log", ylabel="hazard ratio")
            top.set_yticks(TICKS, [in_full(tick) for tick in TICKS])
            top.minorticks_off()
            for (name, curve), colour, dash in zip(told.groups.items(), (AWAY, INK), ("-", "--")):
                below.plot(told.month[: last + 1], curve[: last + 1], color=colour, linestyle=dash, label=name)
            below.legend(loc="lower left")
            below.set(ylim=(0, 104), xlim=(0, told.month[-1]), xlabel="months", ylabel="free of events, of 100")
            return picture_of(fig, told.name + ("" if hidden or told.prediction is None else "-after"), None)

    def table(self) -> Table:
        """The published ratios, and the course at their months and at the end."""
        told, rows = self.specification, []
        for row in told.rows.iloc:
            place = told.place_of(float(row[told.x]))
            rows.append(
                [in_full(row[told.x]), estimate(row), *(f"{curve[place]:.1f}" for curve in told.groups.values())]
            )
        rows.append([in_full(told.month[-1]), "", *(f"{curve[-1]:.1f}" for curve in told.groups.values())])
        return Table(["month", "published hazard ratio", *(f"{name} (toy)" for name in told.groups)], rows)

    def fields(self) -> str:
        told = self.specification
        last, now = len(told.month) - 1, told.place_of(told.at)
        return (
            '<div class="ir-when ir-live-part"><label><span>You stop and judge in month</span> <input type="range" '
            f'class="ir-time ir-month" min="0" max="{last}" step="1" value="{now}" autocomplete="off" '
            f'data-lm-suppress-shortcuts="true"></label><output aria-live="off">{escape(fixed(told.at, 1))}</output>{PLAY}</div>'
        )

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        ends = [[float(row["low"]), float(row["high"])] for row in told.rows.iloc]
        inside = [t for t in TICKS if min(low for low, _ in ends) * 0.7 <= t <= max(high for _, high in ends) * 1.4]
        return super().settings(drawing) | {
            "last": len(told.month) - 1, "step": float(told.month[1]), "at": told.place_of(told.at),
            "ratio": [round(float(v), 4) for v in told.ratio], "ticks": inside,
            "groups": [{"name": name, "curve": [round(float(v), 3) for v in curve]} for name, curve in told.groups.items()],
            "published": [
                {"month": float(row[told.x]), "value": float(row["value"]), "ends": pair}
                for row, pair in zip(told.rows.iloc, ends)
            ],
        }  # fmt: skip


def judged(
    rows: pd.DataFrame, name: str, *, month: Sequence[float], ratio: Sequence[float],
    groups: Mapping[str, Sequence[float]], at: float, x: str = "timepoint_months", prediction: Prediction | None = None,
    scenes: Mapping[str, str] | None = None, caption: str = "", alt: str = "",
) -> LiveFigure:  # fmt: skip
    """Show two groups up to a month that the reader chooses: as curves, and as a hundred dots each.

    `rows` are published hazard ratios with `value`, `low`, `high` and the month in the column `x`. `ratio` and the two
    `groups` (how many of 100 are free of events, by name) are a model's, for each of `month`, which rise evenly from 0. `at` is
    the month where the slider starts; with a `prediction` the future waits from there on. `scenes` maps the words of
    buttons to months: {"month 3": "month=3"}.

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    if rows[[x, "value", "low", "high"]].isna().any(axis=None):
        raise ValueError(f"{name} draws published ratios with their intervals; one of the rows has none.")
    if not all(math.isfinite(value) and value > 0 for value in ratio):
        raise ValueError(f"{name} draws ratios above 0.")
    told = JudgedTold(
        name=name, caption=caption, alt=alt, prediction=prediction, scenes=scenes or {}, rows=rows,
        month=list(map(float, month)), ratio=list(map(float, ratio)),
        groups={group: list(map(float, curve)) for group, curve in groups.items()}, at=at, x=x,
    )  # fmt: skip
    return LiveFigure(Judged(told))
