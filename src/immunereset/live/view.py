"""`explore`: one line in a notebook gives a figure whose sliders work there and in the published page."""

import base64
import hashlib
import json
import math
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from immunereset.engine import YEAR, ModelError, RunError, simulate, trace
from immunereset.live.emit import model_source
from immunereset.live.measures import Track
from immunereset.live.page import figure_source, page, with_styles
from immunereset.live.picture import draw, limits
from immunereset.pictures.figure import check_words, show

POINTS = 401
UNITS = {"": "", "–": "", "d": " days", "1/d": " per day"}
TIGHT = {"rtol": 1e-9, "atol": 1e-12}


@dataclass(frozen=True)
class Knob:
    """One slider: the values it can take, each with the words that show it, and where it starts.

    `step` and `places` are None on a logarithmic slider.
    """

    symbol: str
    meaning: str
    values: list[float]
    words: list[str]
    position: int
    step: float | None
    places: int | None
    unit: str

    @property
    def settings(self):
        """What the page needs: all values of a logarithmic slider, the rule of a linear one."""
        if self.step is None:
            return {"symbol": self.symbol, "values": self.values, "words": self.words}
        return {
            "symbol": self.symbol, "from": self.values[self.position], "position": self.position, "step": self.step,
            "places": self.places, "unit": self.unit,
        }  # fmt: skip


class Live:
    """A displayable figure with sliders, made by `explore`.

    `html` is all a page needs (without the style sheet of all figures), `svg` the picture, `source` the generated
    JavaScript, `sentence` the result at the start values, `digest` sixteen hexadecimal digits that change with the
    model, the protocol and the settings. `knobs` are its sliders.
    """

    def __init__(self, question, *, name, caption, alt):
        self.question, self.name, self.caption, self.alt = question, name, caption.strip(), alt.strip()
        self.knobs, self.panels, self.digest = question.knobs, question.panels, question.digest
        q = question
        per_unit = YEAR if q.time == "years" else 1.0
        run = q.simulate(q.values)
        self.sentence = q.sentence(q.values)
        self.ranges = q.ranges(run)
        courses, events = q.schedule(q.values)
        drawing = draw(
            name, q.panels, self.ranges, run, q.until / per_unit, q.time,
            [(symbol, label, a / per_unit, b / per_unit, shown) for symbol, label, a, b, shown in courses],
            [(label, day / per_unit) for label, day in events],
        )  # fmt: skip
        self.svg, self.png = drawing.svg, drawing.png
        columns = list(dict.fromkeys(line for panel in q.panels for line in panel.lines))
        ticks = _ticks(q.until / per_unit)
        days = [tick * per_unit for tick in ticks]
        self.settings = {
            "name": name, "digest": q.digest, "alt": self.alt, "p": q.values, "start": q.start, "until": q.until,
            "points": POINTS,
            "sliders": [knob.settings for knob in q.knobs],
            "places": drawing.places,
            "lines": [[i, line] for i, panel in enumerate(q.panels) for line in panel.lines],
            "columns": columns, "rows": days,
        }  # fmt: skip
        self.source = figure_source(q.model_source, q.result.source(), self.settings)
        sampled = q.simulate(q.values, points=np.array(days))
        rows = [[show(tick), *(show(sampled[c][i]) for c in columns)] for i, tick in enumerate(ticks)]
        self.html = page(
            name=name, digest=q.digest, svg=drawing.svg, caption=self.caption, alt=self.alt, sentence=self.sentence,
            knobs=q.knobs, columns=[q.time, *(q.heading(c) for c in columns)], rows=rows, source=self.source,
        )  # fmt: skip

    def __str__(self):
        return f"Live figure {self.name} [{self.digest}]: {self.sentence}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        png = base64.b64encode(self.png).decode()
        return {"text/html": with_styles(self.html), "image/png": png, "text/plain": str(self)}


