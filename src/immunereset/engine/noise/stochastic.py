"""The noise of single cells, from the same flows.

A flow of rate v (per µL and day) in a sample of `volume` µL happens on average v · volume times a
day, each time moving one cell. Four methods:

exact
    Gillespie's direct method (Gillespie 1977): every single event. Inputs must be held, and the
    model must not depend on the day, because rates may change at events only.
tau
    Tau-leaping in two halves (Anderson and Koyama 2012): in each, every flow happens a Poisson number of
    times; the rates of the second half make up for what the first left out, so that halving the step
    quarters the error. No flow takes more cells than there are.
euler
    Tau-leaping in its first form (Gillespie 2001): one leap a step, at the rates of its beginning, and
    Euler's method for what has no noise. For lessons on the step, and for models published with it.
langevin
    The chemical Langevin equation (Gillespie 2000): the same with normal numbers. Wrong where
    cells are few; kept to show just that.

States with `counted=False` (damage, for one) follow their flows without noise, except for what arrives
in them at random (`arrive`).

Random numbers
    Each group of `STREAM` patients has streams of its own, taken from the seed and the number of the
    group. In an exact run each patient has one more, for the events. So a cohort is the same whatever the number of
    workers, threads and parts, and both backends draw the same numbers. What they compute from them
    differs in the last digits of rates and days, so that a count can differ where a draw falls on the very
    edge between two outcomes, less than once in 10^12 draws. The methods draw differently: the same seed
    gives other patients in each.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np

from immunereset.engine.backends import WORTH_COMPILED, WORTH_COMPILING, prepared, size_of_whole
from immunereset.engine.cohort.cohort import Cohort
from immunereset.engine.errors import ModelError
from immunereset.engine.model import Model
from immunereset.engine.progress import progress
from immunereset.engine.protocol import Protocol, Schedule
from immunereset.engine.run import Run, check_points
from immunereset.engine.trace import Trace, symbols, trace

from .exact import jump
from .leap import leap
from .sample import Moves, Sample
from .uniforms import start_words

STREAM = 256
"""Patients that share their streams of random numbers, whatever the number of workers."""

CHUNK = 8 * STREAM
"""Patients that NumPy runs together."""

METHODS = ("exact", "tau", "euler", "langevin")

LONG_RUN, VERY_LONG_RUN = 1_000, 20_000
"""Events of an exact run from which numba runs a model that it compiled before, and one that must be compiled first."""


def simulate_noisy(
    model: Model,
    cohort: Cohort | int,
    until: float,
    protocol: Protocol | None = None,
    *,
    volume: float,
    seed,
    method: str = "tau",
    step: float = 0.5,
    start=None,
    points=None,
    backend: str | None = None,
    first: int = 0,
    **changes,
) -> Run:
    """Run every patient of a cohort with the noise of single cells; arrays of shape (times, patients).

    `volume` is the blood sampled, in µL (the number of cells per unit of concentration). `seed` is a
    number or a `numpy.random.SeedSequence`; the same seed gives the same patients. `step`, in days, is the
    longest step, and for "exact" the longest time over which the rates of flows without noise are held. An event that removes cells lets each survive with the same probability; one that adds
    cells adds a Poisson number. Values are concentrations: cells divided by `volume`.

    `backend` is "numpy", "compiled" (by numba, on all processors) or None: compiled if numba is installed and
    the run is worth it. Both draw the same patients. To run a part of a larger cohort, give the patients of that
    part and, as `first`, the place of the part's first patient in the whole, a multiple of `STREAM`; but for the
    last of all, parts are whole groups of `STREAM`.

    Raises `ModelError` for anything given that is not allowed, `RunError` if an exact run needs more
    than `exact.MOST_EVENTS` events.
    """
    if method not in METHODS:
        raise ModelError(f"The method '{method}' is not known; known: {', '.join(METHODS)}.")
    if not (np.isfinite(volume) and volume > 0):
        raise ModelError(f"volume is {volume:g} µL; it must be above 0.")
    if not (np.isfinite(step) and step > 0):
        raise ModelError(f"step is {step:g} days; it must be above 0.")
    if first != int(first) or first < 0 or first % STREAM:
        raise ModelError(f"first is {first!r}; it must be a multiple of {STREAM}, at least 0.")
    cohort = cohort if isinstance(cohort, Cohort) else Cohort(cohort)
    n = len(cohort)
    values = model.values({**cohort.values, **changes}, protocol, patients=n)
    schedule = Schedule(model, protocol, values, until, n)
    points = check_points(np.linspace(0.0, schedule.until, 121) if points is None else points, schedule.until)
    y0 = model.start_vector(start, patients=n)
    traced = trace(model)
    if method == "exact":
        _check_exact(model, traced, schedule)
    moves = Moves(model, traced, volume)
    ahead = _work(method, schedule, moves, y0)
    in_numpy = _advance_in_numpy(method, step), CHUNK, 1
    advance, size, workers = prepared(backend, "noise", (model, traced, moves, method, step), *ahead) or in_numpy
    seeds = [_of_group(seed, int(first) // STREAM + group) for group in range(-(-n // STREAM))]
    counts = np.empty((len(y0), len(points), n))

    def run(begin: int) -> None:
        who = slice(begin, min(begin + size, n))
        sample = Sample(schedule.part(who), moves, y0[:, who], *_streams(seeds[begin // STREAM :], who.stop - begin))
        counts[:, :, who] = _follow(sample, points, advance)

    _in_threads(run, range(0, n, size), workers)
    counts /= moves.scale[:, None, None]
    return Run(model, points, counts, values, lambda: schedule.inputs_on(points))


def _of_group(seed, group: int) -> np.random.SeedSequence:
    """Return the seed of a group of patients; `seed` itself is not used up."""
    whole = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    return np.random.SeedSequence(whole.entropy, spawn_key=(*whole.spawn_key, group), pool_size=whole.pool_size)


def _streams(seeds: list, patients: int) -> tuple[list, np.ndarray]:
    """Return a generator for each group with the slice of its patients, and a start for each patient of its own."""
    groups = [slice(i, min(i + STREAM, patients)) for i in range(0, patients, STREAM)]
    words = [start_words(_of_group(seed, 0), who.stop - who.start) for seed, who in zip(seeds, groups)]
    return [(who, np.random.default_rng(seed)) for seed, who in zip(seeds, groups)], np.concatenate(words, axis=1)


def _follow(sample: Sample, points: np.ndarray, advance) -> np.ndarray:
    """Lead a sample from event to event; return its counts at `points`, shape (states, points, patients)."""
    counts = np.empty((len(sample.x), len(points), sample.patients))
    days = sample.event_days
    for begin, stop in zip(days, days[1:]):
        sample.apply_events(np.where(begin < stop, begin, np.nan))
        advance(sample, begin, stop, points, counts)
    sample.apply_events(days[-1])
    if points[-1] == sample.schedule.until:
        counts[:, -1] = sample.x
    return counts


def _advance_in_numpy(method: str, step: float):
    def advance(sample, begin, stop, points, counts):
        if method == "exact":
            jump(sample, begin, stop, points, step, counts)
        else:
            leap(sample, begin, stop, points, step, method, counts)

    return advance


def _in_threads(run, begins: range, workers: int) -> None:
    pool = ThreadPoolExecutor(workers)
    try:
        with progress(begins.stop, "patients", len(begins)) as advance:
            for begin, _ in zip(begins, map(run, begins) if workers == 1 else pool.map(run, begins)):
                advance(min(begins.step, begins.stop - begin))
    finally:
        pool.shutdown(cancel_futures=True)


def _work(method: str, schedule: Schedule, moves: Moves, y0) -> tuple[float, float, float]:
    """Return how much work a run is, and from how much a compiled model is worth it, and compiling one."""
    if method == "exact":
        return _events_ahead(schedule, moves, y0), LONG_RUN, VERY_LONG_RUN
    return max(schedule.patients, size_of_whole.get()), WORTH_COMPILED, WORTH_COMPILING


def _events_ahead(schedule: Schedule, moves: Moves, y0: np.ndarray) -> float:
    """Return how many events a patient would have at most, if all went on as it starts."""
    model = schedule.model
    values = SimpleNamespace(**schedule.values, **dict.fromkeys(model.inputs, 0.0))
    flows = model.flows(0.0, SimpleNamespace(**dict(zip(model.states, y0))), values).values()
    rates = [often * flow.rate for flow, often, noisy in zip(flows, moves.per_flow, moves.noisy) if noisy]
    return float(np.max(sum(rates, 0.0)) * schedule.until)


def _check_exact(model: Model, traced: Trace, schedule: Schedule) -> None:
    if schedule.decaying:
        raise ModelError("An exact run needs courses that are held; one with a half-life was given.")
    if ("t", "t") in symbols(*(rate for rate, _ in traced.flows.values())):
        raise ModelError(f"An exact run needs rates that do not depend on the day; those of '{model.name}' do.")
