"""What a figure shows: panels with their lines and marks."""

import math
from dataclasses import dataclass, field

import numpy as np

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
    single slider can reach. `height` is relative to the other panels. Raises ValueError for anything else.
    """

    lines: list | dict
    label: str = ""
    scale: str = "linear"
    range: tuple | None = None
    marks: list = field(default_factory=list)
    height: float = 1.0

    def __post_init__(self):
        if not self.lines or isinstance(self.lines, str):
            raise ValueError(f"A panel needs a list of states or observables; {self.lines!r} was given.")
        if self.scale not in ("linear", "log"):
            raise ValueError(f"A panel's scale is 'linear' or 'log', not {self.scale!r}.")
        if self.range is not None:
            low, high = self.range
            if not low < high or (self.log and low <= 0):
                raise ValueError(f"A {self.scale} panel cannot reach from {low:g} to {high:g}.")

    @property
    def log(self):
        return self.scale == "log"

    def words(self, name):
        """What stands beside the line of `name`."""
        if isinstance(self.lines, dict):
            return self.lines[name]
        return plain(name)


def plain(symbol):
    """A symbol as plain text: Greek letters for their names, no underscores."""
    return "".join(GREEK.get(part, part) for part in symbol.split("_"))


def limits(panel, runs):
    """The range of a panel that was given none: all of `runs`, a little air, and 0 on a linear axis."""
    if panel.range is not None:
        return tuple(float(end) for end in panel.range)
    values = np.concatenate([run[name] for run in runs for name in panel.lines])
    values = np.append(values, [mark.level for mark in panel.marks])
    top = float(values.max())
    if not panel.log:
        return 0.0, 1.05 * top if top > 0 else 1.0
    if top <= 0:
        raise ValueError(f"Nothing in the panel {', '.join(panel.lines)} is above 0; give a range or a linear scale.")
    low = max(float(values[values > 0].min()), 1e-6 * top)
    return 10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(1.05 * top))
