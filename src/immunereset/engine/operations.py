"""The one table of operations that a model may use: a new one is one row.

The trace, the values and derivatives of cohorts, the JavaScript of live figures, the equations of a lesson and the
compiled lane read what they need from a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Operation:
    """One operation on numbers, in every language that a model is written in.

    `numpy` computes it. `slope(node, d)` returns the derivative
    of its node from those of the arguments, `d`; in both, None stands for 0. `equation(sympy, *arguments)` writes it
    for a reader; `pictures/equations.py` itself lays out sums and products, which have none.

    Where Python and JavaScript write it alike between two arguments, `sign` is the sign. Otherwise `javascript` names
    the function there, and numba calls `numpy`, or takes the text of `compiled`. `slow` says that processors have no
    vector instruction for it.
    """

    numpy: Callable
    slope: Callable
    equation: Callable | None = None
    sign: str = ""
    javascript: str = ""
    compiled: str = ""
    slow: bool = False


def flat(node, d) -> None:
    """Return the derivative of what is constant between its steps."""
    return


def chain(*partial: Callable) -> Callable:
    """Return the chain rule; `partial` gives the derivative by each argument from the node and its arguments."""

    def slope(node, d):
        total = None
        for by_one, inner in zip(partial, d):
            if inner is not None:
                term = _times(by_one(node, *node.args), inner)
                total = term if total is None else total + term
        return total

    return slope


def picked(condition: Callable) -> Callable:
    """Return the rule for what is one of its last two arguments: the first of them where `condition` holds."""

    def slope(node, d):
        one, other = (node.graph.lift(0.0) if x is None else x for x in d[-2:])
        return None if d[-2] is None and d[-1] is None else np.where(condition(*node.args), one, other)

    return slope


def _times(factor, inner):
    if inner.op == "constant" and inner.args[0] == 1.0:
        return inner.graph.lift(factor)
    return inner if isinstance(factor, float) and factor == 1.0 else factor * inner


OPERATIONS = {
    "add": Operation(np.add, chain(lambda f, a, b: 1.0, lambda f, a, b: 1.0), sign="+"),
    "sub": Operation(np.subtract, chain(lambda f, a, b: 1.0, lambda f, a, b: -1.0), sign="-"),
    "mul": Operation(np.multiply, chain(lambda f, a, b: b, lambda f, a, b: a), sign="*"),
    "div": Operation(np.true_divide, chain(lambda f, a, b: 1.0 / b, lambda f, a, b: -f / b), sign="/"),
    "neg": Operation(np.negative, chain(lambda f, a: -1.0), compiled="-{0}"),
    "pow": Operation(
        np.power, chain(lambda f, a, b: b * a ** (b - 1.0), lambda f, a, b: f * np.log(a)),
        lambda sympy, a, b: sympy.Pow(a, b), sign="**", slow=True,
    ),
    "exp": Operation(
        np.exp, chain(lambda f, a: f), lambda sympy, a: sympy.exp(a), javascript="Math.exp", slow=True,
    ),
    "expm1": Operation(
        np.expm1, chain(lambda f, a: f + 1.0), lambda sympy, a: sympy.exp(a) - 1, javascript="Math.expm1", slow=True,
    ),
    "log": Operation(
        np.log, chain(lambda f, a: 1.0 / a), lambda sympy, a: sympy.log(a), javascript="Math.log", slow=True,
    ),
    "log1p": Operation(
        np.log1p, chain(lambda f, a: 1.0 / (1.0 + a)), lambda sympy, a: sympy.log(1 + a),
        javascript="Math.log1p", slow=True,
    ),
    "sqrt": Operation(np.sqrt, chain(lambda f, a: 0.5 / f), lambda sympy, a: sympy.sqrt(a), javascript="Math.sqrt"),
    "tanh": Operation(
        np.tanh, chain(lambda f, a: 1.0 - f * f), lambda sympy, a: sympy.tanh(a), javascript="Math.tanh", slow=True,
    ),
    "sin": Operation(
        np.sin, chain(lambda f, a: np.cos(a)), lambda sympy, a: sympy.sin(a), javascript="Math.sin", slow=True,
    ),
    "cos": Operation(
        np.cos, chain(lambda f, a: -np.sin(a)), lambda sympy, a: sympy.cos(a), javascript="Math.cos", slow=True,
    ),
    "abs": Operation(
        np.absolute, chain(lambda f, a: np.where(a < 0.0, -1.0, 1.0)), lambda sympy, a: sympy.Abs(a),
        javascript="Math.abs",
    ),
    "floor": Operation(np.floor, flat, lambda sympy, a: sympy.floor(a), javascript="Math.floor"),
    # Compiled as NumPy does it, and without a branch: what is not a number stays so.
    "min": Operation(
        np.minimum, picked(lambda a, b: a < b), lambda sympy, a, b: sympy.Min(a, b), javascript="Math.min",
        compiled="{0} if ({0} < {1}) | ({0} != {0}) else {1}",
    ),
    "max": Operation(
        np.maximum, picked(lambda a, b: a > b), lambda sympy, a, b: sympy.Max(a, b), javascript="Math.max",
        compiled="{0} if ({0} > {1}) | ({0} != {0}) else {1}",
    ),
    "where": Operation(
        np.where, picked(lambda condition, a, b: condition),
        lambda sympy, condition, a, b: sympy.Piecewise((a, condition), (b, True)), compiled="{1} if {0} else {2}",
    ),
    "lt": Operation(np.less, flat, lambda sympy, a, b: sympy.Lt(a, b), sign="<"),
    "le": Operation(np.less_equal, flat, lambda sympy, a, b: sympy.Le(a, b), sign="<="),
    "gt": Operation(np.greater, flat, lambda sympy, a, b: sympy.Gt(a, b), sign=">"),
    "ge": Operation(np.greater_equal, flat, lambda sympy, a, b: sympy.Ge(a, b), sign=">="),
}  # fmt: skip
