"""When many different patients relapse after a transplant, in a world with infections.

Question
    One patient of the tolerance model is reset or is not. What share of a varied group stays free of
    relapse, if doctors aim at a depth, do not reach it exactly, and infections keep coming?

Method
    Patients differ as `patients.VARIATION` says. The depth achieved scatters around the depth aimed
    at; infections are those of `patients.random_infections`. One seed gives the same patients, infections and
    scatter at every depth, so that depths can be compared. With a `volume` of blood, single cells are counted and
    divide and die at random (`simulate_noisy`).

Limits
    All start from the state of the reference patient. Variation, scatter and infections are toy
    values: the shares that come out say how the toy behaves, not how patients do.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from immunereset.engine import YEAR, Cohort, Protocol, simulate_cohort, simulate_noisy

from .interventions import transplant
from .patients import ACHIEVED_DEPTH_SD, day_of_relapse, random_infections, reference_patient, varied_cohort
from .tolerance import tolerance

EVERY = 5.0
"""Days between the reports from which a relapse is read."""


def relapse_days(
    depth,
    patients: int,
    years: float,
    seed: int,
    *,
    depth_sd: float = ACHIEVED_DEPTH_SD,
    infections_per_year: float = 1.0,
    varied: bool = True,
    volume: float | None = None,
    **changes: float,
) -> np.ndarray:
    """Return the day of relapse of each patient, shape (patients,); infinity for none within `years`.

    `depth` is the depth aimed at, log10; each patient reaches depth + depth_sd · Z, at least 0. For
    an array of depths the answer has shape (depths, patients), the same patients at each. `varied`: patients differ
    in their parameters. `volume`, in µL, adds the noise of single cells. `changes` are parameter values for all.

    Raises `ModelError` for what is not allowed.
    """
    rng = np.random.default_rng(seed)
    until = years * YEAR
    cohort = varied_cohort(patients, rng) if varied else Cohort(patients)
    infections = random_infections(patients, until, rng, per_year=infections_per_year)
    scatter = depth_sd * rng.standard_normal(patients)
    depths = np.atleast_1d(np.asarray(depth, dtype=float))
    achieved = np.maximum(depths[:, None] + scatter, 0.0)
    whole = Cohort(achieved.size, **{s: np.tile(v, len(depths)) for s, v in cohort.values.items()})
    courses = (
        replace(c, **{q: np.tile(getattr(c, q), len(depths)) for q in ("level", "start")}) for c in infections.courses
    )
    world = dict(
        protocol=transplant() + Protocol(*courses),
        start=reference_patient(),
        points=np.append(np.arange(0.0, until, EVERY), until),
        k=achieved.ravel(),
        **changes,
    )
    if volume is None:
        run = simulate_cohort(tolerance, whole, until, **world)
    else:
        of_cells = np.random.SeedSequence(seed, spawn_key=(1,))
        run = simulate_noisy(tolerance, whole, until, volume=volume, seed=of_cells, **world)
    return day_of_relapse(run).reshape(achieved.shape if np.ndim(depth) else patients)
