r"""Equations as the author wrote them: from the trace of the model function, printed through SymPy.

A line such as `u = p.a_0 + y.E / p.K_E` in the model function becomes "where u = a₀ + E/K_E", and the rates keep
the order of their terms, so that equation and code read alike.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy

from immunereset.engine import Model, Protocol
from immunereset.engine.operations import OPERATIONS
from immunereset.engine.trace import Node, Trace, trace
from immunereset.pictures.printers import Latex, factors_of, plain, width

Forms = dict[str, sympy.Expr]
"""The expression that stands for each state or name."""

WIDEST_LINE = 19
"""Letters right of the equals sign before an equation is broken at a sign; about what a phone shows."""


def to_sympy(node: Node, named: Mapping[Node, str] | None = None) -> sympy.Expr:
    """A traced node as an unevaluated SymPy expression, its terms and factors in the author's order.

    `named` maps nodes to the names that stand for them; such nodes become symbols (but not `node` itself).
    Symbols carry the names of the code.
    """
    named = named or {}
    done = {}

    def convert(one: Node) -> sympy.Expr:
        if one not in done:
            name = named.get(one) if one is not node else None
            done[one] = sympy.Symbol(name) if name else build(one)
        return done[one]

    def build(one: Node) -> sympy.Expr:
        op, args = one.op, one.args
        if op == "constant":
            return _number(args[0])
        if op == "symbol":
            return sympy.Symbol(args[1])
        if op in ("add", "sub"):
            return sympy.Add(*terms(one, top=True), evaluate=False)
        if op in ("mul", "div", "neg"):
            return product(one)
        parts = [convert(arg) for arg in args]
        with sympy.evaluate(False):
            return OPERATIONS[op].equation(sympy, *parts)

    def terms(one: Node, top: bool = False) -> list[sympy.Expr]:
        if one.op not in ("add", "sub") or (not top and one in named):
            return [convert(one)]
        left, right = one.args
        rest = [convert(right)] if right.op in ("add", "sub") else terms(right)
        return terms(left) + [_negative(term) if one.op == "sub" else term for term in rest]

    def product(one: Node) -> sympy.Expr:
        above, below, sign = factors(one, top=True)
        top = _times(([sympy.Integer(-1)] if sign < 0 else []) + above)
        if not below:
            return top
        inverse = sympy.Pow(_times(below), -1, evaluate=False)
        return inverse if top == 1 else sympy.Mul(*factors_of(top), inverse, evaluate=False)

    def factors(one: Node, top: bool = False) -> tuple[list[sympy.Expr], list[sympy.Expr], int]:
        if one.op not in ("mul", "div", "neg") or (not top and one in named):
            return [convert(one)], [], 1
        above, below, sign = factors(one.args[0])
        if one.op == "neg":
            return above, below, -sign
        more, fewer, other = factors(one.args[1])
        if one.op == "mul":
            return above + more, below + fewer, sign * other
        return above + fewer, below + more, sign * other

    return convert(node)


def _number(value: float) -> sympy.Expr:
    return sympy.Integer(int(value)) if value == int(value) and abs(value) < 1e9 else sympy.Float(value, 17)


def _times(parts: list[sympy.Expr]) -> sympy.Expr:
    kept = [part for part in parts if part != 1] or [sympy.Integer(1)]
    return kept[0] if len(kept) == 1 else sympy.Mul(*kept, evaluate=False)


def _negative(term: sympy.Expr) -> sympy.Expr:
    first, *rest = factors_of(term)
    return _times([-first, *rest] if first.is_Number else [sympy.Integer(-1), first, *rest])


def forms(model: Model, protocol: Protocol | None = None) -> tuple[Forms, Forms]:
    """What the equations of a model say: `(derivatives, where)`, two dicts of SymPy expressions by name.

    `where` holds the author's named quantities that the derivatives use, in the order of their computation. A
    name that only renames a symbol or a number, or that is nothing but the rate of one flow, is left out: the
    equation then shows what it stands for.
    """
    traced = trace(model, protocol)
    names = telling_names(traced)
    derivatives = {state: to_sympy(node, names) for state, node in traced.derivatives.items()}
    where = {name: to_sympy(node, names) for node, name in names.items()}
    return derivatives, _used(where, derivatives)


def telling_names(traced: Trace) -> dict[Node, str]:
    """The author's names that are worth a line of their own, by node, in the order of computation."""
    users = {}
    for node in traced.graph.nodes:
        for arg in node.args:
            if node.op not in ("constant", "symbol"):
                users.setdefault(arg, set()).add(node)
    sums = _partial_sums(traced)
    rates = {rate for rate, _ in traced.flows.values()}
    taken = {*traced.states, *traced.parameters, *traced.inputs, "t"}
    names = {}
    for name, node in traced.named.items():
        only_a_rate = node in rates and users.get(node, set()) <= sums
        if node.op in ("constant", "symbol") or only_a_rate or name in taken or node in names:
            continue
        names[node] = name
    return names


