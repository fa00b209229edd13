"""Dose, withdrawal and window of the tolerance model by an independent program."""

import math

import numpy as np
import pytest

from immunereset.engine import YEAR, Course, ModelError, Protocol, simulate
from immunereset.models.interventions import drug, effector_depletion, transplant
from immunereset.models.patients import reference_patient, reset_depth
from immunereset.models.suppression import (
    effectors_on_drug,
    harmful_drug,
    least_dose,
    say_wait,
    shortest_course,
    state_after_drug,
    treat_early,
    wait_for_relapse,
    window_of_opportunity,
)
from immunereset.models.tolerance import ACTIVE, tolerance


def test_effectors_after_a_year_on_each_dose():
    doses = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    expected = [7.6, 5.2, 2.7, 0.72, 0.24, 0.10, 0.04]
    assert effectors_on_drug(doses) == pytest.approx(expected, rel=0.06)


def test_control_needs_a_dose_between_a_half_and_six_tenths():
    dose = least_dose()
    assert 0.5 < dose < 0.6
    below, above = effectors_on_drug([dose - 0.005, dose + 0.005])
    assert below > ACTIVE > above


@pytest.mark.parametrize("years, days", [(1, 19), (5, 31), (10, 64), (15, 239), (20, math.inf)])
def test_relapse_after_stopping(years, days):
    assert wait_for_relapse(state_after_drug(years * YEAR)) == pytest.approx(days, abs=1)


def test_a_wait_in_words():
    assert say_wait(18.6) == "relapse after 19 days"
    assert say_wait(math.inf) == "no relapse"


def test_memory_when_the_drug_is_stopped_after_five_years():
    assert state_after_drug(5 * YEAR, 0.9)["M"] == pytest.approx(16.2, abs=0.1)
    assert state_after_drug(5 * YEAR, 0.5)["M"] == pytest.approx(21, abs=0.1)


def test_potency_beyond_control_hardly_changes_relapse():
    waits = [wait_for_relapse(state_after_drug(5 * YEAR, dose)) for dose in (0.7, 0.9, 1.0)]
    assert np.ptp(waits) < 7


@pytest.mark.parametrize("factor, days", [(4, 272), (5, math.inf)])
def test_a_drug_that_kills_memory_fast_enough_ends_the_disease_in_five_years(factor, days):
    """Memory dies faster while the drug is taken, and at its own pace afterwards."""
    patient = state_after_drug(5 * YEAR, delta_M=factor * tolerance.defaults["delta_M"])
    assert wait_for_relapse(patient) == pytest.approx(days, abs=5)


def test_memory_halves_in_about_seven_years_on_the_drug():
    early, late = (state_after_drug(years * YEAR)["M"] for years in (5, 15))
    assert 10 / math.log2(early / late) == pytest.approx(6.9, abs=0.1)


def test_shortest_course_lies_between_fifteen_and_sixteen_years():
    assert shortest_course() == pytest.approx(15.8, abs=0.05)


def test_effectors_come_back_when_only_they_are_removed():
    run = simulate(tolerance, 10 * YEAR, effector_depletion(), start=reference_patient())
    assert run["E"][-1] == pytest.approx(17.3, abs=0.1)


def test_one_year_of_drug_cures_early_and_fails_late():
    assert treat_early([180, 300, 400, 545, 730]).tolist() == [True, True, True, False, False]
    assert window_of_opportunity() == pytest.approx(405, abs=4)


def test_a_drug_that_slows_regulatory_renewal_freezes_their_number():
    plain, harmful = (state_after_drug(YEAR, omega_0=omega) for omega in (0.0, 0.9))
    assert harmful["R"] > plain["R"]
    assert shortest_course(omega_0=0.9) == pytest.approx(shortest_course(), abs=0.1)


def test_a_later_start_needs_a_longer_course():
    assert treat_early(500, drug_days=np.array([1, 2, 3, 4]) * YEAR).tolist() == [False, False, False, True]


def test_slower_regulatory_renewal_makes_a_reset_much_harder():
    harmed = transplant() + Protocol(Course("omega", 0.9, 0.0, YEAR))
    assert reset_depth(harmed) == pytest.approx(3.48, abs=0.05)


def test_a_drug_that_is_held_spares_as_much_disability_as_a_reset():
    start = reference_patient()
    gained = [
        simulate(tolerance, 10 * YEAR, protocol, start=start).final["D_i"] - start.final["D_i"]
        for protocol in (drug(0.9, 0.0, 10 * YEAR), transplant(2.5), None)
    ]
    assert gained == pytest.approx([0.08, 0.07, 5.27], abs=0.01)


def test_fewer_regulatory_cells_at_stopping_bring_the_relapse_back():
    well = state_after_drug(20 * YEAR)
    assert wait_for_relapse(well) == math.inf
    assert wait_for_relapse(well | {"R": 15}) < YEAR


def test_a_harmful_drug_without_harm_is_the_plain_drug():
    assert set(harmful_drug().parameters) == {"epsilon_0", "omega_0", "drug_start", "drug_days"}
    with pytest.raises(ModelError, match="omega_0"):
        state_after_drug(YEAR, omega_0=1.5)
