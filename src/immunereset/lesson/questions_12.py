"""Questions of lesson 12, What the trials showed."""

from .choice import Choice, Option
from .task import Task


def bars_left_of_one() -> float:
    """Return how many intervals of the London cohort lie wholly left of 1."""
    from immunereset.evidence import comparisons

    rows = comparisons()
    return float((rows[rows["study_id"] == "MURARO2025"]["high"] < 1).sum())


def ten_ahead() -> float:
    """Return the first whole month in which the counts of the toy, of 100, are 10 apart or more in favour of the transplant."""
    import numpy as np

    from immunereset.models.crossing import free_of_events

    counts = np.rint(free_of_events(np.arange(71.0)))
    return float(np.argmax(np.subtract(*counts) >= 10))


def month_of_meeting() -> float:
    """Return the month in which as many are free of events in both groups of the toy."""
    from immunereset.models.crossing import month_of_meeting

    return month_of_meeting()


QUESTIONS = [
    Choice(
        id="12-guess",
        kind="prediction",
        wording="Getting worse again, in other people, against another drug. Where does the second bar lie? Pick a card, or move both ends.",
        options=[
            Option(
                "As before, near 0.07",
                "A ratio has two sides. The transplant may be as good as it was; this drug is not the one it met in MIST.",
                misconception="a result belongs to the treatment alone",
            ),
            Option(
                "Weaker, but wholly left of 1",
                "That is true of relapses against alemtuzumab, another drug: 0.29 (0.13 to 0.63). It is not what was found here.",
                misconception="a treatment that works, works against everything",
            ),
            Option(
                "The bar crosses 1",
                "1.08 (0.57 to 2.04): compatible with a pace that is 43 % lower, and with twice the pace.",
                right=True,
            ),
            Option(
                "Wholly right of 1: the drug wins",
                "The point lies right of 1. The bar leaves open which side it is.",
                misconception="the point is the result",
            ),
        ],
    ),
    Task(
        id="12-london",
        prompt="Show the London cohort alone. How many of its six bars lie wholly left of 1?",
        unit="bars",
        decimals=0,
        tolerance=0.5,
        compute=bars_left_of_one,
        hint="Choose London cohort under Study. A bar that touches or crosses the dark line does not lie wholly left of it.",
        feedback={4: (0.2, "Four points lie left of 1. Ask of each whole bar.")},
    ),
    Choice(
        id="12-within",
        kind="check",
        wording="London has two sets of three bars. What differs between the two sets?",
        options=[
            Option("The transplanted patients", "They are the same 103 people in all six bars."),
            Option(
                "Only with whom the transplanted patients are compared",
                "The same 103 people stand on one side of all six bars. The 204 and 314 on the other side had different drugs, and "
                "may differ in more.",
                right=True,
            ),
            Option(
                "Nothing that matters: both drugs are antibodies",
                "Against one of them two bars lie wholly left of 1, against the other none does.",
                misconception="one comparator is as good as another",
            ),
        ],
    ),
    Choice(
        id="12-meet",
        kind="prediction",
        wording="About month 8 events are as fast in one group as in the other: from then on they are slower with the transplant. When are as many people free of events in both?",
        options=[
            Option(
                "About month 8, too",
                "An equal pace only stops the gap from growing. The early deaths must still be made up for.",
                misconception="equal pace means equal numbers",
            ),
            Option("About month 12", "The gap is closing then, and 3 of 100 wide."),
            Option(
                "About month 20",
                "It takes a year of a slower pace to make up for eight months of a faster one.",
                right=True,
            ),
            Option(
                "Never",
                "The pace with the transplant falls to a third of the other. That makes up for the early events, and more.",
                misconception="who is behind stays behind",
            ),
        ],
    ),  # fmt: skip
    Choice(
        id="12-first-month",
        kind="check",
        wording="Look at the five published bars. Which is the first month whose whole bar lies below 1?",
        options=[
            Option("3", "That bar reaches from 0.74 to 5.49."),
            Option("6", "That bar crosses 1: 0.62 to 2.96."),
            Option("12", "0.28 to 0.96.", right=True),
            Option("24", "It does, and it is not the first: month 12 has 0.28 to 0.96."),
        ],
    ),
    Task(
        id="12-ten-ahead",
        prompt="Let the months run in the figure. In which month of the toy are, for the first time, 10 more of 100 free of events with the transplant than without?",
        unit="months",
        decimals=0,
        tolerance=2,
        compute=ten_ahead,
        hint="Move the slider to the right of month 24 and subtract one count from the other.",
        feedback={
            month_of_meeting: (2, "There both counts are equal. Go on until they are 10 apart."),
        },
    ),
    Choice(
        id="12-later",
        kind="prediction",
        wording="Crohn's disease, 24 people after a transplant. One year later 91 % had not started drugs again. And after two, three, four and five years? Pick a card, or move the points.",
        options=[
            Option(
                "Hardly fewer: 85 after five years",
                "It was 19 %. The first year told little of the fifth.",
                misconception="what holds a year, holds",
            ),
            Option("Half: about 50 after five years", "It was 19 %. The fall went on, year after year."),
            Option("Few: about 20 after five years", "63, 57, 39, 19.", right=True),
        ],
    ),  # fmt: skip
    Choice(
        id="12-rises",
        kind="check",
        wording="In CIDP, a disease of the nerves, the share rises from 76 to 83 % between years 3 and 5. How can it rise?",
        options=[
            Option(
                "The cells work better with time",
                "One number cannot say that. First ask what was counted: remission at each visit can come and go.",
                misconception="a rise means that the treatment grows stronger",
            ),
            Option(
                "Relapses were undone",
                "Who has had a relapse has had it. What was counted here is remission at that visit.",
                misconception="every curve over years is a survival curve",
            ),
            Option(
                "It is the share in remission at that visit",
                "Someone may be ill at one visit and well at the next. A share that is free of relapse *since* the transplant can "
                "only fall.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="12-advert",
        kind="check",
        wording="Progressive MS, one group of one hospital: 98 % without a relapse after five years, 66 % without getting worse after four. What follows?",
        options=[
            Option(
                "Both are true, and only the second is about what patients with progressive MS fear",
                "In this kind of MS people get worse without relapses. An advertisement would print 98 %.",
                right=True,
            ),
            Option(
                "One of the two must be wrong",
                "They are two endpoints of the same people. Relapses are rare in progressive MS, with or without a transplant.",
                misconception="one treatment has one success rate",
            ),
            Option(
                "The transplant stops progressive MS in 98 %",
                "It says that 98 % had no relapse. A third got worse within four years.",
                misconception="the largest number is the result",
            ),
        ],
    ),
    Choice(
        id="12-again",
        kind="prediction",
        wording="The same cells, the same question, 568 people drawn by lot instead of 212. Where does the second bar lie? Pick a card, or move both ends.",
        options=[
            Option(
                "About +16 again, and shorter",
                "A first result that makes the news is often partly luck. Lesson 13 shows why.",
                misconception="the first result is the best guess",
            ),
            Option("Larger", "It was 2.4 (−5.8 to 10.6).", misconception="a larger trial finds a larger effect"),
            Option(
                "Shorter, and across 0",
                "2.4 (−5.8 to 10.6). After a year it was 39.7 % with the cells and 41 % without.",
                right=True,
            ),
            Option("Wholly below 0: harm", "It was 2.4 (−5.8 to 10.6), which crosses 0."),
        ],
    ),
    Choice(
        id="12-no-effect",
        kind="check",
        wording="MESEMS gave mesenchymal cells or a placebo to people with MS and counted inflamed spots: rate ratio 0.94 (0.58 to 1.50). What does it show?",
        options=[
            Option(
                "The cells have no effect",
                "It shows that the trial did not find one. 42 % fewer spots are within the bar, and 50 % more.",
                misconception="not significant means no effect",
            ),
            Option(
                "It showed no difference, and cannot exclude 42 % fewer or 50 % more",
                "Within the bar nothing is decided; what lies outside it is unlikely.",
                right=True,
            ),
            Option(
                "The cells work a little: 6 % fewer",
                "That is the point alone. Had chance alone been at work, a point as far from 1 would be common (P = 0.78).",
                misconception="the point is the result",
            ),
        ],
    ),
]
