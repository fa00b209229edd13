"""A trial in which nothing works, looked at in so many ways that something seems to.

Question
    Of a hundred trials of a treatment that does nothing, in how many does one of 84 looks hold a "success"?

Method
    Each person has a change in each of four outcomes at each of three readings, normal with mean 0 and standard deviation 1
    (above 0 is better), in both groups alike. Two readings of one outcome have a correlation of 0.7, two outcomes of 0.3.
    A look compares the means of two groups in one outcome at one reading among all or some of the people; z is their
    difference over its standard error, the standard deviation being known to be 1. A success is z above 1.96.

Limits
    Toy values. Real outcomes are related in other ways, and who looks does not always know that he does.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine.noise.random import Random
from immunereset.trials.survival import Z95

OUTCOMES, READINGS, TRAITS = 4, 3, 3
PEOPLE = 30
"""People in each of the two groups."""
BETWEEN, WITHIN = 0.3, 0.7
"""Correlation of two outcomes, and of two readings of one outcome (toy values)."""


def changes(trials: int, seed: int, people: int = PEOPLE) -> tuple[np.ndarray, np.ndarray]:
    """Return changes, shape (trials, 2 · people, outcomes, readings), and traits (truths), shape (trials, 2 · people, traits).

    The treated come first. Person i of trial j has stream 2 · people · j + i of `seed`.
    """
    each, all_people = (trials, 2 * people), 2 * people * trials
    source = Random(seed, np.arange(all_people))
    person = np.sqrt(BETWEEN) * source.normal()
    change = np.zeros((all_people, OUTCOMES, READINGS))
    for outcome in range(OUTCOMES):
        own = person + np.sqrt(WITHIN - BETWEEN) * source.normal()
        for reading in range(READINGS):
            change[:, outcome, reading] = own + np.sqrt(1 - WITHIN) * source.normal()
    traits = np.stack([source.uniform() < 0.5 for _ in range(TRAITS)], axis=1)
    return change.reshape(*each, OUTCOMES, READINGS), traits.reshape(*each, TRAITS)


def groups(traits: np.ndarray) -> np.ndarray:
    """Return who is in each group, shape (1 + 2 · traits, people): all, then those with and without each trait."""
    sides = [traits[:, k] == side for k in range(traits.shape[1]) for side in (True, False)]
    return np.stack([np.ones(len(traits), bool), *sides])


def looks(change: np.ndarray, traits: np.ndarray) -> np.ndarray:
    """Return z of every look of one trial, shape (groups, outcomes, readings); 0 where one side has nobody."""
    treated = np.arange(len(change)) < len(change) // 2
    found = np.zeros((1 + 2 * traits.shape[1], *change.shape[1:]))
    for z, inside in zip(found, groups(traits)):
        a, b = change[inside & treated], change[inside & ~treated]
        if len(a) and len(b):
            z[:] = (a.mean(axis=0) - b.mean(axis=0)) / np.sqrt(1 / len(a) + 1 / len(b))
    return found


def all_looks(trials: int, seed: int, people: int = PEOPLE) -> np.ndarray:
    """Return z of every look of so many trials, shape (trials, groups, outcomes, readings)."""
    return np.stack([looks(*one) for one in zip(*changes(trials, seed, people))])


def successes(z: np.ndarray) -> tuple[int, int, int]:
    """Return in how many trials the planned look, any outcome and reading of all people, and any look at all is a success.

    `z` is that of `all_looks`; planned is the first outcome at the last reading.
    """
    good = z > Z95
    return int(good[:, 0, 0, -1].sum()), int(good[:, 0].any(axis=(1, 2)).sum()), int(good.any(axis=(1, 2, 3)).sum())
