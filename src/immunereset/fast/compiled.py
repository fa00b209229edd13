"""The compiled backend of `simulate_cohort`: the traced model, compiled by numba for this machine.

The source of each model is written once into a folder of the user (`folder`), beside which numba
keeps what it compiled. Nothing here imports numba before a compiled run is asked for.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
import platform
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np

from immunereset.engine.cohort.batch import MOST_STEPS, Solution
from immunereset.engine.cohort.evaluate import evaluate
from immunereset.engine.errors import ModelError, endless, stuck
from immunereset.engine.progress import progress
from immunereset.engine.protocol import Protocol, Schedule

from .kernel import source
from .lanes import LANES

CHUNK = 1024
"""Most patients that a thread takes at a time."""

one_thread = ContextVar("one_thread", default=False)
"""Whether a compiled run keeps to one thread: where others share the processors out already."""

DONE, STUCK, ENDLESS, IMPOSSIBLE = range(4)

log = logging.getLogger("immunereset")


@cache
def available() -> bool:
    """Return whether numba can be imported; tries it."""
    if importlib.util.find_spec("numba") is None:
        return False
    try:
        import numba  # noqa: F401
    except ImportError:
        return False
    return True


def require_numba() -> None:
    """Raise `ModelError` unless numba can be imported."""
    if not available():
        raise ModelError(
            "The backend 'compiled' needs the package numba: pip install immunereset[fast]; "
            "backend='numpy' does without."
        )


def folder() -> Path:
    """Return where compiled models are kept: IMMUNERESET_CACHE, or this system's folder for such files."""
    if given := os.environ.get("IMMUNERESET_CACHE"):
        return Path(given)
    home = Path.home()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or home / ".cache"
    return Path(base) / "immunereset"


def threads() -> int:
    """Return how many threads run patients.

    One where `one_thread` says so; else NUMBA_NUM_THREADS, or one for each processor this process may use.
    """
    if one_thread.get():
        return 1
    if given := os.environ.get("NUMBA_NUM_THREADS"):
        return max(1, int(given))
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def compiled(model, protocol: Protocol | None):
    """Return a function like `batch.integrate`, compiled for `model` with the events of `protocol`.

    Raises `ModelError` without numba, and `TraceError` if the effect of an event cannot be traced.
    """
    require_numba()
    explicit = _Kernel(model, protocol, "explicit")

    def integrate(
        schedule: Schedule, y0, points, rtol: float, atol: float, solution: Solution, method: str | None
    ) -> None:
        everyone = np.arange(schedule.patients)
        begin = np.concatenate([np.zeros((2, schedule.patients)), y0])
        if method == "implicit":
            stiff, left = everyone, begin
        else:
            found = explicit.run(schedule, everyone, begin, points, rtol, atol, solution, looking=method is None)
            stiff = np.flatnonzero(np.isfinite(found[0]))
            left = found[:, stiff]
        if stiff.size:
            solution.implicit[stiff] = True
            implicit = _Kernel(model, protocol, "implicit")
            implicit.run(schedule, stiff, left, points, rtol, atol, solution, looking=False)

    return integrate


