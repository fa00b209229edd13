"""The compiled backend of `simulate_noisy`: the flows of a traced model and the methods of `chance`, by numba.

Kept beside the models that `compiled` keeps, and announced like them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from immunereset.engine.cohort.evaluate import evaluate
from immunereset.engine.noise.exact import MOST_EVENTS, endless
from immunereset.engine.noise.sample import Moves, Sample, negative
from immunereset.engine.trace import Node, Trace

from .compiled import is_kept, load, require_numba
from .lanes import LANES, PREAMBLE, Writer, number

DONE, NEGATIVE, ENDLESS = range(3)
COMPILE = (
    "slope", "count_flows", "choose", "load", "worst_flow", "draw", "minus_log", "next_event", "drift", "enter", "held_and_fading",
    "happen", "poisson", "draw_all", "flows_now",
)  # fmt: skip


def source(model, traced: Trace, moves: Moves) -> tuple[str, list[Node]]:
    """Return the source of `model`, which defines `jump` and `leap`, and the nodes whose values they get as `fixed`."""
    writer = Writer(traced)
    slope = writer.function(
        "slope", {f"SLOPE + {LANES * i}": rate for i, (rate, _) in enumerate(traced.flows.values())}
    )
    noisy, quiet = np.flatnonzero(moves.noisy).tolist(), np.flatnonzero(~moves.noisy).tolist()
    rows = ("TIME", "TAU", "END", "AFTER", "AHEAD", "WAIT", "TOTAL", "TARGET", "HAPPENS", "CHOSEN", "WORST")
    groups = dict.fromkeys(rows, 1) | {"X": len(traced.states), "STAGE": len(traced.states), "WORDS": 4}
    groups |= {"SLOPE": len(traced.flows), "FIRST": len(traced.flows), "UPTO": len(noisy)}
    limits = {"LOWEST": [i.low for i in model.inputs.values()], "HIGHEST": [i.high for i in model.inputs.values()]}
    # An empty tuple has no type that numba could compile.
    tuples = limits | {"NOISY": noisy, "QUIET": quiet}
    text = [
        PREAMBLE,
        f"DONE, NEGATIVE, ENDLESS = {DONE}, {NEGATIVE}, {ENDLESS}",
        f"LANES, STATES, INPUTS, FIXED = {LANES}, {len(traced.states)}, {len(traced.inputs)}, {len(writer.rows)}",
        f"FLOWS, EVENTS, QUIETS = {len(traced.flows)}, {len(noisy)}, {len(quiet)}",
        *(f"{name} = {place}" for name, place in writer.places(groups).items()), "SIZE = MORE",
        *(f"{name} = ({' '.join(f'{number(v)},' for v in values or [0])})" for name, values in tuples.items()), "",
        *slope, "", *_count_flows(moves), "", *_choose(len(noisy)), "",
        Path(__file__).with_name("chance.py").read_text(encoding="utf-8"), "",
        *(f"{name} = njit(**HOW)({name})" for name in COMPILE),
        *(f"{name} = njit(nogil=True, cache=True, **HOW)({name})" for name in ("jump", "leap")), "",
    ]  # fmt: skip
    return "\n".join(text), writer.fixed


def _count_flows(moves: Moves) -> list[str]:
    """Write how often each flow happens per day, at the counts of STAGE, and the sums of those that are drawn.

    All places are numbers, so that numba can tell that no loop reads what it writes.
    """
    lines = ["def count_flows(w, volume, per_volume):", "    for lane in range(LANES):"]
    lines += [f"        w[STAGE + {LANES * i} + lane] *= per_volume" for i in np.flatnonzero(moves.counted)]
    lines += ["        pass", "    slope(w)", "    for lane in range(LANES):", "        worst = total = 0.0"]
    event = 0
    for i, (noisy, often) in enumerate(zip(moves.noisy, moves.of_cells)):
        lines += [
            f"        rate = w[SLOPE + {LANES * i} + lane]",
            "        worst = rate if rate < worst else worst",
            *(["        rate *= volume", f"        w[SLOPE + {LANES * i} + lane] = rate"] if often else []),
        ]
        if noisy:
            lines += ["        total += rate", f"        w[UPTO + {LANES * event} + lane] = total"]
            event += 1
    return [*lines, "        w[WORST + lane] = worst", "        w[TOTAL + lane] = total"]


def _choose(events: int) -> list[str]:
    """Write which flow happens: the first up to which the sum of flows reaches TARGET."""
    lines = ["def choose(w):", "    for lane in range(LANES):", "        target, chosen = w[TARGET + lane], 0.0"]
    lines += [f"        chosen += 1.0 if w[UPTO + {LANES * e} + lane] < target else 0.0" for e in range(events)]
    return [*lines, "        w[CHOSEN + lane] = chosen"]


def compiled_before(model, traced: Trace, moves: Moves) -> bool:
    """Return whether the noisy runs of a model were compiled on this machine before."""
    return is_kept(source(model, traced, moves)[0], _name(model))


def _name(model) -> str:
    return f"{model.name}, noisy"


def advance_compiled(model, traced: Trace, moves: Moves, method: str, step: float):
    """Return a function that advances a sample of one group of patients, as `exact.jump` and `leap.leap` do.

    Raises `ModelError` without numba.
    """
    require_numba()
    text, nodes = source(model, traced, moves)
    module = load(text, _name(model), announced=True)
    amount = np.ascontiguousarray(moves.amount, float)

    def advance(sample: Sample, begin, stop, points: np.ndarray, counts: np.ndarray) -> None:
        fixed = np.empty((len(nodes), sample.patients))
        for row, value in zip(fixed, evaluate(nodes, sample.schedule.values)):
            row[:] = value
        span = fixed, sample.x, begin.copy(), stop.copy(), sample.edges, sample.held
        of_model = amount, moves.volume, points
        if method == "exact":
            longest = np.inf if moves.noisy.all() else float(step)
            end, flow = module.jump(*span, sample.words, *of_model, longest, MOST_EVENTS, counts)
        else:
            ((_, rng),) = sample.streams
            how = float(step), method == "langevin", 1.0 if method == "euler" else 0.5
            end, flow = module.leap(*span, _fading(sample.schedule), rng, *of_model, *how, counts)
        if end == NEGATIVE:
            raise negative(model.name, moves.names[flow])
        if end == ENDLESS:
            raise endless(model.name)

    return advance


def _fading(schedule) -> tuple:
    """Return the courses that decay: level, start, stop and decay, each (courses, patients), and the inputs driven."""
    rows = schedule.decaying
    parts = (schedule.level, schedule.start, schedule.stop, schedule.decay)
    driven = np.array([schedule.course_input[i] for i in rows], dtype=np.int64)
    return *(np.array(part[rows], dtype=float, order="C") for part in parts), driven
