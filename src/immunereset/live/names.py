"""Names in refusals: what is known, with what was probably meant first."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

NEAR = 0.6
"""From this likeness on (0 to 1) two names are taken for one that was misspelt."""


def likeness(given: str, name: str) -> float:
    """How alike two names are, 0 to 1, capitals aside."""
    return SequenceMatcher(None, given.lower(), name.lower()).ratio()


def nearest_first(given: object, known: Iterable[str]) -> str:
    """The known names as text, those most like the given one first."""
    return ", ".join(sorted(known, key=lambda name: -likeness(str(given), name))) or "none"
