"""The stage: what it refuses, what it keeps to itself until a prediction, and what it draws, against SciPy."""

import gzip
import json
import math
import re
from types import SimpleNamespace

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from immunereset.engine import YEAR, Event, Model, Parameter, Protocol, Slider, State, loss, simulate
from immunereset.lesson import Choice, Option
from immunereset.live import (
    Drop,
    Mark,
    Panel,
    Prediction,
    Result,
    Scene,
    Stops,
    Valley,
    final,
    first_above,
    stage,
)
from immunereset.live.kind import SHELL
from immunereset.live.page import runtime_source, text_of
from immunereset.models.b_cell_reset import b_cell_reset, car_t, ill_patient
from immunereset.models.interventions import left_in_words, transplant
from immunereset.models.patients import reference_patient
from immunereset.models.tolerance import ACTIVE, tolerance

UNTIL = 5 * YEAR
LINES = {"E": "effectors", "M": "memory", "R": "regulatory", "N": "conventional"}
QUESTION = Choice(
    "99-future", "prediction", "What comes?",
    [Option("gone", "It is not gone."), Option("as before", "One in 100 is enough.", right=True)],
)  # fmt: skip
LATER = Choice(
    "99-later", "prediction", "And now?", [Option("gone", "So few.", right=True), Option("as before", "Too few.")]
)


def reset_stage(**changes):
    told = dict(
        main="k", before=reference_patient(), protocol=transplant(), until=UNTIL, event="one week", told=left_in_words,
        marks={0: "all", 2: "1 in 100", 4: "1 in 10 000"}, k=2.0, g=28, q=5,
        result=Result(
            {"end": final("E"), "day": first_above("E", ACTIVE)},
            [("end < 2", "○ It stays away.\nAt the end {end}."), ("otherwise", "● It is back on day {day:.0f}.\nAt the end {end}.")],
        ),
        views=[Drop(), Valley("E", 1e-3, 1e2, height=0.62, active=ACTIVE)],
        prediction=Prediction(QUESTION, "It is active.\nChoose.", "Treat", [0.01, 17.0]),
        scenes=[Scene("day 30", 2.0, 30), Scene("twins", 2.4, 114, twin=2.45)],
        caption="A stage.", alt="Linked views.",
    )  # fmt: skip
    lines = changes.pop("lines", Panel(LINES, "cells/µL", "log", (1e-3, 1e3), [Mark(ACTIVE, "active")]))
    return stage(
        changes.pop("model", tolerance),
        lines,
        "a-stage",
        **{name: one for name, one in (told | changes).items() if one is not None},
    )


@pytest.fixture(scope="module")
def figure():
    return reset_stage()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"main": "rho_R", "sliders": ["k"]}, "The main slider moves 'rho_R'; the sliders are k."),
        ({"lines": Panel(["D_i"], "points", "log", (1e-3, 1))}, "A stage shows states that have a role"),
        ({"lines": Panel(["E"], "cells/µL")}, "A stage shows one Panel, with a scale 'log' and a range."),
        ({"scenes": [Scene("no step", 2.42)]}, "The main slider k has no value 2.42."),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(changes, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        reset_stage(**changes)


def test_a_run_of_another_model_cannot_come_before():
    def flows(t, y, p):
        return {"gone": loss("A", p.d * y.A)}

    other = Model("other", [State("A", 1.0, "–", "amount")], [Parameter("d", 0.1, "1/d", "loss")], flows)
    with pytest.raises(ValueError, match="The run before the event is one of another model"):
        reset_stage(before=simulate(other, 10), start=reference_patient())


def test_a_prediction_has_a_level_for_each_option():
    with pytest.raises(ValueError, match="Question 99-future has 2 options; 1 levels were given."):
        Prediction(QUESTION, "wait", "go", [0.01])


def test_nothing_is_told_before_the_prediction(figure):
    before, _, answer = figure.html.partition('<details class="ir-answer">')
    assert "back on day" not in before and "enough" not in before
    assert "back on day 30" in answer and "✓ Right. One in 100 is enough." in answer
    assert figure.sentence == "It is active. Choose."


def test_the_clock_gives_the_first_weeks_room(figure):
    place = figure.kind.place
    assert [place(day) for day in (-365, 0, UNTIL)] == pytest.approx([0.0, 0.1, 1.0])
    assert place(30) - place(0) > 3 * 0.9 * 30 / UNTIL


@pytest.mark.parametrize(
    ("k", "words"),
    [(0.0, "leaves 100 cells in 100"), (2.0, "leaves 1 cell in 100"), (2.4, "leaves 4 cells in 1000"),
     (2.45, "leaves 3.5 cells in 1000"), (4.0, "leaves 1 cell in 10\u202f000"), (5.0, "leaves 1 cell in 100\u202f000")],
)  # fmt: skip
def test_depth_in_words(k, words):
    assert left_in_words(k) == words


@pytest.fixture(scope="module")
def address(figure, tmp_path_factory):
    path = tmp_path_factory.mktemp("stage") / "stage.html"
    html = figure._repr_mimebundle_()["text/html"]
    path.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Stage</title><main>{html}</main>', "utf-8"
    )
    return path.as_uri()


