"""Questions of lesson 10, Making cells from skin."""

from .choice import Choice, Option
from .task import Task


def shortest(u_0: float) -> float:
    """Return the shortest push (d) of strength `u_0` after which a skin cell is one no longer."""
    from immunereset.models.toggle import shortest_push

    return shortest_push(u_0)


def clean_cells(percent: float = 1.0, **changes: float) -> float:
    """Return how many million clean cells bring the risk that cannot be excluded below `percent`."""
    from immunereset.models.purity import cells_to_test

    return cells_to_test(percent, **changes)


def middle_lost(n: float = 4.0) -> float:
    """Return the hold below which the multipotent state is lost."""
    from immunereset.models import toggle

    return toggle.middle_lost(n=n)


QUESTIONS = [
    Choice(
        id="10-push",
        kind="prediction",
        wording="Gene B is pushed for 80 days, ten times harder than anything in a skin cell pushes gene A. What is the cell afterwards?",
        options=[
            Option(
                "The other cell, with gene B on",
                "While pushed, B stood at 21, and yet the cell rolled back to the middle. Gene A had stayed on, held by itself.",
                misconception="reprogramming pushes one gene further",
            ),
            Option("A skin cell again", "So it is only after a weak push. This one opened the ridge."),
            Option(
                "A cell with both genes high, for good",
                "Both were high only while you pushed. What is made from outside is gone soon after.",
                misconception="what is pushed stays",
            ),
            Option(
                "Something between the two",
                "It rolled into the next valley, not into the one you pushed towards.",
                right=True,
            ),
        ],
    ),
    Task(
        id="10-shortest",
        prompt="Set the push to 0.40. What is the shortest time after which the cell does not return to being a skin cell?",
        unit="days",
        decimals=1,
        tolerance=0.05,
        compute=lambda: shortest(0.4),
        hint="Open “More to move” and set the push to 0.40. Find a length that fails and one that works, a step apart.",
        feedback={
            (lambda: shortest(0.5)): (0.05, "That is the shortest time at a push of 0.50. Set it to 0.40."),
            (lambda: shortest(0.3)): (0.05, "That is the shortest time at a push of 0.30. Set it to 0.40."),
            1.7: (0.04, "1.7 days still fail. The next step works."),
            1.9: (0.04, "1.9 days work. Does a step less?"),
        },
    ),
    Choice(
        id="10-loosened",
        kind="check",
        wording="A push of 0.3 with the hold loosened did what a push of 20 could not. Why?",
        options=[
            Option(
                "Pushes add up",
                "Then 20 would have done more than 0.3.",
                misconception="more of the same does more",
            ),
            Option(
                "Loosening took away what kept gene A on",
                "Below a hold of 0.88, gene A cannot stay on by itself once gene B is high. Pushing B harder does not loosen it.",
                right=True,
            ),
            Option("It had more time", "It had 10 days; the push of 20 had 80."),
        ],
    ),
    Choice(
        id="10-split",
        kind="prediction",
        wording="2,000 multipotent cells lose two fifths of their hold. Each jitters a little, and gene A is made "
        "faster by 0.03, 3 % of what it makes at its highest. How many become skin cells?",
        options=[
            Option(
                "50 %",
                "It was 84 %. At the ridge the ground is flat, so the slightest slope counts.",
                misconception="a nudge smaller than the noise does nothing",
            ),
            Option(
                "53 %",
                "It was 84 %. Three in a hundred more is the nudge; the ridge makes it larger.",
                misconception="effects are as large as their causes",
            ),
            Option("84 %", "At the ridge the ground is flat, so the slightest slope counts.", right=True),
            Option("100 %", "It was 84 %. The jitter still carries some cells the other way."),
        ],
    ),
    Choice(
        id="10-waiting",
        kind="prediction",
        wording="On day 28 half of the wells still wait. What are these?",
        options=[
            Option(
                "The bad ones",
                "They are not: in the next 28 days half of them come, as many as before.",
                misconception="slow cells are bad cells",
            ),
            Option(
                "Nearly there",
                "They are not: half of them take 28 days more, as from the start.",
                misconception="waiting is progress",
            ),
            Option(
                "As far as they were on day 0",
                "Half of them take 28 days more. One random step has no memory.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="10-rate",
        kind="check",
        wording="In this toy one cell in 10,000 is reprogrammed by day 20. Nearly all wells get there. What follows?",
        options=[
            Option(
                "Few cells can do it, and every well happens to hold one",
                "All cells are alike here. Each has the same small chance every day.",
                misconception="an elite of cells",
            ),
            Option(
                "Both are the same rate: a small chance, many cells, long enough",
                "5,000 cells, each with 5 in a million a day, make a chance of 2.5 % a day for the well.",
                right=True,
            ),
            Option("The cells in wells are better", "They are the same cells."),
        ],
    ),
    Choice(
        id="10-weakest",
        kind="prediction",
        wording="You can halve the loss at one step. Which one brings most?",
        options=[
            Option(
                "The first: all others build on it",
                "It brings 15.7 % instead of 14.9 %. In a product the order does not count.",
                misconception="early steps matter most",
            ),
            Option("The one that loses most", "22.4 % arrive instead of 14.9 %.", right=True),
            Option("The last: it decides what arrives", "It brings 18.9 %. In a product the order does not count."),
            Option("It is the same for all", "It is not: half of a large loss is more. The range is 15.7 % to 22.4 %."),
        ],
    ),
    Choice(
        id="10-none-found",
        kind="prediction",
        wording="Ten million cells of a product were tested, and none was pluripotent. The dose is 800 million. How many pluripotent cells may it still hold?",
        options=[
            Option(
                "None",
                "Up to 240 cannot be excluded. “None found in ten million” is a statement about the ten million.",
                misconception="none found means none there",
            ),
            Option(
                "Up to 80",
                "Up to 240 cannot be excluded. 80 would be one in ten million; but up to three could have been expected and none met, one time in twenty.",
            ),
            Option(
                "Up to 240", "Three in ten million cannot be excluded, and the dose is 80 times as large.", right=True
            ),
        ],
    ),
    Task(
        id="10-clean-cells",
        prompt="At a chance of 1 in 1000 and a dose of 800 million: how many clean cells must be tested until the risk that cannot be excluded falls below 1 %?",
        unit="million",
        decimals=0,
        tolerance=5,
        compute=clean_cells,
        hint="Ten million cells are tested a day. The verdict names the day.",
        feedback={
            (lambda: clean_cells() / 10): (0.6, "That is the day. Ten million cells are tested on each."),
            10: (0.4, "After ten million the risk is still 21 %."),
        },
    ),
    Choice(
        id="10-own-cells",
        kind="check",
        wording="New β cells are made from the patient’s own skin. Which sentence is right?",
        options=[
            Option(
                "An autoimmune attack on β cells goes on: the new cells carry the same targets",
                "What made the first β cells vanish is still there. Lesson 11 is about this.",
                right=True,
            ),
            Option(
                "Own cells need no test of purity",
                "A teratoma needs pluripotent cells, not foreign ones.",
                misconception="autologous means safe",
            ),
            Option(
                "Matching HLA ends the disease",
                "HLA decides about rejection of foreign cells. The attack of autoimmunity is on one’s own.",
                misconception="rejection and autoimmunity are one",
            ),
            Option(
                "One patient without insulin shows that it works",
                "One patient shows that it can happen once. It was no test of escape from the attack: she had had liver transplants before.",
                misconception="success stories show efficacy",
            ),
        ],
    ),
    Task(
        id="10-pitchfork",
        prompt="Below which hold is the multipotent state lost, if the switch is steeper: n = 5?",
        unit="",
        decimals=3,
        tolerance=0.002,
        compute=lambda: middle_lost(n=5.0),
        hint="Follow the middle state (A = B) down in the hold, and look for the hold at which its largest eigenvalue is 0.",
        feedback={
            middle_lost: (0.0006, "That is the hold at n = 4. Set n to 5."),
        },
    ),
    Task(
        id="10-wells-needed",
        prompt="A chain of two steps is to be told from one step, by the coefficient of variation of the waits (0.71 against 1). "
        "How many wells put two standard errors between 0.71 and 1, if one standard error at one step is 1/√n?",
        unit="",
        decimals=0,
        tolerance=1,
        compute=lambda: (2.0 / (1.0 - 0.5**0.5)) ** 2,
        hint="Solve 2/√n = 1 − 1/√2.",
        feedback={(lambda: (1.0 / (1.0 - 0.5**0.5)) ** 2): (1, "That puts one standard error between them.")},
    ),
]
