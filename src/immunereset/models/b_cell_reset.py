r"""Emptying blood or tissue of B cells: CD19 CAR T cells against rituximab.

Question
    Two treatments empty the blood of B cells. After which of them does a disease that is kept by memory B cells in the
    tissue come back, and what can the blood tell?

In words (t in days, cells in cells/µL, antibody as a multiple of its amount before treatment)
    The bone marrow makes naive B cells (B), which live in the blood. Autoreactive memory B cells (M) live in the tissue;
    they divide with the help of T cells, and for that they need each other. They make plasmablasts (P_b), and these the
    autoantibody (G_a). Long-lived plasma cells make antibody, too; they do not carry CD19, the target of the CAR T cells,
    and nothing here removes them. Vaccine antibody (G_v) comes from them alone.
    CAR T cells (C) divide where they meet B cells, naive or memory, and tire; they kill B cells of the blood fully, those
    of the tissue at a share (xi). Before they are given, drugs make room: they remove nine of ten naive B cells and halt
    the marrow for weeks. Rituximab kills in the blood fully, in the tissue at a share (pi).

Sources
    Our own toy; all values were chosen for teaching. That a group of cells grows only above a threshold, because its
    members help each other, is an assumption that decides everything here: without it every depth relapses. CAR T cells
    that tire instead of following their prey is one, too.

Limits
    See `b_cell_reset.limits`.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from immunereset.engine import (
    YEAR,
    Course,
    Event,
    Input,
    Model,
    Parameter,
    Protocol,
    Run,
    Slider,
    State,
    gain,
    loss,
    move,
    simulate,
    simulate_cohort,
    threshold,
)

TOY = "toy value"


def flows(t, y, p):
    """Return the named flows of the B-cell model at day t, for states y and parameters p."""
    prey = y.B + y.M
    naked = p.k_C * y.C
    drug = p.k_x * p.x / (p.K_x + p.x)
    turnover = math.log(2) / p.t_G
    return {
        "division of C": gain("C", p.r_C * p.v * prey / (p.K_C + prey) * y.C),
        "loss of C": loss("C", p.d_C * y.C),
        "making of B": gain("B", p.s * (1.0 - p.z)),
        "loss of B": loss("B", p.d_B * y.B),
        "killing of B": loss("B", (naked + drug) * y.B),
        "turning of B": move("B", "M", p.sigma * y.B),
        "division of M": gain("M", p.b * y.M**2 / (p.h**2 + y.M**2)),
        "loss of M": loss("M", p.d_M * y.M),
        "killing of M": loss("M", (p.xi * naked + p.pi * drug) * y.M),
        "making of P": gain("P_b", p.a_P * y.M),
        "loss of P": loss("P_b", p.d_P * y.P_b),
        "killing of P": loss("P_b", p.xi * naked * y.P_b),
        "by plasmablasts": gain("G_a", turnover * (1.0 - p.ell) * y.P_b / p.P_0),
        "by plasma cells": gain("G_a", turnover * p.ell),
        "loss of G_a": loss("G_a", turnover * y.G_a),
        "making of G_v": gain("G_v", turnover),
        "loss of G_v": loss("G_v", turnover * y.G_v),
    }


B_RATE, HELP, LOSS = 1.0, 4.0, 0.04
"""Greatest division of memory B cells (cells/µL/d), the number that half-reaches it (cells/µL), and their loss (1/d)."""


def ridge_and_floor(pull=0.0):
    """Return the memory B cells (cells/µL) of the ridge and of the floor of the disease valley, both exact.

    `pull` is what a treatment adds to their loss, xi k_C C + pi rho (1/d; a number or an array). Both are NaN where the
    disease valley is gone.
    """
    rate = LOSS + np.asarray(pull, float)
    inside = B_RATE**2 - 4 * rate**2 * HELP**2
    root = np.sqrt(np.where(inside >= 0, inside, np.nan))
    return (B_RATE - root) / (2 * rate), (B_RATE + root) / (2 * rate)


def landscape(M, pull=0.0):
    """Return the height (1/d) of the landscape in which memory B cells M (cells/µL) roll, exact up to a constant:
    (d_M + pull) ln M - (b / h) arctan(M / h)."""
    M = np.asarray(M, float)
    return (LOSS + pull) * np.log(M) - B_RATE / HELP * np.arctan(M / HELP)


RIDGE, ILL = (float(value) for value in ridge_and_floor())
"""Memory B cells (cells/µL) of the ridge without treatment, and of the patient who is ill."""

ACTIVE = 12.0
"""Memory B cells of the tissue (cells/µL) above which this model's disease is called active: half of what the patient has."""

