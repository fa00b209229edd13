"""One box of cells: they come in, divide and are lost; and what Euler's method makes of it.

Question
    How many cells does a box hold in the end, and how long does it take to get there?

In words (t in days, cells in cells/µL of blood)
    Cells come in at θ a day; of those in the box a share ρ divides and a share δ is lost per day.
    With the net loss d = δ - ρ > 0 the box settles at N* = θ/d, and its distance from N* shrinks as e^(-d t):
    time constant 1/d, half-life ln 2/d. For a single cell the half-life is ln 2/δ, whatever ρ is.

    Euler's method with the step h replaces the box by N(t + h) = N(t) + h (θ - δ N(t)). From an empty box this is
    N*(1 - (1 - h δ)^n) after n steps: `stepped_box` draws it, joined by straight lines, beside the exact course.

Sources
    `NAIVE`: thymic output, division and loss of naive CD4 T cells in an adult, as in the TREC model
    (Ribeiro and De Boer 2008). Its authors assume these values and say so: output and loss are set, and the division
    is solved for, so that 400 cells/µL come out.
    The other values are toy values.

Limits
    See `one_box.limits`.
"""

from __future__ import annotations

import math

import numpy as np

from immunereset.engine import YEAR, Model, Observable, Parameter, Slider, State, gain, loss

from .trec import trec

TOY = "toy value"

NAIVE = {here: trec.parameters[there].value for here, there in [("theta", "sigma"), ("rho", "p"), ("delta", "d")]}
"""Naive CD4 T cells of an adult: influx (cells/µL/d), division and loss (1/d), those of the TREC model."""


def flows(t, y, p):
    """Return the named flows of one box at day t."""
    return {
        "influx": gain("N", p.theta),
        "division": gain("N", p.rho * y.N),
        "loss": loss("N", p.delta * y.N),
    }


def _net(p):
    """The net loss (1/d), kept above zero: a box that loses nothing has no level."""
    return np.maximum(p.delta - p.rho, 1e-9)


THETA = Parameter("theta", 5.0, "cells/µL/d", "cells that come in per day", TOY, slider=Slider(0, 10, 0.5))
DELTA = Parameter("delta", 0.10, "1/d", "share of the cells that is lost per day", TOY, low=1e-6, high=10.0,
                  slider=Slider(0.05, 0.25, 0.05))  # fmt: skip
CELLS = State("N", 0.0, "cells/µL", "cells in the box", role="conventional")

one_box = Model(
    name="one-box",
    states=[CELLS],
    parameters=[
        THETA,
        Parameter("rho", 0.0, "1/d", "share of the cells that divides per day", TOY, high=10.0),
        DELTA,
    ],
    flows=flows,
    observables={
        "coming in": (lambda t, y, p: p.theta + 0.0 * y.N, "cells/µL/d", "cells that come in per day"),
        "made": (lambda t, y, p: p.rho * y.N, "cells/µL/d", "cells made by division per day"),
        "lost": (lambda t, y, p: p.delta * y.N, "cells/µL/d", "cells lost per day"),
        "filled": (
            lambda t, y, p: y.N * _net(p) / np.maximum(p.theta, 1e-9),
            "–",
            "share of the steady state that is there",
        ),
        "level": (
            lambda t, y, p: p.theta / _net(p) + 0.0 * y.N,
            "cells/µL",
            "steady state; without end above a million",
        ),
        "constant": (lambda t, y, p: 1.0 / _net(p) / YEAR + 0.0 * y.N, "years", "time constant"),
    },
    question="How many cells does a box hold, and how long does it take to get there?",
    limits=(
        "All cells of a box are alike: old and young, resting and dividing are lost at the same rate.",
        "The rates are fixed. Nothing in the box notices how full it is.",
    ),
)


def steady_number(theta: float, delta: float, rho: float = 0.0) -> float:
    """Return the cells (cells/µL) at which a box stands still: θ/(δ - ρ); infinity if nothing holds its growth.

    Raises ValueError for a negative influx or rate.
    """
    if not min(theta, delta, rho) >= 0:
        raise ValueError(f"Influx and rates must be at least 0; θ {theta:g}, δ {delta:g} and ρ {rho:g} were given.")
    net = delta - rho
    return theta / net if net > 0 else math.inf


def half_life(rate: float) -> float:
    """Return the days in which something halves that is lost at `rate` (1/d): ln 2/rate.

    Raises ValueError for a rate that is not positive: nothing halves then.
    """
    if not rate > 0:
        raise ValueError(f"The rate of loss is {rate:g} per day; it must be above 0, or nothing halves.")
    return math.log(2.0) / rate


def euler(change, N: float, h: float, until: float) -> tuple[np.ndarray, np.ndarray]:
    """Follow what changes by `change(t, N)` per day by Euler's method in steps of `h` days, from `N` on day 0.

    Returns the days 0, h, 2h, … and `until`, shape (steps + 1,), and the cells on them; the last step is shorter
    where `h` does not divide the time. Raises ValueError for a step that is not positive or longer than the time.
    """
    if not 0 < h <= until:
        raise ValueError(f"A step of {h:g} days does not fit; it must be above 0 and at most {until:g} days.")
    days = h * np.arange(math.ceil(until / h - 1e-9) + 1)
    days[-1] = until
    cells = [float(N)]
    for day, step in zip(days, np.diff(days)):
        cells.append(cells[-1] + step * change(day, cells[-1]))
    return days, np.array(cells)


def stepped_flows(t, y, p):
    """Return the named flows of a box without division at day t."""
    return {"influx": gain("N", p.theta), "loss": loss("N", p.delta * y.N)}


def _polygon(t, y, p):
    """Return Euler's course from an empty box, joined by straight lines, on day t."""
    whole = np.floor(t / p.h)
    part = t / p.h - whole
    kept = 1.0 - p.h * p.delta
    return p.theta / p.delta * (1.0 - kept**whole * (1.0 - part * p.h * p.delta))


stepped_box = Model(
    name="stepped box",
    states=[CELLS],
    parameters=[
        THETA,
        DELTA,
        Parameter("h", 2.0, "d", "step of Euler's method", "our choice", low=0.01, slider=Slider(1, 23, 1)),
    ],
    flows=stepped_flows,
    observables={
        "Euler": Observable(_polygon, "cells/µL", "what Euler's method says", role="effector"),
        "reach": (lambda t, y, p: p.h * p.delta + 0.0 * t, "–", "share of the distance that one step covers"),
    },
    question="What does the step of the calculation do to its answer?",
    limits=("Euler's course is drawn from its formula for an empty box; any other start needs the loop.",),
)
