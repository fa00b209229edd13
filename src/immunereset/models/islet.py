r"""β cells under attack: glucose, insulin and the mass of β cells, a graft, and the cells that attack it.

Question
    Why is replacing β cells not a cure?

In words (t in days, glucose in mg/dL, insulin in µU/mL, β cells in mg)
    The body releases glucose (G) and takes it up, faster with insulin (I). β cells (beta) make insulin, the more
    the higher glucose is; insulin is cleared within minutes. β cells divide and die: a little more glucose than in
    health helps them, much more kills them. An attack takes the share kappa of them a day.

    `glucose_model` is the whole model. `islet` has β cells only: glucose is at every moment where uptake and
    release balance for the β cells of that moment, and insulin likewise. Glucose settles within a day and β cells
    need weeks, so the runs agree (see the tests); the whole model takes more than a hundred steps a day in an
    explicit method and cannot be moved by a slider. `grafted_patient` joins `islet` to the tolerance model: its
    effectors make the attack.

Sources
    Topp et al. (2000), values in the public transcription BIOMD0000000341, which was seen. There d_0 is the loss at
    no glucose, R_0 is what is P_G here, and k what is k_I. The attack, the graft and the join to the tolerance model
    are ours.

Limits
    See `islet.limits`.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from immunereset.engine import (
    YEAR,
    Course,
    Event,
    Input,
    Model,
    Observable,
    Parameter,
    Protocol,
    Slider,
    State,
    gain,
    loss,
    simulate_cohort,
    threshold,
)

from .interventions import TOY, drug, transplant
from .patients import reference_patient
from .tolerance import tolerance

TOPP = "Topp et al. 2000, in a public transcription"
HIGH = 126.0
"""Glucose that the book marks as high, mg/dL (a mark of this model)."""

LOST = 1.0
"""Mass of β cells below which an islet counts as lost, mg (a convention of this model)."""

FOR_GOOD = 36_500.0
"""Days of an attack that nobody ends."""


def secretion(G, beta, p):
    """Return the insulin (µU/mL per day) that `beta` (mg) makes at glucose `G` (mg/dL)."""
    return p.sigma * beta * G**2 / (p.alpha_I + G**2)


def balanced_glucose(beta, p):
    """Return the glucose (mg/dL) at which release and uptake balance, with insulin at its own balance.

    In 1/G it is the one real root of a cubic equation, written out after Cardano.
    """
    third = p.E_G / (3.0 * p.P_G)
    slope = 1.0 - 3.0 * p.alpha_I * third**2
    rest = (p.E_G + p.S_I * p.sigma / p.k_I * beta) / p.P_G - third + 2.0 * p.alpha_I * third**3
    w = 1.5 * rest / slope * np.sqrt(3.0 * p.alpha_I / slope)
    u = np.log(w + np.sqrt(w**2 + 1.0)) / 3.0
    return 3.0 * p.P_G / (p.E_G + 3.0 * p.P_G * np.sqrt(slope / (3.0 * p.alpha_I)) * (np.exp(u) - np.exp(-u)))


def turnover(beta, G, attack, p):
    """Return the named flows of β cells at glucose `G` under an `attack` (share per day)."""
    return {
        "division of β cells": gain("beta", p.r_1 * G * beta),
        "loss of β cells": loss("beta", p.d_0 * beta),
        "harm by glucose": loss("beta", p.r_2 * G**2 * beta),
        "attack": loss("beta", attack * beta),
    }


def all_flows(t, y, p):
    """Return the named flows of glucose, insulin and β cells at day t, for states y and parameters p."""
    return {
        "release of glucose": gain("G", p.P_G),
        "uptake": loss("G", p.E_G * y.G),
        "uptake with insulin": loss("G", p.S_I * y.I * y.G),
        "secretion": gain("I", secretion(y.G, y.beta, p)),
        "clearance": loss("I", p.k_I * y.I),
        **turnover(y.beta, y.G, p.kappa, p),
    }


def flows(t, y, p):
    """Return the named flows of β cells at day t, with glucose and insulin at their balance."""
    G = balanced_glucose(y.beta, p)
    return turnover(y.beta, G, p.kappa, p)


CELLS = State("beta", 300.0, "mg", "β cells", counted=False, role="beta")

PARAMETERS = [
    Parameter("P_G", 864.0, "mg/dL/d", "release of glucose, less uptake at no glucose", TOPP, low=500.0, high=5000.0),
    Parameter("E_G", 1.44, "1/d", "uptake of glucose without insulin", TOPP, low=0.1, high=3.0),
    Parameter("S_I", 0.72, "mL/µU/d", "sensitivity to insulin", TOPP, low=0.01, high=10.0),
    Parameter("sigma", 43.2, "µU/mL/mg/d", "most insulin made by β cells", TOPP, low=1.0, high=1000.0),
    Parameter("alpha_I", 20_000.0, "mg²/dL²", "square of the glucose at which β cells make half of that", TOPP,
              low=100.0, high=50_000.0),
    Parameter("k_I", 432.0, "1/d", "clearance of insulin", TOPP, low=10.0, high=5000.0),
    Parameter("d_0", 0.06, "1/d", "loss of β cells at no glucose", TOPP, high=1.0),
    Parameter("r_1", 0.84e-3, "dL/mg/d", "division of β cells for each unit of glucose", TOPP, high=0.1),
    Parameter("r_2", 2.4e-6, "dL²/mg²/d", "harm of much glucose", TOPP, high=1e-3),
]  # fmt: skip

ATTACK = Input("kappa", "1/d", "attack: share of β cells killed per day", high=0.1)

OBSERVABLES = {
    "G": Observable(lambda t, y, p: balanced_glucose(y.beta, p), "mg/dL", "glucose", role="damage"),
    "insulin": Observable(
        lambda t, y, p: secretion(balanced_glucose(y.beta, p), y.beta, p) / p.k_I, "µU/mL", "insulin"
    ),
}

LIMITS = (
    "β cells of this model divide and die far faster than those of people: weeks here may be years there, and a "
    "recovery after the attack is the model's, not a patient's.",
    "Injected insulin, meals and exercise are left out; sensitivity to insulin never changes.",
    "No rejection: a graft is attacked as the body's own β cells are, whoever gave it.",
    "The attack is a constant share a day: it does not grow with the graft and does not tire.",
)

glucose_model = Model(
    name="glucose and β cells",
    states=[
        State("G", 100.0, "mg/dL", "glucose", counted=False, role="damage"),
        State("I", 10.0, "µU/mL", "insulin", counted=False),
        CELLS,
    ],
    parameters=PARAMETERS,
    flows=all_flows,
    inputs=[ATTACK],
    question="How do glucose and β cells hold each other?",
    limits=LIMITS,
)

islet = Model(
    name="islet",
    states=[CELLS],
    parameters=PARAMETERS,
    flows=flows,
    inputs=[ATTACK],
    observables=OBSERVABLES,
    question="Why is replacing β cells not a cure?",
    limits=(
        "Glucose and insulin are at their balance at every moment: what happens within a day is left out.",
        *LIMITS,
    ),
)


def flows_of_both(t, y, p):
    """Return the flows of the tolerance model and of an islet that its effectors attack."""
    G = balanced_glucose(y.beta, p)
    return {**tolerance.flows(t, y, p), **turnover(y.beta, G, p.c_E * y.E, p)}


grafted_patient = Model(
    name="tolerance and islet",
    states=[*tolerance.states.values(), CELLS],
    parameters=[
        *tolerance.parameters.values(),
        *PARAMETERS,
        Parameter("c_E", 0.002, "µL/cell/d", "attack of each effector on β cells", TOY, high=1.0),
    ],
    flows=flows_of_both,
    inputs=list(tolerance.inputs.values()),
    observables=tolerance.observables | OBSERVABLES,
    question="Which job must be done: new cells, or an end of the attack?",
    limits=(*islet.limits, *tolerance.limits),
)  # fmt: skip


def attack(kappa_0: float = 0.03, days: float = FOR_GOOD) -> Protocol:
    """Return an attack that kills the share `kappa_0` of all β cells a day, from day 0 for `days`."""
    return Protocol(
        Course(
            "kappa",
            Parameter("kappa_0", kappa_0, "1/d", "attack: share of β cells killed per day", TOY, high=0.1,
                      latex=r"\kappa_0", slider=Slider(0, 0.05, 0.001)),
            0.0,
            Parameter("attack_days", days, "d", "day on which the attack ends", TOY, high=FOR_GOOD),
            name="attack",
        )
    )  # fmt: skip


def graft(mass: float = 300.0, takes: float = 1.0) -> Protocol:
    """Return a graft of `mass` mg of β cells on day 0, of which the share `takes` survives its first days."""
    return Protocol(
        Event(
            "graft",
            0.0,
            effect=lambda y, p: {"beta": y.beta + p.takes * p.graft},
            parameters=(
                Parameter("graft", mass, "mg", "mass of the graft", TOY, high=1e5, slider=Slider(100, 2400, 100)),
                Parameter("takes", takes, "–", "share of the graft that survives its first days", TOY, high=1.0),
            ),
        )
    )


def treated_graft() -> Protocol:
    """Return a graft with a drug (`epsilon_0` for `drug_days`) and conditioning to `k` logs, all on day 0.

    Without other values neither the drug nor the conditioning does anything.
    """
    return graft() + drug(0.0, 0.0, FOR_GOOD) + transplant(0.0)


def attacked_in_words(kappa_0: float) -> str:
    """Return in words what an attack does: "kills 13.4 of every 1000 β cells a day" for 0.0134."""
    return f"kills {f'{1000 * kappa_0:.1f}'.removesuffix('.0')} of every 1000 β cells a day"


def mass_in_words(mass: float) -> str:
    """Return in words how much `mass` mg is: "4 times what a healthy person has" for 1200."""
    if mass == CELLS.start:
        return "as much as a healthy person has"
    return f"{f'{mass / CELLS.start:.1f}'.removesuffix('.0')} times what a healthy person has"


def critical_attack(**changes: float) -> float:
    """Return κ_c (1/d), the attack that the fastest growth just balances: r_1²/(4 r_2) − d_0."""
    p = islet.values(changes)
    return p["r_1"] ** 2 / (4 * p["r_2"]) - p["d_0"]


def plateau(kappa) -> tuple[np.ndarray, np.ndarray]:
    """Return glucose (mg/dL) and β cells (mg) that an attack `kappa` (1/d) leaves for good; NaN where it leaves none."""
    p, kappa = islet.defaults, np.asarray(kappa, dtype=float)
    with np.errstate(invalid="ignore"):
        G = (p["r_1"] - np.sqrt(p["r_1"] ** 2 - 4 * p["r_2"] * (p["d_0"] + kappa))) / (2 * p["r_2"])
    return G, beta_for(G)


def beta_for(G):
    """Return the β cells (mg) that hold glucose at `G` (mg/dL): the inverse of `balanced_glucose`."""
    p = islet.defaults
    uptake = p["P_G"] / G - p["E_G"]
    return uptake * (1 + p["alpha_I"] / G**2) * p["k_I"] / (p["S_I"] * p["sigma"])


def attack_that_leaves(G: float) -> float:
    """Return the attack κ (1/d) that glucose `G` (mg/dL) just balances."""
    p = islet.defaults
    return p["r_1"] * G - p["r_2"] * G**2 - p["d_0"]


RIDGE = float(beta_for(250.0))
"""β cells at the ridge, without an attack, mg: from fewer there is no way back, from more there is."""


@cache
def last_truce(kappa_0: float, precision: float = 0.01) -> float:
    """Return the last day on which the end of an attack of `kappa_0` (1/d) still saves 300 mg of β cells."""

    def lost(days):
        run = simulate_cohort(islet, len(days), 3000.0, attack(kappa_0), points=[3000.0], attack_days=days)
        return run["beta"][-1] < RIDGE

    return threshold(lost, 1.0, 2000.0, precision)


@cache
def lasting_depth(precision: float = 0.001) -> float:
    """Return the least depth of conditioning (log10) after which a graft of 300 mg in the reference patient lasts ten years."""
    start, end = reference_patient().final | {"beta": 0.0}, 10 * YEAR

    def lasts(k):
        run = simulate_cohort(grafted_patient, len(k), end, treated_graft(), start=start, points=[end], k=k)
        return run["beta"][-1] > RIDGE

    return threshold(lasts, 2.0, 3.0, precision)


@cache
def least_graft(takes: float = 0.5, precision: float = 0.01) -> float:
    """Return the least graft (mg) that lasts without an attack if the share `takes` of it survives."""

    def lasts(mass):
        run = simulate_cohort(
            islet, len(mass), 3000.0, graft(takes=takes), start={"beta": 0.0}, points=[3000.0], graft=mass
        )
        return run["beta"][-1] > RIDGE

    return threshold(lasts, 1.0, 1000.0, precision)