@pytest.fixture
def played(visit, address):
    """The stage, open, without motion."""
    seen = visit(address, reduced_motion="reduce")
    seen.page.locator(".ir-show-me").click()
    seen.page.wait_for_function("document.querySelector('.ir-stage').irTold > 0")
    yield seen
    assert seen.errors == []


STATE = """() => {
    const root = document.querySelector(".ir-stage"), { day, y, shown, twin } = root.irMoment, land = shown.valley;
    const numbers = (part, ...names) => names.map((name) => Number(part.getAttribute(name)));
    const rules = [...root.querySelectorAll(".ir-lines .ir-grid")], grid = rules.map((line) => Number(line.getAttribute("y1")));
    const [left, right] = numbers(rules[0], "x1", "x2");
    return {
        day, y, land, twin: twin?.y, verdict: root.querySelector(".ir-result").textContent,
        cells: [...root.querySelectorAll(".ir-cells")].map((part) => Number(part.dataset.cells)),
        dots: [...root.querySelectorAll(".ir-lines .ir-dot")].map((dot) => numbers(dot, "cx", "cy")),
        left, right, bottom: grid[0], top: grid.at(-1), line: root.querySelector(".ir-line.ir-effector").getAttribute("d"),
        ball: numbers(root.querySelector(".ir-ball"), "cx", "cy", "r"), slope: root.querySelector(".ir-slope:not(.ir-twin)").getAttribute("d"),
        wide: root.querySelector(".ir-valley svg").clientWidth,
    };
}"""


def points(path):
    return np.array([[float(n) for n in pair.split()] for pair in path[1:].split("L")])


