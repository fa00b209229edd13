r"""Relapses without a trigger: effectors, the regulatory cells that they call, and random arrivals of both.

Question
    Do relapses need triggers from outside?

In words (t in days, numbers of cells in arbitrary units)
    Cells arrive at rest (E_r, R_r) in groups of `GROUP`, at random times, on average `groups` a year of either kind.
    Resting cells are woken at the rate delta and lost at the rate beta. Active effectors E divide at alpha_E × free
    and are removed at gamma_E × held, where held = R^h/(k_r^h + R^h) and free = 1 - held. Active regulatory cells R
    divide at alpha_R × called, where called = E^h/(k_e^h + E^h), and are lost at gamma_R. Both go back to rest at the
    rate eta. Damage l that can heal grows by d_1 (E/a)² a day, heals at r, and becomes lasting damage D_l at the rate
    d_2.

Sources
    Vélez de Mendizábal et al. 2011, in a public transcription of the authors' table 1 and program, which was seen;
    the paper's table itself was not. `published` runs it as they did: Euler's method in steps of
    `STEP` days. The step belongs to the model: with shorter steps there are fewer relapses.

Limits
    See `relapses.limits`.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from immunereset.engine import (
    YEAR,
    Flow,
    Model,
    ModelError,
    Parameter,
    Run,
    Slider,
    State,
    arrive,
    gain,
    loss,
    move,
    simulate_noisy,
)

VELEZ = "Vélez de Mendizábal et al. 2011, in a public transcription of their program"
GROUP = 100.0
"""Cells that arrive together."""

STEP = 0.1
"""Days; the step of the published program."""

RELAPSE = 22_800.0
"""Effectors above which a course counts as a relapse: the published scale `a` of damage, used as a border here."""


def cell_flows(t, y, p):
    """Return the named flows of cells at day t, for states y and parameters p."""
    held = y.R**p.h / (p.k_r**p.h + y.R**p.h)
    free = 1.0 - held
    called = y.E**p.h / (p.k_e**p.h + y.E**p.h)
    return {
        "arrival of E": arrive("E_r", p.groups / YEAR, size=GROUP),
        "waking of E": move("E_r", "E", p.delta * y.E_r),
        "loss of resting E": loss("E_r", p.beta * y.E_r),
        "division of E": gain("E", p.alpha_E * free * y.E),
        "removal of E": loss("E", p.gamma_E * held * y.E),
        "rest of E": move("E", "E_r", p.eta * y.E),
        "arrival of R": arrive("R_r", p.groups / YEAR, size=GROUP),
        "waking of R": move("R_r", "R", p.delta * y.R_r),
        "loss of resting R": loss("R_r", p.beta * y.R_r),
        "division of R": gain("R", p.alpha_R * called * y.R),
        "loss of R": loss("R", p.gamma_R * y.R),
        "rest of R": move("R", "R_r", p.eta * y.R),
    }


def flows(t, y, p):
    """Return the named flows of the relapse model at day t: those of cells, and damage."""
    return cell_flows(t, y, p) | {
        "new damage": gain("l", p.d_1 * (y.E / p.a) ** 2),
        "healing": loss("l", p.r * y.l),
        "lasting": move("l", "D_l", p.d_2 * y.l),
    }


def _cells(symbol: str, start: float, meaning: str) -> State:
    return State(symbol, start, "cells", meaning, counted=False)


relapses = Model(
    name="relapses",
    states=[
        _cells("E_r", 7.5, "resting effectors"),
        _cells("R_r", 2.4, "resting regulatory cells"),
        _cells("E", 1000.0, "active effectors"),
        _cells("R", 200.0, "active regulatory cells"),
        State("l", 0.0, "points", "damage that can heal", counted=False),
        State("D_l", 0.0, "points", "lasting damage", grows=True, counted=False),
    ],
    parameters=[
        Parameter("groups", 100.0, "1/y", "groups of cells that arrive per year, of either kind", VELEZ, high=1000.0,
                  slider=Slider(0, 200, 20)),
        Parameter("delta", 1.0, "1/d", "waking of resting cells", VELEZ, high=10.0),
        Parameter("beta", 0.01, "1/d", "loss of resting cells", VELEZ, high=10.0),
        Parameter("eta", 0.01, "1/d", "return to rest", VELEZ, high=10.0),
        Parameter("alpha_E", 2.0, "1/d", "division of effectors that nothing holds", VELEZ, high=10.0),
        Parameter("alpha_R", 0.25, "1/d", "division of regulatory cells that are called at full strength", VELEZ,
                  high=10.0, slider=Slider(0.2, 0.5, 0.01)),
        Parameter("gamma_E", 0.2, "1/d", "removal of effectors that are held at full strength", VELEZ, high=10.0,
                  slider=Slider(0.1, 0.3, 0.02)),
        Parameter("gamma_R", 0.2, "1/d", "loss of regulatory cells", VELEZ, high=10.0),
        Parameter("k_e", 1000.0, "cells", "effectors that call with half of the full strength", VELEZ, low=1.0),
        Parameter("k_r", 200.0, "cells", "regulatory cells that hold with half of the full strength", VELEZ, low=1.0),
        Parameter("h", 5.0, "–", "steepness of calling and holding", VELEZ, low=1.0, high=10.0),
        Parameter("d_1", 1.0, "points/d", "new damage at E = a", VELEZ),
        Parameter("d_2", 0.002, "1/d", "damage that becomes lasting", VELEZ, high=10.0),
        Parameter("r", 0.1, "1/d", "healing", VELEZ, high=10.0),
        Parameter("a", RELAPSE, "cells", "effectors that do one point of damage a day", VELEZ, low=1.0),
    ],
    flows=flows,
    question="Do relapses need triggers from outside?",
    limits=(
        "Nothing limits the effectors but regulatory cells: with fewer of these they can run away.",
        "Faster removal of effectors makes this model worse, by construction: effectors call their own brake.",
        "Lasting damage differs a hundredfold between simulated patients: look at many, and at the median.",
        "Arrivals are the only chance in it; cells do not divide and die one by one.",
    ),
)  # fmt: skip


IN_GROUPS = {"E_r": "x_E", "R_r": "x_R"}
"""What resting cells are called where they are counted in groups."""


def flows_in_groups(t, y, p):
    """Return the flows of `relapses_in_groups`: those of `relapses` without damage, resting cells counted in groups."""
    cells = SimpleNamespace(E_r=p.size * y.x_E, R_r=p.size * y.x_R, E=y.E, R=y.R)
    found = {}
    for name, flow in cell_flows(t, cells, p).items():
        if flow.arrives:
            [state] = flow.moves
            found[name] = arrive(IN_GROUPS[state], flow.rate)
            continue
        for state, amount in flow.moves.items():
            part = f"{name} (2)" if name in found else name
            if state in IN_GROUPS:
                found[part] = Flow(flow.rate / p.size, {IN_GROUPS[state]: amount})
            else:
                found[part] = Flow(flow.rate, {state: amount})
    return found


relapses_in_groups = Model(
    name="relapses in groups",
    states=[
        State("x_E", 0.075, "groups", "resting effectors", counted=False),
        State("x_R", 0.024, "groups", "resting regulatory cells", counted=False),
        relapses.states["E"],
        relapses.states["R"],
    ],
    parameters=[
        *(q for q in relapses.parameters.values() if q.symbol not in ("d_1", "d_2", "r", "a")),
        Parameter("size", GROUP, "cells", "cells that arrive together", VELEZ, low=1.0, high=1000.0,
                  slider=Slider(50, 200, 25)),
    ],
    flows=flows_in_groups,
    question="What if the same cells arrive in larger groups?",
    limits=relapses.limits,
)  # fmt: skip
"""The same model and the same luck, with the size of the groups as a parameter; a size of `GROUP` gives `relapses`."""


def published(
    patients: int, years: float = 5.0, *, seed, every: float = 1.0, start=None, model: Model = relapses, **changes
) -> Run:
    """Return patients of the published program, arrays of shape (times, patients), reported `every` days.

    `start` holds values of states; the published ones make a first wave that no arrival has caused. `model` is
    `relapses` or `relapses_in_groups`. `changes` are parameter values, numbers or arrays of length `patients`. Raises
    `ModelError` for what is not allowed.

    Source: Vélez de Mendizábal et al. 2011.
    """
    if not (every > 0 and years * YEAR >= every):
        raise ModelError(
            f"A run lasts at least as long as a report, and more than 0; {years} years, every {every} days."
        )
    days = np.arange(0.0, years * YEAR + every / 2, every)
    return simulate_noisy(
        model,
        patients,
        days[-1],
        start=start,
        volume=1.0,
        seed=seed,
        method="euler",
        step=STEP,
        points=days,
        **changes,
    )


def relapse_starts(t, E, level: float = RELAPSE) -> list[np.ndarray]:
    """Return for each patient the days on which `E`, shape (times, patients), rises above `level`.

    `t`, shape (times,), are the days of the report. A course that begins above the level has no relapse on day 0.
    Raises ValueError for another shape and for what is no number, which lies above nothing.
    """
    E = np.asarray(E, dtype=float)
    if E.ndim != 2 or E.shape[0] != np.size(t) or np.isnan(E).any() or np.isnan(level):
        raise ValueError(
            f"E must be numbers of shape ({np.size(t)}, patients) for {np.size(t)} days, and level a number; E has shape "
            f"{E.shape} with {np.isnan(E).sum()} that are none, level is {level:g}."
        )
    above = E > level
    rises = above[1:] & ~above[:-1]
    return [np.asarray(t)[1:][column] for column in rises.T]


def rate_per_year(t, E, level: float = RELAPSE) -> np.ndarray:
    """Return the relapses per year of each patient, shape (patients,)."""
    starts = relapse_starts(t, E, level)
    return np.array([days.size for days in starts]) / ((t[-1] - t[0]) / YEAR)


def waiting(t, E, waited: float = 0.0, level: float = RELAPSE):
    """Return how long it takes from one relapse to the next, of all patients together: SciPy's survival function.

    Its `evaluate(days)` is the share (Kaplan and Meier's estimate) of the waits that last more than `waited` days
    which go on for `days` more; `confidence_interval()` has `low` and `high`. The wait after a patient's last relapse
    is cut off by the end of the run and counts for as long as it was seen. Raises ValueError if no wait lasts longer
    than `waited`.
    """
    from scipy.stats import CensoredData, ecdf

    starts = [days for days in relapse_starts(t, E, level) if days.size]
    ended = np.concatenate([np.diff(days) for days in starts] or [[]])
    cut = np.array([t[-1] - days[-1] for days in starts])
    if not (ended > waited).any():
        raise ValueError(f"No wait between two relapses lasts longer than {waited:g} days.")
    return ecdf(CensoredData(uncensored=ended[ended > waited] - waited, right=cut[cut > waited] - waited)).sf


def intervals(t, E, level: float = RELAPSE) -> np.ndarray:
    """Return the days between one relapse and the next, of all patients together."""
    return np.concatenate([np.diff(days) for days in relapse_starts(t, E, level)])
