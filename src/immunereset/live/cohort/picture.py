"""The picture of a cohort as Python draws it, and where everything in it lies, so that the page can move it."""

import io
import math
from dataclasses import dataclass, field

import numpy as np

from immunereset.live.drawing import WIDTH, WORDS, Drawing, inline
from immunereset.live.panels import Panel, plain
from immunereset.pictures.figure import svg
from immunereset.pictures.style import INK, ROLES, SYMBOLS, event, style, threshold_line

GREEN = ROLES["drug"].colour


@dataclass(frozen=True)
class Bar:
    """A share known from elsewhere, with its interval: drawn at `time` from `low` to `high` (%), with `label`."""

    time: float
    low: float
    high: float
    label: str = ""


@dataclass(frozen=True)
class Free:
    """The share of patients that have not reached the endpoint, against time, with its exact 95 % interval.

    `label` says what the share is; `bars` are `Bar`s to compare it with, their times counted as the figure does.
    """

    label: str
    bars: list = field(default_factory=list)
    height: float = 1.0
    lines, log = (), False


@dataclass(frozen=True)
class Against:
    """The share that has not reached the endpoint at the end, against the parameter `symbol`, which has a slider.

    `known` is the static curve: a list of (value, patients free, patients), computed beforehand. The share at the
    slider's present value is a dot with its exact 95 % interval. `marks` are `Mark`s: labelled values of the parameter.
    """

    symbol: str
    known: list
    label: str
    marks: list = field(default_factory=list)
    height: float = 1.0
    lines, log = (), False


@dataclass(frozen=True)
class Axis:
    """An axis of a map: `count` values of the parameter `symbol`, evenly from `low` to `high`."""

    symbol: str
    low: float
    high: float
    count: int

    def __post_init__(self):
        if not self.low < self.high or not isinstance(self.count, int) or self.count < 2:
            raise ValueError(
                f"An axis of a map needs low < high and at least 2 values; {self.low!r} to {self.high!r} in "
                f"{self.count!r} was given."
            )

    @property
    def step(self):
        """From one value to the next."""
        return (self.high - self.low) / (self.count - 1)

    @property
    def values(self):
        """The values, as they are shown and computed with."""
        return [float(f"{self.low + i * self.step:.12g}") for i in range(self.count)]


@dataclass(frozen=True)
class Map:
    """One patient for each pair of values of two parameters, `across` and `up`; those who reach the endpoint are shaded.

    Patients are computed in an order that jumps over the whole map, so that the first ones show it coarsely. `label`
    and `across_label` stand at the axes, `reached` and `free` on the two parts.
    """

    across: Axis
    up: Axis
    label: str
    across_label: str
    reached: str
    free: str
    height: float = 2.2
    lines, log = (), False

    @property
    def size(self):
        """How many patients there are."""
        return self.across.count * self.up.count

    @property
    def stride(self):
        """From one patient's field to the next one's, counted along the rows: without a common divisor with `size`."""
        return next(s for s in range(round(0.618 * self.size), 0, -1) if math.gcd(s, self.size) == 1)

    @property
    def places(self):
        """What the page must know to find the patient of a field."""
        return {"columns": self.across.count, "undo": pow(self.stride, -1, self.size), "across": self.across.values,
                "up": self.up.values}  # fmt: skip

    def patient(self, p, z):
        """The two parameters of a patient, by their number."""
        steps = z.place() * self.stride
        field = steps - self.size * np.floor(steps / self.size)
        row = np.floor(field / self.across.count)
        column = field - self.across.count * row
        return {
            self.across.symbol: self.across.low + self.across.step * column,
            self.up.symbol: self.up.low + self.up.step * row,
        }

    def fields(self, ends):
        """The patients' days of the endpoint as rows of the map, shape (up, across)."""
        found = np.empty(self.size)
        found[np.arange(self.size) * self.stride % self.size] = ends
        return found.reshape(self.up.count, self.across.count)

    def edges(self, ends, until):
        """For each row the least value across from which on all are free of the endpoint; infinity if none is."""
        edges = []
        for row in self.fields(ends) > until:
            last = np.flatnonzero(~row)
            column = last[-1] + 1 if len(last) else 0
            edges.append(self.across.values[column] if column < self.across.count else math.inf)
        return edges

    def corners(self, ends, until):
        """The shaded part: corners (x, y) of one rectangle for each run of fields in a row, shape (corners, 2).

        The first rectangle is a point in the lower left corner, so that there always is one.
        """
        left, low = (axis.low - axis.step / 2 for axis in (self.across, self.up))
        corners = [(left, low)] * 4
        for row, reached in enumerate(self.fields(ends) <= until):
            turns = np.flatnonzero(np.diff([False, *reached, False]))
            bottom, top = (low + k * self.up.step for k in (row, row + 1))
            for begin, end in zip(turns[::2], turns[1::2]):
                a, b = (left + k * self.across.step for k in (begin, end))
                corners += [(a, bottom), (b, bottom), (b, top), (a, top)]
        return np.array(corners)


