"""Two yearly chains that start alike: expected shares, quality-years, break-even, and the same people in both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from immunereset.engine import ModelError, Parameter, threshold
from immunereset.engine.errors import unknown
from immunereset.engine.noise.random import Random

Moves = Mapping[tuple[str, str], object]
"""Chances by (from, to); what is left of 1 stays."""


@dataclass(frozen=True)
class Arm:
    """One of two lives: its `words`, the chances of what the treatment does at once, and those of each year.

    `entry(p)` and `year(p)` return `Moves` of parameters p; both may be traced, as the functions of models are.
    """

    words: str
    entry: Callable[[object], Moves]
    year: Callable[[object], Moves]


@dataclass(frozen=True, eq=False)
class TwoLives:
    """Two yearly chains that start alike.

    `states` maps each state, the best first, to the stage that it shows; stages are ordered alike, and the last one is
    death. `start` holds the shares of the states at the start. `worth(p)` maps stages to what a year in them counts;
    `years` and `discount` name the parameters that say how many years count, and how much less each next one does.
    Raises `ModelError` for what does not fit.
    """

    states: Mapping[str, str]
    start: Mapping[str, float]
    parameters: Sequence[Parameter]
    arms: tuple[Arm, Arm]
    worth: Callable[[object], Mapping[str, object]]
    years: str = "years"
    discount: str = "discount"
    question: str = ""
    limits: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not np.isclose(sum(self.start.values()), 1.0):
            raise ModelError(f"The shares at the start add up to {sum(self.start.values()):g}; they must add up to 1.")
        for state in self.start:
            if state not in self.states:
                raise unknown("state", state, self.states, "The start names what is no state:")

    @property
    def stages(self) -> list[str]:
        """The stages, the best first."""
        return list(dict.fromkeys(self.states.values()))

    @property
    def stage_of(self) -> np.ndarray:
        """For each state the place of its stage."""
        return np.array([self.stages.index(stage) for stage in self.states.values()])

    @property
    def most_years(self) -> int:
        """The longest life that is drawn: the highest number of years on their slider."""
        [years] = [q for q in self.parameters if q.symbol == self.years]
        return int(years.slider.high if years.slider else years.value)

    def values(self, **changes: float) -> dict[str, float]:
        """Return the parameters by symbol. Raises `ModelError` for an unknown one, and for a value not allowed."""
        known = {q.symbol: q for q in self.parameters}
        for symbol, value in changes.items():
            if symbol not in known:
                raise unknown("parameter", symbol, known, "This pair of lives")
            known[symbol].check(value)
        return {symbol: float(changes.get(symbol, q.value)) for symbol, q in known.items()}

    def matrix(self, moves: Moves) -> np.ndarray:
        """Return chances as a matrix, shape (from, to), whose rows sum to 1. Raises `ModelError` for chances beyond."""
        names = list(self.states)
        out = np.zeros((len(names), len(names)))
        for (one, other), chance in moves.items():
            out[names.index(one), names.index(other)] = chance
        stay = 1.0 - out.sum(axis=1)
        if out.min() < 0 or stay.min() < -1e-12:
            raise ModelError("Chances of one year lie between 0 and 1, and add up to at most 1; these do not.")
        return out + np.diag(stay)

    def expected(self, **changes: float) -> np.ndarray:
        """Return the share of each stage, shape (2, years + 1, stages): first at the start, once the treatment is given."""
        p = self.values(**changes)
        of = SimpleNamespace(**p)
        start = np.array([self.start.get(state, 0.0) for state in self.states])
        shown = np.eye(len(self.stages))[self.stage_of]
        lives = []
        for arm in self.arms:
            year, now = self.matrix(arm.year(of)), start @ self.matrix(arm.entry(of))
            course = [now]
            for _ in range(round(p[self.years])):
                course.append(course[-1] @ year)
            lives.append(np.array(course) @ shown)
        return np.array(lives)

    def quality(self, **changes: float) -> np.ndarray:
        """Return the expected quality-years of one person in each life, shape (2,)."""
        p = self.values(**changes)
        worth = self.worth(SimpleNamespace(**p))
        a_year = self.expected(**changes)[:, :-1] @ [float(worth[stage]) for stage in self.stages]
        return a_year @ (1.0 + p[self.discount]) ** -np.arange(a_year.shape[1], dtype=float)

    def break_even(self, symbol: str, **changes: float) -> float:
        """Return the value of the parameter `symbol`, on its slider, at which both lives count the same.

        The second life is the better one below it. The lowest value if it never is, infinity if it always is.
        Raises `ModelError` for a parameter without a slider.
        """
        sliders = {q.symbol: q.slider for q in self.parameters if q.slider}
        if symbol not in sliders:
            raise unknown("slider", symbol, sliders, "This pair of lives")
        low, high = sliders[symbol].low, sliders[symbol].high

        def behind(values: np.ndarray) -> np.ndarray:
            pairs = [self.quality(**{**changes, symbol: value}) for value in values]
            return np.array([second <= first + 1e-12 for first, second in pairs])

        return threshold(behind, low, high, 1e-9)

    def people(self, people: int = 1000, seed: int = 1, **changes: float) -> np.ndarray:
        """Draw the lives; return each person's stage at each year, shape (2, years + 1, people), as its place."""
        p = self.values(**changes)
        of, years = SimpleNamespace(**p), round(p[self.years])
        luck = Random(seed, np.arange(people))
        born = np.searchsorted(
            np.cumsum([self.start.get(s, 0.0) for s in self.states]), luck.uniform(), side="right"
        )  # fmt: skip
        draws = [luck.uniform() for _ in range(years + 1)]
        lives = []
        for arm in self.arms:
            entry, year = (list(self._steps(moves(of))) for moves in (arm.entry, arm.year))
            course = [_step(born, draws[0], entry)]
            for draw in draws[1:]:
                course.append(_step(course[-1], draw, year))
            lives.append(self.stage_of[np.array(course)])
        return np.array(lives)

    def _steps(self, moves: Moves) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield for each state where a person may be a year later, the best first, and the chances up to each."""
        names = list(self.states)
        for place, state in enumerate(names):
            to = {names.index(other): float(chance) for (one, other), chance in moves.items() if one == state}
            to[place] = 1.0 - sum(to.values())
            targets = sorted(to)
            yield np.array(targets), np.cumsum([to[target] for target in targets])


def _step(now: np.ndarray, draw: np.ndarray, steps: Sequence) -> np.ndarray:
    after = np.empty_like(now)
    for state, (targets, up_to) in enumerate(steps):
        here = now == state
        after[here] = targets[np.minimum(np.searchsorted(up_to, draw[here], side="right"), len(targets) - 1)]
    return after
