"""Questions of lesson 08, Rebuilding, and of its lab."""

from functools import cache

from .choice import Choice, Option
from .task import Task

TWO_YEARS = 730.0


@cache
def naive_after_two_years(age: float) -> float:
    """Return the naive CD4 T cells per µL two years after the transplant at this age."""
    from immunereset.engine import simulate
    from immunereset.models.reconstitution import reconstitution, survivors

    return simulate(reconstitution, TWO_YEARS, survivors(), points=[TWO_YEARS], age=age).final["N_4"]


def age_of_fifty() -> float:
    """Return the age at which 50 naive CD4 T cells per µL are back after two years."""
    import numpy as np

    from immunereset.engine import threshold

    return threshold(lambda ages: np.array([naive_after_two_years(age) < 50 for age in ages]), 20.0, 75.0)


@cache
def day_of_200(m: float, age: float = 35.0) -> float:
    """Return the day on which CD4 T cells pass 200 per µL when `m` memory cells per µL survive."""
    from immunereset.models.reconstitution import first_days

    return first_days(m, age=age)["CD4"]


@cache
def highest_trec(N_0: float, **changes: float) -> float:
    """Return the peak of TREC per naive cell, as a multiple of normal, if `N_0` naive cells per µL are left."""
    import numpy as np

    from immunereset.engine import YEAR, simulate
    from immunereset.models.trec import depletion, trec

    points = np.linspace(0, 20 * YEAR, 7301)
    return float(simulate(trec, points[-1], depletion(N_0), points=points, **changes)["TREC per cell"].max())


def new(seen: float) -> float:
    """Return the new share behind an overlap, if two samples of the same blood overlap by 0.63, as in the toy."""
    from immunereset.models.repertoire import new_share

    return new_share(seen, 0.63)


def depth(cells: float, chance: float) -> float:
    """Return the depth that leaves none of `cells` cells with this chance."""
    from immunereset.models.repertoire import depth_for_none

    return depth_for_none(cells, chance)


def effective(counts, q: float) -> float:
    """Return the Hill number of order `q`."""
    from immunereset.models.repertoire import hill

    return hill(counts, q)


