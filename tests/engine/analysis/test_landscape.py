"""The exact landscape of two states, against closed formulas, and what has none."""

import numpy as np
import pytest

from immunereset.engine import Model, ModelError, Parameter, State, gain, landscape, loss
from immunereset.models.joint import joint

ONE = {"one": (lambda t, y, p: 1.0 + 0.0 * y.x, "–", "a weight of 1")}


def of(flows):
    return Model(
        name="two states", states=[State("x", 1.0, "–", "x"), State("y", 1.0, "–", "y")],
        parameters=[Parameter("c", 0.3, "1/d", "coupling", "toy value")], flows=flows, observables=ONE,
    )  # fmt: skip


# The gradient of (x² − 1)²/4 + y²/2 + c·x·y, a double well that leans.
gradient = of(
    lambda t, y, p: {
        "x": gain("x", y.x - y.x**3 - p.c * y.y),
        "y": loss("y", y.y + p.c * y.x),
    }
)
turning = of(lambda t, y, p: {"x": gain("x", y.y), "y": loss("y", y.x)})

ACROSS, UP = np.linspace(0, 2, 41), np.linspace(0, 1.5, 25)


def test_of_a_gradient_system_it_is_the_potential():
    found = landscape(gradient, ("x", "y"), ("one", "one"), ACROSS, UP, c=0.2)
    x, y = np.meshgrid(ACROSS, UP, indexing="ij")
    exact = (x**2 - 1) ** 2 / 4 + y**2 / 2 + 0.2 * x * y
    assert pytest.approx(exact - exact.min(), abs=1e-12) == found.V


def test_states_may_stand_in_either_order():
    one = landscape(gradient, ("x", "y"), ("one", "one"), ACROSS, UP)
    other = landscape(gradient, ("y", "x"), ("one", "one"), UP, ACROSS)
    assert other.V.T == pytest.approx(one.V, abs=1e-12)


def test_from_the_side_it_is_the_lowest_of_each_difference():
    found = landscape(gradient, ("x", "y"), ("one", "one"), ACROSS, ACROSS)
    difference, lowest = found.side()
    x, y = np.meshgrid(ACROSS, ACROSS, indexing="ij")
    for d, v in zip(difference[::7], lowest[::7]):
        assert v == found.V[np.isclose(x - y, d)].min()
    with pytest.raises(ModelError, match="both axes are the same"):
        landscape(gradient, ("x", "y"), ("one", "one"), ACROSS, UP).side()


def test_what_turns_has_none():
    with pytest.raises(ModelError, match="turns"):
        landscape(turning, ("x", "y"), ("one", "one"), ACROSS, UP)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ModelError, match="two states"):
        landscape(joint, ("p", "a"), ("p", "a"), ACROSS, UP)
    with pytest.raises(ModelError, match="at least two values that rise"):
        landscape(gradient, ("x", "y"), ("one", "one"), ACROSS[::-1], UP)


def test_the_joint_has_none_with_weights_of_one():
    """Its two signals turn around each other."""
    signals = Model(
        name="two signals", states=[State("p", 1.0, "–", "p"), State("a", 1.0, "–", "a")],
        parameters=list(joint.parameters.values()),
        flows=lambda t, y, p: {name: flow for name, flow in joint.flows(t, _with_no_cells(y), p).items() if set(flow.moves) <= {"p", "a"}},
        observables={"one": (lambda t, y, p: 1.0 + 0.0 * y.p, "–", "a weight of 1")},
    )  # fmt: skip
    with pytest.raises(ModelError, match="turns"):
        landscape(signals, ("p", "a"), ("one", "one"), np.linspace(0.05, 3, 20), np.linspace(0.05, 3, 20))


def _with_no_cells(y):
    from types import SimpleNamespace

    return SimpleNamespace(p=y.p, a=y.a, S=0.0 * y.p, C=100.0 + 0.0 * y.p)
