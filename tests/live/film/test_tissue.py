"""Attacked tissue: the page's attack is Python's, cell by cell, and the reader fills the map by hand."""

import numpy as np
import pytest

from immunereset.engine import Slider
from immunereset.live.film.tissue import TRIES, tissue, verdict
from immunereset.models import tissue as model
from immunereset.models.tissue import TAU, cells_on, days_of_attack
from tests.live.evidence.v8 import view_in_v8


def view(**changes):
    given = {"b": 0.10, "slider": Slider(0.08, 0.2, 0.002), "seed": 13, "caption": "Tissue.", "alt": "A grid of cells."}
    return tissue(model, "tissue", **{**given, **changes})


@pytest.fixture(scope="module")
def live():
    return view()


@pytest.fixture(scope="module")
def v8(live):
    return view_in_v8(live, "luckOf attackOf tissueInWords")


@pytest.mark.parametrize(("b", "seed"), [(0.10, 13), (0.13, 3), (0.18, 21)])
def test_the_page_attacks_the_same_cells_on_the_same_days(v8, b, seed):
    page = v8(f"[...attackOf(figure, {b}, luckOf(figure, {seed}))]")
    days = days_of_attack(b, seed=seed)
    assert [np.inf if day is None else day for day in page] == days.ravel().tolist()


@pytest.mark.parametrize(("b", "seed"), [(0.10, 13), (0.18, 21)])
def test_the_sentence_is_pythons(v8, b, seed):
    days = days_of_attack(b, seed=seed)
    reached = np.isfinite(days)
    page = v8(f"tissueInWords({b}, {reached.mean()}, {int(days[reached].max()) + TAU})")
    assert page == verdict(b, days, TAU) and page[0] == ("●" if b > 0.13 else "○")


def test_the_reader_plays_and_fills_the_map(visit, own_page, tmp_path, live):
    page = visit(own_page(tmp_path, live).as_uri() + "#tissue?b=0.1&seed=13&on=20", reduced_motion="reduce").page
    page.wait_for_function("document.querySelector('.ir-tissue').irTissue.day === 20")
    drawn = cells_on(days_of_attack(0.10, seed=13), 20)
    seen = page.evaluate("document.querySelector('.ir-tissue').irTissue")
    assert (seen["inflamed"], seen["dead"]) == ((drawn == 1).sum(), (drawn == 2).sum())
    assert not page.locator(".ir-data").is_visible() and page.locator(".ir-hundred").is_disabled()
    for i in range(TRIES):
        page.locator(".ir-end").click()
        assert page.locator(".ir-tissue .ir-try").count() == i + 1
        page.locator("input[data-symbol=b]").press("PageUp")
        page.wait_for_function("document.querySelector('.ir-tissue').irTissue.day === 0")
    page.locator(".ir-hundred").click()
    assert page.locator(".ir-middle").count() == 1 and page.locator(".ir-data").is_visible()


def test_the_hundred_are_seen_at_nine_places(live):
    rows = live.kind.hundred
    assert len(rows) == 9 and all(len(row) == 102 for row in rows)
    assert all(abs(mean - np.mean(shares)) < 0.51 for _, mean, *shares in rows)
