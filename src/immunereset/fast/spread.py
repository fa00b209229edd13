"""Cohorts and sweeps larger than one processor: spread over workers, and only summaries come back.

The workers are processes of this machine, or those of a Dask or Ray cluster: joblib's back ends.
"""

from __future__ import annotations

import inspect
import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from itertools import islice
from math import prod

import numpy as np

from immunereset.engine.backends import size_of_whole
from immunereset.engine.cohort.batch import CHUNK
from immunereset.engine.cohort.cohort import Cohort
from immunereset.engine.errors import ModelError, RunError, TraceError, unknown
from immunereset.engine.model import Model
from immunereset.engine.protocol import Protocol, _resolve

from .machine import one_thread
from .progress import progress

LEAST = CHUNK
"""Fewest runs that a worker gets at a time, if there are enough: as many as the engine itself takes together."""

LEAST_NOISY = 1024
"""The same for runs with noise, each of which takes several times as long."""

FRUITLESS = 3
"""Times that workers may be lost without one chunk being finished in between."""


class Summaries(dict):
    """What `spread` returns: arrays by name, of shape (patients,), or (values of each sweep ..., patients).

    `sweep` holds the swept values by symbol, in the order of the axes. `done`, of the shape of the
    arrays, tells which runs are finished, `complete` whether all are. If not, the arrays are floats, and
    NaN where nothing is known.
    """

    def __init__(self, values: dict, done: np.ndarray, sweep: dict, model: str):
        super().__init__(values)
        self.done, self.sweep, self.model = done, sweep, model

    @property
    def complete(self) -> bool:
        """Whether every run is done."""
        return bool(self.done.all())

    def __missing__(self, name):
        raise unknown("summary", str(name), self, f"The spread run of '{self.model}'")

    def __repr__(self) -> str:
        axes = [f"{len(v)} values of {s}" for s, v in self.sweep.items()] + [f"{self.done.shape[-1]} patients"]
        state = "complete" if self.complete else f"partial, {self.done.sum()} of {self.done.size} runs are done"
        return f"<Summaries of '{self.model}': {' × '.join(axes)}; {', '.join(self) or 'nothing'}; {state}>"


def spread(
    simulator: Callable,
    model: Model,
    cohort: Cohort | int,
    until: float,
    protocol: Protocol | None = None,
    *,
    summary: Callable | str | Iterable[str],
    sweep: Mapping[str, Iterable[float]] | None = None,
    workers: int | None = None,
    chunk: int | None = None,
    **options,
) -> Summaries:
    """Call `simulator` for parts of a cohort, on several workers; return the summaries of all its patients.

    `simulator` is `simulate_cohort`, `simulate_noisy`, or a function of your own with the same first four
    arguments that returns a `Run`; if it draws random numbers, it takes `first` and hands it on.
    `options` are its other arguments (`points`, `seed`, ...) and changed parameters.
    `summary` is a function from a `Run` to a dict of arrays (patients,) of numbers or truths; or the
    names of states and observables, of which the value on the last day is kept.

        spread(simulate_cohort, tolerance, varied_cohort(40_000, seed=1), 10 * YEAR, transplant(),
               start=reference_patient(), summary="E", sweep={"k": np.linspace(0, 5, 11)})

    `sweep` gives parameters several values: every patient runs once for each combination. The runs are
    those of one cohort in which all patients are repeated for each combination, the last symbol
    changing fastest: with noise, no two runs share their random numbers.

    `workers` is the number of workers; None means what `joblib.parallel_config` says, or one process for
    each processor of this machine. A cluster takes the same call:

        with joblib.parallel_config(backend="dask"):
            spread(...)

    Chunks: every worker gets equally many, as many as leave about `LEAST` runs or more (`LEAST_NOISY` with
    noise) to each, but at least one; all are of the same size to within one run. `chunk`, a whole number above 0,
    sets their size instead. Results depend on neither. Each worker keeps to one thread.

    If a worker is lost, its chunk runs again elsewhere. An interruption (Ctrl-C, or the stop button of a
    notebook) is announced on stderr and returns what is done; it also ends the workers of a Dask
    `LocalCluster` started in the same terminal or notebook. From two seconds on, a line on stderr tells
    how far the work has come.

    Dask starts its workers with MALLOC_TRIM_THRESHOLD_ set. NumPy then returns memory to the system and
    asks for it again at every step, which takes a third of the time. Leave it out before the cluster starts:

        dask.config.set({"distributed.nanny.pre-spawn-environ": {"OMP_NUM_THREADS": 1}})

    Raises what `simulator` and `summary` raise, `ModelError` for anything given that is not allowed, and
    `RunError` if workers are lost again and again.
    """
    job = _Job(simulator, model, cohort, until, protocol, summary, sweep or {}, options)
    asked, count = _workers(workers)
    chunks = _chunks(job, count, chunk)
    kept = _Kept(job.runs)
    try:
        with progress(job.runs, "runs") as advance:
            _run_all(job, chunks, asked, count, kept, advance)
    except (ModelError, RunError, TraceError) as fault:
        # The sentence says it all; the worker's traceback would bury it.
        raise fault from None
    except KeyboardInterrupt:
        print(
            f"Interrupted: {kept.done.sum()} of {job.runs} runs are done; the others are NaN in what is returned.",
            file=sys.stderr,
        )
    return Summaries(kept.arrays(job.shape), kept.done.reshape(job.shape), job.sweep, model.name)