@pytest.mark.parametrize(("k", "day"), [(2.0, 0.0), (2.0, 30.0), (2.4, 83.0), (2.45, 114.0), (3.0, 1825.0)])
def test_what_is_drawn_agrees_with_scipy(played, figure, k, day):
    page = played.page
    page.evaluate(f"location.hash = '#a-stage?k={k}&day={day}'")
    page.wait_for_function(f"Math.abs(document.querySelector('.ir-stage').irMoment.day - {day}) < 1e-6")
    seen = SimpleNamespace(**page.evaluate(STATE))
    days = np.unique([0.0, day])
    run = simulate(
        tolerance, UNTIL, transplant(), start=reference_patient(), points=days, method="DOP853", rtol=1e-10, atol=1e-14,
        k=k, g=28, q=5,
    )  # fmt: skip
    amounts = {name: run[name][-1] for name in LINES}
    assert {name: seen.y[name] for name in LINES} == pytest.approx(amounts, rel=1e-5)
    assert seen.cells == [math.floor(amount + 0.5) for amount in amounts.values()]

    def height_of(decades):
        return seen.bottom - (decades + 3) / 6 * (seen.bottom - seen.top)

    assert [y for _, y in seen.dots] == pytest.approx([height_of(math.log10(n)) for n in amounts.values()], abs=0.5)
    # The line lies within half a pixel, give or take the tenth to which its places are rounded.
    drawn = points(seen.line)
    drawn = drawn[drawn[:, 0] > figure.kind.place(1.0) * (seen.right - seen.left) + seen.left][::9]
    beside = (drawn[:, 0][:, None] + [-0.06, 0.06] - seen.left) / (seen.right - seen.left)
    asked = UNTIL * ((np.clip(beside, 0.1, 1) - 0.1) / 0.9) ** 2
    whole = simulate(
        tolerance,
        UNTIL,
        transplant(),
        start=reference_patient(),
        points=np.unique(asked),
        rtol=1e-9,
        atol=1e-13,
        k=k,
        g=28,
        q=5,
    )
    exact = height_of(np.interp(asked, whole.t, np.log10(whole["E"])))
    assert (exact.min(axis=1) - 0.5 < drawn[:, 1]).all() and (drawn[:, 1] < exact.max(axis=1) + 0.5).all()

    # The landscape is the integral of the model's own derivative, and the ball lies on it.
    x = np.geomspace(1e-3, 1e2, 161)
    held = np.array([[run[name][-1]] * len(x) for name in tolerance.states])
    row = list(tolerance.states).index("E")
    held[row] = x
    growth = tolerance.derivative(day, held, tolerance.defaults)[row] / x
    step = math.log(x[1] / x[0])
    fall = np.concatenate([[0], -np.cumsum((growth[1:] + growth[:-1]) / 2 * step)])
    assert seen.land["v"] == pytest.approx((fall - fall.min()).tolist(), abs=1e-5)
    left, level, radius = seen.ball
    assert left == pytest.approx(4 + (math.log10(min(max(amounts["E"], 1e-3), 1e2)) + 3) / 5 * (seen.wide - 8), abs=0.5)
    slope = points(seen.slope)
    assert level + radius == pytest.approx(np.interp(left, slope[:, 0], slope[:, 1]), abs=0.5)


@pytest.mark.parametrize(("k", "verdict"), [(2.4, "● It is back on day 98."), (2.45, "○ It stays away.")])
def test_the_verdict_follows_the_slider_and_every_try_leaves_a_mark(played, k, verdict):
    page = played.page
    slider = page.locator(".ir-main-input")
    slider.focus()
    for _ in range(round((k - 2.0) / 0.05)):
        page.keyboard.press("ArrowRight")
    assert page.locator(".ir-result").inner_text().startswith(verdict)
    assert page.locator(".ir-try").count() == 1 + round((k - 2.0) / 0.05)
    assert "2.4" in slider.get_attribute("aria-valuetext")


def test_scenes_show_what_they_name_and_twins_have_a_verdict_each(played):
    page = played.page
    page.locator(".ir-scene", has_text="day 30").click()
    assert page.evaluate(STATE)["day"] == pytest.approx(30)
    page.locator(".ir-scene", has_text="twins").click()
    state = page.evaluate(STATE)
    assert state["day"] == pytest.approx(114) and state["twin"]["E"] < 0.5 < state["y"]["E"]
    assert "● 2.40 logs" in state["verdict"] and "○ 2.45 logs" in state["verdict"]


def test_a_choice_opens_the_future_and_is_answered(visit, address):
    page = visit(address, reduced_motion="reduce").page
    assert page.locator(".ir-go").is_disabled() and page.locator(".ir-main-input").is_disabled()
    assert "back" not in page.locator(".ir-result").inner_text()
    page.locator(".ir-cards input").first.check()
    assert page.locator(".ir-expected").get_attribute("display") == "inline"
    page.locator(".ir-go").click()
    assert page.locator(".ir-feedback").inner_text() == "✗ Not right. It is not gone."
    assert page.locator(".ir-result").inner_text().startswith("● It is back on day 30.")
    # The cards stay, with the course that came, until the reader goes on.
    assert page.locator(".ir-cards small").all_inner_texts() == ["your prediction", "✓ right"]
    page.locator(".ir-main-input").press("ArrowRight")
    assert not page.locator(".ir-cards").is_visible() and page.locator(".ir-feedback").inner_text() == ""