class Question:
    """What a live figure computes: model, protocol, start, sliders, panels and result; no picture."""

    def __init__(self, model, protocol, start, until, sliders, panels, result, time, changes):
        if time not in ("days", "years"):
            raise ValueError(f"Time is shown in 'days' or 'years', not {time!r}.")
        self.model, self.protocol, self.until, self.time = model, protocol, float(until), time
        self.panels, self.result = list(panels), result
        if not self.panels:
            raise ValueError("A live figure needs at least one panel.")
        self.values = model.values(changes, protocol)
        self.start = model.start_vector(start).tolist()
        self.parameters = model.parameters | (protocol.parameters if protocol is not None else {})
        series = [*model.states, *model.observables]
        for panel in self.panels:
            for line in panel.lines:
                if line not in series:
                    raise ValueError(f"A panel shows {line!r}; the model '{model.name}' has {', '.join(series)}.")
        self.result.check_for(series, self.parameters)
        self.knobs = [self._knob(symbol, sliders) for symbol in sliders]
        self.trace = trace(model, protocol)
        self.model_source = model_source(self.trace, {s: (i.low, i.high) for s, i in model.inputs.items()})

    def _knob(self, symbol, sliders):
        if symbol not in self.parameters:
            raise ValueError(f"A slider moves {symbol!r}; the parameters are {', '.join(self.parameters)}.")
        parameter, value = self.parameters[symbol], self.values[symbol]
        slider = sliders[symbol] if isinstance(sliders, dict) else parameter.slider
        if slider is None:
            raise ValueError(f"{symbol} has no slider; give one: sliders={{'{symbol}': Slider(low, high, step)}}.")
        below, above = slider.steps(value)
        values = [_rounded(slider, value, k) for k in range(-below, above + 1)]
        unit = UNITS.get(parameter.unit, f" {parameter.unit}")
        if slider.logarithmic:
            words = [show(v) if steps else f"{v:.6g}" for steps, v in enumerate(values, -below)]
            step = places = None
        else:
            step, places = slider.step, max(_places(slider.step), _places(value))
            words = [f"{v:.{places}f}" for v in values]
        words = [word + unit for word in words]
        return Knob(symbol, parameter.meaning, values, words, below, step, places, unit)

    @property
    def digest(self):
        """Of everything that decides what the figure says, rounded so that all platforms agree."""
        canon = [
            self.trace.text(), {s: f"{v:.9g}" for s, v in self.values.items()}, [f"{v:.5g}" for v in self.start],
            self.until, self.time, [(k.symbol, k.words) for k in self.knobs],
            [(list(p.lines), p.label, p.scale, p.range, [(m.level, m.label) for m in p.marks]) for p in self.panels],
            self.result.source(),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(canon).encode()).hexdigest()[:16]

    def simulate(self, values, points=None, **tolerance):
        """The model's run at these parameter values, on these days."""
        start = dict(zip(self.model.states, self.start))
        return simulate(
            self.model, self.until, self.protocol, start=start, points=points, **(TIGHT | tolerance), **values
        )

    def schedule(self, values):
        """Courses as (input, name, start, stop, shown) and events as (name, day), at these parameter values."""

        def now(quantity):
            return values[quantity.symbol] if hasattr(quantity, "symbol") else float(quantity)

        if self.protocol is None:
            return [], []
        courses = []
        for course in self.protocol.courses:
            level, start, duration, _ = (now(q) for q in course.quantities)
            stop = min(start + duration, self.until)
            courses.append((course.input, course.name, start, stop, level != 0 and stop > start))
        return courses, [(event.name, now(event.day)) for event in self.protocol.events]

    def track(self, values):
        """The run as the measures see it."""
        courses, events = self.schedule(values)
        cuts = {day for _, _, a, b, _ in courses for day in (a, b)} | {day for _, day in events}
        return Track(lambda days: self.simulate(values, points=days), self.until, cuts, values)

    def sentence(self, values):
        """The result in words at these parameter values."""
        return self.result.sentence(values | self.result.answers(self.track(values)))

    def ranges(self, run):
        """(lowest, highest) of every panel, from `run` and from runs with each slider at either end.

        Raises RunError or ModelError, naming the slider, if the model cannot be run there.
        """
        runs = [run]
        for knob in self.knobs:
            for value in (knob.values[0], knob.values[-1]):
                try:
                    runs.append(self.simulate(self.values | {knob.symbol: value}, rtol=1e-7, atol=1e-10))
                except (ModelError, RunError) as error:
                    raise type(error)(f"With the slider {knob.symbol} at {value:g}: {error}") from error
        return [limits(panel, runs) for panel in self.panels]

    def heading(self, name):
        """A state or an observable with its unit, as the head of a column."""
        unit = (self.model.states.get(name) or self.model.observables[name]).unit
        return name if unit in ("", "–") else f"{name} ({unit})"


def explore(
    model, protocol=None, *, until, sliders, panels, result, name, caption, alt, start=None, time="days", **changes
):
    """Show a run of `model` under `protocol` from day 0 to day `until`, with sliders.

    `sliders` lists the symbols of parameters to move, of the model or the protocol, each of which has a slider; or it
    maps symbols to `Slider`s. `panels` are `Panel`s from top to bottom, `result` is a `Result`. `start` is a dict of
    state values or a `Run` to go on from; `time` is the unit of the horizontal axis, "days" or "years"; `changes` are
    other parameter values. `name`, `caption` and `alt` are those of `pictures.figure`; the result is added to `alt`.

    Returns a `Live`. Raises ValueError, `ModelError` or `RunError` for whatever does not fit.
    """
    check_words(name, caption, alt)
    question = Question(model, protocol, start, until, sliders, panels, result, time, changes)
    return Live(question, name=name, caption=caption, alt=alt)


def _rounded(slider, value, steps):
    """A slider's value as it is shown: what the reader sees is what the model gets."""
    if steps == 0:
        return float(value)
    exact = slider.value(value, steps)
    return float(f"{exact:.3g}") if slider.logarithmic else float(f"{exact:.12g}")


def _places(value):
    """How many decimals a number is written with."""
    return max(0, -Decimal(repr(float(value))).normalize().as_tuple().exponent)


def _ticks(until):
    """Five to ten round steps from 0 towards `until`, and `until` itself."""
    size = 10.0 ** math.floor(math.log10(until / 5))
    step = next(size * k for k in (1, 2, 5, 10) if until / (size * k) <= 10)
    ticks = [round(k * step, 10) for k in range(int(until / step + 1e-9) + 1)]
    return ticks if math.isclose(ticks[-1], until) else [*ticks, until]
