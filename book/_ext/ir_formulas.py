"""Formulas, drawn when the book is built: KaTeX writes HTML with MathML beside it, and no page runs a script for them.

The HTML is for the eye and hidden from screen readers, the MathML is for them. KaTeX itself (`katex/katex.min.js`) stays
here; pages load its style sheet and, where a formula needs them, its fonts.
"""

import json
import re
from functools import cache
from html import unescape
from pathlib import Path

from docutils.nodes import SkipNode
from py_mini_racer import MiniRacer
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

KATEX = Path(__file__).parent / "katex" / "katex.min.js"
STYLE = "katex/katex.min.css"
RAW = re.compile(r'(<span class="math notranslate nohighlight">)\\\((.*?)\\\)(</span>)', re.DOTALL)
"""Formulas in the HTML that a cell showed (pictures.tables.mathematics), which are no nodes of the document."""

LONG = 100
"""Letters of a line of LaTeX from which on a formula may have to be moved sideways on a phone, by keys, too."""

log = logging.getLogger(__name__)


@cache
def engine():
    """KaTeX in a JavaScript engine of its own, started when the first formula is met."""
    context = MiniRacer()
    context.eval(KATEX.read_text(encoding="utf-8"))
    return context


@cache
def drawn(latex, display=False):
    """A formula as HTML. Raises ValueError, with KaTeX's own words, for LaTeX that it does not know."""
    options = {"displayMode": display, "strict": "ignore", "throwOnError": True}
    answer = engine().eval(
        "(() => { try { return JSON.stringify([katex.renderToString("
        f"{json.dumps(latex)}, {json.dumps(options)})]); }} catch (error) {{ return JSON.stringify(error.message); }} }})()"
    )
    found = json.loads(answer)
    if isinstance(found, str):
        raise ValueError(found)
    return found[0]


def written(latex, display, place):
    """The formula as HTML, or as it was typed with a warning at `place`, which fails the build."""
    try:
        return drawn(latex, display)
    except ValueError as fault:
        log.warning("This formula cannot be drawn: %s (%s)", latex, fault, location=place, type="formula")
        return latex


def visit_math(writer, node):
    writer.body.append(writer.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    writer.body.append(written(node.astext(), False, node) + "</span>")
    raise SkipNode


def visit_math_block(writer, node):
    writer.body.append(writer.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, "Link to this equation")
        writer.body.append("</span>")
    html = written(node.astext(), True, node)
    if max(map(len, node.astext().splitlines())) > LONG:
        html = html.replace(
            'class="katex-display"', 'class="katex-display" tabindex="0" role="group" aria-label="Formula"', 1
        )
    writer.body.append(html + "</div>\n")
    raise SkipNode


def draw_raw_formulas(app, page, template, context, document):
    """Draw what cells showed as HTML; a page with formulas takes the style sheet."""
    body = context.get("body", "")
    if 'class="math' in body or "text_latex" in body:
        context["body"] = RAW.sub(lambda m: m[1] + written(unescape(m[2]), False, page) + m[3], body)
        app.add_css_file(STYLE)


def setup(app):
    app.add_html_math_renderer("katex", (visit_math, None), (visit_math_block, None))
    app.connect("html-page-context", draw_raw_formulas)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
