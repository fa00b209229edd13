"""How the disease of the tolerance model begins: pushes, infections, and patients with different brakes.

Question
    Which disturbance of a healthy person fades, which one leaves a lasting disease, and how does the
    answer depend on the brake?

Method
    Many persons are run side by side and asked at the end whether effectors lie above `ACTIVE`.

Sources
    None: strengths, lengths and the recipe for random infections (`patients.random_infections`) are our choice.

Limits
    Infections differ in strength and day only; a real trigger is a germ, a tissue and a moment.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine import YEAR, Cohort, Course, Event, Parameter, Protocol, Slider, simulate_cohort

from . import virtual_patient
from .patients import day_of_relapse, random_infections, varied_cohort
from .tolerance import ACTIVE, TOY, tolerance

LIFELONG = 45
"""Infections of one person at most: with one a year, one person in a million would have more within twenty years."""

BRAKE = [
    Parameter("brake", 100.0, "%", "strength of the brake", TOY, low=1.0, high=1000.0,
              slider=Slider(40, 130, 1)),
    *(one for one in virtual_patient.GROUP if one.symbol != "depth_sd"),
]  # fmt: skip
"""What `person` reads besides the parameters of the model."""


def effector_balance(E, **held):
    """Return what is added to and taken from the effectors, cells/µL per day, at effector levels `E`.

    `held` fixes other states and inputs (N, R, M, I, epsilon, S); the rest is healthy and nothing
    else moves. Arrays in, arrays of the shape of `E` out.

    Raises `ModelError` for an unknown symbol.
    """
    E = np.asarray(E, float)
    inputs = {symbol: held.pop(symbol) for symbol in tolerance.inputs if symbol in held}
    tolerance.start_vector(held)
    y = {symbol: np.full(E.shape, value) for symbol, value in (tolerance.start | held | {"E": E}).items()}
    names, p = _Names(y), _Names(dict.fromkeys(tolerance.inputs, 0.0) | tolerance.defaults | inputs)
    added, taken = np.zeros(E.shape), np.zeros(E.shape)
    for flow in tolerance.flows(0.0, names, p).values():
        change = flow.moves.get("E", 0.0)
        if change > 0:
            added += flow.rate
        elif change < 0:
            taken += flow.rate
    return added, taken


class _Names:
    def __init__(self, values):
        self.__dict__.update(values)


def push(E_0: float = 1.0) -> Protocol:
    """Return a thought experiment: on day 0 a person has `E_0` effectors per µL, wherever they came from."""
    return Protocol(
        Event(
            "push",
            day=0.0,
            effect=lambda y, p: {"E": p.E_0 + 0.0 * y.E},
            parameters=(
                Parameter("E_0", E_0, "cells/µL", "effectors on day 0", TOY, high=100.0, slider=Slider(0, 4, 0.05)),
            ),
        )
    )


def ends_ill(protocol: Protocol | None = None, *, years: float = 5.0, start=None, **changes) -> np.ndarray:
    """Return whether healthy persons are ill `years` after day 0, one truth for each value in `changes`.

    `changes` are parameter values of the model or the protocol, numbers or arrays of one length. `start` is a run or
    a state to go on from, instead of health.
    """
    size = max((np.size(value) for value in changes.values()), default=1)
    run = simulate_cohort(tolerance, size, years * YEAR, protocol, start=start, points=[years * YEAR], **changes)
    return run["E"][-1] > ACTIVE


def least_strength(
    protocol: Protocol, days, *, high: float = 1000.0, precision: float = 0.005, start=None, **changes: float
) -> np.ndarray:
    """Return the least strength of an infection that leaves a lasting disease, for each length in `days`.

    `protocol` has the parameters `I_0` and `infection_days`. The answer has the shape of `days` and is
    known to the share `precision`; it is infinity where no strength up to `high` is enough. `start` is as in
    `ends_ill`.
    """
    days = np.asarray(days, float)
    low, top = np.full(days.shape, high / 1e6), np.full(days.shape, high)
    steps = np.linspace(0.0, 1.0, 13)[:, None]
    never = ~ends_ill(protocol, start=start, I_0=top, infection_days=days, **changes)
    while (top / low - 1.0).max() > precision:
        grid = low * (top / low) ** steps
        ill = ends_ill(
            protocol, start=start, I_0=grid.ravel(), infection_days=np.broadcast_to(days, grid.shape).ravel(), **changes
        ).reshape(grid.shape)
        ill[-1] = True
        first, person = ill.argmax(axis=0).clip(min=1), np.arange(days.size)
        low, top = grid[first - 1, person], grid[first, person]
    return np.where(never, np.inf, np.sqrt(low * top))


def onset_days(K_R, persons: int, years: float, seed) -> np.ndarray:
    """Return the day on which the disease of each person begins, shape (values of K_R, persons).

    The same `persons` meet the same random infections over `years`, once for every value in `K_R`, which
    is the middle of their own values. They differ in the parameters of `patients.VARIATION`. Infinity
    means that the person stays well. `seed` is a number or a `numpy.random.Generator`.
    """
    rng, until = np.random.default_rng(seed), years * YEAR
    infections, cohort = random_infections(persons, until, rng), varied_cohort(persons, rng)
    groups = np.atleast_1d(np.asarray(K_R, float))

    def repeated(values):
        return np.tile(values, groups.size)

    protocol = Protocol(
        *(Course(c.input, repeated(c.level), repeated(c.start), c.duration, name=c.name) for c in infections.courses)
    )
    values = {symbol: repeated(value) for symbol, value in cohort.values.items()}
    values["K_R"] = values["K_R"] / tolerance.defaults["K_R"] * np.repeat(groups, persons)
    run = simulate_cohort(
        tolerance, Cohort(groups.size * persons, **values), until, protocol, points=np.arange(0.0, until + 1.0, 7.0)
    )
    return day_of_relapse(run).reshape(groups.size, persons)


def person(p, z):
    """Return the parameters of one person by symbol: a brake of `p.brake` per cent, and a life of random infections.

    Everything random is drawn in the same order whatever the brake, so that the same persons meet the same infections.
    """
    own = virtual_patient.differences(p, z)
    own["K_R"] = own["K_R"] * 100.0 / p.brake
    return own | virtual_patient.random_infections(p, z, LIFELONG)


def life() -> Protocol:
    """Return the infections that `person` has drawn."""
    return virtual_patient.infections(most=LIFELONG)