def draw_cohort(name, panels, ranges, seen, time, per_unit, grids):
    """Draw what was `seen` of a cohort (a `Seen`) and return a `Drawing`, whose places are a list, one for each panel.

    `ranges` holds (lowest, highest) for each panel, `time` is "days" or "years", with `per_unit` days; `grids` are the
    sliders by symbol.
    """
    import matplotlib.pyplot as plt

    heights = [1.5 * panel.height for panel in panels]
    until = seen.times[-1] / per_unit
    with style():
        fig, axes = plt.subplots(
            len(panels), squeeze=False, height_ratios=heights, figsize=(WIDTH, sum(heights) + 0.5 * len(panels))
        )
        places, lines, timed = (
            [],
            0,
            [ax for ax, panel in zip(axes[:, 0], panels) if not isinstance(panel, (Against, Map))],
        )
        for ax in timed:
            ax.set_xlabel(time if ax is timed[-1] else "")
        for ax, panel, (low, high) in zip(axes[:, 0], panels, ranges):
            ax.set(xlim=(0, until), ylabel=panel.label)
            if isinstance(panel, Panel):
                place = _paths(ax, panel, seen, per_unit, lines)
            elif isinstance(panel, Free):
                place = _free(ax, panel, seen, per_unit, lines)
            elif isinstance(panel, Map):
                place = _map(ax, panel, seen, lines)
            else:
                place = _against(ax, panel, seen, grids[panel.symbol], lines)
            ax.set_ylim(low, high)
            lines += len(place.get("lines", [0]))
            places.append(place)
        fig.draw_without_rendering()
        fig.set_layout_engine("none")
        height, scale = fig.get_figheight() * 72, 72 / fig.dpi
        for ax, panel, place, (low, high) in zip(axes[:, 0], panels, places, ranges):
            box = ax.get_window_extent()
            frame = [box.x0 * scale, height - box.y1 * scale, box.x1 * scale, height - box.y0 * scale]
            unit = 1.0 if isinstance(panel, (Against, Map)) else per_unit
            x = [end * unit for end in ax.get_xlim()]
            log = ax.get_yscale() == "log"
            place |= {"frame": [round(v, 3) for v in frame], "x": x, "y": [low, high], "log": log}
            if isinstance(panel, Free):
                top, bottom = frame[1], frame[3]
                place["height"] = round(bottom - (seen.shares[-1][1] - low) / (high - low) * (bottom - top), 3)
        text = inline(svg(fig, name))
        png = io.BytesIO()
        fig.savefig(png, format="png", dpi=144, facecolor="white", metadata={"Software": None})
        plt.close(fig)
    return Drawing(text, png.getvalue(), places)


