"""The share of a varied cohort that stays free of relapse."""

import numpy as np
import pytest

from immunereset.engine import YEAR, ModelError
from immunereset.models.relapse_days import relapse_days


def free(days, years):
    return np.mean(days > years * YEAR)


@pytest.mark.parametrize(("depth", "expected"), [(2.0, 0.02), (2.5, 0.26), (3.5, 0.77)])
def test_shares_free_of_relapse_after_five_years(depth, expected):
    """Expected: an independent program (n = 600); the band is three standard errors of both samples."""
    n = 300
    error = np.sqrt(expected * (1 - expected) * (1 / n + 1 / 600))
    assert free(relapse_days(depth, n, 5, seed=1), 5) == pytest.approx(expected, abs=3 * error)


def test_without_variation_in_depth_or_infections_only_the_patients_differ():
    n = 200
    shares = [free(relapse_days(k, n, 5, seed=2, depth_sd=0.0, infections_per_year=0.0), 5) for k in (2.0, 3.0)]
    with_infections = free(relapse_days(3.0, n, 5, seed=2, depth_sd=0.0), 5)
    assert shares[0] < 0.15 and shares[1] > 0.85
    assert with_infections < shares[1] - 0.1


def test_one_seed_gives_the_same_patients_at_every_depth():
    shallow, deep = (relapse_days(k, 50, 2, seed=3) for k in (2.25, 4.0))
    assert np.array_equal(shallow, relapse_days(2.25, 50, 2, seed=3))
    assert np.mean(deep >= shallow) > 0.95


def test_depths_below_zero_are_not_reached():
    assert np.isfinite(relapse_days(0.0, 20, 1, seed=4)).all()
    with pytest.raises(ModelError):
        relapse_days(2.0, 0, 1, seed=4)
