"""`explore_cohort`: a figure of many patients whose sliders work in a notebook and in the published page.

The page draws the same patients from the same seed as Python does, and simulates them in worker threads.
"""

import math
from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np

from immunereset.engine import YEAR, simulate_cohort, trace
from immunereset.engine.show import show
from immunereset.live.cohort.emit import cohort_source
from immunereset.live.cohort.picture import Against, Free, draw_cohort
from immunereset.live.cohort.variation import Variation
from immunereset.live.explore import Live, _ticks
from immunereset.live.page import USED, check_seed, figure_source, page, seed_field
from immunereset.live.panels import Panel, limits
from immunereset.live.specification import Question
from immunereset.pictures.figure import check_words

COHORT_PARTS = (
    "noise/random.js", "cohort/run.js", "cohort/interval.js", "measures.js", "controls.js", "cohort/workers.js", "cohort/page.js",
)  # fmt: skip
USED["cohort/page.js"] = ["mount"]
TIMES = 101
CHUNK = 64
TOLERANCE = {"relative": 1e-6, "absolute": 1e-9, "steps": 30000}
ANSWERS = ("free", "patients", "percent", "low", "high", "seed")


@dataclass(frozen=True)
class Endpoint:
    """What is waited for in every patient: the first day from `after` on that begins `lasting` days above `level`.

    `name` is a state or an observable. It is looked at every `every` days and taken as straight in between, as
    `Run.first_day_above` does on such days. Raises ValueError for days that are not positive or lie before day 0.
    """

    name: str
    level: float
    lasting: float = 0.0
    after: float = 0.0
    every: float = 5.0

    def __post_init__(self):
        if not self.every > 0 or not self.lasting >= 0 or not self.after >= 0:
            raise ValueError(
                "An endpoint needs every > 0, lasting >= 0 and after >= 0 (days); "
                f"{self.every:g}, {self.lasting:g} and {self.after:g} were given."
            )

    def days(self, run):
        """The day on which each patient of `run` reaches the endpoint, shape (patients,); infinity if never."""
        return run.first_day_above(self.name, self.level, after=self.after, lasting=self.lasting)


@dataclass(frozen=True)
class Seen:
    """What a figure shows of a cohort.

    `ends` holds each patient's day of the endpoint. `paths` maps each of the names in `watched` to its values in the
    first patients, shape (patients, days). `shares` holds (count, percent, lowest, highest) of those free of the
    endpoint at each of `times` (days).
    """

    ends: np.ndarray
    days: np.ndarray
    watched: list
    paths: dict
    times: list
    shares: list


def share_free(ends, day):
    """(count, percent, lowest, highest) of the patients whose endpoint comes after `day`: the exact 95 % interval."""
    from immunereset.evidence import clopper_pearson

    count = int((ends > day).sum())
    return count, *(100 * part for part in (count / len(ends), *clopper_pearson(count, len(ends))))