def _paths(ax, panel, seen, per_unit, first):
    """Thin lines of the first patients."""
    ax.set_yscale(panel.scale)
    if panel.log:
        ax.yaxis.set_major_formatter("{x:g}")
        ax.yaxis.set_minor_formatter("")
    lines = []
    for k, name in enumerate(panel.lines):
        role = ROLES[SYMBOLS.get(name) or list(ROLES)[k]]
        for i, path in enumerate(seen.paths[name]):
            key = f"line-{first + len(lines)}"
            ax.plot(seen.days / per_unit, path, color=role.colour, linestyle=role.dash, lw=1, alpha=0.65, gid=key)
            lines.append([key, i, seen.watched.index(name)])
    for mark in panel.marks:
        threshold_line(ax, mark.level)
        if mark.label:
            ax.annotate(
                mark.label, (1, mark.level), xycoords=ax.get_yaxis_transform(), xytext=(5, 0),
                textcoords="offset points", va="center", annotation_clip=False,
            )  # fmt: skip
    return {"kind": "paths", "lines": lines}


def _free(ax, panel, seen, per_unit, first):
    """The curve of those free of the endpoint, its band, and its last value in words."""
    times = [day / per_unit for day in seen.times]
    _, shares, lows, highs = zip(*seen.shares)
    ax.fill([*times, *reversed(times)], [*lows, *reversed(highs)], color=INK, alpha=0.2, lw=0, gid="band")
    ax.plot(times, shares, color=INK, lw=1.8, linestyle="solid", gid=f"line-{first}")
    ax.annotate(
        f"{shares[-1]:.0f} %", (times[-1], shares[-1]), xytext=(8, 0), textcoords="offset points", va="center",
        weight="bold", annotation_clip=False, gid="share",
    )  # fmt: skip
    for bar in panel.bars:
        ends = {"color": GREEN, "lw": 3, "linestyle": "solid", "marker": "_", "ms": 9, "mew": 2.5, "clip_on": False}
        ax.plot([bar.time] * 2, [bar.low, bar.high], **ends)
        above = {"xytext": (4, 3), "textcoords": "offset points", "ha": "right", "size": WORDS}
        ax.annotate(bar.label, (bar.time, bar.high), **above)
    return {"kind": "free", "line": f"line-{first}", "band": "band", "words": "share"}


def _against(ax, panel, seen, grid, first):
    """The static curve with its intervals, and the dot of the present value."""
    from immunereset.evidence import clopper_pearson

    ax.set(xlim=(grid.values[0], grid.values[-1]), xlabel=f"{grid.meaning}, {plain(grid.symbol)} ({grid.unit.strip()})")
    x = [value for value, _, _ in panel.known]
    shares = [100 * free / patients for _, free, patients in panel.known]
    ends = [[100 * end for end in clopper_pearson(free, patients)] for _, free, patients in panel.known]
    ax.fill([*x, *reversed(x)], [*(a for a, _ in ends), *(b for _, b in reversed(ends))], color=INK, alpha=0.15, lw=0)
    ax.plot(x, shares, color=INK, lw=1.1, linestyle=(0, (4, 2)))
    for mark in panel.marks:
        event(ax, mark.level, mark.label)
        ax.texts[-1].set_size(WORDS)
    _, share, low, high = seen.shares[-1]
    here = grid.values[grid.position]
    ax.plot([here, here], [low, high], color=INK, lw=1.8, linestyle="solid", gid=f"line-{first}")
    ax.plot([here], [share], "o", color=INK, ms=5, gid="dot")
    return {"kind": "against", "symbol": panel.symbol, "line": f"line-{first}", "dot": "dot"}


def _map(ax, panel, seen, first):
    """The shaded part of the map, and the words on its two parts."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    corners = panel.corners(seen.ends, seen.times[-1])
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO] * (len(corners) // 4)
    fields = PathPatch(Path(corners, codes), facecolor=ROLES["effector"].colour, alpha=0.35, lw=0)
    fields.set_gid(f"line-{first}")
    ax.add_patch(fields)
    half = panel.across.step / 2
    ax.set(xlim=(panel.across.low - half, panel.across.high + half), xlabel=panel.across_label)
    ax.text(0.04, 0.94, panel.reached, transform=ax.transAxes, va="top", weight="bold")
    ax.text(0.96, 0.06, panel.free, transform=ax.transAxes, ha="right", weight="bold")
    return {"kind": "map", "fields": f"line-{first}", **panel.places}
