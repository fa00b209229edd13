"""Questions of lesson 04, Suppressing is not resetting, and of its lab."""

import math
from functools import cache

from .choice import Choice, Option
from .task import Task

YEARS_ON_DRUG = 5


def _drug():
    """Return the module with this lesson's numbers; importing it here keeps `check` quick to import."""
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


def _rebound(lock_0: float) -> float:
    """Return the most effectors in the tissue after a lock-out drug, in multiples of normal."""
    from immunereset.models.sequestration import peak_after

    return peak_after(lock_0)


@cache
def _course_from_day(start_day: float) -> float:
    """Return the years on the drug (ε₀ = 0.9), started on `start_day` of the disease, that end it."""
    import numpy as np

    from immunereset.engine import threshold

    def ends(years):
        return _drug().treat_early(np.full(len(years), start_day), drug_days=365.0 * years)

    return threshold(ends, 0.5, 6.0, 0.02)


def _whole_years(epsilon_0: float = 0.9) -> int:
    """Return the first whole number of years on the drug after which the disease stays away."""
    return math.ceil(_drug().shortest_course(epsilon_0))


QUESTIONS = [
    Choice(
        id="04-stop",
        kind="prediction",
        wording="Five silent years, then the last dose. What follows?",
        options=[
            Option(
                "Nothing more",
                "The drop hid memory cells from you. They are uncovered now: the drug silenced the effectors and left "
                "the cells that make them.",
                misconception="silent means gone",
            ),
            Option(
                "Back in five years",
                "Nothing in the body stores the quiet time. The wait depends on the memory cells that are left.",
                misconception="the body pays the quiet time back",
            ),
            Option(
                "Back within weeks",
                "The memory cells were there all the time, and each can make effectors again as soon as the drug is "
                "gone.",
                right=True,
            ),
            Option(
                "It depends on the dose",
                "How much it depends on the strength of the drug is a question of its own, further down. It is back within weeks.",
                misconception="stronger, therefore longer",
            ),
        ],
    ),
    Choice(
        id="04-half-dose",
        kind="prediction",
        wording="Half of the full strength, for one year. How many effectors are left?",
        options=[
            Option(
                "Half of them",
                "Half would be left if effectors did not help each other. They do: damaged tissue calls more of them.",
                misconception="half the dose, half the effect",
            ),
            Option(
                "More than half",
                "The other way round. Effectors help each other, so fewer orders cost the attack more than their share.",
                misconception="a weak drug does nothing",
            ),
            Option(
                "Fewer than half",
                "Effectors help each other: damaged tissue calls more of them. A drug that weakens the call breaks into "
                "this circle.",
                right=True,
            ),
        ],
    ),
    Task(
        id="04-dose",
        prompt=(
            "The patient takes the drug for one year. What is the weakest strength that has fewer than 2 effectors per "
            "µL at the end of that year?"
        ),
        unit="",
        decimals=2,
        tolerance=0.005,
        compute=lambda: _drug().least_dose(),
        hint="Try strengths between 0.4 and 0.7 in steps of 0.01, and read the effectors after one year.",
        feedback={
            0.6: (0.03, "That strength holds the disease, but a weaker one does too. Try steps of 0.01."),
            (lambda: _drug().least_dose(5 * 365)): (
                0.01,
                "That strength holds the disease after five years, but not yet after one: there are still more than 2 "
                "effectors then.",
            ),
        },
    ),
    Choice(
        id="04-stronger",
        kind="prediction",
        wording=(
            "Two patients take the drug for five years, one at strength 0.6, one at 1.0. How much later does the second "
            "one relapse?"
        ),
        options=[
            Option(
                "Years later",
                "Both drugs have stopped the supply of new memory cells, and neither touches the old ones. On the last "
                "day both patients have nearly the same memory.",
                misconception="stronger, therefore longer",
            ),
            Option(
                "Months later",
                "Less. The stronger drug leaves fewer effectors, but these grow back within weeks; the memory left is "
                "nearly the same.",
                misconception="stronger, therefore longer",
            ),
            Option(
                "Days later",
                "21 days against 32: 11 days later. The stronger drug leaves fewer effectors to "
                "start from; the memory left is nearly the same.",
                right=True,
            ),
            Option(
                "It never relapses",
                "No dose reaches the memory cells: none of them is removed by a drug that calms.",
                misconception="stronger, therefore longer",
            ),
        ],
    ),
    Task(
        id="04-years",
        prompt=(
            "At strength 0.9, what is the first whole number of years on the drug after which the disease stays away?"
        ),
        unit="years",
        decimals=0,
        tolerance=0.5,
        compute=_whole_years,
        hint="Move the years one by one until the mark changes from ● to ○.",
        feedback={
            15: (0, "After 15 years it still comes back, after most of a year. Watch until the end of the clock."),
            17: (0, "17 years are enough, but a shorter course is, too."),
        },
    ),
    Choice(
        id="04-silent-year",
        kind="check",
        wording=(
            "A patient of this toy has been silent on a drug for a year. What should you expect when it is stopped?"
        ),
        options=[
            Option(
                "No relapse: no effectors are left",
                "Effectors live for days. What counts is what makes them, and memory has hardly fallen in a year.",
                misconception="silent means gone",
            ),
            Option(
                "A relapse within weeks",
                "Effectors need a few weeks to grow from almost nothing, and memory is there to start them.",
                right=True,
            ),
            Option(
                "A relapse after about a year",
                "The time on the drug is not stored anywhere. The wait depends on how much memory is left.",
                misconception="the body pays the quiet time back",
            ),
            Option(
                "A worse disease than before",
                "In this toy the effectors come back to about their old level. Whether a real drug leaves a rebound "
                "behind is another question, and the lock-out drug of this lesson gives one answer.",
                misconception="stopping always makes it worse",
            ),
        ],
    ),
    Choice(
        id="04-two-days",
        kind="check",
        wording=(
            "A drug fades with a half-life of 90 days. Four months after the last dose the patient is still well. What "
            "does that show?"
        ),
        options=[
            Option(
                "The disease is over",
                "More than a third of the drug is still at work on that day. Wait until its effect is gone, then count.",
                misconception="off the drug means without the drug",
            ),
            Option(
                "The drug removed memory cells",
                "It may have, but this does not show it: a drug that only fades gives the same four quiet months.",
                misconception="a long wait means a reset",
            ),
            Option(
                "Nothing yet: the drug is still at work",
                "The last dose and the last effect are on different days. In this toy the disease comes back on day 170.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="04-locked",
        kind="prediction",
        wording="The year is over and the way is open again. What does the tissue see in the next weeks?",
        options=[
            Option(
                "As many effectors as before the drug",
                "In the end, yes, but not in these weeks: those that waited in the blood come all at once.",
                misconception="stopping takes you back to the start",
            ),
            Option(
                "More than before the drug",
                "The drug killed no cell. Those that waited in the blood come all at once.",
                right=True,
            ),
            Option(
                "Fewer, and slowly more",
                "That would be so if the effectors had to be made anew. They are there, in the blood.",
                misconception="locked out means gone",
            ),
        ],
    ),
    Task(
        id="04-rebound",
        prompt=(
            "How many of 100 cells must the drug block, at the least, so that the tissue later sees five times as many "
            "effectors as before the drug?"
        ),
        unit="",
        decimals=0,
        tolerance=0.5,
        compute=lambda: next(blocked for blocked in range(90, 100) if _rebound(blocked / 100) >= 5),
        hint="Move the slider step by step, and read in the verdict how many times as many there are.",
        feedback={
            97: (0.2, "At 97 it is 4.9 times as many. Block one more."),
            99: (0.2, "99 are enough, but fewer are, too."),
            0.98: (0.01, "That is the share. Count the cells out of 100."),
        },
    ),
    Choice(
        id="04-same-red",
        kind="prediction",
        wording=(
            "Two patients, ill for 180 and for 545 days, have nearly the same number of effectors. Both take one year of "
            "the drug. For whom does the disease stay away?"
        ),
        options=[
            Option(
                "For both",
                "The drug silences both. But the late patient has three times as many memory cells, and they outlive the "
                "year.",
                misconception="the same symptoms, the same disease",
            ),
            Option(
                "For the early one",
                "The effectors look the same; the memory cells decide. The late patient has three times as many memory "
                "cells.",
                right=True,
            ),
            Option(
                "For the late one",
                "It is the other way round: every day of active disease makes more memory.",
                misconception="an old disease has burnt out",
            ),
            Option(
                "For neither",
                "So it was after five years of disease. Early on there are few memory cells, and a year is enough.",
                misconception="a drug can never end it",
            ),
        ],
    ),
    Task(
        id="04-window",
        prompt=(
            "One year of the drug at strength 0.9. The slider moves its first day in steps of five. Which is the first "
            "day on the slider that is too late: the disease is active ten years after the infection?"
        ),
        unit="days",
        decimals=0,
        tolerance=2,
        compute=lambda: 5 * math.ceil(_drug().window_of_opportunity() / 5),
        hint="Find one start day that works and one that fails, then try the day halfway between, and so on.",
        feedback={
            400: (0, "Day 400 is the last day that still works. The task asks for the first that does not."),
            545: (0, "Day 545 is too late, but so are earlier days. Try halfway between 300 and 545."),
            300: (0, "Day 300 still works. Try halfway between 300 and 545."),
        },
    ),
    Choice(
        id="04-infections",
        kind="prediction",
        wording=(
            "A thousand people with multiple sclerosis take rituximab for one year. How many have an infection so "
            "serious that they are treated in hospital?"
        ),
        options=[
            Option(
                "About 5",
                "That is the general population: 5.2 in a thousand people a year.",
                misconception="modern drugs cost nothing",
            ),
            Option(
                "About 20",
                "19.7 in a thousand people a year, nearly four times the general population.",
                right=True,
            ),
            Option(
                "About 100",
                "Far fewer: 19.7. That is nearly four times the general population, and 98 in a hundred have none.",
                misconception="suppressed means defenceless",
            ),
            Option(
                "About 300",
                "Far fewer: 19.7. That is nearly four times the general population, and 98 in a hundred have none.",
                misconception="suppressed means defenceless",
            ),
        ],
    ),
    Choice(
        id="04-interval",
        kind="check",
        wording=(
            "Compared with ocrelizumab, the interval for disability reaches from about half to about double. What may "
            "you conclude?"
        ),
        options=[
            Option(
                "The data do not tell which is better for disability",
                "The interval contains 1 and is wide on both sides. The study could not decide it, and it was not "
                "randomised.",
                right=True,
            ),
            Option(
                "Transplant and drug are equally good for disability",
                "“No difference was shown” is not “there is no difference”. An interval this wide fits with half the risk "
                "and with twice the risk.",
                misconception="not significant means equal",
            ),
            Option(
                "The transplant is better, because relapses were fewer",
                "Even for relapses it is not settled: that interval contains 1, too. And fewer relapses need not mean "
                "less disability.",
                misconception="one outcome stands for another",
            ),
            Option(
                "The toy is confirmed: held is held",
                "A wide interval confirms little. Besides, the toy has no B cells, so it says nothing about how this drug "
                "works.",
                misconception="a wide interval confirms",
            ),
        ],
    ),
    Choice(
        id="04-person",
        kind="check",
        wording="A friend has been well on a drug for five years and asks about stopping. What does this lesson give you?",
        options=[
            Option(
                "A forecast: back after 31 days",
                "31 days is a fact about one patient of a toy. In trials many who stopped had no activity in the time "
                "watched.",
                misconception="the toy's days are a forecast",
            ),
            Option(
                "Advice: never stop",
                "The toy knows no price, and the trials no single answer. To stop, to go on or to change is for her and "
                "her doctor to decide.",
                misconception="holding has no price",
            ),
            Option(
                "Questions for her doctor",
                "Does the drug calm, remove or lock out? When does its effect end? How would one watch for what comes "
                "back? The lesson gives questions, and no answer for a person.",
                right=True,
            ),
        ],
    ),
    Task(
        id="04-half-life",
        prompt=(
            "On the drug at strength 0.9, compare the memory cells after five years and after fifteen years. What is "
            "their half-life?"
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
        id="04-shortest-course",
        prompt=(
            "For how many years must the reference patient take the drug at strength 0.6 before stopping is safe in this "
            "toy?"
        ),
        unit="years",
        decimals=1,
        tolerance=0.2,
        compute=lambda: _drug().shortest_course(0.6),
        hint="Use shortest_course(0.6), or try 15 to 20 years in steps of half a year.",
        feedback={
            (lambda: _drug().shortest_course(0.9)): (0.1, "That is the answer for strength 0.9."),
        },
    ),
    Task(
        id="04-fading",
        prompt=(
            "Five years at strength 0.9, and then the drug fades. Which half-life doubles the wait for the relapse, "
            "compared with a drug that is gone on the next day?"
        ),
        unit="days",
        decimals=0,
        tolerance=1,
        compute=lambda: _drug().half_life_for_wait(2 * _wait(YEARS_ON_DRUG)),
        hint="Twice 31 days is 62. Try half-lives between 10 and 30 days.",
        feedback={
            (lambda: 2 * _wait(YEARS_ON_DRUG)): (2, "That is the wait itself. The task asks for the half-life."),
        },
    ),
    Task(
        id="04-day-500",
        prompt=(
            "The drug at strength 0.9 is started on day 500 after the infection began. How many years must it be taken "
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
    Task(
        id="04-omega",
        prompt=(
            "Let ω slow the division of regulatory cells alone. After five years at strength 0.9 with ω = 0.7, how many "
            "days after the last dose are the effectors above 2 per µL again?"
        ),
        unit="days",
        decimals=0,
        tolerance=1,
        compute=lambda: _drug().wait_with_harm(0.7, division_alone=True),
        hint="Take the share 1 − ω out of the flow “crowding of R”, and run the five years with the changed model.",
        feedback={
            (lambda: _drug().wait_with_harm(0.7, division_alone=False)): (
                2,
                "That is the wait where ω slows the loss by crowding as well: the flows were not changed.",
            ),
        },
    ),
]
