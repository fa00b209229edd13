"""A picture that evolves, for the tests."""

import numpy as np

from immunereset.live import evolve

CLASSES = {"healthy": "#EDE8DF", "inflamed & <hot>": "#C68100", "dead": "#332012"}
ALT = "A grid of 9 rows and 14 columns of cells; a front moves from the left to the right."


def front(frames=12):
    """A front that moves to the right and leaves dead cells behind."""
    columns = np.arange(14) * np.ones((9, 1), dtype=int)
    return np.array([np.where(columns < day - 1, 2, np.where(columns < day + 1, 1, 0)) for day in range(frames)])


def film(**changes):
    given = {"name": "front", "caption": "A front & <more>.", "alt": ALT, "still": 3} | changes
    return evolve(given.pop("frames", front()), given.pop("classes", CLASSES), **given)
