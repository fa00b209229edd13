"""A forest: what is drawn is what the table says, what is shown is what a query finds, and a bar is guessed by keyboard."""

import math
import re

import numpy as np
import pandas as pd
import pytest

from immunereset.evidence import comparisons
from immunereset.live.evidence import Guess, forest
from immunereset.live.evidence.forest import _ticks
from tests.live.evidence.questions import prediction

FACETS = {
    "disease": "Disease",
    "comparator": "Compared with",
    "comparison": "Design",
    "year": "Year",
    "study_id": "Study",
}
CAPTION, ALT = (
    "Bars & <more>.",
    "A forest of intervals, ratios on a logarithmic axis, differences below on a linear one.",
)


@pytest.fixture(scope="module")
def rows():
    return comparisons()


def compared(rows, **changes):
    told = dict(
        detail="detail", facets=FACETS, begin="disease=MS", scenes={"by width": "sort=width"}, caption=CAPTION, alt=ALT
    )
    return forest(rows, "compared", **(told | changes))


def guessed(rows):
    some = rows[rows["study_id"].isin(["MIST", "MURARO2025"])]
    return forest(
        some, "bar", detail="detail", caption=CAPTION, alt=ALT, range=(0.02, 5),
        prediction=prediction("as before", "crosses", "beyond"), guess=Guess("T015", ["T001"], [(0.02, 0.25), (0.5, 2), (1.2, 4)]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"label": "name"}, "needs a column 'name'; there are row_id"),
        ({"begin": "disease=gout"}, "cannot show disease=gout; it knows MS, "),
        ({"scenes": {"x": "sort=mood"}}, "cannot show sort=mood; it knows given, value"),
        ({"begin": "colour=red"}, "cannot show colour=red; it knows no such name"),
        ({"guess": Guess("T001", [], [])}, "needs both a guess and its prediction"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(rows, changes, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        compared(rows, **changes)


def test_an_estimate_outside_its_interval_is_refused():
    with pytest.raises(ValueError, match="a: 3 does not lie within 1 to 2"):
        forest(pd.DataFrame({"label": ["a"], "value": [3.0], "low": [1.0], "high": [2.0]}), "small")


def test_any_table_will_do():
    figure = forest(
        pd.DataFrame({"who": ["a", "b"], "value": [1.5, 2.0], "low": [1.0, math.nan], "high": [4.0, math.nan]}),
        "small",
        label="who",
    )
    assert figure.sentence == "2 results, of 2 rows."
    assert figure.kind.table().rows == [["a", "1.5 (1.0 to 4.0)", ""], ["b", "2", ""]]


def test_a_sorting_without_its_column_is_not_offered(rows):
    def sortings(figure):
        return re.findall(r'<option value="(\w+)"', figure.kind._selects()[0])

    assert sortings(compared(rows)) == ["given", "value", "width", "design", "year"]
    assert sortings(compared(rows.drop(columns=["comparison", "year"]), facets={"disease": "Disease"})) == [
        "given",
        "value",
        "width",
    ]


def test_ticks_enclose_what_is_drawn():
    assert _ticks(0.02, 2.67, True) == [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]
    assert _ticks(-5.8, 31.2, False) == [-10, 0, 10, 20, 30, 40]


def test_sorting_is_pandas_sorting(rows):
    told = compared(rows, begin="").specification
    ms = rows[rows["disease"] == "MS"].reset_index()
    width = np.where(
        ms["unit"] == "ratio", np.log((ms["high"] / ms["low"]).where(ms["unit"] == "ratio")), ms["high"] - ms["low"]
    )
    by = {
        "given": ms,
        "value": ms.sort_values("value", kind="stable"),
        "width": ms.assign(width=width).sort_values("width", kind="stable"),
        "year": ms.sort_values("year", ascending=False, kind="stable"),
    }
    for sort, expected in by.items():
        found = told.order(told.state_of(f"disease=MS&sort={sort}"))
        assert [told.ids[i] for i in found] == list(expected["row_id"]), sort


@pytest.fixture(scope="module")
def address(own_page, tmp_path_factory, rows):
    return own_page(tmp_path_factory.mktemp("forest"), compared(rows)).as_uri()


@pytest.fixture(scope="module")
def guess_address(own_page, tmp_path_factory, rows):
    return own_page(tmp_path_factory.mktemp("guess"), guessed(rows)).as_uri()


DRAWN = """() => {
    const root = document.querySelector(".ir-forest"), numbers = (part, ...names) => names.map((n) => Number(part.getAttribute(n)));
    const axes = [...root.querySelectorAll(".ir-panel-of")].map((g) => {
        const ticks = [...g.querySelectorAll("line")].map((line) => numbers(line, "x1")[0]);
        return [ticks[0], ticks.at(-1)];
    });
    const rows = [...root.querySelectorAll(".ir-row")].filter((g) => g.getAttribute("display") !== "none").map((g) => ({
        id: g.dataset.row, ends: [...g.querySelectorAll(".ir-bar-of")].flatMap((line) => numbers(line, "x1", "x2")),
        at: [...g.querySelectorAll("circle.ir-point")].map((dot) => numbers(dot, "cx")[0]), hollow: g.querySelector(".ir-hollow") !== null,
        dash: g.querySelector(".ir-bar-of")?.getAttribute("stroke-dasharray"), empty: g.querySelector(".ir-empty") !== null,
        grey: g.classList.contains("ir-unlot"), words: [...g.querySelectorAll("text")].map((text) => text.textContent).join(" ") }));
    const table = [...root.querySelectorAll(".ir-data tbody tr")].filter((row) => !row.hidden).map((row) => row.children[0].textContent);
    return { axes, rows, table, shown: root.irShown, verdict: root.querySelector(".ir-result").textContent };
}"""


def test_drawn_ends_are_those_of_the_table_within_half_a_pixel(visit, address, rows):
    seen = visit(f"{address}#compared?sort=given", reduced_motion="reduce")
    drawn = seen.page.evaluate(DRAWN)
    panels = compared(rows).kind.panels
    table = rows.set_index("row_id")
    assert [row["id"] for row in drawn["rows"]] == list(rows["row_id"])
    for row in drawn["rows"]:
        told, panel = (
            table.loc[row["id"]],
            next(i for i, p in enumerate(panels) if list(rows["row_id"]).index(row["id"]) in p["rows"]),
        )
        axis, (left, right) = panels[panel], drawn["axes"][panel] if panels[panel]["ticks"] else (0, 0)

        def across(value, axis=axis, left=left, right=right):
            low, high = axis["low"], axis["high"]
            share = math.log(value / low) / math.log(high / low) if axis["log"] else (value - low) / (high - low)
            return left + share * (right - left)

        if told["status"] == "waiting":
            assert row["empty"] and row["at"] == [] and told["waiting"].split()[0] in row["words"]
            continue
        assert row["at"] == pytest.approx([across(told["value"])], abs=0.5)
        there = not pd.isna(told["low"])
        assert row["ends"] == pytest.approx([across(told["low"]), across(told["high"])] if there else [], abs=0.5)
        assert row["hollow"] is not there and row["grey"] is (told["comparison"] != "randomised")
        assert (row["dash"] or "") == (
            "10 4" if told["interval"] == "90% CI" else "14 4 2 4" if told["interval"] == "97.5% CI" else ""
        )
    assert seen.errors == []


QUERIES = {
    "study_id=MURARO2025": "study_id == 'MURARO2025'",
    "disease=MS&comparison=randomised": "disease == 'MS' and comparison == 'randomised'",
    "disease=Crohn+fistula&sort=width": "disease == 'Crohn fistula'",
    "comparator=placebo&year=2021": "comparator == 'placebo' and year == 2021",
}


@pytest.mark.parametrize(("link", "query"), QUERIES.items())
def test_the_rows_under_a_link_are_those_of_the_query(visit, address, rows, link, query):
    page = visit(f"{address}#compared?{link}", reduced_motion="reduce").page
    drawn, found = page.evaluate(DRAWN), rows.query(query)
    assert set(drawn["shown"]) == set(found["row_id"]) == {row["id"] for row in drawn["rows"]} and len(found) > 0
    assert sorted(drawn["table"]) == sorted(found["label"])
    told = compared(rows).specification
    assert drawn["shown"] == [told.ids[i] for i in told.order(told.state_of(link))]
    results = int(found["value"].notna().sum())
    assert drawn["verdict"].strip().startswith(f"{results} result{'s' * (results != 1)}")


def test_filters_work_by_keyboard_and_an_empty_choice_says_so(visit, address, rows):
    page = visit(address, reduced_motion="reduce").page
    page.locator("select[data-key=comparison]").focus()
    page.keyboard.press("ArrowDown")
    assert set(page.evaluate(DRAWN)["shown"]) == set(
        rows.query("disease == 'MS' and comparison == 'randomised'")["row_id"]
    )
    page.locator("select[data-key=year]").select_option("2014")
    page.wait_for_function("document.querySelector('.ir-result').textContent.includes('No row fits')")
    assert page.evaluate(DRAWN)["rows"] == []


def test_both_ends_of_the_guess_move_by_keyboard_and_choose_a_card(visit, guess_address):
    seen = visit(guess_address, reduced_motion="reduce")
    page = seen.page
    first = page.evaluate(DRAWN)
    assert [row["id"] for row in first["rows"]] == ["T001", "T015"] and first["rows"][1]["ends"] == []
    assert "1.08" not in first["rows"][1]["words"] and first["verdict"].startswith("Wait.")
    page.get_by_label("Left end").focus()
    page.keyboard.press("End")
    assert page.locator(".ir-cards input:checked").get_attribute("value") == "2"
    page.get_by_label("Left end").focus()
    for key in ("Home", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    left = page.get_by_label("Left end").get_attribute("aria-valuetext")
    assert float(left) == pytest.approx(0.02 * 250 ** (2 / 400), abs=0.001)
    page.get_by_label("Right end").focus()
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("PageUp")
    assert page.locator(".ir-cards input:checked").get_attribute("value") == "0"
    page.locator(".ir-go").click()
    after = page.evaluate(DRAWN)
    assert len(after["rows"]) == 7 and len(after["rows"][-1]["ends"]) == 2
    assert (
        page.locator(".ir-guessed").count() == 3
        and page.locator(".ir-feedback").inner_text() == "✗ Not right. Said of as before."
    )
    assert (
        "Published: 1.08 (0.57 to 2.04). It crosses the line of no difference."
        in page.locator(".ir-result").inner_text()
    )
    assert seen.errors == []


def test_a_card_sets_both_ends(visit, guess_address):
    page = visit(guess_address, reduced_motion="reduce").page
    page.locator(".ir-cards input").nth(1).check()
    assert page.locator(".ir-ends output").inner_text() == "your bar: 0.5 to 2"
    page.locator(".ir-go").click()
    assert page.locator(".ir-feedback").inner_text() == "✓ Right. Said of crosses."


def test_without_javascript_there_are_picture_options_and_table(visit, guess_address, address):
    page = visit(guess_address, java_script_enabled=False).page
    assert page.locator(".ir-forest > img").is_visible() and not page.locator(".ir-chart").is_visible()
    page = visit(address, java_script_enabled=False).page
    page.locator(".ir-data summary").click()
    assert page.locator(".ir-data tbody tr").count() == len(comparisons())


def test_an_end_is_dragged_with_the_mouse(visit, guess_address):
    page = visit(guess_address, reduced_motion="reduce").page
    page.locator(".ir-cards input").nth(1).check()
    page.locator(".ir-handle").last.hover()
    page.mouse.down()
    box = page.locator(".ir-unknown").bounding_box()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 5)
    page.mouse.up()
    page.mouse.move(box["x"], box["y"])
    left, right = (float(page.get_by_label(end).get_attribute("aria-valuetext")) for end in ("Left end", "Right end"))
    assert left == 0.5 and right == pytest.approx(0.02 * 250**0.9, rel=0.03)
