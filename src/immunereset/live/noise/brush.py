"""Years of one noisy patient to brush over: a month enlarged, the reader's marks, and then the program's count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from immunereset.engine import YEAR, Model, Run
from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.evidence.view import EvidenceView, Told
from immunereset.live.fields import seed_field, slider_fields
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import SHELL, Runtime, Table
from immunereset.live.measures import Steps
from immunereset.live.noise.noise import Noise
from immunereset.live.noise.noisy_patients import NoisyPatients
from immunereset.live.panels import Panel
from immunereset.live.sliders import SliderGrid, Sliders
from immunereset.live.specification import Specification
from immunereset.live.stage.parts import Prediction
from immunereset.pictures.style import QUIET, style
from immunereset.pictures.style import line as line_of
from immunereset.words import show

MONTH, EVERY, QUARTERS = 30, 5, 12
LOW, HIGH = 30.0, 3e6
"""Days enlarged, days between places of the slider, rows of the table; the axis of cells."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Brushing(Told):
    """What a brush is told; the arguments are those of `brush`. Raises ValueError for whatever does not fit."""

    specification: Specification
    step: float
    attack: str
    brake: str
    level: float
    second: int | None

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.second is None) != (self.prediction is None):
            raise ValueError(f"Brush {self.name} needs both a prediction and the second person's seed, or neither.")

    @property
    def grids(self) -> list[SliderGrid]:  # type: ignore[override]
        """The sliders."""
        return self.specification.grids

    @property
    def seed(self) -> int:
        """The seed of the person who is shown once all is open."""
        return self.specification.seed if self.second is None else self.second


class Brush(EvidenceView):
    """What a brush computes, draws and says."""

    name, classes, toy = "brush", "ir-stage ir-evidence ir-brush", "Toy model, not medical advice"
    sheets = (*EvidenceView.sheets, "evidence/people.css", "noise/brush.css")
    runtimes = (Runtime(
        ("noise/random.js", "noise/run.js", "evidence/base.js", "noise/brush.js"), (), SHELL
    ),)  # fmt: skip
    title = "Years to brush"
    specification: Brushing

    @cached_property
    def patients(self) -> NoisyPatients:
        """The model and its noise, as the page runs it."""
        told = self.specification
        noise = Noise(method="euler", step=told.step, points=round(told.specification.until) + 1)
        return NoisyPatients(told.specification, noise)

    def person(self) -> Steps:
        """The person who is shown once all is open."""
        return self.patients.track(self.specification.specification.values, self.specification.seed)

    def answer(self) -> str:
        told, person = self.specification, self.person()
        return verdict(rises(person.t, person.run[told.attack], told.level), told.specification.until).replace(
            "\n", " "
        )

    def picture(self, hidden: bool) -> Drawing:
        import matplotlib.pyplot as plt

        told = self.specification
        with style():
            fig, ax = plt.subplots(figsize=(WIDTH, 2.4))
            ax.axhline(told.level, color=QUIET, linestyle="dotted")
            if hidden:
                ax.axvspan(
                    0, told.specification.until / YEAR, facecolor="none", edgecolor=QUIET, hatch="//", linewidth=0
                )
            else:
                person = self.person()
                for state, label in ((told.attack, "effectors"), (told.brake, "regulatory cells")):
                    ax.plot(
                        person.t[::3] / YEAR,
                        np.clip(person.run[state][::3], LOW, HIGH),
                        **line_of(state, label=label) | {"linewidth": 1.2},
                    )
                ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
            ax.set(
                yscale="log",
                ylim=(LOW, HIGH),
                xlim=(0, told.specification.until / YEAR),
                xlabel="years",
                ylabel="cells",
            )
            return picture_of(fig, told.name + "-hidden" * hidden, None)

    def table(self) -> Table:
        """The highest attack and the lowest brake of each quarter of a year."""
        told, person = self.specification, self.person()
        ends = [round(told.specification.until * k / QUARTERS) for k in range(QUARTERS + 1)]
        rows = [
            [
                f"{a} to {b}",
                show(person.run[told.attack][a : b + 1].max()),
                show(person.run[told.brake][a : b + 1].min()),
            ]
            for a, b in zip(ends, ends[1:])
        ]
        return Table(["days", "most effectors", "fewest regulatory cells"], rows)

    def controls(self) -> str:
        told = self.specification
        last = round(told.specification.until) - MONTH
        words = f"days 0 to {MONTH}"
        month = (
            f'<div class="ir-month ir-live-part"><label>Month <input type="range" class="ir-time" min="0" max="{last}" '
            f'step="{EVERY}" value="0" autocomplete="off" data-lm-suppress-shortcuts="true" aria-valuetext="{words}"></label>'
            f'<output aria-live="off">{words}</output></div>'
        )
        buttons = (
            '<div class="ir-marking ir-live-part"><button type="button" class="ir-mark-here" data-lm-suppress-shortcuts="true">'
            'Mark the peak of this month</button><button type="button" class="ir-count ir-first" '
            'data-lm-suppress-shortcuts="true">Let the program count</button></div>'
        )
        return (
            f"{self.board()}{month}{buttons * (told.prediction is not None)}{self.ask()}{self.fields()}{self.buttons()}"
        )

    def fields(self) -> str:
        sliders = slider_fields(self.specification.grids) if self.specification.grids else ""
        return seed_field(self.specification.specification.seed, "Another person") + sliders

    def source(self) -> list[str]:
        return self.patients.source()

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        spec = told.specification
        return super().settings(drawing) | {
            "p": spec.values, "start": spec.start_values, "until": spec.until, "points": self.patients.points,
            "sliders": [grid.settings for grid in spec.grids], "attack": told.attack, "brake": told.brake,
            "level": told.level, "second": told.second, "month": MONTH, "every": EVERY, "quarters": QUARTERS,
            "low": LOW, "high": HIGH,
        }  # fmt: skip

    def digest_parts(self) -> list:
        return [*super().digest_parts(), self.source()]


