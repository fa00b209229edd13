"""Where an outcome turns: what is left in the end against what was given, and the threshold between two outcomes.

    turn("turn-tolerance", depths, effectors, 2.44, unit="logs", across="depth (logs)", up="effectors (cells/µL)", …)

as the last expression of a cell shows the picture, the same for every model.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from immunereset.pictures.figure import Picture, figure
from immunereset.pictures.style import AWAY, BACK, style


def turn(
    name: str, x: Sequence[float], y: Sequence[float], at: float, *, across: str, up: str, before: str, after: str,
    number: str, caption: str, log: bool = False,
) -> Picture:  # fmt: skip
    """Return a picture of the outcome `y` against what was given, `x`, with its threshold `at` (unit of x).

    `x` rises; `across` and `up` name the axes, the vertical one logarithmic (with `log`, both). `before` and `after` are
    the words for both sides of the threshold, and `number` is the threshold with its unit. Raises ValueError where no
    threshold is: for `at` outside `x`, and where the outcomes of both sides overlap.
    """
    import matplotlib.pyplot as plt

    x, y = np.asarray(x, float), np.asarray(y, float)
    low, high = y[x < at], y[x > at]
    if not (low.size and high.size) or not (low.max() < high.min() or high.max() < low.min()):
        raise ValueError(
            f"Nothing turns at {at:g} in {name}: the outcomes of both sides overlap, or one side is empty."
        )
    fell = high.max() < low.min()
    looks = [(low, x < at, BACK), (high, x > at, AWAY)]
    with style():
        fig, ax = plt.subplots(figsize=(5, 2.7))
        for some, here, colour in looks:
            ax.plot(x[here], some, color=colour, linestyle="solid")
        ax.axvline(at, color="#575C5F", linestyle=(0, (4, 3)), lw=1.1)
        ax.annotate(f"threshold: {number}", (at, 1), xycoords=("data", "axes fraction"), xytext=(0, 4),
                    textcoords="offset points", ha="center")  # fmt: skip
        ax.set(yscale="log", xscale="log" if log else "linear", xlabel=across, ylabel=up, xlim=(x[0], x[-1]))
        ax.margins(y=0.15)
        for (some, here, colour), words, upper in zip(looks, (f"● {before}", f"○ {after}"), (fell, not fell)):
            middle = x[here][0] + x[here][-1] if not log else 2 * np.sqrt(x[here][0] * x[here][-1])
            ax.annotate(words, (middle / 2, some.min() if upper else some.max()), xytext=(0, -14 if upper else 7),
                        textcoords="offset points", ha="center", color=colour, weight="bold")  # fmt: skip
        ax.xaxis.set_major_formatter("{x:g}")
        ax.yaxis.set_major_formatter("{x:g}")
        ax.minorticks_off()
    alt = (
        f"{up} against {across} from {x[0]:g} to {x[-1]:g}, in two pieces. Up to the threshold of {number}, where a dashed line "
        f"stands: {before}. Beyond it: {after}. Between the two pieces there is nothing."
    )
    return figure(fig, name=name, caption=caption, alt=alt, table={across: x, up: y})
