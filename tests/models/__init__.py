"""Tests of the models.

Many expected numbers come from "an independent program": each model was first written as a short NumPy program that
shares no code with the package and is not part of it. Where the two disagreed, a third method decided, and the test
says so.
"""
