"""Two samples: overlap and clones found again of the page are those of the model, and nothing is told before the guess."""

import json

import numpy as np
import pytest

from immunereset.engine import ModelError
from immunereset.live.clones import samples
from immunereset.models.repertoire import before_and_after, found_again, overlap, rebuilt
from tests.live.evidence.questions import prediction
from tests.live.evidence.v8 import view_in_v8

CLONES = 60_000


@pytest.fixture(scope="module")
def persons():
    return [rebuilt(depth, seed=3) for depth in (0, 4)]


@pytest.fixture(scope="module")
def live(persons):
    return samples(
        "two",
        {"nothing": persons[0], "4 logs": persons[1]},
        CLONES,
        prediction=prediction("100", "63"),
        scenes={"deep": "depth=1&new=0.4"},
        caption="Two.",
        alt="Dots.",
    )


def test_with_nothing_new_they_are_the_measures_of_the_model(persons):
    for one in persons:
        assert one.overlap(0) == overlap(one.later, one.earlier)
        assert one.found_again(0) == pytest.approx(found_again(one.later, one.earlier))


@pytest.mark.parametrize("new", [0.4, 0.7])
def test_new_cells_do_what_the_whole_simulation_says(persons, new):
    """Five whole persons of `before_and_after`, within 3 standard errors and the difference between two persons."""
    pairs = [before_and_after(4, new, seed=(1, person)) for person in range(5)]
    for measure, told in [(overlap, persons[1].overlap(new)), (found_again, persons[1].found_again(new))]:
        found = np.array([measure(later, earlier) for earlier, later in pairs])
        assert told == pytest.approx(found.mean(), abs=3 * found.std(ddof=1) * np.sqrt(1 + 1 / 5))


def test_the_page_says_what_python_says(live):
    v8, asked = view_in_v8(live, "samplesInWords sharedAt foundAt"), [(0, 0.0), (0, 0.3), (1, 0.0), (1, 0.4), (1, 0.76)]
    for depth, new in asked:
        one = list(live.specification.persons.values())[depth]
        assert v8(f"samplesInWords(figure, {json.dumps({'depth': depth, 'new': new})})") == live.kind.say(depth, new)
        exact = [one.overlap(new), one.found_again(new)]
        assert v8(f"[sharedAt, foundAt].map((of) => of(figure.persons[{depth}], {new}))") == pytest.approx(
            exact, abs=1e-12
        )


def test_it_waits_and_then_counts(visit, own_page, live, persons, tmp_path):
    seen = visit(own_page(tmp_path, live).as_uri(), reduced_motion="reduce")
    page = seen.page
    assert page.evaluate("document.querySelector('.ir-samples').irShown") == [[0, 0], [0, 0]]
    assert "63" not in page.locator(".ir-result").inner_text() and not page.locator(".ir-sliders").is_visible()
    assert not page.locator(".ir-data").is_visible()
    page.locator(".ir-cards input").nth(1).check()
    page.locator(".ir-go").click()
    same = [round(100 * persons[0].found_again(0)), round(100 * persons[0].overlap(0))]
    page.wait_for_function(
        "(found) => document.querySelector('.ir-samples').irShown.every(([known], i) => known === found[i])", arg=same
    )
    page.locator(".ir-scene").click()
    deep = [[round(100 * persons[1].found_again(0.4)), 0], [round(100 * persons[1].overlap(0.4)), 40]]
    page.wait_for_function(
        "(found) => JSON.stringify(document.querySelector('.ir-samples').irShown) === found",
        arg=json.dumps(deep, separators=(",", ":")),
    )
    count = page.evaluate(
        "['known', 'fresh', 'missed'].map((kind) => document.querySelectorAll(`.ir-samples .ir-${kind}`).length)"
    )
    assert count == [deep[0][0] + deep[1][0], 40, 200 - deep[0][0] - deep[1][0] - 40]
    said = live.kind.say(1, 0.4).split("\n")[0]
    page.wait_for_function("(said) => document.querySelector('.ir-result').textContent.startsWith(said)", arg=said)
    assert seen.errors == []


def test_one_depth_is_refused(persons):
    with pytest.raises(ModelError, match="two depths at least"):
        samples("one", {"nothing": persons[0]}, CLONES)
