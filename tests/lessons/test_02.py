"""The numbers of lesson 02: two infections, crossings, a ball near the ridge, a border, and persons with other brakes."""

import ast
import json

import numpy as np
import pytest

from immunereset.engine import YEAR, Course, ModelError, Protocol, simulate, threshold
from immunereset.lesson.questions_02 import QUESTIONS, fewest_regulatory, shortest_infection
from immunereset.models.interventions import infection
from immunereset.models.memory_threshold import effector_ridge, memory_threshold
from immunereset.models.onset import LIFELONG, effector_balance, ends_ill, least_strength, onset_days, push
from immunereset.models.tolerance import ACTIVE, tolerance
from tests.wording import cells, words


def effectors(days, **changes):
    """Effectors on these days of a healthy person's infection."""
    return simulate(tolerance, max(days), infection(), points=np.array(sorted({0.0, *days})), **changes)["E"][1:]


def test_balance_is_the_models_own_equation():
    for held in ({}, {"R": 10.0}, {"M": 5.0, "N": 700.0}, {"I": 3.0, "epsilon": 0.4, "S": 2.0}):
        added, taken = effector_balance([0.1, 1.0, 9.0], **held)
        for i, E in enumerate((0.1, 1.0, 9.0)):
            state = tolerance.start | {s: v for s, v in held.items() if s in tolerance.states} | {"E": E}
            inputs = {s: v for s, v in held.items() if s in tolerance.inputs}
            slope = tolerance.derivative(0.0, list(state.values()), tolerance.defaults | inputs)
            assert added[i] - taken[i] == pytest.approx(slope[list(state).index("E")])


def test_balance_refuses_an_unknown_symbol():
    with pytest.raises(ModelError, match="no state 'Q'"):
        effector_balance([1.0], Q=1.0)


def test_push_starts_a_run_with_these_effectors():
    pushed = simulate(tolerance, 100.0, push(), E_0=3.0)
    assert pushed.final == pytest.approx(simulate(tolerance, 100.0, start={"E": 3.0}).final)


def test_p_leads_and_q_falls_ill():
    days = (10.0, 20.0, 28.0, 60.0, 5 * YEAR)
    P = effectors(days, I_0=10.0, infection_days=10.0)
    Q = effectors(days, I_0=3.0, infection_days=28.0)
    assert P[[0, 1, 3, 4]] == pytest.approx([1.31, 1.18, 0.39, 0.015], abs=0.005)
    assert Q[:4] == pytest.approx([0.32, 1.12, 2.39, 4.25], abs=0.005) and Q[4] == pytest.approx(13.9, abs=0.05)
    year = effectors((YEAR,), I_0=10.0, infection_days=10.0), effectors((YEAR,), I_0=3.0, infection_days=28.0)
    assert year[0] < 0.1 and year[1] > ACTIVE


def crossings(**held):
    E = np.geomspace(0.002, 60, 60_000)
    added, taken = effector_balance(E, **held)
    return E[:-1][np.diff(added > taken)]


@pytest.mark.parametrize(
    ("held", "found"),
    [({"R": 50}, [0.015, 1.6, 12]), ({"R": 30}, [0.026, 0.73, 15]), ({"R": 13}, [0.11, 0.15, 17]), ({"R": 12.5}, [17]),
     ({"R": 50, "I": 0.6}, [12])],
)  # fmt: skip
def test_crossings_meet_and_vanish(held, found):
    assert crossings(M=0.08, **held) == pytest.approx(found, rel=0.05)


def test_few_effectors_are_made_up_for_by_conventional_cells():
    """Far below the first crossing more are gained than lost, and nearly all of them were conventional cells."""
    (added,), (taken,) = effector_balance([0.005], R=50.0, M=0.08)
    (without,), _ = effector_balance([0.005], R=50.0, M=0.08, N=0.0)
    assert added > 2 * taken > 2 * without


def test_presenting_cells_have_a_ceiling():
    active = [(0.15 + I) / (1 + 0.15 + I + 50 / tolerance.defaults["K_R"]) for I in (20, 10)]
    assert tolerance.defaults["a_0"] == 0.15 and [f"{100 * share:.0f}" for share in active] == ["77", "63"]


def test_memory_lowers_the_ridge_of_a_weak_brake_over_the_years():
    """Without new memory there is no disease at 36 and 33 per cent; at 25 there is no healthy valley to begin with."""
    for K_R, ill in ((28.0, False), (30.0, False), (40.0, True)):
        run = simulate(tolerance, 70 * YEAR, K_R=K_R, mu=0.0)
        assert (run.final["E"] > ACTIVE) == ill


