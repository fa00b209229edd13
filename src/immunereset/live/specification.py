"""What a live figure is told: one frozen object that every kind of figure reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from immunereset.engine import YEAR, Model, Parameter, Protocol, Run, simulate, trace
from immunereset.engine.parameter import Later
from immunereset.engine.protocol import last_day
from immunereset.engine.trace import Trace
from immunereset.live.calendar import DaysAfter, days_shown
from immunereset.live.names import nearest_first
from immunereset.live.panels import as_panel
from immunereset.live.result import Result
from immunereset.live.sliders import SliderGrid, Sliders, slider_grids
from immunereset.pictures.figure import check_name

UNTIL = 100.0
"""Days that a figure shows after the last thing that its protocol does, unless it is told."""

TIGHT = {"rtol": 1e-9, "atol": 1e-12}

Values = Mapping[str, float]
"""A value for each parameter, by symbol."""


def check_seed(seed: Any) -> int:
    """A seed as an int; ValueError for one that the field of a page cannot hold."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**32:
        raise ValueError(f"A seed is a whole number from 0 to 4294967295, not {seed!r}.")
    return int(seed)


@dataclass(frozen=True, eq=False, repr=False)
class Specification:
    """A model, what to show of it, a name, and whatever else differs from the defaults.

    The arguments are those of `explore`; `group` holds parameters that the figure has and the model has not, `changes`
    other parameter values. With `stops` it needs no slider. `panels` and `until` are filled in; `values`
    and `start_values` are what the figure starts from, `grids` its sliders. Raises ValueError, `ModelError` or `RunError` for
    whatever does not fit.
    """

    model: Model
    panels: Sequence[Any]
    name: str
    _: KW_ONLY
    protocol: Protocol | None = None
    start: Mapping[str, float] | Run | None = None
    until: float | None = None
    time: str = "days"
    sliders: Sliders = None
    result: Result | None = None
    seed: int = 1
    caption: str = ""
    alt: str = ""
    group: Sequence[Parameter] = ()
    stops: bool = False
    changes: Values = field(default_factory=dict)
    values: dict[str, float] = field(init=False)
    start_values: list[float] = field(init=False)
    grids: list[SliderGrid] = field(init=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if not isinstance(self.model, Model):
            raise ValueError(f"A live figure begins with a Model; {self.model!r} was given.")
        if self.time not in ("days", "years") and not isinstance(self.time, DaysAfter):
            raise ValueError(f"Time is shown in 'days' or 'years', not {self.time!r}.")
        if self.result is not None and not isinstance(self.result, Result):
            raise ValueError(f"result is a Result; {self.result!r} was given.")
        self._fill_in("seed", check_seed(self.seed))
        self._check_group()
        self._fill_in("values", self._start_of_parameters())
        self._fill_in("start_values", self.model.start_vector(self.start).tolist())
        if isinstance(self.panels, (str, Protocol)) or not isinstance(self.panels, Sequence):
            raise ValueError(
                f"What to show is a list of names or panels, such as [{next(iter(self.model.states))!r}]; "
                f"{self.panels!r} was given. A protocol goes by its name: protocol=…"
            )
        if not self.panels:
            raise ValueError("A live figure needs at least one panel.")
        self._fill_in("panels", tuple(as_panel(panel, self.model) for panel in self.panels))
        for panel in self.panels:
            if not hasattr(panel, "lines"):
                raise ValueError(f"A figure shows names of states or observables, and panels; {panel!r} was given.")
        for line in [line for panel in self.panels for line in panel.lines]:
            if line not in self.series:
                known = nearest_first(line, self.series)
                raise ValueError(f"A panel shows {line!r}; the model '{self.model.name}' has {known}.")
        self._fill_in("until", self._last_change() + UNTIL if self.until is None else last_day(self.until))
        without = self.stops and not self.sliders
        axes = [symbol for panel in self.panels for symbol in getattr(panel, "axes", ())]
        own = [symbol for symbol in self.model.parameters if symbol not in axes]
        grids = [] if without else slider_grids(self.sliders, self.parameters, self.values, self.time, own)
        self._fill_in("grids", grids)

    def _fill_in(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _check_group(self) -> None:
        for parameter in self.group:
            if parameter.symbol in self.own_parameters:
                raise ValueError(
                    f"The group's parameter {parameter.symbol!r} has the name of something else; choose another."
                )

    def _last_change(self) -> float:
        """The last day on which the protocol does something at the start values."""
        courses, events = self.schedule(self.values)
        days = [day for _, _, start, stop, _ in courses for day in (start, stop)] + [day for _, day in events]
        return max([0.0, *(day for day in days if np.isfinite(day))])

    @property
    def series(self) -> list[str]:
        """The names of all states and observables."""
        return [*self.model.states, *self.model.observables]

    @property
    def own_parameters(self) -> dict[str, Parameter]:
        """The parameters of the model and the protocol."""
        return self.model.parameters | (self.protocol.parameters if isinstance(self.protocol, Protocol) else {})

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters of the model, the protocol and the group."""
        return self.own_parameters | {parameter.symbol: parameter for parameter in self.group}

    def _start_of_parameters(self) -> dict[str, float]:
        """The value of every parameter where the figure starts."""
        group = {parameter.symbol: parameter for parameter in self.group}
        for symbol in self.changes.keys() & group.keys():
            group[symbol].check(self.changes[symbol])
        own = self.model.values({s: v for s, v in self.changes.items() if s not in group}, self.protocol)
        return own | {s: float(self.changes.get(s, parameter.value)) for s, parameter in group.items()}

    @cached_property
    def trace(self) -> Trace:
        return trace(self.model, self.protocol)

    @property
    def input_limits(self) -> dict[str, tuple[float, float]]:
        """The lowest and the highest value of every input."""
        return {symbol: (one.low, one.high) for symbol, one in self.model.inputs.items()}

    @property
    def days_per_unit(self) -> float:
        """How many days one unit of the time axis has."""
        return YEAR if self.time == "years" else 1.0

    @cached_property
    def days_shown(self) -> list[tuple[str, float]]:
        """The rows of a table over time: what the axis calls a day, and that day of the run."""
        return days_shown(self.until, self.time, self.days_per_unit)

    def digest_parts(self) -> list:
        """Everything in here that decides what a figure says, rounded so that all platforms agree."""
        return [
            self.trace.text(), {symbol: f"{value:.9g}" for symbol, value in self.values.items()},
            [f"{value:.5g}" for value in self.start_values], self.until, self.time,
            [(grid.symbol, grid.words) for grid in self.grids], [panel.digest_parts() for panel in self.panels],
        ]  # fmt: skip

    def check_panels(self, *kinds: type) -> None:
        """Refuse panels of other kinds."""
        for panel in self.panels:
            if not isinstance(panel, kinds):
                known = ", ".join(kind.__name__ for kind in kinds)
                raise ValueError(f"This figure has panels of the kinds {known}, not {panel!r}.")

    def heading(self, name: str) -> str:
        """A state or an observable with its unit, as the head of a column."""
        unit = (self.model.states.get(name) or self.model.observables[name]).unit
        return name if unit in ("", "–") else f"{name} ({unit})"

    def role_of(self, name: str) -> str:
        """The role that the model gives to a state or an observable; nothing if it gives none."""
        return (self.model.states.get(name) or self.model.observables[name]).role or ""

    def simulate(self, values: Values, points: Any = None, **tolerance: Any) -> Run:
        """The model's run without noise at these parameter values, on these days."""
        start = dict(zip(self.model.states, self.start_values))
        return simulate(
            self.model, self.until, self.protocol, start=start, points=points, **(TIGHT | tolerance), **values
        )

    def schedule(self, values: Values) -> tuple[list[tuple], list[tuple]]:
        """Courses as (input, name, start, stop, shown) and events as (name, day), at these parameter values."""

        def now(quantity: Any) -> float:
            if isinstance(quantity, Later):
                return values[quantity.parameter.symbol] + quantity.days
            return values[quantity.symbol] if isinstance(quantity, Parameter) else float(quantity)

        if self.protocol is None:
            return [], []
        courses = []
        for course in self.protocol.courses:
            level, start, duration, _ = (now(q) for q in course.quantities)
            stop = start + duration if self.until is None else min(start + duration, self.until)
            courses.append((course.input, course.name, start, stop, level != 0 and stop > start))
        return courses, [(event.name, now(event.day)) for event in self.protocol.events]
