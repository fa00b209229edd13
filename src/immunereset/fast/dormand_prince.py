"""Dormand–Prince 5(4) for a vector of patients: the part of the explicit kernel that no model changes.

The method, with its coefficients, is that of `engine.cohort.dormand_prince`.
"""

import numpy as np

from .rates import rate_of_states
from .rows import FACTOR, GUESS, K0, K5, ROOT, SLOPE, STAGE, TWIST, H, Y
from .sizes import LANES, STATES
from .written import before_last, stage

ROOT_START = int(1.2 * 1023 * 2**52)
"""The bits of a float are nearly 2**52 · (its binary logarithm + 1023): a root is taken by them."""


def attempt(w, fading, level, rate, since, driven):
    """Try a step in every lane: its last slope and states, from the states and the slope at its beginning."""
    some_fade = fading.any()
    for s in range(1, 7):
        stage(w, s)
        rate_of_states(w, some_fade, fading, level, rate, since, driven)


def next_factor(w, bits):
    """Compute by how much each lane's next step is longer: 0.9 times the error to the power -0.2."""
    for lane in range(LANES):
        # By Newton's method, from a guess within a tenth by a fifth of the exponent's bits.
        bits[GUESS + lane] = ROOT_START - np.int64(0.2 * np.float64(bits[ROOT + lane]))
    for lane in range(LANES):
        norm, x = w[ROOT + lane], w[GUESS + lane]
        for _ in range(3):
            square = x * x
            x *= 1.2 - 0.2 * norm * square * square * x
        w[FACTOR + lane] = 0.9 * x


def fastest_rate(w, lane, rtol, atol):
    """Estimate, just after a step of a lane, the greatest rate (1/d) at which any deviation dies out or grows."""
    apart = change = 0.0
    for i in range(STATES):
        k = i * LANES + lane
        weight = 1.0 / (atol + rtol * abs(w[STAGE + k]))
        apart = max(apart, abs(w[STAGE + k] - before_last(w, lane, k)) * weight)
        change = max(change, abs(w[SLOPE + k] - w[K5 + k]) * weight)
    return change / max(apart, 1e-300)


def report(w, lane, x, out):
    """Write the states at the share `x` of the lane's step."""
    for i in range(STATES):
        k = i * LANES + lane
        h = w[H + lane]
        rise = w[STAGE + k] - w[Y + k]
        bend = h * w[K0 + k] - rise
        fold = rise - h * w[SLOPE + k] - bend
        out[i] = w[Y + k] + x * (rise + (1 - x) * (bend + x * (fold + (1 - x) * h * w[TWIST + k])))
