"""What a stage is told besides its specification: a landscape, a drop of blood, a prediction, scenes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


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


class Answer(Protocol):
    """One option of a question: its words, what is said to who chose it, and whether it is right."""

    words: str
    said: str
    right: bool


class Asked(Protocol):
    """A question with options, such as a `Choice` of a lesson. Its wording is plain text."""

    id: str
    wording: str
    options: Sequence[Answer]


@dataclass(frozen=True)
class Prediction:
    """What a reader commits to before the future is shown.

    The wording of `question` stands above its options as cards, `wait` in the verdict until one is chosen, `go` on the
    button. `levels` are the values that the options expect at the end, in the unit of the lines: one for each option, or
    none. Raises ValueError for any other number of levels.
    """

    question: Asked
    wait: str
    go: str
    levels: Sequence[float] = ()

    def __post_init__(self) -> None:
        options = len(self.question.options)
        if len(self.levels) not in (0, options):
            raise ValueError(
                f"Question {self.question.id} has {options} options; {len(self.levels)} levels were given."
            )


@dataclass(frozen=True)
class Scene:
    """A state of the stage that a button shows: the main slider's value, the day (the last one if none), and the main
    slider's value of a second patient, its twin, if there is one."""

    words: str
    value: float
    day: float | None = None
    twin: float | None = None
