"""A live figure as a notebook shows it: HTML, a picture, one line of text."""

from __future__ import annotations

import base64
import hashlib
import json

from immunereset.engine import ModelError, Run
from immunereset.live.kind import Kind
from immunereset.live.page import figure_source, page, with_styles

MADE: dict[str, LiveFigure] = {}
"""Figures made in this session, the last of each name: what `run_of` finds."""


def run_of(name: str, **values: float) -> Run:
    """The run that a live figure shows: `run_of("07-reset", k=2)`, in a cell below that of the figure.

    `values` are those of parameters, and `seed` in a figure with chance; what is not given is as in its first picture.
    With several patients the arrays have the shape (times, patients).

    Raises ModelError where no such figure was made, where it shows no run, and for values that its model refuses.
    """
    if name not in MADE:
        raise ModelError(f"No live figure {name!r} was made here; made: {', '.join(sorted(MADE)) or 'none'}.")
    figure = MADE[name]
    if not figure.kind.runs:
        raise ModelError(f"The live figure {name!r} shows no run of a model that a line of Python repeats.")
    return figure.kind.run(values)


class LiveFigure:
    """A displayable figure that a reader can move, in a notebook and in the published page.

    `html` is all a page needs (without the style sheet of all figures), `svg` the picture, `source` the generated
    JavaScript, `sentence` the result at the start values, `digest` sixteen hexadecimal digits that change with whatever
    decides what the figure says. `kind` computes it, as its `specification` says.
    """

    def __init__(self, kind: Kind):
        told = kind.specification
        self.kind, self.specification = kind, told
        self.name, self.caption, self.alt = told.name, told.caption.strip(), told.alt.strip()
        self.digest = hashlib.sha256(json.dumps(kind.digest_parts()).encode()).hexdigest()[:16]
        self.sentence = kind.sentence()
        drawing = kind.draw()
        self.svg, self.png = drawing.svg, drawing.png
        shell = {
            "kind": kind.name,
            "name": self.name,
            "digest": self.digest,
            "alt": self.alt,
            "chart": kind.chart,
            "sliders": [],
        }
        self.settings = shell | kind.settings(drawing)
        self.source = figure_source(kind.source(), self.settings)
        self.html = page(kind, digest=self.digest, svg=self.svg, sentence=self.sentence, source=self.source)
        MADE[self.name] = self

    def __repr__(self) -> str:
        return f"<{self.kind.title} {self.name} [{self.digest}]>"

    def __str__(self) -> str:
        return f"{self.kind.title} {self.name} [{self.digest}]: {self.sentence}"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        png = {} if self.png is None else {"image/png": base64.b64encode(self.png).decode()}
        return {"text/html": with_styles(self.html), **png, "text/plain": str(self)}
