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


def years_to_a_tenth() -> float:
    """Return the years in which the thymic output falls to a tenth."""
    from immunereset.models.homeostasis import homeostasis

    return homeostasis.parameters["t_half"].value * math.log2(10.0)


QUESTIONS = [
Choice(id="01-tap", kind="check", wording=(
"In a steady state 2 cells per µL come in per day, and the time constant is 50 days. Nothing "
"divides. Which sentence is right?"
), options=[Option((
"There are 100 cells/µL, and after the tap is closed half of them are left after about 35 days"
), (
"The loss is 1/50 per day, so $N^* = 2 \\times 50 = 100$. The half-life is $0.693 \\times 50$ "
"days, about 35."
), right=True),
Option("There are 100 cells/µL, and after the tap is closed none is left after 50 days", (
"The level is right. But a box that loses a *share* of what is left is not empty then: 37 % are "
"left."
)),
Option("There are 25 cells/µL, since 50 / 2 = 25", (
"Check the units: cells per day times days gives cells. Two cells a day that each stay 50 days "
"make 100."
)),]),
    Task(
        id="01-half-life",
        prompt="A box has no influx and no division. It loses cells at the rate δ = 0.05 per day. What is the half-life?",
        unit="days",
        decimals=1,
        tolerance=0.1,
        compute=lambda: _box().half_life(0.05),
        hint="Half-life = 0.693/δ. Divide 0.693 by 0.05.",
        feedback={
            10.0: (0.05, "That would be right if the box lost the same number of cells every day. It loses a share of "
                         "those that are left, so fewer and fewer."),
            20.0: (0.05, "That is the time constant, 1/δ. In this time more than half of the cells are lost."),
            (lambda: math.log(0.5) / math.log(0.95)): (
                0.05, "That is the answer if 5 % are taken away once a day, in one piece. Here the loss goes on all day."
            ),
        },
    ),
Choice(id="01-negative-drug", kind="check", wording=(
"A colleague simulates a drug that leaves the blood with a time constant of half a day. She "
"uses Euler's method with steps of 2 days and finds negative amounts of drug. What is wrong?"
), options=[Option("The model: a drug cannot be negative, so the equation must be false", (
"The exact course of a box that only loses never falls below zero. What fell below zero is the "
"*calculation*."
)),
Option("The step: it is four time constants long, and beyond two the swings grow", (
"$\\delta$ is 1/0.5 = 2 per day, so $h\\,\\delta = 2 \\times 2 = 4$. What counts is the step "
"compared with the time constant, not the step in days."
), right=True),
Option("Nothing serious: she should set negative amounts to zero and go on", "That hides the only visible sign. The amounts above zero are just as wrong."),]),
Choice(id="01-why-this-number", kind="check", wording=(
"In the model of a person of 30 the number comes back to about 910 cells/µL, whatever was lost. "
"Why to this number?"
), options=[Option("The body remembers the number it had before", "Nothing in the equation remembers. Start with 10 or with 2000 cells: the end is the same."),
Option("The thymus stops when there are enough cells", (
"In this model the thymus does not notice the number at all: its line in the lower chart does "
"not bend when the space fills."
)),
Option("Below it more cells are made than lost, above it more are lost than made", (
"That is feedback: the loss per cell grows with fullness. Made and lost are equal just above "
"$K$, because the thymus adds a little to division."
), right=True),]),
    Task(
        id="01-recovery",
        prompt="A person of 60 loses 3 logs of T cells. On which day is half of the space filled again?",
        unit="days",
        decimals=0,
        tolerance=3,
        compute=lambda: half_full(3.0, age=60),
        hint="In the live figure set the loss to 3.0 logs and the age to 60, and leave the rest; the sentence names the day.",
        feedback={
            (lambda: half_full(3.0)): (3, "That is the day at age 30. Set the age to 60."),
            (lambda: half_full(3.0, theta_20=0.0)): (3, "That is the day without a thymus. Set it back to 0.16."),
        },
    ),
Choice(id="01-thymus-removed", kind="check", wording=(
"The thymus of a person of 40 is removed. What does the model of the shared space predict for "
"the next years?"
), options=[Option((
"The count hardly changes; but after a heavy loss of T cells it comes back later than before"
), (
"Space keeps the level. The thymus matters when few cells are left, as in the live figure with "
"$\\theta_{20} = 0$."
), right=True),
Option("Nothing changes, so an adult's thymus is useless", (
"The *count* hardly changes. But no new kinds of T cell are made, and recovery after a heavy "
"loss is slower."
)),
Option("The count rises: the remaining cells divide more to make up for the loss", (
"In the model the share that divides is fixed. A little less is lost, just enough to make up "
"for the missing newcomers."
)),]),
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
        hint="In the live figure set the loss to 2.5 logs and the thymus to 0; the sentence names the day.",
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
    Task(
        id="01-step",
        prompt=(
            "The loss is δ = 0.25 per day. What is the shortest step, in whole days, at which Euler's swings do not "
            "become smaller?"
        ),
        unit="days",
        decimals=0,
        tolerance=0.5,
        compute=lambda: least_step_that_never_settles(0.25),
        hint="The swings keep their height when h times δ is 2. Divide 2 by 0.25.",
        feedback={
            20: (0.4, "That is the step for δ = 0.10. A larger loss allows shorter steps only."),
            4: (0.4, "That is one time constant: with this step Euler arrives in a single jump. Swings need longer steps."),
            5: (0.4, "From there on Euler goes past the level, but the swings still become smaller."),
            9: (0.4, "With this step the swings grow. One day less, and they just keep their height."),
        },
    ),
]  # fmt: skip
