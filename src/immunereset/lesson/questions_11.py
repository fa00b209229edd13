"""Questions of lesson 11, New β cells, old enemy, and of its lab."""

import math

from .choice import Choice, Option
from .task import Task


def _islet():
    """Return the module with this lesson's numbers; importing it here keeps `check` quick to import."""
    from immunereset.models import islet

    return islet


def _slowed(times: float) -> dict[str, float]:
    """Return the growth and death of β cells, so many `times` slower."""
    return {name: _islet().islet.defaults[name] / times for name in ("d_0", "r_1", "r_2")}


QUESTIONS = [
    Choice(
        id="11-graft",
        kind="prediction",
        wording="300 mg of new cells, and glucose is normal. The attack goes on. Two years later?",
        options=[
            Option(
                "Cured: the new cells are the patient's own",
                "Own cells escape rejection. The attack is against β cells, whoever made them.",
                misconception="own cells are safe from the attack",
            ),
            Option(
                "Half are left, glucose is a little high",
                "There is nowhere to stop: look at the valleys. Under this attack there is none but the one of loss.",
                misconception="an attack wears the islet down to a balance",
            ),
            Option(
                "It depends on how many cells were given",
                "Not under this attack. Move the slider: the largest graft is lost like the smallest, only later.",
                misconception="enough cells outgrow the attack",
            ),
            Option(
                "Lost",
                "Glucose passes 126 on day 22 and 250 on day 102. A month later nothing is left.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="11-doubling",
        kind="check",
        wording="What does twice the graft buy, under this attack?",
        options=[
            Option(
                "Twice the time",
                "The attack takes a share, not a number: 30 of 1000 a day, however many there are. So twice the cells lose "
                "twice as many.",
                misconception="twice the cells, twice the time",
            ),
            Option(
                "Half as long again",
                "That would be 50 days for 300 mg. It is 20, and then less for each doubling.",
                misconception="twice the cells, nearly twice the time",
            ),
            Option(
                "Two to three weeks",
                "From 102 to 122, 137, 151 days: about 20, 16 and 13 days. The attack takes a share, so each doubling only starts "
                "one step higher on the same slope.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="11-plateaus",
        kind="prediction",
        wording="After one year their glucose is 159 and 161. Seven years on?",
        options=[
            Option(
                "The same for both",
                "One year cannot tell them apart, and neither can three. For one there is a valley to rest in; for the other "
                "it is just gone.",
                misconception="a stable year means a stable graft",
            ),
            Option(
                "The second is slightly worse",
                "Slightly more attack gives slightly less only while there is a valley. The second has none.",
                misconception="a small cause has a small effect",
            ),
            Option(
                "One stays for good, the other loses everything",
                "The first rests at 169. The second creeps for six years through the place where its valley would be, and "
                "then falls, in year 7.",
                right=True,
            ),
            Option(
                "Both lose everything",
                "The first keeps 87 mg and glucose 169: bent, not lost.",
                misconception="an attack that goes on kills in the end",
            ),
        ],
    ),
    Task(
        id="11-plateau",
        prompt="Which attack ends, after eight years, with glucose at 126 mg/dL? Read the slider: the share killed a day.",
        unit="",
        decimals=4,
        tolerance=0.0002,
        compute=lambda: _islet().attack_that_leaves(126.0),
        hint="Move the attack down from 0.0134 and read the glucose in the verdict.",
        feedback={
            7.7: (0.2, "That is out of 1000. The slider has the share itself."),
            (lambda: _islet().critical_attack()): (
                0.0003,
                "That is the attack at which the valley is gone. Glucose at 126 needs a weaker one.",
            ),
        },
    ),
    Choice(
        id="11-truce",
        kind="prediction",
        wording="On day 210 the attack ends for good. 36 of 300 mg are left. Then?",
        options=[
            Option(
                "They grow back, slowly",
                "They would from 37 mg on. Below it there is so much glucose that it kills more cells than are made.",
                misconception="end the attack and the body heals",
            ),
            Option(
                "They stay at 36 mg",
                "Only on the ridge itself would they stay. Beside it the islet rolls, one way or the other.",
                misconception="without attack nothing changes",
            ),
            Option(
                "They are lost, with no attacker left",
                "High glucose finishes what the attack began.",
                right=True,
            ),
        ],
    ),
    Task(
        id="11-last-truce",
        prompt=(
            "Under **More to move** set the attack to 0.03. On which day must it end, at the latest, so that the islet "
            "recovers?"
        ),
        unit="days",
        decimals=0,
        tolerance=1,
        compute=lambda: math.floor(_islet().last_truce(0.03)),
        hint="Find a day that is early enough and one that is too late, and try the days between.",
        feedback={
            (lambda: _islet().last_truce(0.02)): (1.5, "That is the last day for an attack of 0.02. Set it to 0.03."),
        },
    ),
    Task(
        id="11-least-graft",
        prompt="The attack is over. What is the smallest graft that lasts, if only half of it takes?",
        unit="mg",
        decimals=0,
        tolerance=1,
        compute=lambda: math.ceil(_islet().least_graft(0.5)),
        hint="What takes must lie above the ridge. Move the graft until the verdict turns.",
        feedback={
            (lambda: _islet().RIDGE): (1, "That much must take. Only half of a graft does, so more must be given."),
        },
    ),
    Choice(
        id="11-stop",
        kind="prediction",
        wording="Five years on the drug, and 299 mg. Today it is stopped. A year later?",
        options=[
            Option(
                "Nothing has changed: five years were enough",
                "The drug calmed the attackers, it did not remove the memory cells. Five quiet years taught them nothing.",
                misconception="a long rest teaches tolerance",
            ),
            Option(
                "Half of the graft is left",
                "The attack is back in full, and under it there is no valley to stop in.",
                misconception="an attack wears the islet down to a balance",
            ),
            Option(
                "The graft is lost",
                "Effectors are back within weeks, as in lesson 4; below 37 mg it is 180 days after the last dose.",
                right=True,
            ),
        ],
    ),
    Choice(
        id="11-two-jobs",
        kind="check",
        wording="The attack has been ended for good, with 20 mg of β cells left. What saves this islet?",
        options=[
            Option(
                "Nothing more is needed",
                "20 mg lie below the ridge: high glucose kills them, without any attacker.",
                misconception="end the attack and the body heals",
            ),
            Option(
                "A stronger drug against the attack",
                "There is no attack left to weaken. The other job is not done.",
                misconception="more of the same job",
            ),
            Option(
                "A graft of which 20 mg take",
                "20 and 20 are more than 37. Now, with no attack, a small graft is enough.",
                right=True,
            ),
            Option(
                "The same graft, given while the attack goes on",
                "It buys weeks. The attack has to end first.",
                misconception="the order does not matter",
            ),
        ],
    ),
    Choice(
        id="11-interval",
        kind="prediction",
        wording=(
            "Twelve people got the full dose of β cells made from stem cells. A year later ten of them needed no insulin. "
            "That is 83 %. Where does its 95 % interval begin?"
        ),
        options=[
            Option(
                "At 80 %", "Twelve people are few. The exact interval is 52 to 98 %.", misconception="a share is exact"
            ),
            Option(
                "At 70 %",
                "Lower still. The exact interval is 52 to 98 %.",
                misconception="small series are nearly exact",
            ),
            Option("At 52 %", "The exact interval is 52 to 98 %: wide, and far from none.", right=True),
            Option(
                "At 20 %",
                "Not so low: ten of twelve is far from none. It is 52 to 98 %.",
                misconception="few say nothing",
            ),
        ],
    ),
    Choice(
        id="11-surrogate",
        kind="prediction",
        wording=(
            "With teplizumab children made more of their own insulin than with placebo. And the measure of their glucose, "
            "[HbA1c](../book/glossary.md#hba1c), after the same 78 weeks?"
        ),
        options=[
            Option(
                "Better with teplizumab",
                "So one would think. The difference is −0.09, and its interval, −0.42 to 0.24, includes none.",
                misconception="a better laboratory value is a better life",
            ),
            Option(
                "No difference was shown",
                "−0.09, with an interval from −0.42 to 0.24. That does not prove that there is none.",
                right=True,
            ),
            Option(
                "Worse with teplizumab",
                "No: −0.09, with an interval from −0.42 to 0.24. No difference was shown either way.",
            ),
        ],
    ),
    Choice(
        id="11-square",
        kind="check",
        wording="Which sentence do these pictures support?",
        options=[
            Option(
                "A patient's own cells escape the attack",
                "One person, and no test of it.",
                misconception="own cells are safe from the attack",
            ),
            Option(
                "A year after new cells, ten of twelve people needed no insulin, under drugs against rejection",
                "And whether the drugs held off rejection or autoimmunity, nobody can say: the same drugs do both.",
                right=True,
            ),
            Option(
                "Teplizumab improved long-term glucose",
                "C-peptide was higher. The interval of HbA1c includes no difference.",
                misconception="a better laboratory value is a better life",
            ),
            Option(
                "A graft that works for a year is safe",
                "Nothing here says so, and in the toy two patients alike for years parted in year 7.",
                misconception="a stable year means a stable graft",
            ),
        ],
    ),
    Task(
        id="11-islet-depth",
        prompt="How deep must conditioning be, on the day of the graft, for the islet to last ten years?",
        unit="logs",
        decimals=2,
        tolerance=0.02,
        compute=lambda: _islet().lasting_depth(),
        hint="Close the gap between 2.40 and 2.45 logs.",
        feedback={2.4: (0.01, "At 2.40 logs the islet is lost. Go deeper.")},
    ),
    Task(
        id="11-slow-critical",
        prompt="Slow the growth and the death of β cells fivefold. What is the critical attack then? Record it out of 1000 β cells a day.",
        unit="",
        decimals=2,
        tolerance=0.02,
        compute=lambda: 1000 * _islet().critical_attack(**_slowed(5)),
        hint="critical_attack takes parameters: give it d_0, r_1 and r_2, each divided by 5, and multiply by 1000.",
        feedback={
            (lambda: 1000 * _islet().critical_attack()): (0.1, "That is the critical attack of the model as it is."),
            (lambda: 1000 * _islet().critical_attack(**_slowed(10))): (
                0.02,
                "That is ten times slower. Here it is five.",
            ),
            (lambda: _islet().critical_attack(**_slowed(5))): (
                0.0001,
                "That is the share itself. Multiply it by 1000.",
            ),
        },
    ),
]
