"""Single runs and cohorts against exact solutions, and against each other."""

import numpy as np
import pytest

from immunereset.engine import (
    Cohort,
    Course,
    Event,
    Input,
    Model,
    ModelError,
    Parameter,
    Protocol,
    RunError,
    State,
    gain,
    simulate,
    simulate_cohort,
)
from tests.engine.small_models import bolus, decay, fading, infusion, one_compartment, sir

DAYS = np.linspace(0.0, 60.0, 61)


def test_exponential_decay():
    run = simulate(decay, 60, points=DAYS)
    assert run["A"] == pytest.approx(np.exp(-0.1 * DAYS), rel=1e-6)


def test_a_course_is_honoured_exactly():
    run = simulate(decay, 60, infusion, points=DAYS)
    assert run["A"] == pytest.approx(one_compartment(DAYS), rel=1e-6)


def test_a_short_course_between_two_steps_is_not_missed():
    pulse = Protocol(Course("u", 1000.0, start=30.0, duration=1e-3))
    exact = np.exp(-0.1 * 60) + np.exp(-0.1 * 30)
    assert simulate(decay, 60, pulse).final["A"] == pytest.approx(exact, rel=1e-3)
    cohort = simulate_cohort(decay, 2, 60, pulse)
    assert cohort.final["A"] == pytest.approx(exact, rel=1e-3)


def test_a_decaying_course():
    run = simulate(decay, 60, fading, points=DAYS)
    lam, k, s = 0.1, np.log(2) / 6, np.clip(DAYS - 5, 0, 40)
    gained = 0.3 * (np.exp(-k * s) - np.exp(-lam * s)) / (lam - k) * np.exp(-lam * np.clip(DAYS - 45, 0, None))
    assert run["A"] == pytest.approx(np.exp(-lam * DAYS) + gained, rel=1e-6)


def test_courses_on_one_input_add_up():
    twice = Protocol(Course("u", 0.1, 5.0, 7.3), Course("u", 0.2, 5.0, 7.3))
    assert simulate(decay, 60, twice, points=DAYS)["A"] == pytest.approx(one_compartment(DAYS), rel=1e-6)


def test_an_input_keeps_within_its_limit_while_a_course_fades():
    """4 fades by half in 10 days, 1 is held from day 5 to 45, and no more than 2 is felt: until 4 · 2^(-t/10) = 1."""
    limited = Model(
        "limited", [State("A", 0.0, "mg", "drug taken up")], [], lambda t, y, p: {"uptake": gain("A", p.u)},
        inputs=[Input("u", "mg/d", "drug", high=2.0)],
    )  # fmt: skip
    both = Protocol(Course("u", 4.0, 0.0, 60.0, half_life=10.0), Course("u", 1.0, 5.0, 40.0))
    shares = 4 * 0.5 ** (DAYS / 10)
    felt = np.minimum(shares + np.where((DAYS >= 5) & (DAYS < 45), 1.0, 0.0), 2.0)
    taken = 2 * 20 + (1 - 0.5**4) * 10 / np.log(2) + 25
    one, many = simulate(limited, 60, both, points=DAYS), simulate_cohort(limited, 2, 60, both, points=DAYS, rtol=1e-8)
    assert one.inputs["u"][:-1] == pytest.approx(felt[:-1]) and many.inputs["u"][:-1, 1] == pytest.approx(felt[:-1])
    assert one.final["A"] == pytest.approx(taken, rel=1e-6) and many.final["A"] == pytest.approx(taken, rel=1e-4)


def test_a_course_runs_for_the_patients_whose_days_have_come():
    """Each patient's own first day of the same course, and one who never begins."""
    days = np.array([5.0, 30.0, np.inf])
    run = simulate_cohort(decay, 3, 60, Protocol(Course("u", 0.3, days, 7.3)), points=DAYS, rtol=1e-9)
    expected = [one_compartment(DAYS, start=5.0), one_compartment(DAYS, start=30.0), np.exp(-0.1 * DAYS)]
    assert run["A"] == pytest.approx(np.transpose(expected), rel=1e-6)
    running = (DAYS[:, None] >= days) & (DAYS[:, None] < days + 7.3)
    assert run.inputs["u"] == pytest.approx(0.3 * running)


def test_an_event_is_reported_before_and_after():
    run = simulate(decay, 60, bolus)
    at = np.flatnonzero(run.t == 10.0)
    assert len(at) == 2
    before, after = run["A"][at]
    assert before == pytest.approx(np.exp(-1), rel=1e-6) and after == pytest.approx(np.exp(-1) + 2, rel=1e-6)


