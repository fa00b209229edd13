"""One microlitre of blood, one dot a cell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from immunereset.live.stage.views.view import View

if TYPE_CHECKING:
    from immunereset.live.stage.staged_patient import StagedPatient

WORDS = "1 µL, one dot a cell"


@dataclass(frozen=True)
class Drop(View):
    """A drop of the cells that the lines show, with their numbers beside it; below half a cell it has no dot.

    `volume` is what it holds, in µL.
    """

    name: ClassVar[str] = "drop"
    files: ClassVar[tuple[str, ...]] = ("noise/random.js", "stage/views/drop.js")
    sheets: ClassVar[tuple[str, ...]] = ("stage/views/drop.css",)

    volume: float = 1.0
    words: str = WORDS

    def html(self, stage: StagedPatient) -> str:
        kinds = "".join(
            f'<div class="ir-{kind["role"]}" style="color: var(--ir-role)"><i></i><dd><b></b> '
            f"<span>{escape(kind['word'])}</span></dd><dt></dt></div>"
            for kind in stage.kinds
        )
        return (
            f'<svg role="img" aria-label="{escape(self.words)}"></svg>'
            f'<div class="ir-key"><p>{escape(self.words)}</p><dl>{kinds}</dl></div>'
        )

    def settings(self, stage: StagedPatient) -> dict[str, Any]:
        rooms = {kind["name"]: math.ceil(1.25 * self.volume * stage.most[kind["name"]]) + 2 for kind in stage.kinds}
        return {"volume": self.volume, "kinds": [kind | {"room": rooms[kind["name"]]} for kind in stage.kinds]}
