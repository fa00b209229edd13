"""Liability and twins: the numbers of an independent program, and simulated pairs against the integral."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from immunereset.models.liability import (
    concordance,
    explained_fraction,
    heritability_for,
    pairs_with_a_patient,
    pairwise,
    recurrence_ratio,
    risk_if_met,
    threshold_of,
    twin_pairs,
)


@pytest.mark.parametrize(
    "K, h2, shared, expected",
    [(0.003, 0.5, 1, 0.08), (0.003, 0.6, 1, 0.13), (0.003, 0.7, 1, 0.20), (0.003, 0.8, 1, 0.31), (0.003, 0.5, 0.5, 0.02),
     (0.01, 0.6, 1, 0.19)],
)  # fmt: skip
def test_concordance(K, h2, shared, expected):
    assert concordance(K, h2, shared) == pytest.approx(expected, abs=0.005)


def test_siblings_of_patients_are_ill_6_8_times_as_often():
    assert recurrence_ratio(0.003, 0.5) == pytest.approx(6.8, abs=0.05)


def test_a_quarter_of_identical_twins_needs_a_heritability_of_three_quarters():
    h2 = heritability_for(0.003, 0.25)
    assert h2 == pytest.approx(0.75, abs=0.005)
    assert concordance(0.003, h2) == pytest.approx(0.25, abs=1e-5)


def test_a_trigger_can_explain_nearly_all_cases_and_harm_hardly_anyone():
    assert explained_fraction(0.95, 32) == pytest.approx(0.967, abs=5e-4)
    met, spared = risk_if_met(0.003, 0.95, 32), risk_if_met(0.003, 0.95, 32) / 32
    assert met == pytest.approx(0.0032, abs=5e-5)
    assert 0.95 * met + 0.05 * spared == pytest.approx(0.003)


def test_ends():
    assert concordance(0.003, 0.0) == pytest.approx(0.003, rel=1e-6)
    assert concordance(0.003, 1.0) == 1 and heritability_for(0.003, 1.0) == 1
    assert concordance(0.003, 0.999) == pytest.approx(0.94, abs=0.03)
    assert explained_fraction(0.0, 32) == 0 and explained_fraction(0.5, 1) == 0
    assert threshold_of(0.5) == pytest.approx(0)


@pytest.mark.parametrize("K", [1e-6, 0.001, 0.003, 0.01, 0.5, 0.9])
def test_a_concordance_and_its_heritability_go_together_to_both_ends(K):
    """With no heritability twins have everybody's risk, exactly; just below a heritability of 1 nearly all are ill."""
    assert heritability_for(K, K) == 0 and concordance(K, 0.0) == K
    for h2 in (1e-9, 0.01, 0.5, 0.99, 1 - 1e-6):
        assert heritability_for(K, concordance(K, h2)) == pytest.approx(h2, rel=1e-5)
    falling = [concordance(K, 1 - gap) for gap in (0.0, 1e-12, 1e-9, 1e-6, 1e-3)]
    assert falling[0] == 1 and (np.diff(falling) < 0).all()


@pytest.mark.parametrize("K, h2", [(0.01, 0.5), (0.01, 0.999), (0.3, 1 - 1e-6), (0.3, 0.6)])
def test_concordance_is_that_of_the_normal_distribution_of_two(K, h2):
    both = multivariate_normal.cdf([-threshold_of(K)] * 2, cov=[[1, h2], [h2, 1]], abseps=1e-12, releps=1e-12)
    assert concordance(K, h2) == pytest.approx(both / K, rel=1e-6)


