"""A figure as a reader needs it: picture, caption, text for those who cannot see it, and the data behind it.

    figure(fig, name="07-depth", caption="…", alt="…", table={"day": …, "E": …})

as the last expression of a cell shows `<figure class="ir-figure">` with an SVG picture. Outside a notebook,
and for nbval, it is the one line "Figure 07-depth: …".
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from functools import cache
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from immunereset.engine import Run
from immunereset.pictures.style import FONTS
from immunereset.words import html_table, show

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHORTEST_ALT = 40
MOST_ROWS = 12

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_TAG = re.compile(r"<[^>]+>")
_LONG_NUMBER = re.compile(r"(?<![\w.#-])-?\d+\.\d{3,}(?:e-?\d+)?")
_SIZE = re.compile(r'viewBox="\S+ \S+ (\S+) (\S+)"')
_LABEL = re.compile(r'\b(id="|href="#|url\(#)')


class Picture:
    """A displayable figure. `svg` is the picture as text; `html` all a page needs, without the style sheet.

    A `wide` picture keeps its size on a phone and is moved sideways, because its letters would be too small. One that is
    much taller than wide gets room on paper.
    """

    def __init__(
        self,
        svg: str,
        *,
        name: str,
        caption: str,
        alt: str,
        columns: list[str],
        rows: list[list[str]],
        note: str = "",
        wide: bool = False,
    ):
        self.wide = wide
        self.name, self.caption, self.alt, self.svg = name, caption, alt, svg
        self.columns, self.rows, self.note = columns, rows, note

    @property
    def html(self) -> str:
        width, height = map(float, _SIZE.search(self.svg).groups())
        kind = "".join([" ir-wide" * self.wide, " ir-tall" * (height > 1.5 * width)])
        return (
            f'<figure class="ir-figure{kind}" data-name="{escape(self.name)}">'
            f'<img alt="{escape(self.alt)}" src="{data_uri(self.svg)}">'
            f"<figcaption>{escape(self.caption)}</figcaption>"
            '<details class="ir-data"><summary>Data behind this figure</summary>'
            f"{html_table(self.columns, self.rows, self.note)}</details></figure>"
        )

    def __str__(self) -> str:
        return f"Figure {self.name}: {self.caption}"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": f"<style>{css()}</style>{self.html}", "text/plain": str(self)}


def figure(fig: Figure, *, name: str, caption: str, alt: str, table: Any) -> Picture:
    """Turn a matplotlib figure into a `Picture` and close it, so that a notebook shows it once.

    `name` is the figure's id in the book (letters, digits, hyphens). `alt` says in at least 40 characters what
    kind of picture it is, its axes with ranges, each line, and the one thing to notice. `table` holds the
    numbers drawn: a DataFrame, a dict of columns, or a list of rows of which the first is the header; it is
    shown with 3 significant digits, and a long one by 12 rows evenly spaced, unless words name its rows (studies).
    Raises ValueError for whatever is missing.
    """
    check_words(name, caption, alt)
    columns, rows, note = read_table(table)
    picture = Picture(
        svg(fig, name), name=name, caption=caption.strip(), alt=alt.strip(), columns=columns, rows=rows, note=note
    )
    import matplotlib.pyplot as plt

    plt.close(fig)
    return picture


def check_name(name: str) -> None:
    """Refuse a name that cannot be a figure's id."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"A figure's name has letters, digits and hyphens, such as '07-depth'; this one is {name!r}.")


def check_words(name: str, caption: str, alt: str) -> None:
    """Refuse, in one sentence, a figure without a proper name, caption or alt text."""
    check_name(name)
    if not isinstance(caption, str) or not caption.strip():
        raise ValueError(f"Figure {name} has no caption; say in a sentence what it shows.")
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(f"Figure {name} has no alt text; say in words what a reader who cannot see it should know.")
    if len(alt.strip()) < SHORTEST_ALT:
        raise ValueError(
            f"The alt text of figure {name} has {len(alt.strip())} characters; it needs at least {SHORTEST_ALT}: "
            "kind of picture, axes with ranges, what each line is, and what to notice."
        )


