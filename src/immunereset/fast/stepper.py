"""Steps, stops and events for a vector of patients: the part of a compiled model that no model and no method changes.

The same error control and stops as in `batch`, for `LANES` patients side by side, each with its own time, step and
segment; a patient who has arrived gives the lane to the next. Here it steps by Dormand–Prince; `kernel.source` puts
the same functions below those of the method it wants.
"""

import numpy as np

from immunereset.engine.cohort.batch import ROUNDS_A_LOOK, STABILITY

from .dormand_prince import attempt, fastest_rate, next_factor, report
from .inputs import limited
from .rows import END, FACTOR, HELD, HOPE, K0, MORE, NORM, ROOT, SLOPE, STAGE, STOP, H, P, T, U, Y
from .sizes import FIXED, INPUTS, LANES, STATES
from .written import add_errors

DONE, STUCK, ENDLESS, IMPOSSIBLE = range(4)
"""How a run ends."""

LOOKS = 2
"""Looks in a row at which a stiff patient's step must be at the limit of stability."""

MANY_STEPS = 1000
"""Steps ahead of a stiff patient from which the implicit kernel, which may have to be compiled, is worth its while."""


def judge(w, bits, rtol, atol):
    """Compute for each lane the error of the step, the factor for the next one, and the day of its end."""
    for lane in range(LANES):
        w[NORM + lane] = 0.0
    add_errors(w, rtol, atol)
    for lane in range(LANES):
        norm = np.sqrt(w[NORM + lane] / STATES)
        w[NORM + lane] = norm
        # Outside these bounds the factor is at its own.
        w[ROOT + lane] = min(max(norm, 1e-4), 1e4)
    next_factor(w, bits)
    for lane in range(LANES):
        factor = min(max(w[FACTOR + lane], 0.2), 5.0)
        w[FACTOR + lane] = factor if w[NORM + lane] < np.inf else 0.1
        t, h = w[T + lane], w[H + lane]
        w[END + lane] = w[STOP + lane] if h >= w[STOP + lane] - t else t + h


def commit(w):
    """Move the lanes whose step was good; propose the next step to all."""
    for lane in range(LANES):
        w[T + lane] = w[END + lane] if w[NORM + lane] <= 1.0 else w[T + lane]
        w[HOPE + lane] = w[H + lane] * w[FACTOR + lane]
    for i in range(STATES):
        row = i * LANES
        for lane in range(LANES):
            good = w[NORM + lane] <= 1.0
            w[Y + row + lane] = w[STAGE + row + lane] if good else w[Y + row + lane]
            w[K0 + row + lane] = w[SLOPE + row + lane] if good else w[K0 + row + lane]


def first_step(w, lane, until, rtol, atol):
    """Take over the slope at the beginning of a segment and guess the first step from it."""
    size = speed = 0.0
    for i in range(STATES):
        k = i * LANES + lane
        w[K0 + k] = w[SLOPE + k]
        scale = atol + rtol * abs(w[Y + k])
        size = max(size, abs(w[Y + k]) / scale)
        speed = max(speed, abs(w[K0 + k]) / scale)
    guess = 0.01 * max(size, 1e-5) / max(speed, 1e-30)
    w[HOPE + lane] = min(max(guess, 1e-9 * until), 0.1 * until)


def enter(act, w, lane, who, until, plan, fading, level, rate, since, driven):
    """Apply today's events to patient `who`, set stop and inputs; return the event that failed, or -1."""
    levels, starts, stops, decays, inputs, days, breaks = plan
    t = w[T + lane]
    for e in range(len(days)):
        if days[e, who] == t and not act(w.ctypes, lane, e):
            return e
    stop = until
    for b in range(len(breaks)):
        if t < breaks[b, who] < stop:
            stop = breaks[b, who]
    w[STOP + lane] = stop
    middle = (t + stop) / 2
    fading[lane] = 0
    for i in range(INPUTS):
        w[HELD + i * LANES + lane] = 0.0
    for c in range(len(starts)):
        if not starts[c, who] <= middle < stops[c, who]:
            continue
        if decays[c, who] > 0:
            f = fading[lane]
            level[f, lane], rate[f, lane] = levels[c, who], decays[c, who]
            since[f, lane], driven[f, lane] = starts[c, who], inputs[c]
            fading[lane] = f + 1
        else:
            w[HELD + inputs[c] * LANES + lane] += levels[c, who]
    for i in range(INPUTS):
        w[U + i * LANES + lane] = limited(i, w[HELD + i * LANES + lane])
    # One attempt with a step of 0 computes the slope of the new segment along with the other lanes.
    w[HOPE + lane] = 0.0
    for i in range(STATES):
        w[K0 + i * LANES + lane] = 0.0
    return -1


