"""What a count of events among so many patients says of their risk: people filled, half filled and open, one each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from immunereset.engine import Parameter, Slider
from immunereset.evidence import clopper_pearson
from immunereset.evidence.references import EvidenceError
from immunereset.live.drawing import Drawing
from immunereset.live.evidence.field import people_svg, svg_of
from immunereset.live.evidence.view import EVIDENCE, EvidenceView, Told
from immunereset.live.fields import slider_fields
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import Runtime, Table
from immunereset.live.sliders import SliderGrid, slider_grids
from immunereset.live.stage.parts import Prediction

FILLED, HALF, OPEN = range(3)
WIDE, TALL = 480, 240


@dataclass(frozen=True, kw_only=True, eq=False)
class PeopleTold(Told):
    """What a people view is told; the arguments are those of `people`. Raises EvidenceError for what does not fit."""

    events: int
    n: int
    most: tuple[int, int]
    of: int
    event: str
    watched: str
    seen: str
    side: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.side not in ("back", "away"):
            raise EvidenceError(f"The side of an event is 'back' (a harm) or 'away' (a benefit), not {self.side!r}.")
        most_events, most_n = self.most
        if not (0 <= self.events <= most_events and self.events <= self.n and most_events <= 10 <= self.n <= most_n):
            raise EvidenceError(
                f"The sliders reach from 0 to {most_events} events, at most 10, and from 10 to {most_n} patients; "
                f"{self.events} and {self.n} do not fit."
            )
        if not 10 <= self.of <= 2000:
            raise EvidenceError(f"A field shows 10 to 2000 people; {self.of} were asked for.")

    @property
    def grids(self) -> list[SliderGrid]:  # type: ignore[override]
        """The sliders: patients watched, then events."""
        known = {
            "n": Parameter("n", self.n, "", self.watched, low=1, slider=Slider(10, self.most[1], 1)),
            "events": Parameter("events", self.events, "", self.seen, slider=Slider(0, self.most[0], 1)),
        }
        moved = [symbol for symbol in known if symbol != "events" or self.most[0] > 0]
        return slider_grids(moved, known, {"n": float(self.n), "events": float(self.events)}, "days", moved)


class People(EvidenceView):
    """What a people view computes, draws and says."""

    name, classes = "people", "ir-stage ir-evidence ir-people"
    sheets = (*EvidenceView.sheets, "evidence/people.css")
    runtimes = (Runtime(
        ("noise/random.js", "cohort/interval.js", "evidence/field.js", "evidence/people.js"), (), EVIDENCE
    ),)  # fmt: skip
    specification: PeopleTold

    @cached_property
    def ends(self) -> tuple[float, float]:
        """The interval at the start, in people of the field, not rounded."""
        return self.ends_of(self.specification.events, self.specification.n)

    def ends_of(self, events: int, n: int) -> tuple[float, float]:
        """The exact 95 % interval of `events` in `n`, in people of the field."""
        low, high = clopper_pearson(events, n)
        return self.specification.of * low, self.specification.of * high

    def answer(self) -> str:
        told = self.specification
        return verdict(told.events, told.n, *self.ends, told.of, told.event).replace("\n", " ")

    def picture(self, hidden: bool) -> Drawing:
        told = self.specification
        low, high = (round(end) for end in self.ends)
        kinds = [OPEN if hidden or i >= high else HALF if i >= low else FILLED for i in range(told.of)]
        looks = [("full", told.side), ("half", told.side), ("open", "quiet")]
        return Drawing(svg_of(WIDE, TALL, people_svg(kinds, looks, 0, 0, WIDE, TALL)))

    def table(self) -> Table:
        told = self.specification
        low, high = self.ends
        columns = ["Sliders", told.seen, told.watched, f"low, in {told.of}", f"high, in {told.of}"]
        return Table(columns, [["now", f"{told.events}", f"{told.n}", digits(low), digits(high)]])

    def fields(self) -> str:
        return slider_fields(self.specification.grids)

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        return super().settings(drawing) | {
            "p": {"events": told.events, "n": told.n}, "sliders": [grid.settings for grid in told.grids],
            "of": told.of, "event": told.event, "side": told.side,
        }  # fmt: skip


def digits(people: float) -> str:
    """A number of people with three digits, as the verdict gives it."""
    return "0" if people == 0 else f"{people:.0f}" if people >= 999.5 else f"{people:#.3g}".rstrip(".")


def verdict(events: int, n: int, low: float, high: float, of: int, event: str) -> str:
    """Which risks the interval holds, in whole people of the field; below it, with three digits."""
    return (
        f"{events} of {n} {event}: the risk may be {round(low)} to {round(high)} in {of}.\n"
        f"Exact 95 % interval: {digits(low)} to {digits(high)} in {of}. Filled: below it. Half filled: within it. Open: above it."
    )


def people(
    name: str, *, events: int = 0, n: int, most: tuple[int, int] = (10, 700), of: int = 1000, event: str = "died",
    watched: str = "patients watched", seen: str = "deaths among them", side: str = "back", prediction: Prediction | None = None,
    scenes: Mapping[str, str] = {}, caption: str = "", alt: str = "",
) -> LiveFigure:  # fmt: skip
    """Show which risks fit `events` among `n` patients, in a field of `of` people, each of whom keeps a place.

    People below the exact 95 % interval (Clopper and Pearson) are filled, those within it half filled, the rest open. Two
    sliders move n, from 10 to `most[1]`, and the events, to `most[0]` (0: no such slider); they are called `watched` and
    `seen`, and `event` ends the sentence "0 of 55 …". `side` is "back" for a harm and "away" for a benefit. With a
    `prediction` all are open until the reader has chosen; its `question`, `wait` and `go` are read. `scenes` maps the words
    of a button to a state, "n=55&events=0". `name`, `caption` and `alt` are as in `explore`.

    Returns a `LiveFigure`. Raises ValueError for whatever does not fit.
    """
    return LiveFigure(
        People(
            PeopleTold(
                name=name, events=events, n=n, most=most, of=of, event=event, watched=watched, seen=seen, side=side,
                prediction=prediction, scenes=scenes, caption=caption, alt=alt,
            )
        )
    )  # fmt: skip
