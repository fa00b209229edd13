"""`evolve`: a grid that changes, as a picture that a reader can play, pause and step, here and in the published page."""

import base64
import hashlib
import json
import re
from html import escape

import numpy as np

from immunereset.engine.show import html_table
from immunereset.live.page import script, short, text_of, with_styles
from immunereset.pictures.figure import check_words, data_uri, read_table
from immunereset.pictures.style import FONTS, INK

PARTS = ("controls.js", "film/page.js")
WIDTH = 324
MOST_FRAMES = 400
MOST_LETTERS = 250_000
LEAST_CONTRAST = 1.4
LETTER, LINE, SWATCH = 11, 18, 11
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


class Film:
    """A displayable picture that evolves, made by `evolve`.

    `html` is all a page needs (without the style sheet of all figures), `svg` the still picture, `sentences` what is
    said of each frame, `still` the frame that is shown first and where there is no JavaScript.
    """

    def __init__(self, frames, classes, sentences, steps, *, still, pace, name, caption, alt):
        self.name, self.caption, self.alt = name, caption.strip(), alt.strip()
        self.frames, self.classes, self.sentences, self.steps = frames, classes, sentences, steps
        self.still, self.side = still, max(1, round(WIDTH / frames.shape[2]))
        self.settings = {
            "name": name, "alt": self.alt, "rows": frames.shape[1], "columns": frames.shape[2], "side": self.side,
            "kinds": len(classes), "frames": pack(frames, len(classes)), "says": sentences, "steps": steps, "pace": pace,
        }  # fmt: skip
        if len(self.settings["frames"]) > MOST_LETTERS:
            raise ValueError(
                f"The frames of {name} take {len(self.settings['frames'])} letters; at most {MOST_LETTERS} fit into "
                "a page. Give a smaller grid, or every second frame with each=2."
            )
        self.digest = hashlib.sha256(json.dumps([self.settings, classes, still]).encode()).hexdigest()[:16]
        self.svg = _svg(name, frames[still], classes, self.side)
        self.columns, self.rows, self.note = read_table(self._counts())

    def _counts(self):
        kinds = {kind: (self.frames == k).sum(axis=(1, 2)).tolist() for k, kind in enumerate(self.classes)}
        return {"time": self.steps} | kinds

    @property
    def html(self):
        said = self.sentences[self.still]
        source = json.dumps(self.settings | {"digest": self.digest}, ensure_ascii=False)
        buttons = "".join(
            f'<button type="button" class="ir-{kind}" data-lm-suppress-shortcuts="true">{words}</button>'
            for kind, words in [
                ("first", "To the beginning"), ("back", "Step back"), ("run", "Play"), ("forward", "Step forward")
            ]
        )  # fmt: skip
        step = self.steps[self.still]
        return (
            f'<figure class="ir-figure ir-film" data-name="{escape(self.name)}" data-digest="{self.digest}">'
            f"<style>{short(text_of('film/film.css'))}</style>"
            f'<img alt="{escape(f"{self.alt} {said}")}" src="{data_uri(self.svg)}">'
            f'<p class="ir-result" role="status" aria-label="Shown now">{escape(said)}</p>'
            f'<p class="ir-still">The picture shows {escape(step)}. To play it needs JavaScript; in a notebook, run the '
            "cell.</p>"
            f'<fieldset class="ir-play" hidden><legend>Play or step</legend>{buttons}'
            f'<div class="ir-when"><label>Time <input type="range" class="ir-time" min="0" max="{len(self.steps) - 1}" step="1" '
            f'value="{self.still}" autocomplete="off" data-lm-suppress-shortcuts="true" '
            f'aria-valuetext="{escape(step)}"></label><output aria-live="off">{escape(step)}</output></div></fieldset>'
            f"<figcaption>{escape(self.caption)}</figcaption>"
            '<details class="ir-data"><summary>Data behind this figure</summary>'
            f"{html_table(self.columns, self.rows, self.note)}</details>{script(source, PARTS)}</figure>"
        )

    def __str__(self):
        return f"Playable figure {self.name} [{self.digest}]: {self.sentences[self.still]}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": with_styles(self.html), "text/plain": str(self)}


def evolve(frames, classes, *, name, caption, alt, sentence=None, step="day", each=1, still=-1, pace=6):
    """Show `frames` one after the other, to be played, paused and stepped by mouse and keyboard.

    `frames` has shape (frames, rows, columns) and holds whole numbers: 0 for the first of `classes`, 1 for the second,
    and so on. `classes` maps names to colours ("#EDE8DF"), the ground first, each of a lightness of its own. `each`
    shows every so-manyth frame (and the last one), numbered by `step` ("day 0", "day 2", ...). `sentence(number,
    counts)` says what is to be seen, given the number of the step and {class: cells}; without it the cells are counted.
    `still` is the frame shown first. `pace` is how many frames are played in a second. It never plays by itself.
    `name`, `caption` and `alt` are those of `pictures.figure`; the sentence is added to `alt`.

    Returns a `Film`. Raises ValueError for whatever does not fit.
    """
    check_words(name, caption, alt)
    frames = _checked(frames, classes, each)
    numbers = list(range(0, len(frames), each))
    if numbers[-1] != len(frames) - 1:
        numbers.append(len(frames) - 1)
    if not 2 <= len(numbers) <= MOST_FRAMES:
        raise ValueError(f"{name} has {len(numbers)} frames to show; give 2 to {MOST_FRAMES} (each= leaves some out).")
    if not -len(frames) <= still < len(frames):
        raise ValueError(f"{name} cannot show the frame {still} first: it has {len(frames)}.")
    if not 0 < pace <= 10:
        raise ValueError(f"{name} cannot be played at {pace!r} frames a second; give a number above 0, at most 10.")
    first = min(range(len(numbers)), key=lambda i: abs(numbers[i] - still % len(frames)))
    sentences = []
    for number in numbers:
        counts = {kind: int((frames[number] == k).sum()) for k, kind in enumerate(classes)}
        if sentence is None:
            parts = ", ".join(f"{count} {kind}" for kind, count in counts.items())
            sentences.append(f"{step.capitalize()} {number}: {parts}.")
        else:
            sentences.append(sentence(number, counts))
    steps = [f"{step} {number}" for number in numbers]
    return Film(
        frames[numbers], dict(classes), sentences, steps, still=first, pace=pace, name=name, caption=caption, alt=alt
    )


def pack(frames, kinds):
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


def _write(out, number):
    while number >= 128:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def outline(cells, kind, side):
    """The outline of all cells of a kind as an SVG path, neighbours in a row as one."""
    inside = np.pad(cells == kind, ((0, 0), (1, 1))).astype(np.int8)
    change = np.diff(inside, axis=1)
    rows, begins = np.nonzero(change == 1)
    _, ends = np.nonzero(change == -1)
    runs = zip(begins.tolist(), rows.tolist(), ((ends - begins) * side).tolist())
    return "".join(f"M{column * side} {row * side}h{wide}v{side}h-{wide}z" for column, row, wide in runs)


def _svg(name, cells, classes, side):
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


def _checked(frames, classes, each):
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


def _lightness(colour):
    """The relative luminance of a colour, 0 to 1 (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
