"""Lesson 01 and its lab: every number that its words and questions state."""

import math
import re

import numpy as np
import pytest

from immunereset.engine import YEAR, simulate, simulate_cohort, threshold
from immunereset.evidence import load
from immunereset.lesson import check, find_task, question
from immunereset.lesson.questions_01 import half_full, least_step_that_never_settles
from immunereset.models.homeostasis import balance_point, homeostasis, thymic_output
from immunereset.models.one_box import NAIVE, euler, half_life, one_box, steady_number, stepped_box
from immunereset.models.origins import at_age, loss_of_cells, origins
from tests.wording import cells as notebook_cells
from tests.wording import told

LESSON, LAB = "01-cells-as-populations", "01-cells-as-populations-lab"


def lost(k, age=30.0, **changes):
    return simulate(origins, 3 * YEAR, loss_of_cells(k, age), points=np.arange(3 * YEAR + 1), **changes)


def half_day(run):
    return run.first_day_above("fullness", 0.5, after=1)


@pytest.mark.parametrize(
    ("task", "expected"),
    [("01-half-life", 4.6), ("01-step", 8), ("01-double", 4.3), ("01-survivors", 2.5), ("01-naive", 23.7), ("01-no-thymus", 574),
     ("01-tenth", 52.2)],
)  # fmt: skip
def test_answers(task, expected):
    assert find_task(task).answer == expected and check(task, expected).kind == "right"


@pytest.mark.parametrize(
    ("task", "wrong"), [("01-half-life", 6.9), ("01-half-life", 6.7), ("01-half-life", 4.3), ("01-half-life", 3.3), ("01-step", 20), ("01-double", 100),
                        ("01-double", 5.0), ("01-survivors", 1.9), ("01-survivors", 2.9)],
)  # fmt: skip
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"


def test_sixty_years(said):
    ages = np.array([20, 25, 40, 80])
    run = simulate(origins, 60 * YEAR, start=at_age(20), points=(ages - 20) * YEAR)
    N, new = run["N"], run["N_n"]
    words = said("start-read") + said("stage-eighty") + told("01-eighty")
    assert f"{N[1]:.0f}, and {new[1]:.0f} of these are newcomers" in words
    assert f"holds {N[2]:.0f}, and more than half are" in words and 0.5 < new[2] / N[2] < 0.75
    assert f"{new[3]:.0f} of {N[3]:.0f}" in words and 0.7 < new[3] / N[3] < 0.8
    assert f"{N[0]:.0f}" == "916" and f"moved by {100 * (1 - N[3] / N[0]):.0f} %" in words
    thymus, made = run["from thymus"], run["from thymus"] + run["by division"]
    first, last = 100 * thymus[0] / made[0], 100 * thymus[3] / made[3]
    assert f"makes {first:.1f} % of the new cells, at 80 {last:.2f} %" in words
    assert f"{thymus[0] / thymus[3]:.0f} times fewer" in said("start")


def test_a_box_with_fixed_rates_follows_the_thymus_down():
    start = balance_point(thymic_output(20))
    delta = thymic_output(20) / start
    _, cells = euler(lambda t, N: thymic_output(20 + t / YEAR) - delta * N, start, 10, 60 * YEAR)
    g = math.log(2) / (15.7 * YEAR)
    exact = 0.16 / (delta - g) * math.exp(-g * 60 * YEAR)
    exact += (start - 0.16 / (delta - g)) * math.exp(-delta * 60 * YEAR)
    assert cells[-1] == pytest.approx(exact, rel=5e-3)
    assert f"{cells[-1]:.0f} would be left" in told("01-eighty")
    assert f"{916 / 14.1:.0f}: a fourteenth" in told("01-eighty")


def test_two_taps_and_a_closed_one(said):
    for theta, level in ((5, 50), (10, 100)):
        run = simulate(one_box, 60, theta=theta)
        day = run.first_day_above("filled", 0.5)
        assert (
            run["level"][-1] == level
            and f"on day {day:.1f}." in said("tap-read")
            and f"ay {day:.1f}" in told("01-twice")
        )
    ends = [half_life(delta) for delta in (0.05, 0.1, 0.25)]
    assert '"half-life {:.1f} days", 0.1: "{:.1f}", 0.25: "{:.1f} days"'.format(*ends) in said("stage-drain")
    run = simulate(one_box, 14, start={"N": 100}, theta=0, points=[7, 10, 14])
    assert run["N"] == pytest.approx([50, 37, 25], abs=0.5), (
        "half after about 7 days, 37 % after 10, a quarter after 14"
    )
    assert f"at 10 % a day {100 * math.exp(-0.1):.1f} are left after one day" in said("drain")
    assert 2 * 50 == 100 and half_life(1 / 50) == pytest.approx(35, abs=0.5)


