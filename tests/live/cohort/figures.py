"""Figures of cohorts for the tests: patients who differ after a transplant, and whatever else a cohort may need."""

import numpy as np

from immunereset.engine import YEAR, Course, Event, Input, Model, Parameter, Protocol, Slider, State, gain, loss, move
from immunereset.live import (
    Against,
    Axis,
    Bar,
    Dots,
    Endpoint,
    Free,
    Map,
    Mark,
    Panel,
    Patients,
    Result,
    explore,
)  # fmt: skip

SAID = "Seed {seed:.0f}: {free:.0f} of {patients:.0f} patients are free ({percent:.0f} %, {low:.1f} to {high:.1f})."


def who(told):
    """The settings with their patients in one."""
    given = [told.pop(key) for key in ("patient", "endpoint", "patients", "paths")]
    return told | {"patients": Patients(*given, told.pop("group"))}


def reset_cohort(**changes):
    """Patients of the tolerance model who differ, in depth achieved and infections as well."""
    from immunereset.models.interventions import transplant
    from immunereset.models.patients import RELAPSE_DAYS, reference_patient
    from immunereset.models.tolerance import ACTIVE, tolerance
    from immunereset.models.virtual_patient import GROUP, infections, patient

    settings = {
        "patient": patient, "group": GROUP, "endpoint": Endpoint("E", ACTIVE, lasting=RELAPSE_DAYS),
        "start": reference_patient(), "until": 2 * YEAR, "time": "years", "k": 2.5, "patients": 150, "paths": 5,
        "sliders": ["k", "infections_per_year"],
        "panels": [
            Panel(["E"], "cells/µL", "log", (1e-3, 1e2), [Mark(ACTIVE, "active")]),
            Free("% free of relapse", [Bar(1, 20, 60, "seen")]),
            Against("k", [(0, 0, 50), (2.5, 15, 50), (5, 49, 50)], "% free at 2 years", [Mark(2.4, "here")]),
        ],
        "result": Result({}, [("percent < 5", "Seed {seed:.0f}: hardly any, {free:.0f}."), ("otherwise", SAID)]),
        "name": "reset-cohort", "caption": "Patients differ.",
        "alt": "Three panels: effectors of five patients, the share free of relapse over two years, and against depth.",
    }  # fmt: skip
    return explore(tolerance, protocol=transplant() + infections(), **who(settings | changes))


def pools(**constants):
    """Two pools with a season, a dose that decays, a drain with a limit, and a state on which nothing depends."""
    values = {"s": 0.8, "a": 0.2, "c": 0.05} | constants
    return Model(
        "pools",
        [State("P", 2.0, "mg", ""), State("Q", 0.5, "mg", ""), State("gone", 0.0, "mg", "", grows=True)],
        [Parameter(k, v, "1/d", f"rate {k}", slider=Slider(0.2, 1.4, 0.1) if k == "s" else None)
         for k, v in values.items()],
        lambda t, y, p: {
            "made": gain("P", p.s * (1 + 0.3 * np.sin(2 * np.pi * t / 90))),
            "stored": move("P", "Q", p.a * y.P / (1 + p.dose)),
            "cleared": move("Q", "gone", p.c * y.Q),
            "drained": loss("P", p.drain * y.P),
        },
        inputs=[Input("dose", "–", "dose"), Input("drain", "1/d", "drain", high=0.5)],
        observables={"felt": (lambda t, y, p: y.P * p.dose + y.Q, "mg", "")},
    )  # fmt: skip


def dosing():
    """Two doses, the second on a day of the patient's own; a drain beyond its limit; two events on one day."""
    when = Parameter("when", 60.0, "d", "day of the second dose")
    half = Parameter("half", 10.0, "d", "half-life of the dose", low=0.1)
    return Protocol(
        Course("dose", 4.0, 10, 100, half),
        Course("dose", 2.0, when, 30, half),
        Course("drain", 0.4, 30, 40),
        Course("drain", 0.3, when, 25),
        Event("bleed", 60, lambda y, p: {"P": 0.5 * y.P}),
        Event("swap", 60, lambda y, p: {"P": y.Q, "Q": y.P + 1.0}),
    )


