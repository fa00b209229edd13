"""Source text for numba: traced nodes as statements over lanes, and whole modules of one model.

What depends on parameters alone is not written: it is computed once per patient and read from a row.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterable
from functools import cache
from types import ModuleType

import numpy as np

from immunereset.engine.operations import OPERATIONS
from immunereset.engine.trace import Node

from . import rows, sizes
from .sizes import LANES

SMALL_POWERS = (2.0, 3.0, 4.0)

PREAMBLE = '''"""Written by immunereset for numba, and safe to delete."""

import math

import numpy as np
from numba import cfunc, njit

HOW = {"error_model": "numpy", "fastmath": {"contract", "arcp"}}
'''


def compose(constants: dict, written: list[str], modules: Iterable[ModuleType], entries: Iterable[str]) -> str:
    """Return the source of a compiled module: constants, functions written for a model, and those of `modules`.

    `constants` are the names of `rows` and `sizes` with the values of this model; the modules' own are taken over. `entries` are
    the functions that Python calls, which numba keeps on disk; it compiles all others into them. Raises `KeyError` for
    a name of `rows` or `sizes` that a module uses and `constants` lacks.
    """
    values = dict(constants)
    for module in modules:
        own = {name: value for name, value in vars(module).items() if name.isupper()}
        values |= {
            name: constants[name] if hasattr(rows, name) or hasattr(sizes, name) else value
            for name, value in own.items()
        }
    lines = [PREAMBLE, *(f"{name} = {_literal(value)}" for name, value in values.items()), "", *written, ""]
    text = "\n".join([*lines, *map(_functions, modules)])
    compiled = [
        f"{name} = njit({'nogil=True, cache=True, ' if name in entries else ''}**HOW)({name})"
        for name in re.findall(r"^def (\w+)", text, re.MULTILINE)
    ]
    return "\n".join([text, *compiled, ""])


@cache
def _functions(module: ModuleType) -> str:
    """Return the source of the functions that a module defines itself."""
    own = [f for f in vars(module).values() if inspect.isfunction(f) and f.__module__ == module.__name__]
    return "\n".join(map(inspect.getsource, own))


def limits(model) -> dict[str, tuple]:
    """Return the constants that hold the limits of a model's inputs; numba has no type for an empty tuple."""
    pairs = [(float(i.low), float(i.high)) for i in model.inputs.values()] or [(0.0, 0.0)]
    return dict(zip(("LOWEST", "HIGHEST"), zip(*pairs)))


def _literal(value) -> str:
    """Return a constant as Python writes it."""
    if isinstance(value, tuple):
        return f"({' '.join(f'{_literal(v)},' for v in value)})"
    if isinstance(value, np.uint64):
        return f"np.uint64({value})"
    return number(value) if isinstance(value, float) else repr(value)


class Writer:
    """Writes the traced nodes as statements over lanes, and hands out the rows they need."""

    def __init__(self, traced, rows_at: int | None = None):
        self.traced, self.graph = traced, traced.graph
        self.rows_at = "P" if rows_at is None else rows_at
        self.comments = {node.index: f"  # {name}" for name, node in traced.named.items()}
        self.rows: dict[int, int] = {}
        self.kept: dict[int, int] = {}
        self._numbers: dict[int, int] = {}
        self._moving: dict[int, bool] = {}
        for node in self.graph.nodes:
            self.moves(node)

    @property
    def fixed(self) -> list[Node]:
        """The nodes that each patient's rows hold, in their order."""
        return [self.graph.nodes[index] for index in self.rows]

    def moves(self, node: Node) -> bool:
        """Return whether a node depends on more than parameters."""
        if node.index not in self._moving:
            is_symbol = node.op == "symbol" and node.args[0] != "parameter"
            self._moving[node.index] = is_symbol or any(self.moves(a) for a in _arguments(node))
        return self._moving[node.index]

    def row(self, node: Node) -> int:
        """Return the row of a node that depends on parameters alone."""
        return self.rows.setdefault(node.index, len(self.rows))

    def variable(self, node: Node) -> str:
        """Return the name of a computed value: the same whatever else was traced."""
        return f"v{self._numbers.setdefault(node.index, len(self._numbers))}"

    def needed(self, outputs: list[Node]) -> list[Node]:
        """Return what must be computed at every step for the outputs, arguments first."""
        found, ahead = {}, list(outputs)
        while ahead:
            node = ahead.pop()
            if node.op != "symbol" and node.index not in found and self.moves(node):
                found[node.index] = node
                ahead += _arguments(node)
        return [found[index] for index in sorted(found)]

    def places(self, groups: dict[str, int]) -> dict[str, int]:
        """Return where in `w` each group of rows begins: those given, and then what this writer reads.

        The last, MORE, is for the rows of events.
        """
        groups = groups | {"U": len(self.traced.inputs), "P": len(self.rows), "KEPT": len(self.kept), "MORE": 0}
        ends = LANES * np.cumsum([0, *groups.values()])
        return {name: int(place) for name, place in zip(groups, ends)}

    def function(self, name: str, targets: dict[str, Node]) -> list[str]:
        """Write a function that computes nodes into places of `w`, from the states at STAGE and the day at TIME.

        It has loops that become vector instructions, and one between them for each slow call.
        """
        outputs = list(targets.values())
        depth, loops = {}, {}
        for node in self.needed(outputs):
            deepest = max((depth.get(a.index, 0) for a in _arguments(node)), default=0)
            depth[node.index] = deepest + _is_slow(node)
            loops.setdefault((depth[node.index], 0, node.index) if _is_slow(node) else (deepest, 1, 0), []).append(node)
        ordered = [loops[key] for key in sorted(loops)] or [[]]
        home = {node.index: k for k, loop in enumerate(ordered) for node in loop}
        uses = [(a, k) for k, loop in enumerate(ordered) for node in loop for a in _arguments(node)]
        uses += [(node, len(ordered) - 1) for node in outputs]
        kept = {node.index for node, k in uses if home.get(node.index, k) != k}
        for index in sorted(kept):
            self.kept.setdefault(index, len(self.kept))
        lines = [f"def {name}(w):"]
        for loop in ordered:
            body = _Body(self, "STAGE")
            body.compute(loop)
            body.store({f"KEPT + {LANES * self.kept[n.index]}": n for n in loop if n.index in kept})
            if loop is ordered[-1]:
                body.store(targets)
            lines += ["    for lane in range(LANES):", *(f"        {line}" for line in body.lines or ["pass"])]
        return lines

    def act(self, effects: list[dict[str, Node]], states_at: int) -> list[str]:
        """Write the events, each for one lane; false means that a state is negative or not finite."""
        lines = ["def act(w, lane, event):"]
        for e, effect in enumerate(effects):
            body = _Body(self, states_at)
            body.compute(self.needed(list(effect.values())))
            body.store({f"{states_at + LANES * self.traced.states.index(s)}": n for s, n in effect.items()})
            lines += [f"    if event == {e}:", *(f"        {line}" for line in body.lines or ["pass"])]
        return lines + [
            f"    for i in range({len(self.traced.states)}):",
            f"        if not 0.0 <= w[{states_at} + i * {LANES} + lane] < np.inf:",
            "            return False",
            "    return True",
        ]


