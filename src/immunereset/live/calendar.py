"""A horizontal axis that counts days from an event of the run, as people do: days before it are negative."""

from __future__ import annotations

import math

from immunereset.words import EXACT, show


class DaysAfter(str):
    """The unit of a stage's time: days, counted from day `zero` of the run.

    `DaysAfter("the infusion", 6)` is the text "days after the infusion"; what the run calls day 6 is day 0. Sliders of
    parameters whose unit is "day" (a date, and not a length) are counted in the same way.
    """

    def __new__(cls, event: str, zero: float) -> DaysAfter:
        self = super().__new__(cls, f"days after {event}")
        self.zero = float(zero)
        return self


def zero_of(time: str) -> float:
    """The day of the run that the axis calls 0."""
    return getattr(time, "zero", 0.0)


def day_words(day: float) -> str:
    """A day of the calendar as words, with a minus sign of its own."""
    return show(day, EXACT)


def axis_days(until: float, zero: float) -> list[float]:
    """Every fifth day of the calendar up to `until`, as days of the run."""
    first, last = -int(zero // 5) * 5, int((until - zero) // 5) * 5
    return [zero + day for day in range(first, last + 1, 5)]


def days_shown(until: float, time: str, days_per_unit: float) -> list[tuple[str, float]]:
    """The rows of a table over time: what the axis calls a day, and that day of the run, the last one among them."""
    zero = zero_of(time)
    ticks = sorted({0.0, *axis_days(until, zero)}) if zero else _round_steps(until / days_per_unit)
    return [(show(tick - zero), tick * days_per_unit) for tick in ticks]


def _round_steps(until: float) -> list[float]:
    """Five to ten round steps from 0 towards `until`, and `until` itself."""
    size = 10.0 ** math.floor(math.log10(until / 5))
    step = next(size * k for k in (1, 2, 5, 10) if until / (size * k) <= 10)
    ticks = [round(k * step, 10) for k in range(int(until / step + 1e-9) + 1)]
    return ticks if math.isclose(ticks[-1], until) else [*ticks, until]
