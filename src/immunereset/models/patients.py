"""The patients of the tolerance model: the reference patient, cohorts, and the reset threshold."""

from __future__ import annotations

from functools import cache

import numpy as np

from immunereset.engine import YEAR, Cohort, Course, Protocol, Run, simulate, simulate_cohort, threshold, thresholds

from .interventions import infection, transplant
from .tolerance import ACTIVE, tolerance

VARIATION = {"K_R": 0.2, "theta_20": 0.3, "rho_R": 0.2, "rho_M": 0.2, "rho_N": 0.15}
"""Coefficients of variation between patients (toy values)."""

ACHIEVED_DEPTH_SD = 0.25
"""Standard deviation of the depth achieved around the depth intended, log10 (toy value)."""

INFECTION_DAYS, INFECTION_MEDIAN, INFECTION_SIGMA = 10.0, 1.0, 1.0
"""Random infections: their length (days), the median of their strengths and the log standard deviation (toy values)."""

RELAPSE_DAYS = 14.0
"""Days that effectors must stay above `ACTIVE` to count as a relapse (toy value)."""


@cache
def reference_patient(years: float = 5.0) -> Run:
    """Return the run of the reference patient: healthy, infected (strength 10, 21 days), then left alone.

    `years` is the time from the infection to the end of the run.
    """
    return simulate(tolerance, years * YEAR, infection(I_0=10.0, duration=21.0))


def is_reset(run: Run):
    """Return whether effectors end below `ACTIVE`: one truth, or one per patient."""
    return run["E"][-1] < ACTIVE


def reset_depth(
    protocol: Protocol | None = None,
    *,
    start=None,
    years: float = 10.0,
    high: float = 6.0,
    tolerance_log: float = 0.005,
    **changes: float,
) -> float:
    """Return k*, the least depth of conditioning (log10) after which the disease stays away.

    The patient, by default the reference patient, is conditioned on day 0 and followed for `years`
    (10 or more: close to the threshold a relapse is slow to show). `protocol` replaces the plain
    transplant; it must have the parameter `k`. Infinity if no depth up to `high` is enough.
    """
    protocol = transplant() if protocol is None else protocol
    start = reference_patient() if start is None else start
    until = years * YEAR

    def resets(k: np.ndarray) -> np.ndarray:
        run = simulate_cohort(tolerance, len(k), until, protocol, start=start, points=[until], k=k, **changes)
        return is_reset(run)

    return threshold(resets, 0.0, high, tolerance_log)


def reset_depths(
    cohort: Cohort | int,
    protocol: Protocol | None = None,
    *,
    start=None,
    years: float = 10.0,
    high: float = 6.0,
    tolerance_log: float = 0.01,
    **changes,
) -> np.ndarray:
    """Return each patient's own k*, shape (patients,): `reset_depth` for a whole cohort at once.

    Parameters of the model and the protocol may differ between patients, in `cohort` or as arrays in `changes`.
    Infinity where no depth up to `high` is enough.
    """
    cohort = cohort if isinstance(cohort, Cohort) else Cohort(cohort)
    protocol = transplant() if protocol is None else protocol
    start = reference_patient() if start is None else start
    until = years * YEAR

    def resets(k: np.ndarray) -> np.ndarray:
        return is_reset(
            simulate_cohort(tolerance, cohort, until, protocol, start=start, points=[until], k=k, **changes)
        )

    return thresholds(resets, 0.0, high, len(cohort), tolerance_log)


def varied_cohort(size: int, seed) -> Cohort:
    """Return `size` patients that differ in the parameters of `VARIATION`."""
    return Cohort.draw(tolerance, size, VARIATION, seed)


def random_infections(
    size: int,
    until: float,
    seed,
    *,
    per_year: float = 1.0,
    days: float = INFECTION_DAYS,
    median: float = INFECTION_MEDIAN,
    sigma: float = INFECTION_SIGMA,
) -> Protocol:
    """Return infections at random days for each of `size` patients.

    Their number is Poisson with mean `per_year` · until / 365; their starts are uniform over the run,
    their strengths lognormal with the given median and log standard deviation; each lasts `days`.
    `seed` is a number or a `numpy.random.Generator`. The recipe is our choice.
    """
    rng = np.random.default_rng(seed)
    count = rng.poisson(per_year * until / YEAR, size)
    most = int(count.max(initial=0))
    start = rng.uniform(0.0, until, (most, size))
    strength = median * np.exp(sigma * rng.standard_normal((most, size)))
    start[np.arange(most)[:, None] >= count] = np.inf
    return Protocol(
        *(
            Course("I", level, day, days, name=f"infection {i + 1}")
            for i, (level, day) in enumerate(zip(strength, start))
        )
    )


def day_of_relapse(run: Run):
    """Return the day from which effectors stay above `ACTIVE` for `RELAPSE_DAYS`; infinity if never."""
    return run.first_day_above("E", ACTIVE, lasting=RELAPSE_DAYS)
