r"""What a test of purity proves: none found among m cells, and the cells that a dose may still hold.

Question
    None was found among ten million cells. How many are left in the dose?

In words (t in days, cells in millions)
    Day by day a laboratory tests v million cells of the product and finds none that is still pluripotent; m were tested so
    far. A share of up to 3/m cannot be excluded with 95 % confidence (the rule of three), so that a dose of D million may
    still hold 3·D/m such cells. Each makes a teratoma with the chance q, independently of the others: a risk of
    1 − exp(−q·3·D/m) cannot be excluded.

Sources
    The rule of three is the upper end of the exact interval for none of m. D is the full dose of a trial, 0.8·10⁹ cells
    (Reichman et al. 2025). q and v are toy values: no study seen gives the chance of one cell.

Limits
    See `purity.limits`.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from immunereset.engine import Model, Parameter, Slider, State, gain

TOY = "toy value"


def flows(t, y, p):
    """Return the named flow: cells that are tested, all of them clean."""
    return {"testing": gain("m", p.v)}


def allowed(t, y, p):
    """Return how many pluripotent cells in the dose cannot be excluded."""
    return 3.0 * p.D / y.m


def risk(t, y, p):
    """Return the risk of a teratoma (%) that cannot be excluded."""
    return 100.0 * (1.0 - np.exp(-p.q * allowed(t, y, p)))


purity = Model(
    name="purity",
    states=[State("m", 1.0, "million cells", "cells tested, all clean", role="conventional", grows=True)],
    parameters=[
        Parameter("v", 10.0, "million cells/d", "cells tested in a day", TOY, low=1e-3, high=1e6),
        Parameter("D", 800.0, "million cells", "cells in the dose", "full dose of Reichman et al. 2025", low=1e-3, high=1e6,
                  slider=Slider(50, 800, 50)),
        Parameter("q", 1e-3, "–", "chance that one pluripotent cell makes a teratoma", TOY, low=1e-9, high=1.0),
    ],
    flows=flows,
    observables={
        "allowed": (allowed, "cells", "pluripotent cells in the dose that cannot be excluded", "beta"),
        "risk": (risk, "%", "risk of a teratoma that cannot be excluded", "effector"),
    },
    question="None was found among ten million cells. How many are left in the dose?",
    limits=(
        "Each pluripotent cell counts alone. If a teratoma needs many at once, the risk is a step and falls much sooner.",
        "The chance of one cell is a toy value. The test finds every pluripotent cell it meets; real ones miss some.",
        "A tested cell is used up. The product is mixed well, so that what was tested stands for the rest.",
    ),
)  # fmt: skip


@cache
def cells_to_test(percent: float, **changes: float) -> float:
    """Return how many clean cells (millions) bring the risk that cannot be excluded below `percent`."""
    p = purity.values(changes)
    return -p["q"] * 3.0 * p["D"] / float(np.log1p(-percent / 100.0))


def sharp_risk(m: float, least: int = 245) -> float:
    """Return the risk (%) after `m` million clean cells if a teratoma needs `least` pluripotent cells in the dose at once.

    Their number is Poisson with the mean that cannot be excluded.
    """
    from scipy.stats import poisson

    return 100.0 * float(poisson.sf(least - 1, 3.0 * purity.defaults["D"] / m))
