"""A blood sample under way: counts of cells, their flows, and what happens to them from outside.

Both backends of a noisy run share this: the sample is advanced by either from one day with an event to the next, and
the events themselves are drawn here.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from immunereset.engine.errors import ModelError, RunError, infinite, negative
from immunereset.engine.model import Model
from immunereset.engine.protocol import Schedule
from immunereset.engine.trace import Trace

from .random import Random


class Moves:
    """What each flow of a traced model does to counts.

    `amount`, shape (flows, states), is what one happening adds to each count; `noisy`, shape (flows,), says which
    flows happen one by one; `per_flow` is the number of happenings for a rate of 1; `scale`, shape (states,), is
    the count for a concentration of 1. Counts are cells in `volume` µL where a state is counted, else its own values.
    """

    def __init__(self, model: Model, traced: Trace, volume: float):
        self.names = list(traced.flows)
        counted = np.array([state.counted for state in model.states.values()])
        moves = np.array([[m.get(s, 0.0) for s in model.states] for _, m in traced.flows.values()])
        of_cells = (moves[:, counted] != 0).any(axis=1)
        self.counted, self.of_cells, self.volume = counted, of_cells, float(volume)
        self.noisy = of_cells | np.array([name in traced.arrivals for name in self.names])
        self.per_flow = np.where(of_cells, volume, 1.0)
        self.scale = np.where(counted, volume, 1.0)
        # One cell moved is 1 / volume of a concentration; what is not counted gets that much.
        self.amount = np.where(counted | ~of_cells[:, None], moves, moves / volume)
        self.into = [[(i, float(amount)) for i, amount in enumerate(column) if amount] for column in self.amount.T]

    def happen(self, x: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Return the counts after each flow happened `times`, shape (flows, patients).

        Where that would take more than there is, the flows happen one after the other, none taking more than is left.
        """
        after = x.copy()
        for row, terms in zip(after, self.into):
            for i, amount in terms:
                row += times[i] if amount == 1.0 else amount * times[i]
        if not after.min(initial=0.0) >= 0:
            short = np.flatnonzero((after < 0).any(axis=0))
            left = x[:, short]
            for amounts, happened in zip(self.amount, times[:, short]):
                for s in np.flatnonzero(amounts < 0):
                    happened = np.minimum(happened, left[s] / -amounts[s])
                for s in np.flatnonzero(amounts):
                    left[s] = np.maximum(left[s] + amounts[s] * happened, 0.0)
            after[:, short] = left
        return after

    def happen_once(self, x: np.ndarray, flows: np.ndarray) -> np.ndarray:
        """Return the counts after one happening of the flow that each patient's place in `flows` names."""
        after = x + self.amount[flows].T
        if after.size and after.min() < 0:
            return self.happen(x, np.equal.outer(np.arange(len(self.names)), flows).astype(float))
        return after


