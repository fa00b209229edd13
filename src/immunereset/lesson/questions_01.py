"""Questions of lesson 01, Cells as populations."""

import math
from functools import cache

from .choice import Choice, Option
from .task import Task


def _box():
    """Return the module of one box; importing it here keeps `check` quick to import."""
    from immunereset.models import one_box

    return one_box


def naive_half_life(rate: str) -> float:
    """Return the years in which naive cells halve: single cells ("delta") or, with division, all of them ("net")."""
    from immunereset.engine import YEAR

    naive = _box().NAIVE
    net = naive["delta"] - naive["rho"]
    return _box().half_life({"delta": naive["delta"], "net": net}[rate]) / YEAR


def least_step_that_never_settles(delta: float, longest: int = 25) -> int:
    """Return the least whole step (days) at which Euler's course of a box with loss `delta` never comes closer."""
    box = _box()
    for h in range(1, longest + 1):
        _, cells = box.euler(lambda t, N: 5.0 - delta * N, 0.0, h, 8 * h)
        settled = box.steady_number(5.0, delta)
        if abs(cells[-1] - settled) >= abs(cells[0] - settled) * (1 - 1e-9):
            return h
    return longest + 1


@cache
def half_full(k: float, **changes: float) -> float:
    """Return the day on which the space is half full again after a loss of `k` logs."""
    from immunereset.engine import YEAR, simulate
    from immunereset.models.homeostasis import depletion, homeostasis

    return simulate(homeostasis, 3 * YEAR, depletion(k), **changes).first_day_above("fullness", 0.5, after=0.5)


@cache
def depth_for_half(age: float, share: float = 50.0) -> float:
    """Return the logs after which `share` % of the cells that are there three years later descend from survivors."""
    from immunereset.engine import YEAR, simulate_cohort, threshold
    from immunereset.models.origins import loss_of_cells, origins

    def fewer(k):
        run = simulate_cohort(origins, len(k), 3 * YEAR, loss_of_cells(age=age), k=k, points=[3 * YEAR])
        return run["from before"][-1] < share

    return threshold(fewer, 0.0, 4.0, 0.005)


def more_division_for(level: float) -> float:
    """Return by how many per cent the naive cells of the published model must divide more often to settle at `level`."""
    naive = _box().NAIVE
    return 100.0 * ((naive["delta"] - naive["theta"] / level) / naive["rho"] - 1.0)


def years_to_a_tenth() -> float:
    """Return the years in which the thymic output falls to a tenth."""
    from immunereset.models.homeostasis import homeostasis

    return homeostasis.parameters["t_half"].value * math.log2(10.0)


