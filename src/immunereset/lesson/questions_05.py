"""Questions of lesson 05, What makes a stem cell."""

import math

from .choice import Choice, Option
from .task import Task

CD34 = 3.5e8
"""CD34 cells in a graft of 5 million per kg for a person of 70 kg."""


def _extinction():
    """Return the module of exact chances; importing it here keeps `check` quick to import."""
    from immunereset.models import extinction

    return extinction


def percent_extinct(cells: int, **rates: float) -> float:
    """Return the chance, in percent, that `cells` settled stem cells leave nothing in the end."""
    return 100.0 * float(_extinction().extinction(cells, **rates))


def percent_failed(dose: float, **rates: float) -> float:
    """Return the chance, in percent, that a graft of `dose` cells fails in the end."""
    return 100.0 * float(_extinction().graft_failure(dose, **rates))


def safe_dose(risk: float = 0.01, **rates: float) -> float:
    """Return the dose at which a graft fails in the end with the chance `risk`."""
    return float(_extinction().dose_for(risk, **rates))


def one_in(dose: float, mice: int, positive: int) -> float:
    """Return "one in how many cells" from one dose given to `mice`, in `positive` of which something grew."""
    from immunereset.models.limiting_dilution import estimate_frequency

    return estimate_frequency([dose], mice, [positive]).one_in[0]


def halving(cells: float) -> float:
    """Return the years in which the diversity of a pool of `cells` halves by drift alone."""
    from immunereset.models.stem_cell_drift import halving_years

    return halving_years(cells)


