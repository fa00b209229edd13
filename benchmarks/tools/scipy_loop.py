"""SciPy, one patient after the other, with plain floats, or with NumPy's scalars as it hands them out."""

import math

import numpy as np
from scipy.integrate import odeint, solve_ivp

from . import Loop, atol, function

WORDS = {n: getattr(math, n) for n in ("exp", "expm1", "log", "log1p", "sqrt", "tanh", "sin", "cos", "floor")}
WORDS |= {"minimum": min, "maximum": max, "absolute": abs, "where": lambda c, a, b: a if c else b}


class SciPy(Loop):
    def __init__(self, problem, arrays, method, plain=True):
        super().__init__(problem, arrays)
        self.slope, self.method, self.plain = function(problem["slope"], "slope", WORDS), method, plain

    def solve(self, y, begin, days, p, tolerance):
        slope, options = self.slope, {"rtol": tolerance, "atol": atol(tolerance)}
        right_hand_side = (lambda t, y: slope(t, y.tolist(), p)) if self.plain else (lambda t, y: slope(t, y, p))
        if self.method == "odeint":
            days = np.append(begin, days)
            y, told = odeint(right_hand_side, y, days, tfirst=True, mxstep=100_000, full_output=True, **options)
            if told["message"] != "Integration successful.":
                raise RuntimeError(told["message"])
            return y[1:]
        found = solve_ivp(right_hand_side, (begin, days[-1]), y, self.method, days, **options)
        if not found.success:
            raise RuntimeError(found.message)
        return found.y.T

    def one(self, i, tolerance):
        p = self.p[i].tolist() if self.plain else self.p[i]
        y = self.solve(self.y0[i], 0.0, np.array([self.day]), p, tolerance)[-1]
        return self.solve(self.infuse(y, p), self.day, self.points[1:], p, tolerance)


load = SciPy