@pytest.mark.parametrize("h2, shared", [(0.6, 1.0), (0.6, 0.5), (0.0, 1.0)])
def test_drawn_pairs_are_the_integrals(h2, shared):
    pairs, K = 400_000, 0.02
    X = twin_pairs(h2, pairs, shared, seed=3)
    assert abs(np.corrcoef(X)[0, 1] - shared * h2) < 3 / np.sqrt(pairs)
    ill = threshold_of(K) < X
    first, both = ill[0].sum(), ill.all(axis=0).sum()
    assert abs(first / pairs - K) < 3 * np.sqrt(K * (1 - K) / pairs)
    some, share = ill.any(axis=0).sum(), pairwise(concordance(K, h2, shared))
    assert abs(both / some - share) < 3 * np.sqrt(share * (1 - share) / some)
    expected = concordance(K, h2, shared)
    assert abs(both / first - expected) < 3 * np.sqrt(expected * (1 - expected) / first)


def test_more_heritability_means_more_concordance_but_never_all():
    rising = [concordance(0.003, h2) for h2 in np.linspace(0, 0.9, 10)]
    assert (np.diff(rising) > 0).all() and rising[-1] < 0.55
    assert concordance(0.003, 0.7) > concordance(0.003, 0.7, 0.5) > 0.003


@pytest.mark.parametrize(
    "call, sentence",
    [
        (lambda: concordance(0, 0.5), "K is 0; it is a share of all people"),
        (lambda: concordance(0.01, 1.2), "h2 is 1.2; it must lie from 0 to 1"),
        (lambda: concordance(0.01, 0.5, 2), "shared is 2; it must lie from 0 to 1"),
        (lambda: heritability_for(0.01, 0.005), "A concordance of 0.005 is impossible here"),
        (lambda: twin_pairs(1.5, 10, seed=1), "h2 is 1.5; it must lie from 0 to 1"),
        (lambda: twin_pairs(0.5, -3, seed=1), "At least 1 pair is drawn; -3"),
        (lambda: pairwise(1.2), "concordance is 1.2; it must lie from 0 to 1"),
        (
            lambda: explained_fraction(95, 32),
            "p is 95; it is the share of all people that meets the trigger, from 0 to 1",
        ),
        (lambda: explained_fraction(0.95, 0.5), "ratio is 0.5; a trigger that explains cases has a ratio of risks"),
        (lambda: risk_if_met(0.1, 0.5, -1), "ratio is -1; a ratio of risks is at least 0"),
        (
            lambda: risk_if_met(0.98, 0.5, 32),
            "K is 0.98, p is 0.5 and ratio is 32: with these, more than all of those who meet the trigger",
        ),
        (lambda: risk_if_met(0.98, [0.5, 0.6], 32), "more than all"),
        (lambda: risk_if_met(0.01, 1, 0), "or nobody could"),
        (lambda: explained_fraction(0.5, np.inf), "at least 0, and finite"),
        (lambda: heritability_for(0.0, 1.0), "K is 0.0; it is a share"),
        (lambda: heritability_for(0.01, np.nan), "A concordance of nan is impossible here"),
    ],
)
def test_refusals(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


@pytest.mark.parametrize(("h2", "shared"), [(0.0, 1.0), (0.5, 1.0), (0.7, 0.5), (0.9, 1.0)])
def test_pairs_with_a_patient_agree_as_often_as_the_integral_says(h2, shared):
    K, pairs = 0.003, 20_000
    patient, twin = pairs_with_a_patient(K, h2, shared, pairs, 3)
    T, share = threshold_of(K), pairwise(concordance(K, h2, shared))
    assert (patient > T).all() and patient.shape == twin.shape == (pairs,)
    assert (twin > T).mean() == pytest.approx(share, abs=3 * (share * (1 - share) / pairs) ** 0.5)
    # A patient alone lies on the tail of the bell curve: its mean is the inverse of Mills' ratio.
    if h2 == 0:
        mean = norm.pdf(T) / norm.sf(T)
        assert patient.mean() == pytest.approx(mean, abs=3 * patient.std() / pairs**0.5)


def test_pairs_need_a_pair():
    with pytest.raises(ValueError, match="At least 1 pair"):
        pairs_with_a_patient(0.003, 0.5, 1.0, 0, 1)
