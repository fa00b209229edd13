"""Live figures of runs with the noise of single cells, redrawn from a seed that the reader sees."""

import json
import math
from dataclasses import asdict, dataclass

import numpy as np

from immunereset.engine import RunError
from immunereset.engine.noise.sample import Moves
from immunereset.engine.noise.stochastic import single_runs
from immunereset.engine.show import show
from immunereset.engine.trace import symbols
from immunereset.live.emit import statements
from immunereset.live.measures import Over, Steps
from immunereset.live.page import PARTS, check_seed, seed_field
from immunereset.live.result import Result
from immunereset.live.run.picture import Line
from immunereset.live.specification import Question

METHODS = ("exact", "tau", "euler")

MOST_EVENTS = 2_000_000
"""Of an exact run, as in run.js: what a page can wait for."""


@dataclass(frozen=True)
class Noise:
    """The noise of single cells in a live figure.

    `volume` (µL, the cells in one unit of concentration), `method` ("exact", "tau" or "euler") and `step` (days, not for
    "exact") are those of `simulate_noisy`. `patients` are drawn as lines of one panel, each with a stream of random numbers of its
    own; `who` is what one and what several of them are called. `average`, if given, is written beside the dashed line
    of the same model without noise. `points` are the reported days. Raises ValueError for anything else.
    """

    volume: float = 1.0
    method: str = "tau"
    step: float = 0.25
    patients: int = 1
    who: tuple[str, str] = ("patient", "patients")
    average: str = ""
    points: int = 201

    def __post_init__(self):
        if self.method not in METHODS:
            raise ValueError(f"The method of a noisy figure is 'exact', 'tau' or 'euler', not {self.method!r}.")
        for name in ("volume", "step"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"A noisy figure needs a {name} above 0, not {getattr(self, name)!r}.")
        for name, least in (("patients", 1), ("points", 2)):
            given = getattr(self, name)
            if not isinstance(given, int) or given < least:
                raise ValueError(f"A noisy figure needs a whole number of {name}, at least {least}, not {given!r}.")

    @property
    def button(self):
        one, several = self.who
        return f"Another {one}" if self.patients == 1 else f"Another {self.patients} {several}"


