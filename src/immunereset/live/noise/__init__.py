"""Runs with the noise of single cells, drawn from a seed that the reader sees."""
