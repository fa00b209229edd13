"""A live figure of one patient without noise."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from immunereset.engine import ModelError, RunError
from immunereset.live.drawing import Drawing
from immunereset.live.emit import model_source
from immunereset.live.kind import SHELL, Kind, Runtime, Table
from immunereset.live.measures import Over, Track, final
from immunereset.live.panels import Panel
from immunereset.live.result import Result
from immunereset.live.run.picture import Line, draw
from immunereset.live.specification import Specification, Values
from immunereset.words import show

POINTS = 401


class OnePatient(Kind):
    """What a live figure of one patient computes, draws and says, in Python as in the page."""

    name = "run"
    runs = True
    runtimes = (Runtime(("run/page.js",), (), SHELL),)
    points = POINTS

    def __init__(self, specification: Specification):
        specification.check_panels(Panel)
        self.specification = specification
        self.result = specification.result or last_values(specification)
        self.result.check_for(specification.series, specification.parameters)
        refuse_many(self.result)

    def track(self, values: Values) -> Track:
        """The run as the measures see it."""
        told = self.specification
        courses, events = told.schedule(values)
        cuts = {day for _, _, a, b, _ in courses for day in (a, b)} | {day for _, day in events}
        return Track(lambda days: told.simulate(values, points=days), told.until, cuts, values)

    def sentence(self, values: Values | None = None) -> str:
        """The result in words at these parameter values, or at those of the start."""
        values = self.specification.values if values is None else values
        return self.result.sentence(dict(values) | self.result.answers(self.track(values)))

    @cached_property
    def ranges(self) -> list[tuple[float, float]]:
        """(lowest, highest) of every panel, from runs at the start values and with each slider at either end.

        Raises RunError or ModelError, naming the slider, if the model cannot be run there.
        """
        told = self.specification
        runs = [told.simulate(told.values)]
        for grid in told.grids:
            for value in grid.ends:
                try:
                    runs.append(told.simulate(told.values | {grid.symbol: value}, rtol=1e-7, atol=1e-10))
                except (ModelError, RunError) as error:
                    raise type(error)(f"With the slider {grid.symbol} at {value:g}: {error}") from error
        return [panel.limits(runs) for panel in told.panels]

    def lines(self, values: Values) -> list[list[Line]]:
        """What each panel draws."""
        run = self.specification.simulate(values)
        return [
            [Line(name, [(run.t, run[name])], role=self.specification.role_of(name)) for name in panel.lines]
            for panel in self.specification.panels
        ]

    def draw(self) -> Drawing:
        return draw(self.specification, self.ranges, self.lines(self.specification.values))

    def table(self) -> Table:
        """The data on evenly spaced days."""
        told, columns = self.specification, names_shown(self.specification)
        run = told.simulate(told.values, points=np.array([day for _, day in told.days_shown]))
        rows = [[words, *(show(run[name][i]) for name in columns)] for i, (words, _) in enumerate(told.days_shown)]
        return Table([told.time, *map(told.heading, columns)], rows)

    def source(self) -> list[str]:
        return run_source(self.specification, self.result)

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        drawn = [[i, name] for i, panel in enumerate(self.specification.panels) for name in panel.lines]
        return run_settings(self.specification, self.points, drawn, drawing)

    def digest_parts(self) -> list:
        return [*self.specification.digest_parts(), self.result.source()]


def refuse_many(result: Result) -> None:
    """Refuse measures that put patients together where there is one only."""
    for name, measure in result.measures.items():
        if isinstance(measure, Over):
            raise ValueError(f"The measure {name!r} puts patients together; give the figure noise=Noise(patients=…).")


def names_shown(specification: Specification) -> list[str]:
    """The names of all lines of all panels, each once."""
    return list(dict.fromkeys(line for panel in specification.panels for line in panel.lines))


def last_values(specification: Specification, how: Any = final, words: str = "") -> Result:
    """The result of a figure that was given none: the last value of every line, in a sentence."""
    names = names_shown(specification)
    told = ", ".join(f"{words}{name} is {{last_{i}}}" for i, name in enumerate(names))
    return Result({f"last_{i}": how(name) for i, name in enumerate(names)}, [("otherwise", f"At the end {told}.")])


def run_source(specification: Specification, result: Result) -> list[str]:
    """The model, the measures and the sentence as JavaScript."""
    return [f"model: {model_source(specification.trace, specification.input_limits)},", *result.source()]


def run_settings(specification: Specification, points: int, drawn: list[list], drawing: Drawing) -> dict[str, Any]:
    """What run/page.js must know, in plain data. `drawn` holds for each line its panel, its name, and 1 if it is the
    run without noise among noisy ones.
    """
    return {
        "p": specification.values, "start": specification.start_values, "until": specification.until, "points": points,
        "sliders": [grid.settings for grid in specification.grids], "places": drawing.places,
        "lines": drawn,
        "columns": names_shown(specification), "rows": [day for _, day in specification.days_shown],
    }  # fmt: skip
