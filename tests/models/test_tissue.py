"""Attacked tissue: conservation, the exact percolation border, and the shares destroyed in an independent program."""

import numpy as np
import pytest
from scipy import stats

from immunereset.models.tissue import (
    SIDE,
    TAU,
    attack,
    attack_rate,
    cells_on,
    critical_cover,
    days_of_attack,
    destroyed,
    final_shares,
    is_inflamed,
    kinds,
    transmissibility,
)

RUNS = 200
OTHERS = 40
"""Runs behind each number of the independent program."""


@pytest.mark.parametrize("tau, beta", [(1, 0.5), (3, 0.206), (5, 0.129), (10, 0.067)])
def test_the_border_in_the_chance_per_day(tau, beta):
    assert attack_rate(0.5, tau) == pytest.approx(beta, abs=5e-4)
    assert transmissibility(attack_rate(0.5, tau), tau) == pytest.approx(0.5)


@pytest.mark.parametrize("T_m, cover", [(0.8, 0.45), (0.7, 0.33), (0.4, 0.0)])
def test_the_estimated_cover(T_m, cover):
    assert critical_cover(T_m) == pytest.approx(cover, abs=0.005)


@pytest.mark.parametrize(
    "T_m, cover, share, rounding",
    [(0.4, 0, 0.005, 5e-4), (0.5, 0, 0.30, 5e-3), (0.6, 0, 0.89, 5e-3), (0.8, 0, 0.998, 5e-4), (0.8, 0.2, 0.83, 5e-3),
     (0.8, 0.4, 0.14, 5e-3), (0.8, 0.5, 0.012, 5e-4), (0.8, 0.6, 0.002, 5e-4)],
)  # fmt: skip
def test_shares_destroyed(T_m, cover, share, rounding):
    found = final_shares(T_m, cover, runs=RUNS)
    error = found.std() * np.sqrt(1 / RUNS + 1 / OTHERS)
    assert abs(found.mean() - share) <= 3 * error + rounding


@pytest.mark.parametrize("T_m, cover", [(0.5, 0.0), (0.8, 0.35)])
def test_days_and_percolation_end_alike(T_m, cover):
    """The automaton, day by day, and one draw for each pair of neighbours: the same distribution of dead cells."""
    frames, _ = attack(T_m, cover, runs=150, seed=2, side=31)
    by_days, at_once = destroyed(frames[-1]), final_shares(T_m, cover, runs=600, seed=3, side=31)
    error = np.sqrt(by_days.var() / 150 + at_once.var() / 600)
    assert abs(by_days.mean() - at_once.mean()) < 3 * error
    assert stats.ks_2samp(by_days, at_once).pvalue > 1e-3


def test_a_wrong_rule_would_be_found():
    """One day more of inflammation at the same chance per day is another disease."""
    frames, _ = attack(0.5, runs=150, seed=2, side=31)
    longer = final_shares(float(transmissibility(attack_rate(0.5), TAU + 1)), runs=600, seed=3, side=31)
    assert stats.ks_2samp(destroyed(frames[-1]), longer).pvalue < 1e-3


def test_the_border_sharpens_on_larger_grids():
    """Below the border the share destroyed shrinks with the grid, above it does not: a half, on both sides."""
    small, large = ([final_shares(T, runs=150, side=side).mean() for T in (0.45, 0.55)] for side in (31, 121))
    assert large[0] < small[0] / 4 and large[1] > 0.9 * small[1]


def test_no_cell_is_lost_and_each_takes_its_days():
    frames, _ = attack(0.7, runs=2, seed=5, side=41)
    assert frames[0].sum() == 2 and not is_inflamed(frames[-1]).any() and frames.max() == TAU + 1
    for before, after in zip(frames[:-1].astype(int), frames[1:].astype(int)):
        assert set(np.unique(after - before)) <= {0, 1}
        assert (after[is_inflamed(before)] == before[is_inflamed(before)] + 1).all()
        assert (after[before == TAU + 1] == TAU + 1).all()
        beside = np.zeros(before.shape, bool)
        beside[:, 1:] |= is_inflamed(before[:, :-1])
        beside[:, :-1] |= is_inflamed(before[:, 1:])
        beside[:, :, 1:] |= is_inflamed(before[:, :, :-1])
        beside[:, :, :-1] |= is_inflamed(before[:, :, 1:])
        assert beside[(before == 0) & (after == 1)].all()


def test_a_sure_attack_spreads_as_a_diamond_to_the_edge_and_stops():
    frames, _ = attack(1.0, runs=2, side=9)
    rows, columns = np.indices((9, 9)) - 4
    for day, cells in enumerate(frames[:9]):
        assert ((cells == 1) == (abs(rows) + abs(columns) == day)).all()
    assert len(frames) == 9 + 5 and (frames[-1] == 6).all()


