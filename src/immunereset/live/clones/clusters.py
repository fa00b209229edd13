"""Clones as clusters of dots, one dot a cell, through an event and what follows; a clone without a cell is an empty outline."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from immunereset.engine import Model, Protocol
from immunereset.live.drawing import Drawing
from immunereset.live.evidence.field import svg_of
from immunereset.live.fields import PLAY, seed_field, slider_fields
from immunereset.live.figure import LiveFigure
from immunereset.live.kind import SHELL, Kind, Runtime, Table
from immunereset.live.noise.noise import Noise
from immunereset.live.noise.noisy_patients import NoisyPatients
from immunereset.live.panels import Panel
from immunereset.live.sliders import Sliders
from immunereset.live.specification import Specification
from immunereset.pictures.style import INK, QUIET

STEPS = 90
"""Steps of the clock from day 0 to the last day."""
WIDE, TALL = 480, 170


class Clusters(Kind):
    """What clusters compute, draw and say, in Python as in the page. `many` persons are counted by a button."""

    name, classes, sheets = "clusters", "ir-stage ir-clones", ("stage/stage.css", "clones/clones.css")
    label, title, chart = "Verdict", "Clones", ".ir-chart svg"
    still = "The picture shows the clones before. To play it needs JavaScript; in a notebook, run the cell."
    runtimes = (Runtime(("noise/random.js", "noise/run.js", "clones/clusters.js"), (), SHELL),)

    def __init__(self, specification: Specification, step: float, many: int):
        self.specification, self.many = specification, many
        self.noisy = NoisyPatients(specification, Noise(step=step, who=("person", "persons")))
        self.clones = {name: specification.panels[0].words(name) for name in specification.panels[0].lines}
        start = dict(zip(specification.model.states, specification.start_values))
        self.sizes = {name: int(start[name]) for name in self.clones}

    def sentence(self) -> str:
        return f"Before: {len(self.sizes)} clones, {sum(self.sizes.values())} cells."

    def draw(self) -> Drawing:
        """The clusters before, each with its size."""
        step = WIDE / sum(2.4 * math.sqrt(n / math.pi) + 6 for n in self.sizes.values())
        left, parts = 0.0, []
        for n in self.sizes.values():
            radius = step * math.sqrt(n / math.pi)
            left += 1.2 * radius + 3 * step
            dots = "".join(
                f"M{left + r * math.cos(a):.1f} {TALL / 2 + r * math.sin(a):.1f}h.01"
                for r, a in ((step * math.sqrt((i + 0.5) / math.pi), 2.399963 * i) for i in range(n))
            )
            parts.append(
                f'<circle cx="{left:.1f}" cy="{TALL / 2}" r="{radius + 2:.1f}" fill="none" stroke="{QUIET}"/>'
                f'<path d="{dots}" stroke="{INK}" stroke-width="{0.75 * step:.2f}" stroke-linecap="round"/>'
            )
            left += 1.2 * radius + 3 * step
        return Drawing(svg_of(WIDE, TALL, "".join(parts)))

    def table(self) -> Table:
        """The cells of each clone before, after the event, and on the last day."""
        run, until = self.noisy.patients(self.specification.values)[0], self.specification.until
        rows = [
            [words, *(f"{n:.0f}" for n in (self.sizes[name], run.value_on(name, 0.0), run.value_on(name, until)))]
            for name, words in self.clones.items()
        ]
        return Table(["clone", "cells before", "on day 0", f"on day {until:g}"], rows)

    def controls(self) -> str:
        return (
            '<div class="ir-chart ir-live-part"><svg role="img"></svg></div>'
            f'<div class="ir-when ir-live-part">{PLAY}<label>Clock <input type="range" class="ir-clock ir-time" min="0" '
            f'max="{STEPS + 1}" step="1" value="0" autocomplete="off" data-lm-suppress-shortcuts="true"></label>'
            '<output aria-live="off">before</output></div>'
            f"{slider_fields(self.specification.grids)}{seed_field(self.specification.seed, self.noisy.noise.button)}"
            f'<button type="button" class="ir-more ir-live-part" data-lm-suppress-shortcuts="true">{self.many} persons more</button>'
        )

    def source(self) -> list[str]:
        return self.noisy.source()

    def settings(self, drawing: Drawing) -> dict[str, Any]:
        told = self.specification
        return {
            "p": told.values, "start": told.start_values, "until": told.until, "points": self.noisy.points,
            "sliders": [grid.settings for grid in told.grids], "many": self.many, "steps": STEPS,
            "clones": [[name, self.clones[name], n] for name, n in self.sizes.items()],
        }  # fmt: skip

    def digest_parts(self) -> list:
        return [*self.noisy.digest_parts(), self.clones, self.sizes, self.many]


def clusters(
    model: Model, clones: Mapping[str, str], name: str, *, protocol: Protocol, until: float, sliders: Sliders,
    step: float, many: int = 20, seed: int = 1, caption: str = "", alt: str = "", **changes: float,
) -> LiveFigure:  # fmt: skip
    """Show `clones` (states of `model`, each with its word) as clusters of dots, a dot for each cell, with single-cell noise.

    On day 0 `protocol` acts; the reader plays or drags a clock from before it to day `until`, draws other persons, and sees
    in how many of those drawn each clone was still there at the end. A button draws `many` at once. `step` (days) is that
    of `simulate_noisy` with method "tau" in a volume of 1. Everything else is as in `explore`.

    Returns a `LiveFigure`. Raises ValueError, `ModelError` or `RunError` for whatever does not fit.
    """
    panel = Panel(dict(clones), "cells", range=(0, 1))
    specification = Specification(
        model, [panel], name, protocol=protocol, until=until, sliders=sliders, result=None, start=None, time="days",
        seed=seed, caption=caption, alt=alt, changes=changes,
    )  # fmt: skip
    return LiveFigure(Clusters(specification, step, many))
