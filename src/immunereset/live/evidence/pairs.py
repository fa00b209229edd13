"""Pairs with a patient: every patient beyond a border, and each one's twin somewhere on a bell curve that genes pull along."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.evidence.chance import AWAY, BACK, INK, QUIET, ChanceView, places, stacked
from immunereset.live.evidence.view import EVIDENCE, Told
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.sliders import SliderGrid
from immunereset.pictures.style import style
from immunereset.words import fixed

BIN, BELOW, ABOVE = 0.14, 45, 15
"""The axis of liability: the width of a stack, and how many stand below and above the border."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PairsTold(Told):
    """What pairs are told; the arguments are those of `pairs`."""

    model: ModuleType
    K: float
    h2: float
    many: int
    seed: int

    @property
    def grids(self) -> list[SliderGrid]:  # type: ignore[override]
        """The sliders: heritability, and the kind of twins."""
        h2 = [round(0.01 * i, 2) for i in range(100)]
        kinds = ["identical twins", "other twins"]
        return [
            places(
                "h2",
                "heritability (share of the differences that goes with genes)",
                h2,
                [f"{x:.2f}" for x in h2],
                self.h2,
            ),
            places("shared", "the pairs are", [1.0, 0.5], kinds, 1.0),
        ]


class Pairs(ChanceView):
    """What pairs compute, draw and say."""

    name, title, button = "pairs", "Pairs with a patient", "Other pairs"
    toy = "Toy model, not medical advice"
    classes = "ir-stage ir-evidence ir-chance ir-pairs"
    runtimes = (Runtime(("noise/random.js", "evidence/stacks.js", "evidence/pairs.js"), (), EVIDENCE),)
    specification: PairsTold

    @property
    def _ends(self) -> tuple[float, float]:
        """The axis, so that the border lies between two stacks."""
        T = self.specification.model.threshold_of(self.specification.K)
        return T - BELOW * BIN, T + ABOVE * BIN

    def answer(self) -> str:
        told = self.specification
        return self.say(told.h2, 1.0, told.seed).replace("\n", " ")

    def say(self, h2: float, shared: float, seed: int) -> str:
        """How many of the pairs are both ill, and how many would be in the long run."""
        told = self.specification
        twin = told.model.pairs_with_a_patient(told.K, h2, shared, told.many, seed)[1]
        share = told.model.pairwise(told.model.concordance(told.K, h2, shared))
        return verdict(int((twin > told.model.threshold_of(told.K)).sum()), told.many, share)

    def picture(self, hidden: bool) -> Drawing:
        import matplotlib.pyplot as plt

        told = self.specification
        T = told.model.threshold_of(told.K)
        left, right = self._ends
        patient, twin = told.model.pairs_with_a_patient(told.K, told.h2, 1.0, told.many, told.seed)
        with style():
            fig, ax = plt.subplots(figsize=(WIDTH, 2.8))
            x = np.linspace(left, right, 200)
            ax.fill_between(x, 22 * np.exp(-(x**2) / 2), color="#E6E2D6")
            ax.axvline(T, color=INK, linestyle="-", linewidth=1.4)
            ax.plot(patient, 26 + 9 * _lift(told.many), "o", color=BACK, markersize=2.6, linestyle="")
            if not hidden:
                at = np.array(stacked(twin, left, right, BELOW + ABOVE)) + 0.5
                for ill, look in ((False, {"color": AWAY, "markerfacecolor": "white"}), (True, {"color": BACK})):
                    some = at[(twin > T) == ill]
                    ax.plot(left + some[:, 0] * BIN, some[:, 1], "o", markersize=2.6, linestyle="", **look)
            ax.annotate("patients", (left, 30), color=BACK)
            ax.annotate("their twins" if not hidden else "their twins: where?", (left, 20), color=QUIET)
            ax.set(xlim=(left, right), ylim=(0, 37), yticks=[], xlabel="liability; beyond the line: ill")
            return picture_of(fig, told.name + "-hidden" * hidden, None)

    def table(self) -> Table:
        told = self.specification
        h2 = [round(0.1 * i, 1) for i in range(10)]
        rows = [
            [
                f"{x:.1f}",
                *(
                    f"{100 * told.model.pairwise(told.model.concordance(told.K, x, shared)):.1f}"
                    for shared in (1.0, 0.5)
                ),
            ]
            for x in h2
        ]
        return Table(["heritability", "identical twins, both ill (%)", "other twins, both ill (%)"], rows)

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        return super().settings(drawing) | {
            "p": {"h2": told.h2, "shared": 1.0}, "K": told.K, "T": told.model.threshold_of(told.K), "many": told.many, "tries": told.model.TRIES * told.many,
            "left": self._ends[0], "right": self._ends[1], "bins": BELOW + ABOVE,
        }  # fmt: skip


def _lift(many: int) -> np.ndarray:
    """How high each patient is drawn in the strip of patients, 0 to 1."""
    return np.arange(many) * 0.618034 % 1


def verdict(both: int, many: int, share: float) -> str:
    """How many pairs are both ill, drawn and in the long run."""
    return f"Both are ill in {both} of {many} pairs.\nIn the long run: {fixed(100 * share, 1)} % of such pairs."


def pairs(
    model: ModuleType, name: str, *, K: float, h2: float, many: int = 200, seed: int = 1, **told: Any
) -> LiveFigure:
    """Show `many` pairs of twins of whom at least one is ill, on the axis of liability; a share `K` of all people is ill.

    `model` is the module of liabilities, `immunereset.models.liability`, whose pairs the page draws, too.

    Sliders move the heritability, from `h2`, and the kind of twins. With a prediction the twins are drawn when the reader
    has chosen. `told` may hold `caption`, `alt`, `prediction` and `scenes`.

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    return LiveFigure(Pairs(PairsTold(model=model, name=name, K=K, h2=h2, many=many, seed=seed, **told)))
