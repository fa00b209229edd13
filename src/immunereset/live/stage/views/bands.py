"""The courses of the protocol as bands under the lines: as long as they last, as high as they are strong."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from immunereset.live.stage.views.view import View
from immunereset.pictures.style import SYMBOLS

if TYPE_CHECKING:
    from immunereset.live.stage.staged_patient import StagedPatient


class Bands(View):
    """A band for each course of the stage's protocol, in the colour of its input, its name above its first day.

    Its height is the course's level, as a share of the highest value of the input; the level of an input without one
    fills the view. A course that fades falls off.
    """

    name: ClassVar[str] = "bands"
    files: ClassVar[tuple[str, ...]] = ("stage/views/bands.js",)
    sheets: ClassVar[tuple[str, ...]] = ("stage/views/bands.css",)
    place: ClassVar[str] = ""

    def check(self, stage: StagedPatient) -> None:
        protocol = stage.specification.protocol
        if protocol is None or not protocol.courses:
            raise ValueError("Bands show the courses of a protocol; this stage has none.")

    def settings(self, stage: StagedPatient) -> dict[str, Any]:
        told = stage.specification
        highest = {symbol: high if math.isfinite(high) else None for symbol, (_, high) in told.input_limits.items()}
        return {
            "courses": [
                {"role": SYMBOLS[course.input], "words": course.name, "full": highest[course.input]}
                for course in told.protocol.courses
            ]
        }

    def digest_parts(self) -> list:
        return [self.name]
