"""What societies, drug agencies and courts say of cells for sale, and people who were harmed, for lesson 15.

Facts and sources come from data/; the words and the kinds are ours.
"""

from __future__ import annotations

from immunereset.evidence import load
from immunereset.evidence.references import entry, keys, link
from immunereset.live.evidence import Statement, Story, source_links

KINDS = {"recommends": "recommends", "warns": "warns", "rules": "rules"}

SAID = {
    "P02": ("warns", "Very concerned that cells are sold before they are shown to be safe and to work. Gives patients a list of questions."),
    "P12": ("rules", "Research and treatment with stem cells need certified doctors and the approval of the council."),
    "P08": ("recommends", "Transplants with the patient's own cells are standard of care in relapsing MS that resists treatment and has high-risk features."),
    "P05": ("warns", "Against unregulated cells: infection, unwanted immune reaction, tumour, loss of sight, bleeding in the brain; sometimes fatal."),
    "P01": ("warns", "Against selling before it is tested. A guideline, not a law."),
    "P04": ("warns", "In 2021 no regenerative product was approved for MS or any disease of the nerves. A study that is listed is not approved."),
    "P09": ("rules", "Own fat cells, worked on and given back, are a drug. The clinic must stop."),
    "P10": ("rules", "Own fat cells are a drug. The clinics advertised for MS and Crohn disease, among others."),
    "P06": ("warns", "Advanced therapies are sold with little or no evidence. Only authorised products, or approved trials."),
    "P07": ("recommends", "Transplants in highly active relapsing MS after a strong drug has failed; best under 45 years of age, 10 years of disease, "
            "EDSS 6.0. Progressive MS only with inflammation. Not in neuromyelitis optica (NMOSD) outside trials."),
    "P11": ("rules", "Doctors may give unapproved stem cells for bones and joints, wounds and pain, if the advertisement says that they are not approved."),
    "P14": ("recommends", "Transplants in rheumatic disease: for whom, and for whom not, disease by disease. Asks for caution because of the side effects."),
}  # fmt: skip
"""Rows of the table `positions`: their kind, and what they say."""

HARMED = [
    ("S65", "Thirabanjasak2010", 1, "Lupus of the kidney: masses where the cells went in",
     "A woman with lupus of the kidney. In 2006 a private clinic in Thailand injected stem cells of her own blood into her kidneys. "
     "Masses grew there, her urine turned bloody, and a kidney was taken out because cancer was suspected."),
    ("S66", "CaudaEquina2013", 1, "After a stroke: nerves swollen and inflamed",
     "A woman who had had a stroke got cells into the spinal canal in a clinic overseas. The nerves at its lower end swelled and were inflamed."),
    ("S96", "Dlouhy2014", 1, "Spinal cord injury: a mass after 8 years",
     "Cells from the lining of the nose were grafted into an injured spinal cord, as experimental surgery. Eight years later a mass was found there."),
    ("S41", "Berkowitz2016", 1, "After a stroke: a mass in the spinal canal",
     "A patient after a stroke had foreign cells injected into the spinal canal in China, Argentina and Mexico, for nearly 300 000 dollars with travel. "
     "A mass grew, mostly of cells that were not his own."),
    ("S42", "Kuriyan2017", 3, "Three who lost most of their sight",
     "Three patients of 72 to 88 years, with macular degeneration, paid 5 000 dollars each in a US clinic for cells of their own fat (2015). "
     "They lost most of the sight of both eyes, or all of it. The clinic was listed on ClinicalTrials.gov."),
    ("S44", "CMAJ2019", 1, "Spinal cord injury: a mass after 12 years",
     "A man of 38. At 26 he had a graft of cells from the nose, abroad, as experimental surgery. Twelve years later there was a mass in his spine."),
    ("S43", "Moscow2020", 1, "A mass after cells into the spinal canal",
     "Cells were given into the spinal canal in a clinic in Moscow. A mass of glial cells and lymphocytes grew."),
    ("S64", "CordBloodJAMANetw2021", 20, "Twenty infections from cord blood",
     "Twenty patients in eight US states had bacteria from products of cord blood, August 2017 to September 2018. Twelve cases had been reported in 2018; "
     "the two counts overlap. Vials that had not been sold yet were contaminated, too."),
    ("S66", "Brumbaugh2022", 1, "A second case of inflamed nerves",
     "Again cells into the spinal canal, and nerves at its lower end that swelled and were inflamed."),
    ("S95", "MMWR2024", 3, "Three infections, one in a woman with MS",
     "Injections of donor embryonic stem cells in Mexico, and Mycobacterium abscessus in three patients. A woman with MS, in her thirties, got meningitis."),
]  # fmt: skip
"""Rows of the table `safety`: the source of the report, how many people, a title, what happened."""


def positions() -> list[Statement]:
    """The statements in the order of their years."""
    rows = load("positions").set_index("row_id").loc[list(SAID)]
    found = [
        Statement(
            row.body, int(row.year), *SAID[name], row.applies_to_autoimmune.startswith("yes") or "MS and Crohn" in row.applies_to_autoimmune,
            link(keys(row.source_key)[0]),
        )
        for name, row in rows.iterrows()
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.year)


def harmed() -> list[Story]:
    """The people, by the year of the report."""
    return [
        Story(title, words, year=int(entry(key).fields["year"]), people=people, source=source_links(key))
        for _, key, people, title, words in HARMED
    ]
