"""Many patients at once, on arrays: each patient with its own step, events and stops.

All begin with the explicit method. A patient whose steps are kept short by stability, not by accuracy, and who would need
very many of them, goes on with the implicit one (Hairer, Nørsett and Wanner, "Solving Ordinary Differential Equations
II", section IV.2).
"""

from __future__ import annotations

import numpy as np

from immunereset.engine.errors import endless, stuck
from immunereset.engine.protocol import Schedule
from immunereset.engine.trace import trace

from . import dormand_prince, rosenbrock
from .dormand_prince import Step
from .evaluate import Vectorised, jacobian

CHUNK = 4096
"""Patients integrated together: large enough to be quick, small enough for the processor's cache."""

MOST_STEPS = 200_000

ROUNDS_A_LOOK = 10
"""Steps after which the batch looks for stiff patients."""

STABILITY = 3.0
"""Step times greatest rate near which the explicit method becomes unstable (its limit is 3.3)."""

MANY_STEPS = 50
"""Steps left of a segment from which the implicit method, whose steps cost more, is worth its while for the stiff."""


class Batch:
    """The patients still under way: state, time, step and next stop."""

    def __init__(self, schedule: Schedule, method, who, t, y, next_point, rtol: float, atol: float):
        self.schedule, self.model, self.method, self.rtol, self.atol = schedule, schedule.model, method, rtol, atol
        self.who, self.t, self.y, self.next_point = who, t, y, next_point
        everyone = np.arange(len(who))
        self.stop, self.h = np.zeros(len(who)), np.full(len(who), 1e-3 * schedule.until)
        traced = trace(self.model)
        self._entries = jacobian(traced) if method is rosenbrock else {}
        self._slope = Vectorised(traced, traced.derivatives.values())
        self._jacobian = Vectorised(traced, self._entries.values())
        self._take_values()
        self.active = np.zeros((len(schedule.level), len(everyone)), dtype=bool)
        self.held, self.input = np.zeros((2, len(self.model.inputs), len(everyone)))
        self.enter_segment(everyone)
        self.first_slope(everyone)

    def _take_values(self) -> None:
        """Set the parameters of the patients under way, and what depends on them alone."""
        values = {s: v[self.who] if np.ndim(v) else v for s, v in self.schedule.values.items()}
        self._slope.fix(values)
        self._jacobian.fix(values)

    def _inputs(self, t: np.ndarray) -> np.ndarray:
        return self.schedule.inputs(t, self.active, self.who, self.held) if self.schedule.decaying else self.input

    def right_hand_side(self, t: np.ndarray, y: np.ndarray, out: np.ndarray) -> np.ndarray:
        """Return `out`, filled with dy/dt, shape (states, patients under way)."""
        return self._slope(t, y, self._inputs(t), out)

    def jacobian(self) -> np.ndarray:
        """Return the derivatives of dy/dt by the states, shape (states, states, patients under way)."""
        out = np.zeros((len(self.y), *self.y.shape))
        found = self._jacobian(self.t, self.y, self._inputs(self.t), [None] * len(self._entries))
        for place, value in zip(self._entries, found):
            out[place] = value
        return out

    def enter_segment(self, k: np.ndarray) -> None:
        """Apply today's events to the patients at positions `k` and set their next stop and inputs."""
        if not k.size:
            return
        who, t = self.who[k], self.t[k]
        self.y[:, k] = self.schedule.apply_events(t, self.y[:, k], who)
        breaks = self.schedule.breaks[:, who]
        later = np.where(breaks > t, breaks, np.inf).min(axis=0)
        self.stop[k] = np.where(np.isinf(later), t, later)
        middle = (t + self.stop[k]) / 2
        self.active[:, k] = self.schedule.active(middle, who)
        self.held[:, k] = self.schedule.held(self.active[:, k], who)
        self.input[:, k] = self.schedule.inputs(t, self.active[:, k], who, self.held[:, k])

    def first_slope(self, k: np.ndarray) -> None:
        """Recompute the slope of all after some changed; shorten the first step of those at `k`."""
        self.slope = self.right_hand_side(self.t, self.y, np.empty_like(self.y))
        scale = self.atol + self.rtol * np.abs(self.y[:, k])
        with np.errstate(divide="ignore", over="ignore"):
            size = np.abs(self.y[:, k] / scale).max(axis=0)
            speed = np.abs(self.slope[:, k] / scale).max(axis=0)
            guess = 0.01 * np.maximum(size, 1e-5) / np.maximum(speed, 1e-30)
        self.h[k] = np.clip(guess, 1e-9 * self.schedule.until, 0.1 * self.schedule.until)

    def keep(self, k: np.ndarray) -> None:
        """Go on with the patients at positions `k` only."""
        for name in ("who", "t", "next_point", "h", "stop"):
            setattr(self, name, getattr(self, name)[k])
        for name in ("y", "active", "held", "input", "slope"):
            setattr(self, name, getattr(self, name)[:, k])
        self._take_values()


