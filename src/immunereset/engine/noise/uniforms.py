"""Random numbers for each patient alone, whoever else is drawn for: xoshiro256++ on arrays.

The generator is that of Blackman and Vigna (2021, "Scrambled linear pseudorandom number generators"). A patient's
state is a column of four words of 64 bits. `chance` holds the same generator for numba.
"""

from __future__ import annotations

import numpy as np

HALF, PER_STEP = 0.5, 2.0**-52


def start_words(seed: np.random.SeedSequence, patients: int) -> np.ndarray:
    """Return a start for each patient, shape (4, patients), unsigned words of 64 bits.

    A patient's start is the same however many patients follow.
    """
    return np.ascontiguousarray(seed.generate_state(4 * patients, np.uint64).reshape(patients, 4).T)


def uniforms(words: np.ndarray) -> np.ndarray:
    """Return one number above 0 and below 1 for each patient, and move `words` on in place."""
    a, b, c, d = words
    drawn = _turned(a + d, 23)
    drawn += a
    shifted = b << np.uint64(17)
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d[:] = _turned(d, 45)
    drawn >>= np.uint64(12)
    return (drawn.astype(float) + HALF) * PER_STEP


def _turned(x: np.ndarray, by: int) -> np.ndarray:
    return (x << np.uint64(by)) | (x >> np.uint64(64 - by))
