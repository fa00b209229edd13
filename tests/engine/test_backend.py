"""Which backend runs a cohort, and what is written for numba: all that can be tested without numba."""

import subprocess
import sys

import numpy as np
import pytest

from immunereset.engine import Course, ModelError, Protocol, backends, simulate_cohort
from immunereset.engine.cohort.evaluate import evaluate
from immunereset.fast import cache, kernel, machine
from immunereset.fast import cohort as compiled
from immunereset.models.interventions import transplant
from immunereset.models.tolerance import tolerance
from tests.engine.small_models import bolus, decay, infusion, vocabulary


def test_unknown_backends_are_refused():
    with pytest.raises(ModelError, match="backend 'fortran' is not known; known: numpy, compiled."):
        simulate_cohort(decay, 2, 10, backend="fortran")


def test_without_numba_numpy_runs_and_the_extra_is_named(monkeypatch):
    for module in (machine, compiled):
        monkeypatch.setattr(module, "available", lambda: False)
    with pytest.raises(ModelError, match=r"numba: pip install immunereset\[fast\]"):
        simulate_cohort(decay, 2, 10, backend="compiled")
    assert backends.prepared(None, "cohort", (decay, None), 10**6, 1, 1) is None


@pytest.mark.parametrize(("platform", "place"), [("linux", ".cache"), ("darwin", "Caches"), ("win32", "Local")])
def test_the_folder_suits_the_system(platform, place, monkeypatch):
    for variable in ("IMMUNERESET_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    assert cache.folder().parts[-2:] == (place, "immunereset")


def test_what_depends_on_parameters_alone_is_computed_once_per_patient():
    written = kernel.source(tolerance, transplant())
    assert " ** " in kernel.source(vocabulary, None).model and " ** " not in written.model + written.events
    values = evaluate(written.fixed, tolerance.values({"age": np.array([30.0, 50.0])}, transplant(), patients=2))
    assert {np.shape(v) for v in values} == {(), (2,)}


def test_courses_and_days_are_data_and_only_events_are_compiled_anew():
    several = Protocol(Course("u", np.ones(5), 1.0, 2.0), Course("u", 2.0, 3.0, half_life=9.0))
    written = [kernel.source(decay, bolus + courses) for courses in (Protocol(), infusion, several)]
    assert len({(w.model, w.events) for w in written}) == 1
    without = kernel.source(decay, infusion)
    assert without.model == written[0].model and without.events != written[0].events


def test_importing_the_engine_does_not_import_numba():
    code = "import sys, immunereset.engine; print('numba' in sys.modules, 'immunereset.fast' in sys.modules)"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert finished.stdout.split() == ["False", "False"], finished.stderr
