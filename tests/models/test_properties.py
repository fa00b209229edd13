"""What must hold for any parameters and any protocol."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from immunereset.engine import Course, ModelError, Parameter, Protocol, RunError, simulate, simulate_cohort, trace
from immunereset.models import all_models
from immunereset.models.interventions import infection
from immunereset.models.tolerance import tolerance
from tests.models.discovery import protocols_for

SPAN = 1000.0
LAST_INFUSION = 161.0
"""Days from the first to the last infusion of the longest protocol that repeats one."""

FEW = settings(max_examples=40, deadline=None, derandomize=True, database=None)


def between(low, high):
    return st.floats(low, high, allow_nan=False, allow_infinity=False)


@st.composite
def parameters(draw, model=tolerance):
    """Draw a factor of up to two either way for each of some parameters, within what is allowed."""
    chosen = draw(st.lists(st.sampled_from(list(model.parameters)), unique=True, max_size=8))
    out = {}
    for symbol in chosen:
        spec = model.parameters[symbol]
        out[symbol] = float(np.clip(spec.value * draw(between(0.5, 2.0)), spec.low, spec.high))
    return out


KINDS = {name: protocol for name, protocol in protocols_for(tolerance).items() if len(protocol.parameters) <= 6}
"""The protocols of the package but for the longest, which are others joined and slow."""


def _drawn(draw, quantity):
    """Draw a quantity of a protocol: any day of the run, a value of the slider, or a factor of up to two."""
    if not isinstance(quantity, Parameter):
        return quantity
    if quantity.unit == "d":
        return draw(between(quantity.low, SPAN - 1 - LAST_INFUSION))
    if quantity.slider:
        return draw(between(quantity.slider.low, quantity.slider.high))
    return float(np.clip(quantity.value * draw(between(0.5, 2.0)), quantity.low, quantity.high))


@st.composite
def protocols(draw):
    """Draw one to four protocols of different kinds, in any order, on any days; return them joined, and their values."""
    joined = Protocol(Course("S", draw(between(0, 100)), draw(between(0, SPAN - 1)), half_life=draw(between(0.5, 60))))
    for name in draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=4, unique=True)):
        try:
            joined = joined + KINDS[name]
        except ModelError:
            continue  # Two kinds use one symbol.
    return joined, {symbol: _drawn(draw, q) for symbol, q in joined.parameters.items()}


@FEW
@given(parameters(), protocols())
def test_populations_stay_finite_and_not_negative(changes, what_is_done):
    protocol, values = what_is_done
    run = simulate(tolerance, SPAN, protocol, **changes, **values)
    for symbol in tolerance.states:
        assert np.isfinite(run[symbol]).all() and (run[symbol] >= 0).all()
    assert (np.diff(run["D_i"]) >= -1e-9).all()
    assert (run["Treg share"] <= 1).all()
    assert (np.diff(run.t) >= 0).all() and run.t[0] == 0 and run.t[-1] == SPAN


@settings(FEW, max_examples=20)
@given(parameters(), protocols())
def test_a_cohort_of_one_is_the_patient(changes, what_is_done):
    protocol, values = what_is_done
    changes, points = changes | values, [10.0, 40.0]
    single = simulate(tolerance, SPAN, protocol, points=points, **changes)
    cohort = simulate_cohort(tolerance, 2, SPAN, protocol, points=points, rtol=1e-9, atol=1e-11, **changes)
    for symbol in tolerance.states:
        assert cohort[symbol][:, 1] == pytest.approx(single[symbol], rel=1e-4, abs=1e-6)


@FEW
@given(st.data())
@pytest.mark.parametrize("model", all_models(), ids=lambda m: m.name)
def test_flows_are_never_negative_and_add_up(model, data):
    """Anywhere: states from nothing to far above their start, inputs within what is allowed."""
    t, values = data.draw(between(0, 60)), model.values(data.draw(parameters(model)))
    values |= {symbol: data.draw(between(spec.low, min(spec.high, 5.0))) for symbol, spec in model.inputs.items()}
    y = [data.draw(between(0.01, 10.0)) * max(spec.start, 1.0) for spec in model.states.values()]
    states, p = (type("Names", (), d) for d in (dict(zip(model.states, y)), values))
    flows = model.flows(t, states, p)
    assert flows and all(flow.rate >= 0 for flow in flows.values())
    slope = model.derivative(t, y, values)
    for i, symbol in enumerate(model.states):
        terms = [f.moves[symbol] * f.rate for f in flows.values() if symbol in f.moves]
        assert slope[i] == pytest.approx(math.fsum(terms), rel=1e-9, abs=1e-12 * (1.0 + max(map(abs, terms))))


@FEW
@given(st.sampled_from(list(tolerance.parameters)), st.floats(allow_nan=True, allow_infinity=True))
def test_every_refusal_is_a_sentence(symbol, value):
    spec = tolerance.parameters[symbol]
    assume(not spec.low <= value <= spec.high)
    with pytest.raises(ModelError) as refused:
        simulate(tolerance, 10, **{symbol: value})
    text = str(refused.value)
    assert symbol in text and "allowed range" in text and text.endswith(".")


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(list(tolerance.parameters)), between(1e-3, 1e3))
def test_any_allowed_value_runs_or_says_why(symbol, factor):
    spec = tolerance.parameters[symbol]
    value = float(np.clip(spec.value * factor, spec.low, spec.high))
    try:
        run = simulate(tolerance, 500, infection(), **{symbol: value})
    except RunError as stopped:
        assert "'tolerance'" in str(stopped) and str(stopped).endswith(".")
    else:
        assert all(np.isfinite(run[s]).all() for s in tolerance.states)


@FEW
@given(protocols())
def test_every_protocol_can_be_traced(what_is_done):
    protocol, _ = what_is_done
    traced = trace(tolerance, protocol)
    assert len(traced.events) == len(protocol.events) and len(traced.courses) == len(protocol.courses)
    assert trace(tolerance, protocol).text() == traced.text()
