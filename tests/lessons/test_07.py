"""Every number that the words and questions of lesson 07 and its lab state, computed anew."""

import re

import numpy as np
import pytest

from immunereset.engine import YEAR, simulate, simulate_cohort
from immunereset.evidence import load
from immunereset.lesson import check, find_task, question
from immunereset.live import Endpoint, Patients, explore
from immunereset.models import virtual_patient
from immunereset.models.interventions import drug, infection, transplant, treg_infusion
from immunereset.models.memory_threshold import effector_ridge, memory_threshold
from immunereset.models.onset import least_strength
from immunereset.models.patients import RELAPSE_DAYS, is_reset, reference_patient, reset_depth
from immunereset.models.suppression import harmful_drug
from immunereset.models.thymus import silence, silent_depth, silent_thymus
from immunereset.models.tolerance import ACTIVE, tolerance
from tests.wording import cells, words
from tools import lessons


def after(k, days, protocol=None, **changes):
    protocol = transplant() if protocol is None else protocol
    return simulate(tolerance, days[-1], protocol, start=reference_patient(), points=days, k=k, **changes)


def says(*sentences):
    for sentence in sentences:
        assert sentence in words("07-immune-reset"), sentence


def lab_says(*sentences):
    for sentence in sentences:
        assert sentence in words("07-immune-reset-lab"), sentence


@pytest.mark.parametrize(
    ("task", "expected"),
    [("07-relapse-day", 98), ("07-k-star", 2.44), ("07-last-start", 94), ("07-sparing", 2.24), ("07-selective", 1.0),
     ("07-no-thymus", 3.64), ("07-floor", 2.02)],
)  # fmt: skip
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected, rel=0.01)


def test_two_logs_leave_one_in_100_and_the_disease_returns_on_day_30():
    run = after(2.0, np.arange(5 * YEAR + 1))
    assert run.first_day_above("E", ACTIVE, after=0.5) == pytest.approx(30, abs=0.5)
    untreated = simulate(tolerance, 5 * YEAR, start=reference_patient()).final["E"]
    assert run["E"][-1] == pytest.approx(17, abs=0.5) and untreated == pytest.approx(16, abs=0.5)
    assert ACTIVE < run["E"][30] < 0.2 * run["E"][-1]  # it "is rolling", not there
    says("On [day 30] the ball is rolling back", "2 logs one in 100")


def test_below_one_log_effectors_are_low_for_less_than_a_day():
    """The verdict of the first stage that begins "too shallow"."""
    low = {k: simulate(tolerance, YEAR, transplant(), start=reference_patient(), k=k) for k in (0.8, 0.9)}
    assert low[0.8]["E"].min() > ACTIVE
    assert low[0.9]["E"].min() < ACTIVE and low[0.9].first_day_above("E", ACTIVE) < 1


def test_failing_is_worst_at_two_logs_and_one_log_leaves_as_much_memory_as_none():
    depths = np.round(np.arange(0, 2.44, 0.1), 2)
    end = [10 * YEAR]
    run = simulate_cohort(tolerance, len(depths), end[0], transplant(), start=reference_patient(), points=end, k=depths)
    memory = dict(zip(depths, run["M"][-1]))
    assert max(memory, key=memory.get) == 2.0 and memory[2.0] == pytest.approx(74, abs=0.5)
    assert memory[0.0] > 2 * reference_patient().final["M"]  # "it rises without treatment, too"
    assert memory[0.0] == pytest.approx(63, abs=0.5) and memory[1.0] == pytest.approx(memory[0.0], rel=0.01)
    says(
        "Failing is worst at 2 logs, worse than no treatment",
        "After 1 log there is as much memory as without treatment",
    )


@pytest.mark.parametrize(("k", "opens", "overtakes"), [(2.4, 83, None), (2.45, 78, 114), (2.5, 73, 81), (3.0, 0, 0)])
def test_race(k, opens, overtakes):
    """The day on which a healthy valley exists again, and that on which its ridge passes the effectors."""
    days = np.arange(161)
    run = after(k, days)
    exists = run["M"] < memory_threshold(run["R"], run["N"])
    below = run["E"] < effector_ridge(run["M"], run["R"], run["N"])
    assert days[exists][0] == pytest.approx(opens, abs=1)
    assert (days[below][0] == pytest.approx(overtakes, abs=1)) if overtakes is not None else not below.any()


