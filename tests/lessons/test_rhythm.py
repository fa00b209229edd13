"""The minutes of a lesson: computed by one rule, and what lessons, README and the teachers' page say of them."""

import nbformat
import pytest
from bs4 import BeautifulSoup
from ir_contents import HALFWAY, bar, so_far
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from immunereset.lesson import question
from immunereset.lesson.contents import contents, notebooks
from immunereset.lesson.rhythm import Rhythm, count_words, rhythm, sections
from tools import lessons
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
        ("- A. yes\n- B. no", 4),
    ],
)
def test_words_are_those_that_are_read(text, words):
    assert count_words(text) == words


def test_a_page_to_mark_takes_longer_than_a_slider():
    def minutes(name):
        return one(new_code_cell(f"from immunereset.live.evidence import {name}\n\n{name}()")).minutes

    assert (minutes("forest"), minutes("pencil"), minutes("leaflet")) == (1, 3, 6)


def test_what_stands_in_a_fold_or_a_block_of_code_is_not_counted():
    nested = "<details><summary>Why?</summary>\n\nno\n\n<details>\n\nno\n\n</details>\n\nno\n\n</details>"
    section = one(
        new_markdown_cell(f"two words\n\n{nested}\n\n```python\n# no heading here\n## nor here\n```\n\nthree")
    )
    assert (section.words, section.choices) == (3, 0)


def test_predictions_checks_figures_and_tasks_are_counted():
    section = one(
        new_markdown_cell('<div class="predict">\n\nA or B?\n\n</div>\n\n<div class="predict">\n\nWhy?\n\n</div>'),
        new_markdown_cell(in_markdown(question("07-two-logs"))),
        new_markdown_cell(in_markdown(question("07-k-star"))),
        new_code_cell("from immunereset.live import Panel, explore as live\nPanel(1)\nlive(1)"),
        new_code_cell("live(2)"),
        new_code_cell("live(3)", metadata={"tags": ["hide-output"]}),
        new_code_cell("picture = live(4)"),
        new_code_cell("figure(5)"),
        new_code_cell('from immunereset.lesson import check\ncheck("07-depth")'),
    )
    assert (section.choices, section.figures, section.stills, section.tasks) == (3, 2, 1, 1)
    assert section.minutes == 3 + 2 + 1 + 2 + round(section.words / 170)


def test_a_stretch_ends_where_there_is_something_to_do():
    cells = [
        new_markdown_cell("# Title\n\n" + prose(9)),
        new_markdown_cell("## One\n\n" + prose(28) + '\n\n<div class="try">\n\nword\n\n</div>\n\n' + prose(99)),
        new_code_cell("from immunereset.live import stage\nstage(1, predictions=[Prediction(2), Prediction(3)])"),
        new_code_cell("from immunereset.live.evidence.sorting import Tile, sorting\nsorting(4, [Tile(5), Tile(6)])"),
        new_markdown_cell(prose(50)),
        new_code_cell('check("07-k-star")'),
        new_code_cell("figure(6)"),
        new_markdown_cell(prose(70) + "\n\n## Exercises\n\n" + prose(500)),
    ]
    assert rhythm(cells) == Rhythm(words=10 + 28 + 100 + 50 + 70, before_figure=138, longest=100)
    assert [(s.choices, s.figures, s.tasks) for s in sections(cells)] == [(3, 2, 1), (0, 0, 0)]


def test_in_a_lab_code_to_read_and_exercises_that_are_not_free_have_minutes():
    cells = [
        new_markdown_cell("## One\n\n**Exercise 1** (faded). Go.\n\n**Exercise 2** (free). Go. See exercise 1."),
        new_code_cell("print(1)"),
        new_code_cell("print(2)"),
        new_code_cell("figure(3)", metadata={"tags": ["hide-input"]}),
        new_code_cell('check("07-k-star")', metadata={"tags": ["remove-input"]}),
        new_code_cell("print(4)", metadata={"tags": ["hide-cell"]}),
    ]
    (lab,), (lesson,) = sections(cells, lab=True), sections(cells)
    assert (lab.code, lab.exercises, lab.minutes) == (2, 1, 1 + 2 + 2 + 4)
    assert (lesson.code, lesson.exercises, lesson.minutes) == (0, 0, 1 + 2)


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (170, 1), (254, 1), (256, 2), (1700, 10)])
def test_170_words_are_a_minute(words, minutes):
    assert one(new_markdown_cell(prose(words))).minutes == minutes


