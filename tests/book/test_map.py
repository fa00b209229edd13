"""The page "How this book is built": it lists what there is, its recipes run; and the chapter of models has every model."""

import csv
import json
import re
import shutil
import subprocess
import sys

import frictionless
import pytest
from ir_map import ROOMS, Project, a_row_of_data, first_words
from ir_models import cited, model_chapter, prose, rule_chapter, sections

from immunereset.models import all_models, all_modules, stem_cell_drift

RECIPE = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(?:python|javascript)\n(.*?)^```$", re.M | re.S)
NEW_ROW = "H99"
"""The id under which the row of the recipe is added once more."""
NAMELESS = "dos" + "sier"


@pytest.fixture(scope="module")
def project(root):
    return Project(root)


@pytest.fixture(scope="module")
def page(root):
    """The text of the page, before the tables are filled in."""
    return (root / "book" / "how-it-is-built.md").read_text(encoding="utf-8")


@pytest.fixture
def small(tmp_path):
    """A project of one lesson that uses one of two models through a package that gathers names."""
    files = {
        "__init__.py": "",
        "engine/__init__.py": "from .run import simulate\nfrom .other import unused\n",
        "engine/run.py": '"""Runs."""\nfrom .steps import step\ndef simulate(): ...\n',
        "engine/steps.py": "def step():\n    from immunereset.engine import late\n",
        "engine/late.py": "",
        "engine/other.py": "def unused(): ...",
        "models/__init__.py": "",
        "models/used.py": "from immunereset.engine import simulate",
        "models/idle.py": "",
        "live/__init__.py": "from .figure import explore",
        "live/figure.py": 'KNOWN = {"shelf/idle.js": 1}\nPARTS = ("shelf/page.js",)\ndef explore(): ...',
        "live/shelf/page.js": "// Moves the picture.\nlet x;",
        "live/shelf/idle.js": "",
        "lesson/questions_04.py": "from ..engine.other import unused",
    }
    for name, text in files.items():
        path = tmp_path / "src" / "immunereset" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "notebooks").mkdir()
    for lesson, code in (("03-a", "%pip install x\nfrom immunereset.models.used import y\nload('trials')"),
                         ("04-b", "from immunereset.live import explore")):  # fmt: skip
        cells = [{"cell_type": "markdown", "source": f"# {lesson[3:].upper()}"}, {"cell_type": "code", "source": code}]
        (tmp_path / "notebooks" / f"{lesson}.ipynb").write_text(json.dumps({"cells": cells}))
    return Project(tmp_path)


def test_a_lesson_needs_what_it_imports_name_by_name(small):
    def serving(lesson):
        return {f.relative_to(small.package).as_posix() for f in small.serving[lesson]}

    assert serving("03") == {"models/used.py", "engine/run.py", "engine/steps.py", "engine/late.py"}
    assert serving("04") == {"live/figure.py", "live/shelf/page.js", "lesson/questions_04.py", "engine/other.py"}
    assert small.tables("03") == ["trials"] and small.tables("04") == []


def test_what_a_file_says_of_itself(small):
    assert first_words(small.package / "engine/run.py") == "Runs"
    assert first_words(small.package / "live/shelf/page.js") == "Moves the picture"
    table = small.files_and_lessons()
    assert "| `run.py`: Runs | 3 |" in table and "| `shelf/idle.js`: style sheet | none |" in table


def test_the_page_lists_every_lesson_and_every_file(project):
    lessons = project.lessons_and_files()
    assert len(project.lessons) > 8
    assert [path.name for path in project.lessons.values() if f"(../notebooks/{path.name})" not in lessons] == []
    folds = re.findall(r"Files of (\w+)/</summary>(.*?)</details>", project.files_and_lessons(), re.S)
    assert tuple(room for room, _ in folds) == ROOMS
    listed = {f"{room}/{file}" for room, fold in folds for file in re.findall(r"^\| `(.+?)`: \S", fold, re.M)}
    there = {f.relative_to(project.package).as_posix() for f in project.files}
    assert {name for name in there - listed if not name.endswith("__init__.py")} == set()
    assert listed <= there


def test_every_lesson_has_its_models_in_the_table(project):
    """The files in models/ that the code of a lesson names, and those that these need."""
    shown = dict(re.findall(r"\(\.\./notebooks/(\d\d)-.*?\) \| (.*?) \|", project.lessons_and_files()))
    files = {lesson: set(re.findall(r"`(\w+)\.py`", cell)) for lesson, cell in shown.items()}
    for lesson in project.lessons:
        asked = set(re.findall(r"^from immunereset\.models\.(\w+) import", project.code(lesson), re.M))
        assert asked <= files.get(lesson, set()), lesson
        assert asked or lesson == "15", f"Lesson {lesson} shows no model; only the advertisement needs none."
    assert "patients" in files["02"] and "tolerance" not in files["06"]


def test_the_page_describes_every_room_and_nothing_else(page, root, tracked_files):
    described = set(re.findall(r"^`([\w/]+)/`\n: ", page, re.M))
    folders = {path.relative_to(root).parts[0] for path in tracked_files if len(path.relative_to(root).parts) > 1}
    folders = {folder for folder in folders if not folder.startswith(".")} - {"src"}
    assert described == folders | {f"src/immunereset/{room}" for room in ROOMS}
    assert {path.name for path in (root / "src" / "immunereset").glob("*/__init__.py")} == {"__init__.py"}
    assert {path.parent.name for path in (root / "src" / "immunereset").glob("*/__init__.py")} == set(ROOMS)


def test_the_page_is_short(page):
    text = re.sub(r"```.*?```|\{\{.*?\}\}", "", page, flags=re.S)
    assert len(text.split()) < 900


def test_the_row_shown_is_a_row_of_the_table(root):
    shown = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", a_row_of_data(root), re.M))
    assert shown["row_id"] == "H05" and shown["source_key"] == "Hammarlund2003"


@pytest.fixture(scope="module")
def house(root, page, tmp_path_factory):
    """A copy of the package, its data and the tests of its models, with the files of the recipes; and the cells."""
    copy = tmp_path_factory.mktemp("house")
    for folder in ("src", "data", "tests/models"):
        shutil.copytree(root / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "book/references.bib", "tests/__init__.py"):
        (copy / file).parent.mkdir(exist_ok=True)
        shutil.copy(root / file, copy / file)
    recipes = RECIPE.findall(page)
    for name, text in recipes:
        if name:
            file = copy / name
            # Whoever follows the recipes in the repository itself has the files already.
            assert not file.exists() or file.read_text(encoding="utf-8") == text, f"The recipe would overwrite {name}."
            file.write_text(text, encoding="utf-8")
    with (copy / "data" / "healthy.csv").open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    typed = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", a_row_of_data(root), re.M)) | {"row_id": NEW_ROW}
    with (copy / "data" / "healthy.csv").open("a", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerow([typed.get(column, "") for column in header])
    assert NEW_ROW not in [row[0] for row in rows]
    return copy, [text for name, text in recipes if not name]


def run_in(house, *command):
    environment = {"PYTHONPATH": str(house / "src"), "PATH": "", "MPLBACKEND": "agg", "HOME": str(house)}
    # Of pytest's plugins none is needed, and to load them takes as long as the tests.
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "-o addopts="}
    return subprocess.run(
        [sys.executable, *command], cwd=house, env=environment, capture_output=True, text=True, timeout=120
    )


def test_the_recipes_of_the_page_are_all_found(house, page):
    assert page.count("```python") + page.count("```javascript") == len(RECIPE.findall(page)) == 12
    assert len(house[1]) == 7


def test_the_cells_of_the_recipes_run_one_after_the_other(house):
    copy, cells = house
    said = (
        "assert abs(five['B'][-1, 0] - 25) < 0.1 and abs(five['B'][-1, -1] - 62.5) < 0.1",
        "assert str(_).endswith('At the end A is 60, B is 40.') and _.html.count('type=\"range\"') == 2",
        "assert str(_).endswith('On day 30, 40 cells work.') and '<figure' in _._repr_mimebundle_()['text/html']",
        "assert ' of 100 patients are free' in str(_) and 'VIEWS.dots = ' in _.html",
        "assert 'Most rest.' in str(_) and 'VIEWS.tally = ' in _.html and 'VIEWS.drop' not in _.html",
        "assert _.kind == 'right', _",
        f"assert _.row_id.tolist() == ['{NEW_ROW}']",
    )
    lines = []
    for cell, check in zip(cells, said, strict=True):
        *before, last = re.split(r"\n(?=\S)(?!\))", cell.strip())
        lines += [*before, f"_ = {last}", check]
    done = run_in(copy, "-c", "\n".join(lines))
    assert done.returncode == 0, done.stderr


def guards(house, chosen):
    """Run the recipe's own test and those of `tests/models/test_guards.py` whose names hold what `chosen` says."""
    tests = ["tests/models/test_two_states.py", "tests/models/test_guards.py", "-k", chosen]
    return run_in(house, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)


def test_the_model_of_the_recipe_passes_its_test_and_the_guards(house):
    done = guards(house[0], "two_states or (two and states) or source or slider or walk")
    assert done.returncode == 0, done.stdout
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 5


def test_the_guards_refuse_the_model_without_a_source(house):
    file = house[0] / "src/immunereset/models/two_states.py"
    sound = file.read_text(encoding="utf-8")
    file.write_text(sound.replace('"return to rest", "our choice"', '"return to rest", ""'), encoding="utf-8")
    done = guards(house[0], "source")
    file.write_text(sound, encoding="utf-8")
    assert done.returncode == 1 and "two states.r has no source" in done.stdout, done.stdout


def test_the_row_of_the_recipe_is_valid(house):
    report = frictionless.Package(str(house[0] / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])


def test_no_file_cites_what_the_project_does_not_have(root, tracked_files):
    texts = {path: path.read_text(encoding="utf-8", errors="ignore") for path in tracked_files if path.is_file()}
    assert [path.relative_to(root).as_posix() for path, text in texts.items() if NAMELESS in text.lower()] == []


def test_sections_of_a_docstring_are_found():
    title, found = sections(stem_cell_drift)
    assert title.startswith("Drift: ") and list(found) == ["Question", "Model (Moran)", "Sources", "Limits"]
    assert found["Question"].startswith("All stem cells") and "    " not in found["Question"]


def test_prose_keeps_formulas_in_lines_and_symbols_with_their_index():
    text = "At first x < R_0,\nand `a_b` stays.\n\nAligned:   y\nThen:      z"
    assert prose(text, "Words.") == (
        "<p><strong>Words.</strong> At first x &lt; R<sub>0</sub>, and <code>a_b</code> stays.</p>\n"
        "<p>Aligned:   y<br>Then:      z</p>"
    )


def test_works_are_linked_if_the_text_names_them():
    assert cited("as in Friberg et al. (2002), and Catlin\n    et al. 2011") == (
        "\n\nIn the bibliography: {cite:t}`Catlin2011`, {cite:t}`Friberg2002`."
    )
    assert cited("our choice, 2002") == ""


@pytest.mark.parametrize("model", all_models(), ids=lambda model: model.name)
def test_a_model_has_all_it_needs_in_the_chapter(model, project):
    text = model_chapter(model, project)
    assert text.startswith(f"### {model.name[0].upper()}{model.name[1:]}\n\n*{model.question}*")
    for symbol in [*model.states, *model.parameters]:
        assert f"<code>{symbol}</code>" in text or rf"\({symbol}\)" in text
    assert all(f"- {limit}" in text for limit in model.limits)
    assert r"\begin{aligned}" in text and "What it rests on." in text and "Lessons: " in text


def test_the_chapter_has_every_file_that_names_its_sources(project):
    with_model = {model.flows.__module__ for model in all_models()}
    rules = [m for m in all_modules() if "Sources" in sections(m)[1] and m.__name__ not in with_model]
    assert len(rules) > 5
    for module in rules:
        text = rule_chapter(module, project)
        assert text.startswith("### ") and "What it rests on." in text and "What it leaves out." in text


def test_the_built_pages_hold_it(built_book):
    models = (built_book / "book" / "models.html").read_text("utf-8")
    assert models.count("<h3>") >= len(all_models()) and "\\begin{aligned}" in models
    how = (built_book / "book" / "how-it-is-built.html").read_text("utf-8")
    assert how.count('<details class="ir-data">') == len(ROOMS)
