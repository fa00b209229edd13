"""How a tool is measured: the error it reaches, the tolerance it is given, and the time it takes.

Plain arithmetic on a `tool`, anything with `run(patients, tolerance)`; the tests use tools that only pretend.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

import numpy as np

CHECKED = 100
"""Patients whose runs are compared with the reference."""

SHARE = 0.95
"""Share of these patients whose error must meet the target: the rest may stand on the edge between two fates."""


def errors(y: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return each patient's error: the largest over days and states, relative to that state's own maximum.

    Both arrays have shape (patients, points, states).
    """
    scale = np.abs(truth).max(axis=1, keepdims=True)
    return (np.abs(y - truth) / scale).max(axis=(1, 2))


def error(y: np.ndarray, truth: np.ndarray) -> float:
    """Return the error that `SHARE` of the patients stay below; infinity if anything is not a number."""
    each = errors(y, truth[: len(y)])
    return float(np.quantile(each, SHARE)) if np.isfinite(each).all() else float("inf")


def distance(a: np.ndarray, b: np.ndarray) -> float:
    """Return the Kolmogorov–Smirnov distance: the greatest gap between two samples' distribution functions."""
    a, b = np.sort(np.ravel(a)), np.sort(np.ravel(b))
    at = np.concatenate([a, b])
    return float(np.abs(np.searchsorted(a, at, "right") / len(a) - np.searchsorted(b, at, "right") / len(b)).max())


def ladder(loosest: float = 1e-2, tightest: float = 1e-12) -> list[float]:
    """Return tolerances from the loosest to the tightest, two to a decade."""
    count = round(2 * np.log10(loosest / tightest))
    return [float(f"{loosest * 10 ** (-i / 2):.1e}") for i in range(count + 1)]


def loosest(steps: list, error_of: Callable, target: float) -> int:
    """Return the place in `steps` of the loosest tolerance whose error meets `target`, by halving.

    It takes for granted that errors shrink along the ladder. Raises `ValueError` if none meets it.
    """
    low, high = 0, len(steps)
    while low < high:
        middle = (low + high) // 2
        if error_of(steps[middle]) <= target:
            high = middle
        else:
            low = middle + 1
    if low == len(steps):
        raise ValueError(f"The error {target:g} is not reached at any tolerance down to {steps[-1]:g}.")
    return low


def fitting(seconds: float, run: int, size: int, budget: float) -> int:
    """Return how many patients take about `budget` seconds, if `run` took `seconds`: at least `run`, at most `size`."""
    return int(min(size, max(run, run * budget / max(seconds, 1e-9))))


def summary(seconds: list[float]) -> tuple[float, float]:
    """Return the median and the spread: (largest - smallest) / median."""
    middle = statistics.median(seconds)
    return middle, (max(seconds) - min(seconds)) / middle


def interleaved(runs: dict[str, Callable[[], float]], rounds: int, say: Callable = lambda text: None) -> dict:
    """Run every tool once a round, in an order that turns, and return each tool's seconds.

    A tool that fails is left out from then on; its entry is the exception.
    """
    found: dict = {name: [] for name in runs}
    names = list(runs)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            if isinstance(found[name], Exception):
                continue
            try:
                found[name].append(runs[name]())
            except Exception as fault:  # A failing peer is reported, and the others go on.
                found[name] = fault
                say(f"{name}: {fault}")
    return found
