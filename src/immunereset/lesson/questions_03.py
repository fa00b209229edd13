"""Questions of lesson 03, One failure, four diseases."""

import math

from .choice import Choice, Option
from .task import Task

PREVALENCE = 0.003
"""The share of people that is ill in the lesson's example of twins."""

PAIRS_ILL, PAIRS = 7, 27
"""Identical pairs with multiple sclerosis of which both were ill, and all (row E37 of the table epidemiology)."""

SECOND = 4
"""The seed of the second person of the opening figure; the first has the seed 2."""

STOPS, SPREADS = (0.10, 13), (0.18, 21)
"""Chance of an attack a day, and seed, of the two tissues that are stopped on day 20."""

MET, RATIO = 0.5, 5.0
"""A trigger that half of all people meet: the share, and the risk ratio."""


def _liability():
    """Return the module of liabilities; importing it here keeps `check` quick to import."""
    from immunereset.models import liability

    return liability


def _tissue():
    from immunereset.models import tissue

    return tissue


def heritability_of_ms() -> float:
    """Return the heritability at which both are ill in as many identical pairs as in the Canadian clinics.

    Of the patients in these pairs, 2 PAIRS_ILL out of PAIRS + PAIRS_ILL have a twin who is ill too.
    """
    return _liability().heritability_for(PREVALENCE, 2 * PAIRS_ILL / (PAIRS + PAIRS_ILL))


