"""The invented advertisement of lesson 15, the site round it, an honest version, and two letters. All of it is ours.

Sentence and claim belong together one to one: what the book marks comes from the verdict in data/claims.csv, and what is
known from the rows of data/ that `rows` names.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from pandas import notna

from immunereset.evidence import clopper_pearson, load
from immunereset.live.evidence import Line, Part, Point, Sentence, Story, source_links

CLINIC = "VELLAMAR CELL INSTITUTE, ISLE OF TARN"

MARK_OF = {
    "supported": "keep",
    "partly": "rewrite",
    "outdated": "strike",
    "unsupported": "strike",
    "red flag": "strike",
}
"""What the pencil does to a sentence, by the verdict on its claim."""

ASKED = {
    "cell": "Which cell?",
    "disease": "Which disease?",
    "comparator": "Compared with what?",
    "time": "Until when?",
    "number": "Out of how many?",
}
"""The five questions that a sentence must be able to answer."""


class Claimed(NamedTuple):
    """A sentence of the advertisement.

    `claim` is its row in the table `claims`, `asked` the question of `ASKED` that it leaves open before all others ("" if
    none), `ask` how to put it, `known` what is known, from `sources`; `rows` are rows of data/ to draw, each with its words; `honest` is the
    sentence as we would write it.
    """

    words: str
    claim: str
    asked: str
    ask: str
    known: str
    sources: str
    honest: str
    rows: tuple[tuple[str, str], ...] = ()


ADVERTISEMENT = [
    Claimed(
        "Leave your disease behind: our guests go home in remission for good, many of them cured.",
        "K13",
        "time",
        "Cure measured how, for how long, in how many?",
        "What is known has a date. In one cohort with relapsing MS 71.3 % were free of worsening after 10 years (57.8 to 84.8). "
        "In Crohn disease 91 % needed no new drug after one year, and 19 % after five; at visits after five years 70 % or more "
        "had no active disease.",
        "Boffa2021; Burt2010CD",
        "We promise no cure. In one cohort with relapsing MS, 71 of 100 were free of worsening after ten years (58 to 85).",
        (("T045", "relapsing MS, free of worsening, 10 years"), ("T063", "Crohn, no new drug, 1 year"), ("T067", "Crohn, no new drug, 5 years")),
    ),
    Claimed(
        "Your doctor's drugs only muffle the alarm and run out of answers within a few years.",
        "K09",
        "comparator",
        "Compared with which drug, in which year?",
        "On ocrelizumab patients had 0.073 relapses a year, after a transplant 0.028. No difference in worsening was seen, nor "
        "excluded: a hazard ratio of 1.08 (0.57 to 2.04). One hospital, not randomised.",
        "Muraro2025AnnNeurol",
        "Good drugs exist: in one hospital, not by lot, patients with MS had 0.073 relapses a year on ocrelizumab, and 0.028 after a transplant; chance is not ruled out.",
        (("T015", "worsening, transplant against ocrelizumab"),),
    ),
    Claimed(
        "Our living cells find the places that hurt and build them anew, be it nerve, joint, kidney or pancreas.",
        "K01",
        "comparator",
        "Which cell, which organ, which control group?",
        "No trial in our data shows an organ that grew anew. Islets made from a donor's cells let 10 of 12 stop insulin, and "
        "need drugs against rejection for good. Mesenchymal cells in MS: new lesions 0.94 times those on placebo (0.58 to 1.50).",
        "Burt2021MS507; Uccelli2021MESEMS; Reichman2025",
        "No trial in our data shows an organ that grew anew. In MS, mesenchymal cells left 0.94 times as many new lesions as placebo (0.58 to 1.50).",
        (("T028", "new lesions in MS, mesenchymal cells against placebo"),),
    ),
    Claimed(
        "A transplant of your own stem cells starts your defences afresh.",
        "K02",
        "number",
        "What was measured, and in how many?",
        "In part. More than 90 % of the T-cell clones of the spinal fluid were gone; of the effector-memory cells in blood 15 % "
        "still had the old receptors at 12 months.",
        "Harris2020; Ruder2022",
        "A transplant renews the immune system in part: of one kind of memory cell in blood, 15 % still had the old receptors a year later.",
        (("R32", "clones of the spinal fluid removed, at least"), ("R30", "effector-memory receptors still the old, 12 months")),
    ),
    Claimed(
        "What was faulty is taken out; what goes in is sound and, being you, safe.",
        "K04",
        "time",
        "Whose cells? And how many were ill again at 5 years?",
        "Your own cells carry your own genes. Within 5 years 9.8 % (SE 2) had a second autoimmune disease.",
        "Daikeler2011",
        "Your genes stay. About one in ten had another autoimmune disease within five years.",
        (("S28", "second autoimmune disease, 5 years"),),
    ),
    Claimed(
        "A short course of chemotherapy makes room beforehand.",
        "K03",
        "number",
        "Which drugs, and how many deaths of how many?",
        "The chemotherapy is the treatment, and the danger. Deaths in MS: 0 of 55 and 1 of 507 (patients in common), 1 of 24; "
        "pooled, in studies from 1995 to 2016, 2.1 % (1.3 to 3.4), more in the older ones. In systemic sclerosis, 2001 to 2009: 8 of 79.",
        "Burt2019MIST; Burt2021MS507; Atkins2016; vanLaar2014ASTIS; Sormani2017",
        "Chemotherapy comes first, and it can kill: in MS about 2 in 100 in pooled studies from 1995 to 2016, more in the older ones, "
        "and 1 of 507 in one centre (2003 to 2019); in systemic sclerosis 8 of 79 (2001 to 2009).",
        (("S11", "died, MS, 0 of 55"), ("S12", "died, MS, 1 of 507"), ("S04", "died, MS, 1 of 24"), ("S03", "died, systemic sclerosis, 8 of 79"), ("S15", "died, MS, pooled")),
    ),
    Claimed(
        "In multiple sclerosis, trials show quieter scans and gains that last.",
        "K07",
        "comparator",
        "Which MS, and compared with what?",
        "True of highly active relapsing MS. Worsening, against older drugs: 0.07 (0.02 to 0.24). Relapse, against ocrelizumab and "
        "not randomised: 0.45 (0.18 to 1.14). Mesenchymal cells, new lesions against placebo: 0.94 (0.58 to 1.50).",
        "Burt2019MIST; Muraro2025AnnNeurol; Uccelli2021MESEMS",
        "It is for highly active relapsing MS after a strong drug has failed. Against ocrelizumab no difference in worsening was "
        "seen, nor excluded.",
        (("T001", "worsening, transplant against older drugs"), ("T013", "relapse, transplant against ocrelizumab"), ("T028", "new lesions, mesenchymal cells against placebo")),
    ),
    Claimed(
        "Lupus, rheumatoid arthritis and type 1 diabetes answer just as promisingly.",
        "K08",
        "time",
        "What happened after year 2? What is the newest trial?",
        "Lupus after a transplant: 29 % (SE 9) without disease at 5 years. Mesenchymal cells in lupus of the kidney: remission in 9 of 12, "
        "on placebo in 5 of 6: so few settle nothing. Type 1 diabetes: 59 % without insulin within 6 months, 32 % at last. CAR T cells are hopeful, "
        "and uncontrolled.",
        "Alchi2013; Deng2017LN; DAddio2014; Li2026CARSLE",
        "Remissions often ended. Of those with lupus 29 in 100 had no disease five years after a transplant; of those with type 1 diabetes "
        "59 in 100 needed no insulin within six months, and 32 at last.",
        (("T076", "lupus, without disease, 5 years"), ("T085", "diabetes, without insulin, within 6 months"), ("T086", "diabetes, without insulin, at last")),
    ),
    Claimed(
        "Mesenchymal cells loosen stiff joints: 85 % of our arthritis guests move more easily.",
        "K05",
        "comparator",
        "Was there a placebo group at the same time?",
        "53 patients, 7 of them on placebo. Better by a fifth (ACR20) after one month: 45, 20 and 33 % with rising dose, and 29 % on placebo; "
        "after three months 25, 15 and 17 %, and none of the 7 on placebo: better, but chance can do that with so few. More cells did not do more.",
        "AlvaroGracia2017",
        "In rheumatoid arthritis 53 people took part in a trial of mesenchymal cells, 7 of them on placebo: too few to say.",
        (("T098", "better, month 3, lowest dose"), ("T100", "better, month 3, middle dose"), ("T102", "better, month 3, highest dose"), ("T104", "better, month 3, placebo")),
    ),
    Claimed(
        "With cells rewound from your own skin, rejection is less of a worry.",
        "K06",
        "cell",
        "Whose cells, and which drugs against rejection?",
        "Own cells are spared the rejection of what is foreign; they meet the autoimmune attack as before. The one published case, in "
        "diabetes, was no test of it. Cells of a donor need drugs against rejection.",
        "WangS2024CiPSC; Reichman2025",
        "Cells rewound from one's own are research: one case in diabetes is published, and it was no test of rejection.",
    ),
    Claimed(
        "Risks? Now and then an immune reaction or a stray growth; long studies are still running.",
        "K12",
        "number",
        "How many deaths, out of how many?",
        "True, and far too little. Own fat cells cost three people most of their sight; own cells left masses in the kidneys of a "
        "woman with lupus. After a transplant 9.8 % (SE 2) had a second autoimmune disease within 5 years.",
        "Kuriyan2017; Thirabanjasak2010; EMA2020CAT; Daikeler2011",
        "Own cells, sold elsewhere, cost three people most of their sight and left masses in a patient's kidneys. Out of how many is not known.",
        (("S28", "second autoimmune disease, 5 years"),),
    ),
    Claimed(
        "Science has not settled which cell is best, so you receive all three.",
        "K11",
        "cell",
        "Which trial of which cell?",
        "These are different treatments, each with evidence of its own. Transplants have randomised trials. Mesenchymal cells have "
        "several in which no effect was shown: better in progressive MS 33 %, on saline 37 %. Remission of Crohn fistulas was 51.5 %, on placebo 35.6 %, in a "
        "first trial, and 48.8 and 46.3 % in a second; the product left the market of the EU in December 2024.",
        "Sullivan2018SCOT; Harris2024MSCNP; Panes2018ADMIRE; Raffals2024ADMIRE2; EMAAlofisel2024",
        "You would get one product, and we would tell you its name.",
        (("T110", "progressive MS, better, cells"), ("T111", "progressive MS, better, saline")),
    ),
    Claimed(
        "It is not cheap: a transplant for MS cost about 85 000 dollars in one hospital of the USA, 2017 to 2019.",
        "K10",
        "",
        "What would it cost here, and what do drugs cost?",
        "True: USD 85 184 (range 70 635 to 120 260), and it says where and when. Drugs for MS cost USD 80 000 to 100 000 a year there "
        "(2019). In a hospital in Italy it was EUR 46 600 over five years, and 93 800 with highly effective drugs (2024).",
        "Burt2020cost; Mariottini2024cost",
        "In one hospital in Italy five years with a transplant for relapsing MS cost 46 600 euros, with highly effective drugs 93 800 (2024).",
    ),
    Claimed(
        "We are registered on ClinicalTrials.gov; the first ten to write by Friday fly free.",
        "K14",
        "cell",
        "Which number, which ethics committee, which product?",
        "To be listed is not to be approved. At least 18 listed studies charged those who took part (2017). No product, no number, "
        "no ethics committee is named; and no disease knows a Friday.",
        "FDA2021consumer; Turner2017pay",
        "If we called it a trial, its number and its ethics committee would stand here, and how many years we would follow you.",
    ),
]  # fmt: skip


@cache
def claims():
    """The table of claims by its rows."""
    return load("claims").set_index("row_id")


def sentences() -> list[Sentence]:
    """The advertisement for the pencil. Where the evidence is of moderate certainty, the book's mark is open to debate."""
    rows = claims()
    return [
        Sentence(
            one.words, MARK_OF[rows.verdict[one.claim]], one.known, debated=rows.certainty[one.claim] == "moderate"
        )
        for one in ADVERTISEMENT
    ]


