"""Values and derivatives of traced nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from immunereset.engine.trace import COMPARISONS, UFUNCS, Node, Trace, symbols

NUMPY = {op: function for function, op in reversed(UFUNCS.items())} | {"where": np.where}


def evaluate(nodes: Iterable[Node], values: Mapping) -> list:
    """Return the values of nodes: numbers, or arrays over patients.

    `values` holds what the symbols stand for, by name: parameters, and states, inputs and the day `t` where
    the nodes depend on them.
    """
    known = {}

    def value(node):
        if node.index not in known:
            if node.op == "constant":
                known[node.index] = node.args[0]
            elif node.op == "symbol":
                known[node.index] = values[node.args[1]]
            else:
                known[node.index] = NUMPY[node.op](*(value(a) for a in node.args))
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
        space = dict(NUMPY)
        exec(f"def compute(t, y, inputs, fixed, out):\n{body}", space)
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
            arguments = [a for a in node.args if isinstance(a, Node)]
            known[node.index] = _chain(node, [slope(a) for a in arguments])
        return known[node.index]

    return slope


def _chain(node: Node, d: list[Node | None]) -> Node | None:
    """Return the derivative of one operation, given those of its arguments."""
    op, a = node.op, node.args
    if op in COMPARISONS or op == "floor" or all(x is None for x in d):
        return None
    if op in INNER:
        return _times(INNER[op](node, a[0]), d[0])
    if op == "add":
        return _plus(d[0], d[1])
    if op == "sub":
        return _plus(d[0], _times(-1.0, d[1]))
    if op == "mul":
        return _plus(_times(a[1], d[0]), _times(a[0], d[1]))
    if op == "div":
        return _plus(_times(1.0 / a[1], d[0]), _times(-node / a[1], d[1]))
    if op == "pow":
        return _plus(_times(a[1] * a[0] ** (a[1] - 1.0), d[0]), _times(node * np.log(a[0]), d[1]))
    graph = node.graph
    if op == "where":
        condition, d = a[0], d[1:]
    else:
        condition = a[0] < a[1] if op == "min" else a[0] > a[1]
    return np.where(condition, *(graph.lift(0.0) if x is None else x for x in d))


INNER = {
    "neg": lambda node, a: -1.0,
    "exp": lambda node, a: node,
    "expm1": lambda node, a: node + 1.0,
    "log": lambda node, a: 1.0 / a,
    "log1p": lambda node, a: 1.0 / (1.0 + a),
    "sqrt": lambda node, a: 0.5 / node,
    "tanh": lambda node, a: 1.0 - node * node,
    "sin": lambda node, a: np.cos(a),
    "cos": lambda node, a: -np.sin(a),
    "abs": lambda node, a: np.where(a < 0.0, -1.0, 1.0),
}
"""Derivatives of the operations on one argument, from the operation's own node and its argument."""


def _times(factor, slope: Node | None) -> Node | None:
    if slope is None:
        return None
    return slope.graph.lift(factor) if slope.op == "constant" and slope.args[0] == 1.0 else factor * slope


def _plus(one: Node | None, other: Node | None) -> Node | None:
    return other if one is None else one if other is None else one + other
