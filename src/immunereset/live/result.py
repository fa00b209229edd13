"""The sentence under a live figure, chosen and filled by measures of the run.

Result({"E_end": final("E"), "day": first_above("E", 2, after="tx_day")},
       [("E_end < 2", "At the end the disease is silent: E is {E_end}."),
        ("otherwise", "The disease is back on day {day:.0f}.")])
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from immunereset.live.emit import number
from immunereset.live.measures import Measure
from immunereset.live.names import nearest_first
from immunereset.words import fixed, show

PLACE = re.compile(r"\{([^{}]*)\}")
SLOT = re.compile(r"([A-Za-z_]\w*)(?::\.(\d)f)?")
SIGNS = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
}


class Result:
    """A sentence that depends on a run.

    `measures` maps names to measures; `sentences` is a list of (condition, text), the first true one is shown. A
    condition compares names and numbers (`"E_end < 2 and k >= 3"`, `"day < inf"`) or is `"otherwise"`, which must come
    last. In the text, `{name}` is a measure or a parameter with 3 significant digits and `{name:.1f}` one with a fixed
    number of decimals. Raises ValueError for anything else.
    """

    def __init__(self, measures: Mapping[str, Measure], sentences: Sequence[tuple[str, str]]):
        if isinstance(measures, (str, list, tuple)) and isinstance(sentences, Mapping):
            raise ValueError(
                "The arguments of a result are swapped: first the measures, {'end': final('E')}, then the sentences, "
                "[('otherwise', '…')]."
            )
        if isinstance(sentences, str):
            raise ValueError(
                "The sentences of a result are a list of pairs of a condition and a text: "
                f"Result({{…}}, [('otherwise', {sentences!r})])."
            )
        if not isinstance(measures, Mapping):
            raise ValueError(f"The measures of a result are a dict, such as {{'end': final('E')}}, not {measures!r}.")
        self.measures, self.sentences = dict(measures), [tuple(pair) for pair in sentences]
        for name, measure in self.measures.items():
            if not (isinstance(name, str) and name.isidentifier() and isinstance(measure, Measure)):
                raise ValueError(f"A result maps names to measures like final('E'); {name!r}: {measure!r} was given.")
        conditions = [condition for condition, _ in self.sentences]
        if conditions.count("otherwise") != 1 or conditions[-1] != "otherwise":
            raise ValueError("The last sentence of a result, and no other, must have the condition 'otherwise'.")
        self.tests = [_parse(condition) for condition in conditions[:-1]]
        self.names = {name for test in self.tests for name in _names(test)}
        self.names |= {name for _, text in self.sentences for name, _ in _slots(text)}

    def check_for(self, series: Iterable[str], parameters: Iterable[str]) -> None:
        """Refuse names that are neither measure nor parameter, and measures of what the model has not."""
        for name in sorted(self.names - set(self.measures) - set(parameters)):
            known = nearest_first(name, [*self.measures, *parameters])
            raise ValueError(f"The result speaks of {name!r}, which is no measure and no parameter; known: {known}.")
        for name, measure in self.measures.items():
            if name in parameters:
                raise ValueError(f"The measure {name!r} has the name of a parameter; give it another one.")
            if measure.name not in series:
                raise ValueError(
                    f"The measure {name!r} asks for {measure.name!r}; the model has {nearest_first(measure.name, series)}."
                )
            for argument in (*measure.arguments, getattr(measure, "day", 0)):
                if isinstance(argument, str) and argument not in parameters:
                    raise ValueError(f"The measure {name!r} uses {argument!r}, which is no parameter.")

    def answers(self, track: Any) -> dict[str, float]:
        """Every measure's answer for one run (a `Track` or `Steps`), by name."""
        return {name: measure.ask(track) for name, measure in self.measures.items()}

    def sentence(self, known: Mapping[str, float]) -> str:
        """The sentence for `known`: measures and parameters by name."""
        texts = [text for _, text in self.sentences]
        chosen = next((text for test, text in zip(self.tests, texts) if _true(test, known)), texts[-1])
        return PLACE.sub(lambda place: _fill(place.group(), known), chosen)

    def source(self) -> list[str]:
        """The measures and the sentence as lines of JavaScript, two members of a figure's object."""
        lines = [
            "ask: (run, p, runs) => ({",
            *(f"{name}: {measure.source()}," for name, measure in self.measures.items()),
        ]
        lines += ["}),", "say(m) {"]
        for test, (_, text) in zip(self.tests, self.sentences):
            lines.append(f"if ({_javascript(test)}) return {_template(text)};")
        return [*lines, f"return {_template(self.sentences[-1][1])};", "},"]


def _slots(text: str) -> Iterator[tuple[str, str | None]]:
    """The places to fill in a text: (name, decimals or None)."""
    for inside in PLACE.findall(text):
        match = SLOT.fullmatch(inside)
        if not match:
            raise ValueError(f"{{{inside}}} in a result's sentence must look like {{name}} or {{name:.1f}}.")
        yield match.groups()


def _fill(place: str, known: Mapping[str, float]) -> str:
    [(name, places)] = _slots(place)
    return show(known[name]) if places is None else fixed(known[name], int(places))


def _template(text: str) -> str:
    """The text as a JavaScript template literal."""
    pieces = re.sub(r"([\\`]|\$(?=\{))", r"\\\1", text)

    def place(match: re.Match) -> str:
        [(name, places)] = _slots(match.group())
        return f"${{show(m.{name})}}" if places is None else f"${{fixed(m.{name}, {places})}}"

    return f"`{PLACE.sub(place, pieces)}`"


def _parse(condition: str) -> ast.expr:
    """A condition's syntax tree, after a look at every part of it."""
    try:
        tree = ast.parse(condition, mode="eval").body
        _javascript(tree)
    except (SyntaxError, KeyError, TypeError, ValueError):
        raise ValueError(
            f"The condition {condition!r} must compare names and numbers with <, <=, > or >=, joined by and, or, not."
        ) from None
    return tree


def _names(tree: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {"inf"}


def _javascript(node: ast.expr) -> str:
    match node:
        case ast.BoolOp():
            sign = " && " if isinstance(node.op, ast.And) else " || "
            return "(" + sign.join(_javascript(value) for value in node.values) + ")"
        case ast.UnaryOp(op=ast.Not()):
            return f"!({_javascript(node.operand)})"
        case ast.Compare():
            sides = [_side(side) for side in (node.left, *node.comparators)]
            pairs = zip(sides, node.ops, sides[1:])
            return "(" + " && ".join(f"{a} {SIGNS[type(op)][0]} {b}" for a, op, b in pairs) + ")"
    raise TypeError(ast.dump(node))


def _side(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return "Infinity" if node.id == "inf" else f"m.{node.id}"
    return number(ast.literal_eval(node))


def _true(node: ast.expr, known: Mapping[str, float]) -> bool:
    match node:
        case ast.BoolOp():
            answers = (_true(value, known) for value in node.values)
            return all(answers) if isinstance(node.op, ast.And) else any(answers)
        case ast.UnaryOp():
            return not _true(node.operand, known)
    sides = [_value(side, known) for side in (node.left, *node.comparators)]
    return all(SIGNS[type(op)][1](a, b) for a, op, b in zip(sides, node.ops, sides[1:]))


def _value(node: ast.expr, known: Mapping[str, float]) -> float:
    if isinstance(node, ast.Name):
        return math.inf if node.id == "inf" else known[node.id]
    return ast.literal_eval(node)
