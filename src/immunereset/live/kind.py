"""What a kind of live figure is: all that differs from kind to kind. The shell, which shows and steers, is page.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from immunereset.engine import Run
from immunereset.live.drawing import Drawing
from immunereset.live.fields import slider_fields


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


SHELL = Runtime(
    (
        "timetable.js", "dormand_prince.js", "run/solver.js", "measures.js", "stage/svg.js", "stage/cards.js", "shell.js",
    ),
    (
        "timetable", "running", "drive", "applyEvents", "tableau", "stepper", "settle", "solve", "measures", "digits", "show",
        "fixed", "VIEWS", "set", "write", "add", "sized", "cellsInWords", "dayInWords", "scaleOf", "placeOf", "dayOf", "onward", "halfOf", "apart", "room",
        "cards", "beside", "shut", "announce", "KINDS", "UNFINISHED", "mount",
    ),
)  # fmt: skip
"""What all figures share in the page: what solves a model and measures its run, and what shows and steers."""


class Table(NamedTuple):
    """The data behind a figure, as text."""

    columns: list[str]
    rows: list[list[str]]
    note: str = ""


class Kind:
    """A kind of live figure, made from its `specification`. A new kind says what is left open here.

    `name` is that of its JavaScript, which defines `KINDS.name` (shell.js), `classes` those of its style, `sheets` its style
    sheets beside that of all. `label` and `title` are what its sentence and such a figure are called, `still` is what is
    said where nothing can move, `toy` what stands below its figures, and `chart` the CSS selector of the SVG in which the page draws; with none, the still
    picture comes alive. `runs` says that it shows a run of its model, which Python can make, too. `runtimes` hold its
    JavaScript.
    """

    name: ClassVar[str]
    classes: ClassVar[str] = "ir-drawn"
    sheets: tuple[str, ...] = ("drawn.css",)
    label: ClassVar[str] = "Result"
    title: ClassVar[str] = "Live figure"
    toy: ClassVar[str] = "Toy model, not medical advice"
    still: str = "The picture shows the start values. Its sliders need JavaScript; in a notebook, run the cell."
    chart: ClassVar[str] = ""
    runs: ClassVar[bool] = False
    runtimes: tuple[Runtime, ...]
    specification: Any

    def draw(self) -> Drawing:
        """The picture at the start values."""
        raise NotImplementedError

    def sentence(self) -> str:
        """What the picture shows, in words, at the start values."""
        raise NotImplementedError

    def table(self) -> Table:
        """The data behind the picture at the start values."""
        raise NotImplementedError

    def controls(self) -> str:
        """What a reader moves, and what the page draws, as HTML."""
        return slider_fields(self.specification.grids)

    def run(self, values: Mapping[str, float]) -> Run:
        """The run that the picture shows at these values, for kinds with `runs`."""
        return self.specification.simulate(self.specification.values | values)

    def sets(self) -> dict[str, float]:
        """What a reader sets, at the start: these make the first picture."""
        return {grid.symbol: grid.values[grid.position] for grid in self.specification.grids}

    def source(self) -> list[str]:
        """Members of the figure's JavaScript object that are code, as lines."""
        return []

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        """Members of the figure's JavaScript object that are plain data, beside those that every figure has."""
        raise NotImplementedError

    def digest_parts(self) -> list:
        """Everything that decides what the figure says, rounded so that all platforms agree."""
        raise NotImplementedError
