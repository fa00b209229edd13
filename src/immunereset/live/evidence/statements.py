"""Who says what, and when: statements on an axis of years, a lane for each kind, and a table that a reader filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.evidence.view import EVIDENCE, EvidenceView, Told
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.stage.parts import Prediction
from immunereset.pictures.style import style
from immunereset.words import Html, html_table


@dataclass(frozen=True)
class Statement:
    """What a body says in a year: its kind, the words, whether it names what is asked for, and an address, if seen."""

    body: str
    year: int
    kind: str
    words: str
    named: bool
    address: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Statements(Told):
    """What statements are told; the arguments are those of `statements`. Raises ValueError for whatever does not fit."""

    rows: Sequence[Statement]
    kinds: Mapping[str, str]
    named: str
    answer: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.rows:
            raise ValueError("There is no statement to show.")
        for one in self.rows:
            if one.kind not in self.kinds:
                raise ValueError(
                    f"The statement of {one.body} is of the kind {one.kind!r}; there are {', '.join(self.kinds)}."
                )


class StatementTable(EvidenceView):
    """Statements by year and kind, and their table."""

    name, classes = "statements", "ir-stage ir-evidence ir-statements"
    sheets = (*EvidenceView.sheets, "evidence/statements.css")
    runtimes = (Runtime(("evidence/statements.js",), (), EVIDENCE),)
    title = "Statements"
    specification: Statements

    def answer(self) -> str:
        return self.specification.answer.replace("\n", " ")

    def picture(self, hidden: bool) -> Drawing:
        import matplotlib.pyplot as plt

        told = self.specification
        kinds = list(told.kinds)
        with style():
            fig, ax = plt.subplots(figsize=(WIDTH, 1.9))
            for one in told.rows:
                at = 0 if hidden else -kinds.index(one.kind)
                ax.plot(one.year, at, "o", color="black", markerfacecolor="black" if one.named else "white")
            lanes = [""] if hidden else [told.kinds[kind] for kind in kinds]
            ax.set(ylim=(0.6 - len(lanes), 0.4), yticks=[-i for i in range(len(lanes))], yticklabels=lanes)
            ax.xaxis.get_major_locator().set_params(integer=True)
            return picture_of(fig, told.name + ("" if hidden or told.prediction is None else "-after"), None)

    def table(self) -> Table:
        """How many statements there are of each kind."""
        told = self.specification
        rows = []
        for kind, words in told.kinds.items():
            found = [one.named for one in told.rows if one.kind == kind]
            rows.append([words, str(len(found)), str(sum(found))])
        return Table(["Kind", "Statements", told.named], rows)

    def fields(self) -> str:
        told = self.specification
        options = "".join(f'<option value="{kind}">{escape(words)}</option>' for kind, words in told.kinds.items())
        rows = [
            [
                Html(f'<a href="{escape(one.address)}">{escape(one.body)}</a>') if one.address else one.body,
                str(one.year), told.kinds[one.kind], one.words, "yes" if one.named else "no",
            ]
            for one in told.rows
        ]  # fmt: skip
        suppress = 'autocomplete="off" data-lm-suppress-shortcuts="true"'
        return (
            f'<div class="ir-fields ir-live-part"><label>Kind <select class="ir-kind" {suppress}><option value="">all</option>{options}'
            f'</select></label><label><input type="checkbox" class="ir-only" {suppress}> {escape(told.named)}</label></div>'
            '<details class="ir-all"><summary>All statements</summary>'
            f"{html_table(['Body', 'Year', 'Kind', 'What it says, in our words', told.named], rows, cards=True)}</details>"
        )

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        return super().settings(drawing) | {
            "kinds": dict(told.kinds), "answer": told.answer, "named": told.named,
            "rows": [{"kind": one.kind, "year": one.year, "named": one.named} for one in told.rows],
        }  # fmt: skip

    def digest_parts(self) -> list:
        return [*super().digest_parts(), [(one.body, one.words, one.address) for one in self.specification.rows]]


def statements(
    rows: Sequence[Statement], name: str, *, kinds: Mapping[str, str], named: str, answer: str,
    prediction: Prediction | None = None, scenes: Mapping[str, str] | None = None, caption: str = "", alt: str = "",
) -> LiveFigure:  # fmt: skip
    """Show statements by year, one lane a kind, above a table that a reader filters by kind and by what is named.

    `kinds` maps kinds to their words, in the order of the lanes; `named` is the head of the column that says whether a
    statement names what is asked for. `answer` is what is said of all, after the `prediction` if there is one. States
    of `scenes` and links are "kind=…" and "named=yes". `name`, `caption` and `alt` are as in `explore`.

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    told = Statements(
        name=name, caption=caption, alt=alt, prediction=prediction, scenes=scenes or {}, rows=rows, kinds=kinds, named=named,
        answer=answer,
    )  # fmt: skip
    return LiveFigure(StatementTable(told))
