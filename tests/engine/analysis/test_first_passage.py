"""First passage with noise, against exact mean times of one dimension (quadrature of Gardiner's formula)."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from immunereset.engine import Model, ModelError, Parameter, State, first_passage, gain

SIGMA = 0.5


def of(drift):
    """A model of one state whose drift stands around 10, so that its wall at 0 is never met."""
    return Model(
        name="one state", states=[State("x", 9.0, "–", "x")], parameters=[Parameter("c", 1.0, "1/d", "speed", "toy value")],
        flows=lambda t, y, p: {"drift": gain("x", p.c * drift(y.x - 10.0))},
    )  # fmt: skip


CASES = {
    "Ornstein–Uhlenbeck": (lambda x: -x, lambda x: x**2 / 2, 0.0, 0.8, 0.002),
    "double well": (lambda x: x - x**3, lambda x: (x**2 - 1) ** 2 / 4, -1.0, 0.5, 0.005),
}
"""Drift, potential, start, end, and a step: a longer one does where the end lies behind the ridge, not on a slope."""


def exact_mean(potential, start, end):
    """T = (2/σ²) ∫_start^end e^{2U(y)/σ²} ∫_{−∞}^y e^{−2U(z)/σ²} dz dy."""
    weight = 2 / SIGMA**2
    inner = lambda y: quad(lambda z: math.exp(-weight * (potential(z) - potential(y))), -4, y)[0]  # noqa: E731
    return weight * quad(inner, start, end)[0]


@pytest.mark.parametrize("name", CASES)
def test_the_mean_is_exact_within_three_standard_errors(name):
    drift, potential, start, end, step = CASES[name]
    days, places = first_passage(
        of(drift), lambda y: y[0] > 10 + end, noise=SIGMA, until=2000, size=1500, seed=3, start={"x": 10 + start}, step=step,
    )  # fmt: skip
    assert np.isfinite(days).all() and (places[0] > 10 + end).all()
    assert (
        abs(days.mean() - exact_mean(potential, start, end))
        < 3 * days.std() / math.sqrt(len(days)) + 0.02 * days.mean()
    )


def test_without_noise_it_is_the_run():
    days, _ = first_passage(
        of(lambda x: -x), lambda y: y[0] > 9.5, noise=0.0, until=5, size=2, seed=1, start={"x": 9.0}, step=0.001
    )
    assert days == pytest.approx([math.log(2)] * 2, abs=0.003)


def test_who_does_not_get_there_stays_where_it_is():
    days, places = first_passage(of(lambda x: -x), lambda y: y[0] > 99, noise=0.1, until=3, size=4, seed=1)
    assert np.isinf(days).all() and places.shape == (1, 4)


def test_the_same_seed_gives_the_same_days():
    def ask(seed):
        return first_passage(of(lambda x: -x), lambda y: y[0] > 10.1, noise=0.3, until=50, size=20, seed=seed)[0]

    assert (ask(1) == ask(1)).all() and (ask(1) != ask(2)).any()


@pytest.mark.parametrize("wrong", [{"noise": -1.0}, {"step": 0.0}, {"step": 9.0}])
def test_what_does_not_fit_is_refused(wrong):
    with pytest.raises(ModelError, match="noise of at least 0"):
        first_passage(of(lambda x: -x), lambda y: y[0] > 1, **(dict(noise=0.1, until=3.0, size=1, seed=1) | wrong))
