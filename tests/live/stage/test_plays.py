"""How a stage is played: predictions, cards, steps, stops, what is covered, links."""

import math
import re

import pytest

from immunereset.engine import Event, Parameter, Protocol, Slider, simulate
from immunereset.live import (
    Prediction,
)
from immunereset.models.interventions import transplant
from immunereset.models.patients import reference_patient
from immunereset.models.tolerance import tolerance
from tests.live.stage.stages import QUESTION, STATE, UNTIL, cover, reset_stage, written


@pytest.mark.parametrize(("k", "verdict"), [(2.4, "● It is back on day 98."), (2.45, "○ It stays away.")])
def test_the_verdict_follows_the_slider_and_every_try_leaves_a_mark(played, k, verdict):
    page = played.page
    slider = page.locator(".ir-main-input")
    slider.focus()
    page.evaluate(RESTED)
    for _ in range(round((k - 2.0) / 0.05)):
        page.keyboard.press("ArrowRight")
    assert page.locator(".ir-result").inner_text().startswith(verdict)
    assert page.locator(".ir-try").count() == 1 + round((k - 2.0) / 0.05)
    assert "2.4" in slider.get_attribute("aria-valuetext")
    # Who listens hears each step of the slider, and the verdict when it rests.
    page.wait_for_function("window.rested !== undefined")
    assert page.evaluate("window.rested") >= 700


RESTED = """() => {
    const result = document.querySelector(".ir-result");
    let moved = 0;
    document.querySelector(".ir-main-input").addEventListener("input", () => { moved = performance.now(); });
    new MutationObserver(() => {
        if (moved && result.ariaBusy === "false") window.rested ??= performance.now() - moved;
    }).observe(result, { attributeFilter: ["aria-busy"] });
}"""

TOLD = """() => {
    window.told = [];
    for (const part of document.querySelectorAll(".ir-result, .ir-heard")) {
        new MutationObserver(() => part.textContent && told.push(part.textContent)).observe(part, { childList: true, characterData: true, subtree: true });
    }
}"""


def test_scenes_show_what_they_name_and_twins_have_a_verdict_each(played):
    page = played.page
    page.evaluate(TOLD)
    scene = page.locator(".ir-scene", has_text="day 30")
    scene.click()
    assert page.evaluate(STATE)["day"] == pytest.approx(30)
    scene.click()  # the verdict stands and is not told again; what is shown is told once each time
    told = page.evaluate("told.splice(0)")
    clock = page.locator(".ir-clock")
    amounts = simulate(tolerance, UNTIL, transplant(), start=reference_patient(), k=2.0, g=28, q=5, points=[30.0])
    assert len(told) == 2 and told[0] == told[1]
    assert f"day 30; 2.00 logs: {amounts['E'][-1]:.1f} effectors, " in told[0], told
    assert "It is back" in page.locator(".ir-result").inner_text() and "It is back" not in told[0]
    assert clock.get_attribute("aria-valuetext").startswith(f"day 30: {amounts['E'][-1]:.1f} effectors, ")
    page.locator(".ir-run").click()
    assert len(told := page.evaluate("told.splice(0)")) == 1 and "year 5.0; 2.00 logs: 17 effectors, " in told[0]
    page.locator(".ir-main-input").press("ArrowRight")
    assert "effectors" not in page.locator(".ir-heard").text_content()
    page.locator(".ir-scene", has_text="twins").click()
    assert "day 114; 2.40 logs: 9.1 effectors; 2.45 logs: 0.17 effectors" in page.locator(".ir-heard").text_content()
    assert clock.get_attribute("aria-valuetext") == "day 114: 2.40 logs: 9.1 effectors; 2.45 logs: 0.17 effectors"
    # Whose drop it is, and no ground in the colour of one beside the valleys of two.
    assert page.locator(".ir-key p").inner_text() == "2.40 logs"
    assert page.locator(".ir-valley .ir-ground").evaluate_all("(all) => all.map((one) => one.getAttribute('d'))") == [
        "",
        "",
    ]
    assert "2.40 logs 9.1, 2.45 logs 0.17" in page.locator(".ir-valley svg").get_attribute("aria-label")
    assert "In view: disease valley, healthy valley." in page.locator(".ir-valley svg").get_attribute("aria-label")
    state = page.evaluate(STATE)
    assert state["day"] == pytest.approx(114) and state["twin"]["E"] < 0.5 < state["y"]["E"]
    assert "● 2.40 logs" in state["verdict"] and "○ 2.45 logs" in state["verdict"]
    # On a phone, too, one sees whose ball is whose.
    page.locator(".ir-clock").press("End")
    page.set_viewport_size({"width": 330, "height": 844})
    page.wait_for_function("document.querySelector('.ir-valley svg').viewBox.baseVal.width < 230")
    one, other = page.locator(".ir-valley .ir-words").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect().toJSON())"
    )
    assert one["width"] > 30 and other["width"] > 30
    beside = one["right"] < other["left"] or other["right"] < one["left"]
    assert beside or other["bottom"] <= one["top"] + 4 or one["bottom"] <= other["top"] + 4
    title = page.locator(".ir-valley svg > text", has_text="ball =").bounding_box()
    assert min(one["top"], other["top"]) >= title["y"] + title["height"] - 4, "neither lies on the title"


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
    page.locator(".ir-main-input").press("Home")
    assert not half.is_visible()  # both came back: there is nothing to halve
    page.locator(".ir-main-input").press("End")
    tries = 0
    while half.is_visible():
        half.click()
        tries += 1
    assert tries <= 6
    assert page.locator(".ir-between").inner_text() == "The ending changes between two neighbours on the slider."
    assert page.evaluate("document.activeElement.className") == "ir-main-input"


