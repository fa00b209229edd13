"""Questions of lesson 16, Other resets."""

import math
from functools import cache

from .choice import Choice, Option
from .task import Task


@cache
def share_needed(years: float = 5.0) -> float:
    """Return the least depth (logs) of a depletion of autoreactive cells alone that resets a patient ill for `years`."""
    from immunereset.engine import YEAR, simulate_cohort, threshold
    from immunereset.models.interventions import selective_depletion
    from immunereset.models.patients import is_reset, reference_patient
    from immunereset.models.tolerance import tolerance

    end, start = 10 * YEAR, reference_patient(years=years)

    def resets(k_s):
        protocol = selective_depletion()
        return is_reset(simulate_cohort(tolerance, len(k_s), end, protocol, start=start, points=[end], k_s=k_s))

    return threshold(resets, 0.0, 3.0)


def lowest_dose() -> float:
    """Return the least dose of CAR T cells (cells/mL) on the slider after which the disease stays away."""
    from immunereset.models.b_cell_reset import lowest_dose

    return math.ceil(20 * lowest_dose()) / 20


def lowest_reach() -> float:
    """Return the least reach of rituximab into the tissue, on the slider, after which the disease stays away."""
    from immunereset.models.b_cell_reset import lowest_reach

    return math.ceil(2000 * lowest_reach()) / 2000


def edge() -> float:
    """Return the share of naive B cells, in a million a day, above which turning ones bring the disease back."""
    from immunereset.models.b_cell_reset import edge_of_reseeding

    return 1e6 * edge_of_reseeding()


