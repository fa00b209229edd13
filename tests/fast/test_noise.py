"""The compiled backend of noisy runs draws the patients that NumPy draws; `test_plain` looks at its parts."""

import numpy as np
import pytest

from immunereset.engine import Course, ModelError, Protocol, RunError, simulate_noisy
from immunereset.engine.noise import stochastic
from immunereset.engine.noise.stochastic import METHODS
from immunereset.fast import machine, noise
from tests.engine.small_models import bolus, bursts, decay

pytest.importorskip("numba", reason="The compiled backend needs numba: pip install immunereset[fast]")

PATIENTS = 300
"""More than one chunk, the last not whole."""

rng = np.random.default_rng(8)
HELD = (
    Protocol(*(Course("u", rng.uniform(0, 3, PATIENTS), rng.uniform(0, 30, PATIENTS), 5.0) for _ in range(3))) + bolus
)
FADING = Protocol(Course("u", 3.0, 5.0, 30.0, half_life=10.0), Course("u", 2.0, 5.0, 20.0, half_life=20.0))


def both(model, **given):
    return [
        simulate_noisy(model, PATIENTS, 30.0, seed=5, backend=backend, **given) for backend in ("compiled", "numpy")
    ]


@pytest.mark.parametrize("method", METHODS)
def test_both_backends_draw_the_same_patients(method):
    world = HELD if method == "exact" else HELD + FADING
    given = dict(protocol=world, volume=7.0, method=method, step=1.0, bolus_day=rng.uniform(0, 30, PATIENTS).round(1))
    ours, theirs = both(decay, **given)
    assert ours["A"] == pytest.approx(theirs["A"], rel=1e-9, abs=1e-12)
    assert (ours["A"] == theirs["A"]).all()


@pytest.mark.parametrize("method", ["exact", "tau"])
def test_both_backends_draw_the_same_arrivals(method):
    ours, theirs = both(bursts, volume=7.0, method=method)
    assert (ours["cells"] == theirs["cells"]).all()
    assert ours["level"] == pytest.approx(theirs["level"], rel=1e-12) and ours["level"].max() > 0


@pytest.mark.parametrize("method", ["exact", "tau"])
def test_threads_and_parts_change_nothing(method, monkeypatch):
    given = dict(volume=7.0, seed=2, method=method, backend="compiled")
    runs = []
    for count in ("1", "3"):
        monkeypatch.setenv("NUMBA_NUM_THREADS", count)
        runs.append(simulate_noisy(bursts, 600, 5.0, **given)["cells"])
    part = simulate_noisy(bursts, 50, 5.0, first=271, **given)["cells"]
    assert (runs[0] == runs[1]).all() and (part == runs[0][:, 271:321]).all() and part.std() > 0


def test_an_endless_exact_run_is_refused(monkeypatch):
    for module in (stochastic, noise):
        monkeypatch.setattr(module, "MOST_EVENTS", 50)
    for backend in ("numpy", "compiled"):
        with pytest.raises(RunError, match="needs more than 50 events; use method='tau'"):
            simulate_noisy(bursts, 3, 1000.0, volume=7.0, seed=2, method="exact", backend=backend)


def test_without_numba_the_extra_is_named(monkeypatch):
    for module in (machine, noise):
        monkeypatch.setattr(module, "available", lambda: False)
    with pytest.raises(ModelError, match=r"numba: pip install immunereset\[fast\]"):
        simulate_noisy(bursts, 3, 10.0, volume=7.0, seed=2, backend="compiled")
    assert simulate_noisy(bursts, 3, 10.0, volume=7.0, seed=2)["cells"].shape == (121, 3)
