"""Questions of lesson 13, Run your own trial."""

from .choice import Choice, Option
from .task import Task


def relapses_next_year() -> float:
    """Return the relapses to be expected next year of somebody who had two."""
    from immunereset.trials.usual_paces import next_year

    return next_year(2)


def free_at_24_months() -> float:
    """Return the Kaplan-Meier share (%) of the ten people of the task who are free of an event at 24 months."""
    from immunereset.trials.survival import kaplan_meier

    months = [3, 5, 8, 14, 20, 5, 12, 20, 24, 24]
    return 100 * kaplan_meier((months, [True] * 5 + [False] * 5)).on(24)


def people_for_80() -> float:
    """Return the people a group with whom 80 of 100 trials of a true ratio of 0.5 find it, by Schoenfeld's formula."""
    from immunereset.trials.chance_trials import people_needed

    return people_needed(0.5)


def events_for_70() -> float:
    """Return the events with which 80 of 100 trials find a true ratio of 0.7."""
    from immunereset.trials.chance_trials import events_needed

    return events_needed(0.7)


def days_free() -> float:
    """Return for how many days of five years the transplanted are free of an event for longer, at one break in ten years."""
    import numpy as np

    from immunereset.engine import YEAR
    from immunereset.models.two_arms import on_drug, transplanted

    first, second = (np.minimum(days, 5 * YEAR).mean() for days in (transplanted(), on_drug(1.0)))
    return first - second


