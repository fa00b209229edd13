"""The reader's map: what a click leaves, and a border that agrees with bisection of full runs."""

import re

import numpy as np
import pytest

from immunereset.engine import YEAR, Slider, simulate
from immunereset.live import readers_map
from immunereset.models.interventions import infection
from immunereset.models.tolerance import ACTIVE, tolerance

UNTIL = 5 * YEAR


def empty_map(**changes):
    told = dict(
        state="E", active=ACTIVE, sliders={"infection_days": Slider(1, 42, 1), "I_0": Slider(0, 20, 0.5)},
        labels=("days", "strength"), told=("Well.", "Ill."), word="effectors per µL", one="Click anywhere.", go="Infect",
        named={"P": (10, 10), "Q": (28, 3)}, protocol=infection(I_0=5, duration=5), until=UNTIL, caption="A map.", alt="A map.",
    )  # fmt: skip
    return readers_map(tolerance, "infection_days", "I_0", "a-map", **(told | changes))


@pytest.fixture(scope="module")
def figure():
    return empty_map()


def test_what_does_not_fit_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match=re.escape("needs one slider across and one up; I_0 were given")):
        empty_map(sliders={"I_0": Slider(0, 20, 0.5)})
    with pytest.raises(ValueError, match=re.escape("A panel shows 'Q'")):
        empty_map(state="Q")


def ends_ill(days, strength):
    run = simulate(
        tolerance, UNTIL, infection(), points=[0.0, UNTIL], method="DOP853", rtol=1e-9, atol=1e-12,
        I_0=strength, infection_days=days,
    )  # fmt: skip
    return run["E"][-1] > ACTIVE


def bisected(low, high, holds, precision):
    while high - low > precision:
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return (low + high) / 2


@pytest.fixture(scope="module")
def address(figure, own_page, tmp_path_factory):
    return own_page(tmp_path_factory.mktemp("map"), figure).as_uri()


STATE = """() => {
    const root = document.querySelector(".ir-readers-map"), rules = [...root.querySelectorAll(".ir-grid")];
    const n = (part, name) => Number(part.getAttribute(name));
    return { left: n(rules[0], "x1"), right: n(rules[0], "x2"), bottom: n(rules[0], "y1"), top: n(rules.at(-1), "y1"),
        tries: [...root.querySelectorAll(".ir-try")].map((dot) => [n(dot, "cx"), n(dot, "cy"), dot.getAttribute("class")]),
        border: root.querySelector(".ir-border")?.getAttribute("d"), last: root.irTried,
        verdict: root.querySelector(".ir-result").textContent };
}"""


def place(state, days, strength):
    x = state["left"] + (days - 1) / 41 * (state["right"] - state["left"])
    return x, state["bottom"] - strength / 20 * (state["bottom"] - state["top"])


def test_a_click_runs_one_person_and_leaves_a_mark(visit, address):
    seen = visit(address)
    page, chart = seen.page, seen.page.locator(".ir-chart svg")
    assert page.locator(".ir-show-me").is_disabled() and page.evaluate(STATE)["border"] is None
    for days, strength in [(10, 10), (28, 3), (11, 10), (12, 10), (20, 4), (20, 3.5)]:
        x, y = place(page.evaluate(STATE), days, strength)
        chart.click(position={"x": x, "y": y})
        state, ill = page.evaluate(STATE), bool(ends_ill(days, strength))
        assert (state["last"]["x"], state["last"]["y"], state["last"]["ill"]) == (days, strength, ill)
        px, py, look = state["tries"][-1]
        assert (px, py) == pytest.approx(place(state, days, strength), abs=0.5) and ("ir-back" in look) == ill
        assert state["verdict"].startswith("● Ill." if ill else "○ Well.")
    assert len(state["tries"]) == 6 and page.locator(".ir-show-me").is_enabled()
    assert seen.errors == []


