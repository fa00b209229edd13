"""The tasks of all lessons, and check(): right, nearly, known wrong values, wrong units, no number at all."""

import math
import re
from html.parser import HTMLParser

import pytest

from immunereset.lesson import QuestionError, Task, check, find_task, place, tasks
from immunereset.lesson.check import judge

ALL = list(tasks())

READY = Task(
    id="99-days", prompt="How long?", unit="days", decimals=1, tolerance=0.1, compute=lambda: 31.2468, hint="Look again.",
    feedback={16.4: (0.2, "That is the wrong drug."), (lambda: 40.0): (0.5, "That is the day of the start.")},
)  # fmt: skip


@pytest.mark.parametrize("task_id", ALL)
def test_own_answer_passes(task_id):
    task = find_task(task_id)
    for answer in (task.answer, task.show(task.answer), *task.accepted):
        assert check(task_id, answer).kind == "right"
    assert task.show(task.answer) in check(task_id, task.answer).text


@pytest.mark.parametrize("task_id", ALL)
def test_known_wrong_values_get_their_own_feedback(task_id):
    assert find_task(task_id).wrong
    for value, tolerance, why in find_task(task_id).wrong:
        for answer in (value, value - tolerance, value + tolerance):
            assert check(task_id, answer).text.endswith(why)


@pytest.mark.parametrize("task_id", ALL)
def test_no_known_wrong_value_reaches_the_accepted_range(task_id):
    task = find_task(task_id)
    low, high = task.accepted
    for value, tolerance, _ in task.wrong:
        assert value + tolerance < low or value - tolerance > high


@pytest.mark.parametrize("task_id", ALL)
def test_hint_does_not_give_the_answer_away(task_id):
    task = find_task(task_id)
    assert task.show(task.answer, unit=False) not in task.hint.split()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (31.2, "right"), (31.3, "right"), ("31,2", "right"), ("31.2 days", "right"), ("31.2 d", "right"),
        (31, "near"), (31.4, "near"), (16.4, "known"), (40, "known"), (31.2468 / 365, "unit"), (31.2468 / 7, "unit"),
        ("31.2 weeks", "unit"), (20, "wrong"), (-31.2, "known"), (-20, "wrong"), (float("nan"), "unreadable"), (math.inf, "unreadable"),
        ("many", "unreadable"), ("62/2", "unreadable"), ("31.2 .", "unreadable"), ("31 32", "unreadable"), ([1, 2], "unreadable"), (True, "unreadable"), ("", "unreadable"),
    ],
)  # fmt: skip
def test_verdicts(answer, kind):
    found, sentence = judge(READY, answer)
    assert found == kind
    assert sentence.endswith(".")


def test_a_right_answer_is_told_more_exactly():
    assert judge(READY, 31.2) == ("right", "Record 31.2 days.")
    assert judge(READY, 31.3) == judge(READY, "31,1 days") == ("right", "More exactly it is 31.2 days.")


def test_tasks_of_a_lesson_and_its_lab_are_numbered():
    assert [place(task) for task in tasks("07").values()] == [1, 2, 3, 4, 5, 6, 7]
    assert check("07-k-star").html.count("Task 1") == 2, "the label, and the name for the summary"


def test_a_known_wrong_value_shows_what_is_not_nothing():
    assert READY.show_known(0.00362) == "0.004 days" and READY.show_known(-0.02) == "−0.02 days"
    assert READY.show_known(0.98) == "0.98 days"
    assert READY.show_known(0) == "0.0 days" and READY.show_known(16.4) == "16.4 days"
    assert "0.004 logs: That is the share of cells" in check("07-k-star").html


def test_wrong_answer_gets_no_direction():
    assert judge(READY, 20) == judge(READY, 45) == ("wrong", "Look again.")


def test_record_line_is_one_line_and_holds_no_answer():
    verdict = check("00-one-in-200")
    assert str(verdict) == "Task 00-one-in-200: record a whole number in days."
    assert repr(verdict) == str(verdict)


@pytest.mark.parametrize("task_id", ALL)
def test_answer_can_be_checked_without_a_kernel(task_id):
    class Page(HTMLParser):
        def __init__(self):
            super().__init__()
            self.open, self.folded, self.shown, self.summary = [], "", "", ""

        def handle_starttag(self, tag, attributes):
            self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

        def handle_data(self, text):
            where = "summary" if "summary" in self.open else "folded" if "details" in self.open else "shown"
            setattr(self, where, getattr(self, where) + text)

    page, task = Page(), find_task(task_id)
    page.feed(check(task_id)._repr_html_())
    assert not page.open
    assert page.shown == "", "the question stands above it, in a cell of its own"
    assert page.summary == f"Show the answer of task {place(task)}"
    assert f"Record {task.show(task.answer)}." in page.folded
    if task.decimals == 0 and task.tolerance < 1:
        assert f"Accepted: {task.show(task.answer)}." in page.folded
        assert check(task_id, task.answer - 1).kind != "right" != check(task_id, task.answer + 1).kind
    else:
        low, high = re.search(r"Accepted: (−?[\d.]*\d) to (−?[\d.]*\d)", page.folded).groups()
        assert check(task_id, low).kind == check(task_id, high).kind == "right"
        assert float(high.replace("−", "-")) - float(low.replace("−", "-")) == pytest.approx(2 * task.tolerance)
    assert all(why in page.folded for _, _, why in task.wrong)


def test_what_a_student_types_is_escaped():
    assert "<script>" not in check("00-one-in-200", "<script>alert(1)</script>").html


def test_unknown_task_is_refused_with_the_nearest():
    with pytest.raises(QuestionError, match="Did you mean '00-one-in-200'"):
        check("00-one-in-20")
    with pytest.raises(QuestionError, match="Known tasks: .*00-one-in-200"):
        check("xyzzy")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"id": "7-k"}, "two digits"), ({"decimals": 9}, "decimals"), ({"tolerance": 0.01}, "half a unit"),
        ({"hint": " "}, "no hint"), ({"prompt": ""}, "no prompt"),
    ],
)  # fmt: skip
def test_unfair_tasks_are_refused(change, sentence):
    fair = dict(id="99-x", prompt="What?", unit="", decimals=1, tolerance=0.1, compute=lambda: 1.0, hint="Look.")
    with pytest.raises(QuestionError, match=sentence):
        Task(**fair | change)


def test_answer_without_end_is_refused():
    task = Task(id="99-x", prompt="?", unit="", decimals=1, tolerance=0.1, compute=lambda: math.inf, hint="Look.")
    with pytest.raises(QuestionError, match="no finite answer"):
        _ = task.answer


def test_every_tasks_file_is_found_once():
    assert len(ALL) == len(set(ALL))
    assert ALL == sorted(ALL, key=lambda task_id: task_id[:2])
