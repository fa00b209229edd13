"""A clinic that takes people after a bad year and gives them nothing that acts, beside others who got nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import numpy as np

from immunereset.engine import Parameter, Slider
from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.evidence.chance import BACK, CHANCE, QUIET, ChanceView, stacked
from immunereset.live.evidence.view import Told
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.sliders import SliderGrid, slider_grids
from immunereset.pictures.style import style
from immunereset.trials.usual_paces import MEAN, SHAPE, People, people
from immunereset.words import fixed

CLINICS = 100
GOAL = 0.4
"""The fall in relapses of which clinics are counted."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Door(Told):
    """What a clinic is told; the arguments are those of `clinic`. Raises ValueError for whatever does not fit."""

    size: int = 20
    least: int = 2
    entry: Slider | None = None
    many: bool = False
    given: str = ""
    opening: str = ""
    seed: int = 1
    shape: float = SHAPE
    mean: float = MEAN

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (2 * self.shape) % 1 == 0 < self.shape:
            raise ValueError(f"The shape of usual paces is a multiple of one half; {self.shape:g} was given.")
        if bool(self.given) != bool(self.opening):
            raise ValueError(
                "What the first button says needs what is said before it is pressed, and the other way round."
            )

    @cached_property
    def grids(self) -> list[SliderGrid]:
        """The slider of the entry rule, if there is one."""
        if self.entry is None:
            return []
        door = Parameter("least", self.least, "", "taken are people whose relapses last year were at least")
        return slider_grids({"least": self.entry}, {"least": door}, {"least": self.least}, "days", ["least"])

    def pairs(self, least: int, clinics: int = 1, seed: int | None = None) -> list[tuple[People, People]]:
        """The infused and the others of so many clinics."""
        each = 2 * self.size
        found = people(range(clinics * each), least, self.seed if seed is None else seed, self.shape, self.mean)
        parts = [People(*(x[i : i + self.size] for x in found)) for i in range(0, clinics * each, self.size)]
        return list(zip(parts[::2], parts[1::2]))


