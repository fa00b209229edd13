"""This package on its own lesson: the stochastic reset curve, and a cohort spread over workers."""

import numpy as np

from immunereset.engine import YEAR, Cohort, Course, Protocol, simulate, simulate_cohort
from immunereset.fast import spread
from immunereset.models.interventions import transplant
from immunereset.models.patients import ACHIEVED_DEPTH_SD, random_infections, reference_patient, varied_cohort
from immunereset.models.tolerance import tolerance

SEED = 20261123


class Curve:
    """Every patient of every depth: own parameters, own infections, own depth achieved."""

    def __init__(self, problem, way):
        self.way, self.until = way, problem["years"] * YEAR
        self.points = np.linspace(0.0, self.until, 61)
        persons, depths = problem["patients"], np.linspace(*problem["depths"])
        rng = np.random.default_rng(SEED)
        self.size = persons * len(depths)
        # Shuffled, so that the first patients are of all depths.
        order = rng.permutation(self.size)
        k = np.repeat(depths, persons) + rng.normal(0.0, ACHIEVED_DEPTH_SD, self.size)
        drawn = varied_cohort(persons, rng).values
        self.values = {s: np.tile(v, len(depths))[order] for s, v in drawn.items()} | {"k": k.clip(0.0)[order]}
        infections = random_infections(persons, self.until, rng)
        self.courses = [
            tuple(np.tile(q, len(depths))[order] if np.ndim(q) else q for q in (c.level, c.start, c.duration))
            for c in infections.courses
        ]
        self.start = dict(reference_patient().final)

    def protocol(self, who):
        """Return the treatment of some patients, or of one, whose infections that never come are left out."""
        of = [(level[who], start[who], days) for level, start, days in self.courses]
        if np.ndim(who):
            some = [c for c in of if np.isfinite(c[1]).any()]
        else:
            some = [(float(level), float(start), days) for level, start, days in of if np.isfinite(start)]
        return transplant() + Protocol(*(Course("I", *c, name=f"infection {i}") for i, c in enumerate(some)))

    def run(self, patients, **precision):
        rtol = precision["tolerance"]
        options = {"start": self.start, "points": self.points, "rtol": rtol, "atol": rtol * 1e-3}
        if self.way in ("numpy", "compiled"):
            who = np.arange(patients)
            cohort = Cohort(patients, **{s: v[:patients] for s, v in self.values.items()})
            return simulate_cohort(tolerance, cohort, self.until, self.protocol(who), **options, backend=self.way)
        return [
            simulate(
                tolerance, self.until, self.protocol(i), **options, method=self.way,
                **{s: float(v[i]) for s, v in self.values.items()},
            )
            for i in range(patients)
        ]  # fmt: skip

    def head(self, result, patients):
        if isinstance(result, list):
            return np.array([[run[s] for s in tolerance.states] for run in result[:patients]]).transpose(0, 2, 1)
        return np.array([result[s][:, :patients] for s in tolerance.states]).transpose(2, 1, 0)


class Spread:
    def __init__(self, problem, workers, backend):
        self.problem, self.workers, self.backend = problem, workers, backend
        self.start = dict(reference_patient().final)

    def run(self, patients):
        until = self.problem["years"] * YEAR
        return spread(
            simulate_cohort, tolerance, varied_cohort(patients, SEED), until, transplant(), summary="E", start=self.start,
            points=[until], workers=self.workers, backend=self.backend,
        )  # fmt: skip

    def prepare(self, patients):
        """Let the workers start and import."""
        self.run(512)


def load(problem, arrays, **options):
    return Spread(problem, **options) if "workers" in options else Curve(problem, **options)
