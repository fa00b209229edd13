"""What tests of the optional room share: one folder of compiled models, and generated source run as plain Python."""

import ctypes
import os
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from immunereset.fast import cache


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory):
    """Compiled models of the tests stay out of the user's folder; IMMUNERESET_CACHE keeps them for the next run."""
    with pytest.MonkeyPatch.context() as patch:
        if "IMMUNERESET_CACHE" not in os.environ:
            patch.setenv("IMMUNERESET_CACHE", str(tmp_path_factory.mktemp("compiled")))
        yield


def plain(text):
    """What a generated source defines, with functions that are not compiled; numba is not asked for."""
    numba, space = ModuleType("numba"), {}
    numba.njit = numba.cfunc = lambda *_, **__: lambda function: function
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "numba", numba)
        exec(compile(text, "<generated>", "exec"), space)
    if act := space.get("act"):

        def of_pointer(pointer, lane, event):
            pointer = pointer.data_as(ctypes.POINTER(ctypes.c_double))
            return act(np.ctypeslib.as_array(pointer, (10_000,)), lane, event)

        space["act"] = of_pointer
    return SimpleNamespace(**space)


@pytest.fixture
def uncompiled(monkeypatch):
    """The backend 'compiled' runs the functions that it would compile as plain Python, on one thread."""
    monkeypatch.setattr("immunereset.fast.machine.available", lambda: True)
    monkeypatch.setattr(cache, "load", lambda text, *_, **__: plain(text))
    monkeypatch.setenv("NUMBA_NUM_THREADS", "1")
    # Whole numbers of 32 bits run over on purpose.
    with np.errstate(all="ignore"):
        yield
