"""Gillespie's direct method for a vector of patients, with the random numbers of `engine.noise.exact`."""

import numpy as np

from .counts import DONE, ENDLESS, NEGATIVE, load, worst_flow
from .layout import (
    AFTER,
    AHEAD,
    CHOSEN,
    END,
    HAPPENS,
    INPUTS,
    LANES,
    MORE,
    NOISY,
    QUIET,
    QUIETS,
    SLOPE,
    STAGE,
    STATES,
    TARGET,
    TIME,
    TOTAL,
    WAIT,
    WORDS,
    WORST,
    U,
    X,
    choose,
    count_flows,
)  # fmt: skip
from .random import draw, minus_log


def next_event(w, bits, longest):
    """Draw for each lane when its next event is due and which; AFTER is the day to go to, HAPPENS whether it comes."""
    draw(w, bits, WAIT)
    draw(w, bits, TARGET)
    minus_log(w, bits, WAIT)
    for lane in range(LANES):
        wait, end = w[WAIT + lane] / w[TOTAL + lane], w[END + lane]
        after = w[TIME + lane] + (wait if wait < longest else longest)
        w[AFTER + lane] = end if after >= end else after
        w[HAPPENS + lane] = 0.0 if (after >= end) | (wait > longest) else 1.0
        w[TARGET + lane] *= w[TOTAL + lane]
    choose(w)


def drift(w, amount):
    """Carry what follows its flows without noise along to the day AFTER."""
    for i in range(STATES):
        for lane in range(LANES):
            w[STAGE + i * LANES + lane] = 0.0
    for q in range(QUIETS):
        for i in range(STATES):
            much = amount[QUIET[q], i]
            if much != 0.0:
                for lane in range(LANES):
                    w[STAGE + i * LANES + lane] += much * w[SLOPE + QUIET[q] * LANES + lane]
    for i in range(STATES):
        for lane in range(LANES):
            k = i * LANES + lane
            w[X + k] = max(w[X + k] + w[STAGE + k] * (w[AFTER + lane] - w[TIME + lane]), 0.0)


def enter(w, lane, who, stop, edges, held, segment):
    """Set the lane's inputs, and the day up to which they are held."""
    w[END + lane] = min(edges[segment + 1, who], stop[who])
    for i in range(INPUTS):
        w[U + i * LANES + lane] = held[segment, i, who]


def jump(fixed, x, begin, stop, edges, held, words, amount, volume, points, longest, most_events, out):
    """Run every patient from `begin` to `stop` event by event; see `exact.jump`.

    `fixed` holds what was computed from parameters, shape (values, patients). Returns how it ended (DONE, NEGATIVE or
    ENDLESS) and the flow concerned.
    """
    patients, first = x.shape[1], 0
    w = np.zeros(MORE)
    bits = w.view(np.uint64)
    patient, segment = np.full(LANES, -1), np.zeros(LANES, np.int64)
    point, events = np.zeros(LANES, np.int64), np.zeros(LANES, np.int64)
    for lane in range(LANES):
        w[TIME + lane] = w[END + lane] = w[AHEAD + lane] = np.inf
    while True:
        under_way = 0
        for lane in range(LANES):
            while patient[lane] < 0 and first < patients:
                who = first
                first += 1
                if begin[who] >= stop[who]:
                    continue
                patient[lane], events[lane] = who, 0
                load(w, lane, who, fixed, x)
                for r in range(4):
                    bits[WORDS + r * LANES + lane] = words[r, who]
                w[TIME + lane] = begin[who]
                segment[lane] = 0
                while edges[segment[lane] + 1, who] <= begin[who]:
                    segment[lane] += 1
                enter(w, lane, who, stop, edges, held, segment[lane])
                point[lane] = np.searchsorted(points, begin[who])
                w[AHEAD + lane] = points[point[lane]] if point[lane] < len(points) else np.inf
            under_way += patient[lane] >= 0
        if under_way == 0:
            return DONE, 0

        for k in range(STATES * LANES):
            w[STAGE + k] = w[X + k]
        count_flows(w, volume, 1.0 / volume)
        next_event(w, bits, longest)
        passed, worst = False, False
        for lane in range(LANES):
            passed |= (w[AHEAD + lane] < w[AFTER + lane]) | (w[AFTER + lane] >= w[END + lane])
            worst |= w[WORST + lane] < 0.0
        if worst:
            for lane in range(LANES):
                if patient[lane] >= 0 and w[WORST + lane] < 0.0:
                    return NEGATIVE, worst_flow(w, lane)
        if passed:
            for lane in range(LANES):
                who, k = patient[lane], point[lane]
                while w[AHEAD + lane] < w[AFTER + lane] and who >= 0:
                    for i in range(STATES):
                        out[i, k, who] = w[X + i * LANES + lane]
                    k += 1
                    w[AHEAD + lane] = points[k] if k < len(points) else np.inf
                point[lane] = k
        if QUIETS > 0:
            drift(w, amount)
        for lane in range(LANES):
            if w[HAPPENS + lane] > 0.0:
                flow = NOISY[int(w[CHOSEN + lane])]
                for i in range(STATES):
                    w[X + i * LANES + lane] += amount[flow, i]
                events[lane] += 1
                if events[lane] > most_events:
                    return ENDLESS, 0
            w[TIME + lane] = w[AFTER + lane]
        if passed:
            for lane in range(LANES):
                who = patient[lane]
                if who < 0 or w[TIME + lane] < w[END + lane]:
                    continue
                if w[TIME + lane] < stop[who]:
                    segment[lane] += 1
                    enter(w, lane, who, stop, edges, held, segment[lane])
                    continue
                for i in range(STATES):
                    x[i, who] = w[X + i * LANES + lane]
                for r in range(4):
                    words[r, who] = bits[WORDS + r * LANES + lane]
                w[TIME + lane] = w[END + lane] = w[AHEAD + lane] = np.inf
                patient[lane] = -1