EMPTY = 5.0
"""Naive B cells (cells/µL) below which the blood is called empty."""

STATES = [
    State("C", 0.0, "cells/µL", "CAR T cells", role="drug"),
    State("B", 250.0, "cells/µL", "naive B cells of the blood", role="conventional"),
    State("M", ILL, "cells/µL", "autoreactive memory B cells of the tissue", role="memory"),
    State("P_b", 0.05 * ILL / 0.15, "cells/µL", "plasmablasts", role="effector"),
    State("G_a", 1.0, "–", "autoantibody, as a multiple of that before treatment", role="effector", counted=False),
    State("G_v", 1.0, "–", "vaccine antibody, likewise", role="infection", counted=False),
]

PARAMETERS = [
    Parameter("r_C", 1.2, "1/d", "greatest division of fresh CAR T cells", TOY, high=10.0),
    Parameter("K_C", 10.0, "cells/µL", "B cells at which they divide half as fast", TOY, low=1e-3),
    Parameter("d_C", 0.045, "1/d", "loss of CAR T cells", TOY, high=5.0),
    Parameter("k_C", 1.0, "µL/cell/d", "killing of B cells by a CAR T cell in the blood", TOY, high=100.0),
    Parameter("xi", 0.01, "–", "reach of CAR T cells into the tissue", TOY, high=1.0, latex=r"\xi",
              slider=Slider(0.001, 0.02, 0.001)),
    Parameter("s", 4.0, "cells/µL/d", "naive B cells made", TOY, high=100.0),
    Parameter("d_B", 0.016, "1/d", "loss of naive B cells", TOY, low=1e-4, high=5.0),
    Parameter("sigma", 0.0, "1/d", "naive B cells that become autoreactive memory", TOY, high=1.0, latex=r"\sigma"),
    Parameter("b", B_RATE, "cells/µL/d", "greatest division of memory B cells", TOY, high=100.0),
    Parameter("h", HELP, "cells/µL", "memory B cells that reach half of it", TOY, low=1e-3),
    Parameter("d_M", LOSS, "1/d", "loss of memory B cells", TOY, high=5.0),
    Parameter("pi", 0.03, "–", "reach of rituximab into the tissue", TOY, high=1.0, latex=r"\pi",
              slider=Slider(0.005, 0.06, 0.0005)),
    Parameter("k_x", 3.0, "1/d", "greatest killing of B cells by rituximab", TOY, high=100.0),
    Parameter("K_x", 0.02, "–", "share of the first concentration that kills half as fast", TOY, low=1e-6),
    Parameter("a_P", 0.05, "1/d", "plasmablasts made by a memory B cell", TOY, high=10.0),
    Parameter("d_P", 0.15, "1/d", "loss of plasmablasts", TOY, low=1e-4, high=10.0),
    Parameter("P_0", 0.05 * ILL / 0.15, "cells/µL", "plasmablasts before treatment", "toy value, from those of a_P, d_P and M", low=1e-9),
    Parameter("t_G", 21.0, "d", "half-life of antibody", "toy value, about three weeks", low=0.1),
    Parameter("ell", 0.0, "–", "share of the autoantibody from long-lived plasma cells", TOY, high=1.0,
              latex=r"\ell", slider=Slider(0, 1, 0.1)),
]  # fmt: skip

INPUTS = [
    Input("v", "–", "freshness of the CAR T cells, 1 on the day they are given", high=1.0),
    Input("z", "–", "share of the marrow's B cells that is withheld", high=1.0),
    Input("x", "–", "rituximab in the blood, 1 after an infusion"),
]

