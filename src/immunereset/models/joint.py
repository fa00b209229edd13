r"""A joint in rheumatoid arthritis: two signals that hold each other, and mesenchymal cells that are soon gone.

Question
    Can cells that are gone within days change a joint for years?

In words (t in days, signals and cells in toy units)
    The inflammatory signal (p) feeds itself, the more the stronger c_2 is; the calming signal (a) brakes that. Calming
    signal is made in answer to inflammation. Both are lost by themselves.
    Infused mesenchymal cells (S) die with a half-life t_S. While they live they make calming signal, too, if the joint
    licenses them: a cell works as far as p exceeds K_L, as the joint's own brake does. With K_L = 0 every cell works.
    Inflammation wears cartilage (C) down; nothing makes it grow.

Sources
    Both signals: Baker et al. (2013), with the published values of c_1, c_3, c_4 and c_5; c_2 is the parameter that this
    book moves. The published time has no unit; one unit is taken for a day. The cells, their licensing, and cartilage
    were added for this book.

Limits
    See `joint.limits`.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from immunereset.engine import (
    YEAR,
    Event,
    Model,
    Parameter,
    Protocol,
    Run,
    Slider,
    State,
    gain,
    loss,
    simulate,
    simulate_cohort,
    steady_states,
    threshold,
)  # fmt: skip

TOY = "toy value"
PUBLISHED = "Baker et al. 2013"


def flows(t, y, p):
    """Return the named flows of the joint at day t."""
    license_ = y.p**2 / (p.K_L**2 + y.p**2)
    return {
        "making of a": gain("a", p.c_4 * y.p**2 / (p.c_3**2 + y.p**2)),
        "work of the cells": gain("a", y.S * license_),
        "loss of a": loss("a", y.a),
        "inflammation": gain("p", (p.c_1 + p.c_2 * y.p**2 / (1.0 + y.p**2)) / (1.0 + y.a**2)),
        "loss of p": loss("p", p.c_5 * y.p),
        "death of the cells": loss("S", math.log(2.0) / p.t_S * y.S),
        "wear": loss("C", p.k_d * y.p * y.C),
    }


PARAMETERS = [
    Parameter("c_1", 0.025, "1/d", "inflammatory signal made without any", PUBLISHED, high=1.0),
    Parameter("c_2", 10.0, "1/d", "how strongly inflammation feeds itself", "toy value; the published point is 1", high=100.0,
              slider=Slider(2, 20, 0.1)),
    Parameter("c_3", 0.5, "–", "inflammatory signal that half-wakes the joint's own brake", PUBLISHED, low=1e-3, high=10.0),
    Parameter("c_4", 3.5, "1/d", "strength of the joint's own brake", PUBLISHED, high=100.0),
    Parameter("c_5", 1.25, "1/d", "loss of the inflammatory signal", PUBLISHED, low=1e-3, high=100.0),
    Parameter("t_S", 1.0, "d", "half-life of the infused cells", TOY, low=0.01, slider=Slider(0.5, 3, 0.5)),
    Parameter("K_L", 0.5, "–", "inflammatory signal at which half of the cells work; 0: all of them always", TOY, high=10.0),
    Parameter("k_d", 0.002, "1/d", "wear of cartilage by one unit of inflammatory signal", TOY, high=1.0),
]  # fmt: skip

LIMITS = (
    "The time of the published model has no unit; one unit is taken for a day. Doses have no unit either: none stands for "
    "a number of cells.",
    "How high and how late a failing dose flares rests on c₄, the strength of the joint's own brake.",
    "That inflammation licenses the cells, and how much of it that takes, is our choice. Without it a smaller dose is enough.",
    "The half-life of infused cells in people is not known from any row of data/; one day is a toy value.",
    "Two signals stand for many. There are no T cells, no B cells and no antibodies, and no second joint.",
    "Cartilage only wears down; what repairs it in people is left out.",
)

joint = Model(
    name="joint",
    states=[
        State("p", 0.025, "–", "inflammatory signal", role="effector"),
        State("a", 0.0087, "–", "calming signal", role="regulatory"),
        State("S", 0.0, "doses", "infused mesenchymal cells", role="drug"),
        State("C", 100.0, "%", "cartilage left", role="damage"),
    ],
    parameters=PARAMETERS,
    flows=flows,
    question="When does a short push change a joint for good?",
    limits=LIMITS,
)

ACTIVE = 0.1
"""Inflammatory signal above which the book calls the joint inflamed (a convention of this model)."""

RANGE = (1e-3, 10.0)
"""Inflammatory signals among which steady states of the joint are looked for."""


def _dose(S_0: float) -> Parameter:
    return Parameter("S_0", S_0, "–", "cells in one infusion", TOY, high=1000.0, slider=Slider(0, 8, 0.1))


def infusion(S_0: float = 6.0) -> Protocol:
    """Return one infusion of `S_0` cells (toy units) on day 0."""
    return Protocol(Event("infusion", 0.0, lambda y, p: {"S": y.S + p.S_0}, (_dose(S_0),)))


def infusions(S_0: float = 6.0, n: float = 4.0, gap: float = 7.0, most: int = 4, longest: int = 10) -> Protocol:
    """Return `n` infusions of `S_0` cells each (toy units), the first on day 0 and one every `gap` days.

    All three are parameters, so that a slider moves them: `n` counts up to `most`, `gap` is a whole number of days up to
    `longest`. On each day that could be one of an infusion the protocol looks whether it is.
    """
    number = Parameter("n", n, "–", "number of infusions", TOY, high=float(most), slider=Slider(1, most, 1))
    apart = Parameter("gap", gap, "d", "days from one infusion to the next", TOY, low=1.0, high=float(longest),
                      slider=Slider(1, longest, 1))  # fmt: skip

    def given(day):
        def effect(y, p):
            cells = y.S
            for i in range(most):
                cells = cells + np.where(i < p.n, np.where(abs(i * p.gap - day) < 0.5, p.S_0, 0.0), 0.0)
            return {"S": cells}

        return effect

    days = sorted({i * wait for i in range(most) for wait in range(1, longest + 1)})
    return Protocol(*(Event(f"day {day}", day, given(day), (_dose(S_0), number, apart)) for day in days))


def resting(**changes: float) -> list[dict[str, float]]:
    """Return the steady states of a joint without cells, each as {p, a}, from quiet to inflamed."""
    found = steady_states(joint, "p", RANGE, **changes)
    return [{name: one.state[name] for name in ("p", "a")} for one in found]


@cache
def inflamed(**changes: float) -> dict[str, float]:
    """Return the state, as {p, a}, in which an inflamed joint stands still. Raises ValueError for a joint that has none."""
    *_, last = resting(**changes)
    if last["p"] < ACTIVE:
        told = ", ".join(f"{symbol} = {value:g}" for symbol, value in changes.items())
        raise ValueError(f"A joint with {told} has no inflamed state.")
    return last


def ends_quiet(doses, protocol: Protocol | None = None, days: float = YEAR, **changes: float) -> np.ndarray:
    """Return whether an inflamed joint is quiet after `days`, shape (doses,), for each dose of `doses` (toy units).

    `protocol` has the parameter S_0; without one it is a single infusion. `changes` are parameters of model and protocol.
    """
    doses, own = np.atleast_1d(np.asarray(doses, dtype=float)), ("c_1", "c_2", "c_3", "c_4", "c_5")
    start = inflamed(**{symbol: value for symbol, value in changes.items() if symbol in own})
    run = simulate_cohort(
        joint, len(doses), days, protocol or infusion(), start=start, points=[days], S_0=doses, **changes
    )  # fmt: skip
    return run["p"][-1] < ACTIVE


@cache
def least_dose(most: float = 20.0, precision: float = 0.002, **changes: float) -> float:
    """Return the least single dose (toy units) after which an inflamed joint is quiet one year later.

    Infinity if none up to `most` is.
    """
    return threshold(lambda doses: ends_quiet(doses, **changes), 0.0, most, precision)


def worst_day(days: float = 400.0, **changes: float) -> Run:
    """Return the run of a joint that comes and goes, without cells, until the last peak of p within `days`.

    Raises ValueError for a joint whose p has no peak in the second half of that time.
    """
    points = np.linspace(days / 2, days, 20001)
    p = simulate(joint, days, start={"p": 0.3, "a": 1.0}, points=points, **changes)["p"]
    peaks = np.flatnonzero((p[1:-1] > p[:-2]) & (p[1:-1] >= p[2:]) & (np.ptp(p) > 0.01)) + 1
    if not len(peaks):
        raise ValueError(f"This joint does not come and go: its signal rests at {p[-1]:.3g}.")
    last = float(points[peaks[-1]])
    return simulate(joint, last, start={"p": 0.3, "a": 1.0}, **changes)
