"""Published courses, each on an axis of its own; a reader places the points of one before they are shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from immunereset.evidence.estimates import estimate
from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.evidence.view import EVIDENCE, EvidenceView, Told
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.stage.parts import Prediction
from immunereset.pictures.style import style
from immunereset.words import in_full


@dataclass(frozen=True)
class Placing:
    """A course whose later points the reader places.

    `course` names it, its first `shown` points are drawn from the start, and `guesses` are the values of the others that
    each option of the prediction expects.
    """

    course: str
    shown: int
    guesses: Sequence[Sequence[float]]


@dataclass(frozen=True, kw_only=True, eq=False)
class CoursesTold(Told):
    """What courses are told; the arguments are those of `courses`. Raises ValueError for whatever does not fit."""

    rows: pd.DataFrame
    course: str
    x: str
    per: float
    time: str
    unit: str
    detail: str = ""
    placing: Placing | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for column in (self.course, self.x, "value", *([self.detail] if self.detail else [])):
            if column not in self.rows.columns:
                raise ValueError(f"Courses {self.name} need a column {column!r}; there are {', '.join(self.rows.columns)}.")  # fmt: skip
        if self.rows.empty or not self.rows["value"].between(0, 100).all():
            raise ValueError(f"Courses {self.name} show per cent: every value lies within 0 and 100.")
        if (self.placing is None) != (self.prediction is None):
            raise ValueError(f"Courses {self.name} need both a placing and its prediction, or neither.")
        if self.placing is not None:
            names = list(dict.fromkeys(self.rows[self.course]))
            if self.placing.course not in names:
                raise ValueError(f"Courses {self.name} have no {self.placing.course!r}; there are {', '.join(names)}.")
            left = len(self.of(self.placing.course)) - self.placing.shown
            many = [len(one) for one in self.placing.guesses]
            if self.placing.shown < 1 or many != [left] * len(self.prediction.question.options):
                raise ValueError(
                    f"Of {self.placing.course} {left} points are placed: give as many for each option of the prediction."
                )

    def of(self, course: str) -> pd.DataFrame:
        """The rows of a course, from the earliest."""
        return self.rows[self.rows[self.course] == course].sort_values(self.x)


class Courses(EvidenceView):
    """What courses show and say, in Python as in the page."""

    name, classes = "courses", "ir-stage ir-evidence ir-courses"
    sheets = (*EvidenceView.sheets, "evidence/courses.css")
    title = "Courses over time"
    runtimes = (Runtime(("evidence/courses.js",), (), EVIDENCE),)
    specification: CoursesTold

    def __init__(self, specification: CoursesTold):
        told = self.specification = specification
        found = list(dict.fromkeys(told.rows[told.course]))
        first = [told.placing.course] if told.placing else []
        self.courses = {name: told.of(name) for name in [*first, *(name for name in found if name not in first)]}

    def answer(self) -> str:
        placing = self.specification.placing
        if placing is None:
            return f"{len(self.courses)} courses, each on an axis of its own."
        values = self.courses[placing.course]["value"][placing.shown :]
        return f"Published: {', '.join(map(in_full, values))} %."

    def picture(self, hidden: bool) -> Drawing:
        import matplotlib.pyplot as plt

        told = self.specification
        courses = dict(list(self.courses.items())[:1]) if hidden else self.courses
        columns = min(2, len(courses))
        lines = -(-len(courses) // columns)
        with style():
            fig, axes = plt.subplots(
                lines, columns, figsize=(WIDTH, 2.0 * lines), sharey=True, squeeze=False, layout="constrained"
            )
            for ax in axes.flat[len(courses) :]:
                ax.set_visible(False)
            for ax, (name, df) in zip(axes.flat, courses.items()):
                some = df[: told.placing.shown] if hidden else df
                for row in some.iloc:
                    at, low, high = row[told.x] / told.per, _number(row, "low"), _number(row, "high")
                    there = not math.isnan(low + high)
                    if there:
                        ax.plot([at, at], [low, high], color="#20292B", linestyle="-")
                    ax.plot(at, row["value"], "o", color="#20292B", markerfacecolor="#20292B" if there else "white")
                ends = df[told.x] / told.per
                ax.set(ylim=(0, 104), xlim=(0, ends.max() * 1.08), xlabel=told.time, ylabel=told.unit)
                ax.set_title(name, fontsize="small")
            return picture_of(fig, told.name + ("" if hidden or told.placing is None else "-after"), None)

    def table(self) -> Table:
        """Every point, with its interval if one was seen."""
        told = self.specification
        rows = [
            [name, f"{in_full(row[told.x] / told.per)}", estimate(row) if "interval" in told.rows else in_full(row["value"]),
             str(row[told.detail]) if told.detail else ""]
            for name, df in self.courses.items() for row in df.iloc
        ]  # fmt: skip
        return Table(["Followed", told.time, told.unit, "What it is, and source"], rows)

    def fields(self) -> str:
        told = self.specification
        if told.placing is None:
            return ""
        later = self.courses[told.placing.course][told.x][told.placing.shown :] / told.per
        sliders = "".join(
            f'<label>{told.time.capitalize()} {in_full(at)} <input type="range" class="ir-time ir-place" min="0" max="100" step="1" '
            'autocomplete="off" data-lm-suppress-shortcuts="true"><output aria-live="off"></output></label>'
            for at in later
        )
        return f'<div class="ir-places ir-live-part">{sliders}</div>'

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        placing = told.placing and {"shown": told.placing.shown, "guesses": [list(one) for one in told.placing.guesses]}
        return super().settings(drawing) | {
            "time": told.time, "unit": told.unit, "placing": placing,
            "courses": [
                {"name": name, "detail": str(df[told.detail].iloc[0]) if told.detail else "",
                 "points": [self._point(row) for row in df.iloc]}
                for name, df in self.courses.items()
            ],
        }  # fmt: skip

    def _point(self, row: pd.Series) -> dict[str, Any]:
        told, low, high = self.specification, _number(row, "low"), _number(row, "high")
        return {
            "x": float(row[told.x]) / told.per, "value": float(row["value"]),
            "ends": None if math.isnan(low + high) else [low, high],
        }  # fmt: skip


def courses(
    rows: pd.DataFrame, name: str, *, course: str = "course", x: str = "timepoint_months", per: float = 12.0,
    time: str = "year", unit: str = "%", detail: str = "", prediction: Prediction | None = None,
    placing: Placing | None = None, scenes: Mapping[str, str] | None = None, caption: str = "", alt: str = "",
) -> LiveFigure:  # fmt: skip
    """Show published courses in small charts, one a course and never two in one: `courses(rows, "12-later")`.

    `rows` is any DataFrame with `value` (per cent), the time in its column `x`, counted in `per` to a unit of `time`, and
    the name of the course in its column `course`; `low`, `high` and `interval` are drawn if they are there. `detail` is a
    column of which the first row of each course stands below its name. With a `prediction` and a `placing`, the reader
    places the later points of one course first, by a card, by sliders or by hand; the others come with the answer.

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    told = CoursesTold(
        name=name, caption=caption, alt=alt, prediction=prediction, scenes=scenes or {}, rows=rows, course=course, x=x,
        per=per, time=time, unit=unit, detail=detail, placing=placing,
    )  # fmt: skip
    return LiveFigure(Courses(told))


def _number(row: pd.Series, name: str) -> float:
    cell = row.get(name, math.nan)
    return math.nan if pd.isna(cell) else float(cell)
