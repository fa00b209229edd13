"""The numbers of lesson 02: pushes, infections of every length, and the same infections with different brakes."""

import numpy as np
import pytest

from immunereset.engine import ModelError, simulate, threshold
from immunereset.models.interventions import infection
from immunereset.models.onset import effector_balance, ends_ill, least_strength, onset_days, push
from immunereset.models.tolerance import tolerance

DAYS = np.array([4.0, 5.0, 10.0, 14.0, 28.0])


def test_balance_is_the_models_own_equation():
    for held in ({}, {"R": 10.0}, {"M": 5.0, "N": 700.0}, {"I": 3.0, "epsilon": 0.4, "S": 2.0}):
        added, taken = effector_balance([0.1, 1.0, 9.0], **held)
        for i, E in enumerate((0.1, 1.0, 9.0)):
            state = tolerance.start | {s: v for s, v in held.items() if s in tolerance.states} | {"E": E}
            inputs = {s: v for s, v in held.items() if s in tolerance.inputs}
            slope = tolerance.derivative(0.0, list(state.values()), tolerance.defaults | inputs)
            assert added[i] - taken[i] == pytest.approx(slope[list(state).index("E")])


def test_balance_refuses_an_unknown_symbol():
    with pytest.raises(ModelError, match="no state 'Q'"):
        effector_balance([1.0], Q=1.0)


def test_push_starts_a_run_with_these_effectors():
    pushed = simulate(tolerance, 100.0, push(), E_0=3.0)
    assert pushed.final == pytest.approx(simulate(tolerance, 100.0, start={"E": 3.0}).final)


def test_least_push_from_health():
    assert threshold(lambda E: ends_ill(push(), E_0=E), 0.0, 4.0, 0.005) == pytest.approx(1.62, abs=0.03)


def test_strength_and_duration_of_an_infection():
    strength = least_strength(infection(), DAYS)
    assert np.isinf(strength[:2]).all()
    assert strength[2] == pytest.approx(13.05, abs=0.1)
    assert strength[3] == pytest.approx(6.4, abs=0.15)
    assert strength[4] * DAYS[4] < 10 * 10 < strength[2] * DAYS[2], "the longer infection needs less in all"
    for factor, ill in ((0.97, False), (1.03, True)):
        assert (ends_ill(infection(), I_0=factor * strength[2:], infection_days=DAYS[2:]) == ill).all()


def test_weaker_brake_needs_a_shorter_infection():
    shortest = [
        threshold(lambda days, K_R=K_R: ends_ill(infection(), I_0=10.0, infection_days=days, K_R=K_R), 1.0, 42.0, 0.1)
        for K_R in (8.0, 10.0, 16.0, 20.0)
    ]
    assert shortest == sorted(shortest, reverse=True)
    assert 11 < shortest[1] < 12


def test_same_infections_different_brakes():
    onset = onset_days([8, 10, 13, 16, 20], persons=200, years=20, seed=1)
    assert onset.shape == (5, 200)
    share = np.isfinite(onset).mean(axis=1)
    expected = np.array([0.05, 0.195, 0.50, 0.79, 0.94])
    assert (abs(share - expected) <= 3 * np.sqrt(expected * (1 - expected) / 200)).all()
    assert (np.diff(share) > 0).all()
    again = onset_days([13], persons=200, years=20, seed=1)
    same = "the same persons and infections, whatever the other groups"
    assert np.allclose(again[0], onset[2], rtol=1e-6), same
