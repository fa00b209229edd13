"""Write every question of a lesson into its notebooks, from the data in `immunereset.lesson`.

    python make.py questions

A question stands in one Markdown cell: its id is the question's, its tag is `question`, and its text is written here.
Where the cell stands is for the author to say, by a cell with this tag that holds the id and nothing else; that of a task
need not be there: it comes in front of the code that checks the task.
"""

import re
import sys

from nbformat.v4 import new_markdown_cell

from immunereset.lesson import Choice, QuestionError, place, question

from .lessons import lessons, read, tags, write

QUESTION = "question"
ONLY_CHECKS = re.compile(r"(?:(?:from|import) .*\s+)*check\(\"[\w-]+\".*\)(?: *#.*)?\s*")
CHECKED = re.compile(r"^check\(\"([\w-]+)\"", re.MULTILINE)
ONLY_AN_ID = re.compile(r"\s*(\d\d-[\w-]+)\s*")
NAMES = {"prediction": ("Prediction", "Predict."), "check": ("Check", "Check {}.")}


def item(text):
    """Text as an item of a Markdown list."""
    return "- " + text.replace("\n", "\n  ")


def in_markdown(one):
    """A question as the text of its cell."""
    if not isinstance(one, Choice):
        asked = f"**Task {place(one)}.** {one.prompt} Record below {one.what_to_record}."
        return f'<div class="ir-question task">\n\n{asked}\n\n</div>'
    number = place(one)
    name, head = NAMES[one.kind]
    options = "\n".join(item(f"{letter}. {option.words}") for letter, option in one.lettered)
    said = "\n".join(item(f"**{letter}.** {option.said}") for letter, option in one.lettered)
    kind = {"prediction": "predict", "check": "check"}[one.kind]
    return (
        f'<div class="ir-question {kind}" role="group" aria-label="{name} {number}" data-question="{one.id}">\n\n'
        f"**{head.format(number)}** {one.wording}\n\n{options}\n\n"
        f'<details class="solution"><summary>What each answer means ({name.lower()} {number})</summary>\n\n{said}\n\n'
        "</details>\n\n</div>"
    )


def with_questions(notebook):
    """The notebook with the text of its questions as it is in the data, and with the questions of its tasks."""
    asked = [cell for cell in notebook.cells if cell.cell_type == "markdown" and QUESTION in tags(cell)]
    for cell in asked:
        if named := ONLY_AN_ID.fullmatch(cell.source):
            cell.id = named[1]
        cell.source = in_markdown(question(cell.id))
    there, cells = {cell.id for cell in asked}, []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for name in CHECKED.findall(cell.source):
                if name not in there:
                    there.add(name)
                    asked = in_markdown(question(name))
                    cells.append(new_markdown_cell(asked, id=name, metadata={"tags": [QUESTION]}))
            if ONLY_CHECKS.fullmatch(cell.source) and not {"remove-input", "remove-cell"} & set(tags(cell)):
                cell.metadata["tags"] = [*tags(cell), "remove-input"]  # on the page the field stands below its question
        cells.append(cell)
    notebook.cells = cells
    return notebook


def asked_in(notebook):
    """The ids of the questions that stand in a notebook, in order."""
    return [cell.id for cell in notebook.cells if QUESTION in tags(cell)]


def main():
    try:
        for path in lessons():
            before = path.read_bytes()
            write(with_questions(read(path)), path)
            if path.read_bytes() != before:
                print(f"wrote {path.name}")
    except QuestionError as error:
        sys.exit(f"{path.name}: {error}")


if __name__ == "__main__":
    main()
