"""Gillespie's direct method for a vector of patients: `engine.noise.exact`, with the same random numbers."""

import numpy as np

from .counts import DONE, ENDLESS, fault, happen, happen_alone, load, put_back
from .random import minus_log, uniforms
from .rows import AFTER, CHOSEN, END, HAPPENS, MORE, PAST, SLOPE, STAGE, TARGET, TIME, TOTAL, WAIT, WORST, U, X
from .sizes import EVENTS, FLOWS, INPUTS, LANES, NOISY, QUIETS, STATES
from .written import choose, count_flows


def next_event(w, bits, words, longest):
    """Draw for each lane when its next event is due and which; AFTER is the day to go to, HAPPENS whether it comes.

    Which it is is drawn only for an event that comes.
    """
    uniforms(w, words, WAIT, TOTAL)
    minus_log(w, bits, WAIT)
    for lane in range(LANES):
        wait, end = w[WAIT + lane] / w[TOTAL + lane], w[END + lane]
        after = w[TIME + lane] + (wait if wait < longest else longest)
        w[AFTER + lane] = end if after >= end else after
        w[HAPPENS + lane] = 0.0 if (after >= end) | (wait > longest) else 1.0
    uniforms(w, words, TARGET, HAPPENS)
    for lane in range(LANES):
        w[TARGET + lane] *= w[TOTAL + lane]
    choose(w)


def drift(w, amount):
    """Carry what follows its flows without noise along to the day AFTER; of these alone `amount` is not 0."""
    for f in range(FLOWS):
        for lane in range(LANES):
            w[SLOPE + f * LANES + lane] *= w[AFTER + lane] - w[TIME + lane]
    happen(w, amount)


def react(w, amount):
    """Let the event of every lane happen; where there is less to take than it takes, it happens by that share."""
    for k in range(STATES * LANES):
        w[STAGE + k] = w[X + k]
    for lane in range(LANES):
        if w[HAPPENS + lane] > 0.0:
            flow = NOISY[int(w[CHOSEN + lane])]
            for i in range(STATES):
                w[X + i * LANES + lane] += amount[flow, i]
    short = False
    for k in range(STATES * LANES):
        short |= w[X + k] < 0.0
    if short:
        for k in range(STATES * LANES):
            w[X + k] = w[STAGE + k]
        for lane in range(LANES):
            if w[HAPPENS + lane] > 0.0:
                happen_alone(w, X, lane, amount, NOISY[int(w[CHOSEN + lane])], 1.0)


def enter(w, lane, who, stop, edges, held, segment, points, point, out):
    """Lead a lane to its next leg, which ends on a point, on a change of held input or on the stop; report today's point."""
    day, k, s = w[TIME + lane], point[lane], segment[lane]
    if k < len(points) and points[k] == day:
        for i in range(STATES):
            out[i, k, who] = w[X + i * LANES + lane]
        k += 1
    while edges[s + 1, who] <= day:
        s += 1
    w[END + lane] = min(edges[s + 1, who], stop[who])
    if k < len(points):
        w[END + lane] = min(w[END + lane], points[k])
    for i in range(INPUTS):
        w[U + i * LANES + lane] = held[s, i, who]
    point[lane], segment[lane] = k, s


def jump(fixed, x, begin, stop, edges, held, state, amount, volume, points, longest, most_events, out):
    """Run every patient from `begin` to `stop` event by event; see `exact.jump`.

    `fixed` holds what was computed from parameters, shape (values, patients), and `state` the words of each patient's
    random numbers, shape (4, patients). Returns how it ended (DONE, NEGATIVE, INFINITE or ENDLESS) and the flow
    concerned.
    """
    patients, first = x.shape[1], 0
    w = np.zeros(MORE)
    bits, words = w.view(np.uint64), w.view(np.uint32)
    patient, segment = np.full(LANES, -1), np.zeros(LANES, np.int64)
    point = np.zeros(LANES, np.int64)
    quiet = amount.copy()
    for e in range(EVENTS):
        quiet[NOISY[e], :] = 0.0
    for lane in range(LANES):
        w[TIME + lane] = w[END + lane] = np.inf
    while True:
        under_way = 0
        for lane in range(LANES):
            while patient[lane] < 0 and first < patients:
                who = first
                first += 1
                if begin[who] >= stop[who]:
                    continue
                patient[lane], segment[lane], w[PAST + lane] = who, 0, 0.0
                load(w, words, lane, who, fixed, x, state)
                w[TIME + lane] = begin[who]
                point[lane] = np.searchsorted(points, begin[who])
                enter(w, lane, who, stop, edges, held, segment, points, point, out)
            under_way += patient[lane] >= 0
        if under_way == 0:
            return DONE, 0

        for k in range(STATES * LANES):
            w[STAGE + k] = w[X + k]
        count_flows(w, volume, 1.0 / volume)
        next_event(w, bits, words, longest)
        arrived, wrong = False, False
        for lane in range(LANES):
            arrived |= w[AFTER + lane] >= w[END + lane]
            wrong |= not w[WORST + lane] >= 0.0
        if wrong:
            for lane in range(LANES):
                how, flow = fault(w, lane)
                if patient[lane] >= 0 and how != DONE:
                    return how, flow
        if QUIETS > 0:
            drift(w, quiet)
        react(w, amount)
        endless = False
        for lane in range(LANES):
            w[TIME + lane] = w[AFTER + lane]
            w[PAST + lane] += w[HAPPENS + lane]
            endless |= w[PAST + lane] > most_events
        if endless:
            return ENDLESS, 0
        if arrived:
            for lane in range(LANES):
                who = patient[lane]
                if who < 0 or w[TIME + lane] < w[END + lane]:
                    continue
                if w[TIME + lane] < stop[who]:
                    enter(w, lane, who, stop, edges, held, segment, points, point, out)
                    continue
                put_back(w, words, lane, who, x, state)
                w[TIME + lane] = w[END + lane] = np.inf
                patient[lane] = -1
