"""The stage: one run in linked views under one clock, with a verdict, a prediction, and one main slider."""
