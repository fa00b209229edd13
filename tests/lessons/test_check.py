"""The tasks of all lessons: what check() says of a number, what the published page says, and what a teacher gets.

They are in one file because finding the answers takes long, and each is found once for all tests of a file.
"""

import base64
import csv
import io
import json
import math
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from py_mini_racer import MiniRacer

from immunereset.lesson import (
    QuestionError,
    Task,
    answer_key,
    answer_sheet,
    check,
    choices,
    find_task,
    gift,
    place,
    questions,
    tasks,
)  # fmt: skip
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


@pytest.fixture(scope="module")
def judged_by_page(root):
    """`judged_by_page(task_id, *typed)` gives for each text typed the page's kind of verdict and its sentence."""
    v8 = MiniRacer()
    v8.eval((root / "book" / "_static" / "questions.js").read_text(encoding="utf-8"))

    @cache
    def on_the_page(task_id):
        return BeautifulSoup(check(task_id)._repr_html_(), "html.parser").select_one("[data-task]")["data-task"]

    def judged(task_id, *typed):
        told = f"{json.dumps(typed)}.map((typed) => judgeAnswer({on_the_page(task_id)}, typed))"
        return [tuple(one) for one in json.loads(v8.eval(f"JSON.stringify({told})"))]

    return judged


def typed_answers(task):
    """Numbers of every kind for a task, on both sides of each edge between two verdicts."""
    low, high = task.accepted
    yield from (low, high, task.answer, task.exact, -task.answer, 0.0, 1e9)
    for shift in (1e-6, 10.0**-task.decimals, 2 * 10.0**-task.decimals):
        yield from (low - shift, high + shift)
    for value, tolerance, _ in task.wrong:
        yield from (value, value - tolerance, value + tolerance, value + 1.01 * tolerance)
    for size in task.other_units().values():
        yield from (size, 1.009 * size, 1.02 * size)
    yield from (round(task.exact, decimals) for decimals in range(task.decimals))


@pytest.mark.parametrize("task_id", ALL)
def test_the_page_says_what_python_says(judged_by_page, task_id):
    task = find_task(task_id)
    values = [float(value) for value in typed_answers(task)]
    for value, judged in zip(values, judged_by_page(task_id, *map(repr, values)), strict=True):
        assert judged == judge(task, value), value


RIGHT = {
    "days": ["d", "D", "day", "Day.", "days"],
    "months": ["month", "Months"],
    "years": ["y", "yr", "year", "Years"],
    "logs": ["log", "Logs", "log10"],
    "%": ["%", "percent", "per cent"],
    "cells/µL": ["cells/µL", "cells/μL", "cells/uL", "cell / ul", "cells per uL"],
    "cells/mL": ["cells/mL", "cells/ml"],
    "mg": ["mg", "MG"],
    "cells": ["cell", "cells"],
    "clones": ["clone", "clones"],
    "people": ["person", "People", "patients"],
    "events": ["event", "events"],
    "relapses": ["relapse", "relapses"],
    "bars": ["bar", "bars"],
    "million": ["million", "Millions"],
    "million per kg": ["million per kg", "millions/kg"],
    "": [],
}
"""Spellings of every unit that a student may use."""

WRONG = ["furlongs", "d/d", "%%", "log2", "cells/mL", "dayss", "weeks", "-", "µ", "²"]


@pytest.mark.parametrize("task_id", ALL)
def test_every_spelling_of_a_unit_is_judged_alike(judged_by_page, task_id):
    """Both sides of each edge of the right answer, in every unit, with its space and without one."""
    task = find_task(task_id)
    low, high = task.accepted
    right = RIGHT[task.unit]
    foreign = {spelling for unit, all_ in RIGHT.items() if unit != task.unit for spelling in all_}
    wrong = {*foreign, *WRONG} - {*right}
    for value in (low, high, low - 10.0**-task.decimals, high + 10.0**-task.decimals, 1e6):
        number = f"{value:.10f}"
        plain = judge(task, number)
        alike = [typed for unit in right for typed in (f"{number} {unit}", f" {number}{unit} ")]
        refused = [f"{number} {unit}" for unit in wrong]
        for typed, judged in zip(alike + refused, judged_by_page(task_id, *alike, *refused), strict=True):
            assert judged == judge(task, typed), typed
            assert judged == plain if typed in alike else judged[0] == "unit", typed


@pytest.mark.parametrize("typed", ["many", "--3", "1e999", ".", "8/3", "3 4", "31.2 .", "١٤"])
def test_what_is_no_number_is_said_to_be_none(judged_by_page, typed):
    [(kind, sentence)] = judged_by_page("01-half-life", typed)
    assert kind == "unreadable" and sentence.endswith(f"‘{typed}’ was given.")
    assert judge(find_task("01-half-life"), typed) == (kind, sentence)


