"""What the folder of notebooks holds: lessons and their labs, each with its question and its computed minutes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .rhythm import Section, sections

TITLE = re.compile(r"^# (?:\d+\. )?(.+)$", re.MULTILINE)
ASKED = re.compile(r'<div class="lead">\s*\*\*(.+?)\*\*', re.DOTALL)


@dataclass(frozen=True)
class Notebook:
    """A lesson or a lab as a file whose name is `NN-name.ipynb` or `NN-name-lab.ipynb`."""

    path: Path

    @property
    def number(self) -> str:
        """The two digits of the lesson."""
        return self.path.name[:2]

    @property
    def is_lab(self) -> bool:
        """Whether it is a lab, for readers who code."""
        return self.path.stem.endswith("-lab")

    @cached_property
    def cells(self) -> list[dict]:
        """The cells as in the file, the source of each as one text."""
        cells = json.loads(self.path.read_text(encoding="utf-8"))["cells"]
        return [cell | {"source": "".join(cell["source"])} for cell in cells]

    @property
    def title(self) -> str:
        """The title without the lesson's number."""
        return self._in_first_cell(TITLE, "title", "# 07. Title")

    @property
    def question(self) -> str:
        """The question that stands below the title."""
        return self._in_first_cell(ASKED, "question", '<div class="lead">\n\n**Question?**\n\n</div>')

    def _in_first_cell(self, pattern: re.Pattern, what: str, example: str) -> str:
        """Return what the pattern finds in the first cell. Raises `ValueError`, with an example, if it finds nothing."""
        if found := pattern.search(self.cells[0]["source"]):
            return found[1]
        raise ValueError(f"The first cell of {self.path.name} has no {what}; write it as\n\n{example}")

    @property
    def sections(self) -> list[Section]:
        """The sections with what makes their minutes; see `immunereset.lesson.rhythm`."""
        return sections(self.cells, lab=self.is_lab)

    @property
    def minutes(self) -> int:
        """The minutes of the sections that are part of it."""
        return sum(section.minutes for section in self.sections if section.counted)


def notebooks(folder: Path) -> list[Notebook]:
    """Return lessons and labs of a folder in order, a lab behind its lesson."""
    return [Notebook(path) for path in sorted(folder.glob("[0-9][0-9]-*.ipynb"), key=lambda path: path.stem)]


def contents(folder: Path, link: str = "") -> str:
    """Return a table in Markdown: lessons with question and minutes, labs with minutes. `link` leads to the folder."""
    lines = ["| No. | Lesson | Question | Minutes | Lab |", "|---|---|---|---|---|"]
    found = notebooks(folder)
    labs = {one.number: f"[Lab]({link}{one.path.name}), {one.minutes} minutes" for one in found if one.is_lab}
    for one in found:
        if not one.is_lab:
            lesson = f"[{one.title}]({link}{one.path.name})"
            lines.append(f"| {one.number} | {lesson} | {one.question} | {one.minutes} | {labs.get(one.number, '–')} |")
    return "\n".join(lines)