def test_cards_show_what_they_expect_and_then_what_came(visit, address):
    page = visit(address, reduced_motion="reduce").page
    ends = """(kind) => [...document.querySelectorAll(`.ir-small .${kind}`)].map((path) => path.getPointAtLength(path.getTotalLength()).y)"""

    def height_of(cells):
        return pytest.approx(38 - 36 * min(1, math.log(cells / 0.01) / math.log(17 / 0.01)), abs=0.1)

    assert page.evaluate(ends, "ir-guess") == [height_of(level) for level in (0.01, 17.0)]
    assert page.evaluate(ends, "ir-line") == []
    page.locator(".ir-cards input").first.check()
    page.locator(".ir-go").click()
    came = simulate(tolerance, UNTIL, transplant(), start=reference_patient(), k=2.0, g=28, q=5).final["E"]
    assert page.evaluate(ends, "ir-line") == [height_of(came)] * 2


def test_halving_closes_the_gap_between_tries(played):
    """From 1 in 100 (came back) to neighbours: log2 of the 40 steps that lie above it, and one more."""
    page, half = played.page, played.page.locator(".ir-half")
    assert not half.is_visible()  # first a try of one's own
    page.locator(".ir-main-input").press("End")
    tries = 0
    while half.is_visible():
        half.click()
        tries += 1
    assert tries <= 6
    assert page.locator(".ir-between").inner_text() == "The threshold lies between 2.40 logs and 2.45 logs."
    assert page.evaluate("document.activeElement.className") == "ir-main-input"


STEPS = """<section><div style="position: sticky; top: 0">{stage}</div>
<p style="margin: 120vh 0 60vh">On <a href="#a-stage?k=2.4&day=83">day 83</a> it opens, later it is <a href="#a-stage?k=2.4">closed</a>.</p>
<p style="margin: 120vh 0 120vh">At <a href="#a-stage?k=2.4&day=83&with=2.45">two</a> depths.</p></section>"""
WOKEN = """([day, twin]) => {
    const { irMoment } = document.querySelector(".ir-stage");
    return Math.abs(irMoment.day - day) < 1e-6 && Boolean(irMoment.twin) === twin;
}"""


@pytest.mark.parametrize("width", [1000, 500])
def test_a_paragraph_wakes_its_first_scene_once_beside_an_open_stage(visit, tmp_path, figure, width):
    html = re.sub(r'id="ir-a-stage-[^"]*"', "", figure.html)
    path = tmp_path / "steps.html"
    path.write_text(f"<!doctype html><html lang='en'><meta charset='utf-8'>{STEPS.format(stage=html)}", "utf-8")
    page = visit(path.as_uri(), viewport={"width": width, "height": 700}, reduced_motion="reduce").page

    def read(i):
        page.locator("section > p").nth(i).evaluate("(one) => one.scrollIntoView({ block: 'center' })")

    read(0)
    page.wait_for_timeout(200)
    assert page.evaluate("document.querySelector('.ir-stage').irMoment.from") == 0  # it still waits
    read(1)
    page.locator(".ir-show-me").evaluate("(one) => one.click()")
    page.evaluate("scrollTo(0, 0)")
    read(0)
    if width < 780:
        page.wait_for_timeout(300)
        assert page.evaluate(WOKEN, [UNTIL, False])
        return
    page.wait_for_function(WOKEN, arg=[83, False])
    assert page.locator(".ir-woken").inner_text().startswith("On day 83")
    page.wait_for_timeout(700)  # what a reader or a scene has just set is left alone
    read(1)
    page.wait_for_function(WOKEN, arg=[83, True])
    page.locator(".ir-main-input").evaluate("(one) => one.dispatchEvent(new Event('input'))")
    page.wait_for_timeout(700)
    read(0)
    page.wait_for_timeout(300)
    assert (
        page.evaluate(WOKEN, [83, False]) is True
        and page.evaluate("document.querySelector('.ir-stage').irMoment.twin") is None
    )


