"""The references: they parse, print nothing nobody has seen, and stand behind every row."""

import functools
import re
import warnings
from pathlib import Path

import pytest
from pybtex.backends.plaintext import Backend
from pybtex.database import parse_file
from pybtex.style.formatting.unsrt import Style

from immunereset.evidence import EvidenceError, cite, load
from tests.data.test_dictionary import TABLES

BIB = Path(__file__).resolve().parents[2] / "book" / "references.bib"
ENTRIES = parse_file(str(BIB), bib_format="bibtex").entries


@functools.cache
def printed():
    """Return every reference as the book prints it, by key."""
    return {entry.key: entry.text.render(Backend()) for entry in Style().format_entries(ENTRIES.values())}


def test_every_reference_prints_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        list(Style().format_entries(parse_file(str(BIB), bib_format="bibtex").entries.values()))
    assert len(printed()) == len(ENTRIES)


@pytest.mark.parametrize("key", ENTRIES)
def test_no_internal_remark_is_printed(key):
    assert not re.search(r"not recorded|not seen|from memory|DOI seen|unknown|DOI from", printed()[key])
    assert "note" not in ENTRIES[key].fields


@pytest.mark.parametrize("key", ENTRIES)
def test_every_reference_says_what_was_seen_of_it(key):
    fields = ENTRIES[key].fields
    assert fields["checked"]
    if fields["checked"].startswith("not seen"):
        assert "doi" not in fields and "url" not in fields
    assert re.fullmatch(r"10\.\d{4,}/\S+", fields.get("doi", "10.1000/x"))


@pytest.mark.parametrize("table", TABLES)
def test_no_checked_row_rests_on_a_reference_nobody_has_seen(table):
    rows = load(table)
    assert len(rows)
    for _, row in rows.iterrows():
        assert "reference not seen" not in cite(row["source_key"]), row.iloc[0]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("Ruder2022", "Ruder et al. 2022"),
        ("AlexanderWahl2011", "Alexander and Wahl 2011"),
        ("vanLaar2014ASTIS", "van Laar et al. 2014"),
        ("Storek2008", "Storek et al. 2004"),
        ("Velez2011", "Vélez de Mendizábal et al. 2011"),
        ("RAMMS", "Haukeland University Hospital 2018"),
        ("StorekTCR", "“Diversity of CD4 T cells before…” n.d."),
        ("Redondo2008", "Redondo et al. 2008 (reference not seen)"),
        ("Storek2008; Ruder2022", "Storek et al. 2004; Ruder et al. 2022"),
    ],
)
def test_a_citation_reads_as_in_a_text(key, words):
    assert cite(key) == words


def test_an_unknown_key_is_refused_with_the_nearest():
    with pytest.raises(EvidenceError) as refusal:
        cite("Ruder2021")
    assert str(refusal.value) == "Source 'Ruder2021' is not in book/references.bib; did you mean 'Ruder2022'?"
