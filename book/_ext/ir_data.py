"""Fill the page of the data from `data/`: its tables, one row read aloud, how to cite it, and one file to download."""

import json
import zipfile
from html import escape
from pathlib import Path

ROW = ("trial_outcomes", "T029")
ZIP = "_static/immunereset-data.zip"
DATE = (2026, 1, 1, 0, 0, 0)


def package(root):
    return json.loads((root / "data" / "datapackage.json").read_text(encoding="utf-8"))


def files(root):
    """What the download holds: the dictionary, its README, the tables, and the bibliography."""
    data = root / "data"
    tables = [data / resource["path"] for resource in package(root)["resources"]]
    return [data / "datapackage.json", data / "README.md", *tables, root / "book" / "references.bib"]


def tables(root, address):
    """A table of the tables: what a row is, how many there are, and how many nobody has seen."""
    from immunereset.evidence import load
    from immunereset.evidence.store import MARKS
    from immunereset.words import Html, html_table

    rows = []
    for resource in package(root)["resources"]:
        name, everything = resource["name"], len(load(resource["name"], unverified=tuple(MARKS)))
        link = Html(f'<a href="{address}/blob/main/data/{resource["path"]}">{name}</a>')
        shown = len(load(name))
        rows.append([link, resource["title"], f"{shown}", f"{everything - shown}"])
    return html_table(["Table", "A row is", "Shown", "Not seen, not shown"], rows, "The tables", cards=True)


def unseen():
    """How many rows are not shown, in a sentence."""
    from immunereset.evidence import load
    from immunereset.evidence.store import MARKS, tables

    counts = [(len(load(name)), len(load(name, unverified=tuple(MARKS)))) for name in tables()]
    shown, every = map(sum, zip(*counts))
    return f"{every - shown} of {every} rows were recalled and found nowhere yet, or only in part: no page shows them as facts."


def first(description):
    """The first sentence of a description: the rest is in the dictionary."""
    return description.partition(". ")[0].rstrip(".") + "."


def row(root):
    """One row, its filled columns from top to bottom, each with its meaning."""
    from immunereset.evidence import cite, dictionary, load
    from immunereset.words import html_table

    table, name = ROW
    cells = load(table).set_index("row_id", drop=False).loc[name]
    known = dictionary(table)
    lines = [
        [
            field["title"],
            cite(cells[column]) if column == "source_key" else f"{cells[column]}",
            first(field["description"]),
        ]
        for column, field in known.items()
        if f"{cells[column]}" not in ("", "nan", "<NA>")
    ]
    shown = html_table(["Column", "Here", "What it means"], lines, f"Row {name} of {table}", cards=True)
    return f'<details class="ir-data"><summary>One row, column by column: {name}</summary>\n{shown}\n</details>'


def citation(root, address):
    """How to cite the data set itself."""
    data = package(root)
    licence = data["licenses"][0]
    return (
        f"To cite the collection: *The Immune Reset authors. {data['title']}, version {data['version']}. {address}*. "
        f"Its licence is [{licence['name']}]({licence['path']}): use it, and say where it comes from."
    )


def fill(app, docname, source):
    if "{{ tables }}" not in source[0]:
        return
    root = Path(app.confdir)
    for path in files(root):
        app.env.note_dependency(str(path))
    address = app.config.html_theme_options["repository_url"]
    parts = {
        "tables": tables(root, escape(address)),
        "row": row(root),
        "unseen": unseen(),
        "citation": citation(root, address),
        "download": f'<a href="../{ZIP}" download>All tables, their dictionary and the bibliography</a> are one file.',
        "correct": f"[edit its file]({address}/tree/main/data) or [open an issue]({address}/issues/new).",
    }
    for name, text in parts.items():
        source[0] = source[0].replace(f"{{{{ {name} }}}}", text)


def pack(app, failure):
    """Write the download: the same bytes for the same files."""
    if failure or app.builder.format != "html":
        return
    root = Path(app.confdir)
    with zipfile.ZipFile(Path(app.outdir) / ZIP, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in files(root):
            packed.writestr(zipfile.ZipInfo(path.name, DATE), path.read_bytes(), zipfile.ZIP_DEFLATED)


def setup(app):
    app.connect("source-read", fill)
    app.connect("build-finished", pack)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
