r"""Liability: how a disease can be strongly genetic, and yet spare most twins of patients.

Question
    If genes explain most of the differences in risk, why is the identical twin of a patient so often well?

Model (Falconer's)
    Everybody has a liability X = sqrt(h²) G + sqrt(1 - h²) U, where G (genes) and U (all else, luck included) are
    independent standard normal numbers. Ill is who has X > T; the threshold T is where a share K of the people is ill.
    Two persons who share a part s of their genes (s = 1 for identical twins, 1/2 for others and for siblings) have
    liabilities that correlate with s h². Concordance is the chance that the second is ill, given that the first is.

    A trigger with risk ratio RR, met by a share p of the people, explains the fraction
    p (RR - 1)/(1 + p (RR - 1)) of all cases, even if hardly anyone who meets it falls ill.

Sources
    The model is known as Falconer's; his paper was not seen. K and h² are chosen, not measured.

Limits
    `LIMITS`.
"""

from __future__ import annotations

import numpy as np

from immunereset.engine.noise.random import Random

LIMITS = (
    "No age: people are ill or well for good, while real twins can still fall ill.",
    "Genes and all else add up and do not depend on each other; twins share nothing but genes.",
    "One bell curve for everybody. Single genes with strong effects, such as HLA, are not seen in it.",
)


def threshold_of(K):
    """Return T, the liability above which a share `K` (0 to 1, both excluded) of all people lies."""
    from scipy.stats import norm

    _check_share("K", K)
    return norm.isf(K)


def concordance(K: float, h2: float, shared: float = 1.0) -> float:
    """Return the chance that a relative of a patient is ill too.

    `K` is the share of all people that is ill, `h2` the heritability of the liability from 0 to 1, `shared` the part
    of the genes that both have: 1 for identical twins, 0.5 for other twins and siblings. The chance that both are ill
    grows with the correlation from K², what chance alone gives (Plackett, Biometrika 41:351, 1954). Raises ValueError
    outside.
    """
    from scipy.integrate import quad

    _check_between(h2=h2, shared=shared)
    T, rho = threshold_of(K), shared * h2
    if rho == 1:
        return 1.0
    more, _ = quad(lambda angle: np.exp(-(T**2) / (1 + np.sin(angle))), 0.0, np.arcsin(rho), epsabs=0, epsrel=1e-9)
    return K + more / (2 * np.pi * K)


def pairwise(concordance: float) -> float:
    """Return the share of pairs with a patient in which both are ill, from the chance c that a patient's twin is ill.

    A pair with two patients is counted once here and twice there: c/(2 - c). It holds if every pair with a patient was
    found. Raises ValueError for a chance outside 0 to 1.
    """
    _check_between(concordance=concordance)
    return concordance / (2.0 - concordance)


def recurrence_ratio(K: float, h2: float, shared: float = 0.5) -> float:
    """Return lambda, how many times more often a relative of a patient is ill than anybody."""
    return concordance(K, h2, shared) / K


def heritability_for(K: float, twins: float) -> float:
    """Return the heritability at which identical twins have the concordance `twins`, from K to 1.

    Raises ValueError for a K that is no share and a concordance that no heritability gives.
    """
    from scipy.optimize import brentq

    _check_share("K", K)
    if not K <= twins <= 1:
        raise ValueError(
            f"A concordance of {twins!r} is impossible here; it must lie from {K:g}, all people's risk, to 1."
        )
    return brentq(lambda h2: concordance(K, h2) - twins, 0.0, 1.0)


def twin_pairs(h2: float, pairs: int, shared: float = 1.0, *, seed):
    """Draw pairs of persons; return their liabilities, shape (2, pairs). `h2` and `shared` as in `concordance`.

    Raises ValueError for these outside 0 to 1, and for less than one pair.
    """
    _check_between(h2=h2, shared=shared)
    if not pairs >= 1:
        raise ValueError(f"At least 1 pair is drawn; {pairs} were asked for.")
    rng = np.random.default_rng(seed)
    common, own = rng.standard_normal(pairs), rng.standard_normal((2, pairs))
    other = rng.standard_normal((2, pairs))
    genes = np.sqrt(shared) * common + np.sqrt(1 - shared) * own
    return np.sqrt(h2) * genes + np.sqrt(1 - h2) * other


