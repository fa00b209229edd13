"""Run a model function once with symbols and keep what it computed.

The function runs unchanged: `Node` objects stand in for numbers and record every operation. They speak NumPy's
protocols, so `np.exp` or `np.where` inside a model work on them as on arrays. The local variable names of the author
are kept, so that equations and generated code read like the model.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .errors import TraceError
from .names import Names
from .operations import OPERATIONS
from .parameter import Later, Parameter
from .protocol import Course


class Node(NDArrayOperatorsMixin):
    """One value in a traced computation.

    `op` is "constant" (args: the number), "symbol" (args: kind and name; the kinds are "t", "state", "parameter" and
    "input") or the name of an operation (args: nodes). Equal computations within one `Graph` are one object.
    """

    __slots__ = ("args", "graph", "index", "op")

    def __init__(self, graph: Graph, op: str, args: tuple, index: int):
        self.graph, self.op, self.args, self.index = graph, op, args, index

    def __repr__(self) -> str:
        inner = ", ".join(f"#{a.index}" if isinstance(a, Node) else repr(a) for a in self.args)
        return f"#{self.index}={self.op}({inner})"

    __hash__ = object.__hash__

    # In place, too, a new node is made: nothing that was computed ever changes.
    __iadd__, __isub__ = NDArrayOperatorsMixin.__add__, NDArrayOperatorsMixin.__sub__
    __imul__, __itruediv__ = NDArrayOperatorsMixin.__mul__, NDArrayOperatorsMixin.__truediv__
    __ipow__ = NDArrayOperatorsMixin.__pow__

    def __pos__(self):
        return self

    def __bool__(self):
        raise TraceError(
            "A model function branched on a model value (if, and, or, min(), max()). "
            "Write np.where(condition, a, b), np.minimum(a, b) or np.maximum(a, b)."
        )

    def __eq__(self, other):
        raise TraceError("A model function compared a model value with ==. Write np.where with <, <=, > or >=.")

    __ne__ = __eq__

    def __float__(self):
        raise TraceError(
            "A model function used math.* or float() on a model value. Write np.exp, np.log, np.sqrt and so on."
        )

    __int__ = __index__ = __float__

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        name = self.graph.names.get(ufunc)
        if name is None or method != "__call__" or options:
            known = ", ".join(sorted({row.numpy.__name__ for row in OPERATIONS.values()} - {"where"}))
            raise TraceError(f"A model function used np.{ufunc.__name__}; it may use: {known}.")
        return self.graph.node(name, tuple(self.graph.lift(i) for i in inputs))

    def __array_function__(self, function, types, args, options):
        if function is np.where and len(args) == 3 and not options:
            return self.graph.node("where", tuple(self.graph.lift(a) for a in args))
        if function is np.clip and len(args) == 3 and not options:
            value, low, high = args
            return np.minimum(np.maximum(value, self.graph.lift(low)), self.graph.lift(high))
        raise TraceError(
            f"A model function used np.{function.__name__}; of the functions on arrays it may use "
            "np.where(condition, a, b) and np.clip(a, low, high)."
        )


def symbols(*nodes: Node) -> set[tuple[str, str]]:
    """Return the symbols, as (kind, name), that the given nodes depend on."""
    found, seen, ahead = set(), set(), list(nodes)
    while ahead:
        node = ahead.pop()
        if node.index in seen:
            continue
        seen.add(node.index)
        if node.op == "symbol":
            found.add(node.args)
        ahead.extend(a for a in node.args if isinstance(a, Node))
    return found


class Graph:
    """All nodes of one trace, each computation once, in the order in which they were computed.

    `names` has the operation that each of NumPy's functions is.
    """

    def __init__(self):
        self.nodes: list[Node] = []
        self._known: dict[tuple, Node] = {}
        self.names = {row.numpy: name for name, row in OPERATIONS.items()}

    def node(self, op: str, args: tuple) -> Node:
        """Return the node of this computation, made now or before."""
        key = (op, *(("#", a.index) if isinstance(a, Node) else a for a in args))
        if key not in self._known:
            self._known[key] = Node(self, op, args, len(self.nodes))
            self.nodes.append(self._known[key])
        return self._known[key]

    def symbol(self, kind: str, name: str) -> Node:
        """Return the node that stands for time, a state, a parameter or an input."""
        return self.node("symbol", (kind, name))

    def lift(self, value) -> Node:
        """Return a node for a number; nodes of this graph pass through."""
        if isinstance(value, Node):
            if value.graph is not self:
                raise TraceError("A model function mixed values of two different traces.")
            return value
        if isinstance(value, (bool, np.bool_)) or np.ndim(value) or not np.isreal(value):
            raise TraceError(f"A model function used {value!r} in a rate; it may use single real numbers.")
        return self.node("constant", (float(value),))


@dataclass(frozen=True)
class TracedEvent:
    """An event of a protocol: its day and the new value of each state that it changes."""

    name: str
    day: Node
    effect: dict[str, Node]
    named: dict[str, Node]


@dataclass
class Trace:
    """What a model function computed, and what a protocol does, as nodes.

    `named` holds the author's local variables in the order of their first computation; `flows`, for each flow, its rate
    and the states it moves (by how much, mostly +1 or -1); `arrivals` the flows that come at random times whatever they
    move; `derivatives` the sum of the flows for each state. The quantities of `courses` are nodes.
    """

    graph: Graph
    states: list[str]
    parameters: list[str]
    inputs: list[str]
    flows: dict[str, tuple[Node, dict[str, float]]] = field(default_factory=dict)
    arrivals: set[str] = field(default_factory=set)
    named: dict[str, Node] = field(default_factory=dict)
    derivatives: dict[str, Node] = field(default_factory=dict)
    observables: dict[str, Node] = field(default_factory=dict)
    courses: list[Course] = field(default_factory=list)
    events: list[TracedEvent] = field(default_factory=list)

    def text(self) -> str:
        """Return everything traced in one canonical text."""
        lines = [repr(n) for n in self.graph.nodes]
        lines += [f"d{s}/dt=#{n.index}" for s, n in self.derivatives.items()]
        lines += [f"{name}: #{rate.index} {moves}" for name, (rate, moves) in self.flows.items()]
        lines += [f"{name} arrives at random" for name in self.flows if name in self.arrivals]
        lines += [f"{name}=#{n.index}" for name, n in self.observables.items()]
        lines += [f"course {c.name} {c.input} {[n.index for n in c.quantities]}" for c in self.courses]
        for e in self.events:
            effect = {s: n.index for s, n in e.effect.items()}
            lines.append(f"event {e.name} #{e.day.index} {effect}")
        return "\n".join(lines)


def run_traced(function: Callable, *args) -> tuple[object, dict[str, Node]]:
    """Call `function(*args)`; return its result and its local variables that are nodes.

    Those of a function that it calls with the same arguments, such as the flows of a model that it builds on, count as
    its own. They are read as the function returns, through Python's profiling hook, so no source text is needed.
    """
    code = getattr(function, "__code__", None)
    seen: dict[str, Node] = {}

    def on_return(frame, event, _value):
        arguments, local = frame.f_code.co_varnames[: frame.f_code.co_argcount], frame.f_locals
        same = len(arguments) == len(args) and all(local.get(name) is arg for name, arg in zip(arguments, args))
        if event == "return" and (same or frame.f_code is code):
            seen.update({k: v for k, v in local.items() if isinstance(v, Node) and k not in arguments})

    before = sys.getprofile()
    # cProfile installs an object that sys.setprofile does not take back; it is paused and resumed.
    is_profiler = hasattr(before, "disable")
    if is_profiler:
        before.disable()
    sys.setprofile(on_return)
    try:
        result = function(*args)
    finally:
        sys.setprofile(None if is_profiler else before)
        if is_profiler:
            before.enable()
    return result, dict(sorted(seen.items(), key=lambda item: item[1].index))


def trace(model, protocol=None) -> Trace:
    """Trace a model and, if given, the protocol that acts on it.

    Raises `TraceError` if a function branches on a model value or leaves the vocabulary of
    `OPERATIONS` and `np.clip`, and `ModelError` if it names a state, a parameter or an input that does not exist.
    """
    graph, parameters = Graph(), [*model.parameters, *(protocol.parameters if protocol is not None else ())]
    out = Trace(graph, list(model.states), parameters, list(model.inputs))
    t = graph.symbol("t", "t")
    owner = f"The model '{model.name}'"
    y = Names("y", owner, {s: graph.symbol("state", s) for s in model.states})
    known = {s: graph.symbol("parameter", s) for s in parameters} | {s: graph.symbol("input", s) for s in model.inputs}
    p = Names("p", owner, known)

    flows, out.named = run_traced(model.flows, t, y, p)
    model.check_flows(flows)
    out.flows = {name: (graph.lift(f.rate), dict(f.moves)) for name, f in flows.items()}
    out.arrivals = {name for name, f in flows.items() if f.arrives}
    for state in model.states:
        total = None
        for rate, moves in out.flows.values():
            if state not in moves:
                continue
            amount = abs(moves[state])
            term = rate if amount == 1 else amount * rate
            if moves[state] > 0:
                total = term if total is None else total + term
            else:
                total = -term if total is None else total - term
        out.derivatives[state] = graph.lift(0.0) if total is None else total
    out.observables = {name: graph.lift(o.function(t, y, p)) for name, o in model.observables.items()}

    def quantity(q) -> Node:
        if isinstance(q, Later):
            return getattr(p, q.parameter.symbol) + q.days
        return graph.lift(getattr(p, q.symbol) if isinstance(q, Parameter) else q)

    if protocol is not None:
        for course in protocol.courses:
            out.courses.append(Course(course.input, *map(quantity, course.quantities), name=course.name))
        for event in protocol.events:
            effect, named = run_traced(event.effect, y, p)
            event.check_effect(effect, model)
            lifted = {s: graph.lift(v) for s, v in effect.items()}
            out.events.append(TracedEvent(event.name, quantity(event.day), lifted, named))
    return out