QUESTIONS = [
    Choice("01-eighty", "prediction", "At 20 this person has 916 T cells per µL. How many at 80, with a fourteenth of the thymus?", [
        Option("65: a fourteenth", "There are 901. Even with fixed rates, where nothing answers the level, 166 would be left.",
               misconception="the number follows the inflow at once"),
        Option("About half", "There are 901. Something answers the loss, and more strongly than that.",
               misconception="a body makes up for a part of every loss"),
        Option("About 900: nearly as many", "901 of 916. And now look at the colours: they are not the same cells.", right=True),
        Option("More: old cells pile up", "There are 901. In a fuller vessel more cells are lost.",
               misconception="without inflow nothing leaves"),
    ]),
    Choice("01-twice", "prediction", "The tap brings 5 cells a day, or 10. With 10 the level ends twice as high. When is half of it reached?", [
        Option("Sooner with 10", "On day 6.9 with both. The larger tap has the higher level to fill.",
               misconception="a larger inflow settles faster"),
        Option("With both on the same day", "Day 6.9. Twice the tap, twice the way.", right=True),
        Option("Later with 10: it has further to go", "On day 6.9 with both. It has further to go, and more comes in.",
               misconception="a higher level takes longer"),
    ]),
    Task(
        id="01-half-life",
        prompt="The tap is closed and 15 % are lost per day. After how many days is half of the cells left?",
        unit="days",
        decimals=1,
        tolerance=0.1,
        compute=lambda: _box().half_life(0.15),
        hint="Move the drain to 15 % a day and read the verdict.",
        feedback={
            (lambda: _box().half_life(0.1)): (0.1, "That is the half-life at 10 % a day. Move the drain to 15 %."),
            (lambda: 1 / 0.15): (0.1, "That is the time constant: 37 % are left by then."),
            (lambda: math.log(0.5) / math.log(0.85)): (
                0.05, "That would be right if the loss came once a day. It goes on all day, from ever fewer cells."
            ),
            3.3: (0.1, "That would be right if the same number were lost every day. It is a share of those that are left."),
        },
    ),
    Choice("01-tap", "check", "In a steady state 2 cells per µL come in per day, and the time constant is 50 days. Nothing divides. Which sentence is right?", [
        Option("There are 100 cells per µL; after the tap is closed half are left after about 35 days", (
            "The loss is 1/50 per day, so the level is 2 × 50 = 100. The half-life is 0.693 × 50 days, about 35."), right=True),
        Option("There are 100 cells per µL; after the tap is closed none is left after 50 days", (
            "The level is right. But a share of what is left is lost: after 50 days 37 % are still there."),
            misconception="after one time constant all is gone"),
        Option("There are 25 cells per µL, since 50 / 2 = 25", (
            "Two cells a day that each stay 50 days make 100."), misconception="level and inflow are divided the wrong way"),
    ]),
    Choice("01-long-step", "prediction", "Steps of 23 days. The calculation swings about a level. Does it settle?", [
        Option("Yes, at 50, only later", "It never settles: 115, −34.5, 160, −93. Each step ends farther away.",
               misconception="a coarse calculation is a slow one"),
        Option("Yes, at a wrong level", "It never settles: 115, −34.5, 160, −93. (Where a calculation settles, the change is zero: that level is right.)",
               misconception="a coarse calculation ends at a wrong value"),
        Option("No, it never settles", "115, −34.5, 160, −93: each step ends farther away. No vessel can do that.", right=True),
    ]),
    Task(
        id="01-step",
        prompt=(
            "Set the drain to 25 % a day (under “More to move”). What is the shortest step, in whole days, at which Euler's swings do not "
            "become smaller?"
        ),
        unit="days",
        decimals=0,
        tolerance=0.5,
        compute=lambda: least_step_that_never_settles(0.25),
        hint="Move the step: the verdict changes where the swings stop to shrink.",
        feedback={
            20: (0.4, "That is the step at 10 % a day. A larger loss allows shorter steps only."),
            4: (0.4, "That is one time constant: with this step Euler arrives in a single jump. Swings need longer steps."),
            5: (0.4, "From there on Euler goes past the level, but the swings still become smaller."),
            9: (0.4, "With this step the swings grow. Is it the shortest at which they do not become smaller?"),
        },
    ),
    Choice("01-negative-drug", "check", (
        "A colleague simulates a drug that leaves the blood with a time constant of half a day. She uses Euler's method with "
        "steps of 2 days and finds negative amounts of drug. What is wrong?"), [
        Option("The model: a drug cannot be negative, so the equation must be false", (
            "The true course never falls below zero. What fell below zero is the *calculation*."),
            misconception="a wrong result means a wrong model"),
        Option("The step: it is four time constants long, and beyond two the swings grow", (
            "What counts is the step compared with the time constant, not the step in days."), right=True),
        Option("Nothing serious: she should set negative amounts to zero and go on", (
            "That hides the only visible sign. The amounts above zero are just as wrong."),
            misconception="only impossible values are wrong"),
    ]),
    Choice("01-five-per-cent", "prediction", "400 naive cells per µL, in balance. From today on they divide 5 % more often. Where does the number go in the end, however long that takes?", [
        Option("To about 420", "It goes to 941. The 5 % are 5 % of a large flow, and only a small difference of two flows held the level.",
               misconception="a small change has a small effect"),
        Option("To about 440", "It goes to 941. The 5 % are 5 % of a large flow, and only a small difference of two flows held the level.",
               misconception="a small change has a small effect"),
        Option("To more than 900", "To 941, long after a lifetime: at 80 there are 684. The 5 % are 5 % of a large flow, and only a small difference of two flows held the level.", right=True),
        Option("It grows without end", "Not yet: it goes to 941. From 8.7 % more on it has no end.",
               misconception="every growth of a rate runs away"),
    ]),
    Task(
        id="01-double",
        prompt="By how many per cent must these cells divide more often to settle at 800 instead of 400?",
        unit="%",
        decimals=1,
        tolerance=0.2,
        compute=lambda: more_division_for(800.0),
        hint="Move the slider until the verdict says 800, or near it.",
        feedback={
            100.0: (1, "Twice the division is far more than the loss: the number has no end."),
            5.0: (0.1, "With 5 % more it goes to 941."),
        },
    ),
    Choice("01-two-months", "prediction", "After a loss of 2 logs half of the space is filled again in about a year. After 3 logs ten times fewer are left. How long now?", [
        Option("Ten times as long, more than the three years shown", "Day 432, not 377. The more cells there are, the more they make; and newcomers come whatever was lost.",
               misconception="ten times fewer cells need ten times as long"),
        Option("About eight months longer", "Day 432, not 377: two months. Without a thymus you would be right, for then doubling is all there is. But newcomers come, too.",
               misconception="each log costs the same number of doublings"),
        Option("About two months longer", "Day 432, not 377. When hardly any cell is left, the newcomers are the start.", right=True),
    ]),
    Task(
        id="01-survivors",
        prompt="A person of 60 loses cells. At which depth do half of those that are there three years later descend from survivors?",
        unit="logs",
        decimals=1,
        tolerance=0.1,
        compute=lambda: depth_for_half(60.0),
        hint="Set the age to 60 under “More to move”, then move the depth until the verdict says 50 %.",
        feedback={
            (lambda: depth_for_half(30.0)): (0.14, "That is the depth at 30. Set the age to 60."),
            (lambda: depth_for_half(80.0)): (0.14, "That is the depth at 80. Set the age to 60."),
        },
    ),
    Choice("01-why-this-number", "check", "In a person of 30 the number comes back to about 910 cells per µL, whatever was lost. Why to this number?", [
        Option("The body remembers the number it had before", "Nothing in the model remembers. Start with 10 or with 2000 cells: the end is the same.",
               misconception="a level needs a memory"),
        Option("The thymus stops when there are enough cells", "The thymus of this model does not notice the number at all.",
               misconception="the inflow is the regulator"),
        Option("Below it more cells are made than lost, above it more are lost than made",
               "That is feedback: the loss per cell grows with fullness. Made and lost are equal just above 900, for the thymus adds a little to division.", right=True),
    ]),
    Choice("01-thymus-removed", "check", "The thymus of a person of 40 is removed. What does the model predict for the next years?", [
        Option("The count hardly changes; but after a heavy loss of T cells it comes back later than before",
               "Space keeps the level. The thymus matters when few cells are left.", right=True),
        Option("Nothing changes, so an adult's thymus is useless",
               "The *count* hardly changes. But no newcomers come, with new kinds of T cell, and after a heavy loss it takes longer.",
               misconception="the same count is the same health"),
        Option("The count rises: the remaining cells divide more to make up for the loss",
               "In the model the share that divides is fixed. A little less is lost, which nearly makes up for the missing newcomers.",
               misconception="making up means making more than before"),
    ]),
    Choice("01-width", "prediction", "The toy has 910 cells per µL at 30. In which range do 95 of 100 healthy adults have theirs?", [
        Option("About 800 to 1000", "From 396 to 1309 in one study, from 479 to 1792 in another. That *your* count stays does not mean that all have the same.",
               misconception="a regulated number is the same in everybody"),
        Option("About 600 to 1200", "Wider: from 396 to 1309 in one study, from 479 to 1792 in another.",
               misconception="a regulated number is nearly the same in everybody"),
        Option("About 400 to 1300", "From 396 to 1309 in one study, from 479 to 1792 in another.", right=True),
        Option("About 50 to 3000", "Narrower: from 396 to 1309 in one study, from 479 to 1792 in another.",
               misconception="a count can be anything"),
    ]),
    Choice("01-normal-again", "check", "Three years after a treatment that removes T cells a patient's count is normal again. What follows for where these cells come from?", [
        Option("They descend from cells that survived", "They may. In the model survivors give 43 % of them after 2 logs, 7 % after 3, at the same count.",
               misconception="cells come back as they were"),
        Option("They are new, from the thymus", "They may be. In the model survivors give 43 % of them after 2 logs, 7 % after 3, at the same count.",
               misconception="what grows back is new"),
        Option("Nothing: the count fits both", "The same number, 908, stands after 2 and after 3 logs. What tells the two apart, lesson 8 shows.", right=True),
    ]),
    Task(
        id="01-naive",
        prompt=(
            "In the published model naive cells are lost at 0.00100 per day and divide at 0.00092 per day. Now the thymus "
            "is gone. In how many years does their number halve?"
        ),
        unit="years",
        decimals=1,
        tolerance=0.2,
        compute=lambda: naive_half_life("net"),
        hint="The net loss is 0.00100 − 0.00092 = 0.00008 per day. Divide 0.693 by it, then by 365 days a year.",
        feedback={
            (lambda: naive_half_life("delta")): (
                0.1, "That is how long a cell lasts. Most of the cells that are lost are replaced by division."
            ),
            (lambda: naive_half_life("net") / math.log(2.0)): (
                0.2, "That is the time constant. The half-life is shorter, by the factor 0.693."
            ),
        },
    ),
    Task(
        id="01-no-thymus",
        prompt=(
            "A person of 30 has no thymus (θ₂₀ = 0) and loses 2.5 logs of T cells. "
            "On which day is half of the space filled again?"
        ),
        unit="days",
        decimals=0,
        tolerance=3,
        compute=lambda: half_full(2.5, theta_20=0.0),
        hint="Give the run k=2.5 and theta_20=0.",
        feedback={
            (lambda: half_full(2.5)): (3, "That is the day with a thymus. Set θ₂₀ to 0."),
            (lambda: half_full(2.0, theta_20=0.0)): (3, "That is the day after 2 logs. Set the loss to 2.5."),
            (lambda: half_full(3.0, theta_20=0.0)): (3, "That is the day after 3 logs. Set the loss to 2.5."),
        },
    ),
    Task(
        id="01-tenth",
        prompt="In the model the output of the thymus halves every 15.7 years. In how many years does it fall to a tenth?",
        unit="years",
        decimals=1,
        tolerance=0.4,
        compute=years_to_a_tenth,
        hint="A tenth is ln 10 / ln 2 = 3.32 halvings (on a calculator: the key ln, twice). 15.7 × 3.32.",
        feedback={
            (lambda: 5 * years_to_a_tenth() / math.log2(10.0)): (
                0.2, "A tenth is not five halvings: halving five times leaves 1/32."
            ),
            (lambda: 1.8 * years_to_a_tenth() / math.log2(10.0)): (
                0.2, "That would be right if the thymus lost the same amount every year. It loses a share of what is left."
            ),
            (lambda: years_to_a_tenth() * math.log(2.0)): (
                0.2, "You have used the half-life as if it were the time constant. Count halvings."
            ),
        },
    ),
]  # fmt: skip
