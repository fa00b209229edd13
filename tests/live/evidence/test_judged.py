"""Two groups judged in a month: dots are the rounded count, curves and bars stand where the numbers are."""

import math
import re

import numpy as np
import pytest

from immunereset.evidence import load
from immunereset.live.evidence import judged
from immunereset.models.crossing import free_of_events, hazard_ratio
from tests.live.evidence.questions import prediction

MONTH = np.linspace(0, 70, 701)
WITH, WITHOUT = free_of_events(MONTH)
ROWS = load("trial_outcomes").query("study_id == 'ASTIS' and outcome.str.startswith('event')")


def view(**changes):
    told = dict(
        month=MONTH, ratio=hazard_ratio(MONTH), groups={"with": WITH, "without": WITHOUT}, at=7.9,
        prediction=prediction("month 8", "month 20", "never"), scenes={"month 3": "month=3"}, caption="Two groups.",
        alt="Hazard ratios, curves, and dots over 70 months.",
    )  # fmt: skip
    return judged(ROWS, "until", **(told | changes))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"at": 7.95}, "has no month 7.95; it has 0 to 70 in steps of 0.1"),
        ({"scenes": {"x": "month=71"}}, "has no month 71"),
        ({"groups": {"with": WITH}}, "compares two groups; 1 were given"),
        ({"month": MONTH + 1}, "needs months that rise evenly from 0"),
        ({"ratio": MONTH}, "draws ratios above 0"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(changes, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        view(**changes)


@pytest.fixture(scope="module")
def address(own_page, tmp_path_factory):
    return own_page(tmp_path_factory.mktemp("judged"), view()).as_uri()


DRAWN = """() => {
    const root = document.querySelector(".ir-judged"), numbers = (part, ...names) => names.map((n) => Number(part.getAttribute(n)));
    const ends = (path) => path.getAttribute("d").slice(1).split("L").map((pair) => pair.split(" ").map(Number));
    const rules = [...root.querySelectorAll(".ir-grid, .ir-none")].map((line) => numbers(line, "x1", "x2", "y1"));
    return { rules, curves: [...root.querySelectorAll(".ir-curve")].map(ends), toy: ends(root.querySelector(".ir-toy")),
        words: [...root.querySelectorAll("text.ir-quiet")].map((text) => text.textContent),
        bars: [...root.querySelectorAll("line.ir-bar-of")].map((line) => numbers(line, "x1", "y1", "x2", "y2")).filter(([a, , b]) => a === b),
        free: ["first", "other"].map((who) => root.querySelectorAll(`.ir-person.ir-${who}-of`).length),
        dots: root.querySelectorAll(".ir-person").length, verdict: root.querySelector(".ir-result").textContent };
}"""


@pytest.mark.parametrize("month", [3.0, 7.9, 19.8, 70.0])
def test_dots_curves_and_bars_are_the_models(visit, address, month):
    seen = visit(f"{address}#until?month={month:g}", reduced_motion="reduce")
    seen.page.wait_for_function(f"document.querySelector('.ir-result').textContent.includes('Month {month:.1f}')")
    drawn, place = seen.page.evaluate(DRAWN), round(month * 10)
    assert drawn["dots"] == 200 and drawn["free"] == [round(WITH[place]), round(WITHOUT[place])]
    assert drawn["verdict"].replace("\n", " ").split() == view().kind.said(place).split()
    *ratios, bottom, middle, top = drawn["rules"]
    left, right = top[0], top[1]
    ticks = [float(word) for word in drawn["words"][: len(ratios)]]
    scale = (ratios[0][2] - ratios[-1][2]) / math.log(ticks[-1] / ticks[0])
    height = lambda value: ratios[0][2] - math.log(value / ticks[0]) * scale  # noqa: E731
    for (x, low, _, high), row in zip(drawn["bars"], ROWS.itertuples(), strict=True):
        assert x == pytest.approx(left + row.timepoint_months / 70 * (right - left), abs=0.5)
        assert (low, high) == pytest.approx((height(row.low), height(row.high)), abs=0.5)
    assert drawn["toy"][place][1] == pytest.approx(height(hazard_ratio(month)), abs=0.5)
    floor = float(drawn["words"][len(ratios)])
    for curve, values in zip(drawn["curves"], (WITH, WITHOUT)):
        assert len(curve) == place + 1
        down = bottom[2] - (values[place] - floor) / (100 - floor) * (bottom[2] - top[2])
        assert curve[-1] == pytest.approx((left + month / 70 * (right - left), down), abs=0.5)
    assert seen.errors == []


def test_the_future_waits_for_the_choice_and_the_slider_goes_by_keyboard(visit, address):
    page = visit(address, reduced_motion="reduce").page
    assert page.locator(".ir-month").is_disabled() and page.locator(".ir-unknown").get_attribute("display") == "inline"
    assert len(page.evaluate(DRAWN)["curves"][0]) == 80
    page.locator(".ir-cards input").nth(1).check()
    page.locator(".ir-go").click()
    assert page.locator(".ir-feedback").inner_text() == "✓ Right. Said of month 20."
    page.wait_for_function("document.querySelector('.ir-result').textContent.startsWith('Month 70.0')")
    page.locator(".ir-month").focus()
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('.ir-result').textContent.startsWith('Month 0.0')")
    page.keyboard.press("End")
    page.wait_for_function("document.querySelector('.ir-result').textContent.startsWith('Month 70.0')")
    assert page.evaluate(DRAWN)["free"] == [76, 60]


def test_with_motion_the_months_run(visit, address):
    seen = visit(address)
    page = seen.page
    page.locator(".ir-show-me").click()
    page.wait_for_function("document.querySelector('.ir-judged').irState.month > 12")
    page.locator(".ir-run").click()
    stopped = page.evaluate("document.querySelector('.ir-judged').irState.month")
    assert 12 < stopped < 70 and seen.errors == []
