"""An amount as dots that thin out where they stand: an islet, one dot a milligram of cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from immunereset.live.stage.views.view import View

if TYPE_CHECKING:
    from immunereset.live.stage.staged_patient import StagedPatient


@dataclass(frozen=True)
class Islet(View):
    """A round of dots for the amount of `state`, one dot for each unit; where one was, a pale one stays.

    The round is as large as the most that the run ever has of it, or `least`. `words` say what a dot is; beside it stand
    the values of `told` (states and observables, each with its unit and words).
    """

    name: ClassVar[str] = "islet"
    files: ClassVar[tuple[str, ...]] = ("noise/random.js", "stage/views/islet.js")
    sheets: ClassVar[tuple[str, ...]] = ("stage/views/islet.css",)

    state: str
    words: str
    told: Mapping[str, tuple[str, str]]
    least: int = 300

    def check(self, stage: StagedPatient) -> None:
        stage.role(self.state)
        for name in self.told:
            stage.role(name)
            if name not in (*stage.specification.model.states, *stage.panel.lines):
                raise ValueError(f"An islet tells states, and observables that the lines show, too; {name} is neither.")

    def html(self, stage: StagedPatient) -> str:
        lines = "".join(
            f'<li class="ir-{stage.role(name)}" style="color: var(--ir-role)"><b></b> {escape(unit)}<small>{escape(words)}</small></li>'
            for name, (unit, words) in self.told.items()
        )
        return f'<svg role="img"></svg><div class="ir-tally"><p>{escape(self.words)}</p><ul>{lines}</ul></div>'

    def settings(self, stage: StagedPatient) -> dict[str, Any]:
        return asdict(self) | {"role": stage.role(self.state), "told": list(self.told)}
