"""The random numbers of `engine.noise.random`, compiled: the same numbers from the same words, in the same order.

`words` is a row of unsigned numbers of 32 bits, of which each lane has four, `LANES` apart; `at` is the place of its
first. In plain Python, numbers of 32 bits warn when they run over; compiled they do not.
"""

import math

import numpy as np

from .rows import WORDS
from .sizes import LANES

BITS_OF_ONE, BITS_OF_ROOT, FRACTION = 0x3FF0000000000000, 0x3FE6A09E667F3BCD, 0x000FFFFFFFFFFFFF
"""As whole numbers: the bits of 1, of the square root of 1/2, and those behind the exponent."""

LN_2_HIGH, LN_2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
LOG = (
    6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
    1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
)  # fmt: skip
"""The polynomial of fdlibm's logarithm."""


def scrambled(b):
    """Return the number that a state gives, from its second word: xoshiro128**."""
    x = np.uint32(b * np.uint32(5))
    x = np.uint32((x << np.uint32(7)) | (x >> np.uint32(25)))
    return np.uint32(x * np.uint32(9))


def moved_on(a, b, c, d):
    """Return the next state."""
    shifted = np.uint32(b << np.uint32(9))
    c, d = np.uint32(c ^ a), np.uint32(d ^ b)
    turned = np.uint32((d << np.uint32(11)) | (d >> np.uint32(21)))
    return np.uint32(a ^ d), np.uint32(b ^ c), np.uint32(c ^ shifted), turned


def share(high, low):
    """Return the number above 0 and below 1 that two words of 32 bits make."""
    bits = np.float64(np.int32(high >> np.uint32(6))) * 2.0**26 + np.float64(np.int32(low >> np.uint32(6)))
    return (bits + 0.5) * 2.0**-52


def uniform(words, at):
    """Draw a number above 0 and below 1."""
    a, b, c, d = words[at], words[at + LANES], words[at + 2 * LANES], words[at + 3 * LANES]
    high = scrambled(b)
    a, b, c, d = moved_on(a, b, c, d)
    low = scrambled(b)
    words[at], words[at + LANES], words[at + 2 * LANES], words[at + 3 * LANES] = moved_on(a, b, c, d)
    return share(high, low)


def uniforms(w, words, target, wanted):
    """Write a uniform number to the row `target` of every lane, and move on those in which the row `wanted` is above 0."""
    for lane in range(LANES):
        at = 2 * WORDS + lane
        a, b, c, d = words[at], words[at + LANES], words[at + 2 * LANES], words[at + 3 * LANES]
        e, f, g, h = moved_on(a, b, c, d)
        drawn = share(scrambled(b), scrambled(f))
        e, f, g, h = moved_on(e, f, g, h)
        moves = w[wanted + lane] > 0.0
        words[at], words[at + LANES] = e if moves else a, f if moves else b
        words[at + 2 * LANES], words[at + 3 * LANES] = g if moves else c, h if moves else d
        w[target + lane] = drawn


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


def poisson(words, at, mean):
    """Draw by inversion below a mean of 10, above it by transformed rejection (Hörmann 1993, PTRS)."""
    u = uniform(words, at)
    if mean < 10.0:
        k, share_of_k = 0.0, np.exp(-mean)
        while u > share_of_k and share_of_k > 0.0:
            k += 1.0
            u -= share_of_k
            share_of_k *= mean / k
        return k
    log_mean = np.log(mean)
    b = 0.931 + 2.53 * np.sqrt(mean)
    a = -0.059 + 0.02483 * b
    scale, sure = 1.1239 + 1.1328 / (b - 3.4), 0.9277 - 3.6224 / (b - 2.0)
    while True:
        u, v = u - 0.5, uniform(words, at)
        rest = 0.5 - abs(u)
        k = np.floor((2.0 * a / rest + b) * u + (mean + 0.43))
        if rest >= 0.07 and v <= sure:
            return k
        if k >= 0.0 and (rest >= 0.013 or v <= rest):
            level = k * log_mean - mean - math.lgamma(k + 1.0)
            if np.log(v * scale / (a / (rest * rest) + b)) <= level:
                return k
        u = uniform(words, at)
