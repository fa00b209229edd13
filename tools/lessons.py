"""Write lessons: the outputs that nbval checks (`store`) and the cells that every lesson carries (`links`).

    python make.py store notebooks/07-immune-reset.ipynb
    python make.py links

Both write a notebook in one fixed form, so that a second run changes nothing.
"""

import ast
import hashlib
import os
import re
import symtable
import sys
from collections import defaultdict
from pathlib import Path

import nbformat
import yaml
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from immunereset.lesson.contents import notebooks

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
CHECKED = "nbval-check-output"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": "3",
    },
}
"""What JupyterLab would write there when it opens a notebook with the kernel of `make lab`; see `make.py`."""
SECONDS_A_CELL = 60
LIVE = {
    "balance", "brush", "explore", "forest", "leaflet", "pairs", "pencil", "people", "readers_map", "signs", "stage", "statements",
    "stories", "tissue", "twins",
}  # fmt: skip
SHORTEST_ALT = 40
LARGEST = 300_000  # bytes of a lesson as a file: text, code and a few printed lines
# How far a long computation is depends on the machine: what is stored does not say it.
os.environ["TQDM_DISABLE"] = "1"
TYPED_MINUTES = re.compile(r"\b\d+ minutes?(?: so far| · )|^\*\d+ minutes?\b", re.MULTILINE)
ADDRESS_IN_MEMORY = re.compile(r"\b0x[0-9a-f]{6,}\b")


class Refused(Exception):
    """A sentence that names the lesson and what is wrong with it."""


def lessons():
    """Every lesson and every lab, in order."""
    return [one.path for one in notebooks(NOTEBOOKS)]


def read(path):
    return nbformat.read(path, as_version=4)


def tags(cell):
    return cell.metadata.get("tags", [])


def normalised(notebook):
    """The notebook with fixed metadata, and an id for each cell that stays when other cells change."""
    seen = set()
    for cell in notebook.cells:
        name = cell.get("id")
        if name is None or name in seen:
            number = 0
            while name is None or name in seen:
                name = hashlib.sha256(f"{cell.cell_type} {number} {cell.source}".encode()).hexdigest()[:8]
                number += 1
            cell["id"] = name
        seen.add(name)
        if cell.cell_type == "code":
            # JupyterLab records when a cell ran; that differs at every run and nobody reads it.
            cell.metadata.pop("execution", None)
            fold(cell)
    return new_notebook(cells=notebook.cells, metadata=METADATA)


def fold(cell):
    """Close in JupyterLab what the book closes: JupyterLab has words of its own for it and does not read tags."""
    closed = {
        "source_hidden": {"hide-input", "hide-cell"} & set(tags(cell)),
        "outputs_hidden": {"hide-output", "hide-cell"} & set(tags(cell)),
    }
    cell.metadata["jupyter"] = {name: True for name, folding in closed.items() if folding}
    if not cell.metadata["jupyter"]:
        del cell.metadata["jupyter"]


