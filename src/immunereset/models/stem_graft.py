r"""Stem cells that renew themselves or differentiate, and a graft of them.

Question
    How many cells make a graft, and how much of it is luck?

In words (t in days; S stem cells that have settled in the marrow, C their progeny, in cells)
    A stem cell divides into two stem cells (rate b), into one stem cell and one differentiating cell
    (rate a), or into two differentiating cells (rate d). Progeny is used up at the rate delta_C. On day 0 a dose of
    D stem cells is given, of which each settles with probability s.
    With the noise of single cells a Poisson number settles, and the chance that the graft fails in
    the end is exp(-s D (1 - d/b)) for d < b, and 1 otherwise.

Sources
    Linear birth and death, a textbook process; `extinction` has its formulas. All values are toy values: rates chosen
    so that a pool grows on average, and yet most lines of a single cell die out.

Limits
    See `LIMITS`.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine import Event, Model, Parameter, Protocol, Slider, State, gain, loss, move

TOY = "toy value"

LIMITS = (
    "No niche: stem cells do not compete for places, so that a graft that lives grows without end.",
    "All stem cells are alike, and each decides by itself, whatever the others do and whatever the blood needs.",
    "No stem cell dies without dividing: deaths would add to d and leave no progeny.",
    "No cells of the patient's own are left, and no immune system rejects the graft.",
    "Days are too fast: the rates are chosen so that luck shows within months.",
)


def flows(t, y, p):
    """Return the named flows of stem cells and their progeny at day t, for states y and parameters p."""
    return {
        "self-renewal": gain("S", p.b * y.S),
        "one of each": gain("C", p.a * y.S),
        "two others: first": move("S", "C", p.d * y.S),
        "two others: second": gain("C", p.d * y.S),
        "use": loss("C", p.delta_C * y.C),
    }


def chance_of_failure(t, y, p):
    """Return the chance that a graft of D cells fails in the end, in percent."""
    return 100.0 * np.exp(-p.s * p.D * (1.0 - np.minimum(p.d / p.b, 1.0)))


stem_graft = Model(
    name="stem graft",
    states=[
        State("S", 0.0, "cells", "stem cells that have settled"),
        State("C", 0.0, "cells", "progeny: other cells", counted=False, role="conventional"),
    ],
    parameters=[
        Parameter("b", 0.05, "1/d", "divisions into two stem cells", TOY, low=1e-4, high=1.0,
                  slider=Slider(0.02, 0.06, 0.005)),
        Parameter("a", 0.05, "1/d", "divisions into one stem cell and one other", TOY, high=1.0,
                  slider=Slider(0, 0.2, 0.05)),
        Parameter("d", 0.03, "1/d", "divisions into two other cells", TOY, high=1.0,
                  slider=Slider(0, 0.06, 0.005)),
        Parameter("delta_C", 0.02, "1/d", "use of progeny", TOY, low=1e-4, high=10.0, latex=r"\delta_C"),
        Parameter("s", 0.1, "–", "chance of a given cell to settle", TOY, high=1.0, slider=Slider(0.05, 0.3, 0.05)),
        Parameter("D", 25.0, "cells", "stem cells given", TOY, high=1e12, slider=Slider(5, 120, 5)),
    ],
    flows=flows,
    observables={"failure": (chance_of_failure, "%", "chance that the graft fails in the end")},
    question="How many cells make a graft?",
    limits=LIMITS,
)  # fmt: skip


def infusion() -> Protocol:
    """Return the infusion of a dose on day 0: s D cells settle; in a noisy run a Poisson number with this mean."""
    return Protocol(Event("infusion", day=0.0, effect=lambda y, p: {"S": y.S + p.s * p.D}))
