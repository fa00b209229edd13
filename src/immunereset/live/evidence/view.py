"""What the views of published results share: a prediction before something is shown, and scenes that buttons show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, ClassVar

from immunereset.live.drawing import Drawing
from immunereset.live.kind import SHELL, Kind, Runtime
from immunereset.live.stage.cards import FEEDBACK, cards
from immunereset.live.stage.parts import Prediction
from immunereset.pictures.figure import check_name, data_uri

EVIDENCE = Runtime(("evidence/base.js",), ("asked", "linesOf"), SHELL)
"""What views of published results share in the page; a view's own runtime has it as its base."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Told:
    """What every view of published results is told. Raises ValueError for a name that cannot be a figure's id.

    With a `prediction` (of which only `question`, `wait` and `go` are read) the view keeps something to itself until the
    reader has chosen. `scenes` maps the words of a button to the state it shows, as in a link: "sort=width&disease=MS".
    """

    name: str
    caption: str = ""
    alt: str = ""
    prediction: Prediction | None = None
    scenes: Mapping[str, str] = field(default_factory=dict)
    grids: ClassVar[tuple] = ()

    def __post_init__(self) -> None:
        check_name(self.name)


class EvidenceView(Kind):
    """A view of published results: cards, an empty chart that the page fills, the view's own `fields`, and scenes.

    A view says what is left open in `Kind`, and `picture(hidden)`: the still picture before (or without) and after the
    prediction. What a view's JavaScript gets of the prediction and the scenes is in base.js.
    """

    sheets = ("stage/stage.css", "evidence/evidence.css")
    label, title, chart = "Verdict", "Live view", ".ir-chart svg"
    still, toy = "To move it needs JavaScript; in a notebook, run the cell.", ""
    specification: Told

    def __init__(self, specification: Any):
        self.specification = specification

    def picture(self, hidden: bool) -> Drawing:
        """The still picture; `hidden` leaves out what is predicted."""
        raise NotImplementedError

    def answer(self) -> str:
        """What the picture says once nothing is hidden."""
        raise NotImplementedError

    def fields(self) -> str:
        """What a reader moves below the chart, as HTML."""
        return ""

    def sentence(self) -> str:
        asked = self.specification.prediction
        return self.answer() if asked is None else asked.wait.replace("\n", " ")

    def draw(self) -> Drawing:
        return self.picture(hidden=self.specification.prediction is not None)

    def controls(self) -> str:
        return f"{self.ask()}{self.board()}{self.fields()}{self.buttons()}"

    def ask(self) -> str:
        """The cards of the prediction, if there is one."""
        told = self.specification
        if told.prediction is None:
            return ""
        asked, after = told.prediction, data_uri(self.picture(hidden=False).svg)
        return cards(asked.question, f"ir-{told.name}-guess", asked.go, self.answer(), told.alt, after) + FEEDBACK

    def board(self) -> str:
        """The chart that the page fills."""
        return '<div class="ir-chart ir-live-part"><svg role="img"></svg></div>'

    def buttons(self) -> str:
        """A button for each scene."""
        buttons = "".join(
            f'<button type="button" class="ir-scene" data-lm-suppress-shortcuts="true">{escape(words)}</button>'
            for words in self.specification.scenes
        )
        return f'<div class="ir-scenes ir-live-part">{buttons}</div>' if buttons else ""

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        return {
            "p": {}, "scenes": list(told.scenes.values()), "predict": told.prediction and told.prediction.settings,
        }  # fmt: skip

    def digest_parts(self) -> list:
        told = self.specification
        return [told.name, told.alt, self.sentence(), self.answer(), self.settings(Drawing(""))]
