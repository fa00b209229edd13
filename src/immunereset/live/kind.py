"""What every kind of live figure can do; `LiveFigure` needs no more of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from immunereset.live.drawing import Drawing

STILL = "The picture shows the start values. Its sliders need JavaScript; in a notebook, run the cell."


@dataclass(frozen=True)
class Runtime:
    """The JavaScript that a kind of figure needs: files of this folder in their order, and what its script calls."""

    files: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Shell:
    """What stands around a picture: CSS class and style sheet, the name of its sentence, and what it is called."""

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

    `runtime` and `shell` are the same for all figures of a kind.
    """

    runtime: Runtime
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
