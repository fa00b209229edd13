"""What a reader moves, as HTML: sliders, a seed, a button that plays."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from immunereset.live.panels import GREEK, plain
from immunereset.live.sliders import SliderGrid

PLAY = (
    '<button type="button" class="ir-run" data-lm-suppress-shortcuts="true"><b aria-hidden="true">▶</b> '
    "<span>Play</span></button>"
)


def seed_field(seed: int, button: str) -> str:
    """The controls of a seed: a button to the next one, such as "Another patient", and a field for any."""
    return (
        '<fieldset class="ir-draw-again" hidden><legend>Draw again</legend>'
        f'<button type="button" class="ir-next" data-lm-suppress-shortcuts="true">{escape(button)}</button>'
        '<label>Seed <input type="number" class="ir-seed" min="0" max="4294967295" step="1" required '
        f'value="{seed}" autocomplete="off" data-lm-suppress-shortcuts="true"></label></fieldset>'
    )


def one_of(count: int) -> str:
    """The part of a crowd of `count` that shows one of them: a field for its number, a sentence, a chart."""
    return (
        '<fieldset class="ir-one" hidden><legend>Look at one</legend><label>Click a dot, or write its number (1 to '
        f'{count}) <input type="number" class="ir-who" min="1" max="{count}" step="1" autocomplete="off" '
        'data-lm-suppress-shortcuts="true"></label><p role="status"></p><svg hidden></svg></fieldset>'
    )


def slider_fields(grids: Sequence[SliderGrid]) -> str:
    """The sliders, and the button back to the start."""
    return (
        f'<fieldset class="ir-sliders" hidden><legend>Move a slider</legend>{"".join(map(slider_field, grids))}'
        '<button type="button" class="ir-reset" data-lm-suppress-shortcuts="true">Back to the start values</button>'
        "</fieldset>"
    )


def slider_field(grid: SliderGrid) -> str:
    """One slider with its words and its value."""
    text, symbol = grid.words[grid.position], "" if grid.reworded else _symbol(grid.symbol)
    return (
        f'<div class="ir-slider"><label><span>{escape(grid.meaning)}{symbol}</span>'
        f'<input type="range" min="0" max="{len(grid.values) - 1}" step="1" value="{grid.position}" autocomplete="off" '
        f'data-symbol="{grid.symbol}" data-lm-suppress-shortcuts="true" aria-valuetext="{escape(text)}"></label>'
        f'<output aria-live="off">{escape(text)}</output></div>'
    )


def _symbol(symbol: str) -> str:
    """A symbol with its index lowered; nothing for a name that is a word."""
    stem, *index = symbol.split("_")
    if len(stem) > 2 and stem not in GREEK:
        return ""
    lowered = f"<sub>{escape(plain('_'.join(index)))}</sub>" if index else ""
    return f", <i>{escape(plain(stem))}{lowered}</i>"
