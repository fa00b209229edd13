"""Nullclines, steady states, separatrices and basins of a plane, against formulas and SciPy."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import approx_fprime

from immunereset.engine import (
    Model,
    ModelError,
    Parameter,
    PhasePlane,
    RunError,
    State,
    eigenvalues,
    gain,
    loss,
    simulate,
    steady_states,
)  # fmt: skip
from immunereset.models.joint import RANGE, joint, resting
from immunereset.models.tolerance import tolerance

toggle = Model(
    "toggle",
    [State("x", 1.0, "–", "one"), State("y", 1.0, "–", "other")],
    [Parameter("s", 4.0, "1/d", "strength", "toy value")],
    lambda t, y, p: {
        "x": gain("x", p.s / (1.0 + y.y**2)), "x lost": loss("x", y.x),
        "y": gain("y", p.s / (1.0 + y.x**2)), "y lost": loss("y", y.y),
    },
)  # fmt: skip
"""Two states that hold each other down. It is symmetric, so that its separatrix is the diagonal."""

AXES = {"across": (3e-3, 10.0), "up": (5e-3, 5.0)}


def joint_plane(**changes):
    return PhasePlane(joint, "a", "p", **AXES, **changes)


@pytest.mark.parametrize("values", [{}, {"c_2": 5.0}, {"c_2": 15.6}, {"c_2": 20.0}, {"c_2": 16.0, "c_4": 7.0}])
def test_crossings_of_the_nullclines_are_the_steady_states(values):
    plane = joint_plane(**values)
    found = [[one.state["p"], one.state["a"]] for one in plane.steady_states()]
    assert np.array(found) == pytest.approx(np.array([[one["p"], one["a"]] for one in resting(**values)]), rel=1e-7)
    for one in plane.steady_states():
        near = [
            np.abs(np.log(plane.nullcline(state) / [one.state["a"], one.state["p"]])).max(-1).min()
            for state in ("a", "p")
        ]
        assert max(near) < 0.08


def test_nothing_moves_on_a_nullcline():
    plane = joint_plane()
    for state in "ap":
        pieces = plane.nullcline(state)
        assert len(pieces) > 100
        ends = {name: np.full(2 * len(pieces), value) for name, value in joint.start.items()}
        ends |= dict(zip("ap", pieces.reshape(-1, 2).T))
        moves = joint.derivative(0.0, np.array(list(ends.values())), joint.defaults)
        assert np.abs(moves[list(joint.states).index(state)] / ends[state]).max() < 1e-9
    a, p = plane.nullcline("a").reshape(-1, 2).T
    assert a == pytest.approx(3.5 * p**2 / (0.25 + p**2), rel=1e-9)


def test_cells_move_the_nullcline_of_the_calming_signal():
    a, p = joint_plane(held={"S": 6.0}).nullcline("a").reshape(-1, 2).T
    assert a == pytest.approx(9.5 * p**2 / (0.25 + p**2), rel=1e-9)
    assert len(joint_plane(held={"S": 6.0}).steady_states()) == 1


def crossed(curve, one, other):
    """How often the straight way from `one` to each of `other`, shape (points, 2), crosses a curve."""
    begin, along = curve[:-1], np.diff(curve, axis=0)
    way, apart = (other - one)[:, None], begin - one
    turn = way[..., 0] * along[:, 1] - way[..., 1] * along[:, 0]
    u = (apart[:, 0] * along[:, 1] - apart[:, 1] * along[:, 0]) / turn
    v = (apart[:, 0] * way[..., 1] - apart[:, 1] * way[..., 0]) / turn
    return ((u > 0) & (u < 1) & (v >= 0) & (v < 1)).sum(axis=1)


@pytest.mark.parametrize("c_2", [8.0, 10.0, 15.0])
def test_two_hundred_starts_end_on_the_side_of_the_separatrix_where_they_began(c_2):
    """By SciPy, with the rates written anew: a way that crosses the separatrix an even number of times stays on its side."""
    plane = joint_plane(c_2=c_2)
    [border] = (np.log(curve) for curve in plane.separatrices())
    *_, inflamed = plane.steady_states()
    draw = np.random.default_rng(9)
    starts = draw.uniform(np.log([0.02, 0.02]), np.log([5.0, 3.0]), (200, 2))
    clear = np.abs(starts[:, None] - border).max(-1).min(1) > 0.02

    def rates(t, y):
        return [-y[0] + 3.5 * y[1] ** 2 / (0.25 + y[1] ** 2),
                -1.25 * y[1] + (0.025 + c_2 * y[1] ** 2 / (1 + y[1] ** 2)) / (1 + y[0] ** 2)]  # fmt: skip

    ends = [solve_ivp(rates, (0, 300), np.exp(start), "LSODA", rtol=1e-6, atol=1e-9).y[1, -1] for start in starts]
    ill = np.array(ends) > 0.2
    assert clear.sum() > 170 and 5 < ill.sum() < 195
    same = crossed(border, np.log([inflamed.state["a"], inflamed.state["p"]]), starts) % 2 == 0
    assert (same == ill)[clear].all()
    assert (plane.basin(*np.exp(starts.T)) == np.where(ill, 2, 0))[clear].all()


def test_the_separatrix_of_a_symmetric_model_is_its_diagonal():
    plane = PhasePlane(toggle, "x", "y", (0.01, 20), (0.01, 20))
    assert [one.stable for one in plane.steady_states()] == [True, False, True]
    [border] = plane.separatrices()
    assert border[:, 0] == pytest.approx(border[:, 1], rel=1e-6)
    assert border.min() < 0.0102 and border.max() > 19.8


def test_a_plane_that_cycles_has_no_separatrix_and_no_basin():
    plane = joint_plane(c_2=16.0, c_4=7.0)
    assert plane.separatrices() == [] and [one.stable for one in plane.steady_states()] == [False]
    with pytest.raises(RunError, match="No steady state of this plane of 'joint' is stable: its runs cycle"):
        plane.basin(1.0, 0.3)


def test_eigenvalues_agree_with_differences_and_with_known_ones():
    for model, state in ((joint, {"p": 0.3, "a": 1.0, "S": 2.0}), (tolerance, {"E": 3.0, "M": 9.0})):
        y = model.start_vector(state)
        slopes = approx_fprime(
            y, lambda z, model=model: model.derivative(0.0, z, model.defaults), 1e-7 * np.maximum(y, 1e-2)
        )  # fmt: skip
        expected = np.sort_complex(np.linalg.eigvals(slopes))
        assert np.sort_complex(eigenvalues(model, state)) == pytest.approx(expected, rel=2e-4, abs=2e-6)
    [_, saddle, _] = joint_plane().steady_states()
    assert eigenvalues(toggle, {"x": 1.0, "y": 1.0}, s=2.0) == pytest.approx([0.0, -2.0], abs=1e-12)
    assert saddle.eigenvalues[0] > 0 > saddle.eigenvalues[1]
    assert steady_states(joint, "p", RANGE)[1].eigenvalues[0] == pytest.approx(saddle.eigenvalues[0])


def test_a_saddle_is_left_at_the_speed_of_its_eigenvalue():
    [_, saddle, _] = joint_plane().steady_states()
    rate = saddle.eigenvalues[0].real
    away = [simulate(joint, 4, start={"p": saddle.state["p"] * 1.0001, "a": saddle.state["a"]}, points=[2.0, 4.0])["p"][k]
            - saddle.state["p"] for k in (0, 1)]  # fmt: skip
    assert np.log(away[1] / away[0]) / 2 == pytest.approx(rate, rel=0.02)


def test_a_rate_that_jumps_is_refused():
    torn = Model(
        "torn", [State("x", 1.0, "–", "one"), State("y", 1.0, "–", "other")], [],
        lambda t, y, p: {"x": gain("x", np.where(y.x < 1.0, 1.0, -1.0)), "y": loss("y", y.y)},
    )  # fmt: skip
    with pytest.raises(RunError, match="The rate of x in 'torn' jumps across 0 near 1,"):
        PhasePlane(torn, "x", "y", (0.1, 12), (0.1, 10)).nullcline("x")


def test_refusals():
    with pytest.raises(ModelError, match="no state 'q'"):
        PhasePlane(joint, "q", "p", **AXES)
    with pytest.raises(ModelError, match="two different states; p was given twice"):
        PhasePlane(joint, "p", "p", **AXES)
    with pytest.raises(ModelError, match="from low to high, above 0; 0, 5 was given"):
        PhasePlane(joint, "a", "p", (1e-3, 1), (0, 5))
    with pytest.raises(ModelError, match="no state 'S'"):
        joint_plane().nullcline("S")
