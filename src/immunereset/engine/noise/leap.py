"""Tau-leaping for a batch of patients, in NumPy."""

from __future__ import annotations

import numpy as np

from .sample import Legs, Rates, Sample


def leap(sample: Sample, begin, stop, points: np.ndarray, out: np.ndarray, longest: float, parts: int) -> None:
    """Advance every patient from day `begin` to day `stop`, arrays of shape (patients,); write reports into `out`.

    `out`, shape (states, points, patients), gets the counts at every point from `begin` up to, not including,
    `stop`. The steps of a leg are equal, none longer than `longest` days. In one part a step is a leap at the rates of
    its beginning. In two it is a half at these rates, and a half at rates that make up for what the first left out: twice
    those found there less those of the beginning (Anderson and Koyama 2012, with θ = 1/2).
    """
    moves, rates = sample.moves, Rates(sample)
    legs, going = Legs(sample, begin, stop, points, out), np.ones(sample.patients, bool)
    done, steps, days = np.zeros(sample.patients, int), np.zeros(sample.patients, int), np.zeros(sample.patients)
    while True:
        arrived = np.flatnonzero(going & (done == steps))
        if arrived.size:
            going[arrived] = legs.turn(arrived, sample.x[:, arrived])
            if not going.any():
                return
            k = arrived[going[arrived]]
            length = legs.end[k] - legs.begin[k]
            done[k], steps[k] = 0, np.maximum(1, np.ceil(length / longest - 1e-9))
            days[k] = length / steps[k] / parts
            days[~going] = 0.0
        for part in range(parts):
            t = legs.begin + (parts * done + part) * days
            rates.inputs[:] = sample.inputs(t, legs.held)
            times = rates(t, sample.x)
            if part == 0:
                first = times.copy()
            else:
                times *= 2.0
                times -= first
                np.maximum(times, 0.0, out=times)
            times *= days
            times[moves.noisy] = sample.random.poisson(times[moves.noisy])
            sample.x = moves.happen(sample.x, times)
        done += going
