"""Cohort: many patients, each with parameters of their own."""

from __future__ import annotations

import numpy as np

from immunereset.engine.backends import WORTH_COMPILED, WORTH_COMPILING, prepared, size_of_whole
from immunereset.engine.errors import ModelError, unknown
from immunereset.engine.model import Model
from immunereset.engine.protocol import Protocol, Schedule
from immunereset.engine.run import Run, check_points
from immunereset.engine.simulate import check_flows, checked

from .batch import integrate

LOOKED_AT = 200
"""Patients, evenly spread over a larger cohort, whose flows are looked at after a run."""


class Cohort:
    """Parameter values for `size` patients: numbers for all, or arrays of shape (size,), in the parameters' units.

    Raises `ModelError` if `size` is not a whole number of at least 1.
    """

    def __init__(self, size: int, /, **values):
        if int(size) != size or size < 1:
            raise ModelError(f"A cohort needs a whole number of patients, at least 1; {size!r} was given.")
        self.size, self.values = int(size), values

    @classmethod
    def draw(cls, model: Model, size: int, cv: dict[str, float], seed) -> Cohort:
        """Draw parameters around the model's own: times lognormal factors of mean 1 and coefficients of variation `cv`.

        `seed` is a number or a `numpy.random.Generator`. Raises `ModelError` for an unknown parameter or a negative
        coefficient.
        """
        rng, values = np.random.default_rng(seed), {}
        for symbol, spread in cv.items():
            if not spread >= 0:
                raise ModelError(f"The coefficient of variation of {symbol} is {spread:g}; it must be at least 0.")
            if symbol not in model.parameters:
                raise unknown("parameter", symbol, model.parameters, f"The model '{model.name}'")
            sigma = np.sqrt(np.log1p(spread**2))
            factors = np.exp(sigma * rng.standard_normal(int(size)) - sigma**2 / 2)
            values[symbol] = model.parameters[symbol].value * factors
        return cls(size, **values)

    def __repr__(self) -> str:
        each = f", each with {', '.join(self.values)}" if self.values else ""
        return f"Cohort of {self.size} patient{'' if self.size == 1 else 's'}{each}"

    def __len__(self) -> int:
        return self.size


def simulate_cohort(
    model: Model, cohort: Cohort | int, until: float, protocol: Protocol | None = None, *, start=None, points=None,
    rtol: float = 1e-6, atol: float = 1e-9, backend: str | None = None, **changes,
) -> Run:  # fmt: skip
    """Run every patient of a cohort and return a `Run` with arrays of shape (times, patients).

    `cohort` is a `Cohort` or a number of patients. `changes` are numbers or arrays of shape (patients,), in the units of
    the parameters; they override the cohort's own values. `points` are the days to report, shape (times,) (default: 121
    evenly spaced days); `until` is in days, too. `rtol` and `atol` bound each patient's local error on its own.
    `backend` is "numpy", "compiled" (by numba, on all processors) or None:
    compiled if numba is installed and the cohort has at least `backends.WORTH_COMPILED` patients, or `WORTH_COMPILING`
    if the model was never compiled on this machine. Backends agree to the tolerance, not to the last digit.

    Raises `ModelError` for anything given that is not allowed and for a flow that is negative on a reported day (looked
    for in `LOOKED_AT` patients), `RunError` if a run cannot be finished.
    """
    for name, value in (("rtol", rtol), ("atol", atol)):
        if not 0 < value < np.inf:
            raise ModelError(f"{name} is {value:g}; it must be above 0.")
    schedule, y0, points = set_up(model, cohort, until, protocol, start, points, changes)
    n, values = schedule.patients, schedule.values
    out, steps = np.full((n, len(points), len(y0)), np.nan), np.zeros(n, dtype=np.int64)
    work = max(n, size_of_whole.get())
    integrate_all = prepared(backend, "cohort", (model, protocol), work, WORTH_COMPILED, WORTH_COMPILING) or integrate
    integrate_all(schedule, y0, points, rtol, atol, out, steps)
    y = checked(model, out.transpose(2, 1, 0), atol)
    some = np.unique(np.linspace(0, n - 1, min(n, LOOKED_AT)).astype(int))
    part = schedule.part(some)
    check_flows(model, points[:, None], y[:, :, some], part.values, part.inputs_on(points), rtol)
    return Run(model, points, y, values, lambda: schedule.inputs_on(points), steps)


def set_up(model: Model, cohort: Cohort | int, until: float, protocol, start, points, changes: dict) -> tuple:
    """Return the schedule of a cohort, its start, shape (states, patients), and the days to report."""
    cohort = cohort if isinstance(cohort, Cohort) else Cohort(cohort)
    n = len(cohort)
    schedule = Schedule(model, protocol, model.values(cohort.values | changes, protocol, patients=n), until, n)
    days = np.linspace(0.0, schedule.until, 121) if points is None else points
    return schedule, model.start_vector(start, patients=n), check_points(days, schedule.until)
