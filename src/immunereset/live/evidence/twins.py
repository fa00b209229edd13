"""The same people twice: two fields in which a person keeps place and luck, and a mark where both lives count the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from types import SimpleNamespace
from typing import Any

import numpy as np

from immunereset.engine.trace import Graph, run_traced
from immunereset.live.drawing import Drawing
from immunereset.live.emit import indent, statements
from immunereset.live.evidence.field import Look, people_svg, svg_of
from immunereset.live.evidence.view import EVIDENCE, EvidenceView, Told
from immunereset.live.fields import PLAY, seed_field, slider_field
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.sliders import Reworded, SliderGrid, slider_grids
from immunereset.live.stage.parts import Prediction
from immunereset.trials.lives import Moves, TwoLives

WIDE, TALL = 560, 250
EVERY = 5
"""Years between the rows of the table."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TwinsTold(Told):
    """What twins are told; the arguments are those of `twins`. Raises ValueError for what does not fit."""

    lives: TwoLives
    main: str
    sliders: Mapping[str, Reworded]
    looks: Sequence[Look]
    people: int
    seed: int
    year: int

    def __post_init__(self) -> None:
        super().__post_init__()
        known = [q.symbol for q in self.lives.parameters if q.slider]
        if self.main not in known:
            raise ValueError(f"The main slider moves {self.main!r}; parameters with a slider are {', '.join(known)}.")
        if len(self.looks) != len(self.lives.stages):
            raise ValueError(f"{len(self.lives.stages)} stages need as many looks; {len(self.looks)} were given.")
        if not 0 <= self.year <= self.lives.values()[self.lives.years]:
            raise ValueError(f"The year shown first is {self.year}; it lies from 0 to the years that count.")

    @property
    def grids(self) -> list[SliderGrid]:  # type: ignore[override]
        """The sliders, the main one first."""
        parameters = {q.symbol: q for q in self.lives.parameters}
        order = [self.main, *(symbol for symbol in self.sliders if symbol != self.main)]
        given = {symbol: self.sliders.get(symbol, parameters[symbol].slider) for symbol in order}
        return slider_grids(given, parameters, self.lives.values(), "days", order)


class Twins(EvidenceView):
    """What twins compute, draw and say."""

    name, classes = "twins", "ir-stage ir-evidence ir-twins"
    sheets = (*EvidenceView.sheets, "evidence/people.css")
    runtimes = (Runtime(
        ("noise/random.js", "evidence/field.js", "evidence/lives.js", "evidence/twins.js"), (), EVIDENCE
    ),)  # fmt: skip
    specification: TwinsTold

    @cached_property
    def people(self) -> np.ndarray:
        """Each person's stage at each year, shape (2, years + 1, people), at the start values."""
        return self.specification.lives.people(self.specification.people, self.specification.seed)

    def answer(self) -> str:
        told = self.specification
        return verdict(told.lives, told.year, self.people[:, told.year], told.lives.quality()).replace("\n", " ")

    def picture(self, hidden: bool) -> Drawing:
        told = self.specification
        year = 0 if hidden else told.year
        inside = ""
        for side, (arm, kinds) in enumerate(zip(told.lives.arms, self.people[:, year])):
            left = side * (WIDE / 2 + 8)
            counts = counted(told.lives, kinds)
            inside += (
                f'<text x="{left:g}" y="14" font-weight="bold">{escape(arm.words[0].upper() + arm.words[1:])}</text>'
            )
            inside += f'<text x="{left:g}" y="{TALL - 6}">{escape(counts)}</text>'
            inside += people_svg(kinds.tolist(), told.looks, left, 22, WIDE / 2 - 8, TALL - 46)
        return Drawing(svg_of(WIDE, TALL, inside))

    def table(self) -> Table:
        """How many are in each stage of each life, every few years, with what is expected."""
        told = self.specification
        lives, people, expected = told.lives, self.people, told.people * told.lives.expected()
        columns = [
            "year",
            *(
                f"{stage}, {arm.words}{more}"
                for arm in lives.arms
                for more in ("", " (expected)")
                for stage in lives.stages
            ),
        ]
        rows = []
        for year in self._years:
            row = [str(year)]
            for arm in range(2):
                if year < people.shape[1]:
                    row += [str(count) for count in np.bincount(people[arm, year], minlength=len(lives.stages))]
                    row += [f"{value:.0f}" for value in expected[arm, year]]
                else:
                    row += ["–"] * 2 * len(lives.stages)
            rows.append(row)
        return Table(columns, rows)

    @property
    def _years(self) -> list[int]:
        return list(range(0, self.specification.lives.most_years + 1, EVERY))

    def fields(self) -> str:
        told = self.specification
        main, *others = told.grids
        mark = '<svg class="ir-mark" aria-hidden="true"></svg></div>'
        folded = "".join(f"<div>{slider_field(grid)}</div>" for grid in others)
        year = f"year {told.year}"
        return (
            f'<div class="ir-years">{PLAY}<label>Year <input type="range" class="ir-time" min="0" '
            f'max="{round(told.lives.values()[told.lives.years])}" step="1" value="{told.year}" autocomplete="off" '
            f'data-lm-suppress-shortcuts="true" aria-valuetext="{year}"></label><output aria-live="off">{year}</output></div>'
            f'<fieldset class="ir-sliders" hidden><legend>Move a slider</legend>'
            f'{slider_field(main).removesuffix("</div>")}{mark}<p class="ir-even"></p>'
            f"<details><summary>The other assumptions, and your values</summary>{folded}</details>"
            '<button type="button" class="ir-reset" data-lm-suppress-shortcuts="true">Back to the start values</button>'
            f"</fieldset>{seed_field(told.seed, 'Other people')}"
        )

    def source(self) -> list[str]:
        """The chances of both lives and the worth of each stage, as functions of the sliders."""
        lives = self.specification.lives
        lines = []
        for k, arm in enumerate(lives.arms):
            lines += _function(f"entry{k}", arm.entry, lives, lambda moves: list(moves.values()))
            lines += _function(f"year{k}", arm.year, lives, lambda moves: list(moves.values()))
        lines += _function("worth", lives.worth, lives, lambda worth: [worth[stage] for stage in lives.stages])
        return indent(lines).splitlines()

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        lives, of = told.lives, SimpleNamespace(**told.lives.values())
        names = list(lives.states)

        def pairs(moves: Moves) -> list[list[int]]:
            return [[names.index(one), names.index(other)] for one, other in moves]

        return super().settings(drawing) | {
            "p": lives.values(), "sliders": [grid.settings for grid in told.grids], "people": told.people,
            "main": told.main, "year": told.year, "years": lives.years, "most": lives.most_years, "every": EVERY,
            "discount": lives.discount, "stages": lives.stages, "stageOf": lives.stage_of.tolist(),
            "start": [lives.start.get(state, 0.0) for state in names], "looks": [list(look) for look in told.looks],
            "arms": [
                {"words": arm.words, "entry": pairs(arm.entry(of)), "year": pairs(arm.year(of))} for arm in lives.arms
            ],
            "step": told.grids[0].values, "stepWords": told.grids[0].words,
        }  # fmt: skip

    def digest_parts(self) -> list:
        return [*super().digest_parts(), self.source()]


