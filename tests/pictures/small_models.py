"""Small models with known equations and edges, and every model of the package."""

import numpy as np

from immunereset.engine import Input, Model, Parameter, State, gain, loss, move
from immunereset.models import all_models


def epidemic():
    """Susceptible, infected, recovered; named rates, and births helped by the healthy."""

    def flows(t, y, p):
        healthy = y.S + y.R
        infected = (1 - p.mask) * p.beta * y.S * y.I
        return {
            "birth": gain("S", p.b * healthy / (healthy + p.half)),
            "infection": move("S", "I", infected),
            "recovery": move("I", "R", p.gamma * y.I),
            "death": loss("I", p.d * y.I),
        }

    return Model(
        name="epidemic",
        states=[
            State("S", 90.0, "people", "susceptible"),
            State("I", 10.0, "people", "infected"),
            State("R", 0.0, "people", "recovered", latex=r"\mathcal{R}"),
        ],
        parameters=[
            Parameter("beta", 0.002, "1/d", "infections of a susceptible by an infected"),
            Parameter("gamma", 0.1, "1/d", "recovery", source="a & b"),
            Parameter("b", 1.0, "people/d", "births"),
            Parameter("half", 20.0, "people", "healthy people at half of the births", latex="H_{1/2}"),
            Parameter("d", 0.01, "1/d", "death"),
        ],
        inputs=[Input("mask", "–", "protection by masks", high=1.0)],
        flows=flows,
    )


def everything():
    """Each operation that a trace knows, with awkward signs and nesting; its dynamics mean nothing."""

    def flows(t, y, p):
        x, z = y.x, y.z
        a = -(x - p.a) - (z - 2.5) * 3.0 - -x
        b = np.where(x < p.a, np.exp(-z / (1 + x)), np.log1p(x) + np.tanh(z))
        c = np.sqrt(x * z) / (x / (z / p.a)) - np.expm1(-x) ** 2
        d = np.floor(3 * x) + np.abs(np.sin(t)) + np.cos(z) - np.log(1.5 + x)
        return {
            "one": gain("x", np.maximum(a, 0.0) + np.minimum(x, z)),
            "two": loss("x", b * x),
            "three": move("x", "z", np.clip(c, 0.125, p.a) * 1.0e-7 / p.a / x),
            "four": gain("z", np.where(d >= 1.0, d * (a + b) * (1.0 - c), 2.0 ** (-(x - 1.0) / p.a))),
        }

    return Model(
        name="everything",
        states=[State("x", 1.0, "–", "one"), State("z", 2.0, "–", "other")],
        parameters=[Parameter("a", 1.7, "–", "constant")],
        flows=flows,
    )


def package_models():
    """Every model of the package, by name."""
    return {model.name: model for model in all_models()}
