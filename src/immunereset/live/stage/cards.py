"""A prediction as cards: options to choose from, a button that reveals, and a fold for a page without JavaScript."""

from __future__ import annotations

from html import escape

from immunereset.live.stage.parts import Asked


def cards(question: Asked, name: str, go: str, verdict: str, alt: str, picture: str, fold: str = "What happens") -> str:
    """Return the cards of `question` as HTML, with `go` on the button; `name` is that of the group of its options.

    What is called `fold` shows `picture` (an address), `verdict`, and what is said to each option.
    """
    options = "".join(
        f'<label><input type="radio" name="{name}" value="{i}" data-lm-suppress-shortcuts="true" autocomplete="off">'
        f"<span>{escape(option.words)}</span></label>"
        for i, option in enumerate(question.options)
    )
    said = "".join(f"<p><b>{escape(o.words)}?</b> {escape(o.said)}</p>" for o in question.options)
    return (
        f'<fieldset class="ir-predict"><legend>{escape(question.wording)}</legend><div class="ir-cards">{options}</div>'
        '<div class="ir-live-part">'
        f'<button type="button" class="ir-go" disabled data-lm-suppress-shortcuts="true">{escape(go)}</button> '
        '<button type="button" class="ir-show-me" data-lm-suppress-shortcuts="true">Just show me</button></div></fieldset>'
        f'<details class="ir-answer"><summary>{escape(fold)}</summary><p>{escape(verdict)}</p>'
        f'<img alt="{escape(f"{alt} {verdict}")}" src="{picture}">{said}</details>'
    )


def asking(*parts: str) -> str:
    """Return what a figure asks, as one part that a page may move (cards.js): `parts`, and where words are said to a choice."""
    return f'<div class="ir-asked">{"".join(parts)}{FEEDBACK}</div>'


FEEDBACK = '<p class="ir-feedback ir-live-part" role="status"></p>'
"""Where what is said to a choice appears."""