def test_the_first_play_shows_what_the_clock_has_reached_until_it_is_stopped(visit, address):
    page = visit(address).page
    page.locator(".ir-cards input").first.check()
    page.locator(".ir-go").click()
    page.wait_for_function("document.querySelector('.ir-stage').irMoment.day > 1")
    assert page.locator(".ir-run").inner_text().endswith("Pause")
    hair, cover = page.evaluate("""() => {
        const lines = document.querySelector(".ir-lines svg"), at = (part, name) => Number(part.getAttribute(name));
        return [at(lines.querySelector(".ir-hair"), "x1"), at(lines.querySelector("rect[fill^=url]"), "x")];
    }""")
    assert cover == pytest.approx(hair + 2) and page.locator(".ir-feedback").inner_text() == ""
    assert page.evaluate("document.activeElement.className") == "ir-run"
    page.keyboard.press("Enter")
    day = page.evaluate("document.querySelector('.ir-stage').irMoment.day")
    assert 1 < day < UNTIL and page.locator(".ir-run").inner_text().endswith("Play")
    assert page.locator(".ir-lines rect[fill^=url]").get_attribute("display") == "none"
    assert page.locator(".ir-feedback").inner_text() == "✗ Not right. It is not gone."
    assert page.locator(".ir-result").inner_text().startswith("● It is back on day 30.")


def test_a_valley_beyond_the_axis_is_a_valley(played):
    page = played.page
    page.evaluate("location.hash = '#a-stage?k=4&day=0'")
    page.wait_for_function("document.querySelector('.ir-stage').irMoment.day === 0")
    assert page.evaluate("document.querySelector('.ir-stage').irMoment.shown.valley.floors")[0] == 0
    assert "healthy valley." in page.locator(".ir-valley svg").get_attribute("aria-label")


def test_without_javascript_there_are_picture_options_and_a_fold(visit, address):
    page = visit(address, java_script_enabled=False).page
    assert page.locator(".ir-stage > img").is_visible() and page.locator(".ir-cards label").count() == 2
    assert not page.locator(".ir-answer img").is_visible()
    page.locator(".ir-answer summary").click()
    assert page.locator(".ir-answer img").is_visible()


# Stops, plays, and a covered state

PLACES = {"1 in 10": {"k": 1.0}, "1 in 100": {"k": 2.0}, "1 in 1000": {"k": 3.0}}


def cover(**changes):
    told = dict(
        main=Stops("left", "Cells left", PLACES), told=None, marks={}, covered=["M"], scenes=[Scene("deep", "1 in 1000")],
        prediction=[
            Prediction(QUESTION, "Ill.\nPress.", "Play on", [0.01, 17.0], day=7, first="Treat"),
            Prediction(LATER, "Ill.\nChoose.", "Play on", day=7, at="1 in 1000", first="Leave fewer"),
        ],
    )  # fmt: skip
    return reset_stage(**(told | changes))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"k": 2.5}, "None of the stops 1 in 10, 1 in 100, 1 in 1000 is where the stage starts."),
        ({"scenes": [Scene("no stop", "1 in 7")]}, "The main slider left has no value 1 in 7."),
        ({"covered": ["D_i"]}, "A stage shows states that have a role"),
        ({"views": [Panel]}, "A stage shows views, such as Drop();"),
        ({"prediction": [Prediction(QUESTION, "w", "g"), Prediction(LATER, "w", "g")]}, "99-later has no first="),
    ],
)  # fmt: skip
def test_what_does_not_fit_stops_and_plays_is_refused(changes, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        cover(**changes)


def test_stops_set_the_same_parameters():
    with pytest.raises(ValueError, match="each sets the same parameters"):
        Stops("left", "Cells left", {"few": {"k": 1}, "many": {"g": 2}})


def written(tmp_path, live):
    path = tmp_path / "stage.html"
    html = live._repr_mimebundle_()["text/html"]
    path.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Stage</title><main>{html}</main>', "utf-8"
    )
    return path.as_uri()


