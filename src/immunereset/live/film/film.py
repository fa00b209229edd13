"""A grid that changes, as a picture that a reader can play, pause and step."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import numpy as np

from immunereset.live.drawing import Drawing
from immunereset.live.fields import PLAY
from immunereset.live.kind import SHELL, Kind, Runtime, Table
from immunereset.pictures.figure import check_name, read_table
from immunereset.pictures.style import FONTS, INK

WIDTH = 324
MOST_FRAMES = 400
MOST_LETTERS = 250_000
LEAST_CONTRAST = 1.4
LETTER, LINE, SWATCH = 11, 18, 11
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FilmSpecification:
    """What a film is told; the arguments are those of `evolve`. Raises ValueError for whatever does not fit."""

    frames: Any
    classes: Mapping[str, str]
    name: str
    sentence: Callable[[int, dict[str, int]], str] | None = None
    step: str = "day"
    each: int = 1
    still: int = -1
    pace: float = 6
    caption: str = ""
    alt: str = ""

    def __post_init__(self) -> None:
        name = self.name
        check_name(name)
        cells = _checked(self.frames, self.classes, self.each)
        object.__setattr__(self, "frames", cells)
        if not 2 <= len(self.numbers) <= MOST_FRAMES:
            raise ValueError(
                f"{name} has {len(self.numbers)} frames to show; give 2 to {MOST_FRAMES} (each= leaves some out)."
            )
        if not -len(cells) <= self.still < len(cells):
            raise ValueError(f"{name} cannot show the frame {self.still} first: it has {len(cells)}.")
        if not 0 < self.pace <= 10:
            raise ValueError(
                f"{name} cannot be played at {self.pace!r} frames a second; give a number above 0, at most 10."
            )

    @property
    def numbers(self) -> list[int]:
        """The numbers of the frames that are shown: every so-manyth and the last one."""
        numbers, last = list(range(0, len(self.frames), self.each)), len(self.frames) - 1
        return numbers if numbers[-1] == last else [*numbers, last]


class Film(Kind):
    """What a film shows and says: `sentences` and `steps` of each frame, `still` is the one that is shown first."""

    name, classes, sheets = "film", "ir-film", ("film/film.css",)
    label, title = "Shown now", "Playable figure"
    runtimes = (Runtime(("film/outline.js", "film/page.js"), (), SHELL),)

    def __init__(self, specification: FilmSpecification):
        told = self.specification = specification
        numbers, step = told.numbers, told.step
        self.frames = told.frames[numbers]
        self.first = min(range(len(numbers)), key=lambda i: abs(numbers[i] - told.still % len(told.frames)))
        self.counts = {kind: (self.frames == k).sum(axis=(1, 2)).tolist() for k, kind in enumerate(told.classes)}
        self.steps = [f"{step} {number}" for number in numbers]
        counts = [dict(zip(self.counts, frame)) for frame in zip(*self.counts.values())]
        self.sentences = [self._told(number, count) for number, count in zip(numbers, counts)]
        self.side = max(1, round(WIDTH / self.frames.shape[2]))
        if len(self.packed) > MOST_LETTERS:
            raise ValueError(
                f"The frames of {told.name} take {len(self.packed)} letters; at most {MOST_LETTERS} fit into "
                "a page. Give a smaller grid, or every second frame with each=2."
            )

    def _told(self, number: int, counts: dict[str, int]) -> str:
        if self.specification.sentence is not None:
            return self.specification.sentence(number, counts)
        parts = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        return f"{self.specification.step.capitalize()} {number}: {parts}."

    @cached_property
    def packed(self) -> str:
        return pack(self.frames, len(self.specification.classes))

    @property
    def still(self) -> str:
        return f"The picture shows {self.steps[self.first]}. To play it needs JavaScript; in a notebook, run the cell."

    def sentence(self) -> str:
        return self.sentences[self.first]

    def draw(self) -> Drawing:
        told = self.specification
        return Drawing(_svg(told.name, self.frames[self.first], told.classes, self.side))

    def table(self) -> Table:
        """How many cells of each kind there are, in some of the frames."""
        return Table(*read_table({"time": self.steps} | self.counts))

    def controls(self) -> str:
        first, back, forward = (
            f'<button type="button" class="ir-{kind}" data-lm-suppress-shortcuts="true">{words}</button>'
            for kind, words in [("begin", "To the beginning"), ("back", "Step back"), ("forward", "Step forward")]
        )
        step = escape(self.steps[self.first])
        return (
            f'<fieldset class="ir-play" hidden><legend>Play or step</legend>{first}{back}{PLAY}{forward}'
            f'<div class="ir-when"><label>Time <input type="range" class="ir-time" min="0" max="{len(self.steps) - 1}" '
            f'step="1" value="{self.first}" autocomplete="off" data-lm-suppress-shortcuts="true" '
            f'aria-valuetext="{step}"></label><output aria-live="off">{step}</output></div></fieldset>'
        )

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        return {
            "rows": self.frames.shape[1], "columns": self.frames.shape[2], "side": self.side,
            "kinds": len(self.specification.classes), "frames": self.packed, "says": self.sentences,
            "steps": self.steps, "pace": self.specification.pace,
        }  # fmt: skip

    def digest_parts(self) -> list:
        told = self.specification
        return [told.name, told.alt, list(told.classes.items()), self.first, self.settings(Drawing(""))]


def pack(frames: np.ndarray, kinds: int) -> str:
    """The changes from frame to frame as base64 text; page.js says how."""
    out, before = bytearray(), np.zeros_like(frames[0]).ravel()
    for frame in frames:
        now = frame.ravel()
        places = np.flatnonzero(now != before)
        skipped = np.diff(places, prepend=-1) - 1
        _write(out, len(places))
        for skip, kind in zip(skipped.tolist(), now[places].tolist()):
            _write(out, skip * kinds + kind)
        before = now
    return base64.b64encode(out).decode()


def _write(out: bytearray, number: int) -> None:
    while number >= 128:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def outline(cells: np.ndarray, kind: int, side: int) -> str:
    """The outline of all cells of a kind as an SVG path, neighbours in a row as one."""
    inside = np.pad(cells == kind, ((0, 0), (1, 1))).astype(np.int8)
    change = np.diff(inside, axis=1)
    rows, begins = np.nonzero(change == 1)
    _, ends = np.nonzero(change == -1)
    runs = zip(begins.tolist(), rows.tolist(), ((ends - begins) * side).tolist())
    return "".join(f"M{column * side} {row * side}h{wide}v{side}h-{wide}z" for column, row, wide in runs)


def _svg(name: str, cells: np.ndarray, classes: Mapping[str, str], side: int) -> str:
    """A grid with its key below."""
    wide, high = cells.shape[1] * side, cells.shape[0] * side
    ground, *others = classes.values()
    paths = "".join(
        f'<path id="ir-{name}-kind-{k}" fill="{colour}" d="{outline(cells, k, side)}"/>'
        for k, colour in enumerate(others, 1)
    )
    key, x, y = [], 0, high + 14
    for kind, colour in classes.items():
        long = SWATCH + 6 + 0.66 * LETTER * len(kind) + 14
        if x and x + long > wide:
            x, y = 0, y + LINE
        key.append(
            f'<rect x="{x + 0.5:g}" y="{y}" width="{SWATCH}" height="{SWATCH}" fill="{colour}" stroke="{INK}" '
            f'stroke-width=".7"/><text x="{x + SWATCH + 6:g}" y="{y + SWATCH - 1}">{escape(kind)}</text>'
        )
        x += long
    fonts = ", ".join(FONTS)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide + 2}" height="{y + LINE}" '
        f'viewBox="-1 -1 {wide + 2} {y + LINE}" font-family="{fonts}, sans-serif" font-size="{LETTER}" fill="{INK}">'
        f'<g shape-rendering="crispEdges"><rect width="{wide}" height="{high}" fill="{ground}" stroke="{INK}" '
        f'stroke-width=".7"/>{paths}</g>{"".join(key)}</svg>'
    )


def _checked(frames: Any, classes: Mapping[str, str], each: int) -> np.ndarray:
    """The frames as bytes, after a look at them and at the classes."""
    if len(classes) < 2:
        raise ValueError("A picture that evolves needs at least two classes of cells.")
    for kind, colour in classes.items():
        if not (isinstance(colour, str) and COLOUR.fullmatch(colour)):
            raise ValueError(f"The colour of {kind!r} must look like '#C68100'; {colour!r} was given.")
    light = sorted((_lightness(colour), kind) for kind, colour in classes.items())
    for (dark, one), (pale, other) in zip(light, light[1:]):
        if (pale + 0.05) / (dark + 0.05) < LEAST_CONTRAST:
            raise ValueError(
                f"The colours of {one!r} and {other!r} are nearly as light as each other; a reader who sees no colours "
                "could not tell them apart."
            )
    given = np.asarray(frames)
    if given.ndim != 3 or not given.size:
        raise ValueError(f"The frames have the shape {given.shape}; it must be (frames, rows, columns).")
    cells = given.astype(np.uint8)
    if (cells != given).any() or cells.max() >= len(classes):
        raise ValueError(f"The cells of the frames must be whole numbers from 0 to {len(classes) - 1}, one a class.")
    if not isinstance(each, int) or each < 1:
        raise ValueError(f"each is {each!r}; it must be a whole number of at least 1.")
    return cells


def _lightness(colour: str) -> float:
    """The relative luminance of a colour, 0 to 1 (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
