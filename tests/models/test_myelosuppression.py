"""Friberg's model with a graft: the numbers of an independent program, and what the analysis on paper says."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from immunereset.engine import ModelError, simulate, trace
from immunereset.evidence import cite
from immunereset.models import engraftment
from immunereset.models.engraftment import INFUSION, days_for_a_factor, fastest_growth, recover, rescue, single_dose
from immunereset.models.myelosuppression import COUNT, myelosuppression


def test_without_a_drug_nothing_moves():
    assert myelosuppression.derivative(0.0, [COUNT] * 5, myelosuppression.defaults) == pytest.approx([0] * 5, abs=1e-14)
    run = simulate(myelosuppression, 100)
    assert run.final == pytest.approx(dict.fromkeys(myelosuppression.states, COUNT), abs=1e-9)


def test_a_small_push_from_health_is_undone():
    """The feedback alone brings the count back, with an overshoot: the slowest eigenvalues are a complex pair."""
    p, y = myelosuppression.defaults, np.full(5, COUNT)
    columns = [
        (myelosuppression.derivative(0, y + e, p) - myelosuppression.derivative(0, y - e, p)) / 2e-4
        for e in 1e-4 * np.eye(5)
    ]
    eigenvalues = np.linalg.eigvals(np.transpose(columns))
    assert eigenvalues.real.max() < -0.05
    assert abs(eigenvalues[eigenvalues.real.argmax()].imag) > 0.1


def test_one_dose_has_its_nadir_a_week_later_and_overshoots():
    run = simulate(myelosuppression, 40, single_dose(), points=np.arange(0, 40.005, 0.01))
    C = run["C"]
    low, high = int(C.argmin()), int(C.argmax())
    assert C[low] == pytest.approx(0.61, abs=0.005) and run.t[low] == pytest.approx(8.0, abs=0.1)
    assert run.first_day_above("C", 0.9 * COUNT, after=run.t[low]) == pytest.approx(15.2, abs=0.1)
    assert C[high] == pytest.approx(6.6, abs=0.05) and run.t[high] == pytest.approx(20, abs=0.1)


@pytest.mark.parametrize("dose, day", [(0.5, 12.9), (1, 12.2), (5, 10.5)])
def test_engraftment_by_dose_with_the_growth_factor(dose, day):
    assert recover(dose).engraftment_day == pytest.approx(day, abs=0.06)


def test_engraftment_and_neutropenia_of_the_usual_dose():
    assert recover(boost=0).engraftment_day == pytest.approx(12.0, abs=0.05)
    usual = recover()
    assert usual.neutropenic_days == pytest.approx(10.1, abs=0.11)
    assert usual.profound_days == pytest.approx(6.1, abs=0.05)
    assert usual.nadir == pytest.approx(0.0141, abs=0.0002) and usual.nadir_day == pytest.approx(5.9, abs=0.1)


@pytest.mark.parametrize("ell, day", [(5.5, 13.8), (9, 22.1), (14, 34.2)])
def test_without_a_graft_the_count_comes_back_late_if_precursors_are_left(ell, day):
    assert recover(dose=0, ell=ell).engraftment_day == pytest.approx(day, abs=0.1)


def test_half_the_cells_cost_a_doubling_time_and_not_half_the_wait():
    assert fastest_growth() == pytest.approx(0.76, abs=0.005)
    assert math.log(2) / fastest_growth() == pytest.approx(0.92, abs=0.01)
    assert days_for_a_factor(2, boost=0.25) == pytest.approx(0.73, abs=0.005)
    for boost in (0.0, 0.25):
        doses = [recover(dose, boost=boost).engraftment_day for dose in (10, 5, 2.5, 1.25)]
        assert np.diff(doses) == pytest.approx([days_for_a_factor(2, boost)] * 3, abs=0.03)


def test_without_the_limit_the_dose_hardly_matters():
    limited, free = (
        [recover(dose, boost=0, F_max=F_max).engraftment_day for dose in (0.5, 50)] for F_max in (1.7, 1e6)
    )
    assert limited[0] - limited[1] == pytest.approx(6.1, abs=0.1)
    assert free[0] - free[1] == pytest.approx(2.0, abs=0.1)
    assert recover(0.5, F_max=3).engraftment_day == recover(0.5, F_max=1e6).engraftment_day


def test_shallow_conditioning_leaves_no_neutropenia_to_recover_from():
    shallow = recover(ell=1)
    assert shallow.nadir > 0.5 and shallow.neutropenic_days == 0 and math.isnan(shallow.engraftment_day)


def test_a_graft_makes_depth_nearly_irrelevant_and_none_makes_it_decisive():
    with_graft, without = ([recover(dose, ell=ell).engraftment_day for ell in (6, 8, 10)] for dose in (5, 0))
    assert np.ptp(with_graft) < 0.05
    # One log more: ten times fewer survivors, made up at the pace of growth.
    assert np.diff(without) == pytest.approx([days_for_a_factor(100, 0.25)] * 2, abs=0.35)


def test_the_growth_factor_works_from_the_day_on_which_it_starts():
    days = [recover(gcsf_day=day).engraftment_day for day in (1, 5, 9, 13)]
    assert days == pytest.approx([9.7, 10.45, 11.2, 12.0], abs=0.06)


def test_days_are_those_of_the_calendar():
    usual = recover()
    assert usual.days[0] == -INFUSION and usual.run.parameters["gcsf_day"] == INFUSION + 5
    before, after = (usual.run.at("P", INFUSION + d) for d in (-0.05, 0.0))
    assert after - before == pytest.approx(5 * engraftment.SEEDING, rel=0.01)


def test_the_default_tolerance_of_a_run_agrees():
    fine = recover().run
    rough = simulate(myelosuppression, fine.t[-1], rescue(), points=fine.t)
    assert rough["C"] == pytest.approx(fine["C"], rel=1e-4, abs=1e-7)


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(
    dose=st.floats(0, 100), ell=st.floats(0, 12), gcsf_day=st.floats(0, 20), boost=st.floats(0, 1),
    gamma=st.floats(0.05, 0.6), F_max=st.floats(1.2, 4),
)  # fmt: skip
def test_counts_stay_finite_and_never_negative(dose, ell, gcsf_day, boost, gamma, F_max):
    r = recover(dose, ell, gcsf_day, boost, until=30, gamma=gamma, F_max=F_max)
    values = np.array(list(r.run.states.values()))
    assert np.isfinite(values).all() and (values >= 0).all()
    assert r.profound_days <= r.neutropenic_days + 1e-9


def test_all_that_leaves_one_stage_enters_the_next():
    traced = trace(myelosuppression)
    moves = {name: moved for name, (_, moved) in traced.flows.items()}
    chain = [moves[name] for name in ("first step", "second step", "third step", "release")]
    assert chain == [{a: -1.0, b: 1.0} for a, b in zip(["P", "T_1", "T_2", "T_3"], ["T_1", "T_2", "T_3", "C"])]


def test_what_is_refused():
    with pytest.raises(ModelError, match="dose = -1"):
        recover(dose=-1)
    with pytest.raises(ModelError, match="F_max = 0.5"):
        recover(F_max=0.5)
    with pytest.raises(ModelError, match="gcsf_day is -7"):
        recover(gcsf_day=-7)


@pytest.mark.parametrize("q", [*myelosuppression.parameters.values(), *rescue().parameters.values()])
def test_parameters_say_where_they_come_from(q):
    assert q.unit and q.meaning
    assert q.source == "toy value" or cite("Friberg2002") in q.source


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"gcsf_day": -8}, "gcsf_day is -8; it counts from the infusion and must be a number, -6 or more"),
        ({"gcsf_day": ...}, "gcsf_day is Ellipsis"),
        ({"until": 5}, "beyond the last day of the run, 5"),
    ],
)
def test_days_that_do_not_fit_are_refused_in_days_of_the_calendar(wrong, says):
    with pytest.raises(ModelError, match=says):
        recover(**wrong)


def test_no_growth_makes_less_than_nothing():
    with pytest.raises(ModelError, match="factor is -1; it must be above 0"):
        days_for_a_factor(-1)
