"""Analysis: steady states, their stability, phase planes, and where a yes-or-no question changes its answer."""

from .jacobian import eigenvalues
from .phase import PhasePlane
from .steady import Branch, SteadyState, branch, steady_states
from .threshold import threshold, thresholds

__all__ = ["Branch", "PhasePlane", "SteadyState", "branch", "eigenvalues", "steady_states", "threshold", "thresholds"]
