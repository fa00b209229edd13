"""Questions of lesson 07, Immune reset."""

from functools import cache

from .choice import Choice, Option
from .task import Task


def relapse_day(k: float) -> float:
    """Return the day on which effectors of the reference patient rise above the active level after depth `k`."""
    import numpy as np

    from immunereset.engine import YEAR, simulate
    from immunereset.models.interventions import transplant
    from immunereset.models.patients import reference_patient
    from immunereset.models.tolerance import ACTIVE, tolerance

    days = np.arange(0.0, YEAR + 1.0)
    run = simulate(tolerance, YEAR, transplant(), start=reference_patient(), points=days, k=k)
    return run.first_day_above("E", ACTIVE, after=0.5)


@cache
def depth(Delta_R: float = 0.0, drug_days: float = 0.0, **changes: float) -> float:
    """Return k* of the reference patient, with regulatory cells spared or a drug of strength 0.7 from day 0."""
    from immunereset.models.interventions import drug, transplant
    from immunereset.models.patients import reset_depth

    protocol = transplant() + drug(0.7, 0.0, drug_days) if drug_days else transplant()
    return reset_depth(protocol, Delta_R=Delta_R, **changes)


def selective_depth() -> float:
    """Return the least selective depletion of autoreactive cells (logs) that resets the reference patient."""
    from immunereset.engine import YEAR, simulate_cohort, threshold
    from immunereset.models.interventions import selective_depletion
    from immunereset.models.patients import is_reset, reference_patient
    from immunereset.models.tolerance import tolerance

    end = 10 * YEAR

    def resets(k_s):
        patients = len(k_s)
        protocol, start = selective_depletion(), reference_patient()
        return is_reset(simulate_cohort(tolerance, patients, end, protocol, start=start, points=[end], k_s=k_s))

    return threshold(resets, 0.0, 3.0)


QUESTIONS = [
    Choice(
        id="07-two-logs",
        kind="prediction",
        wording="One week removes 99 of every 100 cells, good and bad alike. What do you find five years later?",
        options=[
            Option(
                "The disease is gone",
                "You expected it to be gone, and it is as strong as before. 99 % sounds like nearly all; one in 100 of "
                "many cells is enough to start again.",
                misconception="removing nearly all cells is enough",
            ),
            Option(
                "It is milder",
                "You expected it to be milder, and it is as strong as before. That would be so if cells only became "
                "fewer. But they multiply, until they reach the same level.",
                misconception="what is left stays as it is",
            ),
            Option("It is as strong as before", "One in 100 of many cells is enough to start again.", right=True),
        ],
    ),
    Task(
        id="07-relapse-day",
        prompt=(
            "Conditioning to a depth of 2.4 logs, nothing spared, a clean graft. On which day after the transplant "
            "do effectors rise above 2 cells/µL again?"
        ),
        unit="days",
        decimals=0,
        tolerance=3,
        compute=lambda: relapse_day(2.4),
        hint="Set k to 2.40 and the other sliders as they were at first; the sentence under the figure names the day.",
        feedback={
            (lambda: relapse_day(2.0)): (3, "That is the day at a depth of 2.0. Move k to 2.40."),
            (lambda: relapse_day(2.35)): (3, "That is the day at a depth of 2.35. Move k to 2.40."),
        },
    ),
    Task(
        id="07-k-star",
        prompt=(
            "What is the least depth of conditioning, in logs, that resets the reference patient? "
            "A depth found by hand with the slider is good enough."
        ),
        unit="logs",
        decimals=2,
        tolerance=0.03,
        compute=depth,
        hint=(
            "Find two depths, one that relapses and one that resets, and try the depth halfway between them; repeat "
            "until the two are 0.05 apart. The answer is the one that resets."
        ),
        feedback={
            2.4: (0.009, "2.40 still relapses, though late. The least depth that resets lies a little above it."),
            2.5: (0.02, "2.50 resets, and so does a depth below it. Try 2.45."),
            (lambda: 10.0 ** -depth()): (
                0.002,
                "That is the share of cells that survive at the threshold. The depth is minus its logarithm to base 10.",
            ),
        },
    ),
    Task(
        id="07-sparing",
        prompt=(
            "A regimen spares regulatory cells by half a log (Delta_R = 0.5): about three times as many of them survive "
            "as of the other cells. What is the least depth that resets the reference patient now?"
        ),
        unit="logs",
        decimals=2,
        tolerance=0.03,
        compute=lambda: depth(0.5),
        hint="Set Delta_R to 0.5, leave Delta_M at 0 and q at 5, and search for the depth again as before.",
        feedback={
            (lambda: depth()): (0.03, "That is the threshold without sparing. Set Delta_R to 0.5 and search again."),
            (lambda: depth() - 0.5): (
                0.03,
                "Half a log spared does not take half a log off the threshold: memory cells are not spared, and the "
                "race is only partly won by a head start. Search with Delta_R at 0.5.",
            ),
            (lambda: depth(-1.0)): (
                0.03,
                "That is the threshold when one log more of the regulatory cells is killed. Delta_R is +0.5 here.",
            ),
        },
    ),
    Task(
        id="07-selective",
        prompt=(
            "An imagined treatment removes autoreactive memory and effector cells and nothing else. To how many logs "
            "must it remove them to reset the reference patient?"
        ),
        unit="logs",
        decimals=2,
        tolerance=0.05,
        compute=selective_depth,
        hint="Ask is_reset after selective_depletion() with several values of k_s, and let threshold() find the change.",
        feedback={
            (lambda: depth()): (
                0.05,
                "That is the threshold when every kind of cell is removed. Here conventional and regulatory cells stay.",
            ),
            0.1: (
                0.02,
                "That is the share that may survive. The depth is minus its logarithm to base 10.",
            ),
        },
    ),
    Task(
        id="07-no-thymus",
        prompt="What is the least depth that resets the reference patient if the thymus makes no new cells (theta_20 = 0)?",
        unit="logs",
        decimals=2,
        tolerance=0.03,
        compute=lambda: depth(theta_20=0.0),
        hint="Call reset_depth with theta_20=0 and change nothing else.",
        feedback={
            (lambda: depth()): (0.03, "That is the threshold with the thymus of a 30-year-old. Set theta_20 to 0."),
        },
    ),
    Task(
        id="07-floor",
        prompt=(
            "Regulatory cells are spared by 1 log, and a drug of strength 0.7 is taken for 365 days from the transplant "
            "on. What is the least depth that resets the reference patient?"
        ),
        unit="logs",
        decimals=2,
        tolerance=0.03,
        compute=lambda: depth(1.0, 365.0),
        hint="Join the drug to the transplant with +, and give Delta_R to reset_depth as well.",
        feedback={
            (lambda: depth(1.0)): (
                0.015,
                "That is the threshold with sparing alone. Join the drug to the transplant with +.",
            ),
        },
    ),
]
