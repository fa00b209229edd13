r"""A second autoimmune disease: B cells are back before the T cells that hold them.

Question
    Why does one kind of conditioning bring more new autoimmune disease than another?

In words (t in days from the graft; both kinds of cells as a multiple of normal)
    T cells (T) come back slowly, with the time tau_T. B cells (B) come back from day 45 on, faster, and rise to o times
    normal. While there are more B cells than T cells to hold them, a new disease may begin: its risk on a day is h_0
    times what B exceeds T by.

Sources
    The idea that B cells outrun the cells that regulate them is a hypothesis, and all values are toy values. h_0 is
    calibrated at one point: with tau_B = 60 d, tau_T = 500 d, o = 1.3 the share ill after five years is that of
    Daikeler et al. (2011), 9.8 %, whatever the conditioning of their patients was.

Limits
    See `second_disease.limits`.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine import (
    YEAR,
    Course,
    Input,
    Model,
    Observable,
    Parameter,
    Protocol,
    Slider,
    State,
    gain,
    loss,
    simulate,
)

TOY = "toy value, our choice"
OPENS = 45.0
"""Day from which on B cells are made again."""


def _flows(t, y, p):
    gap = np.maximum(y.B - y.T, 0.0)
    return {
        "T cells made": gain("T", 1.0 / p.tau_T),
        "T cells lost": loss("T", y.T / p.tau_T),
        "B cells made": gain("B", (1.0 - p.shut) * p.o / p.tau_B),
        "B cells lost": loss("B", y.B / p.tau_B),
        "new disease": gain("H", p.h_0 * gap),
    }


second_disease = Model(
    "second disease",
    [
        State("T", 0.0, "× normal", "T cells", role="regulatory"),
        State("B", 0.0, "× normal", "B cells", role="conventional"),
        State("H", 0.0, "–", "risk gathered so far"),
    ],
    [
        Parameter("tau_T", 500.0, "d", "time T cells take", TOY, low=1.0, latex=r"\tau_T", slider=Slider(50, 1250, 50)),
        Parameter("tau_B", 60.0, "d", "time B cells take", TOY, low=1.0, latex=r"\tau_B", slider=Slider(20, 600, 5)),
        Parameter("o", 1.3, "–", "how far B cells rise", TOY, slider=Slider(1, 2, 0.1)),
        Parameter("h_0", 1.15e-4, "1/d", "risk a day while B exceeds T by all of normal",
            "toy value, set so that 9.8 % are ill after five years (Daikeler et al. 2011)", latex="h_0",
        ),
    ],
    _flows,
    inputs=[Input("shut", "–", "share of the making of B cells that is shut", high=1.0)],
    observables={
        "gap": Observable(lambda t, y, p: np.maximum(y.B - y.T, 0.0), "× normal", "B cells that nothing holds"),
        "risk": Observable(lambda t, y, p: 100.0 * (1.0 - np.exp(-y.H)), "%", "share with a second disease", role="damage"),
    },
    question="Why does one kind of conditioning bring more new autoimmune disease than another?",
    limits=(
        "That B cells outrun the cells that hold them is a hypothesis.",
        "One point is calibrated. Everything else, the slope with the time of T cells above all, is the toy's.",
        "No genes and no first disease: patients with lupus had more second diseases, and the toy cannot say why.",
        "All second diseases count alike: a thyroid that a tablet replaces, and bleeding that kills.",
    ),
)  # fmt: skip


def after_graft() -> Protocol:
    """Return what happens to B cells: none are made before day 45, and then they are."""
    return Protocol(Course("shut", 1.0, 0.0, OPENS, name="no B cells made"))


def share_ill(years: float = 5.0, **changes: float) -> float:
    """Return the share (%) with a second disease after `years`; `changes` are parameter values."""
    return float(simulate(second_disease, years * YEAR, after_graft(), **changes)["risk"][-1])
