"""The stage: one run in linked views under one clock, with a verdict, a prediction, and one main slider.

To add a view called `sum`:

1. `views/sum.py`: a frozen dataclass that extends `View`, with `name` and `files`, and its author's choices as fields.
2. Its `settings(stage)` says what the page must know; `html(stage)` is an SVG unless it says otherwise.
3. `views/sum.js`: `VIEWS.sum = (root, told, stage) => ({ lay() {…}, frame(moment) {…} })`; `svg.js` tells what is given.
4. `views/sum.css`, if it needs one, is named in `sheets`. Its rules begin with `.ir-stage .ir-sum`.
5. Authors write `stage(…, views=[Sum(…)])`; a test draws it in the browser and compares it with SciPy.
"""
