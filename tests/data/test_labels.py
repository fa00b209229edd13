"""Row names above their rows."""

import matplotlib.pyplot as plt

from immunereset.evidence import interval_plot, load
from immunereset.evidence.labels import labels_above


def test_every_name_stands_unbroken_above_its_own_row():
    rows = load("trial_outcomes").query("source_key == 'Boffa2021' and unit == '%'")
    fig, ax = plt.subplots(figsize=(5, 5))
    names = list(interval_plot(ax, rows, ["source", "outcome", "population"])["Row"])
    labels_above(ax, letters=200)
    fig.draw_without_rendering()
    assert [text.get_text() for text in ax.texts] == names
    for place, text in enumerate(ax.texts):
        bottom = ax.transData.inverted().transform((0, text.get_window_extent().y0))[1]
        assert place - 1 < bottom < place
    assert not ax.get_yticks().size
    plt.close(fig)


def test_long_names_are_wrapped():
    rows = load("trial_outcomes").query("row_id == 'T001'")
    fig, ax = plt.subplots()
    interval_plot(ax, rows, ["source", "outcome", "comparator"], log=True)
    labels_above(ax, letters=40)
    lines = ax.texts[0].get_text().split("\n")
    assert len(lines) > 1 and max(map(len, lines)) <= 40
    plt.close(fig)
