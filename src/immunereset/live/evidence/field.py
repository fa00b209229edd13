"""People in a field, each at a place that never changes, as SVG: the still pictures of what field.js draws."""

from __future__ import annotations

import math
from collections.abc import Sequence

from immunereset.pictures.style import AWAY, BACK, INK, QUIET

GREYS = ("#20292B", "#4E585B", "#7A8386", "#A2A9AB", "#C6CBCC")
COLOURS = {"ink": INK, "quiet": QUIET, "away": AWAY, "back": BACK} | {f"grey{i}": grey for i, grey in enumerate(GREYS)}
SHAPES = ("full", "half", "open", "cross")

Look = tuple[str, str]
"""A shape of `SHAPES` and a side of `COLOURS`."""


def field_of(people: int, wide: float, tall: float) -> tuple[int, float]:
    """Return how many columns (whole tens), and how far apart, so that so many people fill `wide` × `tall` best."""
    fits = [
        (min(wide / columns, tall / math.ceil(people / columns)), columns)
        for columns in range(10, max(people, 10) + 10, 10)
    ]
    step, columns = max(fits, key=lambda fit: (fit[0], -fit[1]))
    return columns, step


def people_svg(kinds: Sequence[int], looks: Sequence[Look], left: float, top: float, wide: float, tall: float) -> str:
    """Return the people as SVG paths; person i is of kind `kinds[i]`, and kind k looks like `looks[k]`."""
    columns, step = field_of(len(kinds), wide, tall)
    out = []
    for kind, (shape, side) in enumerate(looks):
        places = [
            (left + (i % columns + 0.5) * step, top + (i // columns + 0.5) * step)
            for i, one in enumerate(kinds)
            if one == kind
        ]
        out.append(_marks(places, shape, COLOURS[side], step))
    return "".join(out)


def _marks(places: Sequence[tuple[float, float]], shape: str, colour: str, step: float) -> str:
    if not places:
        return ""

    def dots(wide: float, of: str) -> str:
        d = "".join(f"M{x:.1f} {y:.1f}h.01" for x, y in places)
        return f'<path d="{d}" stroke="{of}" stroke-width="{wide * step:.2f}" stroke-linecap="round" fill="none"/>'

    if shape == "full":
        return dots(0.78, colour)
    if shape == "cross":
        r = 0.26 * step
        d = "".join(
            f"M{x - r:.1f} {y - r:.1f}l{2 * r:.1f} {2 * r:.1f}m0 {-2 * r:.1f}l{-2 * r:.1f} {2 * r:.1f}"
            for x, y in places
        )
        return f'<path d="{d}" stroke="{colour}" stroke-width="{0.2 * step:.2f}" fill="none"/>'
    ring = dots(0.78, colour) + dots(0.52, "#fff")
    if shape == "open":
        return ring
    r = 0.39 * step
    d = "".join(f"M{x:.1f} {y - r:.1f}a{r:.1f} {r:.1f} 0 0 0 0 {2 * r:.1f}z" for x, y in places)
    return f'{ring}<path d="{d}" fill="{colour}"/>'


def svg_of(wide: float, tall: float, inside: str) -> str:
    """Return an SVG document with these parts, in the book's letters."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}" height="{tall:g}" viewBox="0 0 {wide:g} {tall:g}" '
        f'font-family="\'DejaVu Sans\', Verdana, sans-serif" font-size="12" fill="{INK}">{inside}</svg>'
    )
