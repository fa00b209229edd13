"""Small groups of people drawn from a large one whose event days are known."""

from __future__ import annotations

import numpy as np

from immunereset.engine.noise.random import Random

DEATH_DAYS = 100.0
"""Days within which early deaths come (a toy value)."""


def bank(days: np.ndarray) -> np.ndarray:
    """Return whole days of the events alone, in order: what a page needs of an arm, beside the number of patients."""
    return np.sort(np.floor(days[np.isfinite(days)])).astype(int)


def sample(events: np.ndarray, patients: int, people: int, stream: int, seed: int, death: float = 0.0) -> np.ndarray:
    """Return the event days of `people` drawn from an arm with these `events` among `patients`; shape (people,).

    Each takes two random numbers of stream `stream` of `seed`: whom of the arm, and whether and when death comes first.
    """
    source = Random(seed, [stream])
    drawn = np.array([[source.uniform()[0], source.uniform()[0]] for _ in range(people)])
    place = (drawn[:, 0] * patients).astype(int)
    day = np.append(events, np.full(patients - len(events), np.inf))[place]
    if death:
        day = np.where(drawn[:, 1] < death, np.floor(DEATH_DAYS * drawn[:, 1] / death), day)
    return day
