"""The stage: one run in linked views under one clock, with a verdict, a prediction, and one main slider.

The recipe for a view is in book/how-it-is-built.md; `views/view.py` and `svg.js` say what a view gives and is given.
"""
