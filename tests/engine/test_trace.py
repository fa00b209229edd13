"""Tracing keeps what the author wrote, and refuses what cannot become an equation."""

import math

import numpy as np
import pytest

from immunereset.engine import Model, Parameter, State, TraceError, gain, loss, trace
from tests.engine.small_models import bolus, decay, sir


def model_of(rate):
    return Model(
        "m", [State("A", 1.0, "", "a")], [Parameter("k", 1.0, "", "k")], lambda t, y, p: {"f": gain("A", rate(t, y, p))}
    )


def test_local_names_of_the_author_are_kept_in_order():
    assert list(trace(sir).named) == ["infected", "recovered"]


def test_arguments_are_not_intermediates():
    def flows(t, y, p):
        twice = 2.0 * t
        return {"f": gain("A", twice)}

    model = Model("m", [State("A", 1.0, "", "a")], [], flows)
    assert list(trace(model).named) == ["twice"]


def test_equal_computations_are_one_node():
    traced = trace(model_of(lambda t, y, p: (y.A + p.k) * (y.A + p.k)))
    rate, _ = traced.flows["f"]
    assert rate.args[0] is rate.args[1]


def test_moves_and_derivatives():
    traced = trace(sir)
    assert traced.flows["infection"][1] == {"S": -1.0, "I": 1.0}
    assert traced.derivatives["I"].op == "sub"
    assert set(traced.derivatives) == {"S", "I", "Rec"}


def test_a_state_without_flows_stands_still():
    model = Model("m", [State("A", 1.0, "", "a"), State("B", 1.0, "", "b")], [], lambda t, y, p: {"f": loss("A", y.A)})
    assert trace(model).derivatives["B"].args == (0.0,)


@pytest.mark.parametrize(
    ("rate", "message"),
    [
        (lambda t, y, p: y.A if y.A > 1 else 0.0, "np.where"),
        (lambda t, y, p: min(y.A, 1.0), "np.minimum"),
        (lambda t, y, p: math.exp(y.A), "np.exp"),
        (lambda t, y, p: float(y.A), "float"),
        (lambda t, y, p: 1.0 if y.A == 1 else 0.0, "=="),
        (lambda t, y, p: np.arctan(y.A), "np.arctan"),
        (lambda t, y, p: y.A * np.array([1.0, 2.0]), "single real numbers"),
        (lambda t, y, p: y.A + True, "single real numbers"),
    ],
    ids=["if", "min", "math", "float", "==", "unknown ufunc", "array", "bool"],
)
def test_what_cannot_be_traced_is_refused_at_once(rate, message):
    with pytest.raises(TraceError, match=message):
        model_of(rate)


def test_profiler_is_given_back():
    import sys

    calls = []
    sys.setprofile(lambda *a: calls.append(a))
    try:
        mine = sys.getprofile()
        trace(sir)
        assert sys.getprofile() is mine
    finally:
        sys.setprofile(None)


def test_a_model_can_be_profiled():
    import cProfile

    profile = cProfile.Profile()
    profile.enable()
    trace(sir)
    trace(decay)
    profile.disable()
    names = {entry.code.co_name for entry in profile.getstats() if not isinstance(entry.code, str)}
    assert "trace" in names


def test_digest_changes_with_a_constant_a_name_and_an_event():
    same = model_of(lambda t, y, p: 2.0 * y.A)
    again = model_of(lambda t, y, p: 2.0 * y.A)
    other = model_of(lambda t, y, p: 2.1 * y.A)
    assert trace(same).text() == trace(again).text() != trace(other).text()
    assert trace(decay).text() != trace(decay, bolus).text()


def test_where_and_clip_are_traced():
    traced = trace(model_of(lambda t, y, p: np.clip(np.where(y.A > p.k, 1.0, y.A), 0.0, 2.0)))
    ops = {n.op for n in traced.graph.nodes}
    assert {"where", "gt", "min", "max"} <= ops
