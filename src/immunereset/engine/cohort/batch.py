"""Many patients at once, on arrays: each patient with its own step, events and stops.

All begin with the explicit method. A patient whose steps are kept short by stability, not by accuracy, and who
would need very many of them, goes on with the implicit method (Hairer, Nørsett and Wanner, "Solving Ordinary
Differential Equations II", section IV.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from immunereset.engine.errors import endless, stuck
from immunereset.engine.protocol import Schedule
from immunereset.engine.trace import symbols, trace

from .dormand_prince import DormandPrince
from .evaluate import Vectorised, jacobian
from .rosenbrock import Rosenbrock
from .step import Step

MOST_STEPS = 200_000

ROUNDS_A_LOOK = 10
"""Steps after which the batch looks for stiff patients."""

LOOKS = 2
"""Looks in a row at which a stiff patient's step must be at the limit of stability."""

STABILITY = 3.0
"""Step times greatest rate near which the explicit method becomes unstable (its limit is 3.3)."""

MANY_STEPS = 50
"""Steps ahead of a stiff patient from which the implicit method, whose steps cost more, is worth its while."""


@dataclass(frozen=True)
class Solution:
    """What the patients' integration found and what it took.

    `y` has shape (patients, points, states); the others have shape (patients,): the attempted steps, the greatest
    local error of a step taken as a share of the tolerance, and whether the implicit method was used.
    """

    y: np.ndarray
    steps: np.ndarray
    error: np.ndarray
    implicit: np.ndarray

    @classmethod
    def empty(cls, patients: int, points: int, states: int) -> Solution:
        y = np.full((patients, points, states), np.nan)
        return cls(y, np.zeros(patients, dtype=np.int64), np.zeros(patients), np.zeros(patients, dtype=bool))

    def part(self, who: slice | np.ndarray) -> Solution:
        """Return some of the patients: of a slice, what is written there is written here; of others, copies."""
        return Solution(self.y[who], self.steps[who], self.error[who], self.implicit[who])

    def put(self, who: np.ndarray, part: Solution) -> None:
        """Write copies of the patients `who` back; whether they are implicit is left as it is."""
        self.y[who], self.steps[who], self.error[who] = part.y, part.steps, part.error


