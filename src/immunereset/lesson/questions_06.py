"""Questions of lesson 06, A transplant, day by day."""

import math
from functools import cache

from .choice import Choice, Option
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
def depth_of_gain(days: float, dose: float = 5.0) -> float:
    """Return the depth, in logs, from which on a graft of `dose` brings engraftment `days` earlier."""
    from scipy.optimize import brentq

    return brentq(lambda ell: day(dose=0, ell=ell) - day(dose=dose, ell=ell) - days, 3, 9, xtol=1e-3)


@cache
def depth_of_the_last_cell(litres: float = 5.0) -> float:
    """Return how many logs leave a single precursor, if `litres` of blood hold as many as neutrophils."""
    from immunereset.models.myelosuppression import COUNT

    return math.log10(COUNT * 1e9 * litres)


QUESTIONS = [
    Choice(
        id="06-two-patients",
        kind="prediction",
        wording="She gets 10 million cells per kg instead of 5 million. On which day are her neutrophils back?",
        options=[
            Option(
                "Day 5.2",
                "Half the wait would take 755 million cells per kg: 151 times as many.",
                misconception="Double the cells, halve the wait.",
            ),
            Option(
                "Day 8.0",
                "The wait is not shared out like work. Look at the drops on day 8: 5 neutrophils and 10, and both have "
                "far to go.",
                misconception="Double the cells, halve the wait.",
            ),
            Option(
                "Day 9.7",
                "The cells are seed. Twice as many save one doubling, and a doubling takes 0.73 day.",
                right=True,
            ),
            Option(
                "Day 10.5, like the first",
                "Not quite: look at the drops on day 8. She has 10 neutrophils there, the first patient 5.",
            ),
        ],
    ),
    Choice(
        id="06-which-step",
        kind="check",
        wording=(
            '"They take my cells out, clean them and put them back, and that cures me." Which step of the '
            "calendar is meant to remove the cells that attack the body?"
        ),
        options=[
            Option(
                "Apheresis: the bad cells are taken out there",
                (
                    "Apheresis takes out a small part of the white cells, in order to keep stem cells. The cells "
                    "that attack stay in the body, and some of them travel with the graft."
                ),
                misconception="My cells are cleaned and put back, and that cures me.",
            ),
            Option(
                "Selection: the graft is cleaned there",
                (
                    "Selection keeps attacking T cells out of the *graft*. It does nothing to those in the *body*, "
                    "and many centres leave it out."
                ),
                misconception="My cells are cleaned and put back, and that cures me.",
            ),
            Option(
                "Conditioning",
                (
                    "It removes immune cells in the body, good and bad. The rest of the calendar makes it possible "
                    "to survive this week: cells are stored before it and given back after it."
                ),
                right=True,
            ),
            Option(
                "The infusion: new cells replace the bad ones",
                ("The infusion rescues the blood. What conditioning has left in the body is still there on day 0."),
            ),
        ],
    ),
    Choice(
        id="06-lowest",
        kind="prediction",
        wording="One dose, gone within a day. When are the neutrophils in the blood lowest?",
        options=[
            Option(
                "On day 1, while the drug works",
                "That is when the precursors are hit. In the blood 5.0 of 5.05 are still there.",
                misconception="The blood is worst when the marrow is.",
            ),
            Option(
                "On day 4, when the gap has passed the line",
                "That would be right if the marrow were full again after two days. It is not: nobody calls.",
            ),
            Option("On day 8, a week later", "The gap must come down the line, and then what refills it.", right=True),
        ],
    ),
    Choice(
        id="06-goes-on-falling",
        kind="check",
        wording="Why does the count go on falling for days after the drug is gone?",
        options=[
            Option(
                "It is not gone: the drug works for a week",
                ("In the toy its concentration halves every few hours. It is the gap it has left that needs a week."),
            ),
            Option(
                ("Few cells were made in the days before, so fewer arrive in the blood than are used up there"),
                (
                    "First the full stages empty, then the gap arrives. The count turns when what refills the "
                    "marrow has come down the line."
                ),
                right=True,
            ),
            Option(
                "Neutrophils live in the blood for a week, and die one after the other",
                (
                    "In the toy they are gone within about a day. If they lived for a week, the fall would be slow "
                    "and shallow."
                ),
            ),
            Option(
                "The drug harms the neutrophils in the blood, and they need days to die",
                ("It hits dividing cells. On the first day after the dose the count in the blood hardly moves."),
                misconception="The blood is worst when the marrow is.",
            ),
        ],
    ),
    Task(
        id="06-nadir",
        prompt=(
            "One dose of the drug in a person whose mean transit time is 5.7 days instead of 3.7. On which day after "
            "the dose is the count lowest?"
        ),
        unit="days",
        decimals=1,
        tolerance=0.2,
        compute=lambda: nadir_day(5.7),
        hint="Move the transit time to 5.7 days; then read the day of the lowest count.",
        feedback={
            nadir_day: (0.2, "That is the day with a transit time of 3.7 days. Move the slider to 5.7."),
            5.7: (
                0.2,
                "That is the transit time itself. The marrow stays below a tenth for days after the dose, and what refills "
                "it has the whole line before it.",
            ),
        },
    ),
    Choice(
        id="06-marrow-worst",
        kind="prediction",
        wording="The blood is lowest on day 5.9. When is the marrow emptiest?",
        options=[
            Option(
                "On day −1",
                "Before the infusion: one precursor in 700 million is left. From then on the marrow only grows.",
                right=True,
            ),
            Option(
                "On day 3",
                "By then the marrow has been growing for days. What is missing in the blood was not made a week ago.",
            ),
            Option(
                "On day 6, like the blood",
                "By then the marrow has grown 74-fold since the infusion. The blood shows what the marrow was.",
                misconception="The blood is worst when the marrow is.",
            ),
            Option("On day 9", "The other way round: the marrow comes first, and the blood follows it."),
        ],
    ),
    Task(
        id="06-double",
        prompt=(
            "Depth 9 logs, G-CSF from day 5. By how many days does engraftment come earlier if 16 million CD34 cells "
            "per kg are given back instead of 4 million?"
        ),
        unit="days",
        decimals=1,
        tolerance=0.1,
        compute=lambda: day(dose=4) - day(dose=16),
        hint="Read the day with 4 and the day with 16 million, and subtract; or count the doublings from 4 to 16.",
        feedback={
            (lambda: day(dose=16)): (0.2, "That is the day itself. The task asks how much earlier it is."),
            (lambda: day(dose=4) - day(dose=8)): (0.1, "That is one doubling. From 4 to 16 there are two."),
            (lambda: day(dose=4) * 3 / 4): (
                0.3,
                "That would leave a quarter of the wait. The wait is not shared out like work.",
            ),
            (lambda: day(dose=4) / 4): (0.1, "That is a quarter of the wait. The wait is not shared out like work."),
        },
    ),
    Choice(
        id="06-ten-times-fewer",
        kind="check",
        wording="And with ten times fewer cells, 0.5 million per kg instead of 5? How much later do neutrophils return?",
        options=[
            Option("2.4 days later", "A factor of ten is 3.3 doublings, of 0.73 day each.", right=True),
            Option("7.3 days later", "That is ten doublings. Ten doublings make a factor of 1024."),
            Option(
                "94 days later: ten times the wait",
                "The wait is not shared out like work. Try it: move the slider to 0.5 million.",
                misconception="Double the cells, halve the wait.",
            ),
        ],
    ),
    Choice(
        id="06-no-cells",
        kind="prediction",
        wording="Depth 7 logs, and no cells are given back. When are the neutrophils above 0.5 again?",
        options=[
            Option("Never: without a graft there is no blood", "Survivors divide, too: they are a graft of their own."),
            Option(
                "On day 10.5, as with 5 million",
                "At 2 logs both come on the same day. At 7 logs far fewer survive than a graft brings.",
            ),
            Option(
                "About day 17",
                "A week later than with 5 million. Each log leaves ten times fewer survivors, and a factor of ten costs 2.4 days.",
                right=True,
            ),
        ],
    ),
    Task(
        id="06-graft-gains",
        prompt=(
            "To a tenth of a log, what is the least depth at which the graft of 5 million per kg brings the neutrophils back a whole day "
            "earlier than no cells do?"
        ),
        unit="logs",
        decimals=1,
        tolerance=0.1,
        compute=lambda: math.ceil(10 * depth_of_gain(1.0)) / 10,
        hint="Between 3 and 5 logs: read the day without cells and, under More to move, the day with 5 million.",
        feedback={
            5.0: (0.05, "There it gains more than two days. Go less deep."),
            3.0: (0.1, "There it gains less than a tenth of a day. Go deeper."),
            (lambda: depth_of_gain(2.0)): (0.03, "There it gains two days."),
        },
    ),
    Choice(
        id="06-range",
        kind="prediction",
        wording=(
            "In 34 people with systemic sclerosis who got a graft, the median day on which neutrophils were back was 9. "
            "Between which days did all of them lie?"
        ),
        options=[
            Option("From day 8 to day 10", "They differed more: the range was 7 to 13 days."),
            Option("From day 7 to day 13", "Six days between the first and the last, in one study.", right=True),
            Option("From day 2 to day 30", "They differed less: the range was 7 to 13 days."),
        ],
    ),
    Choice(
        id="06-without-a-graft",
        kind="check",
        wording=(
            "In one series without a graft neutrophils were back after a median of 13 days (8 to 22). In a "
            "series with a graft it was 9 days (7 to 13). What may you conclude?"
        ),
        options=[
            Option(
                "The graft shortens the wait by four days",
                (
                    "The two series differ in disease, in treatment, and even in the day from which they count. "
                    "Nobody drew lots between graft and no graft."
                ),
            ),
            Option(
                "A graft is useless: the blood comes back anyway",
                (
                    "It came back after *this* treatment, which spares part of the marrow. After a myeloablative "
                    "one it would not. And every day without neutrophils is a risk."
                ),
            ),
            Option(
                (
                    "The blood can come back without a graft if precursors survive; how much a graft gains cannot "
                    "be read from these two series"
                ),
                (
                    "The first half is shown by the patients of one series. The second half would need a comparison "
                    "of like with like."
                ),
                right=True,
            ),
            Option(
                "The toy is confirmed, because it says 10.5 days",
                "The toy was tuned so that it says 10.5, and no depth of the toy stands for a treatment.",
            ),
        ],
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
        hint="5 million give day 12, and a doubling gains 0.91 days: one day is 1/0.91 = 1.1 doublings, 5 × 2^1.1 million.",
        feedback={
            5: (1, "That dose gives day 12 without G-CSF. One day less needs more cells."),
            (lambda: dose_for_day(11.0, boost=0.25)): (0.6, "That is the dose with G-CSF. Set its effect to 0."),
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
        hint="`recover(gcsf_day=1).engraftment_day` is the day with G-CSF from day 1.",
        feedback={
            1: (
                0.05,
                "Four days at a quarter more are one day of growth without G-CSF. With it, that growth takes 1.25 times "
                "less.",
            ),
            4: (0.05, "G-CSF begins four days earlier, but it only quickens the pace by a quarter."),
            (lambda: day(boost=0) - day(gcsf_day=5)): (
                0.1,
                "That is the gain of G-CSF from day 5 over none at all.",
            ),
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
        hint="log₁₀ (5.05 × 10⁹ per litre × 5 litres): on a calculator the key log, not ln.",
        feedback={
            (lambda: depth_of_the_last_cell(1.0)): (0.05, "That is for one litre. There are five."),
            (lambda: math.log(10 ** depth_of_the_last_cell())): (
                0.2,
                "That is the natural logarithm. Logs of depletion count powers of ten.",
            ),
        },
    ),
]
