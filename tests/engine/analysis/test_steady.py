"""Steady states, stability and folds against exact answers."""

import numpy as np
import pytest

from immunereset.engine import ModelError, branch, steady_states
from tests.engine.small_models import decay, switch


def exact_switch_states(b=0.02, c=0.45):
    """Return the roots of b + x²/(1 + x²) = c x."""
    roots = np.roots([-c, b + 1, -c, b])
    return np.sort(roots[np.abs(roots.imag) < 1e-9].real)


def test_all_steady_states_of_a_switch():
    found = steady_states(switch, "x", (1e-3, 10))
    assert [s.state["x"] for s in found] == pytest.approx(exact_switch_states(), rel=1e-8)
    assert [s.stable for s in found] == [True, False, True]


def test_eigenvalues():
    (state,) = steady_states(decay, "A", (1e-3, 100), inputs={"u": 0.3})
    assert state.state["A"] == pytest.approx(3.0, rel=1e-8)
    assert state.eigenvalues == pytest.approx([-0.1], rel=1e-6)


def test_folds_of_the_switch():
    curve = branch(switch, "c", "x", (1e-2, 10), points=2000)
    x = np.geomspace(1e-2, 10, 200_000)
    c = (0.02 + x**2 / (1 + x**2)) / x
    turns = c[np.flatnonzero(np.diff(np.sign(np.diff(c)))) + 1]
    assert curve.folds == pytest.approx(np.sort(turns), rel=1e-3)
    assert curve.values == pytest.approx(
        (0.02 + curve.states["x"] ** 2 / (1 + curve.states["x"] ** 2)) / curve.states["x"]
    )
    slope = np.gradient(curve.values, curve.states["x"])
    clear = np.abs(slope) > 1e-3
    assert (curve.stable[clear] == (slope[clear] < 0)).all()


def test_refusals():
    with pytest.raises(ModelError, match="no state with a steady state 'y'"):
        steady_states(switch, "y", (1, 2))
    with pytest.raises(ModelError, match="0 < low < high"):
        steady_states(switch, "x", (2, 1))
    with pytest.raises(ModelError, match="no parameter 'd'"):
        branch(switch, "d", "x", (1, 2))
    with pytest.raises(ModelError, match="no input 'v'"):
        steady_states(decay, "A", (1, 2), inputs={"v": 1})
