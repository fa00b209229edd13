"""Tau-leaping and the chemical Langevin equation for a vector of patients, with the random numbers of `engine.noise.leap`."""

import numpy as np

from .counts import DONE, NEGATIVE, load, worst_flow
from .layout import (
    AFTER,
    EVENTS,
    FIRST,
    FLOWS,
    HIGHEST,
    INPUTS,
    LANES,
    LOWEST,
    MORE,
    NOISY,
    SLOPE,
    STAGE,
    STATES,
    TAU,
    TIME,
    WORST,
    U,
    X,
    count_flows,
)  # fmt: skip
from .random import poisson


def held_and_fading(held, segment, t, courses, who, inputs):
    """Write the inputs of patient `who` on day `t`: those that are held, and what courses that decay add."""
    level, start, stop, decay, driven = courses
    for i in range(INPUTS):
        inputs[i] = held[segment, i, who]
    for c in range(len(driven)):
        if start[c, who] <= t < stop[c, who]:
            inputs[driven[c]] += level[c, who] * np.exp(-decay[c, who] * max(t - start[c, who], 0.0))
    if len(driven) > 0:
        for i in range(INPUTS):
            inputs[i] = min(max(inputs[i], LOWEST[i]), HIGHEST[i])


def happen(w, lane, amount):
    """Let each flow of a lane happen as often as SLOPE says, none taking more than there is."""
    short = False
    for i in range(STATES):
        net = 0.0
        for f in range(FLOWS):
            net += amount[f, i] * w[SLOPE + f * LANES + lane]
        w[STAGE + i * LANES + lane] = w[X + i * LANES + lane] + net
        short |= w[STAGE + i * LANES + lane] < 0.0
    if not short:
        for i in range(STATES):
            w[X + i * LANES + lane] = w[STAGE + i * LANES + lane]
        return
    for f in range(FLOWS):
        times = w[SLOPE + f * LANES + lane]
        for i in range(STATES):
            if amount[f, i] < 0.0:
                times = min(times, w[X + i * LANES + lane] / -amount[f, i])
        for i in range(STATES):
            if amount[f, i] != 0.0:
                w[X + i * LANES + lane] = max(w[X + i * LANES + lane] + amount[f, i] * times, 0.0)


def draw_all(lanes, patients, rng, normal, amount):
    """Draw how often each noisy flow happens, given its mean in SLOPE, and let all flows happen."""
    for e in range(EVENTS):
        for b in range(len(lanes)):
            w = lanes[b]
            for lane in range(min(LANES, patients - b * LANES)):
                k = SLOPE + NOISY[e] * LANES + lane
                if normal:
                    w[k] += np.sqrt(w[k]) * rng.standard_normal()
                elif w[k] > 0.0:
                    w[k] = poisson(rng, w[k])
    for b in range(len(lanes)):
        for lane in range(min(LANES, patients - b * LANES)):
            happen(lanes[b], lane, amount)


def flows_now(w, first, patients, held, segment, courses, inputs, volume):
    """Compute the flows of a block of lanes, `first` the first of its patients, at TIME and X; false if one is negative."""
    for lane in range(patients):
        held_and_fading(held, segment[first + lane], w[TIME + lane], courses, first + lane, inputs)
        for i in range(INPUTS):
            w[U + i * LANES + lane] = inputs[i]
    for k in range(STATES * LANES):
        w[STAGE + k] = w[X + k]
    count_flows(w, volume, 1.0 / volume)
    for lane in range(patients):
        if w[WORST + lane] < 0.0:
            w[WORST] = worst_flow(w, lane)
            return False
    return True


def leap(fixed, x, begin, stop, edges, held, courses, rng, amount, volume, points, longest, normal, part, out):
    """Run every patient from `begin` to `stop` in steps; see `leap.leap`.

    `part` is the share of a step that the first leap takes: a half, or all of it. Returns how it ended (DONE or NEGATIVE) and the flow concerned.
    """
    patients = x.shape[1]
    lanes = np.zeros(((patients + LANES - 1) // LANES, MORE))
    inputs = np.zeros(max(INPUTS, 1))
    left, segment = np.zeros(patients, np.int64), np.zeros(patients, np.int64)
    target, point = begin.copy(), np.searchsorted(points, begin)
    for who in range(patients):
        w, lane = lanes[who // LANES], who % LANES
        load(w, lane, who, fixed, x)
        w[AFTER + lane] = begin[who]
    while True:
        going = False
        for who in range(patients):
            w, lane = lanes[who // LANES], who % LANES
            t = w[TIME + lane] = w[AFTER + lane]
            if t >= stop[who]:
                w[TAU + lane] = 0.0
                continue
            going = True
            if left[who] == 0:
                if point[who] < len(points) and points[point[who]] == t:
                    for i in range(STATES):
                        out[i, point[who], who] = w[X + i * LANES + lane]
                    point[who] += 1
                while edges[segment[who] + 1, who] <= t:
                    segment[who] += 1
                target[who] = min(edges[segment[who] + 1, who], stop[who])
                if point[who] < len(points):
                    target[who] = min(target[who], points[point[who]])
                days = target[who] - t
                left[who] = max(1, int(np.ceil(days / longest - 1e-9)))
                w[TAU + lane] = days / left[who]
            left[who] -= 1
            w[AFTER + lane] = target[who] if left[who] == 0 else t + w[TAU + lane]
        if not going:
            break

        for b in range(len(lanes)):
            w, width = lanes[b], min(LANES, patients - b * LANES)
            if not flows_now(w, b * LANES, width, held, segment, courses, inputs, volume):
                return NEGATIVE, int(w[WORST])
            for f in range(FLOWS):
                for lane in range(LANES):
                    k = f * LANES + lane
                    w[FIRST + k] = w[SLOPE + k]
                    w[SLOPE + k] *= part * w[TAU + lane]
        draw_all(lanes, patients, rng, normal, amount)
        if part == 1.0:
            continue
        for b in range(len(lanes)):
            w, width = lanes[b], min(LANES, patients - b * LANES)
            for lane in range(LANES):
                w[TIME + lane] += 0.5 * w[TAU + lane]
            if not flows_now(w, b * LANES, width, held, segment, courses, inputs, volume):
                return NEGATIVE, int(w[WORST])
            for f in range(FLOWS):
                for lane in range(LANES):
                    k = f * LANES + lane
                    w[SLOPE + k] = max(2.0 * w[SLOPE + k] - w[FIRST + k], 0.0) * (0.5 * w[TAU + lane])
        draw_all(lanes, patients, rng, normal, amount)
    for who in range(patients):
        w, lane = lanes[who // LANES], who % LANES
        for i in range(STATES):
            x[i, who] = w[X + i * LANES + lane]
    return DONE, 0
