"""Balance curves: what they refuse, what they keep to themselves, and where they cross, against the model's derivative."""

import math
import re

import numpy as np
import pytest
from scipy.optimize import brentq

from immunereset.engine import Slider
from immunereset.lesson import Choice, Option
from immunereset.live import Prediction, balance
from immunereset.models.tolerance import ACTIVE, tolerance

CHOICE = Choice(
    id="99-cross", kind="prediction", wording="How often?",
    options=[Option("once", "It crosses more often."), Option("three times", "Health, ridge, disease.", right=True)],
)  # fmt: skip
LOW, HIGH, TOP = 0.005, 50.0, 0.3
HELD = {
    "R": (50, Slider(5, 70, 0.5), "regulatory cells"),
    "M": (0.08, Slider(0.08, 8, 0.08), "memory cells"),
    "I": (0, Slider(0, 1, 0.01), "strength of an infection"),
}


def curves(**changes):
    told = dict(
        low=LOW, high=HIGH, top=TOP, height=0.36, active=ACTIVE, held=HELD, word="effectors per µL",
        prediction=Prediction(CHOICE, "Lost is drawn.\nHow often?", "Draw"), caption="Two curves.", alt="Two curves.",
    )  # fmt: skip
    return balance(tolerance, changes.pop("state", "E"), "curves", **(told | changes))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"held": {"E": HELD["R"]}}, "hold other states and inputs of the model; 'E' does not fit"),
        ({"held": {"Q": HELD["R"]}}, "hold other states and inputs of the model; 'Q' does not fit"),
        ({"state": "D_r"}, "show a state that has a role; 'D_r' has none"),
        ({"low": 3.0}, "reach from low over active to high, above 0; 3, 2, 50 was given"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(changes, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        curves(**changes)


def net_growth(E, **held):
    """What is gained minus what is lost for each effector, 1/d: the model's own derivative."""
    inputs = {s: v for s, v in held.items() if s in tolerance.inputs}
    y = tolerance.start | {s: v for s, v in held.items() if s in tolerance.states} | {"E": E}
    return tolerance.derivative(0.0, list(y.values()), tolerance.defaults | inputs)[list(y).index("E")] / E


def roots(**held):
    x = np.geomspace(LOW, HIGH, 4000)
    f = [net_growth(E, **held) for E in x]
    return [
        brentq(lambda E: net_growth(E, **held), a, b, rtol=1e-12) for a, b, u, v in zip(x, x[1:], f, f[1:]) if u * v < 0
    ]


PLACES = [{}, {"R": 13.0}, {"R": 12.5}, {"M": 4.0}, {"M": 5.04}, {"I": 0.56}, {"I": 0.57}, {"R": 70.0, "I": 1.0}]


@pytest.mark.parametrize("held", PLACES)
def test_python_finds_the_crossings(held):
    values = {"R": 50.0, "M": 0.08, "I": 0.0} | held
    assert curves().kind.specification.crossings(values) == pytest.approx(roots(**values), rel=1e-5)


def test_nothing_is_told_before_the_prediction():
    figure = curves()
    before, _, answer = figure.html.partition('<details class="ir-answer">')
    assert figure.sentence == "Lost is drawn. How often?"
    assert "Two valleys" not in before and "Two valleys" in answer and "Health, ridge, disease." in answer


@pytest.fixture(scope="module")
def address(own_page, tmp_path_factory):
    return own_page(tmp_path_factory.mktemp("balance"), curves()).as_uri()


STATE = """() => {
    const root = document.querySelector(".ir-balance"), numbers = (part, ...names) => names.map((n) => Number(part.getAttribute(n)));
    const rules = [...root.querySelectorAll(".ir-grid")], [left, right] = numbers(rules[0], "x1", "x2");
    const shown = [...root.querySelectorAll(".ir-crossing")].filter((dot) => dot.getAttribute("display") !== "none");
    const ends = (name) => root.querySelector(`path.${name}`).getAttribute("d");
    return { left, right, bottom: numbers(rules[0], "y1")[0], top: numbers(rules.at(-1), "y1")[0], crossings: root.irBalance.crossings,
        dots: shown.map((dot) => numbers(dot, "cx", "cy")), gained: ends("ir-line"), lost: ends("ir-lost"), v: root.irBalance.v,
        verdict: root.querySelector(".ir-result").textContent };
}"""


def points(path):
    return np.array([[float(n) for n in pair.split()] for pair in path[1:].split("L")])


@pytest.mark.parametrize("held", PLACES)
def test_what_is_drawn_agrees_with_the_models_derivative(visit, address, held):
    query = "&".join(f"{symbol}={value}" for symbol, value in held.items()) or "R=50"
    seen = visit(f"{address}#curves?{query}", reduced_motion="reduce")
    seen.page.wait_for_function("document.querySelector('.ir-balance').irTold > 1")
    state, values = seen.page.evaluate(STATE), {"R": 50.0, "M": 0.08, "I": 0.0} | held
    found = roots(**values)
    assert state["crossings"] == pytest.approx(found, rel=1e-6)

    def across(E):
        return state["left"] + math.log(E / LOW) / math.log(HIGH / LOW) * (state["right"] - state["left"])

    def height(rate):
        return state["bottom"] - rate / TOP * (state["bottom"] - state["top"])

    # A dot for each crossing on the curves, and one in the valley; none after two of them have met.
    assert len(state["dots"]) == 2 * len(found)
    for E in found:
        beside = [y for x, y in state["dots"] if abs(x - across(E)) < 0.5]
        assert min(abs(y - height(tolerance.defaults["delta_E"] + tolerance.defaults["mu"])) for y in beside) < 0.5
    gained, lost = points(state["gained"]), points(state["lost"])
    for (x, up), (_, down) in list(zip(gained, lost))[::16]:
        E = LOW * (HIGH / LOW) ** ((x - state["left"]) / (state["right"] - state["left"]))
        net = net_growth(E, **values)
        if up > height(1.15 * TOP):
            assert down - up == pytest.approx(net / TOP * (state["bottom"] - state["top"]), abs=0.8)
    x = np.geomspace(LOW, HIGH, len(state["v"]))
    net = np.array([net_growth(E, **values) for E in x])
    fall = np.concatenate([[0.0], -np.cumsum((net[1:] + net[:-1]) / 2 * math.log(x[1] / x[0]))])
    assert state["v"] == pytest.approx((fall - fall.min()).tolist(), abs=1e-6)
    assert state["verdict"].startswith("○ Two valleys" if len(found) == 3 else "● No healthy valley")
    assert seen.errors == []


def test_a_choice_opens_the_gain_and_is_answered(visit, address):
    page = visit(address, reduced_motion="reduce").page
    assert page.locator(".ir-balance path.ir-line").get_attribute("display") == "none"
    assert not page.locator(".ir-sliders").is_visible() and page.locator(".ir-go").is_disabled()
    page.locator(".ir-cards input").first.check()
    page.locator(".ir-go").click()
    assert page.locator(".ir-feedback").inner_text() == "✗ Not right. It crosses more often."
    assert page.locator(".ir-balance path.ir-line").get_attribute("display") == "inline"
    assert page.locator(".ir-sliders").is_visible()


def test_without_javascript_there_are_picture_options_and_a_fold(visit, address):
    page = visit(address, java_script_enabled=False).page
    assert page.locator(".ir-balance > img").is_visible() and not page.locator(".ir-answer img").is_visible()
    page.locator(".ir-answer summary").click()
    assert page.locator(".ir-answer img").is_visible()
