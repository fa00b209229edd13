"""What is done to the patient of the tolerance model: triggers, drugs, transplants, infusions.

Each function returns a `Protocol`; join them with `+`. The days and doses are parameters of the
protocol, so that a slider, a sweep or a cohort can change them. What each does to the cells is our choice, and
all doses are toy quantities: no depth of depletion stands for a real regimen.
"""

from __future__ import annotations

from immunereset.engine import Course, Event, Parameter, Protocol, Slider
from immunereset.words import in_full

TOY = "toy value"


def infection(I_0: float = 10.0, duration: float = 21.0, day: float = 0.0) -> Protocol:
    """Return a trigger of strength `I_0` (no unit) held for `duration` days from `day` on."""
    return Protocol(
        Course(
            "I",
            level=Parameter("I_0", I_0, "–", "strength of the infection", TOY, high=1000.0, slider=Slider(0, 20, 0.5)),
            start=Parameter("infection_day", day, "d", "day on which the infection starts", TOY),
            duration=Parameter(
                "infection_days", duration, "d", "length of the infection", TOY, slider=Slider(0, 42, 1)
            ),
            name="infection",
        )
    )


def drug(epsilon_0: float = 0.9, start: float = 0.0, duration: float = 365.0) -> Protocol:
    """Return an immunosuppressive drug of strength `epsilon_0` (0 to 1), taken for `duration` days."""
    return Protocol(
        Course(
            "epsilon",
            level=Parameter(
                "epsilon_0", epsilon_0, "–", "strength of the drug", TOY, high=1.0,
                latex=r"\varepsilon_0", slider=Slider(0, 1, 0.05),
            ),
            start=Parameter("drug_start", start, "d", "day on which the drug is started", TOY),
            duration=Parameter("drug_days", duration, "d", "time on the drug", TOY),
            name="drug",
        )
    )  # fmt: skip


def orders_in_words(epsilon_0: float) -> str:
    """Return in words what a drug of strength `epsilon_0` takes away."""
    return f"takes away {100 * epsilon_0:.0f} of 100 orders to attack"


def fading_drug(epsilon_0: float = 0.9, duration: float = 365.0, half_life: float = 30.0) -> Protocol:
    """Return a drug taken from day 0 for `duration` days, whose strength then halves every `half_life` days."""
    taken = drug(epsilon_0, 0.0, duration)
    fading = Parameter(
        "drug_half_life", half_life, "d", "half-life of the drug after the last dose", TOY, low=0.1, slider=Slider(10, 360, 10)
    )  # fmt: skip
    strength, last = taken.parameters["epsilon_0"], taken.parameters["drug_days"]
    return taken + Protocol(Course("epsilon", strength, start=last, half_life=fading, name="fading drug"))


def left_in_words(k: float) -> str:
    """Return in words how many cells a depth of `k` logs leaves: "leaves 1 cell in 100" for 2."""
    many = next(many for many in (100, 1000, 10_000, 100_000) if many * 10.0**-k >= 0.95 or many == 100_000)
    left = many * 10.0**-k
    number = f"{left:.1f}".removesuffix(".0")
    return f"leaves {number} cell{'s' * (number != '1')} in {in_full(many)}"


