"""Protocol: what is done to a patient, and when.

Courses drive an input for a time (infection, drug); events change the state at once (conditioning,
infusion). Days and doses may be `Parameter`s, so that a slider or a sweep can move them.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real

import numpy as np

from immunereset.words import EXACT, show

from .errors import ModelError, unknown
from .names import Names
from .parameter import Later, Parameter


@dataclass(frozen=True)
class Course:
    """Adds level · 2^(-(t - start) / half_life) to an input while start <= t < start + duration.

    `level` is in the input's unit; `start`, `duration` and `half_life` are in days. Each is a number, a `Parameter`, some
    days after one (`first + 7`), or an array of shape (patients,) (cohorts only). A `start` of infinity means never; an
    infinite `half_life` holds the level. What does not fit is refused with a `ModelError` when a model is run with it.
    """

    input: str
    level: object
    start: object = 0.0
    duration: object = math.inf
    half_life: object = math.inf
    name: str = ""

    def __post_init__(self):
        object.__setattr__(self, "name", self.name or self.input)

    @property
    def quantities(self) -> tuple:
        return self.level, self.start, self.duration, self.half_life


@dataclass(frozen=True)
class Event:
    """Changes the state at once: `effect(y, p)` returns a dict with the new value of each state that it changes.

    `day` is given as the start of a `Course` is. `parameters` are those that `effect` reads besides the model's own.
    """

    name: str
    day: object
    effect: Callable
    parameters: tuple[Parameter, ...] = ()

    def check_effect(self, effect, model) -> None:
        """Refuse what `effect` returned unless it is a dict of states of `model`."""
        if not isinstance(effect, Mapping):
            raise ModelError(f"The effect of the event '{self.name}' must be a dict of new state values.")
        for state in effect:
            if state not in model.states:
                raise unknown("state", state, model.states, f"The event '{self.name}' on '{model.name}'")


class Protocol:
    """A list of courses and events; `a + b` joins two protocols.

    Raises `ModelError` for other parts, and if two of its parameters share a symbol but differ.
    """

    def __init__(self, *parts: Course | Event):
        self.courses = [x for x in parts if isinstance(x, Course)]
        self.events = [x for x in parts if isinstance(x, Event)]
        if len(self.courses) + len(self.events) != len(parts):
            raise ModelError("A protocol is made of Course(...) and Event(...) objects only.")
        self.parameters: dict[str, Parameter] = {}
        for part in parts:
            for q in part.quantities if isinstance(part, Course) else (part.day, *part.parameters):
                q = q.parameter if isinstance(q, Later) else q
                if isinstance(q, Parameter) and self.parameters.setdefault(q.symbol, q) != q:
                    raise ModelError(
                        f"Two parts of this protocol use the symbol {q.symbol} for different things; "
                        "give one of them another symbol."
                    )

    def __repr__(self) -> str:
        told = [f"course {c.name} from day {_day(c.start)}" for c in self.courses]
        told += [f"event {e.name} on day {_day(e.day)}" for e in self.events]
        return f"Protocol: {'; '.join(told) or 'nothing is done'}"

    def __add__(self, other: Protocol) -> Protocol:
        return Protocol(*self.courses, *self.events, *other.courses, *other.events)

    def check_for(self, model) -> None:
        """Refuse a protocol that does not fit `model`."""
        for course in self.courses:
            if course.input not in model.inputs:
                raise unknown("input", course.input, model.inputs, f"The model '{model.name}'")
        for symbol in self.parameters:
            if symbol in {*model.parameters, *model.states, *model.inputs}:
                raise ModelError(f"The protocol's parameter {symbol} is also a symbol of '{model.name}'.")


def _day(day) -> str:
    if isinstance(day, Later):
        return f"{show(day.parameter.value + day.days, EXACT)} ({day.parameter.symbol} + {show(day.days, EXACT)})"
    return f"{show(day.value, EXACT)} ({day.symbol})" if isinstance(day, Parameter) else show(day, EXACT)


DECIMALS = 9
"""Decimals to which days of courses and events are kept (less than a millisecond)."""


def _resolve(quantity, values: Mapping, patients: int) -> np.ndarray:
    if isinstance(quantity, Later):
        return _resolve(quantity.parameter, values, patients) + quantity.days
    if isinstance(quantity, Parameter):
        quantity = values[quantity.symbol]
    value = np.asarray(quantity, dtype=float)
    if value.shape not in ((), (patients,)):
        raise ModelError(
            f"A course or event has a quantity of shape {value.shape}; "
            f"it must be one number or an array of shape ({patients},)."
        )
    return np.broadcast_to(value, (patients,))


def last_day(until) -> float:
    """Return `until` as a number. Raises `ModelError` unless it is one, finite and above 0."""
    if not isinstance(until, Real) or isinstance(until, bool) or not 0 < until < math.inf:
        raise ModelError(
            f"until is the number of days from day 0 to the end of the run, finite and above 0; {until!r} was given."
        )
    return float(until)


class Schedule:
    """A protocol with all numbers filled in, for `patients` patients from day 0 to `until`.

    Days are rounded to a billionth, and those that near to `until` are `until`: no segment is too short for a solver to
    step into. `breaks`, shape (breaks, patients), holds the days that no solver may step across, sorted, the first 0 and
    the last `until`; days may repeat.
    """

    def __init__(self, model, protocol: Protocol | None, values: Mapping, until: float, patients: int):
        self.model, self.values, self.until, self.patients = model, values, last_day(until), patients
        courses, self.events = (protocol.courses, protocol.events) if protocol is not None else ([], [])

        def rows(quantities: list) -> np.ndarray:
            found = [_resolve(q, values, patients) for q in quantities]
            return np.array(found).reshape(len(found), patients)

        level, start, duration, half_life = (rows([c.quantities[k] for c in courses]) for k in range(4))
        for course, first, days, half in zip(courses, start, duration, half_life):
            self._check_course(course, first, days, half)
        self.level, self.start = level, self._rounded(start)
        with np.errstate(invalid="ignore"):
            self.stop = np.where(np.isinf(start), np.inf, self._rounded(start + duration))
            self.decay = math.log(2) / half_life
        self.course_input = [list(model.inputs).index(c.input) for c in courses]
        self.decaying = [i for i in range(len(courses)) if (self.decay[i] > 0).any()]
        days = rows([e.day for e in self.events])
        for event, due in zip(self.events, days):
            if (outside := ~np.isposinf(due) & ~((due >= 0) & (due <= self.until))).any():
                self._refuse(f"event '{event.name}' is on", due[outside])
        self.days = self._rounded(days)
        edges = np.concatenate([self.start, self.stop, self.days, np.full((1, patients), self.until)])
        inside = np.where((edges > 0) & (edges < self.until), edges, self.until)
        self.breaks = np.sort(np.concatenate([np.zeros((1, patients)), inside]), axis=0)

    def _rounded(self, days: np.ndarray) -> np.ndarray:
        return np.where(np.abs(days - self.until) < 10.0**-DECIMALS, self.until, np.round(days, DECIMALS))

    def part(self, who: slice | np.ndarray) -> Schedule:
        """Return the schedule of some of the patients."""
        part = copy.copy(self)
        part.values = {s: v[who] if np.ndim(v) else v for s, v in self.values.items()}
        for name in ("level", "start", "stop", "decay", "days", "breaks"):
            setattr(part, name, getattr(self, name)[:, who])
        part.patients = part.breaks.shape[1]
        return part

    def _check_course(self, course, start, duration, half_life) -> None:
        if (outside := np.isfinite(start) & ((start < 0) | (start >= self.until))).any():
            self._refuse(f"course '{course.name}' starts on", start[outside])
        if not (duration >= 0).all() or not (half_life > 0).all():
            raise ModelError(f"The course '{course.name}' needs a duration of at least 0 days and a half-life above 0.")

    def _refuse(self, what: str, days: np.ndarray) -> None:
        raise ModelError(f"The {what} day {days[0]:g}, outside the time span from day 0 to day {self.until:g}.")

    def active(self, middle: np.ndarray, who=slice(None)) -> np.ndarray:
        """Return which courses run, shape (courses, who), on a day inside a segment."""
        return (self.start[:, who] <= middle) & (middle < self.stop[:, who])

    def held(self, active: np.ndarray, who=slice(None)) -> np.ndarray:
        """Return what the courses that do not decay add to each input, shape (inputs, who)."""
        total = np.zeros((len(self.model.inputs), active.shape[1]))
        for i in np.flatnonzero(active.any(axis=1)).tolist():
            if i not in self.decaying:
                total[self.course_input[i]] += np.where(active[i], self.level[i, who], 0.0)
        return total

    def limited(self, total: np.ndarray) -> np.ndarray:
        """Return the sums of courses, shape (inputs, who), kept in place within the limits of each input."""
        for row, spec in zip(total, self.model.inputs.values()):
            # Ten times quicker than `np.clip`.
            np.minimum(np.maximum(row, spec.low, out=row), spec.high, out=row)
        return total

    def inputs(self, t, active: np.ndarray, who=slice(None), held: np.ndarray | None = None) -> np.ndarray:
        """Return the value of each input, shape (inputs, who); `held` is what `self.held` returned, if it is known."""
        total = self.held(active, who) if held is None else held.copy()
        for i in self.decaying:
            if active[i].any():
                value = self.level[i, who] * np.exp(-self.decay[i, who] * np.maximum(t - self.start[i, who], 0.0))
                total[self.course_input[i]] += np.where(active[i], value, 0.0)
        return self.limited(total)

    def inputs_on(self, days: np.ndarray) -> np.ndarray:
        """Return the value of each input on each of `days`, shape (inputs, days, patients)."""
        every = np.ones(self.patients)
        return np.stack([self.inputs(day, self.active(day * every)) for day in days], axis=1)

    def apply_events(self, t: np.ndarray, y: np.ndarray, who=slice(None)) -> np.ndarray:
        """Return `y`, shape (states, who), after all events of day `t`, in their listed order."""
        for event, days in zip(self.events, self.days):
            due = days[who] == t
            if not due.any():
                continue
            states = dict(zip(self.model.states, y))
            values = {s: v[who] if np.ndim(v) else v for s, v in self.values.items()}
            owner = f"The event '{event.name}' on '{self.model.name}'"
            effect = event.effect(Names("y", owner, states), Names("p", owner, values))
            event.check_effect(effect, self.model)
            y = np.array([np.where(due, effect.get(s, states[s]), states[s]) for s in self.model.states])
            if not np.isfinite(y).all() or (y < 0).any():
                raise ModelError(f"The event '{event.name}' made a state negative or not finite.")
        return y
