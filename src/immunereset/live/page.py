"""A live figure as HTML: picture, sentence, controls, caption, data, and the scripts that move it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from immunereset.engine.show import html_table
from immunereset.live.emit import indent
from immunereset.live.kind import Kind, Runtime
from immunereset.live.panels import GREEK, plain
from immunereset.live.sliders import SliderGrid
from immunereset.pictures.figure import css, data_uri


@cache
def text_of(name: str) -> str:
    """A file of this folder as text."""
    return resources.files("immunereset.live").joinpath(name).read_text(encoding="utf-8")


@cache
def runtime_source(runtime: Runtime) -> str:
    """A runtime, without those below it, as one JavaScript expression that defines it at most once on a page."""
    below = [
        f"const {_listed(one)} = globalThis.ImmuneReset[{json.dumps(version_of(one))}];" for one in runtime.chain[:-1]
    ]
    code = "\n".join([*below, _code(runtime)])
    return (
        f'((globalThis.ImmuneReset ??= {{}})["{version_of(runtime)}"] ??= '
        f"(() => {{\n{code}\nreturn {_listed(runtime)};\n}})())"
    )


@cache
def version_of(runtime: Runtime) -> str:
    """Twelve hexadecimal digits that change with a runtime and with those below it."""
    code = "\n".join(f"{_code(one)}{_listed(one)}" for one in runtime.chain)
    return hashlib.sha256(code.encode()).hexdigest()[:12]


def _code(runtime: Runtime) -> str:
    return "\n".join(short(text_of(name)) for name in runtime.files)


def _listed(runtime: Runtime) -> str:
    return "{ " + ", ".join(runtime.names) + " }"


def loaded(runtimes: Sequence[Runtime], code: str) -> str:
    """Statements that define runtimes, those below them first, and take from them the names that `code` uses."""
    lines = []
    for one in dict.fromkeys(below for runtime in runtimes for below in runtime.chain):
        used = [name for name in one.names if re.search(rf"\b{name}\b", code)]
        taken = f"const {{ {', '.join(used)} }} = " if used else ""
        lines.append(f"{taken}{runtime_source(one)};")
    return "\n".join(lines)


def short(code: str) -> str:
    """JavaScript or CSS without indentation, and without the comments that have a line of their own."""
    lines = (line.strip() for line in code.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def figure_source(code: Sequence[str], settings: dict[str, Any]) -> str:
    """The JavaScript object of one figure: members that are code, as lines, and `settings` as JSON."""
    plain = [f"{key}: {json.dumps(value, ensure_ascii=False)}," for key, value in settings.items()]
    return "\n".join(["{", *([indent(code)] if code else []), *plain, "}"])


def script(source: str, runtimes: Sequence[Runtime]) -> str:
    """The script element of one figure. It may stand on a page any number of times, with others or alone."""
    code = (
        f"const figure = {source};\n"
        'mount(document.currentScript?.closest(".ir-figure") ?? '
        'document.querySelector(`.ir-figure[data-digest="${figure.digest}"]:not(.ir-on)`), figure);'
    )
    code = f"(() => {{\n{loaded(runtimes, code)}\n{code}\n}})();"
    # Inside a script element these three would end or swallow it; within a string a backslash changes nothing.
    return "<script>" + re.sub(r"<(?=/|!--|script)", r"<\\", code, flags=re.I) + "</script>"


def page(
    kind: Kind, *, name: str, digest: str, svg: str, caption: str, alt: str, sentence: str, source: str
) -> str:  # fmt: skip
    """The whole `<figure>` element.

    JupyterLab would take the arrow keys for itself; `data-lm-suppress-shortcuts` leaves them to the controls.
    """
    shell, table = kind.shell, kind.table()
    told = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return (
        f'<figure class="ir-figure {shell.css_class}" data-name="{escape(name)}" data-digest="{digest}">'
        f"<style>{short(text_of('parts.css'))}</style><style>{short(text_of(shell.style_sheet))}</style>"
        f'<img alt="{escape(f"{alt} {sentence}".strip())}" src="{data_uri(svg)}">'
        f'<p class="ir-result" role="status" aria-label="{shell.result}">{escape(sentence)}</p>'
        f'<p class="ir-still">{escape(kind.still)}</p>{kind.controls()}{told}'
        '<details class="ir-data"><summary>Data behind this figure</summary>'
        f"{html_table(table.columns, table.rows, table.note)}</details>{script(source, kind.runtimes)}</figure>"
    )


def seed_field(seed: int, button: str) -> str:
    """The controls of a seed: a button to the next one, such as "Another patient", and a field for any."""
    return (
        '<fieldset class="ir-draw-again" hidden><legend>Draw again</legend>'
        f'<button type="button" class="ir-next" data-lm-suppress-shortcuts="true">{escape(button)}</button>'
        '<label>Seed <input type="number" class="ir-seed" min="0" max="4294967295" step="1" required '
        f'value="{seed}" autocomplete="off" data-lm-suppress-shortcuts="true"></label></fieldset>'
    )


def slider_fields(grids: Sequence[SliderGrid]) -> str:
    """The sliders, and the button back to the start."""
    return (
        f'<fieldset class="ir-sliders" hidden><legend>Move a slider</legend>{"".join(map(_slider, grids))}'
        '<button type="button" class="ir-reset" data-lm-suppress-shortcuts="true">Back to the start values</button>'
        "</fieldset>"
    )


def _slider(grid: SliderGrid) -> str:
    text, symbol = grid.words[grid.position], "" if grid.reworded else _symbol(grid.symbol)
    return (
        f'<div class="ir-slider"><label><span>{escape(grid.meaning)}{symbol}</span>'
        f'<input type="range" min="0" max="{len(grid.values) - 1}" step="1" value="{grid.position}" autocomplete="off" '
        f'data-symbol="{grid.symbol}" data-lm-suppress-shortcuts="true" aria-valuetext="{escape(text)}"></label>'
        f'<output aria-live="off">{escape(text)}</output></div>'
    )


def _symbol(symbol: str) -> str:
    """A symbol with its index lowered; nothing for a name that is a word."""
    stem, *index = symbol.split("_")
    if len(stem) > 2 and stem not in GREEK:
        return ""
    lowered = f"<sub>{escape(plain('_'.join(index)))}</sub>" if index else ""
    return f", <i>{escape(plain(stem))}{lowered}</i>"


def with_styles(figure: str) -> str:
    """A figure with the style sheet that all figures share, for a notebook."""
    return f"<style>{css()}</style>{figure}"
