"""What a stage is told besides its specification and its views: the places of its main slider, predictions, scenes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from immunereset.live.sliders import SliderGrid


@dataclass(frozen=True)
class Stops:
    """A main slider with a few places that have names, such as {"1 in 10": {"k": 1}, "1 in 100": {"k": 2}}.

    `name` is what links call it, `label` stands above it, `places` maps words to the parameters that are set there.
    Raises ValueError for fewer than two places, and for places that do not set the same parameters.
    """

    name: str
    label: str
    places: Mapping[str, Mapping[str, float]]

    def __post_init__(self) -> None:
        sets = [tuple(one) for one in self.places.values()]
        if len(sets) < 2 or len(set(sets)) > 1 or not sets[0]:
            raise ValueError(
                f"Stops are at least two, and each sets the same parameters; {dict(self.places)} was given."
            )


@dataclass(frozen=True)
class Rail:
    """A main slider as the page has it: for each place the parameters it `sets`, its `words`, and its key in links."""

    name: str
    label: str
    sets: list[dict[str, float]]
    words: list[str]
    keys: list[float] | list[str]
    position: int

    @classmethod
    def of(cls, main: str | Stops, grids: Mapping[str, SliderGrid], values: Mapping[str, float]) -> Rail:
        """The rail of a slider or of stops. Raises ValueError for a slider that is not there."""
        if isinstance(main, Stops):
            sets, words = [dict(one) for one in main.places.values()], list(main.places)
            now = [i for i, one in enumerate(sets) if all(values[symbol] == value for symbol, value in one.items())]
            if not now:
                raise ValueError(f"None of the stops {', '.join(words)} is where the stage starts.")
            return cls(main.name, main.label, sets, words, ["-".join(word.split()) for word in words], now[0])
        if main not in grids:
            raise ValueError(f"The main slider moves {main!r}; the sliders are {', '.join(grids)}.")
        grid = grids[main]
        label = grid.meaning[0].upper() + grid.meaning[1:]
        return cls(main, label, [{main: value} for value in grid.values], grid.words, grid.values, grid.position)

    @property
    def ends(self) -> list[dict[str, float]]:
        """What is set at the first place, at that of the start, and at the last one; of few places, at all."""
        return self.sets if len(self.sets) < 4 else [self.sets[0], self.sets[self.position], self.sets[-1]]

    def position_of(self, asked: float | str) -> int:
        """The place that a value, or the words of a stop, name. Raises ValueError if there is none."""
        for place, (key, words) in enumerate(zip(self.keys, self.words)):
            if asked == words or (
                not isinstance(asked, str) and not isinstance(key, str) and math.isclose(key, asked, abs_tol=1e-12)
            ):
                return place
        raise ValueError(
            f"The main slider {self.name} has no value {asked if isinstance(asked, str) else f'{asked:g}'}."
        )


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
    button. `levels` are what the options expect, in the unit of the lines, one for each option: a value that is reached in the
    middle of what is hidden, or (day, value) pairs through which the course goes; for None, and without levels, nothing is
    drawn. The future is hidden from `day` on. `at` is the main slider's value (the words of a stop), if
    it is not where the stage starts, and `twin` that of a second person who is shown beside. With `first`, a button of
    these words comes before the question, and plays as far as `day`; until it is pressed the verdict is `opening`. With a
    `pause`, the first play stops on that day, its words are said, and the reader may choose anew. Raises ValueError if
    there are not as many levels as options.
    """

    question: Asked
    wait: str
    go: str
    levels: Sequence[float | Sequence[tuple[float, float]] | None] = ()
    day: float = 0.0
    at: float | str | None = None
    first: str = ""
    opening: str = ""
    twin: float | str | None = None
    pause: tuple[float, str] | None = None

    def __post_init__(self) -> None:
        options = len(self.question.options)
        if len(self.levels) not in (0, options):
            raise ValueError(
                f"Question {self.question.id} has {options} options; {len(self.levels)} levels were given."
            )

    @property
    def settings(self) -> dict[str, Any]:
        """What the page is told of the question: its id, the words that wait for a choice, and the options."""
        options = [{"words": o.words, "said": o.said, "right": o.right} for o in self.question.options]
        return {"id": self.question.id, "wait": self.wait, "options": options}


@dataclass(frozen=True)
class Scene:
    """A state of the stage that a button shows: the main slider's value (the words of a stop), the day (the last one if
    none), and the main slider's value of a second patient, its twin, if there is one."""

    words: str
    value: float | str
    day: float | None = None
    twin: float | str | None = None
