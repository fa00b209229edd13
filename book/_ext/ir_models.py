"""Fill the chapter of models: `{{ models }}` with every model of flows, `{{ rules }}` with the other files of models/
that name their sources.

All of it comes from the package: question, states, parameters and limits from a `Model`, equations from its trace,
words and sources from the sections of its file's docstring (a heading at the margin, the text indented below it).
"""

import inspect
import re
import sys
from html import escape

from ir_map import Project

SUBSCRIPT = re.compile(r"(?<![\w<&])([^\W\d_])_([A-Za-z0-9]{1,4})(?![A-Za-z0-9_])")
CODE = re.compile(r"`([^`]+)`")
NEW_LINE = re.compile(r"^ |\S {2,}\S")


def sections(module):
    """The first line of a module's docstring and its sections: {heading: text}."""
    title, _, rest = inspect.getdoc(module).partition("\n")
    found = {}
    for part in re.split(r"^(?=\S)", rest, flags=re.M):
        head, _, text = part.partition("\n")
        if text.startswith("    "):
            found[head] = inspect.cleandoc(text)
    return title.rstrip("."), found


def section(found, name):
    """The text of the section whose heading begins with `name`, or nothing."""
    return next((text for head, text in found.items() if head.startswith(name)), "")


def prose(text, before=""):
    """Text of a docstring as HTML; aligned lines, such as formulas, stay lines. `before` opens the first paragraph."""
    paragraphs = []
    for lines in (paragraph.splitlines() for paragraph in text.split("\n\n") if paragraph):
        joined = lines[0]
        for last, line in zip(lines, lines[1:]):
            apart = NEW_LINE.search(line) or NEW_LINE.search(last)
            joined += ("\n" if apart else " ") + line.strip()
        parts = CODE.split(escape(joined, quote=False))
        parts[::2] = [SUBSCRIPT.sub(r"\1<sub>\2</sub>", part) for part in parts[::2]]
        parts[1::2] = [f"<code>{part}</code>" for part in parts[1::2]]
        paragraphs.append("".join(parts).replace("\n", "<br>"))
    if paragraphs and before:
        paragraphs[0] = f"<strong>{before}</strong> {paragraphs[0]}"
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def cited(*texts):
    """Citations of the works that texts name as the book cites them, such as "Friberg et al. 2002"."""
    from immunereset.evidence import cite
    from immunereset.evidence.references import entries

    plain = re.sub(r"\((\d{4})\)", r"\1", " ".join(" ".join(texts).split()))
    keys = sorted(key for key in entries() if cite(key) in plain)
    return "".join(["\n\nIn the bibliography: ", ", ".join(f"{{cite:t}}`{key}`" for key in keys), "."]) if keys else ""


def where_used(project, module):
    """The file of a module, and links to the lessons that need it."""
    file = project.modules[module.__name__]
    used = [lesson for lesson in project.lessons if file in project.serving[lesson]]
    links = ", ".join(f"[{int(lesson)}](../notebooks/{project.lessons[lesson].name})" for lesson in used)
    return f"Lessons: {links or 'none'}. File: `models/{file.name}`."


def model_chapter(model, project):
    """One model as Markdown."""
    from immunereset.pictures import equations, parameter_table, state_table

    module = sys.modules[model.flows.__module__]
    found = sections(module)[1]
    sources = section(found, "Sources")
    limits = "\n".join(f"- {limit}" for limit in model.limits)
    tables = f"{state_table(model).html}\n{parameter_table(model).html}"
    return "\n\n".join([
        f"### {model.name[0].upper()}{model.name[1:]}",
        f"*{model.question}* {where_used(project, module)}",
        prose(section(found, "In words")),
        f"$$\n{equations(model).latex}\n$$",
        f'<details class="ir-data"><summary>States and parameters of the {model.name} model</summary>\n{tables}\n</details>',
        prose(sources, "What it rests on.") + cited(sources, *(q.source for q in model.parameters.values())),
        f"**What it leaves out.**\n\n{limits}",
    ])  # fmt: skip


def rule_chapter(module, project):
    """A file with rules or formulas as Markdown: the sections of its docstring."""
    title, found = sections(module)
    name, _, about = title.partition(":")
    about, limits = about.strip(), getattr(module, "LIMITS", ())
    end = "" if about.endswith("?") else "."
    parts = [f"### {name}", f"{about[:1].upper()}{about[1:]}{end} {where_used(project, module)}"]
    for head, text in found.items():
        if head == "Sources":
            parts.append(prose(text, "What it rests on.") + cited(text))
        elif head == "Limits" and limits:
            parts.append("**What it leaves out.**\n\n" + "\n".join(f"- {limit}" for limit in limits))
        else:
            parts.append(prose(text, "What it leaves out." if head == "Limits" else f"{head}."))
    return "\n\n".join(parts)


def chapters(project):
    """The models and the rules, each as Markdown, in the order of the lessons that first need them."""
    from immunereset.models import all_models, all_modules

    def first_lesson(module):
        file = project.modules[module.__name__]
        return next((lesson for lesson in project.lessons if file in project.serving[lesson]), "99")

    models = sorted(all_models(), key=lambda model: first_lesson(sys.modules[model.flows.__module__]))
    with_models = {model.flows.__module__ for model in models}
    rules = [m for m in all_modules() if m.__name__ not in with_models and section(sections(m)[1], "Sources")]
    return (
        [model_chapter(model, project) for model in models],
        [rule_chapter(module, project) for module in sorted(rules, key=first_lesson)],
    )


def fill(app, docname, source):
    """Put the chapters in place, and have the page built again when a file of the package or a lesson changes."""
    if "{{ models }}" not in source[0]:
        return
    project = Project(app.confdir)
    for path in [*project.files, *project.notebooks]:
        app.env.note_dependency(str(path))
    models, rules = ("\n\n".join(parts) for parts in chapters(project))
    source[0] = source[0].replace("{{ models }}", models).replace("{{ rules }}", rules)


def setup(app):
    app.connect("source-read", fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
