"""What exact runs and leaps share: counts of cells in lanes, and flows that must not be negative."""

from .layout import FIXED, FLOWS, LANES, SLOPE, STATES, P, X

DONE, NEGATIVE, ENDLESS = range(3)
"""How a run ends."""


def load(w, lane, who, fixed, x):
    """Give a lane to patient `who`."""
    for r in range(FIXED):
        w[P + r * LANES + lane] = fixed[r, who]
    for i in range(STATES):
        w[X + i * LANES + lane] = x[i, who]


def worst_flow(w, lane):
    """Return the flow of the lane that is most negative."""
    worst = 0
    for f in range(FLOWS):
        if w[SLOPE + f * LANES + lane] < w[SLOPE + worst * LANES + lane]:
            worst = f
    return worst
