"""What the book adds to a lesson: figure numbers that begin with the lesson's number, anchors, names.

The number of a lesson is the number its file name begins with (`notebooks/07-immune-reset.ipynb`): its figures are
7.1, 7.2, … whatever lessons stand before it; those of its lab L7.1, L7.2, …

What a screen reader lists gets names: the rows of tables, the folds of code.

Figures and glossary terms can be linked to as `[text](07-immune-reset.ipynb#07-depth)` and
`[Treg](../book/glossary.md#treg)`, which also open the right file in JupyterLab; an unknown anchor is a warning.
"""

import re

from bs4 import BeautifulSoup
from docutils import nodes
from ir_figures import figure_label, ir_figure
from myst_nb.sphinx_ import HideCodeCellNode

LESSON = re.compile(r"(?:^|/)(\d+)-[^/]*$")

TABLE_CAPTION = re.compile(r"<caption>(.*?)</caption>", re.DOTALL)

MARKDOWN_TABLE = re.compile(r'<table class="(?:table|docutils align-default)">.*?</table>', re.DOTALL)

ROLES = {
    '<summary aria-label="Toggle hidden content">': "<summary>",
    'role="doc-biblioentry"': 'role="listitem"',
}


def lesson_number(docname):
    """The number that a lesson's file name begins with, or None for a page that is no lesson."""
    match = LESSON.search(docname)
    return int(match[1]) if match else None


def number_by_lesson(app, builder):
    """Number the figures of each page from 1, with the lesson's number in front if it is a lesson, as 7.1, or a lab, L7.1.

    At this moment the environment is already saved, so the next build compares with the numbers Sphinx itself gives.
    """
    for docname, kinds in app.env.toc_fignumbers.items():
        number = lesson_number(docname)
        lab = "L" if docname.endswith("-lab") else ""
        front = () if number is None else (f"{lab}{number}",)
        for kind, figures in kinds.items():
            kinds[kind] = {name: (*front, place) for place, name in enumerate(figures, start=1)}


def term_slug(term):
    """The anchor of a glossary term: `Event-free survival` is `event-free-survival`."""
    return re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


def note_anchors(app, doctree):
    """Let Markdown links reach the figures and glossary terms of this document by their anchors."""
    slugs = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for figure in doctree.findall(ir_figure):
        for name in figure["names"]:
            slugs[name] = (figure.line, figure["ids"][0], name)
    for term in doctree.findall(nodes.term):
        if term["ids"]:
            slugs[term_slug(term.astext())] = (term.line, term["ids"][0], term.astext())


def name_rows(app, doctree):
    """Make the first column of a table written in Markdown head its rows."""
    for group in doctree.findall(nodes.tgroup):
        next(group.findall(nodes.colspec))["stub"] = 1


def what_it_makes(app, docname, cell):
    """The words that tell the code of a cell from that of its neighbours: the figures, table or equation it makes."""
    drawn = [figure_label(app, docname, figure) for figure in cell.findall(ir_figure)]
    if drawn and all(drawn):
        return f" of {' and '.join(drawn)}"
    if any(TABLE_CAPTION.search(raw.astext()) for raw in cell.findall(nodes.raw)):
        return " of the table"
    if any(cell.findall(nodes.math_block)):
        return " of the equation"
    if any(code.astext().startswith(("import ", "from ")) for code in cell.findall(nodes.literal_block)):
        return " that loads the tools"
    return ""


def name_folds(app, doctree, docname):
    """Say in each fold what is in it: code, and of which figures; a table, by its caption; or what code prints.

    The code of a figure stands below it, for the Tab key and who listens, too.
    """
    for fold in list(doctree.findall(HideCodeCellNode)):
        cell = fold.parent or fold  # myst-nb gives a fold around a whole cell no parent
        made = what_it_makes(app, docname, cell)
        captions = [found[1] for raw in fold.findall(nodes.raw) if (found := TABLE_CAPTION.search(raw.astext()))]
        words = {
            "source": "code",
            "content": "code and output",
            "output": f"table: {' and '.join(captions)}" if captions else "printed output",
        }
        for prompt in ("prompt_show", "prompt_hide"):
            verb, kind = fold[prompt].rsplit(" ", 1)
            # A cell may carry words of its own, such as "Show the solution".
            if kind in words:
                fold[prompt] = f"{verb} {words[kind]}{made if kind != 'output' else ''}"
            elif made.startswith(" of Figure"):
                fold[prompt] += f" ({made.removeprefix(' of ')})"
        if made.startswith(" of Figure") and cell is not fold and not any(fold.findall(ir_figure)):
            cell.remove(fold)
            cell += fold


def mend_roles(app, pagename, templatename, context, doctree):
    """Give screen readers what myst-nb and docutils withhold: a fold's own words, list items inside a list; and phones
    what they need to show a wide table."""
    body = context.get("body", "")
    for fault, mended in ROLES.items():
        body = body.replace(fault, mended)
    context["body"] = MARKDOWN_TABLE.sub(card, body)


def card(match):
    """A table written in Markdown, ready to become cards on a phone: each cell knows its head (see book.css).

    Tables of two columns fit a phone as they are; a head that is a formula cannot be repeated in words.
    """
    table = BeautifulSoup(match[0], "html.parser").table
    heads = (
        []
        if table.select("thead .math")
        else [head.get_text(" ", strip=True).rstrip("?") for head in table.select("thead th")]
    )
    if len(heads) < 3:
        return match[0]
    table["class"] = [*table.get("class", []), "ir-cards"]
    for row in table.select("tbody tr"):
        for head, cell in zip(heads, row.find_all(["th", "td"], recursive=False)):
            if cell.name == "th":
                cell["scope"] = "row"
            else:
                cell["data-head"] = head
    return str(table)


def name_repository(app, config):
    """Take the repository's address from the theme's options, where Jupyter Book puts `repository.url`."""
    config.ir_repository = config.html_theme_options["repository_url"]


def write_repository(app, docname, source):
    """Fill `{{ repository }}`, in links and code too, so that only `_config.yml` names the repository."""
    source[0] = source[0].replace("{{ repository }}", app.config.ir_repository)


def setup(app):
    app.add_config_value("ir_repository", "", "env")
    app.connect("config-inited", name_repository)
    app.connect("source-read", write_repository)
    app.connect("doctree-read", note_anchors)
    app.connect("doctree-read", name_rows)
    app.connect("doctree-resolved", name_folds)
    app.connect("write-started", number_by_lesson)
    app.connect("html-page-context", mend_roles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
