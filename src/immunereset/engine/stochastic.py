"""The noise of single cells, from the same flows.

A flow of rate v (per µL and day) in a sample of `volume` µL happens on average v · volume times a
day, each time moving one cell. Three methods, from exact to quick:

exact
    Gillespie's direct method (Gillespie 1977): every single event. Inputs must be held, and the
    model must not depend on the day, because rates may change at events only.
tau
    Tau-leaping (Gillespie 2001): in each step every flow happens a Poisson number of times at the
    rates of the step's beginning. No flow takes more cells than there are.
langevin
    The chemical Langevin equation (Gillespie 2000): the same with normal numbers. Wrong where
    cells are few; kept to show just that.

States with `counted=False` (damage, for one) follow their flows without noise.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from .cohort import Cohort
from .errors import ModelError, RunError
from .model import Model
from .protocol import Protocol, Schedule
from .run import Run, check_points
from .trace import symbols, trace

STREAM = 256
"""Patients that share one stream of random numbers, whatever the number of workers."""

MOST_EVENTS = 50_000_000
METHODS = ("exact", "tau", "langevin")


def simulate_noisy(
    model: Model,
    cohort: Cohort | int,
    until: float,
    protocol: Protocol | None = None,
    *,
    volume: float,
    seed,
    method: str = "tau",
    step: float = 0.25,
    start=None,
    points=None,
    **changes,
) -> Run:
    """Run every patient of a cohort with the noise of single cells; arrays of shape (times, patients).

    `volume` is the blood sampled, in µL (the number of cells per unit of concentration). `seed` is a
    number or a `numpy.random.SeedSequence`; the same seed gives the same patients, each group of
    `STREAM` patients with a stream of its own. `step`, in days, is the step of "tau" and "langevin".
    An event that removes cells lets each survive with the same probability; one that adds cells adds
    a Poisson number. Values are concentrations: cells divided by `volume`.

    Raises `ModelError` for anything given that is not allowed, `RunError` if an exact run needs more
    than `MOST_EVENTS` events.
    """
    if method not in METHODS:
        raise ModelError(f"The method '{method}' is not known; known: {', '.join(METHODS)}.")
    if not (np.isfinite(volume) and volume > 0):
        raise ModelError(f"volume is {volume:g} µL; it must be above 0.")
    if not (np.isfinite(step) and step > 0):
        raise ModelError(f"step is {step:g} days; it must be above 0.")
    cohort = cohort if isinstance(cohort, Cohort) else Cohort(cohort)
    n = len(cohort)
    values = model.values({**cohort.values, **changes}, protocol, patients=n)
    schedule = Schedule(model, protocol, values, until, n)
    points = check_points(np.linspace(0.0, until, 121) if points is None else points, schedule.until)
    y0 = model.start_vector(start, patients=n)
    if method == "exact":
        _check_exact(model, schedule)
    streams = _seed_sequence(seed).spawn(-(-n // STREAM))
    y = np.empty((len(model.states), len(points), n))
    for group, stream in enumerate(streams):
        who = slice(group * STREAM, min((group + 1) * STREAM, n))
        sample = _Sample(schedule.part(who), y0[:, who], volume, np.random.default_rng(stream))
        y[:, :, who] = _exact(sample, points) if method == "exact" else _leap(sample, points, step, method)
    return Run(model, points, y, values, lambda: schedule.inputs_on(points))


def _seed_sequence(seed) -> np.random.SeedSequence:
    return seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)


def _check_exact(model: Model, schedule: Schedule) -> None:
    if schedule.decaying:
        raise ModelError("An exact run needs courses that are held; one with a half-life was given.")
    if ("t", "t") in symbols(*(rate for rate, _ in trace(model).flows.values())):
        raise ModelError(f"An exact run needs rates that do not depend on the day; those of '{model.name}' do.")


class _Sample:
    """Patients under way: counts of cells, one array per state."""

    def __init__(self, schedule: Schedule, y0: np.ndarray, volume: float, rng: np.random.Generator):
        self.schedule, self.model, self.volume, self.rng = schedule, schedule.model, volume, rng
        self.patients = schedule.patients
        self.names = list(self.model.states)
        self.counted = np.array([s.counted for s in self.model.states.values()])
        self.scale = np.where(self.counted, volume, 1.0)[:, None]
        whole = y0 * self.scale
        self.x = np.where(self.counted[:, None], self._rounded(whole), whole)
        self.shape = None

    def _rounded(self, x: np.ndarray) -> np.ndarray:
        """Round to whole cells, up or down at random, so that the mean is kept."""
        low = np.floor(x)
        return low + (self.rng.random(x.shape) < x - low)

    def rates(self, t, inputs: np.ndarray) -> np.ndarray:
        """Return the flows per day, in cells per sample, shape (flows, patients)."""
        y = self.x / self.scale
        values = SimpleNamespace(**self.schedule.values, **dict(zip(self.model.inputs, inputs)))
        flows = self.model.flows(t, SimpleNamespace(**dict(zip(self.names, y))), values)
        if self.shape is None:
            self.shape = np.zeros((len(flows), len(self.names)))
            for i, flow in enumerate(flows.values()):
                for state, amount in flow.moves.items():
                    self.shape[i, self.names.index(state)] = amount
            self.noisy = (self.shape[:, self.counted] != 0).any(axis=1)
            self.per_flow = np.where(self.noisy, self.volume, 1.0)
        out = np.empty((len(flows), self.patients))
        for i, flow in enumerate(flows.values()):
            out[i] = flow.rate
        if (out < 0).any():
            name = list(flows)[int(np.argmin(out.min(axis=1)))]
            raise ModelError(f"The flow '{name}' of '{self.model.name}' is negative; split it into a gain and a loss.")
        return out * self.per_flow[:, None]

    def apply_events(self, day: np.ndarray) -> None:
        """Apply the events of each patient's `day`: cells survive or arrive one by one."""
        before = self.x / self.scale
        after = self.schedule.apply_events(day, before)
        changed = after != before
        if not changed.any():
            return
        with np.errstate(divide="ignore", invalid="ignore"):
            survive = np.clip(np.where(before > 0, after / before, 0.0), 0.0, 1.0)
        kept = self.rng.binomial(self.x.astype(np.int64), survive).astype(float)
        added = self.rng.poisson(np.maximum(after - before, 0.0) * self.scale)
        cells = np.where(after < before, kept, self.x + added)
        self.x = np.where(changed, np.where(self.counted[:, None], cells, after), self.x)


