"""A map of two parameters that the reader fills: each click is one run; then the border is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

import numpy as np

from immunereset.engine import simulate_cohort, thresholds
from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.emit import model_source
from immunereset.live.kind import SHELL, Kind, Runtime, Table
from immunereset.live.sliders import SliderGrid
from immunereset.live.specification import Specification
from immunereset.pictures.figure import data_uri
from immunereset.pictures.style import ROLES, style
from immunereset.words import show

BORDER_POINTS = 83
PRECISION = 1e-3
"""Of the border, as a share of the axis that points upwards."""

TRIES = 6
"""Runs after which the border may be drawn."""


@dataclass(frozen=True, eq=False)
class Filling:
    """What a reader's map has beyond a specification; the arguments are those of `readers_map`."""

    state: str
    active: float
    labels: tuple[str, str]
    told: tuple[str, str]
    word: str
    one: str
    go: str
    named: Mapping[str, tuple[float, float]] = field(default_factory=dict)


class ReadersMap(Kind):
    """What a reader's map computes, draws and says. The first slider is the axis across, the second the axis up."""

    runs = True
    name, classes, sheets = "readersMap", "ir-stage ir-readers-map", ("stage/stage.css", "map/readers_map.css")
    label, title, chart = "Verdict", "Map to fill", ".ir-chart svg"
    runtimes = (Runtime(("map/readers_map.js",), (), SHELL),)
    still = "To fill it needs JavaScript; in a notebook, run the cell."

    def __init__(self, specification: Specification, filling: Filling):
        self.specification, self.filling = specification, filling

    @property
    def across(self) -> SliderGrid:
        return self.specification.grids[0]

    @property
    def up(self) -> SliderGrid:
        return self.specification.grids[1]

    def _reaches(self, across: np.ndarray, up: np.ndarray) -> np.ndarray:
        told = self.specification
        start = dict(zip(told.model.states, told.start_values))
        changes = told.values | {self.across.symbol: across, self.up.symbol: up}
        run = simulate_cohort(
            told.model, len(across), told.until, told.protocol, start=start, points=[told.until], **changes
        )
        return run[self.filling.state][-1] > self.filling.active

    @cached_property
    def border(self) -> tuple[np.ndarray, np.ndarray]:
        """Values across and, for each, the least value up from which the state ends above `active`; infinity if none.

        Where the border leaves the map through its upper edge there is a point on that edge.
        """
        (low, high), (bottom, top) = self.across.ends, self.up.ends
        values, steps = np.linspace(low, high, BORDER_POINTS, retstep=True)
        least = thresholds(lambda up: self._reaches(values, up), bottom, top, len(values), PRECISION * (top - bottom))
        inside = np.flatnonzero(np.isfinite(least))
        if len(inside) and inside[0] > 0:
            after = values[inside[0]]
            [edge] = thresholds(
                lambda across: self._reaches(across, np.array([top])), after - steps, after, 1, PRECISION * steps
            )
            values, least = np.insert(values, inside[0], edge), np.insert(least, inside[0], top)
        return values, least

    def sentence(self) -> str:
        return f"The map is empty. {self.filling.one}"

    def draw(self) -> Drawing:
        return self._picture(hidden=True)

    def _picture(self, hidden: bool) -> Drawing:
        import matplotlib.pyplot as plt

        told, filling = self.specification, self.filling
        with style():
            fig, ax = plt.subplots(figsize=(WIDTH, 3.2))
            if not hidden:
                values, least = self.border
                inside = np.isfinite(least)
                ax.plot(values[inside], least[inside], color="black")
                ax.fill_between(
                    values[inside], least[inside], self.up.ends[1], color=ROLES["effector"].colour, alpha=0.15
                )
                for words, place in filling.named.items():
                    ax.plot(*place, "o", color="black")
                    ax.annotate(words, place, xytext=(6, 4), textcoords="offset points")
            ax.set(xlim=self.across.ends, ylim=self.up.ends, xlabel=filling.labels[0], ylabel=filling.labels[1])
            return picture_of(fig, told.name + ("" if hidden else "-after"), None)

    def table(self) -> Table:
        """The border at some of the values across."""
        values, least = self.border
        rows = [[show(round(values[i], 6)), show(least[i])] for i in range(0, len(values), 4)]
        return Table([self.filling.labels[0], f"least {self.filling.labels[1]}"], rows)

    def controls(self) -> str:
        after = self._picture(hidden=False)
        words = f"The same map with its border drawn in: {self.filling.labels[1]} against {self.filling.labels[0]}."
        return (
            '<div class="ir-chart ir-live-part"><svg role="img"></svg></div>'
            f"{super().controls()}"
            '<div class="ir-live-part ir-buttons"><button type="button" class="ir-go" data-lm-suppress-shortcuts="true">'
            f'{escape(self.filling.go)}</button> <button type="button" class="ir-show-me" disabled '
            'data-lm-suppress-shortcuts="true">Draw the border</button> <span class="ir-left"></span></div>'
            '<details class="ir-answer"><summary>The border</summary>'
            f'<img alt="{escape(words)}" src="{data_uri(after.svg)}"></details>'
        )

    def source(self) -> list[str]:
        told = self.specification
        return [f"model: {model_source(told.trace, told.input_limits)},"]

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told, filling = self.specification, self.filling
        values, least = self.border
        return {
            "p": told.values, "start": told.start_values, "until": told.until, "state": filling.state,
            "active": filling.active, "sliders": [grid.settings for grid in told.grids],
            "axes": [list(self.across.ends), list(self.up.ends)], "labels": list(filling.labels), "told": list(filling.told),
            "word": filling.word, "one": filling.one, "tries": TRIES, "named": [[words, *place] for words, place in filling.named.items()],
            "border": [[round(float(x), 4), None if np.isinf(y) else round(float(y), 3)] for x, y in zip(values, least)],
        }  # fmt: skip

    def digest_parts(self) -> list:
        filling = self.filling
        return [
            *self.specification.digest_parts(), filling.state, filling.active, filling.labels, filling.told, filling.word,
            filling.one, filling.go, dict(filling.named),
        ]  # fmt: skip
