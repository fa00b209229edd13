r"""Extinction of stem cells by luck: the chances of `models.stem_graft`, exactly.

Question
    A pool grows on average. How likely is it to die out all the same?

Formulas (b and d per cell and day, n cells at first)
    In the end:            p_ext = min(d/b, 1)^n
    Within t days:         p_0(t)^n,  p_0(t) = d (e^((b-d)t) - 1) / (b e^((b-d)t) - d)
    Size of a line that lives at t: geometric, with mean (b e^((b-d)t) - d) / (b - d).
    A graft of D cells, each of which settles with probability s (a Poisson number in all):
                           P(fail) = exp(-s D (1 - p)), p the chance of one cell's line to die out

Sources
    Linear birth and death is a textbook process. The rates are those of `stem_graft`, toy values.

Limits
    Those of `models.stem_graft.LIMITS`.
"""

from __future__ import annotations

from numbers import Real

import numpy as np

from immunereset.engine.errors import ModelError
from immunereset.engine.noise.clones import grow_clones, survival

BIRTH = 0.05
"""Divisions into two stem cells, per cell and day (toy value)."""
DEATH = 0.03
"""Divisions into two other cells, or deaths, per cell and day (toy value)."""
SETTLE = 0.1
"""Chance of a given cell to settle in the marrow (toy value)."""


def extinction(cells=1, birth: float = BIRTH, death: float = DEATH, days: float = np.inf):
    """Return the chance that all lines of `cells` cells have died out after `days` (in the end if infinite).

    `cells` is a number or an array. Raises `ModelError` unless rates are finite and at least 0 and
    `cells` and `days` are at least 0.
    """
    cells = np.asarray(cells, dtype=float)
    if not (cells >= 0).all():
        raise ModelError(f"A pool has at least 0 cells; {cells.min():g} were given.")
    lives, _ = survival(birth, death, days) if days != np.inf else (_lives_for_ever(birth, death), None)
    return (1.0 - lives) ** cells


def mean_size(birth: float = BIRTH, death: float = DEATH, days: float = 150.0) -> float:
    """Return the mean number of cells after `days` in a line of one cell, of those that live; infinity beyond e^700."""
    stops = survival(birth, death, days)[1]
    return 1.0 / stops if stops else np.inf


def graft_failure(dose, settle: float = SETTLE, birth: float = BIRTH, death: float = DEATH, days: float = np.inf):
    """Return the chance that a graft of `dose` cells has died out after `days` (in the end if infinite).

    `dose` is a number or an array. Raises `ModelError` for a negative dose or a `settle` that is no chance.
    """
    dose = np.asarray(dose, dtype=float)
    _check_settle(settle)
    if not (dose >= 0).all():
        raise ModelError(f"A dose has at least 0 cells; {dose.min():g} were given.")
    return np.exp(-settle * dose * (1.0 - extinction(1, birth, death, days)))


def dose_for(risk: float, settle: float = SETTLE, birth: float = BIRTH, death: float = DEATH) -> float:
    """Return the dose at which the chance of failure in the end is `risk`; infinity if no dose reaches it.

    Raises `ModelError` unless `risk` lies between 0 and 1.
    """
    _check_settle(settle)
    if not (isinstance(risk, Real) and 0 < risk < 1):
        raise ModelError(f"A risk is one number between 0 and 1; {risk!r} was given.")
    takes = settle * (1.0 - float(extinction(1, birth, death)))
    return -np.log(risk) / takes if takes > 0 else np.inf


def grafts(dose: float, patients: int, days: float, seed, settle: float = SETTLE, birth: float = BIRTH,
           death: float = DEATH) -> np.ndarray:  # fmt: skip
    """Return the stem cells of `patients` grafts after `days`, drawn exactly; whole numbers, shape (patients,).

    `seed` is a number or a `numpy.random.Generator`. Raises `ModelError` as `graft_failure` does.
    """
    graft_failure(dose, settle)
    rng = np.random.default_rng(seed)
    return grow_clones(rng.poisson(settle * dose, patients), birth, death, days, rng)


def _lives_for_ever(birth: float, death: float) -> float:
    """Return the chance that one cell's line never dies out."""
    survival(birth, death, 0.0)
    return max(1.0 - death / birth, 0.0) if birth > 0 else float(death == 0)


def _check_settle(settle: float) -> None:
    if not 0 <= settle <= 1:
        raise ModelError(f"The chance to settle lies between 0 and 1; {settle:g} was given.")
