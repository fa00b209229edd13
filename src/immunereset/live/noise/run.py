"""One patient with the noise of single cells, as the page runs it: the same random numbers in the same order as run.js.

For cohorts, and for anything but a live figure, `simulate_noisy` is many times faster.
"""

import math
from types import SimpleNamespace

import numpy as np

from immunereset.engine import RunError
from immunereset.live.measures import Steps
from immunereset.live.noise.random import Random

MOST_EVENTS = 2_000_000


def noisy_run(question, values, seed, stream):
    """One patient of a `NoisyQuestion` at these parameter values, as `Steps`.

    Raises RunError for a run that needs more than `MOST_EVENTS` events, or in which a rate or a state is negative or
    not finite.
    """
    return _NoisyRun(question, values, Random(seed, stream)).run()


class _NoisyRun:
    def __init__(self, question, values, source):
        self.q, self.model, self.noise, self.source = question, question.model, question.noise, source
        self.values, self.left = values, MOST_EVENTS
        moves = question.moves
        self.scale, self.counted, self.random = moves.scale.tolist(), moves.counted.tolist(), moves.noisy.tolist()
        self.often, self.moves = moves.per_flow.tolist(), [list(_parts(row)) for row in moves.amount.tolist()]
        self.longest = math.inf if all(self.random) else self.noise.step
        self.x = []
        for start, scale, counted in zip(question.start, self.scale, self.counted):
            cells = start * scale
            low = math.floor(cells)
            self.x.append(low + (source.uniform() < cells - low) if counted else cells)
        self.active = []
        self.days, self.states, self.inputs = [], [], []

    def run(self):
        q, courses, events = self.q, self._courses(), self._events()
        cuts = {0.0, q.until} | {day for _, _, start, duration, _ in courses for day in (start, start + duration)}
        cuts = sorted(day for day in cuts | {day for day, _ in events} if 0 <= day <= q.until)
        for i, begin in enumerate(cuts):
            end = cuts[i + 1] if i + 1 < len(cuts) else q.until
            due = [event for day, event in events if day == begin]
            if end > begin:
                middle = (begin + end) / 2
                self.active = [c for c in courses if c[2] <= middle < c[2] + c[3]]
            elif not due:
                break
            if due and i == 0:
                self._report(begin)
            self._act(due)
            self._report(begin)
            self._carry_on(begin, end)
        return self._steps()

    def _carry_on(self, begin, end):
        """From one cut to the next, with a report on every evenly spaced day between and on the last."""
        until, points, at = self.q.until, self.noise.points, begin
        advance = self._follow if self.noise.method == "exact" else self._leap
        j = math.floor(begin / until * (points - 1))
        while at < end:
            day = min(end, j * until / (points - 1))
            if day > at:
                advance(at, day)
                self._report(day)
                at = day
            j += 1

    def _leap(self, begin, end):
        """Steps in two halves: at the rates of the beginning, then at rates that make up for what the first left out.

        With "euler" a step is the first of them only, and as long as both.
        """
        parts = 1 if self.noise.method == "euler" else 2
        steps = max(1, math.ceil((end - begin) / self.noise.step - 1e-9))
        days = (end - begin) / steps / parts
        first = None
        for part in range(parts * steps):
            rates = self._rates(begin + part * days)
            used = [max(0.0, 2 * b - a) for a, b in zip(first, rates)] if part % parts else rates
            self._happen([self.source.poisson(v * days) if r else v * days for v, r in zip(used, self.random)])
            first = rates

    def _follow(self, begin, end):
        """Every single event. Flows that are not random hold their rates for a step at most."""
        t = begin
        while True:
            self.left -= 1
            if self.left < 0:
                raise RunError(f"A run of '{self.model.name}' needs more than {MOST_EVENTS} events; use method='tau'.")
            rates, total = self._rates(t), 0.0
            for rate, random in zip(rates, self.random):
                total = total + rate if random else total
            wait = self.source.exponential() / total if total > 0 else math.inf
            later = t + min(wait, self.longest)
            days = min(later, end) - t
            if self.longest < math.inf:
                self._happen([0.0 if random else rate * days for rate, random in zip(rates, self.random)])
            if later >= end:
                return
            t = later
            if wait > self.longest:
                continue
            share, chosen = self.source.uniform() * total, 0
            for k, rate in enumerate(rates):
                if share < 0:
                    break
                if self.random[k] and rate > 0:
                    share, chosen = share - rate, k
            self._happen([1.0 if k == chosen else 0.0 for k in range(len(rates))])

    def _happen(self, times):
        """Every flow happens `times`; where that would take more than there is, one flow after the other."""
        after = list(self.x)
        for moves, often in zip(self.moves, times):
            for i, amount in moves:
                after[i] += amount * often
        if min(after) >= 0:
            self.x = after
            return
        for moves, often in zip(self.moves, times):
            for i, amount in moves:
                if amount < 0:
                    often = min(often, self.x[i] / -amount)
            for i, amount in moves:
                self.x[i] = max(0.0, self.x[i] + amount * often)

    def _rates(self, day):
        values = SimpleNamespace(**self.values, **self._input(day))
        states = SimpleNamespace(**dict(zip(self.model.states, self._concentrations())))
        flows = self.model.flows(day, states, values)
        rates = [float(flow.rate) * often for flow, often in zip(flows.values(), self.often)]
        for name, rate in zip(flows, rates):
            if not 0 <= rate < math.inf:
                raise RunError(f"On day {day:g} the flow '{name}' of '{self.model.name}' is negative or not finite.")
        return rates

    def _act(self, due):
        """Cells survive an event, or arrive by it, one by one."""
        before = self._concentrations()
        after = list(before)
        for event in due:
            states = SimpleNamespace(**dict(zip(self.model.states, after)))
            effect = event.effect(states, SimpleNamespace(**self.values))
            after = [float(effect.get(s, value)) for s, value in zip(self.model.states, after)]
            if not all(0 <= value < math.inf for value in after):
                raise RunError(f"The event '{event.name}' made a state negative or not finite.")
        for i, (old, new) in enumerate(zip(before, after)):
            if new == old:
                continue
            if not self.counted[i]:
                self.x[i] = new
            elif new < old:
                self.x[i] = self.source.binomial(self.x[i], new / old)
            else:
                self.x[i] += self.source.poisson((new - old) * self.scale[i])

    def _concentrations(self):
        return [x / scale for x, scale in zip(self.x, self.scale)]

    def _courses(self):
        courses = self.q.protocol.courses if self.q.protocol is not None else []
        return [(c.input, *map(self._now, c.quantities)) for c in courses]

    def _events(self):
        return [(self._now(e.day), e) for e in (self.q.protocol.events if self.q.protocol is not None else [])]

    def _now(self, quantity):
        return self.values[quantity.symbol] if hasattr(quantity, "symbol") else float(quantity)

    def _input(self, day):
        total = dict.fromkeys(self.model.inputs, 0.0)
        for name, level, start, _, half_life in self.active:
            total[name] += level * 2 ** (-(day - start) / half_life)
        return {s: min(i.high, max(i.low, total[s])) for s, i in self.model.inputs.items()}

    def _report(self, day):
        self.days.append(day)
        self.states.append(self._concentrations())
        self.inputs.append([*self._input(day).values()])

    def _steps(self):
        t, model = np.array(self.days), self.model
        run = dict(zip(model.states, np.array(self.states, dtype=float).T))
        inputs = dict(zip(model.inputs, np.array(self.inputs, dtype=float).T))
        for name in model.observables:
            run[name] = model.observe(name, t, {s: run[s] for s in model.states}, self.values | inputs) + 0.0 * t
            if not np.isfinite(run[name]).all():
                raise RunError(f"'{name}' of '{model.name}' is not finite.")
        return Steps(t, run, self.values)


def _parts(amounts):
    """The states that a flow changes, with how much."""
    return ((i, amount) for i, amount in enumerate(amounts) if amount)
