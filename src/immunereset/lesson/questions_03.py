"""Questions of lesson 03, One failure, four diseases."""

import math

from .choice import Choice, Option
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
    Choice(
        id="03-which-disease",
        kind="check",
        wording=(
            "Which disease is which? **(1)** One organ. Antibodies foretell it, but T cells are taken to do "
            "the harm. **(2)** Many organs; antibodies against the cell's nucleus. **(3)** Some patients "
            "have antibodies against changed proteins, others have none; by their genes these look like two "
            "diseases. **(4)** One organ system; T cells are held to be central, B cells take part, and the "
            "target is not known, or only in part."
        ),
        options=[
            Option(
                "1 MS, 2 lupus, 3 type 1 diabetes, 4 RA",
                (
                    "T cells are taken to be central in MS, too. But the antibodies that foretell a disease, and "
                    "are no weapon, are those of type 1 diabetes."
                ),
            ),
            Option(
                "1 type 1 diabetes, 2 lupus, 3 RA, 4 MS",
                ("Four places, four kinds of evidence about the target, and four mixtures of antibodies and cells."),
                right=True,
            ),
            Option(
                "1 type 1 diabetes, 2 RA, 3 lupus, 4 MS",
                (
                    "RA is at home in the joints, lupus in many organs; and it is in lupus that the antibodies bind "
                    "the nucleus."
                ),
            ),
            Option(
                "It cannot be told: all four are one failure",
                "They have the same *kind* of cause, lost tolerance. Organ, target and means differ.",
            ),
        ],
    ),
    Choice(
        id="03-genes-and-ebv",
        kind="check",
        wording=(
            '"MS is not genetic, since most identical twins of patients are well. And it is not due to EBV, '
            'since nearly everybody has EBV." What do you answer?'
        ),
        options=[
            Option(
                "Right on both counts: a cause must always bring its effect",
                (
                    "That confuses *cause* with *sufficient cause*. Most who drive drunk arrive, and drunk driving "
                    "causes accidents."
                ),
            ),
            Option(
                (
                    "Wrong on both: a threshold that is rarely crossed lets most carriers of genes, and most "
                    "carriers of the virus, stay well"
                ),
                (
                    "Identical twins agree several times as often as others, and the risk with EBV is many times "
                    "the risk without. Neither is enough; both can be needed, if the virus is a cause. (In the "
                    "liability model it would be a part of $U$.)"
                ),
                right=True,
            ),
            Option(
                "Right about the genes, wrong about EBV",
                (
                    "Identical twins agree far more often than other twins. In the model a heritability of 0.7 "
                    "leaves four of five identical twins well."
                ),
            ),
            Option(
                "Wrong: the share due to genes and the share due to EBV must add up to 100 %",
                (
                    "Shares of *cases prevented* need not add up. If two things are both needed, taking away either "
                    "prevents the same case."
                ),
            ),
        ],
    ),
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
    Choice(
        id="03-chance-next-year",
        kind="check",
        wording=(
            "A simulated patient relapses once a year on average, without memory. Two years have passed "
            "without a relapse. What is the chance of at least one in the next year?"
        ),
        options=[
            Option(
                "Nearly 100 %: it is overdue",
                (
                    "Nothing in the model counts the quiet years. After two quiet years the cells are in the same "
                    "state as after one."
                ),
            ),
            Option(
                "About 63 %, as in any year",
                "The chance of a year without is $e^{-1}$, about 37 %, whatever came before.",
                right=True,
            ),
            Option(
                "Small: the disease has burned out",
                (
                    "In this model nothing burns out. In people two quiet years may well mean something: they "
                    "differ, and a mild course shows itself by its quiet years. All patients of this model are "
                    "alike."
                ),
            ),
            Option("50 %: it comes or it does not", "Two possible outcomes need not be equally likely."),
        ],
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
    Choice(
        id="03-three-quarters",
        kind="check",
        wording=("A drug lowers $T_m$ from 0.60 to 0.45, by a quarter. What becomes of the damage in this model?"),
        options=[
            Option(
                "It falls by about a quarter",
                "That would be so if damage were in proportion to $T_m$. Look at the figure: it is a step.",
            ),
            Option(
                "Nearly all of the tissue is saved",
                (
                    "The drug crosses the border at one half. From 0.80 to 0.65, a change as large, it would have "
                    "saved hardly anything."
                ),
                right=True,
            ),
            Option(
                "It only comes later: in the end as much is destroyed",
                'Below one half every spot dies out. There is no "later".',
            ),
            Option(
                "Nothing changes: as long as cells attack, the tissue is lost",
                (
                    "Inflamed cells die after five days. If each passes the inflammation on too rarely, the spot "
                    "starves."
                ),
            ),
        ],
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
]
