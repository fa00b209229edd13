"""Row names above their rows."""

import matplotlib.pyplot as plt
import pytest

from immunereset.evidence import interval_plot, labels_above, load


def test_every_name_stands_unbroken_above_its_own_row():
    rows = load("trial_outcomes").query("source_key == 'Boffa2021' and unit == '%'")
    fig, ax = plt.subplots(figsize=(5, 5))
    names = list(interval_plot(ax, rows, ["source", "outcome", "population"])["What was counted"])
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


def test_every_second_row_is_shaded_together_with_its_name():
    rows = load("trial_outcomes").query("source_key == 'Boffa2021' and unit == '%'")
    fig, ax = plt.subplots(figsize=(5, 5))
    interval_plot(ax, rows, ["source", "outcome"])
    labels_above(ax)
    fig.draw_without_rendering()
    spans = [sorted(patch.get_extents().transformed(ax.transData.inverted()).intervaly) for patch in ax.patches]
    assert len(spans) == len(rows) // 2
    for (low, high), place in zip(spans, range(1, len(rows), 2)):
        assert low < place < high and high - low == pytest.approx(1)
        name = ax.texts[place].get_window_extent()
        assert low < ax.transData.inverted().transform((0, name.y1))[1]
    plt.close(fig)


def test_a_name_can_tell_the_estimate_and_then_does_not_repeat_its_kind():
    rows = load("trial_outcomes").query("row_id in ['T032', 'T044', 'T056']")
    fig, ax = plt.subplots()
    names = list(interval_plot(ax, rows, ["source", "estimate"])["What was counted"])
    assert names[0].replace("\u00a0", " ") == "Nash et al. 2017, 69.2% (50.2 to 82.1, 90% CI)"
    assert names[2] == "Sullivan et al. 2018, 79%"
    labels_above(ax, letters=30)
    assert ax.texts[0].get_text().split("\n")[1].replace("\u00a0", " ") == "(50.2 to 82.1, 90% CI)"
    plt.close(fig)


def test_the_data_behind_a_plot_say_when_a_finding_was_quoted_elsewhere():
    rows = load("safety").query("row_id in ['S01', 'S03']")
    fig, ax = plt.subplots()
    assert list(interval_plot(ax, rows, "source")["Source"]) == [
        "Nash et al. 2007",
        "van Laar et al. 2014 (quoted elsewhere)",
    ]
    plt.close(fig)
