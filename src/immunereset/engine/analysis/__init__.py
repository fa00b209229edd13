"""Analysis: steady states and their stability, phase planes, landscapes, first passage, and where an answer changes."""
