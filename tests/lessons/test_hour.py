"""One hour with one lesson: what the teachers' page leaves out is there, and what is left fits."""

import pytest

from immunereset.lesson import hour
from immunereset.lesson.contents import notebooks


@pytest.fixture(scope="module")
def lessons(root):
    return {one.number: one for one in notebooks(root / "notebooks") if not one.is_lab}


@pytest.mark.parametrize("number", hour.LEFT_OUT)
def test_what_is_left_out_is_a_section_and_the_rest_fits_an_hour(lessons, number):
    one = lessons[number]
    assert set(hour.LEFT_OUT[number]) <= {part.title for part in one.sections if part.counted}
    assert hour.minutes_in_class(one) <= hour.HOUR
    assert "Summary" not in hour.LEFT_OUT[number]


def test_every_lesson_has_a_row(lessons, root):
    table = hour.one_hour(root / "notebooks", "there/")
    rows = table.splitlines()[2:]
    assert [row.partition(".")[0].strip("| ") for row in rows] == [str(int(number)) for number in lessons]
    assert "](there/04-suppression.ipynb) | When a drug fades; Drugs that remove; Drugs that lock out | 58 |" in table
    assert "](there/00-start-here.ipynb) | nothing | 32 |" in table
    minutes = {row.split(".")[0].strip("| "): int(row.split("|")[3]) for row in rows}
    assert {number: many for number, many in minutes.items() if not 20 < many <= hour.HOUR} == {}


def test_a_long_lesson_without_an_entry_stops_at_its_mark(lessons, root, monkeypatch):
    monkeypatch.delitem(hour.LEFT_OUT, "04")
    until = hour.minutes_until_halfway(lessons["04"])
    assert 20 < until < hour.HOUR < hour.minutes_in_class(lessons["04"])
    assert f"| all behind the mark *Halfway* | {until} |" in hour.one_hour(root / "notebooks")
