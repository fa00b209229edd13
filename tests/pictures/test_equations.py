"""The equations shown are the model: SymPy's reading of them gives the same derivative as the code."""

import re
from functools import cache

import numpy as np
import pytest
import sympy

from immunereset.pictures import equation, equations
from immunereset.pictures.equations import forms, latex_symbols
from immunereset.pictures.printers import Latex, symbol_latex, width
from tests.pictures.small_models import epidemic, everything, package_models

MODELS = {**package_models(), "epidemic": epidemic(), "everything": everything()}


forms_once = cache(forms)


def by_sympy(model, t, y, p):
    derivatives, where = forms_once(model)
    values = {"t": t, **dict(zip(model.states, y)), **p}
    for name, form in [*where.items(), *((f"d{s}", form) for s, form in derivatives.items())]:
        values[name] = form.xreplace({symbol: sympy.Float(values[str(symbol)]) for symbol in form.free_symbols})
    return np.array([float(values[f"d{state}"]) for state in model.states])


@cache
def printed_rows(model):
    """The printed equations, a row each: first what stands behind "where"."""
    rows = equations(model).latex.removeprefix("\\begin{aligned}\n").removesuffix("\n\\end{aligned}")
    whole = re.sub(r" \\\\\[4pt\]\n& \\quad \{\}", " ", rows).split(" \\\\[4pt]\n")
    split = whole.index(r"& \text{where}") if r"& \text{where}" in whole else len(whole)
    return whole[split + 1 :] + whole[:split]


def by_latex(model, t, y, p):
    """Evaluate what is printed on the page, read back from its LaTeX."""
    given = {"t": t, **dict(zip(model.states, y)), **p}
    own = latex_symbols(model)
    values = {symbol_latex(symbol, own): value for symbol, value in given.items()}
    results = {}
    for row in printed_rows(model):
        left, right = row.split(" ={}& ")
        results[left] = values[left] = Reader(right, values).value()
    return np.array([results[rf"\frac{{\mathrm{{d}}{symbol_latex(s, own)}}}{{\mathrm{{d}}t}}"] for s in model.states])


class Reader:
    """Evaluates the LaTeX of one right-hand side: products by juxtaposition, fractions, powers, functions."""

    FUNCTIONS = {r"\log": np.log, r"\tanh": np.tanh, r"\sin": np.sin, r"\cos": np.cos}

    def __init__(self, text, values):
        self.rest, self.values = text.strip(), values
        self.names = sorted(values, key=len, reverse=True)

    def value(self, *ends):
        total = self.term()
        while self.rest and not self.rest.startswith(ends or ("\0",)):
            sign = self.take("+", "-")
            total += self.term() if sign == "+" else -self.term()
        return total

    def term(self):
        sign = -1 if self.take("-") else 1
        product = self.factor()
        while self.rest and not re.match(r"[-+,&})]|\\right|\\rfloor|\\end|\\\\|<|>|\\geq|\\leq", self.rest):
            self.take(r"\,", r"\cdot", r"\times")
            product *= self.factor()
        return sign * product

    def factor(self):
        base = self.atom()
        return base ** self.group() if self.take("^") else base

    def atom(self):
        if number := re.match(r"\d+(\.\d+)?", self.rest):
            self.cut(number.end())
            return float(number.group())
        for function, meaning in self.FUNCTIONS.items():
            if self.take(function):
                return meaning(self.group())
        if self.take(r"\frac"):
            above, below = self.group(), self.group()
            return above / below
        if self.take(r"\sqrt"):
            return np.sqrt(self.group())
        for function, meaning in {r"\min": min, r"\max": max}.items():
            if self.take(function):
                return meaning(self.pair())
        for opening, closing, meaning in [
            (r"\left(", r"\right)", float), (r"\left|", r"\right|", abs),
            (r"\left\lfloor", r"\right\rfloor", np.floor),
        ]:  # fmt: skip
            if self.take(opening):
                inner = self.value(closing)
                assert self.take(closing)
                return meaning(inner)
        if self.take("{"):
            inner = self.value("}")
            assert self.take("}")
            return inner
        if self.take(r"\begin{cases}"):
            return self.cases()
        if self.take("e^"):
            return np.exp(self.group())
        for name in self.names:
            if self.take(name):
                return self.values[name]
        raise AssertionError(f"cannot read {self.rest!r}")

    def cases(self):
        first = self.value("&")
        assert self.take(r"& \text{for}\:")
        left = self.value("<", ">", r"\geq", r"\leq")
        relation = self.take("<", ">", r"\geq", r"\leq")
        right = self.value(r"\\")
        assert self.take(r"\\")
        second = self.value("&")
        assert self.take(r"& \text{otherwise} \end{cases}")
        holds = {"<": left < right, ">": left > right, r"\geq": left >= right, r"\leq": left <= right}[relation]
        return first if holds else second

    def pair(self):
        assert self.take(r"\left(")
        one = self.value(",")
        assert self.take(",")
        self.take("\\ ")
        other = self.value(r"\right)")
        assert self.take(r"\right)")
        return one, other

    def group(self):
        assert self.take("{"), self.rest
        inner = self.value("}")
        assert self.take("}")
        return inner

    def take(self, *choices):
        for choice in choices:
            if self.rest.startswith(choice):
                self.cut(len(choice))
                return choice
        return ""

    def cut(self, length):
        self.rest = self.rest[length:].lstrip()


