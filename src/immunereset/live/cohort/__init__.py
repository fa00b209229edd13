"""Many patients who differ: how they are drawn, simulated in worker threads, and shown."""
