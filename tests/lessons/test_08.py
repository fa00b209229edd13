"""Lesson 08: its answers, what a reader without code finds with the sliders, and the numbers its solutions state."""

import re

import numpy as np
import pytest
from nbformat import read

from immunereset.lesson import check, find_task

LESSON = "08-rebuilding.ipynb"


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("08-age", 52),
        ("08-survivors", 157),
        ("08-trec", 2.4),
        ("08-hill", 2.67),
        ("08-new-share", 0.59),
        ("08-none", 9.3),
    ],
)
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected, rel=0.001)


@pytest.mark.parametrize(
    ("task", "found"),
    [("08-age", 52), ("08-survivors", 157), ("08-survivors", 158), ("08-trec", 2.4), ("08-new-share", "0.59"), ("08-none", 9.3)],
)  # fmt: skip
def test_the_steps_of_the_sliders_are_fine_enough(task, found):
    assert check(task, found).kind == "right"


@pytest.mark.parametrize(
    ("task", "wrong"), [("08-survivors", 222), ("08-trec", 6.5), ("08-hill", 3), ("08-new-share", 0.74), ("08-none", 8)]
)
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"


@pytest.fixture(scope="module")
def names(root):
    """The names that the lesson's own cells define before its exercises, without the pictures."""
    from immunereset.engine import YEAR, simulate
    from immunereset.models import reconstitution, repertoire

    return vars(reconstitution) | vars(repertoire) | {"np": np, "YEAR": YEAR, "simulate": simulate}


def code_of(root, cell, **filled):
    """The code that stands in a cell of the lesson as text, its dots replaced."""
    cells = {cell.id: cell.source for cell in read(root / "notebooks" / LESSON, 4).cells}
    [code] = re.findall(r"```python\n(.*?)```", cells[cell], re.S)
    for dots, value in filled.values():
        assert dots in code
        code = code.replace(dots, value)
    return code


def test_the_ratio_of_exercise_2(root, names, capsys):
    exec(code_of(root, "exercise-ratio", name=("run[...]", 'run["M_8"]')), dict(names))
    printed = capsys.readouterr().out.split()
    assert printed == ["20", "94", "405", "50", "94", "660"]


@pytest.mark.parametrize(("new", "low", "high"), [(0.75, 0.183, 0.21), (0.8, 0.15, 0.183)])
def test_exercise_3_is_solved_between_these_shares(names, new, low, high):
    again = [names["found_again"](*reversed(names["before_and_after"](2, new, seed=s))) for s in range(4)]
    assert low < np.mean(again) < high


def test_overlap_of_exercise_4_rises_with_depth(root, names, capsys):
    code = code_of(root, "solution-4")
    exec(code, dict(names))
    shares = [int(x) for x in re.findall(r"overlap (\d+)%", capsys.readouterr().out)]
    assert shares == sorted(shares) and shares[0] == pytest.approx(63, abs=2) and shares[-1] == pytest.approx(90, abs=3)
    exec(code.replace("old > np.quantile(old, 0.99)", "old < np.median(old)"), dict(names))
    shares = [int(x) for x in re.findall(r"overlap (\d+)%", capsys.readouterr().out)]
    assert shares == sorted(shares, reverse=True) and shares[-1] < 40


def test_a_shorter_pause_of_the_thymus_counts_less_and_less(root, names, capsys):
    exec(code_of(root, "solution-5"), dict(names))
    rows = [list(map(int, line.split("}")[1].split())) for line in capsys.readouterr().out.splitlines()]
    plain, early, double = np.array(rows)
    assert double == pytest.approx(2 * plain, abs=1)
    gain = early - plain
    assert gain[0] > gain[1] > 0
