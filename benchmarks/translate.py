"""The traced model in the words of other tools: Python source, and formulas for Antimony and the like.

The Python source is plain arithmetic on `t`, `y[i]` and `p[i]`, so that one text serves numba, JAX, heyoka's
expressions, floats and arrays alike; `exp`, `log`, `where` and so on are whatever the tool puts in their place.
"""

from __future__ import annotations

from immunereset.engine.operations import OPERATIONS
from immunereset.engine.trace import Node, Trace

ALIKE = ("exp", "sqrt", "tanh", "sin", "cos")
"""Functions that Antimony and the like call by the same name."""


def python(traced: Trace, outputs: list[Node], name: str, head: str = "t, y, p") -> str:
    """Return the source of a function that gives `outputs` as a tuple."""
    places = {("state", s): f"y[{i}]" for i, s in enumerate(traced.states)}
    places |= {("parameter", s): f"p[{i}]" for i, s in enumerate(traced.parameters)} | {("t", "t"): "t"}
    lines, names = [f"def {name}({head}):"], {}
    for node in _needed(outputs):
        if node.op == "constant":
            names[node.index] = repr(node.args[0])
        elif node.op == "symbol":
            names[node.index] = places[node.args]
        else:
            names[node.index] = f"v{node.index}"
            lines.append(f"    v{node.index} = {_python(node, names)}")
    return "\n".join([*lines, f"    return ({', '.join(names[node.index] for node in outputs)},)"]) + "\n"


def _python(node: Node, names: dict[int, str]) -> str:
    a = [names[x.index] for x in node.args]
    row = OPERATIONS[node.op]
    if row.sign:
        return f"{a[0]} {row.sign} {a[1]}"
    return f"-{a[0]}" if node.op == "neg" else f"{row.numpy.__name__}({', '.join(a)})"


def formula(node: Node, states: dict[str, str]) -> str:
    """Return a node as one formula of symbols; `states` says how each state is written."""
    if node.op == "constant":
        return repr(node.args[0])
    if node.op == "symbol":
        kind, name = node.args
        return states[name] if kind == "state" else "time" if kind == "t" else name
    a = [formula(x, states) for x in node.args]
    if (sign := OPERATIONS[node.op].sign) and node.op != "pow":
        return f"({a[0]} {sign} {a[1]})"
    if node.op == "neg":
        return f"(-{a[0]})"
    if node.op in ALIKE:
        return f"{node.op}({a[0]})"
    raise ValueError(f"The benchmarks' formulas know no '{node.op}'; add it to benchmarks/translate.py.")


def _needed(outputs: list[Node]) -> list[Node]:
    found, ahead = {}, list(outputs)
    while ahead:
        node = ahead.pop()
        if node.index not in found:
            found[node.index] = node
            ahead += [a for a in node.args if isinstance(a, Node)]
    return [found[index] for index in sorted(found)]
