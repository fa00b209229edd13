"""Runs with the noise of single cells: the part of a compiled model that no model changes.

Nobody imports this module. `noise.source` writes constants and the flows of one model and puts this text below
them; numba compiles the whole. The same methods as in `exact` and `leap`, with the same random numbers, for `LANES`
patients side by side. As in `stepper`, the lanes lie in one array `w`, a row of `LANES` numbers for each quantity, so
that loops over lanes become vector instructions.
"""

import math

import numpy as np

TURN, SHIFT, SPARE = np.uint64(23), np.uint64(17), np.uint64(12)
TURN_BACK, LAST, LAST_BACK = np.uint64(41), np.uint64(45), np.uint64(19)
ONE = np.uint64(0x3FF0000000000000)
"""The bits of 1.0, which make a number from 1 to 2 of 52 random bits."""

BITS_OF_ONE, BITS_OF_ROOT, FRACTION = 0x3FF0000000000000, 0x3FE6A09E667F3BCD, 0x000FFFFFFFFFFFFF
"""As whole numbers: the bits of 1, of the square root of 1/2, and those behind the exponent."""

LN_2_HIGH, LN_2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
LOG = (
    6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
    1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
)  # fmt: skip
"""The polynomial of fdlibm's logarithm."""


def load(w, lane, who, fixed, x):
    """Give a lane to patient `who`."""
    for r in range(FIXED):
        w[P + r * LANES + lane] = fixed[r, who]
    for i in range(STATES):
        w[X + i * LANES + lane] = x[i, who]


def worst_flow(w, lane):
    """Return the flow of the lane that is most negative."""
    worst = 0
    for f in range(FLOWS):
        if w[SLOPE + f * LANES + lane] < w[SLOPE + worst * LANES + lane]:
            worst = f
    return worst


def draw(w, bits, target):
    """Write one number above 0 and below 1 for each lane to the row `target`: xoshiro256++."""
    for lane in range(LANES):
        a, b = bits[WORDS + lane], bits[WORDS + LANES + lane]
        c, d = bits[WORDS + 2 * LANES + lane], bits[WORDS + 3 * LANES + lane]
        drawn = a + d
        drawn = ((drawn << TURN) | (drawn >> TURN_BACK)) + a
        shifted = b << SHIFT
        c ^= a
        d ^= b
        bits[WORDS + LANES + lane] = b ^ c
        bits[WORDS + lane] = a ^ d
        bits[WORDS + 2 * LANES + lane] = c ^ shifted
        bits[WORDS + 3 * LANES + lane] = (d << LAST) | (d >> LAST_BACK)
        bits[target + lane] = (drawn >> SPARE) | ONE
    for lane in range(LANES):
        w[target + lane] = (w[target + lane] - 1.0) + 2.0**-53


def minus_log(w, bits, row):
    """Replace each number of a row, above 0 and at most 1, by minus its logarithm (the method of fdlibm)."""
    for lane in range(LANES):
        whole = np.int64(bits[row + lane]) + (BITS_OF_ONE - BITS_OF_ROOT)
        k = np.float64((whole >> 52) - 1023)
        bits[row + lane] = np.uint64((whole & FRACTION) + BITS_OF_ROOT)
        f = w[row + lane] - 1.0
        s = f / (2.0 + f)
        z = s * s
        tail = z * (LOG[0] + z * (LOG[1] + z * (LOG[2] + z * (LOG[3] + z * (LOG[4] + z * (LOG[5] + z * LOG[6]))))))
        half = 0.5 * f * f
        w[row + lane] = ((half - (s * (half + tail) + k * LN_2_LOW)) - f) - k * LN_2_HIGH


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
    w = np.zeros(SIZE)
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


def poisson(rng, mean):
    """Draw as NumPy does: products of uniforms below a mean of 10, above it transformed rejection (Hörmann 1993)."""
    if mean < 10.0:
        k, least, product = 0, np.exp(-mean), rng.random()
        while product > least:
            k += 1
            product *= rng.random()
        return k
    log_mean = np.log(mean)
    b = 0.931 + 2.53 * np.sqrt(mean)
    a = -0.059 + 0.02483 * b
    sure = 0.9277 - 3.6224 / (b - 2.0)
    while True:
        u, v = rng.random() - 0.5, rng.random()
        rest = 0.5 - abs(u)
        k = np.floor((2.0 * a / rest + b) * u + mean + 0.43)
        if rest >= 0.07 and v <= sure:
            return k
        if k < 0.0 or (rest < 0.013 and v > rest):
            continue
        scaled = np.log(v) + np.log(1.1239 + 1.1328 / (b - 3.4)) - np.log(a / (rest * rest) + b)
        if scaled <= k * log_mean - mean - math.lgamma(k + 1.0):
            return k


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
    lanes = np.zeros(((patients + LANES - 1) // LANES, SIZE))
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