def test_steps_by_hand(said):
    words = said("hand-try")
    for h, cells in ((5, [25, 37.5, 43.75, 46.875]), (10, [50, 50, 50]), (15, [75, 37.5, 56.25])):
        assert euler(lambda t, N: 5 - 0.1 * N, 0.0, h, len(cells) * h)[1][1:] == pytest.approx(cells)
    exact = simulate(stepped_box, 60, points=[20]).final["N"]
    assert f"say 46.9 on day 20; true are {exact:.1f}" in words and "to 75; then come 37.5 and 56.25" in words
    long = euler(lambda t, N: 5 - 0.1 * N, 0.0, 23, 92)[1][1:]
    assert "{:.0f}, −{:.1f}, {:.0f}, −{:.0f}".format(*np.abs(np.trunc(long * 10) / 10)) in told("01-long-step")


def test_the_step_that_never_settles_is_two_time_constants(said):
    for delta in (0.08, 0.1, 0.125, 0.2, 0.25):
        assert least_step_that_never_settles(delta) == math.ceil(2 / delta - 1e-9)
    keep = [least_step_that_never_settles(delta) for delta in (0.1, 0.25)]
    assert "{} days at 10 % and {} at 25 %, they keep".format(*keep) in said("long-read")
    assert f"{1 / 0.1:.0f} days at 10 % a day, {1 / 0.25:.0f} days at 25 %" in said("long-read")
    assert least_step_that_never_settles(0.01) == 26, "no step up to 25 days is too long"


def test_fixed_rates_hold_nothing(said):
    def level(factor):
        return steady_number(NAIVE["theta"], NAIVE["delta"], factor * NAIVE["rho"])

    words = said("naive-read")
    assert (
        f"leads to {level(0.95):.0f}" in words and f"to {level(1.05):.0f}, and with" in words and level(1.1) == math.inf
    )
    assert f"{level(1.05):.0f}" in told("01-five-per-cent") and f"{level(1):.0f}" == "400"
    assert level(1.0869) < math.inf == level(1.0870), "8.7 % more have no end"
    net = NAIVE["delta"] - NAIVE["rho"]
    assert f"{100 * net:.3f} % a day" in words and f"constant is {1 / net / YEAR:.0f} years" in words
    assert (
        f"time constant {1 / (NAIVE['delta'] - 0.9 * NAIVE['rho']) / YEAR:.0f} years"
        in said("stage-naive").partition("marks=")[2]
    )
    assert f"{NAIVE['theta']} per µL and day, {100 * NAIVE['delta']:.3f} %" in said("naive")
    assert f"{100 * NAIVE['rho']:.3f} % divide" in said("naive")
    run = simulate(one_box, 60 * YEAR, start={"N": 400.0}, points=[60 * YEAR], **NAIVE | {"rho": 1.05 * NAIVE["rho"]})
    assert f"at 80 there are {run.final['N']:.0f}" in told("01-five-per-cent"), (
        "where the card of the right answer ends"
    )
    assert f"{run.final['N']:.0f}" == "684"
    more = find_task("01-double").compute() / 100
    assert level(1 + more) == pytest.approx(800) and find_task("01-double").answer == round(100 * more, 1)


def test_the_way_back(said):
    words, runs = said("space-read"), {k: lost(k) for k in (2, 3, 4)}
    days = {k: half_day(run) for k, run in runs.items()}
    assert [f"{days[k]:.0f}" for k in (2, 3, 4)] == re.findall(r"on day (\d+)[,.]", words)
    assert f"Day {days[3]:.0f}, not {days[2]:.0f}" in told("01-two-months") and 45 < days[3] - days[2] < 70
    none = [half_day(lost(k, theta_20=0.0)) for k in (2, 3)]
    assert "day {:.0f} after 2 logs and {:.0f} after 3".format(*none) in words
    assert none[1] - none[0] == pytest.approx(8 * YEAR / 12, rel=0.06), "eight months"
    assert {f"{runs[k].final['N_o'] + runs[k].final['N_n']:.0f}" for k in (2, 3)} == {
        "908"
    } and "the same, 908" in words
    shares = [runs[k]["from before"][-1] for k in (2, 3)]
    assert "2 logs {:.0f} % descend from survivors, after 3 logs {:.0f} %".format(*shares) in words
    assert "{:.0f} % of them after 2 logs, {:.0f} % after 3".format(*shares) in told("01-normal-again")
    head = [thymic_output(age) / homeostasis.defaults["rho_N"] for age in (30, 80)]
    assert "about {:.0f} cells per µL, at 80 of {:.0f}".format(*head) in words
    assert (
        f"double every {half_life(0.01):.0f} days" in said("space")
        and f"{balance_point(thymic_output(30)):.0f}" == "910"
    )


