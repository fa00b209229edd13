r"""TREC: why newcomers from an ordinary thymus look like newcomers from an overactive one.

Question
    Naive T cells that return after a transplantation carry more TREC per cell than normal. Does the
    thymus work harder than before?

In words (t in days)
    The thymus sends σ naive cells (N) a day, and each newcomer carries α TREC (T) on average. Naive cells divide (p)
    and are lost (d), and TREC is lost with them. Division makes cells and no TREC, so it dilutes. Without events the
    TREC per cell, C, tends to C* = α (d - p)/d, whatever σ.

Sources
    Equations and values: Ribeiro and De Boer 2008, legend of the figure at PubMed 18667918. The authors assumed the
    values, and division such that 400 cells come out; they did not measure them.

Limits
    See `trec.limits`.
"""

from __future__ import annotations

from immunereset.engine import Event, Model, Parameter, Protocol, Slider, State, gain, loss

SOURCE = "Ribeiro and De Boer 2008"


def flows(t, y, p):
    """Return the named flows of the TREC model at day t, for states y and parameters p."""
    return {
        "thymic output of N": gain("N", p.sigma),
        "division of N": gain("N", p.p * y.N),
        "loss of N": loss("N", p.d * y.N),
        "TREC of newcomers": gain("T", p.alpha * p.sigma),
        "loss of T": loss("T", p.d * y.T),
    }


trec = Model(
    name="TREC",
    states=[
        State("N", 400.0, "cells/µL", "naive T cells", role="conventional"),
        State("T", 4.0, "copies/µL", "TREC: circles of DNA left over when a receptor is made",
              role="drug"),
    ],
    parameters=[
        Parameter("sigma", 0.032, "cells/µL/d", "naive T cells that the thymus sends each day", SOURCE, high=10.0,
                  slider=Slider(0.016, 0.064, 0.008)),
        Parameter("alpha", 0.125, "copies/cell", "TREC that a newcomer carries", SOURCE, high=2.0),
        Parameter("d", 1e-3, "1/d", "loss of naive cells", SOURCE, low=1e-6, high=1.0),
        Parameter("p", 9.2e-4, "1/d", "division of naive cells", SOURCE, high=1.0),
    ],
    flows=flows,
    observables={
        "C": (lambda t, y, p: y.T / y.N, "copies/cell", "TREC per naive cell"),
        "TREC per cell": (
            lambda t, y, p: y.T / y.N / (p.alpha * (1.0 - p.p / p.d)), "× normal", "TREC per naive cell, as multiple of C*",
            "infection"),
        "newcomers": (
            lambda t, y, p: y.T / p.alpha, "cells/µL", "naive cells that carry what a newcomer from the thymus brought: of two daughters, one", "infection"),
        "others": (lambda t, y, p: y.N - y.T / p.alpha, "cells/µL", "all other naive cells", "conventional"),
    },
    question="Does more TREC per cell mean that the thymus works harder?",
    limits=(
        "Naive cells divide and die at fixed rates, however few they are.",
        "The thymus never changes: no pause after conditioning and no ageing.",
        "All naive cells that are left on day 0 have lost their TREC; in patients they keep some.",
    ),
)  # fmt: skip


def depletion(N_0: float = 10.0) -> Protocol:
    """Return the loss of all naive cells but `N_0` per µL on day 0, and of all TREC."""
    return Protocol(
        Event(
            "depletion",
            day=0.0,
            effect=lambda y, p: {"N": p.N_0 + 0.0 * y.N, "T": 0.0 * y.T},
            parameters=(
                Parameter("N_0", N_0, "cells/µL", "naive cells left on day 0", f"values 10, 50 and 200 in {SOURCE}",
                          low=0.1, high=400.0, slider=Slider(5, 200, 5)),
            ),
        )
    )  # fmt: skip
