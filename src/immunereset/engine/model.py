"""Model: states, parameters, inputs and one function of named flows.

Everything else (equations, diagram, tables, live figures, cohorts) is derived from that function.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from immunereset.words import EXACT, html_table, show

from .errors import ModelError, unknown
from .names import check_symbol
from .parameter import Parameter
from .trace import trace

YEAR = 365.0
"""Days in a year, as used throughout the book."""


@dataclass(frozen=True)
class State:
    """One population or quantity that changes with time; never negative.

    `start` is its value on day 0, in `unit`. `latex` is its symbol in equations. `grows`: it has no steady state.
    `counted`: it is made of single cells, so that it can be noisy. `role`: the kind of cell it is, which decides its
    colour, dash and dot in every picture of the book (`pictures.style.ROLES`).

    Raises `ModelError` if a function could not write `y.symbol`.
    """

    symbol: str
    start: float
    unit: str
    meaning: str
    latex: str | None = None
    grows: bool = False
    counted: bool = True
    role: str | None = None

    def __post_init__(self):
        check_symbol(self.symbol, "a state")


@dataclass(frozen=True)
class Input:
    """Something done to the patient from outside, in `unit`; 0 unless a protocol's course drives it.

    The sum of all courses is kept within `low` and `high`.

    Raises `ModelError` if a function could not write `p.symbol`.
    """

    symbol: str
    unit: str
    meaning: str
    latex: str | None = None
    low: float = 0.0
    high: float = math.inf

    def __post_init__(self):
        check_symbol(self.symbol, "an input")


@dataclass(frozen=True)
class Observable:
    """A quantity computed from the states, such as a total or a share: `function(t, y, p)`, in `unit`.

    `role` is that of a `State`.
    """

    function: Callable
    unit: str
    meaning: str
    role: str | None = None


class Flow(NamedTuple):
    """A rate (unit of the states it moves per day, never negative) and what it adds to (+) or takes from (-) each.

    `arrives`: in a noisy run it happens at random times even where the states it moves are not counted.
    """

    rate: object
    moves: Mapping[str, float]
    arrives: bool = False


def gain(state: str, rate) -> Flow:
    """Return a flow into `state` from outside the model, or by division; `rate` in units of the state per day."""
    return Flow(rate, {state: +1.0})


def loss(state: str, rate) -> Flow:
    """Return a flow out of `state` that leaves the model; `rate` in units of the state per day."""
    return Flow(rate, {state: -1.0})


def move(source: str, target: str, rate) -> Flow:
    """Return a flow that turns `source` into `target`; `rate` in units of the state per day."""
    return Flow(rate, {source: -1.0, target: +1.0})


def arrive(state: str, rate, size: float = 1.0) -> Flow:
    """Return groups of `size` that arrive in `state` from outside at random times, on average `rate` groups per day.

    A run without noise follows the mean, rate · size per day. Raises `ModelError` unless `size` is a number above 0.
    """
    if not (isinstance(size, (int, float)) and 0 < size < math.inf):
        raise ModelError(f"The size of what arrives in {state} is {size!r}; it must be a number above 0.")
    return Flow(rate, {state: float(size)}, arrives=True)


@dataclass(eq=False, repr=False)
class Model:
    """A model of a patient.

    `flows(t, y, p)` gets the day, the states (`y.N`) and the parameters and inputs (`p.K`) and returns a dict of named
    `Flow`s. It must work on floats and on arrays alike, with the operations of `engine.operations`. `observables` holds
    an `Observable`, or its parts, by name.

    Raises `ModelError` at once for a symbol that is used twice, unknown or no name, and `TraceError` for a function that
    cannot be turned into equations.
    """

    name: str
    states: list[State] | dict[str, State]
    parameters: list[Parameter] | dict[str, Parameter]
    flows: Callable | None = None
    inputs: list[Input] | dict[str, Input] = field(default_factory=list)
    observables: dict[str, Observable | tuple] = field(default_factory=dict)
    question: str = ""
    limits: tuple[str, ...] = ()

    def __post_init__(self):
        symbols = ["t"]
        for name, kind in (("states", State), ("parameters", Parameter), ("inputs", Input)):
            given = getattr(self, name)
            # A dict where `replace` makes this model out of another.
            listed = list(given.values()) if isinstance(given, dict) else given
            if not isinstance(listed, (list, tuple)) or not all(isinstance(x, kind) for x in listed):
                raise ModelError(
                    f"The {name} of '{self.name}' must be a list of {kind.__name__}(...); {given!r} was given."
                )
            symbols += [x.symbol for x in listed]
            setattr(self, name, {x.symbol: x for x in listed})
        twice = sorted({s for s in symbols if symbols.count(s) > 1})
        if twice:
            raise ModelError(f"The model '{self.name}' uses the symbol {twice[0]} twice.")
        self.observables = {
            name: o if isinstance(o, Observable) else Observable(*o) for name, o in self.observables.items()
        }
        try:
            inspect.signature(self.flows).bind("t", "y", "p")
        except TypeError:
            raise ModelError(
                f"The flows of '{self.name}' must be a function of the day, the states and the parameters: flows(t, y, p)."
            ) from None
        if not trace(self).flows:
            raise ModelError(f"The model '{self.name}' has no flow, so nothing in it would ever change.")

    def __repr__(self) -> str:
        told = [f"{_counted('state', self.states)} {', '.join(self.states)}"]
        told.append(f"{len(self.parameters)} {_counted('parameter', self.parameters)}")
        if self.inputs:
            told.append(f"{_counted('input', self.inputs)} {', '.join(self.inputs)}")
        return f"Model '{self.name}': {'; '.join(told)}"

    def _repr_html_(self) -> str:
        rows = [[s.symbol, show(s.start, EXACT), s.unit, s.meaning] for s in self.states.values()]
        return html_table(["state", "start", "unit", "meaning"], rows, repr(self))

    @property
    def defaults(self) -> dict[str, float]:
        """The value of every parameter, by symbol."""
        return {s: q.value for s, q in self.parameters.items()}

    @property
    def start(self) -> dict[str, float]:
        """The start value of every state, by symbol."""
        return {s: x.start for s, x in self.states.items()}

    def check_flows(self, flows) -> None:
        """Refuse what `flows` returned unless it is a dict of flows between known states."""
        if not isinstance(flows, Mapping) or not all(isinstance(f, Flow) for f in flows.values()):
            raise ModelError(f"The flows of '{self.name}' must be a dict of gain(...), loss(...) and move(...).")
        for name, flow in flows.items():
            for state in flow.moves:
                if state not in self.states:
                    raise unknown("state", state, self.states, f"The flow '{name}' of '{self.name}'")

    def values(self, changes: Mapping, protocol=None, patients: int | None = None) -> dict:
        """Return every parameter value of the model and the protocol, with `changes` applied.

        Raises `ModelError` for an unknown name, a value out of range or an array of the wrong shape.
        """
        known = dict(self.parameters)
        if protocol is not None:
            if not hasattr(protocol, "check_for"):
                hint = " It is a function: call it, with brackets." if callable(protocol) else ""
                raise ModelError(f"protocol must be a Protocol; {protocol!r} was given.{hint}")
            protocol.check_for(self)
            known |= protocol.parameters
        for symbol, value in changes.items():
            if symbol not in known:
                refusal = unknown("parameter", symbol, known, f"The model '{self.name}'")
                if protocol is None:
                    refusal = ModelError(f"{refusal} What belongs to an intervention needs its protocol, too.")
                raise refusal
            known[symbol].check(value, patients)
        values = {s: q.value for s, q in known.items()} | dict(changes)
        return {s: np.asarray(v, dtype=float) if np.ndim(v) else float(v) for s, v in values.items()}

    def held(self, inputs: Mapping) -> dict:
        """Return `inputs` that are held at given values; refuse an unknown one and a value out of its range."""
        for symbol, value in inputs.items():
            if symbol not in self.inputs:
                raise unknown("input", symbol, self.inputs, f"The model '{self.name}'")
            allowed = self.inputs[symbol]
            if not allowed.low <= value <= allowed.high:
                raise ModelError(
                    f"The input {symbol} is {value:g}; it must lie from {allowed.low:g} to {allowed.high:g}."
                )
        return dict(inputs)

    def start_vector(self, start=None, patients: int | None = None) -> np.ndarray:
        """Return the start values, shape (states,) or (states, patients).

        `start` is None, a dict of state values (states left out keep the model's own), or anything with a `final` dict,
        such as a `Run`. Raises `ModelError` for an unknown state and for values that are negative, not finite or of the
        wrong shape.
        """
        given = {} if start is None else getattr(start, "final", start)
        if not isinstance(given, Mapping):
            raise ModelError(f"start must be a dict of state values or a run; {type(given).__name__} was given.")
        shape = () if patients is None else (patients,)
        for symbol, value in given.items():
            if symbol not in self.states:
                raise unknown("state", symbol, self.states, f"The model '{self.name}'")
            value = np.asarray(value, dtype=float)
            if value.shape not in ((), shape):
                raise ModelError(
                    f"The start of {symbol} has shape {value.shape}; it must be one number"
                    + (f" or an array of shape ({patients},)." if patients is not None else ".")
                )
            if (wrong := value[~(np.isfinite(value) & (value >= 0))]).size:
                raise ModelError(f"The start of {symbol} is {wrong[0]:g}; it must be finite and not negative.")
        both = self.start | dict(given)
        return np.array([np.broadcast_to(both[s], shape) for s in self.states], dtype=float)

    def derivative(self, t, y, p: Mapping) -> np.ndarray:
        """Return dy/dt, per day; y has shape (states,) or (states, patients).

        `p` holds every parameter and, where they are not 0, the inputs.
        """
        names = SimpleNamespace(**dict(zip(self.states, y)))
        values = SimpleNamespace(**(dict.fromkeys(self.inputs, 0.0) | dict(p)))
        return np.array(self._sum_flows(t, names, values, y))

    def _sum_flows(self, t, names, values, y) -> list:
        total = {s: 0.0 * value for s, value in zip(self.states, y)}
        for rate, moves, _ in self.flows(t, names, values).values():
            for state, amount in moves.items():
                total[state] = total[state] + amount * rate
        return list(total.values())

    def observe(self, name: str, t, states: Mapping, p: Mapping):
        """Return a state or an observable by name; arrays in, arrays out."""
        if name in self.states:
            return states[name]
        if name not in self.observables:
            raise unknown("state or observable", name, [*self.states, *self.observables], f"'{self.name}'")
        values = SimpleNamespace(**(dict.fromkeys(self.inputs, 0.0) | dict(p)))
        return self.observables[name].function(t, SimpleNamespace(**states), values)


def _counted(word: str, things) -> str:
    return word if len(things) == 1 else f"{word}s"
