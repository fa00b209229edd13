"""Fill the page "How this book is built": `{{ lessons and files }}`, `{{ files and lessons }}`, `{{ a row of data }}`.

Who needs whom is read from the files: what a lesson imports, and what that imports inside the package, name by name; a
script or style sheet belongs to the module that names it. Nothing is imported to find out.
"""

import ast
import csv
import json
import re
from pathlib import Path

PACKAGE = "immunereset"
MAGIC = re.compile(r"^( *)[%!].*$", re.M)
COMMENT = re.compile(r"^(?://|/\*) *(.+?)(?: *\*/)?$")
ROOMS = ("engine", "fast", "trials", "models", "pictures", "live", "evidence", "lesson", "words")


class Project:
    """The files below `root`, and who needs whom."""

    def __init__(self, root):
        self.root = Path(root)
        self.package = self.root / "src" / PACKAGE
        self.files = sorted(f for f in self.package.rglob("*.*") if f.is_file() and "__pycache__" not in f.parts)
        self.modules = {self._dotted(f): f for f in self.files if f.suffix == ".py"}
        self._gathered = {}
        self.needs = {module: self._needed_by(module) for module in self.modules}
        self.notebooks = sorted((self.root / "notebooks").glob("[0-9][0-9]-*.ipynb"))
        self.lessons = {path.stem[:2]: path for path in self.notebooks if not path.stem.endswith("-lab")}
        self.serving = {lesson: self._serving(lesson) for lesson in self.lessons}

    def _dotted(self, file):
        parts = file.relative_to(self.package.parent).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def code(self, lesson):
        """The code of a lesson and of its lab as one text."""
        paths = [path for path in self.notebooks if path.stem.startswith(lesson)]
        cells = [cell for path in paths for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
        return "\n".join(MAGIC.sub(r"\1pass", "".join(c["source"])) for c in cells if c["cell_type"] == "code")

    def asked(self, text, inside=""):
        """What the imports of a text ask for, as (module, name or None); `inside` is the package of a module."""
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                yield from ((alias.name, None) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = inside.split(".")[: len(inside.split(".")) + 1 - node.level] if node.level else []
                module = ".".join([*above, *([node.module] if node.module else [])])
                yield from ((module, alias.name) for alias in node.names)

    def home(self, module, name):
        """The module that defines what `from module import name` gives, or None outside the package."""
        if module not in self.modules:
            return None
        below = f"{module}.{name}"
        return self._gathers(module).get(name) or (below if below in self.modules else module)

    def _gathers(self, module):
        """Where the names come from that the `__init__.py` of a package gathers."""
        file = self.modules[module]
        if module not in self._gathered:
            text = file.read_text(encoding="utf-8") if file.name == "__init__.py" else ""
            found = [(source, name) for source, name in self.asked(text, module) if name and source != module]
            homes = {name: self.home(source, name) for source, name in found}
            self._gathered[module] = {name: where for name, where in homes.items() if where}
        return self._gathered[module]

    def _needed_by(self, module):
        """The files that a module itself needs; what only gathers names needs nothing."""
        file = self.modules[module]
        if only_gathers(file):
            return set()
        text = file.read_text(encoding="utf-8")
        inside = module if file.name == "__init__.py" else module.rpartition(".")[0]
        nodes = list(ast.walk(ast.parse(text)))
        keys = {id(key) for node in nodes if isinstance(node, ast.Dict) for key in node.keys}
        words = {n.value for n in nodes if isinstance(n, ast.Constant) and id(n) not in keys}
        room = self.package / file.relative_to(self.package).parts[0]
        named = {
            f for f in self.files if f.suffix != ".py" and room in f.parents and f.relative_to(room).as_posix() in words
        }
        return self._modules_in(text, inside) | named

    def _modules_in(self, text, inside=""):
        homes = (self.home(module, name) for module, name in self.asked(text, inside))
        return {self.modules[home] for home in homes if home}

    def _serving(self, lesson):
        """Every file of the package that a lesson needs, its questions included."""
        questions = self.package / "lesson" / f"questions_{lesson}.py"
        found, left = set(), self._modules_in(self.code(lesson)) | ({questions} & set(self.files))
        while left:
            file = left.pop()
            found.add(file)
            if file.suffix == ".py":
                left |= self.needs[self._dotted(file)] - found
        return found

    def tables(self, lesson):
        """The tables of data/ that a lesson loads."""
        calls = (node for node in ast.walk(ast.parse(self.code(lesson))) if isinstance(node, ast.Call))
        return sorted({
            call.args[0].value
            for call in calls
            if getattr(call.func, "id", "") == "load" and call.args and isinstance(call.args[0], ast.Constant)
        })  # fmt: skip

    def title(self, lesson):
        """The first heading of a lesson."""
        cells = json.loads(self.lessons[lesson].read_text(encoding="utf-8"))["cells"]
        return re.search(r"^# (.+)$", "\n".join("".join(c["source"]) for c in cells), re.M)[1]

    def lessons_and_files(self):
        """A table in Markdown: for each lesson its models and its tables."""
        rows = []
        for lesson, path in self.lessons.items():
            models = sorted(f.name for f in self.serving[lesson] if f.parent.name == "models" and f.stem != "__init__")
            tables = [f"{name}.csv" for name in self.tables(lesson)]
            rows.append([f"[{self.title(lesson)}](../notebooks/{path.name})", _code(models), _code(tables)])
        return _table(["lesson", "`models/`", "`data/`"], rows)

    def files_and_lessons(self):
        """A fold for each room in Markdown: its files, what each says of itself, and the lessons that need it."""
        folds = []
        for room in ROOMS:
            rows = []
            for file in self.files:
                place = file.relative_to(self.package)
                if place.parts[0] != room or only_gathers(file):
                    continue
                served = [str(int(lesson)) for lesson, files in self.serving.items() if file in files]
                name = f"`{place.relative_to(room).as_posix()}`: {first_words(file)}"
                rows.append([name, "all" if len(served) == len(self.lessons) else " ".join(served) or "none"])
            folds.append(
                f'<details class="ir-data"><summary>Files of {room}/</summary>\n\n'
                f"{_table(['file', 'lessons'], rows)}\n\n</details>"
            )
        return "\n\n".join(folds)


def a_row_of_data(root, name="healthy", number=4):
    """One row of a table as it is typed, column by column, in Markdown; empty cells are left out."""
    with (root / "data" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        row = list(csv.DictReader(file))[number]
    cells = [[f"`{column}`", cell] for column, cell in row.items() if cell]
    return f"number {number + 1} of `data/{name}.csv`, with its empty cells left out:\n\n{_table(['column', 'what is typed'], cells)}"


def only_gathers(file):
    """Whether a file is the `__init__.py` of a package and holds nothing but names from elsewhere."""
    body = ast.parse(file.read_text(encoding="utf-8")).body if file.name == "__init__.py" else [file]
    return all(isinstance(node, (ast.Import, ast.ImportFrom, ast.Expr, ast.Assign)) for node in body)


def first_words(file):
    """The first line in which a file says what it is."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        line = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
    else:
        found = COMMENT.match(text.partition("\n")[0])
        line = found[1] if found else "style sheet"
    return line.rstrip(".")


def _code(names):
    return ", ".join(f"`{name}`" for name in names) or "none"


def _table(heads, rows):
    lines = [heads, ["---"] * len(heads), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def fill(app, docname, source):
    """Put the tables in place, and have the page built again when a lesson, a file or a row changes."""
    if "{{ lessons and files }}" not in source[0]:
        return
    project = Project(app.confdir)
    for path in [*project.files, *project.notebooks, *project.root.glob("data/*.csv")]:
        app.env.note_dependency(str(path))
    source[0] = source[0].replace("{{ lessons and files }}", project.lessons_and_files())
    source[0] = source[0].replace("{{ files and lessons }}", project.files_and_lessons())
    source[0] = source[0].replace("{{ a row of data }}", a_row_of_data(project.root))


def setup(app):
    app.connect("source-read", fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
