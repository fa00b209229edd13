"""Lesson 06: its answers, what a reader without code finds with the sliders, and the code of its solutions."""

import pytest

from immunereset.lesson import check, find_task


@pytest.mark.parametrize(
    ("task", "expected"),
    [("06-nadir", 11.3), ("06-double", 0.7), ("06-tenfold", 2.4), ("06-no-graft", 13.8), ("06-gcsf", 0.8),
     ("06-dose", 10.5), ("06-last-cell", 10.4)],
)  # fmt: skip
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("task", "found"),
    [("06-double", 10.5 - 9.7), ("06-tenfold", 12.9 - 10.5), ("06-gcsf", 10.5 - 9.7), ("06-dose", 10.5)],
)
def test_what_a_reader_subtracts_from_the_sentences_is_near_enough(task, found):
    assert check(task, found).kind == "right"


@pytest.mark.parametrize(
    ("task", "wrong"),
    [("06-nadir", 7.9), ("06-double", 9.7), ("06-double", 5.2), ("06-tenfold", 7.3), ("06-no-graft", 22.1),
     ("06-gcsf", 4), ("06-dose", 5), ("06-last-cell", 9.7)],
)  # fmt: skip
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"
