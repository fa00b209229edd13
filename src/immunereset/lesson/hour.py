"""One hour with one lesson: what a class may leave out, for a teacher."""

from __future__ import annotations

from pathlib import Path

from .contents import Notebook, notebooks
from .rhythm import sections

CLASS = 2
"""Minutes of a class for each minute of one reader: votes and talk."""

HOUR = 60

LEFT_OUT = {
    "01": ["One step at a time", "How long may a step be?"],
    "03": ["How far does it spread?"],
    "04": ["When a drug fades", "Drugs that remove", "Drugs that lock out"],
    "05": ["One word, four cells"],
    "06": ["No cells at all"],
    "07": ["Rescue", "What moves the threshold", "The whole model"],
    "08": ["How hard does a thymus work?", "What does overlap measure?"],
    "10": ["How far, how long"],
    "11": ["The smallest graft"],
    "14": ["A second disease"],
    "16": ["More regulatory cells", "The whole model"],
}
"""Sections that are homework if a lesson has only an hour, by lesson; the others tell its story without them."""


def minutes_in_class(one: Notebook) -> int:
    """The minutes that a class takes for a lesson without what `LEFT_OUT` names."""
    out = LEFT_OUT.get(one.number, [])
    return CLASS * sum(part.minutes for part in one.sections if part.counted and part.title not in out)


def minutes_until_halfway(one: Notebook) -> int:
    """The minutes that a class takes as far as the mark Halfway."""
    mark = next(place for place, cell in enumerate(one.cells) if "**Halfway.**" in cell["source"])
    return CLASS * sum(part.minutes for part in sections(one.cells[:mark]))


def one_hour(folder: Path, link: str = "") -> str:
    """Return a table in Markdown: for each lesson of `folder` what to leave out, and the minutes that are left.

    A lesson that is longer than an hour and has no entry is stopped at its mark Halfway. `link` leads to the folder.
    """
    lines = ["| Lesson | Leave out | Minutes in class |", "|---|---|---|"]
    for one in notebooks(folder):
        if one.is_lab:
            continue
        minutes, out = minutes_in_class(one), "; ".join(LEFT_OUT.get(one.number, []))
        if minutes > HOUR:
            out, minutes = "all behind the mark *Halfway*", minutes_until_halfway(one)
        lines.append(f"| {int(one.number)}. [{one.title}]({link}{one.path.name}) | {out or 'nothing'} | {minutes} |")
    return "\n".join(lines)
