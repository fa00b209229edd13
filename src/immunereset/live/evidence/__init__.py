"""Live views of published results, for anyone with a table: one Python and one JavaScript file a view."""

from immunereset.live.evidence.courses import Placing, courses
from immunereset.live.evidence.forest import Guess, forest
from immunereset.live.evidence.judged import judged

__all__ = ["Guess", "Placing", "courses", "forest", "judged"]
