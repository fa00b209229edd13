"""Random numbers for many patients at once: each has a stream of its own, the same in Python and on the page.

The generator is xoshiro128** (Blackman and Vigna 2021, "Scrambled linear pseudorandom number generators"). The four
words of 32 bits of patient i are those that NumPy gives `SeedSequence(seed, spawn_key=(i,))`. What is drawn for a
patient depends on the seed, the patient's number and what was drawn for that patient before, on nothing else.

A uniform number takes two words, 26 bits of each; all else is made of uniform numbers:

exponential  minus the logarithm of one
normal       Marsaglia's polar method (Marsaglia and Bray 1964)
poisson      inversion, of one uniform number, below a mean of 10; above it transformed rejection (Hörmann 1993, PTRS)
binomial     inversion below a mean of 10, above it transformed rejection (Hörmann 1993, BTRS)

`random.js` draws the same numbers for the page, and `fast` for compiled runs, with the same formulas in the same
order. Their logarithms and powers may differ in the last digit: a whole number can differ where a draw falls on the
very edge between two outcomes, less than once in 10^12 draws.
"""

from __future__ import annotations

import numpy as np

FIVE, SIX, SEVEN, NINE, ELEVEN, TWENTY_ONE, TWENTY_FIVE = np.array([5, 6, 7, 9, 11, 21, 25], np.uint32)[:, None]
"""As arrays: a number would be turned into one at each use, which takes as long as the use itself."""


