"""`explore`: one line in a notebook gives a figure whose sliders work there and in the published page."""

import base64
import math

from immunereset.engine import YEAR
from immunereset.engine.show import show
from immunereset.live.calendar import axis_days, zero_of
from immunereset.live.noise.noise import NoisyQuestion
from immunereset.live.page import figure_source, page, with_styles
from immunereset.live.run.picture import draw
from immunereset.live.specification import Question
from immunereset.pictures.figure import check_words


class Live:
    """A displayable figure with sliders, made by `explore`.

    `html` is all a page needs (without the style sheet of all figures), `svg` the picture, `source` the generated
    JavaScript, `sentence` the result at the start values, `digest` sixteen hexadecimal digits that change with the
    model, the protocol and the settings. `grids` are its sliders.
    """

    def __init__(self, question, *, name, caption, alt):
        self.question, self.name, self.caption, self.alt = question, name, caption.strip(), alt.strip()
        self.grids, self.panels, self.digest = question.grids, question.panels, question.digest
        q = question
        per_unit = YEAR if q.time == "years" else 1.0
        self.sentence = q.sentence(q.values)
        self.ranges = q.ranges()
        lines = q.lines(q.values)
        courses, events = q.schedule(q.values)
        drawing = draw(
            name, q.panels, self.ranges, lines, q.until / per_unit, q.time,
            [(symbol, label, a / per_unit, b / per_unit, shown) for symbol, label, a, b, shown in courses],
            [(label, day / per_unit) for label, day in events],
        )  # fmt: skip
        self.svg, self.png = drawing.svg, drawing.png
        columns = list(dict.fromkeys(line for panel in q.panels for line in panel.lines))
        zero = zero_of(q.time)
        ticks = sorted({0.0, *axis_days(q.until, zero)}) if zero else _ticks(q.until / per_unit)
        days = [tick * per_unit for tick in ticks]
        self.settings = {
            "name": name, "digest": q.digest, "alt": self.alt, "p": q.values, "start": q.start, "until": q.until,
            "points": q.points,
            "sliders": [grid.settings for grid in q.grids],
            "places": drawing.places,
            "lines": [[i, s.name, *([1] if s.average else [])] for i, panel in enumerate(lines) for s in panel],
            "columns": columns, "rows": days,
        }  # fmt: skip
        self.source = figure_source(q.model_source, [*q.result.source(), *q.source()], self.settings)
        heads, rows = q.table(columns, days)
        self.html = page(
            name=name, digest=q.digest, svg=drawing.svg, caption=self.caption, alt=self.alt, sentence=self.sentence,
            grids=q.grids, columns=[q.time, *heads], rows=[[show(tick - zero), *row] for tick, row in zip(ticks, rows)],
            source=self.source, controls=q.controls, parts=q.parts,
        )  # fmt: skip

    def __str__(self):
        return f"Live figure {self.name} [{self.digest}]: {self.sentence}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        png = base64.b64encode(self.png).decode()
        return {"text/html": with_styles(self.html), "image/png": png, "text/plain": str(self)}


def explore(
    model, protocol=None, *, until, sliders, panels, result, name, caption, alt, start=None, time="days", noise=None,
    seed=1, **changes,
):  # fmt: skip
    """Show a run of `model` under `protocol` from day 0 to day `until`, with sliders.

    `sliders` lists the symbols of parameters to move, of the model or the protocol, each of which has a slider; or it
    maps symbols to `Slider`s. `panels` are `Panel`s from top to bottom, `result` is a `Result`. `start` is a dict of
    state values or a `Run` to go on from; `time` is the unit of the horizontal axis, "days", "years" or a `DaysAfter`;
    `changes` are other parameter values. `name`, `caption` and `alt` are those of `pictures.figure`; the result is added to `alt`.
    With `noise`, a `Noise`, the run has the noise of single cells: it is drawn anew for every `seed`, from the given one on.

    Returns a `Live`. Raises ValueError, `ModelError` or `RunError` for whatever does not fit.
    """
    check_words(name, caption, alt)
    arguments = model, protocol, start, until, sliders, panels, result, time, changes
    question = Question(*arguments) if noise is None else NoisyQuestion(noise, seed, *arguments)
    return Live(question, name=name, caption=caption, alt=alt)


def _ticks(until):
    """Five to ten round steps from 0 towards `until`, and `until` itself."""
    size = 10.0 ** math.floor(math.log10(until / 5))
    step = next(size * k for k in (1, 2, 5, 10) if until / (size * k) <= 10)
    ticks = [round(k * step, 10) for k in range(int(until / step + 1e-9) + 1)]
    return ticks if math.isclose(ticks[-1], until) else [*ticks, until]
