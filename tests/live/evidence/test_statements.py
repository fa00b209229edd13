"""Statements by year and kind: covered until the prediction, then filtered with their table."""

import re

import pytest

from immunereset.lesson import Choice, Option
from immunereset.live import Prediction
from immunereset.live.evidence import Statement, statements

ANY = Choice("99-any", "prediction", "Does any?", [Option("No", "One does."), Option("Yes", "One.", right=True)])
KINDS = {"for": "says yes", "against": "says no"}
ROWS = [
    Statement("A society", 2010, "for", "Do it.", True, "https://example.org/a"),
    Statement("A court", 2015, "against", "Don't.", False),
    Statement("An agency", 2015, "against", "Never.", True),
]


def table(rows=ROWS, **changes):
    told = dict(kinds=KINDS, named="named", answer="One for, two against.", prediction=Prediction(ANY, "Who?", "Show"))
    return statements(rows, "bodies", caption="c", alt="a", **(told | changes))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: table([]), "There is no statement to show."),
        (lambda: table(kinds={"for": "f"}), "The statement of A court is of the kind 'against'; there are for."),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        call()


@pytest.fixture(scope="module")
def address(own_page, tmp_path_factory):
    return own_page(tmp_path_factory.mktemp("statements"), table()).as_uri()


STATE = """() => {
    const root = document.querySelector(".ir-statements"), dots = [...root.querySelectorAll(".ir-said")];
    return { verdict: root.querySelector(".ir-result").textContent, rows: [...root.querySelectorAll(".ir-all tbody tr")].map((row) => !row.hidden),
        lanes: new Set(dots.map((dot) => dot.getAttribute("cy"))).size, named: root.querySelectorAll(".ir-named").length,
        aside: dots.map((dot) => dot.classList.contains("ir-aside")), fold: root.querySelector(".ir-all").checkVisibility() };
}"""


def test_kinds_are_covered_until_the_prediction_and_then_filtered(visit, address):
    seen = visit(address)
    page = seen.page
    state = page.evaluate(STATE)
    assert state["verdict"] == "Who?" and not state["fold"] and state["named"] == 0
    page.locator(".ir-cards input").last.check()
    page.locator(".ir-go").click()
    state = page.evaluate(STATE)
    assert state["verdict"].startswith("One for, two against.") and state["fold"] and state["named"] == 2
    page.locator(".ir-kind").select_option("against")
    state = page.evaluate(STATE)
    assert state["rows"] == [False, True, True] and state["aside"] == [True, False, False]
    page.locator(".ir-only").check()
    state = page.evaluate(STATE)
    assert state["rows"] == [False, False, True] and state["verdict"].startswith("1 of 3 statements.")
    assert seen.errors == []


def test_a_link_filters(visit, address):
    page = visit(f"{address}#bodies?kind=for").page
    assert page.evaluate(STATE)["rows"] == [True, False, False]


def test_without_javascript_the_table_stands_in_a_fold(visit, address):
    page = visit(address, java_script_enabled=False).page
    assert not page.locator(".ir-all table").is_visible()
    page.locator(".ir-all summary").click()
    assert "Never." in page.locator(".ir-all").inner_text()
