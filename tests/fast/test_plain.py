"""What is written for numba, run as plain Python: it needs no numba, and costs no compiling."""

import traceback

import numpy as np
import pytest

from immunereset.engine import (
    Course,
    Event,
    Input,
    Model,
    ModelError,
    Protocol,
    RunError,
    State,
    gain,
    simulate_cohort,
    simulate_noisy,
    trace,
)
from immunereset.engine.cohort.evaluate import Vectorised, evaluate, jacobian
from immunereset.engine.noise.random import Random
from immunereset.engine.noise.sample import Moves
from immunereset.engine.noise.stochastic import METHODS
from immunereset.fast import cache, codegen, kernel, noise, random, rows, sizes
from immunereset.models import all_models
from immunereset.models.interventions import drug, transplant
from immunereset.models.patients import reference_patient
from immunereset.models.tolerance import tolerance
from tests.engine.small_models import bolus, bursts, decay, fading, follower, sir, vocabulary

from .conftest import plain

LANES = sizes.LANES


def in_lanes(module, traced, written, values, y, inputs):
    """The array of lanes with the values of patients, day 3 and states `y`, shape (states, LANES)."""
    w = np.zeros(module.MORE + 9 * LANES)
    for place, array in ((module.STAGE, y), (module.U, inputs), (module.P, evaluate(written.fixed, values))):
        for i, row in enumerate(array):
            w[place + i * LANES : place + (i + 1) * LANES] = row
    w[module.TIME : module.TIME + LANES] = 3.0
    return w


@pytest.mark.parametrize("model", [sir, vocabulary, follower, *all_models()], ids=lambda m: m.name)
def test_slope_and_jacobian_of_every_model_are_those_of_numpy(model):
    rng = np.random.default_rng(4)
    traced, written = trace(model), kernel.source(model, None, "implicit")
    module, n = plain(written.model), len(model.states)
    values = model.values({}, None, patients=LANES)
    y = np.array([s.start for s in model.states.values()])[:, None] * rng.uniform(0.5, 1.5, (n, LANES)) + 0.01
    inputs = np.array([rng.uniform(max(i.low, 0.0), min(i.high, 1.0), LANES) for i in model.inputs.values()])
    inputs = inputs.reshape(-1, LANES)
    w = in_lanes(module, traced, written, values, y, inputs)
    module.slope(w)
    module.jacobian(w)
    entries = jacobian(traced)
    for place, nodes in ((module.SLOPE, traced.derivatives.values()), (module.JACOBIAN, entries.values())):
        expected = Vectorised(traced, nodes)
        expected.fix(values)
        found = expected(np.full(LANES, 3.0), y, inputs, [None] * len(nodes))
        at = range(n) if place == module.SLOPE else [row * n + column for row, column in entries]
        for i, value in zip(at, found):
            assert w[place + i * LANES : place + (i + 1) * LANES] == pytest.approx(
                np.broadcast_to(value, LANES), rel=1e-12, abs=1e-300
            )


def test_a_whole_run_in_plain_python_is_that_of_numpy(uncompiled):
    protocol = bolus + fading + Protocol(Course("u", 0.2, 3.0, 9.0))
    given = dict(points=np.linspace(0, 20, 6), rtol=1e-5, lam=np.array([0.05, 0.1, 2.0]))
    ours, theirs = (simulate_cohort(decay, 3, 20.0, protocol, backend=b, **given) for b in ("compiled", "numpy"))
    assert ours["A"] == pytest.approx(theirs["A"], rel=1e-4)


def test_courses_add_up_and_stay_within_their_inputs_limits(uncompiled):
    limited = Model(
        "limited",
        [State("A", 0.0, "–", "a")],
        [],
        lambda t, y, p: {"in": gain("A", p.e)},
        [Input("e", "–", "e", high=1.0)],
    )
    held = Protocol(Course("e", 0.4, 0.0, 10.0), Course("e", 0.5, 2.0, 10.0), Course("e", 0.6, 4.0, 2.0))
    run = simulate_cohort(limited, 1, 20, held, rtol=1e-8, backend="compiled")
    assert run.final["A"][0] == pytest.approx(4 + 5 - 0.0 + 2 * (1 - 0.9), rel=1e-7)
    strong = Protocol(Course("e", 4.0, half_life=1.0))
    run = simulate_cohort(limited, 1, 2, strong, rtol=1e-8, backend="compiled")
    assert run.final["A"][0] == pytest.approx(2.0, rel=1e-7)


def test_an_event_uses_the_values_before_it(uncompiled):
    swap = Protocol(Event("swap", 0.0, lambda y, p: {"S": y.I, "I": y.S}))
    run = simulate_cohort(sir, 1, 1, swap, points=[0.0], backend="compiled")
    assert (run["S"][0, 0], run["I"][0, 0]) == (0.01, 0.99)