def svg(fig: Figure, name: str) -> str:
    """The figure as a small SVG text: letters as text, no metadata, ids prefixed by `ir-name-`, two decimals.

    The same figure gives the same text on every run.
    """
    import matplotlib

    settings = {"svg.fonttype": "none", "svg.hashsalt": name, "font.sans-serif": FONTS}
    with matplotlib.rc_context(settings):
        out = io.StringIO()
        nothing = dict.fromkeys(["Date", "Creator", "Format", "Type"])
        fig.savefig(out, format="svg", metadata=nothing, transparent=True)
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.S)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.S)
    text = _TAG.sub(lambda tag: _trim_tag(tag.group(), name), text)
    return re.sub(r">\s*\n\s*<", ">\n<", text).strip()


def _trim_tag(tag: str, name: str) -> str:
    tag = _LABEL.sub(lambda opening: f"{opening.group()}ir-{name}-", tag)
    return re.sub(r"\s*\n\s*", " ", _LONG_NUMBER.sub(_two_decimals, tag))


def _two_decimals(number: re.Match) -> str:
    short = f"{float(number.group()):.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def data_uri(text: str) -> str:
    return "data:image/svg+xml," + quote(text, safe=" /:=;,'()!*@+$?[]")


def read_table(table: Any) -> tuple[list[str], list[list[str]], str]:
    """Header, rows of text, and a note on what was left out, from any of the shapes `figure` takes."""
    columns, rows = _shape(table)
    if not columns or not rows:
        raise ValueError("A figure needs its table of data, with a header and at least one row; this one is empty.")
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"The figure's table has {len(columns)} columns, but a row of {len(row)}: {row!r}.")
    named = any(isinstance(row[0], str) for row in rows)
    picks = range(len(rows)) if named else _even(len(rows), MOST_ROWS)
    note = f"{len(picks)} of {len(rows)} rows, evenly spaced" if len(picks) < len(rows) else ""
    return [str(column) for column in columns], [[show(cell) for cell in rows[pick]] for pick in picks], note


def _shape(table: Any) -> tuple[list, list[list]]:
    if table is None:
        raise ValueError("A figure needs a table of the data behind it: a DataFrame, a dict of columns, or rows.")
    if hasattr(table, "itertuples"):
        return list(table.columns), [list(row) for row in table.itertuples(index=False)]
    if isinstance(table, dict):
        lengths = {str(key): len(column) for key, column in table.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"The columns of the figure's table differ in length: {lengths}.")
        return list(table), [list(row) for row in zip(*table.values())]
    rows = [list(row) for row in table]
    return (rows[0], rows[1:]) if rows else ([], [])


def _even(count: int, most: int) -> list[int]:
    """At most `most` indices into `count` rows, evenly spaced, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return sorted({round(pick * (count - 1) / (most - 1)) for pick in range(most)})


def sample(run: Run, symbols: Iterable[str], every: float | None = None, time: str = "days") -> dict[str, list]:
    """The table behind a time series: a dict of columns, time first, then each symbol of `run`.

    `every` is the distance of two rows in `time` ("days" or "years"), measured from the first; without it all
    reported times are given and `figure` picks twelve. Times between reported ones are taken from the nearest.
    """
    if time not in ("days", "years"):
        raise ValueError(f"Time is shown in 'days' or 'years', not {time!r}.")
    times = run.t if time == "days" else run.years
    picks = range(len(times))
    if every is not None:
        if not every > 0:
            raise ValueError(f"Rows are a positive number of {time} apart, not {every!r}.")
        count = int((times[-1] - times[0]) / every + 1e-9) + 1
        picks = [int(abs(times - (times[0] + k * every)).argmin()) for k in range(count)]
    heading = {"days": "day", "years": "year"}[time]
    return {heading: [times[pick] for pick in picks]} | {
        symbol: [run[symbol][pick] for pick in picks] for symbol in symbols
    }


@cache
def css() -> str:
    """The style sheet of figures and tables, as text."""
    return resources.files("immunereset.pictures").joinpath("figures.css").read_text(encoding="utf-8")
