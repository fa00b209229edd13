"""The slope of every lane, with the inputs of courses that decay: the same for every model and method."""

from .inputs import faded, limited
from .rows import HELD, TIME, U
from .sizes import INPUTS, LANES
from .written import slope


def fade(w, fading, level, rate, since, driven):
    """Set the inputs of the lanes whose courses decay, at their stage times."""
    for lane in range(LANES):
        if fading[lane] == 0:
            continue
        for i in range(INPUTS):
            w[U + i * LANES + lane] = w[HELD + i * LANES + lane]
        for c in range(fading[lane]):
            added = faded(level[c, lane], rate[c, lane], since[c, lane], w[TIME + lane])
            w[U + driven[c, lane] * LANES + lane] += added
        for i in range(INPUTS):
            w[U + i * LANES + lane] = limited(i, w[U + i * LANES + lane])


def rate_of_states(w, some_fade, fading, level, rate, since, driven):
    """Compute the slope of every lane at the states and the day of its stage."""
    if some_fade:
        fade(w, fading, level, rate, since, driven)
    slope(w)
