"""Clinics and trials made by chance: against theory, and the page's numbers against Python's."""

import json

import numpy as np
import pytest
from py_mini_racer import MiniRacer
from scipy.stats import gamma, kstest

from immunereset.engine import YEAR
from immunereset.engine.noise.random import Random
from immunereset.live.page import text_of
from immunereset.models import two_arms
from immunereset.trials import chance_trials, null_trial, usual_paces
from immunereset.trials.sampling import DEATH_DAYS, bank, sample


@pytest.fixture(scope="module")
def page():
    v8 = MiniRacer()
    for name in ("noise/random.js", "evidence/survival.js", "evidence/chance.js"):
        v8.eval(text_of(name))
    return lambda code: json.loads(v8.eval(f"JSON.stringify({code}, (k, v) => v === Infinity ? 1e999 : v)"))


def within(share, expected, count):
    return abs(share - expected) <= 3 * np.sqrt(expected * (1 - expected) / count)


@pytest.mark.parametrize("shape", [1.5, 2.0, 0.5])
def test_usual_paces_are_gamma(shape):
    drawn = usual_paces.paces(Random(3, np.arange(4000)), np.arange(4000), shape, 0.6)
    assert kstest(drawn, gamma(shape, scale=0.6 / shape).cdf).pvalue > 0.01


@pytest.mark.parametrize("least", range(4))
def test_relapses_fall_by_what_the_law_says(least):
    found, expected = usual_paces.people(range(20000), least, 4), usual_paces.expected(least)
    assert found.before.min() == least
    for counts, mean in zip(found[1:], expected):
        assert counts.mean() == pytest.approx(mean, abs=3 * counts.std() / np.sqrt(20000))


def test_who_had_two_relapses_will_have_one():
    found = usual_paces.people(range(20000), 2, 4)
    two = found.after[found.before == 2]
    assert two.mean() == pytest.approx(usual_paces.next_year(2), abs=3 * two.std() / np.sqrt(len(two)))
    assert usual_paces.next_year(2) == pytest.approx((2 + 1.5) / (1 + 1.5 / 0.6)) == 1


def test_the_page_meets_the_same_people(page):
    for least in (0, 2, 3):
        found = page(f"peopleOf(40, 60, {{ least: {least}, shape: 1.5, mean: 0.6, seed: 9 }})")
        expected = usual_paces.people(range(40, 100), least, 9)
        for name in expected._fields:
            assert [one[name] for one in found] == pytest.approx(getattr(expected, name), rel=1e-12)


@pytest.mark.parametrize("people", [30, 62])
def test_power_is_that_of_theory(people):
    """Simulated power against Schoenfeld's formula, whose own error at these sizes is below three points."""
    from scipy.stats import norm

    had = sum(1 - 0.5 ** (pace * 1.5) for pace in (0.5, 1)) * people
    theory = norm.cdf(np.sqrt(had / 4) * np.log(2) - norm.ppf(0.975))
    found = chance_trials.trials(people, 0.5, 1000, 11).found.mean()
    assert abs(found - theory) <= 3 * np.sqrt(theory * (1 - theory) / 1000) + 0.03
    assert chance_trials.people_needed(0.5) == pytest.approx(62.1, abs=0.05)
    assert [chance_trials.events_needed(ratio) for ratio in (0.5, 0.7)] == pytest.approx([65.3, 246.8], abs=0.05)


def test_a_ratio_that_is_none_is_refused():
    for ratio in (0, -0.7, float("nan")):
        with pytest.raises(ValueError, match="A hazard ratio is above 0"):
            chance_trials.event_days(10, ratio, 1, 1)
    for ratio in (1, -0.7):
        with pytest.raises(ValueError, match="above 0 and not 1"):
            chance_trials.events_needed(ratio)


@pytest.mark.parametrize("people", [15, 55])
def test_one_of_twenty_trials_of_nothing_is_a_false_alarm(people):
    assert within(chance_trials.trials(people, 1.0, 2000, 12).found.mean(), 0.05, 2000)


