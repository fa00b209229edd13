"""The stage: what it refuses, and what it keeps to itself until a prediction."""

import gzip
import json
import re

import pytest
from py_mini_racer import MiniRacer

from immunereset.engine import Model, Parameter, State, loss, simulate
from immunereset.live import (
    Panel,
    Prediction,
    Scene,
    Stops,
)
from immunereset.live.kind import SHELL
from immunereset.live.page import runtime_source, text_of
from immunereset.models.interventions import left_in_words
from immunereset.models.patients import reference_patient
from tests.live.stage.stages import LATER, QUESTION, UNTIL, cover, reset_stage


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"main": "rho_R", "sliders": ["k"]}, "The main slider moves 'rho_R'; the sliders are k."),
        ({"lines": Panel(["D_i"], "points", "log", (1e-3, 1))}, "A stage shows states that have a role"),
        ({"lines": Panel(["E"], "cells/µL")}, "A stage shows one Panel, with a range."),
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


def test_a_stage_is_light(figure):
    """What a page loads for one stage beside the runtime that solves and measures for all live figures."""
    pictures = re.sub(r'src="data:[^"]*"', "", figure.html)
    shared = runtime_source(SHELL)
    assert shared in figure.html
    assert len(gzip.compress(pictures.replace(shared, "").encode())) <= 25_000
