"""A traced model as JavaScript for many patients: what depends on a patient's parameters alone is computed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from immunereset.engine.trace import Node, Trace, symbols
from immunereset.live.cohort.variation import Variation
from immunereset.live.emit import indent, number, protocol_source, statements


def cohort_source(
    trace: Trace, inputs: Mapping[str, tuple[float, float]], watched: Sequence[str], variation: Variation
) -> tuple[list[str], str]:
    """The states that are computed, and the JavaScript object literal of a traced model and protocol, as run.js reads it.

    `inputs` maps each input's symbol to its lowest and highest value; `watched` lists the states and observables that
    are asked for, and states on which none of them depends are left out. `variation` is a `Variation`.
    """
    seen = [_node(trace, name) for name in watched]
    states = _needed(trace, seen)
    places = {symbol: f"input[{i}]" for i, symbol in enumerate(inputs)}
    rates = {trace.derivatives[s].index: trace.derivatives[s] for s in states}
    fixed = _fixed([*rates.values(), *seen])
    known = {node.index: f"fixed[{i}]" for i, node in enumerate(fixed)}
    known |= {n.index: places[n.args[1]] for n in trace.graph.nodes if n.op == "symbol" and n.args[0] == "input"}
    flow = {f"d[{i}]": trace.derivatives[s] for i, s in enumerate(states)}
    limits = ", ".join(f"[{i}, {number(low)}, {number(high)}]" for i, (low, high) in enumerate(inputs.values()))
    lines = [
        "{",
        f"states: {len(states)},",
        f"limits: [{limits}],",
        f"fixed: {len(fixed)},",
        "fix(p, fixed) {", *statements({f"fixed[{i}]": n for i, n in enumerate(fixed)}, trace.named, []), "},",
        "flow(t, y, fixed, input, d) {", *statements(flow, trace.named, states, known), "},",
        "watch(t, y, fixed, input, out) {",
        *statements({f"out[{i}]": node for i, node in enumerate(seen)}, trace.named, states, known),
        "},",
        *protocol_source(trace, states, lambda name: str(list(inputs).index(name))),
    ]  # fmt: skip
    draws = ", ".join(f'"{kind}"' for kind in variation.kinds)
    values = {f"out.{symbol}": node for symbol, node in variation.values.items()}
    lines += [f"draws: [{draws}],", "vary(p, drawn, out) {", *statements(values, variation.named, []), "},", "}"]
    return states, indent(lines)


def _node(trace: Trace, name: str) -> Node:
    """The node of a state or an observable."""
    return trace.graph.symbol("state", name) if name in trace.states else trace.observables[name]


def _needed(trace: Trace, seen: Iterable[Node]) -> list[str]:
    """The states, in the order of the model, on which the nodes `seen` depend at any time."""
    found, ahead = set(), {name for kind, name in symbols(*seen) if kind == "state"}
    while ahead:
        state = ahead.pop()
        found.add(state)
        effects = [event.effect[state] for event in trace.events if state in event.effect]
        ahead |= {name for kind, name in symbols(trace.derivatives[state], *effects) if kind == "state"} - found
    return [state for state in trace.states if state in found]


def _fixed(nodes: Iterable[Node]) -> list[Node]:
    """The largest parts of the given nodes that depend on parameters and on nothing else."""
    found, done, ahead = {}, set(), list(nodes)
    while ahead:
        node = ahead.pop()
        if node.index in done or node.op == "constant":
            continue
        done.add(node.index)
        kinds = {kind for kind, _ in symbols(node)}
        if kinds == {"parameter"}:
            found[node.index] = node
        elif kinds:
            ahead += [argument for argument in node.args if isinstance(argument, Node)]
    return [found[index] for index in sorted(found)]
