"""Gillespie's direct method for a batch of patients, in NumPy: one event per patient and round.

`chance` is its compiled twin, with the same random numbers.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine.errors import RunError

from .sample import Rates, Sample
from .uniforms import uniforms

MOST_EVENTS = 50_000_000


def jump(sample: Sample, begin, stop, points: np.ndarray, longest: float, out: np.ndarray) -> None:
    """Advance every patient from day `begin` to day `stop`, arrays of shape (patients,); write reports into `out`.

    `out`, shape (states, points, patients), gets the counts at every point from `begin` up to, not including,
    `stop`. Flows without noise hold their rates for at most `longest` days.

    Raises `RunError` if one patient needs more than `MOST_EVENTS` events.
    """
    moves = sample.moves
    if moves.noisy.all():
        longest = np.inf
    ahead = np.append(points, np.inf)
    everyone = np.flatnonzero(begin < stop)
    t, x, own = begin[everyone], sample.x[:, everyone], sample.words[:, everyone]
    point = np.searchsorted(ahead, t)
    segment = (sample.edges[1:][:, everyone] <= t).sum(axis=0)
    end, rates = np.zeros(everyone.size), None
    for _ in range(MOST_EVENTS):
        if rates is None:
            rates = Rates(sample, everyone)
            end = np.minimum(sample.edges[segment + 1, everyone], stop[everyone])
            rates.inputs[:] = sample.held[segment, :, everyone].T
        every = rates(t, x)
        upto = np.cumsum(every[moves.noisy], axis=0) if moves.noisy.any() else np.zeros((1, t.size))
        total = upto[-1]
        with np.errstate(divide="ignore"):
            wait = -np.log(uniforms(own)) / total
        share = uniforms(own)
        after = t + np.minimum(wait, longest)
        arrived = after >= end
        after = np.where(arrived, end, after)
        _report(out, ahead, point, after, x, everyone)
        if not moves.noisy.all():
            x = np.maximum(x + moves.net(np.where(moves.noisy[:, None], 0.0, every) * (after - t)), 0.0)
        happens = np.flatnonzero(~arrived & (wait <= longest))
        chosen = (upto < share * total).sum(axis=0)[happens]
        x[:, happens] += moves.amount[moves.noisy][chosen].T
        t = after
        if arrived.any():
            segment += arrived & (sample.edges[segment + 1, everyone] <= t)
            done = t >= stop[everyone]
            if done.any():
                sample.x[:, everyone[done]], sample.words[:, everyone[done]] = x[:, done], own[:, done]
                go = ~done
                everyone, t, x, own = everyone[go], t[go], x[:, go], own[:, go]
                point, segment, end = point[go], segment[go], end[go]
                if not everyone.size:
                    return
            rates = None
    raise endless(sample.model.name)


def _report(out, ahead, point, after, x, who) -> None:
    """Write the counts `x` at every point passed before the day `after`."""
    hit = np.flatnonzero(ahead[point] < after)
    while hit.size:
        out[:, point[hit], who[hit]] = x[:, hit]
        point[hit] += 1
        hit = hit[ahead[point[hit]] < after[hit]]


def endless(model: str) -> RunError:
    """Return the refusal of an exact run with too many events."""
    return RunError(f"An exact run of '{model}' needs more than {MOST_EVENTS} events; use method='tau'.")
