"""The noise of single cells, from the same flows.

A flow of rate v (per µL and day) in a sample of `volume` µL happens on average v · volume times a
day, each time moving one cell. Three methods:

exact
    Gillespie's direct method (Gillespie 1977): every single event. Inputs must be held, and the model must not depend on
    the day, because rates may change at events only.
tau
    Tau-leaping in two halves (Anderson and Koyama 2012): in each, every flow happens a Poisson number of times; the rates
    of the second half make up for what the first left out, so that halving the step quarters the error. No flow takes
    more cells than there are.
euler
    Tau-leaping in its first form (Gillespie 2001): one leap a step, at the rates of its beginning, and Euler's method for
    what has no noise. For lessons on the step, and for models published with it.

States with `counted=False` (damage, for one) follow their flows without noise, except for what arrives in them at random.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace

import numpy as np

from immunereset.engine.backends import WORTH_COMPILED, WORTH_COMPILING, prepared, size_of_whole
from immunereset.engine.cohort.cohort import Cohort, set_up
from immunereset.engine.errors import ModelError
from immunereset.engine.model import Model
from immunereset.engine.protocol import Protocol, Schedule
from immunereset.engine.run import Run
from immunereset.engine.trace import Trace, symbols, trace

from .exact import MOST_EVENTS, jump
from .leap import leap
from .random import Random
from .sample import Moves, Sample

CHUNK = 2048
"""Patients that NumPy runs together."""

METHODS = ("exact", "tau", "euler")

LONG_RUN, VERY_LONG_RUN = 1_000, 20_000
"""Events of an exact run from which numba runs a model that it compiled before, and one that must be compiled first."""


def simulate_noisy(
    model: Model, cohort: Cohort | int, until: float, protocol: Protocol | None = None, *, volume: float, seed,
    method: str = "tau", step: float = 0.5, start=None, points=None, backend: str | None = None, first: int = 0, **changes,
) -> Run:  # fmt: skip
    """Run every patient of a cohort with the noise of single cells; arrays of shape (times, patients).

    `volume` is the blood sampled, in µL (the number of cells per unit of concentration). `seed` is a whole number or
    a `numpy.random.SeedSequence` (see `engine.noise`). `step`, in days, is the longest step, and for "exact" the
    longest time over which the rates of flows without noise are held. Steps end on each of `points`, so that these
    are part of what decides a patient's course. An event that removes cells lets each survive with the same
    probability; one that adds cells adds a Poisson number. Values are concentrations: cells divided by `volume`.

    `backend` is "numpy", "compiled" (by numba, on all processors) or None: compiled if numba is installed and the run is
    worth it. Both draw the same patients. `first` is the place of the first of these patients in a larger cohort.

    Raises `ModelError` for anything given that is not allowed, `RunError` if an exact run needs more than
    `exact.MOST_EVENTS` events.
    """
    if method not in METHODS:
        raise ModelError(f"The method '{method}' is not known; known: {', '.join(METHODS)}.")
    for name, value, unit in (("volume", volume, "µL"), ("step", step, "days")):
        if not 0 < value < np.inf:
            raise ModelError(f"{name} is {value:g} {unit}; it must be above 0.")
    if first != int(first) or first < 0:
        raise ModelError(f"first is {first!r}; it must be a whole number of at least 0.")
    schedule, y0, points = set_up(model, cohort, until, protocol, start, points, changes)
    n = schedule.patients
    traced, moves = _prepared(schedule, volume, method)
    ahead = _work(method, schedule, moves, y0)
    in_numpy = _in_numpy(method, step, MOST_EVENTS), CHUNK, 1
    advance, size, workers = prepared(backend, "noise", (model, traced, moves, method, step), *ahead) or in_numpy
    counts = np.empty((len(y0), len(points), n))

    def run(begin: int) -> None:
        who = slice(begin, min(begin + size, n))
        random = Random(seed, np.arange(who.start, who.stop) + int(first))
        sample = Sample(schedule.part(who), moves, y0[:, who], random)
        _follow(sample, sample.distinct(sample.schedule.days), points, advance, counts[:, :, who])

    pool = ThreadPoolExecutor(workers)
    try:
        for _ in map(run, range(0, n, size)) if workers == 1 else pool.map(run, range(0, n, size)):
            pass
    finally:
        pool.shutdown(cancel_futures=True)
    counts /= moves.scale[:, None, None]
    return Run(model, points, counts, schedule.values, lambda: schedule.inputs_on(points))


def even_days(points: int, until: float) -> np.ndarray:
    """Return so many evenly spaced days, rounded as on the page: steps end on them, so that they decide what is drawn."""
    return np.arange(points) * until / (points - 1)


def single_runs(
    model: Model, until: float, protocol: Protocol | None, values: dict, *, volume: float, seed, streams, method: str,
    step: float, start, points: int, most_events: int,
) -> list[Run]:  # fmt: skip
    """Return a `Run` of its own for each patient of `simulate_noisy`, as a live figure shows it.

    `streams`, shape (patients,), are the patients' numbers; `values` are all parameter values, numbers or arrays of
    that shape. A run holds `points` evenly spaced days, and twice each day on which a course begins or ends or an event
    happens: just before and just after.

    Raises `ModelError` for anything given that is not allowed, `RunError` if an exact run needs more than
    `most_events` events.
    """
    n = len(streams)
    values = model.values(values, protocol, patients=n)
    schedule = Schedule(model, protocol, values, until, n)
    _, moves = _prepared(schedule, volume, method)
    sample = Sample(schedule, moves, model.start_vector(start, patients=n), Random(seed, streams))
    days, cuts = even_days(points, schedule.until), sample.distinct(schedule.breaks)
    counts, around = np.empty((len(sample.x), points, n)), np.empty((2, len(sample.x), len(cuts), n))
    _follow(sample, cuts, days, _in_numpy(method, step, most_events), counts, around)
    counts, around = counts / moves.scale[:, None, None], around / moves.scale[:, None, None]
    return [_of_one(schedule.part([i]), days, counts[..., i], cuts[:, i], around[..., i]) for i in range(n)]


def _of_one(schedule: Schedule, days, at_days, cuts, around) -> Run:
    """Return the run of the patient of `schedule`, from the states at `days` and before and after its `cuts`."""
    kept = np.append(cuts[:-1] < cuts[1:], True)
    cuts, (before, after) = cuts[kept], around[:, :, kept]
    twice = np.isin(cuts, schedule.days) | ((cuts > 0) & (cuts < schedule.until))
    between = ~np.isin(days, cuts)
    t = np.concatenate([cuts[twice], cuts, days[between]])
    # The stretch between two cuts to which each belongs: before a cut, the one that ends there.
    stretch = np.concatenate(
        [np.flatnonzero(twice) - 1, np.arange(len(cuts)), np.searchsorted(cuts, days[between]) - 1]
    )
    order, middle = np.argsort(t, kind="stable"), (cuts[:-1] + cuts[1:])[np.clip(stretch, 0, len(cuts) - 2)] / 2
    t, middle = t[order], middle[order]
    y = np.concatenate([before[:, twice], after, at_days[:, between]], axis=1)[:, order]
    one = np.zeros(len(t), int)
    values = {s: v.item() if np.ndim(v) else v for s, v in schedule.values.items()}
    return Run(schedule.model, t, y, values, lambda: schedule.inputs(t, schedule.active(middle, one), one))


def _prepared(schedule: Schedule, volume: float, method: str) -> tuple[Trace, Moves]:
    """Return the traced model and what its flows do to counts; refuse what an exact run cannot follow."""
    model, traced = schedule.model, trace(schedule.model)
    if method == "exact" and schedule.decaying:
        raise ModelError("An exact run needs courses that are held; one with a half-life was given.")
    if method == "exact" and ("t", "t") in symbols(*(rate for rate, _ in traced.flows.values())):
        raise ModelError(f"An exact run needs rates that do not depend on the day; those of '{model.name}' do.")
    return traced, Moves(model, traced, volume)


def _follow(sample: Sample, cuts: np.ndarray, points: np.ndarray, advance, counts, around=None) -> None:
    """Lead a sample from one of its `cuts` to the next, and write its counts at `points` into `counts`.

    `counts` has shape (states, points, patients). `around`, shape (2, states, cuts, patients), gets the counts just
    before and just after the events of each cut.
    """
    for k, begin in enumerate(cuts):
        last = k + 1 == len(cuts)
        if around is not None:
            around[0, :, k] = sample.x
        sample.apply_events(begin if last else np.where(begin < cuts[k + 1], begin, np.nan))
        if around is not None:
            around[1, :, k] = sample.x
        if not last:
            advance(sample, begin, cuts[k + 1], points, counts)
    if points[-1] == sample.schedule.until:
        counts[:, -1] = sample.x


def _in_numpy(method: str, step: float, most_events: int) -> Callable:
    if method == "exact":
        return partial(jump, longest=step, most_events=most_events)
    return partial(leap, longest=step, parts=1 if method == "euler" else 2)


def _work(method: str, schedule: Schedule, moves: Moves, y0) -> tuple[float, float, float]:
    """Return how much work a run is, and from how much a compiled model is worth it, and compiling one.

    The work of an exact run is how many events a patient would have at most, if all went on as it starts.
    """
    if method != "exact":
        return max(schedule.patients, size_of_whole.get()), WORTH_COMPILED, WORTH_COMPILING
    model = schedule.model
    values = SimpleNamespace(**schedule.values, **dict.fromkeys(model.inputs, 0.0))
    flows = model.flows(0.0, SimpleNamespace(**dict(zip(model.states, y0))), values).values()
    rates = [often * flow.rate for flow, often, noisy in zip(flows, moves.per_flow, moves.noisy) if noisy]
    return float(np.max(sum(rates, 0.0)) * schedule.until), LONG_RUN, VERY_LONG_RUN
