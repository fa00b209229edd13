"""One microlitre of blood of one person, or of two beside each other, one dot a cell, told apart by origin."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar

from immunereset.live.stage.views.drop import WORDS
from immunereset.live.stage.views.view import View

if TYPE_CHECKING:
    from immunereset.live.stage.staged_patient import StagedPatient


@dataclass(frozen=True)
class Drops(View):
    """A drop of `cells` (states and observables, each with its word), and that of the twin beside it, if there is one.

    With `whole`, the word for all of them together, the cells are rings of one kind until the prediction was made. The
    cells of a drop are counted below it. `words` say what a dot is.
    """

    name: ClassVar[str] = "drops"
    files: ClassVar[tuple[str, ...]] = ("noise/random.js", "stage/views/drops.js")
    sheets: ClassVar[tuple[str, ...]] = ("stage/views/drops.css",)

    cells: Mapping[str, str]
    whole: str = ""
    words: str = WORDS

    @property
    def reads(self) -> Sequence[str]:
        return tuple(self.cells)

    def check(self, stage: StagedPatient) -> None:
        stage.kinds_of(self.cells)

    def html(self, stage: StagedPatient) -> str:
        kinds = "".join(
            f'<li class="ir-{kind["role"]}"><i style="color: var(--ir-role)"></i><b></b> {escape(kind["word"])}</li>'
            for kind in stage.kinds_of(self.cells)
        )
        one = f'<div class="ir-one-drop"><svg role="img"></svg><div><p></p><ul>{kinds}</ul></div></div>'
        return f'{one}{one}<p class="ir-drop-words">{escape(self.words)}</p>'

    def settings(self, stage: StagedPatient) -> dict[str, Any]:
        kinds, most = stage.kinds_of(self.cells), self._most(stage)
        return {"whole": self.whole, "kinds": [kind | {"room": most[kind["name"]] + 2} for kind in kinds]}

    def _most(self, stage: StagedPatient) -> dict[str, int]:
        """The most cells of each kind: before, and after with every slider at its start and at either end."""
        told, (_, past) = stage.specification, stage.past
        others = [{grid.symbol: value} for grid in stage.others for value in grid.ends]
        runs = [told.simulate(told.values | one | other) for one, other in product(stage.rail.ends, [{}, *others])]
        return {name: math.ceil(max(past[name].max(), *(run[name].max() for run in runs))) for name in self.cells}