def test_the_valley_closes_again_after_day_127_at_2_40_logs_only():
    days = np.arange(401)
    last = {}
    for k in (2.4, 2.45, 3.0):
        run = after(k, days)
        last[k] = days[run["M"] < memory_threshold(run["R"], run["N"])][-1]
    assert last == {2.4: 127, 2.45: 400, 3.0: 400}
    says("On [day 83]", "on [day 114]", "after day 127 the valley closes again")


def test_the_drops_of_day_60_do_not_tell_who_relapses():
    a, b = (after(k, np.array([0.0, 60.0])) for k in (2.40, 2.45))
    counts = [[int(run[s][-1] + 0.5) for s in "NRME"] for run in (a, b)]
    assert counts == [[14, 2, 0, 0], [13, 2, 0, 0]]
    assert [round(1 / run["E"][-1]) for run in (a, b)] == [6, 9]
    says("one drop in 6 of A held an effector, one in 9 of B", "kept 4.0 of 1000 cells, B 2.45 and 3.5")
    assert round(1000 * 10**-2.4, 1) == 4.0 and round(1000 * 10**-2.45, 1) == 3.5
    told = [option.feedback for option in question("07-who-relapses").options]
    assert "decides the next five years" in told[2], "the figure beside it ends after five"
    assert "One drop in 6 of A holds an effector and one in 9 of B" in told[2] and "on day 98" in told[3]


def test_a_day_late_the_drug_fails_three_days_before_the_disease_is_active():
    last = find_task("07-last-start").answer
    run = after(2.4, np.arange(200.0))
    assert run["E"][int(last) + 1] == pytest.approx(1.3, abs=0.05)
    assert run.first_day_above("E", ACTIVE, after=0.5) - (last + 1) == pytest.approx(3, abs=0.5)
    assert [check("07-last-start", day).kind for day in (93, 94, 95)] == ["known", "right", "known"]
    says("One day later it fails, with 1.3 effectors per µL, three days before the disease counts as active")


def test_what_moves_the_threshold():
    k_star = reset_depth()
    moved = {
        "sparing": reset_depth(Delta_R=0.5) - k_star,
        "sanctuary": reset_depth(Delta_M=0.5) - k_star,
        "infusion": reset_depth(transplant() + treg_infusion(cells=5, day=30)) - k_star,
        "month": reset_depth(transplant() + drug(0.7, duration=30)) - k_star,
        "year": reset_depth(transplant() + drug(0.7, duration=365)) - k_star,
        "faster memory": reset_depth(rho_M=0.012) - k_star,
        "ten years": reset_depth(start=reference_patient(years=10)) - k_star,
        "slower renewal": reset_depth(rho_R=0.015) - k_star,
        "age": reset_depth(age=60) - k_star,
    }
    found = {name: k_star + value for name, value in moved.items()}
    expected = [2.24, 2.81, 2.23, 2.07, 2.03, 2.94, 2.63, 2.60, 2.53]
    assert list(found.values()) == pytest.approx(expected, abs=0.01)
    assert moved["sanctuary"] / -moved["sparing"] == pytest.approx(1.8, abs=0.1)  # "nearly twice as far"
    assert moved["month"] / moved["year"] > 0.85  # "its first month does nearly all of that"
    assert sorted(moved, key=moved.get)[-2:] == ["sanctuary", "faster memory"]
    assert moved["year"] < moved["month"] < moved["sparing"] < 0
    says("its first month does nearly all of that", "at 1.5 times the speed the threshold is 2.94")


@pytest.mark.parametrize(
    ("no_N", "no_R", "k_star", "most_memory", "half_full"),
    [(0, 0, 2.44, 0.71, 434), (0, 1, 2.54, 0.71, 433), (1, 0, 3.57, 5.4, 702), (1, 1, 3.64, 5.4, 701)],
    ids=["both", "N", "R", "none"],
)
def test_conventional_newcomers_take_the_space_of_memory(no_N, no_R, k_star, most_memory, half_full):
    assert silent_depth(no_N, no_R) == pytest.approx(k_star, abs=0.01)
    days = np.arange(3651)
    run = simulate(
        silent_thymus, 3650, transplant(k=3) + silence(no_N, no_R, 3650), start=reference_patient(), points=days,
        alpha=0, r=0, rho_E=0,
    )  # fmt: skip
    assert run["M"].max() == pytest.approx(most_memory, rel=0.01) and run["R"][-1] == pytest.approx(50, abs=0.3)
    assert days[run["CD4"] >= 450][0] == half_full
    says("half full on day 434, without them on day 702", "Regulatory cells come back to 50 per µL in any case")
    told = [option.feedback for option in question("07-newcomers").options]
    assert "eight times as much" in told[1] and "by 0.1, without conventional ones by 1.1" in told[2]


