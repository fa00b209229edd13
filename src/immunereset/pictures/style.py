"""One look for every figure: colours with fixed roles, dashes, sizes, and labels drawn on the lines.

Nothing happens on import. Draw inside the context manager, and take each line's look from its symbol:

    with style():
        fig, ax = plt.subplots()
        ax.plot(run.years, run["E"], **line("E"))
        label_lines(ax)

The colours are told apart with normal sight and with each of the three kinds of colour blindness
(`tests/pictures/test_style.py` simulates them), and every role has a dash of its own as well.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

INK = "#222222"
FONTS = ["DejaVu Sans", "Verdana"]


class Role(NamedTuple):
    """A part that a line can play: colour (hex), dash (a matplotlib line style), the reader's word for it, and its
    colour on a dark ground."""

    colour: str
    dash: object
    word: str
    dark: str


ROLES = {
    "effector": Role("#B41E00", "solid", "effector cells", "#FF8264"),
    "memory": Role("#7C1F9B", (0, (5, 1.6)), "memory cells", "#D3A0F2"),
    "regulatory": Role("#3267DF", (0, (7, 1.6, 1.4, 1.6)), "regulatory cells", "#8FB2FF"),
    "conventional": Role("#575C5F", (0, (1.4, 1.4)), "conventional cells", "#B3BBBD"),
    "damage": Role("#332012", (0, (9, 2.2)), "damage", "#D8B48C"),
    "drug": Role("#2DA088", (0, (3, 1.4, 1.2, 1.4, 1.2, 1.4)), "drug", "#5CC9B2"),
    "infection": Role("#C68100", (0, (2.6, 2.6)), "infection", "#F0B44C"),
    "beta": Role("#6E0050", (0, (12, 1.4, 3, 1.4)), "β cells", "#FF9CCB"),
    "neutrophil": Role("#0F0F3C", (0, (40, 0.4)), "neutrophils", "#DCE1FF"),
}

AWAY, BACK, QUIET = "#17606F", ROLES["effector"].colour, "#59656A"
"""The side of health, the side of disease, and what stands back: in the page --ir-away, --ir-back and --ir-quiet."""

DARK = ":is(html[data-theme=dark], [data-jp-theme-light=false])"
"""What the dark themes of the book and of JupyterLab are called in CSS."""

SYMBOLS = {
    "E": "effector",
    "M": "memory",
    "R": "regulatory",
    "N": "conventional",
    "CD4": "effector",
    "M_8": "drug",
    "N_4": "conventional",
    "M_o": "memory",
    "M_n": "infection",
    "D_r": "damage",
    "D_i": "damage",
    "epsilon": "drug",
    "omega": "drug",
    "S": "drug",
    "I": "infection",
    "lock": "drug",
    "P": "memory",
    "beta": "beta",
    "G": "damage",
    "kappa": "effector",
}


def role_css():
    """Return the roles as CSS: in an element of class `ir-memory`, say, `--ir-role` is the colour and `--ir-dash` the dash."""
    light = [
        f".ir-{name} {{ --ir-role: {role.colour}; --ir-dash: {_css_dash(role.dash)}; }}" for name, role in ROLES.items()
    ]
    dark = [f"{DARK} .ir-{name} {{ --ir-role: {role.dark}; }}" for name, role in ROLES.items()]
    return "\n".join([*light, "@media screen and (forced-colors: none) {", *dark, "}"])


def _css_dash(dash):
    return "none" if dash == "solid" else " ".join(f"{2.4 * part:g}" for part in dash[1])


@contextmanager
def style() -> Iterator[None]:
    """Matplotlib settings of the book, for the length of a `with` block.

    A figure of the default size has letters of 11 px on a phone of 390 px.
    """
    import matplotlib

    with matplotlib.rc_context(
        {
            "figure.figsize": (5.2, 3.4),
            "figure.dpi": 96,
            "figure.constrained_layout.use": True,
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "savefig.facecolor": "none",
            "font.family": ["sans-serif"],
            "font.sans-serif": FONTS,
            "font.size": 11,
            "axes.labelsize": 11,
            "xtick.labelsize": 11,
            "ytick.labelsize": 11,
            "legend.fontsize": 11,
            "legend.frameon": False,
            "legend.handlelength": 3.2,
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.edgecolor": "#555555",
            "xtick.color": INK,
            "ytick.color": INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.linewidth": 0.9,
            "axes.grid": False,
            "axes.xmargin": 0.0,
            "axes.prop_cycle": matplotlib.cycler(
                color=[role.colour for role in ROLES.values()],
                linestyle=[role.dash for role in ROLES.values()],
            ),
            "lines.linewidth": 2.2,
            "lines.dash_capstyle": "butt",
            "mathtext.fontset": "dejavusans",
            "svg.fonttype": "none",
            "svg.hashsalt": "immunereset",
        }
    ):
        yield


def line(symbol: str, role: str | None = None, label: str | None = None) -> dict[str, Any]:
    """Keywords for `ax.plot`: colour, dash and label of the line that shows `symbol`.

    `role` names the part for a symbol this file does not know; `label` defaults to the symbol.
    Raises ValueError for an unknown role, or for an unknown symbol without a role.
    """
    role = role or SYMBOLS.get(symbol)
    if role not in ROLES:
        known = ", ".join(ROLES)
        if role is None:
            raise ValueError(f"No role is known for {symbol!r}; give role=, one of {known}.")
        raise ValueError(f"{role!r} is not a role; the roles are {known}.")
    colour, dash, *_ = ROLES[role]
    return {"color": colour, "linestyle": dash, "label": label or pretty(symbol)}


def pretty(symbol: str) -> str:
    """The symbol as matplotlib writes it: D_r with a lowered r, epsilon as ε."""
    stem, _, lowered = symbol.partition("_")
    try:
        stem = unicodedata.lookup(f"GREEK SMALL LETTER {stem}")
    except KeyError:
        pass
    return f"$\\mathbf{{{stem}_{{{lowered}}}}}$" if lowered else stem


def pretty_width(symbol: str) -> float:
    """About how many letters wide `pretty(symbol)` is."""
    stem, _, lowered = symbol.partition("_")
    return (1 if pretty(stem) != stem else len(stem)) + 0.7 * len(lowered)


def label_lines(ax: Axes, *lines: Line2D, gap: float = 1.25) -> None:
    """Write each labelled line's label beside its right end, moved apart where two would collide.

    `lines` are the artists to label (all labelled lines of `ax` if none are given); `gap` is the least
    distance of two labels in heights of a letter. Labels are in the line's colour and bold, so call this
    after the limits and scales of the axes are set.
    """
    artists = lines or [one for one in ax.get_lines() if not one.get_label().startswith("_")]
    figure = ax.figure
    figure.draw_without_rendering()
    to_pixels, size = ax.transData.transform, ax.xaxis.label.get_size()
    step = gap * size * figure.dpi / 72
    ends = []
    for one in artists:
        x, y = one.get_xydata()[-1]
        ends.append([float(to_pixels((x, y))[1]), one])
    ends.sort(key=lambda end: end[0])
    heights = _apart([height for height, _ in ends], step)
    low = float(ax.get_window_extent().y0)
    shift = max(0.0, low - heights[0]) if heights else 0.0
    for (_, one), height in zip(ends, heights):
        x, y = one.get_xydata()[-1]
        offset = (height + shift - float(to_pixels((x, y))[1])) * 72 / figure.dpi
        ax.annotate(
            one.get_label(),
            (x, y),
            xytext=(5, offset),
            textcoords="offset points",
            va="center",
            color=one.get_color(),
            weight="bold",
            annotation_clip=False,
        )


def _apart(heights: Sequence[float], step: float) -> list[float]:
    """Sorted heights moved as little as possible so that neighbours are at least `step` apart."""
    groups = []
    for height in heights:
        groups.append([height, 1])
        while len(groups) > 1 and _overlap(groups[-2], groups[-1], step):
            (upper, many), (lower, few) = groups.pop(), groups.pop()
            groups.append([(upper * many + lower * few) / (many + few), many + few])
    return [centre + (place - (count - 1) / 2) * step for centre, count in groups for place in range(count)]


def _overlap(lower: Sequence[float], upper: Sequence[float], step: float) -> bool:
    return upper[0] - lower[0] < step * (lower[1] + upper[1]) / 2


def band(ax: Axes, start: float, end: float, label: str = "", role: str = "infection") -> None:
    """Shade a course from `start` to `end` (units of the x axis), its label written along the top."""
    colour = ROLES[role].colour
    ax.axvspan(start, end, facecolor=colour, edgecolor=colour, alpha=0.18, linewidth=0, zorder=0)
    if label:
        _top_label(ax, start, label)


def event(ax: Axes, day: float, label: str = "") -> None:
    """Mark an event by a thin vertical line at `day` (units of the x axis) with a label on top."""
    ax.axvline(day, color=INK, linewidth=1.1, linestyle=(0, (1, 2)), zorder=1)
    if label:
        _top_label(ax, day, label)


def threshold_line(ax: Axes, level: float, label: str = "", at: float = 0.0) -> None:
    """Mark a level by a thin horizontal line at `level` (units of the y axis).

    The label stands on the line, `at` a share of its length: 0 is the left end, 1 the right end.
    """
    ax.axhline(level, color=INK, linewidth=1.1, linestyle=(0, (4, 3)), zorder=1)
    if label:
        ax.annotate(
            label,
            (at, level),
            xycoords=ax.get_yaxis_transform(),
            xytext=(4 if at < 0.5 else -4, 3),
            textcoords="offset points",
            ha="left" if at < 0.5 else "right",
        )


def _top_label(ax: Axes, x: float, label: str) -> None:
    ax.annotate(
        label,
        (x, 1),
        xycoords=ax.get_xaxis_transform(),
        xytext=(0, 3),
        textcoords="offset points",
        annotation_clip=False,
    )
