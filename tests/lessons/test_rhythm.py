"""The minutes of a lesson: computed by one rule, and what lessons, README and the teachers' page say of them."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from immunereset.lesson import question
from immunereset.lesson.rhythm import count_words, lesson_minutes, sections
from tools import lessons
from tools.minutes import with_minutes, with_table
from tools.questions import in_markdown


def prose(words):
    return " ".join(["word"] * words)


def one(*cells):
    """The single section of a lesson that has a heading and then these cells."""
    (section,) = sections([new_markdown_cell("## Section"), *cells])
    return section


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Cells divide, and cells die.", 5),
        ("The depth $k = 2$ leaves 1 % of **memory** cells.", 8),
        ("A [memory cell](../book/glossary.md#memory-cell) {cite:p}`Burt2019` rests.", 5),
        ("$$\n\\frac{dM}{dt} = \\rho M\n$$", 0),
        ("| symbol | meaning |\n|---|---|\n| $k$ | depth |", 0),
        ('<div class="lead">\n\n**How deep?**\n\n</div>', 2),
        ('<div class="objectives">\n\n1. explain it;\n\n</div>', 0),
        ("*4 minutes · 12 so far*", 0),
        ("- A. yes\n- B. no", 4),
    ],
)
def test_words_are_those_that_are_read(text, words):
    assert count_words(text) == words


def test_what_stands_in_a_fold_or_a_block_of_code_is_not_counted():
    nested = "<details><summary>Why?</summary>\n\nno\n\n<details>\n\nno\n\n</details>\n\nno\n\n</details>"
    section = one(
        new_markdown_cell(f"two words\n\n{nested}\n\n```python\n# no heading here\n## nor here\n```\n\nthree")
    )
    assert (section.words, section.choices) == (3, 0)


def test_predictions_checks_live_figures_and_tasks_are_counted():
    section = one(
        new_markdown_cell('<div class="predict">\n\nA or B?\n\n</div>\n\n<div class="question">\n\nWhy?\n\n</div>'),
        new_markdown_cell(in_markdown(question("07-two-logs"))),
        new_markdown_cell(in_markdown(question("07-k-star"))),
        new_code_cell("from immunereset.live import Panel, explore as live\nPanel(1)\nlive(1)"),
        new_code_cell("live(2)"),
        new_code_cell("live(3)", metadata={"tags": ["hide-output"]}),
        new_code_cell("picture = live(4)"),
        new_code_cell("figure(5)"),
        new_code_cell('from immunereset.lesson import check\ncheck("07-depth")'),
    )
    assert (section.choices, section.figures, section.tasks) == (3, 2, 1)
    assert section.minutes == 3 + 2 + 2 + round(section.words / 170)


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (170, 1), (254, 1), (256, 2), (1700, 10)])
def test_170_words_are_a_minute(words, minutes):
    assert one(new_markdown_cell(prose(words))).minutes == minutes


def test_the_cover_belongs_to_the_first_section_and_what_is_optional_to_none():
    cells = [
        new_markdown_cell("# Title\n\n" + prose(339)),
        new_markdown_cell("## One\n\nword\n\n## Two\n\n" + prose(510)),
        *(new_markdown_cell(f"## {title}\n\n{prose(900)}") for title in ("Optional: more", "Exercises", "What's next")),
    ]
    assert [(section.title, section.minutes) for section in sections(cells)][:2] == [("One", 2), ("Two", 3)]
    assert lesson_minutes(cells) == 5


def test_minutes_are_written_where_they_belong_and_a_second_time_changes_nothing():
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Title\n\n45 minutes · core lesson"),
            new_markdown_cell("## One\n\n*9 minutes · 9 so far*\n\n" + prose(340)),
            new_markdown_cell("## Two\n\n" + prose(170) + "\n\n**Halfway.** 22 minutes so far. Stop here."),
            new_markdown_cell("## Three"),
            new_markdown_cell("## Optional: more\n\nword"),
            new_markdown_cell("## Exercises\n\n*Optional.*"),
        ]
    )
    text = [cell.source for cell in with_minutes(notebook).cells]
    assert text[0] == "# Title\n\n4 minutes · core lesson"
    assert text[1].startswith("## One\n\n*2 minutes · 2 so far*\n\nword")
    assert text[2].startswith("## Two\n\n*1 minute · 3 so far*\n\nword")
    assert text[2].endswith("**Halfway.** 3 minutes so far. Stop here.")
    assert text[3:] == [
        "## Three\n\n*1 minute · 4 so far*",
        "## Optional: more\n\n*1 minute · not counted above*\n\nword",
        "## Exercises\n\n*Optional.*",
    ]
    assert [cell.source for cell in with_minutes(notebook).cells] == text


LESSONS = pytest.mark.parametrize("path", lessons.lessons(), ids=lambda path: path.stem)


@LESSONS
def test_a_lesson_says_its_computed_minutes(path):
    before = lessons.read(path)
    after = with_minutes(lessons.read(path))
    assert nbformat.writes(after) == nbformat.writes(before), "Run: python make.py minutes"
    assert re.search(rf"^{lesson_minutes(before.cells)} minutes · ", before.cells[0].source, re.MULTILINE)


@LESSONS
def test_a_lesson_fits_a_class_hour_and_can_be_left_halfway(path):
    cells = lessons.read(path).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    (halfway,) = re.findall(r"\*\*Halfway\.\*\* (\d+) minutes so far", text)
    assert lesson_minutes(cells) <= 45
    assert 1 / 3 < int(halfway) / lesson_minutes(cells) < 2 / 3


def test_readme_and_the_teachers_page_say_the_same(root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert with_table(readme) == readme, "Run: python make.py minutes"
    longest = max(lesson_minutes(lessons.read(path).cells) for path in lessons.lessons())
    assert f"The longest lesson has {longest}." in (root / "book" / "teachers.md").read_text(encoding="utf-8")
