"""Moran's process, person by person: a fixed number of places, and clones that grow or vanish by luck.

Each place gets a new cell at a rate: a cell drawn at random divides, and its daughter takes the place of any. Every person has
a stream of random numbers, the same in Python and on the page (`random.py`).
"""

from __future__ import annotations

import numpy as np

from immunereset.engine.errors import ModelError
from immunereset.engine.noise.random import Random


def pools(times: int, persons: int, seed: int, cells: int, clones: int, replaced: float, advantage: float = 0.0):
    """Return the cells of each clone at times 0, 1, …, `times`, and the clone of each place of the first person's pool.

    The shapes are (times + 1, persons, clones) and (times + 1, cells). All clones are of one size at first. Each place is
    replaced `replaced` times between two times on average, and the first clone's cells divide 1 + `advantage` times as
    often as the others. `seed` is a whole number.

    Raises `ModelError` unless `clones` divides `cells`, and `replaced` and `advantage` are at least 0.
    """
    if clones < 1 or cells < clones or cells % clones:
        raise ModelError(f"{cells} cells cannot be {clones} clones of one size.")
    if not (replaced >= 0 and advantage >= 0):
        raise ModelError(f"Replacements and advantage are at least 0; {replaced:g} and {advantage:g} were given.")
    source, everyone = Random(seed, np.arange(persons)), np.arange(persons)
    pool = np.tile(np.repeat(np.arange(clones), cells // clones), (persons, 1))
    out, film = np.empty((times + 1, persons, clones), dtype=np.int64), np.empty((times + 1, cells), dtype=np.int64)
    for time in range(times + 1):
        if time:
            events = source.poisson(np.full(persons, cells * replaced * (1.0 + advantage)))
            for done in range(int(events.max(initial=0))):
                _replace(pool, everyone[events > done], advantage, source)
        for clone in range(clones):
            out[time, :, clone] = (pool == clone).sum(axis=1)
        film[time] = pool[0]
    return out, film


def _replace(pool: np.ndarray, who: np.ndarray, advantage: float, source: Random) -> None:
    """Let one division be proposed in the pools of `who`; those of other clones than the first happen less often."""
    cells = pool.shape[1]
    # One number chooses both the cell that divides and, by what is left of it, the place that is taken.
    parent, rest = np.divmod(source.uniform(who) * cells, 1.0)
    clone, place = pool[who, parent.astype(int)], (rest * cells).astype(int)
    if advantage and len(others := np.flatnonzero(clone > 0)):
        refused = others[source.uniform(who[others]) >= 1.0 / (1.0 + advantage)]
        who, clone, place = (np.delete(one, refused) for one in (who, clone, place))
    pool[who, place] = clone
