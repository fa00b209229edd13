"""Fast: compiled cohorts and noise, and spreading over processes or a cluster. No lesson needs it."""

from .spread import Summaries, spread

__all__ = ["Summaries", "spread"]
