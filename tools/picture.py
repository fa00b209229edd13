"""Take the picture of the reset stage, as it ends, out of the built book, for the README.

The picture carries the digest of the figure it was taken from, so that a test can tell when the two part ways.
"""

import re
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "_build" / "html" / "notebooks" / "07-immune-reset.html"
PICTURE = ROOT / "book" / "_static" / "reset.svg"
NAME = "07-reset"


def figure(html):
    """The digest and the SVG text of the stage `NAME`, with its future shown, in a page of the book."""
    found = BeautifulSoup(html, "html.parser").select_one(f'[data-name="{NAME}"][data-digest]')
    _, _, quoted = found.select_one(".ir-answer img[src^='data:image/svg+xml']")["src"].partition(",")
    return found["data-digest"], unquote(quoted)


def digest(svg):
    """The digest that a picture was written with; None if it has none."""
    note = re.match(r"<!-- Stage \S+ \[(\w+)\]", svg)
    return note and note[1]


if __name__ == "__main__":
    code, svg = figure(PAGE.read_text(encoding="utf-8"))
    # A page that shows the README may be dark; the letters are not.
    svg = re.sub(
        r"(<svg[^>]*>)", r'\1<rect width="100%" height="100%" fill="#fff"/>', svg[svg.index("<svg") :], count=1
    )
    note = f"<!-- Stage {NAME} [{code}], taken from the book by `python make.py picture`. -->\n"
    PICTURE.write_text(note + svg.strip() + "\n", encoding="utf-8", newline="\n")
