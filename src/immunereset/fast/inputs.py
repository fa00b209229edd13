"""What courses give to the inputs on a day: `Schedule.inputs`, for compiled code."""

import numpy as np

from .sizes import HIGHEST, LOWEST


def faded(level, rate, since, t):
    """Return what a course that decays adds to its input on day `t`."""
    return level * np.exp(-rate * max(t - since, 0.0))


def limited(i, total):
    """Return the sum of all courses of input `i` within its limits."""
    return min(max(total, LOWEST[i]), HIGHEST[i])
