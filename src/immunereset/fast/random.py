"""Random numbers for lanes: the same as `engine.noise.uniforms` and NumPy draw."""

import math

import numpy as np

from .layout import LANES, WORDS

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
