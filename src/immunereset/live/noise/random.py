"""Random numbers from a seed: the same seed and stream give the same numbers here and in random.js."""

import math

import numpy as np


class Random:
    """A source of random numbers for a live figure: xoshiro128** (Blackman & Vigna 2021).

    `seed` and `stream` are whole numbers from 0 to 2**32 - 1; streams of one seed are independent of each other.
    Raises ValueError for others. It draws one number at a time, as the page does: for arrays, use NumPy's own generator.
    """

    def __init__(self, seed, stream=0):
        self.words = np.random.SeedSequence(whole(seed), spawn_key=(whole(stream),)).generate_state(4).tolist()

    def word(self):
        """A whole number from 0 to 2**32 - 1."""
        a, b, c, d = self.words
        out = (_turned(b * 5 & 0xFFFFFFFF, 7) * 9) & 0xFFFFFFFF
        c ^= a
        d ^= b
        self.words = [a ^ d, b ^ c, c ^ (b << 9 & 0xFFFFFFFF), _turned(d, 11)]
        return out

    def uniform(self):
        """Above 0 and below 1, never either."""
        return ((self.word() >> 6) * 67108864 + (self.word() >> 6) + 0.5) / 4503599627370496

    def exponential(self):
        """Mean 1."""
        return -math.log(self.uniform())

    def normal(self):
        """Mean 0, standard deviation 1: Marsaglia's polar method."""
        while True:
            x, y = 2 * self.uniform() - 1, 2 * self.uniform() - 1
            s = x * x + y * y
            if 0 < s < 1:
                return x * math.sqrt(-2 * math.log(s) / s)

    def gamma(self, shape):
        """Mean `shape`, scale 1 (Marsaglia & Tsang 2000)."""
        if shape < 1:
            return self.gamma(shape + 1) * self.uniform() ** (1 / shape)
        d = shape - 1 / 3
        c = 1 / math.sqrt(9 * d)
        while True:
            x = self.normal()
            v = (1 + c * x) ** 3
            if v > 0 and math.log(self.uniform()) < x * x / 2 + d * (1 - v + math.log(v)):
                return d * v

    def poisson(self, mean):
        """By inversion below a mean of 10, above it by transformed rejection (Hörmann 1993, PTRS)."""
        if not mean > 0:
            return 0
        if mean < 10:
            k, share, u = 0, math.exp(-mean), self.uniform()
            while u > share > 0:
                k += 1
                u -= share
                share *= mean / k
            return k
        b = 0.931 + 2.53 * math.sqrt(mean)
        a = -0.059 + 0.02483 * b
        scale, sure = 1.1239 + 1.1328 / (b - 3.4), 0.9277 - 3.6224 / (b - 2)
        while True:
            u, v = self.uniform() - 0.5, self.uniform()
            rest = 0.5 - abs(u)
            k = math.floor((2 * a / rest + b) * u + mean + 0.43)
            if rest >= 0.07 and v <= sure:
                return k
            if k < 0 or (rest < 0.013 and v > rest):
                continue
            if math.log(v * scale / (a / (rest * rest) + b)) <= k * math.log(mean) - mean - math.lgamma(k + 1):
                return k

    def binomial(self, n, p):
        """By inversion below a mean of 10, above it by transformed rejection (Hörmann 1993, BTRS)."""
        if p > 0.5:
            return n - self.binomial(n, 1 - p)
        if not p > 0:
            return 0
        odds = p / (1 - p)
        if n * p < 10:
            k, share, u = 0, math.exp(n * math.log1p(-p)), self.uniform()
            while u > share > 0:
                k += 1
                u -= share
                share *= odds * (n - k + 1) / k
            return k
        spread = math.sqrt(n * p * (1 - p))
        b = 1.15 + 2.53 * spread
        a = -0.0873 + 0.0248 * b + 0.01 * p
        scale, sure, mode = (2.83 + 5.1 / b) * spread, 0.92 - 4.2 / b, math.floor((n + 1) * p)
        height = math.lgamma(mode + 1) + math.lgamma(n - mode + 1)
        while True:
            u, v = self.uniform() - 0.5, self.uniform()
            rest = 0.5 - abs(u)
            k = math.floor((2 * a / rest + b) * u + n * p + 0.5)
            if rest >= 0.07 and v <= sure:
                return k
            if not 0 <= k <= n:
                continue
            level = height - math.lgamma(k + 1) - math.lgamma(n - k + 1) + (k - mode) * math.log(odds)
            if math.log(v * scale / (a / (rest * rest) + b)) <= level:
                return k


def whole(number):
    """A seed or stream as an int."""
    if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or not 0 <= number < 2**32:
        raise ValueError(f"A seed is a whole number from 0 to 4294967295, not {number!r}.")
    return int(number)


def _turned(x, k):
    return (x << k | x >> (32 - k)) & 0xFFFFFFFF