def test_given_points_are_reported_after_the_event():
    run = simulate(decay, 60, bolus, points=[10.0, 20.0])
    assert run["A"][0] == pytest.approx(np.exp(-1) + 2, rel=1e-6)
    cohort = simulate_cohort(decay, 2, 60, bolus, points=[10.0, 20.0], rtol=1e-9)
    assert cohort["A"][:, 1] == pytest.approx(run["A"], rel=1e-6)


@pytest.mark.parametrize("day", [0.0, 60.0])
def test_events_on_the_first_and_the_last_day_count(day):
    run = simulate(decay, 60, bolus, bolus_day=day)
    exact = np.exp(-6) + 2 * np.exp(-0.1 * (60 - day))
    assert run.final["A"] == pytest.approx(exact, rel=1e-6)
    assert simulate_cohort(decay, 1, 60, bolus, bolus_day=day).final["A"][0] == pytest.approx(exact, rel=1e-4)


def test_events_of_one_day_act_in_their_listed_order():
    def double(y, p):
        return {"A": 2.0 * y.A}

    def add(y, p):
        return {"A": y.A + 1.0}

    first = Protocol(Event("double", 0.0, double), Event("add", 0.0, add))
    second = Protocol(Event("add", 0.0, add), Event("double", 0.0, double))
    assert simulate(decay, 1, first)["A"][1] == 3.0 and simulate(decay, 1, second)["A"][1] == 4.0
    assert simulate_cohort(decay, 1, 1, second, points=[0.0])["A"][0, 0] == 4.0


def test_never_is_infinity():
    assert simulate(decay, 60, bolus, bolus_day=np.inf).final["A"] == pytest.approx(np.exp(-6), rel=1e-6)
    mixed = simulate_cohort(decay, 2, 60, bolus, bolus_day=np.array([10.0, np.inf]))
    assert mixed.final["A"] == pytest.approx([np.exp(-6) + 2 * np.exp(-5), np.exp(-6)], rel=1e-4)


def test_each_patient_has_its_own_days_and_doses():
    rng = np.random.default_rng(3)
    n = 40
    day, dose, lam = rng.uniform(0, 60, n), rng.uniform(0, 5, n), rng.uniform(0.01, 0.5, n)
    run = simulate_cohort(decay, Cohort(n, lam=lam), 60, bolus, points=DAYS, bolus_day=day, dose=dose, rtol=1e-9)
    t = DAYS[:, None]
    exact = np.exp(-lam * t) + dose * np.exp(-lam * np.clip(t - day, 0, None)) * (t >= day)
    assert np.abs(run["A"] - exact).max() < 1e-7


def test_cohort_agrees_with_single_runs():
    beta = np.linspace(0.1, 2.0, 7)
    cohort = simulate_cohort(sir, 7, 60, points=DAYS, beta=beta, rtol=1e-9, atol=1e-12)
    for k, b in enumerate(beta):
        single = simulate(sir, 60, points=DAYS, beta=b, rtol=1e-11, atol=1e-13)
        for state in sir.states:
            assert np.abs(cohort[state][:, k] - single[state]).max() < 1e-8


def test_cohort_tolerance_is_each_patients_own():
    """A fast patient among slow ones must not borrow their accuracy."""
    lam = np.array([1e-3] * 50 + [5.0])
    run = simulate_cohort(decay, Cohort(51, lam=lam), 10, points=[0.5, 1.0], rtol=1e-6, atol=1e-12)
    assert run["A"][:, -1] == pytest.approx(np.exp(-5.0 * np.array([0.5, 1.0])), rel=1e-4)


def test_what_is_conserved_stays_conserved():
    run = simulate(sir, 200)
    assert run["S"] + run["I"] + run["Rec"] == pytest.approx(np.ones_like(run.t), abs=1e-9)


def test_a_run_goes_on_from_another():
    whole = simulate(sir, 100, points=[100.0])
    half = simulate(sir, 40)
    assert simulate(sir, 60, start=half).final == pytest.approx(whole.final, rel=1e-5)


def test_the_same_seed_draws_the_same_cohort():
    a = Cohort.draw(sir, 200, {"beta": 0.3, "gamma": 0.1}, 7)
    b = Cohort.draw(sir, 200, {"beta": 0.3, "gamma": 0.1}, 7)
    assert (a.values["beta"] == b.values["beta"]).all()
    big = Cohort.draw(sir, 200_000, {"beta": 0.3}, 1).values["beta"]
    assert abs(big.mean() - 0.5) < 3 * 0.15 / np.sqrt(200_000)
    assert abs(big.std() / big.mean() - 0.3) < 0.005


