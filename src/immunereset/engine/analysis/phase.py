"""The phase plane of two states: nullclines, steady states, separatrices and basins, all other states held.

The axes are logarithmic. Nullclines are followed through a grid, and each of their ends is bisected to the zero itself.
A separatrix is the curve of states that lead to a saddle: it is followed from the saddle back in time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from immunereset.engine.errors import ModelError, RunError, unknown
from immunereset.engine.model import Model

from .jacobian import Linear, sorted_eigenvalues
from .steady import SteadyState

CELLS = 120
"""Into how many cells a grid divides each axis."""

NEAR = 1e-3
"""How close to a steady state, in e-folds, a run counts as come to rest there."""

PATIENCE = 60.0
"""How many times the slowest time of the steady states a run is followed, before it is refused."""


class PhasePlane:
    """Two states, `x` and `y`, of a model, from low to high: `across` and `up`.

    All other states stand at the model's start, or where `held` puts them; `inputs` as given, `changes` are parameters.
    Where the two are all that moves, everything here is exact. Raises `ModelError` for unknown names, for x and y that
    are the same, and for axes that are empty or reach down to 0.
    """

    def __init__(
        self, model: Model, x: str, y: str, across: Sequence[float], up: Sequence[float], *,
        held: Mapping[str, float] | None = None, inputs: Mapping[str, float] | None = None, **changes: float,
    ):  # fmt: skip
        for state in (x, y):
            if state not in model.states:
                raise unknown("state", state, model.states, f"The model '{model.name}'")
        if x == y:
            raise ModelError(f"A plane has two different states; {x} was given twice.")
        for low, high in (across, up):
            if not 0 < low < high < np.inf:
                raise ModelError(f"An axis of a plane reaches from low to high, above 0; {low:g}, {high:g} was given.")
        self.model, self.names = model, (x, y)
        self.low, self.high = np.log([across[0], up[0]]), np.log([across[1], up[1]])
        self._start = model.start_vector(held)
        self._values = model.values(changes) | model.held(inputs or {})
        self._linear = Linear(model, self.names)
        axes = (np.linspace(low, high, CELLS + 1) for low, high in zip(self.low, self.high))
        self._corners = np.array(np.meshgrid(*axes, indexing="ij"))

    def _speed(self, z: np.ndarray) -> np.ndarray:
        """Return how fast ln x and ln y change (1/d) at z = (ln x, ln y), shape (2, ...)."""
        every = np.repeat(self._start[:, None], z[0].size, axis=1)
        with np.errstate(all="ignore"):
            every[self._linear.rows] = at = np.exp(z).reshape(2, -1)
            return (self.model.derivative(0.0, every, self._values)[self._linear.rows] / at).reshape(z.shape)

    def nullcline(self, state: str) -> np.ndarray:
        """Return where `state` stands still, as short pieces, shape (pieces, 2 ends, 2 coordinates).

        Curves that are closer together than a cell may be missed. Raises `ModelError` for a state that is not of this
        plane, and `RunError` where the rate jumps across 0 instead of passing it.
        """
        if state not in self.names:
            raise unknown("state", state, self.names, "This plane")
        row, corners = self.names.index(state), self._corners
        value = self._speed(corners)[row]
        along = self._cuts(row, corners[:, :-1, :], corners[:, 1:, :], value[:-1, :], value[1:, :])
        upward = self._cuts(row, corners[:, :, :-1], corners[:, :, 1:], value[:, :-1], value[:, 1:])
        pieces = []
        for i, j in np.ndindex(CELLS, CELLS):
            ends = [along.get((i, j)), upward.get((i + 1, j)), along.get((i, j + 1)), upward.get((i, j))]
            ends = [end for end in ends if end is not None]
            pieces += [ends[k : k + 2] for k in range(0, len(ends) - 1, 2)]
        return np.exp(np.array(pieces).reshape(-1, 2, 2))

    def _cuts(self, row: int, begin: np.ndarray, end: np.ndarray, one: np.ndarray, other: np.ndarray) -> dict:
        """Return where the speed of a state passes 0 on edges of the grid: {edge: (ln x, ln y)}."""
        where = np.argwhere((one > 0) != (other > 0))
        if not len(where):
            return {}
        a, b = (part[:, where[:, 0], where[:, 1]] for part in (begin, end))
        up, size = one[tuple(where.T)] > 0, np.maximum(np.abs(one), np.abs(other))[tuple(where.T)]
        for _ in range(60):
            middle = (a + b) / 2
            same = (self._speed(middle)[row] > 0) == up
            a, b = np.where(same, middle, a), np.where(same, b, middle)
        if (jumps := np.abs(self._speed(b)[row]) > 1e-6 * size).any():
            x, y = np.exp(b[:, jumps][:, 0])
            raise RunError(
                f"The rate of {self.names[row]} in '{self.model.name}' jumps across 0 near {x:.3g}, {y:.3g}."
            )
        return dict(zip(map(tuple, where.tolist()), b.T))

    def _slopes(self, z: np.ndarray) -> np.ndarray:
        """Return the Jacobian of both states at z, shape (2, 2), in 1/d."""
        every = dict(zip(self.model.states, self._start)) | dict(zip(self.names, np.exp(z)))
        return self._linear.at(self._values | every)

    def steady_states(self) -> list[SteadyState]:
        """Return where both states stand still, by y from low to high.

        They are looked for in every cell in which both rates change their signs; two in one cell, or one on the very edge
        of the plane, may be missed. The rest of the model is held.
        """
        return [
            SteadyState(dict(zip(self.names, np.exp(z).tolist())), sorted_eigenvalues(self._slopes(z)))
            for z in self._rests()
        ]

    def _rests(self) -> list[np.ndarray]:
        """Return the steady states as (ln x, ln y), from the middle of each cell by MINPACK's modified Powell method."""
        from scipy.optimize import root

        signs = self._speed(self._corners) > 0
        corners = [signs[:, :-1, :-1], signs[:, 1:, :-1], signs[:, :-1, 1:], signs[:, 1:, 1:]]
        mixed = (np.any(corners, axis=0) & ~np.all(corners, axis=0)).all(axis=0)
        step, found = (self.high - self.low) / CELLS, []
        for i, j in np.argwhere(mixed):
            begin = self._corners[:, i, j] + step / 2
            rest = root(self._speed, begin, tol=1e-12)
            inside = (np.abs(rest.x - begin) < 2 * step) & (self.low <= rest.x) & (rest.x <= self.high)
            if rest.success and inside.all() and not any(np.abs(rest.x - other).max() < 1e-7 for other in found):
                found.append(rest.x)
        return sorted(found, key=lambda z: z[1])

    def separatrices(self) -> list[np.ndarray]:
        """Return the border between basins, one curve for each saddle, shape (points, 2): the states that lead to it.

        Each is followed back in time, both ways, until it leaves the plane or comes to rest. A plane without a saddle,
        such as one whose only rest is circled, has none.
        """
        from scipy.integrate import solve_ivp

        curves = []
        for z in self._rests():
            slopes = self._slopes(z) * np.exp(z)[None, :] / np.exp(z)[:, None]
            values, vectors = np.linalg.eig(slopes)
            if not (np.isreal(values).all() and values.real.min() < 0 < values.real.max()):
                continue
            inward = vectors[:, values.real.argmin()].real

            def leaves(t, z):
                return min((z - self.low).min(), (self.high - z).min())

            leaves.terminal = True
            halves = []
            for side in (-1, 1):
                run = solve_ivp(
                    lambda t, z: -self._speed(z), (0.0, PATIENCE / -values.real.min()), z + 1e-6 * side * inward, "DOP853",
                    rtol=1e-9, atol=1e-11, events=leaves, max_step=0.05 / -values.real.min(),
                )  # fmt: skip
                halves.append(run.y.T)
            curves.append(np.exp(np.concatenate([halves[0][::-1], z[None], halves[1]])))
        return curves

    def basin(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return to which of the `steady_states` runs from x and y, shape (starts,), lead, as its place in that list.

        Raises `RunError` if a start comes to rest at none, as one that goes round a cycle, and if none is stable.
        """
        from scipy.integrate import solve_ivp

        rests = self._rests()
        rates = [sorted_eigenvalues(self._slopes(z)).real for z in rests]
        stable = [i for i, values in enumerate(rates) if values[0] < 0]
        slowest = max((1.0 / np.abs(values).min() for values in rates), default=1.0)
        if not stable:
            raise RunError(
                f"No steady state of this plane of '{self.model.name}' is stable: its runs cycle, or leave it."
            )
        z = np.log(np.broadcast_arrays(np.atleast_1d(x).astype(float), np.atleast_1d(y)))
        found = np.full(z.shape[1], -1)
        for _ in range(int(PATIENCE)):
            moving = np.flatnonzero(found < 0)
            if not len(moving):
                return found
            run = solve_ivp(
                lambda t, flat: self._speed(flat.reshape(2, -1)).ravel(), (0.0, slowest), z[:, moving].ravel(), "DOP853",
                rtol=1e-7, atol=1e-9, t_eval=[slowest],
            )  # fmt: skip
            z[:, moving] = run.y.reshape(2, -1)
            for i in stable:
                found[(np.abs(z - rests[i][:, None]) < NEAR).all(axis=0)] = i
        x, y = np.exp(z[:, found < 0][:, 0])
        raise RunError(
            f"A run of '{self.model.name}' comes to rest at no steady state of this plane: it cycles, or leaves it. It was "
            f"last seen at {self.names[0]} = {x:.3g}, {self.names[1]} = {y:.3g}."
        )
