"""SciPy's solve_ivp on all patients as one long system. It keeps the mean error of all, not each patient's own."""

import numpy as np
from scipy.integrate import solve_ivp

from . import atol, function


class Stacked:
    def __init__(self, problem, arrays, method):
        self.p, self.y0, self.points = arrays["p"], arrays["y0"], arrays["points"]
        self.day, self.method = problem["day"], method
        self.slope, self.infuse = function(problem["slope"], "slope"), function(problem["infusion"], "infusion")

    def run(self, patients, tolerance):
        p, y = np.ascontiguousarray(self.p[:patients].T), self.y0[:patients].T

        def solve(y, begin, days):
            def slope(t, y):
                y = y.reshape(-1, patients)
                out = np.empty_like(y)
                for row, value in zip(out, self.slope(t, y, p)):
                    row[:] = value
                return out.ravel()

            found = solve_ivp(
                slope, (begin, days[-1]), y.ravel(), self.method, days, rtol=tolerance, atol=atol(tolerance)
            )
            if not found.success:
                raise RuntimeError(found.message)
            return found.y.reshape(-1, patients, len(days))

        first = solve(y, 0.0, np.array([self.day]))[:, :, -1]
        later = solve(np.array(self.infuse(first, p)), self.day, self.points[1:])
        return y, later

    def head(self, result, patients):
        first, later = result
        whole = np.concatenate([first[:, :patients, None], later[:, :patients]], axis=2)
        return whole.transpose(1, 2, 0)


load = Stacked
