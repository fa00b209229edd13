"""Live figures: one line in a notebook gives sliders that work there and in the published page, without a kernel."""

from immunereset.live.calendar import DaysAfter
from immunereset.live.chance import Noise
from immunereset.live.crowd import Endpoint, LiveCohort, explore_cohort
from immunereset.live.crowd_picture import Against, Axis, Bar, Free
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
from immunereset.live.player import Film, evolve
from immunereset.live.result import Result
from immunereset.live.threshold_map import explore_map
from immunereset.live.view import Live, explore

__all__ = [
    "Against", "Axis", "Bar", "DaysAfter", "Endpoint", "Film", "Free", "Live", "LiveCohort", "Mark", "Noise", "Panel",
    "Result", "back_above", "count", "days_above", "days_below", "evolve", "explore", "explore_cohort", "explore_map", "final",
    "first_above", "first_below", "lowest", "lowest_day", "mean", "median", "peak", "peak_day", "share", "since",
    "times_above", "value_on",
]  # fmt: skip
