"""What must hold for any parameters and any protocol."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from immunereset.engine import Course, ModelError, Protocol, RunError, simulate, simulate_cohort, trace
from immunereset.models.interventions import (
    drug,
    effector_depletion,
    infection,
    selective_depletion,
    transplant,
    treg_infusion,
)
from immunereset.models.tolerance import tolerance

SPAN = 1000.0
FEW = settings(max_examples=40, deadline=None, derandomize=True, database=None)


def between(low, high):
    return st.floats(low, high, allow_nan=False, allow_infinity=False)


@st.composite
def parameters(draw):
    """Draw a factor of up to two either way for each of some parameters, within what is allowed."""
    chosen = draw(st.lists(st.sampled_from(list(tolerance.parameters)), unique=True, max_size=8))
    out = {}
    for symbol in chosen:
        spec = tolerance.parameters[symbol]
        out[symbol] = float(np.clip(spec.value * draw(between(0.5, 2.0)), spec.low, spec.high))
    return out


@st.composite
def protocols(draw):
    """Draw one to four interventions of different kinds, in any order and on any days."""
    day = between(0, SPAN - 1)
    kinds = {
        "infection": lambda: infection(draw(between(0, 50)), draw(between(0, 60)), draw(day)),
        "drug": lambda: drug(draw(between(0, 1)), draw(day), draw(between(0, 3000))),
        "transplant": lambda: transplant(
            draw(between(0, 6)),
            draw(day),
            draw(between(-1, 1)),
            draw(between(0, 2)),
            draw(between(0, 50)),
            draw(between(0, 5)),
        ),
        "selective": lambda: selective_depletion(draw(between(0, 6)), draw(day)),
        "effectors": lambda: effector_depletion(draw(day)),
        "tregs": lambda: treg_infusion(draw(between(0, 50)), draw(day)),
        "cells": lambda: Protocol(Course("S", draw(between(0, 100)), draw(day), half_life=draw(between(0.5, 60)))),
    }
    chosen = draw(st.lists(st.sampled_from(list(kinds)), min_size=1, max_size=4, unique=True))
    joined = Protocol()
    for kind in chosen:
        joined = joined + kinds[kind]()
    return joined


@FEW
@given(parameters(), protocols())
def test_populations_stay_finite_and_not_negative(changes, protocol):
    run = simulate(tolerance, SPAN, protocol, **changes)
    for symbol in tolerance.states:
        assert np.isfinite(run[symbol]).all() and (run[symbol] >= 0).all()
    assert (np.diff(run["D_i"]) >= -1e-9).all()
    assert (run["Treg share"] <= 1).all()
    assert (np.diff(run.t) >= 0).all() and run.t[0] == 0 and run.t[-1] == SPAN


@FEW
@given(parameters(), protocols())
def test_a_cohort_of_one_is_the_patient(changes, protocol):
    points = [10.0, 40.0]
    single = simulate(tolerance, SPAN, protocol, points=points, **changes)
    cohort = simulate_cohort(tolerance, 2, SPAN, protocol, points=points, rtol=1e-9, atol=1e-11, **changes)
    for symbol in tolerance.states:
        assert cohort[symbol][:, 1] == pytest.approx(single[symbol], rel=1e-4, abs=1e-6)


@FEW
@given(parameters(), between(0, 60), between(0, 1000), between(0, 500), between(0, 200), between(0, 200), between(0, 5))
def test_flows_are_never_negative_and_add_up(changes, t, N, R, M, E, I):
    values = tolerance.values(changes) | {"I": I, "epsilon": 0.3, "omega": 0.2, "S": 1.0}
    y = [N, R, M, E, 1.0, 1.0]
    states, p = (type("Names", (), d) for d in (dict(zip(tolerance.states, y)), values))
    flows = tolerance.flows(t, states, p)
    assert all(flow.rate >= 0 for flow in flows.values())
    slope = tolerance.derivative(t, y, values)
    for i, symbol in enumerate(tolerance.states):
        total = math.fsum(f.moves[symbol] * f.rate for f in flows.values() if symbol in f.moves)
        assert slope[i] == pytest.approx(total, rel=1e-9, abs=1e-12)


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
def test_every_protocol_can_be_traced(protocol):
    traced = trace(tolerance, protocol)
    assert len(traced.events) == len(protocol.events) and len(traced.courses) == len(protocol.courses)
    assert trace(tolerance, protocol).digest == traced.digest
