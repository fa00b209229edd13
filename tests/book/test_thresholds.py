"""The page of thresholds: each of its pictures is made from a model, and turns where its model says."""

import re

import pytest

CELL = re.compile(r"```\{code-cell\} python\n:tags: \[remove-input\]\n\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def pictures(root):
    """The pictures of the page, by name. A picture is refused where the outcomes of both sides overlap (see `turn`)."""
    names, found = {}, {}
    for cell in CELL.findall((root / "book" / "thresholds.md").read_text(encoding="utf-8")):
        before, last = cell.rsplit("turn(\n", 1)
        exec(before, names)
        picture = eval(f"turn(\n{last}", names)
        found[picture.name] = picture
    return found


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("turn-tolerance", "2.44 logs"),
        ("turn-memory-b", "4.34 cells/mL"),
        ("turn-joint", "3.62"),
        ("turn-beta", "74 mg"),
        ("turn-identity", "1.30 days"),
    ],
)
def test_each_switch_turns_at_its_threshold(pictures, name, number):
    assert f"threshold: {number}" in pictures[name].svg


def test_every_picture_is_of_one_kind(pictures):
    assert all("in two pieces" in picture.alt for picture in pictures.values()) and len(pictures) == 5