def test_the_depth_that_halves_the_survivors_can_be_read_off_the_slider():
    shares = [lost(k, 60.0)["from before"][-1] for k in (2.25, 2.5, 2.75)]
    assert [round(share) for share in shares] == [64, 50, 36]


@pytest.mark.parametrize(("age", "depth"), [(20, 1.75), (30, 1.94), (60, 2.52)])
def test_the_depth_at_which_the_half_full_space_is_shared(age, depth):
    def mostly_new(k):
        days = np.arange(3 * YEAR)
        run = simulate_cohort(origins, len(k), days[-1], loss_of_cells(age=age), k=k, points=days)
        return run["from before"][np.argmax(run["fullness"] > 0.5, axis=0), np.arange(len(k))] < 50

    assert threshold(mostly_new, 1, 4, 0.005) == pytest.approx(depth, abs=0.01)


def test_without_a_thymus_a_log_costs_the_time_of_ten_fold_growth():
    """The day of half the space on paper, from (1 - x)/x e^(-rho t)."""
    p = homeostasis.defaults
    left = 10**-2.5 * homeostasis.start["N"] / p["K"]
    assert half_full(2.5, theta_20=0.0) == pytest.approx(math.log(1 / left - 1) / p["rho_N"], abs=0.1)


def test_without_its_thymus_a_person_of_forty_keeps_more_than_99_percent():
    assert 0.99 < balance_point(0.0) / balance_point(thymic_output(40)) < 1


def test_what_was_measured(said):
    healthy = load("healthy").set_index("row_id")
    assert healthy.loc["H01", "value"] == 4.2 and healthy.loc["H03", "value"] == 0.4
    assert tuple(healthy.loc["H05", ["low", "high"]]) == (8, 15)
    for row, n in (("H07", 273), ("H06", 129)):
        low, high = healthy.loc[row, ["low", "high"]]
        assert healthy.loc[row, "n"] == n and f"from {low:.0f} to {high:.0f}" in told("01-width")
    assert list(healthy.loc[["H08", "H09"], "direction"]) == ["fall", "rise"] and "fewer (↓)" in said("lives-read")
    lasts = half_life(homeostasis.defaults["rho_N"] * homeostasis.start["N"] / homeostasis.defaults["K"])
    assert lasts == pytest.approx(69, abs=1) and "in 69 days" in said("lives-read")


def test_the_new_cells_of_the_toy_are_near_what_two_papers_say():
    added = load("healthy").set_index("row_id").loc["H11", "value"]
    assert thymic_output(30) == pytest.approx(NAIVE["theta"] * (1 + added), rel=0.1)


def test_euler_in_the_shared_space_swings_at_210_days_and_runs_off_at_300():
    def shared_space(t, N):
        return thymic_output(30 + t / YEAR) + 0.01 * N - 0.01 * N * N / 900

    _, swinging = euler(shared_space, N=9, h=210, until=30 * YEAR)
    with np.errstate(over="ignore"):
        _, lost = euler(shared_space, N=9, h=300, until=30 * YEAR)
    text = notebook_cells(LAB)["exercise-4"]
    assert f"between about {round(swinging[-10:-1].min(), -1):.0f} and {round(swinging[-10:-1].max(), -1):.0f}" in text
    assert (lost < 0).any() and lost[-1] < -1e6 and "At 300 a step lands below 0" in text


def test_every_choice_says_why_each_option_tempts():
    for name in ("01-eighty", "01-twice", "01-tap", "01-long-step", "01-negative-drug", "01-five-per-cent", "01-two-months",
                 "01-why-this-number", "01-thymus-removed", "01-width", "01-normal-again"):  # fmt: skip
        assert all(option.right or option.misconception for option in question(name).options), name
