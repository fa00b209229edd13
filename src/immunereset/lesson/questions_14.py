"""Questions of lesson 14, Harm, cost and choice."""

from functools import cache

from .choice import Choice, Option
from .task import Task


@cache
def patients_for(people: float, of: int = 1000) -> int:
    """Return how many patients must be watched without a death until the exact interval stays below `people` of `of`."""
    from immunereset.evidence import clopper_pearson

    n = 1
    while of * clopper_pearson(0, n)[1] >= people:
        n += 1
    return n


def rule_of_three(share: float) -> int:
    """Return how many patients without a death bound the risk by `share` one-sidedly, at 95 %."""
    n = 1
    while 1 - 0.05 ** (1 / n) >= share:
        n += 1
    return n


def break_even(**changes: float) -> float:
    """Return the deaths from transplantation (%) at which both lives of lesson 14 count the same."""
    from immunereset.models.two_lives import drug_or_transplant

    return 100 * drug_or_transplant.break_even("deaths", **changes)


def share_ill(**changes: float) -> float:
    """Return the share (%) with a second disease after five years in the toy of lesson 14."""
    from immunereset.models.second_disease import share_ill

    return share_ill(**changes)


QUESTIONS = [
    Choice(
        id="14-nobody-died",
        kind="prediction",
        wording="Nobody of 55 died. How high may the risk still be, and fit that (95 %)?",
        options=[
            Option(
                "0 in 1000",
                "Zero was seen; it is not the risk. If 2 in 100 died, 55 people would still show no death one time in three.",
                misconception="0 deaths = safe",
            ),
            Option(
                "2 in 1000",
                "That is what a larger series of the same doctors saw: 1 of 507, some of the patients the same. The 55 alone say "
                "less.",
                misconception="a small series says as much as a large one",
            ),
            Option(
                "18 in 1000",
                "1000/55, as if the very next patient had died. Worse luck is compatible with no death, too.",
                misconception="the next one would have been the first",
            ),
            Option(
                "65 in 1000",
                "The exact 95 % interval of the risk reaches up to 65 in 1000. Nothing says that it is so bad; nothing in these "
                "55 says that it is not.",
                right=True,
            ),
        ],
    ),
    Task(
        id="14-fewer-than-ten",
        prompt="How many patients must be watched without a death before the interval stays below 10 in 1000? The second line of "
        "the verdict has the decimals.",
        unit="",
        decimals=0,
        tolerance=5,
        compute=lambda: patients_for(10),
        hint="Keep the deaths at 0 and move the patients until the upper end in the second line falls below 10.",
        feedback={
            (lambda: rule_of_three(0.01)): (
                3,
                "That is the rule of three, 3/n: it asks for an upper end only, one-sided. These bars are two-sided.",
            ),
            100: (1, "100 patients without a death are compatible with a risk of up to 36 in 1000."),
            1000: (1, "A thousand are enough, and more than needed: their interval ends at 4 in 1000."),
            (lambda: patients_for(11)): (
                4,
                "There the interval still ends between 10 and 11; ten filled halves are drawn because people are whole.",
            ),
        },
    ),
    Choice(
        id="14-add-up",
        kind="check",
        wording="MIST: 0 deaths among 55. A series of the same centre, 2003 to 2019: 1 death among 507. May you say: 1 among 562?",
        options=[
            Option(
                "Yes, more patients make a narrower interval",
                "They would, if they were more patients. Some are in both counts.",
                misconception="studies can always be added up",
            ),
            Option(
                "No: a trial may never be added to anything",
                "Pooling is possible where no patient is counted twice; it is "
                "done with care for how the groups differ.",
            ),
            Option(
                "No: some people are counted in both",
                "The trial's patients of that centre are in its series, too. Rows of this "
                "book say which studies have patients in common.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="14-safest",
        kind="check",
        wording="0 deaths among 617 (Mexico, 2015 to 2018; half were followed for less than 12 months) is the shortest bar. Does it "
        "show the safest transplantation?",
        options=[
            Option(
                "No: who was treated, and for how long they were watched, differs from row to row",
                "A bar holds chance, and nothing else. Who, when and for how long must be read beside it.",
                right=True,
            ),
            Option(
                "Yes: the bar ends lowest",
                "It ends lowest for what was counted: deaths within a short time, among patients "
                "of that place. Others were more ill, or were watched for longer.",
                misconception="the lowest bar is the best place",
            ),
            Option(
                "No: with so many patients somebody must have died",
                "Nothing says so. The interval reaches up to 6 in 1000, and down to 0.",
                misconception="zero is never true",
            ),
        ],
    ),
    Choice(
        id="14-antibodies",
        kind="prediction",
        wording="One centre gave its patients antibodies against lymphocytes with the conditioning, of two kinds, or none. More "
        "lymphocytes go with them. How many new autoimmune diseases were seen?",
        options=[
            Option(
                "Fewer: the deeper, the better",
                "With one of the two antibodies it was 4 of 25, with neither 0 of 28.",
                misconception="the deeper, the better",
            ),
            Option(
                "As many with each", "It was 4 of 25 with one antibody, 2 of 102 with the other, 0 of 28 with neither."
            ),
            Option(
                "More with one of the antibodies",
                "Alemtuzumab: 4 of 25. ATG: 2 of 102. Neither: 0 of 28. Nobody drew lots, and the numbers are small.",
                right=True,
            ),
        ],
    ),
    Task(
        id="14-without-t-cells",
        prompt="Leave the time of T cells at 500 days and B cells at 1.3 times normal; let B cells take 500 days, too. What share has "
        "a second disease after five years, instead of 9.8 %?",
        unit="%",
        decimals=1,
        tolerance=0.2,
        compute=lambda: share_ill(tau_B=500.0),
        hint="Move only the slider of the time B cells take, to 500 days, and read the sentence on top.",
        feedback={
            0.0: (0.05, "Equal times close the gap only if B cells stop at normal. Here they rise to 1.3 times."),
            (lambda: share_ill()): (0.05, "That is the start. Move the time B cells take."),
            (lambda: share_ill(tau_T=60.0)): (
                0.1,
                "That is with T cells as fast as B cells. T cells stay at 500 days here.",
            ),
        },
    ),
    Choice(
        id="14-misprint",
        kind="check",
        wording="A registry counted 29 second diseases among 347 patients: 8.4 %. The paper says 9.8 ± 2 % after five years. A "
        "misprint?",
        options=[
            Option(
                "Yes: 29/347 is 8.4 %",
                "The division is right, and it answers another question: not all were watched for five years.",
                misconception="a share is a risk over any time",
            ),
            Option(
                "No: not everybody was watched for five years",
                "Who left earlier could not be counted later. Methods that "
                "allow for it give more than the plain share.",
                right=True,
            ),
            Option(
                "No: 8.4 lies within ± 2", "It does, and that is not the reason. The two numbers answer two questions."
            ),
        ],
    ),
    Choice(
        id="14-halved",
        kind="prediction",
        wording="Break-even lies at 13 in 100. Which of these changes brings it below half?",
        options=[
            Option(
                "A severe year counts 0.50 instead of 0.25",
                "8.2 in 100: more than half. A severe year that is worth more makes worsening less of a loss.",
            ),
            Option(
                "Only the years alive count, not how ill they are",
                "3.3 in 100. In this toy, what counts moves the mark further than each of the other three.",
                right=True,
            ),
            Option(
                "Later years are not discounted",
                "15.7 in 100: it rises, for the years that transplantation saves are late.",
            ),
            Option(
                "The effect of transplantation is lost at 15 % a year instead of 4 %",
                "7.6 in 100: a little more than half.",
            ),
        ],
    ),
    Task(
        id="14-fast-disease",
        prompt="The disease gets worse twice as fast on the drug: 10 % a year. At how many deaths from transplantation do both "
        "lives count the same, with all else as at the start?",
        unit="%",
        decimals=1,
        tolerance=0.5,
        compute=lambda: break_even(w=0.10),
        hint="Open the other assumptions, set the worsening on the drug to 10 %, and read the mark of break-even.",
        feedback={
            (lambda: break_even()): (0.2, "That is the start, at 5 % a year."),
            (lambda: 2 * break_even()): (0.2, "That is twice the break-even of 5 %. It grows less than twice."),
            (lambda: break_even(w=0.03)): (0.2, "That is at 3 % a year."),
        },
    ),
    Choice(
        id="14-equal-sums",
        kind="check",
        wording="At break-even both lives have the same sum of quality-years. Are they equal?",
        options=[
            Option(
                "Yes: the sums are equal",
                "For the sum they are. It does not ask when deaths come, or whose they are: now, of "
                "a few, or later, of many.",
                misconception="mathematics can choose for me",
            ),
            Option(
                "No: a death is never made up for",
                "Then break-even lies at 0, whatever the disease does. Some hold that; "
                "others would choose differently.",
            ),
            Option(
                "For the sum; a person may still prefer one",
                "Deaths in the first month, or a slow worsening for many: people "
                "weigh these differently, and the sum is blind to it. It is one thing to know, not an order.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="14-not-found",
        kind="check",
        wording="No number of deaths caused by one of these drugs was found. How may the drug's bar of deaths be drawn?",
        options=[
            Option(
                "Not at all, with a word that says so",
                "An empty place says what is known. In the two lives above the drug is harmless, and that favours it.",
                right=True,
            ),
            Option(
                "At zero: none was found",
                "Not found is not zero. Deaths on alemtuzumab were reported; how many, and among how "
                "many, the page does not say.",
                misconception="no number means no harm",
            ),
            Option(
                "As high as for transplantation, to be fair", "Fair to both is what was counted, and nothing made up."
            ),
        ],
    ),
    Choice(
        id="14-five-years",
        kind="prediction",
        wording="One Italian hospital counted five years of each: transplantation, and drugs of high efficacy. Which cost more?",
        options=[
            Option(
                "Transplantation, about twice as much",
                "46,600 euros against 93,800 for the drugs: the other way round. It is paid once, unless the disease "
                "returns and drugs begin again.",
                misconception="the dramatic treatment is the dear one",
            ),
            Option("About the same", "46,600 euros against 93,800 for the drugs."),
            Option(
                "The drugs, about twice as much",
                "93,800 euros against 46,600. A drug is paid each year; after one year it would look different.",
                right=True,
            ),
        ],
    ),
    Task(
        id="14-slow-disease",
        prompt="With a worsening of 3 % a year on the drug, at how many deaths from transplantation do both lives count the "
        "same?",
        unit="%",
        decimals=1,
        tolerance=0.2,
        compute=lambda: break_even(w=0.03),
        hint='drug_or_transplant.break_even("deaths", w=0.03), as a percentage.',
        feedback={
            (lambda: break_even()): (0.2, "That is at 5 % a year."),
        },
    ),
    Task(
        id="14-effect-lost",
        prompt="The effect of transplantation is never lost. At how many deaths do both lives count the same?",
        unit="%",
        decimals=1,
        tolerance=0.2,
        compute=lambda: break_even(lost=0.0),
        hint='drug_or_transplant.break_even("deaths", lost=0), as a percentage.',
        feedback={
            (lambda: break_even(lost=0.15)): (0.2, "That is with 15 % a year lost."),
            (lambda: break_even()): (0.2, "That is with 4 % a year lost."),
        },
    ),
]
