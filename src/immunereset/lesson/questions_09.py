"""Questions of lesson 09, Mesenchymal cells."""

import math

from .choice import Choice, Option
from .task import Task


def least(**changes: float) -> float:
    """Return the least single dose that calms an inflamed joint for good."""
    from immunereset.models.joint import least_dose

    return least_dose(**changes)


def last_first_day() -> float:
    """Return the last day, in steps of 20, on which 24 weekly infusions still end the disease of the tolerance model."""
    import numpy as np

    from immunereset.engine import YEAR, simulate_cohort
    from immunereset.models.interventions import infection, mesenchymal_cells
    from immunereset.models.tolerance import ACTIVE, tolerance

    days, end = np.arange(20.0, 620.0, 20.0), 10 * YEAR
    run = simulate_cohort(
        tolerance, len(days), end, infection() + mesenchymal_cells(), points=[end], first_day=days
    )  # fmt: skip
    return float(days[run["E"][-1] < ACTIVE].max())


def folds(**changes: float) -> list[float]:
    """Return the c_2 from which on a joint has an inflamed state, and the one up to which it has a quiet state."""
    from immunereset.engine import branch
    from immunereset.models.joint import RANGE, joint

    return branch(joint, "c_2", "p", RANGE, **changes).folds.tolist()


