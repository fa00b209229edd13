"""Live figures: one line in a notebook gives sliders that work there and in the published page, without a kernel."""

from immunereset.live.measures import (
    days_above,
    final,
    first_above,
    first_below,
    lowest,
    lowest_day,
    peak,
    peak_day,
    value_on,
)
from immunereset.live.picture import Mark, Panel
from immunereset.live.result import Result
from immunereset.live.view import Live, explore

__all__ = [
    "Live", "Mark", "Panel", "Result", "days_above", "explore", "final", "first_above", "first_below", "lowest",
    "lowest_day", "peak", "peak_day", "value_on",
]  # fmt: skip