def test_the_cover_belongs_to_the_first_section_and_what_is_optional_to_none():
    cells = [
        new_markdown_cell("# Title\n\n" + prose(339)),
        new_markdown_cell("## One\n\nword\n\n## Two\n\n" + prose(510)),
        *(new_markdown_cell(f"## {title}\n\n{prose(900)}") for title in ("Optional: more", "Exercises", "What's next")),
    ]
    assert [(s.title, s.minutes) for s in sections(cells) if s.counted] == [("One", 2), ("Two", 3)]
    assert [s.title for s in sections(cells, lab=True) if s.counted] == ["One", "Two", "Exercises"]


@pytest.fixture
def folder(tmp_path):
    """A folder with a lesson and its lab."""
    cover = '# 7. Reset\n\n<div class="lead">\n\n**How deep?**\n\nCore lesson\n\n</div>'
    lesson = [cover, f"## One\n\n{prose(340)}", f"## Two\n\n{prose(170)}", "## Exercises\n\nword"]
    lab = [cover.replace("Reset", "Reset: the lab"), f"## One\n\n{prose(340)}", f"## Exercises\n\n{prose(510)}"]
    for name, texts in (("07-reset-lab", lab), ("07-reset", lesson)):
        notebook = new_notebook(cells=[new_markdown_cell(text) for text in texts])
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    return tmp_path


def test_a_lab_stands_behind_its_lesson_and_counts_its_exercises(folder):
    lesson, lab = notebooks(folder)
    assert (lesson.is_lab, lesson.title, lesson.question, lesson.minutes) == (False, "Reset", "How deep?", 3)
    assert (lab.is_lab, lab.number, lab.minutes) == (True, "07", 5)
    assert contents(folder, "there/").splitlines()[2:] == [
        "| 07 | [Reset](there/07-reset.ipynb) | How deep? | 3 | [Lab](there/07-reset-lab.ipynb), 5 minutes |"
    ]


@pytest.mark.parametrize(
    ("first", "lacking"), [("Reset", "no title; write it as\n\n# 07"), ("# 7. Reset\n\n**How?**", "no question")]
)
def test_a_first_cell_without_title_or_question_is_refused(tmp_path, first, lacking):
    nbformat.write(new_notebook(cells=[new_markdown_cell(first)]), tmp_path / "07-reset.ipynb")
    with pytest.raises(ValueError, match=f"first cell of 07-reset.ipynb has {lacking}"):
        contents(tmp_path)


def test_the_bar_of_a_lesson_has_its_sections_and_their_minutes(folder):
    one = notebooks(folder)[0]
    soup = BeautifulSoup(bar(one, [("one", "One"), ("two", "Two & half"), ("exercises", "Exercises")]), "html.parser")
    assert soup.nav["aria-label"] == "Sections of this lesson" and soup.p.text == "3 minutes"
    told = [(link["href"], link.text, link.parent["style"]) for link in soup.select("li a")]
    assert told == [("#one", "One 2 min", "flex-grow: 2"), ("#two", "Two & half 1 min", "flex-grow: 1")]
    assert so_far(one, f"<h2>One</h2>{HALFWAY}<h2>Two</h2>") == 2


LESSONS = pytest.mark.parametrize("one", notebooks(lessons.NOTEBOOKS), ids=lambda one: one.path.stem)


@LESSONS
def test_a_lesson_and_a_lab_fit_a_class_hour(one):
    assert one.minutes <= 45


@LESSONS
def test_a_lesson_can_be_left_halfway(one):
    if one.is_lab or one.minutes < 25:
        return
    (place,) = [i for i, cell in enumerate(one.cells) if "**Halfway.**" in cell["source"]]
    above = sections(one.cells[: place + 1])
    assert 1 / 3 < sum(section.minutes for section in above) / one.minutes < 2 / 3
