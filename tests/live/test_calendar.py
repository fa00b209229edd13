"""Days that are counted from an event: on the axis of a stage, and in what a sentence says."""

import numpy as np
import pytest

from immunereset.live import DaysAfter, explore, since, value_on
from immunereset.live.calendar import axis_days
from immunereset.live.measures import Track
from immunereset.models.engraftment import recover
from immunereset.models.myelosuppression import myelosuppression


def test_days_of_the_axis_are_days_of_the_run():
    assert axis_days(36, 6) == [1, 6, 11, 16, 21, 26, 31, 36]
    assert axis_days(12, 10) == [0, 5, 10]


def test_the_sentence_says_what_the_model_s_own_helper_finds(figures):
    kind = figures["rescue"].kind
    answers = kind.result.answers(kind.track(kind.specification.values))
    expected = recover(until=30)
    assert answers["nadir"] == pytest.approx(expected.nadir, rel=1e-4)
    assert answers["nadir_day"] == pytest.approx(expected.nadir_day, abs=0.03)
    assert answers["back_day"] == pytest.approx(expected.engraftment_day, abs=0.01)
    assert answers["low"] == pytest.approx(expected.neutropenic_days, abs=0.02)


def test_back_above_needs_a_fall_first(v8, figures):
    live = figures["rescue"]
    for values in ({"ell": 0.0}, {"ell": 10.0, "dose": 0.0, "gcsf_day": 20.0}, {"ell": 4.0}):
        answers, _ = v8.say(live, values)
        expected = live.kind.result.answers(live.kind.track(live.specification.values | values))
        assert answers["back_day"] == pytest.approx(expected["back_day"], abs=0.01)
    assert v8.say(live, {"ell": 0.0})[0]["back_day"] == np.inf


def track(days, values):
    series = dict(zip(days, values))
    return Track(lambda asked: {"x": np.interp(asked, list(series), list(series.values()))}, days[-1], set(), {})


def test_back_above_finds_the_first_return():
    one = track([0, 10, 20, 30, 40], [2.0, 0.0, 2.0, 0.0, 2.0])
    assert one.back_above("x", 1.0) == pytest.approx(15.0)
    assert one.days_below("x", 1.0) == pytest.approx(20.0, abs=0.01)
    assert track([0, 40], [2.0, 0.0]).back_above("x", 1.0) == np.inf
    assert track([0, 40], [0.0, 2.0]).back_above("x", 1.0) == pytest.approx(20.0)


def test_only_a_plain_measure_is_counted_from_another_day():
    with pytest.raises(ValueError, match="counted from another"):
        since(6, since(6, value_on("C", 1)))


def test_only_a_stage_counts_from_an_event():
    time = DaysAfter("the infusion", 6)
    assert time == "days after the infusion" and time.zero == 6.0
    with pytest.raises(ValueError, match="Only a stage counts its days from an event"):
        explore(myelosuppression, ["C"], "a-calendar", time=time)
