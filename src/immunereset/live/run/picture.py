"""The picture of a live figure as Python draws it, and where everything in it lies, so that the page can move it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from immunereset.live.drawing import MOVED, WORDS, Drawing, frame_of, picture_of
from immunereset.live.panels import Panel
from immunereset.live.specification import Specification
from immunereset.pictures.style import INK, ROLES, SYMBOLS, band, event, line, style, threshold_line

SPARE_DASHES = [(0, (1.3, 1.3)), "solid", (0, (6, 1.5, 1.3, 1.5)), (0, (4, 3))]
AVERAGE = (0, (5, 2.5))
GAP = 12.5
DENSE = 1000
"""Points from which on a line is jagged enough to be drawn thin."""


@dataclass(frozen=True)
class Line:
    """What is drawn of one state or observable: (days, series) for each patient.

    `average`, if given, stands beside a run without noise among noisy ones.
    """

    name: str
    courses: list[tuple[np.ndarray, np.ndarray]]
    average: str = ""
    role: str = ""

    @property
    def end(self) -> float:
        """The mean of the last values."""
        return sum(float(series[-1]) for _, series in self.courses) / len(self.courses)


def draw(specification: Specification, ranges: list[tuple[float, float]], lines: list[list[Line]]) -> Drawing:
    """Draw the lines of each panel, with the courses and events of the start values.

    `ranges` holds (lowest, highest) for each panel.
    """
    import matplotlib.pyplot as plt

    name, panels, time, unit = (
        specification.name, specification.panels, specification.time, specification.days_per_unit
    )  # fmt: skip
    until, (courses, events) = specification.until / unit, specification.schedule(specification.values)
    courses = [(symbol, label, a / unit, b / unit, shown) for symbol, label, a, b, shown in courses]
    events = [(label, day / unit) for label, day in events]
    heights = [1.95 * panel.height for panel in panels]
    labels = {label: None for _, label, *_ in courses} | {label: None for label, _ in events}
    with style():
        fig, axes = plt.subplots(
            len(panels), sharex=True, squeeze=False, height_ratios=heights,
            figsize=(MOVED, sum(heights) + 0.55 + GAP * len(labels) / 72),
        )  # fmt: skip
        axes = axes[:, 0]
        for ax, panel, (low, high) in zip(axes, panels, ranges):
            ax.set(xlim=(0, until), yscale=panel.scale, ylim=(low, high), ylabel=panel.label)
            if panel.log and low >= 1e-4 and high < 1e6:
                ax.yaxis.set_major_formatter("{x:g}")
                ax.yaxis.set_minor_formatter("")
        axes[-1].set_xlabel(time)
        tops = _spans(axes, courses, events, list(labels))
        ends = [_lines(*what, unit) for what in zip(axes, panels, lines, _firsts(lines))]
        fig.draw_without_rendering()
        fig.set_layout_engine("none")
        places = _places(fig, axes, panels, ranges, until, tops, lines, ends)
        drawing = picture_of(fig, name, places)
    for key, _, _, shown in tops:
        if not shown:
            words = f'id="ir-{name}-{key}-words"'
            drawing = replace(drawing, svg=drawing.svg.replace(words, f'{words} display="none"'))
    return drawing


def _firsts(lines: list[list[Line]]) -> list[int]:
    """The number of the first line of each panel; lines are counted through the figure."""
    return [sum(map(len, lines[:i])) for i in range(len(lines))]


def _lines(ax: Any, panel: Panel, lines: list[Line], first: int, unit: float) -> list[tuple[float, Any]]:
    """Draw a panel's lines and marks; return (last value, words) of each, the words standing at the right."""
    ends, roles, dashes = [], [], []

    def words(text: str, value: float, **look: Any) -> None:
        where = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "center"}
        ends.append((value, ax.annotate(text, (1, 0.5), xytext=(5, 0), annotation_clip=False, **where, **look)))

    for i, one in enumerate(lines):
        # Several courses are one path, with gaps.
        x, y = (np.concatenate([[*part, math.nan] for part in parts])[:-1] for parts in zip(*one.courses))
        if one.average:
            ax.plot(x / unit, y, color=INK, linestyle=AVERAGE, gid=f"line-{first + i}")
            words(one.average, one.end, color=INK, size=WORDS)
            continue
        role = one.role or SYMBOLS.get(one.name) or next((r for r in ROLES if r not in roles), "conventional")
        look = line(one.name, role)
        if look["linestyle"] in dashes:
            look["linestyle"] = next(dash for dash in SPARE_DASHES if dash not in dashes)
        roles.append(role)
        dashes.append(look["linestyle"])
        thin = {"linewidth": 1.0, "alpha": 0.6} if len(one.courses) > 1 else {}
        if not thin and len(x) > DENSE:
            thin = {"linewidth": 1.3}
        ax.plot(x / unit, y, **look, **thin, gid=f"line-{first + i}")
        words(panel.words(one.name), one.end, color=look["color"], weight="bold")
    for mark in panel.marks:
        threshold_line(ax, mark.level)
        if mark.label:
            words(mark.label, mark.level, color=INK, size=WORDS)
    return ends


