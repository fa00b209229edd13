"""A trial of two arms: one dot a person that turns when the event comes, above Kaplan-Meier curves, drawn from two banks of days."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from immunereset.engine import YEAR
from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.evidence.chance import AWAY, BACK, CHANCE, INK, ChanceView, p_in_words, places
from immunereset.live.evidence.view import Told
from immunereset.live.fields import PLAY
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.sliders import SliderGrid
from immunereset.pictures.style import style
from immunereset.trials.sampling import DEATH_DAYS, bank, sample
from immunereset.trials.survival import HazardRatio, hazard_ratio, kaplan_meier, log_rank, watched
from immunereset.words import fixed

MONTH = YEAR / 12


@dataclass(frozen=True, eq=False)
class Arm:
    """People of one arm: what they are called, the day of each one's event (infinity for none), and the share who die early."""

    words: str
    days: np.ndarray
    death: float = 0.0

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What the page needs: the days of events as steps from one to the next."""
        events = bank(self.days)
        return {
            "words": self.words, "steps": np.diff(events, prepend=0).tolist(), "patients": len(self.days), "death": self.death,
            "deathDays": DEATH_DAYS,
        }  # fmt: skip

    def draw(self, people: int, stream: int, seed: int) -> np.ndarray:
        """The event days of `people` of this arm."""
        return sample(bank(self.days), len(self.days), people, stream, seed, self.death)

    def all_days(self) -> np.ndarray:
        """Everybody's event days, with nobody dying early."""
        return np.append(bank(self.days), np.full(int(np.isinf(self.days).sum()), np.inf))


@dataclass(frozen=True, kw_only=True, eq=False)
class TwoArms(Told):
    """What a trial is told; the arguments are those of `arms`. Raises ValueError for whatever does not fit."""

    first: Arm
    second: Mapping[float, Arm]
    choice: str
    start: float
    people: int = 55
    months: int = 60
    seed: int = 1

    @cached_property
    def grids(self) -> list[SliderGrid]:
        """The sliders: which second arm, and for how many months everybody is watched."""
        kinds, months = list(self.second), list(range(0, self.months + 1))
        return [
            places("second", self.choice, kinds, [f"{kind:g}" for kind in kinds], self.start),
            places("months", "watched for", months, [f"{month} months" for month in months], self.months),
        ]


