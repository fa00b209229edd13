"""One patient of a varied group, drawn by a plain function that a live figure can trace.

`patient(p, z)` returns the parameters that are the patient's own. `p` holds the parameters of the group (those of the
model, of the protocol and `GROUP`) and `until`, the last day of the run; `z` gives random numbers: `z.normal()`, `z.uniform()` and `z.exponential()`, always
in the same order. Variation, scatter and infections are those of `patients`; all are toy values.

Infections come at random: the days between two of them are exponential, so that their number in a given time is
Poisson, and those beyond `MOST` in one patient are left out.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine import YEAR, Course, Parameter, Protocol, Slider

from .interventions import TOY
from .patients import ACHIEVED_DEPTH_SD, INFECTION_DAYS, INFECTION_MEDIAN, INFECTION_SIGMA, VARIATION

MOST = 24
"""Infections of one patient at most: with two a year, one patient in 21 300 would have more within five years."""

GROUP = [
    Parameter("depth_sd", ACHIEVED_DEPTH_SD, "logs", "scatter of the depth achieved (SD)", TOY, high=2.0,
              slider=Slider(0, 0.5, 0.05)),
    Parameter("differences", 1.0, "–", "differences between patients (1 as in the toy, 0 none)", TOY, high=1.0,
              slider=Slider(0, 1, 0.5)),
    Parameter("infections_per_year", 1.0, "1/year", "infections a year", TOY, high=2.0, slider=Slider(0, 2, 0.25)),
]  # fmt: skip


def patient(p, z):
    """Return the parameters of one patient by symbol: numbers, or arrays over patients."""
    own = differences(p, z)
    own["k"] = np.maximum(p.k + p.depth_sd * z.normal(), 0.0)
    return own | random_infections(p, z, MOST)


def differences(p, z):
    """Return the values of one patient in the parameters of `patients.VARIATION`, by symbol."""
    own = {}
    for symbol, cv in VARIATION.items():
        sigma = p.differences * np.sqrt(np.log1p(cv**2))
        own[symbol] = getattr(p, symbol) * np.exp(sigma * z.normal() - sigma**2 / 2)
    return own


def random_infections(p, z, most):
    """Return day and strength of one patient's infections, at most `most`, by symbol; infinity for a day after the run."""
    own, day = {}, 0.0
    for i in range(1, most + 1):
        day = day + z.exponential() * YEAR / p.infections_per_year
        own[f"day_{i}"] = np.where(day < p.until, day, np.inf)
        own[f"strength_{i}"] = INFECTION_MEDIAN * np.exp(INFECTION_SIGMA * z.normal())
    return own


def infections(days: float = INFECTION_DAYS, most: int = MOST) -> Protocol:
    """Return the infections that a patient has drawn, each of `days` days; none unless their days are set."""
    return Protocol(
        *(
            Course(
                "I",
                Parameter(f"strength_{i}", 1.0, "–", f"strength of infection {i}", TOY),
                Parameter(f"day_{i}", np.inf, "d", f"day of infection {i}", TOY),
                days,
                name="infection",
            )
            for i in range(1, most + 1)
        )
    )