def _partial_sums(traced: Trace) -> set[Node]:
    """The nodes that only add flows up to derivatives."""
    sums, rates = set(), {rate for rate, _ in traced.flows.values()}
    for node in traced.derivatives.values():
        while node not in rates and node.op in ("add", "sub", "neg", "mul"):
            sums.add(node)
            sums.update(arg for arg in node.args if arg.op in ("neg", "mul") and arg not in rates)
            node = node.args[0]
    return sums


def _used(where: Forms, derivatives: Forms) -> Forms:
    wanted = set().union(*(form.free_symbols for form in derivatives.values()))
    kept = {}
    for name, form in reversed(where.items()):
        if sympy.Symbol(name) in wanted:
            kept[name] = form
            wanted |= form.free_symbols
    return dict(reversed(kept.items()))


class Equations:
    """Displayable equations: `latex` for a page, plain text for a terminal. Shown once as display mathematics."""

    def __init__(self, latex: str, text: str):
        self.latex, self.text = latex, text

    def __str__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/latex": f"$${self.latex}$$", "text/plain": self.text}


def equations(model: Model, protocol: Protocol | None = None) -> Equations:
    """The equations of every state of `model`, then "where …" lines for the author's named quantities."""
    return _display(model, *forms(model, protocol))


def equation(model: Model, state: str) -> Equations:
    """The equation of one state, with the named quantities it uses. Raises ValueError for an unknown state."""
    if state not in model.states:
        raise ValueError(f"{model.name} has no state {state!r}; its states are {', '.join(model.states)}.")
    derivatives, where = forms(model)
    one = {state: derivatives[state]}
    return _display(model, one, _used(where, one))


def _display(model: Model, derivatives: Forms, where: Forms) -> Equations:
    symbols = latex_symbols(model)
    latex = Latex(symbols)
    lines, texts = [], []
    for state, form in derivatives.items():
        left = rf"\frac{{\mathrm{{d}}{latex.name(state)}}}{{\mathrm{{d}}t}}"
        lines += _broken(left, form, latex)
        texts.append(f"d{state}/dt = {plain(form)}")
    if where:
        lines.append(r"& \text{where}")
    for place, (name, form) in enumerate(where.items()):
        lines += _broken(latex.name(name), form, latex)
        texts.append(f"{'where ' if place == 0 else ''}{name} = {plain(form)}")
    body = " \\\\[4pt]\n".join(lines)
    return Equations(f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}", "\n".join(texts))


def _broken(left: str, form: sympy.Expr, latex: Latex) -> list[str]:
    """The lines of one equation; a long sum goes on in the next line, with its sign."""
    terms = latex.terms(form) if isinstance(form, sympy.Add) else [latex.doprint(form)]
    lines, used = [terms[0]], width(terms[0])
    for term in terms[1:]:
        if used + width(term) > WIDEST_LINE:
            lines.append(rf"\quad {{}}{term}")
            used = width(term) + 2
        else:
            lines[-1] += f" {term}"
            used += width(term)
    return [f"{left} ={{}}& {lines[0]}"] + [f"& {more}" for more in lines[1:]]


def latex_symbols(model: Model) -> dict[str, str]:
    """LaTeX by symbol for the states, parameters and inputs that have their own."""
    owners = {**model.states, **model.parameters, **model.inputs}
    return {symbol: owner.latex for symbol, owner in owners.items() if owner.latex}