def transplant(
    k: float = 2.5,
    day: float = 0.0,
    Delta_R: float = 0.0,
    Delta_M: float = 0.0,
    g: float = 0.0,
    q: float = 0.0,
) -> Protocol:
    """Return conditioning to a depth of `k` logs on `day`, and the T cells that come with the graft.

    Conditioning leaves 10^-k of N and E, 10^-(k - Delta_R) of R (regulatory cells spared) and
    10^-(k - Delta_M) of M (a sanctuary that the drug does not reach). The graft brings `g` cells/µL
    of CD4 T cells in the composition before conditioning, purged by `q` logs.
    """
    logs = "logs"

    def condition_and_infuse(y, p):
        L = y.N + y.R + y.M + y.E
        graft = p.g * 10.0 ** (-p.q) / L
        spared = {"N": 0.0, "R": p.Delta_R, "M": p.Delta_M, "E": 0.0}
        return {state: getattr(y, state) * (10.0 ** (extra - p.k) + graft) for state, extra in spared.items()}

    return Protocol(
        Event(
            "transplant",
            day=Parameter("transplant_day", day, "d", "day of the transplant", TOY),
            effect=condition_and_infuse,
            parameters=(
                Parameter("k", k, logs, "depth of conditioning", TOY, high=20.0, slider=Slider(0, 5, 0.05)),
                Parameter("Delta_R", Delta_R, logs, "regulatory cells spared", TOY, low=-5.0, high=5.0,
                          slider=Slider(-1, 1, 0.1)),
                Parameter("Delta_M", Delta_M, logs, "sanctuary of memory cells", TOY, low=-5.0, high=5.0,
                          slider=Slider(0, 1.5, 0.1)),
                Parameter("g", g, "cells/µL", "CD4 T cells in the graft before purging", TOY, high=1000.0),
                Parameter("q", q, logs, "purging of the graft", TOY, high=20.0, slider=Slider(0, 5, 0.25)),
            ),
        )
    )  # fmt: skip


def selective_depletion(k_s: float = 1.0, day: float = 0.0) -> Protocol:
    """Return the removal of autoreactive cells only: 10^-k_s of M and E survive, N and R are untouched."""
    return Protocol(
        Event(
            "selective depletion",
            day=Parameter("depletion_day", day, "d", "day of the depletion", TOY),
            effect=lambda y, p: {"M": y.M * 10.0 ** (-p.k_s), "E": y.E * 10.0 ** (-p.k_s)},
            parameters=(
                Parameter("k_s", k_s, "logs", "depth of the selective depletion", TOY, high=20.0,
                          slider=Slider(0, 3, 0.05)),
            ),
        )
    )  # fmt: skip


def effector_depletion(day: float = 0.0) -> Protocol:
    """Return the removal of every effector and of nothing else: a perfect treatment of one relapse."""
    return Protocol(
        Event(
            "effector depletion",
            day=Parameter("effector_day", day, "d", "day on which the effectors are removed", TOY),
            effect=lambda y, p: {"E": 0.0 * y.E},
        )
    )


def treg_infusion(cells: float = 5.0, day: float = 30.0) -> Protocol:
    """Return an infusion of regulatory T cells: `cells` per µL of blood, on `day`."""
    return Protocol(
        Event(
            "Treg infusion",
            day=Parameter("treg_day", day, "d", "day of the Treg infusion", TOY),
            effect=lambda y, p: {"R": y.R + p.treg_cells},
            parameters=(
                Parameter("treg_cells", cells, "cells/µL", "regulatory T cells infused", TOY, high=1000.0,
                          slider=Slider(0, 20, 0.5)),
            ),
        )
    )  # fmt: skip


def mesenchymal_cells(
    S_0: float = 50.0, first: float = 0.0, n: int = 24, gap: float = 7.0, half_life: float = 1.0
) -> Protocol:
    """Return `n` infusions of mesenchymal cells, one every `gap` days from day `first` on; each fades by its half-life (days).

    `S_0` (no unit) is how much one of them holds attack back on its first day. How long such cells work in people is not
    known.
    """
    level = Parameter("S_0", S_0, "–", "strength of one infusion of cells", TOY, high=1000.0, slider=Slider(0, 100, 5))
    day = Parameter("first_day", first, "d", "day of the first infusion", TOY)
    fading = Parameter(
        "t_S", half_life, "d", "half-life of the infused cells", TOY, low=0.01, slider=Slider(0.5, 7, 0.5)
    )
    return Protocol(*(Course("S", level, day + gap * i, half_life=fading, name=f"infusion {i + 1}") for i in range(n)))
