"""Measures of a run: the last value, the first day above a level, and so on.

The page takes the same measures in measures.js; both look between the reported days, not only at them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from immunereset.engine import YEAR
from immunereset.live.emit import number

FINE = 2001


@dataclass(frozen=True)
class Measure:
    """What is read off the run of one state or observable; `arguments` are numbers or symbols of parameters."""

    kind: str
    name: str
    arguments: tuple = ()
    scale: float = 1.0

    @property
    def years(self) -> Measure:
        """The same measure, a number of days, given in years."""
        return replace(self, scale=1 / YEAR)

    def ask(self, track: Track | Steps) -> float:
        """The answer for one `Track`."""
        given = [track.values[a] if isinstance(a, str) else float(a) for a in self.arguments]
        return self.scale * getattr(track, self.kind)(self.name, *given)

    def source(self) -> str:
        """The measure as JavaScript."""
        given = [f"p.{a}" if isinstance(a, str) else number(a) for a in self.arguments]
        scale = f" / {number(YEAR)}" if self.scale != 1 else ""
        return f"measures.{self.kind}({', '.join(['run', json.dumps(self.name), *given])}){scale}"


@dataclass(frozen=True)
class Over(Measure):
    """The answers of all patients of a noisy figure put together: how many, or their mean, and so on."""

    how: str = ""
    low: float = -math.inf
    high: float = math.inf

    def ask(self, track: Track | Steps) -> float:
        found = np.array([super(Over, self).ask(one) for one in track.patients])
        inside = int(((found > self.low) & (found < self.high)).sum())
        match self.how:
            case "count":
                return inside
            case "share":
                return inside / len(found)
            case "mean":
                return sum(found.tolist()) / len(found)
        return float({"median": np.median, "lowest": np.min, "highest": np.max}[self.how](found))

    def source(self) -> str:
        bounds = f", {number(self.low)}, {number(self.high)}" if self.how in ("count", "share") else ""
        return f"over.{self.how}(runs.map((run) => {super().source()}){bounds})"


def _over(measure: Measure, how: str, **bounds: float) -> Over:
    if not isinstance(measure, Measure) or isinstance(measure, Over):
        raise ValueError(f"The patients' {how} is taken of a measure like final('E'), not of {measure!r}.")
    return Over(measure.kind, measure.name, measure.arguments, measure.scale, how, **bounds)


def count(measure: Measure, above: float = -math.inf, below: float = math.inf) -> Over:
    """How many patients of a noisy figure have a `measure` above `above` and below `below`."""
    return _over(measure, "count", low=float(above), high=float(below))


def share(measure: Measure, above: float = -math.inf, below: float = math.inf) -> Over:
    """The share of the patients of a noisy figure, 0 to 1, with a `measure` above `above` and below `below`."""
    return _over(measure, "share", low=float(above), high=float(below))


def mean(measure: Measure) -> Over:
    """The mean of `measure` over the patients of a noisy figure."""
    return _over(measure, "mean")


def median(measure: Measure) -> Over:
    """The median of `measure` over the patients of a noisy figure."""
    return _over(measure, "median")


@dataclass(frozen=True)
class Since(Measure):
    """A measure that is a day of the run, counted from another day: a number, or a parameter's symbol."""

    day: float | str = 0.0

    def ask(self, track: Track | Steps) -> float:
        return super().ask(track) - (track.values[self.day] if isinstance(self.day, str) else self.day)

    def source(self) -> str:
        return f"{super().source()} - {f'p.{self.day}' if isinstance(self.day, str) else number(self.day)}"


def since(day: float | str, measure: Measure) -> Since:
    """The day that `measure` asks for, counted from `day` of the run, a number or a parameter's symbol.

    Days before it are negative.
    """
    if type(measure) is not Measure:
        raise ValueError(f"A day is counted from another for a measure like peak_day('E'), not for {measure!r}.")
    day = day if isinstance(day, str) else float(day)
    return Since(measure.kind, measure.name, measure.arguments, measure.scale, day)


def final(name: str) -> Measure:
    """The value of `name` at the end."""
    return Measure("final", name)