def test_the_thymus_sends_94_conventional_cells_of_100():
    assert (
        tolerance.defaults["f_R"] == 0.06 and "94 are conventional and 6 regulatory" in question("07-newcomers").wording
    )


def test_removing_everything_alike_resets_nothing_and_a_difference_does():
    assert reset_depth(theta_20=0, rho_M=0.01, rho_R=0.3) == np.inf
    assert reset_depth(rho_M=0.010) == pytest.approx(2.54, abs=0.01)
    assert reset_depth(theta_20=0, rho_M=0.005) == pytest.approx(2.49, abs=0.01)


def test_without_regulatory_newcomers_six_logs_fail_also_without_memory():
    """Exercise 5 of the lab: the disease begins anew, on the same day with hardly any memory left."""
    days, found = np.arange(3651), {}
    for k, Delta_M in [(5, 0), (5, -5), (6, 0), (6, -5)]:
        protocol = transplant(k=k, Delta_M=Delta_M) + silence(0, 1, 3651)
        run = simulate(silent_thymus, 3650, protocol, start=reference_patient(), points=days)
        assert is_reset(run) == (k == 5)
        found[k, Delta_M] = (round(run["R"][300], 1), round(run.first_day_above("E", ACTIVE, after=0.5), 0))
    assert found[5, 0] == found[5, -5] == (4.1, np.inf)
    assert found[6, 0] == found[6, -5] == (0.5, 364)
    lab_says("on the same day, 364", "not back after 300 days (0.5 per µL, and 4.1 at 5 logs)")


def test_the_least_depth_lies_between_2_440_and_2_445():
    run = {k: simulate(tolerance, 10 * YEAR, transplant(), start=reference_patient(), k=k) for k in (2.44, 2.445)}
    assert [is_reset(one) for one in run.values()] == [False, True]
    lab_says("So 2.44 itself still fails, and 2.445 works", "less than 0.005 apart", "runs 13 depths between 0 and 6")


def test_the_memory_line_is_higher_where_conventional_cells_are_few():
    full = tolerance.start["N"]
    assert round(full) == 860 and round(after(2.0, np.arange(2))["N"][0]) == 8
    assert memory_threshold(10, 8) == pytest.approx(0.67, abs=0.005) and memory_threshold(10, full) == 0
    assert not memory_threshold(10, 8, alpha=0) > memory_threshold(10, full, alpha=0)  # they become effectors
    lab_says("($N = 8$ after 2 logs)", "($N = 860$)", "now and then one becomes an effector")


def test_where_the_paths_of_exercise_2_start():
    rows = []
    for k in (3, 2.4, 2.45):
        run = after(k, np.arange(2))
        rows += [run["M"][0], memory_threshold(run["R"], run["N"])[0]]
    assert rows == pytest.approx([0.026, 0.044, 0.103, 0.048, 0.092, 0.047], abs=0.0005)
    lab_says("memory 0.026 where 0.044 can be held", "0.103 and 0.092, and the line is at 0.048 and 0.047")


def test_help_ends_at_a_floor_and_less_memory_breaks_through():
    year, infusion = drug(0.7, duration=365), treg_infusion(cells=5, day=30)
    for spared, alone, with_drug in [(0, 2.44, 2.03), (0.5, 2.24, 2.02), (1, 2.07, 2.02)]:
        assert reset_depth(Delta_R=spared) == pytest.approx(alone, abs=0.005)
        assert reset_depth(transplant() + year, Delta_R=spared) == pytest.approx(with_drug, abs=0.005)
        lab_says(f"| {spared} | {alone} | {with_drug} |")
    assert reset_depth(transplant() + year + infusion) == pytest.approx(2.02, abs=0.005)
    assert reset_depth(transplant() + infusion) == pytest.approx(2.23, abs=0.005)
    assert reset_depth(transplant() + year, Delta_R=1, Delta_M=-0.3) == pytest.approx(1.41, abs=0.005)
    lab_says("an infusion, too (2.02; alone it gives 2.23)", "it breaks through, to 1.41")


def test_what_the_map_of_the_lab_shows():
    assert reset_depth(g=28, q=5, Delta_R=1, Delta_M=1) == pytest.approx(3.24, abs=0.005)
    assert [reset_depth(g=28, q=q) for q in (2.5, 2.25)] == pytest.approx([2.453, 2.464], abs=0.003)
    lab_says("with one log of sanctuary *and* one of sparing the threshold is 3.24", "visibly below $q = 2.5$")