def _leap(sample: _Sample, points: np.ndarray, step: float, method: str) -> np.ndarray:
    """Advance all patients in common steps that end at every point and at every break of anyone."""
    schedule, rng = sample.schedule, sample.rng
    edges = np.unique(np.concatenate([schedule.breaks.ravel(), points]))
    out = np.empty((len(sample.names), len(points), sample.patients))
    for j, begin in enumerate(edges):
        sample.apply_events(np.full(sample.patients, begin))
        at = np.searchsorted(points, begin)
        if at < len(points) and points[at] == begin:
            out[:, at] = sample.x / sample.scale
        if j + 1 == len(edges):
            return out
        end = edges[j + 1]
        active = schedule.active(np.full(sample.patients, (begin + end) / 2))
        steps = max(1, int(np.ceil((end - begin) / step - 1e-9)))
        tau = (end - begin) / steps
        for i in range(steps):
            t = begin + i * tau
            mean = sample.rates(t, schedule.inputs(t, active)) * tau
            if method == "tau":
                times = rng.poisson(mean)
            else:
                times = mean + np.sqrt(mean) * rng.standard_normal(mean.shape)
            times = np.where(sample.noisy[:, None], times, mean)
            _carry_out(sample, times)
    return out


def _carry_out(sample: _Sample, times: np.ndarray) -> None:
    """Let each flow happen `times`, one flow after the other, none taking more than there is."""
    for flow, happened in zip(sample.shape, times):
        for i in np.flatnonzero(flow < 0):
            happened = np.minimum(happened, sample.x[i] / -flow[i])
        for i in np.flatnonzero(flow):
            sample.x[i] = np.maximum(sample.x[i] + flow[i] * happened, 0.0)


def _exact(sample: _Sample, points: np.ndarray) -> np.ndarray:
    """Gillespie's direct method, one event per patient and round."""
    schedule, rng, n = sample.schedule, sample.rng, sample.patients
    out = np.empty((len(sample.names), len(points), n))
    ahead = np.append(points, np.inf)
    t, next_point = np.zeros(n), np.zeros(n, dtype=int)
    stop, active = np.zeros(n), np.zeros((len(schedule.level), n), dtype=bool)
    arrived = np.ones(n, dtype=bool)
    for _ in range(MOST_EVENTS):
        if arrived.any():
            sample.apply_events(np.where(arrived, t, np.nan))
            later = np.where(schedule.breaks > t, schedule.breaks, np.inf).min(axis=0)
            stop = np.where(arrived, np.where(np.isinf(later), t, later), stop)
            active = np.where(arrived, schedule.active((t + stop) / 2), active)
            inputs = schedule.inputs(t, active)
            hit = np.flatnonzero(arrived & (ahead[next_point] == t))
            out[:, next_point[hit], hit] = (sample.x / sample.scale)[:, hit]
            next_point[hit] += 1
            if (t >= schedule.until).all():
                return out
        rates = sample.rates(t, inputs) * (t < schedule.until)
        noisy = rates * sample.noisy[:, None]
        total = noisy.sum(axis=0)
        with np.errstate(divide="ignore"):
            wait = rng.exponential(size=n) / total
        until_next = np.where(t + wait < stop, t + wait, stop)
        arrived = (t + wait >= stop) & (t < schedule.until)
        hit = np.flatnonzero(ahead[next_point] < until_next)
        while hit.size:
            out[:, next_point[hit], hit] = (sample.x / sample.scale)[:, hit]
            next_point[hit] += 1
            hit = hit[ahead[next_point[hit]] < until_next[hit]]
        _drift(sample, rates, until_next - t)
        chosen = (np.cumsum(noisy, axis=0) < rng.random(n) * total).sum(axis=0).clip(max=len(rates) - 1)
        happens = ~arrived & (t < schedule.until)
        sample.x += np.where(happens, sample.shape[chosen].T * sample.counted[:, None], 0.0)
        t = until_next
    raise RunError(f"An exact run of '{sample.model.name}' needs more than {MOST_EVENTS} events; use method='tau'.")


def _drift(sample: _Sample, rates: np.ndarray, days: np.ndarray) -> None:
    """Carry states without noise along for `days` at the present rates."""
    if sample.counted.all():
        return
    quiet = (~sample.noisy[:, None] * rates * days).T @ sample.shape
    sample.x = np.maximum(sample.x + quiet.T, 0.0)