class _Job:
    """What was asked for, checked as far as that costs nothing; it can be cut into parts."""

    def __init__(self, simulator, model, cohort, until, protocol, summary, sweep, options):
        self.simulator, self.model, self.until, self.protocol = simulator, model, until, protocol
        cohort = cohort if isinstance(cohort, Cohort) else Cohort(cohort)
        takes = inspect.signature(simulator).parameters
        self.numbered = "first" in takes
        self.options = {name: value for name, value in options.items() if name in takes}
        self.changes = cohort.values | {name: value for name, value in options.items() if name not in takes}
        self.summary = summary if callable(summary) else _LastValues(summary, model)
        if isinstance(self.summary, _LastValues) and "points" in takes:
            self.options.setdefault("points", [until])
        start = self.options.pop("start", None)
        self.start = getattr(start, "final", start)
        self.sweep = {symbol: np.atleast_1d(np.asarray(values, float)) for symbol, values in sweep.items()}
        self.patients = len(cohort)
        self.shape = (*(len(values) for values in self.sweep.values()), self.patients)
        self.runs = prod(self.shape)
        self._check()

    def _check(self) -> None:
        model, n = self.model, self.patients
        values = model.values(self.changes, self.protocol, patients=n)
        model.values(self.sweep, self.protocol)
        model.start_vector(self.start, patients=n)
        for symbol, swept in self.sweep.items():
            if swept.ndim != 1 or not swept.size:
                raise ModelError(f"The sweep of {symbol} must be one or more values; its shape is {swept.shape}.")
            if symbol in self.changes:
                raise ModelError(f"{symbol} is swept and given as well; one of the two is allowed.")
        if self.protocol is not None:
            days = [event.day for event in self.protocol.events]
            for quantity in (*(q for course in self.protocol.courses for q in course.quantities), *days):
                _resolve(quantity, values, n)

    def part(self, first: int, end: int) -> bytes:
        """Return what `_work` needs for the runs from `first` to before `end`.

        It is pickled here, by value where a worker could not import it: a model may be defined in a
        notebook, and be full of lambdas.
        """
        import cloudpickle

        runs = np.arange(first, end)
        combination, patient = np.divmod(runs, self.patients)

        def of(value):
            return np.asarray(value)[patient] if np.ndim(value) else value

        swept = {}
        for (symbol, values), place in zip(self.sweep.items(), np.unravel_index(combination, self.shape[:-1] or (1,))):
            swept[symbol] = values[place]
        protocol = self.protocol
        if protocol is not None:
            names = "level", "start", "duration", "half_life"
            courses = [replace(c, **dict(zip(names, map(of, c.quantities)))) for c in protocol.courses]
            protocol = Protocol(*courses, *(replace(e, day=of(e.day)) for e in protocol.events))
        cohort = Cohort(len(runs), **{s: of(v) for s, v in self.changes.items()}, **swept)
        options = dict(self.options)
        if self.start is not None:
            options["start"] = {s: of(v) for s, v in self.start.items()}
        if self.numbered:
            options["first"] = first
        call = (self.simulator, (self.model, cohort, self.until, protocol), options, self.summary)
        return cloudpickle.dumps((call, patient, swept, self.runs))


class _LastValues:
    """The summary that keeps the last value of states and observables, by name."""

    def __init__(self, names, model: Model):
        self.names = [names] if isinstance(names, str) else list(names)
        known = [*model.states, *model.observables]
        for name in self.names:
            if name not in known:
                raise unknown("state or observable", str(name), known, f"The model '{model.name}'")

    def __call__(self, run) -> dict:
        return {name: run[name][-1] for name in self.names}


class _Kept:
    """The summaries that have come back, in the order of the runs."""

    def __init__(self, runs: int):
        self.values: dict[str, np.ndarray] = {}
        self.done = np.zeros(runs, dtype=bool)

    def add(self, first: int, part: dict[str, np.ndarray]) -> int:
        """Keep the summaries of the runs from `first` on; return how many there are."""
        if self.values and set(part) != set(self.values):
            raise ModelError(
                f"summary returned {', '.join(self.values)} for some patients and {', '.join(part)} for others."
            )
        for name, value in part.items():
            kept = self.values.get(name, np.zeros(len(self.done), value.dtype))
            self.values[name] = kept.astype(np.result_type(kept, value), copy=False)
            self.values[name][first : first + len(value)] = value
        count = len(next(iter(part.values())))
        self.done[first : first + count] = True
        return count

    def arrays(self, shape: tuple) -> dict[str, np.ndarray]:
        """Return the summaries in their shape; NaN where a run is not done."""
        if self.done.all():
            return {name: value.reshape(shape) for name, value in self.values.items()}
        return {name: np.where(self.done, value, np.nan).reshape(shape) for name, value in self.values.items()}


