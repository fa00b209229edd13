"""The picture of a cohort as Python draws it, and where everything in it lies, so that the page can move it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from immunereset.live.cohort.dots import Dots, draw_dots
from immunereset.live.cohort.patients import Seen
from immunereset.live.drawing import MOVED, WORDS, Drawing, frame_of, picture_of
from immunereset.live.panels import Mark, Panel, plain
from immunereset.live.sliders import SliderGrid
from immunereset.live.specification import Specification
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
    bars: Sequence[Bar] = field(default_factory=list)
    height: float = 1.0
    lines: ClassVar[tuple[str, ...]] = ()
    log: ClassVar[bool] = False

    def digest_parts(self) -> list:
        bars = [(f"{bar.time:g}", f"{bar.low:g}", f"{bar.high:g}", bar.label) for bar in self.bars]
        return ["free", self.label, bars]


@dataclass(frozen=True)
class Against:
    """The share that has not reached the endpoint at the end, against the parameter `symbol`, which has a slider.

    `known` is the static curve: a list of (value, patients free, patients), computed beforehand. The share at the
    slider's present value is a dot with its exact 95 % interval; in the page it leaves a small dot behind when it moves
    on, pale once another slider has moved. `marks` are `Mark`s: labelled values of the parameter.
    """

    symbol: str
    known: Sequence[tuple[float, int, int]]
    label: str
    marks: Sequence[Mark] = field(default_factory=list)
    height: float = 1.0
    lines: ClassVar[tuple[str, ...]] = ()
    log: ClassVar[bool] = False

    def digest_parts(self) -> list:
        marks = [(f"{mark.level:.5g}", mark.label) for mark in self.marks]
        known = [(f"{value:.9g}", int(free), int(patients)) for value, free, patients in self.known]
        return ["against", self.symbol, self.label, marks, known]


def draw(
    specification: Specification, ranges: list[tuple[float, float]], seen: Seen, watched: list[str],
    times: list[float], shares: list[tuple[int, float, float, float]],
) -> Drawing:  # fmt: skip
    """Draw what was seen of a cohort. The places are a list, one for each panel.

    `ranges` holds (lowest, highest) for each panel, `shares` (count, percent, lowest, highest) of those free of the
    endpoint at each of `times`.
    """
    unit, grids = specification.days_per_unit, {grid.symbol: grid for grid in specification.grids}
    last = [panel for panel in specification.panels if not isinstance(panel, (Against, Dots))][-1:]

    def paint(ax: Any, panel: Any, first: int) -> dict[str, Any]:
        if isinstance(panel, Against):
            return _against(ax, panel, shares[-1], grids[panel.symbol], first)
        if isinstance(panel, Dots):
            return draw_dots(ax, panel, seen.ends, specification.until)
        ax.set(xlim=(0, specification.until / unit), xlabel=specification.time if [panel] == last else "")
        if isinstance(panel, Panel):
            place = _paths(ax, panel, seen, watched, unit, first)
        else:
            place = _free(ax, panel, [day / unit for day in times], shares, first)
        return place | {"x": [0.0, specification.until]}

    return draw_panels(specification, ranges, paint)


def draw_panels(
    specification: Specification, ranges: list[tuple[float, float]], paint: Callable[[Any, Any, int], dict[str, Any]]
) -> Drawing:
    """Draw panels one below the other. `paint(ax, panel, first)` draws one, whose lines are numbered from `first` on,
    and returns what the page must know of it.
    """
    import matplotlib.pyplot as plt

    panels = specification.panels
    heights = [1.5 * panel.height for panel in panels]
    with style():
        fig, axes = plt.subplots(
            len(panels), squeeze=False, height_ratios=heights, figsize=(MOVED, sum(heights) + 0.5 * len(panels))
        )
        places, lines = [], 0
        for ax, panel, (low, high) in zip(axes[:, 0], panels, ranges):
            ax.set_ylabel(panel.label)
            place = paint(ax, panel, lines)
            ax.set_ylim(low, high)
            lines += len(place.get("lines", [0]))
            places.append(place)
        fig.draw_without_rendering()
        fig.set_layout_engine("none")
        for ax, place, (low, high) in zip(axes[:, 0], places, ranges):
            frame = frame_of(fig, ax)
            place |= {"frame": [round(v, 3) for v in frame], "y": [low, high], "log": ax.get_yscale() == "log"}
            if "percent" in place:
                _, top, _, bottom = frame
                place["height"] = round(bottom - (place.pop("percent") - low) / (high - low) * (bottom - top), 3)
        return picture_of(fig, specification.name, places)


def _paths(
    ax: Any, panel: Panel, seen: Seen, watched: list[str], unit: float, first: int
) -> dict[str, Any]:  # fmt: skip
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
            ax.plot(seen.days / unit, path, color=role.colour, linestyle=role.dash, lw=1, alpha=0.65, gid=key)
            lines.append([key, i, watched.index(name)])
    for mark in panel.marks:
        threshold_line(ax, mark.level)
        if mark.label:
            ax.annotate(
                mark.label, (1, mark.level), xycoords=ax.get_yaxis_transform(), xytext=(5, 0),
                textcoords="offset points", va="center", annotation_clip=False,
            )  # fmt: skip
    return {"kind": "paths", "lines": lines}


def _free(
    ax: Any, panel: Free, times: list[float], found: list[tuple[int, float, float, float]], first: int
) -> dict[str, Any]:  # fmt: skip
    """The curve of those free of the endpoint, its band, and its last value in words."""
    _, shares, lows, highs = zip(*found)
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
    return {"kind": "free", "line": f"line-{first}", "band": "band", "words": "share", "percent": shares[-1]}


def _against(
    ax: Any, panel: Against, now: tuple[int, float, float, float], grid: SliderGrid, first: int
) -> dict[str, Any]:  # fmt: skip
    """The static curve with its intervals, and the dot of the present value."""
    from immunereset.evidence import clopper_pearson

    ax.set(xlim=grid.ends, xlabel=f"{grid.meaning}, {plain(grid.symbol)} ({grid.unit.strip()})")
    x = [value for value, _, _ in panel.known]
    shares = [100 * free / patients for _, free, patients in panel.known]
    ends = [[100 * end for end in clopper_pearson(free, patients)] for _, free, patients in panel.known]
    ax.fill([*x, *reversed(x)], [*(a for a, _ in ends), *(b for _, b in reversed(ends))], color=INK, alpha=0.15, lw=0)
    ax.plot(x, shares, color=INK, lw=1.1, linestyle=(0, (4, 2)))
    for mark in panel.marks:
        event(ax, mark.level, mark.label)
        ax.texts[-1].set_size(WORDS)
    _, share, low, high = now
    here = grid.values[grid.position]
    ax.plot([here, here], [low, high], color=INK, lw=1.8, linestyle="solid", clip_on=False, gid=f"line-{first}")
    ax.plot([here], [share], "o", color=INK, ms=3, alpha=0.5, clip_on=False, gid="tried")
    ax.plot([here], [share], "o", color=INK, ms=6, clip_on=False, gid="dot")
    return {
        "kind": "against",
        "symbol": panel.symbol,
        "line": f"line-{first}",
        "dot": "dot",
        "tried": "tried",
        "x": list(grid.ends),
    }
