"""Analysis: steady states, their stability, and where a yes-or-no question changes its answer."""

from .steady import Branch, SteadyState, branch, steady_states
from .threshold import threshold, thresholds

__all__ = ["Branch", "SteadyState", "branch", "steady_states", "threshold", "thresholds"]
