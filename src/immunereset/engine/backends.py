"""Who runs many patients: NumPy, which is built in, or an optional package that is quicker for very many.

Such a package has a module for each shelf of the engine that it can take over, `cohort` and `noise`, loaded when it is
first wanted. Each of them offers three functions:

    available()         whether it can run on this machine
    is_kept(*what)      whether it has prepared this before, so that preparing it now costs nothing
    prepare(*what)      what runs it: see `simulate_cohort` and `simulate_noisy`
"""

from __future__ import annotations

from contextvars import ContextVar
from importlib import import_module

from .errors import ModelError, TraceError

BACKENDS = {"numpy": None, "compiled": "immunereset.fast"}
"""The backends by name, each with its package; those that have one are chosen by themselves where they pay."""

WORTH_COMPILED = 500
"""Patients from which a model that was compiled before on this machine runs compiled without being asked to."""

WORTH_COMPILING = 20_000
"""The same for a model that must be compiled first, which takes about as long as that many patients in NumPy."""

size_of_whole = ContextVar("size_of_whole", default=0)
"""Patients of the cohort that a run is a part of: they decide which backend it is worth."""


def prepared(name: str | None, shelf: str, what: tuple, work: float, least: float, least_new: float):
    """Return what the backend `name` prepares for a shelf, or None where NumPy is to run.

    Without a name it is the backend that pays: `least` is the work that is worth one that has kept `what`, and
    `least_new` the work that is worth preparing it. Raises `ModelError` for an unknown name, and what `prepare` raises.
    """
    if name not in (None, *BACKENDS):
        raise ModelError(f"The backend {name!r} is not known; known: {', '.join(BACKENDS)}.")
    if name is not None:
        package = BACKENDS[name]
        return package and import_module(f"{package}.{shelf}").prepare(*what)
    for package in filter(None, BACKENDS.values()) if work >= least else ():
        module = import_module(f"{package}.{shelf}")
        try:
            if module.available() and (work >= least_new or module.is_kept(*what)):
                return module.prepare(*what)
        except TraceError:
            # NumPy can run event effects that cannot be traced.
            continue
    return None
