"""A live figure of many patients who differ.

The page draws the same patients from the same seed as Python does, and simulates them in worker threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from immunereset.live.cohort.dots import Dots
from immunereset.live.cohort.patients import Patients, Seen, SimulatedPatients
from immunereset.live.cohort.picture import Against, Free, draw
from immunereset.live.drawing import Drawing
from immunereset.live.fields import one_of, seed_field
from immunereset.live.kind import SHELL, Kind, Runtime, Table
from immunereset.live.panels import Panel
from immunereset.live.result import Result
from immunereset.live.specification import Specification, Values
from immunereset.words import show

TIMES = 101

COHORT = Runtime(
    (
        "noise/random.js", "cohort/run.js", "cohort/interval.js", "cohort/workers.js", "cohort/page.js", "cohort/paths.js",
        "cohort/dots.js", "cohort/free.js", "cohort/against.js", "map/map.js",
    ),
    (),
    SHELL,
)  # fmt: skip
PERSON = Runtime(("cohort/person.js",), (), SHELL)
ANSWERS = ("free", "patients", "percent", "low", "high", "seed")
SAID = "Seed {seed:.0f}: {free} of {patients} patients are free of the endpoint ({low:.0f} to {high:.0f} %)."


def share_free(ends: np.ndarray, day: float) -> tuple[int, float, float, float]:
    """(count, percent, lowest, highest) of the patients whose endpoint comes after `day`: the exact 95 % interval."""
    from immunereset.evidence import clopper_pearson

    count = int((ends > day).sum())
    return count, *(100 * part for part in (count / len(ends), *clopper_pearson(count, len(ends))))


class ManyPatients(Kind):
    """What a live figure of a cohort computes, draws and says. Each panel is a view of its own."""

    name = "cohort"

    def __init__(self, specification: Specification, patients: Patients):
        specification.check_panels(Panel, Dots, Free, Against)
        if specification.time not in ("days", "years"):
            raise ValueError(f"Time is shown in 'days' or 'years', not {specification.time!r}.")
        for parameter in specification.group:
            if parameter.symbol in ANSWERS:
                raise ValueError(
                    f"The group's parameter {parameter.symbol!r} has the name of something else; choose another."
                )
        moved = [grid.symbol for grid in specification.grids]
        for panel in specification.panels:
            if isinstance(panel, Against) and panel.symbol not in moved:
                raise ValueError(f"A panel is drawn against {panel.symbol!r}, which no slider moves.")
        self.specification, self.seed = specification, specification.seed
        self.result = without_measures(specification, ANSWERS, SAID)
        self.simulated = SimulatedPatients(specification, patients)

    @property
    def times(self) -> list[float]:
        """The days of the curve of those free of the endpoint."""
        return [j * self.specification.until / (TIMES - 1) for j in range(TIMES)]

    def look(self, values: Values, seed: int | None = None) -> Seen:
        """What is known of the patients at these values of the sliders."""
        return self.simulated.look(values, self.seed if seed is None else seed)

    def shares(self, seen: Seen) -> list[tuple[int, float, float, float]]:
        """(count, percent, lowest, highest) of those free of the endpoint at each of `times`."""
        return [share_free(seen.ends, day) for day in self.times]

    def sentence(self, values: Values | None = None, seed: int | None = None) -> str:
        """The result in words at these values of the sliders, or at those of the start."""
        values, seed = self.specification.values if values is None else values, self.seed if seed is None else seed
        shares = share_free(self.look(values, seed).ends, self.specification.until)
        told = dict(zip(("free", "percent", "low", "high"), shares)) | {"patients": self.simulated.count, "seed": seed}
        return self.result.sentence(dict(values) | told)

    @cached_property
    def ranges(self) -> list[tuple[float, float]]:
        """(lowest, highest) of every panel."""
        runs = [self.look(self.specification.values).paths]

        def limits(panel: Any) -> tuple[float, float]:
            if isinstance(panel, Dots):
                return 0.0, float(panel.grid(self.simulated.count)[1])
            return panel.limits(runs) if isinstance(panel, Panel) else (0.0, 100.0)

        return [limits(panel) for panel in self.specification.panels]

    def draw(self) -> Drawing:
        seen = self.look(self.specification.values)
        return draw(self.specification, self.ranges, seen, self.simulated.watched, self.times, self.shares(seen))

    def table(self) -> Table:
        """The share without the endpoint on evenly spaced days."""
        told, ends = self.specification, self.look(self.specification.values).ends
        rows = [[words, *map(show, share_free(ends, day))] for words, day in told.days_shown]
        return Table([told.time, "patients free", "%", "lowest (%)", "highest (%)"], rows)

    @property
    def crowd(self) -> bool:
        """Whether there is a dot for each patient, so that one of them can be looked at."""
        return any(isinstance(panel, Dots) for panel in self.specification.panels)

    @property
    def classes(self) -> str:
        return "ir-drawn ir-crowd" if self.crowd else "ir-drawn"

    @property
    def runtimes(self) -> tuple[Runtime, ...]:
        return (COHORT, PERSON) if self.crowd else (COHORT,)

    @property
    def sheets(self) -> tuple[str, ...]:
        return ("drawn.css", "cohort/crowd.css") if self.crowd else ("drawn.css",)

    def controls(self) -> str:
        count = self.simulated.count
        again = seed_field(self.seed, f"Another {count} patients")
        return f"{super().controls()}{one_of(count)}{again}" if self.crowd else again + super().controls()

    def source(self) -> list[str]:
        return [*self.simulated.source(), *self.result.source()]

    @property
    def person(self) -> dict[str, Any]:
        """What the page says of one who is looked at."""
        told, endpoint = self.specification, self.simulated.endpoint
        model = told.model
        watched = model.states.get(endpoint.name) or model.observables[endpoint.name]
        given = {course.name for course in told.protocol.courses} if told.protocol else set()
        return {
            "word": f"{watched.meaning} ({watched.unit})", "role": watched.role, "level": endpoint.level,
            "unit": [told.time, told.days_per_unit], "given": given.pop() if len(given) == 1 else "course",
        }  # fmt: skip

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        rows = [day for _, day in self.specification.days_shown]
        return (
            self.simulated.settings()
            | {
                "views": [[place.pop("kind"), place] for place in drawing.places],
                "times": self.times,
                "rows": rows,
            }
            | ({"person": self.person} if self.crowd else {})
        )

    def digest_parts(self) -> list:
        return [*self.simulated.digest_parts(), self.result.source(), self.seed]


def without_measures(specification: Specification, answers: Sequence[str], said: str) -> Result:
    """The result of a figure of many patients, whose sentences know `answers`; without one it says `said`."""
    result = specification.result or Result({}, [("otherwise", said)])
    if result.measures:
        raise ValueError(f"The result of a cohort is without measures; it knows {', '.join(answers)}.")
    result.check_for([], specification.parameters | dict.fromkeys(answers))
    return result
