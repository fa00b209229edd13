"""A trial in which nothing works, with switches for outcome, people and reading, and the headline that each look would give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

import numpy as np

from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.evidence.chance import AWAY, BACK, CHANCE, QUIET, ChanceView, p_in_words
from immunereset.live.evidence.view import Told
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.pictures.style import style
from immunereset.trials.null_trial import (
    BETWEEN,
    OUTCOMES,
    PEOPLE,
    READINGS,
    TRAITS,
    WITHIN,
    all_looks,
    changes,
    groups,
    looks,
    successes,
)
from immunereset.trials.survival import Z95

COUNT = 100
ROWS = ("as planned", "any outcome, any reading", "and any group")


@dataclass(frozen=True, kw_only=True, eq=False)
class Rescue(Told):
    """What a rescue is told; the arguments are those of `rescue_trial`. Raises ValueError for whatever does not fit."""

    product: str
    outcomes: Sequence[str]
    readings: Sequence[str]
    people: Sequence[str]
    seed: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        wanted = {"outcomes": OUTCOMES, "readings": READINGS, "people": 1 + 2 * TRAITS}
        for key, number in wanted.items():
            if len(getattr(self, key)) != number:
                raise ValueError(f"A rescue has {number} {key}; {len(getattr(self, key))} were given.")


class Looks(ChanceView):
    """What a rescue computes, draws and says, in Python as in the page. The planned look: all, first outcome, last reading."""

    name, title, button = "looks", "Rescue", "Another trial"
    classes = "ir-stage ir-evidence ir-chance ir-looks"
    runtimes = (Runtime(("evidence/looks.js",), (), CHANCE),)
    specification: Rescue

    def fields(self) -> str:
        told = self.specification
        switches = "".join(
            f'<fieldset><legend>{legend}</legend>{"".join(self._option(key, i, words, i == start) for i, words in enumerate(options))}'
            "</fieldset>"
            for key, legend, options, start in [
                ("outcome", "Outcome", told.outcomes, 0), ("group", "People", told.people, 0),
                ("reading", "After", told.readings, READINGS - 1),
            ]
        )  # fmt: skip
        best = '<button type="button" class="ir-best" data-lm-suppress-shortcuts="true">Search all 84 looks</button>'
        return f'<div class="ir-switches">{switches}{best}</div>{super().fields()}'

    def _option(self, key: str, i: int, words: str, on: bool) -> str:
        name = f"ir-{self.specification.name}-{key}"
        return (
            f'<label><input type="radio" name="{name}" data-key="{key}" value="{i}"{" checked" * on} '
            f'data-lm-suppress-shortcuts="true" autocomplete="off"><span>{escape(words)}</span></label>'
        )

    def answer(self) -> str:
        return f"{self.say(0, 0, READINGS - 1, 1)} {self.hundred()}".replace("\n", " ")

    def say(self, group: int, outcome: int, reading: int, seen: int, seed: int | None = None) -> str:
        """The headline of one look, and how many were taken."""
        told = self.specification
        change, traits = changes(1, told.seed if seed is None else seed)
        z = looks(change[0], traits[0])[group, outcome, reading]
        inside = groups(traits[0])[group]
        sides = [int(side.sum()) for side in (inside[:PEOPLE], inside[PEOPLE:])]
        p = p_in_words(math.erfc(abs(z) / math.sqrt(2)))
        where = f"in {told.people[group]}, after {told.readings[reading]}"
        if z > Z95:
            head = f"● “{told.product} improves {told.outcomes[outcome]}” {where} ({p})."
        else:
            head = f"○ {'Worse' if z < -Z95 else 'No difference'}: {told.outcomes[outcome]} {where} ({p})."
        return f"{head}\nLook {seen} of {OUTCOMES * READINGS * (1 + 2 * TRAITS)}: {sides[0]} treated, {sides[1]} not. Nothing works here."

    def hundred(self, seed: int | None = None) -> str:
        """How many of a hundred such trials hold a success."""
        planned, plain, any_ = _found(self.specification.seed if seed is None else seed)
        return f"Of {COUNT} such trials hold a success: {planned} as planned, {plain} with any outcome and reading, {any_} with groups, too."

    def picture(self, hidden: bool) -> Drawing:
        import matplotlib.pyplot as plt

        told = self.specification
        change, _ = changes(1, told.seed)
        with style():
            fig, axes = plt.subplots(1 + (not hidden), 1, figsize=(WIDTH, 1.8 + 1.4 * (not hidden)), squeeze=False)
            ax, values = axes[0, 0], change[0][:, 0, -1]
            for row, (some, words) in enumerate([(values[:PEOPLE], "treated"), (values[PEOPLE:], "not treated")]):
                ax.plot(some, np.full(PEOPLE, -row), "o", color=QUIET, markersize=5, alpha=0.6, linestyle="")
                ax.plot([some.mean()] * 2, [-row - 0.3, -row + 0.3], color="#20292B", linewidth=3, linestyle="-")
                ax.annotate(words, (-3.4, -row + 0.3))
            ax.set(xlim=(-3.5, 3.5), ylim=(-1.6, 0.7), yticks=[], xlabel=f"{told.outcomes[0]}: worse ← change → better")
            if not hidden:
                for row, (number, words) in enumerate(zip(_found(told.seed), ROWS)):
                    x = np.arange(COUNT)
                    axes[1, 0].plot(
                        x, np.full(COUNT, -row), "s", markersize=2, color=QUIET, markerfacecolor="white", linestyle=""
                    )
                    axes[1, 0].plot(x[:number], np.full(number, -row), "s", markersize=2.6, color=BACK, linestyle="")
                    axes[1, 0].annotate(f"{words}: {number}", (0, -row + 0.25), color=AWAY)
                axes[1, 0].set(ylim=(-2.6, 0.9))
                axes[1, 0].axis("off")
        return picture_of(fig, told.name, {})

    def table(self) -> Table:
        found = _found(self.specification.seed)
        return Table(
            ["what counts", "trials of 100 with a success"], [[words, str(k)] for words, k in zip(ROWS, found)]
        )

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        words = {
            "product": told.product,
            "outcomes": list(told.outcomes),
            "readings": list(told.readings),
            "groups": list(told.people),
        }
        law = {
            "people": PEOPLE,
            "outcomes": OUTCOMES,
            "readings": READINGS,
            "traits": TRAITS,
            "between": BETWEEN,
            "within": WITHIN,
        }
        return super().settings(drawing) | {"words": words, "law": law, "count": COUNT, "rows": list(ROWS)}


@cache
def _found(seed: int) -> tuple[int, int, int]:
    return successes(all_looks(COUNT, seed))


def rescue_trial(
    name: str,
    product: str,
    outcomes: Sequence[str],
    readings: Sequence[str],
    people: Sequence[str],
    *,
    seed: int = 1,
    **told: Any,
) -> LiveFigure:
    """Show a trial of `product` in which nothing works, and let a reader look for a success in it.

    `outcomes`, `readings` and `people` are the words of 4 outcomes, 3 readings, and all people and six groups of them (each
    trait, then its opposite); the numbers are those of trials/null_trial.py. `told` may hold `caption`, `alt`, `prediction`
    and `scenes`.

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    return LiveFigure(Looks(Rescue(
        name=name, product=product, outcomes=outcomes, readings=readings, people=people, seed=seed, **told
    )))  # fmt: skip
