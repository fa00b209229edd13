"""Questions of lesson 04, Suppressing is not resetting."""

import math
from functools import cache

from .task import Task

YEARS_ON_DRUG = 5


def _drug():
    """Return the module with this lesson's questions; importing it here keeps `check` quick to import."""
    from immunereset.models import suppression

    return suppression


def _wait(years: float, epsilon_0: float = 0.9) -> float:
    """Return the days from stopping a drug taken for `years` to relapse."""
    drug = _drug()
    return drug.wait_for_relapse(drug.state_after_drug(365 * years, epsilon_0))


def _half_life(first: float, last: float) -> float:
    """Return the half-life of memory, in years, between two years on the drug."""
    before, after = (_drug().state_after_drug(365 * years)["M"] for years in (first, last))
    return (last - first) / math.log2(before / after)


@cache
def _course_from_day(start_day: float) -> float:
    """Return the years on the drug (ε₀ = 0.9), started on `start_day` of the disease, that end it."""
    import numpy as np

    from immunereset.engine import threshold

    def ends(years):
        return _drug().treat_early(np.full(len(years), start_day), drug_days=365.0 * years)

    return threshold(ends, 0.5, 6.0, 0.02)


QUESTIONS = [
    Task(
        id="04-dose",
        prompt=(
            "The reference patient takes the drug for one year. What is the weakest dose ε₀ that has the effectors E "
            "below 2 cells/µL at the end of that year?"
        ),
        unit="",
        decimals=2,
        tolerance=0.02,
        compute=lambda: _drug().least_dose(),
        hint="Try doses between 0.4 and 0.7 in steps of 0.01, and read the effectors after 365 days.",
        feedback={
            0.6: (0.03, "That dose holds the disease, but a weaker one does too. Try steps of 0.01."),
            (lambda: _drug().least_dose(5 * 365)): (
                0.01,
                "That dose holds the disease after five years, but not yet after one: E is still above 2 then.",
            ),
        },
    ),
    Task(
        id="04-relapse",
        prompt=(
            "The reference patient takes the drug with ε₀ = 0.9 for five years and stops. How many days after "
            "stopping are the effectors E above 2 cells/µL again?"
        ),
        unit="days",
        decimals=0,
        tolerance=2,
        compute=lambda: _wait(YEARS_ON_DRUG),
        hint="Take the day on which E passes 2 for good, and subtract the day on which the drug is stopped.",
        feedback={
            (lambda: 365 * YEARS_ON_DRUG + _wait(YEARS_ON_DRUG)): (
                2,
                "That day is counted from the start of the drug. Subtract the days on the drug.",
            ),
            (lambda: _wait(10)): (2, "That is the wait after ten years on the drug, not five."),
            (lambda: _wait(1)): (2, "That is the wait after one year on the drug, not five."),
        },
    ),
    Task(
        id="04-half-life",
        prompt=(
            "On the drug with ε₀ = 0.9, compare the memory cells M after five years and after fifteen years. "
            "What is their half-life?"
        ),
        unit="years",
        decimals=1,
        tolerance=0.2,
        compute=lambda: _half_life(5, 15),
        hint=(
            "Half-life = time between the two readings, divided by log2(first reading / second reading). "
            "On a calculator, log2(x) is ln(x) / ln(2)."
        ),
        feedback={
            (lambda: _half_life(5, 15) / math.log(2)): (
                0.2,
                "Close to 10 years: either the logarithm was not to base 2, or only the loss δ_M was counted. "
                "Crowding by other cells removes memory as well.",
            ),
        },
    ),
    Task(
        id="04-window",
        prompt=(
            "One year of the drug with ε₀ = 0.9, started on some day after the infection began. From which day on is "
            "it too late: the disease comes back after the drug is stopped?"
        ),
        unit="days",
        decimals=0,
        tolerance=6,
        compute=lambda: _drug().window_of_opportunity(),
        hint="Find one start day that works and one that fails, then try the day halfway between, and so on.",
        feedback={
            545: (0, "Day 545 is too late, but so are earlier days. Try halfway between 300 and 545."),
            300: (0, "Day 300 still works. Try halfway between 300 and 545."),
        },
    ),
    Task(
        id="04-shortest-course",
        prompt=(
            "For how many years must the reference patient take the drug with ε₀ = 0.6 before stopping is safe in "
            "this toy?"
        ),
        unit="years",
        decimals=1,
        tolerance=0.2,
        compute=lambda: _drug().shortest_course(0.6),
        hint="Use shortest_course(0.6), or try 15 to 20 years in steps of half a year.",
        feedback={
            (lambda: _drug().shortest_course(0.9)): (0.1, "That is the answer for ε₀ = 0.9."),
        },
    ),
    Task(
        id="04-day-500",
        prompt=(
            "The drug with ε₀ = 0.9 is started on day 500 after the infection began. How many years must it be taken "
            "so that the disease stays away after stopping?"
        ),
        unit="years",
        decimals=1,
        tolerance=0.2,
        compute=lambda: _course_from_day(500.0),
        hint="Find a course that is too short and one that is long enough, then try the course halfway between.",
        feedback={
            (lambda: _course_from_day(500.0) + 500 / 365): (
                0.1,
                "That is counted from the infection. Count from the day on which the drug is started.",
            ),
        },
    ),
]