TRIES = 3
"""Pairs that are drawn for each that is kept, at most."""


def pairs_with_a_patient(K: float, h2: float, shared: float, pairs: int, seed: int) -> np.ndarray:
    """Draw pairs of which somebody is ill, as a study finds them; return liabilities, shape (2, pairs), a patient's first.

    A patient is drawn, then the twin. A pair in which both are ill could be drawn by either, so half of these are left
    out. The same `seed` is the same luck at every `h2`, and the page draws the same (pairs.js). Raises ValueError as
    `concordance` does, and for less than one pair.
    """
    _check_between(h2=h2, shared=shared)
    if not pairs >= 1:
        raise ValueError(f"At least 1 pair is drawn; {pairs} were asked for.")
    T, rho = threshold_of(K), shared * h2
    source, left = Random(seed, np.arange(TRIES * pairs)), np.arange(TRIES * pairs)
    patient = np.empty(left.size)
    while left.size:  # Marsaglia's way beyond a border (1964)
        far = np.sqrt(T**2 - 2 * np.log(source.uniform(left)))
        taken = source.uniform(left) * far < T
        patient[left[taken]] = far[taken]
        left = left[~taken]
    twin = rho * patient + np.sqrt(1 - rho**2) * source.normal()
    kept = np.flatnonzero((twin <= T) | (source.uniform() < 0.5))[:pairs]
    return np.array([patient[kept], twin[kept]])


def explained_fraction(p, ratio):
    """Return the share of all cases that would not be there without a trigger.

    `p` is the share of the people that meets it, `ratio` the risk of those who do over the risk of those who do not.
    Raises ValueError for a share outside 0 to 1 and a ratio below 1: what protects explains no case.
    """
    _check_trigger(p, ratio)
    if not (np.asarray(ratio) >= 1).all():
        raise ValueError(f"ratio is {ratio!r}; a trigger that explains cases has a ratio of risks of at least 1.")
    excess = np.asarray(p) * (np.asarray(ratio) - 1.0)
    return excess / (1.0 + excess)


def risk_if_met(K, p, ratio):
    """Return the risk of those who meet a trigger, if a share `p` does and a share `K` of all people falls ill.

    `ratio` as in `explained_fraction`. Raises ValueError for shares outside 0 to 1, a negative ratio, and numbers that
    do not go together: more people cannot fall ill than all.
    """
    _check_share("K", K)
    _check_trigger(p, ratio)
    with np.errstate(divide="ignore", invalid="ignore"):
        risk = np.asarray(ratio) * K / (1.0 + np.asarray(p) * (np.asarray(ratio) - 1.0))
    if not (risk <= 1).all():
        raise ValueError(
            f"K is {K!r}, p is {p!r} and ratio is {ratio!r}: with these, more than all of those who meet the trigger "
            "would fall ill, or nobody could; the risk must lie from 0 to 1."
        )
    return risk


def _check_trigger(p, ratio) -> None:
    if not ((np.asarray(p) >= 0) & (np.asarray(p) <= 1)).all():
        raise ValueError(f"p is {p!r}; it is the share of all people that meets the trigger, from 0 to 1.")
    if not ((np.asarray(ratio) >= 0) & (np.asarray(ratio) < np.inf)).all():
        raise ValueError(f"ratio is {ratio!r}; a ratio of risks is at least 0, and finite.")


def _check_between(**values: float) -> None:
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise ValueError(f"{name} is {value!r}; it must lie from 0 to 1.")


def _check_share(name: str, value) -> None:
    if not ((np.asarray(value) > 0) & (np.asarray(value) < 1)).all():
        raise ValueError(f"{name} is {value!r}; it is a share of all people, above 0 and below 1.")
