"""How far a long computation has come, as a line of plain text on stderr."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SILENT = 2.0
"""Seconds for which nothing is shown: what is over by then needs no line."""

BEAT = 1.0
"""Seconds after which the line is written again while nothing is finished."""

LINE = "{n_fmt} of {total_fmt} {unit}, {percentage:.0f} %; {elapsed} so far, {remaining} to go"


@contextmanager
def progress(total: int, unit: str) -> Iterator[Callable[[int], None]]:
    """Show how many of `total` are done; yields the function that is told how many more are.

    The line is rewritten in place, in a terminal and in a notebook alike, and read as a sentence by a
    screen reader. The environment variable TQDM_DISABLE=1 turns it off.
    """
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
    try:
        yield advance
    finally:
        over.set()
        clock.join()
        bar.close()
