"""A map of two parameters: its axes, its patients, and its picture."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np

from immunereset.live.cohort.patients import Endpoint
from immunereset.pictures.style import ROLES


@dataclass(frozen=True)
class Axis:
    """An axis of a map: `count` values of the parameter `symbol`, evenly from `low` to `high`."""

    symbol: str
    low: float
    high: float
    count: int

    def __post_init__(self) -> None:
        if not self.low < self.high or not isinstance(self.count, int) or self.count < 2:
            raise ValueError(
                f"An axis of a map needs low < high and at least 2 values; {self.low!r} to {self.high!r} in "
                f"{self.count!r} was given."
            )

    @property
    def step(self) -> float:
        """From one value to the next."""
        return (self.high - self.low) / (self.count - 1)

    @property
    def values(self) -> list[float]:
        """The values, as they are shown and computed with."""
        return [float(f"{self.low + i * self.step:.12g}") for i in range(self.count)]


@dataclass(frozen=True)
class Map:
    """One patient for each pair of values of two parameters, `across` and `up`; those who reach `endpoint` are shaded.

    Patients are computed in an order that jumps over the whole map, so that the first ones show it coarsely. `labels`
    stand at the axes, across first, without them the symbols; `parts` on the pairs that reach the endpoint and on others.
    """

    across: Axis
    up: Axis
    endpoint: Endpoint
    labels: tuple[str, str] | None = None
    parts: tuple[str, str] = ("endpoint", "none")
    height: float = 2.2
    lines: ClassVar[tuple[str, ...]] = ()
    log: ClassVar[bool] = False

    @property
    def axes(self) -> tuple[str, str]:
        """The two parameters."""
        return self.across.symbol, self.up.symbol

    @property
    def across_label(self) -> str:
        return (self.labels or self.axes)[0]

    @property
    def label(self) -> str:
        return (self.labels or self.axes)[1]

    def digest_parts(self) -> list:
        return [asdict(self.across), asdict(self.up), self.label, self.across_label, *self.parts]

    @property
    def size(self) -> int:
        """How many patients there are."""
        return self.across.count * self.up.count

    @property
    def stride(self) -> int:
        """From one patient's field to the next one's, counted along the rows: without a common divisor with `size`."""
        return next(s for s in range(round(0.618 * self.size), 0, -1) if math.gcd(s, self.size) == 1)

    @property
    def places(self) -> dict[str, Any]:
        """What the page must know to find the patient of a field."""
        return {"columns": self.across.count, "undo": pow(self.stride, -1, self.size), "across": self.across.values,
                "up": self.up.values}  # fmt: skip

    def patient(self, p: Any, z: Any) -> dict[str, Any]:
        """The two parameters of a patient, by their number."""
        steps = z.place() * self.stride
        field = steps - self.size * np.floor(steps / self.size)
        row = np.floor(field / self.across.count)
        column = field - self.across.count * row
        return {
            self.across.symbol: self.across.low + self.across.step * column,
            self.up.symbol: self.up.low + self.up.step * row,
        }

    def fields(self, ends: np.ndarray) -> np.ndarray:
        """The patients' days of the endpoint as rows of the map, shape (up, across)."""
        found = np.empty(self.size)
        found[np.arange(self.size) * self.stride % self.size] = ends
        return found.reshape(self.up.count, self.across.count)

    def edges(self, ends: np.ndarray, until: float) -> list[float]:
        """For each row the least value across from which on all are free of the endpoint; infinity if none is."""
        edges = []
        for row in self.fields(ends) > until:
            last = np.flatnonzero(~row)
            column = last[-1] + 1 if len(last) else 0
            edges.append(self.across.values[column] if column < self.across.count else math.inf)
        return edges

    def corners(self, ends: np.ndarray, until: float) -> np.ndarray:
        """The shaded part: corners (x, y) of one rectangle for each run of fields in a row, shape (corners, 2).

        The first rectangle is a point in the lower left corner, so that there always is one.
        """
        left, low = (axis.low - axis.step / 2 for axis in (self.across, self.up))
        corners = [(left, low)] * 4
        for row, reached in enumerate(self.fields(ends) <= until):
            turns = np.flatnonzero(np.diff([False, *reached, False]))
            bottom, top = (low + k * self.up.step for k in (row, row + 1))
            for begin, end in zip(turns[::2], turns[1::2]):
                a, b = (left + k * self.across.step for k in (begin, end))
                corners += [(a, bottom), (b, bottom), (b, top), (a, top)]
        return np.array(corners)


def paint(ax: Any, panel: Map, ends: np.ndarray, until: float, first: int) -> dict[str, Any]:
    """The shaded part of the map, and the words on its two parts."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    corners = panel.corners(ends, until)
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO] * (len(corners) // 4)
    fields = PathPatch(Path(corners, codes), facecolor=ROLES["effector"].colour, alpha=0.35, lw=0)
    fields.set_gid(f"line-{first}")
    ax.add_patch(fields)
    half = panel.across.step / 2
    ends_across = [panel.across.low - half, panel.across.high + half]
    ax.set(xlim=ends_across, xlabel=panel.across_label)
    ax.text(0.04, 0.94, panel.parts[0], transform=ax.transAxes, va="top", weight="bold")
    ax.text(0.96, 0.06, panel.parts[1], transform=ax.transAxes, ha="right", weight="bold")
    return {"kind": "map", "fields": f"line-{first}", "x": ends_across, **panel.places}
