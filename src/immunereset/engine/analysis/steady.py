"""Steady states, their stability, and how they move when a parameter moves.

One state is scanned; the others are solved for at each of its values. Where the scanned state's own
rate of change turns from gain to loss, or back, there is a steady state. Nothing is found by
waiting.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from immunereset.engine.errors import ModelError, RunError, unknown
from immunereset.engine.model import Model


@dataclass(frozen=True)
class SteadyState:
    """States at which nothing changes, and the eigenvalues (1/d) of small changes around them."""

    state: dict[str, float]
    eigenvalues: np.ndarray

    @property
    def stable(self) -> bool:
        """Whether every small change dies out."""
        return bool((self.eigenvalues.real < 0).all())


@dataclass(frozen=True)
class Branch:
    """Steady states along a parameter: arrays over the scanned values, and `stable` as truths."""

    parameter: str
    values: np.ndarray
    states: dict[str, np.ndarray]
    stable: np.ndarray

    @property
    def folds(self) -> np.ndarray:
        """The parameter values at which a stable and an unstable state meet and vanish, sorted."""
        turns = np.flatnonzero(np.diff(np.sign(np.diff(self.values)))) + 1
        return np.sort(self.values[turns])


class _System:
    """The part of a model that can stand still: states that do not grow, at fixed parameters."""

    def __init__(self, model: Model, along: str, changes: dict, inputs: dict):
        self.model = model
        self.names = [s for s, x in model.states.items() if not x.grows]
        if along not in self.names:
            raise unknown("state with a steady state", along, self.names, f"The model '{model.name}'")
        for symbol in inputs:
            if symbol not in model.inputs:
                raise unknown("input", symbol, model.inputs, f"The model '{model.name}'")
        self.values = model.values(changes) | inputs
        self.row = self.names.index(along)
        self.others = [i for i in range(len(self.names)) if i != self.row]
        self.first_guess = np.array([model.start[s] for s in self.names])

    def rate(self, y: np.ndarray, **values) -> np.ndarray:
        """Return dy/dt of the standing part; y has shape (standing states, ...)."""
        every = dict.fromkeys(self.model.states, 0.0 * y[0]) | dict(zip(self.names, y))
        full = self.model.derivative(0.0, np.array(list(every.values())), self.values | values)
        keep = [list(self.model.states).index(s) for s in self.names]
        return full[keep]

    def eigenvalues(self, y: np.ndarray, **values) -> np.ndarray:
        """Return the eigenvalues of the Jacobian at y (central differences), largest real part first."""
        step = 1e-6 * np.maximum(np.abs(y), 1e-6)
        shifts = np.diag(step)
        jacobian = (self.rate(y[:, None] + shifts, **values) - self.rate(y[:, None] - shifts, **values)) / (2 * step)
        eigenvalues = np.linalg.eigvals(jacobian)
        return eigenvalues[np.argsort(-eigenvalues.real)]

    def settle(self, value: float, guess: np.ndarray) -> np.ndarray:
        """Return the states at which all but the scanned one stand still while it is held at `value`."""
        y = guess.copy()
        y[self.row] = value

        def residual(others):
            y[self.others] = others
            return self.rate(y)[self.others]

        y[self.others] = self._root(residual, guess[self.others], value)
        return y

    def excess(self, value: float, guess: np.ndarray) -> float:
        """Return the scanned state's rate of change at `value`, all others standing still."""
        return self.rate(self.settle(value, guess))[self.row]

    def settle_with(self, parameter: str, value: float, guess: np.ndarray, start: float):
        """Return states and the `parameter` value at which all stand still, the scanned one at `value`."""
        y = guess.copy()
        y[self.row] = value

        def residual(unknowns):
            y[self.others] = unknowns[:-1]
            return self.rate(y, **{parameter: unknowns[-1]})

        found = self._root(residual, np.append(guess[self.others], start), value)
        y[self.others] = found[:-1]
        return y, found[-1]

    def _root(self, residual, guess, value) -> np.ndarray:
        if not guess.size:
            return guess
        # Loaded when it is needed, as `brentq` below: importing the engine stays light.
        from scipy.optimize import root

        scale = np.maximum(np.abs(guess), 1e-6)
        found = root(lambda x: residual(x * scale), guess / scale, tol=1e-12)
        if not found.success and np.abs(found.fun).max() > 1e-9:
            raise RunError(
                f"No balance of '{self.model.name}' was found with {self.names[self.row]} = {value:g}: "
                f"{' '.join(found.message.split())}"
            )
        return found.x * scale


def _grid(between, points: int) -> np.ndarray:
    low, high = between
    if not 0 < low < high:
        raise ModelError(f"The scan from {low:g} to {high:g} is empty or not positive; give 0 < low < high.")
    return np.geomspace(low, high, points)


def steady_states(
    model: Model, along: str, between: tuple[float, float], *, inputs: dict | None = None, points: int = 200, **changes
) -> list[SteadyState]:
    """Return every steady state with the state `along` in the range `between`, from low to high.

    States that grow without end (`State.grows`) are left out. `inputs` are held at the given values.
    Two steady states closer together than one of the `points` scanned values are not told apart.

    Raises `ModelError` for unknown names, `RunError` where the other states find no balance.
    """
    from scipy.optimize import brentq

    system = _System(model, along, changes, inputs or {})
    grid = _grid(between, points)
    settled, guess = [], system.first_guess
    for value in grid:
        guess = system.settle(value, guess)
        settled.append(guess)
    excess = np.array([system.rate(y)[system.row] for y in settled])
    found = []
    for i in np.flatnonzero(excess[:-1] * excess[1:] < 0):
        value = brentq(system.excess, grid[i], grid[i + 1], args=(settled[i],), xtol=1e-14)
        y = system.settle(value, settled[i])
        found.append(SteadyState(dict(zip(system.names, y.tolist())), system.eigenvalues(y)))
    return found


def branch(
    model: Model,
    parameter: str,
    along: str,
    between: tuple[float, float],
    *,
    inputs: dict | None = None,
    points: int = 200,
    **changes,
) -> Branch:
    """Follow the steady states as `parameter` changes, from the low to the high end of `along`.

    For each value of the scanned state, the other states and the parameter are solved for together,
    so that the curve passes its folds. Levels that no allowed value of the parameter can balance
    are left out: the curve ends there.

    Raises `ModelError` for unknown names and if no level can be balanced.
    """
    system = _System(model, along, changes, inputs or {})
    if parameter not in model.parameters:
        raise unknown("parameter", parameter, model.parameters, f"The model '{model.name}'")
    allowed = model.parameters[parameter]
    states, values, stable = [], [], []
    value, guess = system.values[parameter], None
    for level in _grid(between, points):
        guess = system.settle(level, system.first_guess) if guess is None else guess
        try:
            guess, value = system.settle_with(parameter, level, guess, value)
        except RunError:
            continue
        if not allowed.low <= value <= allowed.high or (guess < 0).any():
            continue
        states.append(guess)
        values.append(value)
        stable.append(bool((system.eigenvalues(guess, **{parameter: value}).real < 0).all()))
    if not values:
        raise ModelError(
            f"No allowed value of {parameter} balances '{model.name}' with {along} between {between[0]:g} and {between[1]:g}."
        )
    states = np.array(states)
    return Branch(parameter, np.array(values), dict(zip(system.names, states.T)), np.array(stable))
