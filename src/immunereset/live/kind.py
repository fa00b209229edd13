"""What every kind of live figure can do; `LiveFigure` needs no more of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from immunereset.live.drawing import Drawing

STILL = "The picture shows the start values. Its sliders need JavaScript; in a notebook, run the cell."


@dataclass(frozen=True)
class Runtime:
    """JavaScript that figures need: files of this folder in their order, and the names that others use of them.

    `base` is a runtime whose names these files use. Figures with the same base share it, and the book keeps each
    runtime in a file of its own.
    """

    files: tuple[str, ...]
    names: tuple[str, ...] = ()
    base: Runtime | None = None

    @property
    def chain(self) -> tuple[Runtime, ...]:
        """The runtimes that this one needs, the deepest first, and itself."""
        return (*(self.base.chain if self.base else ()), self)


SOLVER = Runtime(
    ("timetable.js", "dormand_prince.js", "run/solver.js", "measures.js", "controls.js"),
    (
        "timetable", "running", "drive", "applyEvents", "stepper", "settle", "solve", "TOLERANCE", "measures", "digits",
        "show", "fixed", "unfreeze", "controls", "seedField", "ready",
    ),
)  # fmt: skip
"""What solves a model in the page, measures the run, and reads sliders."""


@dataclass(frozen=True)
class Shell:
    """What stands around a picture: CSS class, style sheet (beside that of all, parts.css), name of its sentence, title."""

    css_class: str = "ir-live"
    style_sheet: str = "live.css"
    result: str = "Result"
    title: str = "Live figure"


class Table(NamedTuple):
    """The data behind a figure, as text."""

    columns: list[str]
    rows: list[list[str]]
    note: str = ""


class Named(Protocol):
    """What every specification of a figure has."""

    @property
    def name(self) -> str: ...
    @property
    def caption(self) -> str: ...
    @property
    def alt(self) -> str: ...


class Kind(Protocol):
    """A kind of live figure, made from its specification.

    `shell` is the same for all figures of a kind; of `runtimes` the last defines `mount`, which makes the figure live.
    """

    runtimes: tuple[Runtime, ...]
    shell: Shell

    @property
    def still(self) -> str:
        """What is said where nothing can move."""

    @property
    def specification(self) -> Named: ...

    def draw(self) -> Drawing:
        """The picture at the start values."""

    def sentence(self) -> str:
        """What the picture shows, in words, at the start values."""

    def table(self) -> Table:
        """The data behind the picture at the start values."""

    def controls(self) -> str:
        """What a reader moves, as HTML."""

    def source(self) -> list[str]:
        """Members of the figure's JavaScript object that are code, as lines."""

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        """Members of the figure's JavaScript object that are plain data."""

    def digest_parts(self) -> list:
        """Everything that decides what the figure says, rounded so that all platforms agree."""
