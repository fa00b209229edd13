"""The compiled backend of `simulate_noisy`: the flows of a traced model, exactly or by leaps, compiled by numba."""

from __future__ import annotations

import numpy as np

from immunereset.engine.cohort.evaluate import evaluate
from immunereset.engine.errors import infinite, negative
from immunereset.engine.noise.exact import MOST_EVENTS, endless
from immunereset.engine.noise.sample import Moves, Sample
from immunereset.engine.trace import Node, Trace

from . import cache, counts, gillespie, inputs, leap, random
from .codegen import Writer, compose, limits
from .counts import DONE, ENDLESS, NEGATIVE
from .machine import available, require_numba, threads
from .sizes import LANES

__all__ = ["available", "is_kept", "prepare"]

PATIENTS = 256
"""Patients that one thread takes at a time."""


def source(model, traced: Trace, moves: Moves) -> tuple[str, list[Node]]:
    """Return the source of `model`, which defines `jump` and `leap`, and the nodes whose values they get as `fixed`."""
    writer = Writer(traced)
    slope = writer.function(
        "slope", {f"SLOPE + {LANES * i}": rate for i, (rate, _) in enumerate(traced.flows.values())}
    )
    noisy = np.flatnonzero(moves.noisy).tolist()
    rows = "TIME", "TAU", "BEGIN", "END", "AFTER", "WAIT", "TOTAL", "TARGET", "HAPPENS", "CHOSEN", "PAST", "WORST"
    states, flows = len(traced.states), len(traced.flows)
    # Two words of 32 bits take the place of one number.
    groups = dict.fromkeys(rows, 1) | {"X": states, "STAGE": states, "WORDS": 2}
    groups |= {"SLOPE": flows, "FIRST": flows, "UPTO": len(noisy)}
    constants = writer.places(groups) | limits(model) | {
        "STATES": states, "INPUTS": len(traced.inputs), "FIXED": len(writer.rows), "LANES": LANES,
        "FLOWS": flows, "EVENTS": len(noisy), "NOISY": tuple(noisy) or (0,),
        "QUIETS": flows - len(noisy),
    }  # fmt: skip
    written = [*slope, "", *_count_flows(moves), "", *_choose(len(noisy)), ""]
    return compose(constants, written, (inputs, random, counts, gillespie, leap), ["jump", "leap"]), writer.fixed


def _count_flows(moves: Moves) -> list[str]:
    """Write how often each flow happens per day, at the counts of STAGE, and the sums of those that are drawn.

    All places are numbers, so that numba can tell that no loop reads what it writes.
    """
    lines = ["def count_flows(w, volume, per_volume):", "    for lane in range(LANES):"]
    lines += [f"        w[STAGE + {LANES * i} + lane] *= per_volume" for i in np.flatnonzero(moves.counted)]
    lines += ["        pass", "    slope(w)", "    for lane in range(LANES):", "        worst = total = rest = 0.0"]
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
        else:
            lines.append("        rest += rate")
    return [
        *lines,
        "        w[WORST + lane] = worst if total + rest < np.inf else np.nan",
        "        w[TOTAL + lane] = total",
    ]


def _choose(events: int) -> list[str]:
    """Write which flow happens: the first up to which the sum of flows exceeds TARGET, and the last if none does."""
    lines = ["def choose(w):", "    for lane in range(LANES):", "        target, chosen = w[TARGET + lane], 0.0"]
    lines += [f"        chosen += 1.0 if w[UPTO + {LANES * e} + lane] <= target else 0.0" for e in range(events - 1)]
    return [*lines, "        w[CHOSEN + lane] = chosen"]


def is_kept(model, traced: Trace, moves: Moves, method: str, step: float) -> bool:
    """Return whether the noisy runs of a model were compiled on this machine before."""
    return cache.is_kept(source(model, traced, moves)[0], _name(model))


def _name(model) -> str:
    return f"{model.name}, noisy"


def prepare(model, traced: Trace, moves: Moves, method: str, step: float) -> tuple:
    """Return what advances a sample as `exact.jump` and `leap.leap` do, for how many patients, and on how many threads.

    Raises `ModelError` without numba.
    """
    require_numba()
    text, nodes = source(model, traced, moves)
    module = cache.load(text, _name(model), announced=True)
    amount = np.ascontiguousarray(moves.amount, float)

    def advance(sample: Sample, begin, stop, points: np.ndarray, counts: np.ndarray) -> None:
        fixed = np.empty((len(nodes), sample.patients))
        for row, value in zip(fixed, evaluate(nodes, sample.schedule.values)):
            row[:] = value
        # Of the whole array numba would compile one more kind.
        out, x = np.array(counts, order="C"), np.array(sample.x, order="C")
        span = fixed, x, begin.copy(), stop.copy(), sample.edges, sample.held
        state, of_model = sample.random.words, (amount, moves.volume, points)
        if method == "exact":
            longest = np.inf if moves.noisy.all() else float(step)
            end, flow = module.jump(*span, state, *of_model, longest, MOST_EVENTS, out)
        else:
            how = float(step), 1 if method == "euler" else 2
            end, flow = module.leap(*span, _fading(sample.schedule), state, *of_model, *how, out)
        if end == ENDLESS:
            raise endless(model.name, MOST_EVENTS)
        if end != DONE:
            raise (negative if end == NEGATIVE else infinite)(model.name, moves.names[flow])
        counts[:], sample.x = out, x

    return advance, PATIENTS, threads()


def _fading(schedule) -> tuple:
    """Return the courses that decay: level, start, stop and decay, each (courses, patients), and the inputs driven."""
    rows = schedule.decaying
    parts = (schedule.level, schedule.start, schedule.stop, schedule.decay)
    driven = np.array([schedule.course_input[i] for i in rows], dtype=np.int64)
    return *(np.array(part[rows], dtype=float, order="C") for part in parts), driven
