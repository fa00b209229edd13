"""The landscape of two states from above: lines of equal height, with a ball at the present values and its trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from immunereset.engine import landscape
from immunereset.live.stage.views.view import View

if TYPE_CHECKING:
    from immunereset.live.stage.staged_patient import StagedPatient

FIELDS = 48
"""Fields of the landscape's grid along each axis."""


@dataclass(frozen=True)
class Contours(View):
    """Lines of equal height of the exact landscape of states `x` and `y`, both from 0 to `high`, `step` apart.

    `weights` are the observables with which the flow is the landscape's slope; a model whose weighted flow is none is
    refused (`engine.landscape`). `words` are those of the axes, `names` those of its valleys with their places. A
    `Valley(of=…)` beside it shows the same landscape from the side. If it `waits`, names come after a prediction's choice.
    """

    name: ClassVar[str] = "contours"
    files: ClassVar[tuple[str, ...]] = ("stage/views/contours.js",)
    sheets: ClassVar[tuple[str, ...]] = ("stage/views/contours.css",)

    x: str
    y: str
    weights: tuple[str, str]
    high: float
    step: float
    words: tuple[str, str]
    names: Mapping[str, tuple[float, float]]
    waits: bool = False

    def check(self, stage: StagedPatient) -> None:
        told = stage.specification
        for state in (self.x, self.y):
            stage.role(state)
        grid = np.linspace(0.0, self.high, FIELDS + 1)
        values = {symbol: told.values[symbol] for symbol in told.model.parameters}
        landscape(told.model, (self.x, self.y), self.weights, grid, grid, **values)

    def settings(self, stage: StagedPatient) -> dict[str, Any]:
        return asdict(self) | {"role": stage.role(self.x), "fields": FIELDS}
