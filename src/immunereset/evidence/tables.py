"""Tables of published results that a screen reader can walk through."""

from html import escape

import pandas as pd

from immunereset.evidence.caution import cautions
from immunereset.evidence.estimates import estimate
from immunereset.evidence.references import EvidenceError, cite, keys, link
from immunereset.evidence.store import titles
from immunereset.words import Html, html_table, in_full

_HOW = {"seen_secondary": "quoted elsewhere", "derived": "computed here"}
_NOT_BY_DEFAULT = ("figures", "source_key", "verification", "where_seen", "checked_again", "from_memory", "mark")
_WORDS = {"estimate": "Estimate", "mark": "Mark"}


class ResultTable:
    """A displayable table of results: HTML in a notebook and the book, text elsewhere.

    `rows` are cells as text, `links` the source of each row as HTML, `marks` "" or why the row is unverified.
    The last column is the source, or the mark if there is any.
    """

    def __init__(self, caption, headers, rows, links, marks):
        self.caption, self.headers, self.rows, self.links, self.marks = caption, headers, rows, links, marks

    def _repr_html_(self):
        at = self.headers.index("Source")
        rows = [[*row[:at], Html(link), *row[at + 1 :]] for row, link in zip(self.rows, self.links, strict=True)]
        marked = [place for place, mark in enumerate(self.marks) if mark]
        return html_table(self.headers, rows, self.caption, cards=True, marked=marked)

    def __str__(self):
        frame = pd.DataFrame(self.rows, columns=self.headers)
        return f"{self.caption}\n{frame.to_string(index=False)}"

    __repr__ = __str__


def table(df, columns=None, *, caption):
    """Return a displayable table of rows from `load`, with a caption and a linked source in every row.

    `columns` lists columns of `df`, or `estimate` for value, unit and interval in one cell; a dict gives each
    its header. The source is always the last column; with it stand, in words, a comparison without randomisation
    and patients in common with another row. Rows that nobody has checked say so in a column of their own. Raises EvidenceError for an unknown column, for a frame without sources or marks, for
    an empty one, and for a missing caption.
    """
    needed(df)
    if not isinstance(caption, str) or not caption.strip():
        raise EvidenceError("A table of results needs a caption that says what it shows.")
    headers = _headers(df, columns)
    marked = any(df["mark"])
    rows, links = [], []
    for (_, row), caution in zip(df.iterrows(), cautions(df), strict=True):
        cells = [estimate(row) if name == "estimate" else _text(row[name]) for name in headers]
        source = with_way(row, cite(row["source_key"]), caution)
        rows.append([*cells, source, *([row["mark"]] if marked else [])])
        links.append(with_way(row, "; ".join(_linked(key) for key in keys(row["source_key"])), escape(caution)))
    names = [*headers.values(), "Source", *(["Mark"] if marked else [])]
    return ResultTable(caption.strip(), names, rows, links, list(df["mark"]))


def needed(df):
    """Refuse a frame that has lost its sources or marks, or its rows."""
    for column in ("source_key", "verification", "mark"):
        if column not in df.columns:
            raise EvidenceError(f"The results have lost their column '{column}'; pass rows as load() returns them.")
    if df.empty:
        raise EvidenceError("There is no row to show; the selection leaves nothing of the table.")


def _headers(df, columns):
    if columns is None:
        filled = [c for c in df.columns if c not in _NOT_BY_DEFAULT and any(_text(cell) for cell in df[c])]
        columns = filled
    given = columns if isinstance(columns, dict) else {name: None for name in columns}
    known = [*df.columns, "estimate"]
    for name in given:
        if name not in known:
            raise EvidenceError(f"The results have no column '{name}'; there are {', '.join(known)}.")
    wanted = {name: header for name, header in given.items() if name not in ("source_key", "mark")}
    return {name: header or _WORDS.get(name) or titles().get(name, name) for name, header in wanted.items()}


def _text(cell):
    if pd.isna(cell):
        return ""
    return cell if isinstance(cell, str) else in_full(cell)


def with_way(row, source, caution=""):
    """Return the words for a source, with how the finding was checked if not in the source itself, and a caution."""
    words = "; ".join(part for part in (_HOW.get(row["verification"]), caution) if part)
    return f"{source} ({words})" if words else source


def _linked(key):
    address, text = link(key), escape(cite(key))
    return f'<a href="{escape(address)}">{text}</a>' if address else text
