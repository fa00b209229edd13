"""Traced models as JavaScript: every operation, brackets only where needed, the author's names, no clash."""

import json
import math

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from immunereset.engine import Course, Event, Input, Model, Parameter, Protocol, State, gain, loss, move, trace
from immunereset.live.emit import expression, model_source, number
from immunereset.models.tolerance import tolerance

OPERATIONS = [
    lambda x, z: x + z - (x - z) - (z - (x - z)),
    lambda x, z: x * (x + z) / (z * x) / (x / (z / x)),
    lambda x, z: -x + -(-z) - (-(x + z)),  # noqa: B002 - a doubled sign is what is tested
    lambda x, z: (-x) ** 2 + x**2 + (x + z) ** 2 - x**z + 2 ** (-x) + (x**z) ** z + x ** (z**0.5),
    lambda x, z: np.exp(-x) + np.expm1(x) + np.log(x) + np.log1p(z) + np.sqrt(z),
    lambda x, z: np.tanh(x) + np.sin(z) + np.cos(x - z) + abs(x - z) + np.floor(3 * z),
    lambda x, z: np.minimum(x, z) - np.maximum(x, 2 * z) + np.clip(x, 0.5, 1.0),
    lambda x, z: np.where(x < z, x, np.where(x >= 1, z + 1, -z)) * 2 + (x > z) + (x <= z) * 3,
    lambda x, z: 1e-20 * x + 1e300 * z / 1e300 - -3.5 * x,
]


@pytest.mark.parametrize("function", OPERATIONS)
def test_operations_mean_the_same(function):
    model = Model(
        "one", [State("X", 1, "", "")], [Parameter("z", 1.0, "", "")],
        lambda t, y, p: {"in": gain("X", 0.0 * y.X)},
        observables={"value": (lambda t, y, p: function(y.X, p.z), "", "")},
    )  # fmt: skip
    code = model_source(trace(model), {})
    v8 = MiniRacer()
    v8.eval(f"const model = {code}, out = [];")
    for x, z in [(0.3, 1.7), (1.7, 0.3), (1.0, 1.0), (2.5, 2.5)]:
        expected = float(function(np.float64(x), np.float64(z)))
        found = v8.eval(f"model.observe(0, [{x}], {{ z: {z} }}, {{}}, out); out[0]")
        assert found == pytest.approx(expected, rel=1e-14)


def test_only_needed_brackets():
    names = {}

    def flows(t, y, p):
        names["value"] = (y.X + p.z) * y.X - p.z / (y.X * 2) - (1 - p.z) + y.X**2
        return {"in": gain("X", names["value"])}

    model = Model("one", [State("X", 1, "", "")], [Parameter("z", 1.0, "", "")], flows)
    node = trace(model).derivatives["X"]
    symbols = {n.index: n.args[1] for n in node.graph.nodes if n.op == "symbol"}
    assert expression(node, symbols) == "(X + z) * X - z / (X * 2) - (1 - z) + X * X"


def test_the_tolerance_model_reads_like_its_source():
    code = model_source(trace(tolerance), {s: (i.low, i.high) for s, i in tolerance.inputs.items()})
    for line in (
        "const u = p.a_0 + E / p.K_E + input.I;",
        "const A = (1 - input.epsilon) * u / (1 + u + R / p.K_R + input.S);",
        "const L = N + R + M + E;",
    ):
        assert line in code
    assert "    const E = y[3];\n" in code


def test_names_that_javascript_reserves_or_that_clash():
    """A local called `new`-like, one called like a state, one called like an argument of the function."""

    def flows(t, y, p):
        out = y.d * p.var
        d = out + y.function
        X_ = np.sqrt(d * d + out)
        return {"my flow!": move("d", "function", X_), "class": loss("function", X_ * out)}

    states = [State("d", 1.5, "", ""), State("function", 2, "", "")]
    model = Model("clash", states, [Parameter("var", 3.0, "", "")], flows)
    v8 = MiniRacer()
    v8.eval(f"const d = [0, 0]; ({model_source(trace(model), {})}).flow(0, [1.5, 2], {{ var: 3 }}, {{}}, d);")
    expected = model.derivative(0, [1.5, 2.0], {"var": 3.0})
    assert json.loads(v8.eval("JSON.stringify(d)")) == pytest.approx(expected.tolist())


def test_courses_and_events_keep_their_parameters():
    day = Parameter("day", 3.0, "d", "")
    model = Model(
        "one", [State("X", 1, "", "")], [], lambda t, y, p: {"in": gain("X", p.I)}, inputs=[Input("I", "", "")]
    )
    protocol = Protocol(Course("I", 2, day), Event("halve\nit", day, lambda y, p: {"X": y.X / 2}))
    code = model_source(trace(model, protocol), {"I": (0, math.inf)})
    assert '["I", 2, p.day, Infinity, Infinity],' in code
    assert "day: (p) => p.day," in code and "{ // halve it\n" in code


def test_numbers():
    written = {1: "1", -0.5: "-0.5", 1e-7: "1e-07", 1e22: "1e+22", math.inf: "Infinity", -math.inf: "-Infinity"}
    assert {x: number(x) for x in written} == written
    with pytest.raises(ValueError, match="not a number"):
        number(math.nan)
