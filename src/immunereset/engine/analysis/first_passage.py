"""First passage: when noise has carried a state somewhere for the first time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from immunereset.engine.errors import ModelError
from immunereset.engine.model import Model


def first_passage(
    model: Model, reached: Callable[[np.ndarray], np.ndarray], *, noise: float, until: float, size: int, seed: int,
    start: Mapping[str, float] | None = None, inputs: Mapping[str, float] = {}, step: float = 0.02, **changes: float,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Return the days on which `reached` first holds, shape (size,), and where each run then is, shape (states, size).

    Every state does what the model's flows say and takes a random walk besides: dy = f(y) dt + σ dW, by steps of `step`
    days (Euler and Maruyama), kept at 0 or above. `noise` is σ, in the states' unit per √d.
    `reached` takes states of shape (states, runs) and returns a truth for each run. A run that does not get there until
    day `until` has infinity, and its place on that day. `inputs` are held, `changes` are parameters.

    Raises `ModelError` for a negative σ, a step that is not above 0, or an unknown state.
    """
    if not (0 <= noise < math.inf and 0 < step < until):
        raise ModelError(
            f"A first passage needs noise of at least 0, and 0 < step < until; got {noise:g}, step {step:g}, until {until:g}."
        )
    p, rng = {**model.values(changes), **model.held(inputs)}, np.random.default_rng(seed)
    y = np.repeat(model.start_vector(start)[:, None], size, axis=1)
    days, moving = np.full(size, math.inf), np.arange(size)
    for count in range(1, round(until / step) + 1):
        here = y[:, moving]
        here += step * model.derivative((count - 1) * step, here, p) + noise * math.sqrt(step) * rng.standard_normal(
            here.shape
        )
        y[:, moving] = np.maximum(here, 0.0)
        there = reached(y[:, moving])
        days[moving[there]] = count * step
        moving = moving[~there]
        if not len(moving):
            break
    return days, y
