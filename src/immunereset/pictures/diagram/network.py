"""Who turns into whom, and who influences what: the graph of a model, read from its trace.

Nodes are states, inputs, flows, and hubs: quantities named by the author (such as a total) through which several
states act on several flows. An influence has a sign, found by moving its source at many states of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

import networkx
import numpy as np
import sympy

from immunereset.engine import Model
from immunereset.engine.trace import Node, Trace, symbols, trace
from immunereset.pictures.equations import telling_names, to_sympy

POINTS = 400


def network(model: Model, show: Sequence[str] = ()) -> networkx.DiGraph:
    """A `networkx.DiGraph` of the model.

    `show` names further quantities of the author's that are to be hubs, such as one through which a state acts on
    itself. Raises ValueError for a name that the model's function does not use.

    Nodes have `kind` "state", "input", "hub" or "flow"; a flow has its `rate` as a SymPy expression in the author's
    names, of groups that arrive the mean number of cells. Edges have `kind` "moves" (state to flow: leaves; flow to state: enters) or "influences", the latter with
    `sign` +1 (raises the rate), -1 (lowers it) or 0 (either, depending on the state). That a state drives its own
    flows is not drawn as an influence; an edge to a hub says how the source moves the hub.
    """
    traced = trace(model)
    names = telling_names(traced)
    if unknown := [name for name in show if name not in names.values()]:
        named = ", ".join(sorted(set(names.values())))
        raise ValueError(f"{model.name} computes nothing called {unknown[0]!r}; it names {named or 'no quantity'}.")
    shared = set(_hubs(traced, names))
    hubs = {node: name for node, name in names.items() if node in shared or name in show}
    points = _Points(model, traced, hubs)
    graph = networkx.DiGraph(name=model.name)
    graph.add_nodes_from(traced.states, kind="state")
    graph.add_nodes_from((f"flow:{name}" for name in traced.flows), kind="flow")
    for name, (rate, moves) in traced.flows.items():
        flow = f"flow:{name}"
        size = next(iter(moves.values())) if name in traced.arrivals else 1
        graph.nodes[flow].update(name=name, rate=sympy.nsimplify(size) * to_sympy(rate, names))
        if len(moves) > 2 or sorted(amount / size for amount in moves.values()) not in ([-1], [1], [-1, 1]):
            raise ValueError(f"The flow {name!r} of {model.name} is no gain, loss or move; a diagram cannot draw it.")
        for state, amount in moves.items():
            graph.add_edge(*((state, flow) if amount < 0 else (flow, state)), kind="moves")
        for source in _sources(rate, hubs):
            if source != owner(graph, flow):
                _influence(graph, source, flow, points.sign(rate, source))
    for node, hub in hubs.items():
        for source in _sources(node, hubs, inside=True):
            _influence(graph, source, hub, points.sign(node, source))
    for node in graph:
        kind = "hub" if node in hubs.values() else "input"
        graph.nodes[node].setdefault("kind", kind)
    return graph


def _influence(graph: networkx.DiGraph, source: str, target: str, sign: int | None) -> None:
    if sign is not None:
        graph.add_edge(source, target, kind="influences", sign=sign)


def _sources(node: Node, hubs: Mapping[Node, str], inside: bool = False) -> list[str]:
    """Names of the states, inputs and hubs that a node uses without going through a hub, in order of use."""
    found, seen, queue = [], set(), [node]
    while queue:
        one = queue.pop(0)
        if one in seen:
            continue
        seen.add(one)
        if one in hubs and not (inside and one is node):
            found.append(hubs[one])
        elif one.op == "symbol":
            if one.args[0] in ("state", "input"):
                found.append(one.args[1])
        elif one.op != "constant":
            queue.extend(one.args)
    return found


def _hubs(traced: Trace, names: Mapping[Node, str]) -> list[Node]:
    """Named nodes that gather two states or more, steer two flows or more, and act other than through another."""
    gathering = [node for node in names if len(_states_below(node)) > 1]
    steering = [node for node in gathering if sum(node in _below(rate) for rate, _ in traced.flows.values()) > 1]
    rates = {rate for rate, _ in traced.flows.values()}
    outer = []
    for node in steering:
        others = {other for other in steering if other is not node}
        if any(node in _below(rate, stop=others) for rate in rates):
            outer.append(node)
    return outer


def _below(node: Node, stop: Collection[Node] = frozenset()) -> set[Node]:
    seen, queue = set(), [node]
    while queue:
        one = queue.pop()
        if one in seen or one in stop:
            continue
        seen.add(one)
        if one.op not in ("constant", "symbol"):
            queue.extend(one.args)
    return seen


def _states_below(node: Node) -> set[str]:
    return {name for kind, name in symbols(node) if kind == "state"}


class _Points:
    """Many random situations of a model, at which the sign of an influence is tried."""

    def __init__(self, model: Model, traced: Trace, hubs: Mapping[Node, str]):
        rng = np.random.default_rng(0)
        self.values = {"t": rng.uniform(0, 365, POINTS)} | {s: q.value for s, q in model.parameters.items()}
        for state in traced.states:
            self.values[state] = 10 ** rng.uniform(-3, 3, POINTS)
        for symbol, given in model.inputs.items():
            self.values[symbol] = rng.uniform(given.low, min(given.high, 5.0), POINTS)
        # A node is asked for every source of it.
        self._values_of = cache(lambda node: _function(to_sympy(node, hubs)))
        for node, name in hubs.items():
            self.values[name] = _function(to_sympy(node))(self.values)

    def sign(self, node: Node, source: str) -> int | None:
        """+1, -1, 0 (both occur) or None (nothing moves) for the effect of raising `source` on `node`."""
        value, values = self._values_of(node), self.values
        low, high = (value(values | {source: values[source] * factor}) for factor in (1 - 1e-4, 1 + 1e-4))
        change = (high - low) / (np.abs(high) + np.abs(low) + 1e-300)
        up, down = bool((change > 1e-12).any()), bool((change < -1e-12).any())
        return None if not (up or down) else up - down


def _function(form: sympy.Expr) -> Callable[[Mapping[str, Any]], np.ndarray]:
    """The values of a form at all points, as a function of those of its symbols."""
    letters = sorted(form.free_symbols, key=str)
    compute = sympy.lambdify(letters, form, "numpy")

    def value(values: Mapping[str, Any]) -> np.ndarray:
        with np.errstate(all="ignore"):
            result = compute(*(values[str(letter)] for letter in letters))
        return np.broadcast_to(np.asarray(result, dtype=float), POINTS)

    return value


def owner(graph: networkx.DiGraph, flow: str) -> str:
    """The state whose card shows a flow: the source, or the target if the flow comes from outside."""
    source, target = ends(graph, flow)
    return source or target


def ends(graph: networkx.DiGraph, flow: str) -> tuple[str | None, str | None]:
    """Source and target of a flow; None is outside the model."""
    source = next((a for a in graph.predecessors(flow) if graph.edges[a, flow]["kind"] == "moves"), None)
    return source, next(iter(graph.successors(flow)), None)


def of_kind(graph: networkx.DiGraph, kind: str) -> list[str]:
    """The nodes of one kind, in the order of the model."""
    return [node for node, data in graph.nodes(data=True) if data["kind"] == kind]


def label(graph: networkx.DiGraph, flow: str) -> str:
    """A flow's name without the state that it stands beside: "division of N" in the card of N is "division"."""
    name = graph.nodes[flow]["name"]
    return name.removesuffix(f" of {owner(graph, flow)}")
