"""What this machine offers: numba, and threads."""

from __future__ import annotations

import importlib.util
import os
from contextvars import ContextVar
from functools import cache

from immunereset.engine.errors import ModelError

one_thread = ContextVar("one_thread", default=False)
"""Whether a compiled run keeps to one thread: where others share the processors out already."""


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


def threads() -> int:
    """Return how many threads run patients.

    One where `one_thread` says so; else NUMBA_NUM_THREADS, or one for each processor this process may use.
    """
    if one_thread.get():
        return 1
    if given := os.environ.get("NUMBA_NUM_THREADS"):
        return max(1, int(given))
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
