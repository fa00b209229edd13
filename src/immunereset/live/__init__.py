"""Live figures: one line in a notebook gives sliders that work there and in the published page, without a kernel."""

from immunereset.live.calendar import DaysAfter
from immunereset.live.cohort.dots import Dots
from immunereset.live.cohort.patients import Endpoint, Patients
from immunereset.live.cohort.picture import Against, Bar, Free
from immunereset.live.explore import balance, explore, readers_map, stage
from immunereset.live.figure import LiveFigure, run_of
from immunereset.live.map.picture import Axis, Map
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
from immunereset.live.noise.noise import Noise
from immunereset.live.panels import Mark, Panel
from immunereset.live.result import Result
from immunereset.live.sliders import Reworded
from immunereset.live.stage.parts import Prediction, Scene, Stops
from immunereset.live.stage.views.bands import Bands
from immunereset.live.stage.views.calendar import Calendar, Step
from immunereset.live.stage.views.contours import Contours
from immunereset.live.stage.views.drop import Drop
from immunereset.live.stage.views.drops import Drops
from immunereset.live.stage.views.islet import Islet
from immunereset.live.stage.views.plane import Plane
from immunereset.live.stage.views.row import Row
from immunereset.live.stage.views.steps import EulerSteps
from immunereset.live.stage.views.valley import Valley, Valleys
from immunereset.live.stage.views.vessel import Vessel

__all__ = [
    "Against", "Axis", "Bands", "Bar", "Calendar", "Contours", "DaysAfter", "Dots", "Drop", "Drops", "Endpoint", "EulerSteps", "Free", "Islet", "LiveFigure",
    "Map", "Mark", "Noise", "Panel", "Patients", "Plane", "Prediction", "Result", "Reworded", "Row", "Scene", "Step", "Stops", "Valley", "Valleys", "Vessel",
    "back_above", "balance",
    "count", "days_above", "days_below", "explore", "final", "first_above",
    "first_below", "lowest", "lowest_day", "mean", "median", "peak", "peak_day", "readers_map", "run_of", "share", "since",
    "stage", "times_above", "value_on",
]  # fmt: skip