def integrate(schedule: Schedule, y0, points, rtol: float, atol: float, out: np.ndarray, steps: np.ndarray) -> None:
    """Run all patients from `y0`, shape (states, patients).

    `out`, shape (patients, points, states), gets their states at `points`, `steps`, shape (patients,), the steps tried.
    Each patient's local error is kept below atol + rtol · |y| (root mean square over states). Steps end exactly at each
    patient's own events and course boundaries. Points on the day of an event are reported just after it.

    Raises `RunError` if a patient's run cannot go on.
    """
    ahead = np.append(points, np.inf)
    for first in range(0, schedule.patients, CHUNK):
        who = slice(first, min(first + CHUNK, schedule.patients))
        part, everyone = schedule.part(who), np.arange(who.stop - first)
        starts = [(everyone, np.zeros(len(everyone)), y0[:, who].copy(), np.zeros_like(everyone))]
        for method in (dormand_prince, rosenbrock):
            if starts:
                joined = (np.concatenate(parts, axis=-1) for parts in zip(*starts))
                starts = _run(Batch(part, method, *joined, rtol, atol), ahead, out[who], steps[who], first)


def _run(batch: Batch, ahead: np.ndarray, out: np.ndarray, steps: np.ndarray, first: int) -> list[tuple]:
    """Run patients `first` and on to their end; return those found stiff, as (who, day, states, next point)."""
    until, stiff = batch.schedule.until, []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for count in range(1, MOST_STEPS + 1):
            step, h, inside = _advance(batch, ahead, out, steps, first)
            going = batch.t < until
            if step.stretch and count % ROUNDS_A_LOOK == 0:
                limited = step.stretch(batch.atol + batch.rtol * np.abs(batch.y)) > STABILITY
                found = limited & inside & (batch.stop - batch.t > MANY_STEPS * h)
                if found.any():
                    stiff.append((batch.who[found], batch.t[found], batch.y[:, found], batch.next_point[found]))
                    batch.keep(np.flatnonzero(going & ~found))
                    going = batch.t < until
            if not going.any():
                return stiff
            if going.sum() < 0.9 * len(batch.who):
                batch.keep(np.flatnonzero(going))
    raise endless(batch.model.name, MOST_STEPS, first + batch.who[np.argmax(batch.t < until)])


def _advance(batch: Batch, ahead: np.ndarray, out: np.ndarray, steps: np.ndarray, first: int) -> tuple:
    """Try one step for every patient; accept, report and enter the next segment where it fits.

    Returns the step, its length in days and who took it and is still inside a segment, as arrays over patients.
    """
    t, y = batch.t, batch.y
    until = batch.schedule.until
    done = t >= until
    h = np.where(done, 0.0, np.minimum(batch.h, batch.stop - t))
    step = batch.method.attempt(batch, h)
    error = step.error / (batch.atol + batch.rtol * np.maximum(np.abs(y), np.abs(step.y)))
    norm = np.sqrt(np.mean(error * error, axis=0))
    good = norm <= 1.0
    factor = np.where(
        np.isfinite(norm), np.clip(0.9 * np.maximum(norm, 1e-10) ** (-1 / batch.method.ORDER), 0.2, 5.0), 0.1
    )

    lost = ~good & (h < 1e-13 * until) & ~done
    if lost.any():
        k = int(np.flatnonzero(lost)[0])
        raise stuck(batch.model.name, batch.t[k], until, first + batch.who[k])

    moved = good & ~done
    reached = moved & (h >= batch.stop - t)
    t_new = np.where(reached, batch.stop, np.where(moved, t + h, t))
    _report(batch, out, ahead, moved, reached, h, step, t_new)
    steps[batch.who] += ~done
    batch.t = t_new
    batch.y = np.where(moved, step.y, y)
    batch.slope = np.where(moved, step.slope, batch.slope)
    # A step cut short by a stop says nothing against the longer step it was cut from.
    batch.h = np.where(reached, np.maximum(batch.h, h * factor), np.where(done, batch.h, h * factor))

    arrived = np.flatnonzero(reached)
    if arrived.size:
        batch.enter_segment(arrived)
        last = arrived[(batch.t[arrived] >= until) & (ahead[batch.next_point[arrived]] == until)]
        out[batch.who[last], -1] = batch.y[:, last].T
        if (going := arrived[batch.t[arrived] < until]).size:
            batch.first_slope(going)
    return step, h, moved & ~reached


def _report(batch, out, ahead, moved, reached, h, step: Step, t_new) -> None:
    """Interpolate the points that this step passed; a point on the stop itself waits for its event."""
    before = np.where(reached, t_new, np.nextafter(t_new, np.inf))
    hit = np.flatnonzero(moved & (ahead[batch.next_point] < before))
    if not hit.size:
        return
    first = batch.next_point[hit]
    batch.next_point[hit] = np.searchsorted(ahead, before[hit])
    count = batch.next_point[hit] - first
    who = np.repeat(hit, count)
    point = np.arange(count.sum()) - np.repeat(count.cumsum() - count - first, count)
    x = (ahead[point] - batch.t[who]) / h[who]
    start = batch.y[:, who]
    bend, fold, twist = step.bends(who)
    rest = 1 - x
    fold += rest * twist
    bend += x * fold
    out[batch.who[who], point] = (start + x * (step.y[:, who] - start + rest * bend)).T
