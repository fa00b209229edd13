"""When many different patients relapse after a transplant, in a world with infections.

Question
    One patient of the tolerance model is reset or is not. What share of a varied group stays free of
    relapse, if doctors aim at a depth, do not reach it exactly, and infections keep coming?

Method
    Patients differ as `patients.VARIATION` says. The depth achieved scatters around the depth aimed
    at; random infections follow the recipe of the science dossier, appendix A. One seed gives the
    same patients, infections and scatter at every depth, so that depths can be compared.

Limits
    All start from the state of the reference patient. Variation, scatter and infections are toy
    values: the shares that come out say how the toy behaves, not how patients do.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine import YEAR, simulate_cohort

from .interventions import transplant
from .patients import ACHIEVED_DEPTH_SD, day_of_relapse, random_infections, reference_patient, varied_cohort
from .tolerance import tolerance

EVERY = 5.0
"""Days between the reports from which a relapse is read."""


def relapse_days(
    depth: float,
    patients: int,
    years: float,
    seed: int,
    *,
    depth_sd: float = ACHIEVED_DEPTH_SD,
    infections_per_year: float = 1.0,
    **changes: float,
) -> np.ndarray:
    """Return the day of relapse of each patient, shape (patients,); infinity for none within `years`.

    `depth` is the depth aimed at, log10; each patient reaches depth + depth_sd · Z, at least 0.
    `changes` are parameter values for all.

    Raises `ModelError` for what is not allowed.

    Source: science dossier, section 1.7 and appendix A.
    """
    rng = np.random.default_rng(seed)
    until = years * YEAR
    cohort = varied_cohort(patients, rng)
    protocol = transplant() + random_infections(patients, until, rng, per_year=infections_per_year)
    achieved = np.maximum(depth + depth_sd * rng.standard_normal(patients), 0.0)
    points = np.append(np.arange(0.0, until, EVERY), until)
    run = simulate_cohort(
        tolerance, cohort, until, protocol, start=reference_patient(), points=points, k=achieved, **changes
    )
    return day_of_relapse(run)