@pytest.mark.parametrize("typed", ["", "  "])
def test_an_empty_field_asks_for_a_number(judged_by_page, typed):
    empty = ("unreadable", "Write a number first.")
    assert judged_by_page("01-half-life", typed) == [judge(find_task("01-half-life"), typed)] == [empty]


def test_a_comma_a_minus_and_the_unit_are_read(judged_by_page):
    task = find_task("01-half-life")
    right, negative, years = task.show(task.answer), f"−{task.answer}", f"{task.answer} years"
    found = judged_by_page(task.id, right, right.replace(".", ","), negative, years)
    assert [kind for kind, _ in found[:2]] == ["right", "right"]
    assert found[2:] == [judge(task, -task.answer), judge(task, years)]


def test_every_number_gets_an_answer():
    for task_id in tasks():
        box = BeautifulSoup(check(task_id)._repr_html_(), "html.parser").select_one("[data-task]")
        found = json.loads(box["data-task"])
        assert found["rules"][-1][:2] == [None, None], "the last rule holds every number"
        assert all(math.isfinite(edge) for rule in found["rules"][:-1] for edge in rule[:2])
        assert re.fullmatch(r"a (whole )?number .+", found["wanted"])


def test_the_answer_sheet_lists_every_question_as_csv():
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(answer_sheet().to_csv(index=False)))}
    assert list(rows) == list(questions())
    for name in tasks():
        assert re.fullmatch(r"-?\d+(\.\d+)?", rows[name]["answer"])
        assert check(name, rows[name]["answer"]).kind == "right"
    row = rows["07-two-logs"]
    assert (row["kind"], row["answer"]) == ("prediction", "C. It is at least as strong as before")
    assert row["options"].splitlines()[1] == "B. It is milder" and row["misconceptions"].startswith("A. removing")
    assert set(answer_sheet("00")["lesson"]) == {"00"}


def read_back(text):
    """Questions of a file in the format GIFT, by id: wording, and what stands between the braces, line by line."""
    found = re.findall(r"^::(.+?)::\[markdown\]((?:[^{}\\]|\\.)+) \{(.*?)\n\}$", text, re.MULTILINE | re.DOTALL)
    return {name: (wording, body.splitlines()) for name, wording, body in found}


def unescaped(text):
    return re.sub(r"\\(.)", r"\1", text)


def test_moodle_gets_every_question_with_its_feedback():
    told = read_back(gift())
    assert list(told) == list(questions())
    for name, one in choices().items():
        wording, options = told[name]
        assert unescaped(wording).split() == one.wording.split()
        parts = [re.fullmatch(r"(=|~(?:%100%)?)((?:[^#\\]|\\.)+)#(.+)", option).groups() for option in options[1:]]
        assert [sign != "~" for sign, _, _ in parts] == [option.right for option in one.options]
        assert [unescaped(words) for _, words, _ in parts] == [option.words for option in one.options]
    for name, one in tasks().items():
        first, second, *known = told[name][1]
        value, tolerance = re.fullmatch(r"=%100%(-?[\d.]+):([\d.e-]+)", second).groups()
        assert (first, float(value), float(tolerance)) == ("#", one.answer, one.tolerance)
        assert len(known) == len(one.wrong)


def test_the_key_of_a_lesson_names_its_questions_as_the_page_does_and_holds_the_file_for_moodle():
    folds = BeautifulSoup(answer_key(Path("notebooks")), "html.parser").select("details")
    assert len(folds) == len({name[:2] for name in questions()})
    for fold in folds:
        link = fold.select_one("a[download]")
        number = re.fullmatch(r"lesson-(\d\d)\.gift\.txt", link["download"])[1]
        assert base64.b64decode(link["href"].split("base64,")[1]).decode() == gift(number)
        rows = [[cell.get_text() for cell in row.select("th, td")] for row in fold.select("tbody tr")]
        assert len(rows) == len(questions(number)) and len({name for name, _, _ in rows}) == len(rows)
    key = {name: answer for name, _, answer in rows_of(folds, "07")}
    assert key["Task 1"].startswith("2.44 logs") and key["Prediction 1"].startswith("C. It is at least as strong")
    assert "Task 5 (lab)" in key and "Task 4" in key


def rows_of(folds, number):
    (fold,) = [fold for fold in folds if fold.a["download"].startswith(f"lesson-{number}")]
    return [[cell.get_text() for cell in row.select("th, td")] for row in fold.select("tbody tr")]
