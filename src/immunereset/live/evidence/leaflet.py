"""A blank leaflet: each line of a text is written anew by the reader, beside it somebody else's version in a fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from immunereset.live.drawing import Drawing
from immunereset.live.evidence.invented import sheet
from immunereset.live.evidence.strips import strips
from immunereset.live.evidence.view import EVIDENCE, EvidenceView, Told
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table


@dataclass(frozen=True)
class Line:
    """A line as it stands, and one version of how it might be written."""

    words: str
    better: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Blank(Told):
    """What a blank leaflet is told; the arguments are those of `leaflet`. Raises ValueError for whatever does not fit."""

    lines: Sequence[Line]
    marked_in: str = ""
    heading: str = ""
    stamp: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.lines) < 2:
            raise ValueError(f"A leaflet has at least two lines; {len(self.lines)} was given.")


class Leaflet(EvidenceView):
    """A leaflet to write, and a square for each line that was written."""

    name, classes = "leaflet", "ir-stage ir-evidence ir-leaflet"
    sheets = (*EvidenceView.sheets, "evidence/invented.css", "evidence/leaflet.css")
    runtimes = (Runtime(("evidence/strips.js", "evidence/leaflet.js"), (), EVIDENCE),)
    title = "Blank leaflet"
    still = "Without JavaScript nothing that you write is counted or saved; the fields and folds work."
    specification: Blank

    def answer(self) -> str:
        return f"A blank leaflet with {len(self.specification.lines)} lines. Write what can be said honestly."

    def picture(self, hidden: bool) -> Drawing:
        told = self.specification
        return strips(told.name, {"written": [None] * len(told.lines)}, 2)

    def table(self) -> Table:
        return Table(["As it stands", "Ours"], [[one.words, one.better] for one in self.specification.lines])

    def controls(self) -> str:
        told = self.specification
        lines = "".join(
            f'<div class="ir-written"><label for="ir-{told.name}-{i}"><b>{i}</b> {escape(one.words)} <small></small></label>'
            f'<textarea id="ir-{told.name}-{i}" rows="2" autocomplete="off" data-lm-suppress-shortcuts="true"></textarea>'
            f"<details><summary>Ours, line {i}</summary><p>{escape(one.better)}</p></details></div>"
            for i, one in enumerate(told.lines, 1)
        )
        save = '<button type="button" class="ir-save ir-live-part" data-lm-suppress-shortcuts="true">Save the leaflet (text)</button>'
        return f"{self.board()}{sheet(lines, told.heading, told.stamp)}{save}"

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        return super().settings(drawing) | {"words": [one.words for one in told.lines], "markedIn": told.marked_in}

    def digest_parts(self) -> list:
        told = self.specification
        return [*super().digest_parts(), [one.better for one in told.lines], told.heading, told.stamp]


def leaflet(
    lines: Sequence[Line], name: str, *, marked_in: str = "", heading: str = "", stamp: str = "", caption: str = "", alt: str = "",
) -> LiveFigure:  # fmt: skip
    """Show a text beside blank fields, in which a reader writes each line anew; a fold shows one way to do it.

    `marked_in` is the name of a `pencil` on the same page: the reader's marks stand beside the lines, and what was kept
    there is copied. `heading` and `stamp` are as in `pencil`; `name`, `caption` and `alt` are as in `explore`.

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    told = Blank(name=name, caption=caption, alt=alt, lines=lines, marked_in=marked_in, heading=heading, stamp=stamp)
    return LiveFigure(Leaflet(told))
