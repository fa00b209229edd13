"""A number in words and a table in HTML, as every room shows them."""

import numpy as np
import pytest
from bs4 import BeautifulSoup

from immunereset.words import Html, html_table, in_full, show


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
