r"""From a pluripotent cell to a β cell in six steps: how many arrive, and which step is worth improving.

Question
    Which step is worth improving?

In words
    A cell passes six steps in a row. At each a share goes the right way; all others become something else, and stay so
    (a Markov chain whose last state and whose state "something else" are absorbing). What arrives is the product.

Sources
    The shares are toy values. The steps are those of protocols for β cells, named from memory.

Limits
    Cells neither divide nor die, and a share does not depend on what happened before. In a dish a poor step spoils later
    ones.
"""

from __future__ import annotations

import math

SHARES = {
    "endoderm": 0.90,
    "gut tube": 0.85,
    "early pancreas": 0.80,
    "late pancreas": 0.75,
    "endocrine cell": 0.50,
    "β cell": 0.65,
}
"""The share of cells that goes the right way at each step, in order."""


def arrived(**shares: float) -> float:
    """Return the share of cells that arrives, from 0 to 1, with other `shares` at some steps.

    Raises ValueError for a step that there is not, and for a share outside 0 to 1.
    """
    for step, share in shares.items():
        if step not in SHARES or not 0 <= share <= 1:
            raise ValueError(
                f"A share from 0 to 1 at one of {', '.join(SHARES)} is needed; {step}: {share!r} was given."
            )
    return math.prod((SHARES | shares).values())


def halved(step: str) -> float:
    """Return the share that arrives if `step` loses half as many cells as before."""
    return arrived(**{step: (1.0 + SHARES.get(step, 0.0)) / 2.0})


def fates() -> dict[str, float]:
    """Return the share of cells that is lost at each step, and that of those that arrive; together 1."""
    found, here = {}, 1.0
    for step, share in SHARES.items():
        found[step] = here * (1.0 - share)
        here *= share
    return found | {"arrived": here}
