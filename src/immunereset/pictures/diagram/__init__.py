"""The flow diagram of a model, drawn from its trace.

Each state is a card with a row for every flow. A solid arrow is what moves: into the card from a dot (from outside, or
by division), out of it to a dot, or from one card to another (becomes). A dashed line is an influence on a flow: an
arrowhead raises its rate, a flat bar lowers it, a dot does either, depending on the state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from immunereset.engine import Input, Model, State
from immunereset.pictures.diagram.drawing import draw
from immunereset.pictures.diagram.layout import lay_out
from immunereset.pictures.diagram.network import ends, label, network, of_kind, owner
from immunereset.pictures.figure import Picture, check_words, svg
from immunereset.pictures.printers import plain

if TYPE_CHECKING:
    import networkx

COLUMNS = ["flow", "from", "to", "rate", "raised by", "lowered by"]


def diagram(
    model: Model,
    *,
    name: str,
    caption: str,
    influences: bool = True,
    show: Sequence[str] = (),
    layout: Mapping[str, tuple[int, int]] | None = None,
) -> Picture:
    """The flow diagram of `model` as a `Picture`, with a description in words and a table of its flows.

    `influences=False` draws only what moves. `show` names quantities of the model's function that are to be drawn
    between what moves them and what they move, also if only one state does, so that a state's feedback on itself can be
    seen. `layout` may give every state a place, {symbol: (column, row)},
    with column 0 or 1 and rows counted from the top.
    """
    graph = network(model, show)
    if not influences:
        graph.remove_nodes_from([n for n, data in graph.nodes(data=True) if data["kind"] in ("input", "hub")])
        graph.remove_edges_from([(a, b) for a, b, data in graph.edges(data=True) if data["kind"] == "influences"])
    alt = describe(model, graph)
    check_words(name, caption, alt)
    rows = [_row(graph, flow) for flow in of_kind(graph, "flow")]
    columns = COLUMNS
    if not influences:
        columns, rows = COLUMNS[:4], [row[:4] for row in rows]
    picture = svg(draw(graph, lay_out(model, graph, layout)), name)
    return Picture(picture, name=name, caption=caption.strip(), alt=alt, columns=columns, rows=rows, wide=True)


def describe(model: Model, graph: networkx.DiGraph) -> str:
    """The diagram in words: what each symbol means, every flow, and every influence with its direction."""
    inputs = [model.inputs[symbol] for symbol in of_kind(graph, "input")]
    sentences = [f"Flow diagram of the {model.name} model. States: {_meanings(model.states.values())}."]
    if inputs:
        sentences.append(f"Inputs: {_meanings(inputs)}.")
    if hubs := of_kind(graph, "hub"):
        sentences.append(f"Computed on the way: {_and(hubs)}.")
    for state in model.states:
        gains = [label(graph, flow) for flow in of_kind(graph, "flow") if ends(graph, flow) == (None, state)]
        losses = [label(graph, flow) for flow in of_kind(graph, "flow") if ends(graph, flow) == (state, None)]
        parts = [f"gains by {_and(gains)}"] * bool(gains) + [f"loses by {_and(losses)}"] * bool(losses)
        if parts:
            sentences.append(f"{state} {' and '.join(parts)}.")
    for flow in of_kind(graph, "flow"):
        source, target = ends(graph, flow)
        if source and target:
            sentences.append(f"{_capital(label(graph, flow))} turns {source} into {target}.")
    for verb, sign in (("raises", 1), ("lowers", -1), ("raises or lowers", 0)):
        for node in graph:
            touched = [
                _target(graph, other)
                for other in graph.successors(node)
                if graph.edges[node, other].get("sign") == sign
            ]
            if touched:
                sentences.append(f"{node} {verb} {_and(touched)}.")
    return " ".join(sentences)


def _meanings(quantities: Iterable[State | Input]) -> str:
    return "; ".join(f"{quantity.symbol}, {quantity.meaning}" for quantity in quantities)


def _target(graph: networkx.DiGraph, node: str) -> str:
    if graph.nodes[node]["kind"] != "flow":
        return node
    name, home = graph.nodes[node]["name"], owner(graph, node)
    return name if name.endswith(f" of {home}") else f"{name} ({home})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _and(words: Iterable[str]) -> str:
    words = list(words)
    return " and ".join(words) if len(words) < 3 else ", ".join(words[:-1]) + " and " + words[-1]


def _row(graph: networkx.DiGraph, flow: str) -> list[str]:
    source, target = ends(graph, flow)
    signs = {sign: [] for sign in (1, -1, 0)}
    for node in graph.predecessors(flow):
        if graph.edges[node, flow]["kind"] == "influences":
            signs[graph.edges[node, flow]["sign"]].append(node)
    raised, lowered = signs[1] + signs[0], signs[-1] + signs[0]
    data = graph.nodes[flow]
    return [data["name"], source or "outside", target or "outside", plain(data["rate"]),
            ", ".join(raised) or "–", ", ".join(lowered) or "–"]  # fmt: skip