QUESTIONS = [
    Choice(
        id="03-another",
        kind="prediction",
        wording="A second person: the same body, the same three years, other luck. How many relapses?",
        options=[
            Option(
                "Six, as before",
                "The body is the same; the count is not. The second person has one.",
                misconception="The same body has the same course.",
            ),
            Option(
                "Four to eight",
                "So little luck? The second person has one. Draw more.",
                misconception="Chance is a small error around a fixed course.",
            ),
            Option(
                "None",
                "Then each of the six would have had a trigger. Nothing in this model is one.",
                misconception="Every relapse has a trigger that one could have avoided.",
            ),
            Option(
                "Anything from none to eight",
                "The second person has one. Of 200 persons 7 had none, 23 one, 48 two, 45 three, 40 four, and 37 five to eight.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="03-which-disease",
        kind="check",
        wording=(
            "Which disease is which? **(1)** One organ; antibodies foretell it, but T cells are taken to do the harm. **(2)** "
            "Many organs; antibodies against the cell's nucleus. **(3)** With antibodies against changed proteins or without "
            "them, which by the genes look like two diseases. **(4)** One organ system; T cells are held to be central, B cells take part."
        ),
        options=[
            Option(
                "1 MS, 2 lupus, 3 type 1 diabetes, 4 RA",
                (
                    "T cells are taken to be central in MS, too. But the antibodies that foretell a disease, and "
                    "are no weapon, are those of type 1 diabetes."
                ),
            ),
            Option(
                "1 type 1 diabetes, 2 RA, 3 lupus, 4 MS",
                (
                    "RA is at home in the joints, lupus in many organs; and it is in lupus that the antibodies bind "
                    "the nucleus."
                ),
            ),
            Option(
                "1 type 1 diabetes, 2 lupus, 3 RA, 4 MS",
                ("Four places, four kinds of evidence about the target, and four mixtures of antibodies and cells."),
                right=True,
            ),
            Option(
                "It cannot be told: all four are one failure",
                "They have the same *kind* of cause, lost tolerance. Organ, target and means differ.",
            ),
        ],
    ),
    Choice(
        id="03-ms-twins",
        kind="prediction",
        wording=(
            "Identical twins have the same genes. In Canada doctors found 27 such pairs in which somebody had multiple "
            "sclerosis. In how many of the 27 did both have it?"
        ),
        options=[
            Option(
                "In 25 or more",
                "It was 7. The same genes are not the same fate.",
                misconception="Genetic means destined.",
            ),
            Option(
                "In about half of them", "It was 7: a quarter. Half lies above the whole exact interval, 11 to 46 %."
            ),
            Option("In 7 of 27", "A quarter. Most twins of patients were well.", right=True),
            Option(
                "In 1, as with other twins",
                "That is what was found in other twins, 1 of 43 pairs. Identical ones agree many times as often: genes matter.",
            ),
        ],
    ),
    Choice(
        id="03-pairs-ill",
        kind="prediction",
        wording=(
            "Seven tenths of the differences in liability go with genes. Of 200 identical pairs with a patient, in how "
            "many are both ill?"
        ),
        options=[
            Option(
                "In about 140, seven tenths",
                "A heritability is a share of the differences, not a chance. It was about 23.",
                misconception="A heritability of 70 % is a risk of 70 %.",
            ),
            Option(
                "In about half",
                "Patients lie just beyond the border. A twin who has the genes alone falls short of it: about 23.",
            ),
            Option("In about 23", "A patient had bad genes and bad luck. The twin has the genes.", right=True),
            Option(
                "In hardly any",
                "Look how far the twins lie to the right of all people. About 23 are beyond the border.",
            ),
        ],
    ),
    Task(
        id="03-heritability",
        prompt=(
            "A disease that 0.3 % of all people have. Of 27 identical twin pairs with a patient, both are ill in 7. "
            "At which heritability h² does the liability model give this share of pairs, the concordance?"
        ),
        unit="",
        decimals=2,
        tolerance=0.02,
        compute=heritability_of_ms,
        hint=("7 of 27 is 26 % of the pairs. Move the heritability until the second line of the verdict says so."),
        feedback={
            PAIRS_ILL / PAIRS: (
                0.015,
                "That is the concordance itself. A concordance of 26 % does not mean that genes explain 26 %.",
            ),
            (lambda: _liability().heritability_for(PREVALENCE, PAIRS_ILL / PAIRS)): (
                0.02,
                "That would be right if 26 % of the patients had a twin who is ill too. The study counted pairs.",
            ),
        },
    ),
    Choice(
        id="03-genes-and-ebv",
        kind="check",
        wording=(
            '"MS is not genetic, since most identical twins of patients are well. And it is not due to EBV, '
            'since nearly everybody has EBV." What do you answer?'
        ),
        options=[
            Option(
                "Right on both counts: a cause must always bring its effect",
                (
                    "That confuses *cause* with *sufficient cause*. Most who drive drunk arrive, and drunk driving "
                    "causes accidents."
                ),
            ),
            Option(
                (
                    "Wrong on both: a threshold that is rarely crossed lets most carriers of genes, and most "
                    "carriers of the virus, stay well"
                ),
                (
                    "Identical twins agree several times as often as others, and the risk with EBV is many times "
                    "the risk without. Neither is enough; both can be needed, if the virus is a cause. (In the "
                    "liability model it would be a part of *all else*.)"
                ),
                right=True,
            ),
            Option(
                "Right about the genes, wrong about EBV",
                (
                    "Identical twins agree far more often than other twins. In the model a heritability of 0.7 "
                    "leaves four of five identical twins well."
                ),
            ),
            Option(
                "Wrong: the share due to genes and the share due to EBV must add up to 100 %",
                (
                    "Shares of *cases prevented* need not add up. If two things are both needed, taking away either "
                    "prevents the same case."
                ),
            ),
        ],
    ),
    Choice(
        id="03-smaller-groups",
        kind="prediction",
        wording=(
            "So far 100 groups of 100 cells of each kind came a year: 10 000 cells. Let the same cells come in groups of 50, "
            "twice as often. How many relapses?"
        ),
        options=[
            Option(
                "As many: the cells are the same",
                "The cells are; their clumps are not. Relapses fell to about a ninth.",
            ),
            Option("Half as many", "They fell much further, from 0.9 a year to 0.1."),
            Option(
                "Hardly any",
                "From 0.9 a year to 0.1. The luck lies in the clumps: many small groups hardly leave a gap.",
                right=True,
            ),
            Option(
                "Twice as many: there are twice as many arrivals",
                "An arrival is no trigger. The brake is called more evenly, too.",
            ),
        ],
    ),
    Choice(
        id="03-chance-next-year",
        kind="check",
        wording=(
            "A simulated patient relapses once a year on average, without memory. Two years have passed "
            "without a relapse. What is the chance of at least one in the next year?"
        ),
        options=[
            Option(
                "Nearly 100 %: it is overdue",
                (
                    "Nothing in the model counts the quiet years. After two quiet years the cells are in the same "
                    "state as after one."
                ),
            ),
            Option(
                "About 63 %, as in any year",
                "The chance of a year without is $e^{-1}$, about 37 %, whatever came before.",
                right=True,
            ),
            Option(
                "Small: the disease has burned out",
                (
                    "In this model nothing burns out. In people two quiet years may well mean something: they "
                    "differ, and a mild course shows itself by its quiet years. All patients of this model are "
                    "alike."
                ),
            ),
            Option("50 %: it comes or it does not", "Two possible outcomes need not be equally likely."),
        ],
    ),
    Choice(
        id="03-which-stops",
        kind="prediction",
        wording=(
            "Both tissues are stopped on day 20. The first has 21 dead cells, the second 18. Which attack will stop by itself?"
        ),
        options=[
            Option(
                "Only the second: it has killed less",
                "The second goes on to day 223, and 96 % of its tissue is dead. What is dead attacks nobody.",
                misconception="The smaller damage is the milder course.",
            ),
            Option(
                "Only the first, though it has killed more",
                "It is over on day 55, with 0.9 % dead. In the second each cell attacks more often: 96 % dead.",
                right=True,
            ),
            Option("Both: both are small", "The first does. The second goes on to day 223, until 96 % are dead."),
            Option(
                "Neither: each has inflamed cells left",
                "The first is over on day 55: its inflamed cells die before they have passed it on.",
            ),
        ],
    ),
    Task(
        id="03-border",
        prompt=(
            "Fill the map with films, also several at one place. At which chance of an attack a day, b, does the border lie "
            "between tissues in which an attack stops early and tissues that it eats?"
        ),
        unit="",
        decimals=2,
        tolerance=0.01,
        compute=lambda: float(_tissue().attack_rate(_tissue().BORDER)),
        hint="Below it every film you start ends with little damage. Just above it some films of one b stop early and others go far.",
        feedback={
            0.5: (
                0.005,
                "That is the chance to pass it on at all, within five days. Asked is the slider's b, the chance a day.",
            ),
            0.10: (0.009, "At 0.10 all attacks end early. Try several tissues a little above."),
            0.16: (0.012, "There most attacks already eat nearly all. Go lower, with several tissues at each place."),
        },
    ),
    Choice(
        id="03-three-quarters",
        kind="check",
        wording="A drug lowers b by a third, from 0.167 to 0.113. What becomes of the damage in this model?",
        options=[
            Option(
                "Nearly all of the tissue is saved",
                (
                    "On average 88 % were dead before, and 2 % are now: the drug crosses the border. By a third from 0.275, to "
                    "0.189, it saves 5 % of the tissue."
                ),
                right=True,
            ),
            Option(
                "It falls by about a third",
                "That would be so if damage were in proportion to b. Look at your map: it is a step.",
            ),
            Option(
                "It only comes later: in the end as much is destroyed",
                'Below the border every attack dies out. There is no "later".',
            ),
            Option(
                "Nothing changes: as long as cells attack, the tissue is lost",
                "Inflamed cells die after five days. If each passes the inflammation on too rarely, the attack starves.",
            ),
        ],
    ),
    Choice(
        id="03-colds",
        kind="prediction",
        wording=(
            "Patients with multiple sclerosis wrote down their colds. Of 2516 weeks 430 lay around one, and in all weeks together "
            "there were 92 relapses. If colds did nothing, about 16 of these would lie in the 430 weeks. How many did?"
        ),
        options=[
            Option("About 16: colds did nothing", "It was 27, more than chance makes easily."),
            Option("27", "More than 16, so a cold may bring a relapse. And 65 of 92 came without one.", right=True),
            Option(
                "About 60: most relapses come with a cold",
                "It was 27. Most, 65 of 92, came in other weeks.",
                misconception="Every relapse has a trigger that one could have avoided.",
            ),
        ],
    ),
    Choice(
        id="03-found-trigger",
        kind="check",
        wording=(
            "The first person had a relapse on day 472. You look back, and find that a group of cells arrived within the "
            "week before. Was it the trigger?"
        ),
        options=[
            Option(
                "Yes: it came just before",
                "So it did before nearly every other day. Of all weeks 98 % have an arrival.",
                misconception="What came just before was the cause.",
            ),
            Option(
                "No: arrivals play no part",
                "They do. What counts is how effectors and their brake stand when a group comes; the same group mostly does nothing.",
            ),
            Option(
                "It shows little: nearly every week has one",
                "200 groups a year leave a week empty with the chance $e^{-200 \\times 7/365}$, 2 %. Who looks for one finds one.",
                right=True,
            ),
        ],
    ),
    Task(
        id="03-quiet-year",
        prompt=(
            "Lab. A patient has one relapse a year on average, at random times without memory. "
            "In which share of all half-years is there no relapse at all?"
        ),
        unit="%",
        decimals=0,
        tolerance=1.0,
        compute=lambda: 100 * math.exp(-0.5),
        hint="e^(-t/m) with t half a year and m one year: -1/2, then the key e^x of a calculator.",
        feedback={
            0: (0.5, "An average of one a year is no timetable: some years have two or three, others none."),
            50: (0.5, "Chances do not fall in a straight line: e^(-t/m) is not 1 - t/m."),
            100 * (1 - math.exp(-0.5)): (1.0, "That is the share of half-years with at least one relapse."),
            100 * math.exp(-1.0): (1.0, "That is the share of whole years. Here t is half a year."),
            100 * (1 - math.exp(-1.0)): (1.0, "That is the share of whole years with at least one relapse."),
        },
    ),
    Task(
        id="03-explained",
        prompt=(
            "Lab. Half of all people meet a virus. Those who meet it have 5 times the risk of the others. "
            "Which share of all cases would there not be without the virus?"
        ),
        unit="%",
        decimals=1,
        tolerance=0.4,
        compute=lambda: 100 * float(_liability().explained_fraction(MET, RATIO)),
        hint="Put p = 0.5 and RR = 5 into p (RR - 1)/(1 + p (RR - 1)): first p (RR - 1), then divide by it plus 1.",
        feedback={
            100 * MET: (0.1, "That is the share of all people who meet the virus, ill or not."),
            100 * MET * RATIO / (1 + MET * RATIO): (
                0.1,
                "Here RR was put in for RR - 1. Those who meet the virus would have had the risk of the others anyway.",
            ),
            100 * (1 - 1 / RATIO): (
                0.1,
                "That is the share among those who met the virus. A few cases are among those who did not.",
            ),
        },
    ),
    Task(
        id="03-transmission",
        prompt=(
            "Lab. An inflamed cell attacks each healthy neighbour with the chance 0.2 a day, for 5 days. "
            "With which chance does the inflammation pass to a given neighbour?"
        ),
        unit="",
        decimals=2,
        tolerance=0.01,
        compute=lambda: float(_tissue().transmissibility(0.2, 5)),
        hint="1 - (1 - 0.2)^5: the neighbour escapes on one day with 0.8, on all five with 0.8^5; the opposite of that.",
        feedback={
            1.0: (
                0.005,
                "Five times 0.2 is 1, but chances do not add up like this: two hits count once, and none may come.",
            ),
            0.2: (0.005, "That is the chance on a single day. The cell has five."),
            0.8**5: (0.01, "That is the chance that the neighbour escapes on all five days."),
        },
    ),
    Task(
        id="03-cover",
        prompt=(
            "Lab. The tissue has T_m = 0.7 and its cells are inflamed for 5 days. Protected cells are attacked with a tenth "
            "of the chance per day. Which share of protected cells brings the mean T_m to one half?"
        ),
        unit="",
        decimals=3,
        tolerance=0.005,
        compute=lambda: _tissue().critical_cover(0.7, 5),
        hint=(
            "The chance per day b = 1 - 0.3^(1/5); for a protected cell T_p = 1 - (1 - b/10)^5; "
            "then c = (0.7 - 0.5)/(0.7 - T_p)."
        ),
        feedback={
            0.29: (0.006, "Protected cells were taken to be safe. They are attacked, too, only less."),
            lambda: (0.7 - 0.5) / (0.7 - 0.07): (
                0.0049,
                "A tenth was taken of T_m. It is the chance per day that falls to a tenth.",
            ),
            lambda: _tissue().critical_cover(0.8, 5): (0.01, "That is the answer for T_m = 0.8, the example above."),
        },
    ),
]
