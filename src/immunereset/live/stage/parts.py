"""What a stage is told besides its specification: a landscape, a drop of blood, a prediction, scenes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Valley:
    """The landscape in which one state rolls while all others are held at their value of the moment.

    Its height is −∫ (dx/dt)/x dln x in 1/d, for `state` x from `low` to `high` (its unit); `height` of it fill the view.
    Where there is one valley only, it is one of disease if its floor lies above `active`. `names` are what the two
    valleys are called, and what is said where the second is missing; `title` and `short` stand above it, `word` is a
    reader's word for the state.
    """

    state: str
    low: float
    high: float
    height: float
    active: float
    names: tuple[str, str, str] = ("disease valley", "healthy valley", "no healthy valley")
    title: str = "Where effectors roll next"
    short: str = "ball = effectors"
    word: str = "effectors per µL"


@dataclass(frozen=True)
class Option:
    """One card of a prediction: its words, what is said to who chose it, and the level that it expects at the end."""

    words: str
    said: str
    level: float


@dataclass(frozen=True)
class Prediction:
    """What a reader commits to before the future is shown.

    `question` stands above the cards of `options`, `wait` in the verdict until one is chosen, `go` on the button.
    Raises ValueError for fewer than two options.
    """

    question: str
    wait: str
    go: str
    options: Sequence[Option]

    def __post_init__(self) -> None:
        if len(self.options) < 2:
            raise ValueError(f"A prediction needs at least two options; {len(self.options)} were given.")


@dataclass(frozen=True)
class Scene:
    """A state of the stage that a button shows: the main slider's value, the day (the last one if none), and the main
    slider's value of a second patient, its twin, if there is one."""

    words: str
    value: float
    day: float | None = None
    twin: float | None = None
