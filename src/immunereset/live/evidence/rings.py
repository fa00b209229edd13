"""Rings in rows, each with the cells of one family as dots, as SVG: the still pictures of what rings.js draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from immunereset.pictures.style import AWAY, INK, QUIET

FEW = 40
"""Up to so many rings have their number below them, and more room for dots."""
ROOM, LITTLE_ROOM = 100, 60
"""Dots that a ring holds, if they are few or many; more are told by the number only."""
LETTERS = 14
SHADE = "#E6E1D3"


class Rows(NamedTuple):
    """Where rings stand: how many in a row, the width and height of each one's place, and the radius (all in px)."""

    columns: int
    wide: float
    tall: float
    radius: float

    def at(self, i: int) -> tuple[float, float]:
        """The middle of the i-th ring."""
        return self.wide * (i % self.columns + 0.5), self.tall * (i // self.columns) + self.radius + 2


def rows_of(rings: int, wide: float, tall: float) -> Rows:
    """Return the rows in which so many rings are largest within `wide` × `tall`."""
    below = LETTERS if rings <= FEW else 0
    best = None
    for columns in range(1, rings + 1):
        rows = math.ceil(rings / columns)
        radius = min(wide / columns, tall / rows - below) / 2 - 2
        if best is None or radius > best.radius:
            best = Rows(columns, wide / columns, tall / rows, radius)
    return best


def rings_svg(counts: Sequence[int], shaded: Sequence[bool], wide: float, tall: float) -> str:
    """Return rings with so many dots each; those `shaded` have a ground, and one without dots is dashed."""
    rows, few = rows_of(len(counts), wide, tall), len(counts) <= FEW
    room, r = (ROOM if few else LITTLE_ROOM), rows.radius
    out, dots = [], []
    for i, count in enumerate(counts):
        x, y = rows.at(i)
        ground = SHADE if shaded[i] else "none"
        look = (
            f'stroke="{INK}" stroke-width="1.4"'
            if count
            else f'stroke="{QUIET}" stroke-width="1" stroke-dasharray="3 3"'
        )
        out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{ground}" {look}/>')
        for k in range(min(count, room)):
            far, angle = 0.92 * r * math.sqrt(k / room), 2.399963 * k
            dots.append(f"M{x + far * math.cos(angle):.1f} {y + far * math.sin(angle):.1f}h.01")
        if few:
            out.append(f'<text x="{x:.1f}" y="{y + r + 12:.1f}" text-anchor="middle">{count}</text>')
    size = 1.5 * r / math.sqrt(room)
    return f'{"".join(out)}<path d="{"".join(dots)}" fill="none" stroke="{AWAY}" stroke-width="{size:.2f}" stroke-linecap="round"/>'