class CohortQuestion(Question):
    """What a figure of a cohort computes; see `explore_cohort` for the arguments."""

    parts = COHORT_PARTS
    kinds = (Panel, Free, Against)
    answers = ANSWERS

    def __init__(self, model, protocol, patient, group, patients, paths, seed, endpoint, start, until, sliders, panels,
                 result, time, changes):  # fmt: skip
        if time not in ("days", "years"):
            raise ValueError(f"Time is shown in 'days' or 'years', not {time!r}.")
        for what, count in (("patients", patients), ("paths", paths)):
            if not isinstance(count, int) or count < 1:
                raise ValueError(f"A cohort needs a whole number of {what}, at least 1, not {count!r}.")
        self.model, self.protocol, self.until, self.time = model, protocol, float(until), time
        self.panels, self.result, self.endpoint, self.seed = list(panels), result, endpoint, check_seed(seed)
        self.patients, self.count = patients, min(paths, patients)
        group = {parameter.symbol: parameter for parameter in group}
        own = model.parameters | (protocol.parameters if protocol is not None else {})
        for symbol in group:
            if symbol in own or symbol in self.answers:
                raise ValueError(f"The group's parameter {symbol!r} has the name of something else; choose another.")
        self.parameters, self.group = own | group, group
        for symbol in changes.keys() & group.keys():
            group[symbol].check(changes[symbol])
        of_group = {s: float(changes.get(s, q.value)) for s, q in group.items()}
        self.values = model.values({s: v for s, v in changes.items() if s not in group}, protocol) | of_group
        self.start = model.start_vector(start).tolist()
        self._check_panels(sliders)
        self.grids = [self._grid(symbol, sliders) for symbol in sliders]
        if result.measures:
            raise ValueError(f"The result of a cohort is without measures; it knows {', '.join(self.answers)}.")
        result.check_for([], self.parameters | dict.fromkeys(self.answers))
        self.trace, self.variation = trace(model, protocol), Variation(patient, [*self.parameters, "until"], own)
        inputs = {s: (i.low, i.high) for s, i in model.inputs.items()}
        states, source = cohort_source(self.trace, inputs, self.watched, self.variation)
        self.model_source = f"() => ({source})"
        count = math.ceil(self.until / endpoint.every)
        self.days = np.array([*(j * endpoint.every for j in range(count)), self.until])
        self.times = [j * self.until / (TIMES - 1) for j in range(TIMES)]
        self.settings = {
            "start": [self.start[list(model.states).index(s)] for s in states], "until": self.until,
            "days": self.days.tolist(), "watched": len(self.watched), "paths": self.count, **TOLERANCE,
            "endpoint": {"level": endpoint.level, "lasting": endpoint.lasting, "after": endpoint.after},
        }  # fmt: skip
        self.seen = lru_cache(maxsize=8)(self._seen)

    def _check_panels(self, sliders):
        """Refuse panels that do not fit; set the series that are watched, the endpoint's first."""
        if not self.panels:
            raise ValueError("A live figure needs at least one panel.")
        series = [*self.model.states, *self.model.observables]
        names = [self.endpoint.name]
        for panel in self.panels:
            if not isinstance(panel, self.kinds):
                known = ", ".join(kind.__name__ for kind in self.kinds)
                raise ValueError(f"A figure of a cohort has panels of the kinds {known}, not {panel!r}.")
            if isinstance(panel, Against) and panel.symbol not in sliders:
                raise ValueError(f"A panel is drawn against {panel.symbol!r}, which no slider moves.")
            names += panel.lines
        for name in names:
            if name not in series:
                raise ValueError(f"A cohort is asked for {name!r}; '{self.model.name}' has {', '.join(series)}.")
        self.watched = list(dict.fromkeys(names))

    @property
    def controls(self):
        """The controls of the seed, as HTML."""
        return seed_field(self.seed, f"Another {self.patients} patients")

    def canon(self):
        """What the digest is made of."""
        return [
            self.trace.text(), self.variation.text(), {s: f"{v:.9g}" for s, v in self.values.items()},
            [f"{v:.5g}" for v in self.start], self.until, self.time, [(k.symbol, k.words) for k in self.grids],
            [_shown(panel) for panel in self.panels], self.result.source(), asdict(self.endpoint), self.patients,
            self.count, self.seed,
        ]  # fmt: skip

    def simulate(self, values, seed, points=None, **tolerance):
        """The run of all patients at these values of the sliders."""
        cohort = self.variation.cohort(values | {"until": self.until}, self.patients, seed)
        own = {s: v for s, v in values.items() if s not in self.group and s not in cohort.values}
        start = dict(zip(self.model.states, self.start))
        points = self.days if points is None else points
        return simulate_cohort(
            self.model, cohort, self.until, self.protocol, start=start, points=points, **own, **tolerance
        )

    def _seen(self, values, seed):
        run = self.simulate(dict(values), seed)
        ends = self.endpoint.days(run)
        paths = {name: run[name][:, : self.count].T.copy() for name in self.watched}
        return Seen(ends, self.days, self.watched, paths, self.times, [share_free(ends, day) for day in self.times])

    def look(self, values, seed=None):
        """What the figure shows at these values of the sliders."""
        return self.seen(tuple(values.items()), self.seed if seed is None else seed)

    def sentence(self, values, seed=None):
        """The result in words at these values of the sliders."""
        seed = self.seed if seed is None else seed
        answers = zip(("free", "percent", "low", "high"), self.look(values, seed).shares[-1])
        return self.result.sentence(values | dict(answers) | {"patients": self.patients, "seed": seed})

    def ranges(self):
        """(lowest, highest) of every panel."""
        runs = [self.look(self.values).paths]
        return [limits(panel, runs) if isinstance(panel, Panel) else (0.0, 100.0) for panel in self.panels]

    def table(self, seen):
        """The data: heads, rows of text, and the days that the rows stand for."""
        per_unit = YEAR if self.time == "years" else 1.0
        ticks = _ticks(self.until / per_unit)
        days = [tick * per_unit for tick in ticks]
        rows = [[show(tick), *map(show, share_free(seen.ends, day))] for tick, day in zip(ticks, days)]
        return [self.time, "patients free", "%", "lowest (%)", "highest (%)"], rows, days