def test_the_still_picture_keeps_lines_and_words_within_its_range(recwarn):
    """Memory B cells that are 20 decades below it left no room for the picture."""
    lines, told = (
        Panel({"M": "memory", "B": "naive"}, "cells/µL", "log", (1e-3, 1e3)),
        Result({"end": final("M")}, [("otherwise", "○ {end}")]),
    )
    stage(
        b_cell_reset, lines, "a-stage", main="dose", before=ill_patient(), protocol=car_t(), until=YEAR, dose=50,
        sliders={"dose": Slider(40, 60, 10)}, result=told, caption="A stage.", alt="Linked views of memory and naive B cells.",
    ).kind.draw()  # fmt: skip
    assert [str(warning.message) for warning in recwarn] == []


def test_without_a_prediction_the_verdict_has_its_colour_from_the_start(visit, tmp_path):
    page = visit(written(tmp_path, reset_stage(prediction=None))).page
    assert page.locator(".ir-result .ir-back").inner_text().startswith("● It is back on day")
    assert page.locator(".ir-result small").inner_text().startswith("At the end")


def test_plays_are_asked_in_turn_and_the_last_opens_the_slider(visit, tmp_path):
    seen = visit(written(tmp_path, cover()), reduced_motion="reduce")
    page, words = seen.page, lambda: seen.page.locator(".ir-result").inner_text()
    asked = page.locator(".ir-predict:visible legend")
    assert page.locator(".ir-first:visible").inner_text() == "Treat" and asked.count() == 0
    assert page.locator(".ir-clock").is_disabled() and page.locator(".ir-main").is_hidden()
    for button, play, verdict in (
        ("Treat", "What comes?", "● It is back on day 30."),
        ("Leave fewer", "And now?", "○ It stays away."),
    ):
        page.get_by_role("button", name=button).click()
        assert asked.inner_text() == play
        moment = page.evaluate("({ day: document.querySelector('.ir-stage').irMoment.day })")
        assert (
            moment["day"] == pytest.approx(7) and page.locator(".ir-line.ir-memory").get_attribute("display") == "none"
        )
        assert page.locator(".ir-cells.ir-memory").get_attribute("data-cells") == "0" and "back" not in words()
        page.locator(".ir-cards:visible input").first.check()
        page.locator(".ir-go:visible").click()
        assert words().startswith(verdict) and page.locator(".ir-line.ir-memory").get_attribute("display") == "inline"
    assert page.locator(".ir-main").is_visible() and page.locator(".ir-try").count() == 2
    assert seen.errors == []


def test_stops_are_reached_by_keyboard_and_by_link(visit, tmp_path):
    seen = visit(written(tmp_path, cover(prediction=())), reduced_motion="reduce")
    slider = seen.page.locator(".ir-main-input")
    slider.focus()
    seen.page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") == "1 in 10"
    seen.page.evaluate("location.hash = '#a-stage?left=1-in-1000&day=7'")
    seen.page.wait_for_function("Math.abs(document.querySelector('.ir-stage').irMoment.day - 7) < 1e-6")
    assert slider.get_attribute("aria-valuetext") == "1 in 1000" and seen.errors == []


def test_what_is_covered_has_no_ball_and_no_twin_until_the_choice(visit, tmp_path):
    asked = Prediction(QUESTION, "Day 60.\nWho?", "Go", day=60, twin=2.45)
    seen = visit(
        written(
            tmp_path,
            reset_stage(
                k=2.4, sliders={"k": Slider(2.2, 3, 0.05)}, marks={}, covered=["E", "M"], prediction=asked, scenes=()
            ),
        ),
        reduced_motion="reduce",
    )
    parts = [".ir-ball", ".ir-twin-ball", ".ir-twin-dot", ".ir-line.ir-twin", ".ir-line.ir-effector"]

    def display():
        return {seen.page.locator(part).get_attribute("display") for part in parts}

    assert display() == {"none"}
    assert "effectors per" not in seen.page.locator(".ir-valley svg").get_attribute("aria-label")
    seen.page.locator(".ir-cards input").first.check()
    seen.page.locator(".ir-go").click()
    assert display() == {"inline"} and seen.errors == []


@pytest.mark.parametrize("name", ["lines", "drop", "valley"])
def test_a_stage_loads_only_its_own_views(name):
    script = reset_stage(views=[]).html
    assert (f"VIEWS.{name} =" in script) is (name == "lines")


