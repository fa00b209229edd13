"""What a reader must be able to see of any live figure, on a page of the tests and in the book."""

SMALLEST_LETTER = 9.0
LETTERS = """(root) => { const svg = root.querySelector("svg"), scale = svg.getScreenCTM().a;
    return [...svg.querySelectorAll("text")].map((t) => scale * parseFloat(getComputedStyle(t).fontSize)); }"""


def assert_readable_without_scripts(root):
    """Where no script runs, a picture and words remain, and no control that does nothing."""
    picture = root.locator("img")
    assert picture.is_visible() and picture.bounding_box()["height"] > 100
    assert root.locator(".ir-still").is_visible()
    assert not root.locator("input").first.is_visible()


def assert_fits_a_phone(root):
    """On a phone 390 wide nothing of it sticks out, and every letter can be read."""
    root.locator("svg[role=img]").wait_for()
    for part in root.locator("svg[role=img], .ir-result, .ir-sliders, input").all():
        box = part.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert min(root.evaluate(LETTERS)) >= SMALLEST_LETTER, root.get_attribute("data-name")