def opened() -> list[Story]:
    """The sentences, each with what is known, a small picture of it from data/, what to ask, and its sources."""
    rows = claims()
    return [
        Story(
            f"{number}. {one.words}",
            f"{one.known}\nAsk: {one.ask}",
            mark=MARK_OF[rows.verdict[one.claim]],
            tags=(one.asked,) if one.asked else (),
            points=tuple(point(row, words) for row, words in one.rows),
            source=source_links(one.sources),
        )
        for number, one in enumerate(ADVERTISEMENT, 1)
    ]


def point(row_id: str, words: str) -> Point:
    """A row of data/ as a point of a small picture, with its 95 % interval if it has one or n is known."""
    table = {"T": "trial_outcomes", "S": "safety", "R": "reconstitution"}[row_id[0]]
    row = load(table).set_index("row_id").loc[row_id]
    low, high = row["low"], row["high"]
    if row.get("interval") == "SE":
        low, high = (round(row["value"] + side * 1.96 * row["se"], 1) for side in (-1, 1))
    elif low != low and row.get("plot_use") in ("proportion", "state") and notna(row["n"]):
        low, high = (round(100 * end) for end in clopper_pearson(round(row["value"] * row["n"] / 100), int(row["n"])))
    return Point(
        words,
        float(row["value"]),
        None if low != low else float(low),
        None if high != high else float(high),
        row["unit"],
    )


