r"""Locking cells out: a drug that keeps cells in the blood, and what happens in the tissue when it stops.

Question
    A drug blocks the way from the blood into the tissue. What does the tissue see while it lasts, and when it ends?

In words (t in days, cells in cells/µL)
    Effectors are made at a constant pace and enter the blood (B). There they die slowly, or move into the tissue (X),
    where they die faster. A drug blocks a share of the moves. It kills nothing.

Sources
    Two boxes in a row, our choice; all values are toy values, chosen so that the tissue is spared by half while the drug
    lasts.

Limits
    See `sequestration.limits`.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine import Course, Input, Model, Parameter, Protocol, Slider, State, gain, loss, move, simulate

TOY = "toy value"


def flows(t, y, p):
    """Return the named flows of the sequestration model at day t, for states y and parameters p."""
    return {
        "supply": gain("B", p.s),
        "loss in blood": loss("B", p.delta_B * y.B),
        "entry into tissue": move("B", "X", (1.0 - p.lock) * p.m * y.B),
        "loss in tissue": loss("X", p.delta_X * y.X),
    }


_STEADY = 0.2 / 0.105

sequestration = Model(
    name="sequestration",
    states=[
        State("X", _STEADY, "cells/µL", "effectors in the tissue", role="effector"),
        State("B", _STEADY, "cells/µL", "effectors in the blood", role="conventional"),
    ],
    parameters=[
        Parameter("s", 0.2, "cells/µL/d", "effectors made per day", TOY),
        Parameter("m", 0.1, "1/d", "entry into the tissue", TOY, high=10.0),
        Parameter("delta_B", 0.005, "1/d", "loss of effectors in the blood", TOY, high=10.0),
        Parameter("delta_X", 0.1, "1/d", "loss of effectors in the tissue", TOY, high=10.0),
    ],
    flows=flows,
    inputs=[Input("lock", "–", "share of the moves into the tissue that a drug blocks", high=1.0)],
    observables={
        "times normal": (
            lambda t, y, p: y.X * p.delta_X * (p.delta_B + p.m) / (p.s * p.m),
            "–",
            "effectors in the tissue, as multiples of normal",
        ),
    },
    question="What does a drug that locks cells out of the tissue leave behind when it stops?",
    limits=(
        "One kind of cell, no memory, no regulation: nothing here starts or ends a disease.",
        "The supply is constant: the body does not answer to a blood full of cells.",
        "Blood and tissue have the same volume in the toy.",
    ),
)


def lock_out(lock_0: float = 0.95, duration: float = 365.0) -> Protocol:
    """Return a drug that blocks the share `lock_0` of moves into the tissue from day 0 on, for `duration` days."""
    share = Parameter(
        "lock_0", lock_0, "–", "share of the cells that are blocked", TOY, high=1.0, slider=Slider(0.5, 0.99, 0.01)
    )  # fmt: skip
    return Protocol(
        Course("lock", share, 0.0, Parameter("lock_days", duration, "d", "days on the lock-out drug", TOY), name="drug")
    )


def peak_after(lock_0: float = 0.95, half_life: float = 0.0, days: float = 365.0) -> float:
    """Return the highest number of effectors in the tissue after the last dose, in multiples of the number before it all.

    The drug is taken for `days`; its effect then halves every `half_life` days (0: it is gone at once).
    """
    protocol = lock_out(lock_0, days)
    if half_life:
        protocol += Protocol(Course("lock", lock_0, days, half_life=half_life))
    points = np.concatenate([[0.0], days + np.linspace(0.0, 200.0, 801)])
    return float(simulate(sequestration, points[-1], protocol, points=points)["times normal"].max())
