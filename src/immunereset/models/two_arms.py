"""Event days of a trial in the core's varied patients: one transplant, or a drug that is not always taken.

Question
    Transplanted or on a drug: who is free of disease for longer? How far does the answer depend on the drug arm alone?

Method
    Patients, infections and the scatter of depth are those of `relapse_days`; the transplant aims at 3.3 logs. The drug
    has a strength of each patient's own, and breaks of 90 days at random days. An event is disease that is active for 14 days
    after day 90. One seed gives the same patients on the drug whatever the number of breaks, and a break that occurs at
    one number occurs at every larger one. Of the transplanted 3 in 1000 die within 100 days; `trials.sampling` draws them.

Limits
    Those of `relapse_days`. Depth, strength, breaks and deaths are toy values: no arm stands for a real treatment, and
    nothing is said about which of two real ones is better. Failures after a transplant come earlier in the toy than in patients.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from immunereset.engine import YEAR, Course, Protocol, simulate_cohort

from .interventions import transplant
from .patients import ACHIEVED_DEPTH_SD, RELAPSE_DAYS, random_infections, reference_patient, varied_cohort
from .relapse_days import EVERY
from .tolerance import ACTIVE, tolerance

DEPTH = 3.3
"""Depth of the transplant aimed at, log10 (toy value)."""
STRENGTH, STRENGTH_SD = 0.75, 0.08
"""Strength of the drug: mean and standard deviation over patients, cut to 0 to 1 (toy values)."""
BREAK_DAYS, MOST_BREAKS = 90.0, 5.0
"""Length of a break (days), and the largest mean number of breaks in ten years (toy values)."""
FROM_DAY = 90.0
"""Active disease counts from this day on."""
DEATH = 0.003
"""Share of the transplanted who die within `trials.sampling.DEATH_DAYS` (toy value)."""
YEARS = 5
PATIENTS = 1000
SEED = 13


@cache
def transplanted(patients: int = PATIENTS, seed: int = SEED, years: float = YEARS) -> np.ndarray:
    """Return the day of the event of each transplanted patient, shape (patients,); infinity for none. Without deaths."""
    rng = np.random.default_rng([seed, 0])
    depth = np.maximum(DEPTH + ACHIEVED_DEPTH_SD * rng.standard_normal(patients), 0.0)
    return _events(transplant(), patients, rng, years, k=depth)


@cache
def on_drug(breaks: float, patients: int = PATIENTS, seed: int = SEED, years: float = YEARS) -> np.ndarray:
    """Return the day of the event of each patient on the drug, shape (patients,); infinity for none.

    `breaks` is the mean number of breaks in ten years. Raises ValueError above `MOST_BREAKS`.
    """
    if not 0 <= breaks <= MOST_BREAKS:
        raise ValueError(f"Breaks in ten years go from 0 to {MOST_BREAKS:g}; {breaks:g} was given.")
    rng = np.random.default_rng([seed, 1])
    until = years * YEAR
    strength = np.clip(STRENGTH + STRENGTH_SD * rng.standard_normal(patients), 0.0, 1.0)
    count = rng.poisson(MOST_BREAKS * years / 10, patients)
    start = rng.uniform(0.0, until, (count.max(), patients))
    taken = rng.uniform(0.0, MOST_BREAKS, start.shape) < breaks
    start[(np.arange(len(start))[:, None] >= count) | ~taken] = np.inf
    start = np.sort(start, axis=0)
    begins = np.vstack([np.zeros(patients), start + BREAK_DAYS])
    days = np.vstack([start, np.full(patients, np.inf)]) - np.where(np.isfinite(begins), begins, 0.0)
    there = (begins < until) & (days > 0)
    courses = [
        Course("epsilon", strength, np.where(on, day, np.inf), np.where(on, np.minimum(lasts, until), 1.0), name="drug")
        for on, day, lasts in zip(there, begins, days)
        if on.any()
    ]
    return _events(Protocol(*courses), patients, rng, years)


def _events(protocol: Protocol, patients: int, rng: np.random.Generator, years: float, **own) -> np.ndarray:
    until = years * YEAR
    cohort = varied_cohort(patients, rng)
    infections = random_infections(patients, until, rng)
    run = simulate_cohort(
        tolerance, cohort, until, protocol + infections, start=reference_patient(),
        points=np.append(np.arange(0.0, until, EVERY), until), **own,
    )  # fmt: skip
    return run.first_day_above("E", ACTIVE, after=FROM_DAY, lasting=RELAPSE_DAYS)
