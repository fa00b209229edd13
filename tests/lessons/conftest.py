"""What the tests of lessons share."""

import pytest

from tests.wording import cells


@pytest.fixture(scope="module")
def said(request):
    """Return the words of a cell of the module's LESSON, or of its LAB."""
    return {**cells(request.module.LAB), **cells(request.module.LESSON)}.__getitem__
