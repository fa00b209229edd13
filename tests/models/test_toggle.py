"""The toggle: every number of its source and of lesson 10, against SciPy."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, fsolve

from immunereset.engine import Model, ModelError, gain, landscape, loss, simulate, simulate_cohort
from immunereset.models.toggle import (
    MIDDLE,
    after_push,
    held_on,
    kind,
    middle_lost,
    push,
    shortest_push,
    skin_cell,
    split,
    toggle,
    waits,
)

GRID = np.linspace(0.0, 2.4, 97)


def rates(y, a=1.0, u=0.0):
    h = lambda x: x**4 / (0.5**4 + x**4)  # noqa: E731
    return np.array([a * h(y[0]) + 1 - h(y[1]) - y[0], a * h(y[1]) + 1 - h(y[0]) - y[1] + u])


def ends(u, days, a=1.0):
    one = solve_ivp(
        lambda t, y: rates(y, a, u), (0, days), [1.996078, 0.003922], method="DOP853", rtol=1e-10, atol=1e-12
    )
    rest = solve_ivp(lambda t, y: rates(y), (0, 200), one.y[:, -1], method="DOP853", rtol=1e-10, atol=1e-12)
    return kind(*rest.y[:, -1])


def test_it_stands_still_in_three_places():
    for start, place in (((2, 0), (1.996, 0.004)), ((1.1, 0.9), (1, 1)), ((0, 2), (0.004, 1.996))):
        found = fsolve(rates, start)
        run = simulate(toggle, 100, start=dict(zip("AB", start))).final
        assert found == pytest.approx(place, abs=5e-4) and [run["A"], run["B"]] == pytest.approx(found, abs=1e-5)
    assert list(skin_cell().values()) == pytest.approx([1.996, 0.004], abs=5e-4)


@pytest.mark.parametrize(
    ("u", "days", "cell"),
    [
        (0.18, 40, 0),
        (0.3, 2.9, 0),
        (0.3, 3.0, 1),
        (0.5, 1.2, 0),
        (0.5, 1.4, 1),
        (0.4, 1.78, 0),
        (0.4, 1.80, 1),
        (20, 80, 1),
    ],
)
def test_how_far_and_how_long(u, days, cell):
    assert after_push([days], u_0=u)[0] == cell == ends(u, days)


def test_the_shortest_push():
    assert [shortest_push(u) for u in (0.3, 0.4, 0.5)] == pytest.approx([2.92, 1.787, 1.299], abs=0.005)
    assert [after_push([2000], until=2500, u_0=u)[0] for u in (0.1865, 0.1875)] == [0, 1], "the ridge is lost at 0.187"
    assert 20 < shortest_push(0.19) < 40


@pytest.mark.parametrize(("a", "u", "cell"), [(0.9, 1, 1), (0.8, 1, 2), (0.7, 0.3, 2), (0.7, 0, 0)])
def test_two_handles(a, u, cell):
    assert after_push([10], u_0=u, r_0=1 - a)[0] == cell == ends(u, 10, a)


def test_gene_a_alone():
    """With B high, A stays on only from a hold of 4θ/3^¾ on: a double root of a·x⁴/(θ⁴ + x⁴) = x."""
    edge = 4 * 0.5 / 3**0.75
    assert edge == pytest.approx(0.877, abs=5e-4)
    for a, on in ((edge - 0.005, False), (edge + 0.005, True)):
        run = simulate(toggle, 500, start={"A": 1.0, "B": 60.0}, a=a, k=1.0, b=1e-9)
        assert (run.final["A"] > 0.1) == on


def test_the_middle_is_lost_in_a_pitchfork():
    def apart(a):
        x = brentq(lambda x: rates([x, x], a)[0], 1e-3, 3)
        h = 1e-6
        return np.diff(rates([x - h, x + h], a))[0]

    assert middle_lost() == pytest.approx(brentq(apart, 0.6, 1), abs=1e-5) == pytest.approx(0.7745, abs=5e-5)
    for a, stays in ((0.8, True), (0.6, False)):
        run = simulate(toggle, 300, start={"A": 1.001, "B": 1.0}, a=a).final
        assert (abs(run["A"] - run["B"]) < 1e-3) == stays


def test_the_valley_closes_behind():
    found = [simulate(toggle, 200, push(0.0, days, 0.4), start={"A": 1.01, "B": 1.0}).final["A"] for days in (8, 9)]
    assert found == pytest.approx([1.0, 1.996], abs=1e-3)


def test_a_nudge_tilts_the_split():
    """The shares of lesson 10 (2,000 cells), and the linear theory of a noisy ridge: Φ(ν / (σ√λ))."""
    assert [round(100 * split(nudge)) for nudge in (0, 0.01, 0.03, 0.05)] == [50, 62, 84, 96]
    assert abs(split(0) - 0.5) < 3 * 0.5 / 2000**0.5


def test_waits_below_and_above_the_ridge():
    slow, fast = waits(0.15), waits(0.30)
    se = 1.25 * slow.std() / len(slow) ** 0.5
    assert abs(np.median(slow) - 32) < 3 * se and np.median(fast) == pytest.approx(4, abs=0.2)
    assert np.quantile(slow, [0.05, 0.95]) == pytest.approx([8, 113], abs=6)
    assert slow.std() / slow.mean() == pytest.approx(0.87, abs=0.05) and fast.std() / fast.mean() == pytest.approx(
        0.24, abs=0.03
    )
    assert after_push([1000], until=2000, u_0=0.15)[0] == 0, "never without noise"


def test_the_landscape_is_the_closed_formula():
    """V = H(A)H(B) + G(A) + G(B) + u·H(B), with G = ∫H′F by Simpson's rule on a fine grid."""
    from scipy.integrate import quad

    H = lambda x: 0.5**4 / (0.5**4 + x**4)  # noqa: E731
    slope = lambda x: -4 * 0.5**4 * x**3 / (0.5**4 + x**4) ** 2  # noqa: E731
    G = np.array([quad(lambda x: slope(x) * (1 - H(x) - x), 0, x, limit=200)[0] for x in GRID])
    for u in (0.0, 0.5):
        exact = H(GRID)[:, None] * H(GRID) + G[:, None] + G + u * H(GRID)
        found = landscape(toggle, ("A", "B"), ("w_A", "w_B"), GRID, GRID, inputs={"u": u})
        assert found.V == pytest.approx(exact - exact.min(), abs=1e-7)


