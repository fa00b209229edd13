"""Small models with known answers, used by the engine's tests."""

import numpy as np

from immunereset.engine import Course, Event, Input, Model, Parameter, Protocol, State, gain, loss, move


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
