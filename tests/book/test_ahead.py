"""Lessons run ahead of the builder: at the same time, into the cache in which myst_nb looks; failures are left to it."""

from copy import deepcopy

import pytest
from ir_ahead import missing, run_ahead
from jupyter_cache import get_cache
from nbformat.v4 import new_code_cell, new_notebook

WAIT_FOR_THE_OTHER = """
import pathlib, time
pathlib.Path("{mine}").touch()
while not pathlib.Path("{other}").exists():
    time.sleep(0.1)
print("{mine} met {other}")
"""


@pytest.fixture
def notebook(tmp_path):
    """`notebook(name, source)` gives the path of a notebook, and the notebook, which has one cell."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return lambda name, source: (tmp_path / name, new_notebook(cells=[new_code_cell(source)], metadata=kernel))


def test_two_lessons_run_at_the_same_time_and_the_cache_holds_them(tmp_path, notebook):
    pair = [("one", "two"), ("two", "one")]
    lessons = dict(notebook(a, WAIT_FOR_THE_OTHER.format(mine=a, other=b)) for a, b in pair)
    asked = {path: deepcopy(lesson) for path, lesson in lessons.items()}
    ran = dict(run_ahead(lessons, tmp_path / "cache", 20, 2))
    assert set(ran) == set(lessons) and min(ran.values()) > 0
    _, played = get_cache(tmp_path / "cache").merge_match_into_notebook(asked[tmp_path / "one"])
    assert played.cells[0].outputs[0].text == "one met two\n"
    assert list(run_ahead(asked, tmp_path / "cache", 20, 2)) == []


def test_a_lesson_that_fails_is_left_to_the_builder(tmp_path, notebook):
    lessons = dict([notebook("wrong", "1 / 0"), notebook("right", "1 / 1")])
    asked = deepcopy(lessons)
    assert [path.name for path, _ in run_ahead(lessons, tmp_path / "cache", 20, 2)] == ["right"]
    assert [path.name for path, _ in missing(get_cache(tmp_path / "cache"), asked)] == ["wrong"]