class Sample:
    """The patients of a schedule as counts `x`, shape (states, patients), of the kind `moves` says.

    `random` draws for these patients. `edges`, shape (edges, patients), are the days on which held inputs change,
    from 0 to the end; `held`, shape (edges - 1, inputs, patients), their values between; courses that decay come on
    top (`inputs`).
    """

    def __init__(self, schedule: Schedule, moves: Moves, y0: np.ndarray, random: Random):
        self.schedule, self.model, self.moves = schedule, schedule.model, moves
        self.random, self.patients = random, schedule.patients
        self.x = y0 * moves.scale[:, None]
        for s in np.flatnonzero(moves.counted):
            # To whole cells, up or down at random, so that the mean is kept.
            low = np.floor(self.x[s])
            self.x[s] = low + (random.uniform() < self.x[s] - low)
        self.edges = self.distinct(np.concatenate([schedule.start, schedule.stop]))
        self.held = np.stack([self._held(a, b) for a, b in zip(self.edges, self.edges[1:])])

    def distinct(self, days: np.ndarray) -> np.ndarray:
        """Return 0, those of `days` between 0 and the end, and the end, each once, shape (days, patients).

        They are sorted; the rest of a patient's column is the end.
        """
        until = self.schedule.until
        inside = np.where((days > 0) & (days < until), days, until).reshape(-1, self.patients)
        rows = np.sort(
            np.concatenate([np.zeros((1, self.patients)), inside, np.full((1, self.patients), until)]), axis=0
        )
        rows[1:][rows[1:] == rows[:-1]] = until
        rows.sort(axis=0)
        return rows[: max(2, 1 + (rows < until).sum(axis=0).max())]

    def _held(self, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        total = self.schedule.held(self.schedule.active((begin + end) / 2))
        return total if self.schedule.decaying else self.schedule.limited(total)

    def inputs(self, t: np.ndarray, held: np.ndarray) -> np.ndarray:
        """Return the inputs on days `t`, given those that are held, shape (inputs, patients)."""
        if not self.schedule.decaying:
            return held
        return self.schedule.inputs(t, self.schedule.active(t), held=held)

    def apply_events(self, day: np.ndarray) -> None:
        """Apply the events of each patient's `day`: cells survive or arrive one by one."""
        before = self.x / self.moves.scale[:, None]
        after = self.schedule.apply_events(day, before)
        if after is before:
            return
        for s, counted in enumerate(self.moves.counted):
            if not counted:
                self.x[s] = after[s]
                continue
            fewer, more = np.flatnonzero(after[s] < before[s]), np.flatnonzero(after[s] > before[s])
            left = after[s, fewer] / before[s, fewer]
            self.x[s, fewer] = self.random.binomial(np.rint(self.x[s, fewer]), left, fewer)
            added = (after[s, more] - before[s, more]) * self.moves.scale[s]
            self.x[s, more] += self.random.poisson(added, more)


class Legs:
    """The way of each patient, leg by leg: a leg ends on a point to report, a change of held input, or the stop.

    `begin` and `end`, shape (patients,), are the days of each patient's present leg, `held`, shape (inputs, patients),
    its held inputs. `out`, shape (states, points, patients), gets the counts at every point on which a leg begins.
    """

    def __init__(self, sample: Sample, begin: np.ndarray, stop: np.ndarray, points: np.ndarray, out: np.ndarray):
        self.sample, self.stop, self.out, self.ahead = sample, stop, out, np.append(points, np.inf)
        self.begin, self.end = begin.copy(), begin.copy()
        self.segment = (sample.edges[1:] < begin).sum(axis=0)
        self.held = np.zeros((len(sample.model.inputs), sample.patients))

    def turn(self, who: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Lead patients `who`, with counts `x` at the end of a leg, to their next; return which have one."""
        further = self.end[who] < self.stop[who]
        if not further.all():
            who, x = who[further], x[:, further]
        edges, day = self.sample.edges, self.end[who]
        at = np.searchsorted(self.ahead, day)
        now = self.ahead[at] == day
        self.out[:, at[now], who[now]] = x[:, now]
        self.segment[who] += edges[self.segment[who] + 1, who] <= day
        self.held[:, who] = self.sample.held[self.segment[who], :, who].T
        self.begin[who] = day
        nearest = np.minimum(edges[self.segment[who] + 1, who], self.ahead[at + now])
        self.end[who] = np.minimum(nearest, self.stop[who])
        return further


class Rates:
    """The flows of some patients, computed into the same arrays again and again."""

    def __init__(self, sample: Sample, who: np.ndarray | slice = slice(None)):
        self.model, self.moves = sample.model, sample.moves
        n = len(np.arange(sample.patients)[who])
        values = {s: v[who] if np.ndim(v) else v for s, v in sample.schedule.values.items()}
        self.y, self.inputs = np.empty((len(self.model.states), n)), np.zeros((len(self.model.inputs), n))
        self.out = np.empty((len(self.moves.names), n))
        self._states = SimpleNamespace(**dict(zip(self.model.states, self.y)))
        self._values = SimpleNamespace(**values, **dict(zip(self.model.inputs, self.inputs)))
        self._scale, self._per_flow = self.moves.scale[:, None], self.moves.per_flow[:, None]

    def __call__(self, t: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Return how often each flow happens per day at the counts `x`, shape (flows, patients)."""
        np.divide(x, self._scale, out=self.y)
        for row, flow in zip(self.out, self.model.flows(t, self._states, self._values).values()):
            row[:] = flow.rate
        if not (self.out.min() >= 0 and self.out.max() < np.inf):
            raise self._fault()
        self.out *= self._per_flow
        return self.out

    def _fault(self) -> ModelError | RunError:
        names, lowest = self.moves.names, self.out.min(axis=1)
        if (lowest < 0).any():
            return negative(self.model.name, names[int(np.argmin(lowest))])
        worst = names[int(np.argmin(np.isfinite(self.out).all(axis=1)))]
        return infinite(self.model.name, worst)
