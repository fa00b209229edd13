"""Strips of squares, one for each thing that gets a mark: open is the mildest mark, full the harshest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.pictures.style import style


def strips(name: str, rows: Mapping[str, Sequence[int | None]], levels: int) -> Drawing:
    """Draw strips by their words: a level from 0 (open) to `levels` - 1 (full) for each square, None for no mark yet."""
    import matplotlib.pyplot as plt
    from matplotlib.patches import Rectangle

    many = len(next(iter(rows.values())))
    with style():
        fig, ax = plt.subplots(figsize=(WIDTH, 0.35 + 0.42 * len(rows)))
        for down, (words, marks) in enumerate(rows.items()):
            ax.annotate(words, (-0.3, -down), ha="right", va="center")
            for i, level in enumerate(marks):
                ax.add_patch(
                    Rectangle((i + 0.1, -down - 0.4), 0.8, 0.8, fill=False, linestyle=":" if level is None else "-")
                )
                if level:
                    ax.add_patch(Rectangle((i + 0.1, -down - 0.4), 0.8, 0.8 * level / (levels - 1), color="black"))
        for i in range(many):
            ax.annotate(str(i + 1), (i + 0.5, 0.6), ha="center", va="bottom", size="small")
        ax.set(xlim=(-2, many), ylim=(-len(rows) + 0.4, 1.2), xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        return picture_of(fig, name, None)
