"""What a live figure computes, in Python as in the page: model, sliders, panels, result; no picture."""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from immunereset.engine import ModelError, RunError, simulate, trace
from immunereset.engine.show import EXACT, show
from immunereset.live.calendar import DaysAfter, day_words, zero_of
from immunereset.live.emit import model_source
from immunereset.live.measures import Over, Track
from immunereset.live.page import PARTS
from immunereset.live.panels import limits
from immunereset.live.run.picture import Line

POINTS = 401
UNITS = {"": "", "–": "", "d": " days", "1/d": " per day", "1/year": " a year"}
TIGHT = {"rtol": 1e-9, "atol": 1e-12}


@dataclass(frozen=True)
class SliderGrid:
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


class Question:
    """What a live figure computes: model, protocol, start, sliders, panels and result; no picture."""

    parts = PARTS
    points = POINTS
    controls = ""

    def __init__(self, model, protocol, start, until, sliders, panels, result, time, changes):
        if time not in ("days", "years") and not isinstance(time, DaysAfter):
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
        self.grids = [self._grid(symbol, sliders) for symbol in sliders]
        self.trace = trace(model, protocol)
        self.model_source = model_source(self.trace, {s: (i.low, i.high) for s, i in model.inputs.items()})
        self.check_measures()

    def check_measures(self):
        """Refuse measures that put patients together where there is one only."""
        for name, measure in self.result.measures.items():
            if isinstance(measure, Over):
                raise ValueError(
                    f"The measure {name!r} puts patients together; give the figure noise=Noise(patients=…)."
                )

    def _grid(self, symbol, sliders):
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
            words = [show(v) if steps else show(v, EXACT) for steps, v in enumerate(values, -below)]
            step = places = None
        else:
            step, places = slider.step, max(_places(slider.step), _places(value))
            words = [f"{v:.{places}f}" for v in values]
        words = [word + unit for word in words]
        if parameter.unit == "day":
            words, step, places = [f"day {day_words(v - zero_of(self.time))}" for v in values], None, None
        return SliderGrid(symbol, parameter.meaning, values, words, below, step, places, unit)

    @property
    def digest(self):
        """Of everything that decides what the figure says, rounded so that all platforms agree."""
        return hashlib.sha256(json.dumps(self.canon()).encode()).hexdigest()[:16]

    def canon(self):
        """What the digest is made of."""
        return [
            self.trace.text(), {s: f"{v:.9g}" for s, v in self.values.items()}, [f"{v:.5g}" for v in self.start],
            self.until, self.time, [(k.symbol, k.words) for k in self.grids],
            [(list(p.lines), p.label, p.scale, p.range, [(m.level, m.label) for m in p.marks]) for p in self.panels],
            self.result.source(),
        ]  # fmt: skip

    def source(self):
        """Members of the figure's JavaScript object, beside model, result and settings, as lines."""
        return []

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

    def known(self, values):
        """What the sentence may speak of besides the measures."""
        return values

    def sentence(self, values):
        """The result in words at these parameter values."""
        return self.result.sentence(self.known(values) | self.result.answers(self.track(values)))

    def ranges(self):
        """(lowest, highest) of every panel, from runs at the start values and with each slider at either end.

        Raises RunError or ModelError, naming the slider, if the model cannot be run there.
        """
        runs = [self.simulate(self.values)]
        for grid in self.grids:
            for value in (grid.values[0], grid.values[-1]):
                try:
                    runs.append(self.simulate(self.values | {grid.symbol: value}, rtol=1e-7, atol=1e-10))
                except (ModelError, RunError) as error:
                    raise type(error)(f"With the slider {grid.symbol} at {value:g}: {error}") from error
        return [limits(panel, runs) for panel in self.panels]

    def lines(self, values):
        """What each panel draws, a list of `Line`s for each."""
        run = self.simulate(values)
        return [[Line(name, [(run.t, run[name])]) for name in panel.lines] for panel in self.panels]

    def table(self, columns, days):
        """The data on these days: heads, and a row of text for each day."""
        run = self.simulate(self.values, points=np.array(days))
        return [self.heading(c) for c in columns], [[show(run[c][i]) for c in columns] for i in range(len(days))]

    def heading(self, name):
        """A state or an observable with its unit, as the head of a column."""
        unit = (self.model.states.get(name) or self.model.observables[name]).unit
        return name if unit in ("", "–") else f"{name} ({unit})"


def _rounded(slider, value, steps):
    """A slider's value as it is shown: what the reader sees is what the model gets."""
    if steps == 0:
        return float(value)
    exact = slider.value(value, steps)
    return float(f"{exact:.3g}") if slider.logarithmic else float(f"{exact:.12g}")


def _places(value):
    """How many decimals a number is written with."""
    return max(0, -Decimal(repr(float(value))).normalize().as_tuple().exponent)
