"""A clinic, a trial, a hundred trials and a rescue: the page says what Python says, at any place of the sliders and any seed."""

import json

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from immunereset.engine import Slider
from immunereset.lesson.choice import Choice, Option
from immunereset.live import Prediction
from immunereset.live.evidence.arms import Arm, arms
from immunereset.live.evidence.clinic import clinic
from immunereset.live.evidence.looks import rescue_trial
from immunereset.live.evidence.trials import hundred_trials
from immunereset.live.page import text_of

FILES = (
    "measures.js", "noise/random.js", "evidence/survival.js", "evidence/chance.js", "evidence/stacks.js", "evidence/clinic.js",
    "evidence/arms.js", "evidence/trials.js", "evidence/looks.js",
)  # fmt: skip
ASKED = Prediction(
    Choice("13-x", "prediction", "How much?", [Option("All", "No."), Option("Nothing", "Salt water.", True)]),
    "It fell.\nHow?",
    "Show",
)
PEOPLE = ["everybody", "women", "men", "younger people", "older people", "early disease", "late disease"]


def some_days(seed, share):
    rng = np.random.default_rng(seed)
    return np.where(rng.uniform(size=200) < share, rng.uniform(90, 1800, 200), np.inf)


@pytest.fixture(scope="module")
def views():
    second = {0.0: Arm("on the drug", np.full(200, np.inf)), 2.0: Arm("on the drug", some_days(2, 0.6))}
    return {
        "one": clinic("one", given="Give it", opening="Twenty people.", prediction=ASKED, seed=3),
        "many": clinic("many", many=True, entry=Slider(0, 3, 1), scenes={"any": "least=0"}),
        "arms": arms("arms", Arm("transplanted", some_days(1, 0.3), 0.05), second, "breaks", 2.0, people=30),
        "trials": hundred_trials("trials", people=15),
        "looks": rescue_trial("looks", "Salve", ["walking", "pain", "sleep", "mood"], ["1 year", "2 years", "3 years"], PEOPLE, prediction=ASKED),
    }  # fmt: skip


@pytest.fixture(scope="module")
def page(views):
    v8 = MiniRacer()
    v8.eval("const KINDS = {}, figures = {};")
    for name in FILES:
        v8.eval(text_of(name))
    for name, live in views.items():
        v8.eval(f"figures[{json.dumps(name)}] = {live.source}")
    return lambda code, *given: json.loads(v8.eval(f"JSON.stringify(({code})({', '.join(map(json.dumps, given))}))"))


def test_a_clinic_says_the_same(views, page):
    for name, places in [("one", [2]), ("many", [0, 1, 2, 3])]:
        for least in places:
            for seed in (1, 77):
                said = page("(name, least, seed) => clinicOf(figures[name], least, seed).said", name, least, seed)
                assert said == views[name].kind.say(least, seed)


def test_a_trial_says_the_same(views, page):
    said = set()
    for second in (0.0, 2.0):
        for months in (0, 4, 30, 60):
            for seed in (1, 5):
                told = page("(...a) => trialOf(figures.arms, ...a).said", second, months, seed)
                assert told == views["arms"].kind.say(second, months, seed)
                said.add(told.split(" ")[0] + told.split(" ")[1])
    assert said == {"Noevent", "Nohazard", "Hazardratio"}


def test_an_arm_without_events_has_a_ratio_in_words(views):
    assert views["arms"].kind.say(0.0, 60, 1).startswith("No hazard ratio: 0 events on the drug, ")
    assert "With all 200 and 200: none." in views["arms"].kind.say(0.0, 60, 1)


def test_a_hundred_trials_say_the_same(views, page):
    for people, ratio, seed in [(15, 0.5, 1), (40, 1.0, 2), (10, 1.0, 6), (30, 0.7, 3)]:
        said = page("(...a) => hundredOf(figures.trials, ...a).said", people, ratio, seed)
        assert said == views["trials"].kind.say(people, ratio, seed)


