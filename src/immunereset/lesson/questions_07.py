"""Questions of lesson 07, Immune reset."""

from functools import cache

from .choice import Choice, Option
from .task import Task


def relapse_day(k: float) -> float:
    """Return the day on which effectors of the reference patient rise above the active level after depth `k`."""
    import numpy as np

    from immunereset.engine import YEAR, simulate
    from immunereset.models.interventions import transplant
    from immunereset.models.patients import reference_patient
    from immunereset.models.tolerance import ACTIVE, tolerance

    days = np.arange(0.0, YEAR + 1.0)
    run = simulate(tolerance, YEAR, transplant(), start=reference_patient(), points=days, k=k)
    return run.first_day_above("E", ACTIVE, after=0.5)


@cache
def depth(Delta_R: float = 0.0, drug_days: float = 0.0, **changes: float) -> float:
    """Return k* of the reference patient, with regulatory cells spared or a drug of strength 0.7 from day 0."""
    from immunereset.models.interventions import drug, transplant
    from immunereset.models.patients import reset_depth

    protocol = transplant() + drug(0.7, 0.0, drug_days) if drug_days else transplant()
    return reset_depth(protocol, Delta_R=Delta_R, **changes)


def selective_depth() -> float:
    """Return the least selective depletion of autoreactive cells (logs) that resets the reference patient."""
    from immunereset.engine import YEAR, simulate_cohort, threshold
    from immunereset.models.interventions import selective_depletion
    from immunereset.models.patients import is_reset, reference_patient
    from immunereset.models.tolerance import tolerance

    end = 10 * YEAR

    def resets(k_s):
        patients = len(k_s)
        protocol, start = selective_depletion(), reference_patient()
        return is_reset(simulate_cohort(tolerance, patients, end, protocol, start=start, points=[end], k_s=k_s))

    return threshold(resets, 0.0, 3.0)


@cache
def last_start() -> float:
    """Return the last day on which a month of a drug of strength 0.7 still saves the reference patient at 2.40 logs."""
    import numpy as np

    from immunereset.engine import YEAR, simulate_cohort
    from immunereset.models.interventions import drug, transplant
    from immunereset.models.patients import is_reset, reference_patient
    from immunereset.models.tolerance import tolerance

    days, end = np.arange(0.0, 131.0), 10 * YEAR
    protocol = transplant(k=2.4) + drug(0.7, duration=30.0)
    start = reference_patient()
    run = simulate_cohort(tolerance, len(days), end, protocol, start=start, points=[end], drug_start=days)
    return float(days[is_reset(run)].max())


