"""A text to mark, sentence by sentence: keep, rewrite, strike. Then the reader's marks stand beside somebody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import Any

from immunereset.live.drawing import Drawing
from immunereset.live.evidence.invented import sheet
from immunereset.live.evidence.strips import strips
from immunereset.live.evidence.view import EVIDENCE, EvidenceView, Told
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.stage.parts import Prediction

KEEP_REWRITE_STRIKE = {"keep": "○", "rewrite": "◐", "strike": "●"}
KEEP_STRIKE = {"keep": "○", "strike": "●"}


@dataclass(frozen=True)
class Sentence:
    """A sentence with the `mark` it gets, and why; `debated` if others may mark it otherwise; `part` is its heading."""

    words: str
    mark: str
    why: str = ""
    debated: bool = False
    part: str = ""


def errors(
    marks: Sequence[str], sentences: Sequence[Sentence], among: Mapping[str, str] = KEEP_REWRITE_STRIKE
) -> tuple[int, int]:
    """How many sentences `marks` let pass, and how many they strike too much: marks milder and harsher than those given.

    `among` holds the marks from the mildest to the harshest. Raises ValueError if marks and sentences do not fit.
    """
    order = list(among)
    if len(marks) != len(sentences):
        raise ValueError(f"There are {len(sentences)} sentences and {len(marks)} marks.")
    for mark in marks:
        if mark not in order:
            raise ValueError(f"{mark!r} is no mark; the marks are {', '.join(order)}.")
    pairs = [(order.index(mark), order.index(one.mark)) for mark, one in zip(marks, sentences)]
    return sum(mine < given for mine, given in pairs), sum(mine > given for mine, given in pairs)


@dataclass(frozen=True, kw_only=True, eq=False)
class Marking(Told):
    """What a text to mark is told; the arguments are those of `pencil`. Raises ValueError for whatever does not fit."""

    sentences: Sequence[Sentence]
    heading: str = ""
    stamp: str = ""
    marks: Mapping[str, str] = field(default_factory=lambda: KEEP_REWRITE_STRIKE)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.prediction is None:
            raise ValueError("A text to mark needs a prediction, with which the marks are handed in.")
        if len(self.sentences) < 2 or len({one.words for one in self.sentences}) < len(self.sentences):
            raise ValueError("A text to mark needs at least two sentences, and no sentence twice.")
        errors([one.mark for one in self.sentences], self.sentences, self.marks)


class Pencil(EvidenceView):
    """A text to mark, its two strips, and what is said to each mark."""

    name, classes = "pencil", "ir-stage ir-evidence ir-pencil"
    sheets = (*EvidenceView.sheets, "evidence/invented.css", "evidence/pencil.css")
    runtimes = (Runtime(("evidence/strips.js", "evidence/pencil.js"), (), EVIDENCE),)
    title = "Text to mark"
    still = "Marks are compared by JavaScript. Without it, mark on paper and open the fold below the text; in a notebook, run the cell."
    specification: Marking

    def answer(self) -> str:
        told = self.specification
        numbers = {mark: [str(i) for i, one in enumerate(told.sentences, 1) if one.mark == mark] for mark in told.marks}
        parts = [f"{mark} {len(found)} ({', '.join(found) or 'none'})" for mark, found in numbers.items()]
        return f"The book would {'; '.join(parts)}."

    def picture(self, hidden: bool) -> Drawing:
        told = self.specification
        order = list(told.marks)
        book = [None if hidden else order.index(one.mark) for one in told.sentences]
        rows = {"you": [None] * len(book)} | ({} if hidden else {"book": book})
        return strips(told.name + ("" if hidden else "-after"), rows, len(order))

    def table(self) -> Table:
        told = self.specification
        rows = [
            [
                f"{i}. {one.words}",
                f"{told.marks[one.mark]} {one.mark}{', open to debate' if one.debated else ''}",
                one.why,
            ]
            for i, one in enumerate(told.sentences, 1)
        ]
        return Table(["Sentence", "The book's mark", "Why"], rows)

    def controls(self) -> str:
        return f"{self.board()}{self._text()}{self.ask()}{self.buttons()}" + (
            '<button type="button" class="ir-save ir-live-part" data-lm-suppress-shortcuts="true">Save the marks (CSV)</button>'
        )

    def _text(self) -> str:
        told, parts = self.specification, []
        for part, group in groupby(enumerate(told.sentences), key=lambda pair: pair[1].part):
            items = "".join(self._sentence(i, one) for i, one in group)
            parts.append(
                f"{f'<p class=ir-part>{escape(part)}</p>' if part else ''}<div class='ir-sentences'>{items}</div>"
            )
        return sheet("".join(parts), told.heading, told.stamp)

    def _sentence(self, i: int, one: Sentence) -> str:
        told = self.specification
        group = f"ir-{told.name}-{i + 1}"
        keys = "".join(
            f'<label><input type="radio" name="{group}" value="{mark}" autocomplete="off" data-lm-suppress-shortcuts="true">'
            f"<span>{sign} {mark}</span></label>"
            for mark, sign in told.marks.items()
        )
        return (
            f'<div class="ir-sentence"><div class="ir-keyed" role="radiogroup" aria-labelledby="{group}">'
            f'<p id="{group}"><b>{i + 1}</b> {escape(one.words)}</p><div class="ir-keys">{keys}</div></div></div>'
        )

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        return super().settings(drawing) | {
            "marks": list(told.marks), "signs": list(told.marks.values()),
            "book": [list(told.marks).index(one.mark) for one in told.sentences],
            "why": [one.why for one in told.sentences], "debated": [one.debated for one in told.sentences],
        }  # fmt: skip

    def digest_parts(self) -> list:
        told = self.specification
        return [*super().digest_parts(), [(one.words, one.part) for one in told.sentences], told.heading, told.stamp]


def pencil(
    sentences: Sequence[Sentence], name: str, *, prediction: Prediction, heading: str = "", stamp: str = "",
    marks: Mapping[str, str] = KEEP_REWRITE_STRIKE, scenes: Mapping[str, str] | None = None, caption: str = "", alt: str = "",
) -> LiveFigure:  # fmt: skip
    """Show a text whose sentences a reader marks before the marks of the `sentences` are shown.

    `marks` maps the marks to their signs, from the mildest to the harshest. Below the text stands the `prediction`, with
    which the marks are handed in; then two counts are told: sentences that were let pass, and such as were struck too
    much. `heading` stands above the text. With a `stamp`, such as "INVENTED", the text carries it all over, on
    paper and in pictures of the screen, too. `scenes` are marks that buttons show: "marks=strike-all", any mark's name
    with "-all", "marks=book", "marks=mine", or a letter for each sentence, "marks=ksr…". `name`, `caption` and `alt` are
    as in `explore`.

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    told = Marking(
        name=name, caption=caption, alt=alt, prediction=prediction, scenes=scenes or {}, sentences=sentences, heading=heading,
        stamp=stamp, marks=marks,
    )  # fmt: skip
    return LiveFigure(Pencil(told))
