"""Relapses without a trigger: the numbers of an independent program, and what intervals without memory look like."""

import numpy as np
import pytest
from scipy.signal import find_peaks

from immunereset.engine import YEAR, ModelError, simulate, simulate_noisy
from immunereset.models.relapses import (
    GROUP,
    RELAPSE,
    intervals,
    published,
    rate_per_year,
    relapse_starts,
    relapses,
    relapses_in_groups,
    waiting,
)

OTHERS = 60
"""Patients in a run of the independent program, at least; its numbers carry the error of so many."""

PATIENTS = 40

GROUPS = {
    "published": ({}, 120),
    "alpha_R .3": ({"alpha_R": 0.3}, PATIENTS),
    "alpha_R .33": ({"alpha_R": 0.33}, PATIENTS),
    "alpha_R .39": ({"alpha_R": 0.39}, PATIENTS),
    "alpha_R .4": ({"alpha_R": 0.4}, PATIENTS),
    "alpha_R .5": ({"alpha_R": 0.5}, PATIENTS),
    "alpha_R 1": ({"alpha_R": 1.0}, PATIENTS),
    "alpha_E half": ({"alpha_E": 1.0}, PATIENTS),
    "k_e 850": ({"k_e": 850.0}, PATIENTS),
    "gamma_E half more": ({"gamma_E": 0.3}, PATIENTS),
}


class Group:
    """The patients of one group: days, effectors (times, patients) and all damage after five years."""

    def __init__(self, run, who):
        self.t, self.E, self.damage = run.t, run["E"][:, who], (run["l"] + run["D_l"])[-1, who]

    def peaks(self):
        """Peaks above 10^4 per year, of each patient; peaks within 30 days count as one, as the other program's must have."""
        return np.array([find_peaks(E, height=1e4, distance=30)[0].size for E in self.E.T]) / (self.t[-1] / YEAR)

    def rates(self):
        return rate_per_year(self.t, self.E)


@pytest.fixture(scope="module")
def groups():
    changed = {symbol for changes, _ in GROUPS.values() for symbol in changes}
    values = {
        symbol: np.concatenate([np.full(n, c.get(symbol, relapses.defaults[symbol])) for c, n in GROUPS.values()])
        for symbol in changed
    }
    ends = np.cumsum([n for _, n in GROUPS.values()])
    run = published(int(ends[-1]), seed=1, **values)
    return {name: Group(run, slice(end - n, end)) for (name, (_, n)), end in zip(GROUPS.items(), ends)}


def agrees(found, expected, others=OTHERS, rounding=0.0):
    """The mean lies within three standard errors of a mean that `others` such patients gave, rounded."""
    error = found.std() * np.sqrt(1 / found.size + 1 / others)
    assert abs(found.mean() - expected) <= 3 * error + rounding, f"{found.mean():.3f} ± {error:.3f}"


@pytest.mark.parametrize(
    "group, per_year, rounding",
    [
        ("published", 2.3, 0.05), ("alpha_R .3", 0.70, 0.005), ("alpha_R .4", 0.02, 0.005), ("alpha_R .5", 0, 0),
        ("alpha_R 1", 0, 0), ("alpha_E half", 1.8, 0.05), ("k_e 850", 1.9, 0.05), ("gamma_E half more", 3.9, 0.05),
    ],
)  # fmt: skip
def test_peaks_per_year(groups, group, per_year, rounding):
    agrees(groups[group].peaks(), per_year, rounding=rounding)


@pytest.mark.parametrize(
    "group, damage",
    [("published", 6.7), ("alpha_R .3", 0.48), ("alpha_R .4", 0.11), ("alpha_R .5", 0.07), ("alpha_R 1", 0.04),
     ("gamma_E half more", 174)],
)  # fmt: skip
def test_median_damage_after_five_years(groups, group, damage):
    """Damage that can heal and lasting damage together; medians of logarithms, for they differ a hundredfold."""
    found = np.log(groups[group].damage)
    drawn = np.random.default_rng(1).choice(found, (400, found.size))
    error = np.median(drawn, axis=1).std() * np.sqrt(1 + found.size / OTHERS)
    assert abs(np.median(found) - np.log(damage)) <= 3 * error + 0.13


def test_about_one_relapse_a_year(groups):
    agrees(groups["published"].rates(), 1.04, rounding=0.005)


def test_yearly_peaks_fall_below_a_tenth_near_alpha_R_of_0_355(groups):
    below, above = (groups[name].peaks() for name in ("alpha_R .33", "alpha_R .39"))
    for found, sign in ((below, 1), (above, -1)):
        assert sign * (found.mean() - 0.1) > 2 * found.std() / np.sqrt(found.size)


def test_removing_effectors_faster_makes_more_relapses(groups):
    """They call the cells that hold them: with fewer effectors there are fewer of these."""
    slow, fast = groups["published"], groups["gamma_E half more"]
    assert fast.rates().mean() > 1.5 * slow.rates().mean()
    assert np.median(fast.damage) > 10 * np.median(slow.damage)


def test_damage_differs_a_hundredfold_between_patients(groups):
    low, high = np.percentile(groups["published"].damage, [5, 95])
    assert high / low > 100


def test_intervals_vary_as_much_as_their_mean(groups):
    found = intervals(groups["published"].t, groups["published"].E)
    cv = found.std() / found.mean()
    assert abs(cv - 0.98) < 3 * cv / np.sqrt(found.size)
    agrees(found, 285, others=200)


def test_intervals_have_no_memory(groups):
    """Having waited for 100, 200, 300 days already changes nothing in the chance of another 200 days."""
    found = intervals(groups["published"].t, groups["published"].E)
    shares = [((found > s + 200).sum(), (found > s).sum()) for s in (50, 100, 200, 300)]
    whole = sum(k for k, _ in shares) / sum(n for _, n in shares)
    for k, n in shares:
        assert abs(k / n - whole) < 3 * np.sqrt(whole * (1 - whole) / n)


