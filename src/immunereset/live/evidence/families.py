"""Families of cells as dots in rings, from runs with the noise of single cells; the ring of one that is lost stays, empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from immunereset.engine import YEAR, Model, Protocol, Run
from immunereset.live.drawing import Drawing
from immunereset.live.evidence.chance import ChanceView, places
from immunereset.live.evidence.field import svg_of
from immunereset.live.evidence.rings import rings_svg
from immunereset.live.evidence.view import EVIDENCE, Told
from immunereset.live.fields import PLAY, seed_field, slider_fields
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.noise.noise import Noise
from immunereset.live.noise.noisy_patients import NoisyPatients
from immunereset.live.panels import Panel
from immunereset.live.sliders import SliderGrid, Sliders
from immunereset.live.specification import Specification
from immunereset.words import fixed

WIDE, TALL = 480, 260


@dataclass(frozen=True, kw_only=True, eq=False)
class FamiliesTold(Told):
    """What families are told; the arguments are those of `families`. Raises ValueError for whatever does not fit."""

    noisy: NoisyPatients
    cells: str
    others: str
    alive: str
    chance: str
    moved: bool

    def __post_init__(self) -> None:
        super().__post_init__()
        model = self.noisy.specification.model
        for name in (self.cells, self.others or self.cells):
            if name not in model.states or not model.states[name].counted and name != self.others:
                raise ValueError(f"Rings show states that are counted in cells; {name!r} of '{model.name}' is none.")
        if self.chance and self.chance not in model.observables:
            raise ValueError(f"The chance {self.chance!r} is no observable of '{model.name}'.")

    @property
    def seed(self) -> int:
        """The seed of the first draw."""
        return self.noisy.seed

    @cached_property
    def days(self) -> list[float]:
        """The days that are shown."""
        return np.linspace(0.0, self.noisy.specification.until, self.noisy.points).tolist()

    @cached_property
    def grids(self) -> list[SliderGrid]:
        """The sliders: those of the model, if it has any here, and the day."""
        own = self.noisy.specification.grids if self.moved else []
        words = [when(day, self.days[-1]) for day in self.days]
        return [*own, places("day", "time", self.days, words, self.days[-1])]


class Families(ChanceView):
    """What families compute, draw and say, in Python as in the page."""

    name, title = "families", "Families"
    classes = "ir-stage ir-evidence ir-chance ir-families"
    toy = "Toy model, not medical advice"
    sheets = (*ChanceView.sheets, "evidence/families.css")
    runtimes = (Runtime(
        ("noise/random.js", "noise/run.js", "evidence/stacks.js", "evidence/rings.js", "evidence/families.js"),
        ("noisyRuns", "familiesAt", "familiesInWords", "rowsOf"), EVIDENCE,
    ),)  # fmt: skip
    specification: FamiliesTold

    @property
    def button(self) -> str:
        return self.specification.noisy.noise.button

    def fields(self) -> str:
        told = self.specification
        again = f'<div class="ir-fields ir-live-part">{PLAY}{seed_field(told.seed, self.button)}</div>'
        return f"{slider_fields(told.grids)}{again}"

    def counts(self, day: float, seed: int | None = None, **values: float) -> tuple[list[int], list[bool]]:
        """The cells of each ring on a day, and whether it has a ground."""
        told = self.specification
        runs = told.noisy.patients(told.noisy.specification.values | values, seed)
        at = [int(np.searchsorted(run.t, day + 1e-9, side="right")) - 1 for run in runs]
        cells = [int(run.run[told.cells][i]) for run, i in zip(runs, at)]
        shaded = [bool(told.others) and bool(run.run[told.others][i] > 0.5) for run, i in zip(runs, at)]
        return cells, shaded

    def say(self, day: float, seed: int | None = None, **values: float) -> str:
        """The verdict of a day."""
        told = self.specification
        cells, shaded = self.counts(day, seed, **values)
        chance = ""
        if told.chance:
            run = told.noisy.patients(told.noisy.specification.values | values, seed)[0]
            chance = f" In the end, says the formula, {fixed(float(run.run[told.chance][-1]), 1)} % are lost."
        seed = told.seed if seed is None else seed
        alive, several = sum(one > 0 for one in cells), told.noisy.noise.who[1]
        second = (
            f"{sum(shaded)} have working cells (shaded)."
            if told.others
            else f"The largest has {max(cells)} cells; the average of all, empty ones too, is {fixed(sum(cells) / len(cells), 1)}."
        )
        first = f"{when(day, told.days[-1]).capitalize()}: {alive} of {len(cells)} {several} {told.alive}."
        return f"{first}\n{second}{chance} Seed {seed}."

    def answer(self) -> str:
        return self.say(self.specification.days[-1]).replace("\n", " ")

    def picture(self, hidden: bool) -> Drawing:
        cells, shaded = self.counts(0.0 if hidden else self.specification.days[-1])
        return Drawing(svg_of(WIDE, TALL, rings_svg(cells, shaded, WIDE, TALL)))

    def table(self) -> Table:
        told = self.specification
        cells, shaded = self.counts(told.days[-1])
        alive, several = sum(one > 0 for one in cells), told.noisy.noise.who[1]
        numbers = [alive, len(cells) - alive, max(cells), sum(cells), sum(shaded)]
        words = [f"{several} that {told.alive}", "empty", "cells in the largest", "cells in all", "with working cells"]
        hidden = told.prediction is not None
        rows = [[one, "–" if hidden else str(number)] for one, number in zip(words, numbers)]
        return Table([f"On the day shown, of {len(cells)}", "Number"], rows[: 5 if told.others else 4])

    def source(self) -> list[str]:
        return self.specification.noisy.source()

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told, own = self.specification, self.specification.noisy.specification
        return super().settings(drawing) | {
            "p": own.values | {"day": told.days[-1]}, "start": own.start_values, "until": own.until, "points": told.noisy.points,
            "cells": told.cells, "others": told.others, "alive": told.alive, "chance": told.chance, "several": told.noisy.noise.who[1],
            "years": in_years(told.days[-1]),
        }  # fmt: skip

    def digest_parts(self) -> list:
        return [*super().digest_parts(), self.specification.noisy.digest_parts()]


def in_years(until: float) -> bool:
    """Whether days are told in years."""
    return bool(until > 2 * YEAR)


def when(day: float, until: float) -> str:
    """A day in words; of a long run in years."""
    return f"year {fixed(day / YEAR, 1)}" if in_years(until) else f"day {fixed(day, 0)}"


def families(
    model: Model, name: str, *, cells: str, noise: Noise, until: float, others: str = "", alive: str = "live",
    chance: str = "", protocol: Protocol | None = None, start: Mapping[str, float] | Run | None = None, sliders: Sliders = None,
    seed: int = 1, changes: Mapping[str, float] = {}, **told: Any,
) -> LiveFigure:  # fmt: skip
    """Show families of cells as dots in rings, day by day; one that is lost leaves its ring empty.

    `cells` is a state of `model` that counts cells: each of `noise.patients` runs is a family with the same chances and has a
    ring. `noise` also says how the runs are drawn, what they are called (`who`) and how many days are shown (`points`). A ring
    has a ground while the state `others` has a cell. `alive` is what is said of those that have cells, and `chance` an observable in per cent that the
    verdict tells. Each redraw leaves a mark below. `told` may hold `caption`, `alt`, `prediction` and `scenes`
    ("seed=3&day=21"); the other arguments are those of `explore`, without sliders if there are none.

    Returns a `LiveFigure`. Raises ValueError, `ModelError` or `RunError` for whatever does not fit.
    """
    specification = Specification(
        model, [Panel([cells], "cells", range=(0, 1))], name, protocol=protocol, start=start, until=until,
        sliders=sliders, seed=seed, stops=not sliders, changes=changes,
    )  # fmt: skip
    return LiveFigure(Families(FamiliesTold(
        name=name, noisy=NoisyPatients(specification, noise), cells=cells, others=others, alive=alive, chance=chance,
        moved=bool(sliders), **told,
    )))  # fmt: skip