class NoisyQuestion(Question):
    """What a noisy live figure computes: a `Question` with a seed, and as many patients as `noise` says."""

    parts = ("noise/random.js", PARTS[0], "noise/run.js", *PARTS[1:])

    def __init__(self, noise, seed, *arguments):
        self.noise, self.seed, self.points = noise, check_seed(seed), noise.points
        super().__init__(*arguments)
        # The sentence begins with the seed, so that another one is heard even if all else is the same.
        sentences = [(condition, f"Seed {{seed:.0f}}: {text}") for condition, text in self.result.sentences]
        self.result = Result(self.result.measures, sentences)
        for panel in self.panels:
            if panel.range is None:
                raise ValueError(f"The panel {', '.join(panel.lines)} needs a range: another seed may reach further.")
        self.moves = Moves(self.model, self.trace, noise.volume)
        # A figure asks for the same patients again and again.
        self._kept = {}

    def check_measures(self):
        """Many patients have no single answer: refuse measures that do not say how to put them together."""
        if self.noise.patients == 1:
            return super().check_measures()
        for name, measure in self.result.measures.items():
            node = self.trace.observables.get(measure.name)
            one_for_all = node is not None and {kind for kind, _ in symbols(node)} <= {"parameter"}
            if not isinstance(measure, Over) and not one_for_all:
                raise ValueError(
                    f"The measure {name!r} has an answer for each of {self.noise.patients} {self.noise.who[1]}; "
                    "put them together with count, share, mean or median."
                )

    @property
    def controls(self):
        """The controls of the seed, as HTML."""
        return seed_field(self.seed, self.noise.button)

    def canon(self):
        noise = {key: value for key, value in asdict(self.noise).items() if key not in ("who", "average")}
        return [*super().canon(), noise, bool(self.noise.average), self.seed]

    def source(self):
        moves = self.moves
        plain = {
            "method": self.noise.method, "step": self.noise.step, "patients": self.noise.patients,
            "counted": moves.counted.tolist(), "scale": moves.scale.tolist(), "random": moves.noisy.tolist(),
            "often": moves.per_flow.tolist(),
            "moves": [[[i, x] for i, x in enumerate(row) if x] for row in moves.amount.tolist()],
        }  # fmt: skip
        rates = {f"out[{k}]": rate for k, (rate, _) in enumerate(self.trace.flows.values())}
        code = statements(rates, self.trace.named, self.trace.states)
        lines = [f"{key}: {json.dumps(value)}," for key, value in plain.items()]
        return ["noise: {", *lines, "rates(t, y, p, input, out) {", *code, "},", "},"]

    def patients(self, values, seed=None):
        """Every patient at these parameter values and this seed, as the measures see them.

        Raises RunError for a run that does not end.
        """
        return self._drawn([values], self.seed if seed is None else seed)[0]

    def _drawn(self, settings, seed):
        """The patients at each of several parameter values: those not drawn before together, as one cohort."""
        keys = [(*values.items(), seed) for values in settings]
        new = [k for k, key in enumerate(keys) if key not in self._kept]
        if new:
            values, n = dict(settings[new[0]]), self.noise.patients
            for symbol in values:
                own = [settings[k][symbol] for k in new]
                if len({*own}) > 1:
                    values[symbol] = np.repeat(own, n)
            runs = single_runs(
                self.model, self.until, self.protocol, values, volume=self.noise.volume, seed=seed,
                streams=np.tile(np.arange(n), len(new)), method=self.noise.method, step=self.noise.step,
                start=dict(zip(self.model.states, self.start)), points=self.noise.points, most_events=MOST_EVENTS,
            )  # fmt: skip
            for i, k in enumerate(new):
                self._kept[keys[k]] = together = [self._steps(run) for run in runs[i * n : (i + 1) * n]]
                for one in together:
                    one.patients = together
        return [self._kept[key] for key in keys]

    def _steps(self, run):
        series = {name: run[name] + 0.0 * run.t for name in [*self.model.states, *self.model.observables]}
        for name, values in series.items():
            if not np.isfinite(values).all():
                raise RunError(f"'{name}' of '{self.model.name}' is not finite.")
        return Steps(run.t, series, run.parameters)

    def known(self, values, seed=None):
        return values | {"seed": self.seed if seed is None else seed}

    def track(self, values, seed=None):
        return self.patients(values, seed)[0]

    def sentence(self, values, seed=None):
        return self.result.sentence(self.known(values, seed) | self.result.answers(self.track(values, seed)))

    def lines(self, values, seed=None):
        runs, panels = self.patients(values, seed), []
        for panel in self.panels:
            panels.append([Line(name, [(run.t, run.run[name]) for run in runs]) for name in panel.lines])
            if self.noise.average:
                mean = self.simulate(values)
                panels[-1] += [Line(name, [(mean.t, mean[name])], self.noise.average) for name in panel.lines]
        return panels

    def ranges(self):
        """(lowest, highest) of every panel. Raises RunError, naming the slider, if the model cannot be run there."""
        ends = [(g.symbol, value) for g in self.grids for value in (g.values[0], g.values[-1])]
        settings = [self.values | {symbol: value} for symbol, value in ends]
        try:
            self._drawn(settings, self.seed)
        except RunError:
            for (symbol, value), values in zip(ends, settings):
                try:
                    self.patients(values)
                except RunError as error:
                    raise RunError(f"With the slider {symbol} at {value:g}: {error}") from error
            raise
        return [tuple(float(end) for end in panel.range) for panel in self.panels]

    def table(self, columns, days):
        """The data on these days; of several patients the lowest, the median and the highest."""
        runs = self.patients(self.values)
        kinds = {"": min} if len(runs) == 1 else {", lowest": min, ", median": np.median, ", highest": max}
        rows = [
            [
                show(float(pick([run.value_on(name, day) for run in runs])))
                for name in columns
                for pick in kinds.values()
            ]
            for day in days
        ]
        return [f"{self.heading(name)}{kind}" for name in columns for kind in kinds], rows
