r"""Two genes that switch each other off: what a cell's identity is, and how a push changes it.

Question
    What is a cell's identity, and how is it changed?

In words (t in days, genes in toy units)
    Gene A keeps itself on as far as it is on already (hold a), and so does gene B. Each is made, too, as far as the other
    is off. What was made is lost by itself. Three states hold: A high and B off (here: a skin cell), B high and A off
    (another cell), and both half on, a cell that can still become either (multipotent).
    A push (u) makes gene B from outside, a nudge (v) gene A. A loosened hold (r) takes a share of both genes' own hold away.

Sources
    The equations and a = b = k = 1, theta = 1/2, n = 4 are those of a public model of two genes, ascribed to Huang et al.
    (2007), a paper that was not seen. Push, nudge and loosening were added for this book, and so was the landscape: the model has
    the form of Cohen and Grossberg, with H(A) = b theta^n / (theta^n + A^n), and

        V = H(A) H(B) + ∫ H'(A) F(A) dA + ∫ H'(B) F(B) dB + u H(B) + v H(A),
        F(x) = a (1 − r) x^n / (theta^n + x^n) − k x

    never rises: its rate is H'(A) times the square of A's rate plus H'(B) times that of B's, and H falls. The observables w_A = −H'(A) and
    w_B = −H'(B) are the weights with which the flow is the slope of V.

Limits
    See `toggle.limits`.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from immunereset.engine import (
    Course,
    Input,
    Model,
    Parameter,
    Protocol,
    Slider,
    State,
    first_passage,
    gain,
    loss,
    simulate_cohort,
    threshold,
)

TOY = "toy value"
PUBLISHED = "toy value, that of a public model of two genes"


def held_on(x, p):
    """Return how far a gene of amount `x` keeps itself on, from 0 to 1."""
    return x**p.n / (p.theta**p.n + x**p.n)


def grip(x, p):
    """Return −H′(x): how much less the other gene is made if this one, now `x`, rises a little."""
    return p.b * p.n * p.theta**p.n * x ** (p.n - 1.0) / (p.theta**p.n + x**p.n) ** 2


def flows(t, y, p):
    """Return the named flows of two genes at day t, for states y and parameters p."""
    hold = p.a * (1.0 - p.r)
    return {
        "A keeps itself on": gain("A", hold * held_on(y.A, p)),
        "A is free of B": gain("A", p.b * (1.0 - held_on(y.B, p))),
        "loss of A": loss("A", p.k * y.A),
        "B keeps itself on": gain("B", hold * held_on(y.B, p)),
        "B is free of A": gain("B", p.b * (1.0 - held_on(y.A, p))),
        "loss of B": loss("B", p.k * y.B),
        "push": gain("B", p.u),
        "nudge": gain("A", p.v),
    }


toggle = Model(
    name="toggle",
    states=[
        State("A", 2.0, "–", "gene A", role="conventional", counted=False),
        State("B", 0.0, "–", "gene B", role="beta", counted=False),
    ],
    parameters=[
        Parameter("a", 1.0, "1/d", "hold: how strongly a gene keeps itself on", PUBLISHED, high=10.0,
                  slider=Slider(0.5, 1.2, 0.05)),
        Parameter("b", 1.0, "1/d", "making of a gene while the other is off", PUBLISHED, high=10.0),
        Parameter("k", 1.0, "1/d", "loss of what was made", PUBLISHED, low=1e-3, high=10.0),
        Parameter("theta", 0.5, "–", "amount at which a gene works half", PUBLISHED, low=1e-3, high=10.0, latex=r"\theta"),
        Parameter("n", 4.0, "–", "steepness of the switch", PUBLISHED, low=1.0, high=10.0),
    ],
    inputs=[
        Input("u", "1/d", "push: making of gene B from outside"),
        Input("v", "1/d", "nudge: making of gene A from outside"),
        Input("r", "–", "share of the hold that is taken away", high=1.0),
    ],
    flows=flows,
    observables={
        "w_A": (lambda t, y, p: grip(y.A, p), "1/d", "weight of gene A in the landscape"),
        "w_B": (lambda t, y, p: grip(y.B, p), "1/d", "weight of gene B in the landscape"),
    },
    question="What is a cell's identity, and how is it changed?",
    limits=(
        "Two genes stand for thousands, and their amounts have no unit. Nor has time: one unit is taken for a day.",
        "That the model has an exact landscape is luck of its form. Most models of genes have none.",
        "Noise is the same at every amount of a gene. In cells it is not.",
        "A cell here does not divide and does not die.",
    ),
)  # fmt: skip

MIDDLE = (1.0, 1.0)
"""Genes A and B of the cell that can still become either."""

NAMES = ("skin cell", "multipotent cell", "other cell")


@cache
def skin_cell(**changes: float) -> dict[str, float]:
    """Return the state, as {A, B}, in which a skin cell stands still; `changes` are parameters or inputs."""
    run = simulate_cohort(toggle, 1, 200.0, points=[200.0], start={"A": 2.0, "B": 0.0}, **changes)
    return {name: float(run[name][-1, 0]) for name in toggle.states}


@cache
def middle_lost(b: float = 1.0, n: float = 4.0) -> float:
    """Return the hold (1/d) below which the multipotent state no longer holds, at theta = 1/2 and k = 1.

    It stands at A = B = x, and is lost in a pitchfork when a difference between the genes no longer shrinks.
    """
    from scipy.optimize import brentq

    def shrinks(a: float) -> float:
        p = toggle.values({"a": a, "b": b, "n": n})
        h = lambda x: x**n / (p["theta"] ** n + x**n)  # noqa: E731
        x = brentq(lambda x: a * h(x) + b * (1 - h(x)) - x, 1e-6, 10.0)
        slope = n * p["theta"] ** n * x ** (n - 1) / (p["theta"] ** n + x**n) ** 2
        return 1.0 - a * slope - b * slope

    return brentq(shrinks, 0.3, 1.0)


def kind(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Return which of `NAMES` cells are: 0 where A is ahead of B by more than a half, 2 where B is so of A, else 1."""
    return np.where(A - B > 0.5, 0, np.where(B - A > 0.5, 2, 1))


