"""Lessons that the book has just run are not run again by nbval: it hears what their cells said then, and compares that.

The book's run counts only if it is one of this very code: the same cells, package, data and environment, as `make book`
knows them. Otherwise, or if the book could not run the lesson to its end, nbval runs it in a kernel.
"""

import sys
from collections import deque
from pathlib import Path

import make


class Played:
    """What nbval needs of a kernel, for code cells that have run: each says again what it said."""

    def __init__(self, cells):
        self.cells, self.messages = iter(cells), deque()

    def execute_cell_input(self, source, **_):
        # A cell that nbval was not asked to run is passed over.
        cell = next(cell for cell in self.cells if cell.source == source)
        self.say([(output.output_type, output) for output in cell.outputs])
        return "played"

    def say(self, messages):
        for kind, content in [*messages, ("status", {"execution_state": "idle"})]:
            self.messages.append({"msg_type": kind, "parent_header": {"msg_id": "played"}, "content": content})

    def get_message(self, stream, timeout=None):
        return self.messages.popleft()

    def await_reply(self, msg_id, timeout=None):
        """It has replied."""

    def await_idle(self, msg_id, timeout=None):
        """It is idle."""

    def is_alive(self):
        return True

    def stop(self):
        """Nothing runs."""


def run_by_the_book(path):
    """The code cells of a lesson as the book ran them, or None if that is another state of the project."""
    stamp = make.BUILD / "lessons.digest"
    if Path(sys.prefix) != make.VENV or not stamp.is_file() or stamp.read_text() != make.digest_of_lessons():
        return None
    from jupyter_cache import get_cache

    try:
        _, notebook = get_cache(make.BUILD / ".jupyter_cache").merge_match_into_file(path)
    except KeyError:
        return None
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def play(lesson):
    """Let an nbval file hear the book's run of it, if there is one."""
    run = lesson.setup

    def set_up():
        cells = run_by_the_book(lesson.path)
        if cells is None:
            return run()
        lesson.kernel = Played(cells)
        lesson.setup_sanitize_files()

    lesson.setup = set_up
