"""`explore_map`: which pairs of two parameters lead to the endpoint, as a map whose sliders work in the page."""

from dataclasses import asdict

from immunereset.engine.show import show
from immunereset.live.cohort.cohort import CohortQuestion, LiveCohort
from immunereset.live.cohort.picture import Map
from immunereset.pictures.figure import check_words


class MapQuestion(CohortQuestion):
    """What a map computes; see `explore_map` for the arguments."""

    kinds = (Map,)
    answers = ("free", "patients", "first", "last")
    controls = ""

    def __init__(self, model, protocol, panel, endpoint, start, until, sliders, result, changes):
        for axis in (panel.across, panel.up):
            if axis.symbol in sliders:
                raise ValueError(f"{axis.symbol} is an axis of the map; it cannot have a slider, too.")
        self.map = panel
        super().__init__(
            model, protocol, panel.patient, (), panel.size, 1, 1, endpoint, start, until, sliders, [panel], result,
            "days", changes,
        )  # fmt: skip

    def canon(self):
        """What the digest is made of."""
        shown = {symbol: str(value) for symbol, value in asdict(self.map).items()}
        return [
            self.trace.text(), self.variation.text(), {s: f"{v:.9g}" for s, v in self.values.items()},
            [f"{v:.5g}" for v in self.start], self.until, [(k.symbol, k.words) for k in self.grids], shown,
            self.result.source(), asdict(self.endpoint),
        ]  # fmt: skip

    def edges(self, values):
        """For each row the least value across from which on all are free of the endpoint."""
        return self.map.edges(self.look(self.values | values).ends, self.until)

    def sentence(self, values, seed=None):
        """The result in words at these values of the sliders."""
        edges, (count, *_) = self.edges(values), self.look(values).shares[-1]
        told = {"free": count, "patients": self.patients, "first": edges[0], "last": edges[-1]}
        return self.result.sentence(values | told)

    def ranges(self):
        """(lowest, highest) of the panel."""
        half = self.map.up.step / 2
        return [(self.map.up.low - half, self.map.up.high + half)]

    def table(self, seen):
        """The data: heads, rows of text, and the rows of the map that they stand for."""
        edges, up = self.map.edges(seen.ends, self.until), self.map.up
        asked = [round(k * (up.count - 1) / 5) for k in range(6)] if up.count > 6 else list(range(up.count))
        rows = [[show(up.values[row]), show(edges[row])] for row in asked]
        return [self.map.label, f"{self.map.across_label}: {self.map.free} from"], rows, asked


def explore_map(
    model, protocol=None, *, across, up, endpoint, until, sliders, labels, parts, result, name, caption, alt,
    start=None, **changes,
):  # fmt: skip
    """Show which pairs of two parameters lead to `endpoint` before day `until`, with sliders for others.

    `across` and `up` are `Axis`es; every pair of their values is one patient, who is simulated anew when a slider
    moves. `labels` are the words at the two axes, `parts` those on the pairs that reach the endpoint and on the others.
    `result` is a `Result` without measures: its sentences know the parameters, `patients` (the number of pairs), `free`,
    and `first` and `last`, the least value across from which on all are free in the lowest and in the highest row
    (infinity if none is). Everything else is as in `explore`.

    Returns a `LiveCohort`. Raises ValueError, `ModelError`, `TraceError` or `RunError` for whatever does not fit.
    """
    check_words(name, caption, alt)
    panel = Map(across, up, labels[1], labels[0], *parts)
    question = MapQuestion(model, protocol, panel, endpoint, start, until, sliders, result, changes)
    return LiveCohort(question, name=name, caption=caption, alt=alt)
