"""The people view: its interval in V8 against SciPy, its sentence against Python's, and what it refuses."""

import json

import numpy as np
import pytest
from scipy.stats import beta

from immunereset.evidence import EvidenceError
from immunereset.live.evidence.field import field_of, people_svg
from immunereset.live.evidence.people import digits, people, verdict
from tests.live.evidence.questions import prediction
from tests.live.evidence.v8 import view_in_v8

NAMES = "interval chanceInWords fieldOf"


def view(**changes):
    return people("zero", **{"n": 55, "caption": "People.", "alt": "A field of people.", **changes})


@pytest.fixture(scope="module")
def v8():
    return view_in_v8(view(), NAMES)


def test_the_interval_is_scipys(v8):
    """Clopper and Pearson to 1e-9 for every count of small groups, and for large ones."""
    pairs = [(k, n) for n in (1, 2, 5, 10, 28, 55, 79) for k in range(n + 1)]
    pairs += [(0, 617), (1, 507), (29, 347), (5, 364), (350, 700), (699, 700), (3, 100_000)]
    found = v8(f"{json.dumps(pairs)}.map(([k, n]) => interval(k, n))")
    for (k, n), ends in zip(pairs, found):
        exact = [beta.ppf(0.025, k, n - k + 1) if k else 0.0, beta.ppf(0.975, k + 1, n - k) if k < n else 1.0]
        assert ends == pytest.approx(exact, abs=1e-9), (k, n)


def test_the_sentence_is_pythons(v8):
    cases = [(0, 10), (0, 28), (0, 55), (0, 367), (0, 368), (0, 617), (1, 507), (8, 79), (8, 34), (10, 10)]
    told = view().kind
    for k, n in cases:
        ends = told.ends_of(k, n)
        page = v8(f"chanceInWords(figure, {k}, {n}, interval({k}, {n}).map((share) => 1000 * share))")
        assert page == verdict(k, n, *ends, 1000, "died")


def test_the_field_is_pythons(v8):
    for count, wide, tall in [(1000, 480, 240), (1000, 350, 256), (25, 300, 100), (155, 640, 90), (2000, 800, 400)]:
        found = v8(f"fieldOf({count}, 0, 0, {wide}, {tall})")
        columns, step = field_of(count, wide, tall)
        assert (found["columns"], found["step"]) == (columns, pytest.approx(step))
        assert columns * step <= wide + 1e-9 and -(-count // columns) * step <= tall + 1e-9


def test_each_person_is_drawn_once():
    kinds = [0] * 3 + [1] * 4 + [2] * 5
    drawn = people_svg(kinds, [("full", "back"), ("half", "back"), ("open", "quiet")], 0, 0, 100, 100)
    assert drawn.count("h.01") == 3 + 2 * 4 + 2 * 5 and drawn.count("a") >= 4


@pytest.mark.parametrize(
    ("people_", "words"), [(0, "0"), (64.9319, "64.9"), (9.9741, "9.97"), (412.3, "412"), (1000, "1000")]
)
def test_digits(people_, words):
    assert digits(people_) == words


def test_a_covered_field_gives_nothing_away():
    covered = view(prediction=prediction("None", "65"))
    assert covered.sentence == "Wait. For it."
    assert "65" not in covered.svg.split("<path", 1)[0] and covered.svg != view().svg


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"side": "up"}, "side"), ({"n": 5}, "sliders"), ({"events": 11}, "sliders"), ({"of": 5}, "10 to 2000"),
        ({"n": 800}, "sliders"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(changes, words):
    with pytest.raises(EvidenceError, match=words):
        view(**changes)


def test_the_first_368_show_fewer_than_ten_in_a_thousand():
    kind = view().kind
    highs = np.array([kind.ends_of(0, n)[1] for n in range(10, 701)])
    assert 10 + int(np.argmax(highs < 10)) == 368


@pytest.fixture(scope="module")
def address(own_page, tmp_path_factory):
    asks = prediction("None", "65")
    figure = view(prediction=asks, scenes={"1 of 507": "n=507&events=1"})
    return own_page(tmp_path_factory.mktemp("people"), figure).as_uri()


SEEN = """() => {
    const root = document.querySelector(".ir-people"), count = (look) => [...root.querySelectorAll(`.ir-chart path${look}`)]
        .map((path) => (path.getAttribute("d") ?? "").split("M").length - 1);
    return { full: count(".ir-person.ir-of-back")[0], half: count(".ir-half-person")[0], open: count(".ir-person.ir-of-quiet")[0],
        ends: root.irEnds, said: root.querySelector(".ir-result").textContent };
}"""


def test_the_page_waits_and_then_fills(visit, address):
    page = visit(address, reduced_motion="reduce").page
    before = page.evaluate(SEEN)
    assert (before["full"], before["half"], before["open"]) == (0, 0, 1000) and before["said"].startswith("Wait.")
    assert not page.locator(".ir-sliders").is_visible()
    page.locator(".ir-cards input").nth(1).check()
    page.locator(".ir-go").click()
    page.wait_for_function("document.querySelector('.ir-result').textContent.startsWith('0 of 55')")
    after = page.evaluate(SEEN)
    assert (after["full"], after["half"], after["open"]) == (0, 65, 935)
    assert page.locator(".ir-feedback").inner_text() == "✓ Right. Said of 65."


@pytest.mark.parametrize(("link", "events", "n"), [("n=617&events=0", 0, 617), ("n=34&events=8", 8, 34)])
def test_a_link_shows_a_state(visit, address, link, events, n):
    page = visit(f"{address}#zero?{link}", reduced_motion="reduce").page
    page.wait_for_function(f"document.querySelector('.ir-result').textContent.startsWith('{events} of {n}')")
    seen, (low, high) = page.evaluate(SEEN), view().kind.ends_of(events, n)
    assert seen["ends"] == pytest.approx([low, high], abs=1e-6)
    assert (seen["full"], seen["half"], seen["open"]) == (round(low), round(high) - round(low), 1000 - round(high))


def test_keys_move_the_slider_and_the_people(visit, address):
    page = visit(f"{address}#zero?n=55&events=0", reduced_motion="reduce").page
    page.locator(".ir-sliders input").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.ir-result').textContent.includes('of 56')")
    assert page.locator(".ir-result").first.text_content().startswith("0 of 56")


def test_without_javascript_there_are_picture_options_and_a_fold(visit, address):
    page = visit(address, java_script_enabled=False).page
    assert page.locator(".ir-people > img").is_visible() and not page.locator(".ir-answer img").is_visible()
    page.locator(".ir-answer summary").click()
    assert page.locator(".ir-answer img").is_visible()
