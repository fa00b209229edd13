"""A number in words and a table in HTML, as every room shows them; models and runs are told in a line."""

import numpy as np
import pytest
from bs4 import BeautifulSoup

from immunereset.engine import Cohort, Protocol, simulate, simulate_cohort
from immunereset.engine.show import Html, html_table, in_full, show
from tests.engine.small_models import bolus, decay, infusion, sir


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (3, "3"), (-2.5, "−2.5"), (859.812, "860"), (1234.5, "1230"), (0.0145, "0.0145"), (0.00190, "0.0019"),
     (1.9e-7, "1.9 × 10⁻⁷"), (2.44e8, "2.44 × 10⁸"), (float("inf"), "∞"), (float("nan"), "–"), (None, "–"),
     (np.float64(0.99999), "1"), (True, "True"), ("healthy", "healthy")],
)  # fmt: skip
def test_cells_show_three_digits(value, text):
    assert show(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.07, "0.07"), (69.2, "69.2"), (9999, "9999"), (1_600_000, "1\u202f600\u202f000"), (-20_000, "−20\u202f000"),
     (np.inf, "∞"), (-0.5, "−0.5")],
)  # fmt: skip
def test_reported_numbers_keep_their_digits(value, text):
    assert in_full(value) == text


def test_a_table_names_its_rows_and_columns_and_escapes_all_but_html():
    page = BeautifulSoup(html_table(["a<b", "n"], [["x & y", Html("<i>3</i>")], ["", "5"]], "C<D"), "html.parser")
    assert page.caption.text == "C<D"
    assert [(cell["scope"], cell.text) for cell in page.find_all("th")] == [
        ("col", "a<b"), ("col", "n"), ("row", "x & y"), ("row", ""),
    ]  # fmt: skip
    assert page.i.text == "3" and page.table["class"] == ["ir-table"]


def test_columns_of_words_are_told_from_columns_of_numbers():
    page = BeautifulSoup(html_table(["a", "n"], [["x", "1\u202f000"], ["y", ""], ["z", "−3.5 × 10⁻⁷"]]), "html.parser")
    assert [cell.get("class") for cell in page.find_all("th", scope="col")] == [["words"], None]


def test_cards_and_marked_rows():
    page = BeautifulSoup(html_table(["a", "n"], [["x", "1"], ["y", "2"]], cards=True, marked=[1]), "html.parser")
    assert page.table["class"] == ["ir-table", "ir-cards"]
    assert [row.get("class") for row in page.tbody.find_all("tr")] == [None, ["ir-unverified"]]
    assert [cell["data-head"] for cell in page.find_all("td")] == ["n", "n"]


def test_models_runs_cohorts_and_protocols_are_told_in_a_line():
    assert repr(sir) == "Model 'sir': states S, I, Rec; 2 parameters"
    assert repr(decay) == "Model 'decay': state A; 1 parameter; input u"
    assert repr(simulate(decay, 10, bolus)) == "Run of 'decay', day 0 to 10: A from 1 to 2.37 mg"
    cohort = Cohort(3, lam=np.array([0.1, 0.2, 0.3]))
    assert repr(cohort) == "Cohort of 3 patients, each with lam"
    assert repr(Cohort(1)) == "Cohort of 1 patient"
    assert repr(simulate_cohort(decay, cohort, 10)) == "Run of 'decay', 3 patients, day 0 to 10: A from 1 to 0.135 mg"
    assert repr(bolus + infusion) == "Protocol: course u from day 5; event bolus on day 10 (bolus_day)"
    assert repr(Protocol()) == "Protocol: nothing is done"


def test_notebooks_show_models_and_runs_as_small_tables():
    page = BeautifulSoup(sir._repr_html_(), "html.parser")
    assert page.caption.text == repr(sir)
    assert [cell.text for cell in page.find_all("th", scope="row")] == ["S", "I", "Rec"]
    run = BeautifulSoup(simulate_cohort(sir, Cohort(2, beta=np.array([0.3, 0.5])), 60)._repr_html_(), "html.parser")
    assert run.caption.text == "Run of 'sir', 2 patients, day 0 to 60: medians"
    assert [cell.text for cell in run.find_all("th", scope="col")] == ["state", "day 0", "day 60", "unit"]
    assert [cell.text for cell in run.tbody.tr.find_all("td")][0] == "0.99"