def leaflet_lines() -> list[Line]:
    """Each sentence with its honest version."""
    return [Line(one.words, one.honest) for one in ADVERTISEMENT]


SITE = [
    Part("menu", "Multiple sclerosis · Crohn · Lupus · Diabetes · Autism · Hair · Healthy ageing", "F01", "No mechanism was shown for all of these; evidence belongs to one disease."),
    Part("hero", "The breakthrough that ends autoimmune disease. No side effects.", "F06", "Words such as breakthrough, end, no side effects. No cell treatment is free of risk: even the centre that counted 0 deaths of 617 transplants in MS leaves room for 0.6 %."),
    Part("line", "Your own cells: what comes from you cannot hurt you.", "F07", "Three people lost most of their sight, and a woman with lupus had masses in her kidneys, after their own cells."),
    Part("line", "We give our own blend. Its recipe is our secret, and no committee of strangers slows us down.", "F03", "A real study has a named product, an ethics committee, and a number (IND or CTA)."),
    Part("line", "We do not treat anyone who is pregnant or has a fever.", "", "A rule that protects patients; honest centres have such rules, too."),
    Part("line", "For some forms of these diseases we have little evidence, and we say for which.", "", "A limit, named before you ask."),
    Part("quote", "“I left my wheelchair at the airport.” A guest from the north", "F04", "A single story cannot show an effect. Ask for a control group, and for n."),
    Part("number", "100 % of our lupus guests responded.", "F16", "Of how many? 1 of 1 is 100 %, too."),
    Part("number", "72 % (18 of 29) have more energy.", "F17", "18 of 29 is not 72 %. Recompute: papers print such slips, too."),
    Part("number", "Responders walked twice as far.", "F15", "Only those who responded are counted; who did not is left out."),
    Part("number", "Thousands treated, most of them better.", "F11", "No denominator, no date, no source."),
    Part("line", "New: our results in diabetes (2009).", "F12", "Old studies shown as news. In type 1 diabetes nearly all were back on insulin by 2018."),
    Part("line", "The medicine before the cells can end your fertility; ask us about freezing eggs or sperm first.", "", "True, and it belongs there: a harm is named before you sign."),
    Part("line", "For weeks you may catch any infection; you will stay in a room of your own.", "", "A harm, and what is done about it."),
    Part("seal", "Registered on ClinicalTrials.gov ✔", "F05", "To be listed is not to be reviewed, nor approved."),
    Part("line", "An experimental treatment, given outside of the slow trials.", "F13", "Experimental, and not in an authorised trial: named as a sign by European drug agencies."),
    Part("line", "Which authority has licensed the cells? Our partners see to that.", "F14", "Who provides it must be able to name the authorisation of the product."),
    Part("price", "Taking part in our study: 24 500 dollars, travel extra.", "F02", "It is called a study, and those in it pay, as in at least 18 listed ones by 2017. A sign, no proof: ask what is tested, and who approved it."),
    Part("line", "The price does not include flights or the hotel.", "", "Plain information. The sign is a fee for taking part in a study, not that a treatment has a price."),
    Part("line", "Bring somebody along; four languages are spoken here.", "", "Plain help. Two hear more than one."),
    Part("clock", "Only 4 places left. Offer ends in 02:13:45.", "F09", "Medical need knows no deadline of a sale."),
    Part("line", "On day 8 a car takes you to the airport, and you are done with doctors.", "F08", "Late effects come months to years later. Who will see you then?"),
    Part("line", "A copy of your records is yours; whoever treats you next will need it.", "", "True, and good practice."),
    Part("line", "Read the review of our cells, written by our founder.", "F10", "Its author earns by it. Look for one by somebody who sells nothing."),
    Part("line", "All rooms look out on the harbour.", "", "Comfort proves nothing, and hides nothing."),
    Part("foot", "Please bring your scans and the letters of your own doctor.", "", "Good sense: your records should travel with you."),
]  # fmt: skip
"""The clinic's site, part by part: its sign in data/red_flags.csv ("" for none), and why."""