def test_the_border_agrees_with_bisection_of_full_runs(visit, address):
    page = visit(address, viewport={"width": 900, "height": 900}).page
    for _ in range(6):
        page.locator(".ir-sliders input").first.press("ArrowRight")
        page.locator(".ir-go").click()
    page.locator(".ir-show-me").click()
    state = page.evaluate(STATE)
    drawn = np.array([[float(n) for n in pair.split()] for pair in state["border"][1:].split("L")])
    per_strength, per_day = (state["bottom"] - state["top"]) / 20, (state["right"] - state["left"]) / 41
    for days in (9.3, 10.0, 13.7, 21.0, 28.0, 41.5):
        strength = bisected(0.0, 20.0, lambda s, days=days: ends_ill(days, s), 0.005)
        x, y = place(state, days, strength)
        # Half a pixel up or across: the border is steep on the left.
        beside = np.interp([x - 0.5, x, x + 0.5], drawn[:, 0], drawn[:, 1])
        assert beside.max() + 0.5 > y > beside.min() - 0.5, days
    edge = bisected(1.0, 42.0, lambda days: ends_ill(days, 20.0), 0.005)
    assert drawn[0] == pytest.approx(place(state, edge, 20.0), abs=0.5)
    assert per_strength > 10 and per_day > 10, "so that half a pixel means something"
    assert [word.text_content() for word in page.locator(".ir-chart .ir-title").all()] == ["P", "Q"]


def agreement(border, guess):
    """The share of the map, in per cent, that a line through `guess` puts on the same side as the border."""
    x = np.linspace(1, 42, 4001)
    inside = np.isfinite(border[1])
    lines = [(border[0][inside], border[1][inside]), np.array(guess).T]
    one, other = (np.where(x < a[0], 20.0, np.interp(x, a, b)).clip(0, 20) for a, b in lines)
    return 100 * (1 - np.abs(one - other).mean() / 20)


def test_a_line_drawn_by_hand_is_scored(visit, address, figure):
    seen = visit(address, viewport={"width": 900, "height": 900})
    page, grips = seen.page, seen.page.locator(".ir-handle")
    assert not grips.first.is_visible()
    for _ in range(6):
        page.locator(".ir-sliders input").first.press("ArrowRight")
        page.locator(".ir-go").click()
    chart, state = page.locator(".ir-chart svg").bounding_box(), page.evaluate(STATE)
    tries, guess = len(state["tries"]), [(9.0, 16.0), (15.0, 7.0), (30.0, 3.0)]
    for grip, (days, strength) in zip(grips.all(), guess):
        box, (x, y) = grip.bounding_box(), place(state, days, strength)
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(chart["x"] + x, chart["y"] + y)
        page.mouse.up()
    assert len(page.evaluate(STATE)["tries"]) == tries, "a handle is no run"
    grips.last.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    guess[-1] = (31.0, 3.0 + 20 / 41)
    assert grips.last.get_attribute("aria-valuetext") == f"strength {guess[-1][1]:.1f}, days 31.0"
    page.locator(".ir-show-me").click()
    [share] = re.findall(
        r"Your line puts (\d+) % of the map on its right side", page.locator(".ir-result").inner_text()
    )
    assert float(share) == pytest.approx(agreement(figure.kind.border, guess), abs=1) and 85 < float(share) < 100
    assert not grips.first.is_visible() and page.locator(".ir-expected").is_visible()
    assert seen.errors == []


def test_it_is_filled_by_the_keyboard_alone(visit, address):
    page = visit(address).page
    days, strength = page.locator(".ir-sliders input").all()
    days.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    page.locator(".ir-go").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(STATE)["last"] == {"x": 10, "y": 5.5, "ill": False, "end": pytest.approx(0.015, abs=0.01)}
    assert "1 marks: 0 ●, 1 ○." in page.locator(".ir-chart svg").get_attribute("aria-label")


def test_without_javascript_there_is_a_fold_with_the_border(visit, address):
    page = visit(address, java_script_enabled=False).page
    assert page.locator(".ir-readers-map > img").is_visible() and not page.locator(".ir-answer img").is_visible()
    page.locator(".ir-answer summary").click()
    assert page.locator(".ir-answer img").is_visible()
