"""The symbols of a model: which ones can be written in its functions, and what is said of one that is unknown."""

from __future__ import annotations

import keyword
from types import SimpleNamespace

from .errors import ModelError, unknown


def check_symbol(symbol, kind: str) -> None:
    """Refuse what cannot be written as `p.symbol` or `y.symbol`; `kind` says what it is a symbol of."""
    if not isinstance(symbol, str) or not symbol.isidentifier():
        raise ModelError(f"{symbol!r} cannot be the symbol of {kind}: it must be a Python name.")
    if keyword.iskeyword(symbol):
        raise ModelError(f"{symbol!r} cannot be the symbol of {kind}: Python keeps that word; write {symbol + '_'!r}.")


class Names(SimpleNamespace):
    """The `y` or the `p` that a function of a model gets: values by symbol; an unknown symbol gets a sentence."""

    def __init__(self, letter: str, owner: str, values: dict):
        super().__init__(**values)
        object.__setattr__(self, "_whose", (letter, owner, list(values)))

    def __getattr__(self, symbol):
        if symbol.startswith("__"):
            raise AttributeError(symbol)
        letter, owner, known = self._whose
        kind = "state" if letter == "y" else "parameter or input"
        raise unknown(kind, symbol, known, f"{owner} reads {letter}.{symbol}, but it")

    def __getitem__(self, symbol):
        letter, owner, known = self._whose
        example = symbol if symbol in known else known[0] if known else "symbol"
        raise ModelError(f"{owner} reads {letter}[{symbol!r}]; write it with a dot, such as {letter}.{example}.")
