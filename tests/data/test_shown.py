"""Tables and plots of results: sources, marks and kinds of interval are always there."""

import math
from html.parser import HTMLParser

import matplotlib
import pytest

from immunereset.evidence import EvidenceError, estimate, interval_plot, load, milestone_plot, table
from immunereset.evidence.plots import DASHES
from tests.data.test_loader import MARKS

matplotlib.use("Agg")
OUTCOMES = load("trial_outcomes")
EVERY = load("trial_outcomes", unverified=MARKS)
REGROWTH = load("reconstitution")


def row(row_id, frame=EVERY):
    return frame[frame["row_id"] == row_id].iloc[0]


@pytest.fixture
def ax():
    from matplotlib.figure import Figure

    return Figure().subplots()


class Cells(HTMLParser):
    """The tags of a piece of HTML with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


@pytest.mark.parametrize(
    ("row_id", "words"),
    [
        ("T001", "0.07 (0.02 to 0.24, 95% CI)"),
        ("T027", "110 (14.04 to ∞, 95% CI)"),
        ("T032", "69.2% (50.2 to 82.1, 90% CI)"),
        ("T029", "15.8 percentage points (0.5 to 31.2, 97.5% CI)"),
        ("T037", "87%"),
        ("T075", "81% (SE 8)"),
        ("T054", "83% (70 to 92, range)"),
    ],
)
def test_an_estimate_names_its_interval(row_id, words):
    assert estimate(row(row_id)) == words


@pytest.mark.parametrize(
    ("row_id", "words"),
    [("R32", "at least 90%"), ("R34", "600\u202f000 to 700\u202f000 clones (range)"), ("R13", ""), ("R08", "6 month")],
)
def test_an_estimate_without_a_middle_has_no_middle(row_id, words):
    assert estimate(row(row_id, REGROWTH)) == words


def test_a_table_can_be_walked_by_a_screen_reader():
    html = table(OUTCOMES.head(3), columns=["outcome", "estimate"], caption="A & B")._repr_html_()
    found = Cells(html)
    assert found.tags[0] == ("table", {"class": "ir-table ir-cards"}) and "<caption>A &amp; B</caption>" in html
    heads = [attrs.get("scope") for tag, attrs in found.tags if tag == "th"]
    assert heads == ["col"] * 3 + ["row"] * 3
    assert [attrs["href"] for tag, attrs in found.tags if tag == "a"][0] == "https://doi.org/10.1001/jama.2018.18743"
    assert {"Outcome", "Estimate", "Source", "Burt et al. 2019"} <= set(found.words)
    assert [attrs["data-head"] for tag, attrs in found.tags if tag == "td"] == ["Estimate", "Source"] * 3


def test_a_table_marks_what_nobody_has_checked_in_words():
    rows = EVERY[EVERY["study_id"].isin(["MIST", "ASTIMS"])]
    shown = table(rows, columns=["study_id", "estimate"], caption="Two trials")
    found = Cells(shown._repr_html_())
    assert found.words.count("unverified: from memory, confidence high") == 2
    assert [attrs for tag, attrs in found.tags if tag == "tr" and attrs] == [{"class": "ir-unverified"}] * 2
    assert "unverified: from memory, confidence high" in str(shown) and "Mark" in str(shown)
    assert "Mark" not in str(table(OUTCOMES.head(2), columns=["study_id"], caption="Checked"))


def test_a_table_says_when_a_number_was_computed_here_or_quoted():
    rows = EVERY[EVERY["row_id"].isin(["T052", "T041"])]
    assert "Sormani et al. 2017 (computed here)" in str(table(rows, columns=["outcome"], caption="c"))
    assert "Muraro et al. 2017 (quoted elsewhere)" in str(table(rows, columns=["outcome"], caption="c"))


def test_a_table_shows_every_filled_column_if_none_is_named():
    text = str(table(load("safety").head(2), caption="Deaths"))
    for header in ("Row", "Category", "Deaths", "Events", "Low", "Interval", "Source"):
        assert header in text
    assert "Where seen" not in text and "Recalled" not in text


@pytest.mark.parametrize(
    ("frame", "asked", "sentence"),
    [
        (OUTCOMES.drop(columns="source_key"), {}, "The results have lost their column 'source_key'; pass rows"),
        (OUTCOMES.drop(columns="mark"), {}, "The results have lost their column 'mark'; pass rows"),
        (OUTCOMES.iloc[:0], {}, "There is no row to show; the selection leaves nothing of the table."),
        (OUTCOMES, {"columns": ["outcom"]}, "The results have no column 'outcom'; there are row_id,"),
        (OUTCOMES, {"caption": " "}, "A table of results needs a caption that says what it shows."),
    ],
)
def test_a_table_without_what_it_needs_is_refused(frame, asked, sentence):
    with pytest.raises(EvidenceError) as refusal:
        table(frame, **{"caption": "c", **asked})
    assert str(refusal.value).startswith(sentence)


def texts(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_a_plot_names_every_kind_of_interval(ax):
    rows = EVERY[EVERY["row_id"].isin(["T032", "T036", "T037", "T054", "T075"])]
    drawn = interval_plot(ax, rows, ["source", "outcome"])
    assert texts(ax) == ["90% CI", "95% CI", "range", "value ± 1 SE", "no interval seen"]
    labels = " ".join(label.get_text().replace("\n", " ") for label in ax.get_yticklabels())
    assert "(90% CI)" in labels and "(range)" in labels and "(SE)" in labels
    assert list(drawn["Interval"]) == [
        "50.2 to 82.1, 90% CI",
        "46.6 to 84.2, 95% CI",
        "no interval seen",
        "70 to 92, range",
        "SE 8",
    ]
    assert list(drawn["Value (%)"]) == ["69.2", "69.6", "87", "83", "81"]
    assert "Mark" not in drawn and drawn["Source"][0] == "Nash et al. 2017"


def test_no_two_kinds_of_interval_look_the_same():
    tables = ("trial_outcomes", "safety", "epidemiology", "reconstitution")
    everything = [load(name, unverified=MARKS) for name in tables]
    kinds = {kind for frame in everything for kind in frame["interval"]} - {"", "lower bound"}
    assert kinds == set(DASHES) and len({str(dash) for dash in DASHES.values()}) == len(kinds)


def bars(ax):
    """The ends of every bar drawn, by the height it is drawn at."""
    lines = [line for line in ax.get_lines() if line.get_marker() == "None" and len(set(line.get_ydata())) == 1]
    return {int(line.get_ydata()[0]): tuple(line.get_xdata()) for line in lines}


def points(ax):
    return {int(line.get_ydata()[0]): line for line in ax.get_lines() if line.get_marker() in ("o", ">", "D")}


def test_a_plot_draws_the_numbers_of_the_rows(ax):
    rows = EVERY[EVERY["row_id"].isin(["T032", "T037", "T075"])]
    interval_plot(ax, rows, "outcome")
    assert bars(ax) == {0: (50.2, 82.1), 2: (73, 89)}
    found = points(ax)
    assert [float(found[place].get_xdata()[0]) for place in range(3)] == [69.2, 87, 81]
    assert found[1].get_markerfacecolor() == "none" and found[0].get_markerfacecolor() != "none"


def test_a_plot_shows_what_nobody_has_checked_in_grey_with_a_dagger(ax):
    rows = EVERY[EVERY["row_id"].isin(["T002", "T028"])]
    drawn = interval_plot(ax, rows, "study_id", log=True)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["ASTIMS †", "MESEMS"]
    assert points(ax)[0].get_color() == "0.5" and points(ax)[1].get_color() != "0.5"
    assert "† unverified" in texts(ax)
    assert list(drawn["Mark"]) == ["unverified: from memory, confidence high", ""]
    assert ax.get_xscale() == "log" and ax.get_xlabel() == "rate ratio; 1 is no difference"


def test_a_plot_names_the_measure_where_measures_differ(ax):
    interval_plot(ax, EVERY[EVERY["row_id"].isin(["T001", "T002"])], "study_id")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["MIST (HR)", "ASTIMS † (rate ratio)"]


def test_a_range_has_no_made_up_point_and_a_bound_no_bar(ax):
    drawn = interval_plot(ax, REGROWTH[REGROWTH["unit"] == "clones"], "statement")
    assert points(ax) == {} and len(bars(ax)) == 3 and set(drawn["Value (clones)"]) == {""}


def test_a_bound_is_an_arrow(ax):
    interval_plot(ax, REGROWTH[REGROWTH["row_id"] == "R32"], "compartment")
    assert bars(ax) == {} and points(ax)[0].get_marker() == ">" and texts(ax) == ["at least"]


def test_an_infinite_end_is_an_arrow(ax):
    interval_plot(ax, EVERY[EVERY["row_id"] == "T027"], "study_id", log=True)
    assert bars(ax) == {0: (14.04, 110)}
    assert any(line.get_marker() == ">" for line in ax.get_lines())
    assert all(math.isfinite(end) for end in ax.get_xlim())


@pytest.mark.parametrize(
    ("ids", "label", "sentence"),
    [
        (["T001", "T032"], "outcome", "One axis has one unit; these rows have ratio, %."),
        (["T001"], "outcom", "The results have no column 'outcom' to name the rows by."),
    ],
)
def test_rows_that_do_not_belong_together_are_refused(ax, ids, label, sentence):
    with pytest.raises(EvidenceError) as refusal:
        interval_plot(ax, EVERY[EVERY["row_id"].isin(ids)], label)
    assert str(refusal.value) == sentence


def test_a_row_without_a_number_is_refused(ax):
    with pytest.raises(EvidenceError) as refusal:
        interval_plot(ax, REGROWTH[REGROWTH["row_id"] == "R13"], "compartment")
    assert str(refusal.value) == "serum antibodies has no number to draw; leave out rows without a value."


def test_milestones_are_drawn_in_months(ax):
    rows = REGROWTH[REGROWTH["row_id"].isin(["R01", "R05", "R11", "R25"])]
    drawn = milestone_plot(ax, rows)
    months = [float(points(ax)[place].get_xdata()[0]) for place in range(4)]
    assert months == pytest.approx([9 / 30.4375, 1, 24, 6])
    assert [points(ax)[place].get_marker() for place in range(4)] == ["o", "o", ">", "D"]
    assert texts(ax) == [
        "recovered by then",
        "not recovered by then",
        "first seen then",
    ]  # the range is narrower than its point
    assert list(drawn["What was counted"])[2] == "CD4 T cells, Storek 2004"
    assert list(drawn["Interval"])[:2] == ["7 to 13, range (days)", "no interval seen"]
    assert list(drawn["Milestone"]) == ["reached", "reached", "not reached", "begins"]


def test_an_interval_that_can_be_seen_is_in_the_legend(ax):
    milestone_plot(ax, REGROWTH[REGROWTH["row_id"] == "R01"])
    assert texts(ax) == ["recovered by then", "range"]


def test_rows_that_are_not_milestones_are_refused(ax):
    with pytest.raises(EvidenceError) as refusal:
        milestone_plot(ax, REGROWTH[REGROWTH["row_id"] == "R30"])
    assert str(refusal.value) == (
        "effector-memory CD4 T cells, Ruder 2022 is not a milestone; keep the rows whose milestone is not empty."
    )
