"""Statements that a reader sorts onto cards, or onto the last one: nobody has shown it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from immunereset.live.drawing import Drawing
from immunereset.live.evidence.strips import strips
from immunereset.live.evidence.view import EVIDENCE, EvidenceView, Told
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table


@dataclass(frozen=True)
class Tile:
    """A statement, the `card` where it belongs, and why."""

    words: str
    card: str
    why: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Cards(Told):
    """What cards are told; the arguments are those of `sorting`. Raises ValueError for whatever does not fit."""

    cards: Mapping[str, Sequence[str]]
    tiles: Sequence[Tile]

    def __post_init__(self) -> None:
        super().__post_init__()
        for one in self.tiles:
            if one.card not in self.cards:
                raise ValueError(f"There is no card {one.card!r}; there are {', '.join(self.cards)}.")


class Sorting(EvidenceView):
    """Cards side by side, and statements with a button for each card."""

    name, classes = "sorting", "ir-stage ir-evidence ir-sorting"
    sheets = (*EvidenceView.sheets, "evidence/sorting.css")
    runtimes = (Runtime(("evidence/strips.js", "evidence/sorting.js"), (), EVIDENCE),)
    title = "Cards"
    still = "To sort them needs JavaScript; without it, all stand in the fold below. In a notebook, run the cell."
    specification: Cards

    def answer(self) -> str:
        return f"{len(self.specification.tiles)} statements. Put each on the card where it belongs."

    def picture(self, hidden: bool) -> Drawing:
        told = self.specification
        return strips(told.name, {"placed": [None] * len(told.tiles)}, 2)

    def table(self) -> Table:
        return Table(["Statement", "Card", "Why"], [[one.words, one.card, one.why] for one in self.specification.tiles])

    def controls(self) -> str:
        told = self.specification
        cards = "".join(
            f'<div class="ir-card"><p><b>{escape(name)}</b></p>{"".join(f"<p>{escape(line)}</p>" for line in lines)}<ul></ul></div>'
            for name, lines in told.cards.items()
        )
        tiles = "".join(
            f'<div class="ir-tile ir-live-part" role="group" aria-label="Statement {i}"><p><b>{i}</b> {escape(one.words)}</p><div>'
            + "".join(
                f'<button type="button" data-lm-suppress-shortcuts="true">{escape(name)}</button>'
                for name in told.cards
            )
            + '</div><p class="ir-why" role="status"></p></div>'
            for i, one in enumerate(told.tiles, 1)
        )
        return f'{self.board()}<div class="ir-kinds">{cards}</div>{tiles}{self.buttons()}'

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        order = list(told.cards)
        return super().settings(drawing) | {
            "cards": order, "tiles": [[one.words, order.index(one.card), one.why] for one in told.tiles],
        }  # fmt: skip

    def digest_parts(self) -> list:
        return [*super().digest_parts(), [list(lines) for lines in self.specification.cards.values()]]


def sorting(
    name: str, *, cards: Mapping[str, Sequence[str]], tiles: Sequence[Tile], scenes: Mapping[str, str] | None = None,
    caption: str = "", alt: str = "",
) -> LiveFigure:  # fmt: skip
    """Show `cards` (name and lines) side by side, and below them `tiles` that a reader sorts onto them.

    A statement that was put on a card says at once whether it belongs there, and why, and stands on the right one. A scene
    is "show=all". `name`, `caption` and `alt` are as in `explore`.

    Returns a `LiveFigure`. Raises ValueError for a tile without a card.
    """
    return LiveFigure(
        Sorting(Cards(name=name, caption=caption, alt=alt, scenes=scenes or {}, cards=cards, tiles=tiles))
    )