def test_questions_of_a_run():
    run = simulate(decay, 60, bolus, points=np.linspace(0, 60, 6001))
    assert run.first_day_below("A", 0.5) == pytest.approx(np.log(2) / 0.1, abs=1e-2)
    assert run.first_day_above("A", 1.5, after=1) == pytest.approx(10.0, abs=0.02)
    assert run.first_day_above("A", 9) == np.inf
    above = np.log((np.exp(-1) + 2) / 1.5) / 0.1
    assert run.days_above("A", 1.5) == pytest.approx(above, abs=0.02)
    assert run.first_day_above("A", 1.5, after=1, lasting=above + 1) == np.inf
    assert run.first_day_above("A", 1.5, after=1, lasting=above - 1) == pytest.approx(10.0, abs=0.02)
    assert run.at("A", 20.005) == pytest.approx(np.exp(-2.0005) + 2 * np.exp(-1.0005), rel=1e-4)


def test_after_a_day_means_after_its_events():
    half = Protocol(Event("half", 10.0, lambda y, p: {"A": 0.5 * y.A}))
    run = simulate(decay, 60, half)
    level = 0.75 * np.exp(-1)
    assert run.first_day_above("A", level, after=10.0) == np.inf
    assert run.first_day_above("A", level, after=9.0) == 9.0
    assert run.first_day_below("A", level) == 10.0
    assert run.first_day_above("A", level, after=61.0) == np.inf


def test_a_day_is_not_looked_for_with_what_is_no_number():
    """NaN is above nothing and below nothing: the answer would be "never"."""
    run = simulate(decay, 60)
    for ask in (run.first_day_above, run.first_day_below):
        with pytest.raises(ModelError, match="level of A is nan; it must be a number"):
            ask("A", np.nan)
        with pytest.raises(ModelError, match="after is nan and lasting is 0"):
            ask("A", 0.5, after=np.nan)
        with pytest.raises(ModelError, match="lasting is -1"):
            ask("A", 0.5, lasting=-1)
    with pytest.raises(ModelError, match="level of A is nan"):
        run.days_above("A", np.nan)


def test_questions_of_a_cohort():
    run = simulate_cohort(decay, Cohort(2, lam=np.array([0.1, 0.2])), 60, points=np.linspace(0, 60, 6001))
    assert run.first_day_below("A", 0.5) == pytest.approx(np.log(2) / np.array([0.1, 0.2]), abs=1e-2)


@pytest.mark.parametrize("day", [1e-300, 1e-10, 10 + 1e-12])
def test_days_too_close_together_to_step_between_are_one(day):
    both = bolus + Protocol(Course("u", 0.3, start=day, duration=1.0))
    exact = simulate(decay, 60, bolus + Protocol(Course("u", 0.3, start=round(day), duration=1.0))).final["A"]
    assert simulate(decay, 60, both).final["A"] == pytest.approx(exact, rel=1e-6)
    assert simulate_cohort(decay, 1, 60, both).final["A"][0] == pytest.approx(exact, rel=1e-4)


@pytest.mark.parametrize("years", [2.3, 4.6, 16.1])
def test_a_course_that_ends_with_the_run_up_to_rounding_ends_with_it(years):
    until = 365 * years
    whole = simulate(decay, until, Protocol(Course("u", 0.3, start=10.0))).final["A"]
    for stop in (until, np.nextafter(until, 0), np.nextafter(until, np.inf), until - 1e-10):
        protocol = Protocol(Course("u", 0.3, start=10.0, duration=stop - 10.0))
        assert simulate(decay, until, protocol).final["A"] == pytest.approx(whole, rel=1e-6)
        assert simulate_cohort(decay, 1, until, protocol).final["A"][0] == pytest.approx(whole, rel=1e-4)


def test_a_patient_who_cannot_go_on_is_named_by_the_place_in_the_cohort():
    growth = Model(
        "growth",
        [State("A", 1.0, "", "a")],
        [Parameter("c", 1.0, "", "c")],
        lambda t, y, p: {"up": gain("A", p.c * y.A**2)},
    )
    c = np.zeros(3000)
    c[2500] = 1.0
    with pytest.raises(RunError, match="for patient 2500: a state grows without bound"):
        simulate_cohort(growth, 3000, 10, c=c, backend="numpy")