class Batch:
    """The patients still under way: state, time, step and next stop."""

    def __init__(self, schedule: Schedule, who, t, y, next_point, method, rtol: float, atol: float):
        self.schedule, self.model, self.who = schedule, schedule.model, who
        self.method, self.rtol, self.atol = method, rtol, atol
        self.t, self.y, self.next_point = t, y, next_point
        self.h = np.full(len(who), 1e-3 * schedule.until)
        traced = trace(self.model)
        self._slope = Vectorised(traced, traced.derivatives.values())
        self._entries = jacobian(traced) if method.implicit else {}
        self._jacobian = Vectorised(traced, self._entries.values())
        self.varies = bool(schedule.decaying) or ("t", "t") in symbols(*traced.derivatives.values())
        self._take_values()
        self.stop = np.zeros(len(who))
        self.active = np.zeros((len(schedule.level), len(who)), dtype=bool)
        self.input = np.zeros((len(self.model.inputs), len(who)))
        self.slope = np.zeros_like(y)
        self.looks = np.zeros(len(who), dtype=int)
        everyone = np.arange(len(who))
        self.enter_segment(everyone)
        self.first_slope(everyone)

    def _take_values(self) -> None:
        """Set the parameters of the patients under way, and what depends on them alone."""
        self.values = {s: v[self.who] if np.ndim(v) else v for s, v in self.schedule.values.items()}
        self._slope.fix(self.values)
        self._jacobian.fix(self.values)

    def _inputs(self, t: np.ndarray) -> np.ndarray:
        return self.schedule.inputs(t, self.active, self.who) if self.schedule.decaying else self.input

    def right_hand_side(self, t: np.ndarray, y: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """Return dy/dt, shape (states, patients under way), in `out` if it is given."""
        return self._slope(t, y, self._inputs(t), np.empty_like(y) if out is None else out)

    def jacobian(self) -> np.ndarray:
        """Return the derivatives of the slopes by the states, shape (states, states, patients under way)."""
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
        self.input[:, k] = self.schedule.inputs(t, self.active[:, k], who)

    def first_slope(self, k: np.ndarray) -> None:
        """Recompute the slope of all after some changed; shorten the first step of those at `k`."""
        self.slope = self.right_hand_side(self.t, self.y)
        scale = self.atol + self.rtol * np.abs(self.y[:, k])
        with np.errstate(divide="ignore", over="ignore"):
            size = np.abs(self.y[:, k] / scale).max(axis=0)
            speed = np.abs(self.slope[:, k] / scale).max(axis=0)
            guess = 0.01 * np.maximum(size, 1e-5) / np.maximum(speed, 1e-30)
        self.h[k] = np.clip(guess, 1e-9 * self.schedule.until, 0.1 * self.schedule.until)

    def keep(self, k: np.ndarray) -> None:
        """Go on with the patients at positions `k` only."""
        for name in ("who", "t", "next_point", "h", "stop", "looks"):
            setattr(self, name, getattr(self, name)[k])
        for name in ("y", "active", "input", "slope"):
            setattr(self, name, getattr(self, name)[:, k])
        self._take_values()


def integrate(
    schedule: Schedule,
    y0: np.ndarray,
    points: np.ndarray,
    rtol: float,
    atol: float,
    solution: Solution,
    method: str | None = None,
    first: int = 0,
) -> None:
    """Run all patients from `y0`, shape (states, patients), and fill `solution` with their states at `points`.

    Each patient's local error is kept below atol + rtol · |y| (root mean square over states). Steps
    end exactly at each patient's own events and course boundaries. Points on the day of an event
    are reported just after it. `method` is "explicit", "implicit", or None: explicit but for the stiff.

    Raises `RunError` if a patient's run cannot go on; it numbers the patients from `first` on.
    """
    everyone = np.arange(y0.shape[1])
    begin = np.zeros(len(everyone)), y0.copy(), np.zeros(len(everyone), dtype=int)
    if method == "implicit":
        return _run_implicitly(schedule, everyone, *begin, points, rtol, atol, solution, first)
    batch = Batch(schedule, everyone, *begin, DormandPrince(), rtol, atol)
    stiff = _run(batch, points, solution, first, looking=method is None)
    if stiff:
        who, t, y, next_point = (np.concatenate(parts, axis=-1) for parts in zip(*stiff))
        _run_implicitly(schedule, who, t, y, next_point, points, rtol, atol, solution, first)


def _run_implicitly(schedule, who, t, y, next_point, points, rtol, atol, solution: Solution, first: int) -> None:
    """Run the patients `who` with the implicit method, each from a day `t` that is 0 or inside a segment."""
    solution.implicit[who] = True
    _run(Batch(schedule, who, t, y, next_point, Rosenbrock(), rtol, atol), points, solution, first)


def _run(batch: Batch, points: np.ndarray, solution: Solution, first: int, looking=False) -> list:
    """Run the batch to its end; return the patients found stiff, as (who, day, states, next point), if `looking`."""
    ahead = np.append(points, np.inf)
    until = batch.schedule.until
    stiff = []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for round_ in range(1, MOST_STEPS + 1):
            step, h, moved = _advance(batch, solution, ahead, first)
            going = batch.t < until
            if looking and round_ % ROUNDS_A_LOOK == 0 and (found := _look(batch, step, h, moved)).any():
                stiff.append((batch.who[found], batch.t[found], batch.y[:, found], batch.next_point[found]))
                going &= ~found
                batch.keep(np.flatnonzero(going))
            if not going.any():
                return stiff
            if going.sum() < 0.9 * len(batch.who):
                batch.keep(np.flatnonzero(going))
    raise endless(batch.model.name, MOST_STEPS, first + batch.who[0])


def _look(batch: Batch, step: Step, h: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """Return who is stiff, after a step of `h` days: for some time, stability has limited their many steps."""
    weight = 1.0 / (batch.atol + batch.rtol * np.abs(batch.y))
    limited = h * step.fastest_rate(weight) > STABILITY
    inside = moved & (batch.t < batch.stop)
    many = batch.schedule.until - batch.t > MANY_STEPS * batch.h
    batch.looks = np.where(limited & many, batch.looks + 1, 0)
    return (batch.looks >= LOOKS) & inside


def _advance(batch: Batch, solution: Solution, ahead: np.ndarray, first: int) -> tuple:
    """Try one step for every patient; accept, report and enter the next segment where it fits.

    Returns the step, its length in days and who took it, as arrays over patients.
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
        np.isfinite(norm), np.clip(0.9 * np.maximum(norm, 1e-10) ** (-1 / batch.method.order), 0.2, 5.0), 0.1
    )

    lost = ~good & (h < 1e-13 * until) & ~done
    if lost.any():
        k = int(np.flatnonzero(lost)[0])
        raise stuck(batch.model.name, batch.t[k], until, first + batch.who[k])

    moved = good & ~done
    reached = moved & (h >= batch.stop - t)
    t_new = np.where(reached, batch.stop, np.where(moved, t + h, t))
    _report(batch, solution.y, ahead, moved, reached, h, step, t_new)
    solution.steps[batch.who] += ~done
    solution.error[batch.who] = np.maximum(solution.error[batch.who], np.where(moved, norm, 0.0))
    batch.t = t_new
    batch.y = np.where(moved, step.y, y)
    batch.slope = np.where(moved, step.slope, batch.slope)
    # A step cut short by a stop says nothing against the longer step it was cut from.
    batch.h = np.where(reached, np.maximum(batch.h, h * factor), np.where(done, batch.h, h * factor))

    arrived = np.flatnonzero(reached)
    if arrived.size:
        batch.enter_segment(arrived)
        at_end = arrived[batch.t[arrived] >= until]
        for k in at_end:
            if ahead[batch.next_point[k]] == until:
                solution.y[batch.who[k], batch.next_point[k]] = batch.y[:, k]
                batch.next_point[k] += 1
        if (batch.t < until).any():
            batch.first_slope(arrived)
    return step, h, moved


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
