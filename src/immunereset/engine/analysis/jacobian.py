"""How fast a model answers small changes: its exact Jacobian, differentiated from what it computes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from immunereset.engine.cohort.evaluate import evaluate, jacobian
from immunereset.engine.model import Model
from immunereset.engine.trace import trace


class Linear:
    """The Jacobian of some `states` of a model, traced once: `at(values)` gives it wherever it is asked."""

    def __init__(self, model: Model, states: Iterable[str]):
        self.model, self.rows = model, [list(model.states).index(state) for state in states]
        self._entries = jacobian(trace(model))

    def at(self, values: Mapping[str, float]) -> np.ndarray:
        """Return d(dy/dt)/dy, shape (states, states), in 1/d; `values` holds every state and parameter, and inputs."""
        found = np.zeros((len(self.model.states),) * 2)
        known = dict.fromkeys(self.model.inputs, 0.0) | {"t": 0.0} | values
        for place, value in zip(self._entries, evaluate(self._entries.values(), known)):
            found[place] = value
        return found[np.ix_(self.rows, self.rows)]


def sorted_eigenvalues(matrix: np.ndarray) -> np.ndarray:
    """Return the eigenvalues (1/d) of a Jacobian, largest real part first."""
    found = np.linalg.eigvals(matrix)
    return found[np.argsort(-found.real)]


def eigenvalues(model: Model, state: Mapping[str, float], *, inputs: Mapping | None = None, **changes) -> np.ndarray:
    """Return the eigenvalues (1/d) of small changes around a state, largest real part first.

    States that are not named stand at the model's start, `inputs` that are not named at 0. The derivatives are exact. At a
    bend of `np.minimum`, `np.maximum`, `np.abs` or `np.where` they are those of one side. Raises `ModelError` for unknown
    names.
    """
    start = dict(zip(model.states, model.start_vector(state)))
    return sorted_eigenvalues(Linear(model, model.states).at(model.values(changes) | model.held(inputs or {}) | start))
