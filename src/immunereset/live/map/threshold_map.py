"""A live figure of which pairs of two parameters lead to the endpoint."""

from __future__ import annotations

from typing import Any

from immunereset.live.cohort.many_patients import ManyPatients, without_measures
from immunereset.live.cohort.patients import Patients, Seen, SimulatedPatients
from immunereset.live.cohort.picture import draw_panels
from immunereset.live.drawing import Drawing
from immunereset.live.kind import Kind, Table
from immunereset.live.map.picture import Map, paint
from immunereset.live.specification import Specification, Values
from immunereset.words import show

ANSWERS = ("free", "patients", "first", "last")
SAID = "{free} of {patients} pairs are free of the endpoint."


class ThresholdMap(ManyPatients):
    """What a map computes, draws and says. Its one panel is a `Map`, each field of which is one patient of a cohort."""

    def __init__(self, specification: Specification):
        specification.check_panels(Map)
        [self.map] = specification.panels
        for grid in specification.grids:
            if grid.symbol in self.map.axes:
                raise ValueError(f"{grid.symbol} is an axis of the map; it cannot have a slider, too.")
        self.specification = specification
        self.result = without_measures(specification, ANSWERS, SAID)
        patients = Patients(self.map.patient, self.map.endpoint, self.map.size, paths=1)
        self.simulated = SimulatedPatients(specification, patients)

    def look(self, values: Values, seed: int | None = None) -> Seen:
        """What is known of the patients at these values of the sliders. No random number is drawn."""
        return self.simulated.look(values, seed=1)

    def edges(self, values: Values) -> list[float]:
        """For each row the least value across from which on all are free of the endpoint."""
        return self.map.edges(self.look(values).ends, self.specification.until)

    def sentence(self, values: Values | None = None, seed: int | None = None) -> str:
        """The result in words at these values of the sliders, or at those of the start."""
        values = self.specification.values if values is None else values
        edges, free = self.edges(values), int((self.look(values).ends > self.specification.until).sum())
        told = {"free": free, "patients": self.simulated.count, "first": edges[0], "last": edges[-1]}
        return self.result.sentence(dict(values) | told)

    @property
    def ranges(self) -> list[tuple[float, float]]:
        """(lowest, highest) of the panel."""
        half = self.map.up.step / 2
        return [(self.map.up.low - half, self.map.up.high + half)]

    def draw(self) -> Drawing:
        ends, until = self.look(self.specification.values).ends, self.specification.until
        return draw_panels(
            self.specification, self.ranges, lambda ax, panel, first: paint(ax, panel, ends, until, first)
        )

    def rows_shown(self) -> list[int]:
        """The rows of the map that its table tells of."""
        count = self.map.up.count
        return [round(k * (count - 1) / 5) for k in range(6)] if count > 6 else list(range(count))

    def table(self) -> Table:
        """The edge in some of the rows."""
        edges, up = self.edges(self.specification.values), self.map.up
        rows = [[show(up.values[row]), show(edges[row])] for row in self.rows_shown()]
        return Table([self.map.label, f"{self.map.across_label}: {self.map.parts[1]} from"], rows)

    def controls(self) -> str:
        return Kind.controls(self)

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        return super().settings(drawing) | {"rows": self.rows_shown()}

    def digest_parts(self) -> list:
        return [*self.simulated.digest_parts(), self.result.source()]
