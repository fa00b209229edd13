"""A live figure as HTML: picture, sentence, sliders, caption, data, and the scripts that move it."""

import hashlib
import json
import re
from functools import cache
from html import escape
from importlib import resources

import numpy as np

from immunereset.engine.show import html_table
from immunereset.live.emit import indent
from immunereset.live.panels import GREEK, plain
from immunereset.pictures.figure import css, data_uri

USED = {
    "run/solver.js": ["solve"],
    "noise/run.js": ["noisyRuns", "over"],
    "measures.js": ["measures", "show", "fixed"],
    "run/page.js": ["mount"],
    "film/page.js": ["mount"],
}
"""What a figure's own script uses of each file; files that serve only others are not listed."""

PARTS = ("run/solver.js", "measures.js", "controls.js", "run/page.js")
STILL = "The picture shows the start values. Its sliders need JavaScript; in a notebook, run the cell."


@cache
def text_of(name):
    """A file of this folder as text."""
    return resources.files("immunereset.live").joinpath(name).read_text(encoding="utf-8")


@cache
def runtime(parts=PARTS):
    """The runtime made of these files, as one JavaScript expression that defines it at most once on a page."""
    code = "\n".join(short(text_of(name)) for name in parts)
    version = hashlib.sha256(code.encode()).hexdigest()[:12]
    return f'((globalThis.ImmuneReset ??= {{}})["{version}"] ??= (() => {{\n{code}\nreturn {_shared(parts)};\n}})())'


def _shared(parts):
    return "{ " + ", ".join(name for part in parts for name in USED.get(part, ())) + " }"


def short(code):
    """JavaScript or CSS without indentation, and without the comments that have a line of their own."""
    lines = (line.strip() for line in code.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def figure_source(model, result, settings):
    """The JavaScript object of one figure: its model, its questions, and `settings` as JSON."""
    plain = [f"{key}: {json.dumps(value, ensure_ascii=False)}," for key, value in settings.items()]
    return "\n".join(["{", f"model: {model},", indent(result), *plain, "}"])


def script(source, parts=PARTS):
    """The script element of one figure. It may stand on a page any number of times, with others or alone."""
    code = (
        f"(() => {{\nconst {_shared(parts)} = {runtime(parts)};\nconst figure = {source};\n"
        'mount(document.currentScript?.closest(".ir-figure") ?? '
        'document.querySelector(`.ir-figure[data-digest="${figure.digest}"]:not(.ir-on)`), figure);\n})();'
    )
    # Inside a script element these three would end or swallow it; within a string a backslash changes nothing.
    return "<script>" + re.sub(r"<(?=/|!--|script)", r"<\\", code, flags=re.I) + "</script>"


def page(*, name, digest, svg, caption, alt, sentence, grids, columns, rows, source, controls="", parts=PARTS):
    """The whole `<figure>` element. `grids` are the sliders; `columns` and `rows` the table, as text.

    `controls` are those beside the sliders, a `seed_field` or nothing; `parts` are the files of the runtime that the figure needs.
    JupyterLab would take the arrow keys for itself; `data-lm-suppress-shortcuts` leaves them to the sliders.
    """
    sliders = "".join(_slider(grid) for grid in grids)
    return (
        f'<figure class="ir-figure ir-live" data-name="{escape(name)}" data-digest="{digest}">'
        f"<style>{short(text_of('live.css'))}</style>"
        f'<img alt="{escape(f"{alt} {sentence}")}" src="{data_uri(svg)}">'
        f'<p class="ir-result" role="status" aria-label="Result">{escape(sentence)}</p>'
        f'<p class="ir-still">{STILL}</p>{controls}'
        f'<fieldset class="ir-sliders" hidden><legend>Move a slider</legend>{sliders}'
        '<button type="button" class="ir-reset" data-lm-suppress-shortcuts="true">Back to the start values</button>'
        "</fieldset>"
        f"<figcaption>{escape(caption)}</figcaption>"
        '<details class="ir-data"><summary>Data behind this figure</summary>'
        f"{html_table(columns, rows)}</details>{script(source, parts)}</figure>"
    )


def seed_field(seed, button):
    """The controls of a seed: a button to the next seed, such as "Another patient", and a field for any seed."""
    return (
        '<fieldset class="ir-draw-again" hidden><legend>Draw again</legend>'
        f'<button type="button" class="ir-next" data-lm-suppress-shortcuts="true">{escape(button)}</button>'
        '<label>Seed <input type="number" class="ir-seed" min="0" max="4294967295" step="1" required '
        f'value="{seed}" autocomplete="off" data-lm-suppress-shortcuts="true"></label></fieldset>'
    )


def check_seed(seed):
    """A seed as an int; ValueError for one that the field of a page cannot hold."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**32:
        raise ValueError(f"A seed is a whole number from 0 to 4294967295, not {seed!r}.")
    return int(seed)


def with_styles(figure):
    """A figure with the style sheet that all figures share, for a notebook."""
    return f"<style>{css()}</style>{figure}"


def _slider(grid):
    text = grid.words[grid.position]
    return (
        f'<div class="ir-slider"><label><span>{escape(grid.meaning)}{_symbol(grid.symbol)}</span>'
        f'<input type="range" min="0" max="{len(grid.values) - 1}" step="1" value="{grid.position}" autocomplete="off" '
        f'data-symbol="{grid.symbol}" data-lm-suppress-shortcuts="true" aria-valuetext="{escape(text)}"></label>'
        f'<output aria-live="off">{escape(text)}</output></div>'
    )


def _symbol(symbol):
    """A symbol with its index lowered; nothing for a name that is a word."""
    stem, *index = symbol.split("_")
    if len(stem) > 2 and stem not in GREEK:
        return ""
    lowered = f"<sub>{escape(plain('_'.join(index)))}</sub>" if index else ""
    return f", <i>{escape(plain(stem))}{lowered}</i>"
