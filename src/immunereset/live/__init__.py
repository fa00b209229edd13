"""Live figures: one line in a notebook gives sliders that work there and in the published page, without a kernel."""

from immunereset.live.calendar import DaysAfter
from immunereset.live.chance import Noise
from immunereset.live.measures import (
    back_above,
    count,
    days_above,
    days_below,
    final,
    first_above,
    first_below,
    lowest,
    lowest_day,
    mean,
    median,
    peak,
    peak_day,
    share,
    since,
    times_above,
    value_on,
)
from immunereset.live.picture import Mark, Panel
from immunereset.live.result import Result
from immunereset.live.view import Live, explore

__all__ = [
    "DaysAfter", "Live", "Mark", "Noise", "Panel", "Result", "back_above", "count", "days_above", "days_below",
    "explore", "final", "first_above", "first_below", "lowest", "lowest_day", "mean", "median", "peak", "peak_day",
    "share", "since", "times_above", "value_on",
]  # fmt: skip
