"""GillesPy2 with its C++ solvers, compiled once per model: CVODE for a cohort, the direct method for noise."""

import gillespy2
import numpy as np
from gillespy2 import ODECSolver, SSACSolver

from . import Loop, atol


def build(problem, parameters, start, days):
    """Return the model; its species change by reactions only."""
    model = gillespy2.Model(name="problem")
    mode = "continuous" if "rates" in problem else "discrete"
    model.add_species([gillespy2.Species(s, initial_value=start[s], mode=mode) for s in problem["states"]])
    model.add_parameter([gillespy2.Parameter(s, expression=float(v)) for s, v in parameters.items()])
    for r in problem["reactions"]:
        sides = [{s: 1 for s, n in r["moves"].items() if n * sign > 0} for sign in (-1, 1)]
        model.add_reaction(
            gillespy2.Reaction(name=r["name"], reactants=sides[0], products=sides[1], propensity_function=r["rate"])
        )
    model.timespan(days)
    return model


class Cohort(Loop):
    def __init__(self, problem, arrays):
        super().__init__(problem, arrays)
        self.names = [*problem["states"], *problem["parameters"]]
        parameters = dict.fromkeys(problem["parameters"], 1.0)
        start = dict.fromkeys(problem["states"], 1.0)
        spans = np.array([0.0, self.day]), self.points[1:] - self.points[1] + (self.points[2] - self.points[1])
        spans = spans[0], np.append(0.0, spans[1])
        self.solvers = [ODECSolver(model=build(problem, parameters, start, days), variable=True) for days in spans]

    def solve(self, solver, values, tolerance):
        found = solver.run(
            variables=dict(zip(self.names, values)),
            integrator_options={"rtol": tolerance, "atol": atol(tolerance), "max_step": 0.0},
        )
        return np.array([found[0][s] for s in self.problem["states"]]).T[1:]

    def one(self, i, tolerance):
        y = self.solve(self.solvers[0], [*self.y0[i], *self.p[i]], tolerance)[-1]
        y = self.infuse(y, self.p[i])
        return self.solve(self.solvers[1], [*y, *self.p[i]], tolerance)


class Noise:
    def __init__(self, problem):
        model = build(
            problem,
            problem["parameters"],
            problem["start"],
            np.linspace(0.0, problem["until"], problem.get("points", 2)),
        )
        self.solver, self.states = SSACSolver(model=model), problem["states"]

    def run(self, runs, seed):
        found = self.solver.run(number_of_trajectories=runs, seed=seed)
        return np.array([[one[s][-1] for s in self.states] for one in found])


def load(problem, arrays):
    return Cohort(problem, arrays) if "rates" in problem else Noise(problem)
