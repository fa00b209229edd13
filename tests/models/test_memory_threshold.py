"""The memory that regulation can hold, at fixed regulatory cells."""

import numpy as np
import pytest

from immunereset.engine import ModelError
from immunereset.models.memory_threshold import effector_ridge, memory_threshold
from immunereset.models.tolerance import tolerance


@pytest.mark.parametrize(("R", "expected"), [(15, 0.30), (20, 0.84), (30, 2.08), (50, 5.0), (65, 7.5)])
def test_threshold_rises_with_regulatory_cells(R, expected):
    assert memory_threshold(R) == pytest.approx(expected, abs=0.012 * max(1, expected / 2))


def test_few_regulatory_cells_hold_nothing():
    assert memory_threshold(10) == 0.0
    assert memory_threshold(0) == 0.0


def test_arrays_give_the_same_as_numbers():
    R = np.array([[10.0, 20.0], [30.0, 50.0]])
    assert memory_threshold(R).shape == (2, 2)
    assert np.allclose(memory_threshold(R), [[memory_threshold(r) for r in row] for row in R])


def effectors_after(M, R, days=3000.0, step=0.05):
    """Follow dE/dt alone, with everything else held, from almost no effectors."""
    y = np.array(list(tolerance.start.values()))
    E = list(tolerance.states).index("E")
    y[list(tolerance.states).index("M")], y[list(tolerance.states).index("R")], y[E] = M, R, 1e-3
    values = tolerance.values({})
    for _ in range(int(days / step)):
        y[E] += step * tolerance.derivative(0.0, y, values)[E]
    return y[E]


def test_just_below_the_threshold_effectors_stay_few_and_just_above_they_do_not():
    threshold = memory_threshold(50)
    assert effectors_after(0.98 * threshold, 50) < 0.5
    assert effectors_after(1.02 * threshold, 50) > 5


def test_fewer_conventional_cells_leave_room_for_more_memory():
    assert memory_threshold(30, N=0) > memory_threshold(30)


def test_a_drug_raises_the_threshold_and_a_perfect_one_removes_it():
    assert memory_threshold(50, inputs={"epsilon": 0.3}) > memory_threshold(50)
    assert memory_threshold(50, inputs={"epsilon": 1.0}) == np.inf


def test_weaker_regulation_lowers_it():
    assert memory_threshold(50, K_R=20) < memory_threshold(50)
    with pytest.raises(ModelError, match="K_R"):
        memory_threshold(50, K_RR=20)


def test_ridge_is_the_unstable_steady_state():
    """Expected: the saddle, from an independent program."""
    assert effector_ridge(4.12, 50.98, N=854.3) == pytest.approx(0.771, abs=0.02)


def test_ridge_with_little_memory():
    """Expected: the exact threshold in E at R = 50, from an independent program."""
    assert effector_ridge(0.08, 50) == pytest.approx(1.62, abs=0.03)


def test_ridge_exists_exactly_below_the_threshold_and_meets_the_tolerant_state_there():
    threshold = memory_threshold(30)
    assert np.isnan(effector_ridge(1.001 * threshold, 30))
    assert effector_ridge(0.999 * threshold, 30) < effector_ridge(0.5 * threshold, 30)


def test_ridges_of_arrays():
    M, R = np.array([0.1, 1.0, 4.0]), np.array([5.0, 30.0, 50.0])
    assert np.isnan(effector_ridge(M, R)).tolist() == [True, False, False]
    assert effector_ridge(M, R)[2] == effector_ridge(4.0, 50.0)


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: memory_threshold(np.nan), "R and N must be numbers of at least 0; nan"),
        (lambda: memory_threshold([50, -1]), "at least 0; -1"),
        (lambda: effector_ridge(np.nan, 50), "M must be a number of at least 0; nan"),
        (lambda: memory_threshold(50, inputs={"epsilom": 0.3}), "no input 'epsilom'. Did you mean 'epsilon'"),
        (lambda: memory_threshold(50, inputs={"epsilon": 1.3}), "input epsilon is 1.3; it must lie from 0 to 1"),
    ],
)
def test_what_has_no_threshold_is_refused(ask, sentence):
    with pytest.raises(ModelError, match=sentence):
        ask()
