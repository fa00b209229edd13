"""Row names above the rows of an interval or milestone plot, where a narrow screen has room for them."""

import textwrap

LETTERS = 58


def labels_above(ax, letters=LETTERS):
    """Move the row names of `interval_plot` or `milestone_plot` from the margin to above their rows.

    `ax` is the axes that one of them drew on; `letters` is the longest line of a name. The names keep the size of
    the tick labels, and the axes get the whole width of the figure.
    """
    names = [(place, label.get_text()) for place, label in zip(ax.get_yticks(), ax.get_yticklabels())]
    size = ax.yaxis.get_ticklabels()[0].get_size()
    ax.set_yticks([])
    for place, name in names:
        words = textwrap.fill(name.replace("-\n", "-").replace("\n", " "), letters)
        ax.annotate(
            words, (0, place), xycoords=ax.get_yaxis_transform(), xytext=(4, 6), textcoords="offset points",
            va="bottom", size=size, linespacing=1.1,
        )  # fmt: skip
    ax.set_ylim(len(names) - 0.6, -1.0)
