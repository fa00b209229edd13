"""The models that every tool solves: a core of the book's tolerance model, and the same core made stiff.

Both are toys for timing. Their values are chosen so that some patients are reset and some are not.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine import Cohort, Event, Model, Parameter, Protocol, State, gain, loss

TOY = "toy value"
SPREAD = dict.fromkeys(("K_R", "theta", "rho_N", "rho_R", "delta_E"), 0.2)
"""Parameters that differ between patients, and their coefficients of variation."""

SEED = 20261123


def cell_flows(t, y, p):
    """Return the flows of conventional (N), regulatory (R) and effector (E) cells."""
    u = p.a_0 + y.E / p.K_E
    A = u / (1.0 + u + y.R / p.K_R)
    fullness = (y.N + y.R + y.E) / p.K
    sites = 1.0 + y.E / p.E_m
    return {
        "thymic output of N": gain("N", (1.0 - p.f_R) * p.theta),
        "division of N": gain("N", p.rho_N * y.N),
        "crowding of N": loss("N", p.rho_N * y.N * fullness),
        "thymic output of R": gain("R", p.f_R * p.theta),
        "division of R": gain("R", p.rho_R * y.R),
        "crowding of R": loss("R", p.rho_R * y.R * y.R / (p.R_0 + p.kappa * y.E)),
        "activation of N": gain("E", A * p.alpha * p.f * y.N / sites),
        "division of E": gain("E", A * p.rho_E * y.E / sites),
        "loss of E": loss("E", p.delta_E * y.E),
    }


def core_flows(t, y, p):
    """Return the flows of the cells and of the damage they do."""
    return cell_flows(t, y, p) | {"damage": gain("D", p.d_1 * y.E), "repair": loss("D", p.r_r * y.D)}


def stiff_flows(t, y, p):
    """Return the flows of the core with a growth factor (C) that is cleared within minutes and feeds R."""
    help_for_R = y.C / (p.K_C + y.C)
    flows = core_flows(t, y, p)
    return flows | {
        "division of R": gain("R", 2.0 * help_for_R * p.rho_R * y.R),
        "secretion": gain("C", p.s_C * (y.E + p.f_C * y.N)),
        "uptake": loss("C", p.v_C * y.R * y.C),
        "clearance": loss("C", p.lambda_C * y.C),
    }


STATES = [
    State("N", 830.0, "cells/µL", "conventional T cells"),
    State("R", 60.0, "cells/µL", "regulatory T cells"),
    State("E", 12.0, "cells/µL", "autoreactive effector T cells"),
]
DAMAGE = State("D", 0.5, "points", "damage", counted=False)
FACTOR = State("C", 1.0, "–", "growth factor", counted=False)

PARAMETERS = [
    Parameter("theta", 0.1, "cells/µL/d", "thymic output", TOY),
    Parameter("f_R", 0.06, "–", "share of thymic output that is regulatory", TOY, high=1.0),
    Parameter("K", 900.0, "cells/µL", "space for T cells", TOY, low=1.0),
    Parameter("rho_N", 0.01, "1/d", "division of conventional cells in empty space", TOY),
    Parameter("rho_R", 0.03, "1/d", "division of regulatory cells in an empty niche", TOY),
    Parameter("R_0", 50.0, "cells/µL", "niche for regulatory cells", TOY, low=1.0),
    Parameter("kappa", 1.0, "–", "niche that each effector adds", TOY),
    Parameter("a_0", 0.15, "–", "self-antigen shown in health", TOY),
    Parameter("K_E", 1.0, "cells/µL", "effectors that release one unit of antigen drive", TOY, low=1e-3),
    Parameter("K_R", 10.0, "cells/µL", "regulatory cells that halve presentation", TOY, low=0.1),
    Parameter("alpha", 1.5, "1/d", "activation of conventional cells", TOY),
    Parameter("f", 1e-4, "–", "share of conventional cells that recognise the tissue", TOY, high=1.0),
    Parameter("rho_E", 1.8, "1/d", "greatest division of effectors", TOY),
    Parameter("E_m", 4.0, "cells/µL", "effectors that half-fill the antigen-presenting sites", TOY, low=1e-3),
    Parameter("delta_E", 0.3, "1/d", "loss of effectors", TOY, low=1e-3),
]
HARM = [
    Parameter("d_1", 1e-3, "points·µL/cell/d", "damage done by effectors", TOY),
    Parameter("r_r", 0.02, "1/d", "repair of damage", TOY),
]
SIGNAL = [
    Parameter("K_C", 1.0, "–", "growth factor that half-saturates its receptor", TOY, low=1e-3),
    Parameter("s_C", 50.0, "µL/cell/d", "secretion by effectors", TOY),
    Parameter("f_C", 0.02, "–", "secretion by a conventional cell, as a share of an effector's", TOY),
    Parameter("v_C", 5.0, "µL/cell/d", "uptake by regulatory cells", TOY),
    Parameter("lambda_C", 1000.0, "1/d", "clearance of the growth factor", TOY),
]

core = Model("core", [*STATES, DAMAGE], [*PARAMETERS, *HARM], core_flows)
cells = Model("core of cells", STATES, PARAMETERS, cell_flows)
stiff = Model("stiff core", [*STATES, DAMAGE, FACTOR], [*PARAMETERS, *HARM, *SIGNAL], stiff_flows)

treatment = Protocol(
    Event(
        "conditioning",
        0.0,
        lambda y, p: {"N": y.N * 10.0 ** (-p.k), "R": y.R * 10.0 ** (-p.k), "E": y.E * 10.0 ** (-p.k)},
        (Parameter("k", 2.5, "logs", "depth of ablation", TOY, high=9.0),),
    ),
    Event(
        "infusion",
        2.0,
        lambda y, p: {"N": y.N + p.c_N, "R": y.R + p.c_R},
        (
            Parameter("c_N", 5.0, "cells/µL", "conventional cells infused", TOY),
            Parameter("c_R", 0.5, "cells/µL", "regulatory cells infused", TOY),
        ),
    ),
)


def patients(model: Model, size: int) -> Cohort:
    """Return a cohort whose first patients are the same whatever its size."""
    largest = 100_000
    drawn = Cohort.draw(model, largest, cv=SPREAD, seed=SEED)
    depth = np.random.default_rng(SEED + 1).normal(2.5, 0.25, largest).clip(0.0)
    return Cohort(size, **{s: v[:size] for s, v in (drawn.values | {"k": depth}).items()})
