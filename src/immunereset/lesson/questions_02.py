"""Questions of lesson 02, Tolerance, and how it is lost."""

import math
from functools import cache

from .choice import Choice, Option
from .task import Task


@cache
def fewest_regulatory(M: float = 0.08) -> float:
    """Return the fewest regulatory cells (per µL) with which a person with `M` memory cells has a healthy valley."""
    from immunereset.engine import threshold
    from immunereset.models.memory_threshold import memory_threshold

    return threshold(lambda R: memory_threshold(R) > M, 1.0, 60.0, 0.01)


@cache
def shortest_infection(K_R: float) -> float:
    """Return the days from which on an infection of strength 10 leaves a lasting disease."""
    from immunereset.engine import threshold
    from immunereset.models.interventions import infection
    from immunereset.models.onset import ends_ill

    return threshold(lambda days: ends_ill(infection(), I_0=10.0, infection_days=days, K_R=K_R), 1.0, 42.0, 0.02)


QUESTIONS = [
    Choice(
        id="02-p-and-q",
        kind="prediction",
        wording="Strength 10 for 10 days (P), or 3 for 28 days (Q): who is ill a year later?",
        options=[
            Option(
                "P: it was stronger",
                "P led on day 10, by 1.31 to 0.32. Then the infection was over, and below the ridge the response ends.",
                misconception="the strongest infection is the worst",
            ),
            Option(
                "Q: it lasted longer",
                "Q was still being pushed when P had begun to fall, and so got past the ridge.",
                right=True,
            ),
            Option(
                "Both: awake is awake",
                "P is well again: below the ridge the response ends.",
                misconception="once such cells are awake they stay awake",
            ),
            Option(
                "Neither: no germ, no illness",
                "Q is ill: past the ridge no germ is needed.",
                misconception="without its trigger a response always ends",
            ),
        ],
    ),
    Choice(
        id="02-crossings",
        kind="prediction",
        wording="From hardly any effectors to very many: how often do gain and loss cross?",
        options=[
            Option(
                "Once",
                "One crossing is one answer for everybody. Then P and Q could not have ended differently.",
                misconception="health is the only balance",
            ),
            Option(
                "Twice",
                "After the second crossing an attack would grow for ever. It cannot: only so many T cells fit on a presenting cell.",
                misconception="an attack grows without end",
            ),
            Option(
                "Three times", "Health, ridge, disease. Two balances that hold, and between them one that does not.",
                right=True,
            ),
        ],
    ),
    Task(
        id="02-fewest",
        prompt=(
            "Move the regulatory cells and leave memory and infection as they were. What is the smallest number on the "
            "slider that still leaves a healthy valley?"
        ),
        unit="cells/µL",
        decimals=1,
        tolerance=0.3,
        compute=lambda: math.ceil(fewest_regulatory() / 0.5) * 0.5,  # the slider moves in steps of 0.5
        hint="Look for two neighbouring steps of the slider, one with three crossings and one with a single one.",
        feedback={
            12.5: (0.05, "That is the first step without a healthy valley. The fewest that still leave one are a step more."),
            30.0: (0.05, "At 30 there are three crossings. Go on until two of them meet."),
        },
    ),
    Choice(
        id="02-stays-well",
        kind="check",
        wording="Why does a healthy person with some autoreactive effectors stay well, in this model?",
        options=[
            Option(
                "The thymus has removed every cell that could attack",
                "Autoreactive cells are there all the time: the first crossing lies above zero. Tolerance here is a "
                "brake, not an absence of attackers.",
                misconception="healthy means no attackers",
            ),
            Option(
                "A few more effectors do too little damage to overcome the brake, so they die faster than they are made",
                "The loop needs enough effectors to feed itself, and regulatory cells raise the number that is needed. "
                "Below it the loop starves.",
                right=True,
            ),
            Option(
                "Regulatory cells kill the effectors",
                "Each effector is lost at the same rate, however many regulatory cells there are: the dotted line does "
                "not move. They lower what is gained.",
                misconception="regulatory cells kill",
            ),
            Option(
                "The effectors have become used to the tissue",
                "Nothing in the model makes an effector tired or used to anything. With fewer regulatory cells the same "
                "effectors multiply.",
                misconception="effectors get used to the tissue",
            ),
        ],
    ),
    Task(
        id="02-shortest",
        prompt=(
            "The brake is normal (100 %) and the infection has strength 10. "
            "What is the shortest infection, in whole days, after which the disease stays?"
        ),
        unit="days",
        decimals=0,
        tolerance=0.5,
        compute=lambda: math.ceil(shortest_infection(10.0)),
        hint="Move the length of the infection one day at a time, and read the sentence above the figure.",
        feedback={
            11: (0.2, "An infection of 11 days fades, if only just. Try one more day."),
            10: (0.2, "Ten days fade: that was the infection of P. Go on from there."),
            14: (0.2, "Fourteen days leave the disease, and so does a shorter infection. Go down day by day."),
        },
    ),
    Choice(
        id="02-flat",
        kind="prediction",
        wording="A healthy person is given 1.65 effectors per µL, once. There is no infection. What do you find after 400 days?",
        options=[
            Option(
                "Hardly any: they died out",
                "That happens from 1.60 downwards. 1.65 lies just past the ridge.",
                misconception="without its trigger a response always ends",
            ),
            Option(
                "Still about 1.65",
                "For a month it looks like that. But only at a crossing would gain and loss be equal, and on a "
                "ridge nothing stays for ever.",
                misconception="what does not change now will not change",
            ),
            Option(
                "About 11: the disease",
                "It takes long, because near the ridge gain and loss nearly cancel. After a month there are 1.7, after a "
                "hundred days 2.1, after two hundred 9.4.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="02-halve",
        kind="prediction",
        wording=(
            "An infection of strength 20 for 14 days leaves the disease. One drug halves the strength of every infection, "
            "another one halves its length. Which of them prevents the disease here?"
        ),
        options=[
            Option(
                "Both: half of 20 × 14 is the same either way",
                "Strength and length do not count as a product. Try both on the map: half as strong, and half as long.",
                misconception="strength times length is the dose",
            ),
            Option(
                "Only the one that halves the length",
                "Half as long ends well, half as strong does not. Presenting cells cannot be more than fully "
                "active: at strength 20 they are at 77 %, at 10 still at 63 %. Half the time leaves too few divisions.",
                right=True,
            ),
            Option(
                "Only the one that halves the strength",
                "It is the other way round: half as strong, it still leaves the disease. The weaker infection is not the milder "
                "one if it lasts.",
                misconception="the strongest infection is the worst",
            ),
            Option(
                "Neither: an infection that strong is always too much",
                "With too little time even the strongest infection of the map ends well: try half as long.",
                misconception="the strongest infection is the worst",
            ),
        ],
    ),
    Choice(
        id="02-weaker",
        kind="prediction",
        wording=(
            "With the normal brake, 40 of 200 persons fall ill in twenty years. Now the same persons meet the same "
            "infections with a brake of 62 %. How many fall ill?"
        ),
        options=[
            Option(
                "About 50",
                "That would be a small change for a small cause. But many persons had come near the ridge before.",
                misconception="a small change has a small effect",
            ),
            Option(
                "About 65",
                "That would be 40 divided by 0.62. The brake does not divide the risk: it lowers the ridge for everybody.",
                misconception="risk is proportional to its cause",
            ),
            Option(
                "About 100",
                "Even more. That many fall ill with a brake of 77 %.",
                misconception="a small change has a small effect",
            ),
            Option("About 160", "157, and the 40 are among them: for nobody does a weaker brake help.", right=True),
        ],
    ),
    Task(
        id="02-weak-brake",
        prompt=(
            "Go back to the figure “Where the ball is when the valley returns” and set the brake to 62 % (under “More to "
            "move”). The infection has strength 10. What is the shortest one, in whole days, after which the disease stays?"
        ),
        unit="days",
        decimals=0,
        tolerance=0.5,
        compute=lambda: math.ceil(shortest_infection(16.0)),
        hint="Set the brake to 62 % first, then move the length of the infection one day at a time.",
        feedback={
            12: (0.2, "That is the answer for the normal brake, 100 %. Set the brake to 62 % first."),
            6: (0.2, "An infection of 6 days fades. Try one more day."),
        },
    ),
    Choice(
        id="02-sisters",
        kind="check",
        wording=(
            "Two sisters catch the same infection in the same week. One falls ill for good, the other does not. What does "
            "the model say about the cause?"
        ),
        options=[
            Option(
                "The genes: the infection cannot be the cause, since the other sister had it as well",
                "Without the infection the ill sister would still lie in the valley of health. That most people survive "
                "an infection does not prove it innocent: it can be needed without being enough.",
                misconception="one cause: genes",
            ),
            Option(
                "The infection: genes cannot be the cause, since both lived with theirs for years",
                "With a stronger brake the same infection would have faded. A weak brake alone does nothing for years; "
                "it lowers the ridge.",
                misconception="one cause: infection",
            ),
            Option(
                "Both together: the brake sets the ridge, the infection is the push",
                "Neither is enough alone. “How many per cent are due to genes?” has no answer for one person: a push over "
                "a ridge needs a push and a ridge that low.",
                right=True,
            ),
            Option(
                "Nothing: that sisters differ proves that disease is pure chance",
                "Chance decides which infections come and when. But the number who fall ill follows the brake: see the dots. "
                "Chance and cause do not exclude each other.",
                misconception="chance excludes cause",
            ),
        ],
    ),
]  # fmt: skip
