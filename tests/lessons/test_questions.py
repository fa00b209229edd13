"""Questions as data: what is refused, and that every notebook says what the data says."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from immunereset.lesson import (
    Choice,
    Option,
    QuestionError,
    Task,
    find_task,
    question,
    questions,
)  # fmt: skip
from tools import lessons
from tools.questions import asked_in, in_markdown, with_questions

ALL = list(questions())
OPTIONS = [Option("yes", "It does."), Option("no", "It does not.", right=True)]
FAIR = dict(id="99-x", kind="prediction", wording="Does it?", options=OPTIONS)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"id": "7-k"}, "two digits, a hyphen and a name"), ({"kind": "guess"}, "must be one of prediction, check"),
        ({"wording": " "}, "has no wording"), ({"options": OPTIONS[:1]}, "has 1 options; 2 to 6 are possible"),
        ({"options": OPTIONS + OPTIONS[:1]}, "two options with the same words"),
        ({"options": [Option("a", "A."), Option("b", "B.")]}, "needs a right option and a wrong one"),
        ({"options": [Option("a", "A.", True), Option("b", "B.", True)]}, "needs a right option and a wrong one"),
        ({"options": [*OPTIONS, Option("maybe", "It may.", True)]}, "Prediction 99-x has 2 right options"),
    ],
)  # fmt: skip
def test_unfair_choices_are_refused(change, sentence):
    with pytest.raises(QuestionError, match=sentence):
        Choice(**FAIR | change)


def test_a_check_may_have_two_right_options():
    assert Choice(**FAIR | {"kind": "check", "options": [*OPTIONS, Option("n", "No.", True)]}).answer == "B. no\nC. n"


@pytest.mark.parametrize("words", [("", "It does."), ("yes", " ")])
def test_an_option_without_words_is_refused(words):
    with pytest.raises(QuestionError, match="has no (words|feedback)"):
        Option(*words)


def test_an_unknown_question_is_refused_with_the_nearest():
    with pytest.raises(QuestionError, match="There is no question '07-two-log'. Did you mean '07-two-logs'?"):
        question("07-two-log")
    with pytest.raises(QuestionError, match="'07-two-logs' is a prediction: .* `check` is for tasks"):
        find_task("07-two-logs")


def test_a_question_is_written_whole():
    two = Choice(**FAIR | {"id": "07-two-logs", "options": [Option("yes", "One.\n\nTwo."), OPTIONS[1]]})
    assert in_markdown(two) == (
        '<div class="ir-question predict" role="group" aria-label="Prediction 1" data-question="07-two-logs">\n\n'
        "**Predict.** Does it?\n\n- A. yes\n- B. no\n\n"
        '<details class="solution"><summary>What each answer means (prediction 1)</summary>\n\n'
        "- **A.** ✗ Not right. One.\n  \n  Two.\n- **B.** ✓ Right. It does not.\n\n</details>\n\n</div>"
    )


def test_questions_are_written_once_and_where_they_belong():
    asked = new_markdown_cell("07-two-logs\n", metadata={"tags": ["question", "remove-cell"]})
    code = new_code_cell('from immunereset.lesson import check\n\ncheck("07-k-star")')
    once = with_questions(new_notebook(cells=[new_markdown_cell("# Title"), asked, code]))
    assert asked_in(once) == ["07-two-logs", "07-k-star"]
    assert once.cells[1].source == in_markdown(question("07-two-logs")) and once.cells[3] is code
    assert lessons.tags(once.cells[1]) == ["question", "remove-cell"] and lessons.tags(code) == ["remove-input"]
    once.cells[1].source = "stale"
    assert with_questions(once).cells[1].source == in_markdown(question("07-two-logs"))
    assert [cell.source for cell in with_questions(once).cells] == [cell.source for cell in once.cells]
    with pytest.raises(QuestionError, match="There is no question"):
        with_questions(new_notebook(cells=[new_markdown_cell("", id="nobody", metadata={"tags": ["question"]})]))


NUMBERS = sorted({path.name[:2] for path in lessons.lessons()})


@pytest.mark.parametrize("number", NUMBERS)
def test_the_notebooks_of_a_lesson_ask_what_the_data_asks(number):
    """Each question once, in the notebook of the lesson or its lab, in the order of the data, which gives the numbers."""
    paths = sorted(lessons.lessons(), key=lambda path: path.stem)
    notebooks = [lessons.read(path) for path in paths if path.name.startswith(number)]
    asked = [name for notebook in notebooks for name in asked_in(notebook)]
    assert asked == list(questions(number)), "Run: python make.py questions"
    for cell in (cell for notebook in notebooks for cell in notebook.cells):
        if "question" in lessons.tags(cell):
            assert cell.source == in_markdown(question(cell.id)), "Run: python make.py questions"


@pytest.mark.parametrize("name", ALL)
def test_a_task_is_checked_below_its_question(name):
    if not isinstance(question(name), Task):
        return
    paths = [path for path in lessons.lessons() if path.name.startswith(name[:2])]
    (below,) = [b for path in paths for a, b in pairs(lessons.read(path).cells) if a.get("id") == name]
    assert f'check("{name}"' in below.source


def pairs(cells):
    return zip(cells, cells[1:])


@pytest.mark.parametrize("number", NUMBERS)
def test_right_answers_have_no_favourite_place(number):
    """Whoever has seen that it is always the second one answers without reading."""
    checks = [asked for name in questions(number) if getattr(asked := question(name), "kind", "") == "check"]
    places = [next(i for i, option in enumerate(asked.options) if option.right) for asked in checks]
    assert max(map(places.count, places), default=0) <= (len(places) + 1) / 2


def test_a_question_that_the_page_leaves_out_is_asked_by_a_stage():
    for one in sorted(lessons.NOTEBOOKS.glob("*.ipynb")):
        notebook = lessons.read(one)
        code = "".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
        out = [cell.id for cell in notebook.cells if {"question", "remove-cell"} <= set(lessons.tags(cell))]
        assert [name for name in out if f'question("{name}")' not in code] == [], one.name
