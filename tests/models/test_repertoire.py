"""Clones: the numbers of an independent program within three standard errors, and what is exact."""

import numpy as np
import pytest

from immunereset.engine import ModelError
from immunereset.models.repertoire import (
    CELLS,
    CLONES,
    READS,
    ablate,
    before_and_after,
    chance_of_none,
    clone_survives,
    depth_for_none,
    found_again,
    hill,
    new_share,
    overlap,
    rebuild,
    regrow,
    regrow_called,
    repertoire,
    sequence,
)

PERSONS = 12


@pytest.fixture(scope="module")
def people():
    """Repertoire before, and one sample of it, of each person."""
    found = []
    for seed in range(PERSONS):
        rng = np.random.default_rng(seed)
        before = repertoire(rng)
        found.append((before, sequence(before, rng)))
    return found


@pytest.fixture
def persons(people):
    """Each person with a random generator that no other test has used."""
    return [(np.random.default_rng((1, seed)), *person) for seed, person in enumerate(people)]


def agrees(values, expected, rounding):
    """Whether `expected`, one run of another program, rounded, lies within three standard deviations of such runs."""
    values = np.asarray(values, float)
    spread = 3 * values.std(ddof=1) * np.sqrt(1 + 1 / len(values))
    return abs(values.mean() - expected) <= spread + rounding / 2


def test_equal_clones_count_as_many_as_they_are():
    for q in (0, 0.5, 1, 2, 3):
        assert hill(np.full(100, 7), q) == pytest.approx(100)
    assert hill([50, 25, 25, 0], 2) == pytest.approx(8 / 3)
    assert hill([2, 1], 1) == pytest.approx(np.exp(np.log(3) - 2 / 3 * np.log(2)))


@pytest.mark.parametrize(
    "counts", [[5, 3, 2, 0], [1] * 1000, [7], np.arange(1, 60_001)], ids=["few", "equal", "one", "many"]
)
def test_hill_numbers_of_every_order(counts):
    """From all clones at order 0 to one over the largest share at infinity, without a jump near order 1."""
    share = np.array([n for n in counts if n]) / np.sum(counts)
    assert hill(counts, 0) == share.size and hill(counts, np.inf) == pytest.approx(1 / share.max())
    shannon = np.exp(-(share * np.log(share)).sum())
    for q in (1, 1 - 1e-15, 1 + 1e-15, 1 - 1e-9, 1 + 1e-9):
        assert hill(counts, q) == pytest.approx(shannon, rel=1e-7)
    for q in (0.5, 2, 3):
        assert hill(counts, q) == pytest.approx((share**q).sum() ** (1 / (1 - q)))
    D = np.array([hill(counts, q) for q in (0, 0.5, 1, 2, 50, 300, 1e4, 1e9, 1e300, np.inf)])
    assert np.isfinite(D).all() and (np.diff(D) <= 1e-9 * D[1:]).all()


def test_hill_numbers_fall_with_the_order(persons):
    _, before, _ = persons[0]
    D = [hill(before, q) for q in (0, 0.5, 1, 1.5, 2, 4)]
    assert D == sorted(D, reverse=True) and D[0] <= CLONES and before.sum() == CELLS


@pytest.mark.parametrize(("k", "share"), [(1, 0.98), (2, 0.79), (3, 0.35), (4, 0.076), (5, 0.010)])
def test_clones_that_survive(persons, k, share):
    kept = [(ablate(before, k, rng) > 0).sum() / (before > 0).sum() for rng, before, _ in persons]
    assert agrees(kept, share, 0.01 if k < 4 else 0.001)
    expected = np.mean([clone_survives(before, k).mean() for _, before, _ in persons])
    assert np.mean(kept) == pytest.approx(expected, abs=3 * np.std(kept) / np.sqrt(PERSONS) + 1e-5)


def test_chance_of_one_clone():
    assert clone_survives(1000, 3) == pytest.approx(0.632, abs=5e-4)
    assert clone_survives([0, 1, 10], 0) == pytest.approx([0, 1, 1])


def test_replicates_overlap_by_two_thirds(persons):
    assert agrees([overlap(sequence(before, rng), first) for rng, before, first in persons], 0.63, 0.01)


@pytest.mark.parametrize("k", [0, 2, 4, 6])
def test_overlap_does_not_depend_on_depth(persons, k):
    """Neutral survival keeps the expected share of each clone; only the scatter grows with depth."""
    found, twice = [], []
    for rng, before, first in persons:
        found.append(overlap(sequence(rebuild(before, k, 0.0, rng), rng), first))
        twice.append(before[first > 0].sum() / before.sum())
    error = np.std(np.subtract(found, twice), ddof=1) / np.sqrt(PERSONS)
    assert abs(np.mean(np.subtract(found, twice))) < 3 * error


@pytest.mark.parametrize(("new", "seen"), [(0.4, 0.38), (0.7, 0.19)])
def test_overlap_falls_with_the_new_share(persons, new, seen):
    found = [overlap(sequence(rebuild(before, 2.5, new, rng), rng), first) for rng, before, first in persons]
    assert agrees(found, seen, 0.01)
    assert new_share(0.63 * (1 - new), 0.63) == pytest.approx(new)


def test_new_share_behind_26_percent():
    assert new_share(0.26, 0.63) == pytest.approx(0.59, abs=0.005)


