"""A view's own JavaScript without a page."""

import json

from py_mini_racer import MiniRacer

from immunereset.live.page import loaded


def view_in_v8(live, names):
    """`run(code)` for a live figure of one runtime: its functions of these `names` and `figure` are there; JSON comes back."""
    page = MiniRacer()
    [own] = live.kind.runtimes
    whole = type(own)((*own.base.base.files, *own.base.files, *own.files), tuple(names.split()))
    page.eval(loaded((whole,), names))
    page.eval(f"const figure = {live.source};")
    return lambda code: json.loads(page.eval(f"JSON.stringify({code})"))