def write(notebook, path):
    """Write in one fixed form: sorted keys, one space of indent, a newline at the end, LF on every system."""
    text = nbformat.writes(normalised(notebook), version=4)
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def titles(notebook):
    """The headings of the first level, without lines of code that start with a hash."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    prose = re.sub(r"^(`{3,}|~{3,}).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^# .+", prose, re.MULTILINE)


def plain_python(source):
    """A cell of code without what only IPython understands."""
    return re.sub(r"^(\s*)[%!].*", r"\1pass", source, flags=re.MULTILINE)


def names(source):
    """The names that a cell of code sets for other cells, and those that it takes from them."""
    cell = symtable.symtable(plain_python(source), "cell", "exec")
    stored = {name.get_name() for name in cell.get_symbols() if name.is_assigned()}
    taken, scopes = set(), [cell]
    for scope in scopes:  # functions and comprehensions are scopes inside
        scopes += scope.get_children()
        taken |= {name.get_name() for name in scope.get_symbols() if name.is_referenced() and name.is_global()}
    return stored, taken - stored


def hidden_state(notebook):
    """Names whose value depends on which cell ran last: set in two cells, and read in a third."""
    set_in, read_in = defaultdict(list), defaultdict(list)
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            stored, taken = names(cell.source)
            for places, found in ((set_in, stored), (read_in, taken)):
                for name in sorted(found):
                    places[name].append(number)
    return [
        f"'{name}' is set in cells {', '.join(map(str, places))} and read in cell {read_in[name][0]}; "
        "what it holds there depends on which of them ran last"
        for name, places in set_in.items()
        if len(places) > 1 and read_in[name]
    ]


def undescribed(notebook):
    """Live figures without a caption, or without text for those who cannot see them."""
    for number, cell in enumerate(notebook.cells):
        for node in ast.walk(ast.parse(plain_python(cell.source if cell.cell_type == "code" else ""))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in LIVE:
                given = {keyword.arg: ast.unparse(keyword.value).strip("f'") for keyword in node.keywords}
                if not given.get("caption") or len(given.get("alt", "")) < SHORTEST_ALT:
                    yield (
                        f"cell {number} makes a live figure that needs a caption, and alt text of at least "
                        f"{SHORTEST_ALT} characters"
                    )


def faults(notebook):
    """What is wrong with a lesson as a file; an empty list if nothing is."""
    found = hidden_state(notebook) + list(undescribed(notebook))
    if len(titles(notebook)) != 1:
        found.append(f"{len(titles(notebook))} titles (# ...), where one is wanted")
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and (typed := TYPED_MINUTES.search(cell.source)):
            found.append(f"cell {number} types minutes ({typed[0].strip()}); the page computes them and shows them")
        if cell.cell_type != "code":
            continue
        kinds = {kind for output in cell.outputs for kind in output.get("data", {})} - {"text/plain"}
        if CHECKED not in tags(cell):
            if cell.outputs or cell.execution_count is not None:
                found.append(f"cell {number} is not tagged {CHECKED}, and has a stored output or number")
        elif any(output.output_type == "error" for output in cell.outputs):
            found.append(f"cell {number} has an error as its stored output")
        elif kinds:
            found.append(f"cell {number} stores {', '.join(sorted(kinds))}; only text is stored")
        elif not cell.outputs:
            found.append(f"cell {number} is tagged {CHECKED} and has no output")
        elif cell.execution_count is None:
            found.append(f"cell {number} is tagged {CHECKED} and was never run: nbval passes it unchecked")
    return found


# The outputs that nbval checks


def text_only(output, where):
    """The output with its text alone: pictures and HTML are not stored."""
    if output.output_type == "stream":
        if output.name == "stderr":
            raise Refused(f"{where} writes to stderr, and a checked output must not hold warnings: {output.text!r}")
        text, kept = output.text, output
    else:
        text = output.data.get("text/plain", "")
        kept = nbformat.from_dict({**output, "data": {"text/plain": text}, "metadata": {}})
    if ADDRESS_IN_MEMORY.search(text):
        raise Refused(f"{where} shows an address in memory, which differs at every run: {text!r}")
    return kept if text else None


def executed(notebook, folder, name):
    """The notebook after a run from a fresh kernel, in the given folder."""
    client = NotebookClient(
        notebook,
        timeout=SECONDS_A_CELL,
        kernel_name="python3",
        # Lines that a slow loop prints arrive in pieces; stored in one piece, they are the same at every run.
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        return client.execute()
    except CellExecutionError as error:
        raise Refused(f"{name} does not run.\n{error}") from error


def with_checked_text(notebook, name):
    """An executed notebook, with the text outputs of its checked cells and no others."""
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        if CHECKED not in tags(cell):
            cell.outputs, cell.execution_count = [], None
            continue
        where = f"Cell {number} of {name}, tagged {CHECKED},"
        cell.outputs = [kept for output in cell.outputs if (kept := text_only(output, where)) is not None]
        if not cell.outputs:
            raise Refused(f"{where} prints no text, so there is nothing to check.")
    return notebook


def store(paths):
    for path in paths:
        write(with_checked_text(executed(read(path), path.parent, path.name), path.name), path)
        print(f"stored {path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}")


# The cells that every lesson carries


def repository():
    """The book's settings for the repository and the launch buttons, from the one place that names them."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    return {**config["repository"], **config["launch_buttons"]}


def launch_links(name, where):
    owner_and_name = where["url"].removeprefix("https://github.com/")
    binder = f"{where['binderhub_url']}/v2/gh/{owner_and_name}/{where['branch']}?urlpath=lab/tree/notebooks/{name}"
    colab = f"{where['colab_url']}/github/{owner_and_name}/blob/{where['branch']}/notebooks/{name}"
    return (
        f"Run this {'lab' if name.endswith('-lab.ipynb') else 'lesson'} without installing anything: [Open in Binder]({binder}) (JupyterLab; starting can take a few "
        f"minutes) or [Open in Colab]({colab}) (needs a Google account)."
    )


def setup_code(where):
    return (
        "import sys\n"
        "\n"
        'if "google.colab" in sys.modules:\n'
        f'    %pip install --quiet "git+{where["url"]}@{where["branch"]}"'
    )


def launch_cells(name, where):
    """The two cells that every lesson carries: links for a reader, an install for Colab."""
    links = new_markdown_cell(launch_links(name, where), id="launch-links", metadata={"tags": ["launch-links"]})
    setup = new_code_cell(setup_code(where), id="setup", metadata={"tags": ["setup", "remove-cell"]})
    return [links, setup]


def with_links(notebook, name, where):
    """The notebook with its launch cells: the install behind the title, so that it runs before all others; the links
    there, too, in a lab, which is worked as a notebook, and at the end of a lesson, which is read as a page."""
    links, setup = launch_cells(name, where)
    title, *rest = [cell for cell in notebook.cells if {"launch-links", "setup"}.isdisjoint(tags(cell))]
    lab = name.endswith("-lab.ipynb")
    notebook.cells = [title, *([links] if lab else []), setup, *rest, *([] if lab else [links])]
    return notebook


def links():
    where = repository()
    for path in lessons():
        write(with_links(read(path), path.name, where), path)


def main(command, *names):
    try:
        if command == "store":
            store([Path(name) for name in names] or lessons())
        else:
            links()
    except (Refused, FileNotFoundError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
