r"""Reconstitution: what refills the blood after a transplantation, how fast, and with cells of which origin.

Question
    Why do natural killer and B cells return within months and CD4 T cells within years; what do age
    and surviving cells change; and are the cells that return new?

In words (t in days after the transplantation, cells in cells/µL)
    Naive CD4 cells (N_4) come from the thymus, as many as fits the age. It pauses for t_T days and then recovers with
    the time constant τ_T. Naive cells are lost, or become new memory cells (M_n).
    Old memory cells (M_o), which descend from survivors, and new ones follow one rule: the call to divide weakens as
    memory fills up, and cells are crowded out of a space of which naive cells take a part. Their sum is one
    population; only their origin is kept apart.
    CD8 cells (M_8) divide into a space that is larger at first. Natural killer and B cells do not flow: they follow a
    given curve, `refilled`.

Sources
    Structure and values are our choice, tuned so that natural killer cells return first, B cells within half a year
    and CD4 T cells last, as in the patients of Storek et al. (2004).

Limits
    See `reconstitution.limits`.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine import YEAR, Event, Model, Parameter, Protocol, Slider, State, gain, loss, move, simulate

TOY = "toy value"


def flows(t, y, p):
    """Return the named flows of the reconstitution model at day t, for states y and parameters p."""
    theta = p.theta_20 * 2.0 ** (-(p.age - 20.0) / p.t_half)
    g = 1.0 - np.exp(-np.maximum(t - p.t_T, 0.0) / p.tau_T)
    M = y.M_o + y.M_n
    call = np.exp(-M / p.S)
    fullness = (M + p.c * y.N_4) / p.K_4
    room = p.K_8 * (1.0 + p.o * np.exp(-t / p.tau_o))
    return {
        "thymic output of N_4": gain("N_4", theta * g),
        "loss of N_4": loss("N_4", p.d_N * y.N_4),
        "memory formation": move("N_4", "M_n", p.mu * y.N_4),
        "division of M_n": gain("M_n", p.rho_4 * call * y.M_n),
        "crowding of M_n": loss("M_n", p.rho_4 * call * y.M_n * fullness),
        "division of M_o": gain("M_o", p.rho_4 * call * y.M_o),
        "crowding of M_o": loss("M_o", p.rho_4 * call * y.M_o * fullness),
        "division of M_8": gain("M_8", p.rho_8 * y.M_8),
        "crowding of M_8": loss("M_8", p.rho_8 * y.M_8 * y.M_8 / room),
    }


def refilled(t, full, lag, tau):
    """Return cells that refill exponentially from day `lag` on, with time constant `tau` (d), to `full` (cells/µL)."""
    return full * (1.0 - np.exp(-np.maximum(t - lag, 0.0) / tau))


STATES = [
    State("N_4", 0.5, "cells/µL", "naive CD4 T cells", role="conventional"),
    State("M_o", 5.0, "cells/µL", "old memory CD4 T cells", role="memory"),
    State("M_n", 0.0, "cells/µL", "new memory CD4 T cells", role="infection"),
    State("M_8", 5.0, "cells/µL", "CD8 T cells", role="drug"),
]

PARAMETERS = [
    Parameter("age", 35.0, "years", "age, held fixed during a run", TOY, low=0.0, high=100.0, slider=Slider(15, 75, 1)),
    Parameter("theta_20", 0.55, "cells/µL/d", "naive CD4 T cells made per day at age 20, their first divisions included",
              TOY, high=5.0),
    Parameter("t_half", 15.7, "years", "age span over which thymic output halves", "toy value, near a published half-time that was not checked", low=1.0),
    Parameter("t_T", 120.0, "d", "days before the thymus sends cells again", TOY, high=3650.0),
    Parameter("tau_T", 90.0, "d", "time constant of its recovery after that", TOY, low=1.0),
    Parameter("d_N", 5e-4, "1/d", "loss of naive cells", TOY, high=1.0),
    Parameter("mu", 9e-4, "1/d", "naive cells that become memory cells", TOY, high=1.0),
    Parameter("rho_4", 0.024, "1/d", "division of memory CD4 cells in an empty body", TOY, high=1.0),
    Parameter("K_4", 320.0, "cells/µL", "space for memory CD4 cells", TOY, low=1.0),
    Parameter("c", 0.3, "–", "share of that space that a naive cell takes", TOY, high=1.0),
    Parameter("S", 400.0, "cells/µL", "memory cells that weaken the call to divide to 37 %", TOY, low=1.0),
    Parameter("rho_8", 0.06, "1/d", "division of CD8 cells in an empty body", TOY, high=1.0),
    Parameter("K_8", 500.0, "cells/µL", "space for CD8 cells in the long run", TOY, low=1.0),
    Parameter("o", 0.6, "–", "additional space for CD8 cells at first", TOY, high=5.0),
    Parameter("tau_o", 200.0, "d", "time constant of its loss", TOY, low=1.0),
    Parameter("NK_n", 250.0, "cells/µL", "natural killer cells when refilled", TOY, low=1.0),
    Parameter("tau_NK", 10.0, "d", "time constant of their refilling", TOY, low=0.1),
    Parameter("t_NK", 5.0, "d", "days before it begins", TOY),
    Parameter("B_n", 253.0, "cells/µL", "B cells when refilled", TOY, low=1.0),
    Parameter("tau_B", 60.0, "d", "time constant of their refilling", TOY, low=0.1),
    Parameter("t_B", 45.0, "d", "days before it begins", TOY),
]  # fmt: skip

reconstitution = Model(
    name="reconstitution",
    states=STATES,
    parameters=PARAMETERS,
    flows=flows,
    observables={
        "CD4": (lambda t, y, p: y.N_4 + y.M_o + y.M_n, "cells/µL", "all CD4 T cells", "regulatory"),
        "CD4/CD8": (lambda t, y, p: (y.N_4 + y.M_o + y.M_n) / y.M_8, "–", "CD4 T cells for each CD8 T cell"),
        "NK": (lambda t, y, p: refilled(t, p.NK_n, p.t_NK, p.tau_NK), "cells/µL", "natural killer cells", "damage"),
        "B": (lambda t, y, p: refilled(t, p.B_n, p.t_B, p.tau_B), "cells/µL", "B cells", "conventional"),
        "old share": (
            lambda t, y, p: 100.0 * y.M_o / (y.M_o + y.M_n), "%", "share of memory CD4 T cells that is old"),
    },
    question="What grows back, when, and is it new?",
    limits=(
        "Natural killer and B cells follow a curve that is given: the model says nothing about why.",
        "No infections, no drugs and no antigen: real memory cells divide when they meet what they know.",
        "The thymus starts again on a fixed day; only its output depends on age, and age does not advance.",
        "The order of return was put in by the choice of the numbers, and the effect of age by its formula; the model predicts neither.",
        "That survivors leave naive cells alone is assumed: no flow of N_4 depends on memory.",
        "CD8 T cells only divide: the naive CD8 T cells that the thymus sends are left out.",
        "CD8 T cells are one population, and CD4 memory is one or two; regulatory cells are not told apart.",
        "Blood only, although most lymphocytes are elsewhere.",
    ),
)  # fmt: skip

LEVELS = {"NK": 150.0, "M_8": 300.0, "B": 150.0, "CD4": 200.0}
"""Levels, cells/µL, whose first crossing the book reports (its convention, not limits of the normal)."""


def survivors(m: float = 5.0) -> Protocol:
    """Return the transplantation: `m` memory CD4 and as many CD8 T cells per µL are left on day 0."""
    return Protocol(
        Event(
            "transplant",
            day=0.0,
            effect=lambda y, p: {"M_o": p.m + 0.0 * y.M_o, "M_8": p.m + 0.0 * y.M_8, "M_n": 0.0 * y.M_n},
            parameters=(
                Parameter("m", m, "cells/µL", "memory CD4 T cells that survive, and as many CD8", TOY, low=0.01,
                          high=300.0, slider=Slider(1, 60, 1)),
            ),
        )
    )  # fmt: skip


def first_days(m: float = 5.0, age: float = 35.0, **changes: float) -> dict[str, float]:
    """Return the day on which each kind of cell in `LEVELS` first exceeds its level; infinity if not in ten years."""
    days = np.arange(0.0, 10 * YEAR + 1.0)
    run = simulate(reconstitution, days[-1], survivors(m), points=days, age=age, **changes)
    return {name: run.first_day_above(name, level) for name, level in LEVELS.items()}
