"""One implicit step for every patient, for stiff models: the Rosenbrock method RODAS of order 4(3).

It is L-stable and solves one linear system six times a step, with the exact Jacobian of the traced model.
Coefficients: Hairer and Wanner, "Solving Ordinary Differential Equations II", section VI.4.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .step import Step

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


class Rosenbrock:
    """The method; it is the same for every model."""

    order = 4
    implicit = True

    def attempt(self, batch, h: np.ndarray) -> Step:
        """Try a step of `h` days, shape (patients under way,), from where `batch` is.

        A patient whose `h` is 0 stays: an hour is tried in its place, and nobody looks at the result.
        """
        t, y, f = batch.t, batch.y, batch.slope
        h = np.where(h > 0, h, 1 / 24)
        states, patients = y.shape
        solve = self._solver(batch, h)
        drift = h * self._by_time(batch, h)
        moves = np.empty((6, states, patients))
        flat = moves.reshape(6, -1)
        for s in range(6):
            stage = y
            right = f
            if s:
                stage = y + (STAGES[s] @ flat[:s]).reshape(y.shape)
                right = batch.right_hand_side(t + NODES[s] * h, stage)
                right = right + (CARRIED[s] @ flat[:s]).reshape(y.shape) / h
            if TIMES[s]:
                right = right + TIMES[s] * drift
            moves[s] = solve(right)
        y_new = stage + moves[5]
        slope = batch.right_hand_side(t + h, y_new)

        def bends(hit: np.ndarray) -> tuple:
            kept = moves[:, :, hit]
            bend, fold = (np.einsum("s,snk->nk", weights, kept) for weights in (BEND, FOLD))
            return bend, fold, np.zeros_like(bend)

        return Step(y_new, slope, moves[5].copy(), bends)

    def _solver(self, batch, h: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        """Return what solves (1/(gamma h) - J) x = right for all patients; both have shape (states, patients)."""
        matrix = -batch.jacobian()
        every = np.arange(len(matrix))
        matrix[every, every] += 1.0 / (GAMMA * h)
        return _factored(matrix)

    def _by_time(self, batch, h: np.ndarray) -> np.ndarray:
        """Return how fast the slopes change with the day itself: decaying courses, rates that read the day."""
        if not batch.varies:
            return np.zeros_like(batch.y)
        little = 1e-6 * h
        return (batch.right_hand_side(batch.t + little, batch.y) - batch.slope) / little


def _factored(matrix: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return what solves linear systems with `matrix`, shape (n, n, patients): LU with partial pivoting.

    LAPACK takes matrices one by one; for many small ones it is quicker to take one row of all at a time. `matrix`
    is overwritten. A patient whose matrix is singular or not finite gets solutions that are not finite.
    """
    n, _, patients = matrix.shape
    order = np.tile(np.arange(n)[:, None], patients)
    for k in range(n):
        best = k + np.abs(matrix[k:, k]).argmax(axis=0)
        q = np.flatnonzero(best != k)
        for rows in (matrix, order):
            rows[k, ..., q], rows[best[q], ..., q] = rows[best[q], ..., q], rows[k, ..., q].copy()
        matrix[k + 1 :, k] /= matrix[k, k]
        matrix[k + 1 :, k + 1 :] -= matrix[k + 1 :, k, None] * matrix[k, None, k + 1 :]

    def solve(right: np.ndarray) -> np.ndarray:
        x = np.take_along_axis(right, order, axis=0)
        for k in range(n - 1):
            x[k + 1 :] -= matrix[k + 1 :, k] * x[k]
        for k in range(n - 1, -1, -1):
            x[k] /= matrix[k, k]
            x[:k] -= matrix[:k, k] * x[k]
        return x

    return solve
