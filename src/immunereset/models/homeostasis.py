r"""Homeostasis: a thymus that ages, and a space that T cells share.

Question
    Why does the number of T cells hardly change in sixty years, although the thymus makes fewer and fewer; and why
    does it come back after most of the cells were lost?

In words (t in days, cells in cells/µL of blood, the thymus as a share of that at age 20)
    The thymus (T) is a box that only loses: it halves in t_half years. It feeds the cells (N), which divide and are
    crowded out of the space K that they share.
    N follows the tolerance model's rule with every CD4 T cell counted in N,
    without autoreactive cells, and with a thymus that goes on ageing: θ = θ_20 T, T = 2^(-(age - 20)/t_half).
    With a steady θ the cells settle at N* = K/2 (1 + √(1 + 4 θ/(ρ_N K))).

Sources
    As in `tolerance`: the parameters are that model's own. θ_20 counts the first divisions of new cells: a published
    model of an adult assumes 0.032 cells/µL/d from the thymus (Ribeiro and De Boer 2008), and division adds more than
    twice as many (Bains 2009, up to age 20), in all about the 0.10 of this model at 30.

Limits
    See `homeostasis.limits`.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from immunereset.engine import YEAR, Event, Model, Parameter, Protocol, Slider, State, gain, loss

from .tolerance import TOY, tolerance

SAME = tolerance.parameters


def flows(t, y, p):
    """Return the named flows at day t: the thymus shrinks, and sends T cells into a space that they share."""
    fullness = y.N / p.K
    return {
        "involution": loss("T", math.log(2.0) / p.t_half * y.T / YEAR),
        "thymic output": gain("N", p.theta_20 * y.T),
        "division": gain("N", p.rho_N * y.N),
        "crowding": loss("N", p.rho_N * y.N * fullness),
    }


def rate(name: str):
    """Return the function of (t, y, p) that computes the flow `name`, per day."""
    return lambda t, y, p: flows(t, y, p)[name].rate


def thymus(age: float, t_half: float = SAME["t_half"].value) -> float:
    """Return the thymus that is left at an age in years, as a share of that at 20."""
    return 2.0 ** (-(age - 20.0) / t_half)


def thymic_output(age: float, theta_20: float = SAME["theta_20"].value, t_half: float = SAME["t_half"].value) -> float:
    """Return the T cells that the thymus makes per day (cells/µL/d) at an age in years.

    Raises ValueError for an age that is not from 0 to 100, for which `depletion` has no run either.
    """
    if not np.all((np.asarray(age) >= 0) & (np.asarray(age) <= 100)):
        raise ValueError(f"The age is {age} years; it must lie from 0 to 100.")
    return theta_20 * thymus(age, t_half)


def balance_point(theta: float, rho_N: float = SAME["rho_N"].value, K: float = SAME["K"].value) -> float:
    """Return the number of T cells (cells/µL) at which an unchanging thymus and the space are in balance.

    Raises ValueError for a thymus that takes cells away, and for a division or a space that is not positive.
    """
    if not (theta >= 0 and rho_N > 0 and K > 0):
        raise ValueError(
            f"The thymus must send at least 0 cells, and ρ_N and K must be above 0; {theta:g}, {rho_N:g} and {K:g} "
            "were given."
        )
    return K / 2.0 * (1.0 + math.sqrt(1.0 + 4.0 * theta / (rho_N * K)))


AGE = 30.0
"""Age at the start of a run that is told nothing else, years."""

homeostasis = Model(
    name="homeostasis",
    states=[
        State("T", thymus(AGE), "–", "working thymus, as a share of that at 20", counted=False),
        State("N", balance_point(thymic_output(AGE)), "cells/µL", "CD4 T cells in the blood"),
    ],
    parameters=[
        replace(
            SAME["theta_20"],
            meaning="new T cells from the thymus per day at age 20",
            source="order of magnitude, our choice; see the limits",
        ),
        replace(SAME["t_half"], meaning="years in which the thymus halves"),
        replace(SAME["rho_N"], meaning="share of the cells that divides per day"),
        replace(SAME["K"], meaning="space: cells at which as many are lost as divide"),
    ],
    flows=flows,
    observables={
        "from thymus": (rate("thymic output"), "cells/µL/d", "T cells made by the thymus per day"),
        "by division": (rate("division"), "cells/µL/d", "T cells made by division per day"),
        "lost": (rate("crowding"), "cells/µL/d", "T cells lost per day"),
        "fullness": (lambda t, y, p: y.N / p.K, "–", "share of the space that is filled"),
        "half": (lambda t, y, p: p.K / 2.0 + 0.0 * t, "cells/µL", "T cells that fill half of the space"),
    },
    question="Why does your T-cell count stay the same?",
    limits=(
        "Blood only: most T cells live in lymph nodes and tissue, and they move.",
        "All CD4 T cells are alike. In people naive and memory cells are replaced at very different rates, and with "
        "age the naive ones become fewer.",
        "Space is one number. In the body it stands for signals that T cells compete for.",
        "The thymus does not notice how many T cells there are, and a loss of T cells leaves it unharmed.",
        "How fast an empty space fills is our choice. Division and loss, each alone, are faster than what was measured "
        "in most T cells.",
        "From 20 years on. In childhood the thymus and the number of cells change in other ways.",
    ),
)


def depletion(k: float = 2.0, age: float = AGE) -> Protocol:
    """Return what makes a run that of a person of `age` years who loses `k` logs of T cells on day 0.

    10^-k of the cells are left; the thymus is the one of that age, and is not harmed.
    """
    return Protocol(
        Event(
            "loss of T cells",
            day=0.0,
            effect=lambda y, p: {"N": y.N * 10.0**-p.k, "T": thymus(p.age, p.t_half) + 0.0 * y.T},
            parameters=(
                Parameter("k", k, "logs", "depth of the loss", TOY, high=20.0, slider=Slider(0, 4, 0.1)),
                Parameter("age", age, "years", "age on day 0", TOY, low=0.0, high=100.0, slider=Slider(20, 80, 5)),
            ),
        )
    )
