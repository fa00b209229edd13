"""rebop: the direct method in Rust, one run after the other."""

import numpy as np
import rebop


class Noise:
    def __init__(self, problem):
        self.system = rebop.Gillespie()
        for r in problem["reactions"]:
            sides = [[s for s, n in r["moves"].items() if n * sign > 0] for sign in (-1, 1)]
            # A number instead of a formula means mass action, which is quicker.
            self.system.add_reaction(r.get("constant", r["rate"]), *r.get("sides", sides))
        self.problem, self.steps = problem, problem.get("points", 2) - 1

    def run(self, runs, seed):
        out = np.empty((runs, len(self.problem["states"])))
        for i in range(runs):
            found = self.system.run(
                self.problem["start"], tmax=self.problem["until"], nb_steps=self.steps,
                params=self.problem["parameters"], rng=seed * 1_000_000 + i,
            )  # fmt: skip
            out[i] = [found[s].values[-1] for s in self.problem["states"]]
        return out


def load(problem, arrays):
    return Noise(problem)