def test_looks_more_often_more_false_alarms():
    """Twelve looks against the 19 % of 4000 trials; one look is the planned one."""
    assert within(chance_trials.false_alarms(12, 55, 300, 13).mean(), 0.19, 300)
    one = chance_trials.false_alarms(1, 55, 300, 13)
    assert (one == chance_trials.trials(55, 1.0, 300, 13).found).all()


def test_the_page_runs_the_same_trials(page):
    for people, ratio in [(15, 0.5), (40, 1.0), (15, 0.7)]:
        told = {
            "people": people,
            "ratio": ratio,
            "median": chance_trials.MEDIAN,
            "followed": chance_trials.FOLLOWED,
            "seed": 5,
        }
        found = page(f"Array.from({{length: 40}}, (_, i) => chanceTrial(i, {json.dumps(told)}))")
        expected = chance_trials.trials(people, ratio, 40, 5)
        assert [float(one["ratio"] if one["ratio"] is not None else "inf") for one in found] == pytest.approx(
            expected.ratio, rel=1e-9
        )
        assert [one["p"] for one in found] == pytest.approx(expected.p, rel=1e-9)


def test_changes_have_the_correlations_they_should():
    change, traits = null_trial.changes(400, 6)
    flat = change.reshape(-1, null_trial.OUTCOMES * null_trial.READINGS)
    found = np.corrcoef(flat.T)
    error = 3 / np.sqrt(len(flat))
    assert flat.std(axis=0) == pytest.approx(1, abs=error)
    assert found[0, 1] == pytest.approx(null_trial.WITHIN, abs=error) and found[0, 3] == pytest.approx(
        null_trial.BETWEEN, abs=error
    )
    assert traits.mean() == pytest.approx(0.5, abs=error)


def test_a_single_look_is_right_in_95_of_100_trials():
    z = null_trial.all_looks(1000, 7)
    assert z.shape[1:] == (7, 4, 3) and z[0].size == 84
    for group in range(7):
        assert within((np.abs(z[:, group, 1, 1]) > null_trial.Z95).mean(), 0.05, 1000)


def test_the_page_looks_at_the_same_people(page):
    told = {"people": 30, "outcomes": 4, "readings": 3, "traits": 3, "between": 0.3, "within": 0.7, "seed": 8}
    found = page(f"[0, 1, 5].map((trial) => allLooks(changesOf(trial, {json.dumps(told)}), {json.dumps(told)}))")
    assert np.array(found) == pytest.approx(null_trial.all_looks(6, 8)[[0, 1, 5]], rel=1e-9, abs=1e-12)


def test_fewer_breaks_never_hurt_a_patient():
    many, few, none = (two_arms.on_drug(breaks, 60, 2) for breaks in (5.0, 1.0, 0.0))
    assert np.isinf(none).mean() > np.isinf(few).mean() > np.isinf(many).mean()
    assert (none >= few - 10).mean() > 0.95 and (few >= many - 10).mean() > 0.95
    with pytest.raises(ValueError, match="from 0 to 5; 6 was given"):
        two_arms.on_drug(6)


def test_events_come_after_day_90_and_a_sample_is_the_pages(page):
    days = two_arms.transplanted(60, 2)
    events = bank(days)
    assert events.min() >= two_arms.FROM_DAY and events.max() <= two_arms.YEARS * YEAR and (np.diff(events) >= 0).all()
    assert len(events) == np.isfinite(days).sum()
    for death in (0.0, 0.2):
        drawn = sample(events, 60, 55, 1, 3, death)
        arm = json.dumps({"events": events.tolist(), "patients": 60, "death": death, "deathDays": DEATH_DAYS})
        found = page(f"sampleOf({arm}, 55, 1, 3)")
        assert [np.inf if day is None else day for day in found] == drawn.tolist()
        assert (drawn < 100).any() == bool(death) or events.min() < 100
