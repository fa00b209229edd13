"""Small models with known answers, used by the engine's tests."""

import numpy as np

from immunereset.engine import Course, Event, Input, Model, Parameter, Protocol, State, arrive, gain, loss, move


def decay_flows(t, y, p):
    return {"input": gain("A", p.u), "decay": loss("A", p.lam * y.A)}


decay = Model(
    "decay",
    [State("A", 1.0, "mg", "amount")],
    [Parameter("lam", 0.1, "1/d", "elimination")],
    decay_flows,
    inputs=[Input("u", "mg/d", "infusion")],
)


def sir_flows(t, y, p):
    infected = p.beta * y.S * y.I
    recovered = p.gamma * y.I
    return {"infection": move("S", "I", infected), "recovery": move("I", "Rec", recovered)}


sir = Model(
    "sir",
    [State("S", 0.99, "–", "susceptible"), State("I", 0.01, "–", "infected"), State("Rec", 0.0, "–", "recovered")],
    [Parameter("beta", 0.5, "1/d", "transmission", high=10.0), Parameter("gamma", 0.1, "1/d", "recovery", high=10.0)],
    sir_flows,
)


def switch_flows(t, y, p):
    return {"production": gain("x", p.b + y.x**2 / (1.0 + y.x**2)), "loss": loss("x", p.c * y.x)}


switch = Model(
    "switch",
    [State("x", 0.1, "–", "level")],
    [Parameter("b", 0.02, "1/d", "basal production"), Parameter("c", 0.45, "1/d", "loss")],
    switch_flows,
)


def robertson_flows(t, y, p):
    return {
        "slow": move("A", "B", p.k_1 * y.A),
        "fast": move("B", "C", p.k_2 * y.B * y.B),
        "back": move("B", "A", p.k_3 * y.B * y.C),
    }


robertson = Model(
    "robertson",
    [State("A", 1.0, "–", "a"), State("B", 0.0, "–", "b"), State("C", 0.0, "–", "c")],
    [
        Parameter("k_1", 0.04, "1/d", "slow"),
        Parameter("k_2", 3e7, "1/d", "fast"),
        Parameter("k_3", 1e4, "1/d", "back"),
    ],
    robertson_flows,
)
"""Rates from 0.04 to 30 million a day: the classical stiff test (Robertson 1966)."""


def follower_flows(t, y, p):
    return {
        "filling": gain("x", p.r * (y.z + p.u)),
        "emptying": loss("x", p.r * y.x),
        "slow gain": gain("z", 1.0 + 0.5 * np.sin(0.1 * t)),
        "slow loss": loss("z", 0.01 * y.z),
    }


follower = Model(
    "follower",
    [State("x", 2.0, "–", "follows z"), State("z", 2.0, "–", "slow")],
    [Parameter("r", 100.0, "1/d", "how fast x follows")],
    follower_flows,
    inputs=[Input("u", "–", "push")],
)
"""Stiff when r is large: x follows z within 1/r days; it reads the day and an input."""


def vocabulary_flows(t, y, p):
    """Every operation that a model may use, of states and of parameters alone."""
    wave = 2.0 + np.sin(0.3 * t) + np.cos(y.A * 0.1) + np.tanh(y.B - 1.0)
    bent = np.exp(-y.A) + np.log(1.0 + y.B) + np.log1p(y.A) - np.expm1(-y.B) + np.sqrt(y.A + 1.0) + np.abs(y.A - y.B)
    power = y.A**2 + y.B**3 * 1e-3 + y.A**p.n + 2.0 ** (-y.B) + (y.A + 1.0) ** -1.5
    edge = np.where(y.A < p.edge, y.B, 0.5 * y.B) + np.clip(y.A, 0.2, 0.9) + np.floor(y.B / 50.0) + (y.A >= 1.7)
    base = p.edge / p.n + np.log(p.n) + np.where(p.n > 1.0, 0.1, 0.2)
    return {
        "in": gain("A", wave + 0.01 * bent + edge + base + 0.0 * y.A),
        "out": loss("A", power),
        "across": gain("B", y.A / p.n),
        "away": loss("B", np.minimum(y.B, 3.0) * np.maximum(p.n, 0.2) - -0.01 * y.B / 7.0),
    }


vocabulary = Model(
    "every operation",
    [State("A", 1.0, "–", "a"), State("B", 0.5, "–", "b")],
    [Parameter("n", 1.5, "–", "power"), Parameter("edge", 0.8, "–", "edge")],
    vocabulary_flows,
)

bolus = Protocol(
    Event(
        "bolus",
        Parameter("bolus_day", 10.0, "d", "day of the bolus"),
        lambda y, p: {"A": y.A + p.dose},
        (Parameter("dose", 2.0, "mg", "dose"),),
    )
)

infusion = Protocol(Course("u", Parameter("rate", 0.3, "mg/d", "rate"), start=5.0, duration=7.3))

fading = Protocol(Course("u", 0.3, start=5.0, duration=40.0, half_life=6.0))


def one_compartment(t, lam=0.1, start=5.0, duration=7.3, rate=0.3):
    """Return the exact amount in `decay` under `infusion`."""
    on = np.clip(t - start, 0.0, duration)
    after = np.clip(t - start - duration, 0.0, None)
    return np.exp(-lam * t) + rate / lam * (1 - np.exp(-lam * on)) * np.exp(-lam * after)


def burst_flows(t, y, p):
    return {
        "arrival": arrive("level", p.per_day, size=5.0),
        "fading": loss("level", p.fade * y.level),
        "birth": gain("cells", p.source),
        "death": loss("cells", p.death * y.cells),
        "shedding": move("cells", "shed", p.shedding * y.cells),
    }


bursts = Model(
    "bursts",
    [
        State("level", 0.0, "–", "what comes in bursts", counted=False),
        State("cells", 1.0, "cells/µL", "cells, one by one"),
        State("shed", 0.0, "–", "what cells leave", counted=False, grows=True),
    ],
    [
        Parameter("per_day", 0.5, "1/d", "bursts a day"),
        Parameter("fade", 0.2, "1/d", "fading of the level"),
        Parameter("source", 2.0, "cells/µL/d", "cells that come", low=-9.0),
        Parameter("death", 0.1, "1/d", "death of cells"),
        Parameter("shedding", 0.1, "1/d", "cells that turn into something not counted"),
    ],
    burst_flows,
)
