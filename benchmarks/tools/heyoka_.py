"""heyoka: Taylor's method in compiled code; patients side by side in vectors, one integrator a core."""

import copy
import os
from concurrent.futures import ThreadPoolExecutor

import heyoka as hy
import numpy as np

from . import function

WORDS = {n: getattr(hy, n) for n in ("exp", "log", "sqrt", "tanh", "sin", "cos")}


class Taylor:
    def __init__(self, problem, arrays):
        self.p, self.y0, self.points = arrays["p"], arrays["y0"], arrays["points"]
        self.day = problem["day"]
        y = hy.make_vars(*problem["states"])
        p = [hy.par[i] for i in range(len(problem["parameters"]))]
        slope = function(problem["slope"], "slope", WORDS)
        self.system = list(zip(y, slope(hy.time, y, p)))
        self.infuse = function(problem["infusion"], "infusion")
        self.width = hy.recommended_simd_size()
        self.tolerance = None

    def prepare(self, patients, tolerance):
        if tolerance != self.tolerance:
            start = np.ones((len(self.system), self.width))
            one = hy.taylor_adaptive_batch(self.system, start, tol=tolerance)
            self.integrators = [one] + [copy.deepcopy(one) for _ in range((os.cpu_count() or 1) - 1)]
            self.tolerance = tolerance

    def run(self, patients, tolerance):
        out = np.empty((patients, len(self.points), self.y0.shape[1]))
        out[:, 0] = self.y0[:patients]
        groups = [range(i, min(i + self.width, patients)) for i in range(0, patients, self.width)]
        days = np.repeat(np.append(self.day, self.points[1:])[:, None], self.width, axis=1)

        def share(k):
            one = self.integrators[k]
            for group in groups[k :: len(self.integrators)]:
                who = np.array([*group, *[group[-1]] * (self.width - len(group))])
                one.set_time(0.0)
                one.state[:] = self.y0[who].T
                p = self.p[who].T
                one.pars[:] = p[: len(one.pars)]
                one.propagate_until(self.day)
                one.state[:] = np.array(self.infuse(one.state, p))
                one.set_time(self.day)
                found = one.propagate_grid(days)
                states = found[1] if isinstance(found, tuple) else found
                out[group.start : group.stop, 1:] = states.transpose(2, 0, 1)[: len(group), 1:]

        with ThreadPoolExecutor(len(self.integrators)) as pool:
            list(pool.map(share, range(len(self.integrators))))
        return out

    def head(self, result, patients):
        return result[:patients]


load = Taylor