def dosed(p, z):
    """A patient with rates, a half-life and a day of their own."""
    return {
        "s": p.s * np.exp(p.spread * z.normal()),
        "half": 5.0 + 2.0 * z.exponential(),
        "when": np.where(z.uniform() < 0.3, np.inf, 149.0 * z.uniform()),
    }


def dosed_cohort(**changes):
    settings = {
        "patient": dosed, "group": [Parameter("spread", 0.3, "–", "how much they differ", slider=Slider(0, 0.6, 0.1))],
        "endpoint": Endpoint("felt", 17.0, after=65, every=2.0), "until": 151, "patients": 120, "paths": 7, "seed": 9,
        "sliders": ["s", "spread"], "panels": [Panel(["P", "Q"], "mg", range=(0, 30)), Free("% below 17")],
        "result": Result({}, [("otherwise", SAID)]), "name": "dosed", "caption": "Doses & pools.",
        "alt": "Two panels over 151 days: two pools of seven patients, and the share whose pools stayed below 17.",
    }  # fmt: skip
    model = pools(**{k: changes.pop(k) for k in ("a", "c") if k in changes})
    return explore(model, protocol=dosing(), **who(settings | changes))


def pool_map(**changes):
    """Which pairs of two rates fill a pool above a level within 151 days."""
    settings = {
        "across": Axis("c", 0.02, 0.26, 13), "up": Axis("s", 0.4, 1.0, 7),
        "endpoint": Endpoint("felt", 17.0, after=20, every=2.0), "until": 151, "sliders": {"half": Slider(3, 9, 1)}, "half": 6.0,
        "labels": ["rate c (1/d)", "rate s (1/d)"], "parts": ["over", "under"], "start": {"P": 1.0},
        "result": Result({}, [
            ("first < inf and last < inf", "{free} of {patients} stay under; from c = {first:.2f} or {last:.2f} on."),
            ("otherwise", "{free} of {patients} stay under, for a half-life of {half:.0f} d."),
        ]),
        "name": "pool-map", "caption": "Rates & a level.",
        "alt": "Map of pairs of two rates, c from 0.02 to 0.26 and s from 0.4 to 1, shaded where the level is passed.",
    }  # fmt: skip
    told = settings | changes
    panel = Map(*(told.pop(key) for key in ("across", "up", "endpoint", "labels", "parts")))
    return explore(pools(), [panel], protocol=dosing(), **told)


def cohort_lines(live, values, seed):
    """What each panel of a cohort should show: for each line its name, its places along the axis, and its values.

    Along an axis that is not time, places are counted as if it ended on the last day.
    """
    kind, told = live.kind, live.specification
    now = told.values | values
    seen, panels = kind.look(now) if seed is None else kind.look(now, seed), []
    for panel in told.panels:
        if isinstance(panel, Panel):
            panels.append([(name, seen.days, path) for name in panel.lines for path in seen.paths[name]])
        elif isinstance(panel, Dots):
            back = int((seen.ends <= told.until).sum())
            panels.append([back, len(seen.ends) - back])
        elif isinstance(panel, Free):
            percent = np.array([share for _, share, _, _ in kind.shares(seen)])
            panels.append([("free", np.array(kind.times), percent)])
        elif isinstance(panel, Map):
            x, y = panel.corners(seen.ends, told.until).T
            left, wide = panel.across.low - panel.across.step / 2, panel.across.step * panel.across.count
            panels.append([("shaded", (x - left) / wide * told.until, y)])
        else:
            [grid] = [grid for grid in told.grids if grid.symbol == panel.symbol]
            first, last = grid.ends
            place = (values[panel.symbol] - first) / (last - first) * told.until
            panels.append([("interval", np.array([place, place]), np.array(kind.shares(seen)[-1][2:]))])
    return panels


COHORTS = {"reset-cohort": reset_cohort, "dosed": dosed_cohort, "pool-map": pool_map}
