"""numbalsoda: LSODA or DOP853 called from compiled code, patients spread over both cores."""

import numba
import numpy as np
from numbalsoda import dop853, lsoda, lsoda_sig

from . import WORDS, atol, function

CALL = """
def right_hand_side(t, y, dy, p):
    r = slope(t, y, p)
"""


def load(problem, arrays, method):
    return NumbaLSODA(problem, arrays, method)


class NumbaLSODA:
    def __init__(self, problem, arrays, method):
        self.p, self.y0, self.points = arrays["p"], arrays["y0"], arrays["points"]
        compiled = numba.njit(error_model="numpy", fastmath={"contract", "arcp"})
        slope = compiled(function(problem["slope"], "slope", WORDS))
        infuse = compiled(function(problem["infusion"], "infusion", WORDS))
        states = len(problem["states"])
        source = CALL + "\n".join(f"    dy[{i}] = r[{i}]" for i in range(states))
        pointer = numba.cfunc(lsoda_sig)(function(source, "right_hand_side", {"slope": slope})).address
        solver, day = {"lsoda": lsoda, "dop853": dop853}[method], problem["day"]

        @numba.njit(parallel=True)
        def solve(p, y0, points, rtol, atol):
            out = np.empty((len(p), len(points), states))
            fine = np.ones(len(p), dtype=np.bool_)
            for i in numba.prange(len(p)):
                days = points.copy()
                first, good = solver(pointer, y0[i], np.array([0.0, day]), p[i], rtol, atol, 100_000)
                y = np.array(infuse(first[1], p[i]))
                days[0] = day
                later, done = solver(pointer, y, days, p[i], rtol, atol, 1_000_000)
                out[i] = later
                out[i, 0] = y0[i]
                fine[i] = good and done
            return out, fine.all()

        self.solve = solve

    def run(self, patients, tolerance):
        out, fine = self.solve(self.p[:patients], self.y0[:patients], self.points, tolerance, atol(tolerance))
        if not fine:
            raise RuntimeError("numbalsoda did not finish every patient")
        return out

    def head(self, result, patients):
        return result[:patients]
