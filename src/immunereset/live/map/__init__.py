"""One patient for each pair of two parameters."""
