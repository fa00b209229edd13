"""What a lesson and its questions say, for tests that compare words with what the models compute."""

import re
from functools import cache

from immunereset.lesson import question
from tools import lessons


@cache
def cells(name):
    """Return the sources of a notebook's cells by their ids; `name` is the file without its ending."""
    return {cell.id: cell.source for cell in lessons.read(lessons.NOTEBOOKS / f"{name}.ipynb").cells}


@cache
def words(name):
    """Return the text of a notebook that a reader sees, without links' targets."""
    notebook = lessons.read(lessons.NOTEBOOKS / f"{name}.ipynb")
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.sub(r"\]\([^)]*\)", "]", text)


def told(question_id):
    """Return all that a question says: its wording, its options, and what is said to who chose one."""
    one = question(question_id)
    return " ".join([one.wording, *(f"{option.words} {option.feedback}" for option in one.options)])