STEPS = """<section><div style="position: sticky; top: 0">{stage}</div>
<p style="margin: 120vh 0 60vh"><button aria-label="before"></button>On <a href="#a-stage?k=2.4&day=83">day 83</a> it opens, later it is <a href="#a-stage?k=2.4">closed</a>.</p>
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
    page.wait_for_timeout(700)  # what a reader has just asked for is left alone
    # The Tab key reaches a control beside the first link, and the page scrolls to it: nothing is set.
    while not page.evaluate("document.activeElement.matches('section > p button')"):
        page.keyboard.press("Tab")
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > 100 and page.evaluate(WOKEN, [UNTIL, False])
    page.evaluate("document.activeElement.blur()")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(700)
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


def test_the_text_that_appears_after_a_play_wakes_nothing(visit, tmp_path, figure):
    """Without motion the text below appears at once, perhaps where it would be read."""
    html = re.sub(r'id="ir-a-stage-[^"]*"', "", figure.html)
    words = '<div class="after-play"><p>On <a href="#a-stage?k=2.4&day=83">day 83</a> it opens.</p></div>'
    below = f"<section><div style='height: 42vh; overflow: hidden'>{html}</div>{words}<div style='height: 120vh'></div></section>"
    path = tmp_path / "below.html"
    path.write_text(f"<!doctype html><html lang='en'><meta charset='utf-8'>{below}", "utf-8")
    page = visit(path.as_uri(), viewport={"width": 1000, "height": 700}, reduced_motion="reduce").page
    page.add_style_tag(content="section:has(.ir-stage:not(.ir-open)) .after-play { display: none }")
    page.wait_for_timeout(200)
    page.locator(".ir-show-me").evaluate("(one) => one.click()")
    page.evaluate("scrollTo(0, 0)")
    assert 0.35 < page.locator(".after-play p").bounding_box()["y"] / 700 < 0.55, "where it is read"
    page.wait_for_timeout(300)
    assert page.evaluate(WOKEN, [UNTIL, False])


def test_what_a_reader_asked_for_is_not_overridden_by_a_step_above(visit, tmp_path, figure):
    """A link below two steps that were never read: on the way up to the stage and back none of them wakes."""
    html = re.sub(r'id="ir-a-stage-[^"]*"', "", figure.html)
    last = '<p><a id="last" href="#a-stage?k=2.45&day=30">back</a></p><div style="height: 60vh"></div>'
    path = tmp_path / "link.html"
    path.write_text(
        f"<!doctype html><html lang='en'><meta charset='utf-8'>{STEPS.format(stage=html)}<section>{last}</section>",
        "utf-8",
    )
    page = visit(path.as_uri(), viewport={"width": 1000, "height": 700}, reduced_motion="reduce").page
    page.locator(".ir-show-me").evaluate("(one) => one.click()")
    for _ in range(2):  # the second time the address is there already
        page.locator("#last").click()
        page.wait_for_function(WOKEN, arg=[30, False])
        page.wait_for_timeout(900)
        for i in (1, 0):
            page.locator("section > p").nth(i).evaluate("(one) => one.scrollIntoView({ block: 'center' })")
            page.wait_for_timeout(200)
        assert page.evaluate(WOKEN, [30, False])
        page.evaluate("document.querySelector('.ir-clock').value = 900")
        page.evaluate("document.querySelector('.ir-clock').dispatchEvent(new Event('input'))")
        assert not page.evaluate(WOKEN, [30, False])


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
    assert page.locator(".ir-heard").inner_text() == "Copied"


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
