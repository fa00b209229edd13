"""Drift as a film: the places of one person's pool, family by family, above a bar for each of many persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from immunereset.engine import YEAR
from immunereset.live.drawing import Drawing
from immunereset.live.evidence.chance import ChanceView, places
from immunereset.live.evidence.field import COLOURS, GREYS, SHAPES, people_svg, svg_of
from immunereset.live.evidence.moran import pools
from immunereset.live.evidence.view import EVIDENCE, Told
from immunereset.live.fields import PLAY, seed_field, slider_fields
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.sliders import SliderGrid
from immunereset.words import fixed

WIDE, TALL, BARS = 480, 300, 110
CLONES = 20
"""Families at first: four shapes of five greys."""
FAVOURED = ("full", "away")
LOOKS = [(SHAPES[k // len(GREYS)], f"grey{k % len(GREYS)}") for k in range(CLONES)]


@dataclass(frozen=True, kw_only=True, eq=False)
class DriftTold(Told):
    """What a film of drift is told; the arguments are those of `drift_film`. Raises ValueError for whatever does not fit."""

    cells: Sequence[int]
    start: int
    advantages: Sequence[float]
    persons: int
    years: int
    rate: float
    seed: int

    def __post_init__(self) -> None:
        super().__post_init__()
        for cells in self.cells:
            if cells % CLONES:
                raise ValueError(f"A pool is {CLONES} families of one size at first; {cells} cells are not.")

    @cached_property
    def grids(self) -> list[SliderGrid]:
        """The sliders: cells in the pool, the advantage of the first family, the year."""
        cells, years = list(map(float, self.cells)), list(map(float, range(self.years + 1)))
        more = ["as all others" if not one else f"{100 * one:g} % more" for one in self.advantages]
        return [
            places("cells", "stem cells in the pool", cells, [f"{one:g}" for one in cells], float(self.start)),
            places("advantage", "divisions of the first family", list(self.advantages), more, self.advantages[0]),
            places("year", "time", years, [f"year {one:g}" for one in years], years[-1]),
        ]


class DriftFilm(ChanceView):
    """What a film of drift computes, draws and says, in Python as in the page."""

    name, title, button = "drift", "Film of drift", "Other persons"
    classes, toy = "ir-stage ir-evidence ir-chance ir-drift", "Toy model, not medical advice"
    sheets = (*ChanceView.sheets, "evidence/drift.css")
    runtimes = (Runtime(
        ("noise/random.js", "evidence/stacks.js", "evidence/field.js", "evidence/drift.js"), ("poolsOf", "driftInWords"), EVIDENCE
    ),)  # fmt: skip
    specification: DriftTold

    def fields(self) -> str:
        told = self.specification
        again = f'<div class="ir-fields ir-live-part">{PLAY}{seed_field(told.seed, self.button)}</div>'
        return f"{slider_fields(told.grids)}{again}"

    def sizes(self, seed: int | None = None, cells: int | None = None, advantage: float = 0.0):
        """The cells of each family in each year, shape (years + 1, persons, families), and the first person's places."""
        told = self.specification
        return _pools(
            told.years, told.persons, told.seed if seed is None else seed, cells or told.start, told.rate, advantage
        )

    def say(self, year: int, seed: int | None = None, cells: int | None = None, advantage: float = 0.0) -> str:
        """The verdict of a year."""
        told = self.specification
        sizes = self.sizes(seed, cells, advantage)[0][year]
        left, largest = (sizes > 0).sum(axis=1), sizes.argmax(axis=1)
        share = 100 * float(np.median(sizes.max(axis=1) / sizes.sum(axis=1)))
        favoured = (
            f" The favoured family is the largest in {(largest == 0).sum()} persons and gone in {(sizes[:, 0] == 0).sum()}."
            if advantage
            else ""
        )
        return (
            f"Year {year}: {left[0]} of {CLONES} families are left in this person.\nIn {told.persons} persons, at the median: "
            f"{np.median(left):g} left, the largest holds {fixed(share, 0)} %. {len(set(largest.tolist()))} different families are the largest."
            f"{favoured} Seed {told.seed if seed is None else seed}."
        )

    def answer(self) -> str:
        return self.say(self.specification.years).replace("\n", " ")

    def picture(self, hidden: bool) -> Drawing:
        sizes, film = self.sizes()
        year = 0 if hidden else -1
        top = TALL - BARS
        people = people_svg(film[year].tolist(), LOOKS, 0, 0, WIDE, top - 10)
        side, bars = WIDE / len(sizes[year]), []
        for i, person in enumerate(sizes[year]):
            y = float(top)
            for k, cells in enumerate(person):
                if cells:
                    tall = BARS * cells / person.sum()
                    bars.append(
                        f'<rect x="{i * side:.1f}" y="{y:.1f}" width="{0.84 * side:.1f}" height="{tall:.1f}" fill="{COLOURS[LOOKS[k][1]]}"/>'
                    )
                    y += tall
        return Drawing(svg_of(WIDE, TALL, people + "".join(bars)))

    def table(self) -> Table:
        sizes = self.sizes()[0][-1]
        numbers = [(sizes[0] > 0).sum(), np.median((sizes > 0).sum(axis=1)), len(set(sizes.argmax(axis=1).tolist()))]
        words = [
            "families left in the first person",
            "families left, median",
            "different families that are the largest",
        ]
        hidden = self.specification.prediction is not None
        rows = [[one, "–" if hidden else f"{number:g}"] for one, number in zip(words, numbers)]
        return Table(["In the year shown", "Number"], rows)

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        return super().settings(drawing) | {
            "p": {"cells": float(told.start), "advantage": told.advantages[0], "year": float(told.years)}, "persons": told.persons,
            "years": told.years, "clones": CLONES, "pace": told.rate * YEAR, "looks": [list(one) for one in LOOKS], "favoured": list(FAVOURED),
        }  # fmt: skip


@cache
def _pools(years: int, persons: int, seed: int, cells: int, rate: float, advantage: float):
    return pools(years, persons, seed, cells, CLONES, rate * YEAR, advantage)


def drift_film(
    name: str, *, rate: float, cells: Sequence[int] = (40, 200, 1000), start: int = 200, advantages: Sequence[float] = (0.0, 0.1),
    persons: int = 40, years: int = 60, seed: int = 1, **told: Any,
) -> LiveFigure:  # fmt: skip
    """Show drift among stem cells: the places of one person's pool as a film, and a bar of families for each of `persons`.

    Twenty families of equal size begin; each place gets a new cell at `rate` (1/d), a daughter of any cell.
    `cells` are the places of the slider of the pool's size, `start` where it begins, `advantages` how much more often the first
    family divides. `told` may hold `caption`, `alt`, `prediction` and `scenes` ("cells=1000&advantage=0&year=60").

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    return LiveFigure(DriftFilm(DriftTold(
        name=name, cells=cells, start=start, advantages=advantages, persons=persons, years=years, rate=rate, seed=seed, **told
    )))  # fmt: skip
