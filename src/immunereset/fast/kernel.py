"""The source text of a compiled cohort: what its method and its trace decide, above the functions of `stepper`.

There are two kernels of a model, one for each method. Both step patients side by side in lanes; the explicit one
leaves stiff patients where they are, and the implicit one can begin there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from immunereset.engine.cohort import dormand_prince as explicit
from immunereset.engine.cohort import rosenbrock as implicit
from immunereset.engine.cohort.evaluate import jacobian
from immunereset.engine.errors import TraceError
from immunereset.engine.protocol import Event, Protocol
from immunereset.engine.trace import Node, Trace, symbols, trace

from . import dormand_prince, inputs, rates, rosenbrock, stepper
from .codegen import PREAMBLE, Writer, compose, limits, number
from .sizes import LANES

KIND_OF_ACT = "boolean(CPointer(float64), int64, int64)"
ROWS = ("T", "HOPE", "H", "STOP", "END", "TIME", "NORM", "ROOT", "GUESS", "FACTOR")


@dataclass(frozen=True)
class Source:
    """The texts of a kernel and of a protocol's events, and the nodes whose values `stepper.run` gets as `fixed`."""

    model: str
    events: str
    fixed: list[Node]


def source(model, protocol: Protocol | None, method: str = "explicit") -> Source:
    """Return the source of `model`, which defines `run`, and of the events of `protocol`, which defines `act`.

    Days and courses are no part of it: they are data. Raises `TraceError` if the effect of an event
    cannot be traced.
    """
    events = protocol.events if protocol is not None else []
    parameters = tuple(protocol.parameters.values()) if protocol is not None else ()
    traced = trace(model, Protocol(*(Event(e.name, 0.0, e.effect, parameters) for e in events)))
    for event in traced.events:
        if {kind for kind, _ in symbols(*event.effect.values())} - {"state", "parameter"}:
            raise TraceError(f"The effect of the event '{event.name}' reads an input or the day; it may not.")
    of_model = Writer(traced)
    slope = of_model.function("slope", {f"SLOPE + {LANES * i}": n for i, n in enumerate(traced.derivatives.values())})
    states = len(traced.states)
    groups = dict.fromkeys(ROWS, 1) | dict.fromkeys(("Y", "STAGE", "SLOPE"), states) | {"HELD": len(traced.inputs)}
    own, of_method = _explicit() if method == "explicit" else _implicit(of_model, traced)
    places = of_model.places(groups | {name: states * count for name, count in own.items()})
    of_events = Writer(traced, rows_at=places["MORE"])
    act = of_events.act([event.effect for event in traced.events], places["Y"])
    constants = places | limits(model) | {
        "STATES": states, "INPUTS": len(traced.inputs), "FIXED": len(of_model.rows), "LANES": LANES,
        "VARIES": ("t", "t") in symbols(*traced.derivatives.values()),
    }  # fmt: skip
    modules = inputs, rates, (dormand_prince if method == "explicit" else rosenbrock), stepper
    text = compose(constants, [*of_method, "", *slope], modules, ["run"])
    more = [PREAMBLE, *act, "", f'act = cfunc("{KIND_OF_ACT}", cache=True, **HOW)(act)', ""]
    return Source(text, "\n".join(more), of_model.fixed + of_events.fixed)


def _explicit() -> tuple[dict[str, int], list[str]]:
    """Return the rows per state that Dormand–Prince needs, and the functions that its coefficients write."""
    own = {"TWIST": 1, **{f"K{s}": 1 for s in range(6)}}
    slopes = [*(f"w[K{s} + k]" for s in range(6)), "w[SLOPE + k]"]
    stages = [
        [
            *([f"w[K{s - 1} + k] = w[SLOPE + k]"] if s > 1 else []),
            f"w[STAGE + k] = w[Y + k] + w[H + lane] * ({_sum(explicit.STAGES[s], slopes)})",
        ]
        for s in range(1, 7)
    ]
    return own, [
        *_per_stage("stage", enumerate(stages, start=1), explicit.NODES, "H"), "",
        "def before_last(w, lane, k):",
        f"    return w[Y + k] + w[H + lane] * ({_sum(explicit.STAGES[5], slopes)})", "",
        "def add_errors(w, rtol, atol):",
        *_per_state([
            f"w[TWIST + k] = {_sum(explicit.DENSE, slopes)}",
            f"error = w[H + lane] * ({_sum(explicit.ERROR, slopes)})",
            "error /= atol + rtol * max(abs(w[Y + k]), abs(w[STAGE + k]))",
            "w[NORM + lane] += error * error",
        ]),
    ]  # fmt: skip


def _implicit(writer: Writer, traced: Trace) -> tuple[dict[str, int], list[str]]:
    """Return the rows per state that RODAS needs, and the functions that its coefficients and the Jacobian write."""
    states = len(traced.states)
    own = {"K0": 1, "DRIFT": 1, "STEP": 1, "JACOBIAN": states, "MATRIX": states, **{f"V{s}": 1 for s in range(6)}}
    entries = {
        f"JACOBIAN + {LANES * (row * states + column)}": node for (row, column), node in jacobian(traced).items()
    }
    moves = [f"w[V{s} + k]" for s in range(6)]
    stages = [[f"w[STAGE + k] = w[Y + k] + {_sum(implicit.STAGES[s], moves)}"] for s in range(1, 6)]
    rights = []
    for s in range(6):
        terms = ["w[K0 + k]" if s == 0 else "w[SLOPE + k]"]
        terms += [f"({_sum(implicit.CARRIED[s], moves)}) / w[STEP + lane]"] if s else []
        terms += [f"{number(float(implicit.TIMES[s]))} * w[DRIFT + k]"] if implicit.TIMES[s] else []
        rights.append([f"w[V{s} + k] = {' + '.join(terms)}"])
    return own, [
        *_per_stage("stage", enumerate(stages, start=1), implicit.NODES, "STEP"), "",
        *_per_stage("right", enumerate(rights)), "",
        "def bend_and_fold(w, k):",
        f"    return {_sum(implicit.BEND, moves)}, {_sum(implicit.FOLD, moves)}", "",
        *writer.function("jacobian", entries),
    ]  # fmt: skip


def _per_stage(name: str, bodies: Iterable, times=None, step: str = "") -> list[str]:
    """Write a function with one branch a stage, each of which runs its statements for every state and lane."""
    lines = [f"def {name}(w, s):"]
    for s, body in bodies:
        lines.append(f"    if s == {s}:")
        if times is not None:
            lines += [
                "        for lane in range(LANES):",
                f"            w[TIME + lane] = w[T + lane] + {number(float(times[s]))} * w[{step} + lane]",
            ]
        lines += [f"    {line}" for line in _per_state(body)]
    return lines


def _per_state(body: list[str]) -> list[str]:
    lines = ["for i in range(STATES):", "    for lane in range(LANES):", "        k = i * LANES + lane"]
    return [f"    {line}" for line in lines + [f"        {line}" for line in body]]


def _sum(weights: np.ndarray, names: list[str]) -> str:
    return " + ".join(f"{number(float(c))} * {name}" for c, name in zip(weights, names) if c)
