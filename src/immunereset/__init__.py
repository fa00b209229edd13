"""Immune Reset: toy models of tolerance, autoimmunity and immune reset, for teaching."""
