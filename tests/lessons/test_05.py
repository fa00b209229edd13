"""Lesson 05: its answers, and what a reader without code finds with the sliders."""

import pytest

from immunereset.lesson import check, find_task


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("05-extinction", 13),
        ("05-failure", 9),
        ("05-dose", 230),
        ("05-frequency", 42),
        ("05-rare", 76),
        ("05-drift", 266),
    ],
)
def test_answers(task, expected):
    assert find_task(task).answer == expected


@pytest.mark.parametrize(
    ("task", "wrong"),
    [("05-extinction", 60), ("05-extinction", 15), ("05-failure", 37), ("05-failure", 5), ("05-dose", 115), ("05-dose", 23),
     ("05-frequency", 71), ("05-rare", 350), ("05-drift", 53), ("05-drift", 532)],
)  # fmt: skip
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"
