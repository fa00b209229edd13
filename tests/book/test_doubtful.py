"""No number from memory stands on a page as a fact: the pages are read as built, whatever code or prose made them."""

import csv
import re

import pytest
from bs4 import BeautifulSoup

from immunereset.evidence.references import entries, keys
from immunereset.evidence.store import MARKS

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w]|\.\d)")
BLOCKS = "p, li, tr, figcaption, dd"
SAID = re.compile("from memory|unverified|not seen|was recalled")
NOT_READ = {"bibliography.html", "genindex.html", "search.html"}
"""Pages of years, volumes and page numbers."""

WITHHELD = {
    "twins with MS in Canada, twins with RA": (r"\b[Tt]win", r"\b(25\.3|15\.4|3\.6) %"),
    "deaths by era, first": (r"1995.2000", r"\b7\.3 %"),
    "deaths by era, second": (r"2001.2007", r"\b1\.3 %"),
    "deaths by era, third": (r"2012.2016", r"\b0\.[23] %"),
    "reports of harm": (r"\b360\b", r"\breports\b|adverse events"),
    "the first interval of MESEMS, which was wrong": (r"MESEMS", r"\b0\.78 ?[–-] ?1\."),
    "an older count of clinics": (r"\b700 clinics",),
    "middles of prices that no source gives": (r"\b(90,000|13,350)\b", r"USD|EUR|price"),
}
"""What the evidence file calls uncertain, and no row of data/ holds: all that stands together where it would be stated."""


def numbers(text):
    """The numbers of a text that can be told from others: whole ones below 13 cannot, and years are no results."""
    found = {float(number) for number in NUMBER.findall(text.replace(",", ""))}
    return {number for number in found if number % 1 or number >= 13 and not 1900 <= number <= 2030}


def names_of(row, studies):
    """What a page may call a row's source: its study, and the first author and year of its papers."""
    told = studies.get(row.get("study_id", ""), row.get("study") or row.get("item") or "")
    papers = [entries()[key] for key in keys(row["source_key"])]
    authors = [
        (paper.persons["author"][0].last_names, paper.fields.get("year"))
        for paper in papers
        if "author" in paper.persons
    ]
    return [re.escape(told)] * bool(told) + [rf"{re.escape(' '.join(last))}\b.*?\b{year}" for last, year in authors]


@pytest.fixture(scope="module")
def tables(root):
    """The rows of data/, table by table."""
    return {
        path.stem: list(csv.DictReader(path.open(encoding="utf-8"))) for path in sorted((root / "data").glob("*.csv"))
    }


@pytest.fixture(scope="module")
def doubtful(tables):
    """For each row with numbers from memory: what pages may call it, and those numbers."""
    studies = {row["study_id"]: row["study"] for row in tables["trials"]}
    rows = [row for name in tables for row in tables[name]]
    found, seen = [], {}
    for row in rows:
        from_memory = row.get("from_memory", "")
        shown = " ".join(value for column, value in row.items() if column not in ("from_memory", "source_key", "note"))
        names = tuple(names_of(row, studies)) if row.get("source_key") else ()
        if row.get("verification") in MARKS:
            found.append((names, numbers(" ".join((shown, from_memory)))))
        else:
            found.append((names, numbers(from_memory)))
            for name in names:
                seen.setdefault(name, set()).update(numbers(shown))
    return [
        (name, left)
        for names, doubted in found
        for name in names
        if (left := doubted - set().union(*(seen.get(one, set()) for one in names)))
    ]


def faults(html, doubtful):
    """The blocks of a page that state what is doubtful, and say no word of doubt."""
    page = BeautifulSoup(html, "html.parser")
    for script in page.select("script, style, svg, pre"):
        script.decompose()
    blocks = [" ".join(block.get_text(" ").split()) for block in (page.select_one("article") or page).select(BLOCKS)]
    for block in (block for block in blocks if not SAID.search(block)):
        yield from (
            f"{what}: {block[:200]}"
            for what, parts in WITHHELD.items()
            if all(re.search(part, block) for part in parts)
        )
        told = numbers(block)
        for name, doubted in doubtful:
            if told & doubted and re.search(name, block):
                yield f"{name}, {sorted(told & doubted)}: {block[:200]}"


def test_there_are_doubtful_numbers_to_look_for(doubtful):
    assert len(doubtful) > 10 and any(110 in numbers for _, numbers in doubtful)


def test_no_page_states_a_doubtful_number_as_a_fact(built_book, doubtful):
    found = [
        f"{path.name}: {fault}"
        for path in sorted([*built_book.glob("notebooks/*.html"), *built_book.glob("book/*.html")])
        if path.name not in NOT_READ
        for fault in faults(path.read_text(encoding="utf-8"), doubtful)
    ]
    assert found == []


@pytest.mark.parametrize(
    "html",
    [
        "<p>In ASSIST the odds ratio was 110 (95 % interval from 14.04).</p>",
        "<table><tr><td>ASTIMS</td><td>new lesions</td><td>0.21 (0.10–0.48)</td></tr></table>",
        "<li>Deaths fell from 7.3 % (1995–2000)</li>",
    ],
)
def test_a_doubtful_number_is_found(html, doubtful):
    assert list(faults(html, doubtful))


@pytest.mark.parametrize(
    "html",
    [
        "<p>ASSIST: all 10 improved after transplantation.</p>",
        "<p>ASTIMS, from memory: 0.21.</p>",
        "<p>Without a study: 110 cells.</p>",
    ],
)
def test_what_was_seen_is_left_alone(html, doubtful):
    assert not list(faults(html, doubtful))
