"""Two lives of the same people: rows sum to 1, counts follow the chain, break-even has its closed form."""

from types import SimpleNamespace

import numpy as np
import pytest

from immunereset.engine import ModelError
from immunereset.models.two_lives import drug_or_transplant
from immunereset.trials.lives import Arm, TwoLives

LIVES = drug_or_transplant
STATES = list(LIVES.states)
STAGES = LIVES.stages


def values(**changes):
    return SimpleNamespace(**LIVES.values(**changes))


def by_hand(**changes):
    """Shares by stage of both lives, in ten lines that know nothing of the class."""
    p = values(**changes)
    d = np.array([p.d_mild, p.d_moderate, p.d_severe])

    def a_year(held, w):
        dead = held @ d
        held = held * (1 - d)
        worse = held * w * np.array([1, 1, 0])
        return held - worse + np.array([0, worse[0], worse[1]]), dead

    lives = []
    for treated in (False, True):
        start = np.array([0.6, 0.4, 0.0])
        kept = start * (1 - p.deaths) * treated
        free, dead = start * (not treated), p.deaths * treated
        rows = [[*(kept + free), dead]]
        for _ in range(round(p.years)):
            (kept, died), (free, also) = a_year(kept, p.w * p.left), a_year(free, p.w)
            kept, free, dead = kept * (1 - p.lost), free + kept * p.lost, dead + died + also
            rows.append([*(kept + free), dead])
        lives.append(rows)
    return np.array(lives)


@pytest.mark.parametrize("changes", [{}, {"w": 0.1, "deaths": 0.01}, {"left": 1.0, "lost": 0.15}, {"years": 40}])
def test_the_chain_is_what_ten_lines_compute(changes):
    assert LIVES.expected(**changes) == pytest.approx(by_hand(**changes), abs=1e-12)


def test_rows_sum_to_one():
    for arm in LIVES.arms:
        for moves in (arm.entry(values()), arm.year(values())):
            assert LIVES.matrix(moves).sum(axis=1) == pytest.approx(np.ones(len(STATES)), abs=1e-12)
    assert LIVES.expected().sum(axis=2) == pytest.approx(np.ones((2, 31)), abs=1e-12)


def test_known_quality_years():
    assert LIVES.quality() == pytest.approx([9.84, 11.12], abs=0.005)
    assert LIVES.quality(w=0.1, deaths=0.01) == pytest.approx([8.18, 10.48], abs=0.005)


@pytest.mark.parametrize("changes", [{}, {"w": 0.1}, {"w": 0.03}, {"alive": 1.0}, {"v_severe": 0.5}, {"lost": 0.0}])
def test_break_even_is_one_minus_the_ratio_of_quality_years(changes):
    """Who dies of the treatment lives no year, so quality falls in proportion: 1 − Q/Q₀."""
    drug, safe = LIVES.quality(deaths=0.0, **changes)
    assert LIVES.break_even("deaths", **changes) == pytest.approx(1 - drug / safe, abs=1e-8)


def test_break_even_at_the_ends_of_the_slider():
    assert LIVES.break_even("deaths", left=1.0) == 0
    assert LIVES.break_even("deaths", w=0.15, v_severe=0.0) == np.inf


@pytest.mark.parametrize("changes", [{}, {"deaths": 0.2, "w": 0.1, "lost": 0.1}])
def test_counts_are_expected_within_three_standard_errors(changes):
    people, years = 20_000, [0, 1, 5, 10, 20, 30]
    drawn, expected = LIVES.people(people, seed=8, **changes)[:, years], LIVES.expected(**changes)[:, years]
    counts = np.array([[np.bincount(year, minlength=len(STAGES)) for year in life] for life in drawn])
    assert (np.abs(counts - people * expected) <= 3 * np.sqrt(people * expected * (1 - expected)) + 1e-9).all()


def test_a_thousand_people_follow_the_chain():
    expected = LIVES.expected()[:, [5, 10, 30]]
    drawn = LIVES.people(1000, seed=52)[:, [5, 10, 30]]
    counts = np.array([[np.bincount(year, minlength=len(STAGES)) for year in life] for life in drawn])
    assert (np.abs(counts - 1000 * expected) <= 3 * np.sqrt(1000 * expected * (1 - expected)) + 1e-9).all()


def test_luck_is_shared():
    """With a drug as good, nobody is better off: whoever lives lives the same life."""
    drug, transplanted = LIVES.people(2000, seed=3, left=1.0)
    assert (transplanted >= drug).all()
    alive = transplanted[0] != STAGES.index("dead")
    assert (transplanted[:, alive] == drug[:, alive]).all() and 0 < (~alive).sum() < 80
    safe = LIVES.people(2000, seed=3, deaths=0.0)
    assert (safe[1] <= safe[0]).all()  # and without deaths nobody is worse off


def test_a_person_is_the_same_in_any_crowd():
    assert (LIVES.people(50, seed=9) == LIVES.people(400, seed=9)[:, :, :50]).all()


def test_what_does_not_fit_is_refused():
    with pytest.raises(ModelError, match="This pair of lives has no parameter"):
        LIVES.values(death=0.1)
    with pytest.raises(ModelError, match="no slider 'death'. Did you mean 'deaths'"):
        LIVES.break_even("death")
    with pytest.raises(ModelError, match="deaths"):
        LIVES.expected(deaths=1.5)
    with pytest.raises(ModelError, match="add up to"):
        LIVES.matrix({("mild", "dead"): 0.7, ("mild", "moderate"): 0.6})
    arms = (Arm("one", lambda p: {}, lambda p: {}), Arm("other", lambda p: {}, lambda p: {}))
    with pytest.raises(ModelError, match="add up to 0.9"):
        TwoLives({"well": "well", "dead": "dead"}, {"well": 0.9}, [], arms, lambda p: {})
    with pytest.raises(ModelError, match="'wel'"):
        TwoLives({"well": "well", "dead": "dead"}, {"wel": 1.0}, [], arms, lambda p: {})
