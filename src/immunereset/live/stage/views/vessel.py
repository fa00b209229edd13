"""A vessel that fills with cells: a tap, a drain, and a level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from immunereset.live.stage.views.view import View

if TYPE_CHECKING:
    from immunereset.live.stage.staged_patient import StagedPatient


@dataclass(frozen=True)
class Vessel(View):
    """A vessel that fills to the sum of `parts` (states, each with its word), stacked from the bottom up.

    `top` is its height and `mark` an amount with its word, if there is one (unit of the states; `unit` is that in words). What
    `taps` bring and `drains` take (observables, unit of the states per day, each with its word) is drawn as wide as it is;
    `widest` is half as wide as the vessel. A twin has a vessel of its own. As long as a part is covered the level has one
    colour, and neither parts nor flows are told. Raises ValueError for flows that the model does not observe.
    """

    name: ClassVar[str] = "vessel"
    files: ClassVar[tuple[str, ...]] = ("stage/views/vessel.js",)
    sheets: ClassVar[tuple[str, ...]] = ("stage/views/vessel.css",)

    parts: Mapping[str, str]
    top: float
    taps: Mapping[str, str]
    drains: Mapping[str, str]
    widest: float
    mark: tuple[float, str] | None = None
    unit: str = "cells per µL"

    @property
    def reads(self) -> tuple[str, ...]:
        return (*self.taps, *self.drains)

    def check(self, stage: StagedPatient) -> None:
        stage.kinds_of(self.parts)
        for name in self.reads:
            if name not in stage.specification.model.observables:
                raise ValueError(f"The flows of a vessel are observables of its model; {name!r} is none.")

    def html(self, stage: StagedPatient) -> str:
        kinds = stage.kinds_of(self.parts) if len(self.parts) > 1 else []
        lines = [f"<li><b></b> {escape(self.unit)}</li>"]
        lines += [
            f'<li class="ir-{kind["role"]}"><i></i><b></b> {escape(kind["word"])}</li>' for kind in reversed(kinds)
        ]
        flows = [f"<li><b></b> {escape(word)}</li>" for word in (*self.taps.values(), *self.drains.values())]
        return (
            f'<svg role="img"></svg><div class="ir-level"><ul>{"".join(lines)}</ul>'
            f"<p>Each day:</p><ul>{''.join(flows)}</ul></div>"
        )

    def settings(self, stage: StagedPatient) -> dict[str, Any]:
        return {
            "parts": stage.kinds_of(self.parts), "top": self.top, "taps": list(self.taps.items()),
            "drains": list(self.drains.items()), "widest": self.widest, "mark": self.mark, "unit": self.unit,
        }  # fmt: skip
