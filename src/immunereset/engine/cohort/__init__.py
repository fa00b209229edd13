"""Cohort: many patients at once, in NumPy."""
