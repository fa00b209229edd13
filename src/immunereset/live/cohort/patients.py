"""Who is simulated in a figure of many patients, and what is waited for in each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from immunereset.engine import Parameter, Run, simulate_cohort
from immunereset.live.cohort.emit import cohort_source
from immunereset.live.cohort.variation import Variation
from immunereset.live.names import nearest_first
from immunereset.live.specification import Specification, Values

TOLERANCE = {"relative": 1e-6, "absolute": 1e-9, "steps": 30000}
CHUNK = 64
"""Patients in one piece of work of a worker thread."""


@dataclass(frozen=True)
class Endpoint:
    """What is waited for in every patient: the first day from `after` on that begins `lasting` days above `level`.

    `name` is a state or an observable. It is looked at every `every` days and taken as straight in between, as
    `Run.first_day_above` does on such days. Raises ValueError for days that are not positive or lie before day 0.
    """

    name: str
    level: float
    lasting: float = 0.0
    after: float = 0.0
    every: float = 5.0

    def __post_init__(self) -> None:
        if not self.every > 0 or not self.lasting >= 0 or not self.after >= 0:
            raise ValueError(
                "An endpoint needs every > 0, lasting >= 0 and after >= 0 (days); "
                f"{self.every:g}, {self.lasting:g} and {self.after:g} were given."
            )

    def days(self, run: Run) -> np.ndarray:
        """The day on which each patient of `run` reaches the endpoint, shape (patients,); infinity if never."""
        return run.first_day_above(self.name, self.level, after=self.after, lasting=self.lasting)


@dataclass(frozen=True)
class Patients:
    """`count` patients who differ, and what is waited for in each.

    `patient(p, z)` draws one: it returns the parameters, by symbol, that are the patient's own. `p` holds the parameters
    of the model, the protocol and `group` (`Parameter`s that only `patient` reads), and `until`; `z` gives random numbers
    by `normal()`, `uniform()` and `exponential()`. Like a flow, it must not branch. The first `paths` are followed in full.
    Raises ValueError for counts that are not whole and positive.
    """

    patient: Callable
    endpoint: Endpoint
    count: int = 1000
    paths: int = 12
    group: Sequence[Parameter] = ()

    def __post_init__(self) -> None:
        for what, count in (("patients", self.count), ("paths", self.paths)):
            if not isinstance(count, int) or count < 1:
                raise ValueError(f"A cohort needs a whole number of {what}, at least 1, not {count!r}.")


@dataclass(frozen=True)
class Seen:
    """What is known of simulated patients.

    `ends` holds each patient's day of the endpoint, shape (patients,). `paths` maps names to their values on `days` in
    the first patients, shape (patients, days).
    """

    ends: np.ndarray
    days: np.ndarray
    paths: dict[str, np.ndarray]


class SimulatedPatients:
    """The patients of a figure at any values of its sliders, in Python and as the page's worker threads compute them."""

    def __init__(self, specification: Specification, patients: Patients):
        self.specification, self.endpoint, self.count = specification, patients.endpoint, patients.count
        self.paths = min(patients.paths, patients.count)
        if self.endpoint.name not in specification.series:
            known = nearest_first(self.endpoint.name, specification.series)
            raise ValueError(
                f"The endpoint asks for {self.endpoint.name!r}; the model '{specification.model.name}' has {known}."
            )
        names = [self.endpoint.name, *(line for panel in specification.panels for line in panel.lines)]
        self.watched = list(dict.fromkeys(names))
        own = specification.own_parameters
        self.variation = Variation(patients.patient, [*specification.parameters, "until"], own)
        every, until = self.endpoint.every, specification.until
        self.days = np.array([*(j * every for j in range(math.ceil(until / every))), until])
        self._kept = lru_cache(maxsize=8)(self._seen)
        self.states, self.model_source = cohort_source(
            specification.trace, specification.input_limits, self.watched, self.variation
        )

    def simulate(self, values: Values, seed: int, points: np.ndarray | None = None, **tolerance: Any) -> Run:
        """The run of all patients at these values of the sliders."""
        told = self.specification
        cohort = self.variation.cohort(dict(values) | {"until": told.until}, self.count, seed)
        own = {s: v for s, v in values.items() if s in told.own_parameters and s not in cohort.values}
        start = dict(zip(told.model.states, told.start_values))
        points = self.days if points is None else points
        return simulate_cohort(
            told.model, cohort, told.until, told.protocol, start=start, points=points, **own, **tolerance
        )

    def _seen(self, values: tuple, seed: int) -> Seen:
        run = self.simulate(dict(values), seed)
        paths = {name: run[name][:, : self.paths].T.copy() for name in self.watched}
        return Seen(self.endpoint.days(run), self.days, paths)

    def look(self, values: Values, seed: int) -> Seen:
        """What is known of the patients at these values of the sliders."""
        return self._kept(tuple(values.items()), seed)

    def digest_parts(self) -> list:
        """Everything that decides what is known of the patients, but their seed."""
        return [
            *self.specification.digest_parts(), self.variation.text(), asdict(self.endpoint), self.count, self.paths,
        ]  # fmt: skip

    def source(self) -> list[str]:
        """What makes the model of cohort/run.js, as JavaScript."""
        return [f"model: () => ({self.model_source}),"]

    def settings(self) -> dict[str, Any]:
        """What the page needs to have the patients simulated, in plain data."""
        told, endpoint = self.specification, self.endpoint
        place = list(told.model.states).index
        return {
            "p": told.values | {"until": told.until}, "patients": self.count, "chunk": CHUNK,
            "settings": {
                "start": [told.start_values[place(symbol)] for symbol in self.states], "until": told.until,
                "days": self.days.tolist(), "watched": len(self.watched), "paths": self.paths, **TOLERANCE,
                "endpoint": {"level": endpoint.level, "lasting": endpoint.lasting, "after": endpoint.after},
            },
            "sliders": [grid.settings for grid in told.grids],
        }  # fmt: skip