def _workers(asked: int | None) -> tuple[int, int]:
    """Return how many workers to ask joblib for, and how many that are."""
    import joblib

    if asked is None:
        _, asked = joblib.parallel.get_active_backend()
    asked = -1 if asked is None else asked
    return asked, joblib.effective_n_jobs(asked)


def _chunks(job: _Job, workers: int, chunk: int | None) -> dict[int, int]:
    """Return the chunks: where each ends, by its first run."""
    if chunk is None:
        least = LEAST_NOISY if job.numbered else LEAST
        count = min(job.runs, workers * max(1, job.runs // (workers * least)))
        limits = [job.runs * k // count for k in range(count)]
    elif chunk < 1 or chunk % 1:
        raise ModelError(f"chunk is {chunk}; it must be a whole number above 0.")
    else:
        limits = list(range(0, job.runs, int(chunk)))
    return dict(zip(limits, [*limits[1:], job.runs]))


def _run_all(job: _Job, chunks: dict[int, int], asked: int, workers: int, kept: _Kept, advance: Callable) -> None:
    """Run every chunk, and those of lost workers again, until all are kept."""
    import joblib

    caller = None if workers > 1 else os.getpid()
    left, fruitless = dict(chunks), 0
    while left:
        before = len(left)
        calls = (joblib.delayed(_work)(first, job.part(first, end), caller) for first, end in tuple(left.items()))
        parts = _parts(calls, asked, workers)
        try:
            for first, part in parts:
                count = kept.add(first, part)
                del left[first]
                advance(count)
        except _losses() as fault:
            fruitless = fruitless + 1 if len(left) == before else 0
            if fruitless == FRUITLESS:
                raise RunError(
                    f"Workers were lost {FRUITLESS} times without finishing anything; "
                    "a smaller chunk or fewer workers need less memory."
                ) from fault
        finally:
            _close(parts)


def _parts(calls: Iterator, asked: int, workers: int) -> Iterator:
    """Yield what the chunks return, as they are finished."""
    import joblib

    back_end, _ = joblib.parallel.get_active_backend()
    if back_end.supports_return_generator:
        yield from joblib.Parallel(asked, return_as="generator_unordered", batch_size=1)(calls)
        return
    # Ray's back end returns lists: one chunk for each worker at a time.
    with joblib.Parallel(asked, batch_size=1) as parallel:
        while some := tuple(islice(calls, workers)):
            yield from parallel(some)


def _losses() -> tuple[type, ...]:
    """Return the exceptions by which back ends report a lost worker; Dask runs its chunk again without any."""
    ray = sys.modules.get("ray.exceptions")
    return (BrokenExecutor, ray.RayActorError) if ray else (BrokenExecutor,)


def _close(parts) -> None:
    """Stop the workers if they are still at work, without joblib's warning about it."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parts.close()


def _work(first: int, pickled: bytes, caller: int | None) -> tuple[int, dict[str, np.ndarray]]:
    """Run one chunk, in a worker; return its first run and its summaries.

    `caller` is the process that asked, if it is to do the work itself.
    """
    (simulator, given, options, summary), patient, swept, runs = pickle.loads(pickled)
    wanted = {one_thread: os.getpid() != caller, size_of_whole: runs}
    settings = [(setting, setting.set(value)) for setting, value in wanted.items()]
    try:
        return first, _checked(summary(simulator(*given, **options)), len(patient))
    except RunError as fault:
        if fault.patient is None:
            raise
        with_values = [f"{symbol} = {values[fault.patient]:g}" for symbol, values in swept.items()]
        name = ", ".join([f"patient {patient[fault.patient]}", *with_values])
        raise RunError(str(fault).replace(f"patient {fault.patient}", name), int(patient[fault.patient])) from None
    finally:
        for setting, before in settings:
            setting.reset(before)


def _checked(summary, patients: int) -> dict[str, np.ndarray]:
    """Return a summary as arrays of its own; refuse what is not one number or truth for each patient."""
    if not isinstance(summary, Mapping) or not summary:
        raise ModelError(f"summary must return a dict of arrays by name; it returned {type(summary).__name__}.")
    # The last row of a trajectory would keep all of it in memory.
    arrays = {str(name): np.array(value) for name, value in summary.items()}
    for name, value in arrays.items():
        if value.shape != (patients,) or value.dtype.kind not in "bif":
            raise ModelError(
                f"The summary '{name}' has shape {value.shape} and type {value.dtype} for {patients} patients; "
                f"it must be one number or truth for each."
            )
    return arrays
