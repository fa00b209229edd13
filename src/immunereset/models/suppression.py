"""Holding the disease with a drug: dose, withdrawal, and the window of opportunity.

All questions are asked of the tolerance model. The drug's strength ε is a toy quantity: no value of it
stands for a real drug.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from immunereset.engine import YEAR, Course, Model, Parameter, Protocol, loss, simulate, simulate_cohort, threshold

from .interventions import TOY, drug, infection, selective_depletion
from .patients import day_of_relapse, is_reset, reference_patient
from .tolerance import ACTIVE, tolerance

FOLLOW_YEARS = 10.0
"""Years of watching after a drug is stopped; close to the threshold a relapse is slow to show."""


def harmful_drug(epsilon_0: float = 0.9, omega_0: float = 0.0, start: float = 0.0, duration: float = 365.0) -> Protocol:
    """Return a drug that also takes the share `omega_0` (0 to 1) off the renewal of regulatory cells."""
    plain = drug(epsilon_0, start, duration)
    harm = Parameter(
        "omega_0", omega_0, "–", "harm of the drug to regulatory-cell renewal", TOY, high=1.0, latex=r"\omega_0"
    )
    begins, lasts = plain.parameters["drug_start"], plain.parameters["drug_days"]
    return plain + Protocol(Course("omega", harm, begins, lasts, name="harm to regulatory cells"))


def effectors_on_drug(epsilon_0, days: float = YEAR, **changes: float) -> np.ndarray:
    """Return the effectors (cells/µL) of the reference patient after `days` on each strength of `epsilon_0`.

    `epsilon_0` has shape (strengths,), and so has the answer. `changes` may be `omega_0` or parameters of the model.
    """
    epsilon_0 = np.atleast_1d(np.asarray(epsilon_0, dtype=float))
    run = simulate_cohort(
        tolerance, len(epsilon_0), days, harmful_drug(duration=days),
        start=reference_patient(), points=[days], epsilon_0=epsilon_0, **changes,
    )  # fmt: skip
    return run["E"][-1]


@cache
def least_dose(days: float = YEAR, precision: float = 0.001, **changes: float) -> float:
    """Return the weakest drug that has effectors below `ACTIVE` after `days` in the reference patient."""
    return threshold(lambda doses: effectors_on_drug(doses, days, **changes) < ACTIVE, 0.0, 1.0, precision)


def state_after_drug(days: float, epsilon_0: float = 0.9, **changes: float) -> dict:
    """Return the state of the reference patient at the end of `days` on the drug."""
    return simulate(
        tolerance, days, harmful_drug(duration=days), start=reference_patient(), epsilon_0=epsilon_0, **changes
    ).final


def wait_for_relapse(state: dict, years: float = FOLLOW_YEARS, **changes: float) -> float:
    """Return the days from stopping a drug in `state` to relapse; infinity if none comes within `years`."""
    until = years * YEAR
    daily = np.arange(0.0, min(2 * YEAR, until))
    rarely = np.arange(2 * YEAR, until, 20.0)
    points = np.concatenate([daily, rarely, [until]])
    return day_of_relapse(simulate(tolerance, until, start=state, points=points, **changes))


def say_wait(days: float) -> str:
    """Return the answer of `wait_for_relapse` in words."""
    return "no relapse" if np.isinf(days) else f"relapse after {days:.0f} days"


def wait_after_fading(half_life, years: float = 5.0, epsilon_0: float = 0.9) -> np.ndarray:
    """Return the days from the last dose to relapse, for a drug that fades with each `half_life` (days).

    The reference patient takes it for `years`. `half_life` has shape (drugs,), and so has the answer; infinity where no
    relapse comes within `FOLLOW_YEARS`.
    """
    half_life = np.atleast_1d(np.asarray(half_life, dtype=float))
    until = FOLLOW_YEARS * YEAR
    run = simulate_cohort(
        tolerance, len(half_life), until, Protocol(Course("epsilon", epsilon_0, half_life=half_life)),
        start=state_after_drug(years * YEAR, epsilon_0), points=np.arange(until),
    )  # fmt: skip
    return day_of_relapse(run)


def wait_after_removal(k_s: float) -> float:
    """Return the days to relapse after one day that removes `k_s` logs of memory cells and effectors, and nothing else."""
    until = FOLLOW_YEARS * YEAR
    return day_of_relapse(
        simulate(tolerance, until, selective_depletion(k_s), start=reference_patient(), points=np.arange(until))
    )


def half_life_for_wait(wait: float, longest: float = 365.0, precision: float = 0.1) -> float:
    """Return the half-life (days) with which a drug must fade for the relapse to come `wait` days after the last dose."""
    return threshold(lambda half_lives: wait_after_fading(half_lives) > wait, 0.1, longest, precision)


def wait_with_harm(omega_0: float, division_alone: bool, years: float = 5.0, epsilon_0: float = 0.9) -> float:
    """Return the days from the last dose to relapse, for a drug that harms the renewal of regulatory cells.

    With `division_alone` it slows their division; without, their loss by crowding as well, as `tolerance` has it. Which
    of the two a drug does is not known.
    """
    model = _slow_division() if division_alone else tolerance
    protocol = harmful_drug(epsilon_0, omega_0, duration=years * YEAR)
    stopped = simulate(model, years * YEAR, protocol, start=reference_patient()).final
    return wait_for_relapse(stopped)


def _slow_division() -> Model:
    """Return the tolerance model in which omega slows the division of regulatory cells and not their loss."""

    def flows(t, y, p):
        every = dict(tolerance.flows(t, y, p))
        return every | {"crowding of R": loss("R", every["crowding of R"].rate / (1.0 - p.omega))}

    parts = [list(part.values()) for part in (tolerance.states, tolerance.parameters, tolerance.inputs)]
    states, parameters, inputs = parts
    return Model("tolerance, division alone slowed", states, parameters, flows, inputs)


@cache
def shortest_course(epsilon_0: float = 0.9, years_at_most: float = 24.0, precision: float = 0.02, **changes) -> float:
    """Return the years on the drug after which the reference patient can stop and stay well.

    Infinity if `years_at_most` are not enough.
    """
    until = (years_at_most + FOLLOW_YEARS) * YEAR

    def stays_well(years: np.ndarray) -> np.ndarray:
        run = simulate_cohort(
            tolerance, len(years), until, harmful_drug(epsilon_0), start=reference_patient(), points=[until],
            drug_days=years * YEAR, **changes,
        )  # fmt: skip
        return is_reset(run)

    return threshold(stays_well, 0.0, years_at_most, precision)


def treat_early(start_days, epsilon_0: float = 0.9, drug_days=YEAR, **changes: float) -> np.ndarray:
    """Return whether a drug of `drug_days`, started on each of `start_days` after the infection, ends the disease.

    The patient has the infection of the reference patient on day 0 and is watched for `FOLLOW_YEARS`
    after the drug. `start_days` and `drug_days` are numbers or arrays of shape (patients,); the answer
    has that shape.
    """
    start_days, drug_days = np.broadcast_arrays(np.atleast_1d(np.asarray(start_days, float)), drug_days)
    until = start_days.max() + drug_days.max() + FOLLOW_YEARS * YEAR
    run = simulate_cohort(
        tolerance, len(start_days), until, infection() + drug(epsilon_0), points=[until],
        drug_start=start_days, drug_days=drug_days, **changes,
    )  # fmt: skip
    return is_reset(run)


@cache
def window_of_opportunity(
    epsilon_0: float = 0.9, drug_days: float = YEAR, latest: float = 2000.0, precision: float = 1.0, **changes: float
) -> float:
    """Return the day of disease from which on it is too late for `treat_early` to end it.

    Infinity if even a start on day `latest` ends the disease.
    """
    return threshold(lambda days: ~treat_early(days, epsilon_0, drug_days, **changes), 21.0, latest, precision, grid=25)
