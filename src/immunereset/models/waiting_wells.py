r"""Wells that wait for their first reprogrammed cell: one random step, or several hidden ones.

Question
    Are slow cells bad cells?

In words (t in days, wells)
    Each of 96 wells holds n_c cells, and its number does not change. A cell is reprogrammed with the rate r a day, whatever
    came before, so that a well waits for its first one with the rate r·n_c: no well is better than another. With m hidden
    steps a well must pass m in a row (W_1 to W_5 hold those with that many to go), each m times as fast, so that the mean
    wait is the same.

Sources
    That nearly all donor cells of mice are reprogrammed in the end, after a random wait, and not only a privileged few:
    Hanna et al. (2009), abstract. r and n_c are toy values, and so are the hidden steps.

Limits
    See `waiting_wells.limits`.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from immunereset.engine import Event, Model, Parameter, Protocol, Slider, State, loss, move, simulate

TOY = "toy value"
WELLS, MOST = 96, 5
STAGES = tuple(f"W_{i}" for i in range(1, MOST + 1))


def flows(t, y, p):
    """Return the named flows of 96 wells at day t, for states y and parameters p."""
    rate = p.m * p.r * p.n_c
    steps = {
        f"step {i + 1} from the end": move(STAGES[i], STAGES[i - 1], rate * getattr(y, STAGES[i]))
        for i in range(MOST - 1, 0, -1)
    }
    return {**steps, "reprogramming": loss("W_1", rate * y.W_1)}


def waiting(t, y, p):
    """Return how many wells wait for their first reprogrammed cell."""
    return y.W_1 + y.W_2 + y.W_3 + y.W_4 + y.W_5


waiting_wells = Model(
    name="waiting wells",
    states=[
        State(name, 0.0, "wells", f"wells with {i} step{'s' * (i > 1)} to go", grows=True) for i, name in enumerate(STAGES, 1)
    ],
    parameters=[
        Parameter("r", 5e-6, "1/d", "reprogramming of one cell", TOY, high=1.0),
        Parameter("n_c", 5000.0, "cells", "cells in a well", TOY, high=1e9),
        Parameter("m", 1.0, "–", "steps that a well must pass", TOY, low=1.0, high=float(MOST), slider=Slider(1, MOST, 1)),
    ],
    flows=flows,
    observables={"waiting": (waiting, "wells", "wells that still wait", "conventional")},
    question="Are slow cells bad cells?",
    limits=(
        "The number of cells in a well stands still; in a dish cells divide, and more cells wait in fewer days.",
        "A rate for each cell and day does not make fast division pay: halving the time of a division changes nothing here.",
        "Rate and number of cells are toy values, and no count of hidden steps stands for real ones.",
    ),
)  # fmt: skip


def sown() -> Protocol:
    """Return 96 wells that are sown on day 0, all with `m` steps to go."""

    def fill(y, p):
        here = [np.where(p.m >= i - 0.5, 1.0, 0.0) * np.where(p.m < i + 0.5, 1.0, 0.0) for i in range(1, MOST + 1)]
        return {name: WELLS * one for name, one in zip(STAGES, here)}

    return Protocol(Event("sowing", 0.0, fill))


@cache
def day_left(share: float, m: float = 1.0, **changes: float) -> float:
    """Return the day on which a `share` of the wells still waits; infinity if there is none within 1000 days."""
    run = simulate(waiting_wells, 1000.0, sown(), points=np.linspace(0.0, 1000.0, 20001), m=m, **changes)
    below = np.flatnonzero(run["waiting"] <= share * WELLS)
    return float(run.t[below[0]]) if len(below) else math.inf


def last_day(m_rate: float = 0.025, wells: int = WELLS) -> float:
    """Return on which day the last of `wells` is expected, each waiting with the rate `m_rate` (1/d): Σ 1/(i·rate)."""
    return sum(1.0 / (i * m_rate) for i in range(1, wells + 1))