QUESTIONS = [
    Choice(
        id="09-one-year",
        kind="prediction",
        wording="By day 3 seven of eight cells are gone. How is the joint one year later?",
        options=[
            Option(
                "As inflamed as before",
                "The last cell is gone, and the joint stays quiet. A short push can be enough.",
                misconception="an effect ends with its cause",
            ),
            Option(
                "Better, while some cells live on in the joint",
                "No cell is left; the model gives them no home. The joint is quiet without them.",
                misconception="the cells settle",
            ),
            Option(
                "Better, and cartilage grows back",
                "The loss stops, at 98 % left. Nothing grows back.",
                misconception="the cells rebuild the joint",
            ),
            Option("Quiet, without a single cell", "Now give 3 instead of 6.", right=True),
        ],
    ),
    Choice(
        id="09-day-three",
        kind="prediction",
        wording="Two equal joints had doses of 3.6 and 3.7. On day 3 they look alike. Which is quiet after a month?",
        options=[
            Option(
                "Both",
                "Only the one that had 3.7. The other is as inflamed as before, after a flare.",
                misconception="a better third day shows the end",
            ),
            Option("Neither", "The one that had 3.7 is quiet. It crossed the ridge on the way down."),
            Option("Only the one that had 3.7", "They lay on two sides of a ridge that nobody could see.", right=True),
            Option(
                "Both half",
                "Between quiet and inflamed there is no lasting state. One is quiet, the other as inflamed as before.",
                misconception="a bit more dose is a bit more effect",
            ),
        ],
    ),
    Task(
        id="09-least-dose",
        prompt="This joint feeds its inflammation more strongly (c₂ = 12). What is the least dose on the slider after which "
        "it is quiet one year later?",
        unit="",
        decimals=1,
        tolerance=0.05,
        compute=lambda: math.ceil(10 * least(c_2=12.0)) / 10,
        hint="Find a dose that fails and one that works; try the dose halfway, until the two are 0.1 apart.",
        feedback={
            (lambda: math.ceil(10 * least()) / 10): (
                0.1,
                "That is the threshold of the first joint. This one has another.",
            ),
            5.7: (0.01, "5.7 fails: the joint is as inflamed as before. Go one step up."),
            6.0: (0.05, "6 works, and so does a smaller dose."),
        },
    ),
    Choice(
        id="09-more-often",
        kind="prediction",
        wording="The first joint again. One infusion of 2 fails; four of them, one a week, calm the joint. And four of 2, one "
        "every third day?",
        options=[
            Option(
                "Quiet, and sooner",
                "It fails. On day 3 the signal is half of what it was, and hardly licenses the second infusion.",
                misconception="the denser the doses, the more they do",
            ),
            Option(
                "It fails",
                "On day 3 the signal is half of what it was, and hardly licenses the second infusion. With a week between, the "
                "third one meets a flare.",
                right=True,
            ),
            Option(
                "The same: four times 2",
                "It fails. Not the sum counts here, but what the cells meet when they come.",
                misconception="what counts is the sum",
            ),
        ],
    ),
    Choice(
        id="09-no-quiet",
        kind="prediction",
        wording="Another joint, dose 20. On day 4 its signal is as low as in health. How is it on day 60?",
        options=[
            Option(
                "Quiet",
                "It flares to 3.35 on day 11 and is back by day 18. This joint has no quiet state to fall into.",
                misconception="low enough is enough",
            ),
            Option(
                "Back at its old level", "After a flare to 3.35 on day 11. This joint has no quiet state.", right=True
            ),
            Option(
                "Better than before",
                "It is exactly as before, after a flare to 3.35 on day 11.",
                misconception="something of every treatment stays",
            ),
            Option("Worse than before, for good", "The flare is worse, but it passes: on day 60 all is as it was."),
        ],
    ),
    Choice(
        id="09-two-hundred",
        kind="check",
        wording="In that joint 20 fails. Someone proposes 200. What do you say?",
        options=[
            Option(
                "It works: the dose was too small",
                "Try it. However far the ball is thrown, only one crossing is there to roll to.",
                misconception="more is always better",
            ),
            Option("It cannot last", "Without cells the nullclines of this joint cross once.", right=True),
            Option(
                "It works with fresher cells",
                "Fresher cells push longer or harder. They do not give the joint a second state.",
                misconception="failure is a matter of quality",
            ),
        ],
    ),
    Choice(
        id="09-worst-day",
        kind="prediction",
        wording="Two days after an infusion at the worst moment the signal is down by 74 %. How much of that comes without "
        "cells?",
        options=[
            Option("None", "Without cells it falls by 64 %.", misconception="what follows a treatment is its effect"),
            Option("A third", "Without cells it falls by 64 %: most of it."),
            Option("Most", "64 % without cells. After the worst day nearly every day is better.", right=True),
            Option("All", "Nearly: 64 % without cells, 74 % with them."),
        ],
    ),
    Task(
        id="09-last-day",
        prompt="How late on the slider may the first of 24 weekly infusions be to end the disease?",
        unit="days",
        decimals=0,
        tolerance=0.5,
        compute=last_first_day,
        hint="Find a first day that ends the disease and a later one that does not; go halfway until they are neighbours.",
        feedback={
            (lambda: last_first_day() + 20.0): (
                0.5,
                "From that day the disease comes back. The last day that ends it is earlier.",
            ),
            180: (0.5, "Day 180 ends it, and so do later days."),
        },
    ),
    Choice(
        id="09-repeat",
        kind="prediction",
        wording="In the first trial 15.8 more patients in a hundred were in remission. The second, with 568 instead of "
        "212 patients, gave the same product. What did it find?",
        options=[
            Option(
                "About 16 again, with a narrower interval",
                "It found 2.4, and its interval contains 0. The first estimate lay high, as estimates that cross a line "
                "often do.",
                misconception="a significant result is a stable one",
            ),
            Option(
                "More, for with more patients the effect shows",
                "It found 2.4, and its interval contains 0. More patients make an interval narrower, not an effect larger.",
                misconception="more patients, more effect",
            ),
            Option("About 2, and its interval contains 0", "The first interval, 0.5 to 31.2, allowed it.", right=True),
            Option("A harm", "It found 2.4: neither a benefit nor a harm is shown."),
        ],
    ),
    Choice(
        id="09-seven",
        kind="check",
        wording="None of seven on placebo, 9 of 46 with cells. What follows?",
        options=[
            Option(
                "The cells work: placebo helped nobody",
                "None of seven fits with any share up to 41 %. If the cells did nothing, chance alone would make a difference of this size, or a larger one, in one trial of three.",
                misconception="0 % in a small group is 0 %",
            ),
            Option("Neither a benefit nor its absence", "None of seven fits with any share up to 41 %.", right=True),
            Option(
                "The cells do not work",
                "None of seven fits with any share up to 41 %, and with 0, too. This shows no benefit, and excludes none.",
                misconception="not shown is shown not",
            ),
        ],
    ),
    Choice(
        id="09-supported",
        kind="check",
        wording="Which sentence do these trials support?",
        options=[
            Option(
                "Mesenchymal cells help in no disease",
                "Most trials were small or missed their aim, and one points the other way. That is less than “in no disease”.",
                misconception="not shown is shown not",
            ),
            Option(
                "Seven of 20 better after cells into the spinal fluid shows an effect",
                "Nobody was compared, and two of the twenty were not followed to the end. In the randomised trial that came after as many improved with saline.",
                misconception="before and after",
            ),
            Option(
                "The controlled trial in joints here did not show a lasting benefit",
                "It did not show that there is none, either: groups were small.",
                right=True,
            ),
            Option(
                "An approval shows a benefit against placebo",
                "Children were treated in a trial of one arm; the trial with placebo did not reach its aim.",
                misconception="approved means compared",
            ),
        ],
    ),
    Task(
        id="09-fold",
        prompt="The signal is lost faster: c₅ = 1.5 a day instead of 1.25. At which c₂ does the quiet state vanish?",
        unit="",
        decimals=2,
        tolerance=0.02,
        compute=lambda: folds(c_5=1.5)[1],
        hint='Ask branch(joint, "c_2", "p", RANGE, c_5=1.5) for its folds; at the upper one the quiet state is lost.',
        feedback={
            (lambda: folds(c_5=1.5)[0]): (
                0.02,
                "That is where the inflamed state vanishes. The quiet one is lost at the other fold.",
            ),
            (lambda: folds()[1]): (0.02, "That is the joint of the lesson. Set c_5 to 1.5."),
        },
    ),
    Task(
        id="09-half-life",
        prompt="The cells live twice as long (t_S = 2 d). What is the least dose for the joint with c₂ = 10?",
        unit="",
        decimals=2,
        tolerance=0.02,
        compute=lambda: least(t_S=2.0),
        hint="Call least_dose with t_S=2.0.",
        feedback={
            (lambda: least() / 2): (
                0.02,
                "Half of the dose would do if dose times half-life were all that counts. Ask least_dose.",
            ),
            (lambda: least()): (0.02, "That is the least dose for a half-life of one day."),
        },
    ),
    Task(
        id="09-no-licence",
        prompt="Every cell works at once, whatever the joint is like (K_L = 0). What is the least dose at c₂ = 12?",
        unit="",
        decimals=2,
        tolerance=0.02,
        compute=lambda: least(K_L=0.0, c_2=12.0),
        hint="Call least_dose with K_L=0 and c_2=12.",
        feedback={
            (lambda: least(c_2=12.0)): (0.02, "That is the least dose with licensing. Set K_L to 0."),
            (lambda: least(K_L=0.0)): (0.02, "That is the joint of the lesson. Set c_2 to 12."),
        },
    ),
]
