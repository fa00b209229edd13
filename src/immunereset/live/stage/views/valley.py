"""The landscape from the side: one state rolling while all others are held, or two whose landscape is exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from immunereset.live.stage.views.contours import Contours
from immunereset.live.stage.views.view import View

if TYPE_CHECKING:
    from immunereset.live.stage.staged_patient import StagedPatient


@dataclass(frozen=True)
class Valley(View):
    """The landscape of one state, with a ball at its value.

    Its height is −∫ (dx/dt)/x dln x in 1/d, for `state` x from `low` to `high` (its unit); `height` of it fill the view.
    Where there is one valley only, it is one of disease if its floor lies above `active`. `names` are what the two
    valleys are called, and what is said where the second is missing; if it `waits`, names and colours of the valleys
    come after the choice of a prediction. With `turned` health lies above and disease below. `ticks` are the values that
    the axis names, powers of ten above `low` if there are none. `title` and `short` stand above it, `word` is a reader's word for the state.
    """

    name: ClassVar[str] = "valley"
    files: ClassVar[tuple[str, ...]] = ("stage/views/valley.js",)

    state: str
    low: float
    high: float
    height: float
    active: float
    names: tuple[str, str, str] = ("disease valley", "healthy valley", "no healthy valley")
    waits: bool = False
    turned: bool = False
    ticks: Sequence[float] = ()
    title: str = "Where effectors roll next"
    short: str = "ball = effectors"
    word: str = "effectors per µL"

    def check(self, stage: StagedPatient) -> None:
        stage.role(self.state)

    def settings(self, stage: StagedPatient) -> dict[str, Any]:
        return asdict(self) | {"role": stage.role(self.state)}


@dataclass(frozen=True)
class Valleys(View):
    """The exact landscape of two states from the side, as `Contours` beside it shows it from above.

    Above each difference x − y of both states stands the lowest height that has it; the ball lies at its own height. The
    axis reaches from −high to high of `Contours`, which names the valleys, too; `height` fills the view. The valley
    furthest right is the one that is "back". If it `waits`, names and colours come after the choice of a prediction.
    `title` and `short` stand above it, `word` is a reader's word for the difference.
    """

    name: ClassVar[str] = "valley"
    files: ClassVar[tuple[str, ...]] = ("stage/views/valley.js",)

    height: float
    waits: bool = False
    title: str = "The same from the side"
    short: str = "from the side"
    word: str = "A − B"

    def check(self, stage: StagedPatient) -> None:
        if not any(isinstance(view, Contours) for view in stage.views):
            raise ValueError("Valleys from the side need Contours, the same landscape from above, beside them.")

    def settings(self, stage: StagedPatient) -> dict[str, Any]:
        [above] = [view for view in stage.views if isinstance(view, Contours)]
        names = sorted(above.names, key=lambda word: above.names[word][0] - above.names[word][1])
        return asdict(self) | {
            "names": names,
            "pair": [above.x, above.y],
            "low": -above.high,
            "high": above.high,
            "role": stage.role(above.x),
        }
