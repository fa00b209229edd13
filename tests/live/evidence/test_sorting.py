"""Statements sorted onto cards: each choice is told at once, and the statement ends on the right card."""

import pytest

from immunereset.live.evidence.sorting import Tile, sorting

TILES = [Tile("Blood came back.", "Blood", "In patients."), Tile("A heart grew.", "Nobody", "Nowhere.")]


def cards(tiles=TILES):
    return sorting(
        "cards", cards={"Blood": ["From marrow."], "Nobody": []}, tiles=tiles, scenes={"all": "show=all"}, alt="Cards."
    )


def test_a_tile_without_a_card_is_refused():
    with pytest.raises(ValueError, match="There is no card 'Bone'; there are Blood, Nobody"):
        cards([Tile("Bone grew.", "Bone", "Why.")])


STATE = """() => { const r = document.querySelector('.ir-sorting'); return [r.querySelector('.ir-result').textContent, [...r.querySelectorAll('.ir-card ul')].map((one) => one.textContent),
    [...r.querySelectorAll('.ir-why')].map((one) => one.textContent), r.querySelectorAll('.ir-full').length]; }"""


def test_statements_end_on_the_right_card(own_page, visit, tmp_path):
    page = visit(own_page(tmp_path, cards()).as_uri()).page
    assert page.evaluate(STATE) == ["2 statements. Put each on the card where it belongs.", ["", ""], ["", ""], 0]
    page.locator(".ir-tile button").nth(0).focus()
    page.keyboard.press("Enter")
    assert page.evaluate(STATE)[1:] == [["Blood came back.", ""], ["✓ Right. In patients.", ""], 1]
    page.locator(".ir-tile button").nth(2).click()
    said, lists, why, full = page.evaluate(STATE)
    assert said == "1 of 2 placed right; 0 to go." and lists == ["Blood came back.", "A heart grew."] and full == 1
    assert why[1] == "✗ Not right: Nobody. Nowhere."