def _function(name: str, function: Callable, lives: TwoLives, listed: Callable) -> list[str]:
    """A function of parameters as a JavaScript method that writes what it returns into `out`."""
    graph = Graph()
    p = SimpleNamespace(**{q.symbol: graph.symbol("parameter", q.symbol) for q in lives.parameters})
    result, named = run_traced(function, p)
    outputs = {f"out[{i}]": graph.lift(value) for i, value in enumerate(listed(result))}
    return [f"{name}(p, out) {{", *statements(outputs, named, []), "},"]


def counted(lives: TwoLives, kinds: np.ndarray) -> str:
    """How many people are in each stage, in words."""
    counts = np.bincount(kinds, minlength=len(lives.stages))
    return ", ".join(f"{stage} {count}" for stage, count in zip(lives.stages, counts))


def verdict(lives: TwoLives, year: int, kinds: np.ndarray, quality: np.ndarray) -> str:
    """What a year shows, who is better off, and what all years count on average; `kinds` has shape (2, people)."""
    one, other = (arm.words for arm in lives.arms)
    last = len(lives.stages) - 1
    lost = [int((life == last).sum()) for life in kinds]
    better, worse = int((kinds[1] < kinds[0]).sum()), int((kinds[1] > kinds[0]).sum())
    return (
        f"Year {year}: {lost[0]} {lives.stages[last]} {one}, {lost[1]} {other}.\n"
        f"By shared luck {better} are better off {other} than {one}, {worse} worse, {kinds.shape[1] - better - worse} alike. "
        f"Quality-years a person can expect: {quality[0]:.2f} {one}, {quality[1]:.2f} {other}."
    )


def twins(
    lives: TwoLives, name: str, *, main: str, sliders: Mapping[str, Reworded], looks: Sequence[Look], people: int = 1000,
    seed: int = 1, year: int = 0, prediction: Prediction | None = None, scenes: Mapping[str, str] = {}, caption: str = "",
    alt: str = "",
) -> LiveFigure:  # fmt: skip
    """Show the same `people` in both of two `lives`, each person at one place and with one luck in both.

    The slider of the parameter `main` carries a mark where both lives count the same, the second being better below it;
    the other `sliders` (`Reworded`) wait in a fold. `looks` are shape and side of each stage, the best first: shapes are
    full, half, open and cross, sides ink, quiet, away and back. `year` is shown first, and a clock goes through all. Other
    people are drawn from other seeds. With a `prediction` (its `question`, `wait` and `go`) all stand at the start until
    the reader has chosen. `scenes` maps words of a button to a state, "deaths=0.02&year=10". `name`, `caption` and `alt`
    are as in `explore`.

    Returns a `LiveFigure`. Raises ValueError or `ModelError` for whatever does not fit.
    """
    return LiveFigure(
        Twins(
            TwinsTold(
                name=name, lives=lives, main=main, sliders=sliders, looks=looks, people=people, seed=seed, year=year,
                prediction=prediction, scenes=scenes, caption=caption, alt=alt,
            )
        )
    )  # fmt: skip
