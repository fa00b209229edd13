"""Stories to pick, one at a time: people as dots by year, or things in a row; each opens below, with a small picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from immunereset.evidence.references import cite, keys, link
from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.evidence.strips import strips
from immunereset.live.evidence.view import EVIDENCE, EvidenceView, Told
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.stage.parts import Prediction
from immunereset.pictures.style import ROLES, style
from immunereset.words import Html, show


@dataclass(frozen=True)
class Point:
    """A number of a small picture: `value`, if known its interval, and its `unit` ("%" or "ratio")."""

    words: str
    value: float
    low: float | None
    high: float | None
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in ("%", "ratio"):
            raise ValueError(f"A small picture shows % or a ratio; {self.unit!r} was given.")

    @property
    def told(self) -> str:
        """The number with its interval, as text."""
        unit = " %" if self.unit == "%" else ""
        between = "" if self.low is None else f" ({show(self.low)} to {show(self.high)})"
        return f"{show(self.value)}{unit}{between}"

    def place(self, value: float) -> float:
        """Where a value stands, in per cent of the axis: 0 to 100 %, or a ratio from 0.05 to 5, logarithmic."""
        from math import log

        share = value / 100 if self.unit == "%" else log(max(value, 0.05) / 0.05) / log(100)
        return round(100 * min(1.0, max(0.0, share)), 2)


@dataclass(frozen=True)
class Story:
    """What opens when it is picked: a title, words (a line is a paragraph), points to draw, its source (HTML).

    `year` and `people` say where its dots stand and how many there are; in a row, `mark` says how far its square is
    filled. `tags` are those of the questions that pick it out.
    """

    title: str
    words: str
    year: int | None = None
    people: int = 1
    mark: str = ""
    tags: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    source: str = ""


def source_links(source_key: str) -> str:
    """The references of a source_key as HTML, linked where an address was seen."""
    found = [(link(key), escape(cite(key))) for key in keys(source_key)]
    return "; ".join(f'<a href="{escape(address)}">{words}</a>' if address else words for address, words in found)


@dataclass(frozen=True, kw_only=True, eq=False)
class Telling(Told):
    """What stories are told; the arguments are those of `stories`. Raises ValueError for whatever does not fit."""

    items: Sequence[Story]
    answer: str
    marks: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    label: str = "Pick out"
    one: str = "Story"

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.items) < 2:
            raise ValueError(f"Stories are at least two; {len(self.items)} was given.")
        years = [one.year for one in self.items if one.year is not None]
        if years and len(years) < len(self.items):
            raise ValueError("Either all stories have a year, or none.")
        if years != sorted(years):
            raise ValueError("Stories stand in the order of their years.")
        for one in self.items:
            if not years and one.mark not in self.marks:
                raise ValueError(f"The story {one.title!r} has no mark among {', '.join(self.marks) or 'none'}.")
            for tag in one.tags:
                if tag not in self.tags:
                    raise ValueError(
                        f"The story {one.title!r} has the tag {tag!r}; the tags are {', '.join(self.tags)}."
                    )

    @property
    def dated(self) -> bool:
        """Whether the stories have years."""
        return self.items[0].year is not None


class Stories(EvidenceView):
    """Stories, a dot for each person or a square for each, and the one that is picked."""

    name, classes = "stories", "ir-stage ir-evidence ir-stories"
    sheets = (*EvidenceView.sheets, "evidence/stories.css")
    runtimes = (Runtime(("evidence/strips.js", "evidence/stories.js"), (), EVIDENCE),)
    title = "Stories"
    still = (
        "To open a story here needs JavaScript; without it, all stand in the fold below. In a notebook, run the cell."
    )
    specification: Telling

    def answer(self) -> str:
        return self.specification.answer.replace("\n", " ")

    def picture(self, hidden: bool) -> Drawing:
        told = self.specification
        name = told.name + ("" if hidden or told.prediction is None else "-after")
        if not told.dated:
            order = list(told.marks)
            return strips(name, {"": [None if hidden else order.index(one.mark) for one in told.items]}, len(order))
        import matplotlib.pyplot as plt

        heights: dict[int, int] = {}
        with style():
            fig, ax = plt.subplots(figsize=(WIDTH, 2.6))
            for one in told.items:
                at = heights.get(one.year, 0)
                ax.plot([one.year] * one.people, range(at, at + one.people), "o", ms=4, color=ROLES["effector"].colour)
                heights[one.year] = at + one.people + 1
            ax.set(ylim=(-1, max(heights.values())), yticks=[], xlabel="year of the report")
            ax.xaxis.get_major_locator().set_params(integer=True)
            return picture_of(fig, name, None)

    def table(self) -> Table:
        told = self.specification
        columns = [told.one, "What is known", *(["Year", "People"] if told.dated else ["Mark"]), "Source"]
        rows = []
        for one in told.items:
            more = "; ".join(f"{point.words}: {point.told}" for point in one.points)
            words = f"{one.words} [{more}]" if more else one.words
            middle = [str(one.year), str(one.people)] if told.dated else [f"{told.marks[one.mark]} {one.mark}"]
            rows.append([one.title, words, *middle, Html(one.source)])
        return Table(columns, rows)

    def board(self) -> str:
        told = self.specification
        picks = "".join(
            f'<input type="radio" class="ir-pick" name="ir-{told.name}-pick" value="{i}" aria-label="{escape(one.title)}" '
            'autocomplete="off" data-lm-suppress-shortcuts="true">'
            for i, one in enumerate(told.items)
        )
        return (
            f'<div class="ir-chart ir-live-part" role="radiogroup" aria-label="{escape(told.one)}"><svg role="img"></svg>{picks}</div>'
            '<div class="ir-story ir-live-part" role="group" aria-live="polite" aria-label="What was picked"></div>'
        )

    def fields(self) -> str:
        told = self.specification
        if not told.tags:
            return ""
        options = "".join(f'<option value="{tag}">{escape(words)}</option>' for tag, words in told.tags.items())
        return (
            f'<div class="ir-fields ir-live-part"><label>{escape(told.label)} <select class="ir-tag" autocomplete="off" '
            f'data-lm-suppress-shortcuts="true"><option value="">all</option>{options}</select></label></div>'
        )

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        order = list(told.marks)
        return super().settings(drawing) | {
            "answer": told.answer, "tags": dict(told.tags), "most": len(order) - 1, "signs": list(told.marks.values()),
            "items": [
                {
                    "title": one.title, "lines": one.words.split("\n"), "year": one.year, "people": one.people,
                    "level": order.index(one.mark) if one.mark in order else 0, "mark": one.mark, "tags": list(one.tags),
                    "points": [
                        {"words": p.words, "told": p.told, "at": p.place(p.value), "unit": p.unit,
                         "from": p.place(p.value if p.low is None else p.low), "to": p.place(p.value if p.high is None else p.high)}
                        for p in one.points
                    ],
                    "source": one.source,
                }
                for one in told.items
            ],
        }  # fmt: skip


def stories(
    items: Sequence[Story], name: str, *, answer: str, prediction: Prediction | None = None, marks: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None, label: str = "Pick out", one: str = "Story",
    scenes: Mapping[str, str] | None = None, caption: str = "", alt: str = "",
) -> LiveFigure:  # fmt: skip
    """Show stories that a reader opens one by one, by mouse or arrow keys.

    Stories with a year stand on an axis of years, one dot a person; others stand in a row, a square each, filled as their
    mark says: `marks` maps marks to their signs, from the mildest to the harshest. `tags` are questions or groups by which
    they can be picked out, `label` the words before them; `one` is what a story is called. With a `prediction`, the squares
    are filled, the tags offered and the `answer` said of all when the reader has chosen. States of `scenes` and links are
    "story=3" and "tag=…". `name`, `caption` and `alt` are as in `explore`.

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    told = Telling(
        name=name, caption=caption, alt=alt, prediction=prediction, scenes=scenes or {}, items=items, answer=answer,
        marks=marks or {}, tags=tags or {}, label=label, one=one,
    )  # fmt: skip
    return LiveFigure(Stories(told))
