"""Pairs with a patient: the page draws Python's pairs, its integral is Python's, and the border is seen."""

import numpy as np
import pytest

from immunereset.live.evidence.pairs import pairs, verdict
from immunereset.models import liability
from immunereset.models.liability import concordance, pairs_with_a_patient, pairwise, threshold_of
from tests.live.evidence.questions import prediction
from tests.live.evidence.v8 import view_in_v8

K = 0.003


def view(**changes):
    return pairs(liability, "pairs", **{"K": K, "h2": 0.7, "caption": "Pairs.", "alt": "Pairs of twins.", **changes})


@pytest.fixture(scope="module")
def v8():
    return view_in_v8(view(), "pairsOf bothOf pairsInWords")


@pytest.mark.parametrize(("h2", "shared", "seed"), [(0.0, 1, 1), (0.7, 1, 1), (0.7, 0.5, 2), (0.95, 1, 3)])
def test_the_page_draws_the_same_pairs(v8, h2, shared, seed):
    assert np.array(v8(f"pairsOf(figure, {h2}, {shared}, {seed})")) == pytest.approx(
        pairs_with_a_patient(K, h2, shared, 200, seed), rel=1e-12
    )


@pytest.mark.parametrize("rho", [0, 0.1, 0.35, 0.7, 0.86, 0.99])
def test_the_long_run_is_the_integral(v8, rho):
    assert v8(f"bothOf(figure, {rho})") == pytest.approx(pairwise(concordance(K, rho)), rel=1e-6, abs=1e-12)


def test_the_sentence_is_pythons(v8):
    assert v8("pairsInWords(23, 200, 0.11306)") == verdict(23, 200, 0.11306)


def test_who_has_chosen_sees_the_twins(visit, own_page, tmp_path):
    asked = view(prediction=prediction("many", "few"))
    page = visit(own_page(tmp_path, asked).as_uri(), reduced_motion="reduce").page
    assert page.locator(".ir-pairs .ir-free").count() == 0 and not page.locator(".ir-data").is_visible()
    page.locator(".ir-cards input").first.check()
    page.locator(".ir-go").click()
    twin = pairs_with_a_patient(K, 0.7, 1.0, 200, 1)[1]
    ill = int((twin > threshold_of(K)).sum())
    assert page.locator(".ir-pairs .ir-free").count() == 200 - ill
    assert page.locator(".ir-pairs .ir-relapse").count() == 200 + ill
    page.locator("input[data-symbol=h2]").press("End")
    share = f"{100 * pairwise(concordance(K, 0.99)):.1f} %"
    page.wait_for_function(f"document.querySelector('.ir-result').textContent.includes('In the long run: {share}')")