class Arms(ChanceView):
    """What a trial computes, draws and says, in Python as in the page."""

    name, title, button = "arms", "Trial", "Another trial"
    classes = "ir-stage ir-evidence ir-chance ir-arms"
    runtimes = (Runtime(("evidence/arms.js",), (), CHANCE),)
    specification: TwoArms

    def fields(self) -> str:
        return f'<div class="ir-fields ir-live-part">{PLAY}</div>{super().fields()}'

    def days(self, second: float, seed: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The event days of the people of both arms."""
        told = self.specification
        seed = told.seed if seed is None else seed
        return told.first.draw(told.people, 0, seed), told.second[second].draw(told.people, 1, seed)

    def whole(self, second: float, months: int) -> HazardRatio:
        """The hazard ratio of everybody in both banks."""
        told = self.specification
        return hazard_ratio(*(watched(arm.all_days(), months * MONTH) for arm in (told.first, told.second[second])))

    def answer(self) -> str:
        return self.say(self.specification.start, self.specification.months).replace("\n", " ")

    def say(self, second: float, months: int, seed: int | None = None) -> str:
        """The verdict."""
        told, both = self.specification, self.days(second, seed)
        names = told.first.words, told.second[second].words
        groups = [watched(days, months * MONTH) for days in both]
        had = [int(seen.sum()) for _, seen in groups]
        free = " and ".join(f"{told.people - k} of {told.people} {words}" for k, words in zip(had, names))
        return (
            f"{ratio_in_words(hazard_ratio(*groups), log_rank(*groups).p, had, names)}\nFree of an event: {free}. "
            f"With all {len(told.first.days)} and {len(told.second[second].days)}: {_plain(self.whole(second, months).value)}."
        )

    def picture(self, hidden: bool) -> Drawing:
        import matplotlib.pyplot as plt

        told = self.specification
        both, until = self.days(told.start), told.months * MONTH
        with style():
            fig = plt.figure(figsize=(WIDTH, 4.4))
            grid = fig.add_gridspec(2, 2, height_ratios=[1, 1.7])
            curves = fig.add_subplot(grid[1, :])
            looks = [(AWAY, "-"), (INK, (0, (5, 3)))]
            for i, (days, arm, (colour, dash)) in enumerate(zip(both, (told.first, told.second[told.start]), looks)):
                ax, seen = fig.add_subplot(grid[0, i]), days <= until
                for some, colours in [(seen, dict(color=BACK)), (~seen, dict(color="white", markeredgecolor=AWAY))]:
                    at = np.flatnonzero(some)
                    ax.plot(at % 11, -(at // 11), "o", linestyle="", markersize=6, **colours)
                ax.set(xlim=(-0.6, 10.6), ylim=(-(len(days) // 11) - 0.2, 0.8))
                ax.set_title(f"{arm.words}: {(~seen).sum()} of {len(days)} free", size="small")
                ax.axis("off")
                curve = kaplan_meier(watched(days, until))
                steps = np.concatenate([[0], curve.days, [until]]) / YEAR
                share = 100 * np.concatenate([[1], curve.share, curve.share[-1:] if len(curve.share) else [1]])
                curves.step(steps, share, where="post", color=colour, linestyle=dash, label=arm.words)
            curves.set(xlim=(0, told.months / 12), ylim=(0, 102), xlabel="years", ylabel="free of an event (%)")
            curves.legend(loc="lower left")
        return picture_of(fig, told.name, {})

    def table(self) -> Table:
        told = self.specification
        both = [kaplan_meier(watched(days, told.months * MONTH)) for days in self.days(told.start)]
        names = told.first.words, told.second[told.start].words
        years = range(1, told.months // 12 + 1)
        rows = [[str(year), *(fixed(100 * curve.on(year * YEAR), 0) for curve in both)] for year in years]
        return Table(["year", *(f"{words}: free of an event (%)" for words in names)], rows, "At the start values.")

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        return super().settings(drawing) | {
            "p": {"second": told.start, "months": told.months}, "first": told.first.settings,
            "second": [[kind, arm.settings] for kind, arm in told.second.items()], "people": told.people, "month": MONTH,
            "longest": told.months,
        }  # fmt: skip

    def digest_parts(self) -> list:
        # The days themselves may differ by one between platforms; what is said does not.
        told = self.specification
        return [
            told.name,
            told.alt,
            self.sentence(),
            told.choice,
            list(told.second),
            told.people,
            told.months,
            told.seed,
        ]


def ratio_in_words(ratio: HazardRatio, p: float, events: list[int], names: tuple[str, str]) -> str:
    """A hazard ratio as it is reported; where a group has no event, that is said."""
    if math.isnan(ratio.value):
        return "No event yet that can be compared."
    if ratio.value in (0, math.inf):
        none, some = (0, 1) if ratio.value == 0 else (1, 0)
        return f"No hazard ratio: {events[none]} events {names[none]}, {events[some]} {names[some]} ({p_in_words(p)})."
    return f"Hazard ratio {_plain(ratio.value)} ({_plain(ratio.low)} to {_plain(ratio.high)}), {p_in_words(p)}."


def _plain(ratio: float) -> str:
    return "none" if ratio in (0, math.inf) or math.isnan(ratio) else fixed(ratio, 2 if ratio < 10 else 1)


def arms(
    name: str, first: Arm, second: Mapping[float, Arm], choice: str, start: float, *, people: int = 55, months: int = 60, seed: int = 1,
    **told: Any,
) -> LiveFigure:  # fmt: skip
    """Show a trial of `people` in each of two arms: a dot for each, and Kaplan-Meier curves, as the months go by.

    `first` is an `Arm`, `second` maps the places of a slider to `Arm`s; `choice` says what that slider moves and `start`
    where it begins. People are drawn from the arms by chance. `told` may hold `caption`, `alt`, `prediction` and `scenes`.

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    return LiveFigure(Arms(TwoArms(
        name=name, first=first, second=second, choice=choice, start=start, people=people, months=months, seed=seed, **told
    )))  # fmt: skip