@pytest.mark.parametrize(
    ("back", "away", "expected"),
    [
        ([3, 5], [9, 20], {"back": [0, 5], "away": [9, 20], "between": [5, 9]}),
        ([9, 12], [2, 4], {"back": [9, 20], "away": [0, 4], "between": [4, 9]}),
        ([3, 5], [], {"back": [3, 5], "away": None, "between": None}),
        ([3, 9], [5], {"back": [3, 9], "away": [5, 5], "between": None}),
    ],
)
def test_what_tries_say_of_the_border(back, away, expected):
    """Also where it stays away on the lower side: the first day of a drug."""
    v8 = MiniRacer()
    v8.eval(text_of("stage/tries.js"))
    assert json.loads(v8.eval(f"JSON.stringify(sides({back}, {away}, 20))")) == expected


# Scenes on paper and in an address; weight


def test_on_paper_the_scenes_stand_side_by_side(played):
    page = played.page
    page.emulate_media(media="print")
    page.wait_for_selector(".ir-prints svg", state="attached")
    words = page.locator(".ir-prints > div > p")
    words.last.wait_for()
    assert words.all_inner_texts() == ["2.00 logs, day 30", "2.40 logs and 2.45 logs, day 114"]
    assert page.locator(".ir-prints svg").count() == 6 and not page.locator(".ir-lines").is_visible()
    assert (
        page.evaluate("new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size")
        == page.locator("[id]").count()
    )
    page.emulate_media(media="screen")
    page.wait_for_selector(".ir-lines svg", state="visible")
    assert page.locator(".ir-prints svg").count() == 0


def test_a_stage_that_waits_prints_no_future(visit, address):
    page = visit(address, reduced_motion="reduce").page
    page.emulate_media(media="print")
    assert page.locator(".ir-prints svg").count() == 0 and page.locator(".ir-lines").is_visible()


def test_a_link_to_the_present_state_leads_back_to_it(visit, tmp_path, figure):
    html = figure._repr_mimebundle_()["text/html"].replace("<figure ", '<figure id="fig-a-stage" ', 1)
    path = tmp_path / "page.html"
    path.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Stage</title><main>{html}</main>', "utf-8"
    )
    page = visit(path.as_uri(), reduced_motion="reduce").page
    page.evaluate("location.hash = '#a-stage?k=2.4&day=83&with=2.45'")
    page.wait_for_function("Math.abs(document.querySelector('.ir-stage').irMoment.day - 83) < 1e-6")
    page.evaluate("navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }")
    page.locator(".ir-copy").click()
    assert page.evaluate("window.copied").endswith("#a-stage?k=2.4&day=83&with=2.45")


def test_a_stage_is_light(figure):
    """What a page loads for one stage beside the runtime that solves and measures for all live figures."""
    pictures = re.sub(r'src="data:[^"]*"', "", figure.html)
    shared = runtime_source(SHELL)
    assert shared in figure.html
    assert len(gzip.compress(pictures.replace(shared, "").encode())) <= 25_000


def test_a_run_that_cannot_be_finished_is_said_and_forgotten(visit, tmp_path):
    cut = Parameter("cut", 0.0, "cells/µL", "effectors taken away", slider=Slider(0, 20, 10))
    taken = Protocol(Event("taken", 0.0, lambda y, p: {"E": y.E - p.cut}, (cut,)))
    live = reset_stage(
        main="cut", sliders={"cut": Slider(0, 20, 10)}, protocol=taken, told=None, marks={}, views=[], prediction=(),
        scenes=(), k=None, g=None, q=None,
    )  # fmt: skip
    seen = visit(written(tmp_path, live), reduced_motion="reduce")
    slider, verdict = seen.page.locator(".ir-main-input"), seen.page.locator(".ir-result")
    slider.focus()
    seen.page.keyboard.press("End")
    assert seen.errors == [] and slider.get_attribute("aria-valuetext") == "20 cells/µL"
    assert verdict.inner_text().strip() == "The simulation could not be finished with these values."
    seen.page.keyboard.press("Home")
    assert verdict.inner_text().startswith("●") and seen.errors == []
