"""A hazard ratio that changes: where both groups meet, against a quadrature of its own."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from immunereset.evidence import load
from immunereset.models.crossing import FOLLOWED, MONTHS, crossing, free_of_events, hazard_ratio, month_of_meeting

POINTS = {3: 2.01, 6: 1.35, 12: 0.52, 24: 0.35, 36: 0.34}


def ratio(month):
    """The hazard ratio, written a second time: straight lines between logarithms."""
    known = sorted(POINTS)
    if month <= known[0]:
        return POINTS[known[0]]
    for a, b in zip(known, known[1:]):
        if month <= b:
            share = (month - a) / (b - a)
            return POINTS[a] ** (1 - share) * POINTS[b] ** share
    return POINTS[known[-1]]


def total(month):
    """The hazard ratio summed up over the months."""
    breaks = [0, *(m for m in POINTS if m < month), month]
    return sum(quad(ratio, a, b, epsabs=1e-12)[0] for a, b in zip(breaks, breaks[1:]))


PACE = -math.log(46 / 77) / FOLLOWED


def test_the_published_points_are_those_of_the_data():
    rows = load("trial_outcomes").query("study_id == 'ASTIS' and outcome == 'event (time-varying HR)'")
    assert dict(zip(rows.timepoint_months, rows.value)) == POINTS == {m: crossing.defaults[f"r_{m}"] for m in MONTHS}
    told = load("trials").set_index("study_id").loc["ASTIS"]
    assert "22 vs 31 events" in told.main_result and "5.8 y" in told.followup and told.n_total == 156


def test_the_groups_meet_in_month_19_8():
    month = brentq(lambda m: total(m) - m, 6, 60, xtol=1e-9)
    assert month == pytest.approx(19.80, abs=0.005)
    assert month_of_meeting() == pytest.approx(month, abs=1e-3)
    assert brentq(lambda m: ratio(m) - 1, 6, 12) == pytest.approx(7.89, abs=0.005)


@pytest.mark.parametrize("month", [3.0, 7.9, 12.0, 19.8, 24.0, 70.0])
def test_curves_agree_with_a_quadrature(month):
    withs, without = (curve[-1] for curve in free_of_events([0.0, month]))
    assert withs == pytest.approx(100 * math.exp(-PACE * total(month)), rel=1e-6)
    assert without == pytest.approx(100 * math.exp(-PACE * month), rel=1e-6)
    assert hazard_ratio(month) == pytest.approx(ratio(month), rel=1e-12)


def test_what_never_meets_never_does():
    worse = {f"r_{m}": 2.0 for m in MONTHS}
    assert month_of_meeting(**worse) == math.inf
    assert np.all(np.diff(free_of_events(np.arange(1.0, 60.0), **worse)) < 0)
