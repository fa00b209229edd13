"""The tolerance model with a thymus that falls silent, against the tolerance model itself."""

import numpy as np
import pytest

from immunereset.engine import simulate
from immunereset.models.interventions import transplant
from immunereset.models.patients import reference_patient, reset_depth
from immunereset.models.thymus import silence, silent_depth, silent_thymus
from immunereset.models.tolerance import tolerance


@pytest.mark.parametrize(("share", "thymus"), [(0.0, 0.16), (1.0, 0.0), (0.25, 0.12)])
def test_a_share_withheld_from_both_is_a_weaker_thymus(share, thymus):
    days, start = np.linspace(0, 400, 9), reference_patient()
    protocol = transplant(k=2.4) + silence(share, share, 500)
    held = simulate(silent_thymus, 400, protocol, start=start, points=days)
    weak = simulate(tolerance, 400, transplant(k=2.4), start=start, points=days, theta_20=thymus)
    for state in tolerance.states:
        assert held[state] == pytest.approx(weak[state], rel=1e-6), state


def test_newcomers_arrive_again_after_the_silent_days():
    run = simulate(
        silent_thymus, 200, transplant(k=12) + silence(days=100), start=reference_patient(), points=[0, 99.9, 150]
    )
    output = 0.94 * 0.16 * 2 ** (-10 / 15.7)
    assert run["N"][1] < 1e-6 and run["N"][2] == pytest.approx(50 * output, rel=0.3)


def test_the_threshold_with_and_without_newcomers_is_that_of_the_tolerance_model():
    assert silent_depth(days=0) == pytest.approx(reset_depth(), abs=0.006)
    assert silent_depth() == pytest.approx(reset_depth(theta_20=0), abs=0.006)
