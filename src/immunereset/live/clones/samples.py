"""Two samples of clones, before and after a treatment, as a hundred dots each; a reader guesses their overlap first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from immunereset.engine import ModelError
from immunereset.live.drawing import Drawing
from immunereset.live.evidence.chance import places
from immunereset.live.evidence.field import svg_of
from immunereset.live.evidence.view import EVIDENCE, EvidenceView, Told
from immunereset.live.fields import slider_fields
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.sliders import SliderGrid
from immunereset.live.stage.parts import Prediction
from immunereset.pictures.style import INK, QUIET

WIDE, TALL = 480, 230
NEW = [round(0.02 * i, 2) for i in range(48)]
"""The shares of new cells that the slider has."""


class Person(Protocol):
    """One person before and after, such as `models.repertoire.Rebuilt`: the expected overlap and share of clones found again
    when a share of the cells is new, how many clones were left, and how often those read before were read later."""

    left: int
    often: Any

    def overlap(self, new: float) -> float: ...

    def found_again(self, new: float) -> float: ...


@dataclass(frozen=True, kw_only=True, eq=False)
class SamplesTold(Told):
    """What samples are told; the arguments are those of `samples`."""

    persons: Mapping[str, Person]
    clones: int

    @property
    def grids(self) -> list[SliderGrid]:  # type: ignore[override]
        """The sliders: depth, then the share of new cells."""
        depths = [float(i) for i in range(len(self.persons))]
        return [
            places("depth", "depth of the treatment", depths, list(self.persons), 0.0),
            places("new", "new cells at the end", NEW, [f"{100 * new:.0f} %" for new in NEW], 0.0),
        ]


class Samples(EvidenceView):
    """What samples compute, draw and say, in Python as in the page."""

    name, classes, title = "samples", "ir-stage ir-evidence ir-samples", "Two samples"
    sheets = (*EvidenceView.sheets, "clones/clones.css")
    runtimes = (Runtime(("noise/random.js", "clones/samples.js"), (), EVIDENCE),)
    toy = "Toy model, not medical advice"
    specification: SamplesTold

    def answer(self) -> str:
        return self.say(0, 0.0).replace("\n", " ")

    def say(self, depth: int, new: float) -> str:
        """Overlap, clones left and clones found again at a depth (its place on the slider) and a share of new cells."""
        told, one = self.specification, list(self.specification.persons.values())[depth]
        return (
            f"Overlap {100 * one.overlap(new):.0f} %.\n"
            f"{_spaced(one.left)} of {_spaced(told.clones)} clones are left in the body; {100 * one.found_again(new):.0f} of 100 that "
            "were read before are found again."
        )

    def picture(self, hidden: bool) -> Drawing:
        one = next(iter(self.specification.persons.values()))
        parts = []
        for side, (words, share) in enumerate(
            [("100 clones read before", one.found_again(0)), ("100 reads after", one.overlap(0))]
        ):
            filled, x = 0 if hidden else round(100 * share), 120 + 240 * side
            parts.append(f'<text x="{x}" y="14" text-anchor="middle">{words}</text>')
            for i in range(100):
                cx, cy = x + 18 * (i % 10 - 4.5), 36 + 18 * (i // 10)
                fill = INK if i < filled else "none"
                parts.append(
                    f'<circle cx="{cx:g}" cy="{cy:g}" r="6" fill="{fill}" stroke="{INK if i < filled else QUIET}"/>'
                )
        return Drawing(svg_of(WIDE, TALL, "".join(parts)))

    def table(self) -> Table:
        """Overlap, clones left and found again at each depth, with nothing new."""
        rows = [
            [words, f"{100 * one.overlap(0):.0f} %", _spaced(one.left), f"{100 * one.found_again(0):.0f} %"]
            for words, one in self.specification.persons.items()
        ]
        return Table(["depth, nothing new", "overlap", "clones left", "clones found again"], rows)

    def fields(self) -> str:
        return slider_fields(self.specification.grids)

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        persons = [
            {"overlap": one.overlap(0.0), "often": [int(many) for many in one.often], "left": one.left}
            for one in told.persons.values()
        ]
        return super().settings(drawing) | {
            "p": {"depth": 0.0, "new": 0.0}, "sliders": [grid.settings for grid in told.grids], "persons": persons, "clones": told.clones,
        }  # fmt: skip


def _spaced(number: float) -> str:
    """A whole number with a narrow space before every three digits."""
    return f"{number:,.0f}".replace(",", "\u202f")


def samples(
    name: str, persons: Mapping[str, Person], clones: int, *, prediction: Prediction | None = None,
    scenes: Mapping[str, str] = {}, caption: str = "", alt: str = "",
) -> LiveFigure:  # fmt: skip
    """Show which clones two samples share: one person for each depth, by its words, and a share of new cells that the reader moves.

    `clones` are those of the body before. The overlap is hidden until the reader has made the `prediction`, of which
    `question`, `wait` and `go` are read. `scenes` maps the words of a button to a state, such as "depth=4&new=0.4".
    Everything else is as in `explore`. Returns a `LiveFigure`. Raises ModelError unless there are several depths, and what
    every view raises.
    """
    if len(persons) < 2:
        raise ModelError(f"Samples are compared at two depths at least; {len(persons)} was given.")
    return LiveFigure(
        Samples(
            SamplesTold(
                name=name, persons=persons, clones=clones, prediction=prediction, scenes=scenes, caption=caption, alt=alt
            )
        )
    )  # fmt: skip
