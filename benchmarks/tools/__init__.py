"""One module for each tool, each with `load(problem, arrays, **options)`, which returns what `worker` runs.

For a cohort the returned object has `run(patients, tolerance)` and `head(result, patients)`, the states of the first
patients with shape (patients, points, states); `prepare(patients, tolerance)` does what is not timed (compiling). For
noise it has `run(runs, seed)`, which returns the cells at the end, shape (runs, states). These modules run in the
tool's own environment and import nothing but NumPy and the tool.
"""

import numpy as np

WORDS = {name: getattr(np, name) for name in ("exp", "expm1", "log", "log1p", "sqrt", "tanh", "sin", "cos", "floor")}
WORDS |= {"where": np.where, "minimum": np.minimum, "maximum": np.maximum, "absolute": np.abs}


def function(source, name, words=WORDS):
    """Return the function `name` of a source text that `translate.python` wrote."""
    space = dict(words)
    exec(source, space)
    return space[name]


def antimony(problem, rates=True):
    """Return the model as SBML, by way of Antimony: rate rules, or reactions that move single cells."""
    import antimony as writer

    lines = ["model problem"]
    if rates:
        lines += [f"  {s}' = {rate}; {s} = 1.0;" for s, rate in problem["rates"].items()]
        lines += [f"  {s} = 1.0;" for s in problem["parameters"]]
    else:
        lines += [
            "  unit substance = 1 item; compartment cell = 1;",
            *(f"  substanceOnly species {s} in cell;" for s in problem["states"]),
        ]
        for r in problem["reactions"]:
            sides = [" + ".join(s for s, n in r["moves"].items() if n * sign > 0) for sign in (-1, 1)]
            lines.append(f"  {r['name']}: {sides[0]} => {sides[1]}; {r['rate']};")
        lines += [f"  {s} = {v};" for s, v in (problem["start"] | problem["parameters"]).items()]
    writer.clearPreviousLoads()
    if writer.loadAntimonyString("\n".join([*lines, "end"])) < 0:
        raise ValueError(writer.getLastError())
    return writer.getSBMLString("problem")


def atol(tolerance):
    """Return the absolute tolerance that every tool is given beside its relative one."""
    return tolerance * 1e-3


class Loop:
    """A tool that runs one patient after the other: `one(i, tolerance)` returns that patient's states."""

    def __init__(self, problem, arrays):
        self.problem, self.p, self.y0, self.points = problem, arrays["p"], arrays["y0"], arrays["points"]
        self.day, self.until = problem["day"], problem["until"]
        self.infuse = function(problem["infusion"], "infusion")

    def run(self, patients, tolerance):
        out = np.empty((patients, len(self.points), self.y0.shape[1]))
        for i in range(patients):
            out[i, 0] = self.y0[i]
            out[i, 1:] = self.one(i, tolerance)
        return out

    def head(self, result, patients):
        return result[:patients]