def test_a_patient_that_blows_up_is_named_as_numpy_names_it(uncompiled):
    boom = Model("boom", [State("A", 1.0, "", "a")], [], lambda t, y, p: {"up": gain("A", y.A**2)})
    start, sentences = {"A": np.array([0.01] * 33 + [1.0] + [0.01] * 6)}, []
    for backend in ("numpy", "compiled"):
        with pytest.raises(RunError) as refused:
            simulate_cohort(boom, 40, 10, start=start, rtol=1e-4, backend=backend)
        sentences.append(str(refused.value))
    assert sentences[0] == sentences[1] and "patient 33" in sentences[0]


@pytest.mark.parametrize("method", METHODS)
def test_noise_in_plain_python_draws_the_patients_that_numpy_draws(method, uncompiled):
    world = transplant(k=1.0, day=2.0) + drug(0.5, 1.0, 2.0)
    if method != "exact":
        world += Protocol(Course("S", 3.0, 0.5, 3.0, half_life=1.0), Course("S", 2.0, 0.5, 2.0, half_life=2.0))
    given = dict(volume=1.0, seed=5, method=method, start=reference_patient(), points=np.array([0.0, 0.3, 2.0, 2.5]))
    ours, theirs = (simulate_noisy(tolerance, 3, 2.5, world, backend=b, **given) for b in ("compiled", "numpy"))
    for symbol, state in tolerance.states.items():
        if state.counted:
            assert (ours[symbol] == theirs[symbol]).all()
        assert ours[symbol] == pytest.approx(theirs[symbol], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("method", ["exact", "tau"])
@pytest.mark.parametrize(("change", "kind"), [({"source": -1.0}, ModelError), ({"death": np.inf}, RunError)])
def test_flows_that_cannot_be_followed_are_refused_as_numpy_refuses_them(method, change, kind, uncompiled):
    broken, sentences = Model(
        "broken", list(bursts.states.values()), [p for p in bursts.parameters.values() if p.symbol != "death"],
        lambda t, y, p: bursts.flows(t, y, SimpleParameters(p, change)),
    ), []  # fmt: skip
    for backend in ("numpy", "compiled"):
        with pytest.raises(kind) as refused:
            simulate_noisy(broken, 2, 5, volume=7.0, seed=0, method=method, backend=backend)
        sentences.append(str(refused.value))
    assert sentences[0] == sentences[1]


class SimpleParameters:
    """Parameters of `bursts`, one of them changed behind the back of its allowed range."""

    def __init__(self, p, change):
        self.p, self.change = p, {"death": 0.1} | change

    def __getattr__(self, symbol):
        return self.change[symbol] if symbol in self.change else getattr(self.p, symbol)


def streams(seed, patients):
    """The words of a seed's patients as lanes hold them, and the engine's streams that start with the same words."""
    words = np.zeros(2 * rows.WORDS + 4 * LANES, np.uint32)
    theirs = Random(seed, np.arange(patients))
    for r in range(4):
        words[2 * rows.WORDS + r * LANES : 2 * rows.WORDS + r * LANES + patients] = theirs.words[r]
    return words, theirs


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("mean", [1e-3, 0.5, 9.99, 10.0, 11.0, 29.0, 400.0, 1e6])
def test_random_numbers_are_those_of_the_engine(mean):
    words, theirs = streams(11, 4)
    at = [2 * rows.WORDS + lane for lane in range(4)]
    for _ in range(30):
        assert [random.poisson(words, k, mean) for k in at] == theirs.poisson(np.full(4, mean)).tolist()
        assert [random.uniform(words, k) for k in at] == theirs.uniform().tolist()


def test_the_logarithm_has_all_its_digits():
    w = np.zeros(rows.MORE)
    rng, row = np.random.default_rng(1), slice(rows.WAIT, rows.WAIT + 32)
    for u in (rng.random(32) * 10.0 ** -rng.integers(0, 16, 32), 1.0 - rng.random(32) * 1e-9, np.full(32, 2.0**-53)):
        w[row] = u
        random.minus_log(w, w.view(np.uint64), rows.WAIT)
        assert w[row] == pytest.approx(-np.log(u), rel=4e-16, abs=0.0)


def test_a_name_of_the_layout_that_a_model_lacks_is_an_error():
    with pytest.raises(KeyError, match="WORDS"):
        codegen.compose({}, [], [random], [])


def test_a_traceback_shows_the_line_of_generated_code(tmp_path, monkeypatch):
    pytest.importorskip("numba", reason="The header of the file names numba's version.")
    monkeypatch.setenv("IMMUNERESET_CACHE", str(tmp_path))
    module = cache.load("def halve(w):\n    return w[0] / 2  # of generated code\n", "half")
    for path in tmp_path.glob("*.py"):
        path.unlink()
    with pytest.raises(TypeError) as raised:
        module.halve(None)
    shown = "".join(traceback.format_exception(raised.value))
    assert "return w[0] / 2  # of generated code" in shown and "immunereset_half_" in shown


def test_noise_knows_its_own_layout():
    traced = trace(bursts)
    text, fixed = noise.source(bursts, traced, Moves(bursts, traced, 7.0))
    module = plain(text)
    assert module.FIXED == len(fixed) and module.EVENTS + module.QUIETS == module.FLOWS == len(traced.flows)
    assert module.WORDS + 2 * LANES <= module.MORE
