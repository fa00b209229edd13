"""A film of drift: the page draws the same pools as Python, and they drift as fast as theory says."""

import json

import numpy as np
import pytest

from immunereset.engine import YEAR, ModelError
from immunereset.live.evidence.drift import drift_film
from immunereset.live.evidence.moran import pools
from immunereset.models.stem_cell_drift import RATE, diversity, expected_diversity, takeover
from tests.live.evidence.questions import prediction
from tests.live.evidence.v8 import view_in_v8


def film(**changes):
    return drift_film(
        "drift", **{"rate": RATE, "cells": (40, 200), "persons": 12, "years": 30, "seed": 7, "alt": "A film."} | changes
    )


@pytest.mark.parametrize(("cells", "advantage", "seed"), [(40, 0.0, 7), (200, 0.0, 2**32 - 1), (40, 0.1, 3)])
def test_the_page_draws_the_same_pools_and_says_the_same(cells, advantage, seed):
    v8, kind = view_in_v8(film(), "poolsOf driftInWords"), film().kind
    p = json.dumps({"cells": cells, "advantage": advantage, "year": 30})
    found = v8(
        f"(() => {{ const made = poolsOf(figure, {p}, {seed});"
        f" return [made.sizes, made.film.map((one) => [...one]), driftInWords(figure, made, {p}, {seed}).said]; }})()"
    )
    sizes, places = kind.sizes(seed, cells, advantage)
    assert found == [sizes.tolist(), places.tolist(), kind.say(30, seed, cells, advantage)]
    assert (sizes.sum(axis=-1) == cells).all() and (sizes[0] == cells // 20).all()
    assert [np.bincount(year, minlength=20).tolist() for year in places] == sizes[:, 0].tolist()


def test_the_diversity_falls_as_the_formula_says():
    H = diversity(pools(20, 300, 4, 40, 20, RATE * YEAR)[0][20])
    assert abs(H.mean() - expected_diversity(20, cells=40)) < 3 * H.std(ddof=1) / np.sqrt(300)


@pytest.mark.parametrize("advantage", [0.0, 0.2])
def test_the_favoured_takes_over_as_often_as_the_formula_says(advantage):
    """Ten cells, ten clones, replaced once in 50 days: within 30 years every pool belongs to one of them."""
    sizes = pools(30, 1000, 3, 10, 10, YEAR / 50, advantage)[0][-1]
    assert (sizes.max(axis=-1) == 10).all()
    chance = takeover(10, advantage)
    assert abs((sizes[:, 0] == 10).mean() - chance) < 3 * np.sqrt(chance * (1 - chance) / 1000)


def test_before_the_prediction_all_families_are_there():
    asked = film(prediction=prediction("all", "few"))
    assert asked.sentence == "Wait. For it." and asked.svg.count("<rect") == 12 * 20
    assert film().svg.count("<rect") < 12 * 20
    assert {row[1] for row in asked.kind.table().rows} == {"–"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [((10, 3, 1.0), "10 cells cannot be 3"), ((10, 5, -1.0), "at least 0"), ((10, 5, 1.0, -0.1), "at least 0")],
)
def test_what_is_no_pool_is_refused(wrong, words):
    with pytest.raises(ModelError, match=words):
        pools(1, 1, 1, *wrong)


def test_a_pool_that_is_no_twenty_families_is_refused():
    with pytest.raises(ValueError, match="50 cells are not"):
        film(cells=(50,), start=50)


def test_a_reader_predicts_and_goes_through_the_years(own_page, visit, tmp_path):
    figure = film(prediction=prediction("all", "few"))
    page = visit(own_page(tmp_path, figure).as_uri(), reduced_motion="reduce").page
    assert page.locator(".ir-share").count() == 5 and not page.locator(".ir-next").is_visible()
    page.locator(".ir-show-me").click()
    page.wait_for_function("document.querySelector('.ir-result').textContent.startsWith('Year 30')")
    assert page.locator(".ir-result").inner_text().replace("\n", " ") == figure.kind.say(30).replace("\n", " ")
    page.evaluate("location.hash = 'drift?cells=40&advantage=0.1&year=10&seed=3'")
    page.wait_for_function("document.querySelector('.ir-result').textContent.startsWith('Year 10')")
    assert page.locator(".ir-result").inner_text().replace("\n", " ") == figure.kind.say(10, 3, 40, 0.1).replace(
        "\n", " "
    )