QUESTIONS = [
    Choice(
        id="16-two-patients",
        kind="prediction",
        wording="Day 90. The blood of both is nearly empty of B cells (we say empty below 5 per µL), and their antibody falls. What happens next?",
        options=[
            Option(
                "Both stay well: the blood is empty",
                "One falls ill while it is. Look at the tissue now: on day 90 the first patient had 7.4 memory B cells per "
                "µL there, and the second 0.35.",
                misconception="no B cells in the blood means that it worked",
            ),
            Option(
                "One falls ill when B cells return to the blood",
                "One does, but at this dose earlier: on day 103, and the blood still counts as empty until day 106. No B cell "
                "of the blood took part in it.",
                misconception="when B cells return, so does the disease",
            ),
            Option(
                "Both fall ill when B cells return to the blood",
                "Only one does, and before that day. In the other one the B cells that return are new and harmless.",
                misconception="when B cells return, so does the disease",
            ),
            Option(
                "One falls ill while the blood is still empty",
                "The disease is back on day 103, and the blood counts as empty until day 106. It was decided in the "
                "tissue, weeks before.",
                right=True,
            ),
        ],
    ),
    Task(
        id="16-dose",
        prompt="What is the lowest dose of CAR T cells on the slider after which the disease stays away?",
        unit="cells/mL",
        decimals=2,
        tolerance=0.02,
        compute=lowest_dose,
        hint="Find a dose that fails and a higher one that works, and halve the distance until they are neighbours.",
        feedback={
            4.3: (0.009, "At 4.30 the disease is back, if late. The lowest dose that works lies just above."),
            4.5: (0.05, "That one works, and so does a lower one. Halve the distance to 4.00."),
            4.0: (0.05, "That one fails. Halve the distance to 4.50."),
        },
    ),
    Choice(
        id="16-ten-times",
        kind="prediction",
        wording="One patient gets 5 CAR T cells per mL, another 50, ten times as many. In the first the blood is empty of B "
        "cells for 98 days. And in the second?",
        options=[
            Option(
                "About 110 days",
                "107 days. The cells multiply until they run out of prey and tire; how many they were at first hardly "
                "matters.",
                right=True,
            ),
            Option(
                "About 200 days",
                "It is 107 days. Cells that multiply make up for a low dose within days.",
                misconception="twice the effect for a much higher dose",
            ),
            Option(
                "About 1000 days",
                "It is 107 days. This is no drug that is used up: cells that multiply make up for a low dose within days.",
                misconception="ten times the dose, ten times the effect",
            ),
        ],
    ),
    Choice(
        id="16-rituximab",
        kind="prediction",
        wording="With a reach of 3 % the blood was empty until day 144, and the disease came back. A reach of 4 % is enough to "
        "keep it away. How long is the blood empty then?",
        options=[
            Option(
                "Longer",
                "Both empty it from day 1 to day 144, to the hour. What differs lies in the tissue, where nobody looked.",
                misconception="what works better shows it in the blood",
            ),
            Option(
                "Shorter",
                "Both empty it from day 1 to day 144, to the hour. What differs lies in the tissue, where nobody looked.",
            ),
            Option(
                "Just as long",
                "The two lines of blood lie on each other all the way, and one patient is ill and the other is not.",
                right=True,
            ),
        ],
    ),
    Task(
        id="16-reach",
        prompt="What is the least reach into the tissue, on the slider, with which one course of this drug still keeps the disease away?",
        unit="",
        decimals=4,
        tolerance=0.0003,
        compute=lowest_reach,
        hint="Between 0.03 and 0.04 the disease turns. Halve the distance until the two are neighbours on the slider.",
        feedback={
            0.0365: (0.0001, "At 0.0365 the disease comes back, if late. The least that works is the next one up."),
            0.035: (0.0004, "At 0.035 the disease comes back. Go a little higher."),
            0.04: (0.0005, "That is enough, and so is a little less."),
        },
    ),
    Choice(
        id="16-refilled",
        kind="prediction",
        wording="Day 111 after 50 CAR T cells per mL: B cells are back in the blood. What happens in the tissue within the year?",
        options=[
            Option(
                "Memory B cells return with them, and the disease too",
                "No memory B cell returns. What fills the blood comes new from the marrow and has met nothing yet.",
                misconception="when B cells return, so does the disease",
            ),
            Option(
                "A few memory B cells return, fewer than before",
                "None does. In this toy new B cells do not become autoreactive memory; look at the limits for what follows "
                "if they could.",
                misconception="everything comes back, only less of it",
            ),
            Option(
                "It stays empty",
                "The blood holds 234 B cells per µL after a year, nearly as in health, and the tissue no memory B cell. "
                "Refilled is not relapsed.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="16-antibody",
        kind="check",
        wording="In another patient a year after the same cells no memory B cell is left, and six tenths of the autoantibody are. "
        "What could lower it?",
        options=[
            Option(
                "More CAR T cells against CD19",
                "No dose reaches a cell without the target. Set the share to 0.6 and look: memory is gone, and the antibody stays.",
                misconception="a deeper treatment would take everything",
            ),
            Option(
                "A treatment that reaches the plasma cells",
                "They make it, and most of them carry no CD19. Teclistamab, below, and some CAR T cells aim at another "
                "mark, BCMA, which plasma cells carry.",
                right=True,
            ),
            Option(
                "Waiting: antibody fades",
                "What fades is made anew: after a year the line is level. It would fade if nobody made it.",
                misconception="antibody means B cells",
            ),
        ],
    ),
    Choice(
        id="16-guilty",
        kind="prediction",
        wording="Killing all kinds of cells alike, 99.6 % of them must go. How many must go if a drug hits autoreactive "
        "cells only?",
        options=[
            Option(
                "More than 99.6 %",
                "90 are enough. What makes it deep for the unselective treatment is what it does to the others.",
                misconception="a narrow weapon must hit harder",
            ),
            Option(
                "99.6 %, as before",
                "90 are enough. The autoreactive cells are the same; but now those that hold them stay in place.",
                misconception="only the number of guilty cells that are left counts",
            ),
            Option(
                "Nine of ten cells",
                "One log instead of 2.4: no empty space opens, and every regulatory cell stays in place.",
                right=True,
            ),
            Option(
                "Every second cell",
                "It comes back at once. 90 are needed, and 89 are not enough.",
                misconception="half the cells, half the disease",
            ),
        ],
    ),
    Choice(
        id="16-clones",
        kind="check",
        wording="A perfect drug of this kind removes every autoreactive cell that it recognises, and recognises four of five. "
        "What follows in the toy?",
        options=[
            Option(
                "The disease is milder by four fifths",
                "Effectors fall from 14 to 2.8, and a month later there are twice as many. There is no half reset.",
                misconception="a part of the effect for a part of the cells",
            ),
            Option(
                "The attack goes on",
                "The fifth that it does not see is above the threshold: effectors fall from 14 to 2.8 and stand at 11 after "
                "three months. How many clones a disease has, and how many of them are known, decides about such a drug.",
                right=True,
            ),
            Option(
                "It stays away: most of the attack is gone",
                "The fifth that it does not see is above the threshold. Set the slider to 80 of 100.",
                misconception="nearly is enough",
            ),
        ],
    ),
    Choice(
        id="16-tregs",
        kind="prediction",
        wording="No cell is removed. Once, 1000 regulatory cells are given for every µL of blood, sixteen times as many as it "
        "holds. What happens to the attack?",
        options=[
            Option(
                "It is over",
                "It falls by half and is nearly back after three months. The niche feeds only so many regulatory cells.",
                misconception="more regulation is always enough",
            ),
            Option(
                "It weakens for months",
                "Effectors fall from 14 to 7.5 in a month and are back at 13 after three. The niche feeds only so many "
                "regulatory cells, and memory is untouched.",
                right=True,
            ),
            Option(
                "It weakens for good",
                "For months only. What regulates their number, their niche, was not changed by giving more of them.",
                misconception="what is given stays",
            ),
            Option(
                "Nothing at all",
                "Effectors do fall, to half. It just does not last.",
            ),
        ],
    ),
    Choice(
        id="16-lymph-nodes",
        kind="prediction",
        wording="Doctors looked into the lymph nodes of 24 patients, before and after treatment. Twelve had antibodies (three "
        "kinds, rituximab among them). In how many of these twelve were the B cells of the lymph node gone?",
        options=[
            Option(
                "In all twelve",
                "It was 1 of 12; after CAR T cells it was 12 of 12.",
                misconception="empty blood is empty tissue",
            ),
            Option("In about half", "It was 1 of 12; after CAR T cells it was 12 of 12."),
            Option(
                "In a single patient",
                "And after CAR T cells 12 of 12. Nobody drew lots, and the groups differ in more.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="16-missing",
        kind="prediction",
        wording="A review gathered 114 patients with lupus who had CAR T cells. Of those whose course could be judged, every one "
        "was better: 45 of 45. What can be said of all 114?",
        options=[
            Option(
                "100 % were better",
                "Only if the 69 others were better, too. If none of them was, it is 39 %.",
                misconception="those who are not counted do not count",
            ),
            Option(
                "Between 92 and 100 % were better",
                "That is the interval of the 45, from chance alone. If none of the 69 others was better, it is 39 %.",
                misconception="an interval covers what is missing",
            ),
            Option(
                "At least 39 % were better",
                "45 of 114, if none of the 69 others was. Who is missing matters more here than chance does.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="16-supported",
        kind="check",
        wording="Which sentence do these pictures support?",
        options=[
            Option(
                "CAR T cells cure lupus: 8 of 8",
                "8 of 8 were in remission, without a comparison; the exact interval reaches down to 63 %. One patient with "
                "another disease, treated in the same place, relapsed after 9 months.",
                misconception="all of a few is all",
            ),
            Option(
                "CAR T cells work better than rituximab",
                "In lymph nodes they emptied more. Whether patients fare better is being asked by a trial that draws lots; "
                "no result was found.",
                misconception="deeper is better",
            ),
            Option(
                "In small groups all improved who could be judged; how many would have with another treatment nobody knows",
                "That is what a series can say. The next step are trials that draw lots, and they are under way.",
                right=True,
            ),
            Option(
                "45 of 45 means that no patient failed",
                "69 of the 114 patients are not counted in it. If all of them had failed, it would be 39 %.",
                misconception="those who are not counted do not count",
            ),
        ],
    ),
    Task(
        id="16-edge",
        prompt="How many in a million naive B cells may become autoreactive memory each day, before every reset is undone?",
        unit="",
        decimals=1,
        tolerance=0.4,
        compute=edge,
        hint="What memory loses and does not make by itself is d_M M − b M²/(h² + M²). Find its maximum below the ridge, and "
        "divide it by the 250 naive B cells per µL.",
        feedback={
            (lambda: 250 * edge()): (50, "That is for each µL. Divide by the naive B cells that could turn."),
        },
    ),
    Task(
        id="16-ten-years",
        prompt="The core patient has been ill for ten years instead of five. To how many logs must a treatment remove "
        "autoreactive cells alone?",
        unit="logs",
        decimals=2,
        tolerance=0.03,
        compute=lambda: share_needed(10.0),
        hint="Start from reference_patient(years=10) and ask as above.",
        feedback={
            (lambda: share_needed(5.0)): (
                0.03,
                "That is the depth after five years. Start from reference_patient(years=10).",
            ),
            (lambda: share_needed(1.0)): (0.03, "That is the depth after one year."),
        },
    ),
]
