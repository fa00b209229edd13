"""Steady states, their stability, and how they move when a parameter moves.

Both are found by walking along a curve. For `steady_states` it is the curve on which every state but one stands still:
where that one's own rate of change turns from gain to loss, or back, there is a steady state. For `branch` it is the
curve of the steady states themselves, with the parameter as one more unknown. A step that bends too much is halved, so
that no step leads from one curve to another (pseudo-arclength continuation, Keller 1977).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from immunereset.engine.errors import ModelError, RunError, unknown
from immunereset.engine.model import Model

from .jacobian import Linear, sorted_eigenvalues

SMALL = 1e-6
"""Changes of a number are taken relative to its size, or to this if the number is smaller."""

PIECES = 200
"""Into how many pieces at least, equal on a logarithmic scale, a range is divided."""

REACH = 1e4
"""How many times its own value a parameter may grow in `branch`, if no upper end is given for it."""


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
    """Steady states along a parameter: arrays over the points of all curves, and `stable` as truths.

    `curve` counts the curves, which do not meet inside the ranges asked for. `folds` are the parameter values, sorted,
    at which two states of one curve meet and vanish.
    """

    parameter: str
    values: np.ndarray
    states: dict[str, np.ndarray]
    stable: np.ndarray
    curve: np.ndarray
    folds: np.ndarray


class _System:
    """The part of a model that can stand still: states that do not grow, at fixed parameters."""

    def __init__(self, model: Model, along: str, between: tuple[float, float], changes: dict, inputs: dict):
        self.model, self.along = model, along
        self.names = [s for s, x in model.states.items() if not x.grows]
        if along not in self.names:
            raise unknown("state with a steady state", along, self.names, f"The model '{model.name}'")
        self.values = model.values(changes) | model.held(inputs)
        self.linear, self.row = Linear(model, self.names), self.names.index(along)
        self.others = np.delete(np.arange(len(self.names)), self.row)
        self.low, self.high = between
        if not 0 < self.low < self.high < np.inf:
            raise ModelError(
                f"The scan from {self.low:g} to {self.high:g} is empty, endless or not positive; give 0 < low < high."
            )
        self.step = np.log(self.high / self.low) / PIECES

    def rate(self, y: np.ndarray, **values) -> np.ndarray:
        """Return dy/dt of the standing part; y has shape (standing states, ...)."""
        every = dict.fromkeys(self.model.states, 0.0 * y[0]) | dict(zip(self.names, y))
        with np.errstate(all="ignore"):
            return self.model.derivative(0.0, np.array(list(every.values())), self.values | values)[self.linear.rows]

    def rate_of_others(self, y: np.ndarray) -> np.ndarray:
        """Return dy/dt of all standing states but the scanned one."""
        return self.rate(y)[self.others]

    def eigenvalues(self, y: np.ndarray, **values) -> np.ndarray:
        """Return the eigenvalues of the exact Jacobian at y, largest real part first."""
        every = dict.fromkeys(self.model.states, 0.0) | dict(zip(self.names, y))
        return sorted_eigenvalues(self.linear.at(self.values | values | every))

    def allows(self, y: np.ndarray) -> bool:
        """Return whether no state is negative and the scanned one lies in its range, give or take a millionth."""
        return bool((y > -1e-3 * SMALL).all() and self.low * (1 - SMALL) <= y[self.row] <= self.high * (1 + SMALL))

    def balances(self, level: float) -> list[np.ndarray]:
        """Return states to which all but the scanned one settle while it is held at `level`.

        They settle from the model's start, and from a hundredth and a hundred times it. Raises `RunError` if every
        time a state is negative at the end, or none is reached.
        """
        found = []
        for factor in (1.0, 1e-2, 1e2):
            start = np.array([level if s == self.along else factor * self.model.start[s] for s in self.names])
            try:
                found += [y for y in [self.settle(start)] if self.allows(y)]
            except RunError:
                continue
        if not found:
            raise RunError(
                f"With {self.along} = {level:g} the other states of '{self.model.name}' find no balance in which none is "
                "negative."
            )
        return found

    def settle(self, y: np.ndarray) -> np.ndarray:
        """Return where the states come to rest from y, the scanned one held.

        The steps are implicit, no longer than the rates are slow, and change no state by more than half (pseudo-transient
        continuation, Kelley and Keyes 1998). Raises `RunError` if there is no rest.
        """
        others, days, pace = self.others, 0.0, 0.0
        for _ in range(500):
            value, slopes = _linear(self.rate_of_others, y)
            before, pace = pace, np.linalg.norm(value / _size(y[others]))
            if pace < 1e-9:
                break
            days = days * min(before / pace, 2.0) if days else 0.1 / np.linalg.norm(slopes)
            change = np.linalg.solve(np.eye(others.size) / days - slopes[:, others], value)
            if (np.abs(change) < 0.5 * _size(y[others])).all():
                y[others] += change
            else:
                days /= 4.0
        return self.solve(self.rate_of_others, y, np.eye(y.size)[self.row])

    def solve(self, function: Callable, guess: np.ndarray, *held: np.ndarray) -> np.ndarray:
        """Return the z near `guess` with function(z) = 0 (Newton's method), no farther along `held` than the guess.

        Raises `RunError` if there is none.
        """
        scale, z = _size(guess), guess
        for _ in range(20):
            value, slopes = _linear(function, z)
            try:
                change = np.linalg.solve(np.vstack([slopes * scale, *held]), -np.append(value, np.zeros(len(held))))
            except np.linalg.LinAlgError:
                break
            z = z + scale * change
            if np.abs(change).max() < 1e-8:
                return z
        raise RunError(f"No balance of '{self.model.name}' was found near {self.along} = {guess[self.row]:g}.")

    def follow(self, function: Callable, z: np.ndarray, tangent: np.ndarray, allowed: Callable) -> Iterator:
        """Yield the pieces of the curve function(z) = 0 from z on; the last is the first that leaves what is allowed.

        A piece gives the points of the curve from 0 (its beginning) to 1 (its end); with it comes the curve's
        direction. A curve that is back at its beginning ends.
        """
        step, size, first, side = self.step, self.step, None, 0.0
        while allowed(z):
            before, (tangent, side) = side, self.direction(function, z, tangent)
            if before * side < 0:
                raise self.lost(z)

            @cache
            def piece(part, z=z, along=tangent, size=size):
                return self.solve(function, z + part * size * _size(z) * along, along) if part else z

            try:
                end = piece(1.0)
                bend = np.linalg.norm((end - z) / _size(z) - size * tangent)
            except RunError:
                bend = np.inf
            if bend <= max(0.3 * size, 1e-3 * step):
                yield piece, tangent
                if first is not None and _passes(first, z, end):
                    return
                first = z if first is None else first
                z, size = end, min(2 * size, step)
            elif (size := size / 2) < 1e-6 * step:
                raise self.lost(z)

    def direction(self, function: Callable, z: np.ndarray, before: np.ndarray) -> tuple[np.ndarray, float]:
        """Return the unit vector, relative to the size of z, in which function(z) stays 0, on the side of `before`.

        With it comes a determinant that changes its sign where another curve crosses this one, and only there.
        """
        slopes = _linear(function, z)[1] * _size(z)
        slopes /= np.maximum(np.linalg.norm(slopes, axis=1, keepdims=True), np.finfo(float).tiny)
        direction = np.linalg.svd(np.vstack([slopes, 0.0 * z]))[2][-1]
        direction = direction if direction @ before >= 0 else -direction
        side = np.linalg.det(np.vstack([slopes, direction]))
        if abs(side) < 1e-9:
            raise self.lost(z)
        return direction, side

    def lost(self, z: np.ndarray) -> RunError:
        """Return the refusal to follow a curve on from z."""
        return RunError(
            f"The steady states of '{self.model.name}' were lost at {self.along} = {z[self.row]:g}: curves cross there, "
            "a rate jumps, or a whole surface of states stands still."
        )


def _size(z: np.ndarray) -> np.ndarray:
    return np.maximum(np.abs(z), SMALL)


def _linear(function: Callable, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return function(z) and its derivatives by each of z (central differences)."""
    n, width = z.size, 1e-6 * np.maximum(np.abs(z), 1e-3)
    around = np.repeat(z[:, None], 1 + 2 * n, axis=1)
    each = np.arange(n)
    around[each, 1 + each] += width
    around[each, 1 + n + each] -= width
    found = function(around)
    return found[:, 0], (found[:, 1 : 1 + n] - found[:, 1 + n :]) / (2 * width)


def _passes(z: np.ndarray, begin: np.ndarray, end: np.ndarray) -> bool:
    """Return whether z lies on the short piece of a curve from `begin` to `end`."""
    there, back, length = (np.linalg.norm(way / _size(begin)) for way in (z - begin, z - end, end - begin))
    return there + back <= 1.05 * length


def _turns(value: Callable, piece: Callable) -> list[np.ndarray]:
    """Return the point of a piece at which value(z) changes its sign, if there is one."""
    from scipy.optimize import brentq

    if (value(piece(0.0)) < 0) == (value(piece(1.0)) < 0):
        return []
    return [piece(brentq(lambda part: value(piece(part)), 0.0, 1.0))]


def steady_states(
    model: Model, along: str, between: tuple[float, float], *, inputs: dict | None = None, **changes
) -> list[SteadyState]:
    """Return the steady states with the state `along` in the range `between`, from low to high.

    With `along` held at either end of the range the other states settle, from several starts. From there their
    balance is followed through the range in at least `PIECES` steps. So steady states closer together than a step
    are not told apart, and those that no such curve passes are not found. States that grow without end
    (`State.grows`) are left out. `inputs` are held at the given values.

    Raises `ModelError` for unknown names, `RunError` if at an end the others do not settle without negative states,
    and if a curve is lost.
    """
    system = _System(model, along, between, changes, inputs or {})
    forward = np.eye(len(system.names))[system.row]

    def excess(y):
        return system.rate(y)[system.row]

    found, ends = [], []
    for level, direction in ((system.low * (1 - SMALL / 2), forward), (system.high * (1 + SMALL / 2), -forward)):
        for start in system.balances(level):
            if any(_passes(start, *end) for end in ends):
                continue
            pieces, moves = [], False
            for piece, _ in system.follow(system.rate_of_others, start, direction, system.allows):
                pieces.append((piece(0.0), piece(1.0)))
                found += [system.solve(system.rate, y) for y in _turns(excess, piece)]
                moves |= abs(excess(pieces[-1][1])) > 1e-9 * pieces[-1][1][system.row]
            if not moves:
                raise RunError(f"'{model.name}' stands still at every {along}: it has no single steady states.")
            ends += [pieces[0], pieces[-1]]
    return [
        SteadyState(dict(zip(system.names, np.maximum(y, 0.0).tolist())), system.eigenvalues(y))
        for y in sorted(found, key=lambda y: y[system.row])
        if system.allows(y)
    ]


def branch(
    model: Model, parameter: str, along: str, between: tuple[float, float], *, inputs: dict | None = None, **changes
) -> Branch:
    """Follow the steady states as `parameter` changes, through their folds, with `along` in the range `between`.

    Every steady state at the parameter's own value is followed both ways until the curve leaves the range of `along`,
    the parameter's allowed range (without an upper end: `REACH` times its own value), or a state would be negative.
    A curve begins at the end where `along` is low.

    Raises `ModelError` for unknown names and if there is no steady state to begin with, `RunError` as `steady_states`
    does: no curve is lost without a word.
    """
    system = _System(model, along, between, changes, inputs or {})
    if parameter not in model.parameters:
        raise unknown("parameter", parameter, model.parameters, f"The model '{model.name}'")
    own, bounds = system.values[parameter], model.parameters[parameter]
    high = bounds.high if np.isfinite(bounds.high) else REACH * max(own, 1.0)

    def rate(z):
        return system.rate(z[:-1], **{parameter: z[-1]})

    def allowed(z):
        return system.allows(z[:-1]) and bounds.low <= z[-1] <= high

    states = steady_states(model, along, between, inputs=inputs, **changes)
    waiting = [np.append(list(s.state.values()), own) for s in states]
    if not waiting:
        raise ModelError(
            f"'{model.name}' has no steady state at {parameter} = {own:g} with {along} between {between[0]:g} and "
            f"{between[1]:g}; there is nothing to follow."
        )
    curves, folds = [], []
    while waiting:
        start, *waiting = waiting
        curve, upward = [start], np.append(np.zeros(len(system.names)), 1.0)
        for direction in (upward, -upward):
            curve.reverse()
            for piece, tangent in system.follow(rate, start, direction, allowed):
                begin, end = piece(0.0), piece(1.0)
                waiting = [z for z in waiting if not _passes(z, begin, end)]
                turns = _turns(lambda z, tangent=tangent: system.direction(rate, z, tangent)[0][-1], piece)
                folds += [turn[-1] for turn in turns if allowed(turn)]
                curve += [end] if allowed(end) else []
            if len(curve) > 2 and _passes(start, *curve[-2:]):
                break
        curves.append(np.array(curve if curve[0][system.row] < curve[-1][system.row] else curve[::-1]))
    every = np.concatenate(curves)
    stable = [(system.eigenvalues(z[:-1], **{parameter: z[-1]}).real < 0).all() for z in every]
    return Branch(
        parameter,
        every[:, -1],
        dict(zip(system.names, every.T)),
        np.array(stable),
        np.repeat(np.arange(len(curves)), [len(curve) for curve in curves]),
        np.sort(folds),
    )
