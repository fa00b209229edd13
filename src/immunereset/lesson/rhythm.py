"""How long a lesson is and how often it asks for something, counted from its notebook, and its minutes by section.

    minutes = words / 170 + predictions, checks and figures + 2 × tasks
    of a lab  + cells of code + 4 × exercises

Two statements to be sorted are a choice; a figure that asks for many marks or for sentences of one's own has the
minutes of `MORE` on top. Words are those of the main path: what a reader sees who opens no fold.
Tables, code, formulas that stand on a line of their own, captions, objectives and launch links are not counted. A
prediction or check is a choice among options; a task asks for a number to record; a figure is live or still. In a lab
code is the content: a cell whose code is not folded has a minute, and an exercise four, with what must be typed and
run. An exercise that is called "(free)" comes on top and is not counted. Sections from which on a reader may stop
(exercises, optional parts, what's next, references) have minutes too, and are not counted; the exercises of a lab
are.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

WORDS_A_MINUTE = 170
"""A slow reading pace: a text that asks to be thought about, often in a second language."""

NOT_COUNTED = re.compile(r"(exercises|optional|what.s next|references)\b", re.IGNORECASE)
NOT_COUNTED_IN_LABS = re.compile(r"(optional|what.s next|references)\b", re.IGNORECASE)
NOT_SEEN = {"hide-cell", "hide-output", "remove-cell", "remove-output", "launch-links", "setup"}
FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1 *$", re.MULTILINE | re.DOTALL)
FOLD = re.compile(r"<details\b(?:(?!<details\b).)*?</details>", re.DOTALL)
ASKED = re.compile(r'(<div class="(?:predict"|try"|ir-question predict|ir-question check))')
PREDICTION = re.compile(r"\bPrediction\(")
"""In the code of a live figure: a choice to make on it."""
TILE = re.compile(r"\bTile\(")
"""In the code of a live figure: a statement to be sorted, half a choice."""
MORE = {"pencil": 2, "signs": 3, "leaflet": 5, "stories": 1}
"""Minutes beyond the first of live figures with more to do than a slider, as a reader on a clock needed them."""
EXERCISE = re.compile(r"^\*\*Exercise \d+\*\*(?! \(free)", re.MULTILINE)
"""How an exercise begins that is not free."""
EXERCISE_MINUTES = 4

NOT_READ = [
    (re.compile(r'<div class="objectives">.*?</div>', re.DOTALL), " "),
    (re.compile(r"\$\$.*?\$\$", re.DOTALL), " "),
    (re.compile(r"^\|.*$", re.MULTILINE), " "),
    (re.compile(r"\$[^$\n]+\$"), " formula "),
    (re.compile(r"\{[\w:]+\}`[^`]*`"), " source "),
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"<[^>]+>"), " "),
]


Event = tuple[str, int | str]
"""What a reader meets: ("section", title), ("words", how many), or 1 of "figure", "still", "choice", "task", "try",
"code" (code to read), "exercise", or ("more", minutes) that a figure takes beyond its first."""


@dataclass(frozen=True)
class Section:
    """What a reader finds between two headings of the second level."""

    title: str
    words: int
    choices: int
    figures: int
    stills: int
    tasks: int
    more: int
    """Minutes that figures take beyond their first."""
    code: int
    """Cells of code to read; 0 in a lesson."""
    exercises: int
    """Exercises that are not free; 0 in a lesson."""
    counted: bool
    """Whether its minutes count."""

    @property
    def minutes(self) -> int:
        """Whole minutes, at least 1."""
        exact = self.words / WORDS_A_MINUTE + self.choices + self.figures + self.stills + 2 * self.tasks + self.more
        exact += self.code + EXERCISE_MINUTES * self.exercises
        return max(1, round(exact))


@dataclass(frozen=True)
class Rhythm:
    """Words on the main path, words before the first live figure, and the most words with nothing to do between."""

    words: int
    before_figure: int
    longest: int


def events(cells: Iterable[Mapping]) -> Iterator[Event]:
    """Yield what a reader meets, in order, given the cells of a notebook.

    A cell has the keys `cell_type`, `source` (text) and `metadata`, as in the file.
    """
    live: set[str] = set()
    for cell in cells:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        tags = set(cell["metadata"].get("tags", ()))
        seen = not NOT_SEEN & tags
        if cell["cell_type"] == "code":
            called = _shown_by(source, live)
            if not seen:
                continue
            if called in live:
                yield "figure", 1
                yield "more", MORE.get(called, 0)
                yield from [("choice", 1)] * (len(PREDICTION.findall(source)) + len(TILE.findall(source)) // 2)
            elif called == "check":
                yield "task", 1
            elif called == "figure":
                yield "still", 1
            if not tags & {"hide-input", "remove-input"}:
                yield "code", 1
        elif cell["cell_type"] == "markdown" and seen:
            for title, text in _split(_without_folds(source)):
                if title is not None:
                    yield "section", title
                before, *asked = ASKED.split(text)
                yield "words", count_words(before)
                yield from [("exercise", 1)] * len(EXERCISE.findall(text))
                for box, words in zip(asked[::2], asked[1::2]):
                    yield "try" if "try" in box else "choice", 1
                    yield "words", count_words(box + words)


def sections(cells: Iterable[Mapping], lab: bool = False) -> list[Section]:
    """Return the sections of a lesson or a lab. What stands before the first heading belongs to the first section."""
    titles, found = [], [Counter()]
    for kind, many in events(cells):
        if kind == "section":
            if titles:
                found.append(Counter())
            titles.append(many)
        else:
            found[-1][kind] += many
    other = NOT_COUNTED_IN_LABS if lab else NOT_COUNTED
    return [
        Section(
            title,
            words=one["words"],
            choices=one["choice"],
            figures=one["figure"],
            stills=one["still"],
            tasks=one["task"],
            more=one["more"],
            code=one["code"] if lab else 0,
            exercises=one["exercise"] if lab else 0,
            counted=not other.match(title),
        )
        for title, one in zip(titles, found)
    ]


def rhythm(cells: Iterable[Mapping]) -> Rhythm:
    """Return how the main path of a lesson runs, up to where the sections end that count."""
    words, before, longest, stretch, counted = 0, None, 0, 0, True
    for kind, many in events(cells):
        if kind == "section":
            counted = not NOT_COUNTED.match(many)
        elif counted and kind == "words":
            words += many
            stretch += many
            longest = max(longest, stretch)
        elif counted and kind not in {"still", "code", "exercise"}:
            stretch = 0
            before = words if before is None and kind == "figure" else before
    return Rhythm(words, words if before is None else before, longest)


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
    tree = ast.parse(re.sub(r"^(\s*)[%!].*", r"\1pass", source, flags=re.MULTILINE))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("immunereset.live"):
            live |= {alias.asname or alias.name for alias in node.names}
    last = tree.body[-1].value if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    return last.func.id if isinstance(last, ast.Call) and isinstance(last.func, ast.Name) else None
