"""Parameters, their allowed range, and the slider that a reader may move them with."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .errors import ModelError
from .names import check_symbol


@dataclass(frozen=True)
class Slider:
    """The values a slider offers, in the parameter's unit: whole steps around the parameter's own value.

    Raises `ModelError` if it is empty.
    """

    low: float
    high: float
    step: float

    def __post_init__(self):
        if not self.low < self.high:
            raise ModelError(f"A slider from {self.low:g} to {self.high:g} is empty: low must be below high.")
        if not self.step > 0:
            raise ModelError(f"A slider's step must be positive; {self.step:g} was given.")


@dataclass(frozen=True)
class Parameter:
    """A number that a model or a protocol uses, with unit, meaning, source and allowed range.

    `value`, `low`, `high` and the slider are in `unit`; `source` says where the value is from. `latex` is the symbol in
    equations.

    Raises `ModelError` if a function could not write `p.symbol`, and for a value or a slider out of range.
    """

    symbol: str
    value: float
    unit: str
    meaning: str
    source: str = ""
    low: float = 0.0
    high: float = math.inf
    slider: Slider | None = None
    latex: str | None = None

    def __post_init__(self):
        check_symbol(self.symbol, "a parameter")
        self.check(self.value)
        if self.slider is not None:
            if not isinstance(self.slider, Slider):
                raise ModelError(f"The slider of {self.symbol} is {self.slider!r}; give Slider(low, high, step).")
            self.check([self.slider.low, self.slider.high])

    def __add__(self, days: float) -> Later:
        return Later(self, float(days))

    def check(self, value, patients: int | None = None) -> None:
        """Refuse a value (or an array of shape (patients,)) that is not allowed.

        Raises `ModelError` naming the parameter, the value, the allowed range and the unit.
        """
        try:
            given = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            raise ModelError(f"{self.symbol} must be a number; {value!r} was given.") from None
        if patients is not None and given.ndim and given.shape != (patients,):
            raise ModelError(
                f"{self.symbol} has shape {given.shape}; it must be one number or an array of shape ({patients},)."
            )
        if (outside := given[~((given >= self.low) & (given <= self.high))]).size:
            unit = f" {self.unit}" if self.unit not in ("", "–") else ""
            raise ModelError(
                f"{self.symbol} = {outside[0]:g}{unit} is outside its allowed range, "
                f"{self.low:g} to {self.high:g}{unit} ({self.meaning})."
            )


@dataclass(frozen=True)
class Later:
    """A day of a protocol that lies `days` days after a parameter: `first + 7`."""

    parameter: Parameter
    days: float
