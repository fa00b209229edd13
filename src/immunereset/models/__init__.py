"""The biology: one file a model. Each docstring gives question, the flows in words, sources and limits."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from immunereset.engine import Model


def all_modules() -> list[ModuleType]:
    """Import every file of this room; return the modules in the order of their names."""
    return [import_module(found.name) for found in iter_modules(__path__, f"{__name__}.")]


def all_models() -> list[Model]:
    """Return every `Model` that a file of this room defines: by file, and in the order in which it stands there."""
    return [
        thing
        for module in all_modules()
        for thing in vars(module).values()
        if isinstance(thing, Model) and thing.flows.__module__ == module.__name__
    ]