def test_the_solution_of_exercise_7_holds_up_to_its_edge():
    """Harm to division only, computed by the code of the lab's fold and by the lab's own `depth_of`."""
    cell = cells("07-immune-reset-lab")
    code = re.findall(r"```python\n(.*?)```", cell["change-free"], re.DOTALL)[1].partition("for omega_0")[0]
    names = {"patient": reference_patient()}
    exec(  # the cells of the lab that the exercise stands on
        "import numpy as np\nfrom immunereset.engine import YEAR, simulate_cohort, threshold\n"
        "from immunereset.models.interventions import transplant\nfrom immunereset.models.patients import is_reset\n"
        "from immunereset.models.tolerance import tolerance\n"
        + cell["change-run"].partition("for recovery in")[0]
        + code,
        names,
    )
    for omega_0, both, division in [(0, 2.03, 2.03), (0.5, 2.04, 2.21), (1, 2.96, 3.14)]:
        protocol = transplant() + harmful_drug(0.7, omega_0=omega_0, duration=365)
        found = [names["depth_of"](names[model], protocol) for model in ("tolerance", "division_only")]
        assert found == pytest.approx([both, division], abs=0.006)
    lab_says("2.21, where the harm to both gives 2.04", "3.14 and 2.96 are above 2.44", "does no harm 2.03")


def test_the_figure_of_the_lesson_opens_with_25_memory_cells():
    before = simulate(tolerance, 5 * YEAR - 90, infection(I_0=10.0, duration=21.0)).final["M"]
    assert round(before) == 25 and round(reference_patient().final["M"]) == 26
    lab_says("the figure of the lesson opens 90 days earlier, with 25 memory cells")


def test_an_unpurged_graft_brings_the_disease_back_on_day_11():
    days = np.arange(0, 366.0)
    assert reset_depth(g=28, q=0) == np.inf
    assert [reset_depth(g=28, q=q) for q in (1, 2)] == pytest.approx([3.27, 2.48], abs=0.01)
    starts = [after(k, days, g=28.0).first_day_above("E", ACTIVE, after=0.5) for k in (3.0, 3.25, 4.0, 5.0)]
    assert {round(day) for day in starts} == {11}
    for q, away in [(1, False), (1.25, True)]:
        assert is_reset(simulate(tolerance, 3650, transplant(k=3, g=28, q=q), start=reference_patient())) == away
    says("Purging by 1 log is not enough; by 1.25 it is", "Unpurged, the disease is back on day 11, and a deeper week")


def test_the_trial_of_graft_selection_is_told_as_in_the_data():
    (trial,) = load("trials").query("source_key == 'Moore2002RA'").itertuples()
    assert trial.n_total == 33 and "ACR70 27.7 v 53.3 % (P=0.20)" in trial.main_result
    says("27.7 against 53.3 % responded strongly (ACR70: better by at least 70 %; P = 0.20). With 33 patients")


def test_least_strength_after_a_reset():
    start = simulate(tolerance, 5 * YEAR, transplant(k=3), start=reference_patient())
    ten = [10.0]
    assert least_strength(infection(), ten, high=100)[0] == pytest.approx(13, abs=0.1)
    assert least_strength(infection(), ten, high=100, start=start)[0] == pytest.approx(8.0, abs=0.1)
    says("It takes an infection of strength 13, for ten days")
    assert all(option.feedback.startswith("About 8 is enough") for option in question("07-as-before").options)


def test_a_silent_thymus_moves_the_threshold():
    assert [silent_depth(days=days) for days in (182, 365, 730)] == pytest.approx([2.63, 3.06, 3.55], abs=0.012)
    says("Silent for 6 months, the threshold is 2.63 logs; for a year 3.06, for two 3.55")


def test_at_three_logs_effectors_stay_behind_the_ridge():
    days = np.arange(5 * YEAR + 1)
    run = after(3.0, days)
    assert (run["E"] < effector_ridge(run["M"], run["R"], run["N"])).all()
    says("At [3 logs] the ball lies behind the ridge from the first day")


@pytest.mark.parametrize(("k", "needed"), [(2.0, True), (2.4, True), (3.0, False)])
def test_three_logs_leave_so_little_memory_that_at_first_no_brake_is_needed(k, needed):
    """A healthy valley on the first day without a single regulatory cell, and the ball in it, at 3 logs only."""
    run = after(k, np.arange(2))
    E, M, N = (run[symbol][1] for symbol in "EMN")
    without_brake = effector_ridge(M, 0.0, N)
    assert (M > memory_threshold(0.0, N)) == needed and bool(E < without_brake) == (not needed)
    says("with so little memory it needs no brake at first")


