"""Write the computed minutes of every lesson: its first line, its sections, the mark halfway, and the table of README.md.

    python make.py minutes

The rule stands in `immunereset.lesson.rhythm`.
"""

import re

from immunereset.lesson.rhythm import lesson_minutes, sections

from .lessons import ROOT, lessons, read, write

README = ROOT / "README.md"
HEADING = re.compile(r"^## +(.+)\n\n(?:\*\d+ minutes? · .*\*\n\n)?", re.MULTILINE)
WHOLE = re.compile(r"^\d+ minutes? · ", re.MULTILINE)
HALFWAY = re.compile(r"(\*\*Halfway\.\*\* )\d+ minutes? so far")
ROW = re.compile(r"^(\| \d\d \| \[.+\]\(notebooks/(.+)\.ipynb\) \| .+? \|).*$", re.MULTILINE)


def counted(minutes):
    """A number of minutes in words and figures."""
    return f"{minutes} minute{'s' * (minutes != 1)}"


def with_minutes(notebook):
    """The notebook with its minutes as they are computed now."""
    left, so_far = sections(notebook.cells), 0

    def state(heading):
        nonlocal so_far
        section = left.pop(0)
        assert heading[1] == section.title, f"A heading that is no section: {heading[1]}"
        if section.part_of_lesson:
            so_far += section.minutes
            return f"## {section.title}\n\n*{counted(section.minutes)} · {so_far} so far*\n\n"
        optional = section.title.lower().startswith("optional")
        return f"## {section.title}\n\n" + f"*{counted(section.minutes)} · not counted above*\n\n" * optional

    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            text = HEADING.sub(state, cell.source + "\n\n").removesuffix("\n\n")
            cell.source = HALFWAY.sub(lambda mark: f"{mark[1]}{counted(so_far)} so far", text)
            if number == 0:
                cell.source = WHOLE.sub(f"{counted(lesson_minutes(notebook.cells))} · ", text, count=1)
    return notebook


def with_table(readme):
    """The text of README.md with the minutes of each lesson in the last column of its table."""
    minutes = {path.stem: lesson_minutes(read(path).cells) for path in lessons()}
    return ROW.sub(lambda row: f"{row[1]} {minutes[row[2]]} |", readme)


if __name__ == "__main__":
    for path in lessons():
        write(with_minutes(read(path)), path)
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
