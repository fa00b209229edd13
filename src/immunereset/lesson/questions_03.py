"""Questions of lesson 03, One failure, four diseases."""

import math

from .task import Task

PREVALENCE = 0.003
"""The share of people that is ill in the lesson's example of twins."""

PAIRS_ILL, PAIRS = 7, 27
"""Identical pairs with multiple sclerosis of which both were ill, and all (row E37 of the table epidemiology)."""

MET, RATIO = 0.5, 5.0
"""A trigger that half of all people meet: the share, and the risk ratio."""


def _liability():
    """Return the module of liabilities; importing it here keeps `check` quick to import."""
    from immunereset.models import liability

    return liability


def _tissue():
    from immunereset.models import tissue

    return tissue


def heritability_of_ms() -> float:
    """Return the heritability at which both are ill in as many identical pairs as in the Canadian clinics.

    Of the patients in these pairs, 2 PAIRS_ILL out of PAIRS + PAIRS_ILL have a twin who is ill too.
    """
    return _liability().heritability_for(PREVALENCE, 2 * PAIRS_ILL / (PAIRS + PAIRS_ILL))


QUESTIONS = [
    Task(
        id="03-heritability",
        prompt=(
            "A disease that 0.3 % of all people have. Of 27 identical twin pairs with a patient, both are ill in 7. "
            "At which heritability h² does the liability model give this concordance?"
        ),
        unit="",
        decimals=2,
        tolerance=0.02,
        compute=heritability_of_ms,
        hint=(
            "7 of 27 is 26 % of the pairs. In the figure of concordance follow the curve of identical twins up to 26 %, and read "
            "h² below it; the table behind the figure has the numbers."
        ),
        feedback={
            PAIRS_ILL / PAIRS: (
                0.015,
                "That is the concordance itself. A concordance of 26 % does not mean that genes explain 26 %.",
            ),
            (lambda: _liability().heritability_for(PREVALENCE, PAIRS_ILL / PAIRS)): (
                0.02,
                "That would be right if 26 % of the patients had a twin who is ill too. The study counted pairs.",
            ),
        },
    ),
    Task(
        id="03-explained",
        prompt=(
            "Half of all people meet a virus. Those who meet it have 5 times the risk of the others. "
            "Which share of all cases would there not be without the virus?"
        ),
        unit="%",
        decimals=1,
        tolerance=0.4,
        compute=lambda: 100 * float(_liability().explained_fraction(MET, RATIO)),
        hint="Put p = 0.5 and RR = 5 into p (RR - 1)/(1 + p (RR - 1)): first p (RR - 1), then divide by it plus 1.",
        feedback={
            100 * MET: (0.1, "That is the share of all people who meet the virus, ill or not."),
            100 * MET * RATIO / (1 + MET * RATIO): (
                0.1,
                "Here RR was put in for RR - 1. Those who meet the virus would have had the risk of the others anyway.",
            ),
            100 * (1 - 1 / RATIO): (
                0.1,
                "That is the share among those who met the virus. A few cases are among those who did not.",
            ),
        },
    ),
    Task(
        id="03-quiet-year",
        prompt=(
            "A patient has one relapse a year on average, at random times without memory. "
            "In which share of all half-years is there no relapse at all?"
        ),
        unit="%",
        decimals=0,
        tolerance=1.0,
        compute=lambda: 100 * math.exp(-0.5),
        hint="e^(-t/m) with t half a year and m one year: -1/2, then the key e^x of a calculator.",
        feedback={
            0: (0.5, "An average of one a year is no timetable: some years have two or three, others none."),
            50: (0.5, "Chances do not fall in a straight line: e^(-t/m) is not 1 - t/m."),
            100 * (1 - math.exp(-0.5)): (1.0, "That is the share of half-years with at least one relapse."),
            100 * math.exp(-1.0): (1.0, "That is the share of whole years. Here t is half a year."),
            100 * (1 - math.exp(-1.0)): (1.0, "That is the share of whole years with at least one relapse."),
        },
    ),
    Task(
        id="03-transmission",
        prompt=(
            "An inflamed cell attacks each healthy neighbour with the chance 0.2 a day, for 5 days. "
            "With which chance does the inflammation pass to a given neighbour?"
        ),
        unit="",
        decimals=2,
        tolerance=0.01,
        compute=lambda: float(_tissue().transmissibility(0.2, 5)),
        hint="1 - (1 - 0.2)^5: the neighbour escapes on one day with 0.8, on all five with 0.8^5; the opposite of that.",
        feedback={
            1.0: (
                0.005,
                "Five times 0.2 is 1, but chances do not add up like this: two hits count once, and none may come.",
            ),
            0.2: (0.005, "That is the chance on a single day. The cell has five."),
            0.8**5: (0.01, "That is the chance that the neighbour escapes on all five days."),
        },
    ),
    Task(
        id="03-cover",
        prompt=(
            "The tissue has T_m = 0.7 and its cells are inflamed for 5 days. Protected cells are attacked with a tenth "
            "of the chance per day. Which share of protected cells brings the mean T_m to one half?"
        ),
        unit="",
        decimals=3,
        tolerance=0.005,
        compute=lambda: _tissue().critical_cover(0.7, 5),
        hint=(
            "The chance per day b = 1 - 0.3^(1/5); for a protected cell T_p = 1 - (1 - b/10)^5; "
            "then c = (0.7 - 0.5)/(0.7 - T_p)."
        ),
        feedback={
            0.29: (0.006, "Protected cells were taken to be safe. They are attacked, too, only less."),
            lambda: (0.7 - 0.5) / (0.7 - 0.07): (
                0.0049,
                "A tenth was taken of T_m. It is the chance per day that falls to a tenth.",
            ),
            lambda: _tissue().critical_cover(0.8, 5): (0.01, "That is the answer for T_m = 0.8, the example above."),
        },
    ),
]