def test_memory_and_infection_remove_the_healthy_valley():
    assert len(crossings(R=50, M=4.9)) == 3 and len(crossings(R=50, M=5.04)) == 1
    assert len(crossings(M=0.08, I=0.55)) == 3 and len(crossings(M=0.08, I=0.58)) == 1
    assert 0.6 == pytest.approx(10 / 16, abs=0.03), "a sixteenth of P's strength"
    assert len(crossings(R=70, M=0.08, I=0.6)) == 3, "not everybody loses the valley by it, nor by every infection"
    said = words("02-tolerance")
    assert "removes the healthy valley. While such an infection lasts there is none" in said


def test_fewest_regulatory_cells():
    assert fewest_regulatory() == pytest.approx(12.9, abs=0.05)
    assert len(crossings(R=13, M=0.08)) == 3 and len(crossings(R=12.5, M=0.08)) == 1
    task = next(one for one in QUESTIONS if one.id == "02-fewest")
    assert task.answer == 13.0 and task.accepts(12.9) and not task.accepts(12.5)


def test_half_the_brake_does_what_half_the_regulatory_cells_do():
    def slope(E, R, K_R):
        state = tolerance.start | {"E": E, "R": R}
        return tolerance.derivative(0.0, list(state.values()), tolerance.defaults | {"K_R": K_R})[
            list(state).index("E")
        ]

    for E in (0.1, 1.0, 9.0):
        assert slope(E, 50.0, 20.0) == pytest.approx(slope(E, 25.0, 10.0))
        assert slope(E, 50.0, 20.0) > slope(E, 50.0, 10.0)


def test_where_the_ball_is_on_the_last_day():
    assert effectors((10.0,), I_0=10.0, infection_days=10.0)[-1] == pytest.approx(1.31, abs=0.005)
    assert effectors((12.0,), I_0=10.0, infection_days=12.0)[-1] == pytest.approx(1.93, abs=0.005)
    eleven = effectors((11.0, 28.0, 90.0, YEAR), I_0=10.0, infection_days=11.0)
    assert eleven[:3] == pytest.approx([1.60, 1.58, 1.03], abs=0.005) and eleven[3] < 0.1
    assert effector_ridge(tolerance.start["M"], tolerance.start["R"]) == pytest.approx(1.61, abs=0.005)


def test_least_push_from_health():
    assert threshold(lambda E: ends_ill(push(), E_0=E), 0.0, 4.0, 0.002) == pytest.approx(1.64, abs=0.005)


def test_a_flat_month_and_two_endings():
    days = np.array([0.0, 30.0, 100.0, 200.0, 400.0])
    below, above = (simulate(tolerance, 400.0, push(), E_0=E, points=days)["E"] for E in (1.6, 1.65))
    assert above[2:4] == pytest.approx([2.1, 9.4], abs=0.05) and above[4] == pytest.approx(11, abs=0.5)
    assert below[4] < 0.1 and [above[1], below[1]] == pytest.approx([1.69, 1.54], abs=0.005)


def test_strength_and_duration_of_an_infection():
    days = np.array([6.0, 9.0, 14.0, 28.0, 42.0])
    strength = least_strength(infection(), days)
    assert 20 < least_strength(infection(), np.array([8.0]))[0], "8 days: no strength of the map"
    assert np.isinf(strength[0]) and strength[1:] == pytest.approx([17.9, 6.4, 2.5, 1.7], rel=0.02)
    for factor, ill in ((0.97, False), (1.03, True)):
        assert (ends_ill(infection(), I_0=factor * strength[1:], infection_days=days[1:]) == ill).all()
    assert ends_ill(infection(), I_0=[20.0, 20.0, 10.0], infection_days=[14.0, 7.0, 14.0]).tolist() == [
        True,
        False,
        True,
    ]
    assert not ends_ill(infection(), I_0=0.4, infection_days=10 * YEAR, years=15)
    assert ends_ill(infection(), I_0=[20.0, 3.0], infection_days=[7.0, 28.0]).tolist() == [False, True]
    assert "strength 20 for a week fades, strength 3 for four weeks leaves the disease" in words("02-tolerance")


