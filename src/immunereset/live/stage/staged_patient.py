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
from immunereset.live.drawing import WIDTH, Drawing, picture_of
from immunereset.live.kind import Runtime, Shell, Table
from immunereset.live.page import slider_fields
from immunereset.live.panels import Panel
from immunereset.live.run.one_patient import OnePatient, names_shown
from immunereset.live.sliders import SliderGrid
from immunereset.live.specification import Specification, Values
from immunereset.live.stage.parts import Prediction, Scene, Valley
from immunereset.pictures.figure import data_uri
from immunereset.pictures.style import ROLES, label_lines, role_css, style, threshold_line

SHARE = 0.1
"""The part of the clock that the stretch before the event takes."""

PAST_POINTS = 9
DROP = "1 µL, one dot a cell"
BACK, AWAY = "●", "○"


@dataclass(frozen=True, eq=False)
class Staging:
    """What a stage has beyond a figure of one patient; the arguments are those of `stage`."""

    main: str
    before: Run
    event: str
    told: Callable[[float], str]
    marks: Mapping[float, str]
    before_days: float = YEAR
    valley: Valley | None = None
    drop: bool = True
    prediction: Prediction | None = None
    scenes: Sequence[Scene] = ()


class StagedPatient:
    """What a stage computes, draws and says, in Python as in the page."""

    runtime = Runtime(
        (
            "noise/random.js", "timetable.js", "dormand_prince.js", "run/solver.js", "measures.js", "controls.js",
            "stage/views.js", "stage/page.js",
        ),
        ("solve", "measures", "show", "fixed", "mount"),
    )  # fmt: skip
    shell = Shell("ir-stage", "stage/stage.css", "Verdict", "Stage")
    still = "To play it needs JavaScript; in a notebook, run the cell."

    def __init__(self, specification: Specification, staging: Staging):
        self.specification, self.staging = specification, staging
        self.patient = OnePatient(specification)
        if len(specification.panels) != 1 or not specification.panels[0].log or specification.panels[0].range is None:
            raise ValueError("A stage shows one Panel, with a scale 'log' and a range.")
        self.panel: Panel = specification.panels[0]
        for name in self.panel.lines:
            self._role(name)
        grids = {grid.symbol: grid for grid in specification.grids}
        if staging.main not in grids:
            raise ValueError(f"The main slider moves {staging.main!r}; the sliders are {', '.join(grids)}.")
        self.grid: SliderGrid = grids.pop(staging.main)
        self.others = list(grids.values())
        for scene in staging.scenes:
            for value in (scene.value, *([] if scene.twin is None else [scene.twin])):
                self.position(value)
        if staging.before.model is not specification.model:
            raise ValueError("The run before the event is one of another model.")

    def _role(self, name: str) -> str:
        state = self.specification.model.states.get(name)
        if state is None or state.role not in ROLES:
            raise ValueError(f"A stage shows states that have a role, one of {', '.join(ROLES)}; {name!r} has none.")
        return state.role

    def position(self, value: float) -> int:
        """The place of a value on the main slider. Raises ValueError if the slider does not hold it."""
        for place, held in enumerate(self.grid.values):
            if math.isclose(held, value, rel_tol=1e-9, abs_tol=1e-12):
                return place
        raise ValueError(f"The main slider {self.grid.symbol} has no value {value:g}.")

    @cached_property
    def past(self) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """The stretch before: days up to 0, and every state by name."""
        before, days = self.staging.before, self.staging.before_days
        t = np.linspace(-days, 0.0, PAST_POINTS)
        names = [
            *self.specification.model.states,
            *(n for n in self.panel.lines if n not in self.specification.model.states),
        ]
        return t, {name: np.interp(before.t[-1] + t, before.t, before[name]) for name in names}

    def sentence(self, values: Values | None = None) -> str:
        """The verdict at these parameter values; before a prediction, what is said while it waits."""
        if values is None and self.staging.prediction is not None:
            return self.staging.prediction.wait.replace("\n", " ")
        return self.patient.sentence(values)

    def draw(self) -> Drawing:
        """The stretch before, and after it the future, which is hatched until it was predicted."""
        return self._picture(hidden=self.staging.prediction is not None)

    def _picture(self, hidden: bool) -> Drawing:
        import matplotlib.pyplot as plt

        told, (low, high) = self.specification, self.panel.range
        t, past = self.past
        run = told.simulate(told.values, points=told.until * np.linspace(0.0, 1.0, 70) ** 2)
        with style():
            fig, ax = plt.subplots(figsize=(WIDTH, 3.2))
            for name in self.panel.lines:
                role = ROLES[told.model.states[name].role]
                days = t if hidden else np.concatenate([t, run.t])
                series = past[name] if hidden else np.concatenate([past[name], run[name]])
                where = [place(day, self.staging.before_days, told.until) for day in days]
                ax.plot(where, series, color=role.colour, linestyle=role.dash, label=self.panel.words(name))
            for mark in self.panel.marks:
                threshold_line(ax, mark.level, mark.label, at=1.0)
            if hidden:
                ax.axvspan(SHARE, 1, facecolor="none", edgecolor="#c9c4b4", hatch="//", linewidth=0)
            ax.axvline(SHARE, color=ROLES["drug"].colour, linewidth=3, alpha=0.5)
            ticks = [
                (place(day, self.staging.before_days, told.until), words) for day, words, always in self.ticks if always
            ]
            ax.set(yscale="log", ylim=(low, high), xlim=(0, 1), ylabel=self.panel.label)
            ax.set_xticks([where for where, _ in ticks], [words for _, words in ticks])
            ax.yaxis.set_major_formatter("{x:g}")
            ax.minorticks_off()
            label_lines(ax)
            return picture_of(fig, told.name + ("" if hidden else "-after"), None)

    @property
    def ticks(self) -> list[tuple[float, str, bool]]:
        """Days that the axis names, their words, and whether a phone shows them, too."""
        months = [(30.0, "1 month", True), (91.0, "3", False), (182.0, "6", False), (YEAR, "1 year", True)]
        years = [(year * YEAR, str(year), False) for year in range(2, 100)]
        inside = [tick for tick in [*months, *years] if tick[0] < self.specification.until]
        last = f"{self.specification.until / YEAR:g} years"
        far = [tick for tick in inside if tick[0] < 0.85 * self.specification.until]
        return [*far, (self.specification.until, last, True)]

    def table(self) -> Table:
        return self.patient.table()

    def controls(self) -> str:
        """Prediction, views, clock, main slider, scenes, and further sliders in a fold."""
        parts = [f"<style>{role_css()}</style>", self._prediction(), self._views(), self._main(), self._scenes()]
        if self.others:
            parts.append(f"<details><summary>More to move</summary>{slider_fields(self.others)}</details>")
        code = f"simulate({self.specification.model.name}, {self.specification.until:g}, protocol, start=start, "
        parts.append(
            f"<details><summary>Python</summary><p><code>{escape(code)}"
            f'<b class="ir-python-value">{self.grid.symbol}={self.grid.values[self.grid.position]:g}</b>)</code></p></details>'
        )
        return "".join(parts)

    def _prediction(self) -> str:
        asked = self.staging.prediction
        if asked is None:
            return ""
        name = f"ir-{self.specification.name}-guess"
        cards = "".join(
            f'<label><input type="radio" name="{name}" value="{i}" data-lm-suppress-shortcuts="true" autocomplete="off">'
            f"<span>{escape(option.words)}</span></label>"
            for i, option in enumerate(asked.question.options)
        )
        after = self._picture(hidden=False)
        said = "".join(f"<p><b>{escape(o.words)}?</b> {escape(o.said)}</p>" for o in asked.question.options)
        verdict = escape(self.patient.sentence().replace("\n", " "))
        return (
            f'<fieldset class="ir-predict"><legend>{escape(asked.question.wording)}</legend><div class="ir-cards">{cards}</div>'
            '<div class="ir-live-part">'
            f'<button type="button" class="ir-go" disabled data-lm-suppress-shortcuts="true">{escape(asked.go)}</button> '
            '<button type="button" class="ir-show-me" data-lm-suppress-shortcuts="true">Just show me</button></div></fieldset>'
            f'<details class="ir-answer"><summary>What happens</summary><p>{verdict}</p>'
            f'<img alt="{escape(self.specification.alt)} {verdict}" src="{data_uri(after.svg)}">{said}</details>'
            '<p class="ir-feedback ir-live-part" role="status"></p>'
        )

    def _views(self) -> str:
        kinds = "".join(
            f'<div class="ir-{self._role(name)}" style="color: var(--ir-role)"><i></i><dd><b></b> '
            f"<span>{escape(self.panel.words(name))}</span></dd><dt></dt></div>"
            for name in self._dropped
        )
        drop = (
            f'<div class="ir-drop"><svg role="img" aria-label="{DROP}"></svg></div>'
            f'<div class="ir-key"><p>{DROP}</p><dl>{kinds}</dl></div>'
            if self.staging.drop
            else ""
        )
        valley = '<div class="ir-valley"><svg role="img"></svg></div>' if self.staging.valley else ""
        return (
            f'<div class="ir-views ir-live-part">{drop}{valley}</div>'
            '<div class="ir-lines ir-live-part"><svg role="img"></svg>'
            '<input type="range" class="ir-clock" min="0" max="1000" step="1" value="90" aria-label="Clock" disabled '
            'autocomplete="off" data-lm-suppress-shortcuts="true"></div>'
        )

    def _main(self) -> str:
        grid = self.grid
        words = grid.words[grid.position]
        return (
            f'<div class="ir-main ir-live-part"><div><label for="ir-{self.specification.name}-main">'
            f'{escape(grid.meaning[0].upper() + grid.meaning[1:])} <output aria-live="off">{escape(words)}</output></label> '
            f'<span class="ir-told">{escape(self.staging.told(grid.values[grid.position]))}</span>'
            f'<div class="ir-rail"><svg aria-hidden="true"></svg><input type="range" class="ir-main-input" '
            f'id="ir-{self.specification.name}-main" min="0" max="{len(grid.values) - 1}" step="1" value="{grid.position}" '
            'disabled autocomplete="off" data-lm-suppress-shortcuts="true"></div></div>'
            '<button type="button" class="ir-run" disabled data-lm-suppress-shortcuts="true"><b aria-hidden="true">▶</b> '
            '<span>Play</span></button><p class="ir-between" role="status"></p></div>'
        )

    def _scenes(self) -> str:
        buttons = "".join(
            f'<button type="button" class="ir-scene" disabled data-lm-suppress-shortcuts="true">{escape(scene.words)}</button>'
            for scene in self.staging.scenes
        )
        return f'<div class="ir-scenes ir-live-part">{buttons}</div>' if buttons else ""

    @property
    def _dropped(self) -> list[str]:
        """The states that the drop shows: those of the lines, the most frequent last."""
        return list(self.panel.lines)

    @cached_property
    def _rooms(self) -> dict[str, int]:
        """How many dots of each kind the drop has room for: as many as there ever are, at both ends of the slider too."""
        told = self.specification
        runs = [
            told.simulate(told.values | {self.grid.symbol: value})
            for value in (*self.grid.ends, told.values[self.grid.symbol])
        ]
        most = {
            name: max(float(self.past[1][name].max()), *(float(run[name].max()) for run in runs))
            for name in self._dropped
        }
        return {name: math.ceil(1.25 * value) + 2 for name, value in most.items()}

    def source(self) -> list[str]:
        return self.patient.source()

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told, staging, grid = self.specification, self.staging, self.grid
        t, past = self.past
        low, high = self.panel.range
        mark = self.panel.marks[0] if self.panel.marks else None
        lines = [{"name": n, "role": self._role(n), "word": self.panel.words(n)} for n in self.panel.lines]
        axis = {
            "before": staging.before_days, "share": SHARE, "until": told.until, "beforeWords": "before",
            "ticks": [list(tick) for tick in self.ticks],
        }  # fmt: skip
        asked = staging.prediction
        return {
            "p": told.values, "start": told.start_values, "until": told.until, "points": self.patient.points,
            "sliders": [one.settings for one in self.others],
            "main": {
                "symbol": grid.symbol, "values": grid.values, "words": grid.words, "position": grid.position,
                "told": [staging.told(value) for value in grid.values],
                "marks": [[self.position(value), words] for value, words in staging.marks.items()],
            },
            "past": {"t": t.round(3).tolist(), "values": {n: [float(f"{v:.5g}") for v in s] for n, s in past.items()}},
            "lines": {
                "axis": axis, "lines": lines, "low": low, "high": high, "label": self.panel.label,
                "short": "cells/µL", "event": staging.event,
                "mark": mark and {"level": mark.level, "label": mark.label},
            },
            "drop": {"volume": 1, "kinds": [one | {"room": self._rooms[one["name"]]} for one in lines]} if staging.drop else None,
            "valley": staging.valley and vars(staging.valley) | {"role": self._role(staging.valley.state)},
            "predict": asked and {
                "wait": asked.wait, "drawn": f"{asked.wait.splitlines()[0]}\nYour prediction is drawn in. Now press “{asked.go}”.",
                "playing": f"{staging.event.capitalize()} …\n ", "id": asked.question.id,
                "options": [
                    {"level": level, "said": o.said, "words": o.words, "right": o.right}
                    for o, level in zip(asked.question.options, asked.levels)
                ],
            },
            "scenes": [
                {"at": self.position(s.value), "twin": None if s.twin is None else self.position(s.twin),
                 "day": told.until if s.day is None else s.day}
                for s in staging.scenes
            ],
            "columns": names_shown(told), "rows": [day for _, day in told.days_shown],
        }  # fmt: skip

    def digest_parts(self) -> list:
        staging = self.staging
        t, past = self.past
        return [
            *self.patient.digest_parts(), staging.main, staging.event, dict(staging.marks), repr(staging.valley), staging.drop,
            repr(staging.prediction), repr(staging.scenes), {n: f"{s[0]:.5g}" for n, s in past.items()},
        ]  # fmt: skip


def place(day: float, before: float, until: float) -> float:
    """Where a day lies on the clock, from 0 to 1: the stretch before has a share, and the first weeks get room."""
    return SHARE * max(0.0, 1 + day / before) if day < 0 else SHARE + (1 - SHARE) * math.sqrt(day / until)
