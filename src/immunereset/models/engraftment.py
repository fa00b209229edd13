"""A transplant day by day: conditioning, the cells given back, the growth factor, and the count that returns.

Question
    When is the patient without neutrophils, for how long, and what shortens it?

Days
    The engine counts from 0, the first day of conditioning. People count from the infusion, which is run day
    `INFUSION`: "day -6" is run day 0. Functions here take and return days after the infusion; the parameters of
    the protocol are run days.

Limits
    All doses and depths are toy quantities: no depth stands for a regimen.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real

import numpy as np

from immunereset.engine import Course, Event, ModelError, Parameter, Protocol, Run, Slider, simulate

from .myelosuppression import CONDITIONING_DAYS, NEUTROPENIA, PROFOUND, myelosuppression

TOY = "toy value"

INFUSION = 6.0
"""Run day on which the cells are given back: day 0 of the calendar."""

DAYS_RUNNING = 3.0
"""Days on which the count must stay above 0.5 to be called engraftment."""

SEEDING = 1.338e-4
"""Precursors, 10⁹/L, that 10⁶ CD34 cells per kg of body weight become; tuned to engraftment on day 10.5."""

EVERY = 0.05
"""Days between the reports from which nadir and engraftment are read."""


def rescue(dose: float = 5.0, ell: float = 9.0, gcsf_day: float = 5.0, boost: float = 0.25) -> Protocol:
    """Return conditioning to a depth of `ell` logs, the infusion of `dose`, and G-CSF from `gcsf_day` on.

    `dose` is in 10⁶ CD34 cells per kg (0: no cells given back); `gcsf_day` counts from the infusion; `boost` is
    how much faster precursors divide and mature under G-CSF (0: none is given). The toy never stops G-CSF;
    doctors do when the count is back. Raises `ModelError` for a `gcsf_day` before the conditioning.
    """
    if not (isinstance(gcsf_day, Real) and gcsf_day >= -INFUSION):
        raise ModelError(
            f"gcsf_day is {gcsf_day!r}; it counts from the infusion and must be a number, {-INFUSION:g} or more."
        )
    return Protocol(
        Course(
            "L",
            level=Parameter("ell", ell, "logs", "depth of conditioning", TOY, high=30.0, slider=Slider(0, 10, 0.5),
                            latex=r"\ell"),
            start=0.0,
            duration=CONDITIONING_DAYS,
            name="conditioning",
        ),
        Event(
            "infusion",
            day=INFUSION,
            effect=lambda y, p: {"P": y.P + p.c * p.dose},
            parameters=(
                Parameter("dose", dose, "×10⁶/kg", "CD34 cells given back", TOY, high=1000.0,
                          slider=Slider(0, 20, 0.5)),
                Parameter("c", SEEDING, "10⁹/L per 10⁶/kg", "precursors that the graft becomes", TOY, high=1.0),
            ),
        ),
        Course(
            "G",
            level=Parameter("boost", boost, "–", "effect of G-CSF", TOY, high=5.0, slider=Slider(0, 0.5, 0.05)),
            start=Parameter("gcsf_day", INFUSION + gcsf_day, "day", "first day of G-CSF", TOY,
                            slider=Slider(INFUSION, INFUSION + 14, 1)),
            name="G-CSF",
        ),
    )  # fmt: skip


def single_dose(D_0: float = 1.2, half_life: float = np.log(2) / 4.0, day: float = 0.0) -> Protocol:
    """Return one dose on run day `day`: `D_0` µmol/L of a drug, halved every `half_life` days, left out after two."""
    return Protocol(
        Course(
            "D",
            level=Parameter("D_0", D_0, "µmol/L", "concentration just after the dose", TOY, high=100.0),
            start=day,
            duration=2.0,
            half_life=half_life,
            name="one dose",
        )
    )


@dataclass(frozen=True)
class Recovery:
    """How the count fell and came back. Days count from the infusion; counts are in 10⁹/L.

    `engraftment_day` is the first of three days running above 0.5 after the count had been below: infinity if
    there is none in the run, and not a number (nan) if the count never was below. `neutropenic_days` and `profound_days` are the days below 0.5
    and below 0.1.
    """

    run: Run
    nadir: float
    nadir_day: float
    engraftment_day: float
    neutropenic_days: float
    profound_days: float

    @property
    def days(self) -> np.ndarray:
        """The reported days, counted from the infusion, shape (times,)."""
        return self.run.t - INFUSION


def recover(dose: float = 5.0, ell: float = 9.0, gcsf_day: float = 5.0, boost: float = 0.25, until: float = 40.0,
            **changes: float) -> Recovery:  # fmt: skip
    """Return how the count recovers until `until` days after the infusion; see `rescue` for the rest.

    `changes` are parameter values of the model. Raises `ModelError` for what is not allowed.
    """
    protocol = rescue(dose, ell, gcsf_day, boost)
    if not gcsf_day < until:
        raise ModelError(f"G-CSF from day {gcsf_day:g} on lies beyond the last day of the run, {until:g} (`until`).")
    end = INFUSION + until
    run = simulate(
        myelosuppression, end, protocol,
        points=np.linspace(0.0, end, round(end / EVERY) + 1), atol=1e-20, **changes,
    )  # fmt: skip
    lowest = int(np.argmin(run["C"]))
    fall = run.first_day_below("C", NEUTROPENIA)
    back = run.first_day_above("C", NEUTROPENIA, after=fall, lasting=DAYS_RUNNING) if fall < np.inf else np.nan
    return Recovery(
        run,
        nadir=float(run["C"][lowest]),
        nadir_day=float(run.t[lowest] - INFUSION),
        engraftment_day=float(back - INFUSION),
        neutropenic_days=float(end - run.days_above("C", NEUTROPENIA)),
        profound_days=float(end - run.days_above("C", PROFOUND)),
    )


def fastest_growth(boost: float = 0.0, **changes: float) -> float:
    """Return how fast precursors grow while blood and marrow are empty, per day: k_tr (F_max - 1)."""
    p = myelosuppression.values(changes)
    return 4.0 / p["MTT"] * (1.0 + boost) * (p["F_max"] - 1.0)


def days_for_a_factor(factor: float, boost: float = 0.0, **changes: float) -> float:
    """Return how many days of growth make `factor` times as many precursors: ln(factor) / growth.

    Raises `ModelError` for a factor that is not positive.
    """
    if not factor > 0:
        raise ModelError(f"The factor is {factor:g}; it must be above 0.")
    return float(np.log(factor)) / fastest_growth(boost, **changes)
