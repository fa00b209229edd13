"""The steps of a calendar as bands below the lines, on the same days; a press on one says what it is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from immunereset.live.stage.views.view import View

if TYPE_CHECKING:
    from immunereset.live.stage.staged_patient import StagedPatient

MEASURED = ("below", "back")
INVITE = "Press a step: what it is for, and what can go wrong."


@dataclass(frozen=True)
class Step:
    """One step of a calendar, in a `row` of bands (0 is the highest), from `start` to `stop` (the same day, if None).

    A day is a number, counted as the clock does; the symbol of a parameter that is a day; or measured: "below" and
    "back", the days on which the count falls below the level of the `Calendar`, and is back above it. It starts `later`
    by so many days. `purpose` and `risk` say what it is for and what can go wrong.
    """

    name: str
    row: int
    start: float | str
    stop: float | str | None
    purpose: str
    risk: str
    later: float = 0.0


@dataclass(frozen=True)
class Calendar(View):
    """`steps`, numbered from `first` on, below the lines; measured days are those on which `state` crosses `level`."""

    name: ClassVar[str] = "calendar"
    files: ClassVar[tuple[str, ...]] = ("stage/views/calendar.js",)
    sheets: ClassVar[tuple[str, ...]] = ("stage/views/calendar.css",)
    place: ClassVar[str] = "below"

    steps: Sequence[Step]
    state: str
    level: float
    first: int = 1

    def check(self, stage: StagedPatient) -> None:
        told = stage.specification
        if self.state not in told.model.states:
            raise ValueError(f"A calendar measures a state; the model '{told.model.name}' has no {self.state!r}.")
        for step in self.steps:
            for day in (step.start, step.stop):
                if isinstance(day, str) and day not in (*MEASURED, *told.parameters):
                    raise ValueError(
                        f"The day of {step.name!r} is a number, a parameter, or one of {', '.join(MEASURED)}; "
                        f"{day!r} was given."
                    )

    def html(self, stage: StagedPatient) -> str:
        steps = "".join(
            '<li><button type="button" aria-pressed="false" data-lm-suppress-shortcuts="true">'
            f"<b>{number}</b> <span>{escape(step.name)}</span></button></li>"
            for number, step in enumerate(self.steps, self.first)
        )
        rows = 1 + max(step.row for step in self.steps)
        return (
            f'<ol class="ir-days" aria-label="Calendar" style="--ir-rows: {rows}">{steps}</ol>'
            f'<div class="ir-purpose" role="status"><p>{INVITE}</p></div>'
        )

    def settings(self, stage: StagedPatient) -> dict[str, Any]:
        return {
            "steps": [asdict(step) for step in self.steps],
            "state": self.state,
            "level": self.level,
            "first": self.first,
        }
