"""Cohort: many patients at once, in NumPy."""

from .cohort import Cohort, simulate_cohort

__all__ = ["Cohort", "simulate_cohort"]
