"""One of a crowd: the course that the page draws is Python's, and so is what it says."""

import re

import numpy as np
import pytest

from immunereset.live import Dots
from tests.live.cohort.figures import reset_cohort

NUMBERS = (1, 17, 64)


@pytest.fixture(scope="module")
def figure():
    return reset_cohort(panels=[Dots("came back", "stays away", height=1.5)], patients=90, name="crowd", time="years")


@pytest.fixture
def crowd(figure, own_page, visit, tmp_path):
    seen = visit(own_page(tmp_path, figure).as_uri(), viewport={"width": 900, "height": 900})
    root = seen.page.locator(".ir-crowd")
    seen.page.wait_for_function("document.querySelector('.ir-crowd').irTold > 0")
    yield seen.page, root
    assert seen.errors == []


def expected(figure, number, **changes):
    """Day of the endpoint, course, and (day, strength) of the infections of one person."""
    one = figure.kind.simulated
    values = figure.specification.values | changes
    run = one.simulate(values, figure.kind.seed)
    cohort = one.variation.cohort(dict(values) | {"until": figure.specification.until}, one.count, figure.kind.seed)
    own = {symbol: column[number - 1] for symbol, column in cohort.values.items()}
    days = [own[f"day_{i}"] for i in range(1, sum(s.startswith("day_") for s in own) + 1)]
    met = [(day, own[f"strength_{i}"]) for i, day in enumerate(days, 1) if day < figure.specification.until]
    return one.endpoint.days(run)[number - 1], run[one.endpoint.name][:, number - 1], sorted(met)


def said(figure, number, **changes):
    end, _, met = expected(figure, number, **changes)
    until = figure.specification.until
    ill, before = end <= until, [strength for day, strength in met if day <= end]
    what = "came back" if ill else "stays away"
    when = f" after {end / 365:.1f} years" if ill else ""
    count = f"{len(before) or 'No'} infection{'' if len(before) == 1 else 's'}{' by then' if ill else ''}"
    strongest = f", the strongest {max(before):.1f}" + (f", the last {before[-1]:.1f}" if ill else "") if before else ""
    return f"{'●' if ill else '○'} Number {number}: {what}{when}. {count}{strongest}."


def test_one_is_looked_at_by_its_number(figure, crowd):
    page, root = crowd
    assert not root.locator(".ir-one svg").is_visible()
    for number in NUMBERS:
        root.locator(".ir-who").fill(str(number))
        assert root.locator(".ir-one p").inner_text() == said(figure, number)
        end, course, met = expected(figure, number)
        d = root.locator(".ir-one .ir-line").get_attribute("d")
        drawn = np.array([[float(n) for n in pair.split()] for pair in d[1:].split("L")])
        assert len(drawn) == len(course)
        height = np.log10(course)
        scale = np.polyfit(height, drawn[:, 1], 1)
        assert np.abs(np.polyval(scale, height) - drawn[:, 1]).max() < 0.5 and scale[0] < 0
        ticks = root.locator(".ir-one .ir-tick").evaluate_all(
            "(all) => all.map((one) => Number(one.getAttribute('x1')))"
        )
        span = (drawn[-1, 0] - drawn[0, 0]) / figure.specification.until
        assert sorted(ticks) == pytest.approx([drawn[0, 0] + span * day for day, _ in met], abs=0.5)


def test_a_click_on_a_dot_chooses_it_and_a_slider_keeps_it(figure, crowd):
    page, root = crowd
    svg = root.locator("> svg")
    for number in NUMBERS:
        root.locator(".ir-who").fill(str(number))
        ring, field = svg.locator(".ir-ring").bounding_box(), root.locator(".ir-who")
        field.fill("2")
        page.mouse.click(ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
        assert field.input_value() == str(number)
    slider = root.locator("input[type=range]").first
    slider.focus()
    for _ in range(20):
        slider.press("ArrowRight")
    symbol = slider.get_attribute("data-symbol")
    moved = {symbol: float(re.match(r"[\d.]+", slider.get_attribute("aria-valuetext"))[0])}
    page.wait_for_function("document.querySelector('.ir-crowd').irMoves.at(-1).drawn.at(-1)?.[0] === 90")
    assert root.locator(".ir-one p").inner_text() == said(figure, NUMBERS[-1], **moved)


def test_a_number_that_is_none_changes_nothing(crowd):
    _, root = crowd
    root.locator(".ir-who").fill("3")
    before = root.locator(".ir-one p").inner_text()
    for wrong in ("0", "91", "1.5", ""):
        root.locator(".ir-who").fill(wrong)
        assert root.locator(".ir-one p").inner_text() == before