def push(u_0: float = 0.5, days: float = 2.0, r_0: float = 0.0) -> Protocol:
    """Return a push of gene B of strength `u_0` (1/d) with a share `r_0` of the hold taken away, from day 0 for `days`."""
    length = Parameter("push_days", days, "d", "how long it lasts", TOY, slider=Slider(0, 6, 0.1))
    strength = Parameter("u_0", u_0, "1/d", "strength of the push", TOY, high=1000.0, slider=Slider(0.1, 0.6, 0.02))
    loose = Parameter(
        "r_0", r_0, "–", "share of the hold that is taken away", TOY, high=1.0, slider=Slider(0, 0.5, 0.05)
    )
    start = Parameter("push_start", 0.0, "d", "day on which the push begins", TOY)
    return Protocol(
        Course("u", strength, start, length, name="push"), Course("r", loose, start, length, name="loosening")
    )


def after_push(days, until: float = 120.0, **changes: float) -> np.ndarray:
    """Return which of `NAMES` a skin cell is on day `until`, for each length of the push in `days`; shape (days,)."""
    days = np.atleast_1d(np.asarray(days, dtype=float))
    run = simulate_cohort(
        toggle, len(days), until, push(), start=skin_cell(), points=[until], push_days=days, **changes
    )
    return kind(run["A"][-1], run["B"][-1])


@cache
def shortest_push(u_0: float, most: float = 40.0, precision: float = 0.001) -> float:
    """Return the least length (d) of a push of strength `u_0` after which a skin cell is one no longer; infinity if none."""
    return threshold(lambda days: after_push(days, u_0=u_0) > 0, 0.0, most, precision)


def split(nudge: float, cells: int = 2000, noise: float = 0.05, seed: int = 1) -> float:
    """Return the share of multipotent cells that become skin cells, not other cells, when 40 % of the hold is taken away.

    Gene A is made faster by `nudge` (1/d) all the while; both genes have `noise` (1/√d).
    """
    days, (A, B) = first_passage(
        toggle, lambda y: np.abs(y[0] - y[1]) > 1.0, noise=noise, until=100.0, size=cells, seed=seed,
        start=dict(zip("AB", MIDDLE)), inputs={"r": 0.4, "v": nudge},
    )  # fmt: skip
    return float((A > B).mean())


@cache
def waits(u: float, cells: int = 2000, noise: float = 0.08, until: float = 1000.0, seed: int = 1) -> np.ndarray:
    """Return the days after which skin cells with `noise` (1/√d) have left their valley under a lasting push `u` (1/d)."""
    days, _ = first_passage(
        toggle, lambda y: y[0] - y[1] < 0.5, noise=noise, until=until, size=cells, seed=seed, start=skin_cell(),
        inputs={"u": u},
    )  # fmt: skip
    return days
