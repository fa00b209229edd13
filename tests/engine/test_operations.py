"""Each row of the table means the same in NumPy, as a derivative, in JavaScript, in an equation and compiled."""

import numpy as np
import pytest
import sympy
from py_mini_racer import MiniRacer

from immunereset.engine import Model, Parameter, State, TraceError, gain, trace
from immunereset.engine.cohort.evaluate import evaluate, jacobian
from immunereset.engine.operations import OPERATIONS, Operation, chain
from immunereset.fast.kernel import source
from immunereset.live.emit import expression
from immunereset.pictures import equations
from immunereset.pictures.equations import to_sympy

POINTS = [(0.3, 1.7), (1.7, 0.3), (0.9, 0.2), (2.5, 2.6)]
ARCTAN = Operation(
    np.arctan, chain(lambda f, a: 1.0 / (1.0 + a * a)), lambda sympy, a: sympy.atan(a), javascript="Math.atan"
)


def model_of(rate):
    return Model(
        "one", [State("x", 1.0, "–", "")], [Parameter("z", 1.0, "–", "")], lambda t, y, p: {"in": gain("x", rate(y.x, p.z))}
    )  # fmt: skip


def operands(row, x, z):
    if row.numpy is np.where:
        return x < z, x * x, 3.0 * x
    return (x, z)[: row.numpy.nin]


def check(name):
    row = OPERATIONS[name]
    model = model_of(lambda x, z: row.numpy(*operands(row, x, z)))
    traced = trace(model)
    node = traced.derivatives["x"]
    assert node.op == name
    slope = jacobian(traced).get((0, 0), traced.graph.lift(0.0))
    form = to_sympy(node)
    v8 = MiniRacer()
    for x, z in POINTS:
        expected = float(row.numpy(*operands(row, np.float64(x), np.float64(z))))
        known = {"x": x, "z": z}
        written = expression(node, {n.index: n.args[1] for n in traced.graph.nodes if n.op == "symbol"})
        assert evaluate([node], known)[0] == pytest.approx(expected, rel=1e-14)
        assert float(v8.eval(f"{{ const x = {x}, z = {z}; {written} }}")) == pytest.approx(expected, rel=1e-14)
        assert float(sympy.lambdify(["x", "z"], form, "numpy")(x, z)) == pytest.approx(expected, rel=1e-14)
        high, low = (float(row.numpy(*operands(row, x + step, z))) for step in (1e-6, -1e-6))
        assert evaluate([slope], known)[0] == pytest.approx((high - low) / 2e-6, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_row_means_the_same_in_every_language(name):
    check(name)


def test_a_new_operation_is_one_row(monkeypatch):
    with pytest.raises(TraceError, match=r"used np.arctan; it may use: absolute, add, cos,"):
        model_of(lambda x, z: np.arctan(x))
    monkeypatch.setitem(OPERATIONS, "arctan", ARCTAN)
    check("arctan")
    model = model_of(lambda x, z: np.arctan(x))
    assert r"\operatorname{atan}{\left(x \right)}" in equations(model).latex
    assert "np.arctan(y0)" in source(model, None).model


def test_a_choice_keeps_its_derivative_where_the_other_side_has_none():
    traced = trace(model_of(lambda x, z: np.where(x > 0.0, np.log(x), x)))
    assert evaluate(jacobian(traced).values(), {"x": 0.0, "z": 1.0}) == [1.0]
