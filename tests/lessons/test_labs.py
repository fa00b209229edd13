"""What a lab asks is not answered in the open before its reader has tried."""

import re

import pytest

from immunereset.lesson.registry import find_task
from tools import lessons

LABS = sorted(path.stem for path in lessons.NOTEBOOKS.glob("1[1-6]-*-lab.ipynb"))


def notebook(lab):
    return lessons.read(lessons.NOTEBOOKS / f"{lab}.ipynb").cells


def in_the_open(cell):
    """Return the words, or what the code prints, outside of folds."""
    if cell.cell_type == "markdown":
        return re.sub(r"<details.*?</details>", "", cell.source, flags=re.S)
    if "hide-cell" in cell.metadata.get("tags", []):
        return ""
    return cell.source + "".join(output.get("text", "") for output in cell.outputs)


@pytest.mark.parametrize("lab", LABS)
def test_no_answer_to_a_task_stands_in_the_open(lab):
    tasks = [find_task(name) for cell in notebook(lab) for name in re.findall(r'^check\("(.+)"\)', cell.source, re.M)]
    shown = "\n".join(in_the_open(cell) for cell in notebook(lab))
    for task in tasks:
        answer = f"{task.answer:.{task.decimals}f}"
        assert len(answer) < 2 or not re.search(rf"(?<![\d.]){re.escape(answer)}(?![\d]|\.\d)", shown), (
            task.id,
            answer,
        )


@pytest.mark.parametrize("lab", LABS)
def test_code_that_is_read_fits_its_page(lab):
    for cell in notebook(lab):
        folded = {"hide-input", "hide-cell", "remove-input", "remove-cell"} & set(cell.metadata.get("tags", []))
        if cell.cell_type == "code" and not folded:
            assert max(map(len, cell.source.splitlines())) <= 112, cell.id


@pytest.mark.parametrize(
    ("lab", "cells"),
    [
        ("14-harm-cost-choice-lab", ["coverage-run", "lost-run"]),
        ("16-other-resets-lab", ["courses-run", "biomarker-run", "descartes-run"]),
    ],
)
def test_answers_by_code_are_folded(lab, cells):
    found = {cell.id: cell for cell in notebook(lab)}
    for name in cells:
        assert "hide-cell" in found[name].metadata["tags"]
        assert not found[name].source.startswith(("import", "from")), "its fold would be said to load the tools"
