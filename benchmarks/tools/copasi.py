"""COPASI through its own Python classes: basico, which stands on them, spends longer on each patient."""

import COPASI
import numpy as np

from . import Loop, antimony, atol


def task_of(sbml, method, duration, steps):
    """Return a model, and its time course, set to a method, a duration and a number of steps."""
    data = COPASI.CRootContainer.addDatamodel()
    if not data.importSBMLFromString(sbml):
        raise RuntimeError("COPASI does not read the model.")
    task = data.getTask("Time-Course")
    task.setMethodType(method)
    task.getProblem().setTimeSeriesRequested(True)
    task.getProblem().setAutomaticStepSize(False)
    set_time(task, duration, steps)
    return data, task


def set_time(task, duration, steps):
    task.getProblem().setDuration(duration)
    task.getProblem().setStepNumber(steps)


class Cohort(Loop):
    def __init__(self, problem, arrays):
        super().__init__(problem, arrays)
        data, self.task = task_of(antimony(problem), COPASI.CTaskEnum.Method_deterministic, self.day, 1)
        self.model = data.getModel()
        found = {
            v.getObjectName(): v for v in (self.model.getModelValue(i) for i in range(self.model.getNumModelValues()))
        }
        self.values = [found[s] for s in (*problem["states"], *problem["parameters"])]
        series = self.task.getTimeSeries()
        self.task.initialize(COPASI.CCopasiTask.ONLY_TIME_SERIES)
        titles = [series.getTitle(k) for k in range(series.getNumVariables())]
        self.columns = [
            titles.index(f"Values[{s}]") if f"Values[{s}]" in titles else titles.index(s) for s in problem["states"]
        ]

    def solve(self, values, duration, steps):
        set_time(self.task, duration, steps)
        changed = COPASI.ObjectStdVector()
        for object_, value in zip(self.values, values):
            object_.setInitialValue(float(value))
            changed.append(object_.getInitialValueReference())
        self.model.updateInitialValues(changed)
        if not self.task.processWithOutputFlags(True, COPASI.CCopasiTask.ONLY_TIME_SERIES):
            raise RuntimeError(COPASI.CCopasiMessage.getAllMessageText())
        series = self.task.getTimeSeries()
        return np.array([[series.getData(i, k) for k in self.columns] for i in range(1, steps + 1)])

    def one(self, i, tolerance):
        method = self.task.getMethod()
        method.getParameter("Relative Tolerance").setDblValue(tolerance)
        method.getParameter("Absolute Tolerance").setDblValue(atol(tolerance))
        method.getParameter("Max Internal Steps").setUIntValue(10_000_000)
        y = self.solve([*self.y0[i], *self.p[i]], self.day, 1)[-1]
        y = self.infuse(y, self.p[i])
        return self.solve([*y, *self.p[i]], self.until - self.day, len(self.points) - 1)


class Noise:
    def __init__(self, problem):
        sbml = antimony(problem, rates=False)
        self.data, self.task = task_of(sbml, COPASI.CTaskEnum.Method_directMethod, problem["until"], 1)
        self.states = problem["states"]

    def run(self, runs, seed):
        method = self.task.getMethod()
        method.getParameter("Use Random Seed").setBoolValue(True)
        method.getParameter("Max Internal Steps").setUIntValue(1_000_000_000)
        model = self.data.getModel()
        species = [model.getMetabolite(i) for i in range(model.getNumMetabs())]
        places = [[m.getObjectName() for m in species].index(s) for s in self.states]
        out = np.empty((runs, len(self.states)))
        for i in range(runs):
            method.getParameter("Random Seed").setUIntValue(seed * 1_000_000 + i)
            if not self.task.processWithOutputFlags(True, COPASI.CCopasiTask.ONLY_TIME_SERIES):
                raise RuntimeError(COPASI.CCopasiMessage.getAllMessageText())
            out[i] = [species[k].getValue() for k in places]
        return out


def load(problem, arrays):
    return Cohort(problem, arrays) if "rates" in problem else Noise(problem)
