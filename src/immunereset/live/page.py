"""The shell of every live figure as HTML: sentence, picture, controls, caption, data, and the scripts that move it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from immunereset.live.emit import indent
from immunereset.live.kind import Kind, Runtime
from immunereset.pictures.figure import css, data_uri
from immunereset.pictures.style import role_css
from immunereset.words import html_table


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


ENDING = re.compile(r" // [^\"'`]*$")
"""A comment at the end of a line; one with a quotation mark stays, for it may be part of a text."""


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
    """JavaScript or CSS without indentation, and without comments that have a line of their own or end one."""
    lines = (ENDING.sub("", line.strip()) for line in code.splitlines())
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


def page(kind: Kind, *, digest: str, svg: str, sentence: str, source: str) -> str:
    """The shell of a figure: the whole `<figure>` element.

    JupyterLab would take the arrow keys for itself; `data-lm-suppress-shortcuts` leaves them to the controls.
    """
    toy = f'<span class="ir-toy">{escape(kind.toy)}</span>' if kind.toy else ""
    told, table = kind.specification, kind.table()
    sheets = [short(text_of(name)) for name in ("shell.css", *kind.sheets)] + ([role_css()] if kind.chart else [])
    python = ""
    if kind.runs:
        values = ", ".join(f"{symbol}={value:.10g}" for symbol, value in kind.sets().items())
        line = f'run_of("{escape(told.name)}", <b class="ir-python-value">{values}</b>)'
        python = f"<details><summary>Python</summary><p><code>from immunereset.live import run_of<br>{line}</code></p></details>"
    return (
        f'<figure class="ir-figure ir-live {kind.classes}" data-name="{escape(told.name)}" data-digest="{digest}">'
        f"{''.join(f'<style>{sheet}</style>' for sheet in sheets)}"
        f'<p class="ir-result" role="status" aria-label="{kind.label}">{escape(sentence)}</p>'
        f'<img alt="{escape(f"{told.alt.strip()} {sentence}".strip())}" src="{data_uri(svg)}">'
        f'<p class="ir-still">{escape(kind.still)}</p>{kind.controls()}'
        f"{f'<figcaption>{escape(told.caption.strip())}</figcaption>' if told.caption.strip() else ''}"
        '<div class="ir-foot"><button type="button" class="ir-copy" hidden>Copy a link to this state</button>'
        f'{python}<details class="ir-data"><summary>Data behind this figure</summary>'
        f"{html_table(table.columns, table.rows, table.note)}</details>{toy}</div>{script(source, kind.runtimes)}</figure>"
    )


def with_styles(figure: str) -> str:
    """A figure with the style sheet that all figures share, for a notebook."""
    return f"<style>{css()}</style>{figure}"
