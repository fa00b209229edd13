"""The numbers of lesson 01 that are not in the tests of its models: tasks, measured half-lives, sixty years."""

import math

import pytest

from immunereset.engine import YEAR, simulate
from immunereset.evidence import load
from immunereset.lesson import check
from immunereset.lesson.questions_01 import half_full, least_step_that_never_settles
from immunereset.models.homeostasis import balance_point, depletion, homeostasis, thymic_output
from immunereset.models.one_box import NAIVE, euler, half_life


def test_the_step_that_never_settles_is_two_time_constants():
    for delta in (0.08, 0.1, 0.125, 0.2, 0.25):
        assert least_step_that_never_settles(delta) == math.ceil(2 / delta - 1e-9)
    assert least_step_that_never_settles(0.01) == 26, "no step up to 25 days is too long"


@pytest.mark.parametrize(
    "k, changes, day",
    [
        (1, {}, 204),
        (2, {}, 377),
        (3, {}, 432),
        (3, {"theta_20": 0.0}, 690),
        (3, {"age": 60}, 549),
        (2.5, {"theta_20": 0.0}, 574),
    ],
)
def test_half_full_again(k, changes, day):
    assert half_full(k, **changes) == pytest.approx(day, abs=1)


def test_without_a_thymus_a_log_costs_the_time_of_ten_fold_growth():
    """The day of half the space on paper, from (1 - x)/x e^(-rho t): the third log costs log2(10) doublings."""
    p = homeostasis.defaults
    for k in (2.5, 3):
        left = 10**-k * homeostasis.start["N"] / p["K"]
        assert half_full(k, theta_20=0.0) == pytest.approx(math.log(1 / left - 1) / p["rho_N"], abs=0.1)
    third = half_full(3, theta_20=0.0) - half_full(2, theta_20=0.0)
    assert third == pytest.approx(math.log2(10) * half_life(p["rho_N"]), abs=1.5)
    assert half_full(3) - half_full(2) == pytest.approx(55, abs=1), "with a thymus"


def test_an_answer_with_fewer_digits_of_the_logarithm_counts():
    """3.3 halvings instead of 3.32, and 0.69 instead of 0.693."""
    assert check("01-tenth", 51.8).kind == "right" and check("01-half-life", 13.8).kind == "right"


def test_the_new_cells_of_the_toy_are_near_what_two_papers_say():
    added = load("healthy").set_index("row_id").loc["H11", "value"]
    assert thymic_output(30) == pytest.approx(NAIVE["theta"] * (1 + added), rel=0.1)


def test_the_thymus_makes_a_small_share_of_the_new_cells():
    def made_by_thymus(age):
        theta = thymic_output(age)
        return theta / (theta + homeostasis.defaults["rho_N"] * balance_point(theta))

    assert made_by_thymus(20) == pytest.approx(0.017, abs=0.0005)
    assert made_by_thymus(80) == pytest.approx(0.0013, abs=0.0001)


def test_ten_times_fewer_cells_cost_days_and_not_a_factor():
    days = [half_full(k) for k in (1, 2, 3, 4)]
    assert all(later / earlier < 2 for earlier, later in zip(days, days[1:]))
    assert days[3] - days[2] < 10 < days[1] - days[0]


def test_measured_half_lives_are_those_of_the_lesson():
    healthy = load("healthy").set_index("row_id")
    assert healthy.loc["H01", "value"] == 4.2 and healthy.loc["H03", "value"] == 0.4
    assert tuple(healthy.loc["H05", ["low", "high"]]) == (8, 15)
    lost = math.log(2) / healthy.loc["H03", "value"]
    for years, replaced in ((8, 0.95), (15, 0.973)):
        assert 1 - math.log(2) / years / lost == pytest.approx(replaced, abs=0.001)


def test_two_years_after_four_logs_the_toy_is_close_to_its_level():
    run = simulate(homeostasis, 2 * YEAR, depletion(4.0))
    assert 0.9 < run.final["N"] / homeostasis.start["N"] < 1


def test_a_toy_cell_lasts_shorter_than_a_measured_one():
    """Half-life in weeks in the toy, in months to years in people: the lesson says so among the limits."""
    p = homeostasis.defaults
    assert half_life(p["rho_N"] * homeostasis.start["N"] / p["K"]) == pytest.approx(68.5, abs=0.5)


def test_a_box_with_fixed_rates_follows_the_thymus_down():
    """Without a shared space the number falls to less than a fifth between 20 and 80; with one it hardly moves."""
    start = balance_point(thymic_output(20))
    delta = thymic_output(20) / start
    _, cells = euler(lambda t, N: thymic_output(20 + t / YEAR) - delta * N, start, 10, 60 * YEAR)
    g = math.log(2) / (15.7 * YEAR)
    exact = 0.16 / (delta - g) * math.exp(-g * 60 * YEAR)
    exact += (start - 0.16 / (delta - g)) * math.exp(-delta * 60 * YEAR)
    assert cells[-1] == pytest.approx(exact, rel=5e-3)
    assert cells[-1] / start == pytest.approx(0.18, abs=0.005)
    assert half_life(delta) / YEAR == pytest.approx(10.9, abs=0.05), "how long its cells last, years"


def test_without_its_thymus_a_person_of_forty_keeps_more_than_99_percent():
    assert 0.99 < balance_point(0.0) / balance_point(thymic_output(40)) < 1
