"""Show the results of the benchmarks: `benchmarks/results.csv`, as `benchmarks/report.py` sets it out.

    ```{benchmarks} goals
    ```

The word is `goals`, `machine`, `against`, `cost` (the figure) or the name of a case. A page that uses it is built again whenever the
results change.
"""

import re
import sys
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

READ = ("results.csv", "machine.json", "report.py", "goals.py")


class Benchmarks(SphinxDirective):
    """The directive: raw HTML, in the form in which a code cell would show it."""

    required_arguments = 1

    def run(self):
        root = Path(self.env.app.confdir)
        for name in READ:
            self.env.note_dependency(str(root / "benchmarks" / name))
        if str(root) not in sys.path:
            sys.path.append(str(root))
        from benchmarks import report

        word = self.arguments[0]
        shown = getattr(report, word)() if word in ("goals", "machine", "against", "cost") else report.case(word)
        if isinstance(shown, str):
            # A wide table is pushed sideways on a phone, also with the arrow keys.
            caption = re.search("<caption>(.*?)</caption>", shown)
            if caption:
                shown = f'<div class="ir-data" role="region" tabindex="0" aria-label="{caption[1]}">{shown}</div>'
            return [nodes.raw("", shown, format="html")]
        if shown is None:
            return [nodes.paragraph("", "The figure comes with the first measurement.")]
        # As a code cell would show it, so that `ir_figures` numbers it.
        picture = nodes.container("", nodes.raw("", shown.html, format="html"), nb_element="mime_bundle")
        picture.source, picture.line = self.get_source_info()
        return [picture]


def setup(app):
    app.add_directive("benchmarks", Benchmarks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