def _spans(axes: Sequence[Any], courses: list[tuple], events: list[tuple], labels: list[str]) -> list[tuple]:
    """Shade courses and mark events in all panels; return the words along the top: (id, text, place, shown).

    A place is a share of the axis. Parts of the same label share the words of the first.
    """
    tops = []

    def top(key: str, label: str, place: float, shown: bool) -> None:
        words = axes[0].texts[-1]
        if label in [text.get_text() for _, text, *_ in tops]:
            words.remove()
            return
        words.set(gid=f"{key}-words", position=(0, 3 + GAP * labels.index(label)), size=WORDS)
        tops.append((key, words, place, shown))

    until = axes[0].get_xlim()[1]
    for i, (symbol, label, start, stop, shown) in enumerate(courses):
        for j, ax in enumerate(axes):
            role = SYMBOLS.get(symbol, "drug")
            band(ax, start if shown else 0, min(stop, until) if shown else 0, label if j == 0 else "", role)
            ax.patches[-1].set(gid=f"course-{i}-{j}", linewidth=0.8)
        top(f"course-{i}", label, start / until if shown else 0, shown)
    for i, (label, day) in enumerate(events):
        shown = day <= until
        for j, ax in enumerate(axes):
            event(ax, day if shown else -until, label if j == 0 else "")
            ax.lines[-1].set_gid(f"event-{i}-{j}")
        top(f"event-{i}", label, day / until if shown else 0, shown)
    return tops


def _places(
    fig: Any, axes: Sequence[Any], panels: Sequence[Panel], ranges: list[tuple[float, float]], until: float,
    tops: list[tuple], lines: list[list[Line]], ends: list[list[tuple[float, Any]]],
) -> dict[str, Any]:  # fmt: skip
    """The frames and movable words in SVG units. Puts the words where the page would put them."""
    scale, frames = 72 / fig.dpi, []
    for ax, panel, (low, high) in zip(axes, panels, ranges):
        frames.append({"frame": [round(v, 3) for v in frame_of(fig, ax)], "y": [low, high], "log": panel.log})
    left, _, right, _ = frames[0]["frame"]
    span, renderer, words = right - left, fig.canvas.get_renderer(), []
    for _, text, share, shown in tops:
        wide = text.get_window_extent(renderer).width * scale
        words.append((max(min(share * span, span - wide), 0), wide, shown))
    rows, top_words = stack(words), {}
    for (key, text, _, _), (place, wide, _), row in zip(tops, words, rows):
        anchor = text.xy[0] / until * span
        text.set_position((place - anchor, 3 + GAP * row))
        top_words[key] = [round(wide, 2), round(place, 2), row]
    for i, (frame, words) in enumerate(zip(frames, ends)):
        _, upper, _, lower = frame["frame"]
        wished = [height_of(frame, value) for value, _ in words]
        heights = apart(wished, upper + 4, lower - 4)
        for k, ((_, text), y) in enumerate(zip(words, heights)):
            text.set(position=(5, (upper + lower) / 2 - y), gid=f"end-{i}-{k}")
        marks = wished[len(lines[i]) :]
        frame |= {"ends": [round(y, 2) for y in heights], "marks": [round(y, 2) for y in marks]}
    return {"until": until, "panels": frames, "tops": top_words, "gap": GAP}


def height_of(frame: dict[str, Any], value: float) -> float:
    """The vertical place of a value in a panel, kept within its frame."""
    _, upper, _, lower = frame["frame"]
    low, high = frame["y"]
    if frame["log"]:
        value, low, high = math.log(max(value, low)), math.log(low), math.log(high)
    return min(max(lower - (value - low) / (high - low) * (lower - upper), upper), lower)


def apart(wished: Sequence[float], top: float, bottom: float) -> list[float]:
    """Heights moved apart to at least a line's height, from the top down, within top and bottom. The page's: svg.js."""
    order, heights, edge = sorted(range(len(wished)), key=lambda i: wished[i]), list(wished), top
    for i in order:
        heights[i], edge = max(wished[i], edge), max(wished[i], edge) + GAP
    edge = bottom
    for i in reversed(order):
        heights[i] = min(heights[i], edge)
        edge = heights[i] - GAP
    return heights


def stack(words: Sequence[tuple[float, float, bool]]) -> list[int]:
    """A row for each of the (place, width, shown) along the top: the lowest in which it overlaps no other."""
    rows, done = [0] * len(words), []
    for i in sorted((i for i, (_, _, shown) in enumerate(words) if shown), key=lambda i: words[i][0]):
        taken = {rows[k] for k in done if words[k][0] + words[k][1] + 6 > words[i][0]}
        rows[i] = next(row for row in range(len(words)) if row not in taken)
        done.append(i)
    return rows
