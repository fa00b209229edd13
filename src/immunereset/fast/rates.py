"""The slope of every lane, with the inputs of courses that decay: the same for every model and method."""

import numpy as np

from .rows import HELD, TIME, U
from .sizes import HIGHEST, INPUTS, LANES, LOWEST
from .written import slope


def fade(w, fading, level, rate, since, driven):
    """Set the inputs of the lanes whose courses decay, at their stage times."""
    for lane in range(LANES):
        if fading[lane] == 0:
            continue
        for i in range(INPUTS):
            w[U + i * LANES + lane] = w[HELD + i * LANES + lane]
        for c in range(fading[lane]):
            age = max(w[TIME + lane] - since[c, lane], 0.0)
            w[U + driven[c, lane] * LANES + lane] += level[c, lane] * np.exp(-rate[c, lane] * age)
        for i in range(INPUTS):
            x = U + i * LANES + lane
            w[x] = min(max(w[x], LOWEST[i]), HIGHEST[i])


def rate_of_states(w, some_fade, fading, level, rate, since, driven):
    """Compute the slope of every lane at the states and the day of its stage."""
    if some_fade:
        fade(w, fading, level, rate, since, driven)
    slope(w)
