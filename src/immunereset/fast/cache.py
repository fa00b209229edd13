"""Compiled models on disk: the source of each is a file in a folder of the user, beside which numba keeps what it compiled.

Nothing here imports numba before a compiled run is asked for.
"""

from __future__ import annotations

import hashlib
import importlib.util
import linecache
import logging
import os
import platform
import re
import sys
import tempfile
from functools import cache
from importlib import metadata
from pathlib import Path

log = logging.getLogger("immunereset")


def folder() -> Path:
    """Return where compiled models are kept: IMMUNERESET_CACHE, or this system's folder for such files."""
    if given := os.environ.get("IMMUNERESET_CACHE"):
        return Path(given)
    home = Path.home()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or home / ".cache"
    return Path(base) / "immunereset"


def is_kept(text: str, name: str) -> bool:
    """Return whether `load` would find a source text in the user's folder."""
    return _place(text, name)[0].is_file()


@cache
def load(text: str, name: str, announced: bool = False):
    """Return the module of a source text, kept in the user's folder; announce a new one if it takes seconds."""
    path, content = _place(text, name)
    known = False
    try:
        known = path.is_file() and path.read_bytes() == content
        if not known:
            _write(path, content)
    except OSError:
        path = Path(_private_folder().name) / path.name
        _write(path, content)
    if announced and not known:
        _announce(name)
    # A traceback shows the lines that run, even if the file is deleted meanwhile.
    linecache.cache[str(path)] = len(content), None, content.decode().splitlines(keepends=True), str(path)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    # What numba kept asks for its module by name.
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _place(text: str, name: str) -> tuple[Path, bytes]:
    """Return where a source text is kept, and what is kept there."""
    python = ".".join(platform.python_version_tuple()[:2])
    content = f"# Python {python}, numba {metadata.version('numba')}, {platform.machine()}\n{text}".encode()
    stem = f"immunereset_{re.sub(r'[^A-Za-z0-9]+', '_', name)}_{hashlib.sha256(content).hexdigest()[:16]}"
    return folder() / f"{stem}.py", content


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: another process may be reading it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(draft, path)


@cache
def _private_folder() -> tempfile.TemporaryDirectory:
    """A folder for this process alone, for those whose own cannot be written."""
    return tempfile.TemporaryDirectory(prefix="immunereset-")


def _announce(name: str) -> None:
    # Under pytest a lesson's printed output is compared, and this line comes on one machine and not on another.
    if "PYTEST_CURRENT_TEST" not in os.environ:
        log.warning("Compiling the model '%s' for this machine; this happens once.", name)
