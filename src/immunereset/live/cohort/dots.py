"""A crowd of dots: one for each patient of a cohort, filled where the endpoint was reached, a ring where it was not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from immunereset.live.drawing import MOVED, WORDS
from immunereset.pictures.style import AWAY, ROLES

REACHED, FREE = "●", "○"
SIZE, HOLE = 0.74, 0.46
"""Width of a dot and of the hole in a ring, in dots' distances."""


@dataclass(frozen=True)
class Dots:
    """A dot for each patient: ● where the endpoint was reached by the last day, ○ where it was not.

    `reached` and `free` are what the two are called beside their counts. A patient's place is the same whatever the
    sliders say. `height` is relative to the other panels.
    """

    reached: str
    free: str
    height: float = 2.0
    label: ClassVar[str] = ""
    lines: ClassVar[tuple[str, ...]] = ()
    log: ClassVar[bool] = False

    def digest_parts(self) -> list:
        return ["dots", self.reached, self.free]

    def grid(self, patients: int) -> tuple[int, int]:
        """(columns, rows) of the places: as wide as the figure."""
        columns = math.ceil(math.sqrt(patients * MOVED / (1.5 * self.height)))
        return columns, math.ceil(patients / columns)


def places(patients: int, columns: int, rows: int) -> np.ndarray:
    """Where each patient's dot stands, shape (patients, 2): in rows from the upper left, in dots' distances."""
    number = np.arange(patients)
    return np.column_stack([number % columns + 0.5, rows - number // columns - 0.5])


def draw_dots(ax: Any, panel: Dots, ends: np.ndarray, until: float) -> dict[str, Any]:
    """Draw the dots; returns what the page must know of them. Rings are wide strokes with a white one upon them."""
    patients = len(ends)
    columns, rows = panel.grid(patients)
    where, free = places(patients, columns, rows), ends > until
    ax.set(xlim=(0, columns), aspect="equal", anchor="W")
    ax.axis("off")
    back = ROLES["effector"].colour
    for key, some, colour, size in [
        ("reached", ~free, back, SIZE), ("free", free, AWAY, SIZE), ("hole", free, "white", HOLE)
    ]:  # fmt: skip
        ax.add_artist(_strokes(where[some], colour, size * 72 * MOVED / columns * 0.96, key))
    above = {
        "xycoords": "axes fraction",
        "textcoords": "offset points",
        "va": "bottom",
        "size": WORDS,
        "weight": "bold",
    }
    words = [f"{REACHED} {panel.reached}", f"{FREE} {panel.free}"]
    ax.annotate(f"{words[0]}: {(~free).sum()}", (0, 1), xytext=(2, 4), color=back, gid="reached-words", **above)
    ax.annotate(f"{words[1]}: {free.sum()}", (1, 1), xytext=(-2, 4), color=AWAY, ha="right", gid="free-words", **above)
    return {"kind": "dots", "x": [0, columns], "rows": rows, "words": words}


def _strokes(where: np.ndarray, colour: str, width: float, key: str) -> Any:
    """One path of round dots."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    ends = np.repeat(where if len(where) else np.full((1, 2), -9.0), 2, axis=0)
    ends[1::2, 0] += 0.01
    path = Path(ends, [Path.MOVETO, Path.LINETO] * (len(ends) // 2))
    path.should_simplify = False
    return PathPatch(path, fill=False, edgecolor=colour, linewidth=width, capstyle="round", gid=key, clip_on=False)
