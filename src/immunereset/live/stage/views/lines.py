"""Populations over time, labelled in words at their ends, with a stretch before the event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from immunereset.live.panels import Panel
from immunereset.live.stage.views.view import View

if TYPE_CHECKING:
    from immunereset.live.stage.staged_patient import StagedPatient


@dataclass(frozen=True)
class Lines(View):
    """The lines of one `panel`, with `event` written at day 0 (nothing is marked there if it is empty)."""

    name: ClassVar[str] = "lines"
    files: ClassVar[tuple[str, ...]] = ("stage/views/lines.js",)
    place: ClassVar[str] = "below"

    panel: Panel
    event: str = ""

    def check(self, stage: StagedPatient) -> None:
        if not isinstance(self.panel, Panel) or self.panel.range is None:
            raise ValueError("A stage shows one Panel, with a range.")
        for name in self.panel.lines:
            stage.role(name)

    def html(self, stage: StagedPatient) -> str:
        return (
            '<svg role="img"></svg><input type="range" class="ir-clock" min="0" max="1000" step="5" value="90" '
            'aria-label="Clock" disabled autocomplete="off" data-lm-suppress-shortcuts="true">'
        )

    def settings(self, stage: StagedPatient) -> dict[str, Any]:
        low, high = self.panel.range
        return {
            "lines": stage.kinds, "low": low, "high": high, "linear": not self.panel.log, "label": self.panel.label, "short": self.panel.short, "event": self.event,
            "marks": [
                {"level": mark.level, "label": mark.label}
                for mark in sorted(self.panel.marks, key=lambda mark: -mark.level)
            ],
        }  # fmt: skip

    def digest_parts(self) -> list:
        return [self.name, self.panel.digest_parts(), self.event]
