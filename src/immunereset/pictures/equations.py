r"""Equations as the author wrote them: from the trace of the model function, printed through SymPy.

A line such as `u = p.a_0 + y.E / p.K_E` in the model function becomes "where u = a₀ + E/K_E", and the rates keep
the order of their terms, so that equation and code read alike.
"""

import re

import sympy
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from immunereset.engine.trace import trace

WIDEST_LINE = 19
"""Letters right of the equals sign before an equation is broken at a sign; about what a phone shows."""

_RELATIONS = {"lt": sympy.Lt, "le": sympy.Le, "gt": sympy.Gt, "ge": sympy.Ge}
_FUNCTIONS = {
    "exp": sympy.exp,
    "log": sympy.log,
    "tanh": sympy.tanh,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "abs": sympy.Abs,
    "floor": sympy.floor,
}


def to_sympy(node, named=None):
    """A traced node as an unevaluated SymPy expression, its terms and factors in the author's order.

    `named` maps nodes to the names that stand for them; such nodes become symbols (but not `node` itself).
    Symbols carry the names of the code.
    """
    named = named or {}
    done = {}

    def convert(one):
        if one not in done:
            name = named.get(one) if one is not node else None
            done[one] = sympy.Symbol(name) if name else build(one)
        return done[one]

    def build(one):
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
        if op == "pow":
            return sympy.Pow(*parts, evaluate=False)
        if op == "sqrt":
            return sympy.Pow(parts[0], sympy.Rational(1, 2), evaluate=False)
        if op == "expm1":
            return sympy.Add(sympy.exp(parts[0], evaluate=False), -1, evaluate=False)
        if op == "log1p":
            return sympy.log(sympy.Add(1, parts[0], evaluate=False), evaluate=False)
        if op in ("min", "max"):
            return (sympy.Min if op == "min" else sympy.Max)(*parts, evaluate=False)
        if op in _RELATIONS:
            return _RELATIONS[op](*parts, evaluate=False)
        if op == "where":
            return sympy.Piecewise((parts[1], parts[0]), (parts[2], True), evaluate=False)
        if op in _FUNCTIONS:
            return _FUNCTIONS[op](parts[0], evaluate=False)
        raise ValueError(f"The operation {op!r} of a trace has no equation; equations.py must learn it.")

    def terms(one, top=False):
        if one.op not in ("add", "sub") or (not top and one in named):
            return [convert(one)]
        left, right = one.args
        rest = [convert(right)] if right.op in ("add", "sub") else terms(right)
        return terms(left) + [_negative(term) if one.op == "sub" else term for term in rest]

    def product(one):
        above, below, sign = factors(one, top=True)
        top = _times(([sympy.Integer(-1)] if sign < 0 else []) + above)
        if not below:
            return top
        inverse = sympy.Pow(_times(below), -1, evaluate=False)
        return inverse if top == 1 else sympy.Mul(*_factors_of(top), inverse, evaluate=False)

    def factors(one, top=False):
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


def _number(value):
    return sympy.Integer(int(value)) if value == int(value) and abs(value) < 1e9 else sympy.Float(value, 17)


def _times(parts):
    kept = [part for part in parts if part != 1] or [sympy.Integer(1)]
    return kept[0] if len(kept) == 1 else sympy.Mul(*kept, evaluate=False)


def _factors_of(product):
    return product.args if isinstance(product, sympy.Mul) else (product,)


def _negative(term):
    first, *rest = _factors_of(term)
    return _times([-first, *rest] if first.is_Number else [sympy.Integer(-1), first, *rest])


def forms(model, protocol=None):
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


def telling_names(traced):
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


def _partial_sums(traced):
    """The nodes that only add flows up to derivatives."""
    sums, rates = set(), {rate for rate, _ in traced.flows.values()}
    for node in traced.derivatives.values():
        while node not in rates and node.op in ("add", "sub", "neg", "mul"):
            sums.add(node)
            sums.update(arg for arg in node.args if arg.op in ("neg", "mul") and arg not in rates)
            node = node.args[0]
    return sums


def _used(where, derivatives):
    wanted = set().union(*(form.free_symbols for form in derivatives.values()))
    kept = {}
    for name, form in reversed(where.items()):
        if sympy.Symbol(name) in wanted:
            kept[name] = form
            wanted |= form.free_symbols
    return dict(reversed(kept.items()))


class Equations:
    """Displayable equations: `latex` for a page, plain text for a terminal. Shown once as display mathematics."""

    def __init__(self, latex, text):
        self.latex, self.text = latex, text

    def __str__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/latex": f"$${self.latex}$$", "text/plain": self.text}


def equations(model, protocol=None):
    """The equations of every state of `model`, then "where …" lines for the author's named quantities."""
    return _display(model, *forms(model, protocol))


def equation(model, state):
    """The equation of one state, with the named quantities it uses. Raises ValueError for an unknown state."""
    if state not in model.states:
        raise ValueError(f"{model.name} has no state {state!r}; its states are {', '.join(model.states)}.")
    derivatives, where = forms(model)
    one = {state: derivatives[state]}
    return _display(model, one, _used(where, one))


def _display(model, derivatives, where):
    symbols = latex_symbols(model)
    latex = _Latex(symbols)
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


def _broken(left, form, latex):
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


def latex_symbols(model):
    """LaTeX by symbol for the states, parameters and inputs that have their own."""
    owners = {**model.states, **model.parameters, **model.inputs}
    return {symbol: owner.latex for symbol, owner in owners.items() if owner.latex}