class Random:
    """Streams of random numbers for the patients of these numbers, `patients`, of `seed`.

    `seed` is a whole number of at least 0 or a `numpy.random.SeedSequence`, which is not used up. `words`, shape
    (4, patients), unsigned of 32 bits, is the state. Each draw takes `who`, the places of the patients to draw for
    (None for all), and returns an array of that length; parameters of the law have that length, too.
    """

    _states = ()

    def __init__(self, seed, patients):
        self.words = start_words(seed, np.asarray(patients))

    def part(self, who: np.ndarray) -> Random:
        """Return streams for the patients at the places `who` that go on from here."""
        part = object.__new__(Random)
        part.words = self.words.take(who, axis=1)
        return part

    def put_back(self, who: np.ndarray, part: Random) -> None:
        """Let the patients at the places `who` go on where their streams in `part` are."""
        # Row by row: several times quicker than all at once.
        for row, new in zip(self.words, part.words):
            row[who] = new

    def _some(self, who: np.ndarray, law: str, *given) -> np.ndarray:
        """Return what `law` draws for the patients at the places `who`, and let them go on from there."""
        part = self.part(who)
        drawn = getattr(part, law)(*given)
        self.put_back(who, part)
        return drawn

    def uniform(self, who=None) -> np.ndarray:
        """Return numbers above 0 and below 1, never either."""
        if who is not None:
            return self._some(who, "uniform")
        drawn = self._ahead(1)[0].copy()
        self.words[:] = self._states[2]
        return drawn

    def exponential(self, who=None) -> np.ndarray:
        """Return exponential numbers of mean 1."""
        return -np.log(self.uniform(who))

    def normal(self, who=None) -> np.ndarray:
        """Return normal numbers of mean 0 and standard deviation 1."""
        if who is not None:
            return self._some(who, "normal")
        count, tried = 4, np.ones((1, 1), bool)
        while tried[-1].any():
            # Tries go on until each patient has one that is kept; only those up to it are used.
            count += 5
            numbers = self._ahead(2 * count)
            x, y = 2 * numbers[::2] - 1, 2 * numbers[1::2] - 1
            s = x * x + y * y
            kept = (s > 0) & (s < 1)
            tried = np.cumsum(kept, axis=0) - kept < 1
        kept &= tried
        x, s = x.T[kept.T], s.T[kept.T]
        self._use(2 * tried.sum(axis=0))
        return x * np.sqrt(-2 * np.log(s) / s)

    def poisson(self, mean, who=None) -> np.ndarray:
        """Return Poisson numbers of these means, as floats; for a mean that is not above 0, 0 without a random number.

        `mean` has shape (patients,), or (rows, patients): then each patient draws row after row.
        """
        mean = np.asarray(mean, dtype=float)
        return self._whole(mean > 0, mean < 10, (mean,), who, _few, _many).reshape(mean.shape)

    def binomial(self, n, p, who=None) -> np.ndarray:
        """Return how many of `n` come true, each with chance `p`, as floats; chances of 0 and 1 take no random number."""
        n, p = np.asarray(n, dtype=float), np.asarray(p, dtype=float)
        rarer = np.where(p > 0.5, 1 - p, p)
        drawn = self._whole(rarer > 0, n * rarer < 10, (n, rarer), who, _few_of, _many_of)
        return np.where(p > 0.5, n - drawn, drawn)

    def _whole(self, random, few, given: tuple, who, invert, hat) -> np.ndarray:
        """Draw whole numbers: by inversion where there are `few`, elsewhere by rejection; 0 where nothing is `random`.

        Rejection is Hörmann's, two uniform numbers a try. `hat(*given)` returns its a, b, scale and middle, the bound
        of the box inside which a number is kept at once, the largest number, how far the tips of the hat are cut off,
        and the logarithm of the law as a function of a number and of the places asked for.
        """
        rows, given = np.atleast_2d(random), [x.ravel() for x in given]
        pairs, out = rows & ~few, np.zeros(rows.size)

        def attempt(cells, u, v):
            out[cells], kept = _tried(u - 0.5, v, *hat(*(x.take(cells) for x in given)))
            return kept

        u, low = self._in_order(rows, pairs, who, attempt), np.flatnonzero(rows & ~pairs)
        if low.size == out.size:
            return invert(u, *given)
        out[low] = invert(u, *(x.take(low) for x in given))
        return out

    def _in_order(self, rows: np.ndarray, pairs: np.ndarray, who, attempt) -> np.ndarray:
        """Return a uniform number for each of `rows`, truths of shape (rows, patients), that is not among the `pairs`.

        Each patient draws row after row; where a row is among the `pairs`, two numbers a try. `attempt(cells, u, v)`
        gets the tries of the `cells` (places in the rows one after the other) and returns which are kept. All rows are
        tried at once, as if all were kept; behind the first that is not, a patient's rows are tried again, two on.
        """
        if who is not None:
            return self._some(who, "_in_order", rows, pairs, None, attempt)
        width, cells = rows.shape[1], np.flatnonzero(pairs)
        # How far on the numbers ahead, row by row of these, each cell begins behind the one before; at last, the end.
        steps = np.empty((len(rows) + 1, width), int)
        steps[0] = everyone = np.arange(width)
        np.multiply(rows, width, out=steps[1:])
        if cells.size:
            steps[1:] += width * pairs
        place, spare = _summed(steps), 8 + len(rows) if cells.size else 0
        column, at, end, numbers = cells % width, place.take(cells), place[-1], np.empty((0, width))
        while True:
            needed = end.max(initial=0) // max(width, 1)
            if needed > len(numbers):
                numbers = self._ahead(needed + spare)
            if not cells.size:
                break
            again = np.flatnonzero(~attempt(cells, numbers.take(at), numbers.take(at + width)))[::-1]
            first = np.full(width, rows.size)
            first[column[again]] = cells[again]
            late = np.flatnonzero(first < rows.size)
            end[late] += 2 * width
            steps.ravel()[first[late] + width] += 2 * width
            on = np.flatnonzero(cells >= first.take(column))
            cells, column, at = cells.take(on), column.take(on), at.take(on) + 2 * width
        if needed:
            self._use((end - everyone) // width)
        if needed == len(rows) and rows.all():
            return numbers.ravel()
        return numbers.take((_summed(steps) if spare else place)[:-1][rows & ~pairs])

    def _ahead(self, count: int) -> np.ndarray:
        """Return the next `count` uniform numbers of each patient, shape (count, patients), and keep the states on the way.

        These are `_states`, shape (2 count + 1 or more, 4, patients): each number takes two words. The next call uses
        the same arrays, because new ones take as long as the numbers.
        """
        if len(self._states) <= 2 * count:
            width = self.words.shape[1]
            self._states = np.empty((2 * count + 1, 4, width), np.uint32)
            self._drawn, self._numbers = np.empty((2, 2 * count, width), np.uint32), np.empty((count, width))
        states, (drawn, spare), numbers = self._states, self._drawn[:, : 2 * count], self._numbers[:count]
        states[0] = self.words
        for now, after, shifted in zip(states, states[1:], spare):
            # The words a, b, c, d in pairs: c, d with a, b; then a, b with the new d, c.
            np.bitwise_xor(now[2:], now[:2], out=after[2:])
            np.bitwise_xor(now[:2], after[:1:-1], out=after[:2])
            c, d = after[2:]
            c ^= np.left_shift(now[1], NINE, out=shifted)
            np.left_shift(d, ELEVEN, out=shifted)
            d >>= TWENTY_ONE
            d |= shifted
        np.multiply(states[: 2 * count, 1], FIVE, out=drawn)
        np.left_shift(drawn, SEVEN, out=spare)
        drawn >>= TWENTY_FIVE
        drawn |= spare
        drawn *= NINE
        drawn >>= SIX
        np.multiply(drawn[::2], 2.0**26, out=numbers)
        numbers += drawn[1::2]
        numbers += 0.5
        numbers *= 2.0**-52
        return numbers

    def _use(self, counts: np.ndarray) -> None:
        """Let each patient go on behind so many of the numbers ahead."""
        width = counts.size
        now = 8 * width * counts + np.arange(width)
        for k, row in enumerate(self.words):
            self._states.take(now + k * width, out=row, mode="clip")


def places(chosen: np.ndarray) -> np.ndarray | None:
    """Return the places of those chosen, None for all: what draws take as `who`."""
    return None if chosen.all() else np.flatnonzero(chosen)


def start_words(seed, patients: np.ndarray) -> np.ndarray:
    """Return the words that `SeedSequence(seed, spawn_key=(i,))` starts a generator with, for all i, shape (4, patients).

    What NumPy does one by one (O'Neill's seed sequence): here only the last word, the patient's number, is mixed in.
    """
    whole = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    given = max(_count_words(whole.entropy), 4) + _count_words(whole.spawn_key)
    stir = _Stir(0x43B0D7E5 * pow(0x931E8875, 4 * given, 2**32), 0x931E8875)
    pool = [_mixed(word, stir(patients.astype(np.uint32))) for word in whole.pool]
    stir = _Stir(0x8B51F9DD, 0x58F38DED)
    return np.array([stir(word) for word in pool])


class _Stir:
    """The hash of the seed sequence, which changes with each use."""

    def __init__(self, salt: int, factor: int):
        self.salt, self.factor = salt % 2**32, factor

    def __call__(self, value: np.ndarray) -> np.ndarray:
        value = value ^ np.uint32(self.salt)
        self.salt = self.salt * self.factor % 2**32
        value *= np.uint32(self.salt)
        return value ^ (value >> np.uint32(16))


def _mixed(x, y: np.ndarray) -> np.ndarray:
    mixed = np.uint32(int(x) * 0xCA01F9DD % 2**32) - y * np.uint32(0x4973F715)
    return mixed ^ (mixed >> np.uint32(16))


def _count_words(numbers) -> int:
    """Return in how many words of 32 bits NumPy writes one whole number or several."""
    return sum(max(1, -(-int(n).bit_length() // 32)) for n in np.atleast_1d(np.array(numbers, dtype=object)))


def _summed(steps: np.ndarray) -> np.ndarray:
    """Return the sums of all rows up to each: for few long rows quicker than `numpy.cumsum`."""
    sums = steps.copy()
    for before, row in zip(sums, sums[1:]):
        row += before
    return sums


def _few(u, mean) -> np.ndarray:
    """Return Poisson numbers of means below 10 by inversion of `u`."""
    return _inverted(u, mean, lambda mean: np.exp(-mean), lambda k, mean: mean / k, mean)


def _few_of(u, n, p) -> np.ndarray:
    """Return binomial numbers of means below 10 by inversion of `u`."""

    def none(n, p):
        return np.exp(n * np.log1p(-p))

    return _inverted(u, n * p, none, lambda k, n, p: p / (1 - p) * (n - k + 1) / k, n, p)


def _many(mean) -> tuple:
    """Return the hat of Poisson numbers of means from 10 on: PTRS."""
    b = 0.931 + 2.53 * np.sqrt(mean)

    def level(k, i):
        return k * np.log(mean[i]) - mean[i] - log_factorial(k)

    a = -0.059 + 0.02483 * b
    return a, b, 1.1239 + 1.1328 / (b - 3.4), mean + 0.43, 0.9277 - 3.6224 / (b - 2), np.inf, 0.013, level


def _many_of(n, p) -> tuple:
    """Return the hat of binomial numbers of means from 10 on: BTRS."""
    spread, mode = np.sqrt(n * p * (1 - p)), np.floor((n + 1) * p)
    b = 1.15 + 2.53 * spread

    def level(k, i):
        height = log_factorial(mode[i]) + log_factorial(n[i] - mode[i])
        return height - log_factorial(k) - log_factorial(n[i] - k) + (k - mode[i]) * np.log(p[i] / (1 - p[i]))

    a = -0.0873 + 0.0248 * b + 0.01 * p
    return a, b, (2.83 + 5.1 / b) * spread, n * p + 0.5, 0.92 - 4.2 / b, n, 0.0, level


def _tried(u, v, a, b, scale, middle, sure, most, tip, level) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of one try, and which of them are kept; see `Random._whole`."""
    rest = 0.5 - np.abs(u)
    k = np.floor((2 * a / rest + b) * u + middle)
    kept = (rest >= 0.07) & (v <= sure)
    i = np.flatnonzero(~kept & (k >= 0) & (k <= most) & ((rest >= tip) | (v <= rest)))
    rest = rest[i]
    kept[i] = np.log(v[i] * scale[i] / (a[i] / (rest * rest) + b[i])) <= level(k[i], i)
    return k, kept


def _inverted(u, mean, none, ratio, *given) -> np.ndarray:
    """Return the smallest k up to which the shares of 0, 1, ... k add up to `u`.

    `none(*given)` is the share of 0, at least 1 - `mean`; `ratio(k, *given)` that of k over that of k - 1.
    """
    out, places = np.zeros(u.size), np.flatnonzero(u + mean > 0.999)
    u, *given = (x.take(places) for x in (u, *given))
    # Below a mean of 10 no share is above 0 beyond 200, so that a byte can count.
    share, count, k = none(*given), np.zeros(u.size, np.uint8), 0
    on = u > share
    while left := np.count_nonzero(on):
        if 2 * left < on.size:
            # The few that go on leave the others behind.
            out[places] = count
            go = np.flatnonzero(on)
            places, u, share, count, on, *given = (x.take(go) for x in (places, u, share, count, on, *given))
        k += 1
        count += on
        u -= share
        share *= ratio(k, *given)
        on &= u > share
        on &= share > 0
    out[places] = count
    return out


LOW = 7
"""From here on, Stirling's series has all digits."""

SHIFT = np.array([sum(np.log(np.arange(x, LOW)).tolist()) for x in range(1, LOW + 1)])
"""The logarithm of (LOW - 1)! / k!, for k from 0 to LOW - 1."""


def log_factorial(k: np.ndarray) -> np.ndarray:
    """Return ln k! for whole numbers of at least 0, as floats, by Stirling's series."""
    x = np.maximum(k + 1, LOW)
    r = 1 / (x * x)
    series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - r * 691 / 360360))))) / x
    return (x - 0.5) * np.log(x) - x + 0.5 * np.log(2 * np.pi) + series - SHIFT[np.minimum(k, LOW - 1).astype(int)]
