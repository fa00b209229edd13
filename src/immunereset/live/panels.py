"""What a figure shows: panels with their lines and marks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from immunereset.engine import Model

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "eps": "ε", "epsilon": "ε", "theta": "θ", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "omega": "ω", "Delta": "Δ",
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """A labelled horizontal line at `level`."""

    level: float
    label: str = ""


@dataclass(frozen=True)
class Panel:
    """One pair of axes: the states and observables drawn in it, and its vertical axis.

    `lines` is a list of names, or a dict from names to the words written beside their lines. `label` says quantity and
    unit. `scale` is "linear" or "log". `range` is (lowest, highest); without it the panel holds every course that a
    single slider can reach. `height` is relative to the other panels. `short` is the label where there is little room.
    Raises ValueError for anything else.
    """

    lines: Sequence[str] | Mapping[str, str]
    label: str = ""
    scale: str = "linear"
    range: tuple[float, float] | None = None
    marks: Sequence[Mark] = field(default_factory=list)
    height: float = 1.0
    short: str = "cells/µL"

    def __post_init__(self) -> None:
        if not self.lines or isinstance(self.lines, str):
            raise ValueError(f"A panel needs a list of states or observables; {self.lines!r} was given.")
        if self.scale not in ("linear", "log"):
            raise ValueError(f"A panel's scale is 'linear' or 'log', not {self.scale!r}.")
        if self.range is not None:
            low, high = self.range
            if not low < high or (self.log and low <= 0):
                raise ValueError(f"A {self.scale} panel cannot reach from {low:g} to {high:g}.")

    @property
    def log(self) -> bool:
        return self.scale == "log"

    @property
    def names(self) -> str:
        """All names as text."""
        return ", ".join(self.lines)

    def words(self, name: str) -> str:
        """What stands beside the line of `name`."""
        if isinstance(self.lines, Mapping):
            return self.lines[name]
        return plain(name)

    def digest_parts(self) -> list:
        """All that decides what the panel says, in plain numbers and words."""
        return [list(self.lines), self.label, self.scale, self.range, [(m.level, m.label) for m in self.marks]]

    def limits(self, runs: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
        """The lowest and highest value shown: `range`, or all of `runs`, a little air, and 0 on a linear axis."""
        if self.range is not None:
            low, high = self.range
            return float(low), float(high)
        values = np.concatenate([run[name] for run in runs for name in self.lines])
        values = np.append(values, [mark.level for mark in self.marks])
        top = float(values.max())
        if not self.log:
            return 0.0, 1.05 * top if top > 0 else 1.0
        if top <= 0:
            raise ValueError(f"Nothing in the panel {self.names} is above 0; give a range or a linear scale.")
        low = max(float(values[values > 0].min()), 1e-6 * top)
        return 10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(1.05 * top))


def as_panel(shown: Any, model: Model) -> Any:
    """A panel as it is; a name as one panel with the unit at its axis."""
    if not isinstance(shown, str):
        return shown
    one = model.states.get(shown) or model.observables.get(shown)
    unit = one.unit if one is not None and one.unit not in ("", "–") else ""
    return Panel([shown], f"{plain(shown)} ({unit})" if unit else plain(shown))


def plain(symbol: str) -> str:
    """A symbol as plain text: Greek letters for their names, no underscores."""
    return "".join(GREEK.get(part, part) for part in symbol.split("_"))
