"""What the views of chance share: what is drawn anew for every seed, sliders, and colours of their still pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from immunereset.live.drawing import Drawing
from immunereset.live.evidence.view import EVIDENCE, EvidenceView
from immunereset.live.fields import seed_field, slider_fields
from immunereset.live.kind import Runtime
from immunereset.live.sliders import SliderGrid
from immunereset.pictures.style import AWAY, BACK, INK, QUIET
from immunereset.words import fixed

__all__ = ["AWAY", "BACK", "CHANCE", "INK", "QUIET", "ChanceView", "p_in_words", "places", "stacked"]

CHANCE = Runtime(
    ("noise/random.js", "evidence/survival.js", "evidence/chance.js", "evidence/stacks.js"),
    (
        "watched", "kaplanMeier", "logRank", "hazardRatio", "erfc", "peopleOf", "totalOf", "sampleOf", "chanceTrial", "medianOf",
        "changesOf", "isIn", "lookAt", "Z95", "allLooks", "stacked", "marks", "ring", "pInWords", "runs",
    ),
    EVIDENCE,
)  # fmt: skip
"""Random numbers, survival statistics, and what chance makes of people and trials."""


class ChanceView(EvidenceView):
    """A view of what chance makes: with every seed it is drawn anew."""

    sheets = (*EvidenceView.sheets, "evidence/chance.css")
    button: str

    def fields(self) -> str:
        told = self.specification
        sliders = slider_fields(told.grids) if told.grids else ""
        return f"{sliders}{seed_field(told.seed, self.button)}"

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        return super().settings(drawing) | {"sliders": [grid.settings for grid in self.specification.grids]}


def places(symbol: str, meaning: str, values: Sequence[float], words: Sequence[str], at: float) -> SliderGrid:
    """A slider with these places. Raises ValueError if it does not start at one of them."""
    if at not in values:
        raise ValueError(f"The slider of {symbol} starts at one of {', '.join(map(str, values))}; {at!r} was given.")
    return SliderGrid(symbol, meaning, list(values), list(words), list(values).index(at), None, None, "", reworded=True)


def p_in_words(p: float) -> str:
    """P as it is reported."""
    return "P\u00a0<\u00a00.001" if p < 0.001 else f"P\u00a0=\u00a0{fixed(p, 3 if p < 0.1 else 2)}"


def stacked(values: Sequence[float], low: float, high: float, bins: int) -> list[tuple[int, int]]:
    """For each value its bin between `low` and `high` (those beyond are in the last), and how many stand below it there."""
    counts, out = [0] * bins, []
    for value in values:
        at = min(bins - 1, max(0, int((value - low) / (high - low) * bins)))
        out.append((at, counts[at]))
        counts[at] += 1
    return out
