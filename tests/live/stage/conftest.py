"""The stage of a module, its page, and the page in a browser."""

import pytest

from tests.live.stage.stages import reset_stage, written


@pytest.fixture(scope="module")
def figure():
    return reset_stage()


@pytest.fixture(scope="module")
def address(figure, tmp_path_factory):
    """The page of the module's stage."""
    return written(tmp_path_factory.mktemp("stage"), figure)


@pytest.fixture
def played(visit, address):
    """The stage, open, without motion."""
    seen = visit(address, reduced_motion="reduce")
    seen.page.locator(".ir-show-me").click()
    seen.page.wait_for_function("document.querySelector('.ir-stage').irTold > 0")
    yield seen
    assert seen.errors == []
