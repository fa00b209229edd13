"""Many patients at once, on arrays: each patient with its own step, events and stops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from immunereset.engine.errors import endless, stuck
from immunereset.engine.protocol import Schedule
from immunereset.engine.trace import trace

from .dormand_prince import ORDER, Step, attempt
from .evaluate import Vectorised

MOST_STEPS = 200_000
"""Steps from which on a patient is refused, as soon as a hundredth of them has led no farther than a hundredth of the run."""


@dataclass(frozen=True)
class Solution:
    """What the patients' integration found and what it took.

    `y` has shape (patients, points, states); the others have shape (patients,): the attempted steps, and the greatest
    local error of a step taken as a share of the tolerance.
    """

    y: np.ndarray
    steps: np.ndarray
    error: np.ndarray

    @classmethod
    def empty(cls, patients: int, points: int, states: int) -> Solution:
        y = np.full((patients, points, states), np.nan)
        return cls(y, np.zeros(patients, dtype=np.int64), np.zeros(patients))

    def part(self, who: slice | np.ndarray) -> Solution:
        """Return some of the patients: of a slice, what is written there is written here; of others, copies."""
        return Solution(self.y[who], self.steps[who], self.error[who])

    def put(self, who: np.ndarray, part: Solution) -> None:
        """Write copies of the patients `who` back."""
        self.y[who], self.steps[who], self.error[who] = part.y, part.steps, part.error


class Batch:
    """The patients still under way: state, time, step and next stop."""

    def __init__(self, schedule: Schedule, y: np.ndarray, rtol: float, atol: float):
        self.schedule, self.model, self.y, self.rtol, self.atol = schedule, schedule.model, y, rtol, atol
        self.who = everyone = np.arange(y.shape[1])
        self.t, self.stop = np.zeros(len(everyone)), np.zeros(len(everyone))
        self.h = np.full(len(everyone), 1e-3 * schedule.until)
        self.next_point = np.zeros(len(everyone), dtype=int)
        traced = trace(self.model)
        self._slope = Vectorised(traced, traced.derivatives.values())
        self._take_values()
        self.active = np.zeros((len(schedule.level), len(everyone)), dtype=bool)
        self.input = np.zeros((len(self.model.inputs), len(everyone)))
        self.slope = np.zeros_like(y)
        self.enter_segment(everyone)
        self.first_slope(everyone)

    def _take_values(self) -> None:
        """Set the parameters of the patients under way, and what depends on them alone."""
        self.values = {s: v[self.who] if np.ndim(v) else v for s, v in self.schedule.values.items()}
        self._slope.fix(self.values)

    def right_hand_side(self, t: np.ndarray, y: np.ndarray, out: np.ndarray) -> np.ndarray:
        """Return `out`, filled with dy/dt, shape (states, patients under way)."""
        inputs = self.schedule.inputs(t, self.active, self.who) if self.schedule.decaying else self.input
        return self._slope(t, y, inputs, out)

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
        for name in ("y", "active", "input", "slope"):
            setattr(self, name, getattr(self, name)[:, k])
        self._take_values()


def integrate(
    schedule: Schedule, y0: np.ndarray, points: np.ndarray, rtol: float, atol: float, solution: Solution, first: int
) -> None:
    """Run all patients from `y0`, shape (states, patients), and fill `solution` with their states at `points`.

    Each patient's local error is kept below atol + rtol · |y| (root mean square over states). Steps end exactly at each
    patient's own events and course boundaries. Points on the day of an event are reported just after it.

    Raises `RunError` if a patient's run cannot go on; it numbers the patients from `first` on.
    """
    batch = Batch(schedule, y0.copy(), rtol, atol)
    ahead = np.append(points, np.inf)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for steps in range(1, MOST_STEPS + 1):
            _advance(batch, solution, ahead, first)
            going = batch.t < schedule.until
            if not going.any():
                return
            if steps == MOST_STEPS // 100 and (late := batch.t < schedule.until / 100).any():
                raise endless(batch.model.name, MOST_STEPS, first + batch.who[np.argmax(late)])
            if going.sum() < 0.9 * len(batch.who):
                batch.keep(np.flatnonzero(going))
    raise endless(batch.model.name, MOST_STEPS, first + batch.who[np.argmax(batch.t < schedule.until)])


def _advance(batch: Batch, solution: Solution, ahead: np.ndarray, first: int) -> None:
    """Try one step for every patient; accept, report and enter the next segment where it fits."""
    t, y = batch.t, batch.y
    until = batch.schedule.until
    done = t >= until
    h = np.where(done, 0.0, np.minimum(batch.h, batch.stop - t))
    step = attempt(batch, h)
    error = step.error / (batch.atol + batch.rtol * np.maximum(np.abs(y), np.abs(step.y)))
    norm = np.sqrt(np.mean(error * error, axis=0))
    good = norm <= 1.0
    factor = np.where(np.isfinite(norm), np.clip(0.9 * np.maximum(norm, 1e-10) ** (-1 / ORDER), 0.2, 5.0), 0.1)

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
        for k in arrived[batch.t[arrived] >= until]:
            if ahead[batch.next_point[k]] == until:
                solution.y[batch.who[k], batch.next_point[k]] = batch.y[:, k]
                batch.next_point[k] += 1
        if (batch.t < until).any():
            batch.first_slope(arrived)


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
