"""Live views of published results, for anyone with a table: one Python and one JavaScript file a view."""

from immunereset.live.evidence.courses import Placing, courses
from immunereset.live.evidence.forest import Guess, forest
from immunereset.live.evidence.judged import judged
from immunereset.live.evidence.leaflet import Line, leaflet
from immunereset.live.evidence.pencil import KEEP_REWRITE_STRIKE, KEEP_STRIKE, Sentence, errors, pencil
from immunereset.live.evidence.signs import Part, signs
from immunereset.live.evidence.statements import Statement, statements
from immunereset.live.evidence.stories import Point, Story, source_links, stories

__all__ = [
    "Guess", "KEEP_REWRITE_STRIKE", "KEEP_STRIKE", "Line", "Part", "Placing", "Point", "Sentence", "Statement", "Story", "courses",
    "errors", "forest", "judged", "leaflet", "pencil", "signs", "source_links", "statements", "stories",
]  # fmt: skip