def peak(name: str) -> Measure:
    """The highest value of `name`."""
    return Measure("peak", name)


def peak_day(name: str) -> Measure:
    """The day of the highest value of `name`."""
    return Measure("peak_day", name)


def lowest(name: str) -> Measure:
    """The lowest value of `name`."""
    return Measure("lowest", name)


def lowest_day(name: str) -> Measure:
    """The day of the lowest value of `name`."""
    return Measure("lowest_day", name)


def first_above(name: str, level: float | str, after: float | str = 0) -> Measure:
    """The first day from `after` on (after what happens on that day) with `name` above `level`; else infinity.

    `level` and `after` are numbers or symbols of parameters.
    """
    return Measure("first_above", name, (level, after))


def first_below(name: str, level: float | str, after: float | str = 0) -> Measure:
    """The first day from `after` on (after what happens on that day) with `name` below `level`; else infinity."""
    return Measure("first_below", name, (level, after))


def days_above(name: str, level: float | str) -> Measure:
    """How many days `name` lies above `level`."""
    return Measure("days_above", name, (level,))


def times_above(name: str, level: float | str) -> Measure:
    """How many times `name` rises above `level`, as seen on the reported days."""
    return Measure("times_above", name, (level,))


def days_below(name: str, level: float | str) -> Measure:
    """How many days `name` does not lie above `level`."""
    return Measure("days_below", name, (level,))


def back_above(name: str, level: float | str) -> Measure:
    """The first day with `name` above `level` again after it was below; infinity if it never was, or never is again."""
    return Measure("back_above", name, (level,))


def value_on(name: str, day: float | str) -> Measure:
    """The value of `name` on `day`, after what happens on that day. `day` is a number or a parameter's symbol."""
    return Measure("value_on", name, (day,))


class Track:
    """One run as the measures see it. `simulate(days)` runs the model and reports those days (increasing).

    `cuts` are the days on which something starts, stops or happens; `values` the parameters of the run.
    """

    def __init__(
        self, simulate: Callable[[np.ndarray], Any], until: float, cuts: set[float],
        values: Mapping[str, float], points: int = 401,
    ):  # fmt: skip
        self.simulate, self.until, self.values, self.cuts = simulate, until, values, cuts
        days = {*np.linspace(0, until, points).tolist(), *cuts, *(day - 1e-7 for day in cuts)}
        self.t = np.array(sorted(day for day in days if 0 <= day <= until))
        self.run = simulate(self.t)

    def _between(self, a: float, b: float) -> tuple[np.ndarray, Any]:
        """Finely spaced days from a to b and the run on them."""
        days = np.linspace(a, b, FINE)
        return days, self.simulate(days)

    def final(self, name: str) -> float:
        return float(self.run[name][-1])

    def _extreme(self, name: str, sign: int) -> tuple[float, float]:
        i = int(np.argmax(sign * self.run[name]))
        days, run = self._between(self.t[max(i - 1, 0)], self.t[min(i + 1, len(self.t) - 1)])
        k = int(np.argmax(sign * run[name]))
        if sign * run[name][k] > sign * self.run[name][i]:
            return float(run[name][k]), float(days[k])
        return float(self.run[name][i]), float(self.t[i])

    def peak(self, name: str) -> float:
        return self._extreme(name, 1)[0]

    def peak_day(self, name: str) -> float:
        return self._extreme(name, 1)[1]

    def lowest(self, name: str) -> float:
        return self._extreme(name, -1)[0]

    def lowest_day(self, name: str) -> float:
        return self._extreme(name, -1)[1]

    def first_above(self, name: str, level: float, after: float) -> float:
        return self._first(name, 1, level, after)

    def first_below(self, name: str, level: float, after: float) -> float:
        return self._first(name, -1, level, after)

    def _first(self, name: str, sign: int, level: float, after: float) -> float:
        if after > self.until:
            return math.inf
        if sign * (self.value_on(name, after) - level) > 0:
            return float(after)
        later = np.flatnonzero((self.t > after) & (sign * (self.run[name] - level) > 0))
        if not later.size:
            return math.inf
        return self._turning(name, level, max(after, self.t[later[0] - 1]), self.t[later[0]])

    def _turning(self, name: str, level: float, a: float, b: float) -> float:
        """The day between a and b on which `name` crosses `level`, once."""
        if b - a <= 1e-6:
            return float(b)
        days, run = self._between(a, b)
        excess = run[name] - level
        i = int(np.flatnonzero((excess > 0) == (excess[-1] > 0))[0])
        if i == 0:
            return float(days[0])
        low, high = excess[i - 1], excess[i]
        return float(days[i - 1] + (days[i] - days[i - 1]) * low / (low - high))

    def days_above(self, name: str, level: float) -> float:
        above = self.run[name] > level
        days = float(np.diff(self.t)[above[1:] & above[:-1]].sum())
        for i in np.flatnonzero(above[1:] != above[:-1]):
            a, b = self.t[i], self.t[i + 1]
            day = self._turning(name, level, a, b)
            days += b - day if above[i + 1] else day - a
        return float(days)

    def times_above(self, name: str, level: float) -> int:
        return _rises(self.run[name], level)

    def value_on(self, name: str, day: float) -> float:
        days = np.unique([0.0, day])
        return float(self.simulate(days)[name][-1])

    def days_below(self, name: str, level: float) -> float:
        return self.until - self.days_above(name, level)

    def back_above(self, name: str, level: float) -> float:
        low = np.flatnonzero(self.run[name] < level)
        high = np.flatnonzero(self.run[name] > level)
        back = high[high > low[0]] if low.size else low
        return self._turning(name, level, self.t[back[0] - 1], self.t[back[0]]) if back.size else math.inf


