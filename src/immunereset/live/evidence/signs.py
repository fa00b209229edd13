"""A page on which a reader finds signs, part by part; to call a harmless part a sign is an error, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
class Part:
    """A part of the page: its `look` (menu, hero, line, quote, number, seal, price, clock, foot), words, sign and why.

    A part without a sign is harmless, and `why` says so.
    """

    look: str
    words: str
    sign: str
    why: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Hunt(Told):
    """What a page with signs is told; the arguments are those of `signs`. Raises ValueError for whatever does not fit."""

    parts: Sequence[Part]
    names: Mapping[str, str]
    heading: str = ""
    stamp: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        found = [one.sign for one in self.parts if one.sign]
        if sorted(found) != sorted(self.names):
            raise ValueError("Each sign stands on the page once, and each sign of the page has a name.")

    @property
    def order(self) -> list[str]:
        """The signs in their order."""
        return list(self.names)


class Signs(EvidenceView):
    """A page of parts, a square for each sign, and what is said to each part that was picked."""

    name, classes = "signs", "ir-stage ir-evidence ir-signs"
    sheets = (*EvidenceView.sheets, "evidence/invented.css", "evidence/signs.css")
    runtimes = (Runtime(("evidence/strips.js", "evidence/signs.js"), (), EVIDENCE),)
    title = "Page with signs"
    still = "To be told at each sign needs JavaScript; without it, all stand in the fold below. In a notebook, run the cell."
    specification: Hunt

    def answer(self) -> str:
        return "Some of these parts are signs, others are harmless. Click on each that you take for a sign."

    def picture(self, hidden: bool) -> Drawing:
        told = self.specification
        return strips(told.name, {"found": [None] * len(told.names)}, 2)

    def table(self) -> Table:
        told = self.specification
        rows = [
            [one.words, f"{one.sign}. {told.names[one.sign]}" if one.sign else "no sign", one.why] for one in told.parts
        ]
        return Table(["Part of the page", "Sign", "Why"], rows)

    def controls(self) -> str:
        told = self.specification
        parts = "".join(
            f'<div class="ir-part ir-{one.look}"><button type="button" data-lm-suppress-shortcuts="true">{escape(one.words)}</button>'
            '<p class="ir-why ir-live-part"></p></div>'
            for one in told.parts
        )
        page = sheet(f'<div class="ir-page">{parts}</div>', told.heading, told.stamp)
        return f"{self.board()}{page}{self.buttons()}"

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        return super().settings(drawing) | {
            "names": list(told.names.values()), "parts": [[told.order.index(one.sign) if one.sign else None, one.why] for one in told.parts],
        }  # fmt: skip

    def digest_parts(self) -> list:
        told = self.specification
        return [*super().digest_parts(), [(one.look, one.words) for one in told.parts], told.heading, told.stamp]


def signs(
    parts: Sequence[Part], name: str, *, names: Mapping[str, str], heading: str = "", stamp: str = "",
    scenes: Mapping[str, str] | None = None, caption: str = "", alt: str = "",
) -> LiveFigure:  # fmt: skip
    """Show a page of `parts`, on which a reader finds the signs; `names` says what each is called, in their order.

    Each part that is picked says at once whether it is a sign, and why; two counts are told: signs that were found, and
    harmless parts that were taken for one. `heading` and `stamp` are as in `pencil`; a scene is "show=all". `name`,
    `caption` and `alt` are as in `explore`.

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    told = Hunt(
        name=name, caption=caption, alt=alt, scenes=scenes or {}, parts=parts, names=names, heading=heading, stamp=stamp
    )
    return LiveFigure(Signs(told))
