r"""Homeostasis: a thymus that ages, and a space that T cells share.

Question
    Why does the number of T cells hardly change in sixty years, although the thymus makes fewer and fewer; and why
    does it come back after most of the cells were lost?

Equations (t in days, cells in cells/µL of blood)
    dN/dt = θ + ρ_N N - ρ_N N N/K
    θ     = θ_20 2^(-(age + t/365 - 20)/t_half)      thymic output; the person grows older during the run
    This is the tolerance model's equation of N (science dossier, section 1.4) with every CD4 T cell counted in N,
    without autoreactive cells, and with an age that goes on. With a steady θ the cells settle at
    N* = K/2 (1 + √(1 + 4 θ/(ρ_N K))).

Sources
    As in `tolerance`: the parameters are that model's own.

Limits
    See `homeostasis.limits`.
"""

from __future__ import annotations

import math

from immunereset.engine import YEAR, Event, Model, Parameter, Protocol, Slider, State, gain, loss

from .tolerance import TOY, tolerance

SAME = tolerance.parameters


def flows(t, y, p):
    """Return the named flows at day t: T cells of the thymus, and of each other."""
    theta = p.theta_20 * 2.0 ** (-(p.age + t / YEAR - 20.0) / p.t_half)
    fullness = y.N / p.K
    return {
        "thymic output": gain("N", theta),
        "division": gain("N", p.rho_N * y.N),
        "crowding": loss("N", p.rho_N * y.N * fullness),
    }


def rate(name: str):
    """Return the function of (t, y, p) that computes the flow `name`, in cells/µL/d."""
    return lambda t, y, p: flows(t, y, p)[name].rate


homeostasis = Model(
    name="homeostasis",
    states=[State("N", 910.174, "cells/µL", "CD4 T cells in the blood")],
    parameters=[
        SAME["theta_20"],
        SAME["t_half"],
        Parameter("age", 30.0, "years", "age on day 0", TOY, low=0.0, high=100.0, slider=Slider(20, 80, 5)),
        SAME["rho_N"],
        SAME["K"],
    ],
    flows=flows,
    observables={
        "from thymus": (rate("thymic output"), "cells/µL/d", "T cells made by the thymus per day"),
        "by division": (rate("division"), "cells/µL/d", "T cells made by division per day"),
        "lost": (rate("crowding"), "cells/µL/d", "T cells lost per day"),
    },
    question="Why does your T-cell count stay the same?",
    limits=(
        "Blood only: most T cells live in lymph nodes and tissue, and they move.",
        "All CD4 T cells are alike. In people naive and memory cells are replaced at very different rates, and with "
        "age the naive ones become fewer.",
        "Space is one number. In the body it stands for signals that T cells compete for.",
        "The thymus does not notice how many T cells there are, and a loss of T cells leaves it unharmed.",
        "Only the difference of division and crowding is chosen to fit; each of them alone is larger than "
        "what is known of most T cells.",
        "From 20 years on. In childhood the thymus and the number of cells change in other ways.",
    ),
)


def depletion(k: float = 2.0, day: float = 0.0) -> Protocol:
    """Return a loss of T cells to a depth of `k` logs on `day`: 10^-k of them are left, and nothing else happens."""
    return Protocol(
        Event(
            "loss of T cells",
            day=Parameter("loss_day", day, "d", "day of the loss", TOY),
            effect=lambda y, p: {"N": y.N * 10.0**-p.k},
            parameters=(
                Parameter("k", k, "logs", "depth of the loss", TOY, high=20.0, slider=Slider(0, 4, 0.1)),
            ),
        )
    )  # fmt: skip


def thymic_output(age: float, theta_20: float = SAME["theta_20"].value, t_half: float = SAME["t_half"].value) -> float:
    """Return the T cells that the thymus makes per day (cells/µL/d) at an age in years."""
    return theta_20 * 2.0 ** (-(age - 20.0) / t_half)


def balance_point(theta: float, rho_N: float = SAME["rho_N"].value, K: float = SAME["K"].value) -> float:
    """Return the number of T cells (cells/µL) at which an unchanging thymus and the space are in balance."""
    return K / 2.0 * (1.0 + math.sqrt(1.0 + 4.0 * theta / (rho_N * K)))
