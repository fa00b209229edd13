"""Gain and loss of one state against the state itself, above the valley in which it rolls while all others are held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from immunereset.engine import Model, Parameter, Slider, trace
from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.emit import indent, statements
from immunereset.live.kind import SHELL, Kind, Runtime, Table
from immunereset.live.sliders import SliderGrid, slider_grids
from immunereset.live.stage.cards import asking, cards
from immunereset.live.stage.parts import Prediction
from immunereset.pictures.figure import check_name, data_uri
from immunereset.pictures.style import ROLES, style
from immunereset.words import show

STEPS = 20000


@dataclass(frozen=True, eq=False)
class BalanceSpecification:
    """What balance curves are told; the arguments are those of `balance`. Raises ValueError for whatever does not fit."""

    model: Model
    state: str
    name: str
    low: float
    high: float
    top: float
    height: float
    active: float
    held: Mapping[str, tuple[float, Slider, str]]
    word: str
    prediction: Prediction | None = None
    caption: str = ""
    alt: str = ""

    def __post_init__(self) -> None:
        check_name(self.name)
        known = [*self.model.states, *self.model.inputs]
        for symbol in (self.state, *self.held):
            if symbol not in known or (symbol == self.state and symbol in self.held):
                raise ValueError(f"Balance curves hold other states and inputs of the model; {symbol!r} does not fit.")
        if self.role not in ROLES:
            raise ValueError(f"Balance curves show a state that has a role; {self.state!r} has none.")
        if not 0 < self.low < self.active < self.high:
            raise ValueError(
                f"Balance curves reach from low over active to high, above 0; "
                f"{self.low:g}, {self.active:g}, {self.high:g} was given."
            )

    @property
    def role(self) -> str:
        """The role of the state."""
        return self.model.states[self.state].role if self.state in self.model.states else ""

    @cached_property
    def grids(self) -> list[SliderGrid]:
        """The sliders of what is held."""
        parameters = {
            symbol: Parameter(symbol, value, self._unit(symbol), meaning, slider=slider)
            for symbol, (value, slider, meaning) in self.held.items()
        }
        values = {symbol: one.value for symbol, one in parameters.items()}
        return slider_grids(list(parameters), parameters, values, "days", parameters)

    def _unit(self, symbol: str) -> str:
        return (self.model.states.get(symbol) or self.model.inputs[symbol]).unit

    def rates(self, x: np.ndarray, values: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
        """Gain and loss for each unit of the state and day, at its values `x`; what is not held has its start value."""
        model = self.model
        y = {symbol: np.full(x.shape, value) for symbol, value in model.start.items()}
        inputs = dict.fromkeys(model.inputs, 0.0)
        for symbol, value in values.items():
            if symbol in y:
                y[symbol] = np.full(x.shape, float(value))
            else:
                inputs[symbol] = float(value)
        y[self.state] = x
        gain, loss = np.zeros(x.shape), np.zeros(x.shape)
        for flow in model.flows(0.0, _Names(y), _Names(model.defaults | inputs)).values():
            change = flow.moves.get(self.state, 0.0)
            if change > 0:
                gain = gain + change * flow.rate
            elif change < 0:
                loss = loss - change * flow.rate
        return gain / x, loss / x

    def crossings(self, values: Mapping[str, float]) -> list[float]:
        """Where gain and loss are equal, from the least upwards."""
        x = np.geomspace(self.low, self.high, STEPS)
        gain, loss = self.rates(x, values)
        net = gain - loss
        at = np.flatnonzero(np.sign(net[:-1]) != np.sign(net[1:]))
        share = net[at] / (net[at] - net[at + 1])
        return (x[at] * (x[at + 1] / x[at]) ** share).tolist()


class _Names:
    def __init__(self, values: Mapping[str, Any]):
        self.__dict__.update(values)


class Balance(Kind):
    """What balance curves compute, draw and say, in Python as in the page."""

    name, classes, sheets = "balance", "ir-stage ir-balance", ("stage/stage.css", "balance/balance.css")
    label, title, chart = "Verdict", "Balance curves", ".ir-curves svg"
    runtimes = (Runtime(("balance/page.js",), (), SHELL),)
    still = "To move it needs JavaScript; in a notebook, run the cell."

    def __init__(self, specification: BalanceSpecification):
        self.specification = specification
        self.values = {grid.symbol: grid.values[grid.position] for grid in specification.grids}

    def sentence(self, values: Mapping[str, float] | None = None) -> str:
        """What the crossings mean, at these values; before a prediction, what is said while it waits."""
        told = self.specification
        if values is None and told.prediction is not None:
            return told.prediction.wait.replace("\n", " ")
        return verdict(told.crossings(values or self.values), told.active, told.word).replace("\n", " ")

    def draw(self) -> Drawing:
        return self._picture(hidden=self.specification.prediction is not None)

    def _picture(self, hidden: bool) -> Drawing:
        import matplotlib.pyplot as plt

        told = self.specification
        x = np.geomspace(told.low, told.high, 241)
        gain, loss = told.rates(x, self.values)
        with style():
            fig, ax = plt.subplots(figsize=(WIDTH, 2.8))
            ax.plot(x, loss, color="black", linestyle="dotted", label="lost")
            if not hidden:
                ax.plot(x, gain, color=ROLES[told.role].colour, label="gained")
                for value in told.crossings(self.values):
                    ax.plot(value, told.rates(np.array([value]), self.values)[1], "o", color="black")
            ax.set(xscale="log", xlim=(told.low, told.high), ylim=(0, told.top), xlabel=told.word,
                   ylabel="for each one and day")  # fmt: skip
            ax.xaxis.set_major_formatter("{x:g}")
            ax.minorticks_off()
            ax.legend(loc="upper center")
            return picture_of(fig, told.name + ("" if hidden else "-after"), None)

    def table(self) -> Table:
        """The crossings at each end of every slider, and at its start."""
        told, rows = self.specification, []
        for grid in told.grids:
            for at in sorted({0, grid.position, len(grid.values) - 1}):
                found = told.crossings(self.values | {grid.symbol: grid.values[at]})
                rows.append([f"{grid.meaning}: {grid.words[at]}", ", ".join(map(show, found))])
        return Table(["held", f"crossings ({told.word})"], rows)

    def controls(self) -> str:
        told, answer = self.specification, ""
        if told.prediction is not None:
            after = self._picture(hidden=False)
            asked = told.prediction
            name, after = f"ir-{told.name}-guess", data_uri(after.svg)
            answer = asking(cards(asked.question, name, asked.go, self.sentence(self.values), told.alt, after))
        views = '<div class="ir-curves ir-live-part"><svg role="img"></svg></div>'
        return f"{answer}{views}{super().controls()}"

    def source(self) -> list[str]:
        told = self.specification
        traced = trace(told.model)
        sides = [None, None]
        for rate, moves in traced.flows.values():
            change = moves.get(told.state, 0.0)
            if change:
                side, term = int(change < 0), rate if abs(change) == 1 else rate * abs(change)
                sides[side] = term if sides[side] is None else sides[side] + term
        zero = traced.graph.lift(0.0)
        outputs = {f"out[{i}]": zero if node is None else node for i, node in enumerate(sides)}
        lines = ["balance(t, y, p, input, out) {", *statements(outputs, traced.named, traced.states), "},"]
        return [*indent(lines).splitlines()]

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        model = told.model
        return {
            "states": list(model.states), "start": [model.start[s] for s in model.states], "state": told.state,
            "p": {}, "defaults": model.defaults, "inputs": dict.fromkeys(model.inputs, 0.0),
            "sliders": [grid.settings for grid in told.grids], "low": told.low, "high": told.high, "top": told.top,
            "height": told.height, "active": told.active, "word": told.word, "role": told.role,
            "predict": told.prediction and told.prediction.settings,
        }  # fmt: skip

    def digest_parts(self) -> list:
        told = self.specification
        return [
            trace(told.model).text(), told.state, [(g.symbol, g.words) for g in told.grids], told.low, told.high, told.top,
            told.height, told.active, told.word, repr(told.prediction),
            {s: f"{v:.9g}" for s, v in told.model.defaults.items()}, [f"{v:.5g}" for v in told.model.start.values()],
        ]  # fmt: skip


def verdict(crossings: Sequence[float], active: float, word: str) -> str:
    """What the crossings mean: ○ there is a healthy valley, ● there is none."""
    told = [show(float(f"{value:.2g}")) for value in crossings]
    if len(crossings) == 3:
        return (
            f"○ Two valleys and a ridge between them.\n"
            f"The curves cross at {told[0]} (health), {told[1]} (ridge) and {told[2]} (disease): {word}."
        )
    if len(crossings) == 1 and crossings[0] < active:
        return f"○ One valley only, that of health.\nThe curves cross at {told[0]}: {word}."
    if len(crossings) == 1:
        return f"● No healthy valley.\nThe curves cross once, at {told[0]}: {word}."
    return (
        f"● The curves cross {len(crossings)} times.\nAt {', '.join(told)}: {word}."
        if told
        else ("● The curves do not cross.\nThere is no balance.")
    )
