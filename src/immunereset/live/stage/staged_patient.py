"""A stage: one patient without noise, before and after an event, in linked views under one clock."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import numpy as np

from immunereset.engine import YEAR, Run
from immunereset.live.calendar import axis_days, day_words, zero_of
from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.fields import PLAY, slider_fields
from immunereset.live.kind import SHELL, Kind, Runtime, Table
from immunereset.live.run.one_patient import OnePatient, names_shown
from immunereset.live.specification import Specification, Values
from immunereset.live.stage.cards import asking, cards
from immunereset.live.stage.parts import Prediction, Rail, Scene, Stops
from immunereset.live.stage.views.lines import Lines
from immunereset.live.stage.views.view import View
from immunereset.pictures.figure import data_uri
from immunereset.pictures.style import ROLES, label_lines, style, threshold_line

SHARE = 0.1
"""The part of the clock that the stretch before the event takes, if there is one and unless it is told."""

TURN = 0.55
"""The place on the clock of the day from which it gives room anew, if there is one."""

DAYS = 120
"""A clock that is no longer than this counts days, evenly; a longer one gives the first weeks room."""

PAST_POINTS = 9

STAGE = Runtime(("stage/tries.js", "stage/page.js"), (), SHELL)


@dataclass(frozen=True, eq=False)
class Staging:
    """What a stage has beyond a figure of one patient; the arguments are those of `stage`."""

    main: str | Stops
    before: Run | None
    event: str
    told: Callable[[float], str] | None
    marks: Mapping[float, str]
    before_days: float = YEAR
    share: float = SHARE
    turn: float | None = None
    ages_from: float | None = None
    views: Sequence[View] = ()
    predictions: Sequence[Prediction] = ()
    covered: Sequence[str] = ()
    scenes: Sequence[Scene] = ()


class StagedPatient(Kind):
    """What a stage computes, draws and says, in Python as in the page."""

    name, classes, chart, runs = "stage", "ir-stage", ".ir-lines svg", True
    label, title = "Verdict", "Stage"
    still = "To play it needs JavaScript; in a notebook, run the cell."

    def __init__(self, specification: Specification, staging: Staging):
        self.specification, self.staging = specification, staging
        self.patient = OnePatient(specification)
        [self.panel] = specification.panels
        self.views: list[View] = [Lines(self.panel, staging.event), *staging.views]
        for view in self.views:
            if not isinstance(view, View):
                raise ValueError(f"A stage shows views, such as Drop(); {view!r} was given.")
            view.check(self)
        grids = {grid.symbol: grid for grid in specification.grids}
        self.rail = Rail.of(staging.main, grids, specification.values)
        self.others = [grid for symbol, grid in grids.items() if symbol not in self.rail.sets[0]]
        for scene in staging.scenes:
            for value in (scene.value, *([] if scene.twin is None else [scene.twin])):
                self.rail.position_of(value)
        for state in staging.covered:
            self.role(state)
        for later in staging.predictions[1:]:
            if not later.first:
                raise ValueError(
                    f"Each prediction after the first one needs a button; {later.question.id} has no first=…."
                )
        if staging.before is not None and staging.before.model is not specification.model:
            raise ValueError("The run before the event is one of another model.")

    @property
    def sheets(self) -> tuple[str, ...]:
        return "stage/stage.css", *dict.fromkeys(sheet for view in self.views for sheet in view.sheets)

    @property
    def runtimes(self) -> tuple[Runtime, ...]:
        views = {view.name: Runtime(view.files, (), SHELL) for view in self.views}
        return (STAGE, *views.values())

    def role(self, name: str) -> str:
        """The role of a state or an observable. Raises ValueError if it has none."""
        model = self.specification.model
        one = model.states.get(name) or model.observables.get(name)
        if one is None or one.role not in ROLES:
            raise ValueError(f"A stage shows states that have a role, one of {', '.join(ROLES)}; {name!r} has none.")
        return one.role

    @property
    def kinds(self) -> list[dict[str, str]]:
        """The states that the lines show, each with its role and its word."""
        return self.kinds_of(None)

    def kinds_of(self, cells: Mapping[str, str] | None) -> list[dict[str, str]]:
        """States with their words (those of the lines, if none are given), each with its role."""
        words = cells or {name: self.panel.words(name) for name in self.panel.lines}
        return [{"name": name, "role": self.role(name), "word": word} for name, word in words.items()]

    @cached_property
    def most(self) -> dict[str, float]:
        """The most that there ever is of each state: before, and after at both ends of the main slider and at its start."""
        told, (_, past) = self.specification, self.past
        sets = self.rail.sets if isinstance(self.staging.main, Stops) else [self.rail.sets[0], self.rail.sets[-1], {}]
        runs = [told.simulate(told.values | one) for one in sets]
        return {
            name: max(float(past[name].max()), *(float(run[name].max()) for run in runs)) for name in told.model.states
        }

    @property
    def share(self) -> float:
        """The part of the clock that the stretch before takes."""
        return 0.0 if self.staging.before is None else self.staging.share

    @property
    def zero(self) -> float:
        """The day of the run that the clock calls 0."""
        return zero_of(self.specification.time)

    @property
    def axis(self) -> dict[str, Any]:
        """The clock, as the page has it."""
        until = self.specification.until
        return {
            "before": self.staging.before_days, "share": self.share, "zero": self.zero, "until": until,
            "power": 1 if until <= DAYS or self.staging.ages_from else 2, "age": self.staging.ages_from,
            "turn": self.staging.turn and [self.staging.turn, TURN], "event": bool(self.staging.event), "ticks": [list(tick) for tick in self.ticks],
        }  # fmt: skip

    def place(self, day: float) -> float:
        """Where a day lies on the clock, from 0 to 1: the stretch before has a share of its own."""
        axis, turn = self.axis, self.staging.turn
        if day < 0:
            return axis["share"] * max(0.0, 1 + day / axis["before"])
        start, end, left, right = 0.0, turn or axis["until"], axis["share"], TURN if turn else 1.0
        if turn and day > turn:
            start, end, left, right = turn, axis["until"], TURN, 1.0
        return left + (right - left) * ((day - start) / (end - start)) ** (1 / axis["power"])

    def _course(self, begin: float, level: float | Sequence[tuple[float, float]] | None) -> list[list[float]]:
        """What an option expects after the day `begin`: places of the clock, each with an amount."""
        if level is None:
            return []
        if isinstance(level, (int, float)):
            return [[(max(self.place(begin), self.share) + 1) / 2, level], [1.0, level]]
        return [[round(self.place(day + self.zero), 4), amount] for day, amount in level]

    @cached_property
    def past(self) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """The stretch before: days up to 0, and every state by name. Without one there is no day, and what there is on day 0."""
        before, days, told = self.staging.before, self.staging.before_days, self.specification
        views = (name for view in self.views for name in view.reads)
        names = list(dict.fromkeys([*told.model.states, *self.panel.lines, *views]))
        if before is None:
            run = told.simulate(told.values, points=np.array([0.0, told.until]))
            return np.zeros(0), {name: run[name][run.t == 0][-1:] for name in names}
        t = np.linspace(-days, 0.0, PAST_POINTS)
        return t, {name: np.interp(before.t[-1] + t, before.t, before[name]) for name in names}

    @property
    def values_asked(self) -> Values:
        """The parameters of the first prediction, or those of the start."""
        asked = self.staging.predictions
        return self.specification.values | (self.rail.sets[self._place_asked(asked[0])] if asked else {})

    def _place_asked(self, asked: Prediction) -> int:
        return self.rail.position if asked.at is None else self.rail.position_of(asked.at)

    @property
    def hidden_from(self) -> float:
        """The day from which nothing is told before the first prediction; infinity if there is none."""
        first = next(iter(self.staging.predictions), None)
        return math.inf if first is None else 0.0 if first.first else first.day + self.zero

    def sentence(self, values: Values | None = None) -> str:
        """The verdict at these parameter values; before a prediction, what is said while it waits."""
        if values is None and self.staging.predictions:
            asked = self.staging.predictions[0]
            return (asked.opening or asked.wait).replace("\n", " ")
        return self.patient.sentence(values)

    def draw(self) -> Drawing:
        """The stretch before, and after it the future, which is hatched until it was predicted."""
        return self._picture(self.values_asked, self.hidden_from)

    def _picture(self, values: Values, hidden_from: float, name: str = "") -> Drawing:
        import matplotlib.pyplot as plt

        told, (low, high) = self.specification, self.panel.range
        t, past = self.past
        lin, turn = np.linspace(0.0, 1.0, 201) ** self.axis["power"], self.staging.turn or 0.0
        run = told.simulate(values, points=np.unique([turn * lin, turn + (told.until - turn) * lin]))
        seen = run.t <= hidden_from if hidden_from > 0 or not t.size else np.zeros_like(run.t, bool)
        with style():
            fig, ax = plt.subplots(figsize=(WIDTH, 3.2))
            for state in self.panel.lines:
                if state in self.staging.covered and hidden_from < math.inf:
                    continue
                role = ROLES[self.role(state)]
                days, series = (
                    np.concatenate([t, run.t[seen]]),
                    np.concatenate([past[state][: t.size], run[state][seen]]).clip(low, high),
                )
                where = [self.place(day) for day in days]
                ax.plot(
                    where,
                    np.maximum(series, low),
                    color=role.colour,
                    linestyle=role.dash,
                    label=self.panel.words(state),
                )
            for mark in self.panel.marks:
                threshold_line(ax, mark.level, mark.label, at=1.0)
            if hidden_from < math.inf:
                ax.axvspan(self.place(hidden_from), 1, facecolor="none", edgecolor="#c9c4b4", hatch="//", linewidth=0)
            if self.staging.event:
                ax.axvline(self.share, color=ROLES["drug"].colour, linewidth=3, alpha=0.5)
            ticks = [(self.place(day), words) for day, words, always in self.ticks if always]
            ax.set(yscale=self.panel.scale, ylim=(low, high), xlim=(0, 1), ylabel=self.panel.label)
            ax.set_xticks([where for where, _ in ticks], [words for _, words in ticks])
            ax.yaxis.set_major_formatter("{x:g}")
            ax.minorticks_off()
            label_lines(ax)
            return picture_of(fig, f"{told.name}{name}", None)

    @property
    def ticks(self) -> list[tuple[float, str, bool]]:
        """Days that the axis names, their words, and whether a phone shows them, too."""
        until, zero = self.specification.until, self.zero
        if zero:
            return [(day, day_words(day - zero), (day - zero) % 10 == 0) for day in axis_days(until, zero)]
        if until <= DAYS:
            step = next(step for step in (1, 2, 5, 10, 20) if until / step <= 7)
            return [
                *((float(day), f"{day}", True) for day in range(step, math.ceil(until - step / 2), step)),
                (until, f"{until:g} days", True),
            ]
        turn, age = self.staging.turn, self.staging.ages_from
        if age is not None:
            years = range(int(age) + 10, int(age + until / YEAR), 10)
            ages = [((year - age) * YEAR, f"age {year}", year % 20 == 0) for year in years]
            return [*ages, (until, f"age {age + until / YEAR:g}", True)]
        if turn is None:
            return _long_ticks(until)
        first, later = ([tick for tick in _long_ticks(days) if tick[2]] for days in (turn, until - turn))
        (month, words, _), (last, end, _) = later[0], later[-1]
        day, name, _ = first[-2]
        return [(day, name, False), (turn + month, f"{words} after", True), (turn + last, end, True)]

    def table(self) -> Table:
        """The data on evenly spaced days; before a prediction, nothing of what is to be predicted."""
        told, columns = self.specification, names_shown(self.specification)
        if self.hidden_from == math.inf:
            return self.patient.table()
        return Table(
            [told.time, *map(told.heading, columns)], [[words, *("–" for _ in columns)] for words, _ in told.days_shown]
        )

    def controls(self) -> str:
        """Predictions, views, clock, main slider, scenes, and further sliders in a fold."""
        parts = [f'<div class="ir-screen ir-live-part">{self._views()}{self._main()}</div>']
        if self.staging.predictions:
            parts.append(asking(*map(self._play, self.staging.predictions)))
        parts.append(self._scenes())
        if self.others:
            parts.append(f"<details><summary>More to move</summary>{slider_fields(self.others)}</details>")
        return "".join(parts)

    def sets(self) -> dict[str, float]:
        return self.rail.sets[self.rail.position] | {grid.symbol: grid.values[grid.position] for grid in self.others}

    def _play(self, asked: Prediction) -> str:
        number = self.staging.predictions.index(asked)
        values = self.specification.values | self.rail.sets[self._place_asked(asked)]
        after = self._picture(values, math.inf, f"-after-{number}")
        first = (
            f'<button type="button" class="ir-first ir-live-part" data-lm-suppress-shortcuts="true">{escape(asked.first)}</button>'
            if asked.first
            else ""
        )
        name = f"ir-{self.specification.name}-guess-{number}"
        alone = len(self.staging.predictions) == 1
        fold = "What happens" if alone else f"What happens: {self.rail.words[self._place_asked(asked)]}"
        chosen = cards(
            asked.question, name, asked.go, self._verdict(asked), self.specification.alt, data_uri(after.svg), fold
        )
        return f'<div class="ir-play">{first}{chosen}</div>'

    def _verdict(self, asked: Prediction) -> str:
        """What comes of a prediction, in words; with a twin, of both, each by name."""
        rail, values, at = self.rail, self.specification.values, self._place_asked(asked)
        both = [at] if asked.twin is None else [at, rail.position_of(asked.twin)]
        said = [self.patient.sentence(values | rail.sets[place]).replace("\n", " ") for place in both]
        return " ".join(
            said if len(said) == 1 else [f"{one[0]} {rail.words[k]}: {one[2:]}" for k, one in zip(both, said)]
        )

    def _views(self) -> str:
        placed = {"beside": "", "below": ""}
        for i, view in enumerate(self.views):
            if view.place:
                placed[view.place] += f'<div class="ir-view ir-{view.name}" data-view="{i}">{view.html(self)}</div>'
        return f'<div class="ir-views">{placed["beside"]}</div>{placed["below"]}'

    def _main(self) -> str:
        rail = self.rail
        # Where there is nothing but the two that a prediction compares, there is nothing to slide.
        pair = (
            " ir-pair"
            if len(rail.sets) == 2 and any(asked.twin is not None for asked in self.staging.predictions)
            else ""
        )
        return (
            f'<div class="ir-main{pair}"><div><label for="ir-{self.specification.name}-main">'
            f'{escape(rail.label)} <output aria-live="off">{escape(rail.words[rail.position])}</output></label> '
            f'<span class="ir-told">{escape(self._told[rail.position])}</span>'
            f'<div class="ir-rail"><svg aria-hidden="true"></svg><input type="range" class="ir-main-input" '
            f'id="ir-{self.specification.name}-main" min="0" max="{len(rail.sets) - 1}" step="1" value="{rail.position}" '
            'disabled autocomplete="off" data-lm-suppress-shortcuts="true"></div></div>'
            f'{PLAY}<div class="ir-tries"><p class="ir-between" role="status"></p>'
            '<button type="button" class="ir-half" hidden data-lm-suppress-shortcuts="true">Try halfway</button></div></div>'
        )

    @cached_property
    def _told(self) -> list[str]:
        """What each place of the main slider means, in words."""
        told = self.staging.told
        return ["" if told is None else told(next(iter(one.values()))) for one in self.rail.sets]

    def _scenes(self) -> str:
        buttons = "".join(
            f'<button type="button" class="ir-scene" disabled data-lm-suppress-shortcuts="true">{escape(scene.words)}</button>'
            for scene in self.staging.scenes
        )
        return f'<div class="ir-scenes ir-live-part">{buttons}</div><div class="ir-prints" aria-hidden="true"></div>'

    def source(self) -> list[str]:
        return self.patient.source()

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told, staging, rail = self.specification, self.staging, self.rail
        t, past = self.past
        marks = staging.marks or ({words: words for words in rail.words} if isinstance(staging.main, Stops) else {})
        return {
            "p": told.values, "start": told.start_values, "until": told.until, "points": self.patient.points,
            "sliders": [one.settings for one in self.others],
            "main": {
                "name": rail.name, "sets": rail.sets, "keys": rail.keys, "words": rail.words, "position": rail.position,
                "told": self._told, "marks": [[rail.position_of(value), words] for value, words in marks.items()],
            },
            "axis": self.axis,
            "past": {"t": t.round(3).tolist(), "values": {n: [float(f"{v:.5g}") for v in s] for n, s in past.items()}},
            "views": [[view.name, view.settings(self)] for view in self.views],
            "covered": list(staging.covered),
            "plays": [
                asked.settings | {
                    "at": self._place_asked(asked), "day": asked.day + self.zero, "opening": asked.opening,
                    "twin": None if asked.twin is None else rail.position_of(asked.twin),
                    "pause": asked.pause and {"day": asked.pause[0] + self.zero, "words": asked.pause[1]},
                    "drawn": f"{asked.wait.splitlines()[0]}\n"
                    f"Now press “{asked.go}”.",
                    "playing": f"{(staging.event or 'it plays').capitalize()} …\n ",
                    "options": [
                        option | {"course": self._course(asked.day + self.zero, level)}
                        for option, level in zip(
                            asked.settings["options"], asked.levels or [None] * len(asked.question.options)
                        )
                    ],
                }
                for asked in staging.predictions
            ],
            "scenes": [
                {"at": rail.position_of(s.value), "twin": None if s.twin is None else rail.position_of(s.twin),
                 "day": told.until if s.day is None else s.day + self.zero}
                for s in staging.scenes
            ],
            "columns": names_shown(told), "rows": [day for _, day in told.days_shown],
        }  # fmt: skip

    def digest_parts(self) -> list:
        staging, (_, past) = self.staging, self.past
        return [
            *self.patient.digest_parts(), self.rail.name, self.rail.words, dict(staging.marks), list(staging.covered), staging.turn, staging.share,
            staging.ages_from, self.zero,
            [view.digest_parts() for view in self.views], repr(staging.predictions), repr(staging.scenes),
            {n: f"{s[0]:.5g}" for n, s in past.items()},
        ]  # fmt: skip


def _long_ticks(days: float) -> list[tuple[float, str, bool]]:
    """The ticks of a clock of more than `DAYS` days."""
    many = days > 12 * YEAR
    months = (
        []
        if many
        else [(30.0, "1 month", True), *[(91.0, "3 months", False)][days > 6 * YEAR :], (182.0, "6 months", False)]
    )
    years = [(year * YEAR, f"{year} years", False) for year in (range(5, 100, 5) if many else range(2, 100))]
    whole = days / YEAR == round(days / YEAR)
    last = (days, f"{days / YEAR:g} year{'s' * (days != YEAR)}" if whole else f"day {days:g}", True)
    ticks = [*months, (YEAR, "1 year", True), *years]
    return [*(tick for tick in ticks if tick[0] < (0.75 if many else 0.85) * days), last]
