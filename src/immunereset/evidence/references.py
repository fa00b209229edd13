"""The references behind the rows: book/references.bib, read once."""

import difflib
from functools import cache
from importlib import resources
from pathlib import Path


class EvidenceError(ValueError):
    """A row, a table or a source that must not be shown as it is."""


@cache
def shipped():
    """Return the folder with the tables and the file of references.

    An installed package carries both in `immunereset/data`. In a checkout they are `data/` and
    `book/references.bib` at the root of the repository.
    """
    installed = Path(str(resources.files("immunereset"))) / "data"
    if (installed / "datapackage.json").is_file():
        return installed, installed / "references.bib"
    root = Path(__file__).resolve().parents[3]
    if (root / "data" / "datapackage.json").is_file():
        return root / "data", root / "book" / "references.bib"
    raise EvidenceError(
        "The published results were not found: neither the installed package nor the folder above it has "
        "data/datapackage.json; install the package from the repository."
    )


@cache
def entries():
    """Return the entries of references.bib by key."""
    from pybtex.database import parse_file

    return dict(parse_file(str(shipped()[1]), bib_format="bibtex").entries.items())


def entry(key):
    """Return one entry; an unknown key is an EvidenceError that names the nearest known one."""
    if key not in entries():
        near = difflib.get_close_matches(str(key), entries(), n=1, cutoff=0.5)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise EvidenceError(f"Source '{key}' is not in book/references.bib{hint}")
    return entries()[key]


def cite(key):
    """Return how the text cites a reference: "Ruder et al. 2022".

    `key` is a key of book/references.bib, or several separated by ";". A work without known authors is cited
    by the beginning of its title, and a reference that nobody has seen says so.
    """
    return "; ".join(_cite_one(part) for part in keys(key))


def keys(source_key):
    """Return the keys in a `source_key` cell."""
    return [part.strip() for part in source_key.split(";") if part.strip()]


def link(key):
    """Return the address of a reference, or "" if none was seen."""
    fields = entry(key).fields
    if "doi" in fields:
        return "https://doi.org/" + fields["doi"]
    if "pubmed" in fields:
        return f"https://pubmed.ncbi.nlm.nih.gov/{fields['pubmed']}/"
    return fields.get("url", "")


def seen(key):
    """Return whether somebody has seen the reference, and not only recalled it."""
    return not entry(key).fields["checked"].startswith("not seen")


def _cite_one(key):
    found = entry(key)
    year = found.fields.get("year", "n.d.")
    return f"{_authors(found)} {year}" + ("" if seen(key) else " (reference not seen)")


def _authors(found):
    people = [_surname(person) for person in found.persons.get("author", [])]
    if not people:
        words = _plain(found.fields["title"]).strip("[]").split()
        return "“" + " ".join(words[:6]) + ("…”" if len(words) > 6 else "”")
    if len(people) == 1:
        return people[0]
    if len(people) == 2 and people[1] != "others":
        return f"{people[0]} and {people[1]}"
    return f"{people[0]} et al."


def _surname(person):
    return _plain(" ".join([*person.prelast_names, *person.last_names]))


def _plain(text):
    from pybtex.richtext import Text

    return str(Text.from_latex(text))
