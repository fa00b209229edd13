"""Live views of clones: clusters of cells that thin out and grow back, and two samples that are compared."""

from immunereset.live.clones.clusters import clusters
from immunereset.live.clones.samples import samples

__all__ = ["clusters", "samples"]
