r"""Origins: the T cells of the homeostasis model, told apart by where they come from.

Question
    The number of T cells hardly changes. Are they the same cells?

In words (t in days, cells in cells/µL of blood, the thymus as a share of that at age 20)
    Cells from before (N_o) descend from those that were there on day 0, newcomers (N_n) from what the thymus (T) has
    sent since. Both follow the rule of homeostasis: each divides at ρ_N and is lost at ρ_N times the fullness
    (N_o + N_n)/K of the space that they share. Their sum is the N of homeostasis.

Sources
    The parameters are those of homeostasis.

Limits
    See `origins.limits`.
"""

from __future__ import annotations

import math
from dataclasses import replace

from immunereset.engine import YEAR, Event, Model, Observable, Parameter, Protocol, Slider, State, gain, loss

from .homeostasis import AGE, balance_point, homeostasis, thymic_output, thymus
from .tolerance import TOY


def flows(t, y, p):
    """Return the named flows at day t: two lots of T cells share one space, and the thymus feeds one of them."""
    fullness = (y.N_o + y.N_n) / p.K
    return {
        "involution": loss("T", math.log(2.0) / p.t_half * y.T / YEAR),
        "thymic output": gain("N_n", p.theta_20 * y.T),
        "division of the old": gain("N_o", p.rho_N * y.N_o),
        "division of the new": gain("N_n", p.rho_N * y.N_n),
        "crowding of the old": loss("N_o", p.rho_N * y.N_o * fullness),
        "crowding of the new": loss("N_n", p.rho_N * y.N_n * fullness),
    }


def _all(y):
    return y.N_o + y.N_n


origins = Model(
    name="origins",
    states=[
        replace(homeostasis.states["T"]),
        State("N_o", homeostasis.start["N"], "cells/µL", "T cells that descend from those of day 0", role="memory"),
        State(
            "N_n", 0.0, "cells/µL", "T cells that the thymus has sent since, and their descendants", role="infection"
        ),
    ],
    parameters=list(homeostasis.parameters.values()),
    flows=flows,
    observables={
        "N": Observable(lambda t, y, p: _all(y), "cells/µL", "all T cells", role="conventional"),
        "from thymus": (lambda t, y, p: p.theta_20 * y.T, "cells/µL/d", "T cells made by the thymus per day"),
        "by division": (lambda t, y, p: p.rho_N * _all(y), "cells/µL/d", "T cells made by division per day"),
        "lost": (lambda t, y, p: p.rho_N * _all(y) ** 2 / p.K, "cells/µL/d", "T cells lost per day"),
        "fullness": (lambda t, y, p: _all(y) / p.K, "–", "share of the space that is filled"),
        "from before": (lambda t, y, p: 100.0 * y.N_o / (_all(y) + 1e-12), "%", "share of the cells from before"),
    },
    question="Are they the same cells?",
    limits=(
        *homeostasis.limits,
        "Newcomers and cells from before differ in nothing but their origin.",
    ),
)


def at_age(age: float) -> dict[str, float]:
    """Return the start of a person in balance at an age in years, whose cells all count as from before."""
    return {"T": thymus(age), "N_o": balance_point(thymic_output(age)), "N_n": 0.0}


def loss_of_cells(k: float = 2.0, age: float = AGE) -> Protocol:
    """Return what makes a run that of a person of `age` years who loses `k` logs of T cells on day 0.

    The 10^-k that are left count as from before; the thymus is the one of that age, and is not harmed.
    """
    return Protocol(
        Event(
            "cells are lost",
            day=0.0,
            effect=lambda y, p: {
                "N_o": (y.N_o + y.N_n) * 10.0**-p.k, "N_n": 0.0 * y.N_n, "T": thymus(p.age, p.t_half) + 0.0 * y.T,
            },
            parameters=(
                Parameter("k", k, "logs", "depth of the loss", TOY, high=20.0, slider=Slider(0, 4, 0.1)),
                Parameter("age", age, "years", "age on day 0", TOY, low=0.0, high=100.0, slider=Slider(20, 80, 5)),
            ),
        )
    )  # fmt: skip
