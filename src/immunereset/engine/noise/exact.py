"""Gillespie's direct method for a batch of patients, in NumPy: one event per patient and round."""

from __future__ import annotations

import numpy as np

from immunereset.engine.errors import RunError

from .random import places
from .sample import Legs, Rates, Sample

MOST_EVENTS = 50_000_000


def jump(sample: Sample, begin, stop, points: np.ndarray, out: np.ndarray, longest: float, most_events: int) -> None:
    """Advance every patient from day `begin` to day `stop`, arrays of shape (patients,); write reports into `out`.

    `out`, shape (states, points, patients), gets the counts at every point from `begin` up to, not including,
    `stop`. Flows without noise hold their rates for at most `longest` days. A patient draws when the next event is due,
    and, if it comes before the end of a leg, which it is; what was drawn for later is forgotten there.

    Raises `RunError` if one patient needs more than `most_events` events.
    """
    moves = sample.moves
    noisy, all_noisy = np.flatnonzero(moves.noisy), moves.noisy.all()
    if all_noisy:
        longest = np.inf
    legs = Legs(sample, begin, stop, points, out)
    everyone, rates = np.arange(sample.patients), None
    t, x, own, arrived = begin, sample.x, sample.random.part(everyone), np.ones(sample.patients, bool)
    for _ in range(most_events):
        if arrived.any():
            stays = ~arrived
            stays[arrived] = legs.turn(everyone[arrived], x[:, arrived])
            if not stays.all():
                through, on = np.flatnonzero(~stays), np.flatnonzero(stays)
                sample.x[:, everyone[through]] = x[:, through]
                sample.random.put_back(everyone[through], own.part(through))
                everyone, t, x, own, rates = everyone[on], t[on], x[:, on], own.part(on), None
                if not everyone.size:
                    return
            if rates is None:
                rates = Rates(sample, everyone)
            end, rates.inputs[:] = legs.end[everyone], legs.held[:, everyone]
        every = rates(t, x)
        upto = np.cumsum(every[noisy], axis=0) if noisy.size else np.zeros((1, t.size))
        total = upto[-1]
        wait, some = np.full(t.size, np.inf), total > 0
        wait[some] = own.exponential(places(some)) / total[some]
        after = t + np.minimum(wait, longest)
        arrived = after >= end
        after = np.where(arrived, end, after)
        if not all_noisy:
            x = moves.happen(x, np.where(moves.noisy[:, None], 0.0, every * (after - t)))
        happens = ~arrived & (wait <= longest)
        share = own.uniform(places(happens)) * total[happens]
        flow = noisy[(upto[:, happens] <= share).sum(axis=0)]
        x[:, happens] = moves.happen_once(x[:, happens], flow)
        t = after
    raise endless(sample.model.name, most_events)


def endless(model: str, most_events: int) -> RunError:
    """Return the refusal of an exact run with too many events."""
    return RunError(f"An exact run of '{model}' needs more than {most_events} events; use method='tau'.")
