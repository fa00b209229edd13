"""The biology: one file a model. Each docstring gives question, equations, units, sources and limits."""
