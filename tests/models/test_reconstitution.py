"""Lymphocytes that return, and TREC: the numbers of an independent program."""

import numpy as np
import pytest

from immunereset.engine import YEAR, ModelError, simulate, threshold
from immunereset.evidence import cite
from immunereset.models.reconstitution import first_days, reconstitution, survivors
from immunereset.models.trec import depletion, trec

MONTH = YEAR / 12


def after(months, **changes):
    days = np.array([0.0, *np.atleast_1d(months)]) * MONTH
    return simulate(reconstitution, days[-1], survivors(), points=days, **changes)


@pytest.mark.parametrize(
    ("age", "cd4_12", "cd4_24", "naive_24"),
    [(20, 357, 484, 202), (35, 324, 404, 104), (50, 307, 363, 54), (60, 300, 348, 35)],
)
def test_counts_by_age(age, cd4_12, cd4_24, naive_24):
    run = after([12, 24], age=age)
    assert run["CD4"][1:] == pytest.approx([cd4_12, cd4_24], abs=0.6)
    assert run["N_4"][2] == pytest.approx(naive_24, abs=0.5)


def test_days_of_recovery():
    days = {age: first_days(age=age) for age in (20, 35, 60)}
    assert [days[age]["CD4"] for age in days] == pytest.approx([216, 222, 228], abs=1)
    for first in days.values():
        assert [first["NK"], first["M_8"], first["B"]] == pytest.approx([15, 78, 99], abs=1)


def test_refilling_by_natural_killer_and_b_cells_is_exponential():
    days = np.array([0, 3, 15, 60, 200.0])
    run = simulate(reconstitution, 200, survivors(), points=days)
    for name, full, lag, tau in [("NK", 250, 5, 10), ("B", 253, 45, 60)]:
        exact = full * -np.expm1(-np.maximum(days - lag, 0) / tau)
        assert run[name] == pytest.approx(exact)


@pytest.mark.parametrize(("m", "day"), [(1, 281), (3, 241), (6, 215), (12, 189), (25, 158), (60, 113)])
def test_survivors_speed_up_cd4(m, day):
    assert first_days(m)["CD4"] == pytest.approx(day, abs=1)


def test_first_days_takes_the_age_as_its_second_number():
    assert first_days(5, 60) == first_days(m=5, age=60)


def test_the_thymus_sends_nothing_before_its_day():
    run = simulate(reconstitution, 121, survivors(), points=np.arange(122.0))
    assert (np.diff(run["N_4"][:121]) < 0).all() and run["N_4"][121] > run["N_4"][120]


def test_age_at_which_fewer_than_50_naive_cells_are_back():
    age = threshold(lambda ages: np.array([after(24, age=a)["N_4"][1] < 50 for a in ages]), 35.0, 75.0)
    assert age == pytest.approx(52, abs=0.5)


def test_old_and_new_memory_are_one_population():
    """The sum obeys dM/dt = k N + ρ M (1 - (M + 0.3 N)/K) exp(-M/400), and old memory is never made anew."""
    y = np.array([80.0, 150.0, 30.0, 100.0])
    rate = dict(zip(reconstitution.states, reconstitution.derivative(400.0, y, reconstitution.defaults)))
    N, M = y[0], y[1] + y[2]
    assert rate["M_o"] + rate["M_n"] == pytest.approx(
        9e-4 * N + 0.024 * M * (1 - (M + 0.3 * N) / 320) * np.exp(-M / 400)
    )
    share = simulate(reconstitution, 5 * YEAR, survivors())["old share"]
    assert (np.diff(share) <= 1e-9).all() and share[0] == 100


def test_most_memory_is_old_after_two_years():
    run = after(24, age=35)
    assert run["old share"][1] == pytest.approx(90, abs=0.5)
    assert run["N_4"][1] + run["M_n"][1] == pytest.approx(0.33 * run["CD4"][1], rel=0.01)


def test_trec_rests_at_its_steady_state():
    assert trec.derivative(0, [400.0, 4.0], trec.defaults) == pytest.approx(0)
    run = simulate(trec, 10)
    assert run["C"] == pytest.approx(0.01) and run["TREC per cell"] == pytest.approx(1)


def test_trec_against_its_closed_form():
    t = np.array([0.0, 100.0, 2000.0])
    run = simulate(trec, 2000, depletion(50), points=t)
    assert run["N"] == pytest.approx(400 + (50 - 400) * np.exp(-8e-5 * t))
    assert run["T"] == pytest.approx(-4 * np.expm1(-1e-3 * t), abs=1e-7)


@pytest.mark.parametrize(
    ("N_0", "peak", "year", "naive", "above"),
    [(10, 6.45, 2.0, 33, 0.08), (50, 3.47, 4.2, 91, 0.40), (100, 2.40, 5.8, 147, 0.86), (200, 1.57, 8.25, 243, 2.06)],
)
def test_trec_content_peaks_above_normal(N_0, peak, year, naive, above):
    run = simulate(trec, 20 * YEAR, depletion(N_0), points=np.linspace(0, 20 * YEAR, 20001))
    i = np.argmax(run["TREC per cell"])
    assert run["TREC per cell"][i] == pytest.approx(peak, abs=0.01)
    assert run.years[i] == pytest.approx(year, abs=0.06)
    assert run["N"][i] == pytest.approx(naive, abs=0.6)
    assert run.first_day_above("TREC per cell", 1.0) / YEAR == pytest.approx(above, abs=0.005)


def test_total_trec_follows_the_thymus_and_nothing_else():
    points = np.array([0.0, YEAR, 5 * YEAR])
    few, many, busy = (
        simulate(trec, 5 * YEAR, depletion(N_0), points=points, sigma=sigma)["T"]
        for N_0, sigma in [(10, 0.032), (200, 0.032), (10, 0.064)]
    )
    assert few == pytest.approx(many) and busy == pytest.approx(2 * few)


@pytest.mark.parametrize("make", [lambda: survivors(0.0), lambda: depletion(500.0)])
def test_refusals(make):
    with pytest.raises(ModelError, match="outside its allowed range"):
        make()


@pytest.mark.parametrize(
    "parameter",
    [
        *reconstitution.parameters.values(),
        *trec.parameters.values(),
        *survivors().parameters.values(),
        *depletion().parameters.values(),
    ],
    ids=lambda q: q.symbol,
)
def test_parameters_say_where_they_come_from(parameter):
    assert parameter.unit and parameter.meaning
    assert parameter.source.startswith("toy value") or cite("Ribeiro2008") in parameter.source


def test_of_two_daughters_of_a_newcomer_one_keeps_its_trec():
    """So division leaves the newcomers as many as they are, and makes others: more than those that never divided."""
    days = np.array([0.0, 100.0, 2000.0])
    run = simulate(trec, 2000, depletion(10), points=days)
    assert run["newcomers"][1:] == pytest.approx(32 * -np.expm1(-1e-3 * days[1:]), rel=1e-6)
    p, d, sigma = (trec.defaults[name] for name in ("p", "d", "sigma"))
    fine = simulate(trec, 2000, depletion(10), points=np.linspace(0, 2000, 2001))
    change = np.gradient(fine["others"], fine.t)[2:-1]
    made = (p * (fine["newcomers"] + fine["others"]) - d * fine["others"])[2:-1]
    assert change == pytest.approx(made, abs=1e-4), "all divisions make others"
    assert sigma / (d + p) == pytest.approx(16.7, abs=0.1), "never divided: about half of the 32"
    before = simulate(trec, 60, points=[60.0]).final
    assert (before["N"], before["T"]) == pytest.approx((400, 4))
