"""What a simulation returns, and small questions one asks of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from immunereset.words import EXACT, html_table, show

from .errors import ModelError, unknown
from .model import YEAR, Model


class Run:
    """The course of one patient, or of many.

    `t`, in days, has shape (times,). `run["E"]` is a state or an observable, in its unit, with shape (times,) for one
    patient and (times, patients) for a cohort; an unknown name is refused with a `ModelError`. `parameters` holds every
    parameter value used. `steps`, shape (patients,), are the steps tried for a cohort without noise; other runs have None.

    A run without given `points` holds the day of an event twice: just before and just after. Given points are reported
    just after.
    """

    def __init__(
        self, model: Model, t: np.ndarray, y: np.ndarray, parameters: dict, inputs: Callable,
        steps: np.ndarray | None = None,
    ):  # fmt: skip
        self.model, self.t, self.parameters, self.steps = model, t, parameters, steps
        self.states = dict(zip(model.states, y))
        self._inputs = inputs

    def __repr__(self) -> str:
        told = [f"{s} from {first} to {last} {unit}" for s, first, last, unit in self._ends()]
        return f"{self._what()}: {', '.join(told)}"

    def _repr_html_(self) -> str:
        heads = ["state", *(f"day {show(self.t[i], EXACT)}" for i in (0, -1)), "unit"]
        return html_table(heads, self._ends(), self._what() + (": medians" if self._patients else ""))

    def __getattr__(self, name: str):
        model = self.__dict__.get("model")
        if model is None or name.startswith("_"):
            raise AttributeError(name)
        known = [*model.states, *model.observables]
        asked = name if name in known else known[0]
        raise AttributeError(
            f"A run has no attribute '{name}'. States and observables are read in brackets, such as run['{asked}']; "
            f"known: {', '.join(known)}."
        )

    @property
    def _patients(self) -> int:
        """The number of patients of a cohort; 0 for a run of one."""
        return (*next(iter(self.states.values())).shape, 0)[1]

    def _what(self) -> str:
        patients = f", {self._patients} patient{'s' if self._patients > 1 else ''}" if self._patients else ""
        return f"Run of '{self.model.name}'{patients}, day {show(self.t[0], EXACT)} to {show(self.t[-1], EXACT)}"

    def _ends(self) -> list[list[str]]:
        """Return each state's symbol, its first and its last value, medians over patients, and its unit, in words."""
        states = zip(self.states.items(), self.model.states.values())
        return [[s, *(show(np.median(v[i])) for i in (0, -1)), state.unit] for (s, v), state in states]

    @cached_property
    def inputs(self) -> dict[str, np.ndarray]:
        """Every input over time, by symbol: arrays of the shape of a state."""
        return dict(zip(self.model.inputs, self._inputs()))

    def __getitem__(self, name: str) -> np.ndarray:
        if name in self.states:
            return self.states[name]
        t = self.t if np.ndim(next(iter(self.states.values()))) == 1 else self.t[:, None]
        return self.model.observe(name, t, self.states, self.parameters | self.inputs)

    @property
    def years(self) -> np.ndarray:
        """The times in years."""
        return self.t / YEAR

    @property
    def final(self) -> dict:
        """The last value of every state: numbers, or arrays over patients."""
        last = {s: v[-1].item() if v.ndim == 1 else v[-1] for s, v in self.states.items()}
        return _States(self.model.name, last)

    def at(self, name: str, day: float):
        """Return the value on `day`, by linear interpolation between reported times.

        One number, or an array of shape (patients,) for a cohort. Raises `ModelError` for a day outside the run.
        """
        if not self.t[0] <= day <= self.t[-1]:
            raise ModelError(f"Day {day:g} is outside this run, day {self.t[0]:g} to {self.t[-1]:g}.")
        i = min(np.searchsorted(self.t, day, side="right"), len(self.t) - 1)
        before, after, series = self.t[i - 1], self.t[i], self[name]
        share = 1.0 if after == before else (day - before) / (after - before)
        return (1 - share) * series[i - 1] + share * series[i]

    def first_day_above(self, name: str, level: float, after: float = 0.0, lasting: float = 0.0):
        """Return the first day from `after` on that begins at least `lasting` days above `level`; infinity if there is none.

        Events of the day `after` itself have already happened. Days are interpolated between reported times. One number,
        or an array of shape (patients,) for a cohort. Raises `ModelError` for what is no number, and a negative `lasting`.
        """
        return self._first(self._above(name, level), after, lasting)

    def first_day_below(self, name: str, level: float, after: float = 0.0, lasting: float = 0.0):
        """Return the first day from `after` on that begins at least `lasting` days below `level`; as `first_day_above` does."""
        return self._first(-self._above(name, level), after, lasting)

    def _above(self, name: str, level: float) -> np.ndarray:
        if np.isnan(level).any():
            raise ModelError(f"The level of {name} is {level}; it must be a number.")
        return self[name] - level

    def _first(self, excess: np.ndarray, after: float, lasting: float):
        if np.isnan(after) or not lasting >= 0:
            raise ModelError(
                f"after is {after:g} and lasting is {lasting:g}; both must be numbers, lasting at least 0."
            )
        # Of a day that is held twice, only what follows its events counts.
        first = np.searchsorted(self.t, after, side="right")
        first -= bool(first and self.t[first - 1] == after)
        if first == len(self.t):
            return np.inf if excess.ndim == 1 else np.full(excess.shape[1], np.inf)
        t, x = self.t[first:], excess[first:].reshape(len(self.t) - first, -1)
        index = np.arange(len(t))[:, None]
        above = x > 0
        begins = np.maximum.accumulate(np.where(above, -1, index), axis=0) + 1
        held = above & (t[index] - t[np.minimum(begins, len(t) - 1)] >= lasting)
        found = held.any(axis=0)
        column = np.arange(x.shape[1])
        i = begins[np.argmax(held, axis=0), column].clip(max=len(t) - 1)
        previous = np.maximum(i - 1, 0)
        rise = x[i, column] - x[previous, column]
        with np.errstate(divide="ignore", invalid="ignore"):
            back = np.where(rise > 0, (t[i] - t[previous]) * x[i, column] / rise, 0.0)
        days = np.where(found, t[i] - back, np.inf)
        return days[0].item() if excess.ndim == 1 else days

    def days_above(self, name: str, level: float):
        """Return how many days the value lies above `level` (by linear interpolation); shape (patients,) for a cohort."""
        x = self._above(name, level)
        a, b = x[:-1], x[1:]
        steps = np.diff(self.t) if x.ndim == 1 else np.diff(self.t)[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where((a > 0) & (b > 0), 1.0, np.maximum(a, b).clip(0) / np.abs(b - a))
        share = np.where((a <= 0) & (b <= 0), 0.0, share)
        return (steps * share).sum(axis=0)


class _States(dict):
    """State values by symbol; an unknown symbol gets a sentence."""

    def __init__(self, model_name: str, values: dict):
        super().__init__(values)
        self.model_name = model_name

    def __missing__(self, symbol):
        raise unknown("state", str(symbol), self, f"The model '{self.model_name}'")


def check_points(points, until: float) -> np.ndarray:
    """Return `points` as a sorted array of days within the run; refuse anything else."""
    points = np.atleast_1d(np.asarray(points, dtype=float))
    if points.ndim != 1 or not points.size or (np.diff(points) <= 0).any():
        raise ModelError("points must be days in increasing order.")
    if points[0] < 0 or points[-1] > until:
        raise ModelError(
            f"points reach from day {points[0]:g} to day {points[-1]:g}; they must lie between day 0 and day {until:g}."
        )
    return points
