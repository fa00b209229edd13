"""An exact interval for a share of patients."""

from numbers import Integral


def clopper_pearson(events, n, level=0.95):
    """Return the exact (Clopper-Pearson) interval of events / n, as two fractions between 0 and 1.

    `events` and `n` are whole numbers of patients with 0 <= events <= n and n >= 1; `level` lies between 0
    and 1. Anything else is a ValueError. Clopper and Pearson inverted the binomial test; its ends are
    quantiles of the beta distribution.
    """
    from scipy.stats import beta

    if not (isinstance(events, Integral) and isinstance(n, Integral) and n >= 1 and 0 <= events <= n):
        given = f"{events!r} and {n!r}"
        raise ValueError(f"Events must be a whole number from 0 to n, and n at least 1; these are {given}.")
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1, such as 0.95; this one is {level!r}.")
    tail = (1 - level) / 2
    low = 0.0 if events == 0 else float(beta.ppf(tail, events, n - events + 1))
    high = 1.0 if events == n else float(beta.ppf(1 - tail, events + 1, n - events))
    return low, high
