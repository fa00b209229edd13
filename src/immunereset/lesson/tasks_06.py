"""Tasks of lesson 06, A transplant, day by day."""

import math
from functools import cache

from .task import Task


@cache
def nadir_day(MTT: float = 3.7) -> float:
    """Return the day of the lowest count after the single dose of the lesson, for a mean transit time `MTT`."""
    import numpy as np

    from immunereset.engine import simulate
    from immunereset.models.engraftment import single_dose
    from immunereset.models.myelosuppression import myelosuppression

    run = simulate(myelosuppression, 40, single_dose(), points=np.arange(0, 40.005, 0.01), MTT=MTT)
    return float(run.t[run["C"].argmin()])


@cache
def day(**settings: float) -> float:
    """Return the day of engraftment, counted from the infusion; `settings` are those of `engraftment.recover`."""
    from immunereset.models.engraftment import recover

    return recover(**settings).engraftment_day


@cache
def dose_for_day(wanted: float, boost: float) -> float:
    """Return the dose, 10⁶ CD34 cells per kg, with which engraftment comes on day `wanted`."""
    from scipy.optimize import brentq

    return brentq(lambda dose: day(dose=dose, boost=boost) - wanted, 0.5, 20, xtol=1e-3)


@cache
def depth_of_the_last_cell(litres: float = 5.0) -> float:
    """Return how many logs leave a single precursor, if `litres` of blood hold as many as neutrophils."""
    from immunereset.models.myelosuppression import COUNT

    return math.log10(COUNT * 1e9 * litres)


def growth_days(factor: float, boost: float = 0.25) -> float:
    """Return the days of growth that make up for `factor` times fewer cells."""
    from immunereset.models.engraftment import days_for_a_factor

    return days_for_a_factor(factor, boost)


TASKS = [
    Task(
        id="06-nadir",
        prompt=(
            "One dose of the drug, as in the lesson, in a person whose mean transit time MTT is 5.7 days instead of "
            "3.7. On which day after the dose is the count lowest?"
        ),
        unit="days",
        decimals=1,
        tolerance=0.2,
        compute=lambda: nadir_day(5.7),
        hint="Set the mean transit time to 5.7 days, leave the concentration alone, and read the day of the lowest count.",
        feedback={
            nadir_day: (0.2, "That is the day with a transit time of 3.7 days. Move the slider to 5.7."),
            5.7: (
                0.2,
                "That is the transit time itself. The count falls on for a while after it: the last cells of the time "
                "before the dose have to leave the blood first.",
            ),
        },
    ),
    Task(
        id="06-double",
        prompt=(
            "Depth 9 logs, G-CSF from day 5. By how many days does engraftment come earlier if 10 million CD34 cells "
            "per kg are given back instead of 5 million?"
        ),
        unit="days",
        decimals=1,
        tolerance=0.1,
        compute=lambda: day(dose=5) - day(dose=10),
        hint="Read the day of engraftment with a dose of 5 and with a dose of 10, and subtract.",
        feedback={
            (lambda: day(dose=10)): (0.2, "That is the day itself. The task asks how much earlier it is."),
            (lambda: day(dose=5) / 2): (0.3, "That is half the wait. Read the figure: the wait is not halved."),
            (lambda: day(dose=5, boost=0) - day(dose=10, boost=0)): (
                0.05,
                "That is the gain without G-CSF. Move the effect of G-CSF back to 0.25.",
            ),
        },
    ),
    Task(
        id="06-tenfold",
        prompt=(
            "Under G-CSF the toy's precursors double every 0.73 days. How many days later does engraftment come if ten "
            "times fewer cells are given back?"
        ),
        unit="days",
        decimals=1,
        tolerance=0.1,
        compute=lambda: growth_days(10),
        hint="How many doublings make up for a factor of ten? It is log2(10) = ln 10 / ln 2. Multiply by 0.73 days.",
        feedback={
            (lambda: 10 * growth_days(2)): (0.2, "That is ten doublings. Ten doublings make a factor of 1024."),
            (lambda: growth_days(10, boost=0)): (0.1, "That is the pace without G-CSF. Under G-CSF it is faster."),
            (lambda: growth_days(2)): (0.05, "That is one doubling, a factor of two."),
        },
    ),
    Task(
        id="06-no-graft",
        prompt=(
            "No cells are given back (dose 0), depth 5.5 logs, G-CSF from day 5. On which day are the neutrophils "
            "above 0.5 again?"
        ),
        unit="days",
        decimals=1,
        tolerance=0.2,
        compute=lambda: day(dose=0, ell=5.5),
        hint="Move two sliders: the CD34 cells to 0 and the depth to 5.5. Leave G-CSF as it was.",
        feedback={
            (lambda: day(dose=0)): (0.3, "That is the day at a depth of 9 logs. Move the depth to 5.5."),
            (lambda: day(ell=5.5)): (0.2, "That is the day with 5 million cells per kg. Move the dose to 0."),
            (lambda: day(dose=0, ell=5.5, boost=0)): (0.3, "That is the day without G-CSF. Its effect is 0.25."),
        },
    ),
    Task(
        id="06-gcsf",
        prompt=(
            "Dose 5, depth 9. By how many days does engraftment come earlier if G-CSF begins on day 1 instead of day 5?"
        ),
        unit="days",
        decimals=1,
        tolerance=0.1,
        compute=lambda: day(gcsf_day=5) - day(gcsf_day=1),
        hint="Read the day of engraftment with G-CSF from day 5 and from day 1, and subtract.",
        feedback={
            4: (0.05, "G-CSF begins four days earlier, but it only quickens the pace by a quarter."),
            (lambda: day(boost=0) - day(gcsf_day=5)): (
                0.1,
                "That is the gain of G-CSF from day 5 over none at all.",
            ),
        },
    ),
    Task(
        id="06-dose",
        prompt=(
            "No G-CSF, depth 9 logs. How many million CD34 cells per kg are needed so that engraftment comes on day 11?"
        ),
        unit="million per kg",
        decimals=1,
        tolerance=0.6,
        compute=lambda: dose_for_day(11.0, boost=0.0),
        hint="Set the effect of G-CSF to 0. Without it a doubling of the cells gains 0.9 days.",
        feedback={
            5: (1, "That dose gives day 12 without G-CSF. One day less needs more cells."),
            (lambda: dose_for_day(11.0, boost=0.25)): (0.6, "That is the dose with G-CSF. Set its effect to 0."),
        },
    ),
    Task(
        id="06-last-cell",
        prompt=(
            "Suppose that there are as many dividing precursors as neutrophils in 5 litres of healthy blood. From how "
            "many logs of conditioning on is less than one of them left?"
        ),
        unit="logs",
        decimals=1,
        tolerance=0.1,
        compute=depth_of_the_last_cell,
        hint="Count the cells: 5.05 × 10⁹ per litre times 5 litres. Then take the logarithm to base 10.",
        feedback={
            (lambda: depth_of_the_last_cell(1.0)): (0.05, "That is for one litre. There are five."),
            (lambda: math.log(10 ** depth_of_the_last_cell())): (
                0.2,
                "That is the natural logarithm. Logs of depletion count powers of ten.",
            ),
        },
    ),
]
