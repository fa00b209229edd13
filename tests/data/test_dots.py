"""People as dots: counts from the interval, always a hundred; one dot a person where people were counted."""

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Wedge

from immunereset.evidence import EvidenceError, load, people_dots, share_dots
from immunereset.evidence.dots import dot_counts

OUTCOMES, SAFETY = load("trial_outcomes"), load("safety")
BOFFA = OUTCOMES[OUTCOMES["row_id"].isin(["T044", "T045"])].assign(after=["five years", "ten years"])


@pytest.mark.parametrize(
    ("low", "high", "counts"), [(76.9, 94.1, (77, 17, 6)), (57.8, 84.8, (58, 27, 15)), (0, 100, (0, 100, 0))]
)
def test_a_hundred_dots_by_the_interval(low, high, counts):
    assert dot_counts(low, high) == counts and sum(counts) == 100


def test_an_interval_beyond_a_hundred_is_refused():
    with pytest.raises(EvidenceError, match="within 0 and 100 %; 20 to 120 was given"):
        dot_counts(20, 120)


def drawn_on(ax):
    """How many dots of an axes are filled, half filled and open."""
    dots = [(len(group.get_offsets()), len(group.get_facecolor()) > 0) for group in ax.collections]
    filled, half = sum(n for n, solid in dots if solid), sum(isinstance(part, Wedge) for part in ax.patches)
    return filled, half, sum(n for n, _ in dots) - filled - half


def test_squares_show_the_counts_and_the_missing_comparison():
    fig = Figure()
    table = share_dots(fig, BOFFA, "after", empty="on a modern drug")
    assert [drawn_on(ax) for ax in fig.axes] == [(77, 17, 6), (58, 27, 15), (0, 0, 100)]
    assert list(table["Filled"]) == [77, 58] and "not compared" in fig.axes[-1].get_xlabel()


def test_one_dot_a_person():
    fig = Figure()
    table = people_dots(fig, SAFETY[SAFETY["row_id"] == "S07"].assign(who="Italy"), "who")
    assert drawn_on(fig.axes[0]) == (3, 0, 207) and table["Dots"].item() == 210


@pytest.mark.parametrize(("draw", "row"), [(share_dots, "T001"), (share_dots, "T046x"), (people_dots, "T044")])
def test_rows_without_what_it_takes_are_refused(draw, row):
    rows = OUTCOMES[OUTCOMES["row_id"] == row.rstrip("x")].assign(events=None)
    rows = rows.assign(low=float("nan")) if row.endswith("x") else rows
    with pytest.raises(EvidenceError, match="has none"):
        draw(Figure(), rows, "outcome")
