"""The grid of values that a slider moves over: the picture, the page, the digest and the ranges all read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from immunereset.engine import YEAR, ModelError, Parameter, Slider
from immunereset.live.calendar import day_words, zero_of
from immunereset.live.names import nearest_first

UNITS = {"": "", "–": "", "d": " days", "1/d": " per day", "1/year": " a year"}


@dataclass(frozen=True)
class SliderGrid:
    """One slider of a figure: the values it can take, each with the words that show it, and where it starts.

    `step` and `places` (decimals) are None where the page needs all values and words: on a slider that counts days of a
    calendar, on one of whole years, and on one that is `reworded`.
    """

    symbol: str
    meaning: str
    values: list[float]
    words: list[str]
    position: int
    step: float | None
    places: int | None
    unit: str
    reworded: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest value."""
        return self.values[0], self.values[-1]

    @property
    def settings(self) -> dict:
        """What the page needs: all values and words, or the rule that they follow."""
        if self.step is None:
            return {"symbol": self.symbol, "values": self.values, "words": self.words}
        return {
            "symbol": self.symbol, "from": self.values[self.position], "position": self.position, "step": self.step,
            "places": self.places, "unit": self.unit,
        }  # fmt: skip


@dataclass(frozen=True)
class Reworded:
    """A slider that a reader sees in other words: `meaning` beside it, `words(value)` for each of its values."""

    slider: Slider
    meaning: str
    words: Callable[[float], str]


Sliders = Iterable[str] | Mapping[str, Slider | Reworded] | None
"""Symbols of parameters that have a slider, or a slider for each symbol; None for all of the model's own."""


def slider_grids(
    sliders: Sliders, parameters: Mapping[str, Parameter], values: Mapping[str, float], time: str, own: Iterable[str]
) -> list[SliderGrid]:
    """The grids of a figure's sliders. `own` are the model's own parameters, `time` the unit of the time axis.

    Raises ValueError for a slider of an unknown parameter, for one that is no `Slider`, and if there is none.
    """
    if sliders is None:
        sliders = [symbol for symbol in own if parameters[symbol].slider is not None]
    if isinstance(sliders, str):
        raise ValueError(f"sliders is a list of symbols, such as [{sliders!r}]; the text {sliders!r} was given.")
    if not sliders:
        raise ValueError(
            "A live figure needs a slider, and none was given; give one: "
            f"sliders={{{next(iter(parameters), 'k')!r}: Slider(low, high, step)}}."
        )
    for symbol in sliders:
        if symbol not in parameters:
            known = nearest_first(symbol, parameters)
            raise ValueError(f"A slider moves {symbol!r}; the parameters are {known}.")
    given = sliders if isinstance(sliders, Mapping) else {symbol: parameters[symbol].slider for symbol in sliders}
    return [_grid(parameters[symbol], values[symbol], slider, time) for symbol, slider in given.items()]


def _grid(parameter: Parameter, value: float, slider: Slider | Reworded | None, time: str) -> SliderGrid:
    symbol = parameter.symbol
    if isinstance(slider, Reworded):
        grid, words = _grid(parameter, value, slider.slider, time), slider.words
        return replace(
            grid, meaning=slider.meaning, words=[words(v) for v in grid.values], step=None, places=None, reworded=True
        )
    if slider is None:
        raise ValueError(f"{symbol} has no slider; give one: sliders={{'{symbol}': Slider(low, high, step)}}.")
    if not isinstance(slider, Slider):
        low, high = slider if isinstance(slider, (tuple, list)) and len(slider) == 2 else ("low", "high")
        raise ValueError(f"The slider of {symbol} is {slider!r}; give Slider({low}, {high}, step).")
    try:
        below, above = whole_steps(slider, value)
    except ModelError as refusal:
        raise ModelError(
            f"The slider of {symbol} does not fit: {refusal} Give one: sliders={{'{symbol}': …}}."
        ) from None
    # As it is shown: what the reader sees is what the model gets.
    values = [float(f"{value + k * slider.step:.12g}") if k else float(value) for k in range(-below, above + 1)]
    unit = UNITS.get(parameter.unit, f" {parameter.unit}")
    step, places = slider.step, max(_places(slider.step), _places(value))
    words = [f"{v:.{places}f}{unit}" for v in values]
    if parameter.unit == "d" and time == "years" and all(v % YEAR == 0 for v in values):
        words, step, places = [f"{v / YEAR:g} year{'s' * (v != YEAR)}" for v in values], None, None
    if parameter.unit == "day":
        words, step, places = [f"day {day_words(v - zero_of(time))}" for v in values], None, None
    return SliderGrid(symbol, parameter.meaning, values, words, below, step, places, unit)


def whole_steps(slider: Slider, value: float) -> tuple[int, int]:
    """How many steps a slider reaches below and above a value.

    Raises `ModelError` if the value lies outside the slider, or the slider's ends are not whole steps away from it: the
    picture would then start at a value that the slider cannot show.
    """
    low, high, step = slider.low, slider.high, slider.step
    if not low <= value <= high:
        raise ModelError(f"The value {value:g} lies outside its slider from {low:g} to {high:g}.")
    below, above = (value - low) / step, (high - value) / step
    if max(abs(below - round(below)), abs(above - round(above))) > 1e-6:
        raise ModelError(f"The slider from {low:g} to {high:g} in steps of {step:g} cannot show the value {value:g}.")
    return round(below), round(above)


def _places(value: float) -> int:
    """How many decimals a number is written with."""
    return max(0, -Decimal(repr(float(value))).normalize().as_tuple().exponent)
