"""What the tools are given: one folder for each problem, with the model in every tool's words and the numbers.

The tools run in environments of their own, without the package; all they read is `problem.json` and `arrays.npz`.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from immunereset.engine import YEAR, Model, trace

from . import models, reference, translate
from .measure import CHECKED

UNTIL = 10.0 * YEAR
INFUSION = 2.0
POINTS = np.append(0.0, INFUSION + np.arange(1, 121) * (UNTIL - INFUSION) / 120)
"""Just after conditioning, then monthly after the infusion: some tools report on an even grid only."""

CLONES = 100_000

VOLUME = 4.5
"""Blood in µL of the problem of single cells: about 38 000 events a run."""


def write_cohort(folder: Path, model: Model, size: int, agreement: float) -> None:
    """Write the problem of a treated cohort: 10 years, reported monthly.

    The reference is for the first `CHECKED` patients. Raises `ValueError` if its two methods differ by more than
    `agreement`.
    """
    cohort = models.patients(model, size)
    traced = trace(model, models.treatment)
    values = {q.symbol: q.value for q in (*model.parameters.values(), *models.treatment.parameters.values())}
    p = np.array([np.broadcast_to(cohort.values.get(s, values[s]), size) for s in traced.parameters]).T
    conditioning = models.treatment.events[0]
    y = {s: np.full(size, x.start) for s, x in model.states.items()}
    y |= conditioning.effect(SimpleNamespace(**y), SimpleNamespace(**dict(zip(traced.parameters, p.T))))
    after = [_after_infusion(traced, s) for s in traced.states]
    infixed = {s: translate.formula(n, {s: s for s in traced.states}) for s, n in traced.derivatives.items()}
    problem = {
        "model": model.name, "states": traced.states, "parameters": traced.parameters, "until": UNTIL,
        "day": INFUSION, "slope": translate.python(traced, list(traced.derivatives.values()), "slope"),
        "infusion": translate.python(traced, after, "infusion", "y, p"), "rates": infixed,
        "reactions": _reactions(traced, {s: s for s in traced.states}, "{}"),
    }  # fmt: skip
    arrays = {
        "p": np.ascontiguousarray(p),
        "y0": np.ascontiguousarray(np.transpose([y[s] for s in traced.states])),
        "points": POINTS,
    }
    known = json.dumps([problem, agreement], sort_keys=True) + str(float(arrays["p"][:CHECKED].sum()))
    stamp = folder / "reference.txt"
    if not stamp.is_file() or stamp.read_text() != known:
        folder.mkdir(parents=True, exist_ok=True)
        truth, apart, worst = reference.solve(
            problem, arrays["p"][:CHECKED], arrays["y0"][:CHECKED], POINTS, model is models.stiff
        )
        if not apart <= agreement:
            raise ValueError(
                f"The two reference methods for '{model.name}' differ by {apart:.1e}; {agreement:.0e} is allowed."
            )
        np.savez(folder / "reference.npz", y=truth, apart=apart, worst=worst)
        stamp.write_text(known)
    (folder / "problem.json").write_text(json.dumps(problem, indent=1))
    np.savez(folder / "arrays.npz", **arrays)


def _after_infusion(traced, state):
    """Return the node of a state's value after the infusion."""
    event = next(e for e in traced.events if e.name == "infusion")
    return event.effect.get(state, traced.graph.symbol("state", state))


def _reactions(traced, states, wrapped):
    """Return each flow as a reaction: its name, its rate as a formula, and what it moves."""
    return [
        {"name": f"r{i}", "rate": wrapped.format(translate.formula(rate, states)), "moves": moves}
        for i, (rate, moves) in enumerate(traced.flows.values())
    ]


def write_cells(folder: Path, until: float = YEAR) -> None:
    """Write the problem of single cells: the core without damage, from its start, without treatment."""
    model = models.cells
    traced = trace(model)
    per_volume = {s: f"({s} / V)" for s in traced.states}
    start = {s: round(x.start * VOLUME) for s, x in model.states.items()}
    problem = {
        "model": model.name, "states": traced.states, "until": until, "volume": VOLUME, "start": start,
        "parameters": model.defaults | {"V": VOLUME},
        "reactions": _reactions(traced, per_volume, "(V * {})"),
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "problem.json").write_text(json.dumps(problem, indent=1))


def write_clones(folder: Path) -> None:
    """Write the problem of clones: linear birth and death, ten cells each at first, ten years, monthly."""
    problem = {
        "states": ["C"], "until": UNTIL, "points": 121, "clones": CLONES, "start": {"C": 10},
        "parameters": {"birth": 0.004, "death": 0.0035},
        "reactions": [
            {"name": "division", "rate": "(birth * C)", "moves": {"C": 1.0}, "constant": 0.004, "sides": [["C"], ["C", "C"]]},
            {"name": "loss", "rate": "(death * C)", "moves": {"C": -1.0}, "constant": 0.0035, "sides": [["C"], []]},
        ],
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "problem.json").write_text(json.dumps(problem, indent=1))


def write_lesson(folder: Path) -> None:
    """Write the sizes of the stochastic reset curve and of the cohort that is spread; `tools.lessons` knows the rest."""
    folder.mkdir(parents=True, exist_ok=True)
    problem = {"years": 5.0, "patients": 600, "depths": [1.5, 4.5, 13]}
    (folder / "problem.json").write_text(json.dumps(problem))
    from .tools.lessons import Curve

    stamp = folder / "reference.txt"
    known = json.dumps(problem)
    if stamp.is_file() and stamp.read_text() == known:
        return
    loop = Curve(problem, "DOP853")
    truth = loop.head(loop.run(CHECKED, tolerance=1e-11), CHECKED)
    np.savez(folder / "reference.npz", y=truth)
    stamp.write_text(known)
