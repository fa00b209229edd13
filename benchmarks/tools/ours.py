"""This package: cohorts, noise and clones, with either backend."""

import numpy as np

from benchmarks import models
from immunereset.engine import Cohort, grow_clones, simulate_cohort, simulate_noisy


class Patients:
    def __init__(self, problem, arrays, backend, largest=None):
        self.model = {m.name: m for m in (models.core, models.stiff)}[problem["model"]]
        self.until, self.points, self.backend = problem["until"], arrays["points"], backend
        self.everyone = models.patients(self.model, largest or len(arrays["p"])).values

    def run(self, patients, tolerance):
        cohort = Cohort(patients, **{s: v[:patients] for s, v in self.everyone.items()})
        return simulate_cohort(
            self.model, cohort, self.until, models.treatment, points=self.points, rtol=tolerance,
            atol=tolerance * 1e-3, backend=self.backend,
        )  # fmt: skip

    def head(self, result, patients):
        return np.array([result[s][:, :patients] for s in self.model.states]).transpose(2, 1, 0)


class Noise:
    def __init__(self, problem, method, backend):
        self.until, self.volume = problem["until"], problem["volume"]
        self.start = {s: v / self.volume for s, v in problem["start"].items()}
        self.method, self.backend = method, backend

    def run(self, runs, seed, step=0.25):
        run = simulate_noisy(
            models.cells, runs, self.until, volume=self.volume, seed=seed, method=self.method, step=step,
            points=[self.until], start=self.start, backend=self.backend,
        )  # fmt: skip
        return np.array([run[s][-1] for s in models.cells.states]).T * self.volume


class Clones:
    def __init__(self, problem):
        self.problem, self.points = problem, np.linspace(0.0, problem["until"], problem["points"])
        self.sizes = np.full(problem["clones"], problem["start"]["C"])

    def follow(self, runs, rng):
        rates, sizes = self.problem["parameters"], [self.sizes[:runs]]
        for days in np.diff(self.points):
            sizes.append(grow_clones(sizes[-1], rates["birth"], rates["death"], days, rng))
        return sizes

    def run(self, runs, seed):
        return self.follow(runs, np.random.default_rng(seed))[-1][:, None]


class Draws(Clones):
    """Only the random draws of `Clones`, with the same numbers of cells and the same chances."""

    def prepare(self, runs, seed):
        recorder = _Recorder(np.random.default_rng(seed))
        self.follow(runs, recorder)
        self.drawn = recorder.drawn

    def run(self, runs, seed):
        rng = np.random.default_rng(seed)
        for kind, counts, chance in self.drawn:
            last = getattr(rng, kind)(counts, chance)
        return last[:, None]


class _Recorder:
    """A generator that notes what it is asked to draw."""

    def __init__(self, rng):
        self.rng, self.drawn = rng, []

    def __getattr__(self, kind):
        def draw(counts, chance):
            self.drawn.append((kind, np.array(counts), chance))
            return getattr(self.rng, kind)(counts, chance)

        return draw


def load(problem, arrays, what=None, **options):
    if what is not None:
        return {"clones": Clones, "draws": Draws}[what](problem)
    return Patients(problem, arrays, **options) if "rates" in problem else Noise(problem, **options)
