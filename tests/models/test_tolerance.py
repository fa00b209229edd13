"""The tolerance model against the numbers of an independent program."""

from functools import cache

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import binomtest

from immunereset.engine import YEAR, Cohort, branch, simulate, simulate_cohort, steady_states, threshold
from immunereset.engine.analysis import steady
from immunereset.models.interventions import (
    drug,
    effector_depletion,
    infection,
    selective_depletion,
    transplant,
    treg_infusion,
)
from immunereset.models.patients import (
    ACHIEVED_DEPTH_SD,
    VARIATION,
    day_of_relapse,
    is_reset,
    random_infections,
    reference_patient,
    reset_depth,
    reset_depths,
    varied_cohort,
)
from immunereset.models.tolerance import ACTIVE, tolerance

P = tolerance.defaults


@pytest.fixture(scope="module")
def states():
    return steady_states(tolerance, "E", (1e-4, 1e2))


@pytest.fixture(scope="class")
def found_once():
    """The states at the model's own values, from which every curve begins, are looked for once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steady, "steady_states", cache(steady_states))
        yield


def balance(E, p):
    """Return N, R, M that stand still at E, and then dE/dt: the equations solved on paper, but for one unknown.

    With E held, R solves a square, and N and M follow from x, how far the space is overfull (L/K - 1).
    """
    theta = p["theta_20"] * 2 ** (-(p["age"] - 20) / p["t_half"])
    half_cap = (p["R_0"] + p["kappa"] * E) / 2
    R = half_cap + np.sqrt(half_cap**2 + 2 * half_cap * p["f_R"] * theta / p["rho_R"])

    def at(log_x):
        x = np.exp(log_x)
        return (1 - p["f_R"]) * theta / (p["rho_N"] * x), p["mu"] * E / (p["rho_M"] * x + p["delta_M"])

    def overfull(log_x):
        return sum(at(log_x)) + R + E - p["K"] * (1 + np.exp(log_x))

    N, M = at(brentq(overfull, -40, 40, xtol=1e-13))
    u = p["a_0"] + E / p["K_E"]
    A = u / (1 + u + R / p["K_R"])
    gain = A * (p["alpha"] * p["f"] * N + p["r"] * M + p["rho_E"] * E) / (1 + E / p["E_m"])
    return N, R, M, gain - (p["delta_E"] + p["mu"]) * E


def standing_still(**changes):
    """Return N, R, M and E of every steady state, from `balance`."""
    p, E = P | changes, np.geomspace(1e-4, 1e2, 600)
    rate = np.array([balance(e, p)[3] for e in E])
    turns = np.flatnonzero(rate[:-1] * rate[1:] < 0)
    roots = [brentq(lambda e: balance(e, p)[3], E[i], E[i + 1], xtol=1e-14) for i in turns]
    return [(*balance(e, p)[:3], e) for e in roots]


class TestHealthAndDisease:
    def test_three_steady_states(self, states):
        assert [s.stable for s in states] == [True, False, True]
        expected = [(859.8, 50.22, 0.078, 0.0145), (854.3, 50.98, 4.12, 0.771), (720.3, 70.30, 101.4, 20.10)]
        for found, row in zip(states, expected):
            assert [found.state[s] for s in "NRME"] == pytest.approx(row, rel=1e-2)

    def test_healthy_effectors(self, states):
        assert states[0].state["E"] == pytest.approx(0.0145, abs=0.001)

    def test_eigenvalues(self, states):
        healthy, saddle, disease = (s.eigenvalues.real for s in states)
        for rate in (-0.077, -0.030, -0.0097, -0.00025):
            assert np.isclose(healthy, rate, rtol=0.02).any()
        for rate in (-0.082, -0.034, -0.0092, -0.00019):
            assert np.isclose(disease, rate, rtol=0.03).any()
        assert saddle[0] == pytest.approx(0.0216, rel=0.01) and (saddle[1:] < 0).all()

    def test_the_model_starts_in_health(self, states):
        for symbol, value in states[0].state.items():
            assert tolerance.start[symbol] == pytest.approx(value, rel=1e-2, abs=1e-3)
        assert simulate(tolerance, 2000).final["E"] == pytest.approx(states[0].state["E"], rel=1e-3)

    @pytest.mark.parametrize(("E", "ignites"), [(0.5, False), (3.0, True)])
    def test_effectors_below_the_threshold_decay_and_above_it_ignite(self, E, ignites):
        assert (simulate(tolerance, 2000, start={"E": E}).final["E"] > ACTIVE) == ignites

    def test_threshold_of_effectors(self):
        def ignites(E):
            run = simulate_cohort(tolerance, len(E), 2000, start={"E": E}, points=[2000])
            return run["E"][-1] > ACTIVE

        assert threshold(ignites, 0.1, 5) == pytest.approx(1.62, abs=0.03)

    def test_quorum_threshold_without_saturation(self):
        """Appendix A, fact 2: E small against E_m and M = 0."""
        delta = P["delta_E"] + P["mu"]
        analytic = P["K_E"] * (delta * (1 + 50 / P["K_R"]) / (P["rho_E"] - delta) - P["a_0"])
        assert analytic == pytest.approx(1.07, abs=0.01)
        values = P | {"E_m": 1e12, "f": 0.0}
        rate = [tolerance.derivative(0, [0, 50, 0, E, 0, 0], values)[3] for E in (0.999 * analytic, 1.001 * analytic)]
        assert rate[0] < 0 < rate[1]

    @pytest.mark.parametrize(
        "change",
        [
            {},
            *({"R_0": R_0} for R_0 in (20, 105, 110, 125, 131, 132, 200)),
            *({"K": K} for K in (300, 2400, 3000, 3600)),
        ],
        ids=str,
    )
    def test_every_steady_state_is_found_and_no_other(self, change):
        found = [[s.state[x] for x in "NRME"] for s in steady_states(tolerance, "E", (1e-3, 1e3), **change)]
        assert np.array(found) == pytest.approx(np.array(standing_still(**change)), rel=1e-6)

    @pytest.mark.parametrize(
        ("parameter", "edges"),
        [
            ("K_R", [4.0314, 26.941]), ("delta_E", [0.048840, 0.17052]), ("a_0", [0.46042]), ("rho_E", [0.24150, 2.0784]),
            ("K_E", [0.21473, 2.3303]), ("E_m", [1.5783]), ("R_0", [18.815, 131.37]), ("f", [5.0756e-4]), ("r", [0.32598]),
            ("rho_M", []),
        ],
    )  # fmt: skip
    def test_folds_are_the_edges_of_bistability(self, found_once, parameter, edges):
        """The edges were bisected with `standing_still`; just inside each there are three states, outside one."""
        curve = branch(tolerance, parameter, "E", (1e-3, 1e3))
        assert curve.folds == pytest.approx(edges, rel=1e-4)
        for edge in edges:
            sizes = [len(standing_still(**{parameter: edge * side})) for side in (0.999, 1.001)]
            assert sorted(sizes) == [1, 3]

    @pytest.mark.parametrize("rho_M", [0.0, 0.05])
    def test_bistable_for_any_growth_of_memory(self, rho_M):
        found = steady_states(tolerance, "E", (1e-4, 1e2), rho_M=rho_M)
        assert [s.stable for s in found] == [True, False, True]

    def test_without_regulatory_cells_disease_comes_by_itself(self):
        run = simulate(tolerance, 5 * YEAR, start={"R": 0.0}, f_R=0.0, rho_R=0.0)
        assert run.final["E"] > ACTIVE


class TestTriggers:
    @pytest.mark.parametrize(("days", "permanent"), [(10, False), (14, True)])
    def test_strength_ten(self, days, permanent):
        run = simulate(tolerance, 2000, infection(I_0=10, duration=days))
        assert (run.final["E"] > ACTIVE) == permanent
        assert run.final["E"] == pytest.approx(14.2 if permanent else 0.015, rel=0.05)

    @pytest.mark.parametrize(("days", "strength"), [(10, 13.0), (14, 6.37)])
    def test_strength_and_duration(self, days, strength):
        """The independent program says 13.3 and 6.5: its fixed steps of 0.5 d end each infection a little early."""

        def permanent(I_0):
            run = simulate_cohort(tolerance, len(I_0), 2000, infection(), I_0=I_0, infection_days=days, points=[2000])
            return run["E"][-1] > ACTIVE

        assert threshold(permanent, 0, 40, 0.02) == pytest.approx(strength, abs=0.05)

    def test_a_very_short_infection_never_does_it(self):
        assert simulate(tolerance, 2000, infection(I_0=1000, duration=5)).final["E"] < ACTIVE

    def test_natural_history(self):
        run = reference_patient(20.0)
        assert run.first_day_above("E", ACTIVE) == pytest.approx(12.2, abs=0.2)
        assert run.at("E", 90) == pytest.approx(10.4, abs=0.1)
        for years, M in ((1, 5.2), (5, 26.0), (10, 47)):
            assert run.at("M", years * YEAR) == pytest.approx(M, rel=0.02)
        for years, D_i in ((5, 1.95), (10, 4.45), (20, 10.2)):
            assert run.at("D_i", years * YEAR) == pytest.approx(D_i, rel=0.02)

    def test_reference_patient(self):
        expected = {"N": 808.533, "R": 64.116, "M": 25.953, "E": 13.960, "D_r": 0.6315, "D_i": 1.9516}
        final = reference_patient().final
        assert final["M"] == pytest.approx(25.95, abs=0.2)
        for symbol, value in expected.items():
            assert final[symbol] == pytest.approx(value, rel=1e-3)

    def test_disability_accrues_at_the_analytic_slope(self):
        """Appendix A, fact 4: slope = d_2 d_1 E / (r_r + d_2)."""
        run = reference_patient(20.0)
        E = run.at("E", 20 * YEAR)
        slope = P["d_2"] * P["d_1"] * E / (P["r_r"] + P["d_2"])
        measured = (run.at("D_i", 20 * YEAR) - run.at("D_i", 20 * YEAR - 100)) / 100
        assert measured == pytest.approx(slope, rel=0.01)

    @pytest.mark.parametrize(
        ("K_R", "low", "high"),
        [(8, 0.05, 0.05), (10, 0.17, 0.22), (13, 0.50, 0.50), (16, 0.79, 0.79), (20, 0.94, 0.94)],
    )
    def test_same_infections_different_genes(self, K_R, low, high):
        size, until = 300, 20 * YEAR
        rng = np.random.default_rng(11)
        cohort = Cohort.draw(tolerance, size, VARIATION, rng)
        cohort.values["K_R"] *= K_R / P["K_R"]
        run = simulate_cohort(
            tolerance, cohort, until, random_infections(size, until, rng), points=np.arange(0, until, 5.0), rtol=1e-4
        )
        share = np.isfinite(day_of_relapse(run)).mean()
        error = 3 * np.sqrt(max(low * (1 - low), 0.05) / size)
        assert low - error <= share <= high + error


class TestSuppression:
    @pytest.mark.parametrize(
        ("epsilon", "E"), [(0.3, 7.6), (0.4, 5.2), (0.5, 2.7), (0.6, 0.72), (0.7, 0.24), (0.8, 0.10), (0.9, 0.04)]
    )
    def test_effectors_after_a_year_on_the_drug(self, epsilon, E):
        run = simulate(tolerance, YEAR, drug(epsilon, duration=np.inf), start=reference_patient())
        assert run.final["E"] == pytest.approx(E, rel=0.05, abs=0.005)

    @pytest.mark.parametrize(("years", "relapses"), [(1, True), (5, True), (10, True), (15, True), (20, False)])
    def test_withdrawal(self, years, relapses):
        stop = years * YEAR
        run = simulate(tolerance, stop + 5 * YEAR, drug(0.9, duration=stop), start=reference_patient())
        assert np.isfinite(run.first_day_above("E", ACTIVE, after=stop)) == relapses

    def test_five_years_on_the_drug(self):
        run = simulate(tolerance, 7 * YEAR, drug(0.9, duration=5 * YEAR), start=reference_patient())
        assert run.at("M", 5 * YEAR) == pytest.approx(16.3, abs=0.1)
        assert run.first_day_above("E", ACTIVE, after=5 * YEAR) - 5 * YEAR == pytest.approx(31, abs=1)

    def test_memory_when_stopping_hardly_depends_on_the_dose(self):
        """Exercise 1 of section 1.10."""
        M = [
            simulate(tolerance, 5 * YEAR, drug(e, duration=5 * YEAR), start=reference_patient()).final["M"]
            for e in (0.5, 0.9)
        ]
        assert M == pytest.approx([21, 16], abs=0.6)

    def test_memory_half_life_in_remission(self):
        """Appendix A, fact 3: M falls at delta_M + rho_M |h|, |h| = (1 - f_R) theta / (rho_N N)."""
        theta = P["theta_20"] * 2 ** (-(P["age"] - 20) / P["t_half"])
        h = (1 - P["f_R"]) * theta / (P["rho_N"] * tolerance.start["N"])
        rate = P["delta_M"] + P["rho_M"] * h
        assert (h, rate) == pytest.approx((0.0113, 2.8e-4), rel=0.02)
        assert np.log(2) / rate / YEAR == pytest.approx(6.8, abs=0.1)
        run = simulate(tolerance, 10 * YEAR, start={"M": 1.0, "E": 0.0}, f=0.0, r=0.0)
        assert np.log(run.at("M", YEAR) / run.at("M", 9 * YEAR)) / (8 * YEAR) == pytest.approx(rate, rel=0.03)

    @pytest.mark.parametrize(("day", "cures"), [(180, True), (300, True), (545, False), (730, False)])
    def test_window_of_opportunity(self, day, cures):
        run = simulate(tolerance, 12 * YEAR, infection() + drug(0.9, start=day, duration=365))
        assert (run.final["E"] < ACTIVE) == cures

    def test_last_day_of_the_window(self):
        def fails(day):
            run = simulate_cohort(
                tolerance,
                len(day),
                12 * YEAR,
                infection() + drug(0.9, duration=365),
                drug_start=day,
                points=[12 * YEAR],
            )
            return ~is_reset(run)

        last = threshold(fails, 100, 700, 2)
        assert last == pytest.approx(400, abs=20)
        assert reference_patient().at("M", last) == pytest.approx(5.7, abs=0.3)

    def test_removing_effectors_only(self):
        run = simulate(tolerance, 5 * YEAR, effector_depletion(), start=reference_patient())
        untreated = simulate(tolerance, 5 * YEAR, start=reference_patient())
        assert run.final["E"] == pytest.approx(untreated.final["E"], rel=0.02)
        assert run.final["E"] == pytest.approx(16, abs=0.2)


class TestReset:
    def test_reset_depth(self):
        assert reset_depth() == pytest.approx(2.44, abs=0.02)

    def test_just_below_relapses_and_just_above_resets(self):
        """The independent program says about day 120 for k = 2.4; LSODA and DOP853 at 1e-11 agree on day 98.4."""
        below = simulate(tolerance, 10 * YEAR, transplant(k=2.4), start=reference_patient())
        assert below.first_day_above("E", ACTIVE, after=1) == pytest.approx(98.4, abs=0.5)
        above = simulate(tolerance, 10 * YEAR, transplant(k=2.5), start=reference_patient())
        assert above.final["E"] == pytest.approx(0.036, abs=0.002) and above.final["M"] == pytest.approx(1.2, abs=0.05)

    @pytest.mark.parametrize(("k", "highest"), [(1, 63), (2, 74)])
    def test_shallow_ablation_lets_memory_overshoot(self, k, highest):
        run = simulate(tolerance, 10 * YEAR, transplant(k=k), start=reference_patient())
        assert run["M"][1:].max() == pytest.approx(highest, abs=1.5)

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"Delta_R": 0.5}, 2.24),
            ({"Delta_R": 1.0}, 2.07),
            ({"Delta_R": -1.0}, 2.54),
            ({"rho_R": 0.015}, 2.60),
            ({"rho_R": 0.06}, 2.26),
            ({"Delta_M": 0.5}, 2.81),
            ({"Delta_M": 1.0}, 3.30),
            ({"rho_M": 0.016}, 3.72),
            ({"g": 28.0, "q": 2.0}, 2.48),
            ({"g": 28.0, "q": 3.0}, 2.44),
        ],
    )
    def test_what_moves_it(self, change, expected):
        assert reset_depth(**change) == pytest.approx(expected, abs=0.03)

    def test_an_unpurged_graft_brings_the_disease_back(self):
        assert reset_depth(g=28.0, q=0.0) == np.inf

    def test_longer_disease_needs_more(self):
        assert reset_depth(start=reference_patient(10.0)) == pytest.approx(2.63, abs=0.03)

    @pytest.mark.parametrize(("cells", "expected"), [(1, 2.35), (5, 2.24), (20, 2.14)])
    def test_treg_infusion(self, cells, expected):
        assert reset_depth(transplant() + treg_infusion(), treg_cells=cells) == pytest.approx(expected, abs=0.03)

    def test_bridging_drug(self):
        assert reset_depth(transplant() + drug(0.7, duration=90)) == pytest.approx(2.06, abs=0.03)

    def test_equal_loss_and_equal_growth_reset_nothing(self):
        assert reset_depth(theta_20=0.0, rho_M=P["rho_N"]) == np.inf

    def test_the_depths_of_many_are_found_together(self):
        changes = {"Delta_R": [0.0, 1.0, -1.0, 0.0, 0.0], "Delta_M": [0.0, 0.0, 0.0, 0.5, 1.0]}
        together = reset_depths(5, **{s: np.array(values) for s, values in changes.items()})
        apart = [reset_depth(Delta_R=R, Delta_M=M) for R, M in zip(*changes.values())]
        assert together == pytest.approx(apart, abs=0.01)
        graft = reset_depths(2, g=28.0, q=np.array([0.0, 5.0]))
        assert graft == pytest.approx([np.inf, 2.44], abs=0.02)

    def test_composition_is_kept_without_thymus(self):
        """Appendix A, fact 1: rho_M = rho_N, no thymus, no memory loss, no effectors."""
        changes = dict(theta_20=0.0, rho_M=P["rho_N"], delta_M=0.0, f=0.0, r=0.0)
        run = simulate(tolerance, 3 * YEAR, start={"N": 5.0, "M": 0.1, "E": 0.0}, **changes)
        assert run["M"] / run["N"] == pytest.approx(np.full(len(run.t), 0.02), rel=1e-5)

    def test_selective_depletion_needs_one_log(self):
        def resets(k_s):
            run = simulate_cohort(
                tolerance,
                len(k_s),
                10 * YEAR,
                selective_depletion(),
                start=reference_patient(),
                k_s=k_s,
                points=[10 * YEAR],
            )
            return is_reset(run)

        assert threshold(resets, 0, 3) == pytest.approx(1.0, abs=0.06)

    def test_reconstitution(self):
        run = simulate(tolerance, 2 * YEAR, transplant(k=2.5), start=reference_patient())
        CD4 = [run.at("CD4", day) for day in (30, 90, 180, 365, 730)]
        assert CD4 == pytest.approx([8, 25, 76, 333, 873], rel=0.04)
        assert run.first_day_above("CD4", 200, after=1) == pytest.approx(293, abs=5)
        share = run["Treg share"]
        assert share.max() == pytest.approx(0.21, abs=0.01)
        assert run.t[share.argmax()] == pytest.approx(139, abs=5)
        shallower = simulate(tolerance, 2 * YEAR, transplant(k=2.0), start=reference_patient())
        assert shallower.first_day_above("CD4", 200, after=1) == pytest.approx(232, abs=5)

    @pytest.mark.parametrize(("years", "expected"), [(1, 0.34), (3, 1.13), (5, 2.02), (10, 4.52)])
    def test_reset_stops_disability_and_does_not_restore(self, years, expected):
        run = simulate(tolerance, 20 * YEAR, infection() + transplant(k=3.3, day=years * YEAR))
        assert run.final["D_i"] == pytest.approx(expected, rel=0.03)


class TestReach:
    """The stochastic reset curve of section 1.7, within three standard errors of both samples."""

    SIZE = 300

    def share_without_relapse(self, k, *, varied, infected, seed=5):
        rng = np.random.default_rng(seed)
        until = 5 * YEAR
        cohort = varied_cohort(self.SIZE, rng) if varied else Cohort(self.SIZE)
        depth = k + (ACHIEVED_DEPTH_SD * rng.standard_normal(self.SIZE))
        protocol = transplant()
        if infected:
            protocol = protocol + random_infections(self.SIZE, until, rng)
        run = simulate_cohort(
            tolerance, cohort, until, protocol, start=reference_patient(), k=depth,
            points=np.arange(0, until, 2.0), rtol=1e-4,
        )  # fmt: skip
        return np.isinf(day_of_relapse(run)).mean()

    @pytest.mark.parametrize(("k", "expected"), [(2.0, 0.02), (2.5, 0.26), (3.0, 0.58), (3.5, 0.77), (4.0, 0.87)])
    def test_with_infections_and_differences_between_patients(self, k, expected):
        share = self.share_without_relapse(k, varied=True, infected=True)
        error = np.sqrt(max(expected * (1 - expected), 0.02) * (1 / self.SIZE + 1 / 600))
        assert abs(share - expected) < 3 * error

    @pytest.mark.parametrize(("k", "expected"), [(2.25, 0.19), (2.5, 0.50), (2.75, 0.83)])
    def test_with_differences_between_patients_only(self, k, expected):
        share = self.share_without_relapse(k, varied=True, infected=False)
        error = np.sqrt(expected * (1 - expected) * (1 / self.SIZE + 1 / 600))
        assert abs(share - expected) < 3 * error

    def test_infections_per_year_are_poisson(self):
        protocol = random_infections(2000, 10 * YEAR, 3)
        starts = np.array([c.start for c in protocol.courses])
        count = np.isfinite(starts).sum()
        assert binomtest(count, 40_000, 0.5).pvalue > 1e-4
        levels = np.array([c.level for c in protocol.courses])[np.isfinite(starts)]
        assert np.median(levels) == pytest.approx(1.0, abs=3 * 1.25 / np.sqrt(len(levels)))
