"""How large a model is, and its limits, for the smallest model there is: compiled code has those of its own model.

See `rows`.
"""

LANES = 32
"""Patients side by side, for every model: a multiple of every vector's length, so that no lane is left over."""

STATES = INPUTS = FIXED = FLOWS = EVENTS = QUIETS = 1
"""How many states, inputs, values fixed for a patient, flows, flows drawn at random and flows without noise there are."""

LOWEST, HIGHEST = (0.0,), (1.0,)
"""The limits of each input."""

VARIES = False
"""Whether the slope reads the day."""

NOISY = (0,)
"""The numbers of the flows drawn at random."""