def test_the_same_seed_is_the_same_attack_and_more_attack_is_never_less_damage():
    assert (attack(0.6, runs=2, seed=9, side=21)[0] == attack(0.6, runs=2, seed=9, side=21)[0]).all()
    ladder = [final_shares(T, runs=30, seed=4, side=41) for T in (0.3, 0.5, 0.7)]
    assert (np.diff(ladder, axis=0) >= 0).all()
    covered = [final_shares(0.8, c, runs=30, seed=4, side=41) for c in (0.0, 0.3, 0.6)]
    assert (np.diff(covered, axis=0) <= 0).all()


def test_extremes():
    assert final_shares(0.0, runs=3) == pytest.approx(1 / SIDE**2)
    assert final_shares(1.0, runs=3) == pytest.approx(1)
    frames, protected = attack(1.0, 1.0, seed=1, side=5, days=3)
    assert len(frames) == 4 and protected.all()


def test_kinds_tell_the_four_apart():
    cells, protected = np.array([[0, 0, 1, TAU, TAU + 1]]), np.array([[False, True, True, False, True]])
    assert kinds(cells).tolist() == [[0, 0, 1, 1, 2]]
    assert kinds(cells, protected).tolist() == [[0, 3, 1, 1, 2]]


@pytest.mark.parametrize("given", [{"T_m": 1.2}, {"T_m": 0.5, "cover": -0.1}, {"T_m": float("nan")}])
def test_a_share_outside_its_range_is_refused(given):
    for follow in (attack, lambda **shares: final_shares(runs=1, **shares)):
        with pytest.raises(ValueError, match="is a share and lies from 0 to 1"):
            follow(**given)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: transmissibility(18), "b is 18; it is a share and lies from 0 to 1"),
        (lambda: transmissibility(-0.1), "b is -0.1"),
        (lambda: attack_rate(1.2), "T_m is 1.2"),
    ],
)
def test_chances_outside_0_to_1_are_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_no_cover_is_needed_where_nothing_is_passed_on():
    assert critical_cover(0.0) == critical_cover(0.1) == 0.0


@pytest.mark.parametrize("b", [0.10, 0.13, 0.18])
def test_days_of_attack_are_an_attack(b):
    """They follow the rule day by day, and kill as much as `final_shares` says."""
    days = days_of_attack(b, seed=4)
    reached = np.isfinite(days)
    assert days[SIDE // 2, SIDE // 2] == 0 and (days[reached] == days[reached].astype(int)).all()
    padded = np.pad(days, 1, constant_values=np.inf)
    around = np.array([padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]])
    waits = np.where(np.isfinite(around), days, np.inf) - np.where(np.isfinite(around), around, 0)
    caught = ((waits >= 1) & (waits <= TAU)).any(axis=0)
    assert caught[reached & (days > 0)].all(), "whoever is inflamed was attacked by a neighbour inflamed at that time"
    many = np.array([np.isfinite(days_of_attack(b, seed=seed)).mean() for seed in range(60)])
    known = final_shares(float(transmissibility(b)), runs=200, seed=9)
    error = (many.var(ddof=1) / many.size + known.var(ddof=1) / known.size) ** 0.5
    assert many.mean() == pytest.approx(known.mean(), abs=3 * error)


def test_the_same_luck_never_does_less_damage_with_more_attack():
    reached = [np.isfinite(days_of_attack(b, seed=2)) for b in (0.10, 0.12, 0.14, 0.18)]
    assert all((more | ~less).all() for less, more in zip(reached, reached[1:]))


def test_the_first_day_of_an_attack_is_that_of_attack():
    """On day 1 each of the four neighbours is inflamed with the chance b."""
    first = np.array([(days_of_attack(0.18, seed=seed, side=5) == 1).sum() for seed in range(400)])
    assert first.mean() == pytest.approx(4 * 0.18, abs=3 * (4 * 0.18 * 0.82 / 400) ** 0.5)


def test_cells_live_inflame_and_die():
    days = np.array([[0.0, 3.0, np.inf]])
    assert [cells_on(days, day).tolist() for day in (0, 3, 4, 5, 7, 8)] == [
        [[1, 0, 0]], [[1, 1, 0]], [[1, 1, 0]], [[2, 1, 0]], [[2, 1, 0]], [[2, 2, 0]]
    ]  # fmt: skip


@pytest.mark.parametrize("b", [0, 1, -0.1])
def test_an_attack_needs_a_chance(b):
    with pytest.raises(ValueError, match="above 0 and below 1"):
        days_of_attack(b)
