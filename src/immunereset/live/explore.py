"""`explore` and its kin: one line in a notebook gives a figure that a reader can move, there and in the published page."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from immunereset.engine import YEAR, Model, Parameter, Protocol, Run, Slider
from immunereset.live.balance.balance import Balance, BalanceSpecification
from immunereset.live.calendar import DaysAfter
from immunereset.live.cohort.many_patients import ManyPatients
from immunereset.live.cohort.patients import Patients
from immunereset.live.figure import LiveFigure
from immunereset.live.map.picture import Map
from immunereset.live.map.readers_map import Filling, ReadersMap
from immunereset.live.map.threshold_map import ThresholdMap
from immunereset.live.names import NEAR, likeness
from immunereset.live.noise.noise import Noise
from immunereset.live.noise.noisy_patients import NoisyPatients
from immunereset.live.panels import Panel
from immunereset.live.result import Result
from immunereset.live.run.one_patient import OnePatient
from immunereset.live.sliders import Sliders
from immunereset.live.specification import Specification
from immunereset.live.stage.parts import Prediction, Scene, Stops
from immunereset.live.stage.staged_patient import DAYS, SHARE, StagedPatient, Staging
from immunereset.live.stage.views.view import View


def explore(
    model: Model, panels: Sequence[Any], name: str, *, protocol: Protocol | None = None, until: float | None = None,
    sliders: Sliders = None, result: Result | None = None, start: Mapping[str, float] | Run | None = None,
    time: str = "days", noise: Noise | None = None, patients: Patients | None = None, seed: int = 1, caption: str = "",
    alt: str = "", **changes: float,
) -> LiveFigure:  # fmt: skip
    """Show a run of `model` from day 0 to day `until`, with sliders: `explore(model, ["A"], "decay")`.

    `panels` lists what to show from top to bottom: names of states or observables, each in a panel of its own, or
    `Panel`s; of many patients also `Dots`, `Free` and `Against`; or one `Map`. `name` is the figure's id in the book (letters, digits, hyphens). The rest has defaults:

    - `protocol`: none.
    - `until`: 100 days after the last thing that the protocol does; without a protocol, day 100.
    - `sliders`: the model's own parameters that have a slider. A list of symbols, of the model or the protocol, names
      others; a dict maps symbols to `Slider`s.
    - `result`: a sentence with the last value of each line. A `Result` says more.
    - `start`: the model's own; else a dict of state values or a `Run` to go on from.
    - `time`: the unit of the horizontal axis, "days" or "years".
    - `noise`: none. With a `Noise` the run has the noise of single cells: it is drawn anew for every `seed`.
    - `patients`: one. With `Patients` many who differ are simulated, and `result` is without measures: its sentences know
      the parameters and `free`, `patients`, `percent`, `low` and `high` (the exact 95 % interval, %) and `seed`; those of a
      `Map` know `free`, `patients` (the pairs), and `first` and `last`, the least value across from which on all are
      free in the lowest and in the highest row (infinity if none is).
    - `caption`, `alt`: none; a figure of the book needs both. The result is added to `alt`.

    `changes` are other parameter values. Returns a `LiveFigure`. Raises ValueError, `ModelError` or `RunError` for
    whatever does not fit.
    """
    group = () if patients is None else patients.group
    refuse_misspelt(explore, changes, model, protocol, group)
    if isinstance(time, DaysAfter):
        raise ValueError("Only a stage counts its days from an event; explore shows time in 'days' or 'years'.")
    specification = Specification(
        model, panels, name, protocol=protocol, until=until, sliders=sliders, result=result, start=start, time=time,
        seed=seed, caption=caption, alt=alt, group=group, changes=changes,
    )  # fmt: skip
    if any(isinstance(panel, Map) for panel in specification.panels):
        return LiveFigure(ThresholdMap(specification))
    if patients is not None:
        return LiveFigure(ManyPatients(specification, patients))
    return LiveFigure(OnePatient(specification) if noise is None else NoisyPatients(specification, noise))


def stage(
    model: Model, lines: Panel, name: str, *, main: str | Stops, before: Run | None = None, result: Result, until: float,
    views: Sequence[View] = (), protocol: Protocol | None = None, event: str = "", start: Mapping[str, float] | Run | None = None,
    told: Callable[[float], str] | None = None, marks: Mapping[float, str] | None = None,
    prediction: Prediction | Sequence[Prediction] = (), covered: Sequence[str] = (), scenes: Sequence[Scene] = (),
    before_days: float = YEAR, share: float = SHARE, turn: float | None = None, time: DaysAfter | None = None,
    ages_from: float | None = None, sliders: Sliders = None, caption: str = "", alt: str = "", **changes: float,
) -> LiveFigure:  # fmt: skip
    """Show one run in linked views under one clock: lines over time, and `views` such as `Drop()` and `Valley(…)`.

    `lines` is a `Panel` with a range, of states and observables that have a role. `main` is the parameter that the main slider moves, or
    `Stops` with names; `told` puts a value of the slider into words, and `marks` are words below it, by value. `before` is
    the run that ends where this one starts: its last `before_days` are shown, too, on a `share` of the clock; without one the
    clock begins on day 0. After the day `turn` the clock gives the first weeks room anew, and counts from it. `event` says
    what happens on day 0. With a `time` the clock, predictions, scenes and links count as its calendar does; with
    `ages_from` (years) the clock counts ages from that on day 0.
    `result` is the verdict: each sentence begins with ● (it came back) or ○ (it stays away), or with neither and leaves no
    mark on the slider; what follows a line break stands below in small letters. With a `prediction`, or several that are
    asked in turn, the future waits until the
    reader has chosen, and the states in `covered` are not shown until then. `scenes` are states of the stage that buttons
    show, and links such as `#07-reset?k=2.40&day=83` (`&with=2.45` for a twin). Everything else is as in `explore`; of
    `sliders`, those beside the main one stand in a fold.

    Returns a `LiveFigure`. Raises ValueError, `ModelError` or `RunError` for whatever does not fit.
    """
    refuse_misspelt(stage, changes, model, protocol)
    if sliders is None:
        sliders = [] if isinstance(main, Stops) else [main]
    specification = Specification(
        model, [lines], name, protocol=protocol, until=until, sliders=sliders, result=result,
        start=before if start is None else start, time=time or ("years" if until > DAYS else "days"), caption=caption, alt=alt,
        stops=isinstance(main, Stops), changes=changes,
    )  # fmt: skip
    staging = Staging(
        main, before, event, told, marks or {}, before_days=before_days, share=share, turn=turn, ages_from=ages_from, views=views, covered=covered, scenes=scenes,
        predictions=[prediction] if isinstance(prediction, Prediction) else prediction,
    )  # fmt: skip
    return LiveFigure(StagedPatient(specification, staging))


def balance(
    model: Model, state: str, name: str, *, low: float, high: float, top: float, height: float, active: float,
    held: Mapping[str, tuple[float, Slider, str]], word: str, prediction: Prediction | None = None, caption: str = "",
    alt: str = "",
) -> LiveFigure:  # fmt: skip
    """Show what is gained and lost of `state`, for each unit of it and day, against `state` itself; below it the valley.

    The axis reaches from `low` to `high` (unit of the state) and is called `word`; `top` is the highest rate shown, and
    `height` of the valley fills its view (both 1/d). Above `active` a lone crossing is one of disease. `held` maps other
    states and inputs to (value, slider, words for it); whatever else the model has stays as it is at its start. With a
    `prediction` the gain is covered until the reader has chosen. `name`, `caption` and `alt` are as in `explore`.

    Returns a `LiveFigure`. Raises ValueError or `ModelError` for whatever does not fit.
    """
    specification = BalanceSpecification(
        model, state, name, low=low, high=high, top=top, height=height, active=active, held=held, word=word,
        prediction=prediction, caption=caption, alt=alt,
    )  # fmt: skip
    return LiveFigure(Balance(specification))


def readers_map(
    model: Model, across: str, up: str, name: str, *, state: str, active: float, sliders: Mapping[str, Slider],
    labels: tuple[str, str], told: tuple[str, str], word: str, one: str, go: str,
    named: Mapping[str, tuple[float, float]] = {}, protocol: Protocol | None = None, until: float | None = None,
    start: Mapping[str, float] | Run | None = None, caption: str = "", alt: str = "", **changes: float,
) -> LiveFigure:  # fmt: skip
    """Show an empty map of two parameters: each click is one run, and leaves a mark; then the border can be drawn.

    `across` and `up` are the parameters of the axes, `sliders` their steps, `labels` their words. A run that ends (on day
    `until`) with `state` above `active` leaves ●, another one ○; `told` says what that means, first of ○, and `word` is
    the unit of `state`. `one` says what a click is, `go` stands on the button that does the same. `named` are points
    (across, up) that are shown with the border. Everything else is as in `explore`.

    Returns a `LiveFigure`. Raises ValueError, `ModelError` or `RunError` for whatever does not fit.
    """
    refuse_misspelt(readers_map, changes, model, protocol)
    if set(sliders) != {across, up} or across == up:
        raise ValueError(f"A reader's map needs one slider across and one up; {', '.join(sliders)} were given.")
    specification = Specification(
        model, [state], name, protocol=protocol, until=until, sliders={across: sliders[across], up: sliders[up]},
        start=start, caption=caption, alt=alt, changes=changes,
    )  # fmt: skip
    return LiveFigure(ReadersMap(specification, Filling(state, active, labels, told, word, one, go, named)))


def refuse_misspelt(
    function: Callable, changes: Mapping[str, Any], model: Model, protocol: Protocol | None,
    group: Sequence[Parameter] = (),
) -> None:  # fmt: skip
    """Refuse a keyword that is neither a parameter nor an argument, if it is much like an argument."""
    known = {*getattr(model, "parameters", ()), *getattr(protocol, "parameters", ()), *(q.symbol for q in group)}
    arguments = [name for name in inspect.signature(function).parameters if name != "changes"]
    for given in changes:
        nearest = max(arguments, key=lambda name: likeness(given, name))
        if given not in known and likeness(given, nearest) >= NEAR:
            raise ValueError(f"{function.__name__} has no argument {given!r}; did you mean {nearest!r}?")
