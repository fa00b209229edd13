"""Patients drawn one by one differ and relapse as those of an independent program do."""

import inspect
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import poisson

from immunereset.engine import YEAR, Cohort, simulate_cohort
from immunereset.models import virtual_patient
from immunereset.models.interventions import transplant
from immunereset.models.patients import RELAPSE_DAYS, VARIATION, reference_patient
from immunereset.models.tolerance import ACTIVE, tolerance
from immunereset.models.virtual_patient import GROUP, MOST, infections, patient

UNTIL = 5 * YEAR


class Numbers:
    """The random numbers of many patients."""

    def __init__(self, size, seed):
        self.size, self.rng = size, np.random.default_rng(seed)

    def normal(self):
        return self.rng.standard_normal(self.size)

    def exponential(self):
        return self.rng.exponential(size=self.size)


def drawn(size, seed, **changes):
    values = tolerance.defaults | {g.symbol: g.value for g in GROUP} | {"k": 2.5, "until": UNTIL} | changes
    with np.errstate(divide="ignore"):
        return patient(SimpleNamespace(**{s: np.float64(v) for s, v in values.items()}), Numbers(size, seed))


def test_how_few_patients_would_have_more_infections_than_are_drawn():
    too_many = poisson.sf(MOST, 2 * UNTIL / YEAR)
    assert f"one patient in {round(1 / too_many, -2):,.0f}".replace(",", " ") in inspect.getsource(virtual_patient)


def test_parameters_vary_around_those_of_the_model():
    own, n = drawn(20_000, 1), 20_000
    for symbol, cv in VARIATION.items():
        mean, value = own[symbol].mean(), tolerance.defaults[symbol]
        assert mean == pytest.approx(value, abs=3 * cv * value / np.sqrt(n))
        assert own[symbol].std() / mean == pytest.approx(cv, rel=0.05)
    assert own["k"].mean() == pytest.approx(2.5, abs=3 * 0.25 / np.sqrt(n))
    assert own["k"].std() == pytest.approx(0.25, rel=0.03)
    assert drawn(1000, 1, k=0.1, depth_sd=0.5)["k"].min() == 0.0


@pytest.mark.parametrize("rate", [0.5, 1.0, 2.0])
def test_infections_are_a_poisson_number_at_even_days(rate):
    n = 5000
    own = drawn(n, 2, infections_per_year=rate)
    days = np.array([own[f"day_{i}"] for i in range(1, MOST + 1)])
    count, mean = np.isfinite(days).sum(axis=0), 5 * rate
    assert count.mean() == pytest.approx(mean, abs=3 * np.sqrt(mean / n))
    assert count.var() == pytest.approx(mean, abs=3 * mean * np.sqrt(2.5 / n))
    happened = days[np.isfinite(days)]
    assert happened.max() < UNTIL
    assert happened.mean() == pytest.approx(UNTIL / 2, abs=3 * UNTIL / np.sqrt(12 * happened.size))
    strength = np.log(own["strength_1"])
    assert strength.mean() == pytest.approx(0, abs=3 / np.sqrt(n)) and strength.std() == pytest.approx(1, rel=0.04)


def test_no_infections_at_a_rate_of_zero():
    own = drawn(50, 3, infections_per_year=0.0)
    assert all(np.isinf(own[f"day_{i}"]).all() for i in range(1, MOST + 1))


@pytest.mark.parametrize(("depth", "expected"), [(2.5, 0.26), (3.5, 0.77)])
def test_shares_free_of_relapse_after_five_years(depth, expected):
    """Expected: an independent program (n = 600); the band is three standard errors of both samples."""
    n = 250
    points = np.append(np.arange(0.0, UNTIL, 5.0), UNTIL)
    cohort = Cohort(n, **drawn(n, 4, k=depth))
    run = simulate_cohort(
        tolerance, cohort, UNTIL, transplant() + infections(), start=reference_patient(), points=points
    )
    free = np.mean(np.isinf(run.first_day_above("E", ACTIVE, lasting=RELAPSE_DAYS)))
    assert free == pytest.approx(expected, abs=3 * np.sqrt(expected * (1 - expected) * (1 / n + 1 / 600)))
