"""One implicit step for every patient, for the stiff: the Rosenbrock method RODAS of order 4(3). Its only coefficients.

It is L-stable and solves one linear system six times a step, with the exact Jacobian of the traced model. Source:
Hairer and Wanner, "Solving Ordinary Differential Equations II", section VI.4.
"""

from __future__ import annotations

import numpy as np

from .dormand_prince import Step

ORDER = 4
GAMMA = 0.25
NODES = np.array([0.0, 0.386, 0.21, 0.63, 1.0, 1.0])
TIMES = np.array([0.25, -0.1043, 0.1035, -0.0362, 0.0, 0.0])
STAGES = [
    np.array([]),
    np.array([1.544]),
    np.array([0.9466785280815826, 0.2557011698983284]),
    np.array([3.314825187068521, 2.896124015972201, 0.9986419139977817]),
    np.array([1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950]),
    np.array([1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1.0]),
]
CARRIED = [
    np.array([]),
    np.array([-5.6688]),
    np.array([-2.430093356833875, -0.2063599157091915]),
    np.array([-0.1073529058151375, -9.594562251023355, -20.47028614809616]),
    np.array([7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160]),
    np.array([8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054]),
]
BEND = np.array([10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662, 0.0])
FOLD = np.array([-0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872, 0.0])


def attempt(batch, h: np.ndarray) -> Step:
    """Try a step of `h` days, shape (patients under way,); where it is 0, an hour, at whose result nobody looks."""
    t, y, right = batch.t, batch.y, batch.slope
    h = np.where(h > 0, h, 1 / 24)
    matrix = -batch.jacobian()
    matrix[np.diag_indices(len(y))] += 1 / (GAMMA * h)
    inverted(matrix)
    drift = 1e6 * (batch.right_hand_side(t + 1e-6 * h, y, np.empty_like(y)) - right)
    moves, stage = np.empty((6, *y.shape)), y
    flat = moves.reshape(6, -1)
    for s in range(6):
        if s:
            stage = y + (STAGES[s] @ flat[:s]).reshape(y.shape)
            right = batch.right_hand_side(t + NODES[s] * h, stage, np.empty_like(y))
            right += (CARRIED[s] @ flat[:s]).reshape(y.shape) / h
        moves[s] = (matrix * (right + TIMES[s] * drift)).sum(axis=1)
    end = stage + moves[5]

    def bends(hit: np.ndarray) -> tuple:
        bend, fold = ((weights @ flat).reshape(y.shape)[:, hit] for weights in (BEND, FOLD))
        return bend, fold, 0.0

    return Step(end, batch.right_hand_side(t + h, end, np.empty_like(y)), moves[5], bends)


def inverted(matrix: np.ndarray) -> None:
    """Invert matrices, shape (n, n, patients), in place: all of them at once, without pivoting (Gauss and Jordan).

    Where a pivot vanishes the step fails, and the shorter step that follows makes the diagonal dominant.
    """
    for k in range(len(matrix)):
        column = matrix[:, k].copy()
        row = matrix[k] / column[k]
        row[k] = 1 / column[k]
        matrix[:, k] = 0.0
        matrix -= column[:, None] * row
        matrix[k] = row
