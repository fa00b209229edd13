"""Noise: the same flows cell by cell, and clones that divide and die.

The same seed gives the same patient, in Python, in a live figure and on its page: patient i of a cohort has a stream of
random numbers of its own, that of `numpy.random.SeedSequence(seed, spawn_key=(i,))` (see `random`), and draws from it

1. at the start one uniform number for each counted state, which rounds it to whole cells;
2. at an event, for each counted state that it changes, which cells survive (binomial) or how many arrive (Poisson);
3. in a leap how often each flow of cells happens, flow after flow (Poisson);
   in an exact run when the next event is due (exponential), and, if it comes, which it is (one uniform number).

A seed is a whole number of at least 0, or a `SeedSequence`: then patient i has its child of that number, and it is not
used up. What decides a patient beside the seed: its number, the method, the step, and the days that are reported,
because steps end on them. The number of workers and parts and the backend decide nothing.
"""
