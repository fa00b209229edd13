"""The plane of two states, with the ridge between health and disease, a ball at the present values, and its trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from immunereset.engine import YEAR, Model, simulate_cohort, thresholds
from immunereset.live.stage.views.view import View

if TYPE_CHECKING:
    from immunereset.live.stage.staged_patient import StagedPatient

YEARS = 10.0
"""How long a run is watched to see on which side of the ridge it began."""

PRECISION = 5e-4
"""Of the ridge, in decades."""


@dataclass(frozen=True)
class Plane(View):
    """Two states against each other, both on logarithmic axes from low to high: `x` across, `y` up.

    The ridge separates the values from which `y` ends above `active` from those from which it ends below, if nothing is
    done and all other states begin at the model's start. `words` are those of the axes; `names` those of both sides, that
    of disease first. With `nullclines` there are lines on which x or y would stand still, the other states held at their
    value of the moment.

    Where x and y are all that lasts in the model, `free` says in which field the ridge is drawn, such as "without cells":
    all other states stand at the model's start, and no input works. The ridge is then the separatrix of each saddle,
    computed in the page, so that sliders move it; where there is no saddle there is none. With it come the steady states of
    the moment: filled if stable, open if not, and the names stand at those that are stable without cells.

    Raises ValueError for an axis that is empty.
    """

    name: ClassVar[str] = "plane"
    files: ClassVar[tuple[str, ...]] = ("stage/views/field.js", "stage/views/plane.js")
    sheets: ClassVar[tuple[str, ...]] = ("stage/views/plane.css",)

    x: str
    y: str
    across: tuple[float, float]
    up: tuple[float, float]
    active: float
    words: tuple[str, str]
    names: tuple[str, str] = ("disease", "health")
    nullclines: bool = False
    free: str = ""

    def __post_init__(self) -> None:
        for low, high in (self.across, self.up):
            if not 0 < low < high:
                raise ValueError(f"An axis of a plane reaches from low to high, above 0; {low:g}, {high:g} was given.")

    def check(self, stage: StagedPatient) -> None:
        for state in (self.x, self.y):
            stage.role(state)

    def settings(self, stage: StagedPatient) -> dict[str, Any]:
        told = stage.specification
        border: dict[str, Any] = {"free": self.free, "rest": told.model.start, "active": self.active}
        if not self.free:
            values = {symbol: told.values[symbol] for symbol in told.model.parameters}
            x, y = ridge(told.model, self.x, self.y, self.across, self.up, self.active, values)
            border = {"ridge": [[float(f"{a:.5g}"), float(f"{b:.5g}")] for a, b in zip(x, y)]}
        return border | {
            "x": self.x, "y": self.y, "across": list(self.across), "up": list(self.up), "words": list(self.words),
            "names": list(self.names), "nullclines": self.nullclines, "roles": [stage.role(self.x), stage.role(self.y)],
        }  # fmt: skip


def ridge(
    model: Model, x: str, y: str, across: Sequence[float], up: Sequence[float], active: float, values: dict[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Return points (x, y) of the ridge within the axes, by bisection of full runs.

    From above it state `y` ends above `active` after `YEARS`, from below it does not. All other states begin at the
    model's start. Where the ridge falls off to the lower edge of the plane, it ends there.
    """

    def ill(at: np.ndarray, height: np.ndarray) -> np.ndarray:
        end = YEARS * YEAR
        run = simulate_cohort(model, len(at), end, start={x: at, y: height}, points=[end], **values)
        return run[y][-1] > active

    low, high = (np.log10(limit) for limit in up)
    [edge] = thresholds(lambda at: ill(10.0**at, np.array([up[0]])), *np.log10(across), 1, PRECISION)
    edge = min(10.0**edge, across[1])
    # The ridge is steep near its edge: points lie close there.
    at = np.unique(np.concatenate([np.geomspace(across[0], edge, 40), edge * (1 - np.geomspace(0.3, 1e-4, 30))]))
    height = 10.0 ** thresholds(lambda level: ill(at, 10.0**level), low, high, len(at), PRECISION)
    inside = height > up[0] * 10.0**PRECISION
    return np.append(at[inside], edge), np.append(height[inside], up[0])
