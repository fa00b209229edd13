"""The people view: its interval in V8 against SciPy, its sentence against Python's, and what it refuses."""

import json

import numpy as np
import pytest
from py_mini_racer import MiniRacer
from scipy.stats import beta

from immunereset.evidence import EvidenceError
from immunereset.live.evidence.field import field_of, people_svg
from immunereset.live.evidence.people import People, digits, people, verdict
from immunereset.live.page import loaded

NAMES = "interval chanceInWords fieldOf"


def view(**changes):
    return people("zero", **{"n": 55, "caption": "People.", "alt": "A field of people.", **changes})


@pytest.fixture(scope="module")
def v8():
    """The view's code without a page: its own runtime's files, as one program."""
    page = MiniRacer()
    [own] = People.runtimes
    whole = type(own)((*own.base.base.files, *own.base.files, *own.files), tuple(NAMES.split()))
    page.eval(loaded((whole,), NAMES))
    page.eval(f"const figure = {view().source};")
    return lambda code: json.loads(page.eval(f"JSON.stringify({code})"))


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
    from immunereset.lesson import question
    from immunereset.live.stage.parts import Prediction

    covered = view(prediction=Prediction(question("16-two-patients"), "Nobody died.", "Show"))
    assert covered.sentence == "Nobody died."
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
    highs = np.array([view().kind.ends_of(0, n)[1] for n in range(10, 701)])
    assert 10 + int(np.argmax(highs < 10)) == 368
