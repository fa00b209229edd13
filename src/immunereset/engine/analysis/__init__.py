"""Analysis: steady states, their stability, landscapes, first passage, and where a yes-or-no question changes its answer."""

from .first_passage import first_passage
from .landscape import Landscape, landscape
from .steady import Branch, SteadyState, branch, steady_states
from .threshold import threshold, thresholds

__all__ = [
    "Branch",
    "Landscape",
    "SteadyState",
    "branch",
    "first_passage",
    "landscape",
    "steady_states",
    "threshold",
    "thresholds",
]
