"""Questions of lesson 00, Start here."""

import math
from functools import cache

from .choice import Choice, Option
from .task import Task


@cache
def day_back(left: float) -> float:
    """Return the day on which effectors are back above the active level, if one cell in `left` is left."""
    import numpy as np

    from immunereset.engine import YEAR, simulate
    from immunereset.models.interventions import transplant
    from immunereset.models.patients import reference_patient
    from immunereset.models.tolerance import ACTIVE, tolerance

    days = np.arange(0.0, YEAR, 0.05)
    run = simulate(tolerance, YEAR, transplant(k=math.log10(left)), start=reference_patient(), points=days)
    return run.first_day_above("E", ACTIVE)


QUESTIONS = [
    Choice(
        id="00-one-in-100",
        kind="prediction",
        wording="One cell in 100 is left. What do you find ten years later?",
        options=[
            Option(
                "The disease stays away",
                "So few looked like none. They were back on day 30: the week had also removed the regulatory cells, "
                "which hold them down.",
                misconception="removing nearly all cells is enough",
            ),
            Option(
                "It is milder",
                "Only one cell in 100 was left on day 0. The disease does not remember that: effectors multiply until "
                "they are as many as before.",
                misconception="an effect in proportion to its cause",
            ),
            Option(
                "It comes back after years",
                "It took 30 days. Cells multiply: four doublings make 16 of one, and that was enough.",
                misconception="nearly gone means slow",
            ),
            Option(
                "Soon as strong as ever",
                "18.2 effectors per µL; without any treatment there are 17.4. What was left grew back, and nothing held "
                "it down in time.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="00-one-in-1000",
        kind="prediction",
        wording="One cell in 1000 is left. What do you find ten years later?",
        options=[
            Option(
                "The disease stays away",
                "0.02 effectors per µL: one in 48 drops. In a healthy person of the model it is one in 69. So few do not "
                "keep each other going, and the regulatory cells, which hold them down, were back first.",
                right=True,
            ),
            Option(
                "It is milder",
                "Ten times fewer cells on one day is not ten times less disease. It is another ending.",
                misconception="an effect in proportion to its cause",
            ),
            Option(
                "It comes back after years",
                "It does not come back in ten years. By the time the few that are left could multiply, the regulatory "
                "cells, their brake, are there.",
                misconception="deeper only delays",
            ),
            Option(
                "Soon as strong as ever",
                "What is left grows back, and so do the regulatory cells, which are the brake. This time the brake was "
                "there first.",
                misconception="whatever is left grows back",
            ),
        ],
    ),
    Task(
        id="00-one-in-200",
        prompt="One cell in 200 is left. On which day is the disease back?",
        unit="days",
        decimals=0,
        tolerance=2,
        compute=lambda: day_back(200),
        hint="Set the slider to 1 in 200. The sentence on top of the stage says the day.",
        feedback={
            (lambda: day_back(100)): (1, "That is the day for 1 in 100. Move the slider one stop on."),
            (lambda: day_back(10)): (1, "That is the day for 1 in 10. Move the slider two stops on."),
        },
    ),
    Choice(
        id="00-ten-times-deeper",
        kind="check",
        wording="1 cell in 10 000 is left instead of 1 in 1000. What does that change after ten years?",
        options=[
            Option(
                "It is ten times as good",
                "Ten times fewer cells *on the first day*. Ten years later that is forgotten: both end in the healthy valley.",
                misconception="an effect in proportion to its cause",
            ),
            Option(
                "Nearly nothing",
                "Both lie beyond the threshold, so both end in the same valley. The numbers still differ a little, far below "
                "the line.",
                right=True,
            ),
            Option(
                "It is worse",
                "Not in the toy: its treatment harms nobody. In people deep treatment can kill.",
                misconception="the toy shows harm",
            ),
        ],
    ),
    Choice(
        id="00-not-worse",
        kind="prediction",
        wording="A hundred people with relapsing MS had one such treatment. How many were *not more "
        "disabled* ten years later?",
        options=[
            Option(
                "About 30",
                "It was more than twice as many. In this study most were not worse after ten years.",
                misconception="it never lasts",
            ),
            Option(
                "About 50",
                "It was more: even the low end of the interval, 57.8, lies above 50.",
                misconception="a coin toss",
            ),
            Option("About 70", "The estimate is 71.3. The interval is wide: 57.8 to 84.8.", right=True),
            Option(
                "About 95",
                "It was fewer: the high end of the interval is 84.8. One treatment did not keep everybody from growing worse.",
                misconception="reset means cure",
            ),
        ],
    ),
    Choice(
        id="00-friend",
        kind="check",
        wording="You saw ten quiet years in the figure. Which sentence may you tell a friend who is ill?",
        options=[
            Option(
                "A treatment that leaves 1 cell in 1000 cures the disease, for ten years at least, as a model has shown",
                "The number belongs to the toy and stands for no treatment. No figure here shows a cure.",
                misconception="the toy is a patient",
            ),
            Option(
                "Nothing: a model that leaves out the harm, the flares and all other patients is worthless for her",
                "A model that leaves much out can still refute an argument, such as “whatever is left grows back, so it "
                "cannot help”. It is worthless only if it is taken for a patient.",
                misconception="only complete models count",
            ),
            Option(
                "In a simple model, a treatment that ends can have a lasting effect, but only beyond a threshold",
                "The toy shows that it is *possible*, and under which assumptions. Whether it happens in patients has to be "
                "measured. And a friend who is ill needs a doctor, not a simulation.",
                right=True,
            ),
        ],
    ),
]
