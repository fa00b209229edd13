"""The source text of a compiled model: what its method and its trace decide, above the text of `stepper`.

There are two kernels of a model, one for each method. Both step patients side by side in lanes; the explicit one
leaves stiff patients where they are, and the implicit one can begin there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from immunereset.engine.cohort import dormand_prince, rosenbrock
from immunereset.engine.cohort.batch import LOOKS, ROUNDS_A_LOOK, STABILITY
from immunereset.engine.cohort.evaluate import jacobian
from immunereset.engine.errors import TraceError
from immunereset.engine.protocol import Event, Protocol
from immunereset.engine.trace import Node, Trace, symbols, trace

from .lanes import LANES, PREAMBLE, Writer, number

MANY_STEPS = 1000
"""Steps ahead of a stiff patient from which the implicit kernel, which may have to be compiled, is worth its while."""

KIND_OF_ACT = "boolean(CPointer(float64), int64, int64)"
ROWS = ("T", "HOPE", "H", "STOP", "END", "TIME", "NORM", "ROOT", "GUESS", "FACTOR")
HELPERS = ("fade", "rate_of_states", "attempt", "judge", "commit", "first_step", "enter")
METHODS = {
    "explicit": ("stage", "slope", "before_last", "add_errors", "next_factor", "fastest_rate", "report"),
    "implicit": (
        "stage", "slope", "jacobian", "factorise", "right", "solve", "add_errors", "next_factor", "fastest_rate",
        "bend_and_fold", "report",
    ),
}  # fmt: skip
"""What numba compiles beside the helpers: written here, or in the text of the method's own file."""


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
    limits = {"LOWEST": [i.low for i in model.inputs.values()], "HIGHEST": [i.high for i in model.inputs.values()]}
    # An empty tuple has no type that numba could compile.
    bounds = [f"{name} = ({' '.join(f'{number(v)},' for v in values or [0.0])})" for name, values in limits.items()]
    varies = ("t", "t") in symbols(*traced.derivatives.values())
    text = [
        PREAMBLE,
        f"LANES, STATES, INPUTS, FIXED = {LANES}, {states}, {len(traced.inputs)}, {len(of_model.rows)}",
        *(f"{name} = {place}" for name, place in places.items()), *bounds,
        f"ROUNDS_A_LOOK, LOOKS, STABILITY, MANY_STEPS = {ROUNDS_A_LOOK}, {LOOKS}, {STABILITY}, {MANY_STEPS}",
        # The bits of a float are nearly 2**52 · (its binary logarithm + 1023); a root is taken by them.
        f"VARIES, GAMMA, ROOT_START = {varies}, {rosenbrock.GAMMA}, {int(1.2 * 1023 * 2**52)}", "",
        *of_method, "", *slope, "", _text(f"{method}_step"), "", _text("stepper"), "",
        *(f"{name} = njit(**HOW)({name})" for name in (*METHODS[method], *HELPERS)),
        "run = njit(nogil=True, cache=True, **HOW)(run)", "",
    ]  # fmt: skip
    more = [PREAMBLE, *act, "", f'act = cfunc("{KIND_OF_ACT}", cache=True, **HOW)(act)', ""]
    return Source("\n".join(text), "\n".join(more), of_model.fixed + of_events.fixed)


def _text(name: str) -> str:
    return Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")


def _explicit() -> tuple[dict[str, int], list[str]]:
    """Return the rows per state that Dormand–Prince needs, and the functions that its coefficients write."""
    own = {"TWIST": 1, **{f"K{s}": 1 for s in range(6)}}
    slopes = [*(f"w[K{s} + k]" for s in range(6)), "w[SLOPE + k]"]
    stages = [
        [
            *([f"w[K{s - 1} + k] = w[SLOPE + k]"] if s > 1 else []),
            f"w[STAGE + k] = w[Y + k] + w[H + lane] * ({_sum(dormand_prince.STAGES[s], slopes)})",
        ]
        for s in range(1, 7)
    ]
    return own, [
        *_per_stage("stage", enumerate(stages, start=1), dormand_prince.NODES, "H"), "",
        "def before_last(w, lane, k):",
        f"    return w[Y + k] + w[H + lane] * ({_sum(dormand_prince.STAGES[5], slopes)})", "",
        "def add_errors(w, rtol, atol):",
        *_per_state([
            f"w[TWIST + k] = {_sum(dormand_prince.DENSE, slopes)}",
            f"error = w[H + lane] * ({_sum(dormand_prince.ERROR, slopes)})",
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
    stages = [[f"w[STAGE + k] = w[Y + k] + {_sum(rosenbrock.STAGES[s], moves)}"] for s in range(1, 6)]
    rights = []
    for s in range(6):
        terms = ["w[K0 + k]" if s == 0 else "w[SLOPE + k]"]
        terms += [f"({_sum(rosenbrock.CARRIED[s], moves)}) / w[STEP + lane]"] if s else []
        terms += [f"{number(float(rosenbrock.TIMES[s]))} * w[DRIFT + k]"] if rosenbrock.TIMES[s] else []
        rights.append([f"w[V{s} + k] = {' + '.join(terms)}"])
    return own, [
        *_per_stage("stage", enumerate(stages, start=1), rosenbrock.NODES, "STEP"), "",
        *_per_stage("right", enumerate(rights)), "",
        "def bend_and_fold(w, k):",
        f"    return {_sum(rosenbrock.BEND, moves)}, {_sum(rosenbrock.FOLD, moves)}", "",
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
