"""Steady states, stability and folds against exact answers."""

import numpy as np
import pytest

from immunereset.engine import Model, ModelError, Parameter, RunError, State, branch, gain, loss, steady_states
from immunereset.engine.analysis import steady
from tests.engine.small_models import decay, sir, switch


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
    curve = branch(switch, "c", "x", (1e-2, 10))
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


def one_state(rate, **parameters):
    """Return a model of one state x with dx/dt = rate(x, p)."""
    return Model(
        "one state",
        [State("x", 1.0, "–", "level")],
        [Parameter(symbol, value, "–", "number") for symbol, value in parameters.items()],
        lambda t, y, p: {"change": gain("x", rate(y.x, p))},
    )


def test_a_steady_state_at_the_very_end_of_the_range_is_found():
    x_s = exact_switch_states()
    for between in ((x_s[0], x_s[1]), (x_s[1], x_s[2])):
        assert [s.state["x"] for s in steady_states(switch, "x", between)] == pytest.approx(between)


def test_a_curve_that_leaves_the_allowed_range_has_no_fold_there():
    curve = branch(one_state(lambda x, p: p.c - (x - 1) * (x - 4), c=0.0), "c", "x", (0.1, 10))
    assert curve.folds.size == 0 and (curve.values >= 0).all() and set(curve.curve) == {0, 1}
    for side in (0, 1):
        x, c = curve.states["x"][curve.curve == side], curve.values[curve.curve == side]
        assert c == pytest.approx((x - 1) * (x - 4), abs=1e-9) and (np.diff(x) > 0).all()
        assert x.max() <= 1 if side == 0 else x.min() >= 4


def test_a_fold_just_outside_the_allowed_range_is_not_reported():
    """x = 3 ± sqrt(1.0001 - c) meet at c = 1.0001, where c may not go."""
    past = one_state(lambda x, p: 1.0001 - (x - 3) ** 2 - p.c, c=0.5)
    past.parameters["c"] = Parameter("c", 0.5, "–", "number", high=1.0)
    curve = branch(past, "c", "x", (0.1, 10))
    assert curve.folds.size == 0 and curve.values.max() <= 1.0


def test_a_closed_curve_has_two_folds_and_ends_where_it_began():
    curve = branch(one_state(lambda x, p: 1 - (x - 3) ** 2 - (p.c - 3) ** 2, c=3.2), "c", "x", (0.1, 10))
    assert curve.folds == pytest.approx([2, 4])
    assert np.hypot(curve.states["x"] - 3, curve.values - 3) == pytest.approx(np.ones(curve.values.size))
    assert curve.values.size < 100


def test_a_curve_is_not_left_for_another_that_turns_round_close_by(monkeypatch):
    """x = 3 ± sqrt(2 - c) turns round at 2, and x = 3 ± sqrt(c - 2.05) behind it; a step that bends too much jumps over."""
    facing = one_state(lambda x, p: ((x - 3) ** 2 + (p.c - 2)) * ((x - 3) ** 2 - (p.c - 2.05)), c=1.0)
    monkeypatch.setattr(steady, "PIECES", 60)
    curve = branch(facing, "c", "x", (0.1, 10))
    assert curve.folds == pytest.approx([2.0]) and curve.values.max() <= 2.0


def two_states(rate):
    """Return a model in which x follows y, and dy/dt = rate(y, x)."""
    return Model(
        "two states",
        [State("x", 1.0, "–", "follows y"), State("y", 0.6, "–", "level")],
        [],
        lambda t, y, p: {"gain": gain("x", y.y), "loss": loss("x", y.x), "change": gain("y", rate(y.y, y.x))},
    )


def test_every_balance_of_the_others_is_looked_at():
    """y rests at 0.1, 0.5 and 2, and x where y does; the middle one is not stable."""
    found = steady_states(two_states(lambda y, x: -(y - 0.1) * (y - 0.5) * (y - 2)), "x", (0.01, 10))
    assert [s.state["x"] for s in found] == pytest.approx([0.1, 2.0]) and all(s.stable for s in found)


def test_a_balance_of_the_others_is_followed_through_its_folds():
    """The others of the switch fold along x: y rests where y(6 - y)² = 8x, which has its folds at y = 2 and y = 6."""
    found = steady_states(two_states(lambda y, x: 8 * x - y * (6 - y) ** 2), "x", (0.01, 20))
    assert [s.state["y"] for s in found] == pytest.approx([6 - 8**0.5, 6 + 8**0.5])


def test_a_balance_with_a_negative_state_is_refused():
    with pytest.raises(RunError, match="With x = 0.1 the other states of 'two states' find no balance"):
        steady_states(two_states(lambda y, x: -1 - y), "x", (0.1, 10))


def test_a_lost_curve_says_so():
    torn = one_state(lambda x, p: p.c + np.where(x < 2, 1.0 - x, 3.0 - x), c=0.5)
    with pytest.raises(RunError, match="lost at x = 2: curves cross there, a rate jumps"):
        branch(torn, "c", "x", (0.1, 10))


def test_states_that_stand_still_everywhere_are_not_points():
    exchange = two_states(lambda y, x: x - y)
    with pytest.raises(RunError, match="'two states' stands still at every x"):
        steady_states(exchange, "x", (0.1, 1.0))
    with pytest.raises(RunError, match="With S = 0.1 the other states of 'sir' find no balance"):
        steady_states(sir, "S", (0.1, 1.0))


def test_curves_that_cross_are_not_passed_over():
    """Below x = 2 only y = 0 rests; at 2 the curve y = x - 2 crosses, and the steady state x = y lies on neither."""
    with pytest.raises(RunError, match="lost at x = (1.9|2).*curves cross"):
        steady_states(two_states(lambda y, x: y * (x - 2 - y)), "x", (0.1, 10))


def test_refusals():
    with pytest.raises(ModelError, match="no state with a steady state 'y'"):
        steady_states(switch, "y", (1, 2))
    with pytest.raises(ModelError, match="0 < low < high"):
        steady_states(switch, "x", (2, 1))
    with pytest.raises(ModelError, match="no parameter 'd'"):
        branch(switch, "d", "x", (1, 2))
    with pytest.raises(ModelError, match="no input 'v'"):
        steady_states(decay, "A", (1, 2), inputs={"v": 1})
    with pytest.raises(ModelError, match="input u is -1; it must lie from 0 to inf"):
        steady_states(decay, "A", (1, 2), inputs={"u": -1})
