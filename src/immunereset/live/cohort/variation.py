"""How patients differ: one plain function draws a patient, in Python for simulations, traced for the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace

import numpy as np

from immunereset.engine import Cohort, ModelError
from immunereset.engine.noise.random import Random
from immunereset.engine.trace import Graph, Node, run_traced


class Variation:
    """A function that draws patients, traced.

    `function(p, z)` returns the parameters of one patient that differ from the group's, by symbol; `p` holds the
    group's parameters, `z` gives random numbers by `normal()`, `uniform()` and `exponential()`, asked for in the same
    order for every patient, and by `place()` the patient's own number, from 0 on. `parameters` maps symbols to the parameters that it may read, `own` to those that a patient
    may have. `kinds` are the kinds of random numbers in order; `values` and `named` are nodes, as in a `Trace`.
    Raises `ModelError` for a symbol that no patient has, `TraceError` for what cannot be traced.
    """

    def __init__(self, function: Callable, parameters: Iterable[str], own: Iterable[str]):
        self.function, self.graph = function, Graph()
        p = SimpleNamespace(**{symbol: self.graph.symbol("parameter", symbol) for symbol in parameters})
        asked = _Asked(self.graph)
        values, self.named = run_traced(function, p, asked)
        for symbol in values:
            if symbol not in own:
                raise ModelError(f"A patient was drawn with {symbol!r}; the parameters are {', '.join(own)}.")
        self.values = {symbol: self.graph.lift(value) for symbol, value in values.items()}
        self.kinds = asked.kinds

    def text(self) -> str:
        """Everything traced in one canonical text."""
        return "\n".join([*map(repr, self.graph.nodes), *(f"{s}=#{n.index}" for s, n in self.values.items())])

    def cohort(self, values: Mapping[str, float], size: int, seed: int) -> Cohort:
        """A `Cohort` of `size` patients: patient i has stream i of `seed`. `values` are the group's parameters."""
        with np.errstate(divide="ignore"):
            drawn = self.function(
                SimpleNamespace(**{s: np.float64(v) for s, v in values.items()}), _Drawn(seed, range(size))
            )
        return Cohort(size, **{s: np.broadcast_to(v, (size,)).astype(float) for s, v in drawn.items()})


class _Asked:
    """Stands for the random numbers while a function is traced, and remembers which were asked for."""

    def __init__(self, graph: Graph):
        self.graph = graph
        self.kinds: list[str] = []

    def _next(self, kind: str) -> Node:
        self.kinds.append(kind)
        return self.graph.symbol("drawn", str(len(self.kinds) - 1))

    def normal(self) -> Node:
        return self._next("normal")

    def uniform(self) -> Node:
        return self._next("uniform")

    def exponential(self) -> Node:
        return self._next("exponential")

    def place(self) -> Node:
        return self._next("place")


class _Drawn(Random):
    """The random numbers of a cohort's patients, as arrays."""

    def place(self) -> np.ndarray:
        return np.arange(float(self.words.shape[1]))