@pytest.mark.parametrize(("K_R", "brake", "days"), [(10.0, 100, 12), (16.0, 62, 7)])
def test_shortest_infection(K_R, brake, days):
    assert brake == int(1000 / K_R)
    assert days - 1 < shortest_infection(K_R) < days
    ill = ends_ill(infection(), I_0=10.0, infection_days=[days - 1.0, float(days)], K_R=K_R)
    assert ill.tolist() == [False, True]


@pytest.mark.parametrize(("brake", "K_R", "years"), [(36, 28.0, 61.5), (33, 30.0, 24.5), (25, 40.0, 14.2 / 12)])
def test_a_weak_brake_without_infections(brake, K_R, years):
    assert round(1000 / K_R) == brake
    run = simulate(tolerance, 80 * YEAR, K_R=K_R, points=np.arange(0.0, 80 * YEAR, 5.0))
    assert run.first_day_above("E", ACTIVE) / YEAR == pytest.approx(years, rel=0.02)


@pytest.fixture(scope="module")
def shown(root):
    """`shown(cell)` runs a cell of the lesson, after the cell of imports, and returns what it shows."""
    notebook = json.loads((root / "notebooks" / "02-tolerance.ipynb").read_text(encoding="utf-8"))
    source = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}

    def show(cell):
        names = {}
        exec(source["imports"], names)
        *before, last = ast.parse(source[cell]).body
        exec(compile(ast.Module(before, []), cell, "exec"), names)
        return eval(compile(ast.Expression(last.value), cell, "eval"), names)

    return show


def test_the_same_persons_with_other_brakes(shown):
    kind = shown("stage-persons").kind
    ill = [
        kind.look(kind.specification.values | {"brake": brake}).ends <= kind.specification.until
        for brake in (125.0, 100.0, 77.0, 62.0, 50.0)
    ]
    assert [int(some.sum()) for some in ill] == [8, 40, 104, 157, 189]
    assert all((fewer <= more).all() for fewer, more in zip(ill, ill[1:])), "a weaker brake helps nobody"


def test_who_fell_ill_after_which_infection(shown, root):
    kind = shown("stage-persons").kind
    values, until = dict(kind.specification.values), kind.specification.until
    ends = kind.look(values).ends
    drawn = kind.simulated.variation.cohort(values | {"until": until}, 200, kind.seed).values
    days, strengths = (np.array([drawn[f"{name}_{i}"] for i in range(1, LIFELONG + 1)]) for name in ("day", "strength"))
    met = [strength[day <= min(end, until)] for day, strength, end in zip(days.T, strengths.T, ends)]
    last_was_strongest = [one[-1] == one.max() for one, end in zip(met, ends) if end <= until]
    assert (sum(last_was_strongest), len(last_was_strongest)) == (29, 40)
    well = {number: one.max() for number, (one, end) in enumerate(zip(met, ends), 1) if end > until}
    assert max(well, key=well.get) == 172 and f"{well[172]:.0f}" == "22"
    words = (
        "In 29 of the 40 the last infection before the disease was their strongest so far, in 11 it was not; number 172"
    )
    assert words in (root / "notebooks/02-tolerance.ipynb").read_text(encoding="utf-8")


def test_another_drawing_gives_about_the_same_shares():
    onset = onset_days([8, 10, 13, 16, 20], persons=200, years=20, seed=1)
    share, told = np.isfinite(onset).mean(axis=1), np.array([8, 40, 104, 157, 189]) / 200
    assert (abs(share - told) <= 3 * np.sqrt(2 * told * (1 - told) / 200)).all()
    again = onset_days([13], persons=200, years=20, seed=1)
    assert np.allclose(again[0], onset[2], rtol=1e-6), "the same persons and infections, whatever the other groups"


def test_the_ridge_in_the_valley_is_gone_above_five_memory_cells():
    assert memory_threshold(50.0) == pytest.approx(5.0, abs=0.02)


def test_a_second_infection_must_come_within_43_days():
    def left(day):
        return simulate(tolerance, 5 * YEAR, Protocol(Course("I", 10, 0, 8), Course("I", 10, day, 8))).final["E"]

    assert left(43) > ACTIVE > left(44)
    assert "up to day 43 it leaves the disease, from day 44 on it does not" in cells("02-tolerance-lab")["exercise-3"]


def test_every_choice_has_a_reason_for_each_option():
    for choice in (one for one in QUESTIONS if hasattr(one, "options")):
        assert all(len(option.feedback.split()) > 6 for option in choice.options), choice.id
        assert all(option.right or option.misconception for option in choice.options), choice.id
