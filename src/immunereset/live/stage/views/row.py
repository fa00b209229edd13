"""A production line: the amounts of some states as vessels in a row, filled as high as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from immunereset.live.stage.views.view import View

if TYPE_CHECKING:
    from immunereset.live.stage.staged_patient import StagedPatient


@dataclass(frozen=True)
class Row(View):
    """A vessel for each of `states` (name and word), full at `top`; a dashed line is the amount before the event.

    `words` say what the picture shows. Arrows lead from each vessel to the next.
    """

    name: ClassVar[str] = "row"
    files: ClassVar[tuple[str, ...]] = ("stage/views/row.js",)
    sheets: ClassVar[tuple[str, ...]] = ("stage/views/row.css",)

    states: Mapping[str, str]
    top: float
    words: str

    def check(self, stage: StagedPatient) -> None:
        for state in self.states:
            stage.role(state)
        if not self.top > 0:
            raise ValueError(f"A vessel is full at an amount above 0; {self.top:g} was given.")

    def html(self, stage: StagedPatient) -> str:
        return f'<svg role="img" aria-label="{escape(self.words)}"></svg>'

    def settings(self, stage: StagedPatient) -> dict[str, Any]:
        return {"vessels": stage.kinds_of(self.states), "top": self.top, "words": self.words}
