"""SymPy's printers, bent to keep the author's order: equations as LaTeX and as plain text, symbols, widths."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sympy
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from immunereset.words import with_power


def symbol_latex(symbol: str, given: Mapping[str, str] | None = None) -> str:
    """LaTeX of a code name: what the model gives, else SymPy's Greek letters and indices, words upright."""
    if given and symbol in given:
        return given[symbol]
    stem, _, index = symbol.partition("_")
    if len(stem) > 1 and not _word_latex(stem).startswith(rf"\{stem}"):
        return rf"\mathrm{{{symbol.replace('_', chr(92) + ' ')}}}"
    parts = [_word_latex(stem)] + ([_word_latex(index.replace("_", ","))] if index else [])
    return parts[0] if len(parts) == 1 else f"{parts[0]}_{{{parts[1]}}}"


def _word_latex(word: str) -> str:
    greek = sympy.latex(sympy.Symbol(word)) if word.isalpha() else word
    if greek.startswith("\\") and len(word) > 1:
        return greek
    return word if len(word) <= 1 or word.isdigit() else rf"\mathrm{{{word}}}"


def width(latex: str) -> float:
    """About how many letters wide a piece of LaTeX is when set: a fraction is as wide as its wider half."""
    tokens = re.findall(r"\\[A-Za-z]+|\\.|.", latex)
    return _width_of(tokens)


def _width_of(tokens: list[str]) -> float:
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


def _group(tokens: list[str], place: int) -> tuple[list[str], int]:
    while tokens[place] == " ":
        place += 1
    if tokens[place] != "{":
        return tokens[place : place + 1], place + 1
    depth, end = 1, place + 1
    while depth:
        depth += {"{": 1, "}": -1}.get(tokens[end], 0)
        end += 1
    return tokens[place + 1 : end - 1], end


class Latex(LatexPrinter):
    """SymPy's LaTeX, but sums in the given order, numbers as the author wrote them, and short functions."""

    def __init__(self, symbols: Mapping[str, str]):
        super().__init__({"order": "none"})
        self.symbols = symbols

    def name(self, symbol: str) -> str:
        return symbol_latex(symbol, self.symbols)

    def terms(self, total: sympy.Expr) -> list[str]:
        """Each term of a sum with its sign, the first without a plus."""
        texts = [self._print(term) for term in total.args]
        signed = [texts[0]]
        for text in texts[1:]:
            signed.append(f"- {text[1:].lstrip()}" if text.startswith("-") else f"+ {text}")
        return signed

    def _print_Symbol(self, expr: sympy.Expr, style: str = "plain") -> str:
        return self.name(expr.name)

    def _print_Add(self, expr: sympy.Expr, order: Any = None) -> str:
        return " ".join(self.terms(expr))

    def _print_Mul(self, expr: sympy.Expr) -> str:
        sign, above, below = _fraction(expr)
        top = self._product(above, alone=not sign or bool(below)) if above else "1"
        return sign + (rf"\frac{{{top}}}{{{self._product(below)}}}" if below else top)

    def _product(self, parts: Sequence[sympy.Expr], alone: bool = True) -> str:
        """Factors side by side; a sum is put in brackets unless it stands `alone`."""
        text = ""
        for part in parts:
            one = self._print(part)
            if (len(parts) > 1 or not alone) and isinstance(part, (sympy.Add, sympy.Piecewise)):
                one = rf"\left({one}\right)"
            joint = r" \cdot " if one[0].isdigit() else r" \, "
            text = text + joint + one if text else one
        return text

    def _print_Float(self, expr: sympy.Expr) -> str:
        return with_power(expr, r" \times 10^{%d}")

    def _print_Min(self, expr: sympy.Expr, exp: str | None = None) -> str:
        return self._call(r"\min", expr, exp)

    def _print_Max(self, expr: sympy.Expr, exp: str | None = None) -> str:
        return self._call(r"\max", expr, exp)

    def _call(self, function: str, expr: sympy.Expr, exp: str | None) -> str:
        inner = ",\\ ".join(self._print(arg) for arg in sorted(expr.args, key=_numbers_last))
        power = f"^{{{exp}}}" if exp is not None else ""
        return rf"{function}{power}\left({inner}\right)"


def plain(form: sympy.Expr) -> str:
    """A SymPy form of this module as a line of text, close to the code."""
    return _Plain({"order": "none"}).doprint(form)


class _Plain(StrPrinter):
    """SymPy's plain text, with numbers as the author wrote them."""

    def _print_Mul(self, expr: sympy.Expr) -> str:
        sign, above, below = _fraction(expr)
        top = self._product(above) if above else "1"
        if not below:
            return sign + top
        bottom = self._product(below)
        return f"{sign}{top}/({bottom})" if len(below) > 1 else f"{sign}{top}/{bottom}"

    def _product(self, parts: Sequence[sympy.Expr]) -> str:
        return "*".join(self.parenthesize(part, PRECEDENCE["Mul"]) for part in parts)

    def _print_Float(self, expr: sympy.Expr) -> str:
        return with_power(expr, "e%d")

    def _print_Min(self, expr: sympy.Expr) -> str:
        return f"min({self._arguments(expr)})"

    def _print_Max(self, expr: sympy.Expr) -> str:
        return f"max({self._arguments(expr)})"

    def _arguments(self, expr: sympy.Expr) -> str:
        return ", ".join(self._print(arg) for arg in sorted(expr.args, key=_numbers_last))


def _fraction(product: sympy.Expr) -> tuple[str, list[sympy.Expr], list[sympy.Expr]]:
    """Sign, factors above and factors below the line, each in the given order."""
    parts = factors_of(product)
    sign = "-" if parts[0] == -1 else ""
    above, below = [], []
    for part in parts[1:] if sign else parts:
        if isinstance(part, sympy.Pow) and part.exp == -1:
            below += factors_of(part.base)
        else:
            above.append(part)
    return sign, above, below


def _numbers_last(expr: sympy.Expr) -> tuple[bool, str]:
    return expr.is_number, sympy.sstr(expr)


def factors_of(product: sympy.Expr) -> tuple[sympy.Expr, ...]:
    return product.args if isinstance(product, sympy.Mul) else (product,)
