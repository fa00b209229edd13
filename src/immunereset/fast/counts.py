"""What exact runs and leaps share: patients in lanes, what happens to their counts, and rates that cannot be followed."""

import numpy as np

from .rows import SLOPE, STAGE, WORDS, WORST, P, X
from .sizes import FIXED, FLOWS, LANES, STATES

DONE, NEGATIVE, INFINITE, ENDLESS = range(4)
"""How a run ends."""


def load(w, words, lane, who, fixed, x, state):
    """Give a lane to patient `who`."""
    for r in range(FIXED):
        w[P + r * LANES + lane] = fixed[r, who]
    for i in range(STATES):
        w[X + i * LANES + lane] = x[i, who]
    for r in range(4):
        words[2 * WORDS + r * LANES + lane] = state[r, who]


def put_back(w, words, lane, who, x, state):
    """Write a lane's counts and its random numbers' state back to patient `who`."""
    for i in range(STATES):
        x[i, who] = w[X + i * LANES + lane]
    for r in range(4):
        state[r, who] = words[2 * WORDS + r * LANES + lane]


def fault(w, lane):
    """Return what is wrong with the flows of a lane, NEGATIVE or INFINITE, and which flow is; DONE if nothing is."""
    if w[WORST + lane] >= 0.0:
        return DONE, 0
    worst = 0
    for f in range(FLOWS):
        if w[SLOPE + f * LANES + lane] < w[SLOPE + worst * LANES + lane]:
            worst = f
    if w[SLOPE + worst * LANES + lane] < 0.0:
        return NEGATIVE, worst
    for f in range(FLOWS):
        if not w[SLOPE + f * LANES + lane] < np.inf:
            worst = f
    return INFINITE, worst


def happen(w, amount):
    """Let every flow of every lane happen as often as SLOPE says, none taking more than there is."""
    for k in range(STATES * LANES):
        w[STAGE + k] = w[X + k]
    for f in range(FLOWS):
        for i in range(STATES):
            much = amount[f, i]
            if much != 0.0:
                for lane in range(LANES):
                    w[STAGE + i * LANES + lane] += much * w[SLOPE + f * LANES + lane]
    short = False
    for k in range(STATES * LANES):
        short |= w[STAGE + k] < 0.0
    if short:
        for lane in range(LANES):
            one_after_the_other(w, lane, amount)
    for k in range(STATES * LANES):
        w[X + k] = w[STAGE + k]


def one_after_the_other(w, lane, amount):
    """Let the flows of a lane happen one by one, if together they would take more than there is; STAGE gets the counts."""
    short = False
    for i in range(STATES):
        short |= w[STAGE + i * LANES + lane] < 0.0
    if not short:
        return
    for i in range(STATES):
        w[STAGE + i * LANES + lane] = w[X + i * LANES + lane]
    for f in range(FLOWS):
        happen_alone(w, STAGE, lane, amount, f, w[SLOPE + f * LANES + lane])


def happen_alone(w, counts, lane, amount, flow, times):
    """Let one flow happen `times`, or as often as there is something to take, to the counts at `counts`."""
    for i in range(STATES):
        if amount[flow, i] < 0.0:
            times = min(times, w[counts + i * LANES + lane] / -amount[flow, i])
    for i in range(STATES):
        if amount[flow, i] != 0.0:
            k = counts + i * LANES + lane
            w[k] = max(w[k] + amount[flow, i] * times, 0.0)