QUESTIONS = [
    Choice(
        id="05-twenty",
        kind="prediction",
        wording="How many of the twenty families live on day 150?",
        options=[
            Option(
                "All twenty", "The average hides the empty rings.", misconception="what grows on average cannot die out"
            ),
            Option(
                "About eighteen",
                "Already 3 in 8 families lose their first cell before it has become two.",
                misconception="luck is a small correction",
            ),
            Option("About eight", "The chance to live on day 150 is 41 %, for each of them.", right=True),
            Option(
                "None",
                "So it is in the end if d, the rate of loss, is not smaller than b.",
                misconception="luck ruins all",
            ),
        ],
    ),
    Choice(
        id="05-perfect-balance",
        kind="prediction",
        wording="Renewal and loss are equal, b = d = 0.05 a day. Each of twenty pools begins with 20 stem cells. After ten years?",
        options=[
            Option(
                "About 20 cells in each pool",
                "That is the average, of very few large pools and many empty ones.",
                misconception="equal rates hold a number",
            ),
            Option("A few pools are empty", "So it is after a hundred days: 3 in 100.", misconception="luck evens out"),
            Option(
                "Nine of ten pools are empty",
                "Each number wanders up and down, and from 0 it never comes back.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="05-divide-twice",
        kind="check",
        wording=(
            "A drug makes every stem cell divide twice as often: $a$, $b$ and $d$ all double. In this patient $b$ was a little "
            "smaller than $d$. What becomes of the stem cells?"
        ),
        options=[
            Option(
                "There are more of them: they divide more",
                "More divisions are more choices, and more of these choices end with two cells that are no stem cells. What "
                "counts is the difference between $b$ and $d$, and it was negative.",
                misconception="more divisions, more stem cells",
            ),
            Option(
                "They run out twice as fast",
                "The pool changes by the share $b - d$ per day, and this difference has doubled. For a while there are more "
                "progeny, so that the blood looks better than the marrow is.",
                right=True,
            ),
            Option("Nothing changes: all rates have the same factor", "The *direction* stays, and the speed doubles."),
            Option(
                "They are now in balance",
                "A common factor does not turn a loss into a balance. For that, $b$ must rise against $d$.",
            ),
        ],
    ),
    Choice(
        id="05-double-dose",
        kind="prediction",
        wording="Of a hundred grafts of 25 cells 37 are lost in the end. And of a hundred grafts of 50 cells?",
        options=[
            Option(
                "18",
                "Half the risk for twice the dose? The chance is squared, not halved.",
                misconception="risk falls in proportion",
            ),
            Option("14", "Both halves of the graft must fail: 0.37 × 0.37.", right=True),
            Option(
                "37",
                "Each cell has the chance that it had, and there are twice as many chances.",
                misconception="quality counts, not number",
            ),
            Option(
                "0",
                "No dose makes luck impossible. A hundred cells still lose 2 in 100.",
                misconception="enough is safe",
            ),
        ],
    ),
    Task(
        id="05-dose",
        prompt=(
            "In another marrow stem cells are lost faster: d is 0.04 a day instead of 0.03. How many stem cells must be given so "
            "that only 1 in 100 grafts is lost in the end?"
        ),
        unit="cells",
        decimals=0,
        tolerance=8,
        compute=lambda: safe_dose(birth=0.05, death=0.04),
        hint="Set d to 0.04 and move the dose until the formula says 1.0 %. By hand: exp(−0.1 × D × 0.2) = 0.01, so D = 4.605 / 0.02.",
        feedback={
            (lambda: safe_dose()): (2, "That is the dose for d = 0.03. Set d to 0.04."),
            (lambda: 0.1 * safe_dose(birth=0.05, death=0.04)): (
                1,
                "That many must settle. Only one in ten of the cells given does.",
            ),
            (lambda: safe_dose(birth=0.05, death=0.01)): (2, "You have used d/b where the formula has 1 − d/b."),
        },
    ),
    Choice(
        id="05-back-in-three-weeks",
        kind="check",
        wording="Three weeks after a graft the blood counts are back. Does this show that stem cells have settled for good?",
        options=[
            Option(
                "Yes: without stem cells there would be no blood",
                "Progeny of stem cells that are now lost live on for a while. In patients, too, many of the cells given are no "
                "stem cells at all, and make blood for weeks.",
                misconception="early counts show stem cells",
            ),
            Option(
                "Yes, if the dose was high",
                "With a high dose it was likely before anybody counted. The counts of the third week add little to that.",
            ),
            Option(
                "It cannot be said: families that are lost later also make progeny at first",
                "Early counts tell about progeny. Only counts after many months tell about stem cells.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="05-sixty-years",
        kind="prediction",
        wording="Twenty equal families share a pool of 200 places. What is left after 60 years?",
        options=[
            Option(
                "All twenty, of about equal size",
                "Equal chances do not keep families equal.",
                misconception="none is better, so none wins",
            ),
            Option(
                "Two or three, different ones in each person",
                "What is lost by luck never returns, and its places go to others.",
                right=True,
            ),
            Option(
                "One, the same in every person",
                "In a few persons a single family is left, and not because it is the best. There is no best.",
                misconception="the largest family is the best",
            ),
        ],
    ),
    Task(
        id="05-drift",
        prompt=(
            "In how many years does the diversity halve, on average and by drift alone, in a pool of 1000 stem cells?"
        ),
        unit="years",
        decimals=0,
        tolerance=10,
        compute=lambda: halving(1000),
        hint="The time is in proportion to the pool: five times that of 200 cells.",
        feedback={
            (lambda: halving(200)): (1, "That is the time for 200 cells. A larger pool drifts more slowly."),
            (lambda: 2 * halving(1000)): (10, "Twice too long. Five times the pool, five times the time."),
            (lambda: halving(200) / 5): (1, "A larger pool drifts more slowly, not faster."),
        },
    ),
    Choice(
        id="05-two-families",
        kind="check",
        wording=(
            "Years after a transplant with very few cells, two families of stem cells make 80 % of a patient's blood. What may you "
            "conclude?"
        ),
        options=[
            Option(
                "With few founders luck alone can do this; large families by themselves prove nothing",
                "To show that a family is better one needs more: the same mutation growing again and again, in many people, or "
                "growth faster than luck allows. (In one study of ten transplants luck alone was not enough: see what this toy "
                "leaves out.)",
                right=True,
            ),
            Option(
                "These two are better, perhaps on the way to cancer",
                "It can be so. But few founders *can only* leave few families, and families with equal chances differ in size by "
                "factors of hundreds.",
                misconception="the largest family is the best",
            ),
            Option(
                "The graft is failing",
                "Two families can hold as many cells as twenty. What is small is the diversity, not the number.",
            ),
            Option(
                "Nothing special: luck does the same in everybody who grows old",
                "In pools as large as those of people drift is far too slow. If families become large there, something else is "
                "at work, or the pool is smaller than was thought.",
            ),
        ],
    ),
    Choice(
        id="05-fat-cells",
        kind="check",
        wording=(
            'A clinic writes: "Stem cells renew themselves and become any cell. Ours, from your own fat, regenerate nerves and '
            'joints." What is the best answer?'
        ),
        options=[
            Option(
                "True: self-renewal and potency make a stem cell",
                'The first sentence mixes two kinds of cell. "Any cell" is true of pluripotent cells. Cells from fat are stromal '
                "cells; in a dish they become bone, fat and cartilage.",
                misconception="stem cell is one kind of cell",
            ),
            Option(
                "False: stem cells have never regenerated anything",
                "Blood, epidermis and the surface of the eye have been renewed, each by stem cells of that tissue. A claim that "
                "is too strong is not answered well by one that is too strong the other way.",
            ),
            Option(
                "Ask: which cell, which organ, which trial, compared with what?",
                "Four short questions, and the advertisement leaves the last two open. Each of the true cases names its cell, "
                "its tissue and its patients.",
                right=True,
            ),
            Option(
                "It may not help, but own cells can do no harm",
                '"Own" says whose cells they are, not what is done with them. [Lesson 7](07-immune-reset.ipynb) shows deaths '
                "after treatments with own cells, and the regulator of the USA warns of infections, blindness and tumours after "
                "unapproved products {cite:p}`FDA2021consumer`.",
                misconception="own cells are harmless",
            ),
        ],
    ),
    Choice(
        id="05-pool-in-people",
        kind="prediction",
        wording="The pool of our toy has 200 stem cells. How many make a person's blood at any one time?",
        options=[
            Option(
                "About 200, too", "One man's blood came from 50 000 to 200 000, many people's from 20 000 to 200 000."
            ),
            Option("Thousands", "After a transplant, yes: 5000 to 30 000. Otherwise it is 20 000 to 200 000."),
            Option("Tens to hundreds of thousands", "20 000 to 200 000 in adults under 65.", right=True),
            Option(
                "Billions",
                "Billions are the cells that they make. The stem cells are few, and hard to count.",
                misconception="blood needs as many stem cells as blood cells",
            ),
        ],
    ),
    Choice(
        id="05-real-grafts",
        kind="prediction",
        wording="967 patients got blood stem cells from another person. In how many did the graft fail?",
        options=[
            Option(
                "In about 1 of 3",
                "So it would be with 25 cells in the toy. Real grafts hold millions.",
                misconception="toy numbers are real",
            ),
            Option("In about 1 of 20", "54 of 967 failed: 5.6 %, exact 95 % interval 4.2 to 7.2 %.", right=True),
            Option(
                "In hardly any",
                "Millions of cells were given, so it would be if luck were all. An immune system can reject a graft; the toy has none.",
                misconception="many cells are safe",
            ),
        ],
    ),
    Task(
        id="05-extinction",
        prompt=(
            "Lab. Four stem cells have settled. Each divides into two stem cells at 0.05 per day and into two other cells at 0.03 "
            "per day. In how many percent of such cases do all four families die out in the end?"
        ),
        unit="%",
        decimals=0,
        tolerance=1,
        compute=lambda: percent_extinct(4),
        hint="One family dies out with the chance d/b = 0.6. All four must: 0.6 × 0.6 × 0.6 × 0.6, then in percent.",
        feedback={
            (lambda: percent_extinct(1)): (0.5, "That is the chance for one cell. All four families must die out."),
            (lambda: percent_extinct(1) / 4): (
                0.5,
                "Chances of independent events are multiplied, not divided by their number.",
            ),
            (lambda: 100 - percent_extinct(4)): (0.5, "That is the chance that at least one family lives."),
            0: (0.4, "Growth on average is no protection for four cells: each of them may be lost before it divides."),
        },
    ),
    Task(
        id="05-failure",
        prompt=(
            "Lab. A graft of 60 stem cells, each of which settles with the chance 0.1; b is 0.05 and d is 0.03 per day. In how "
            "many percent of such grafts is nothing left in the end?"
        ),
        unit="%",
        decimals=0,
        tolerance=1,
        compute=lambda: percent_failed(60),
        hint="exp(−s D (1 − d/b)) = exp(−0.1 × 60 × 0.4) = exp(−2.4), then in percent.",
        feedback={
            (lambda: percent_failed(25)): (1, "That is the chance at a dose of 25. Take 60."),
            (lambda: percent_extinct(6)): (
                0.5,
                "That would be right if exactly six cells settled every time. Some patients get fewer, and they are the ones "
                "who lose the graft.",
            ),
            (lambda: 100 * math.exp(-6)): (
                0.4,
                "That is the chance that no cell settles. Cells that settle can still be lost.",
            ),
        },
    ),
    Task(
        id="05-rare",
        prompt=(
            "Lab. A graft holds 350 million CD34 cells. Suppose that only one in X of them is a founder, which starts a family "
            "that lasts. How large may X be, in millions, so that only 1 % of grafts fail?"
        ),
        unit="million",
        decimals=0,
        tolerance=1,
        compute=lambda: CD34 / -math.log(0.01) / 1e6,
        hint="No founder at all: exp(−350 million / X) = 0.01. So 350 million / X = −ln(0.01) = 4.605, and X = 350 million / 4.605.",
        feedback={
            (lambda: CD34 / 1e6): (
                5,
                "Then a graft holds one such cell on average, and more than a third of all grafts hold none.",
            ),
            (lambda: CD34 / 100 / 1e6): (
                0.6,
                "A risk of 1 % does not take a hundred such cells. How many does it take?",
            ),
        },
    ),
    Task(
        id="05-frequency",
        prompt=(
            "Lab. Forty mice get 50 cells each. In 28 of them something grows, in 12 nothing does. One cell in how many is of the "
            "kind that grows?"
        ),
        unit="cells",
        decimals=0,
        tolerance=1,
        compute=lambda: one_in(50, 40, 28),
        hint="The share of mice with nothing, 12/40, is exp(−50 f). So f = −ln(12/40) / 50, and the answer is 1/f.",
        feedback={
            (lambda: 50 / 0.7): (
                1.5,
                "You have counted one growing cell for each positive mouse. Many positive mice got two or more.",
            ),
            (lambda: 1 / one_in(50, 40, 28)): (
                0.001,
                "That is f, the cells of the kind per cell. One cell in how many is 1/f.",
            ),
            (lambda: 50 / -math.log10(0.3)): (2, "That is the logarithm to base 10. Take the natural one, ln."),
            (lambda: 50 / -math.log(0.7)): (
                2,
                "You have put the positive mice into the formula. It is the empty ones that count.",
            ),
        },
    ),
]