def rises(t: np.ndarray, values: np.ndarray, level: float) -> list[int]:
    """The days on which `values` have risen above `level`."""
    above = values > level
    return np.round(t[1:][above[1:] & ~above[:-1]]).astype(int).tolist()


def verdict(days: list[int], until: float) -> str:
    """How many relapses there were, and when they began."""
    years = f"in {until / YEAR:.0f} years"
    if not days:
        return f"○ No relapse {years}."
    if len(days) == 1:
        return f"● One relapse {years}.\nIt began on day {days[0]}."
    return f"● {len(days)} relapses {years}.\nThey began on days {', '.join(map(str, days))}."


def brush(
    model: Model, name: str, *, attack: str, brake: str, level: float, step: float, years: int = 3, second: int | None = None,
    start: Mapping[str, float] | Run | None = None, sliders: Sliders = (), seed: int = 1, caption: str = "", alt: str = "",
    prediction: Prediction | None = None, **changes: float,
) -> LiveFigure:  # fmt: skip
    """Show so many `years` of one person of a noisy `model`, to be brushed over month by month.

    A relapse is a rise of the state `attack` above `level` cells; the state `brake` is shown beside it. The person is run
    from `start` by Euler's method in steps of `step` days. With a `prediction` (of which `question`, `wait` and `go` are
    read) the years are covered: the reader brushes and marks, the program counts, and after the choice the person of the
    seed `second` is shown. Without it all is open from the start. Links name states such as "seed=4&from=450".
    All else is as in `explore`.

    Returns a `LiveFigure`. Raises ValueError or `ModelError` for whatever does not fit.
    """
    specification = Specification(
        model, [Panel([attack, brake], "cells", "log", (LOW, HIGH))], name, until=years * YEAR, sliders=sliders, start=start, seed=seed, caption=caption, alt=alt,
        stops=not sliders, changes=changes,
    )  # fmt: skip
    return LiveFigure(Brush(Brushing(
        name=name, caption=caption, alt=alt, prediction=prediction, specification=specification, step=step,
        attack=attack, brake=brake, level=level, second=second,
    )))  # fmt: skip
