"""A hundred trials of one treatment as marks on the axis of hazard ratios, and below them those that reach the news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.evidence.chance import AWAY, BACK, CHANCE, QUIET, ChanceView, places, stacked
from immunereset.live.evidence.view import Told
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.sliders import SliderGrid
from immunereset.pictures.style import style
from immunereset.trials.chance_trials import FOLLOWED, MEDIAN, Trials, trials
from immunereset.words import fixed

COUNT = 100
LOW, HIGH, BINS = 0.05, 5.0, 46
"""The axis of hazard ratios and its bins."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Hundred(Told):
    """What a hundred trials are told; the arguments are those of `hundred_trials`. Raises ValueError for whatever does not fit."""

    ratios: Sequence[float] = (0.5, 0.7, 1.0)
    sizes: Sequence[int] = tuple(range(10, 131))
    ratio: float = 0.5
    people: int = 30
    seed: int = 1

    @cached_property
    def grids(self) -> list[SliderGrid]:
        """The sliders: people in each group, and the true hazard ratio."""
        return [
            places("people", "people in each group", self.sizes, [str(n) for n in self.sizes], self.people),
            places("ratio", "true hazard ratio", self.ratios, [_truth(r) for r in self.ratios], self.ratio),
        ]


class HundredTrials(ChanceView):
    """What a hundred trials compute, draw and say, in Python as in the page."""

    name, title, button = "trials", "A hundred trials", "Another hundred"
    classes = "ir-stage ir-evidence ir-chance ir-trials"
    runtimes = (Runtime(("evidence/trials.js",), (), CHANCE),)
    specification: Hundred

    def run(self, people: int, ratio: float, seed: int | None = None) -> Trials:
        """The hundred trials."""
        return _trials(people, ratio, self.specification.seed if seed is None else seed)

    def answer(self) -> str:
        return self.say(self.specification.people, self.specification.ratio).replace("\n", " ")

    def say(self, people: int, ratio: float, seed: int | None = None) -> str:
        """The verdict."""
        found = self.run(people, ratio, seed)
        shelf = found.shelf
        middle = (
            f"their median hazard ratio is {fixed(np.median(shelf), 2)}; the truth is {ratio:g}"
            if len(shelf)
            else "none"
        )
        return f"{found.found.sum()} of {COUNT} trials have P < 0.05.\nIn the news, those in favour, {len(shelf)}: {middle}."

    def picture(self, hidden: bool) -> Drawing:
        import matplotlib.pyplot as plt

        told = self.specification
        found = self.run(told.people, told.ratio)
        with style():
            fig, axes = plt.subplots(2, 1, figsize=(WIDTH, 3.6), sharex=True)
            shown = [np.full(COUNT, not hidden), found.found & (found.ratio < 1) & (not hidden)]
            for ax, some, words in zip(axes, shown, ("all trials", "what reaches the news")):
                logs, filled = np.log(np.clip(found.ratio[some], LOW, HIGH)), found.found[some]
                for (bin_, height), on in zip(stacked(logs, np.log(LOW), np.log(HIGH), BINS), filled):
                    x = LOW * (HIGH / LOW) ** ((bin_ + 0.5) / BINS)
                    ax.plot(
                        x,
                        height + 0.5,
                        "o",
                        markersize=4,
                        color="#20292B",
                        markerfacecolor="#20292B" if on else "white",
                    )
                ax.axvline(told.ratio, color=AWAY, linestyle="-")
                ax.set(xscale="log", xlim=(LOW, HIGH), ylim=(0, 14), yticks=[])
                ax.set_title(words, loc="left", size="small", color=QUIET)
            if len(found.shelf) and not hidden:
                axes[1].axvline(np.median(found.shelf), color=BACK, linestyle="--")
            axes[1].set_xticks([0.1, 0.2, 0.5, 1, 2, 5], ["0.1", "0.2", "0.5", "1", "2", "5"])
            axes[1].minorticks_off()
            axes[1].set_xlabel("hazard ratio: dots, trials; filled, P < 0.05; line, the truth")
        return picture_of(fig, told.name, {})

    def table(self) -> Table:
        told, found = self.specification, self.run(self.specification.people, self.specification.ratio)
        rows = [["true hazard ratio", told.ratio], ["people in each group", told.people], ["trials with P < 0.05", found.found.sum()],
                ["in the news", len(found.shelf)]]  # fmt: skip
        return Table(["what", "value"], [[words, f"{value:g}"] for words, value in rows])

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        given = {"median": MEDIAN, "followed": FOLLOWED, "count": COUNT, "low": LOW, "high": HIGH, "bins": BINS}
        return super().settings(drawing) | given


@cache
def _trials(people: int, ratio: float, seed: int) -> Trials:
    return trials(people, ratio, COUNT, seed)


def _truth(ratio: float) -> str:
    return f"{ratio:g} (nothing works)" if ratio == 1 else f"{ratio:g}"


def hundred_trials(name: str, *, people: int = 30, ratio: float = 0.5, seed: int = 1, **told: Any) -> LiveFigure:
    """Show a hundred trials with `people` in each group and a true hazard `ratio`, both of which sliders move.

    `told` may hold `ratios` and `sizes` (the places of the sliders), `caption`, `alt`, `prediction` and `scenes`.

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    return LiveFigure(HundredTrials(Hundred(name=name, people=people, ratio=ratio, seed=seed, **told)))