LIMITS = (
    "Memory B cells cannot be made anew from naive ones. Let a share of only 3 in 100 000 do so each day, and the "
    "disease comes back.",
    "The threshold rests on memory B cells that need each other (help that grows with their square). Without that every "
    "depth relapses.",
    "No T cells but the CAR T cells, no cytokine release, no infections: what a treatment costs, it cannot say.",
    "One tissue, equally easy to reach everywhere, and one target; cells that lose the target are not in it.",
    "CAR T cells tire on a fixed clock; their course in patients is richer.",
    "No dose in the toy stands for a dose in patients.",
)

b_cell_reset = Model(
    name="B cells",
    states=STATES,
    parameters=PARAMETERS,
    flows=flows,
    inputs=INPUTS,
    observables={},
    question="What does it take to empty the tissue, and what does the blood say about it?",
    limits=LIMITS,
)


def car_t(dose: float = 4.0, day: float = 0.0) -> Protocol:
    """Return CAR T cells, `dose` of them in 1 mL of blood, on `day`, after drugs that leave one naive B cell in ten.

    Their freshness falls by a factor e in 12 days; the marrow, halted on that day, recovers by one in 30.
    """
    start = Parameter("car_day", day, "d", "day of the CAR T cells", TOY)
    infusion = Event(
        "CAR T cells",
        day=start,
        effect=lambda y, p: {"C": y.C + p.dose / 1000.0, "B": 0.1 * y.B},
        parameters=(
            Parameter("dose", dose, "cells/mL", "CAR T cells given", TOY, high=1000.0,
                      slider=Slider(3, 6, 0.1)),
        ),
    )  # fmt: skip
    fresh = Parameter("t_v", 12.0 * math.log(2), "d", "days in which their freshness halves", TOY, low=0.1)
    halted = Parameter("t_z", 30.0 * math.log(2), "d", "days in which the halt of the marrow halves", TOY, low=0.1)
    return Protocol(
        infusion,
        Course("v", 1.0, start, half_life=fresh, name="freshness"),
        Course("z", 1.0, start, half_life=halted, name="halt of the marrow"),
    )


def rituximab(courses: int = 1, apart: float = 182.0) -> Protocol:
    """Return `courses` of rituximab, `apart` days from one to the next, the first on day 0; half is left after 20 days."""
    half_life = Parameter("t_x", 20.0, "d", "half-life of rituximab", "toy value, about three weeks", low=0.1)
    return Protocol(
        *(Course("x", 1.0, i * apart, half_life=half_life, name=f"rituximab {i + 1}") for i in range(courses))
    )


@cache
def ill_patient() -> Run:
    """Return a year of the patient who is ill and not treated: nothing moves."""
    return simulate(b_cell_reset, YEAR)


def blood_empty(run: Run) -> tuple[float, float]:
    """Return the first day on which naive B cells are below `EMPTY` and the day on which they pass it again."""
    first = float(run.t[np.flatnonzero(run["B"] < EMPTY)[0]])
    return first, float(run.first_day_above("B", EMPTY, after=first + 1.0))


def lowest(
    symbol: str, low: float, high: float, protocol: Protocol, precision: float, years: float = 5.0, **changes
) -> float:
    """Return the least value of a parameter, from `low` to `high`, after which memory B cells end below the ridge."""
    until = years * YEAR

    def away(values: np.ndarray) -> np.ndarray:
        run = simulate_cohort(b_cell_reset, len(values), until, protocol, points=[until], **{symbol: values}, **changes)
        return run["M"][-1] < RIDGE

    return threshold(away, low, high, precision)


@cache
def lowest_dose() -> float:
    """Return the least dose of CAR T cells (cells/mL) after which the disease stays away."""
    return lowest("dose", 1.0, 20.0, car_t(), 0.002)


@cache
def lowest_reach() -> float:
    """Return the least reach of rituximab into the tissue (pi) after which the disease stays away, one course."""
    return lowest("pi", 0.005, 0.1, rituximab(), 5e-5)


def edge_of_reseeding() -> float:
    """Return sigma (1/d) above which naive B cells bring the disease back however deep the treatment was.

    The most that memory loses and does not make by itself, between 0 and the ridge, over the naive B cells of health.
    """
    M = np.linspace(0.0, RIDGE, 20001)
    return float((LOSS * M - B_RATE * M**2 / (HELP**2 + M**2)).max() / 250.0)