def _shown(panel):
    """What a panel shows, in plain numbers and words."""
    marks = [(f"{m.level:.5g}", m.label) for m in getattr(panel, "marks", [])]
    if isinstance(panel, Panel):
        return [list(panel.lines), panel.label, panel.scale, panel.range, marks]
    if isinstance(panel, Free):
        return [panel.label, [(f"{b.time:g}", f"{b.low:g}", f"{b.high:g}", b.label) for b in panel.bars]]
    return [panel.symbol, panel.label, marks, [(f"{v:.9g}", int(free), int(n)) for v, free, n in panel.known]]


class LiveCohort(Live):
    """A displayable figure of a cohort, made by `explore_cohort`; the attributes are those of `Live`."""

    def __init__(self, question, *, name, caption, alt):
        self.question, self.name, self.caption, self.alt = question, name, caption.strip(), alt.strip()
        self.grids, self.panels, self.digest = question.grids, question.panels, question.digest
        q, per_unit = question, YEAR if question.time == "years" else 1.0
        self.sentence, self.ranges, seen = q.sentence(q.values), q.ranges(), q.look(q.values)
        grids = {grid.symbol: grid for grid in q.grids}
        drawing = draw_cohort(name, q.panels, self.ranges, seen, q.time, per_unit, grids)
        self.svg, self.png = drawing.svg, drawing.png
        heads, rows, asked = q.table(seen)
        self.settings = {
            "name": name, "digest": q.digest, "alt": self.alt, "p": q.values | {"until": q.until},
            "patients": q.patients, "chunk": CHUNK,
            "settings": q.settings, "sliders": [grid.settings for grid in q.grids], "panels": drawing.places,
            "times": q.times, "rows": asked,
        }  # fmt: skip
        self.source = figure_source(q.model_source, q.result.source(), self.settings)
        self.html = page(
            name=name, digest=q.digest, svg=drawing.svg, caption=self.caption, alt=self.alt, sentence=self.sentence,
            grids=q.grids, columns=heads, rows=rows,
            source=self.source, controls=q.controls, parts=q.parts,
        )  # fmt: skip


def explore_cohort(
    model, protocol=None, *, patient, endpoint, until, sliders, panels, result, name, caption, alt, group=(),
    patients=1000, paths=12, seed=1, start=None, time="days", **changes,
):  # fmt: skip
    """Show a cohort of `patients` from day 0 to day `until`, with sliders.

    `patient(p, z)` draws one patient: it returns the parameters, by symbol, that are the patient's own. `p` holds the
    parameters of the model, the protocol and `group` (a list of `Parameter`s that only `patient` reads), and `until`;
    `z` gives random numbers by `normal()`, `uniform()` and `exponential()`. Like a flow, it must not branch. `endpoint`,
    an `Endpoint`, is waited for in every patient. `panels` are, from top to bottom, `Panel`s (thin lines of the first `paths` patients),
    `Free` (the share without the endpoint against time) and `Against` (that share at the end against a slider).
    `result` is a `Result` without measures: its sentences know the parameters and `free`, `patients`, `percent`, `low`
    and `high` (the exact 95 % interval, %) and `seed`. Everything else is as in `explore`.

    Returns a `LiveCohort`. Raises ValueError, `ModelError`, `TraceError` or `RunError` for whatever does not fit.
    """
    check_words(name, caption, alt)
    question = CohortQuestion(model, protocol, patient, group, patients, paths, seed, endpoint, start, until, sliders,
                             panels, result, time, changes)  # fmt: skip
    return LiveCohort(question, name=name, caption=caption, alt=alt)