def run(act, fixed, begin, plan, points, until, rtol, atol, most_steps, looking, stiff, steps, out):
    """Run the patients from where they are in `begin`; fill `out` and `steps` as `batch.integrate` does.

    `act(w, lane, event)` applies an event. `fixed` holds what was computed from parameters, shape (values,
    patients): first the model's, then those of the events. Returns how it ended
    (DONE, STUCK, ENDLESS or IMPOSSIBLE), with the patient, the day and the event concerned.

    `begin`, shape (2 + states, patients), holds the day, the next point to report and the states of each patient. If
    `looking`, patients found stiff are left where they are: `stiff`, of the same shape, then gets that of each of them.
    """
    patients, courses = begin.shape[1], len(plan[0])
    w = np.zeros(MORE + (len(fixed) - FIXED) * LANES)
    bits = w.view(np.int64)
    fading = np.zeros(LANES, np.int64)
    level, rate, since = (np.zeros((courses, LANES)), np.zeros((courses, LANES)), np.zeros((courses, LANES)))
    driven = np.zeros((courses, LANES), np.int64)
    patient = np.full(LANES, -1)
    point, looks = np.zeros(LANES, np.int64), np.zeros(LANES, np.int64)
    fresh = np.zeros(LANES, np.bool_)
    waiting = under_way = rounds = 0
    while True:
        for lane in range(LANES):
            if patient[lane] >= 0 or waiting == patients:
                continue
            who = waiting
            waiting, under_way = waiting + 1, under_way + 1
            patient[lane], fresh[lane], point[lane], looks[lane] = who, True, np.int64(begin[1, who]), 0
            for q in range(len(fixed)):
                first = P if q < FIXED else MORE - FIXED * LANES
                w[first + q * LANES + lane] = fixed[q, who]
            for i in range(STATES):
                w[Y + i * LANES + lane] = begin[2 + i, who]
            w[T + lane] = begin[0, who]
            failed = enter(act, w, lane, who, until, plan, fading, level, rate, since, driven)
            if failed >= 0:
                return IMPOSSIBLE, who, w[T + lane], failed
        if under_way == 0:
            return DONE, -1, until, -1

        rounds += 1
        for lane in range(LANES):
            w[H + lane] = min(w[HOPE + lane], w[STOP + lane] - w[T + lane])
        attempt(w, fading, level, rate, since, driven)
        judge(w, bits, rtol, atol)

        for lane in range(LANES):
            who, k = patient[lane], point[lane]
            if who < 0 or fresh[lane]:
                continue
            steps[who] += 1
            t, h, end = w[T + lane], w[H + lane], w[END + lane]
            if not w[NORM + lane] <= 1.0:
                if h < 1e-13 * until:
                    return STUCK, who, t, -1
            else:
                # A point on the stop itself waits for its event.
                while k < len(points) and (points[k] < end or (points[k] == end and end < w[STOP + lane])):
                    report(w, lane, (points[k] - t) / h, out[who, k])
                    k += 1
                point[lane] = k
            if steps[who] > most_steps:
                return ENDLESS, who, t, -1
            if looking and rounds % ROUNDS_A_LOOK == 0:
                many = until - end > MANY_STEPS * h * w[FACTOR + lane]
                limited = h * fastest_rate(w, lane, rtol, atol) > STABILITY
                looks[lane] = looks[lane] + 1 if many and limited else 0
        commit(w)

        for lane in range(LANES):
            who = patient[lane]
            if who < 0:
                continue
            if fresh[lane]:
                fresh[lane] = False
                first_step(w, lane, until, rtol, atol)
            elif w[T + lane] >= w[STOP + lane]:
                failed = enter(act, w, lane, who, until, plan, fading, level, rate, since, driven)
                if failed >= 0:
                    return IMPOSSIBLE, who, w[T + lane], failed
                fresh[lane] = True
                if w[T + lane] >= until:
                    if point[lane] < len(points):
                        for i in range(STATES):
                            out[who, point[lane], i] = w[Y + i * LANES + lane]
                    patient[lane], fresh[lane], fading[lane] = -1, False, 0
                    under_way -= 1
            elif looks[lane] >= LOOKS and w[NORM + lane] <= 1.0:
                stiff[0, who], stiff[1, who] = w[T + lane], point[lane]
                for i in range(STATES):
                    stiff[2 + i, who] = w[Y + i * LANES + lane]
                patient[lane], fading[lane] = -1, 0
                under_way -= 1