QUESTIONS = [
    Choice(
        id="08-same-count",
        kind="prediction",
        wording="320 CD4 T cells in each drop. The same cells, and the same future?",
        options=[
            Option(
                "Yes: the same count, the same cells, the same future",
                "The counts agree, the cells do not: 75 of the one's are naive, 11 of the other's. From here on the lines part.",
                misconception="a count says which cells they are",
            ),
            Option(
                "No: different cells, and different futures",
                "The first goes on to rise, the second stays below what healthy adults have.",
                right=True,
            ),
            Option(
                "No: the first has new cells only, the second old ones only",
                "Most are old in both: 230 of her 320 cells descend from the one cell per µL that survived.",
                misconception="after a transplant the cells are new",
            ),
            Option(
                "Other cells, but the same future: the count decides what follows",
                "At the same count the first still gains for years, from her thymus. The second has little to gain.",
                misconception="the count decides what follows",
            ),
        ],
    ),
    Choice(
        id="08-first",
        kind="prediction",
        wording="In which order do natural killer, B, CD8 and CD4 T cells come back?",
        options=[
            Option(
                "Natural killer cells first, CD4 T cells last",
                "Above 150 natural killer cells on day 14, above 200 CD4 T cells on day 222.",
                right=True,
            ),
            Option(
                "All at about the same time: all descend from the same stem cells",
                "The stem cell is the same, the way to the blood is not. A natural killer cell is soon ready; a T cell must first mature in the thymus.",
                misconception="one source, one time",
            ),
            Option(
                "T cells first: some survived and can divide",
                "Survivors do bring CD8 T cells back within three months. CD4 survivors fill their space more slowly.",
                misconception="survivors make T cells the first",
            ),
        ],
    ),
    Choice(
        id="08-three-months",
        kind="check",
        wording=(
            "Three months after a transplant a patient has normal numbers of neutrophils, natural killer "
            "cells and CD8 T cells, few CD4 T cells and no naive CD4 T cell. What is going on?"
        ),
        options=[
            Option(
                "The stem cells have not settled yet; that is why T cells are missing",
                (
                    "Neutrophils and natural killer cells come from the same stem cells, and they are back. The "
                    "stem cells have settled."
                ),
            ),
            Option(
                (
                    "All as expected: the bone marrow delivers, surviving CD8 T cells have divided, the thymus has "
                    "sent nothing yet"
                ),
                (
                    "Each kind comes in its own way, at its own speed. The CD8 T cells are many and old, and the naive "
                    "cells are still to come."
                ),
                right=True,
            ),
            Option(
                "The thymus works again, but makes CD8 T cells only",
                (
                    "Both kinds mature in the thymus side by side. These CD8 T cells did not come from there: they "
                    "are too early. Cells that survived, or came back with the graft, have divided."
                ),
            ),
            Option(
                "CD4 T cells have changed into CD8 T cells",
                (
                    "The two kinds part in the thymus and stay apart. CD4 T cells are few because their survivors "
                    "fill up more slowly."
                ),
            ),
        ],
    ),
    Choice(
        id="08-nine-in-ten",
        kind="prediction",
        wording="5 memory cells per µL survive. Two years later hundreds fill each µL again. How many of them descend from survivors?",
        options=[
            Option(
                "Nearly none: 5 survived, so 5 are old",
                "5 cells survived, and each left many descendants. These are old, too.",
                misconception="few survivors, few old cells",
            ),
            Option(
                "About half: survivors and thymus had the same two years",
                "Division doubles, the thymus only adds, and it begins months later.",
                misconception="two sources share alike",
            ),
            Option(
                "Nine in ten",
                "The survivors divide from the first day on, into an empty space. New memory must first come from the thymus as naive cells.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="08-sixty",
        kind="check",
        wording="Sixty survivors instead of one. What changes much?",
        options=[
            Option(
                "The share of memory that is old after two years",
                "It moves from 88 to 91 %: three points, for sixty times the survivors.",
                misconception="more survivors, an older memory",
            ),
            Option(
                "The day on which 200 CD4 T cells are back",
                "Day 113 instead of day 280. The space is filled sooner, with cells of the same origin.",
                right=True,
            ),
            Option(
                "The naive cells after two years",
                "104 in both. Survivors do not touch them: that was put into this toy.",
                misconception="survivors crowd out new cells",
            ),
            Option(
                "Nothing", "The first 200 cells are back half a year sooner.", misconception="survivors do not matter"
            ),
        ],
    ),
    Task(
        id="08-age",
        prompt=(
            "5 memory cells/µL survive. From which age on are fewer than 50 naive CD4 cells/µL back two years after "
            "the transplant?"
        ),
        unit="years",
        decimals=0,
        tolerance=0.5,
        compute=age_of_fifty,
        hint="Under “More to move”, raise the age one year at a time until the verdict names fewer than 50 naive cells.",
        feedback={
            35: (0.5, "That is the age at the start. Move it up and read the naive cells in the verdict."),
            50: (
                0.4,
                "Close: at 50 there are still a few more than 50 cells. The 50 of the question are cells, not years.",
            ),
            51: (0.4, "Close: at 51 the verdict still names 51 cells, which is not fewer than 50."),
        },
    ),
    Task(
        id="08-survivors",
        prompt="40 memory cells/µL survive in a patient of 35 years. On which day do CD4 cells pass 200 cells/µL?",
        unit="days",
        decimals=0,
        tolerance=2,
        compute=lambda: day_of_200(40.0),
        hint="Set the age back to 35 and the survivors to 40; the verdict names the day.",
        feedback={
            (lambda: day_of_200(5.0)): (2, "That is the day with 5 survivors. Move the survivors to 40."),
            (lambda: day_of_200(25.0)): (2, "That is the day with 25 survivors. Move the survivors to 40."),
            (lambda: day_of_200(60.0)): (2, "That is the day with 60 survivors. Move the survivors back to 40."),
        },
    ),
    Choice(
        id="08-denominator",
        kind="prediction",
        wording="10 of 400 naive cells are left. The thymus goes on exactly as before. TREC per naive cell, in the years that follow?",
        options=[
            Option(
                "It stays below normal until the naive cells are back",
                "These few cells have lost their TREC, but every newcomer brings some, and there are few others to thin it out.",
                misconception="few cells, little TREC per cell",
            ),
            Option(
                "It climbs to normal and stays there, as the thymus is normal",
                "That watches the thymus and forgets the denominator: the cells that TREC is divided by.",
                misconception="TREC per cell measures the thymus",
            ),
            Option(
                "It climbs far above normal",
                "6.5 times, in the third year, and the thymus did nothing for it. The many cells that thin the newcomers' TREC out are gone.",
                right=True,
            ),
        ],
    ),
    Task(
        id="08-trec",
        prompt=(
            "100 naive cells/µL are left, and the thymus works as before. How many times the normal TREC per cell is "
            "reached at the peak?"
        ),
        unit="",
        decimals=1,
        tolerance=0.1,
        compute=lambda: highest_trec(100.0),
        hint="Move the naive cells left to 100 and leave the thymus at 0.032; the verdict names the peak.",
        feedback={
            (lambda: highest_trec(10.0)): (0.1, "That is the peak with 10 cells left. Move the slider to 100."),
            (lambda: highest_trec(200.0)): (0.1, "That is the peak with 200 cells left. Move the slider to 100."),
        },
    ),
    Choice(
        id="08-four-times-trec",
        kind="check",
        wording=(
            "Two years after her transplant, a patient's naive T cells carry four times the normal TREC per "
            "cell. What follows?"
        ),
        options=[
            Option(
                "Her thymus makes four times as many cells as before",
                "In the figure the thymus made as many as always, and TREC per cell rose even higher.",
            ),
            Option(
                "Her naive cells have divided a lot", "Division thins TREC out: there would be less per cell, not more."
            ),
            Option(
                "Her naive T cells are back in number",
                (
                    "The peak comes while naive cells are few. In the figure TREC per cell comes down as their "
                    "number rises."
                ),
            ),
            Option(
                "Her thymus makes new cells, and few other naive cells are there to thin them out",
                "These cells are new. How many are made, it hardly says.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="08-everybody",
        kind="prediction",
        wording="Each cell survives with a chance of 1 in 100. Which of these six clones will be there half a year later in nearly every person?",
        options=[
            Option(
                "All six: they are treated alike",
                "Each cell is treated alike. A clone of 10 cells is ten chances of 1 in 100, and nine times in ten none of them comes true.",
                misconception="alike treated is alike lost",
            ),
            Option(
                "Those of 3000 and 1000 cells, and nearly always that of 300",
                "The two largest always, that of 300 cells in 95 of 100 persons. That of 10 cells is there in ten of 100.",
                right=True,
            ),
            Option(
                "Only that of 3000 cells",
                "1000 cells keep ten on average. That none of them survives is all but impossible.",
                misconception="only the largest survives",
            ),
            Option(
                "None: 99 % is nearly all",
                "44 cells are left of 4440, and they divide.",
                misconception="99 % killed is all killed",
            ),
        ],
    ),
    Choice(
        id="08-twice",
        kind="prediction",
        wording="The same blood is sampled twice on one day, 20 000 cells each time. Of 100 reads of the second sample, how many belong to a clone that the first had read?",
        options=[
            Option(
                "100: it is the same blood",
                "That would hold if every cell had been read. 20 000 of 60 million are few, and each sample finds small clones that the other misses.",
                misconception="the same blood overlaps completely",
            ),
            Option(
                "About 90",
                "Closer would need more reads: with 200 000 it is 94.",
                misconception="sampling misses only a little",
            ),
            Option(
                "About 63",
                "Nothing was done to this blood, and still more than a third is not found again.",
                right=True,
            ),
            Option(
                "About 10",
                "Large clones are read again and again, so that much is shared.",
                misconception="samples of so few cells share next to nothing",
            ),
        ],
    ),
    Choice(
        id="08-depth",
        kind="prediction",
        wording="Now the treatment, and nothing new grows. One person keeps 1 cell in 10, another 1 in 10 000. Which overlap do you expect?",
        options=[
            Option(
                "The same in both: as in blood that nothing was done to",
                "63 % in both. A bag with 70 red balls and 30 blue: take ten at random, let each become ten. On average 70 % are red again, however few you took.",
                right=True,
            ),
            Option(
                "10 %, and next to none: as many as survive",
                "Many clones are lost, but overlap counts reads. The clones that survive grow into the gaps.",
                misconception="overlap measures what survived",
            ),
            Option(
                "Less in the second, but not by so much",
                "Not even that. What fills the gaps was there before, however few it grew from.",
                misconception="overlap falls with depth",
            ),
        ],
    ),
    Choice(
        id="08-measured",
        kind="prediction",
        wording="And in 27 patients with multiple sclerosis, twelve months after the transplant? How large was the overlap of their memory CD4 T cells with those before?",
        options=[
            Option(
                "15 %",
                "Far less than old memory that grows alike would leave. Which part of the toy fails, this number cannot say.",
                right=True,
            ),
            Option(
                "About 40 %",
                "Lower still: 15 %. Something in the toy is wrong, or something else lowers overlap.",
                misconception="between model and hope",
            ),
            Option(
                "About 60 %, as the toy says of old memory",
                "The toy says so: after a year 98 % of its memory is old. The patients say otherwise.",
                misconception="a model that is consistent is right",
            ),
        ],
    ),
    Choice(
        id="08-quarter-the-same",
        kind="check",
        wording=(
            '"Only 26 % of the repertoire was the same, so the treatment removed 74 % of the old cells." '
            "What do you answer?"
        ),
        options=[
            Option(
                "Right: what is not found again is gone",
                (
                    "In the toy, two samples of the same blood on the same day miss more than a third of each "
                    "other's reads, with nothing removed."
                ),
            ),
            Option(
                "Right, but it must be corrected for sampling: in the toy 59 % were removed",
                (
                    "The correction is right, the word is not: 59 % of the cells are *new* by this reckoning. How "
                    "many old ones were *removed* before the others grew back, overlap does not tell."
                ),
            ),
            Option(
                ("At best overlap says which share of today's cells is old, and nothing about how few they grew from"),
                (
                    '"At best": after correction for sampling, and if all clones grow alike. Then one survivor in '
                    "10 and one in 10 000 leave the same overlap, on average."
                ),
                right=True,
            ),
            Option(
                "Sequencing is too inexact to say anything",
                'It shows that old clones persist, and that new ones appear. Only "how deep" is not in it.',
            ),
        ],
    ),
    Task(
        id="08-new-share",
        prompt=(
            "In the toy two samples of the same blood overlap by 0.63. A sample twelve months after the treatment "
            "overlaps by 0.15. Which share of the cells would be new?"
        ),
        unit="",
        decimals=2,
        tolerance=0.01,
        compute=lambda: new(0.15),
        hint="Move the new cells until the overlap is 15 %, or solve 0.15 = 0.63 × (1 − new share).",
        feedback={
            0.85: (
                0.005,
                "That takes 15 % as it stands. Even with no treatment only 63 % would overlap: divide by 0.63 first.",
            ),
            (lambda: 1 - new(0.15)): (0.01, "That is the share that is old. The new share is 1 minus it."),
            0.48: (
                0.005,
                "That is the difference of the two. Overlap is 0.63 times the old share: divide, do not subtract.",
            ),
            (lambda: new(0.26)): (0.005, "That belongs to an overlap of 26 %. The question is about 15 %."),
            0.37: (0.005, "That is what two samples of the same blood miss. Divide 15 % by 63 % instead."),
        },
    ),
    Task(
        id="08-hill",
        prompt="Three clones hold 50 %, 25 % and 25 % of the cells. What is the effective number of clones of order q = 2?",
        unit="clones",
        decimals=2,
        tolerance=0.02,
        compute=lambda: effective([50, 25, 25], 2),
        hint="0.5² + 0.25² + 0.25² = 0.375, and D₂ is 1 divided by it.",
        feedback={
            (lambda: effective([50, 25, 25], 0)): (0.005, "That counts the clones and ignores their sizes: order 0."),
            (lambda: effective([50, 25, 25], 1)): (0.005, "That is order 1. For order 2 square the shares."),
            (lambda: 1 / effective([50, 25, 25], 2)): (0.006, "That is the sum of the squares. Take 1 divided by it."),
        },
    ),
    Choice(
        id="08-two-laboratories",
        kind="check",
        wording=(
            "Before a transplant a laboratory read 200 000 cells and found 35 000 clones. After it another "
            "one read 20 000 cells and found 11 000. What follows?"
        ),
        options=[
            Option(
                "Nothing, until both samples are cut down to equally many reads",
                (
                    "Draw 20 000 reads from the larger sample at random, count again, and compare then. Comparing "
                    "$D_2$ is better than comparing $D_0$, but here it, too, falls by about a quarter with nothing "
                    "gone."
                ),
                right=True,
            ),
            Option(
                "About two thirds of the clones are gone",
                "The table above has just such numbers from one and the same repertoire, with nothing gone.",
            ),
            Option(
                "The repertoire has become more diverse: 0.55 clones per read instead of 0.18",
                (
                    "Clones per read always fall when more is read, since large clones are read again. Dividing by "
                    "the reads does not put it right."
                ),
            ),
            Option(
                "The second laboratory worked badly", "Fewer reads are no fault. Comparing them with more reads is."
            ),
        ],
    ),
    Task(
        id="08-none",
        prompt="A person has 10 million autoreactive cells. Which depth leaves none of them with a chance of 99 %?",
        unit="logs",
        decimals=1,
        tolerance=0.1,
        compute=lambda: depth(1e7, 0.99),
        hint="e^(−n/10^k) = 0.99 means n/10^k = −ln 0.99 = 0.01005, so 10^k = 10 000 000/0.01005; k is log₁₀ of that.",
        feedback={
            7.0: (0.05, "At 7 logs one cell is left on average, and none with a chance of only 37 %."),
            (lambda: depth(1e7, 0.5)): (0.05, "That is the depth for a chance of 50 %."),
            (lambda: depth(1e7, 0.95)): (0.05, "That is the depth for a chance of 95 %."),
            (lambda: depth(1e6, 0.99)): (0.05, "That is the depth for one million cells."),
            (lambda: depth(1e8, 0.95)): (0.05, "That is the depth for 100 million cells and 95 %."),
        },
    ),
]