def test_a_rescue_says_the_same(views, page):
    kind = views["looks"].kind
    for group, outcome, reading, seed in [(0, 0, 2, 1), (3, 1, 0, 4), (6, 3, 1, 5), (2, 2, 2, 5), (4, 1, 2, 8)]:
        said = page(
            """(place, seed) => headline(figures.looks, changesOf(0, { ...figures.looks.law, seed }), place, 7)""",
            {"group": group, "outcome": outcome, "reading": reading}, seed,
        )  # fmt: skip
        assert said == kind.say(group, outcome, reading, 7, seed)
    assert kind.say(0, 2, 2, 1, 5).startswith("● “Salve improves sleep” in everybody, after 3 years (P\u00a0=\u00a00.0")
    found = page("() => successesOf(figures.looks, 5)")
    told = "Of 100 such trials hold a success: {} as planned, {} with any outcome and reading, {} with groups, too."
    assert kind.hundred(5) == told.format(*(sum(one[k] for one in found) for k in range(3)))


def test_marks_stand_in_the_same_places(page):
    from immunereset.live.evidence.chance import stacked

    values = np.random.default_rng(1).normal(0, 1, 50).round(3).tolist()
    assert page("(...a) => stacked(...a)", values, -1, 1, 8) == [list(place) for place in stacked(values, -1, 1, 8)]


def test_before_the_choice_nothing_is_given_away(views):
    one, looks = views["one"], views["looks"]
    assert one.sentence == "Twenty people." and looks.sentence == "It fell. How?"
    shown = one.html.split("<script>")[0].split('<details class="ir-answer">')[0]
    assert "salt water" not in shown.lower()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: clinic("x", shape=1.2), "multiple of one half; 1.2"),
        (lambda: clinic("x", given="Give it"), "what is said before it is pressed"),
        (lambda: hundred_trials("x", people=7), "starts at one of"),
        (lambda: rescue_trial("x", "Salve", ["a"], ["b"] * 3, PEOPLE), "A rescue has 4 outcomes; 1 were given"),
    ],
)
def test_what_does_not_fit_is_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()


def test_a_reader_plays_them(views, visit, tmp_path, serve):
    """Keyboard and mouse: the first button, the cards, a scene, the clock, a switch; nothing is asked of another host."""
    from immunereset.live.page import with_styles

    body = "".join(f'<div id="{name}">{with_styles(live.html)}</div>' for name, live in views.items())
    (tmp_path / "index.html").write_text(f"<!doctype html><meta charset=utf-8>{body}", encoding="utf-8")
    seen = visit(serve(tmp_path) + "index.html")
    page = seen.page
    said = lambda name: page.locator(f"#{name} .ir-result").inner_text()  # noqa: E731
    assert not page.locator("#one .ir-cards").is_visible()
    page.locator("#one .ir-first").press("Enter")
    page.locator("#one .ir-cards input").nth(1).press(" ")
    page.locator("#one .ir-go").press("Enter")
    page.wait_for_function("document.querySelector('#one .ir-result').textContent.includes('salt water')")
    page.locator("#many .ir-scene").first.click()
    page.wait_for_function("document.querySelector('#many .ir-result').ariaBusy === 'false'")
    assert said("many") == views["many"].kind.say(0)
    page.locator("#arms [data-symbol=months]").press("Home")
    page.locator("#arms .ir-run").click()
    page.wait_for_function("document.querySelector('#arms [data-symbol=months]').value === '60'", timeout=20000)
    page.wait_for_function("document.querySelector('#arms .ir-result').ariaBusy === 'false'")
    assert said("arms") == views["arms"].kind.say(2.0, 60)
    page.locator("#looks .ir-switches input").nth(1).check()
    assert said("looks") == views["looks"].kind.say(0, 1, 2, 2)
    page.locator("#looks .ir-best").click()
    assert "Look 84 of 84" in said("looks")
    assert seen.errors == [] and seen.refused == []