def test_the_toy_regrows_faster_than_patients():
    run, before = after(2.5, np.arange(2 * YEAR + 1)), reference_patient()
    ninety = np.flatnonzero(run["CD4"] > 0.9 * before["CD4"][-1])[0]
    assert ninety < 2 * YEAR and run["R"][-1] == pytest.approx(49, abs=0.5)
    assert simulate(tolerance, 5 * YEAR).final["R"] == pytest.approx(50, abs=0.5)
    rows = load("reconstitution", figure="07-regrowth").query("milestone == 'not reached'")
    assert set(rows.compartment) == {"CD4 T cells", "regulatory T cells"} and set(rows.month) == {24}
    says("it has 90 % of its CD4 cells back, and 49 regulatory cells per µL, nearly as in health (50)")


def test_hazard_ratios_are_told_as_in_the_data():
    rows = load("trial_outcomes", figure="07-ratios").set_index(["outcome", "comparator"])
    worse, back = rows.loc["disability progression"], rows.loc["relapse"]
    assert (worse.low[1:] < 1).all() and (worse.high[1:] >= 2).all()
    assert tuple(back.loc["alemtuzumab", ["value", "low", "high"]]) == (0.29, 0.13, 0.63)
    assert back.low["ocrelizumab"] < 1 < back.high["ocrelizumab"]
    says("the intervals leave room for twice the risk", "more slowly than with alemtuzumab (0.29, 0.13 to 0.63)")


def test_predictions_stand_above_what_is_folded():
    """The figure that answers a prediction is hidden until it is asked for."""
    all_cells = lessons.read(lessons.NOTEBOOKS / "07-immune-reset.ipynb").cells
    below = {a.id: b for a, b in zip(all_cells, all_cells[1:])}
    for name in ("07-newcomers", "07-as-before", "07-deaths"):
        assert {"remove-input", "hide-output"} <= set(lessons.tags(below[name])), name


def test_ill_for_five_years():
    assert reference_patient().t[-1] == 5 * YEAR
    says("One simulated patient, ill for five years")


def test_deaths_are_told_as_in_the_data():
    safety = load("safety").set_index("row_id")
    assert [(safety.events[row], safety.n[row]) for row in ("S01", "S08", "S11")] == [(8, 34), (1, 36), (0, 55)]
    assert "TBI" in load("trials").set_index("source_key").regimen_or_product["Nash2007SSc"]
    asked = question("07-deaths")
    assert asked.wording.startswith("34 patients with systemic sclerosis") and asked.answer == "D. Eight"
    assert all("1 of 36" in option.feedback for option in asked.options)
    two = safety.loc[["S01", "S08"]]
    assert set(two.disease_or_setting) == {"SSc"} and "not shielded" in two.note["S01"]
    says("The first two rows differ, with the same disease", "no deaths among 55 does not mean no risk")
    (figure,) = [cell for cell in lessons.read(lessons.NOTEBOOKS / "07-immune-reset.ipynb").cells if cell.id == "price"]
    drawn = load("safety", figure="07-price").query("events.notna()")
    assert list(drawn.row_id[:2]) == ["S01", "S08"] and len(drawn) == 5
    assert figure.metadata["mystnb"]["code_prompt_show"] == "Show the deaths in five rows"


def test_a_thousand_patients_and_what_turns_the_slope_into_a_step():
    """The dots of the lesson at its start, and with infections, scatter and differences set to 0 one after the other."""
    figure = explore(
        tolerance, ["E"], "crowd", protocol=transplant() + virtual_patient.infections(), start=reference_patient(),
        until=5 * YEAR, k=2.5,
        patients=Patients(
            virtual_patient.patient, Endpoint("E", ACTIVE, lasting=RELAPSE_DAYS), 1000, paths=1, group=virtual_patient.GROUP,
        ),
        sliders=["k"], alt="Effectors of one of 1000 virtual patients.",
    )  # fmt: skip
    values, free = dict(figure.kind.specification.values), []
    for name in (None, "infections_per_year", "depth_sd", "differences"):
        values |= {name: 0.0} if name else {}
        free.append(int(np.isinf(figure.kind.look(values, 1).ends).sum()))
    assert free == [270, 549, 682, 1000]
    assert np.isfinite(figure.kind.look(values | {"k": 2.4}, 1).ends).all()
    says(
        "270 of 1000; without infections in 549; without scatter, too, in 682; in a thousand copies of one patient, in all"
    )
