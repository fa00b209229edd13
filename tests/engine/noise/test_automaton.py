"""Cellular automata: grids worked out by hand, a well-known rule, and what is known exactly about percolation."""

import numpy as np
import pytest

from immunereset.engine import ModelError
from immunereset.engine.noise.automaton import Automaton, clusters, crosses, neighbours


def grid(*rows):
    return np.array([[int(cell) for cell in row] for row in rows])


def life(cells, near, rng):
    """Conway's Game of Life: a check of the machinery, because everyone knows what must come out."""
    around = near(cells == 1)
    return (around == 3) | ((cells == 1) & (around == 2))


def test_neighbours_by_hand():
    mask = grid("110", "000", "001")
    assert (neighbours(mask) == grid("111", "111", "010")).all()
    assert (neighbours(mask, corners=True) == grid("111", "232", "010")).all()
    assert (neighbours(mask, wrap=True) == grid("113", "111", "220")).all()
    assert (neighbours(mask, wrap=True, corners=True) == 3 - mask).all()


def test_neighbours_agree_with_counting_one_by_one():
    rng = np.random.default_rng(1)
    mask = rng.random((2, 7, 9)) < 0.4
    for wrap in (False, True):
        for corners in (False, True):
            found = neighbours(mask, wrap=wrap, corners=corners)
            for run, i, j in np.ndindex(mask.shape):
                around = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a or b) and (corners or not (a and b))]
                places = [(i + a, j + b) for a, b in around]
                if wrap:
                    places = [(a % 7, b % 9) for a, b in places]
                inside = [(a, b) for a, b in places if 0 <= a < 7 and 0 <= b < 9]
                assert found[run, i, j] == sum(mask[run, a, b] for a, b in inside)


def test_a_blinker_blinks_and_a_glider_glides():
    blinker = grid("00000", "00000", "01110", "00000", "00000")
    frames = Automaton(life, corners=True).run(blinker, 2, seed=0)
    assert (frames[1] == blinker.T).all() and (frames[2] == blinker).all()
    glider = np.zeros((8, 8), dtype=int)
    glider[:3, :3] = grid("010", "001", "111")
    frames = Automaton(life, corners=True, wrap=True).run(glider, 32, seed=0)
    assert (frames[4] == np.roll(glider, (1, 1), (0, 1))).all() and (frames[32] == glider).all()
    assert not (frames[31] == glider).all()


def test_all_cells_change_at_once():
    """A rule that copies the state of the left neighbour moves a row by one, whatever the order of the cells."""
    shift = Automaton(lambda cells, near, rng: np.roll(cells, 1, axis=-1))
    frames = shift.run(grid("120"), 3, seed=0)
    assert frames[:, 0].tolist() == [[1, 2, 0], [0, 1, 2], [2, 0, 1], [1, 2, 0]]


def fire(chance):
    def rule(cells, near, rng):
        caught = (cells == 0) & (rng.random(cells.shape) < 1 - (1 - chance) ** near(cells == 1))
        return np.where(caught, 1, np.where(cells == 1, 2, cells))

    return Automaton(rule)


def middle(size):
    cells = np.zeros((size, size), dtype=int)
    cells[size // 2, size // 2] = 1
    return cells


def test_a_sure_fire_spreads_as_a_diamond_and_stops():
    frames = fire(1.0).run(middle(9), 100, seed=0, stop=lambda cells: not (cells == 1).any())
    rows, columns = np.indices((9, 9)) - 4
    assert len(frames) == 10 and (frames[-1] == 2).all()
    for day, cells in enumerate(frames[:9]):
        assert ((cells == 1) == (abs(rows) + abs(columns) == day)).all()


def test_the_same_seed_gives_the_same_frames():
    a, b, c = (fire(0.6).run(middle(21), 30, seed=seed) for seed in (1, 1, 2))
    assert (a == b).all() and not (a == c).all() and a.dtype == np.uint8


def test_several_runs_stand_side_by_side_and_do_not_touch():
    cells = np.stack([middle(21), np.zeros((21, 21), dtype=int)])
    frames = fire(0.9).run(cells, 30, seed=3)
    assert (frames[:, 1] == 0).all() and (frames[-1, 0] == 2).sum() > 300


def test_a_fire_percolates_above_one_half():
    """Bond percolation on the square lattice: a fire of which each cell lights a neighbour with probability 1/2."""
    burnt = {}
    for chance in (0.4, 0.6):
        frames = fire(chance).run(np.stack([middle(41)] * 60), 400, seed=4, stop=lambda cells: not (cells == 1).any())
        burnt[chance] = (frames[-1] == 2).mean()
    assert burnt[0.4] < 0.1 and burnt[0.6] > 0.5


def test_connected_parts():
    mask = grid("1101", "0010", "1000")
    labels, sizes = clusters(mask)
    assert (labels == grid("1102", "0030", "4000")).all() and sizes.tolist() == [2, 1, 1, 1]
    assert clusters(mask, corners=True)[1].tolist() == [4, 1]
    assert clusters(np.zeros((2, 2)))[1].tolist() == []


def test_what_reaches_from_top_to_bottom():
    assert crosses(grid("010", "011", "001")) and not crosses(grid("010", "001", "001"))
    assert crosses(grid("010", "001", "001"), corners=True) and not crosses(grid("111", "000", "111"))
    rng = np.random.default_rng(5)
    shares = [np.mean([crosses(rng.random((60, 60)) < p) for _ in range(60)]) for p in (0.53, 0.66)]
    assert shares[0] < 0.15 and shares[1] > 0.85  # Site percolation on the square lattice: 0.5927.


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fire(1).run(np.zeros(5, int), 1, seed=0), r"shape \(5,\); it must be a grid"),
        (lambda: fire(1).run(middle(5) - 1, 1, seed=0), "The start holds the state -1"),
        (
            lambda: fire(1).run(middle(5) + 0.5, 1, seed=0),
            "holds the state 0.5; states are whole numbers from 0 to 255",
        ),
        (lambda: fire(1).run([["a"]], 1, seed=0), "states of type <U1"),
        (lambda: fire(1).run(middle(5), -1, seed=0), "-1 steps were asked for"),
        (lambda: Automaton(lambda c, n, r: c[:2]).run(middle(5), 1, seed=0), r"returned the shape \(2, 5\)"),
        (lambda: Automaton(lambda c, n, r: c + 300).run(middle(5), 1, seed=0), "The rule returned the state 300"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ModelError, match=message):
        call()
