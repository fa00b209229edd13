"""The picture of a threshold: in two pieces, and refused where nothing turns."""

import numpy as np
import pytest

from immunereset.pictures.turn import turn

WORDS = dict(across="dose (mg)", up="cells", before="back", after="away", number="2 mg", caption="A toy.")
X = np.linspace(1, 3, 21)


def test_two_pieces_and_the_threshold_between_them():
    made = turn("turn-toy", X, np.where(X < 2, 10.0, 0.1), 1.95, **WORDS)
    assert "threshold: 2 mg" in made.svg and "● back" in made.svg and "○ away" in made.svg
    assert "Up to the threshold of 2 mg" in made.alt and len(made.rows) <= 12


@pytest.mark.parametrize("at", [1.5, 0.5, 3.5], ids=["elsewhere", "below", "above"])
def test_where_nothing_turns_there_is_no_picture(at):
    with pytest.raises(ValueError, match="Nothing turns at"):
        turn("turn-toy", X, np.where(X < 2, 10.0, 0.1), at, **WORDS)