def test_a_relapse_needs_a_month_to_be_over(groups):
    """The only memory there is: no relapse follows another within four weeks."""
    assert intervals(groups["published"].t, groups["published"].E).min() >= 28


def test_without_chance_there_is_no_relapse():
    """With the mean of all arrivals the model makes one small wave and comes to rest."""
    run = simulate(relapses, 5 * YEAR)
    late = run["E"][run.t > 2 * YEAR]
    assert run["E"].max() < RELAPSE / 4 and late.max() - late.min() < 1e-3 * late.mean()


def test_the_step_of_the_program_is_part_of_the_model(groups):
    """With steps that no longer matter the same equations relapse less often."""
    days = np.arange(0.0, 2 * YEAR + 1)
    run = simulate_noisy(relapses, 100, days[-1], volume=1.0, seed=4, method="tau", step=0.2, points=days)
    exact, program = rate_per_year(days, run["E"]), groups["published"].rates()
    error = np.sqrt(exact.var() / exact.size + program.var() / program.size)
    assert program.mean() - exact.mean() > 3 * error
    assert abs(exact.mean() - 0.7) < 3 * np.sqrt(exact.var() / exact.size) + 0.05


def test_starts_are_counted_once_each_and_not_on_day_0():
    t = np.arange(8.0)
    E = np.array([[9, 1, 9, 9, 1, 9, 1, 1], [1, 1, 1, 1, 1, 1, 1, 9], [1] * 8]).T
    assert [list(days) for days in relapse_starts(t, E, 5)] == [[2, 5], [7], []]
    assert list(intervals(t, E, 5)) == [3]
    assert rate_per_year(t * YEAR, E, 5) == pytest.approx([2 / 7, 1 / 7, 0])


def test_waits_that_the_end_cuts_off_count_for_as_long_as_they_were_seen():
    """By hand: relapses on days 2, 5 and 7 (waits 3 and 2, then 1 day seen), and on day 1 (7 days seen)."""
    t = np.arange(9.0)
    E = np.array([[1, 1, 9, 1, 1, 9, 1, 9, 1], [1, 9, 1, 1, 1, 1, 1, 1, 1]]).T
    share = waiting(t, E, level=5).evaluate
    # At 2 days one of the three that are still seen ends, at 3 days one of two.
    assert [share(1), share(2), share(3), share(6)] == pytest.approx([1, 2 / 3, 1 / 3, 1 / 3])
    assert waiting(t, E, 2.0, level=5).evaluate(1) == pytest.approx(1 / 2)
    with pytest.raises(ValueError, match="No wait between two relapses lasts longer than 9 days"):
        waiting(t, E, 9.0, level=5)


def test_from_rest_there_is_no_first_wave():
    """About one a year. From the published start a third relapse within a month."""
    rest = {name: simulate(relapses, 5 * YEAR).final[name] for name in ("E_r", "R_r", "E", "R")}
    run = published(200, seed=5, start=rest)
    starts = relapse_starts(run.t, run["E"])
    first, later = (np.array([((days > a) & (days <= b)).sum() for days in starts]) for a, b in ((0, 365), (365, 1825)))
    error = np.sqrt(first.var() / 200 + later.var() / 16 / 200)
    assert abs(first.mean() - later.mean() / 4) < 3 * error
    agrees(rate_per_year(run.t, run["E"]), 1.04)
    assert sum((days < 30).any() for days in starts) < 10


def test_a_run_of_no_time_is_refused():
    with pytest.raises(ModelError, match="more than 0; -1 years, every 1.0 days"):
        published(3, years=-1, seed=1)


def test_relapses_are_not_counted_in_what_is_no_number():
    """NaN lies above nothing: the answer would be that nobody relapses."""
    t, E = np.arange(5.0), np.ones((5, 2))
    for wrong, says in (
        (E * np.nan, "10 that are none"),
        (E[:, 0], r"shape \(5, patients\)"),
        (E[1:], r"shape \(4, 2\)"),
    ):
        with pytest.raises(ValueError, match=says):
            rate_per_year(t, wrong)
    with pytest.raises(ValueError, match="level is nan"):
        relapse_starts(t, E, np.nan)


def in_groups(start, size):
    return {"x_E": start["E_r"] / size, "x_R": start["R_r"] / size, "E": start["E"], "R": start["R"]}


def test_cells_counted_in_groups_are_the_same_cells():
    """Groups of 100, and half as many twice as large: the same luck gives the same cells, if as many groups arrive."""
    start = {name: relapses.start[name] for name in ("E_r", "R_r", "E", "R")}
    cells = published(4, years=1, seed=5, start=start)
    groups = published(4, years=1, seed=5, start=in_groups(start, GROUP), model=relapses_in_groups)
    for state in ("E", "R"):
        assert groups[state] == pytest.approx(cells[state], rel=1e-5)
    assert GROUP * groups["x_E"] == pytest.approx(cells["E_r"], rel=1e-5, abs=1e-6)


def test_the_same_cells_in_larger_groups_have_the_same_mean():
    """Without chance only the cells a year count, not how they are grouped."""
    ends = []
    for size in (50.0, 200.0):
        run = simulate(
            relapses_in_groups, 5 * YEAR, size=size, groups=10_000 / size,
            start=in_groups({"E_r": 7.5, "R_r": 2.4, "E": 1000.0, "R": 200.0}, size),
        )  # fmt: skip
        ends.append([run.final["E"], run.final["R"], size * run.final["x_E"]])
    assert ends[0] == pytest.approx(ends[1], rel=1e-4)
