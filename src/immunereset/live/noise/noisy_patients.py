"""A live figure of runs with the noise of single cells, redrawn from a seed that the reader sees."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from typing import Any

import numpy as np

from immunereset.engine import Run, RunError
from immunereset.engine.noise.sample import Moves
from immunereset.engine.noise.stochastic import even_days, simulate_noisy, single_runs
from immunereset.engine.trace import symbols
from immunereset.live.drawing import Drawing
from immunereset.live.emit import statements
from immunereset.live.fields import seed_field
from immunereset.live.kind import SHELL, Kind, Runtime, Table
from immunereset.live.measures import Over, Steps, final, mean
from immunereset.live.noise.noise import Noise
from immunereset.live.panels import Panel
from immunereset.live.result import Result
from immunereset.live.run.one_patient import last_values, names_shown, refuse_many, run_settings, run_source
from immunereset.live.run.picture import Line, draw
from immunereset.live.specification import Specification, Values
from immunereset.words import show

MOST_EVENTS = 2_000_000
"""Of an exact run, as in run.js: what a page can wait for."""


class NoisyPatients(Kind):
    """What a noisy live figure computes, draws and says: as many patients as `noise` says, from a seed."""

    name = "run"
    runs = True
    runtimes = (Runtime(("noise/random.js", "noise/run.js", "run/page.js"), ("noisyRuns", "over"), SHELL),)

    def __init__(self, specification: Specification, noise: Noise):
        specification.check_panels(Panel)
        self.specification, self.noise = specification, noise
        self.seed, self.points = specification.seed, noise.points
        several = {"how": lambda name: mean(final(name)), "words": "the mean of "} if noise.patients > 1 else {}
        result = specification.result or last_values(specification, **several)
        result.check_for(specification.series, specification.parameters)
        self._check_measures(result)
        # The sentence begins with the seed, so that another one is heard even if all else is the same.
        self.result = Result(result.measures, [(when, f"Seed {{seed:.0f}}: {text}") for when, text in result.sentences])
        for panel in specification.panels:
            if panel.range is None:
                raise ValueError(f"The panel {panel.names} needs a range: another seed may reach further.")
        self.moves = Moves(specification.model, specification.trace, noise.volume)
        # A figure asks for the same patients again and again.
        self._kept: dict[tuple, list[Steps]] = {}

    def _check_measures(self, result: Result) -> None:
        """Many patients have no single answer: refuse measures that do not say how to put them together."""
        if self.noise.patients == 1:
            return refuse_many(result)
        for name, measure in result.measures.items():
            node = self.specification.trace.observables.get(measure.name)
            one_for_all = node is not None and {kind for kind, _ in symbols(node)} <= {"parameter"}
            if not isinstance(measure, Over) and not one_for_all:
                raise ValueError(
                    f"The measure {name!r} has an answer for each of {self.noise.patients} {self.noise.who[1]}; "
                    "put them together with count, share, mean or median."
                )

    def patients(self, values: Values, seed: int | None = None) -> list[Steps]:
        """Every patient at these parameter values and this seed, as the measures see them.

        Raises RunError for a run that does not end.
        """
        return self._drawn([values], self.seed if seed is None else seed)[0]

    def _drawn(self, settings: Sequence[Values], seed: int) -> list[list[Steps]]:
        """The patients at each of several parameter values: those not drawn before together, as one cohort."""
        told, noise = self.specification, self.noise
        keys = [(*values.items(), seed) for values in settings]
        new = [k for k, key in enumerate(keys) if key not in self._kept]
        if new:
            values, n = dict(settings[new[0]]), noise.patients
            for symbol in values:
                own = [settings[k][symbol] for k in new]
                if len({*own}) > 1:
                    values[symbol] = np.repeat(own, n)
            runs = single_runs(
                told.model, told.until, told.protocol, values, volume=noise.volume, seed=seed,
                streams=np.tile(np.arange(n), len(new)), method=noise.method, step=noise.step,
                start=dict(zip(told.model.states, told.start_values)), points=noise.points, most_events=MOST_EVENTS,
            )  # fmt: skip
            for i, k in enumerate(new):
                self._kept[keys[k]] = together = [self._steps(run) for run in runs[i * n : (i + 1) * n]]
                for one in together:
                    one.patients = together
        return [self._kept[key] for key in keys]

    def _steps(self, run: Run) -> Steps:
        series = {name: run[name] + 0.0 * run.t for name in self.specification.series}
        for name, values in series.items():
            if not np.isfinite(values).all():
                raise RunError(f"'{name}' of '{self.specification.model.name}' is not finite.")
        return Steps(run.t, series, run.parameters)

    def track(self, values: Values, seed: int | None = None) -> Steps:
        return self.patients(values, seed)[0]

    def known(self, values: Values, seed: int | None = None) -> dict[str, float]:
        """What the sentence may speak of besides the measures."""
        return dict(values) | {"seed": self.seed if seed is None else seed}

    def sentence(self, values: Values | None = None, seed: int | None = None) -> str:
        """The result in words at these parameter values and this seed, or at those of the start."""
        values = self.specification.values if values is None else values
        return self.result.sentence(self.known(values, seed) | self.result.answers(self.track(values, seed)))

    def lines(self, values: Values, seed: int | None = None) -> list[list[Line]]:
        """What each panel draws: all patients as one line for each name, and the run without noise if it is asked for."""
        runs, average = self.patients(values, seed), self.noise.average
        smooth = self.specification.simulate(values) if average else None
        return [
            [Line(name, [(run.t, run.run[name]) for run in runs]) for name in panel.lines]
            + ([Line(name, [(smooth.t, smooth[name])], average) for name in panel.lines] if average else [])
            for panel in self.specification.panels
        ]

    @cached_property
    def ranges(self) -> list[tuple[float, float]]:
        """(lowest, highest) of every panel. Raises RunError, naming the slider, if the model cannot be run there."""
        told = self.specification
        ends = [(grid.symbol, value) for grid in told.grids for value in grid.ends]
        settings = [told.values | {symbol: value} for symbol, value in ends]
        try:
            self._drawn(settings, self.seed)
        except RunError:
            for (symbol, value), values in zip(ends, settings):
                try:
                    self.patients(values)
                except RunError as error:
                    raise RunError(f"With the slider {symbol} at {value:g}: {error}") from error
            raise
        return [panel.limits([]) for panel in told.panels]

    def draw(self) -> Drawing:
        return draw(self.specification, self.ranges, self.lines(self.specification.values))

    def table(self) -> Table:
        """The data on evenly spaced days; of several patients the lowest, the median and the highest."""
        told, columns = self.specification, names_shown(self.specification)
        runs = self.patients(told.values)
        kinds = {"": min} if len(runs) == 1 else {", lowest": min, ", median": np.median, ", highest": max}
        rows = [
            [words]
            + [
                show(float(pick([run.value_on(name, day) for run in runs])))
                for name in columns
                for pick in kinds.values()
            ]
            for words, day in told.days_shown
        ]
        return Table([told.time, *(f"{told.heading(name)}{kind}" for name in columns for kind in kinds)], rows)

    def controls(self) -> str:
        return seed_field(self.seed, self.noise.button) + super().controls()

    def run(self, values: Mapping[str, float]) -> Run:
        told, noise, values = self.specification, self.noise, self.specification.values | {"seed": self.seed} | values
        return simulate_noisy(
            told.model, noise.patients, told.until, told.protocol, volume=noise.volume, method=noise.method, step=noise.step,
            start=dict(zip(told.model.states, told.start_values)),
            points=even_days(noise.points, told.until), **values | {"seed": int(values["seed"])},
        )  # fmt: skip

    def sets(self) -> dict[str, float]:
        return super().sets() | {"seed": self.seed}

    def source(self) -> list[str]:
        moves, traced = self.moves, self.specification.trace
        plain = {
            "method": self.noise.method, "step": self.noise.step, "patients": self.noise.patients,
            "counted": moves.counted.tolist(), "scale": moves.scale.tolist(), "random": moves.noisy.tolist(),
            "often": moves.per_flow.tolist(),
            "moves": [[[i, x] for i, x in enumerate(row) if x] for row in moves.amount.tolist()],
        }  # fmt: skip
        rates = {f"out[{k}]": rate for k, (rate, _) in enumerate(traced.flows.values())}
        code = statements(rates, traced.named, traced.states)
        lines = [f"{key}: {json.dumps(value)}," for key, value in plain.items()]
        return [
            *run_source(self.specification, self.result),
            "noise: {", *lines, "rates(t, y, p, input, out) {", *code, "},", "},",
        ]  # fmt: skip

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        smooth = [1] if self.noise.average else []
        drawn = [
            [i, name, *mark]
            for i, panel in enumerate(self.specification.panels)
            for mark in ([], smooth)[: 1 + len(smooth)]
            for name in panel.lines
        ]
        return run_settings(self.specification, self.points, drawn, drawing)

    def digest_parts(self) -> list:
        noise = {key: value for key, value in asdict(self.noise).items() if key not in ("who", "average")}
        return [*self.specification.digest_parts(), self.result.source(), noise, bool(self.noise.average), self.seed]
