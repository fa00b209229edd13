r"""Six clones through a transplantation, cell by cell: which of them survive is luck.

Question
    Six clones differ in size only. Which of them are still there after conditioning, and does the
    same treatment leave the same clones in the next patient?

In words (t in days, c_1 to c_6 in cells of a sample)
    Every cell divides at the same rate b and is crowded out at b times the share of the space K that all clones fill,
    whatever its receptor. Conditioning to depth k lets each cell survive with probability 10^-k. Without noise all
    clones keep their shares and none is ever lost: run it with `simulate_noisy`.

Sources
    The neutral clones of `models.repertoire`, few enough to follow one by one. All values are toy values.

Limits
    Those of `models.repertoire.LIMITS`; and six clones are no repertoire.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine import Event, Model, Parameter, Protocol, Slider, State, gain, loss

TOY = "toy value"
SIZES = (3000.0, 1000.0, 300.0, 100.0, 30.0, 10.0)
NAMES = tuple(f"c_{i}" for i in range(1, len(SIZES) + 1))


def flows(t, y, p):
    """Return the named flows of six clones at day t, for states y and parameters p."""
    cells = [getattr(y, name) for name in NAMES]
    fullness = sum(cells[1:], cells[0]) / p.K
    out = {}
    for name, c in zip(NAMES, cells):
        out[f"division of {name}"] = gain(name, p.b * c)
        out[f"crowding of {name}"] = loss(name, p.b * c * fullness)
    return out


def alive(t, y, p):
    """Return how many clones have at least one cell."""
    present = [np.where(getattr(y, name) >= 0.5, 1.0, 0.0) for name in NAMES]
    return sum(present[1:], present[0])


few_clones = Model(
    name="six clones",
    states=[
        State(name, size, "cells", f"a clone of {size:g} cells before conditioning") for name, size in zip(NAMES, SIZES)
    ],
    parameters=[
        Parameter("b", 0.05, "1/d", "division of a cell, the same in every clone", TOY, low=1e-4, high=1.0),
        Parameter("K", sum(SIZES), "cells", "cells when the space is full", TOY, low=1.0),
    ],
    flows=flows,
    observables={"alive": (alive, "clones", "clones with at least one cell")},
    question="Which clones survive?",
    limits=("Six clones are no repertoire.", "Every cell has the same chances, whatever its receptor."),
)


def ablation(k: float = 2.0) -> Protocol:
    """Return conditioning to depth `k` (logs) on day 0, which treats all clones alike."""
    return Protocol(
        Event(
            "conditioning",
            day=0.0,
            effect=lambda y, p: {name: getattr(y, name) * 10.0 ** (-p.k) for name in NAMES},
            parameters=(
                Parameter("k", k, "logs", "depth of conditioning", TOY, high=10.0,
                          slider=Slider(0, 4, 0.25)),
            ),
        )
    )  # fmt: skip
