"""Show lessons and labs: a bar of the sections with their minutes at the top of each, the minutes at the mark Halfway,
`{{ lessons }}`, the table of them all, `{{ one_hour }}`, what a class leaves out, and labs in the contents list at the side.

The rule of the minutes stands in `immunereset.lesson.rhythm`.
"""

import re
from html import escape
from pathlib import Path

from docutils import nodes

from immunereset.lesson.contents import Notebook, contents, notebooks
from immunereset.lesson.hour import one_hour

LEAD = re.compile(r'<div class="lead.*?</div>', re.DOTALL)
HALFWAY = "<strong>Halfway.</strong>"


def in_words(minutes):
    return f"{minutes} minute{'s' * (minutes != 1)}"


def bar(one, places):
    """The bar of a notebook's sections as HTML; `places` are their anchors and titles, in order."""
    items = "".join(
        f'<li style="flex-grow: {section.minutes}"><a class="reference internal" href="#{place}" title="{escape(title)}">'
        f"<span>{escape(title)}</span> <b>{section.minutes}<span> min</span></b></a></li>"
        for section, (place, title) in zip(one.sections, places, strict=True)
        if section.counted
    )
    kind = "lab" if one.is_lab else "lesson"
    return (
        f'<nav class="ir-bar" aria-label="Sections of this {kind}"><p>{in_words(one.minutes)}</p><ol>{items}</ol></nav>'
    )


def so_far(one, body):
    """The minutes of the sections whose heading stands above the mark Halfway."""
    above = body.partition(HALFWAY)[0].count("<h2>")
    return sum(section.minutes for section in one.sections[:above] if section.counted)


def show_minutes(app, pagename, templatename, context, doctree):
    """Put the bar below the question of a lesson, and the minutes at its mark."""
    path = Path(app.confdir) / f"{pagename}.ipynb"
    if doctree is None or not path.is_file() or path.parent.name != "notebooks":
        return
    one, (top, *_) = Notebook(path), doctree.findall(nodes.section)
    places = [(part["ids"][0], part.next_node(nodes.title).astext()) for part in top if isinstance(part, nodes.section)]
    body = LEAD.sub(lambda lead: lead[0] + bar(one, places), context["body"], count=1)
    context["body"] = body.replace(HALFWAY, f"{HALFWAY} {in_words(so_far(one, body))} so far.")


def without_folds(make):
    """The contents list of the theme, with the labs below their lessons in sight: its folds have no names."""

    def made(*args, **named):
        soup = make(*args, **named)
        for summary in soup.select("summary"):
            summary.decompose()
        for fold in soup.select("details"):
            fold.unwrap()
        return soup

    return made


def show_labs(app, pagename, templatename, context, doctree):
    """Show the labs in the contents list at the side."""
    context["generate_toctree_html"] = without_folds(context["generate_toctree_html"])


def fill(app, docname, source):
    """Put the tables of lessons in place, and have the page built again when a lesson changes."""
    folder = Path(app.confdir) / "notebooks"
    for name, table in {"{{ lessons }}": contents, "{{ one_hour }}": one_hour}.items():
        if name in source[0]:
            for one in notebooks(folder):
                app.env.note_dependency(str(one.path))
            source[0] = source[0].replace(name, table(folder, "../notebooks/"))


def setup(app):
    app.connect("source-read", fill)
    app.connect("html-page-context", show_minutes)
    app.connect("html-page-context", show_labs, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
