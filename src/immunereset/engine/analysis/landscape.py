"""The exact landscape of a model of two states, if it has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from immunereset.engine.errors import ModelError
from immunereset.engine.model import Model

CURL = 1e-9
"""The most that the weighted flow may turn, as a share of its size, to be the slope of a landscape."""

NODES, SHARES = np.polynomial.legendre.leggauss(6)


@dataclass(frozen=True, eq=False)
class Landscape:
    """Height `V` of shape (x, y) over the values `x` and `y` of two states. Along every run it falls."""

    x: np.ndarray
    y: np.ndarray
    V: np.ndarray

    def side(self) -> tuple[np.ndarray, np.ndarray]:
        """Return each difference x − y on the grid and the lowest height that has it: the landscape from the side.

        Raises `ModelError` unless both axes are the same.
        """
        if not np.array_equal(self.x, self.y):
            raise ModelError("A landscape is seen from the side only if both axes are the same.")
        n, step = len(self.x), self.x[1] - self.x[0]
        offsets = np.arange(1 - n, n)
        return offsets * step, np.array([np.diagonal(self.V, -k).min() for k in offsets])


def landscape(
    model: Model, states: tuple[str, str], weights: tuple[str, str], across: Sequence[float], up: Sequence[float],
    inputs: Mapping[str, float] = {}, **changes: float,
) -> Landscape:  # fmt: skip
    """Return the landscape V of two `states` on a grid of the values `across` and `up`, lowest height 0.

    `weights` are observables w₁ and w₂ above 0, with which the flow is the slope of V: w₁·d(state 1)/dt = −∂V/∂(state 1),
    and so for state 2; with weights of 1 the model is a gradient system. V is integrated along the lines of the grid by
    Gauss's rule. `inputs` are held, `changes` are parameters.

    Raises `ModelError` for a model that has other states, for axes that do not rise, and if the weighted flow turns around
    any field of the grid by more than `CURL` of its size: then there is no such landscape.
    """
    if set(states) != set(model.states) or len(states) != 2:
        raise ModelError(
            f"A landscape is one of a model with two states; '{model.name}' has {', '.join(model.states)}."
        )
    x, y = (np.asarray(axis, dtype=float) for axis in (across, up))
    if min(len(x), len(y)) < 2 or min(np.diff(x).min(), np.diff(y).min()) <= 0:
        raise ModelError("Both axes of a landscape need at least two values that rise.")
    p = {**model.values(changes), **model.held(inputs)}

    def slope(which: int, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        at = dict(zip(states, np.broadcast_arrays(first, second)))
        vector = np.array([at[name] for name in model.states])
        moves = model.derivative(0.0, vector.reshape(2, -1), p)[list(model.states).index(states[which])]
        return -moves.reshape(vector.shape[1:]) * model.observe(weights[which], 0.0, at, p)

    def between(axis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        half = np.diff(axis)[:, None] / 2
        return axis[:-1, None] + half * (1 + NODES), half * SHARES

    at_x, share_x = between(x)
    at_y, share_y = between(y)
    along_x = (slope(0, at_x[:, None], y[None, :, None]) * share_x[:, None]).sum(-1)
    along_y = (slope(1, x[:, None, None], at_y[None]) * share_y).sum(-1)
    turn = along_x[:, :-1] + along_y[1:] - along_x[:, 1:] - along_y[:-1]
    curl = np.abs(turn / np.outer(np.diff(x), np.diff(y))).max()
    size = max(np.abs(along_x).max(), np.abs(along_y).max())
    if not curl <= CURL * max(1.0, size):
        raise ModelError(
            f"With the weights {weights[0]} and {weights[1]} the flow of '{model.name}' turns (by {curl:.2g}): "
            "it is not the slope of a landscape."
        )
    V = np.zeros((len(x), len(y)))
    V[1:, 0] = np.cumsum(along_x[:, 0])
    V[:, 1:] = V[:, :1] + np.cumsum(along_y, axis=1)
    return Landscape(x, y, V - V.min())
