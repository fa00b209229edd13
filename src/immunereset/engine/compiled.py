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

from .batch import MOST_STEPS, Solution, resume
from .errors import ModelError, endless, stuck
from .evaluate import evaluate
from .lanes import LANES, source
from .protocol import Protocol, Schedule

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
    if not available():
        raise ModelError(
            "The backend 'compiled' needs the package numba: pip install immunereset[fast]; "
            "backend='numpy' does without."
        )
    written = source(model, protocol)
    run = _load(written.model, model.name, announced=True).run
    act = _load(written.events, _of_events(model)).act

    def integrate(
        schedule: Schedule, y0, points, rtol: float, atol: float, solution: Solution, method: str | None
    ) -> None:
        patients = schedule.patients
        workers = threads()
        size = min(CHUNK, max(LANES, -(-patients // (4 * workers))))

        def chunk(first: int) -> tuple:
            who = slice(first, min(first + size, patients))
            part, found = schedule.part(who), solution.part(who)
            values = evaluate(written.fixed, part.values)
            stiff = np.full((2 + len(y0), part.patients), np.nan)
            arguments = values, part, y0[:, who], points, rtol, atol, method is None, stiff, found
            end, patient, day, event = _call(run, act, *arguments)
            left = np.flatnonzero(np.isfinite(stiff[0]))
            if end == DONE and left.size:
                day_left, next_point, *y = stiff[:, left]
                begin = day_left, np.array(y), next_point.astype(int)
                resume(part, left, *begin, points, rtol, atol, found, first)
            return end, first + patient, day, event

        pool = ThreadPoolExecutor(workers)
        try:
            for end in pool.map(chunk, range(0, patients, size)):
                _refuse(schedule, *end)
        finally:
            pool.shutdown(cancel_futures=True)

    return integrate


def compiled_before(model, protocol: Protocol | None) -> bool:
    """Return whether the model, with the events of `protocol`, was compiled on this machine before.

    Raises `TraceError` if the effect of an event cannot be traced.
    """
    written = source(model, protocol)
    names = {written.model: model.name, written.events: _of_events(model)}
    return all(_place(text, name)[0].is_file() for text, name in names.items())


def _of_events(model) -> str:
    return f"events of {model.name}"


def _call(run, act, values, schedule, y0, points, rtol, atol, looking, stiff, solution: Solution) -> tuple:
    fixed = np.empty((len(values), schedule.patients))
    for row, value in zip(fixed, values):
        row[:] = value
    plan = (
        *map(_plain, (schedule.level, schedule.start, schedule.stop, schedule.decay)),
        np.array(schedule.course_input, dtype=np.int64),
        *map(_plain, (schedule.days, schedule.breaks)),
    )
    tolerances = float(rtol), float(atol)
    course = act, fixed, _plain(y0), plan, _plain(points), schedule.until, *tolerances, MOST_STEPS
    return run(*course, looking, stiff, solution.steps, solution.error, solution.y)


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
def _load(text: str, name: str, announced: bool = False):
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
