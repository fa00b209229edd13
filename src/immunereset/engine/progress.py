"""How far a long computation has come, as a line of plain text on stderr."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SILENT = 2.0
"""Seconds for which nothing is shown: what is over by then needs no line."""

BEAT = 1.0
"""Seconds after which the line is written again while nothing is finished."""

LINE = "{n_fmt} of {total_fmt} {unit}, {percentage:.0f} %; {elapsed} so far, {remaining} to go"


told_elsewhere = ContextVar("told_elsewhere", default=False)
"""Whether somebody else already tells how far the whole is, so that its parts say nothing."""


@contextmanager
def progress(total: int, unit: str, parts: int = 2) -> Iterator[Callable[[int], None]]:
    """Show how many of `total` are done; yields the function that is told how many more are.

    The line is rewritten in place, in a terminal and in a notebook alike, and read as a sentence by a
    screen reader. The environment variable TQDM_DISABLE=1 turns it off. Of computations within each other only
    the outermost is told of, and nothing is told of one that comes in a single part.
    """
    if parts < 2 or told_elsewhere.get():
        yield lambda count: None
        return
    # tqdm's own notebook bar needs ipywidgets, and warns where there are none.
    from tqdm.std import tqdm

    silenced = os.environ.get("TQDM_DISABLE", "") not in ("", "0")
    pace = {"delay": SILENT, "mininterval": 1.0, "miniters": 0, "smoothing": 0}
    bar = tqdm(total=total, unit=unit, bar_format=LINE, disable=silenced, **pace)
    lock, over = threading.Lock(), threading.Event()

    def advance(count: int) -> None:
        with lock:
            bar.update(count)

    def keep_alive() -> None:
        while not over.wait(BEAT):
            advance(0)

    clock = threading.Thread(target=keep_alive, daemon=True)
    clock.start()
    outermost = told_elsewhere.set(True)
    try:
        yield advance
    finally:
        told_elsewhere.reset(outermost)
        over.set()
        clock.join()
        bar.close()
