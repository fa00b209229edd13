"""The curve of reset against depth, with the numbers of an independent program."""

import numpy as np
import pytest

from immunereset.engine import ModelError
from immunereset.models.relapse_days import relapse_days
from immunereset.models.reset_curve import DEPTHS, reset_curve

OTHERS, PATIENTS = 600, 300
DEPTHS_ASKED = [2.0, 2.5, 2.75, 3.0, 3.5, 4.5]


def three_errors(expected, others, patients):
    """Three standard errors of the difference of two samples, and half a percent for the rounding of the other."""
    expected = np.clip(expected, 0.01, 0.99)
    return 3 * np.sqrt(expected * (1 - expected) * (1 / others + 1 / patients)) + 0.005


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        (dict(infections_per_year=0.0), [0.05, 0.50, 0.83, 0.93, 0.99, 1.0]),
        (dict(varied=False, depth_sd=0.0), [0.0, 0.34, 0.55, 0.63, 0.82, 0.93]),
        (dict(), [0.02, 0.26, 0.46, 0.58, 0.77, 0.90]),
    ],
    ids=["heterogeneity", "infections", "both"],
)
def test_shares_reset_are_those_of_an_independent_program(world, expected):
    curve = reset_curve(DEPTHS_ASKED, PATIENTS, seed=1, **world)
    assert (np.abs(curve.share - expected) < three_errors(expected, OTHERS, PATIENTS)).all()


@pytest.mark.parametrize(("volume", "expected"), [(10.0, [0.20, 0.54, 0.79]), (250.0, [0.0, 0.61, 0.97])])
def test_noise_of_single_cells_smooths_the_threshold(volume, expected):
    alone = dict(varied=False, depth_sd=0.0, infections_per_year=0.0)
    curve = reset_curve([2.0, 2.5, 3.0], 100, 3.0, seed=2, volume=volume, **alone)
    assert (np.abs(curve.share - expected) < three_errors(expected, 200, 100)).all()


def test_the_same_patients_are_asked_at_every_depth():
    curve = reset_curve([2.0, 2.5, 3.0, 4.0], 100, 2.0, seed=3, infections_per_year=0.0)
    assert (np.diff(curve.reset) >= 0).all() and curve.reset[0] < curve.reset[-1] <= curve.patients == 100
    days = relapse_days([2.0, 4.0], 50, 2, seed=3)
    assert days.shape == (2, 50)
    for row, depth in zip(days, (2.0, 4.0)):
        assert row == pytest.approx(relapse_days(depth, 50, 2, seed=3), rel=1e-3)


def test_depths_are_thirteen_and_what_is_not_allowed_is_refused():
    assert len(DEPTHS) == 13
    with pytest.raises(ModelError, match="no parameter 'wind'"):
        reset_curve([2.0], 10, 1.0, seed=1, wind=3.0)
    with pytest.raises(ModelError, match="volume is -1 µL"):
        reset_curve([2.0], 10, 1.0, seed=1, volume=-1.0)