@pytest.mark.parametrize(
    ("k", "new", "expected"),
    [(0, 0, (11_024, 7_848, 4_344)), (2.5, 0.7, (15_700, 14_200, 12_100)), (5, 0, (578, 395, 306))],
)
def test_hill_numbers_of_samples(persons, k, new, expected):
    reads = [sequence(rebuild(before, k, new, rng) if k else before, rng) for rng, before, _ in persons]
    for q, number in enumerate(expected):
        assert agrees([hill(counts, q) for counts in reads], number, 100 if number > 11_100 else 1)


def test_clones_found_again_fall_with_depth_even_of_the_same_blood(persons):
    same, deep = (
        np.mean([found_again(sequence(rebuild(before, k, 0.0, rng), rng), first) for rng, before, first in persons[:6]])
        for k in (0, 4)
    )
    assert same == pytest.approx(0.46, abs=0.01) and deep == pytest.approx(0.185, abs=0.01)


@pytest.mark.parametrize(("cells", "half", "sure"), [(1e4, 4.2, 5.3), (1e6, 6.2, 7.3), (1e8, 8.2, 9.3)])
def test_depth_that_leaves_none(cells, half, sure):
    assert depth_for_none(cells, 0.5) == pytest.approx(half, abs=0.05)
    assert depth_for_none(cells, 0.95) == pytest.approx(sure, abs=0.05)
    assert chance_of_none(cells, depth_for_none(cells, 0.95)) == pytest.approx(0.95, rel=1e-6)
    assert chance_of_none(cells, half) == pytest.approx(np.exp(-cells * 10.0**-half), rel=1e-4)


def test_chance_of_none_against_drawing():
    rng = np.random.default_rng(1)
    none = (ablate(np.full(4000, 300), 2.5, rng) == 0).mean()
    exact = chance_of_none(300, 2.5)
    assert abs(none - exact) < 3 * np.sqrt(exact * (1 - exact) / 4000)


def test_rebuilt_repertoires_keep_their_size_and_share():
    rng = np.random.default_rng(2)
    before = repertoire(rng, clones=2000, cells=10**6)
    totals = []
    for _ in range(100):
        after = rebuild(before, 2, 0.3, rng)
        assert after.shape == (4000,)
        totals.append([after[:2000].sum(), after[2000:].sum()])
    mean, error = np.mean(totals, axis=0), np.std(totals, axis=0) / 10
    assert (abs(mean - [0.7e6, 0.3e6]) < 3 * error).all()
    assert sequence(after, rng).sum() == READS


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda rng: repertoire(rng, clones=0), "at least 1 clone"),
        (lambda rng: ablate([10], -1, rng), "depth is -1 logs"),
        (lambda rng: regrow([0, 0], 10, rng), "0 cells cannot regrow"),
        (lambda rng: regrow([20], 10, rng), "20 cells cannot regrow"),
        (lambda rng: rebuild([10], 1, 1.5, rng), "between 0 and 1"),
        (lambda rng: hill([0, 0], 1), "at least one above 0"),
        (lambda rng: hill([1, np.inf], 2), "counts that are finite"),
        (lambda rng: hill([1, 2], np.nan), "q of at least 0"),
        (lambda rng: sequence([10], rng, np.nan), "whole number of at least 1"),
        (lambda rng: repertoire(rng, clones=np.nan), "at least 1 clone"),
        (lambda rng: new_share(0.7, 0.6), "cannot be explained"),
        (lambda rng: depth_for_none(1e4, 1.0), "chance between 0 and 1"),
        (lambda rng: sequence([10], rng, -1), "whole number of at least 1"),
        (lambda rng: sequence([0], rng), "at least 1 cell"),
        (lambda rng: clone_survives(-3, 2), "number of cells is -3"),
        (lambda rng: overlap([0, 0], [1, 0]), "at least 1 read"),
        (lambda rng: found_again([1, 0], [0, 0]), "at least 1 read"),
        (lambda rng: regrow_called([20], [True], 1.3, 10, rng), "20 cells cannot regrow"),
        (lambda rng: regrow_called([20], [True], 0, 30, rng), "a speed above 0"),
    ],
)
def test_refusals(action, message):
    with pytest.raises(ModelError, match=message):
        action(np.random.default_rng(0))


@pytest.mark.parametrize("faster", [0.5, 1.0, 1.3])
def test_called_clones_stop_when_the_space_is_full(faster):
    rng = np.random.default_rng(4)
    sizes = np.full(2000, 10)
    called = np.arange(2000) < 200
    grown = regrow_called(sizes, called, faster, 1e6, rng)
    assert grown.sum() == pytest.approx(1e6, rel=0.02)
    one, other = grown[called].mean() / 10, grown[~called].mean() / 10
    assert np.log(one) / np.log(other) == pytest.approx(faster, abs=0.02)


def test_one_person_before_and_after_is_what_the_parts_make():
    earlier, later = before_and_after(3, 0.4, seed=5)
    assert earlier.sum() == later.sum() == READS and later.size == 2 * earlier.size
    rng = np.random.default_rng(5)
    before = repertoire(rng)
    assert (sequence(before, rng) == earlier).all()
    assert (sequence(rebuild(before, 3, 0.4, rng), rng) == later).all()


def test_exchanged_samples_and_no_room_are_said():
    earlier, later = before_and_after(2, 0.4)
    with pytest.raises(ModelError, match="come first in `later`.*are the two exchanged"):
        overlap(earlier, later)
    with pytest.raises(
        ModelError, match="100% of the cells survive 0 logs; that leaves no room for a new share of 0.4"
    ):
        before_and_after(0, 0.4)
