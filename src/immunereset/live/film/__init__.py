"""Films of a grid of cells."""
