"""The rooms of the package: who may import whom, and how little importing it costs."""

import ast
import subprocess
import sys

import pytest

# lessons -> models -> trials -> engine; pictures, live and fast -> engine; live asks evidence for intervals; all ask words.
MAY_IMPORT = {
    "words": {"words"},
    "engine": {"engine", "words"},
    "fast": {"engine", "fast", "words"},
    "trials": {"engine", "trials", "words"},
    "models": {"engine", "models", "trials", "words"},
    "pictures": {"engine", "pictures", "words"},
    "live": {"engine", "evidence", "live", "pictures", "trials", "words"},
    "evidence": {"evidence", "words"},
    "lesson": {"engine", "trials", "models", "pictures", "live", "evidence", "lesson", "words"},
}
HEAVY = [
    "matplotlib.pyplot", "pandas", "sympy", "networkx", "frictionless", "scipy.integrate", "scipy.optimize",
    "joblib", "tqdm", "distributed", "numba",
]  # fmt: skip


def rooms_imported(text, room):
    """Rooms of the package that the text of a module (of the given room, at its top level) imports."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = ["immunereset", room][: 3 - node.level]
            names = [".".join([*start, *([node.module] if node.module else []), alias.name]) for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("immunereset.")}
    return found


@pytest.mark.parametrize(
    ("line", "room"),
    [
        ("import immunereset.models.tolerance", "models"),
        ("from immunereset.live import explore", "live"),
        ("from immunereset import pictures", "pictures"),
        ("from .trace import trace", "engine"),
        ("from ..models import tolerance", "models"),
        ("def f():\n    from immunereset.models import tolerance", "models"),
    ],
)
def test_every_way_to_import_is_seen(line, room):
    assert rooms_imported(line, "engine") == {room}


def test_rooms_import_in_one_direction(root):
    package = root / "src" / "immunereset"
    wrong = []
    for path in sorted(package.glob("*/**/*.py")):
        room = path.relative_to(package).parts[0]
        wrong += [
            f"{path.relative_to(root)} imports {other}"
            for other in sorted(rooms_imported(path.read_text(encoding="utf-8"), room) - MAY_IMPORT[room])
        ]
    assert wrong == []


PROBE = """
import sys, matplotlib
# Asking for the backend would import pyplot.
style = lambda: {{key: matplotlib.rcParams[key] for key in matplotlib.rcParams if key != "backend"}}
before = style()
{statement}
print([name for name in {heavy!r} if name in sys.modules])
print(style() == before)
"""


def imported_with(statement):
    """Which heavy modules a fresh Python holds after the statement, and whether the plotting style is as before."""
    code = PROBE.format(statement=statement, heavy=HEAVY)
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert finished.returncode == 0, finished.stderr
    heavy, same_style = finished.stdout.splitlines()
    return ast.literal_eval(heavy), same_style == "True"


@pytest.mark.parametrize("statement", ["import immunereset", "import immunereset.engine"])
def test_importing_is_light_and_sets_no_style(statement):
    heavy, same_style = imported_with(statement)
    assert heavy == [] and same_style


def test_the_weight_check_sees_weight():
    assert imported_with("import pandas, matplotlib; matplotlib.rcParams['lines.linewidth'] = 9") == (["pandas"], False)
