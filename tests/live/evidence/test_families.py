"""Families in rings: the page draws the same families as Python, they live as often as theory says, and what is lost stays empty."""

import json

import pytest

from immunereset.engine import Slider
from immunereset.evidence import clopper_pearson
from immunereset.live import Noise
from immunereset.live.evidence.families import families
from immunereset.live.evidence.rings import rings_svg, rows_of
from immunereset.models.extinction import extinction, graft_failure
from immunereset.models.stem_graft import infusion, stem_graft
from tests.live.evidence.questions import prediction
from tests.live.evidence.v8 import view_in_v8

NAMES_IN_PAGE = "noisyRuns familiesAt familiesInWords rowsOf"


def twenty(**changes):
    noise = Noise(method="exact", patients=20, points=151, who=("family", "families"))
    given = {"cells": "S", "noise": noise, "until": 150, "start": {"S": 1.0}, "seed": 6, "alt": "Rings."}
    return families(stem_graft, "families", **(given | changes))


def hundred(**changes):
    noise = Noise(method="exact", patients=100, points=31, who=("graft", "grafts"))
    given = {
        "cells": "S", "others": "C", "noise": noise, "until": 150, "protocol": infusion(), "chance": "failure",
        "alive": "have stem cells", "sliders": {"D": Slider(5, 300, 5)},
    }  # fmt: skip
    return families(stem_graft, "grafts", **(given | changes))


@pytest.mark.parametrize(
    ("live", "days", "changes"),
    [(twenty, (0, 30, 150), {}), (hundred, (0, 20, 150), {"D": 50.0})],
)
def test_the_page_draws_the_same_families_and_says_the_same(live, days, changes):
    figure, v8 = live(), view_in_v8(live(), NAMES_IN_PAGE)
    for seed in (1, 2**32 - 1):
        for day in days:
            found = v8(
                f"(() => {{ const made = noisyRuns(figure, {{ ...figure.p, ...{json.dumps(changes)} }}, {seed}), at = familiesAt(figure, made, {day});"
                f" return [at.counts, at.shaded, familiesInWords(figure, made, at, {day}, {seed})]; }})()"
            )
            assert found == [*figure.kind.counts(day, seed, **changes), figure.kind.say(day, seed, **changes)]


@pytest.mark.parametrize(
    ("rings", "wide", "tall"), [(20, 640, 290), (20, 340, 270), (100, 700, 280), (6, 300, 200), (1, 90, 70)]
)
def test_rows_are_pythons_and_fit(rings, wide, tall):
    found, rows = view_in_v8(twenty(), NAMES_IN_PAGE)(f"rowsOf({rings}, {wide}, {tall})"), rows_of(rings, wide, tall)
    assert (found["columns"], found["radius"]) == (rows.columns, pytest.approx(rows.radius))
    for i in range(rings):
        x, y = rows.at(i)
        assert rows.radius <= x <= wide - rows.radius and rows.radius <= y <= tall - rows.radius


def test_families_of_many_draws_live_as_often_as_the_formula_says():
    kind = twenty().kind
    alive = sum(cells > 0 for seed in range(1, 31) for cells in kind.counts(150, seed)[0])
    low, high = clopper_pearson(alive, 600)
    assert low < 1 - extinction(1, days=150) < high


def test_grafts_are_lost_as_often_as_the_formula_says():
    kind = hundred().kind
    lost = sum(cells == 0 for seed in range(1, 4) for cells in kind.counts(150, seed)[0])
    low, high = clopper_pearson(lost, 300)
    assert low < graft_failure(25, days=150) < high


def test_a_ring_that_is_lost_stays_and_is_empty():
    drawn = rings_svg([0, 3, 500], [True, False, False], 300, 100)
    assert drawn.count("<circle") == 3 and drawn.count("stroke-dasharray") == 1 and drawn.count("h.01") == 3 + 100
    assert [f">{n}</text>" in drawn for n in (0, 3, 500)] == [True] * 3
    many = rings_svg([500] * 50, [False] * 50, 300, 100)
    assert many.count("h.01") == 50 * 60 and "<text" not in many


def test_before_the_prediction_every_family_has_its_first_cell():
    asked = twenty(prediction=prediction("all", "eight"))
    assert asked.sentence == "Wait. For it." and asked.svg.count("h.01") == 20
    assert [row[1] for row in asked.kind.table().rows] == ["–"] * 4


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"cells": "X"}, "A panel shows 'X'"), ({"cells": "C"}, "'C' of 'stem graft' is none"),
     ({"chance": "x"}, "The chance 'x' is no observable"), ({"others": "X"}, "'X' of 'stem graft' is none")],
)  # fmt: skip
def test_what_does_not_fit_is_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        twenty(**changes)


def test_a_reader_predicts_and_draws_again_and_again(own_page, visit, tmp_path):
    figure = twenty(prediction=prediction("all", "eight"))
    page = visit(own_page(tmp_path, figure).as_uri(), reduced_motion="reduce").page
    seen = "(() => { const r = document.querySelector('.ir-families'); return [r.irFamilies.counts, r.querySelectorAll('.ir-empty').length, r.irDrawn]; })()"
    assert page.evaluate(seen)[0] == [1] * 20 and not page.locator(".ir-next").is_visible()
    page.locator(".ir-cards input").nth(1).check()
    page.locator(".ir-go").click()
    page.wait_for_function("document.querySelector('.ir-result').textContent.startsWith('Day 150')")
    drawn = []
    for seed in (6, 7, 8):
        page.wait_for_function(f"document.querySelector('.ir-result').textContent.includes('Seed {seed}.')")
        counts, _ = figure.kind.counts(150, seed)
        drawn.append(20 - counts.count(0))
        assert page.evaluate(seen) == [counts, counts.count(0), drawn]
        page.locator(".ir-next").click()
    page.evaluate("location.hash = 'families?seed=3&day=21'")
    page.wait_for_function("document.querySelector('.ir-result').textContent.startsWith('Day 21')")
    assert page.evaluate(seen)[0] == figure.kind.counts(21, 3)[0]