QUESTIONS = [
    Choice(
        id="07-two-logs",
        kind="prediction",
        wording="One week removes 99 of every 100 cells, good and bad alike. What do you find five years later?",
        options=[
            Option(
                "The disease is gone",
                "You expected it to be gone, and it is at least as strong as before. 99 % sounds like nearly all; one in "
                "100 of many cells is enough to start again.",
                misconception="removing nearly all cells is enough",
            ),
            Option(
                "It is milder",
                "You expected it to be milder, and it is at least as strong as before. That would be so if cells only became "
                "fewer. But they multiply, until they reach the same level.",
                misconception="what is left stays as it is",
            ),
            Option(
                "It is at least as strong as before", "One in 100 of many cells is enough to start again.", right=True
            ),
        ],
    ),
    Task(
        id="07-k-star",
        prompt=("What is the threshold, the least depth after which the disease stays away?"),
        unit="logs",
        decimals=2,
        tolerance=0.03,
        compute=depth,
        hint=(
            "Find two depths, one after which the disease comes back and one after which it stays away. Try "
            "the depth "
            "halfway between them, and repeat until the two are 0.05 apart. The answer is the one that stays away."
        ),
        feedback={
            2.4: (0.009, "2.40 still relapses, though late. The least depth that resets lies a little above it."),
            2.5: (0.02, "2.50 resets, and so does a depth below it. Try 2.45."),
            (lambda: 10.0 ** -depth()): (
                0.002,
                "That is the share of cells that survive at the threshold. The depth is minus its logarithm "
                "to base 10.",
            ),
        },
    ),
    Task(
        id="07-relapse-day",
        prompt=(
            "Conditioning to a depth of 2.40 logs. On which day after the treatment "
            "do effectors rise above 2 cells/µL again?"
        ),
        unit="days",
        decimals=0,
        tolerance=3,
        compute=lambda: relapse_day(2.4),
        hint="Set the depth to 2.40; the sentence above the picture names the day.",
        feedback={
            (lambda: relapse_day(2.0)): (3, "That is the day at a depth of 2.0. Move the depth to 2.40."),
            (lambda: relapse_day(2.35)): (3, "That is the day at a depth of 2.35. Move the depth to 2.40."),
        },
    ),
    Choice(
        id="07-who-relapses",
        kind="prediction",
        wording="No effector in either drop. Who will relapse?",
        options=[
            Option(
                "Patient A",
                "Patient A it is. But nothing in these drops says so: chance alone moves such counts by more "
                "than one cell.",
                misconception="more cells back are more attackers back",
            ),
            Option(
                "Patient B",
                "It is patient A. But nothing in these drops says so: chance alone moves such counts by more "
                "than one cell.",
                misconception="fewer cells back mean a weaker recovery",
            ),
            Option(
                "It cannot be told from these drops",
                "One drop in 6 of A holds an effector and one in 9 of B. No drop shows it, and it decides the"
                " next five years.",
                right=True,
            ),
            Option(
                "Neither",
                "Patient A does, on day 98. An empty drop is not an empty body: one drop in 6 of A holds an "
                "effector, and one in 9 of B.",
                misconception="what is not seen in the blood is gone",
            ),
        ],
    ),
    Choice(
        id="07-why-threshold",
        kind="check",
        wording="Why does the disease stay away at 2.45 logs and not at 2.40?",
        options=[
            Option(
                "The last effector has died",
                "At both depths effectors and memory cells survive. A reset does not need the last cell to die.",
                misconception="a reset is a clean slate",
            ),
            Option(
                "Regulatory cells are back while effectors are still few, so the ridge passes the ball",
                "At 2.40 logs the healthy valley opens, too, but the ball already lies too far beyond its ridge.",
                right=True,
            ),
            Option(
                "There is no empty space in which memory could grow",
                "The space is a little emptier, and memory does grow in it.",
            ),
            Option(
                "The model holds the rule “reset from 2.44 on”",
                "The treatment only multiplies four numbers. The threshold comes out of the flows, so it "
                "moves when a flow changes.",
                misconception="a model contains its result",
            ),
        ],
    ),
    Task(
        id="07-last-start",
        prompt=("What is the last day on which you can start the drug and the disease stays away?"),
        unit="days",
        decimals=0,
        tolerance=0.5,
        compute=last_start,
        hint=(
            "Find a first day that saves and a later one that does not; halve the distance until they are neighbours."
        ),
        feedback={
            (lambda: relapse_day(2.4)): (
                1,
                "That is about the day on which the disease counts as active. It is decided before. Try earlier days.",
            ),
            95: (0.4, "On day 95 it is just too late. The last day that saves lies before it."),
            93: (0.4, "Day 93 saves, and so does a later day. Move the first day up until it fails."),
            60: (0.5, "Day 60 saves, and so do later days. Move the first day up until it fails."),
            83: (
                1,
                "On that day a healthy valley opens by itself. The drug can be later. Move the first day up "
                "until it fails.",
            ),
        },
    ),
    Choice(
        id="07-half-a-log",
        kind="prediction",
        wording=(
            "Regulatory cells are spared by half a log, or memory cells have a sanctuary, a place where the "
            "treatment is half a log weaker. Which moves the threshold more?"
        ),
        options=[
            Option(
                "The spared regulatory cells",
                "The sanctuary moves it nearly twice as far. A head start is soon used up, but additional "
                "memory divides as long as there is space.",
                misconception="a log is a log, and regulatory cells hold the rest",
            ),
            Option(
                "The sanctuary of memory",
                "It moves the threshold nearly twice as far. A head start is soon used up, but additional "
                "memory divides as long as there is space.",
                right=True,
            ),
            Option(
                "Both alike, in opposite directions",
                "The sanctuary moves it nearly twice as far. Half a log is the same only if the cells are the same.",
                misconception="a log is a log",
            ),
        ],
    ),
    Task(
        id="07-sparing",
        prompt=(
            "A treatment spares regulatory cells by half a log: about three times as many of them survive as of the "
            "other cells. Where is the threshold now?"
        ),
        unit="logs",
        decimals=2,
        tolerance=0.03,
        compute=lambda: depth(0.5),
        hint="Set “regulatory cells spared” to 0.5, leave the rest as it is, and search for the threshold as before.",
        feedback={
            2.2: (0.009, "At 2.20 it comes back. Record the least depth on the slider after which it stays away."),
            2.3: (0.009, "2.30 resets, and so does a depth below it. Try 2.25, and record two decimals."),
            (lambda: depth()): (
                0.03,
                "That is the threshold without sparing. Set “regulatory cells spared” to 0.5 and search again.",
            ),
            (lambda: depth() - 0.5): (
                0.03,
                "Half a log spared does not take half a log off the threshold: memory cells are not spared, and the "
                "race is only partly won by a head start. Search with “regulatory cells spared” at 0.5.",
            ),
            (lambda: depth(-1.0)): (
                0.03,
                "That is the threshold when one log more of the regulatory cells is killed. Here they are "
                "spared by half a log.",
            ),
        },
    ),
    Choice(
        id="07-newcomers",
        kind="prediction",
        wording=(
            "Of 100 newcomers from the thymus 94 are conventional and 6 regulatory. Without one kind, "
            "conditioning must be deeper. Which kind matters more?"
        ),
        options=[
            Option(
                "Regulatory newcomers",
                "Without them the threshold hardly rises: survivors divide and fill their own space. It is "
                "the conventional ones that matter.",
                misconception="regulation needs new regulators",
            ),
            Option(
                "Conventional newcomers",
                "They take the space that memory would fill. Without them memory grows to eight times as much.",
                right=True,
            ),
            Option(
                "Both alike",
                "Without regulatory newcomers the threshold rises by 0.1, without conventional ones by 1.1.",
            ),
            Option(
                "Neither",
                "Without conventional newcomers the threshold rises by more than a whole log.",
                misconception="only the survivors count",
            ),
        ],
    ),
    Choice(
        id="07-stem-cells-cure",
        kind="check",
        wording="An advertisement says: “Your own stem cells cure your autoimmune disease.” What do you answer?",
        options=[
            Option(
                "Right: without stem cells there would be no reset",
                "The toy has none and resets. Some patients of Brodsky’s series had none and went into "
                "remission. Without stem cells the patient would be in danger, which is a different thing.",
                misconception="the stem cells do the curing",
            ),
            Option(
                "Not shown: they let the patient survive; conditioning may reset",
                "That is what the toy and a small series support. In the toy, the T cells that travel with "
                "the stem cells even carry the disease back.",
                right=True,
            ),
            Option(
                "Right: they are the patient’s own, so they must be tolerant",
                "The patient’s own T cells are the ones that attack. See the unpurged graft.",
                misconception="one’s own cells are harmless",
            ),
            Option(
                "The model proves that stem cells can be left out",
                "It has no neutrophils, no platelets, no infections of a patient without blood cells. It "
                "cannot speak about leaving the rescue out.",
                misconception="a model without a part shows that the part is not needed",
            ),
        ],
    ),
    Choice(
        id="07-step-or-slope",
        kind="prediction",
        wording="How does the share in whom the disease stays away depend on the depth?",
        options=[
            Option(
                "A step from none to all",
                "A group has no single threshold: each patient has their own, and infections add chance. With"
                " differences, scatter and infections at 0 the step comes back.",
                misconception="what holds for one holds for the group",
            ),
            Option(
                "A slope that does not quite reach all",
                "Each patient turns at a depth of their own, and an infection can bring the disease back at any depth.",
                right=True,
            ),
            Option(
                "A straight line",
                "It is steep where most thresholds lie and flat beyond.",
                misconception="more is always better by as much",
            ),
        ],
    ),
    Choice(
        id="07-as-before",
        kind="prediction",
        wording="Five years after a reset by 3 logs, which infection of ten days brings the disease back?",
        options=[
            Option(
                "One of strength 13 or more, too",
                "About 8 is enough. Memory that the week left is held back by regulatory cells, not gone.",
                misconception="after a reset you are as before the illness",
            ),
            Option(
                "A weaker one",
                "About 8 is enough. Memory that the week left is held back by regulatory cells, not gone.",
                right=True,
            ),
            Option(
                "Only a stronger one",
                "About 8 is enough. Regulatory cells come back to their old number, not beyond; memory is left.",
                misconception="a reset immune system is a stronger one",
            ),
        ],
    ),
    Choice(
        id="07-deaths",
        kind="prediction",
        wording="34 patients with systemic sclerosis had irradiation, cyclophosphamide and antibodies against T cells. "
        "How many died of the treatment?",
        options=[
            Option("None", "It was 8, about one in four. A later study of nearly the same treatment had 1 of 36."),
            Option("One", "It was 8, about one in four. A later study of nearly the same treatment had 1 of 36."),
            Option("Three", "It was 8, about one in four. A later study of nearly the same treatment had 1 of 36."),
            Option("Eight", "About one in four. A later study of nearly the same treatment had 1 of 36.", right=True),
        ],
    ),
    Choice(
        id="07-supported",
        kind="check",
        wording="Which sentence do these pictures support?",
        options=[
            Option(
                "MIST proves that a transplant beats every drug",
                "The drugs that it was compared with left out two of the strongest. Against these two, the "
                "London cohort showed no difference in disability.",
                misconception="one trial settles all comparisons",
            ),
            Option(
                "NEDA of 67 % (59 to 70): the truth lies between 59 and 70 with a chance of 95 %",
                "This bracket is the range of the studies, lowest to highest. It is no confidence interval.",
                misconception="every bracket is a confidence interval",
            ),
            Option(
                "Many patients with relapsing multiple sclerosis had no event for years; how many depends on "
                "event and time",
                "Group, event and time belong to every such number, and so does its interval.",
                right=True,
            ),
            Option(
                "Deeper conditioning gave more cures",
                "No row measures depth, and the studies differ in much besides. Deaths from the treatment are"
                " the other side of the scale.",
                misconception="deeper is better",
            ),
        ],
    ),
    Task(
        id="07-selective",
        prompt=(
            "An imagined treatment removes autoreactive memory and effector cells and nothing else. To how many logs "
            "must it remove them to reset the reference patient?"
        ),
        unit="logs",
        decimals=2,
        tolerance=0.05,
        compute=selective_depth,
        hint=(
            "Ask is_reset after selective_depletion() with several values of k_s, and let threshold() find the change."
        ),
        feedback={
            (lambda: depth()): (
                0.05,
                "That is the threshold when every kind of cell is removed. Here conventional and regulatory "
                "cells stay.",
            ),
            0.1: (
                0.02,
                "That is the share that may survive. The depth is minus its logarithm to base 10.",
            ),
        },
    ),
    Task(
        id="07-no-thymus",
        prompt=(
            "What is the least depth that resets the reference patient if the thymus makes no new cells (theta_20 = 0)?"
        ),
        unit="logs",
        decimals=2,
        tolerance=0.03,
        compute=lambda: depth(theta_20=0.0),
        hint="Call reset_depth with theta_20=0 and change nothing else.",
        feedback={
            (lambda: depth()): (0.03, "That is the threshold with the thymus of a 30-year-old. Set theta_20 to 0."),
        },
    ),
    Task(
        id="07-floor",
        prompt=(
            "Regulatory cells are spared by 1 log, and a drug of strength 0.7 is taken for 365 days from the "
            "transplant "
            "on. What is the least depth that resets the reference patient?"
        ),
        unit="logs",
        decimals=2,
        tolerance=0.03,
        compute=lambda: depth(1.0, 365.0),
        hint="Join the drug to the transplant with +, and give Delta_R to reset_depth as well.",
        feedback={
            (lambda: depth(1.0)): (
                0.015,
                "That is the threshold with sparing alone. Join the drug to the transplant with +.",
            ),
        },
    ),
]
