"""The reset curve: how many patients of a group are reset, against the depth of conditioning aimed at.

Question
    One patient has a sharp threshold of depth. Why is the curve of a group smooth, and why does it not reach
    one at any depth?

Method
    The same varied patients at every depth, as in `relapse_days`: achieved depths scatter, infections come at
    random, and, if asked for, single cells live and die at random. A patient is reset who has no relapse.

Limits
    Those of `relapse_days`: the curve says how the toy behaves. No depth stands for a regimen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .relapse_days import relapse_days

DEPTHS = np.arange(1.5, 4.51, 0.25)
"""Depths of conditioning aimed at, log10."""


@dataclass(frozen=True)
class ResetCurve:
    """How many of `patients` were reset at each of `depths` (log10); `reset` are counts, of the shape of `depths`."""

    depths: np.ndarray
    reset: np.ndarray
    patients: int

    @property
    def share(self) -> np.ndarray:
        """The share of patients reset at each depth."""
        return self.reset / self.patients


def reset_curve(depths=DEPTHS, patients: int = 600, years: float = 5.0, *, seed: int, **world) -> ResetCurve:
    """Return how many of `patients` are free of relapse for `years` at each of `depths`.

    `world` may hold the options of `relapse_days` (`depth_sd`, `infections_per_year`, `varied`, `volume`) and
    parameter values. Raises `ModelError` for what is not allowed.
    """
    depths = np.asarray(depths, dtype=float)
    days = relapse_days(depths, patients, years, seed, **world)
    return ResetCurve(depths, np.isinf(days).sum(axis=1), patients)
