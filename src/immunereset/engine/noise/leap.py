"""Tau-leaping and the chemical Langevin equation for a batch of patients, in NumPy.

`chance` is the compiled twin, with the same random numbers.
"""

from __future__ import annotations

import numpy as np

from .sample import Rates, Sample


class Grid:
    """The days on which each patient's steps end: every point to report, every change of a held input, the stop.

    Between two of these days the steps are equal. `tau`, shape (patients,), is the present step, 0 for those who
    have arrived.
    """

    def __init__(self, sample: Sample, begin: np.ndarray, stop: np.ndarray, points: np.ndarray, longest: float):
        self.sample, self.stop, self.longest = sample, stop, longest
        self.ahead = np.append(points, np.inf)
        self.t, self.tau = begin.copy(), np.zeros(sample.patients)
        self.left = np.zeros(sample.patients, dtype=int)
        self.target = begin.copy()
        self.segment = (sample.edges[1:] <= begin).sum(axis=0)
        self.held = np.zeros((len(sample.model.inputs), sample.patients))

    def turn(self, out: np.ndarray) -> bool:
        """Report those who have reached a day of the grid and lead them to the next; return whether anyone goes on."""
        k = np.flatnonzero((self.left == 0) & (self.t < self.stop))
        if k.size:
            edges, t, stop = self.sample.edges, self.t[k], self.stop[k]
            at = np.searchsorted(self.ahead, t)
            now = np.flatnonzero(self.ahead[at] == t)
            out[:, at[now], k[now]] = self.sample.x[:, k[now]]
            self.segment[k] += edges[self.segment[k] + 1, k] <= t
            self.held[:, k] = self.sample.held[self.segment[k], :, k].T
            nearest = np.minimum(edges[self.segment[k] + 1, k], self.ahead[np.searchsorted(self.ahead, t, "right")])
            self.target[k] = np.minimum(nearest, stop)
            days = self.target[k] - t
            self.left[k] = np.maximum(1, np.ceil(days / self.longest - 1e-9))
            self.tau[k] = days / self.left[k]
        self.tau[self.t >= self.stop] = 0.0
        return bool((self.left > 0).any())

    def step(self) -> None:
        """Move everyone on by the present step."""
        self.left -= self.left > 0
        self.t = np.where(self.left == 0, self.target, self.t + self.tau)


def leap(sample: Sample, begin, stop, points: np.ndarray, longest: float, method: str, out: np.ndarray) -> None:
    """Advance every patient from day `begin` to day `stop`, arrays of shape (patients,); write reports into `out`.

    `out`, shape (states, points, patients), gets the counts at every point from `begin` up to, not including,
    `stop`. With "euler" a step is one leap at the rates of its beginning. With "tau" and "langevin" it is a half at
    these rates, and a half at rates that make up for what the first left out: twice those found there less those of
    the beginning (Anderson and Koyama 2012, with θ = 1/2).
    """
    grid, moves, rates = Grid(sample, begin, stop, points, longest), sample.moves, Rates(sample)
    first, times = np.empty_like(rates.out), np.empty_like(rates.out)
    normal, part = method == "langevin", 1.0 if method == "euler" else 0.5
    while grid.turn(out):
        days = part * grid.tau
        rates.inputs[:] = sample.inputs(grid.t, grid.held)
        first[:] = rates(grid.t, sample.x)
        np.multiply(first, days, out=times)
        sample.x = moves.happen(sample.x, _drawn(sample, times, normal, grid.tau))
        if method != "euler":
            rates.inputs[:] = sample.inputs(grid.t + days, grid.held)
            np.multiply(rates(grid.t + days, sample.x), 2.0, out=times)
            times -= first
            np.maximum(times, 0.0, out=times)
            times *= days
            sample.x = moves.happen(sample.x, _drawn(sample, times, normal, grid.tau))
        grid.step()


def _drawn(sample: Sample, times: np.ndarray, normal: bool, tau: np.ndarray) -> np.ndarray:
    """Replace the mean numbers of happenings of noisy flows, in place, by numbers drawn."""
    noisy = sample.moves.noisy
    mean = times[noisy]
    for who, rng in sample.streams:
        # A group that has arrived draws no more, whoever else is under way.
        if not tau[who].any():
            continue
        of_group = mean[:, who]
        if normal:
            mean[:, who] += np.sqrt(of_group) * rng.standard_normal(of_group.shape)
        else:
            mean[:, who] = rng.poisson(of_group)
    times[noisy] = mean
    return times
