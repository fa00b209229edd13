"""Films of attacked tissue that the reader starts, and a map on which each leaves a mark: how much is dead in the end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np

from immunereset.engine import Parameter, Slider
from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.evidence.view import EVIDENCE, EvidenceView, Told
from immunereset.live.fields import PLAY, seed_field, slider_fields
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.sliders import SliderGrid, slider_grids
from immunereset.pictures.style import AWAY, BACK, INK, style
from immunereset.words import fixed

TRIES, RUNS = 8, 100
"""Films after which the hundred tissues may be shown; tissues at each b."""

COLOURS = ("#EDE8DF", "#C68100", "#332012")
"""Healthy, inflamed, dead; in the page --ir-healthy and so on."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TissueTold(Told):
    """What tissue is told; the arguments are those of `tissue`. Raises ValueError for a slider that is not below 1."""

    model: ModuleType
    b: float
    slider: Slider
    seed: int

    @property
    def grids(self) -> list[SliderGrid]:  # type: ignore[override]
        """The slider of b."""
        b = Parameter(
            "b", self.b, "", "chance that an inflamed cell attacks a neighbour, each day", high=1.0, slider=self.slider
        )
        return slider_grids(["b"], {"b": b}, {"b": self.b}, "days", ["b"])


class Tissue(EvidenceView):
    """What tissue computes, draws and says."""

    name, classes, toy = "tissue", "ir-stage ir-evidence ir-tissue", "Toy model, not medical advice"
    sheets = (*EvidenceView.sheets, "evidence/people.css", "film/tissue.css")
    runtimes = (Runtime(("noise/random.js", "film/outline.js", "film/tissue.js"), (), EVIDENCE),)
    title = "Tissue to attack"
    specification: TissueTold

    @cached_property
    def days(self) -> np.ndarray:
        """The day on which each cell is inflamed, at the start."""
        return self.specification.model.days_of_attack(self.specification.b, seed=self.specification.seed)

    @cached_property
    def hundred(self) -> list[list[float]]:
        """Of `RUNS` tissues at several b the share that is dead in the end (%), each rounded: what is drawn at last."""
        told = self.specification
        places = np.linspace(told.slider.low, told.slider.high, 9).round(4)
        shares = [
            100 * told.model.final_shares(float(told.model.transmissibility(b)), runs=RUNS, seed=1) for b in places
        ]
        return [[float(b), round(float(some.mean()), 1), *some.round().tolist()] for b, some in zip(places, shares)]

    def answer(self) -> str:
        return verdict(self.specification.b, self.days, self.specification.model.TAU).replace("\n", " ")

    def picture(self, hidden: bool) -> Drawing:
        import matplotlib.pyplot as plt
        from matplotlib.colors import ListedColormap

        with style():
            fig, (ax, chart) = plt.subplots(1, 2, figsize=(WIDTH, 2.5))
            model = self.specification.model
            drawn = model.cells_on(self.days, int(self.days[np.isfinite(self.days)].max()) + model.TAU)
            ax.pcolormesh(drawn, cmap=ListedColormap(COLOURS), vmin=0, vmax=2, rasterized=True)
            ax.set(xticks=[], yticks=[], aspect="equal", title="81 × 81 cells")
            chart.set(xlabel="attack a day, b", ylabel="dead in the end (%)", ylim=(0, 100))
            chart.set_xlim(self.specification.slider.low, self.specification.slider.high)
            share = 100 * np.isfinite(self.days).mean()
            chart.plot(
                [self.specification.b],
                [share],
                "o",
                color=BACK if share > 10 else AWAY,
                markeredgecolor=INK,
                linestyle="",
            )
            return picture_of(fig, self.specification.name, None)

    def table(self) -> Table:
        rows = [[f"{b:g}", f"{mean:g}", f"{sum(share > 10 for share in some)}"] for b, mean, *some in self.hundred]
        return Table(["attack a day, b", "dead, mean of 100 tissues (%)", "of 100, more than a tenth dead"], rows)

    def controls(self) -> str:
        clock = (
            f'<div class="ir-years ir-live-part">{PLAY}<label>Day <input type="range" class="ir-time" min="0" max="1" step="1" '
            'value="0" autocomplete="off" data-lm-suppress-shortcuts="true" aria-valuetext="day 0"></label>'
            '<output aria-live="off">day 0</output></div>'
        )
        more = (
            '<div class="ir-marking ir-live-part"><button type="button" class="ir-end" data-lm-suppress-shortcuts="true">'
            'To its end</button><button type="button" class="ir-hundred" disabled data-lm-suppress-shortcuts="true">'
            f'Show {RUNS} tissues at each place</button><span class="ir-left"></span></div>'
        )
        return f"{self.board()}{clock}{slider_fields(self.specification.grids)}{more}{self.fields()}{self.buttons()}"

    def fields(self) -> str:
        return seed_field(self.specification.seed, "Another tissue")

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        return super().settings(drawing) | {
            "p": {"b": told.b}, "sliders": [grid.settings for grid in told.grids], "side": told.model.SIDE, "tau": told.model.TAU, "ways": told.model.SIDES,
            "ends": [told.slider.low, told.slider.high], "border": float(told.model.attack_rate(told.model.BORDER)), "tries": TRIES, "hundred": self.hundred,
        }  # fmt: skip


def verdict(b: float, days: np.ndarray, tau: int) -> str:
    """How an attack ends whose cells are inflamed for `tau` days."""
    reached = np.isfinite(days)
    share, over = fixed(100 * reached.mean(), 1), int(days[reached].max()) + tau
    if reached.mean() > 0.1:
        return f"● It spreads: {share} % of the tissue is dead.\nb {b:.3f}; over on day {over}."
    return f"○ It stops by itself: {share} % of the tissue is dead.\nb {b:.3f}; over on day {over}."


def tissue(model: ModuleType, name: str, *, b: float, slider: Slider, seed: int = 1, **told: Any) -> LiveFigure:
    """Show attacked tissue day by day; each film that ends leaves a mark on a map of b and damage.

    `model` is the module of attacks, `immunereset.models.tissue`, whose attack the page follows, too. `slider` moves b from where it starts; after some films a hundred tissues at nine places of it, and the exact border of
    an endless tissue, can be shown. `told` may hold `caption`, `alt` and `scenes`, such as "b=0.13&seed=2&on=20".

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    return LiveFigure(Tissue(TissueTold(model=model, name=name, b=b, slider=slider, seed=seed, **told)))