def test_the_minima_are_the_states_that_hold():
    V = landscape(toggle, ("A", "B"), ("w_A", "w_B"), GRID, GRID).V
    low = [
        (GRID[i], GRID[j]) for i in range(97) for j in range(97)
        if V[i, j] <= V[max(0, i - 1):i + 2, max(0, j - 1):j + 2].min()
    ]  # fmt: skip
    assert low == [pytest.approx((0, 2)), pytest.approx((1, 1)), pytest.approx((2, 0))]


def test_the_height_falls_along_200_runs():
    from scipy.interpolate import RectBivariateSpline

    land = landscape(toggle, ("A", "B"), ("w_A", "w_B"), GRID, GRID)
    height, rng = RectBivariateSpline(land.x, land.y, land.V), np.random.default_rng(5)
    A, B = rng.uniform(0, 2.4, (2, 200))
    run = simulate_cohort(toggle, 200, 40, points=np.linspace(0, 40, 401), start={"A": A, "B": B})
    assert np.diff(height.ev(run["A"], run["B"]), axis=0).max() < 1e-6


def test_the_product_form_is_refused():
    def product(t, y, p):
        return {
            "making of A": gain("A", 2 * held_on(y.A, p) * (1 - held_on(y.B, p))), "loss of A": loss("A", p.k * y.A),
            "making of B": gain("B", 2 * held_on(y.B, p) * (1 - held_on(y.A, p))), "loss of B": loss("B", p.k * y.B),
        }  # fmt: skip

    kept = dict(states=toggle.states, parameters=toggle.parameters, inputs=toggle.inputs)
    broken = Model(
        "product", flows=product, observables=toggle.observables, **{k: list(v.values()) for k, v in kept.items()}
    )
    with pytest.raises(ModelError, match="turns"):
        landscape(broken, ("A", "B"), ("w_A", "w_B"), GRID, GRID)


def test_the_middle_is_named():
    assert kind(*MIDDLE) == 1