@pytest.mark.parametrize("reading", [by_sympy, by_latex])
@pytest.mark.parametrize("name", MODELS)
def test_equations_equal_the_code_at_random_points(name, reading):
    model, rng = MODELS[name], np.random.default_rng(20261105)
    for _ in range(25):
        y = [max(state.start, 0.05) * 10 ** rng.uniform(-1.5, 1.5) for state in model.states.values()]
        p = {s: min(q.value * 10 ** rng.uniform(-0.3, 0.3), q.high) for s, q in model.parameters.items()}
        p |= {s: rng.uniform(i.low, min(i.high, 5.0)) for s, i in model.inputs.items()}
        t = rng.uniform(0, 100)
        code, shown = model.derivative(t, y, p), reading(model, t, y, p)
        # LaTeX shows constants of the code, such as the logarithm of 2, with seven digits.
        exact = 1e-12 if reading is by_sympy else 1e-6
        assert shown == pytest.approx(code, rel=exact, abs=exact * np.abs(code).max())


def test_terms_keep_the_authors_order_and_names():
    text = str(equations(epidemic()))
    assert text == (
        "dS/dt = b*healthy/(healthy + half) - (1 - mask)*beta*S*I\n"
        "dI/dt = (1 - mask)*beta*S*I - gamma*I - d*I\n"
        "dR/dt = gamma*I\n"
        "where healthy = S + R"
    )


def test_latex_uses_the_models_own_symbols():
    latex = equations(epidemic()).latex
    assert r"\frac{\mathrm{d}\mathcal{R}}{\mathrm{d}t} ={}& \gamma \, I" in latex
    assert r"H_{1/2}" in latex
    assert r"\mathrm{healthy} ={}& S + \mathcal{R}" in latex


def test_functions_are_printed_as_a_reader_writes_them():
    latex = equations(everything()).latex
    for piece in (r"\begin{cases}", r"\max\left(", r"\min\left(x,\ z\right)", r"\sqrt{x \, z}", r"e^{", r"10^{-7}"):
        assert piece in latex
    assert "+ -" not in latex and r"\left(-1\right)" not in latex


def test_a_reciprocal_is_a_fraction():
    """SymPy hands a bare reciprocal to the printer of products, although it is a power."""
    x, y = sympy.symbols("x y")
    reciprocal = sympy.Pow(sympy.Add(x, y, evaluate=False), -1, evaluate=False)
    assert Latex({}).doprint(reciprocal) == r"\frac{1}{x + y}"


def test_one_equation_brings_only_the_names_it_uses():
    model = epidemic()
    assert "where" not in str(equation(model, "R"))
    assert "where healthy" in str(equation(model, "S"))
    with pytest.raises(ValueError, match="epidemic has no state 'X'; its states are S, I, R."):
        equation(model, "X")


def test_what_a_notebook_gets():
    bundle = equations(epidemic())._repr_mimebundle_()
    assert set(bundle) == {"text/latex", "text/plain"}
    assert bundle["text/latex"].startswith("$$\\begin{aligned}") and bundle["text/latex"].endswith("\\end{aligned}$$")


def test_same_text_on_every_run():
    assert equations(everything()).latex == equations(everything()).latex


def test_symbols():
    assert symbol_latex("theta_20") == r"\theta_{20}"
    assert symbol_latex("t_half") == r"t_{\mathrm{half}}"
    assert symbol_latex("Delta_R") == r"\Delta_{R}"
    assert symbol_latex("age") == r"\mathrm{age}"
    assert symbol_latex("K") == "K"
    assert symbol_latex("transplant_day") == r"\mathrm{transplant\ day}"


def test_long_equations_are_broken_to_fit_a_phone():
    sums = 0
    for model in package_models().values():
        for row in equations(model).latex.split(r"\\"):
            right = outside = row.split("&", 1)[-1]
            while (inner := re.sub(r"\\left\([^()]*\\right\)|\{[^{}]*\}", "", outside)) != outside:
                outside = inner
            if " + " in outside or " - " in outside:
                assert width(right) < 24, row
                sums += 1
    assert sums > 20
