"""One microlitre of blood, one dot a cell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from immunereset.live.stage.views.view import View

if TYPE_CHECKING:
    from immunereset.live.stage.staged_patient import StagedPatient

WORDS = "1 µL, one dot a cell"


@dataclass(frozen=True)
class Drop(View):
    """A drop of `cells` (states, each with its word; those of the lines if none are given), with their numbers beside it.

    `volume` makes an amount of the states cells in the drop: its size in µL, for states in cells/µL. Below half a cell
    there is no dot.
    """

    name: ClassVar[str] = "drop"
    files: ClassVar[tuple[str, ...]] = ("noise/random.js", "stage/views/drop.js")
    sheets: ClassVar[tuple[str, ...]] = ("stage/views/drop.css",)

    volume: float = 1.0
    words: str = WORDS
    cells: Mapping[str, str] | None = None

    def check(self, stage: StagedPatient) -> None:
        stage.kinds_of(self.cells)

    def html(self, stage: StagedPatient) -> str:
        kinds = "".join(
            f'<li class="ir-{kind["role"]}"><i style="color: var(--ir-role)"></i><span><b></b> {escape(kind["word"])}</span>'
            "<small></small></li>"
            for kind in stage.kinds_of(self.cells)
        )
        return (
            f'<svg role="img" aria-label="{escape(self.words)}"></svg>'
            f'<div class="ir-key"><p>{escape(self.words)}</p><ul>{kinds}</ul></div>'
        )

    def settings(self, stage: StagedPatient) -> dict[str, Any]:
        kinds = stage.kinds_of(self.cells)
        rooms = {kind["name"]: math.ceil(1.25 * self.volume * stage.most[kind["name"]]) + 2 for kind in kinds}
        return {"volume": self.volume, "kinds": [kind | {"room": rooms[kind["name"]]} for kind in kinds]}
