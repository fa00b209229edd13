"""Survival statistics, in Python and in the page, against statsmodels, frozen answers of lifelines, and one done by hand."""

import json
import math
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from py_mini_racer import MiniRacer
from scipy.special import erfc

from immunereset.live.page import text_of
from immunereset.trials.survival import hazard_ratio, kaplan_meier, log_rank, watched
from tests.trials.survival_sets import sets

SETS = list(sets(300))
FROZEN = json.loads((Path(__file__).parent / "lifelines.json").read_text(encoding="utf-8"))
TEN = [3, 5, 8, 14, 20, 5, 12, 20, 24, 24], [True] * 5 + [False] * 5


class Page:
    """The page's statistics in V8."""

    def __init__(self):
        self.v8 = MiniRacer()
        self.v8.eval(text_of("evidence/survival.js"))

    def __call__(self, name, *groups):
        given = [{"days": np.asarray(d, float).tolist(), "seen": np.asarray(s, bool).tolist()} for d, s in groups]
        plain = "(k, v) => v === Infinity ? 'inf' : Number.isNaN(v) ? 'nan' : v"
        arguments = ", ".join(map(json.dumps, given))
        return json.loads(self.v8.eval(f"JSON.stringify({name}({arguments}), {plain})"))


@pytest.fixture(scope="module")
def page():
    return Page()


@cache
def reference(i):
    """KM of the first group, chi-squared and P, Cox's ratio with its interval (None without one), of statsmodels."""
    from statsmodels.duration.hazard_regression import PHReg
    from statsmodels.duration.survfunc import SurvfuncRight, survdiff

    (d1, s1), (d2, s2) = SETS[i]
    days, seen = np.concatenate([d1, d2]), np.concatenate([s1, s2]).astype(int)
    first = np.repeat([1.0, 0.0], [len(d1), len(d2)])
    curve = SurvfuncRight(d1, s1.astype(int)) if s1.any() else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        test = survdiff(days, seen, first) if seen.any() else (0, 1)
        cox = None
        if s1.any() and s2.any():
            fit = PHReg(days, first[:, None], status=seen, ties="efron").fit(
                method="newton", tol=1e-12, maxiter=200, disp=0
            )
            cox = np.exp([fit.params[0], *(fit.params[0] + 1.959963984540054 * np.array([-1, 1]) * fit.bse[0])])
    return curve, test, cox


def test_three_hundred_tied_and_censored_sets_agree_with_statsmodels(page):
    compared = 0
    for i, (first, second) in enumerate(SETS):
        curve, (chi2, p), cox = reference(i)
        ours, theirs = log_rank(first, second), page("logRank", first, second)
        assert ours == pytest.approx((chi2, p), rel=1e-9, abs=1e-12) and list(theirs.values()) == pytest.approx(
            ours, rel=1e-10
        )
        mine, drawn = kaplan_meier(first), page("kaplanMeier", first)
        if curve is not None:
            assert mine.days == pytest.approx(curve.surv_times[curve.n_events > 0]), i
            assert mine.share == pytest.approx(curve.surv_prob[curve.n_events > 0], rel=1e-12, abs=1e-15)
            assert np.reshape(drawn, (-1, 2)) == pytest.approx(np.column_stack(mine), rel=1e-12, abs=1e-15)
        ratio, shown = hazard_ratio(first, second), [float(x) for x in page("hazardRatio", first, second).values()]
        assert shown == pytest.approx(ratio, rel=1e-9, nan_ok=True)
        # Newton's method of statsmodels goes astray on a few sets.
        if cox is not None and np.isfinite(cox).all() and 0 < ratio.value < math.inf:
            assert ratio == pytest.approx(cox, rel=1e-6), i
            compared += 1
    assert compared > 250


@pytest.mark.parametrize("i", range(len(FROZEN["rows"])))
def test_lifelines_said_the_same(i):
    first, second = SETS[i]
    day, free, chi2, p, *ratio = FROZEN["rows"][i]
    assert kaplan_meier(first).on(day) == pytest.approx(free, rel=1e-9)
    assert log_rank(first, second) == pytest.approx((chi2, p), rel=1e-8)
    assert hazard_ratio(first, second) == pytest.approx(ratio, rel=3e-4)


def test_ten_people_by_hand(page):
    """Who left on the day of an event was still watched on it."""
    expected = 9 / 10 * 8 / 9 * 6 / 7 * 4 / 5 * 3 / 4
    assert kaplan_meier(TEN).on(24) == pytest.approx(expected) and kaplan_meier(TEN).on(2.9) == 1
    assert page("kaplanMeier", TEN)[-1] == pytest.approx([20, expected])


def test_a_group_without_events_has_no_ratio(page):
    none, some = watched([math.inf] * 5, 10), watched([1, 2, 2, 50], 10)
    assert hazard_ratio(none, some).value == 0 and hazard_ratio(some, none).value == math.inf
    assert np.isnan([*hazard_ratio(none, none), *hazard_ratio(none, some)[1:]]).all()
    assert log_rank(none, none) == (0, 1) and kaplan_meier(none).on(9) == 1
    for pair in [(none, some), (some, none), (none, none)]:
        assert [float(x) for x in page("hazardRatio", *pair).values()] == pytest.approx(
            hazard_ratio(*pair), nan_ok=True
        )
        assert list(page("logRank", *pair).values()) == pytest.approx(log_rank(*pair))


def test_what_is_no_group_is_refused():
    with pytest.raises(ValueError, match="a finite day for each person"):
        kaplan_meier(([1, 2], [True]))
    with pytest.raises(ValueError, match="a finite day"):
        log_rank(([math.inf], [False]), TEN)
    turned_round = TEN[::-1]
    for wrong in (turned_round, TEN[0], [1, 2], []):
        with pytest.raises(ValueError, match="A group is a pair"):
            hazard_ratio(wrong, TEN)


def test_the_pages_error_function(page):
    x = np.linspace(0, 6, 200)
    found = json.loads(page.v8.eval(f"JSON.stringify({json.dumps(x.tolist())}.map(erfc))"))
    assert found == pytest.approx(erfc(x), rel=1e-10)
