r"""The tolerance model: health and autoimmunity as two stable states of one system.

Question
    Why is health stable although everybody has autoreactive cells; how can a passing infection start
    a permanent disease; why do drugs hold it only while they are taken; and why can one week of
    ablation sometimes end it?

In words (t in days, cells in cells/µL of blood, damage in points)
    The thymus sends conventional cells (N) and regulatory cells (R), as many as fits the age. N and memory cells (M)
    divide and are crowded out of one space that all CD4 T cells share; R does so in a niche of its own, which
    effectors (E) make larger.
    Effectors, self-antigen and a trigger add up to the antigen drive; regulatory cells and mesenchymal cells brake it,
    a drug takes a share of it away. What is left activates the few N that recognise the tissue, and M, and makes E
    divide, until the antigen-presenting sites are full. Effectors die or become memory cells.
    Effectors damage the tissue. Damage is repaired (D_r) or stays (D_i).
    Growth and crowding are separate flows, each never negative, so that the same model can be run
    with the noise of single cells.

Sources
    Structure: effectors, antigen presentation and its brake by regulatory cells after Alexander and
    Wahl (2011), with saturation added, for their model has no two stable states; a threshold that regulatory cells
    raise as in Burroughs et al. (2006); damage after Vélez de Mendizábal et al. (2011), made linear in E. Values: see
    each parameter; toy values were tuned for teaching, so that health and disease are both stable, and more than
    200 CD4 T cells/µL are back eight to ten months after a deep depletion.

Limits
    See `tolerance.limits`.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine import Input, Model, Parameter, Slider, State, gain, loss, move

TOY = "toy value"


def flows(t, y, p):
    """Return the named flows of the tolerance model at day t, for states y and parameters p."""
    theta = p.theta_20 * 2.0 ** (-(p.age - 20.0) / p.t_half)
    u = p.a_0 + y.E / p.K_E + p.I
    A = (1.0 - p.epsilon) * u / (1.0 + u + y.R / p.K_R + p.S)
    L = y.N + y.R + y.M + y.E
    fullness = L / p.K
    R_cap = p.R_0 * (p.w + (1.0 - p.w) * np.minimum(fullness, 1.0)) + p.kappa * y.E
    sites = 1.0 + y.E / p.E_m
    renewal = (1.0 - p.omega) * p.rho_R * y.R
    return {
        "thymic output of N": gain("N", (1.0 - p.f_R) * theta),
        "division of N": gain("N", p.rho_N * y.N),
        "crowding of N": loss("N", p.rho_N * y.N * fullness),
        "thymic output of R": gain("R", p.f_R * theta),
        "division of R": gain("R", renewal),
        "crowding of R": loss("R", renewal * y.R / R_cap),
        "division of M": gain("M", p.rho_M * y.M),
        "crowding of M": loss("M", p.rho_M * y.M * fullness),
        "loss of M": loss("M", p.delta_M * y.M),
        "activation of N": gain("E", A * p.alpha * p.f * y.N / sites),
        "activation of M": gain("E", A * p.r * y.M / sites),
        "division of E": gain("E", A * p.rho_E * y.E / sites),
        "loss of E": loss("E", p.delta_E * y.E),
        "memory formation": move("E", "M", p.mu * y.E),
        "damage": gain("D_r", p.d_1 * y.E),
        "repair": loss("D_r", p.r_r * y.D_r),
        "scarring": move("D_r", "D_i", p.d_2 * y.D_r),
    }


STATES = [
    State("N", 859.812, "cells/µL", "conventional CD4 T cells, not autoreactive", role="conventional"),
    State("R", 50.2189, "cells/µL", "regulatory T cells", role="regulatory"),
    State("M", 0.0777, "cells/µL", "autoreactive memory T cells", role="memory"),
    State("E", 0.0145, "cells/µL", "autoreactive effector T cells", role="effector"),
    State("D_r", 0.0, "points", "reversible, inflammatory damage", counted=False),
    State("D_i", 0.0, "points", "irreversible disability", grows=True, counted=False),
]

PARAMETERS = [
    Parameter("theta_20", 0.16, "cells/µL/d", "naive CD4 T cells made per day at age 20",
              "order of magnitude, our choice; Ribeiro and De Boer 2008 assumed 0.032 for an adult", high=2.0),
    Parameter("t_half", 15.7, "years", "age span over which thymic output halves", "toy value, near a published half-time that was not checked", low=1.0),
    Parameter("age", 30.0, "years", "age, held fixed during a run", TOY, low=0.0, high=100.0,
              slider=Slider(10, 80, 5)),
    Parameter("f_R", 0.06, "–", "share of thymic output that is regulatory", TOY, high=1.0),
    Parameter("K", 900.0, "cells/µL", "space for CD4 T cells", TOY, low=1.0),
    Parameter("rho_N", 0.010, "1/d", "division of conventional cells in empty space", TOY, high=1.0,
              slider=Slider(0.005, 0.02, 0.001)),
    Parameter("rho_R", 0.03, "1/d", "division of regulatory cells in an empty niche", TOY, high=1.0,
              slider=Slider(0.01, 0.06, 0.002)),
    Parameter("rho_M", 0.008, "1/d", "division of memory cells in empty space",
              "toy value; that memory divides more slowly than the rest is an assumption", high=1.0,
              slider=Slider(0.004, 0.016, 0.001)),
    Parameter("rho_E", 0.60, "1/d", "greatest division of effectors", TOY, high=5.0),
    Parameter("delta_M", 1.9e-4, "1/d", "loss of memory cells", "half-life 8 to 15 years in Hammarlund et al. 2003; 10 taken", high=1.0),
    Parameter("delta_E", 0.10, "1/d", "loss of effectors", TOY, low=1e-3, high=5.0),
    Parameter("mu", 1.5e-3, "1/d", "effectors that become memory cells", TOY, high=1.0),
    Parameter("f", 1e-4, "–", "share of conventional cells that can recognise the tissue", TOY, high=1.0),
    Parameter("alpha", 0.5, "1/d", "activation of such conventional cells", TOY, high=10.0),
    Parameter("r", 0.05, "1/d", "reactivation of memory cells", TOY, high=10.0),
    Parameter("a_0", 0.15, "–", "self-antigen shown in health", TOY, high=10.0),
    Parameter("K_E", 1.0, "cells/µL", "effectors that release one unit of antigen drive", TOY, low=1e-3),
    Parameter("K_R", 10.0, "cells/µL", "weakness of the brake: regulatory cells that halve presentation",
              TOY, low=0.1, high=1000.0, slider=Slider(4, 30, 1)),
    Parameter("E_m", 4.0, "cells/µL", "effectors that half-fill the antigen-presenting sites", TOY, low=1e-3),
    Parameter("R_0", 50.0, "cells/µL", "niche for regulatory cells in health", TOY, low=1e-3),
    Parameter("w", 0.3, "–", "share of that niche that needs no other CD4 T cells", TOY, low=1e-3, high=1.0),
    Parameter("kappa", 1.0, "–", "niche that each effector adds", TOY, high=100.0),
    Parameter("d_1", 1e-3, "points·µL/cell/d", "damage done by effectors", TOY, high=1.0),
    Parameter("r_r", 0.02, "1/d", "repair of reversible damage", TOY, high=1.0),
    Parameter("d_2", 2e-3, "1/d", "reversible damage that turns irreversible", TOY, high=1.0),
]  # fmt: skip

INPUTS = [
    Input("I", "–", "trigger, such as an infection that looks like the tissue"),
    Input("epsilon", "–", "strength of an immunosuppressive drug", latex=r"\varepsilon", high=1.0),
    Input("omega", "–", "harm of a drug to regulatory-cell renewal", high=1.0),
    Input("S", "–", "suppression by infused mesenchymal cells"),
]

OBSERVABLES = {
    "CD4": (lambda t, y, p: y.N + y.R + y.M + y.E, "cells/µL", "all CD4 T cells"),
    "Treg share": (lambda t, y, p: y.R / (y.N + y.R + y.M + y.E), "–", "regulatory share of CD4 T cells"),
}

LIMITS = (
    "Blood only: cells in tissue and lymph nodes are not modelled.",
    "No B cells, no antibodies and no CD8 T cells; all autoreactive cells are one clone.",
    "Disease is a steady smouldering, without the relapses and remissions that patients have.",
    "After a transplant that fails, the toy relapses within months; patients relapse over years.",
    "Surviving memory cells divide more slowly than the rest. That is an assumption, and the threshold of "
    "reset depends on it: in patients effector memory cells were the first to return.",
    "The thymus works on undisturbed from the day of the transplant; in patients new T cells take months.",
    "There are no stem cells in the model: what they add, it cannot say.",
    "How many logs a real regimen kills is not known: no depth in this model stands for a regimen.",
    "The rise of regulatory cells after a transplant is larger than what has been measured.",
    "Age matters less in the toy than it may in patients, and it does not advance during a run.",
)

tolerance = Model(
    name="tolerance",
    states=STATES,
    parameters=PARAMETERS,
    flows=flows,
    inputs=INPUTS,
    observables=OBSERVABLES,
    question="When is health stable, and what does it take to leave it or to come back?",
    limits=LIMITS,
)

ACTIVE = 2.0
"""Effectors above which the book calls the disease active, cells/µL (a convention of this model)."""
