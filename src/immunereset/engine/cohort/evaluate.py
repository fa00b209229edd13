"""Values and derivatives of traced nodes."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from immunereset.engine.operations import OPERATIONS
from immunereset.engine.trace import Node, Trace, symbols


def evaluate(nodes: Iterable[Node], values: Mapping) -> list:
    """Return the values of nodes, numbers or arrays over patients; `values` holds those of their symbols, by name."""
    known = {}

    def value(node):
        if node.index not in known:
            if node.op == "constant":
                known[node.index] = node.args[0]
            elif node.op == "symbol":
                known[node.index] = values[node.args[1]]
            else:
                known[node.index] = OPERATIONS[node.op].numpy(*(value(a) for a in node.args))
        return known[node.index]

    with np.errstate(all="ignore"):
        return [value(node) for node in nodes]


class Vectorised:
    """Traced nodes as one function of arrays over patients.

    What depends on parameters alone is computed once, by `fix`, and not at every call; what the model computes
    twice is computed once. The function is written as text, one line for each operation, and executed once.
    """

    def __init__(self, traced: Trace, outputs: Iterable[Node]):
        self._traced, self._names, self._fixed_nodes, self._lines = traced, {}, [], []
        stored = [f"out[{i}] = {self._name(node)}" for i, node in enumerate(outputs)]
        body = "".join(f"    {line}\n" for line in [*self._lines, *stored, "return out"])
        text = f"def compute(t, y, inputs, fixed, out):\n{body}"
        # So that a traceback and a debugger show the line.
        name = f"<{hash(text)}>"
        linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
        space = {op: row.numpy for op, row in OPERATIONS.items()}
        exec(compile(text, name, "exec"), space)
        self._compute = space["compute"]

    def fix(self, values: Mapping) -> None:
        """Take the parameters, numbers or arrays over patients, by symbol."""
        self._fixed = evaluate(self._fixed_nodes, values)

    def __call__(self, t: np.ndarray, y: np.ndarray, inputs: np.ndarray, out):
        """Fill `out`, an array or a list with a place for each node, and return it.

        `y` has shape (states, patients), `inputs` (inputs, patients), `t` (patients,).
        """
        return self._compute(t, y, inputs, self._fixed, out)

    def _name(self, node: Node) -> str:
        """Return the name of a node's value; write the lines that compute it."""
        if node.index not in self._names:
            self._names[node.index] = self._written(node)
        return self._names[node.index]

    def _written(self, node: Node) -> str:
        if {kind for kind, _ in symbols(node)} <= {"parameter"}:
            self._fixed_nodes.append(node)
            return f"fixed[{len(self._fixed_nodes) - 1}]"
        if node.op == "symbol":
            kind, symbol = node.args
            if kind == "t":
                return "t"
            names, rows = {"state": ("y", self._traced.states), "input": ("inputs", self._traced.inputs)}[kind]
            return f"{names}[{rows.index(symbol)}]"
        arguments = ", ".join([self._name(a) for a in node.args])
        self._lines.append(f"v{node.index} = {node.op}({arguments})")
        return f"v{node.index}"


def jacobian(traced: Trace) -> dict[tuple[int, int], Node]:
    """Return the derivative of each state's rate of change by each state, as nodes of the same graph.

    The keys are (row of the state that changes, column of the state that it depends on); derivatives that are
    0 everywhere are left out. At a bend of `np.minimum`, `np.maximum`, `np.abs` or `np.where` it is the
    derivative on one of the two sides.
    """
    found = {}
    for column, symbol in enumerate(traced.states):
        slope = _slope_by(traced.graph.symbol("state", symbol))
        for row, node in enumerate(traced.derivatives.values()):
            if (derivative := slope(node)) is not None:
                found[row, column] = derivative
    return found


def _slope_by(variable: Node) -> Callable[[Node], Node | None]:
    """Return a function that differentiates nodes by `variable`; None stands for 0."""
    graph = variable.graph
    known: dict[int, Node | None] = {variable.index: graph.lift(1.0)}

    def slope(node: Node) -> Node | None:
        if node.index not in known:
            is_leaf = node.op in ("constant", "symbol")
            known[node.index] = None if is_leaf else OPERATIONS[node.op].slope(node, [slope(a) for a in node.args])
        return known[node.index]

    return slope
