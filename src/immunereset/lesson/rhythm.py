"""How many minutes a lesson takes, computed section by section from its notebook.

    minutes = words / 170 + predictions, checks and live figures + 2 × tasks

Words are those of the main path: what a reader sees who opens no fold. Tables, code, formulas that stand on a line of
their own, captions, objectives and launch links are not counted. A prediction or check is a choice among options; a
task asks for a number to record. Sections from which on a reader may stop (exercises, optional parts, what's next,
references) have minutes too, and are not counted; the exercises of a lab are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

WORDS_A_MINUTE = 170
"""A slow reading pace: a text that asks to be thought about, often in a second language."""

NOT_COUNTED = re.compile(r"(exercises|optional|what.s next|references)\b", re.IGNORECASE)
NOT_COUNTED_IN_LABS = re.compile(r"(optional|what.s next|references)\b", re.IGNORECASE)
NOT_SEEN = {"hide-cell", "hide-output", "remove-cell", "remove-output", "launch-links", "setup"}
FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1 *$", re.MULTILINE | re.DOTALL)
FOLD = re.compile(r"<details\b(?:(?!<details\b).)*?</details>", re.DOTALL)
CHOICE = re.compile(r'<div class="(?:predict"|question"|ir-question predict|ir-question check)')
PREDICTION = "prediction=Prediction("
"""In the code of a live figure: a choice to make on it."""

NOT_READ = [
    (re.compile(r'<div class="objectives">.*?</div>', re.DOTALL), " "),
    (re.compile(r"\$\$.*?\$\$", re.DOTALL), " "),
    (re.compile(r"^\|.*$", re.MULTILINE), " "),
    (re.compile(r"\$[^$\n]+\$"), " formula "),
    (re.compile(r"\{[\w:]+\}`[^`]*`"), " source "),
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"<[^>]+>"), " "),
]


@dataclass(frozen=True)
class Section:
    """What a reader finds between two headings of the second level."""

    title: str
    words: int
    choices: int
    figures: int
    tasks: int
    counted: bool
    """Whether its minutes count."""

    @property
    def minutes(self) -> int:
        """Whole minutes, at least 1."""
        exact = self.words / WORDS_A_MINUTE + self.choices + self.figures + 2 * self.tasks
        return max(1, round(exact))


def sections(cells: Iterable[Mapping], lab: bool = False) -> list[Section]:
    """Return the sections of a lesson or a lab, given the cells of its notebook.

    A cell has the keys `cell_type`, `source` (text) and `metadata`, as in the file. What stands before the first
    heading of the second level belongs to the first section.
    """
    titles, found = [], [dict(words=0, choices=0, figures=0, tasks=0)]
    live: set[str] = set()
    for cell in cells:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        seen = not NOT_SEEN & set(cell["metadata"].get("tags", ()))
        if cell["cell_type"] == "code":
            called = _shown_by(source, live) if seen else None
            found[-1]["figures"] += called in live
            found[-1]["choices"] += called in live and PREDICTION in source
            found[-1]["tasks"] += called == "check"
        elif cell["cell_type"] == "markdown" and seen:
            for title, text in _split(_without_folds(source)):
                if title is not None:
                    if titles:
                        found.append(dict(words=0, choices=0, figures=0, tasks=0))
                    titles.append(title)
                found[-1]["words"] += count_words(text)
                found[-1]["choices"] += len(CHOICE.findall(text))
    other = NOT_COUNTED_IN_LABS if lab else NOT_COUNTED
    return [Section(title, **counts, counted=not other.match(title)) for title, counts in zip(titles, found)]


def count_words(text: str) -> int:
    """Return how many words of Markdown text are read. A formula within a sentence is one, and so is a source."""
    for pattern, instead in NOT_READ:
        text = pattern.sub(instead, text)
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def _without_folds(text: str) -> str:
    """Return the text without blocks of code and without folds, also where folds stand in folds."""
    text, folds = FENCE.sub("", text), 1
    while folds:
        text, folds = FOLD.subn("", text)
    return text


def _split(text: str) -> Iterator[tuple[str | None, str]]:
    """Yield title and text of each section that begins in a cell; what comes before has the title None."""
    before, *rest = re.split(r"^## +(.+)$", text, flags=re.MULTILINE)
    yield None, before
    yield from zip(rest[::2], rest[1::2])


def _shown_by(source: str, live: set[str]) -> str | None:
    """Return the name of the function whose call ends a code cell, and so is shown; add what it imports to `live`."""
    tree = ast.parse(re.sub(r"^[%!].*", "", source, flags=re.MULTILINE))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("immunereset.live"):
            live |= {alias.asname or alias.name for alias in node.names}
    last = tree.body[-1].value if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    return last.func.id if isinstance(last, ast.Call) and isinstance(last.func, ast.Name) else None
