"""Many patients at once: Dormand–Prince 5(4) on arrays, each patient with its own step.

Coefficients: Dormand and Prince (1980); the interpolant of order 4 is Shampine's, as in Hairer,
Nørsett and Wanner, "Solving Ordinary Differential Equations I", section II.6.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from .errors import endless, stuck
from .protocol import Schedule

NODES = np.array([0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1])
STAGES = [
    np.array([]),
    np.array([1 / 5]),
    np.array([3 / 40, 9 / 40]),
    np.array([44 / 45, -56 / 15, 32 / 9]),
    np.array([19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729]),
    np.array([9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656]),
    np.array([35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84]),
]
ERROR = np.array([71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40])
DENSE = np.array([
    -12715105075 / 11282082432, 0, 87487479700 / 32700410799, -10690763975 / 1880347072,
    701980252875 / 199316789632, -1453857185 / 822651844, 69997945 / 29380423,
])  # fmt: skip

MOST_STEPS = 200_000


class Batch:
    """The patients still under way: state, time, step and next stop."""

    def __init__(self, schedule: Schedule, who: np.ndarray, y: np.ndarray, rtol: float, atol: float):
        self.schedule, self.model, self.who = schedule, schedule.model, who
        self.rtol, self.atol = rtol, atol
        self.t = np.zeros(len(who))
        self.y = y
        self.next_point = np.zeros(len(who), dtype=int)
        self.h = np.full(len(who), 1e-3 * schedule.until)
        self.values = self._values(who)
        self.stop = np.zeros(len(who))
        self.active = np.zeros((len(schedule.level), len(who)), dtype=bool)
        self.input = np.zeros((len(self.model.inputs), len(who)))
        self.slope = np.zeros_like(y)

    def _values(self, who):
        return {s: v[who] if np.ndim(v) else v for s, v in self.schedule.values.items()}

    def right_hand_side(self, t: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return dy/dt, shape (states, patients under way)."""
        inputs = self.schedule.inputs(t, self.active, self.who) if self.schedule.decaying else self.input
        values = SimpleNamespace(**self.values, **dict(zip(self.model.inputs, inputs)))
        names = SimpleNamespace(**dict(zip(self.model.states, y)))
        out = np.empty_like(y)
        for i, row in enumerate(self.model._sum_flows(t, names, values, y)):
            out[i] = row
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
        for name in ("who", "t", "next_point", "h", "stop"):
            setattr(self, name, getattr(self, name)[k])
        for name in ("y", "active", "input", "slope"):
            setattr(self, name, getattr(self, name)[:, k])
        self.values = self._values(self.who)


def integrate(
    schedule: Schedule, y0: np.ndarray, points: np.ndarray, rtol: float, atol: float, first: int = 0
) -> np.ndarray:
    """Return the states of all patients at `points`, shape (patients, points, states).

    Each patient's local error is kept below atol + rtol · |y| (root mean square over states). Steps
    end exactly at each patient's own events and course boundaries. Points on the day of an event
    are reported just after it.

    Raises `RunError` if a patient's run cannot go on; it numbers the patients from `first` on.
    """
    states, patients = y0.shape
    out = np.full((patients, len(points), states), np.nan)
    ahead = np.append(points, np.inf)
    batch = Batch(schedule, np.arange(patients), y0.copy(), rtol, atol)
    everyone = np.arange(patients)
    batch.enter_segment(everyone)
    batch.first_slope(everyone)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for _ in range(MOST_STEPS):
            _advance(batch, out, ahead, first)
            going = np.flatnonzero(batch.t < schedule.until)
            if not going.size:
                return out
            if going.size < 0.9 * len(batch.who):
                batch.keep(going)
    raise endless(schedule.model.name, MOST_STEPS, first + batch.who[0])


def _advance(batch: Batch, out: np.ndarray, ahead: np.ndarray, first: int) -> None:
    """Try one step for every patient; accept, report and enter the next segment where it fits."""
    t, y = batch.t, batch.y
    until = batch.schedule.until
    done = t >= until
    h = np.where(done, 0.0, np.minimum(batch.h, batch.stop - t))
    slopes = np.empty((7, *y.shape))
    slopes[0] = batch.slope
    flat = slopes.reshape(7, -1)
    for s in range(1, 7):
        stage = (STAGES[s] @ flat[:s]).reshape(y.shape)
        stage *= h
        stage += y
        slopes[s] = batch.right_hand_side(t + NODES[s] * h, stage)
    error = (ERROR @ flat).reshape(y.shape) * h
    error /= batch.atol + batch.rtol * np.maximum(np.abs(y), np.abs(stage))
    norm = np.sqrt(np.mean(error * error, axis=0))
    good = norm <= 1.0
    factor = np.where(np.isfinite(norm), np.clip(0.9 * np.maximum(norm, 1e-10) ** -0.2, 0.2, 5.0), 0.1)

    lost = ~good & (h < 1e-13 * until)
    if lost.any():
        k = int(np.flatnonzero(lost)[0])
        raise stuck(batch.model.name, batch.t[k], until, first + batch.who[k])

    moved = good & ~done
    reached = moved & (h >= batch.stop - t)
    t_new = np.where(reached, batch.stop, np.where(moved, t + h, t))
    _report(batch, out, ahead, moved, reached, h, stage, slopes, t_new)
    batch.t = t_new
    batch.y = np.where(moved, stage, y)
    batch.slope = np.where(moved, slopes[6], slopes[0])
    # A step cut short by a stop says nothing against the longer step it was cut from.
    batch.h = np.where(reached, np.maximum(batch.h, h * factor), np.where(done, batch.h, h * factor))

    arrived = np.flatnonzero(reached)
    if arrived.size:
        batch.enter_segment(arrived)
        at_end = arrived[batch.t[arrived] >= until]
        for k in at_end:
            if ahead[batch.next_point[k]] == until:
                out[batch.who[k], batch.next_point[k]] = batch.y[:, k]
                batch.next_point[k] += 1
        if (batch.t < until).any():
            batch.first_slope(arrived)


def _report(batch, out, ahead, moved, reached, h, stage, slopes, t_new) -> None:
    """Interpolate the points that this step passed; a point on the stop itself waits for its event."""
    before = np.where(reached, t_new, np.nextafter(t_new, np.inf))
    hit = np.flatnonzero(moved & (ahead[batch.next_point] < before))
    if not hit.size:
        return
    y, step = batch.y[:, hit], stage[:, hit] - batch.y[:, hit]
    width = h[hit]
    bend = width * slopes[0][:, hit] - step
    fold = step - width * slopes[6][:, hit] - bend
    twist = width * np.einsum("s,snk->nk", DENSE, slopes[:, :, hit])
    terms = np.ascontiguousarray(np.stack([y, step, bend, fold, twist]).transpose(0, 2, 1))

    first = batch.next_point[hit]
    batch.next_point[hit] = np.searchsorted(ahead, before[hit])
    count = batch.next_point[hit] - first
    row = np.repeat(np.arange(hit.size), count)
    point = np.arange(count.sum()) - np.repeat(count.cumsum() - count - first, count)
    x = ((ahead[point] - batch.t[hit][row]) / width[row])[:, None]
    start, rise, b, f, w = terms[:, row]
    out[batch.who[hit][row], point] = start + x * (rise + (1 - x) * (b + x * (f + (1 - x) * w)))