class _Body:
    """The statements of one loop, and the names of what they have loaded or computed."""

    def __init__(self, writer: Writer, states_at: str | int):
        self.writer, self.states_at, self.names, self.lines = writer, states_at, {}, []

    def compute(self, nodes: list[Node]) -> None:
        """Write one statement for each node."""
        for node in nodes:
            text = self._expression(node)
            name = self.names[node.index] = self.writer.variable(node)
            self.lines.append(f"{name} = {text}{self.writer.comments.get(node.index, '')}")

    def store(self, targets: dict[str, Node]) -> None:
        """Write nodes to places in `w`: all are read before one is written."""
        values = {place: self._name(node) for place, node in targets.items()}
        self.lines += [f"w[{place} + lane] = {value}" for place, value in values.items()]

    def _name(self, node: Node) -> str:
        if node.op == "constant":
            return number(node.args[0])
        if node.index not in self.names:
            name, place = self._place(node)
            self.names[node.index] = name
            self.lines.append(f"{name} = w[{place} + lane]")
        return self.names[node.index]

    def _place(self, node: Node) -> tuple[str, str]:
        writer = self.writer
        if not writer.moves(node):
            row = writer.row(node)
            return f"p{row}", f"{writer.rows_at} + {LANES * row}"
        if node.op != "symbol":
            return writer.variable(node), f"KEPT + {LANES * writer.kept[node.index]}"
        kind, symbol = node.args
        if kind == "t":
            return "t", "TIME"
        if kind == "input":
            i = writer.traced.inputs.index(symbol)
            return f"u{i}", f"U + {LANES * i}"
        i = writer.traced.states.index(symbol)
        return f"y{i}", f"{self.states_at} + {LANES * i}"

    def _expression(self, node: Node) -> str:
        op, arguments = node.op, node.args
        if op == "div" and not self.writer.moves(arguments[1]):
            # One division per patient instead of one per step.
            graph = self.writer.graph
            op, arguments = "mul", (arguments[0], graph.node("div", (graph.lift(1.0), arguments[1])))
        a, *more = (self._name(x) for x in arguments)
        if op == "pow" and not _is_slow(node):
            return " * ".join([a] * int(arguments[1].args[0]))
        row = OPERATIONS[op]
        if row.compiled:
            return row.compiled.format(a, *more)
        return f"{a} {row.sign} {more[0]}" if row.sign else f"np.{row.numpy.__name__}({', '.join([a, *more])})"


def _arguments(node: Node) -> list[Node]:
    return [a for a in node.args if isinstance(a, Node)]


def _is_slow(node: Node) -> bool:
    """Return whether a node has no vector instruction: it gets a loop of its own, so as not to slow the others."""
    small = node.op == "pow" and node.args[1].op == "constant" and node.args[1].args[0] in SMALL_POWERS
    return node.op in OPERATIONS and OPERATIONS[node.op].slow and not small


def number(value: float) -> str:
    if math.isfinite(value):
        return repr(value) if value >= 0 else f"({value!r})"
    return "np.nan" if math.isnan(value) else "np.inf" if value > 0 else "(-np.inf)"
