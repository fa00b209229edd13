"""A sheet of text that says of itself, all over, that it is invented."""

from html import escape

SPREAD = 60
"""How often the stamp stands on a sheet; what does not fit is cut off."""


def sheet(inner: str, heading: str = "", stamp: str = "") -> str:
    """Return `inner` (HTML) on a sheet with a `heading`, and over all of it the `stamp`, if there is one.

    The stamp is text, not a background, so that paper and pictures of the screen carry it; it is read out once.
    """
    spread = f'<span data-stamp="{escape(stamp)}"></span>' * SPREAD if stamp else ""
    marked = (
        f'<div class="ir-stamps" aria-hidden="true">{spread}</div><p class="ir-stamp">{escape(stamp)}</p>'
        if stamp
        else ""
    )
    head = f'<p class="ir-heading">{escape(heading)}</p>' if heading else ""
    return f'<div class="ir-sheet">{marked}{head}{inner}</div>'
