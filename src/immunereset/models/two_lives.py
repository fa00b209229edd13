r"""The same people twice: yearly steps on a drug, and after a transplantation that kills some at once.

Question
    When is a risk of death now worth a better life later?

In words (a step is a year)
    A person is mildly, moderately or severely ill, or dead. Each year a person may die, more likely the worse the
    illness is; of those who live some get worse by one stage. Transplantation kills a share at once; what it leaves of
    the yearly worsening is `left` until its effect is lost, and then the person goes on as on the drug. A year counts
    as much as the stage in which it begins is worth, less by `discount` for each year before it.

    Each person has one list of numbers between 0 and 1, drawn once: one for the stage at the start, one for the
    transplantation, one for each year. Both lives read the same list, in the same way: the lowest numbers stay or lose
    the effect, higher ones get worse, the highest die. So totals are those of the chain, and who gains depends on this
    sharing of luck, which is our choice.

Sources
    The form is that of decision analyses in medicine; all values are toy values.

Limits
    `LIMITS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from immunereset.engine import ModelError, Parameter, Slider
from immunereset.engine.errors import unknown
from immunereset.engine.noise.random import Random

TOY = "toy value, our choice"

LIMITS = (
    "Constant rates and no ageing: nobody dies of anything else more often at 70 than at 40.",
    "Stages never improve, and nothing but the stage has a value: no infertility, no second disease, no fear.",
    "The drug does no harm, and costs nothing: its own harms are missing.",
    "Who gains depends on luck that both lives share, which is our choice. Totals do not.",
)

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
                raise unknown("parameter", symbol, known, "Two lives have no such parameter:")
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
        """
        from immunereset.engine import threshold

        [one] = [q for q in self.parameters if q.symbol == symbol]
        low, high = one.slider.low, one.slider.high

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


STAGES = ("mild", "moderate", "severe")


def _on_the_drug(p) -> Moves:
    moves = {}
    for stage, worse, death in zip(STAGES, (*STAGES[1:], None), (p.d_mild, p.d_moderate, p.d_severe)):
        moves[stage, "dead"] = death
        if worse:
            moves[stage, worse] = (1.0 - death) * p.w
    return moves


def _after_transplantation(p) -> Moves:
    moves = dict(_on_the_drug(p))
    for stage, worse, death in zip(STAGES, (*STAGES[1:], None), (p.d_mild, p.d_moderate, p.d_severe)):
        held, lives, w = f"{stage}, held", 1.0 - death, p.w * p.left
        moves[held, "dead"] = death
        if worse:
            moves[held, stage] = lives * (1.0 - w) * p.lost
            moves[held, f"{worse}, held"] = lives * w * (1.0 - p.lost)
            moves[held, worse] = lives * w * p.lost
        else:
            moves[held, stage] = lives * p.lost
    return moves


def _transplantation(p) -> Moves:
    into = {(stage, f"{stage}, held"): 1.0 - p.deaths for stage in STAGES}
    return into | {(stage, "dead"): p.deaths for stage in STAGES}


def _worth(p) -> Mapping[str, object]:
    return {
        "mild": p.alive + (1.0 - p.alive) * p.v_mild,
        "moderate": p.alive + (1.0 - p.alive) * p.v_moderate,
        "severe": p.alive + (1.0 - p.alive) * p.v_severe,
        "dead": 0.0,
    }


def _share(
    symbol: str, value: float, meaning: str, slider: Slider | None = None, latex: str | None = None
) -> Parameter:
    return Parameter(symbol, value, "–", meaning, TOY, high=1.0, slider=slider, latex=latex)


PARAMETERS = [
    _share("deaths", 0.02, "deaths from transplantation", Slider(0, 0.3, 0.001)),
    _share("w", 0.05, "worsening on the drug, a year", Slider(0.01, 0.15, 0.01)),
    _share("left", 0.15, "what transplantation leaves of the worsening", Slider(0, 1, 0.05)),
    Parameter("years", 30.0, "year", "years that count", TOY, low=1.0, high=60.0, slider=Slider(5, 40, 5)),
    _share("v_severe", 0.25, "value of a severe year", Slider(0, 0.5, 0.05), r"v_{severe}"),
    _share("alive", 0.0, "weight of being alive, whatever the illness", Slider(0, 1, 0.25)),
    _share("lost", 0.04, "loss of the effect, a year", Slider(0, 0.15, 0.01)),
    _share("discount", 0.035, "discount of later years, a year", Slider(0, 0.07, 0.005)),
    _share("v_mild", 0.75, "value of a mild year", latex=r"v_{mild}"),
    _share("v_moderate", 0.55, "value of a moderate year", latex=r"v_{moderate}"),
    _share("d_mild", 0.002, "yearly deaths, mild", latex=r"d_{mild}"),
    _share("d_moderate", 0.005, "yearly deaths, moderate", latex=r"d_{moderate}"),
    _share("d_severe", 0.03, "yearly deaths, severe", latex=r"d_{severe}"),
]

drug_or_transplant = TwoLives(
    states={name: stage for stage in STAGES for name in (f"{stage}, held", stage)} | {"dead": "dead"},
    start={"mild": 0.6, "moderate": 0.4},
    parameters=PARAMETERS,
    arms=(
        Arm("on the drug", lambda p: {}, _on_the_drug),
        Arm("after transplantation", _transplantation, _after_transplantation),
    ),
    worth=_worth,
    question="When is a risk of death now worth a better life later?",
    limits=LIMITS,
)
