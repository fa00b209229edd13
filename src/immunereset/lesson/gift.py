"""The questions of a lesson as text that the learning platform Moodle imports.

The format GIFT is described at https://docs.moodle.org/en/GIFT_format: one question a paragraph, the characters
~ = # { } : \\ of its words escaped.
"""

from __future__ import annotations

import re

from .choice import Choice
from .registry import questions
from .task import Task


def gift(lesson: str | None = None) -> str:
    """Return the questions of one lesson (two digits), or of all, in Moodle's format GIFT.

    Of a check with several right options each counts in full. A task accepts what the lesson accepts, and the known
    wrong numbers bring their own feedback.
    """
    return "\n\n".join(_choice(one) if isinstance(one, Choice) else _task(one) for one in questions(lesson).values())


def _escaped(text: str) -> str:
    """Words as GIFT wants them: signs that it reads are escaped, and a paragraph has no empty line inside."""
    return re.sub(r"([~=#{}:\\])", r"\\\1", re.sub(r"\s*\n\s*", " ", text))


def _choice(one: Choice) -> str:
    sign = {True: "=" if sum(option.right for option in one.options) == 1 else "~%100%", False: "~"}
    options = "\n".join(
        f"{sign[option.right]}{_escaped(option.words)}#{_escaped(option.feedback)}" for option in one.options
    )
    return f"::{one.id}::[markdown]{_escaped(one.wording)} {{\n{options}\n}}"


def _task(one: Task) -> str:
    asked = _escaped(f"{one.prompt} Record {one.what_to_record}.")
    known = "\n".join(f"=%0%{value:.10g}:{tolerance:g}#{_escaped(why)}" for value, tolerance, why in one.wrong)
    right = f"=%100%{one.answer:.{one.decimals}f}:{one.tolerance:g}"
    return f"::{one.id}::[markdown]{asked} {{#\n{right}\n{known}\n}}"
