"""One hour with one lesson: what a class may leave out, for a teacher."""

from __future__ import annotations

from pathlib import Path

from .contents import Notebook, notebooks

CLASS = 2
"""Minutes of a class for each minute of one reader: votes and talk."""

HOUR = 60

LEFT_OUT = {
    "04": ["When a drug fades", "Drugs that remove", "Drugs that lock out"],
    "07": ["Rescue", "What moves the threshold", "The whole model"],
    "10": ["How far, how long"],
    "11": ["The smallest graft"],
    "14": ["A second disease"],
    "16": ["More regulatory cells", "The whole model"],
}
"""Sections that are homework if a lesson has only an hour, by lesson; the others tell its story without them."""


def minutes_in_class(one: Notebook) -> int:
    """The minutes that a class takes for a lesson without what `LEFT_OUT` names."""
    return CLASS * sum(part.minutes for part in one.sections if part.counted and part.title not in left_out(one))


def left_out(one: Notebook) -> list[str]:
    """The titles of the sections that `LEFT_OUT` names for a lesson."""
    return LEFT_OUT.get(one.number, [])


def one_hour(folder: Path, link: str = "") -> str:
    """Return a table in Markdown: for each lesson of `folder` what to leave out, and the minutes that are left.

    A lesson that is longer than an hour and has no entry is stopped at its mark Halfway. `link` leads to the folder.
    """
    lines = ["| Lesson | Leave out | Minutes in class |", "|---|---|---|"]
    for one in notebooks(folder):
        if one.is_lab:
            continue
        minutes, out = minutes_in_class(one), "; ".join(left_out(one))
        if minutes > HOUR:
            out, minutes = "all behind the mark *Halfway*", "about 45"
        lines.append(f"| {int(one.number)}. [{one.title}]({link}{one.path.name}) | {out or 'nothing'} | {minutes} |")
    return "\n".join(lines)
