"""Published results, read from data/: only rows that were checked, unless a reader asks for others by name.

    from immunereset.evidence import load, table, interval_plot

    outcomes = load("trial_outcomes")
    table(outcomes[outcomes.disease == "MS"], columns=["outcome", "estimate"], caption="…")

Every table and plot made here names its sources, names the kind of every interval, and marks rows that nobody
has checked. Importing this package imports pandas; `import immunereset` does not.
"""

from immunereset.evidence.binomial import clopper_pearson
from immunereset.evidence.comparisons import comparisons
from immunereset.evidence.dots import people_dots, share_dots
from immunereset.evidence.estimates import estimate, interval
from immunereset.evidence.plots import interval_plot, labels_above, milestone_plot
from immunereset.evidence.references import EvidenceError, cite
from immunereset.evidence.store import dictionary, load
from immunereset.evidence.tables import table

__all__ = [
    "EvidenceError",
    "cite",
    "clopper_pearson",
    "comparisons",
    "dictionary",
    "estimate",
    "interval",
    "interval_plot",
    "labels_above",
    "load",
    "milestone_plot",
    "people_dots",
    "share_dots",
    "table",
]
