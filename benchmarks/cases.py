"""The cases: what is run, by which tools, and how each row of the table comes about."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from . import environments, measure, models, problems
from .goals import OWN
from .measure import CHECKED
from .results import Row
from .runner import Tool, Worker
from .tools_list import CLONES, COHORT, CURVE, IMPORTS, NOISE, SIZES, SPREAD, STIFF, TAU

PROBLEMS = environments.BUILD / "problems"
EXACT_RUNS = 20_000
"""Runs of the sample that distributions are compared with."""

NEAR = 0.03
"""Greatest distance of a tau-leaping distribution from the exact one."""


@dataclass(frozen=True)
class Plan:
    """How long it may take: rounds, seconds for one run of a tool that can be scaled, and a divisor of all sizes.

    With an `earlier` commit this package is measured beside itself, as it was then, and no other tool.
    """

    rounds: int = 3
    budget: float = 1.5
    shrink: int = 1
    say: Callable[[str], None] = print
    earlier: environments.Commit | None = None

    def tools(self, listed: list[Tool]) -> list[Tool]:
        """Return the tools to run: those listed, or our own among them, each now and as it was."""
        if self.earlier is None:
            return listed
        own = [tool for tool in listed if tool.name.startswith(OWN)]
        return [t for tool in own for t in (tool, replace(tool, name=self.then(tool.name), earlier=self.earlier))]

    def then(self, name: str) -> str:
        """Return the name of one of our own rows as it was."""
        return f"{name}, {self.earlier.name}"

    def size(self, full: int) -> int:
        return max(CHECKED, full // self.shrink)


@contextmanager
def running(tools: Iterable[Tool], folder: Path, plan: Plan, case: str):
    """Start the tools; give those that started by tool, and rows that say why the others did not."""
    workers, missing = {}, []
    try:
        for tool in tools:
            try:
                workers[tool] = Worker(tool, folder)
            except environments.Missing as why:
                plan.say(f"  {tool.name}: {why}")
                missing.append(empty(case, tool, str(why)))
        yield workers, missing
    finally:
        for worker in workers.values():
            worker.close()


def empty(case: str, tool: Tool, why: object, **known) -> Row:
    """Return the row of a tool that has no numbers."""
    return Row(case, tool.name, tool.version, cores=tool.cores, note=str(why), **known)


def with_ratios(rows: list[Row]) -> list[Row]:
    """Fill the ratios: seconds by those of the first row; without it there are none."""
    base = rows[0].seconds if rows else None
    for row in rows:
        row.ratio = row.seconds / base if row.seconds and base else None
    return rows


def _in_order(tools: Iterable[Tool], rows: list[Row]) -> list[Row]:
    names = [tool.name for tool in tools]
    return sorted(rows, key=lambda row: names.index(row.tool))


def timed(case, workers, settings, counts, size, rounds, say, **known) -> dict[Tool, Row]:
    """Run every tool in turns with its settings and return its row, scaled to `size`."""
    last = {}

    def run(tool):
        last[tool] = workers[tool].ask(**settings[tool])
        return last[tool]["seconds"]

    found = measure.interleaved({tool: lambda tool=tool: run(tool) for tool in settings}, rounds)
    rows = {}
    for tool, seconds in found.items():
        if isinstance(seconds, Exception):
            rows[tool] = empty(case, tool, seconds, size=size, **known)
            continue
        middle, spread = measure.summary(seconds)
        rows[tool] = Row(
            case, tool.name, tool.version, seconds=middle * size / counts[tool], spread=spread,
            error=last[tool].get("error"), peak_mb=last[tool]["peak"], run=counts[tool], size=size, cores=tool.cores,
            tolerance=settings[tool].get("tolerance"), **known,
        )  # fmt: skip
        say(f"  {tool.name}: {rows[tool].seconds:.3g} s" + (f" (from {counts[tool]})" if counts[tool] < size else ""))
    return rows


# Cohorts: the error chosen first


def settled(tool: Tool, worker: Worker, target: float, size: int, plan: Plan, known: dict) -> tuple[float, int]:
    """Return the loosest tolerance at which a tool meets the target, and how many patients it is timed with.

    `known` remembers the answers for `CHECKED` patients by tolerance. Raises `ValueError` or `RuntimeError`.
    """
    steps = measure.ladder()
    checked = min(CHECKED, size)

    def error_of(tolerance):
        if tolerance not in known:
            try:
                known[tolerance] = worker.ask(patients=checked, tolerance=tolerance)
            except RuntimeError as fault:
                known[tolerance] = {"error": float("inf"), "fault": fault}
                if worker.process.poll() is not None:
                    raise
        return known[tolerance]["error"]

    try:
        place = measure.loosest(steps, error_of, target)
    except ValueError:
        faults = [answer["fault"] for answer in known.values() if "fault" in answer]
        if len(faults) == len(known):
            raise faults[0] from None
        least = min(answer["error"] for answer in known.values())
        raise RuntimeError(f"the error {target:g} is not reached; the least is {least:.1e}") from None
    # Once more, because a first call may have compiled.
    seconds = worker.ask(patients=checked, tolerance=steps[place])["seconds"]
    patients = size if tool.whole else measure.fitting(seconds, checked, size, plan.budget)
    # The whole cohort may need more than its first patients did.
    for tolerance in steps[place:]:
        if worker.ask(patients=patients, tolerance=tolerance)["error"] <= target:
            return tolerance, patients
    raise RuntimeError(f"the error {target:g} is not reached by {patients} patients")


def by_accuracy(case: str, folder: Path, tools: list[Tool], targets: list[float], size: int, plan: Plan) -> list[Row]:
    """Measure tools that solve equations, each at the loosest tolerance that meets each target."""
    rows = []
    with running(tools, folder, plan, case) as (workers, missing):
        known: dict[Tool, dict] = {tool: {} for tool in workers}
        for target in targets:
            plan.say(f"{case}: {size} patients at error {target:g}")
            settings, counts, failed = {}, {}, []
            for tool, worker in workers.items():
                try:
                    tolerance, counts[tool] = settled(tool, worker, target, size, plan, known[tool])
                    settings[tool] = {"patients": counts[tool], "tolerance": tolerance}
                except (RuntimeError, ValueError) as fault:
                    plan.say(f"  {tool.name}: {fault}")
                    failed.append(empty(case, tool, fault, target=target, size=size))
            found = timed(case, workers, settings, counts, size, plan.rounds, plan.say, target=target)
            rows += with_ratios(_in_order(tools, [*found.values(), *failed]))
    return rows + missing


def cohort(plan: Plan) -> list[Row]:
    """Ten thousand patients, ten years, four states."""
    size = plan.size(10_000)
    problems.write_cohort(PROBLEMS / "cohort", models.core, size, 1e-10)
    return by_accuracy("cohort", PROBLEMS / "cohort", plan.tools(COHORT), [1e-6, 1e-3], size, plan)


def stiff(plan: Plan) -> list[Row]:
    """Ten thousand patients of the stiff core."""
    size = plan.size(10_000)
    problems.write_cohort(PROBLEMS / "stiff", models.stiff, size, 1e-7)
    return by_accuracy("stiff", PROBLEMS / "stiff", plan.tools(STIFF), [1e-3], size, plan)


def curve(plan: Plan) -> list[Row]:
    """The stochastic reset curve: 13 depths, 600 patients, five years."""
    problems.write_lesson(PROBLEMS / "lesson")
    return by_accuracy("curve", PROBLEMS / "lesson", plan.tools(CURVE), [1e-3], plan.size(7_800), plan)


# Chance: the distribution checked


def by_runs(case: str, workers: dict, size: int, plan: Plan, sample: np.ndarray, chosen: dict) -> list[Row]:
    """Measure tools that draw, and how far their distribution is from `sample`.

    `chosen` holds the step that some are given, and the distance found with it from many runs.
    """
    settings, counts, distances, failed = {}, {}, {}, []
    for tool, worker in workers.items():
        more = {"step": chosen[tool][0]} if tool in chosen else {}
        try:
            counts[tool] = size
            if not tool.whole:
                few = max(2, size // 200)
                seconds = min(worker.ask(runs=few, seed=seed, **more)["seconds"] for seed in (1, 2))
                counts[tool] = measure.fitting(seconds, few, size, plan.budget)
            apart = _distance(worker, sample, runs=counts[tool], seed=3, **more)
            distances[tool] = chosen[tool][1] if tool in chosen else apart
            settings[tool] = {"runs": counts[tool], "seed": 4, **more}
        except RuntimeError as fault:
            plan.say(f"  {tool.name}: {fault}")
            failed.append(empty(case, tool, fault, size=size))
    found = timed(case, workers, settings, counts, size, plan.rounds, plan.say)
    for tool, row in found.items():
        # Random draws alone are not a sample of anything.
        if row.seconds is not None and tool.options.get("what") != "draws":
            row.error, row.tolerance = distances[tool], settings[tool].get("step")
    return with_ratios(_in_order(workers, [*found.values(), *failed]))


def _distance(worker: Worker, sample: np.ndarray, **settings) -> float:
    """Let a tool draw; return the greatest distance, over states, of its distribution from `sample`."""
    file = PROBLEMS / "drawn.npy"
    worker.ask(keep=file, **settings)
    return max(measure.distance(a, b) for a, b in zip(np.load(file).T, sample.T))


def noise(plan: Plan) -> list[Row]:
    """A thousand runs of one year, cell by cell; and tau-leaping, at the longest step that is near enough."""
    folder, size = PROBLEMS / "cells", plan.size(1_000)
    problems.write_cells(folder)
    with running(plan.tools([*NOISE, *TAU]), folder, plan, "noise") as (workers, missing):
        plan.say(f"noise: a sample of {EXACT_RUNS // plan.shrink} exact runs to compare with")
        sample = _sample(workers, folder, EXACT_RUNS // plan.shrink)
        chosen = {}
        for tool in [tool for tool in workers if tool.options.get("method") == "tau" and not tool.earlier]:
            for step in (1.0, 0.5, 0.25, 0.125):
                try:
                    apart = _distance(workers[tool], sample, runs=len(sample) // 2, seed=5, step=step)
                except RuntimeError:  # `by_runs` says so in its row.
                    break
                chosen[tool] = step, apart
                plan.say(f"  {tool.name}, steps of {step:g} days: distance {apart:.3f}")
                if apart <= NEAR:
                    break
        # What this package was like takes the steps that it takes now.
        chosen |= {
            tool: found
            for tool in workers
            if tool.earlier
            for now, found in chosen.items()
            if now.options == tool.options
        }
        plan.say(f"noise: {size} runs of one year")
        return by_runs("noise", workers, size, plan, sample, chosen) + missing


def _sample(workers: dict, folder: Path, runs: int) -> np.ndarray:
    """Return exact runs by the quickest of our own backends that works."""
    for tool in [tool for tool in reversed(NOISE[:2]) if tool in workers]:
        try:
            workers[tool].ask(keep=folder / "sample.npy", runs=runs, seed=6)
            return np.load(folder / "sample.npy")
        except RuntimeError:
            continue
    raise RuntimeError("none of our own backends draws exact runs")


def clones(plan: Plan) -> list[Row]:
    """A hundred thousand clones over ten years, monthly."""
    folder, size = PROBLEMS / "clones", plan.size(problems.CLONES)
    problems.write_clones(folder)
    plan.say(f"clones: {size} over ten years, monthly")
    with running(plan.tools(CLONES), folder, plan, "clones") as (workers, missing):
        workers[CLONES[0]].ask(keep=folder / "sample.npy", runs=size, seed=6)
        return by_runs("clones", workers, size, plan, np.load(folder / "sample.npy"), {}) + missing


# What the package costs by itself


def spread(plan: Plan) -> list[Row]:
    """Forty thousand patients of the tolerance model, five years, over one worker and over two."""
    problems.write_lesson(PROBLEMS / "lesson")
    size = plan.size(40_000)
    plan.say(f"spread: {size} patients over workers")
    with running(plan.tools(SPREAD), PROBLEMS / "lesson", plan, "spread") as (workers, missing):
        settings = {tool: {"patients": size} for tool in workers}
        for worker in workers.values():
            worker.ask(patients=512)
        found = timed("spread", workers, settings, dict.fromkeys(workers, size), size, plan.rounds, plan.say)
        return with_ratios(list(found.values())) + missing


def sizes(plan: Plan) -> list[Row]:
    """Cost at a hundred to a hundred thousand patients, both backends, at error 1e-6."""
    largest = 100_000 // plan.shrink
    problems.write_cohort(PROBLEMS / "cohort", models.core, plan.size(10_000), 1e-10)
    rows = []
    with running(plan.tools(SIZES), PROBLEMS / "cohort", plan, "sizes") as (workers, missing):
        chosen = {tool: settled(tool, worker, 1e-6, CHECKED, plan, {})[0] for tool, worker in workers.items()}
        for size in [n for n in (100, 1_000, 10_000, 100_000) if n <= max(CHECKED, largest)]:
            plan.say(f"sizes: {size} patients")
            settings = {tool: {"patients": size, "tolerance": chosen[tool]} for tool in workers}
            counts = dict.fromkeys(workers, size)
            rounds = plan.rounds if size < 100_000 else 1
            found = timed("sizes", workers, settings, counts, size, rounds, plan.say, target=1e-6)
            rows += with_ratios(list(found.values()))
    return rows + missing


CALL = """
import time
from immunereset.engine import simulate_cohort
from benchmarks import models
began = time.perf_counter()
simulate_cohort(models.core, 1000, 365.0, models.treatment, backend="{}")
print(time.perf_counter() - began)
"""


def weight(plan: Plan) -> list[Row]:
    """What importing costs, and the first compiled call: new, and kept on disk."""
    plan.say("weight: imports, first calls")
    states = {"": None} | ({plan.then(""): plan.earlier} if plan.earlier else {})
    empty_python = [_seconds("pass") for _ in range(3 * plan.rounds)]
    runs = {
        name + then: lambda code=code, commit=commit: _seconds(code, commit)
        for name, code in IMPORTS.items()
        for then, commit in states.items()
    }
    found = measure.interleaved(runs, 3 * plan.rounds)
    without, rows = measure.summary(empty_python)[0], []
    for name, seconds in found.items():
        middle, apart = measure.summary(seconds)
        rows.append(Row("weight", name, seconds=middle - without, spread=apart, note="without starting Python"))
    with_ratios(rows)
    for then, commit in states.items():
        with tempfile.TemporaryDirectory() as cache:
            for name, backend in [
                ("first compiled call", "compiled"),
                ("the same in another process", "compiled"),
                ("the same in NumPy", "numpy"),
            ]:
                seconds = float(_python(CALL.format(backend), commit, IMMUNERESET_CACHE=cache).splitlines()[-1])
                rows.append(Row("weight", f"{OWN}, {name}{then}", seconds=seconds, run=1000, size=1000))
    for row in rows:
        plan.say(f"  {row.tool}: {row.seconds:.3g} s")
    return rows


def _seconds(code: str, commit: environments.Commit | None = None) -> float:
    began = time.perf_counter()
    _python(code, commit)
    return time.perf_counter() - began


def _python(code: str, commit: environments.Commit | None, **variables) -> str:
    where = environments.files_of(commit, **variables)
    done = subprocess.run([sys.executable, "-c", code], **where, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return done.stdout


def against(case: str, plan: Plan) -> list[Row]:
    """Measure a case with our own tools, now and at `plan.earlier`, in turns; return the rows of now.

    Their ratio is the time of now divided by that of then, their spread the larger of both, and their version the
    commit. A tool that one of the two does not have gets no row.
    """
    rows = CASES[case](plan)
    found = {(row.tool, row.target, row.size): row for row in rows}
    pairs = [(row, found.get((plan.then(row.tool), row.target, row.size))) for row in rows if row.tool.startswith(OWN)]
    for row, then in pairs:
        if then is not None:
            row.case, row.version, row.note = f"against {case}", plan.earlier.name, ""
            row.ratio = row.seconds / then.seconds if row.seconds and then.seconds else None
            row.spread = max((r.spread for r in (row, then) if r.spread is not None), default=None)
    return [row for row, then in pairs if then is not None and row.ratio]


CASES = {case.__name__: case for case in (cohort, stiff, noise, clones, curve, spread, sizes, weight)}
