"""The noise of single cells in a live figure, as it is asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass

METHODS = ("exact", "tau", "euler")


@dataclass(frozen=True)
class Noise:
    """The noise of single cells in a live figure.

    `volume` (µL, the cells in one unit of concentration), `method` ("exact", "tau" or "euler") and `step` (days, not for
    "exact") are those of `simulate_noisy`. `patients` are drawn as lines of one panel, each with a stream of random numbers of its
    own; `who` is what one and what several of them are called. `average`, if given, is written beside the dashed line
    of the same model without noise. `points` are the reported days. Raises ValueError for anything else.
    """

    volume: float = 1.0
    method: str = "tau"
    step: float = 0.25
    patients: int = 1
    who: tuple[str, str] = ("patient", "patients")
    average: str = ""
    points: int = 201

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"The method of a noisy figure is 'exact', 'tau' or 'euler', not {self.method!r}.")
        for name in ("volume", "step"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"A noisy figure needs a {name} above 0, not {getattr(self, name)!r}.")
        for name, least in (("patients", 1), ("points", 2)):
            given = getattr(self, name)
            if not isinstance(given, int) or given < least:
                raise ValueError(f"A noisy figure needs a whole number of {name}, at least {least}, not {given!r}.")

    @property
    def button(self) -> str:
        """What the button says that draws again."""
        one, several = self.who
        return f"Another {one}" if self.patients == 1 else f"Another {self.patients} {several}"
