"""RODAS 4(3) for a vector of patients: the part of the implicit kernel that no model changes.

The coefficients of the method stand in `engine.cohort.rosenbrock`.
"""

import numpy as np

from immunereset.engine.cohort.rosenbrock import GAMMA

from .rates import rate_of_states
from .rows import DRIFT, FACTOR, JACOBIAN, K0, MATRIX, NORM, ROOT, SLOPE, STAGE, STEP, TIME, V0, V5, H, T, Y
from .sizes import LANES, STATES, VARIES
from .written import bend_and_fold, jacobian, right, stage


def factorise(w):
    """Factorise 1/(gamma h) - J of every lane in place, without pivoting.

    Where a pivot vanishes the step fails, and the shorter step that follows makes the diagonal dominant.
    """
    for i in range(STATES):
        for j in range(STATES):
            entry = (i * STATES + j) * LANES
            for lane in range(LANES):
                w[MATRIX + entry + lane] = -w[JACOBIAN + entry + lane]
        for lane in range(LANES):
            w[MATRIX + i * (STATES + 1) * LANES + lane] += 1.0 / (GAMMA * w[STEP + lane])
    for k in range(STATES):
        pivot = MATRIX + k * (STATES + 1) * LANES
        for lane in range(LANES):
            w[pivot + lane] = 1.0 / w[pivot + lane]
        for i in range(k + 1, STATES):
            factor = MATRIX + (i * STATES + k) * LANES
            for lane in range(LANES):
                w[factor + lane] *= w[pivot + lane]
            for j in range(k + 1, STATES):
                entry, above = MATRIX + (i * STATES + j) * LANES, MATRIX + (k * STATES + j) * LANES
                for lane in range(LANES):
                    w[entry + lane] -= w[factor + lane] * w[above + lane]


def solve(w, x):
    """Solve, in every lane, the factorised system for the right side at `x`, in place."""
    for i in range(1, STATES):
        for j in range(i):
            entry = MATRIX + (i * STATES + j) * LANES
            for lane in range(LANES):
                w[x + i * LANES + lane] -= w[entry + lane] * w[x + j * LANES + lane]
    for i in range(STATES - 1, -1, -1):
        for j in range(i + 1, STATES):
            entry = MATRIX + (i * STATES + j) * LANES
            for lane in range(LANES):
                w[x + i * LANES + lane] -= w[entry + lane] * w[x + j * LANES + lane]
        pivot = MATRIX + i * (STATES + 1) * LANES
        for lane in range(LANES):
            w[x + i * LANES + lane] *= w[pivot + lane]


def attempt(w, fading, level, rate, since, driven):
    """Try a step in every lane, from its states alone; a lane whose step is 0 learns its slope and stays."""
    some_fade = fading.any()
    for lane in range(LANES):
        w[TIME + lane] = w[T + lane]
        # An hour in the place of nothing keeps the lane's numbers finite.
        w[STEP + lane] = w[H + lane] if w[H + lane] > 0.0 else 1.0 / 24.0
    for k in range(STATES * LANES):
        w[STAGE + k] = w[Y + k]
    rate_of_states(w, some_fade, fading, level, rate, since, driven)
    jacobian(w)
    for k in range(STATES * LANES):
        w[K0 + k] = w[SLOPE + k]
        w[DRIFT + k] = 0.0
    if VARIES or some_fade:
        for lane in range(LANES):
            w[TIME + lane] = w[T + lane] + 1e-6 * w[STEP + lane]
        rate_of_states(w, some_fade, fading, level, rate, since, driven)
        for k in range(STATES * LANES):
            w[DRIFT + k] = 1e6 * (w[SLOPE + k] - w[K0 + k])
    factorise(w)
    for s in range(6):
        if s > 0:
            stage(w, s)
            rate_of_states(w, some_fade, fading, level, rate, since, driven)
        right(w, s)
        solve(w, V0 + s * STATES * LANES)
    for i in range(STATES):
        for lane in range(LANES):
            k = i * LANES + lane
            still = w[H + lane] == 0.0
            w[V5 + k] = 0.0 if still else w[V5 + k]
            w[STAGE + k] = w[Y + k] if still else w[STAGE + k] + w[V5 + k]
            w[SLOPE + k] = w[K0 + k]


def add_errors(w, rtol, atol):
    """Add up the squared errors of a step: its last move."""
    for i in range(STATES):
        for lane in range(LANES):
            k = i * LANES + lane
            error = w[V5 + k] / (atol + rtol * max(abs(w[Y + k]), abs(w[STAGE + k])))
            w[NORM + lane] += error * error


def next_factor(w, bits):
    """Compute by how much each lane's next step is longer: 0.9 times the error to the power -0.25."""
    for lane in range(LANES):
        w[FACTOR + lane] = 0.9 / np.sqrt(np.sqrt(w[ROOT + lane]))


def fastest_rate(w, lane, rtol, atol):
    """No rate is too fast for this method: stability never limits its steps."""
    return 0.0


def report(w, lane, x, out):
    """Write the states at the share `x` of the lane's step."""
    for i in range(STATES):
        k = i * LANES + lane
        bend, fold = bend_and_fold(w, k)
        out[i] = w[Y + k] + x * (w[STAGE + k] - w[Y + k] + (1 - x) * (bend + x * fold))
