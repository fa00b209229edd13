"""A blood sample under way: counts of cells, their flows, and what happens to them from outside.

Both backends of a noisy run share this: the sample is advanced by either from one day with an event to the next, and
the events themselves are drawn here.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from immunereset.engine.errors import ModelError
from immunereset.engine.model import Model
from immunereset.engine.protocol import Schedule
from immunereset.engine.trace import Trace


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
        self.into = [
            [(i, float(self.amount[i, s])) for i in np.flatnonzero(self.amount[:, s])] for s in range(len(counted))
        ]

    def net(self, times: np.ndarray) -> np.ndarray:
        """Return what happenings, shape (flows, patients), add to each count, shape (states, patients)."""
        out = np.zeros((len(self.into), times.shape[1]))
        for row, terms in zip(out, self.into):
            for i, amount in terms:
                if amount == 1.0:
                    row += times[i]
                elif amount == -1.0:
                    row -= times[i]
                else:
                    row += amount * times[i]
        return out

    def happen(self, x: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Return the counts after each flow happened `times`.

        Where that would take more than there is, the flows happen one after the other, none taking more than is left.
        """
        after = x + self.net(times)
        short = np.flatnonzero((after < 0).any(axis=0))
        if short.size:
            left = x[:, short]
            for amounts, happened in zip(self.amount, times[:, short]):
                for s in np.flatnonzero(amounts < 0):
                    happened = np.minimum(happened, left[s] / -amounts[s])
                for s in np.flatnonzero(amounts):
                    left[s] = np.maximum(left[s] + amounts[s] * happened, 0.0)
            after[:, short] = left
        return after


class Sample:
    """The patients of a schedule as counts `x`, shape (states, patients), of the kind `moves` says.

    `streams` holds a generator for each group of patients, with the slice of its patients; `words`, shape
    (4, patients), the random numbers of each patient alone (`uniforms`). `edges`, shape
    (edges, patients), are the days on which held inputs change, from 0 to the end; `held`, shape
    (edges - 1, inputs, patients), their values between; courses that decay come on top (`inputs`).
    """

    def __init__(self, schedule: Schedule, moves: Moves, y0: np.ndarray, streams: list, words: np.ndarray):
        self.schedule, self.model, self.moves = schedule, schedule.model, moves
        self.streams, self.words, self.patients = streams, words, schedule.patients
        self.x = y0 * moves.scale[:, None]
        for who, rng in streams:
            # To whole cells, up or down at random, so that the mean is kept.
            cells = self.x[moves.counted, who]
            low = np.floor(cells)
            self.x[moves.counted, who] = low + (rng.random(cells.shape) < cells - low)
        self.edges = _distinct(np.concatenate([schedule.start, schedule.stop]), schedule.until, self.patients)
        self.held = np.stack([self._held(a, b) for a, b in zip(self.edges, self.edges[1:])])

    @property
    def concentrations(self) -> np.ndarray:
        return self.x / self.moves.scale[:, None]

    @property
    def event_days(self) -> np.ndarray:
        """The days from one event to the next, shape (days, patients): the first 0, the last the end."""
        return _distinct(self.schedule.days, self.schedule.until, self.patients)

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
        before = self.concentrations
        after = self.schedule.apply_events(day, before)
        if after is before:
            return
        counted = self.moves.counted[:, None]
        for who, rng in self.streams:
            x, a, b = self.x[:, who], after[:, who], before[:, who]
            fewer, more = counted & (a < b), counted & (a > b)
            x[fewer] = rng.binomial(np.rint(x[fewer]).astype(np.int64), a[fewer] / b[fewer])
            x[more] += rng.poisson((a * self.moves.scale[:, None] - x)[more])
        self.x = np.where(counted, self.x, after)


def _distinct(days: np.ndarray, until: float, patients: int) -> np.ndarray:
    """Return 0, the days between 0 and `until`, and `until`, sorted, each once; the rest of a column is `until`."""
    inside = np.where((days > 0) & (days < until), days, until).reshape(-1, patients)
    rows = np.sort(np.concatenate([np.zeros((1, patients)), inside, np.full((1, patients), until)]), axis=0)
    rows[1:][rows[1:] == rows[:-1]] = until
    rows.sort(axis=0)
    return rows[: max(2, 1 + (rows < until).sum(axis=0).max())]


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
        self._per_count, self._per_flow = 1.0 / self.moves.scale[:, None], self.moves.per_flow[:, None]

    def __call__(self, t: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Return how often each flow happens per day at the counts `x`, shape (flows, patients)."""
        np.multiply(x, self._per_count, out=self.y)
        for row, flow in zip(self.out, self.model.flows(t, self._states, self._values).values()):
            row[:] = flow.rate
        if self.out.min() < 0:
            raise negative(self.model.name, self.moves.names[int(np.argmin(self.out.min(axis=1)))])
        self.out *= self._per_flow
        return self.out


def negative(model: str, flow: str) -> ModelError:
    """Return the refusal of a flow whose rate is below 0."""
    return ModelError(f"The flow '{flow}' of '{model}' is negative; split it into a gain and a loss.")
