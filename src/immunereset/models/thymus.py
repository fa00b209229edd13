"""The tolerance model with a thymus that falls silent: whose newcomers matter, and what a delay costs.

Question
    After a transplant the thymus sends conventional and regulatory newcomers. Which of the two lower the threshold
    of a reset, and how much deeper must conditioning be if none come for months?

In words (t in days, cells in cells/µL of blood)
    The tolerance model, unchanged but for two inputs: the share of thymic output that is withheld from conventional
    cells (s_N) and from regulatory cells (s_R).

Sources
    None: that the thymus can be silenced in parts is a thought experiment. That newcomers take months after a real
    transplant is told in data/reconstitution.csv.

Limits
    Those of the tolerance model. The thymus comes back at once and in full on the last silent day.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine import YEAR, Course, Input, Model, Parameter, Protocol, gain, simulate_cohort, threshold

from .interventions import TOY, transplant
from .patients import is_reset, reference_patient
from .tolerance import tolerance


def flows(t, y, p):
    """Return the flows of the tolerance model, with thymic output as far as it is not withheld."""
    named = dict(tolerance.flows(t, y, p))
    for state, silent in (("N", p.s_N), ("R", p.s_R)):
        name = f"thymic output of {state}"
        named[name] = gain(state, (1.0 - silent) * named[name].rate)
    return named


silent_thymus = Model(
    name="silent thymus",
    states=list(tolerance.states.values()),
    parameters=list(tolerance.parameters.values()),
    flows=flows,
    inputs=[
        *tolerance.inputs.values(),
        Input("s_N", "–", "share of conventional newcomers withheld", high=1.0),
        Input("s_R", "–", "share of regulatory newcomers withheld", high=1.0),
    ],
    observables=tolerance.observables,
    question="Whose newcomers lower the threshold of a reset?",
    limits=(*tolerance.limits, "The thymus comes back at once and in full on the last silent day."),
)


def silence(N: float = 1.0, R: float = 1.0, days: float = 0.0) -> Protocol:
    """Return a thymus that withholds the shares `N` and `R` (0 to 1) of its newcomers for `days` from day 0."""
    lasts = Parameter("silent_days", days, "d", "days without newcomers", TOY)
    return Protocol(
        *(
            Course(f"s_{state}", Parameter(f"silent_{state}", share, "–", f"share withheld from {state}", TOY, high=1.0),
                   0.0, lasts, name=f"no newcomers to {state}")
            for state, share in (("N", N), ("R", R))
        )
    )  # fmt: skip


def silent_depth(N: float = 1.0, R: float = 1.0, days: float = np.inf, *, high: float = 4.0) -> float:
    """Return k* (log10) of the reference patient if newcomers are withheld as in `silence`; for ever by default.

    Infinity if no depth up to `high` is enough.
    """
    until = 10.0 * YEAR
    protocol = transplant() + silence(N, R, min(days, until + 1.0))

    def resets(k: np.ndarray) -> np.ndarray:
        start = reference_patient()
        return is_reset(simulate_cohort(silent_thymus, len(k), until, protocol, start=start, points=[until], k=k))

    return threshold(resets, 0.0, high, 0.005)
