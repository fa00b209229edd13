"""A task: one number that a student records, and what the package's own models say it is."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from immunereset.words import fixed

ID = re.compile(r"\d\d-[a-z0-9]+(-[a-z0-9]+)*")

COUNTS = ("no decimals", "one decimal", "two decimals", "three decimals", "four decimals")

SIZES = {
    "days": {"days": 1.0, "weeks": 7.0, "months": 365.0 / 12.0, "years": 365.0},
    "share": {"a share from 0 to 1": 1.0, "%": 0.01},
    "amount": {"single cells": 1.0, "million": 1e6},
}
"""Units that students mix up, by kind: the size of each in the first."""


SPELLINGS = {
    "days": ("day", "d"),
    "months": ("month",),
    "years": ("year", "yr", "y"),
    "logs": ("log", "log10"),
    "%": ("percent", "per cent"),
    "cells": ("cell",),
    "clones": ("clone",),
    "people": ("person", "patients"),
    "events": ("event",),
    "relapses": ("relapse",),
    "bars": ("bar",),
    "million": ("millions",),
    "million per kg": ("millions per kg", "million/kg", "millions/kg"),
    "cells/µL": tuple(f"{cells}{per}{u}L" for cells in ("cells", "cell") for per in ("/", " per ") for u in "uµμ"),
}
"""What else a student may write for a unit."""


def plain(unit: str) -> str:
    """Return a unit as it is compared: in small letters, without spaces and a last full stop."""
    return re.sub(r"\s|\.$", "", unit.lower())


class QuestionError(ValueError):
    """A question that is not usable, or an id that nobody knows."""


@dataclass(frozen=True)
class Task:
    """One number to record.

    `id` is "NN-name", NN the lesson. `prompt` is one or two plain sentences. `unit` is a word such as "days",
    "logs", "%", "cells/µL", or "" for a pure number. The number is recorded with `decimals` decimals; answers
    within `tolerance` of the recorded value are right. `compute()` asks the package's models for the value,
    unrounded. `hint` helps whoever is wrong and does not say in which direction. `feedback` maps wrong values
    that students are known to reach to (tolerance, why): the key is a number, or a function without arguments
    that computes it.

    Raises `QuestionError` for a task that a student could not answer fairly.
    """

    id: str
    prompt: str
    unit: str
    decimals: int
    tolerance: float
    compute: Callable[[], float]
    hint: str
    feedback: Mapping[float | Callable[[], float], tuple[float, str]] = field(default_factory=dict)

    def __post_init__(self):
        if not ID.fullmatch(self.id):
            raise QuestionError(
                f"A task's id is two digits, a hyphen and a name, such as '07-k-star'; {self.id!r} is not."
            )
        if self.decimals not in range(len(COUNTS)):
            raise QuestionError(
                f"Task {self.id} asks for {self.decimals!r} decimals; 0 to {len(COUNTS) - 1} are possible."
            )
        if not self.tolerance >= 0.5 * 10.0**-self.decimals:
            raise QuestionError(
                f"Task {self.id} accepts ±{self.tolerance:g}, less than half a unit of its last decimal."
            )
        for name in ("prompt", "hint"):
            if not getattr(self, name).strip():
                raise QuestionError(f"Task {self.id} has no {name}.")

    @property
    def lesson(self) -> str:
        """The two digits of the lesson."""
        return self.id[:2]

    @cached_property
    def exact(self) -> float:
        """The computed value, unrounded. Raises `QuestionError` if it is no finite number."""
        value = float(self.compute())
        if not math.isfinite(value):
            raise QuestionError(f"Task {self.id} has no finite answer: its models give {value}.")
        return value

    @property
    def answer(self) -> float:
        """The computed value, rounded as it is to be recorded."""
        return round(self.exact, self.decimals)

    @cached_property
    def wrong(self) -> list[tuple[float, float, str]]:
        """The known wrong values: (value, tolerance, why)."""
        return [(float(key() if callable(key) else key), *rest) for key, rest in self.feedback.items()]

    @property
    def accepted(self) -> tuple[float, float]:
        """The least and the greatest right answer."""
        return self.answer - self.tolerance, self.answer + self.tolerance

    def accepts(self, value: float) -> bool:
        """Return whether `value` is right."""
        return abs(value - self.answer) <= self.tolerance * (1 + 1e-9)

    def show(self, value: float, unit: bool = True) -> str:
        """Return `value` as it is to be recorded, with the unit."""
        number = fixed(value, self.decimals)
        return f"{number} {self.unit}" if unit and self.unit else number

    def show_known(self, value: float) -> str:
        """Return a known wrong value as `show` does, with as many more decimals as a share takes to be seen as one."""
        decimals = self.decimals
        while 0 < abs(value) < 1 and round(abs(value), decimals) in (0, 1):
            decimals += 1
        return f"{value:.{decimals}f} {self.unit}".replace("-", "−").rstrip()

    def show_accepted(self) -> str:
        """Return the least and the greatest right answer with all their decimals, so that neither is refused.

        Of whole numbers of which only one is right, that number.
        """
        if self.decimals == 0 and self.tolerance < 1:
            return self.show(self.answer)
        decimals = self.decimals
        while any(abs(round(value, decimals) - value) > 1e-9 * self.tolerance for value in self.accepted):
            decimals += 1
        low, high = (fixed(value, decimals) for value in self.accepted)
        return f"{low} to {high} {self.unit}".rstrip()

    @property
    def what_to_record(self) -> str:
        """The words that say what is recorded, such as "a number in logs, two decimals"."""
        unit = f"in {self.unit}" if self.unit else "without a unit"
        kind = "whole number" if self.decimals == 0 else "number"
        end = "" if self.decimals == 0 else f", {COUNTS[self.decimals]}"
        return f"a {kind} {unit}{end}"

    @property
    def spellings(self) -> list[str]:
        """Every spelling of the unit that is accepted, each as `plain` gives it."""
        return [plain(unit) for unit in (self.unit, *SPELLINGS.get(self.unit, ()))]

    def other_units(self) -> dict[str, float]:
        """Return the answer in units that are taken for this task's unit: {unit: answer}."""
        for kind in SIZES.values():
            own = {"": "a share from 0 to 1"}.get(self.unit, self.unit)
            if own in kind:
                return {unit: self.answer * kind[own] / size for unit, size in kind.items() if unit != own}
        return {}
