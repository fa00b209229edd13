"""The compiled backend of noisy runs draws the patients that NumPy draws, and its parts are what they say."""

import os

import numpy as np
import pytest

from immunereset.engine import Course, ModelError, Protocol, RunError, simulate_noisy, trace
from immunereset.engine.noise import stochastic
from immunereset.engine.noise.sample import Moves
from immunereset.engine.noise.stochastic import METHODS
from immunereset.fast import cache, machine, noise
from immunereset.models.interventions import drug, transplant
from immunereset.models.patients import random_infections, reference_patient, varied_cohort
from immunereset.models.tolerance import tolerance
from tests.engine.small_models import bursts

pytest.importorskip("numba", reason="The compiled backend needs numba: pip install immunereset[fast]")

waits = pytest.mark.xfail(reason="The compiled backend does not draw the engine's random numbers yet.", strict=True)
PATIENTS = 300
"""More than one group, the last not whole."""

WORLD = transplant(k=1.0, day=20.0) + random_infections(PATIENTS, 40.0, 3, per_year=9.0) + drug(0.5, 10.0, 20.0)
FADING = Protocol(Course("S", 3.0, 5.0, 30.0, half_life=10.0), Course("S", 2.0, 5.0, 20.0, half_life=20.0))


@pytest.fixture(autouse=True, scope="module")
def own_cache(tmp_path_factory):
    """Compiled models of the tests stay out of the user's folder; IMMUNERESET_CACHE keeps them for the next run."""
    with pytest.MonkeyPatch.context() as patch:
        if "IMMUNERESET_CACHE" not in os.environ:
            patch.setenv("IMMUNERESET_CACHE", str(tmp_path_factory.mktemp("compiled")))
        yield


@pytest.fixture(scope="module")
def parts():
    """The compiled functions of the tolerance model in a sample of 3 µL, by name."""
    traced = trace(tolerance)
    moves = Moves(tolerance, traced, 3.0)
    return vars(cache.load(noise.source(tolerance, traced, moves)[0], "tolerance, noisy"))


def of_tolerance(method, backend, protocol=WORLD):
    return simulate_noisy(
        tolerance, varied_cohort(PATIENTS, 1), 40.0, protocol, volume=3.0, seed=5, method=method, step=1.0,
        start=reference_patient(), points=np.array([0.0, 3.3, 20.0, 33.0, 40.0]), backend=backend,
    )  # fmt: skip


@waits
@pytest.mark.parametrize("method", METHODS)
def test_both_backends_draw_the_same_patients(method):
    world = WORLD if method == "exact" else WORLD + FADING
    ours, theirs = (of_tolerance(method, backend, world) for backend in ("compiled", "numpy"))
    for symbol, state in tolerance.states.items():
        if state.counted and method != "langevin":
            assert (ours[symbol] == theirs[symbol]).all()
        assert ours[symbol] == pytest.approx(theirs[symbol], rel=1e-9, abs=1e-12)


@waits
@pytest.mark.parametrize("method", ["exact", "tau"])
def test_both_backends_draw_the_same_arrivals(method):
    ours, theirs = (
        simulate_noisy(bursts, 40, 30.0, volume=7.0, seed=2, method=method, backend=backend)
        for backend in ("compiled", "numpy")
    )
    assert (ours["cells"] == theirs["cells"]).all()
    assert ours["level"] == pytest.approx(theirs["level"], rel=1e-12) and ours["level"].max() > 0


@waits
@pytest.mark.parametrize("count", ["1", "2"])
def test_threads_change_nothing(count, monkeypatch):
    monkeypatch.setenv("NUMBA_NUM_THREADS", count)
    run = simulate_noisy(bursts, 600, 5.0, volume=7.0, seed=2, method="exact", backend="compiled")
    monkeypatch.setenv("NUMBA_NUM_THREADS", "3")
    again = simulate_noisy(bursts, 600, 5.0, volume=7.0, seed=2, method="exact", backend="compiled")
    assert (run["cells"] == again["cells"]).all() and run["cells"].std() > 0


@pytest.mark.parametrize("mean", [1e-3, 0.5, 9.99, 10.0, 11.0, 29.0, 400.0, 1e6])
def test_poisson_numbers_are_those_of_numpy(parts, mean):
    """numba's own generator differs from NumPy's between means of 10 and 30; from this seed at 10 after 1116 draws."""
    ours, theirs = np.random.default_rng(11), np.random.default_rng(11)
    drawn = [parts["poisson"](ours, mean) for _ in range(2000)]
    assert drawn == theirs.poisson(mean, 2000).tolist()


def test_the_logarithm_has_all_its_digits(parts):
    w = np.zeros(parts["MORE"])
    rng = np.random.default_rng(1)
    for u in (rng.random(32) * 10.0 ** -rng.integers(0, 16, 32), 1.0 - rng.random(32) * 1e-9, np.full(32, 2.0**-53)):
        w[parts["WAIT"] : parts["WAIT"] + 32] = u
        parts["minus_log"](w, w.view(np.uint64), parts["WAIT"])
        assert w[parts["WAIT"] : parts["WAIT"] + 32] == pytest.approx(-np.log(u), rel=4e-16, abs=0.0)


@waits
@pytest.mark.parametrize("method", ["exact", "tau"])
def test_a_negative_flow_is_refused_as_numpy_refuses_it(method):
    sentences = []
    for backend in ("numpy", "compiled"):
        with pytest.raises(ModelError) as refused:
            simulate_noisy(bursts, 2, 5, volume=7.0, seed=0, method=method, backend=backend, source=-1.0)
        sentences.append(str(refused.value))
    assert sentences[0] == sentences[1] and "The flow 'birth' of 'bursts' is negative" in sentences[0]


@pytest.mark.parametrize("backend", ["numpy", pytest.param("compiled", marks=waits)])
def test_an_endless_exact_run_is_refused(backend, monkeypatch):
    monkeypatch.setattr(stochastic, "MOST_EVENTS", 50)
    monkeypatch.setattr(noise, "MOST_EVENTS", 50)
    with pytest.raises(RunError, match="needs more than 50 events; use method='tau'"):
        simulate_noisy(bursts, 3, 1000.0, volume=7.0, seed=2, method="exact", backend=backend)


def test_without_numba_the_extra_is_named(monkeypatch):
    for module in (machine, noise):
        monkeypatch.setattr(module, "available", lambda: False)
    with pytest.raises(ModelError, match=r"numba: pip install immunereset\[fast\]"):
        simulate_noisy(bursts, 3, 10.0, volume=7.0, seed=2, backend="compiled")
    assert simulate_noisy(bursts, 3, 10.0, volume=7.0, seed=2)["cells"].shape == (121, 3)
