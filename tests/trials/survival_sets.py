"""Two groups with ties and people who leave early, drawn at random: what survival statistics are tested on."""

import numpy as np


def sets(count, seed=20261129):
    """Yield pairs of groups (days, seen): 3 to 60 people each, whole days, half the sets with very few of them."""
    rng = np.random.default_rng(seed)
    for i in range(count):
        pair = []
        for pace in (rng.uniform(0.3, 3), 1.0):
            people = int(rng.integers(3, 61))
            scale = 4 if i % 2 else 60
            event = np.ceil(rng.exponential(scale / pace, people))
            leaves = np.ceil(rng.uniform(0, 3 * scale, people))
            pair.append((np.minimum(event, leaves), event <= leaves))
        yield tuple(pair)
