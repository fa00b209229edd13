"""Tau-leaping for a vector of patients: `engine.noise.leap`, with the same random numbers."""

import numpy as np

from .counts import DONE, fault, happen, load, put_back
from .inputs import faded, limited
from .random import poisson
from .rows import BEGIN, END, FIRST, MORE, SLOPE, STAGE, TAU, TIME, WORDS, U, X
from .sizes import EVENTS, FLOWS, INPUTS, LANES, NOISY, STATES
from .written import count_flows


def held_and_fading(held, segment, t, courses, who, inputs):
    """Write the inputs of patient `who` on day `t`: those that are held, and what courses that decay add."""
    level, start, stop, decay, driven = courses
    for i in range(INPUTS):
        inputs[i] = held[segment, i, who]
    for c in range(len(driven)):
        if start[c, who] <= t < stop[c, who]:
            inputs[driven[c]] += faded(level[c, who], decay[c, who], start[c, who], t)
    if len(driven) > 0:
        for i in range(INPUTS):
            inputs[i] = limited(i, inputs[i])


def flows_now(w, first, patients, held, segment, courses, inputs, volume):
    """Compute the flows of a block of lanes, `first` the first of its patients, at TIME and X; return what is wrong."""
    for lane in range(patients):
        held_and_fading(held, segment[first + lane], w[TIME + lane], courses, first + lane, inputs)
        for i in range(INPUTS):
            w[U + i * LANES + lane] = inputs[i]
    for k in range(STATES * LANES):
        w[STAGE + k] = w[X + k]
    count_flows(w, volume, 1.0 / volume)
    for lane in range(patients):
        how, flow = fault(w, lane)
        if how != DONE:
            return how, flow
    return DONE, 0


def draw(w, words, patients, amount):
    """Draw how often each noisy flow happens, given its mean in SLOPE, flow after flow; then let all flows happen."""
    for e in range(EVENTS):
        for lane in range(patients):
            k = SLOPE + NOISY[e] * LANES + lane
            if w[k] > 0.0:
                w[k] = poisson(words, 2 * WORDS + lane, w[k])
    happen(w, amount)


def leap(fixed, x, begin, stop, edges, held, courses, state, amount, volume, points, longest, parts, out):
    """Run every patient from `begin` to `stop` in steps of one leap or, with 2 `parts`, of two; see `leap.leap`.

    `fixed` and `state` are as in `jump`. Returns how it ended (DONE, NEGATIVE or INFINITE) and the flow concerned.
    """
    patients = x.shape[1]
    blocks = np.zeros(((patients + LANES - 1) // LANES, MORE))
    inputs = np.zeros(max(INPUTS, 1))
    taken, steps = np.zeros(patients, np.int64), np.zeros(patients, np.int64)
    segment, point = np.zeros(patients, np.int64), np.searchsorted(points, begin)
    for who in range(patients):
        w, lane = blocks[who // LANES], who % LANES
        load(w, w.view(np.uint32), lane, who, fixed, x, state)
        w[END + lane] = begin[who]
    while True:
        going = False
        for who in range(patients):
            w, lane = blocks[who // LANES], who % LANES
            if taken[who] == steps[who]:
                day = w[BEGIN + lane] = w[TIME + lane] = w[END + lane]
                taken[who], steps[who], w[TAU + lane] = 0, 0, 0.0
                if day >= stop[who]:
                    continue
                if point[who] < len(points) and points[point[who]] == day:
                    for i in range(STATES):
                        out[i, point[who], who] = w[X + i * LANES + lane]
                    point[who] += 1
                while edges[segment[who] + 1, who] <= day:
                    segment[who] += 1
                end = min(edges[segment[who] + 1, who], stop[who])
                if point[who] < len(points):
                    end = min(end, points[point[who]])
                w[END + lane] = end
                steps[who] = max(1, int(np.ceil((end - day) / longest - 1e-9)))
                w[TAU + lane] = (end - day) / steps[who] / parts
            going = True
        if not going:
            break

        for b in range(len(blocks)):
            w, first, width = blocks[b], b * LANES, min(LANES, patients - b * LANES)
            words = w.view(np.uint32)
            for part in range(parts):
                for lane in range(width):
                    w[TIME + lane] = w[BEGIN + lane] + (parts * taken[first + lane] + part) * w[TAU + lane]
                how, flow = flows_now(w, first, width, held, segment, courses, inputs, volume)
                if how != DONE:
                    return how, flow
                for f in range(FLOWS):
                    for lane in range(LANES):
                        k = f * LANES + lane
                        rate = w[SLOPE + k]
                        mean = max(2.0 * rate - w[FIRST + k], 0.0) if part else rate
                        w[FIRST + k] = rate
                        w[SLOPE + k] = mean * w[TAU + lane]
                draw(w, words, width, amount)
            for lane in range(width):
                if w[TAU + lane] > 0.0:
                    taken[first + lane] += 1
    for who in range(patients):
        w, lane = blocks[who // LANES], who % LANES
        put_back(w, w.view(np.uint32), lane, who, x, state)
    return DONE, 0
