"""The joint by an independent program: SciPy at tight tolerances, roots of one equation, and the published points."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from immunereset.engine import YEAR, branch, simulate, simulate_cohort, steady_states, threshold
from immunereset.models.joint import (
    ACTIVE,
    RANGE,
    ends_quiet,
    inflamed,
    infusion,
    infusions,
    joint,
    least_dose,
    resting,
)

C1, C3, C5 = 0.025, 0.5, 1.25


def rates(t, y, c2=10.0, c4=3.5, dose=0.0, half=1.0, KL=0.5):
    p, a = y
    wake = p * p / (KL * KL + p * p)
    return [
        -C5 * p + (C1 + c2 * p * p / (1 + p * p)) / (1 + a * a),
        -a + c4 * p * p / (C3 * C3 + p * p) + dose * 2.0 ** (-t / half) * wake,
    ]


def rests(c2=10.0, c4=3.5):
    """Every p at which both signals stand still: a follows p, which leaves one equation."""

    def excess(p):
        return rates(0, [p, c4 * p * p / (C3 * C3 + p * p)], c2, c4)[0]

    grid = np.geomspace(1e-3, 10, 20001)
    signs = np.sign([excess(p) for p in grid])
    return [
        brentq(excess, low, high, xtol=1e-14)
        for low, high, one, other in zip(grid, grid[1:], signs, signs[1:])
        if one != other
    ]


def course(dose, days, start=None, **changes):
    """p on `days` after one infusion into an inflamed joint."""
    system = {key: changes[key] for key in ("c2", "c4") if key in changes}
    p = rests(**system)[-1]
    a = system.get("c4", 3.5) * p * p / (C3 * C3 + p * p)
    run = solve_ivp(lambda t, y: rates(t, y, dose=dose, **changes), (0, max(days)), start or [p, a], "DOP853", t_eval=days,
                    rtol=1e-11, atol=1e-13)  # fmt: skip
    return run.y[0]


def test_the_published_point_is_where_the_model_rests():
    [rest] = resting(c_2=1.0)
    assert (rest["a"], rest["p"]) == pytest.approx((0.00578, 0.02033), abs=5e-6)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"c_2": 5.0}, [0.0219]), ({"c_2": 10.0}, [0.025, 0.105, 0.391]), ({"c_2": 20.0}, [0.874]),
        ({"c_2": 8.0, "c_4": 1.0}, [0.0236, 0.137, 2.964]),
    ],
)  # fmt: skip
def test_steady_states(values, expected):
    found = [one["p"] for one in resting(**values)]
    assert found == pytest.approx(expected, abs=6e-4)
    assert found == pytest.approx(rests(values["c_2"], values.get("c_4", 3.5)), rel=1e-7)


def test_only_the_middle_one_is_not_stable():
    assert [one.stable for one in steady_states(joint, "p", RANGE)] == [True, False, True]


def test_both_states_exist_between_two_folds():
    assert branch(joint, "c_2", "p", RANGE).folds == pytest.approx([7.331, 15.666], abs=2e-3)
    assert [len(rests(c2)) for c2 in (7.33, 7.34, 15.66, 15.67)] == [1, 3, 3, 1]


@pytest.mark.parametrize("dose", [0.0, 3.0, 3.6, 3.7, 6.0])
def test_a_course_agrees_with_scipy(dose):
    days = np.array([0.0, 0.5, 1, 2.5, 3, 5, 8, 14])
    run = simulate(joint, 14, infusion(dose), start=inflamed(), points=days)
    assert run["p"] == pytest.approx(course(dose, days), rel=2e-4)
    assert run["S"] == pytest.approx(dose * 2.0**-days, rel=1e-6, abs=1e-12)


def test_what_a_failing_dose_does():
    days = np.linspace(0, 30, 3001)
    for dose, third, high, when in ((3.0, 0.146, 0.80, 6.8), (3.6, 0.123, 0.91, 11.8)):
        p = simulate(joint, 30, infusion(dose), start=inflamed(), points=days)["p"]
        assert p[300] == pytest.approx(third, abs=6e-4)
        assert p[200:].max() == pytest.approx(high, abs=0.006) and days[200 + p[200:].argmax()] == pytest.approx(
            when, abs=0.1
        )
        assert simulate(joint, 365, infusion(dose), start=inflamed()).final["p"] == pytest.approx(0.391, abs=1e-3)
    p = simulate(joint, 30, infusion(3.7), start=inflamed(), points=days)["p"]
    assert p[300] == pytest.approx(0.120, abs=6e-4) and p[1400] == pytest.approx(0.026, abs=5e-4)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, 3.62), ({"t_S": 0.5}, 5.61), ({"t_S": 1.5}, 2.96), ({"t_S": 2.0}, 2.63), ({"t_S": 3.0}, 2.31),
        ({"c_2": 12.0}, 5.74), ({"c_2": 15.0}, 9.6), ({"c_2": 15.6}, 11.18), ({"K_L": 0.0}, 0.85),
        ({"c_2": 8.0, "c_4": 1.0}, 6.40), ({"c_2": 8.0, "c_4": 1.0, "t_S": 1.5}, 4.79),
        ({"c_2": 8.0, "c_4": 1.0, "K_L": 0.0}, 4.42), ({"c_2": 8.0, "c_4": 1.0, "K_L": 0.0, "t_S": 1.5}, 3.08),
    ],
)  # fmt: skip
def test_least_doses(values, expected):
    assert least_dose(**values) == pytest.approx(expected, abs=0.006)


def test_the_least_dose_by_scipy():
    low, high = 3.0, 4.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (low, middle) if course(middle, [200.0])[-1] < ACTIVE else (middle, high)
    assert least_dose() == pytest.approx(high, abs=3e-3)


def test_no_dose_calms_a_joint_without_a_quiet_state():
    assert not ends_quiet([6, 20, 30, 200, 1000], c_2=20.0).any() and not ends_quiet([20, 100, 1000], c_2=15.7).any()
    assert least_dose(1000.0, c_2=15.7) == math.inf
    days = np.linspace(0, 40, 4001)
    for dose, third, high, when in ((6.0, 0.161, 1.79, 5.0), (20.0, None, 3.35, 10.75), (30.0, None, 3.36, 11.95)):
        p = simulate(joint, 40, infusion(dose), start=inflamed(c_2=20.0), points=days, c_2=20.0)["p"]
        assert p[[0, -1]] == pytest.approx(0.874, abs=2e-3)
        assert third is None or p[300] == pytest.approx(third, abs=1e-3)
        assert p.max() == pytest.approx(high, abs=0.01) and days[p.argmax()] == pytest.approx(when, abs=0.1)
    p = simulate(joint, 5, infusion(20.0), start=inflamed(c_2=20.0), points=days[:501], c_2=20.0)["p"]
    assert p[400] == pytest.approx(0.029, abs=1e-3)


def test_a_joint_with_a_quiet_state_only_calms_by_itself():
    days = np.linspace(0, 10, 1001)
    p = simulate(joint, 10, start=inflamed(), points=days, c_2=5.0)["p"]
    assert days[np.argmax(p < 0.05)] == pytest.approx(3.13, abs=0.02)


@pytest.mark.parametrize(
    ("c2", "low", "high", "period"), [(16, 0.126, 0.511, 5.56), (18, 0.16, 0.49, 5.1), (20, 0.22, 0.41, 4.7)]
)
def test_a_joint_with_a_stronger_brake_cycles(c2, low, high, period):
    days = np.linspace(900, 1000, 20001)
    run = simulate(joint, 1000, start={"p": 0.3, "a": 1.0}, points=days, c_2=float(c2), c_4=7.0)
    p = run["p"]
    tops = np.flatnonzero((p[1:-1] > p[:-2]) & (p[1:-1] >= p[2:]))
    assert (p.min(), p.max()) == pytest.approx((low, high), abs=0.006)
    assert np.diff(days[tops]).mean() == pytest.approx(period, abs=0.06)


def test_four_weekly_doses_work_in_islands():
    def quiet(doses):
        return ends_quiet(doses, infusions(n=4)).tolist()

    assert quiet([1.72, 1.75, 1.90, 2.00, 2.02, 2.05]) == [False, True, True, True, False, False]
    assert threshold(lambda doses: np.array(quiet(doses)), 1.5, 1.9) == pytest.approx(1.74, abs=0.01)
    rare = infusions(n=4)
    assert threshold(lambda doses: ends_quiet(doses, rare, t_S=1.5, c_4=1.0, c_2=8.0), 3.5, 5.0) == pytest.approx(
        4.40, abs=0.01
    )


def test_the_gap_between_doses_decides_too():
    """Four doses of 2 calm the joint if they come daily or weekly, and at no other gap of whole days."""
    gaps = np.arange(1.0, 11.0)
    for day in (90.0, YEAR):
        run = simulate_cohort(joint, 10, day, infusions(2.0), start=inflamed(), points=[day], gap=gaps)
        assert gaps[run["p"][-1] < ACTIVE].tolist() == [1, 7]
    given = simulate(joint, 30, infusions(2.0, gap=7.0, n=3), start=inflamed(), points=np.arange(31), t_S=0.01)["S"]
    assert np.flatnonzero(given > 1.9).tolist() == [0, 7, 14]


def test_a_joint_that_is_never_inflamed_is_refused():
    with pytest.raises(ValueError, match="A joint with c_2 = 5 has no inflamed state"):
        inflamed(c_2=5.0)
