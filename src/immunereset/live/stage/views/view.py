"""What a view of a stage is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from immunereset.live.stage.staged_patient import StagedPatient


class View:
    """One way to show the run of a stage; its JavaScript defines `VIEWS.name`.

    `files` are its JavaScript, `sheets` its style sheets (in `immunereset/live/`). `place` says where it stands: "beside"
    others above the lines, "below" them, or "" if it has no element of its own and draws into another view.
    """

    name: ClassVar[str]
    files: ClassVar[tuple[str, ...]]
    sheets: ClassVar[tuple[str, ...]] = ()
    place: ClassVar[str] = "beside"

    @property
    def reads(self) -> Sequence[str]:
        """Observables that the view reads, beside those that the lines show."""
        return ()

    def check(self, stage: StagedPatient) -> None:
        """Raise ValueError for whatever the stage's model does not have."""

    def html(self, stage: StagedPatient) -> str:
        """What stands in the view's element."""
        return '<svg role="img"></svg>'

    def settings(self, stage: StagedPatient) -> dict[str, Any]:
        """What the view's JavaScript is told, as plain data."""
        return {}

    def digest_parts(self) -> list:
        """All that decides what the view says, in plain numbers and words."""
        return [self.name, repr(self)]
