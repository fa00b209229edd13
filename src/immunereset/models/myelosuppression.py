r"""Neutrophils under chemotherapy: Friberg's model, with conditioning, a growth factor and a limit to feedback.

Question
    Why does the count of neutrophils fall to its lowest only a week after the drug, and how does it come back?

In words (t in days, all cells in 10⁹ per litre of blood)
    Precursors in the marrow (P) divide and pass three stages of maturing (T_1, T_2, T_3), each of which takes a quarter
    of the mean transit time MTT on average, before they reach the blood (C), where they are lost as fast. The growth
    factor G-CSF (G) hurries every step before the blood.
    The fewer neutrophils in the blood, the louder the call for cells, which makes precursors divide: the power γ of
    health over count, but at most F_max. A drug at concentration D kills s D for each that divides.
    Conditioning kills L logs of precursors in the five days of its course.

Sources
    Structure and values: Friberg et al. (2002). The limit F_max, the conditioning and the growth factor are our
    choice: without a limit an empty marrow would divide ever faster, and the number of cells given back would hardly
    matter. The seeding by the graft is tuned so that 5 × 10⁶ CD34 cells per kg with G-CSF engraft on day 10.5.

Limits
    See `myelosuppression.limits`.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine import Input, Model, Parameter, Slider, State, gain, loss, move

TOY = "toy value"
CONDITIONING_DAYS = 5.0
"""Length of a course of conditioning, days (toy value)."""


def flows(t, y, p):
    """Return the named flows of the neutrophil model at day t, for states y and parameters p."""
    k_0 = 4.0 / p.MTT
    k_tr = k_0 * (1.0 + p.G)
    C_sat = p.C_0 * p.F_max ** (-1.0 / p.gamma)
    F = (p.C_0 / np.maximum(y.C, C_sat)) ** p.gamma
    E_d = p.s * p.D
    kappa = np.log(10.0) * p.L / CONDITIONING_DAYS
    return {
        "division": gain("P", k_tr * y.P * F),
        "drug effect": loss("P", k_0 * y.P * F * E_d),
        "conditioning": loss("P", kappa * y.P),
        "first step": move("P", "T_1", k_tr * y.P),
        "second step": move("T_1", "T_2", k_tr * y.T_1),
        "third step": move("T_2", "T_3", k_tr * y.T_2),
        "release": move("T_3", "C", k_tr * y.T_3),
        "loss from the blood": loss("C", k_0 * y.C),
    }


COUNT = 5.05
"""Neutrophils of the healthy person, 10⁹/L: in the steady state every stage holds as many."""

FRIBERG = "Friberg et al. 2002, docetaxel, as coded in a public copy"

STATES = [
    State("P", COUNT, "10⁹/L", "dividing precursors in the marrow", role="drug"),
    State("T_1", COUNT, "10⁹/L", "maturing cells, first stage", role="conventional"),
    State("T_2", COUNT, "10⁹/L", "maturing cells, second stage", role="conventional"),
    State("T_3", COUNT, "10⁹/L", "maturing cells, third stage", role="conventional"),
    State("C", COUNT, "10⁹/L", "neutrophils circulating in the blood", role="neutrophil"),
]

PARAMETERS = [
    Parameter("C_0", COUNT, "10⁹/L", "neutrophils in health", FRIBERG, low=0.1, high=50.0),
    Parameter("MTT", 88.7 / 24, "d", "mean transit time: from dividing precursor to the blood", FRIBERG, low=0.5,
              high=20.0, latex=r"\mathrm{MTT}"),
    Parameter("gamma", 0.161, "–", "how strongly a low count calls for more cells", FRIBERG, low=0.01, high=2.0),
    Parameter("F_max", 1.7, "–", "limit of the call for cells", TOY, low=1.0, high=1e6, slider=Slider(1.2, 3.0, 0.1)),
    Parameter("s", 8.58, "L/µmol", "effect of the drug per concentration", FRIBERG, high=1000.0),
]  # fmt: skip

INPUTS = [
    Input("D", "µmol/L", "concentration of a drug in the blood"),
    Input("L", "logs", "depth of the conditioning that is under way"),
    Input("G", "–", "growth factor: how much faster precursors divide and mature"),
]

LIMITS = (
    "Neutrophils only: no platelets, no red cells, no lymphocytes.",
    "One pool of dividing precursors stands for stem cells and all that descends from them; there is no niche and "
    "no homing, and a cell given back divides from the first hour.",
    "A neutrophil of the toy stays in the blood for most of a day; other estimates are shorter.",
    "The limit of the call for cells, the seeding by the graft and the effect of the growth factor are toy values, "
    "tuned to a recovery near day 10.",
    "Depth of conditioning is counted in the toy's own precursors: it stands for no regimen.",
    "There is no infection, no fever and no death in the model.",
    "Cells are amounts and not single cells: less than one cell can grow back.",
)

myelosuppression = Model(
    name="neutrophils",
    states=STATES,
    parameters=PARAMETERS,
    flows=flows,
    inputs=INPUTS,
    question="Why is the count lowest a week after the drug, and how does it come back?",
    limits=LIMITS,
)

NEUTROPENIA, PROFOUND = 0.5, 0.1
"""Counts, 10⁹/L, below which neutropenia is called severe and profound."""
