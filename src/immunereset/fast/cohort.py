"""The compiled backend of `simulate_cohort`: the traced model, compiled by numba for this machine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from immunereset.engine.cohort.batch import MOST_STEPS
from immunereset.engine.cohort.evaluate import evaluate
from immunereset.engine.errors import ModelError, endless, stuck
from immunereset.engine.protocol import Protocol, Schedule

from . import cache
from .kernel import source
from .machine import available, require_numba, threads
from .sizes import LANES
from .stepper import ENDLESS, IMPOSSIBLE, STUCK

__all__ = ["available", "is_kept", "prepare"]

CHUNK = 1024
"""Most patients that a thread takes at a time."""


def prepare(model, protocol: Protocol | None):
    """Return a function like `batch.integrate`, compiled for `model` with the events of `protocol`.

    All patients begin with the explicit method. One whose steps are kept short by stability, not by accuracy, and who
    would need very many of them, goes on with the implicit method.

    Raises `ModelError` without numba, and `TraceError` if the effect of an event cannot be traced.
    """
    require_numba()
    explicit = _Kernel(model, protocol, "explicit")

    def integrate(schedule: Schedule, y0, points, rtol: float, atol: float, out: np.ndarray, steps: np.ndarray) -> None:
        everyone = np.arange(schedule.patients)
        begin = np.concatenate([np.zeros((2, schedule.patients)), y0])
        left = explicit.run(schedule, everyone, begin, points, rtol, atol, out, steps, looking=True)
        stiff = np.flatnonzero(np.isfinite(left[0]))
        if stiff.size:
            implicit = _Kernel(model, protocol, "implicit")
            implicit.run(schedule, stiff, left[:, stiff], points, rtol, atol, out, steps, looking=False)

    return integrate


class _Kernel:
    """One method, compiled for a model with the events of a protocol."""

    def __init__(self, model, protocol: Protocol | None, method: str):
        written = source(model, protocol, method)
        name = model.name if method == "explicit" else f"{model.name}, {method}"
        self._run = cache.load(written.model, name, announced=True).run
        self._act = cache.load(written.events, f"events of {name}").act
        self._fixed = written.fixed

    def run(self, schedule, who, begin, points, rtol, atol, out, steps, looking: bool) -> np.ndarray:
        """Run the patients `who` from `begin` on all threads; return where those found stiff were left.

        Both have shape (2 + states, patients of `who`): day, next point and states; the day of others is not a number.
        """
        workers = threads()
        size = min(CHUNK, max(LANES, -(-len(who) // (4 * workers))))
        left = np.full(begin.shape, np.nan)

        def chunk(first: int) -> tuple:
            some = slice(first, min(first + size, len(who)))
            part = schedule.part(who[some])
            # Patients need not be neighbours: these are copies, which are put back.
            states, tried = out[who[some]], steps[who[some]]
            tolerances = float(rtol), float(atol), MOST_STEPS
            course = *self._inputs(part, begin[:, some]), _plain(points), part.until, *tolerances
            stiff = np.full((len(begin), part.patients), np.nan)
            end, patient, day, event = self._run(self._act, *course, looking, stiff, tried, states)
            out[who[some]], steps[who[some]] = states, tried
            left[:, some] = stiff
            return end, who[first + patient], day, event

        firsts = range(0, len(who), size)
        pool = ThreadPoolExecutor(workers)
        try:
            for end in pool.map(chunk, firsts):
                _refuse(schedule, *end)
        finally:
            pool.shutdown(cancel_futures=True)
        return left

    def _inputs(self, schedule: Schedule, begin: np.ndarray) -> tuple:
        """Return what a run needs of a schedule: fixed values, begin, and the plan of courses, events and breaks."""
        values = evaluate(self._fixed, schedule.values)
        fixed = np.empty((len(values), schedule.patients))
        for row, value in zip(fixed, values):
            row[:] = value
        plan = (
            *map(_plain, (schedule.level, schedule.start, schedule.stop, schedule.decay)),
            np.array(schedule.course_input, dtype=np.int64),
            *map(_plain, (schedule.days, schedule.breaks)),
        )
        return fixed, _plain(begin), plan


def is_kept(model, protocol: Protocol | None) -> bool:
    """Return whether the model, with the events of `protocol`, was compiled on this machine before.

    Raises `TraceError` if the effect of an event cannot be traced.
    """
    written = source(model, protocol)
    names = {written.model: model.name, written.events: f"events of {model.name}"}
    return all(cache.is_kept(text, name) for text, name in names.items())


def _plain(x: np.ndarray) -> np.ndarray:
    """Return a copy that is contiguous and may be written: of other arrays numba would compile anew."""
    return np.array(x, dtype=float, order="C")


def _refuse(schedule: Schedule, end: int, patient: int, day: float, event: int) -> None:
    """Raise what the NumPy backend raises, unless the patients arrived."""
    name = schedule.model.name
    if end == STUCK:
        raise stuck(name, day, schedule.until, patient)
    if end == ENDLESS:
        raise endless(name, MOST_STEPS, patient)
    if end == IMPOSSIBLE:
        raise ModelError(f"The event '{schedule.events[event].name}' made a state negative or not finite.")
