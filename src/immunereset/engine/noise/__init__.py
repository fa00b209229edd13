"""Noise: the same flows cell by cell, clones that divide and die, and cells on a grid."""

from .clones import follow_clones, grow_clones
from .stochastic import simulate_noisy

__all__ = ["follow_clones", "grow_clones", "simulate_noisy"]