class _Kernel:
    """One method, compiled for a model with the events of a protocol."""

    def __init__(self, model, protocol: Protocol | None, method: str):
        written = source(model, protocol, method)
        name = model.name if method == "explicit" else f"{model.name}, {method}"
        self._run = load(written.model, name, announced=True).run
        self._act = load(written.events, f"events of {name}").act
        self._fixed = written.fixed

    def run(self, schedule, who, begin, points, rtol, atol, solution: Solution, looking: bool) -> np.ndarray:
        """Run the patients `who` from `begin` on all threads; return where those found stiff were left.

        Both have shape (2 + states, patients of `who`): day, next point and states; the day of others is not a number.
        """
        workers = threads()
        size = min(CHUNK, max(LANES, -(-len(who) // (4 * workers))))
        left = np.full(begin.shape, np.nan)

        def chunk(first: int) -> tuple:
            some = slice(first, min(first + size, len(who)))
            part = schedule.part(who[some])
            # Of patients who are not neighbours the solution gives copies, which are put back.
            found = solution.part(who[some])
            tolerances = float(rtol), float(atol), MOST_STEPS
            course = *self._inputs(part, begin[:, some]), _plain(points), part.until, *tolerances
            stiff = np.full((len(begin), part.patients), np.nan)
            out = looking, stiff, found.steps, found.error, found.y
            end, patient, day, event = self._run(self._act, *course, *out)
            solution.put(who[some], found)
            left[:, some] = stiff
            return end, who[first + patient], day, event

        firsts = range(0, len(who), size)
        pool = ThreadPoolExecutor(workers)
        try:
            with progress(len(who), "patients", -(-len(who) // CHUNK)) as advance:
                for first, end in zip(firsts, pool.map(chunk, firsts)):
                    _refuse(schedule, *end)
                    advance(min(size, len(who) - first))
        finally:
            pool.shutdown(cancel_futures=True)
        return left

    def _inputs(self, schedule: Schedule, begin: np.ndarray) -> tuple:
        """Return what a run needs of a schedule: fixed values, begin, and the plan of courses, events and breaks."""
        values = evaluate(self._fixed, schedule.values)
        fixed = np.empty((len(values), schedule.patients))
        for row, value in zip(fixed, values):
            row[:] = value
        plan = (
            *map(_plain, (schedule.level, schedule.start, schedule.stop, schedule.decay)),
            np.array(schedule.course_input, dtype=np.int64),
            *map(_plain, (schedule.days, schedule.breaks)),
        )
        return fixed, _plain(begin), plan


def compiled_before(model, protocol: Protocol | None) -> bool:
    """Return whether the model, with the events of `protocol`, was compiled on this machine before.

    Raises `TraceError` if the effect of an event cannot be traced.
    """
    written = source(model, protocol)
    names = {written.model: model.name, written.events: f"events of {model.name}"}
    return all(is_kept(text, name) for text, name in names.items())


def is_kept(text: str, name: str) -> bool:
    """Return whether `load` would find a source text in the user's folder."""
    return _place(text, name)[0].is_file()


def _plain(x: np.ndarray) -> np.ndarray:
    """Return a copy that is contiguous and may be written: of other arrays numba would compile anew."""
    return np.array(x, dtype=float, order="C")


def _refuse(schedule: Schedule, end: int, patient: int, day: float, event: int) -> None:
    """Raise what the NumPy backend raises, unless the patients arrived."""
    name = schedule.model.name
    if end == STUCK:
        raise stuck(name, day, schedule.until, patient)
    if end == ENDLESS:
        raise endless(name, MOST_STEPS, patient)
    if end == IMPOSSIBLE:
        raise ModelError(f"The event '{schedule.events[event].name}' made a state negative or not finite.")


@cache
def load(text: str, name: str, announced: bool = False):
    """Return the module of a source text, kept in the user's folder; announce a new one if it takes seconds."""
    path, content = _place(text, name)
    known = False
    try:
        known = path.is_file() and path.read_bytes() == content
        if not known:
            _write(path, content)
    except OSError:
        path = Path(_private_folder().name) / path.name
        _write(path, content)
    if announced and not known:
        _announce(name)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    # What numba kept asks for its module by name.
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _place(text: str, name: str) -> tuple[Path, bytes]:
    """Return where a source text is kept, and what is kept there."""
    python = ".".join(platform.python_version_tuple()[:2])
    content = f"# Python {python}, numba {metadata.version('numba')}, {platform.machine()}\n{text}".encode()
    stem = f"immunereset_{re.sub(r'[^A-Za-z0-9]+', '_', name)}_{hashlib.sha256(content).hexdigest()[:16]}"
    return folder() / f"{stem}.py", content


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: another process may be reading it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(draft, path)


@cache
def _private_folder() -> tempfile.TemporaryDirectory:
    """A folder for this process alone, for those whose own cannot be written."""
    return tempfile.TemporaryDirectory(prefix="immunereset-")


def _announce(name: str) -> None:
    # Under pytest a lesson's printed output is compared, and this line comes on one machine and not on another.
    if "PYTEST_CURRENT_TEST" not in os.environ:
        log.warning("Compiling the model '%s' for this machine; this happens once.", name)