class Steps:
    """One patient of a noisy figure as the measures see it: between reported days the last reported value stands.

    `t` are the reported days, a day that is held twice standing for just before and just after an event; `run` maps
    names to arrays; `patients` are all patients of the figure, this one among them.
    """

    def __init__(self, t: np.ndarray, run: Mapping[str, np.ndarray], values: Mapping[str, float]):
        self.t, self.run, self.values, self.patients = t, run, values, [self]

    def _reached(self, day: float) -> int:
        """The index of the last reported day at or before `day`."""
        return max(int(np.searchsorted(self.t, day, side="right")) - 1, 0)

    def final(self, name: str) -> float:
        return float(self.run[name][-1])

    def peak(self, name: str) -> float:
        return float(self.run[name].max())

    def peak_day(self, name: str) -> float:
        return float(self.t[self.run[name].argmax()])

    def lowest(self, name: str) -> float:
        return float(self.run[name].min())

    def lowest_day(self, name: str) -> float:
        return float(self.t[self.run[name].argmin()])

    def first_above(self, name: str, level: float, after: float) -> float:
        return self._first(self.run[name] > level, after)

    def first_below(self, name: str, level: float, after: float) -> float:
        return self._first(self.run[name] < level, after)

    def _first(self, holds: np.ndarray, after: float) -> float:
        if after > self.t[-1]:
            return math.inf
        now = self._reached(after)
        if holds[now]:
            return float(after)
        later = np.flatnonzero(holds[now:])
        return float(self.t[now + later[0]]) if later.size else math.inf

    def days_above(self, name: str, level: float) -> float:
        return float(np.diff(self.t)[self.run[name][:-1] > level].sum())

    def days_below(self, name: str, level: float) -> float:
        return float(self.t[-1]) - self.days_above(name, level)

    def back_above(self, name: str, level: float) -> float:
        low = np.flatnonzero(self.run[name] < level)
        high = np.flatnonzero(self.run[name] > level)
        back = high[high > low[0]] if low.size else low
        return float(self.t[back[0]]) if back.size else math.inf

    def times_above(self, name: str, level: float) -> int:
        return _rises(self.run[name], level)

    def value_on(self, name: str, day: float) -> float:
        return float(self.run[name][self._reached(day)])


def _rises(series: np.ndarray, level: float) -> int:
    above = series > level
    return int((above[1:] & ~above[:-1]).sum())
