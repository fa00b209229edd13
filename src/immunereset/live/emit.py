"""A traced model as JavaScript that reads like the model: the author's names, one line for each named quantity."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from immunereset.engine.operations import OPERATIONS
from immunereset.engine.trace import Node, Trace

CHOICE, COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM = range(7)
STRENGTH = dict.fromkeys(("<", "<=", ">", ">="), COMPARISON) | {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}
TAKEN = frozenset(
    "t y p input d out fixed drawn Math NaN Infinity undefined null true false this new delete typeof void in of instanceof "
    "function return if else for while do switch case break default continue var let const class extends super "
    "import export throw try catch finally with yield await async static enum arguments eval debugger implements "
    "interface package private protected public".split()
)


def number(value: float) -> str:
    """A Python number as a JavaScript literal."""
    value = float(value)
    if math.isnan(value):
        raise ValueError("A model holds a number that is not a number (NaN).")
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def model_source(trace: Trace, inputs: Mapping[str, tuple[float, float]]) -> str:
    """The JavaScript object literal of a traced model and protocol, as run/solver.js reads it.

    `inputs` maps each input's symbol to its lowest and highest value.
    """
    states = {symbol: f"d[{i}]" for i, symbol in enumerate(trace.states)}
    rates = {_identifier(name): rate for name, (rate, _) in trace.flows.items()}
    moved = {states[s]: node for s, node in trace.derivatives.items()}
    flow = statements(moved, {**rates, **trace.named}, trace.states)
    seen = {f"out[{i}]": node for i, node in enumerate(trace.observables.values())}
    limits = ", ".join(f'["{symbol}", {number(low)}, {number(high)}]' for symbol, (low, high) in inputs.items())
    lines = [
        "{",
        f"states: {_names(trace.states)},",
        f"observables: {_names(trace.observables)},",
        f"limits: [{limits}],",
        "flow(t, y, p, input, d) {", *flow, "},",
        "observe(t, y, p, input, out) {", *statements(seen, trace.named, trace.states), "},",
        *protocol_source(trace, trace.states, _text),
        "}",
    ]  # fmt: skip
    return indent(lines)


def protocol_source(trace: Trace, states: Sequence[str], input_key: Callable[[str], str]) -> list[str]:
    """The members `courses` and `events` of a model's object, as lines.

    `states` lists those of the vector y; `input_key` writes how a course names its input.
    """
    courses = [
        f"[{input_key(c.input)}, " + ", ".join(map(expression, (c.level, c.start, c.duration, c.half_life))) + "],"
        for c in trace.courses
    ]
    lines = ["courses: (p) => [", *courses, "],", "events: ["]
    for event in trace.events:
        effect = {f"out[{states.index(s)}]": node for s, node in event.effect.items() if s in states}
        lines += [
            f"{{ // {' '.join(event.name.split())}",
            f"day: (p) => {expression(event.day)},",
            "apply(y, p, out) {", *statements(effect, event.named, states), "},",
            "},",
        ]  # fmt: skip
    return [*lines, "],"]


def expression(node: Node, names: Mapping[int, str] | None = None) -> str:
    """A node as a JavaScript expression; `names` maps node indices to identifiers already computed."""
    return _write(node, names or {})[0]


def indent(lines: Iterable[str]) -> str:
    """Lines of code with two spaces for each open bracket."""
    out, depth = [], 0
    for line in lines:
        if line[0] in "}])":
            depth -= 1
        out.append("  " * depth + line)
        if line.split("//")[0].rstrip()[-1] in "{[(":
            depth += 1
    return "\n".join(out)


def statements(
    outputs: Mapping[str, Node],
    named: Mapping[str, Node],
    states: Sequence[str],
    known: Mapping[int, str] | None = None,
) -> list[str]:
    """Statements that compute `outputs` ({target: node}), each named or repeated node once.

    `named` maps the author's names to nodes, `states` lists the states of the vector y, and `known` maps the indices
    of nodes that need no computing to what is written for them.
    """
    reach, uses, names = {}, {}, dict(known or {})
    stack = list(outputs.values())
    for node in stack:
        uses[node.index] = uses.get(node.index, 0) + 1
    while stack:
        node = stack.pop()
        if node.index in reach or node.index in names:
            continue
        reach[node.index] = node
        for argument in _arguments(node):
            uses[argument.index] = uses.get(argument.index, 0) + 1
            stack.append(argument)
    wanted = {node.index: name for name, node in reversed(named.items())}
    taken, lines = {*TAKEN, *states}, []
    for index in sorted(reach):
        node = reach[index]
        if node.op == "symbol" and node.args[0] == "state":
            symbol = node.args[1]
            names[index] = _free(symbol, taken) if symbol in TAKEN else symbol
            taken.add(names[index])
            lines.append(f"const {names[index]} = y[{states.index(symbol)}];")
        elif node.op not in ("symbol", "constant") and (index in wanted or uses[index] > 1):
            name = _free(wanted.get(index, "v1"), taken)
            taken.add(name)
            lines.append(f"const {name} = {expression(node, names)};")
            names[index] = name
    return lines + [f"{target} = {expression(node, names)};" for target, node in outputs.items()]


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        stem, count = re.fullmatch(r"(.*?)(\d*)", name).groups()
        name = f"{stem}{int(count) + 1}" if count else f"{name}_"
    return name


def _arguments(node: Node) -> tuple[Node, ...]:
    return () if node.op in ("symbol", "constant") else node.args


def _write(node: Node, names: Mapping[int, str]) -> tuple[str, int]:
    """A node's JavaScript and how strongly it binds."""
    if node.index in names:
        return names[node.index], ATOM
    if node.op == "constant":
        text = number(node.args[0])
        return text, SIGN if text.startswith("-") else ATOM
    if node.op == "symbol":
        kind, name = node.args
        return {"t": "t", "parameter": f"p.{name}", "input": f"input.{name}", "drawn": f"drawn[{name}]"}[kind], ATOM
    if node.op == "neg":
        return f"-{_at_least(POWER, node.args[0], names)}", SIGN
    if node.op == "pow":
        base, power = node.args
        if power.op == "constant" and power.args[0] == 2 and _write(base, names)[1] == ATOM:
            return f"{expression(base, names)} * {expression(base, names)}", PRODUCT
        return (f"{_at_least(ATOM, base, names)} ** {_at_least(ATOM, power, names)}", POWER)
    if node.op == "where":
        condition, yes, no = (_at_least(COMPARISON, a, names) for a in node.args)
        return f"{condition} ? {yes} : {no}", CHOICE
    row = OPERATIONS[node.op]
    if row.javascript:
        return (f"{row.javascript}({', '.join(expression(a, names) for a in node.args)})", ATOM)
    strength = STRENGTH[row.sign]
    left, right = (_at_least(strength + k, a, names) for k, a in enumerate(node.args))
    return f"{left} {row.sign} {right}", strength


def _at_least(strength: int, node: Node, names: Mapping[int, str]) -> str:
    text, own = _write(node, names)
    return text if own >= strength else f"({text})"


def _identifier(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_") or "rate"


def _names(names: Iterable[str]) -> str:
    return "[" + ", ".join(_text(name) for name in names) + "]"


def _text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
