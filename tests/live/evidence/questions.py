"""Questions for the tests of views of published results."""

from immunereset.lesson import Choice, Option
from immunereset.live import Prediction


def prediction(*words, right=1):
    """A prediction with options of these words, of which one is right."""
    options = [Option(one, f"Said of {one}.", right=i == right) for i, one in enumerate(words)]
    return Prediction(
        Choice(id="99-guess", kind="prediction", wording="Where?", options=options), "Wait.\nFor it.", "Show"
    )
