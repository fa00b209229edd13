"""A picture as Python drew it, ready to stand inside a page."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

from immunereset.pictures.figure import svg

WIDTH = 5.0
"""Inches across of a still picture."""

MOVED, WORDS = 4.3, 11
"""Inches across of a picture that itself moves in the page, and points of its words: on a phone it has its own size."""


@dataclass(frozen=True)
class Drawing:
    """The SVG text, a PNG if there is one, and the places of things in SVG units (`places`, sent to the page as JSON)."""

    svg: str
    png: bytes | None = None
    places: Any = None


def picture_of(fig: Any, name: str, places: Any) -> Drawing:
    """A Matplotlib figure as a `Drawing`; the figure is closed."""
    import matplotlib.pyplot as plt

    text, png = inline(svg(fig, name)), io.BytesIO()
    fig.savefig(png, format="png", dpi=144, facecolor="white", metadata={"Software": None})
    plt.close(fig)
    return Drawing(text, png.getvalue(), places)


def frame_of(fig: Any, ax: Any) -> list[float]:
    """Where a pair of axes lies in the picture, in SVG units from the upper left corner: left, top, right, bottom."""
    height, scale = fig.get_figheight() * 72, 72 / fig.dpi
    box = ax.get_window_extent()
    return [box.x0 * scale, height - box.y1 * scale, box.x1 * scale, height - box.y0 * scale]


def inline(text: str) -> str:
    """An SVG that can stand inside a page: its rules for all elements become attributes of its own root."""
    rules = re.search(r"<defs>\s*<style[^>]*>\*\{([^}]*)\}</style>\s*</defs>\s*", text)
    attributes = " ".join('{}="{}"'.format(*map(str.strip, rule.split(":"))) for rule in rules.group(1).split(";"))
    return text.replace(rules.group(), "").replace("<svg ", f"<svg {attributes} ", 1)