class Clinic(ChanceView):
    """What a clinic computes, draws and says, in Python as in the page."""

    name, title, button = "clinic", "Clinic", "Another clinic"
    runtimes = (Runtime(("evidence/clinic.js",), (), CHANCE),)
    specification: Door

    def __init__(self, specification: Door):
        self.specification = specification
        self.classes = "ir-stage ir-evidence ir-chance ir-clinic" + " ir-many" * specification.many

    def controls(self) -> str:
        words = self.specification.given
        button = f'<button type="button" class="ir-first" data-lm-suppress-shortcuts="true">{escape(words)}</button>'
        return (button if words else "") + super().controls()

    def sentence(self) -> str:
        return self.specification.opening.replace("\n", " ") or super().sentence()

    def answer(self) -> str:
        return self.say(self.specification.least).replace("\n", " ")

    def say(self, least: int, seed: int | None = None) -> str:
        """The verdict once nothing is hidden."""
        told = self.specification
        infused, others = told.pairs(least, 1, seed)[0]
        if not told.many:
            return f"○ It did nothing: the bag held salt water.\nInfused: {_course(infused)}. Not infused: {_course(others)}."
        reports, fair = self.counts(least, seed)
        return (
            f"{reports} of {CLINICS} clinics report a fall of {100 * GOAL:.0f} % or more.\nCompared with others who were not "
            f"infused, {fair} do. This one: {_course(infused)}."
        )

    def counts(self, least: int, seed: int | None = None) -> tuple[int, int]:
        """How many of a hundred clinics see the goal against their own year before, and against people not infused."""
        falls, fair = zip(*(_falls(*pair) for pair in self.specification.pairs(least, CLINICS, seed)))
        return sum(x >= GOAL for x in falls), sum(x >= GOAL for x in fair)

    def picture(self, hidden: bool) -> Drawing:
        import matplotlib.pyplot as plt

        told = self.specification
        groups = told.pairs(told.least)[0][: 1 if hidden else 2]
        with style():
            rows = 1 + told.many
            fig, axes = plt.subplots(
                rows, 1, figsize=(WIDTH, 2.4 + 2.0 * told.many), height_ratios=[2.2, 1.8][:rows], squeeze=False
            )
            ax = axes[0, 0]
            start = 0
            for who, words in zip(groups, ("infused", "not infused")):
                x = start + np.arange(told.size)
                if told.many:
                    ax.vlines(x, -who.pace, who.pace, color="#D8D4C8", linewidth=4)
                years = [(who.before, 1, "last year"), (who.after, -1, "this year")]
                for counts, side, when in years[: 1 if hidden and told.given else 2]:
                    at = np.concatenate([np.arange(int(n)) + 1 for n in counts]) * side
                    ax.plot(np.repeat(x, counts.astype(int)), at, "o", color=BACK, markersize=4, linestyle="")
                    ax.annotate(f"{words}, {when}: {counts.sum():.0f}", (start - 0.5, side * 8.2), va="center")
                start += told.size + 2
            ax.axhline(0, color=QUIET, linewidth=0.8, linestyle="-")
            ax.set(xlim=(-1, max(start, told.size + 2) - 1), ylim=(-9.5, 9.5))
            ax.axis("off")
            if told.many:
                strip = axes[1, 0]
                falls = [_falls(*pair)[0] for pair in told.pairs(told.least, CLINICS)]
                for bin_, height in stacked(falls, -1, 1, 80):
                    strip.plot((bin_ + 0.5) / 40 - 1, height + 0.5, "o", color=QUIET, markersize=3, linestyle="")
                strip.axvline(GOAL, color=QUIET, linewidth=0.8)
                strip.set(xlim=(-1, 1), ylim=(0, None), yticks=[], xlabel="fall of relapses in a hundred clinics (%)")
                strip.set_xticks([-1, -0.5, 0, 0.5, 1], ["−100", "−50", "0", "50", "100"])
        return picture_of(fig, told.name, {})

    def table(self) -> Table:
        told = self.specification
        rows = [
            [words, *(f"{x:.0f}" for x in (who.before.sum(), who.after.sum()))]
            for who, words in zip(told.pairs(told.least)[0], ("infused", "not infused"))
        ]
        return Table(["people", "relapses last year", "this year"], rows)

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        own = {key: getattr(told, key) for key in ("size", "least", "many", "opening", "seed", "shape", "mean")}
        return super().settings(drawing) | own | {"clinics": CLINICS, "goal": GOAL}


def _falls(infused: People, others: People) -> tuple[float, float]:
    """By what share relapses fell against the year before, and how many fewer they are than those of the others."""
    return infused.fall, 1 - infused.after.sum() / max(others.after.sum(), 1)


def _course(who: People) -> str:
    before, after = who.before.sum(), who.after.sum()
    change = 100 * (1 - after / before)
    return f"{before:.0f} relapses, then {after:.0f} ({fixed(abs(change), 0)} % {'fewer' if change >= 0 else 'more'})"


def clinic(
    name: str, *, size: int = 20, least: int = 2, entry: Slider | None = None, many: bool = False, given: str = "", opening: str = "",
    seed: int = 1, shape: float = SHAPE, mean: float = MEAN, **told: Any,
) -> LiveFigure:  # fmt: skip
    """Show the relapses of `size` people in the year before and after an infusion that does nothing, and of as many others.

    They have usual paces (relapses a year; gamma with `shape`, a multiple of one half, and `mean`) and come if they had at
    least `least` relapses last year; with `entry` a slider moves that. With `many`, usual paces and a hundred such clinics
    are shown, too. `given` are the words of a button that is pressed before anything happens, and `opening` what is said
    until then. `told` may hold `caption`, `alt`, `prediction` and `scenes`, as in every view of this room.

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    return LiveFigure(Clinic(Door(
        name=name, size=size, least=least, entry=entry, many=many, given=given, opening=opening, seed=seed, shape=shape,
        mean=mean, **told,
    )))  # fmt: skip