INVITATION = "Letter A. To patients with lupus of the kidney"
SALE = "Letter B. To our future guest"

LETTERS = [
    Sentence("We invite you to a trial of TRM-204, a cell product of donors, in lupus of the kidney.", "keep", "Product and disease are named.", part=INVITATION),
    Sentence("Its number is 2031-TARN-004, and the ethics committee of the county has approved it.", "keep", "Both can be looked up. If they cannot be found, all else is void.", part=INVITATION),
    Sentence("Chance decides whether you get the cells or the usual drugs; neither you nor we can choose.", "keep", "A comparison at the same time, drawn by lot.", part=INVITATION),
    Sentence("Of the 24 people treated so far 3 had a severe infection and 1 died; whether the cells help we do not know.", "keep", "Harm with its denominator. To strike it is to strike what you need most.", part=INVITATION),
    Sentence("You will be among the first to profit from this breakthrough.", "strike", "Nobody knows yet whether anyone profits. Good letters have bad sentences, too.", part=INVITATION),
    Sentence("Taking part is free, and you may stop on any day.", "keep", "No fee, and a way out.", part=INVITATION),
    Sentence("We see you every three months for five years, near your home.", "keep", "Late effects will be seen.", part=INVITATION),
    Sentence("Our study of your own fat cells stands in a public registry, so its quality is assured.", "strike", "To be listed is not to be approved.", part=SALE),
    Sentence("As a partner in research you pay only 18 500 dollars.", "strike", "It is called research, and those in it pay: ask what is tested, and who approved it.", part=SALE),
    Sentence("Nine of ten guests feel better three months later.", "strike", "Of how many guests, compared with whom? Who writes in when ill has better days ahead.", part=SALE),
    Sentence("Because the cells are yours, they cannot harm you.", "strike", "Own cells have blinded people.", part=SALE),
    Sentence("No drug agency has approved these cells for lupus.", "keep", "True, and the most useful sentence of the letter. Florida demands such a sentence in advertisements.", part=SALE),
    Sentence("Answer within ten days, and the hotel is ours.", "strike", "Medical need knows no deadline of a sale.", part=SALE),
    Sentence("There is no need to trouble your own doctor before you are home.", "strike", "Your doctor knows what can go wrong, and will treat it.", part=SALE),
]  # fmt: skip
"""Two letters: an invitation to a trial and a sale, marked by the book. One sentence of each does not fit the rest."""
