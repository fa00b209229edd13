"""How exact a run is: the tolerance asked for, the one that its steps kept, and the error that came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from .errors import ModelError

TIGHTER = 1e-3
"""Factor by which the tolerance shrinks when a run is repeated to measure its error."""

TIGHTEST = 1e-12
"""Relative tolerance beyond which rounding, not the method, decides."""


@dataclass(frozen=True)
class Accuracy:
    """The accuracy of a run.

    `rtol` and `atol` are the tolerances asked for. `steps`, `local_error` and `implicit` are arrays over the patients
    of a cohort: the steps attempted, the greatest local error of a step taken as a share of the tolerance (at most 1),
    and whether the implicit method for stiff models was used. SciPy, which runs single patients, does not tell them:
    then they are None.
    """

    rtol: float
    atol: float
    steps: np.ndarray | None = None
    local_error: np.ndarray | None = None
    implicit: np.ndarray | None = None
    _compare: Callable = field(default=None, repr=False)

    def __repr__(self) -> str:
        parts = [f"rtol={self.rtol:g}, atol={self.atol:g} asked for"]
        if self.steps is not None:
            parts.append(f"rtol={self.reached.max():.3g} reached in at most {self.steps.max()} steps")
            parts.append(f"{self.implicit.sum()} of {len(self.steps)} patients by the implicit method")
        return f"Accuracy({'; '.join(parts)})"

    @property
    def reached(self) -> np.ndarray | None:
        """The relative tolerance that every step of a patient kept, shape (patients,): at most `rtol`."""
        return None if self.local_error is None else self.rtol * self.local_error

    def measured_error(self, patients: int = 16) -> float:
        """Return the greatest error of the states reported, found by running some patients again much more tightly.

        The error of a state is given as a share of its greatest value in that patient's run. Steps keep their local
        error small; this is what local errors grew to over the whole run. Of a cohort, `patients` patients evenly
        spread over it are run again.

        Raises `ModelError` if `patients` is below 1, `RunError` as the run itself does.
        """
        if patients < 1:
            raise ModelError(f"At least 1 patient must be run again; {patients} was given.")
        rtol = max(self.rtol * TIGHTER, TIGHTEST)
        run, reference = self._compare(patients, rtol, self.atol * TIGHTER)
        scale = np.maximum(np.abs(reference).max(axis=1, keepdims=True), self.atol)
        return float((np.abs(run - reference) / scale).max())