QUESTIONS = [
    Choice(
        id="13-infusion",
        kind="prediction",
        wording="How much of this fall did the infusion do?",
        options=[
            Option(
                "All of it",
                "Before and after is not with and without. Twenty others, not infused, fell from 48 to 22.",
                misconception="they got better, so it worked",
            ),
            Option(
                "Most of it; some is chance",
                "With nobody untreated no share can be read. Twenty others, not infused, fell from 48 to 22.",
                misconception="a large change cannot be chance",
            ),
            Option(
                "Half; the rest is placebo",
                "Nobody here believes anything: minds are not in the model. And still they fell.",
                misconception="what is no effect must be placebo",
            ),
            Option(
                "Nothing",
                "The bag held salt water, and no line of the model acts on anybody. People come when they are at their worst.",
                right=True,
            ),
        ],
    ),
    Task(
        id="13-two",
        prompt="Somebody had exactly 2 relapses last year and gets nothing. How many are to be expected next year? "
        "With paces as here it is (1.5 + 2) / (1.5 / 0.6 + 1): 0.6 is the mean pace, and 1.5 says how much paces differ.",
        unit="relapses",
        decimals=1,
        tolerance=0.1,
        compute=relapses_next_year,
        hint="Divide 1.5 by 0.6 first, then add 1. The answer lies between the average pace and last year's 2.",
        feedback={
            2.0: (0.05, "That is last year once more. Who had 2 had, as a rule, more than usual."),
            0.6: (0.05, "That is the average of all. Who had 2 has, as a rule, a faster pace than that."),
        },
    ),
    Choice(
        id="13-lots",
        kind="prediction",
        wording="The same doctors then drew lots: cells or salt water, 27 people each. A year later 37 % of the salt-water group "
        "had improved by the trial's own measure. And of those with cells?",
        options=[
            Option(
                "About 70 %",
                "33 %. The first study had no second group.",
                misconception="they got better, so it worked",
            ),
            Option(
                "About 50 %",
                "33 %. The first study had no second group.",
                misconception="they got better, so it worked",
            ),
            Option(
                "About 35 %",
                "33 %: no more than with salt water. The trial is small, so a modest effect is not excluded; the first study could not "
                "have shown one either way.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="13-untouched",
        kind="prediction",
        wording="With one break in ten years the hazard ratio of this trial is 0.72. The transplant stays as it is; "
        "now people on the drug have five breaks instead of one. What does the hazard ratio become?",
        options=[
            Option(
                "It stays: the transplant is the same",
                "It falls to 0.19. A ratio has two ends, and the lower one moved.",
                misconception="the result of a trial is a property of the treatment",
            ),
            Option(
                "It falls to about 0.2",
                "0.19: a miracle, and nobody touched the transplant. With no break at all it is 7.8: a mistake.",
                right=True,
            ),
            Option(
                "It rises above 1",
                "It falls to 0.19. The worse the drug arm does, the better the other looks.",
                misconception="the direction of a ratio",
            ),
        ],
    ),
    Choice(
        id="13-headlines",
        kind="check",
        wording="After 1, 2, 3 and 5 years the same trial gives 1.65, 1.22, 1.05 and 0.72. Which of the four is its result?",
        options=[
            Option(
                "The best one",
                "Then every trial is as good as its luckiest day.",
                misconception="choosing what to report",
            ),
            Option(
                "The first one: it came soonest", "Only if that was the plan.", misconception="the first number counts"
            ),
            Option(
                "That of the length that was planned beforehand",
                "And a single ratio says little when the curves cross: look at both curves.",
                right=True,
            ),
            Option(
                "Their average",
                "They are one trial seen four times, not four trials.",
                misconception="looks are trials",
            ),
        ],
    ),
    Task(
        id="13-by-hand",
        prompt="Ten people. Events at 3, 5, 8, 14 and 20 months; five leave without an event, at 5, 12, 20, 24 and 24 months. Which share "
        "is free of an event at 24 months, by Kaplan and Meier? Who leaves on the day of an event counts as watched on that day.",
        unit="%",
        decimals=0,
        tolerance=1,
        compute=free_at_24_months,
        hint="At each event multiply by (those still watched − 1) / (those still watched). At 8 months seven are still watched.",
        feedback={
            50.0: (
                0.5,
                "That counts who left as watched to the end. Divide at each event by those who are still watched.",
            ),
            29.0: (1.0, "That leaves out everybody who left. They count as long as they were watched."),
        },
    ),
    Choice(
        id="13-hundred",
        kind="prediction",
        wording="The treatment works: it halves the pace of events. Fifteen people in each group. Of a hundred such trials, how many reach "
        "P < 0.05?",
        options=[
            Option(
                "95",
                "It is 26. What works is not what is found: most small trials miss it.",
                misconception="p < 0.05 finds what is true",
            ),
            Option(
                "80",
                "It is 26. For 80 it takes far more people; how many, you find in task 3.",
                misconception="trials are large enough",
            ),
            Option("26", "About one in four. The others say “no difference”, and are wrong.", right=True),
            Option("5", "5 would reach it if nothing worked. It is 26.", misconception="p < 0.05 is always 5 of 100"),
        ],
    ),
    Choice(
        id="13-shelf",
        kind="check",
        wording="The truth is 0.5, and nobody lied. Why does the news of small trials say 0.27?",
        options=[
            Option(
                "Small trials are done badly",
                "All are done perfectly here.",
                misconception="a wrong result needs a mistake",
            ),
            Option(
                "Only lucky small trials get there",
                "With 15 a group a true 0.5 is not enough for P < 0.05. It takes luck, and luck exaggerates.",
                right=True,
            ),
            Option(
                "Small groups respond better",
                "All trials have the same truth, 0.5.",
                misconception="size changes the effect",
            ),
            Option(
                "P below 0.05 is too strict",
                "A milder rule fills the shelf with more luck of its own.",
                misconception="p < 0.05 means true",
            ),
        ],
    ),
    Task(
        id="13-size",
        prompt="The true hazard ratio is 0.5. About how many people does each group need so that 80 of a hundred trials reach P < 0.05?",
        unit="people",
        decimals=0,
        tolerance=6,
        compute=people_for_80,
        hint="Set the true ratio to 0.5 and move the people. One hundred scatters by four: draw another hundred or two.",
        feedback={
            124.0: (8, "That is both groups together. Record the people in each."),
            30.0: (5, "With 30 about half of the trials find it."),
        },
    ),
    Choice(
        id="13-rescue",
        kind="prediction",
        wording="Nothing works in this trial, and there are 84 ways to look: 4 outcomes, 7 groups of people, 3 readings. Of a hundred such "
        "trials, in how many does at least one look hold a “success”: P below 0.05, in favour of the salve?",
        options=[
            Option(
                "2",
                "That is about the one look that was planned: 1 here, 2.5 in the long run. With all 84 it is 52.",
                misconception="p < 0.05 covers all looks",
            ),
            Option(
                "5",
                "That is one look with P below 0.05 either way; in favour it is half. With all 84 it is 52.",
                misconception="p < 0.05 means 5 of 100, however often one looks",
            ),
            Option("19", "That is without the groups. With all 84 it is 52.", misconception="groups are harmless"),
            Option("52", "More than half, by honest sums and no lie.", right=True),
        ],
    ),
    Choice(
        id="13-fair",
        kind="check",
        wording="Which of these is fair?",
        options=[
            Option(
                "A group that was named in the plan, with its number of looks counted",
                "A planned group is an honest question. So is a stopping rule that was set beforehand.",
                right=True,
            ),
            Option(
                "A group that was found afterwards, and is tested in a new trial",
                "Found afterwards it is an idea; the new trial is the test.",
                right=True,
            ),
            Option(
                "A group that was found afterwards, because its P is below 0.05",
                "Of many looks some always are. Say how many there were.",
                misconception="p < 0.05 means true",
            ),
            Option(
                "Stopping as soon as P falls below 0.05",
                "With twelve looks false alarms come several times as often as with one.",
                misconception="looking costs nothing",
            ),
        ],
    ),
    Task(
        id="13-seventy",
        prompt="How many events does a trial need, both groups together, to find a true hazard ratio of 0.7 in 80 of 100 cases?",
        unit="events",
        decimals=0,
        tolerance=3,
        compute=events_for_70,
        hint="Schoenfeld: 4 (1.960 + 0.842)² / (ln HR)².",
        feedback={
            65.0: (1, "That is for 0.5."),
            62.0: (1, "The logarithm is the natural one, and the 4 is for two equal groups."),
        },
    ),
    Task(
        id="13-years",
        prompt="One break in ten years. By how many days, within five years, are the transplanted free of an event for longer, on average?",
        unit="days",
        decimals=0,
        tolerance=1,
        compute=days_free,
        hint="Cut every day at five years, take the mean of each arm, and subtract.",
        feedback={540.0: (5, "That is for 3.5 breaks in ten years.")},
    ),
]
