"""A grid that changes, played frame by frame."""
