"""A picture as Python drew it, ready to stand inside a page."""

import re
from dataclasses import dataclass

WIDTH = 5.0
WORDS = 10.5


@dataclass
class Drawing:
    """The SVG text, a PNG, and the places of things in SVG units (`places`, sent to the page as JSON)."""

    svg: str
    png: bytes
    places: dict


def inline(text):
    """An SVG that can stand inside a page: its rules for all elements become attributes of its own root."""
    rules = re.search(r"<defs>\s*<style[^>]*>\*\{([^}]*)\}</style>\s*</defs>\s*", text)
    attributes = " ".join('{}="{}"'.format(*map(str.strip, rule.split(":"))) for rule in rules.group(1).split(";"))
    return text.replace(rules.group(), "").replace("<svg ", f"<svg {attributes} ", 1)
