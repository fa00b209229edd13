"""Six clones: exact survival, neutral shares, and nothing lost without noise."""

import numpy as np
import pytest

from immunereset.engine import Cohort, simulate
from immunereset.engine.noise.stochastic import simulate_noisy
from immunereset.models.few_clones import NAMES, SIZES, ablation, few_clones
from immunereset.models.repertoire import clone_survives

PERSONS = 2000


def test_without_noise_every_clone_keeps_its_share():
    run = simulate(few_clones, 365, ablation(2))
    for name, size in zip(NAMES, SIZES):
        assert run[name][-1] == pytest.approx(size, rel=1e-3)
    assert run["alive"][-1] == len(SIZES)


def test_survival_of_the_day_is_the_exact_formula():
    run = simulate_noisy(few_clones, Cohort(PERSONS), 1, ablation(2), volume=1.0, seed=3, points=[0.0, 1.0])
    for name, size in zip(NAMES, SIZES):
        expected = clone_survives(size, 2)
        error = np.sqrt(expected * (1 - expected) / PERSONS)
        assert abs((run[name][0] >= 1).mean() - expected) <= 3 * error + 1e-9
        assert abs(run[name][0].mean() - size / 100) < 3 * np.sqrt(size / 100 / PERSONS)


def test_shares_stay_the_same_on_average_after_regrowth():
    """Neutral: the mean share of a clone is what it was before; who has it differs from person to person."""
    run = simulate_noisy(
        few_clones, Cohort(PERSONS), 150, ablation(1), volume=1.0, seed=4, step=0.5, points=[0.0, 150.0]
    )
    total = sum(run[name][-1] for name in NAMES)
    for name, size in zip(NAMES, SIZES):
        share = run[name][-1] / total
        assert abs(share.mean() - size / sum(SIZES)) < 3 * share.std() / np.sqrt(PERSONS)
