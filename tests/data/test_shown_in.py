"""A row says which figures show it: a new one reaches its plot without an edit in a lesson."""

import ast
import csv
import re
import shutil

import matplotlib
import pytest
from matplotlib import pyplot

from immunereset.evidence import EvidenceError, dictionary, load, store
from immunereset.lesson.contents import notebooks
from tests.data.test_dictionary import DATA, ROOT, TABLES

matplotlib.use("Agg")
CELLS = {one.path.stem: one.cells for one in notebooks(ROOT / "notebooks")}
TOLD = {
    (name, table)
    for table in TABLES
    if "figures" in dictionary(table)
    for name in re.findall(r"\d\d-[a-z-]+", ";".join(load(table)["figures"]))
}


def code_with(figure):
    """The code of the lesson or lab that makes a figure."""
    codes = [[cell["source"] for cell in cells if cell["cell_type"] == "code"] for cells in CELLS.values()]
    (found,) = [code for code in codes if any(f'name="{figure}"' in source for source in code)]
    return found


def cell_of(figure):
    (found,) = [source for source in code_with(figure) if f'name="{figure}"' in source]
    return found


def drawn(figure):
    """Run the cell of a figure after the imports of its lesson and the tables it names; return the data that it draws."""
    names, shown, last = {}, [], []
    needed = set(re.findall(r"\w+", cell_of(figure)))
    for source in code_with(figure):
        if "google.colab" in source:
            continue
        own = f'name="{figure}"' in source
        for line in ast.parse(source.replace("%pip", "# %pip")).body:
            text = ast.unparse(line)
            table = re.match(r"(\w+) = load\(", text)
            if isinstance(line, (ast.Import, ast.ImportFrom)) or not own and table and table[1] in needed:
                exec(text, names)
            elif own:
                last.append(text)
    names["figure"] = lambda fig, *, table, **_: shown.append(table)
    exec("\n".join(last), names)
    pyplot.close("all")
    return shown[0]


def with_new_row(folder, figure, table, mark, checked_again):
    """Copy data/ to a folder; a row like the first of the figure is added there to one table, without a place."""
    shutil.copytree(DATA, folder, dirs_exist_ok=True)
    path = folder / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        header, *lines = csv.reader(file)
    first = dict(zip(header, next(line for line in lines if figure in line[header.index("figures")])))
    new = first | {
        "row_id": first["row_id"][0] + "9" * (len(first["row_id"]) - 1 + (table == "safety")),
        "figures": figure,
        "verification": mark,
        "checked_again": checked_again,
    }
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerow(new.values())


@pytest.mark.parametrize(("figure", "table"), sorted(TOLD))
def test_a_new_row_reaches_its_figure_if_it_was_seen_and_not_from_memory(figure, table, tmp_path, monkeypatch):
    before = drawn(figure)
    bibliography = store.shipped()[1]
    monkeypatch.setattr(store, "shipped", lambda: (tmp_path, bibliography))
    for mark, checked_again, more in (("verified", "this test", 1), ("seen", "", 1), ("memory_high", "", 0)):
        with_new_row(tmp_path, figure, table, mark, checked_again)
        # A row that holds both arms of a trial is drawn twice.
        assert len(drawn(figure)) - len(before) in (more, 2 * more), mark


def test_every_plot_of_results_takes_the_rows_that_name_it():
    others = "|".join(table for table in TABLES if "figures" not in dictionary(table))  # their rows are taken by name
    plots = {
        name
        for cells in CELLS.values()
        for source in (cell["source"] for cell in cells if cell["cell_type"] == "code")
        if re.search(r"= (interval_plot|milestone_plot|share_dots|people_dots)\(", source)
        and not re.search(rf"\b({others})\.loc\[\[", source)
        for name in re.findall(r'name="([\w-]+)"', source)
    }
    assert plots <= {name for name, _ in TOLD}
    for name, table in TOLD:
        assert f'load("{table}", figure="{name}")' in cell_of(name)


def test_rows_stand_by_place_and_then_by_identifier(tmp_path):
    for mark in ("seen", "memory_high"):
        with_new_row(tmp_path, "07-price", "safety", mark, "")
        rows = load("safety", figure="07-price", folder=tmp_path)
        assert list(rows["row_id"])[:6] == ["S01", "S08", "S03", "S11", "S13", "S15"]
        assert list(rows["row_id"])[6:] == (["S999"] if mark == "seen" else [])


@pytest.mark.parametrize(
    ("table", "named", "sentence"),
    [
        (
            "safety",
            "07-prize",
            "No row of safety.csv belongs to the figure '07-prize'; its rows name 00-deaths, 04-infections, 06-price, 07-price, 14-infections, 14-menses, 14-second.",
        ),
        ("trials", "07-price", "No row of trials.csv belongs to the figure '07-price'; its rows name none."),
    ],
)
def test_a_figure_without_rows_is_refused(table, named, sentence):
    with pytest.raises(EvidenceError) as refusal:
        load(table, figure=named)
    assert str(refusal.value) == sentence
