"""Number the figures that code cells make.

A code cell that shows `<figure class="ir-figure" data-name="07-depth">…</figure>` puts raw HTML into the document, which
Sphinx can neither number nor link to. While a document is read, this extension turns each such figure into a figure
node that links reach by the name `data-name` (its id in the page is `fig-` and the name, because the theme's scripts
fail on ids that begin with a digit), and its `<figcaption>` into a caption; the picture, the controls and the table of data
stay as they were written. The number, `{numref}` and links then come from Sphinx. "Data behind this figure" becomes "Data
behind Figure 7.2", so that a list of the page's folds makes sense.

A link whose text is the one word "Figure", `[Figure](#07-depth)` or `[Figure](07-immune-reset.ipynb#07-depth)`, is
given the number.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
DATA = re.compile(r'(<details class="ir-data">\s*<summary>)([^<]*)\bthis figure(</summary>\s*)<table\b')
FOLD = re.compile(r"(<summary>(?:Python|More to move|What happens)[^<]*)(</summary>)")
"""Folds that several live figures of a page have."""
INLINE = {
    "em": nodes.emphasis,
    "i": nodes.emphasis,
    "strong": nodes.strong,
    "b": nodes.strong,
    "sub": nodes.subscript,
    "sup": nodes.superscript,
    "code": nodes.literal,
}


class ir_figure(nodes.figure):
    """A figure made by code; `attributes_html` holds its attributes as written, without the id."""


class ir_caption(nodes.caption):
    """The caption of a figure made by code."""


@dataclass(frozen=True)
class Figure:
    """One figure cut out of a piece of HTML: `html[start:end]`, all parts as written."""

    start: int
    end: int
    attributes: dict
    before: str
    caption: str
    after: str


class _Cutter(HTMLParser):
    """Find the figures of a piece of HTML by their place in it, so that no character of a picture or script changes."""

    def __init__(self, html):
        super().__init__(convert_charrefs=False)
        self.html, self.figures, self.marks, self.depth = html, [], {}, 0
        self.lines = [0]
        for line in html.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.feed(html)
        self.close()

    def place(self):
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        after = self.place() + len(self.get_starttag_text())
        if tag == "figure" and not self.marks:
            if "ir-figure" in (attributes.get("class") or "").split():
                self.marks, self.depth = {"start": self.place(), "inside": after, "attributes": attributes}, 1
        elif tag == "figure":
            self.depth += 1
        elif tag == "figcaption" and self.depth == 1:
            self.marks.setdefault("caption", (self.place(), after))

    def handle_endtag(self, tag):
        if not self.marks:
            return
        after = self.html.index(">", self.place()) + 1
        if tag == "figcaption" and self.depth == 1:
            self.marks.setdefault("captioned", (self.place(), after))
        elif tag == "figure":
            self.depth -= 1
            if not self.depth:
                self.cut(after)

    def cut(self, end):
        marks, html = self.marks, self.html
        closing = html.rindex("<", 0, end)
        outer, inner = marks.get("caption", (closing, closing))
        stop, rest = marks.get("captioned", (closing, closing))
        self.figures.append(
            Figure(
                marks["start"],
                end,
                marks["attributes"],
                html[marks["inside"] : outer],
                html[inner:stop],
                html[rest:closing],
            )
        )
        self.marks = {}


def cut_figures(html):
    """The figures in `html`, in order, as a list of Figure."""
    return _Cutter(html).figures


class _Inline(HTMLParser):
    """Turn the HTML of a caption into docutils nodes: text, emphasis and `$formulas$`."""

    def __init__(self, html):
        super().__init__()
        self.stack = [nodes.inline()]
        self.feed(html.strip())
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag in VOID:
            return
        if tag == "a":
            node = nodes.reference(refuri=dict(attributes).get("href", ""))
        else:
            node = INLINE.get(tag, nodes.inline)()
        self.stack[-1].append(node)
        self.stack.append(node)

    def handle_endtag(self, tag):
        if tag not in VOID and len(self.stack) > 1:
            self.stack.pop()

    def handle_data(self, data):
        for i, piece in enumerate(re.split(r"(?<!\\)\$(.+?)(?<!\\)\$", re.sub(r"\s+", " ", data))):
            if piece:
                self.stack[-1].append(nodes.math(piece, piece) if i % 2 else nodes.Text(piece.replace(r"\$", "$")))


def caption_nodes(html):
    """The docutils nodes of a caption given as HTML."""
    return _Inline(html).stack[0].children


class NumberedFigures(SphinxTransform):
    """Replace the HTML of figures made by code by figure nodes, before labels are collected (priority 850)."""

    default_priority = 200

    def apply(self, **_):
        for bundle in list(self.document.findall(nodes.container)):
            if bundle.get("nb_element") != "mime_bundle":
                continue
            html = self.without_known_styles(bundle)
            figures = cut_figures(html) if "ir-figure" in html else []
            if figures:
                bundle.replace_self(list(self.pieces(html, figures, bundle)))
        self.number_links()

    def without_known_styles(self, bundle):
        """The HTML of an output, without copies of the style sheets that the book loads."""
        html = ""
        for raw in bundle.findall(nodes.raw):
            if raw["format"] == "html":
                text = raw.astext()
                for sheet in self.app.ir_style_sheets:
                    text = text.replace(f"<style>{sheet}</style>", "")
                raw.children = [nodes.Text(text)]
                html += text
        return html

    def pieces(self, html, figures, origin):
        """The nodes that stand for `html`: what lies between the figures as raw HTML, and the figures."""
        place = 0
        for figure in figures:
            yield from _raw(html[place : figure.start])
            yield from self.node(figure, origin)
            place = figure.end
        yield from _raw(html[place:])

    def node(self, figure, origin):
        name = figure.attributes.get("data-name")
        if not name or not figure.caption.strip():
            missing = "caption" if name else "data-name"
            LOGGER.warning(
                "A figure made by code (%s) has no %s.", name or "nameless", missing, location=origin, type="ir_figures"
            )
            yield from _raw(figure.before + figure.after)
            return
        kept = {key: value for key, value in figure.attributes.items() if key not in ("id", "class")}
        node = ir_figure(
            ids=[f"fig-{name}"],
            names=[nodes.fully_normalize_name(name)],
            attributes_html=kept,
            classes=figure.attributes["class"].split(),
        )
        node.source, node.line = origin.source, origin.line
        node += _raw(figure.before)
        node += ir_caption("", "", *caption_nodes(figure.caption))
        node += _raw(figure.after)
        self.document.note_explicit_target(node)
        yield node

    def number_links(self):
        """Links with the one word "Figure" as text become references to the figure's number.

        A link to a state of a stage, such as `#07-reset?k=2.40&day=83`, is left to the page.
        """
        for link in list(self.document.findall(nodes.reference)):
            if link.get("id_link") and "?" in link["refuri"]:
                del link["id_link"]
            if link.astext() == "Figure" and link.get("refuri", "").startswith("#"):
                self.number(link, link["refuri"][1:])
        for link in list(self.document.findall(addnodes.pending_xref)):
            if link.astext() == "Figure" and link.get("reftargetid"):
                self.number(link, link["reftargetid"])

    def number(self, link, name):
        reference = addnodes.pending_xref(
            "",
            refdomain="std",
            reftype="numref",
            reftarget=name,
            refexplicit=False,
            refwarn=True,
            refdoc=self.env.docname,
        )
        reference.source, reference.line = link.source, link.line
        reference += nodes.inline("Figure", "Figure")
        link.replace_self(reference)


def _raw(html):
    return [nodes.raw("", html, format="html")] if html.strip() else []


def figure_label(app, docname, figure):
    """What a figure is called in the written book, such as "Figure 7.2"; None if figures are not numbered."""
    number = app.env.toc_fignumbers.get(docname, {}).get("figure", {}).get(figure["ids"][0])
    return number and app.config.numfig_format["figure"] % ".".join(map(str, number))


def name_data(app, doctree, docname):
    """Let each fold of a figure, and the table in that of its data, say which figure it belongs to."""
    for figure in doctree.findall(ir_figure):
        label = figure_label(app, docname, figure)
        for raw in figure.findall(nodes.raw) if label else ():
            html = DATA.sub(rf'\1\2{label}\3<table aria-label="\2{label}"', raw.astext())
            raw.children = [nodes.Text(FOLD.sub(rf"\1 ({label})\2", html))]


BORROWED = re.compile(r'<div data-figure="([\w-]+)" data-from="([\w/-]+)"></div>')
"""A place for a figure of another page: its name, and the page."""


def borrow(app, doctree, docname):
    """Show a figure of a lesson on another page, too. It has no number there; a page that is not built lends nothing."""
    for raw in list(doctree.findall(nodes.raw)):
        found = BORROWED.search(raw.astext())
        if found and found[2] in app.env.found_docs:
            figures = app.env.get_doctree(found[2]).findall(ir_figure)
            (lent,) = [figure for figure in figures if figure["attributes_html"]["data-name"] == found[1]]
            copy = lent.deepcopy()
            copy["attributes_html"] |= {"data-from": found[2]}
            raw.replace_self(copy)


def _open_figure(writer, node):
    writer.body.append(writer.starttag(node, "figure", **node["attributes_html"]))


def _close_figure(writer, node):
    writer.body.append("</figure>\n")


def _open_caption(writer, node):
    writer.body.append("<figcaption>")
    writer.add_fignumber(node.parent)
    writer.body.append('<span class="caption-text">')


def _close_caption(writer, node):
    writer.body.append("</span>")
    writer.add_permalink_ref(node.parent, "Link to this figure")
    writer.body.append("</figcaption>\n")


SCRIPT = re.compile(r"<script>\(\(\) => \{\n.*?</script>", re.DOTALL)
"""The script of a live figure."""

RUNTIME = re.compile(
    r'\(\(globalThis\.ImmuneReset \?\?= \{\}\)\["(\w+)"\] \?\?= \(\(\) => \{\n.*?\nreturn \{[\w, ]*\};\n\}\)\(\)\)(?=;\n)',
    re.DOTALL,
)
"""In such a script: a runtime that it shares with others, with its version."""

STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)


def share_parts(app, page, template, context, document):
    """Write the runtimes of live figures into files, which a reader's browser keeps from page to page.

    Of style sheets that several figures bring along, the first copy stays.
    """
    loaded, styles = set(), set()

    def first(match):
        known = match[0] in styles
        styles.add(match[0])
        return "" if known else match[0]

    def shared(match):
        load = []

        def named(runtime):
            version = runtime[1]
            name = f"_static/live-{version}.js"
            place = Path(app.outdir, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"{runtime[0]};\n", encoding="utf-8")
            if version not in loaded:
                load.append(f'<script src="{context["pathto"](name, 1)}"></script>')
            loaded.add(version)
            return f'globalThis.ImmuneReset["{version}"]'

        script = RUNTIME.sub(named, match[0])
        return "".join([*load, script])

    if "globalThis.ImmuneReset" in context.get("body", ""):
        context["body"] = STYLE.sub(first, SCRIPT.sub(shared, context["body"]))


def read_style_sheets(app):
    """Read the style sheets that every page of the book loads."""
    names = {name for name, _ in app.config.html_css_files}
    places = [Path(app.confdir, entry) for entry in app.config.html_static_path]
    places = [place if place.is_file() else place / name for place in places for name in names]
    app.ir_style_sheets = [place.read_text("utf-8") for place in places if place.name in names and place.is_file()]


def setup(app):
    app.connect("builder-inited", read_style_sheets)
    app.add_enumerable_node(ir_figure, "figure", html=(_open_figure, _close_figure))
    app.add_node(ir_caption, html=(_open_caption, _close_caption))
    app.add_transform(NumberedFigures)
    app.connect("doctree-resolved", borrow)
    app.connect("doctree-resolved", name_data)
    app.connect("html-page-context", share_parts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
