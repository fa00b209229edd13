"""Questions of lesson 15 and its lab, each with what is said to who chose or recorded what."""

from immunereset.lesson.choice import Choice, Option
from immunereset.lesson.task import Task

READER = "srsrsskskkrsks"
"""Marks of a reader whom we made up, for the lab: k keep, r rewrite, s strike."""


def struck_too_much() -> float:
    """How many sentences of the advertisement are struck too much by whoever strikes all."""
    from immunereset.lesson.advertisement import sentences
    from immunereset.live.evidence import errors

    text = sentences()
    return float(errors(["strike"] * len(text), text)[1])


def kappa(first: str, second: str) -> float:
    """Cohen's kappa of two lists of marks, as letters of equal number: agreement beyond that of chance."""
    n = len(first)
    together = sum(a == b for a, b in zip(first, second, strict=True)) / n
    by_chance = sum(first.count(mark) * second.count(mark) for mark in set(first + second)) / n**2
    return (together - by_chance) / (1 - by_chance)


def readers_kappa() -> float:
    """Kappa of the made-up reader and the book."""
    from immunereset.lesson.advertisement import sentences

    return kappa(READER, "".join(one.mark[0] for one in sentences()))


QUESTIONS = [
    Choice(
        id="15-stay",
        kind="prediction",
        wording="How many of the fourteen may stay word for word?",
        options=[
            Option("Nine", "Nine sound moderate. Tone is no evidence: a mild sentence can be as empty as a loud one.", misconception="moderate wording is true wording"),
            Option("Five", "Five hold a true half, and the other half is missing: from whom, against what, until when. They want to be rewritten.", misconception="half true is true enough"),
            Option("One", "Sentence 13: a price, with its place and its years.", right=True),
            Option("None", "Then you also threw out a true price. And five more sentences hold something that trials have shown.", misconception="it is all fraud"),
        ],
    ),
    Task(
        id="15-cynic",
        prompt="A cynic strikes all fourteen sentences. How many are struck too much?",
        unit="",
        decimals=0,
        tolerance=0.5,
        compute=struck_too_much,
        hint="Press the button “strike all”, or follow the link, and read the second count.",
        feedback={
            8: (0.4, "Eight are struck with good reason. The count asks for those that deserved less."),
            14: (0.4, "That is all of them; eight of them the book strikes, too."),
            1: (0.4, "One should be kept. Others should be rewritten, and were struck, too."),
            5: (0.4, "Five should be rewritten. And one should be kept."),
            13: (0.4, "Thirteen are let pass by whoever keeps all."),
        },
    ),
    Choice(
        id="15-asked",
        kind="prediction",
        wording="Which question catches most of the fourteen?",
        options=[
            Option("Which cell?", "It catches three: 10, 12 and 14. “Compared with what?” catches four."),
            Option("Compared with what?", "Sentences 2, 3, 7 and 9. Better than before is not better than without.", right=True),
            Option("Until when?", "It catches three: 1, 5 and 8. “Compared with what?” catches four."),
            Option("Out of how many?", "It catches three: 4, 6 and 11. “Compared with what?” catches four."),
        ],
    ),
    Task(
        id="15-recomputed",
        prompt="The site says: 72 % (18 of 29). What should the percentage be?",
        unit="%",
        decimals=1,
        tolerance=0.1,
        compute=lambda: 100 * 18 / 29,
        hint="Divide 18 by 29, and take it times 100.",
        feedback={
            72: (0.5, "That is what is printed. Divide 18 by 29."),
            (lambda: 100 * 11 / 29): (0.1, "That is the share of the others, 11 of 29."),
        },
    ),
    Choice(
        id="15-worst-case",
        kind="check",
        wording="A review of CAR T cells in lupus: 45 of 45 patients responded. 114 were collected; of the other 69 no response could be judged. What is the lowest share that fits?",
        options=[
            Option("100 %, for it says 45 of 45", "It says so of those who could be judged. Who is missing may have done worse.", misconception="those who are not counted do not count"),
            Option("92 %, the lower end of the exact interval", "That covers chance among the 45. It says nothing about the 69 who are missing.", misconception="an interval covers what is missing"),
            Option("39.5 %, that is 45 of 114", "If none of the 69 had responded. That is the worst case, not the likely one; a reader should know both.", right=True),
            Option("0 %, for such series are worthless", "45 people did respond. That is a reason for a randomised trial, not for contempt.", misconception="it is all fraud"),
        ],
    ),
    Choice(
        id="15-possible",
        kind="check",
        wording="A review prints: “of the 47 patients … 79” had a side effect. What do you conclude?",
        options=[
            Option("The authors cheat", "A slip is likelier. Good papers have some, and they are corrected.", misconception="an error is a fraud"),
            Option("One of the two numbers is wrong, and all its percentages have to be recomputed", "79 of 47 cannot be. Look for the number in the table, or write to the authors.", right=True),
            Option("Some patients had it twice, so it is fine", "Then episodes are counted, not patients, and no share of patients follows from it."),
        ],
    ),
    Choice(
        id="15-bodies",
        kind="prediction",
        wording="Does any of these bodies recommend a cell treatment for an autoimmune disease?",
        options=[
            Option("No, none", "Three do, for some patients and under conditions. To call all of it fraud is to miss that.", misconception="it is all fraud"),
            Option("Yes, for autoimmune diseases in general", "None does. Those who recommend name disease, stage and conditions.", misconception="what works in one disease works in all"),
            Option("Yes, for some patients and under conditions", "Transplants in highly active relapsing MS after a strong drug has failed, and in some rheumatic diseases, with caution. None recommends fat cells or mesenchymal cells here.", right=True),
        ],
    ),
    Choice(
        id="15-risk",
        kind="prediction",
        wording="What is the risk for one patient, going by these reports?",
        options=[
            Option("About 1 in 10", "Of whom? They count who was harmed, not who was treated. It may be more or less.", misconception="what is vivid is frequent"),
            Option("About 1 in 1000", "Of whom? They count who was harmed, not who was treated. It may be more or less.", misconception="what is rarely reported is rare"),
            Option("It cannot be known from them", "There is no denominator. They show that it happens, not how often; trials, where all are counted, show how often.", right=True),
        ],
    ),
    Choice(
        id="15-entry",
        kind="check",
        wording="A clinic's page on transplants in MS says: no age limit, EDSS up to 7.0 (a scale of disability from 0 to 10; your own guess will do), progressive forms accepted. The European recommendation: best under 45 years, under 10 years of disease, EDSS under 6.0, progressive only with inflammation. What is the sign?",
        options=[
            Option("That the clinic transplants at all", "Transplants are recommended for some. Ask for whom.", misconception="it is all fraud"),
            Option("That it goes further than the recommendation, and does not say with what result", "It has a limit, and a wider one. Ask what came of those whom it adds: of the older, the more disabled, the progressive.", right=True),
            Option("Nothing: more patients get a chance", "A chance of what? The recommendation leaves most of them out; who takes them in should tell what came of it. In pooled studies more died where fewer had relapsing MS.", misconception="access is benefit"),
        ],
    ),
    Choice(
        id="15-letters",
        kind="prediction",
        wording="How many of the seven sentences of letter A have to go?",
        options=[
            Option("None: it is an invitation to a real trial", "One has to go: “the first to profit from this breakthrough”. Good letters have bad sentences, too.", misconception="a good source is right in all"),
            Option("One", "“The first to profit from this breakthrough.” The rest can be looked up or says what you need.", right=True),
            Option("Three", "One: “the first to profit from this breakthrough”. That chance decides, and that 1 of 24 died, is unwelcome, and you need it."),
            Option("All: patients are not guinea pigs", "Then nobody would ever know what helps. Six of the seven tell what you need to decide.", misconception="it is all fraud"),
        ],
    ),
    Task(
        id="15-printed",
        prompt="A text prints 12 % (7 of 53). What should the percentage be?",
        unit="%",
        decimals=1,
        tolerance=0.1,
        compute=lambda: 100 * 7 / 53,
        hint="Divide 7 by 53, and take it times 100.",
        feedback={
            12: (0.2, "That is what is printed. Divide 7 by 53."),
            (lambda: 100 * 7 / 46): (0.1, "That is 7 for 46 others: the seven are part of the 53."),
        },
    ),
    Task(
        id="15-kappa",
        prompt="How well does reader A agree with the book, as Cohen's kappa?",
        unit="",
        decimals=2,
        tolerance=0.02,
        compute=readers_kappa,
        hint="Take the share on which both agree, and the share that two who mark blindly would agree on; kappa is what is gained, of what could be gained.",
        feedback={(lambda: sum(a == b for a, b in zip(READER, "sssrsrrssrrsks")) / 14): (0.02, "That is the share of agreement, with what chance alone would give.")},
    ),
]  # fmt: skip
