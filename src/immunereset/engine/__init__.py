"""The engine: models, protocols and runs. It knows no biology.

A model is one plain Python function of named flows; single runs, cohorts, equations, diagrams and
live figures are derived from it.
"""

from .analysis.first_passage import first_passage
from .analysis.jacobian import eigenvalues
from .analysis.landscape import Landscape, landscape
from .analysis.phase import PhasePlane
from .analysis.steady import Branch, SteadyState, branch, steady_states
from .analysis.threshold import threshold, thresholds
from .cohort.cohort import Cohort, simulate_cohort
from .errors import ModelError, RunError, TraceError
from .model import YEAR, Flow, Input, Model, Observable, State, arrive, gain, loss, move
from .noise.clones import grow_clones
from .noise.stochastic import simulate_noisy
from .parameter import Parameter, Slider
from .protocol import Course, Event, Protocol
from .run import Run
from .simulate import simulate
from .trace import Trace, trace

__all__ = [
    "YEAR", "Branch", "Cohort", "Course", "Event", "Flow", "Input", "Landscape", "Model", "ModelError", "Observable",
    "Parameter", "PhasePlane", "Protocol", "Run", "RunError", "Slider", "State", "SteadyState", "Trace", "TraceError",
    "arrive", "branch", "eigenvalues", "first_passage", "gain", "grow_clones", "landscape", "loss", "move", "simulate",
    "simulate_cohort", "simulate_noisy", "steady_states", "threshold", "thresholds", "trace",
]  # fmt: skip
