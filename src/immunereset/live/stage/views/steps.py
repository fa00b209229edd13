"""Euler's steps, taken by hand on the lines of a stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from immunereset.live.stage.views.view import View

if TYPE_CHECKING:
    from immunereset.live.stage.staged_patient import StagedPatient

BUTTONS = {"step": "Step", "solve": "Let the solver step", "anew": "Start anew"}


@dataclass(frozen=True)
class EulerSteps(View):
    """A button takes one step of Euler's method, as long as the parameter `h` says (days): an arrow with the slope of the
    moment. Another lets a solver step, one dot a step. Raises ValueError unless the model has one state and `h`.
    """

    name: ClassVar[str] = "steps"
    files: ClassVar[tuple[str, ...]] = ("stage/views/steps.js",)
    sheets: ClassVar[tuple[str, ...]] = ("stage/views/steps.css",)
    place: ClassVar[str] = "below"

    h: str = "h"
    unit: str = "cells"

    def check(self, stage: StagedPatient) -> None:
        told = stage.specification
        if len(told.model.states) != 1 or self.h not in told.values:
            raise ValueError(f"Steps are those of a model with one state and a parameter {self.h!r}.")

    def html(self, stage: StagedPatient) -> str:
        buttons = "".join(
            f'<button type="button" class="ir-hand-{name}" data-lm-suppress-shortcuts="true">{words}</button>'
            for name, words in BUTTONS.items()
        )
        return f'<div class="ir-hand">{buttons}</div><p role="status"></p>'

    def settings(self, stage: StagedPatient) -> dict[str, Any]:
        return {"h": self.h, "unit": self.unit}
