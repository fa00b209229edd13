"""The views of a stage: each has a Python part, a JavaScript file and, if it needs one, a style sheet of the same name."""
