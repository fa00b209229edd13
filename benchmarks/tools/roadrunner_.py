"""libRoadRunner: CVODE on machine code for a cohort, its own direct method for noise."""

import numpy as np
import roadrunner

from . import Loop, antimony, atol


class RoadRunner(Loop):
    def __init__(self, problem, arrays, stiff):
        super().__init__(problem, arrays)
        self.runner = roadrunner.RoadRunner(antimony(problem))
        self.runner.setIntegrator("cvode")
        self.runner.integrator.stiff = stiff
        self.runner.integrator.maximum_num_steps = 100_000
        self.runner.timeCourseSelections = problem["states"]
        names = list(self.runner.model.getGlobalParameterIds())
        self.at = [names.index(s) for s in (*problem["states"], *problem["parameters"])]

    def solve(self, values, duration, points):
        self.runner.reset()
        self.runner.model.setGlobalParameterValues(self.at, values)
        return np.array(self.runner.simulate(0, duration, points))[1:]

    def one(self, i, tolerance):
        self.runner.integrator.relative_tolerance = tolerance
        self.runner.integrator.absolute_tolerance = atol(tolerance)
        y = self.solve([*self.y0[i], *self.p[i]], self.day, 2)[-1]
        y = self.infuse(y, self.p[i])
        return self.solve([*y, *self.p[i]], self.until - self.day, len(self.points))


class Noise:
    def __init__(self, problem):
        self.runner = roadrunner.RoadRunner(antimony(problem, rates=False))
        self.runner.setIntegrator("gillespie")
        self.runner.integrator.variable_step_size = False
        self.until, self.states = problem["until"], problem["states"]
        self.runner.timeCourseSelections = self.states

    def run(self, runs, seed):
        self.runner.integrator.seed = seed
        out = np.empty((runs, len(self.states)))
        for i in range(runs):
            self.runner.reset()
            out[i] = np.array(self.runner.simulate(0, self.until, 2))[-1]
        return out


def load(problem, arrays, stiff=False):
    return RoadRunner(problem, arrays, stiff) if "rates" in problem else Noise(problem)