def symbol_latex(symbol, given=None):
    """LaTeX of a code name: what the model gives, else SymPy's Greek letters and indices, words upright."""
    if given and symbol in given:
        return given[symbol]
    stem, _, index = symbol.partition("_")
    if len(stem) > 1 and not _word_latex(stem).startswith(rf"\{stem}"):
        return rf"\mathrm{{{symbol.replace('_', chr(92) + ' ')}}}"
    parts = [_word_latex(stem)] + ([_word_latex(index.replace("_", ","))] if index else [])
    return parts[0] if len(parts) == 1 else f"{parts[0]}_{{{parts[1]}}}"


def _word_latex(word):
    greek = sympy.latex(sympy.Symbol(word)) if word.isalpha() else word
    if greek.startswith("\\") and len(word) > 1:
        return greek
    return word if len(word) <= 1 or word.isdigit() else rf"\mathrm{{{word}}}"


def width(latex):
    """About how many letters wide a piece of LaTeX is when set: a fraction is as wide as its wider half."""
    tokens = re.findall(r"\\[A-Za-z]+|\\.|.", latex)
    return _width_of(tokens)


def _width_of(tokens):
    total, place = 0.0, 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        if token == r"\frac":
            above, place = _group(tokens, place)
            below, place = _group(tokens, place)
            total += max(_width_of(above), _width_of(below)) + 0.5
        elif token in "_^":
            small, place = _group(tokens, place)
            total += 0.7 * _width_of(small)
        elif token not in "{} &" and token not in (r"\left", r"\right", r"\mathrm", r"\text", r"\,"):
            total += {"+": 2.2, "-": 2.2, "=": 2.2, r"\min": 3, r"\max": 3, r"\exp": 3, r"\log": 3}.get(token, 1)
    return total


def _group(tokens, place):
    while tokens[place] == " ":
        place += 1
    if tokens[place] != "{":
        return tokens[place : place + 1], place + 1
    depth, end = 1, place + 1
    while depth:
        depth += {"{": 1, "}": -1}.get(tokens[end], 0)
        end += 1
    return tokens[place + 1 : end - 1], end


class _Latex(LatexPrinter):
    """SymPy's LaTeX, but sums in the given order, numbers as the author wrote them, and short functions."""

    def __init__(self, symbols):
        super().__init__({"order": "none"})
        self.symbols = symbols

    def name(self, symbol):
        return symbol_latex(symbol, self.symbols)

    def terms(self, total):
        """Each term of a sum with its sign, the first without a plus."""
        texts = [self._print(term) for term in total.args]
        signed = [texts[0]]
        for text in texts[1:]:
            signed.append(f"- {text[1:].lstrip()}" if text.startswith("-") else f"+ {text}")
        return signed

    def _print_Symbol(self, expr, style="plain"):
        return self.name(expr.name)

    def _print_Add(self, expr, order=None):
        return " ".join(self.terms(expr))

    def _print_Mul(self, expr):
        sign, above, below = _fraction(expr)
        top = self._product(above, alone=not sign or bool(below)) if above else "1"
        return sign + (rf"\frac{{{top}}}{{{self._product(below)}}}" if below else top)

    def _product(self, parts, alone=True):
        """Factors side by side; a sum is put in brackets unless it stands `alone`."""
        text = ""
        for part in parts:
            one = self._print(part)
            if (len(parts) > 1 or not alone) and isinstance(part, (sympy.Add, sympy.Piecewise)):
                one = rf"\left({one}\right)"
            joint = r" \cdot " if one[0].isdigit() else r" \, "
            text = text + joint + one if text else one
        return text

    def _print_Float(self, expr):
        return _float_text(expr, r" \times 10^{%d}")

    def _print_Min(self, expr, exp=None):
        return self._call(r"\min", expr, exp)

    def _print_Max(self, expr, exp=None):
        return self._call(r"\max", expr, exp)

    def _call(self, function, expr, exp):
        inner = ",\\ ".join(self._print(arg) for arg in sorted(expr.args, key=_numbers_last))
        power = f"^{{{exp}}}" if exp is not None else ""
        return rf"{function}{power}\left({inner}\right)"


def plain(form):
    """A SymPy form of this module as a line of text, close to the code."""
    return _Plain({"order": "none"}).doprint(form)


class _Plain(StrPrinter):
    """SymPy's plain text, with numbers as the author wrote them."""

    def _print_Mul(self, expr):
        sign, above, below = _fraction(expr)
        top = self._product(above) if above else "1"
        if not below:
            return sign + top
        bottom = self._product(below)
        return f"{sign}{top}/({bottom})" if len(below) > 1 else f"{sign}{top}/{bottom}"

    def _product(self, parts):
        return "*".join(self.parenthesize(part, PRECEDENCE["Mul"]) for part in parts)

    def _print_Float(self, expr):
        return _float_text(expr, "e%d")

    def _print_Min(self, expr):
        return f"min({self._arguments(expr)})"

    def _print_Max(self, expr):
        return f"max({self._arguments(expr)})"

    def _arguments(self, expr):
        return ", ".join(self._print(arg) for arg in sorted(expr.args, key=_numbers_last))


def _fraction(product):
    """Sign, factors above and factors below the line, each in the given order."""
    parts = list(product.args)
    sign = "-" if parts[0] == -1 else ""
    above, below = [], []
    for part in parts[1:] if sign else parts:
        if isinstance(part, sympy.Pow) and part.exp == -1:
            below += _factors_of(part.base)
        else:
            above.append(part)
    return sign, above, below


def _numbers_last(expr):
    return expr.is_number, sympy.sstr(expr)


def _float_text(number, power):
    text = f"{float(number):.6g}"
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    return (mantissa + power % int(exponent)).removeprefix(r"1 \times ")
