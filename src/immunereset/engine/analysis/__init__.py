"""Analysis: steady states and their stability, phase planes, landscapes, first passage, and where an answer changes."""

from .first_passage import first_passage
from .jacobian import eigenvalues
from .landscape import Landscape, landscape
from .phase import PhasePlane
from .steady import Branch, SteadyState, branch, steady_states
from .threshold import threshold, thresholds

__all__ = [
    "Branch", "Landscape", "PhasePlane", "SteadyState", "branch", "eigenvalues", "first_passage", "landscape",
    "steady_states", "threshold", "thresholds",
]  # fmt: skip
