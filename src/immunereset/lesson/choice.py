"""A choice among options: a prediction before something is shown, or a check after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .task import ID, QuestionError

KINDS = ("prediction", "check")
LETTERS = "ABCDEF"
MARKS = {True: "✓ Right.", False: "✗ Not right."}
"""What is said first of a chosen option: a shape and a word, so that no colour is needed."""


@dataclass(frozen=True)
class Option:
    """One option: its `words`, the `feedback` to who chose it, whether it is `right`, and the `misconception`, if any,
    that makes it tempting (for teachers). The feedback explains; that the choice was right or not is said before it.

    Raises `QuestionError` for an option without words or feedback.
    """

    words: str
    feedback: str
    right: bool = False
    misconception: str = ""

    def __post_init__(self) -> None:
        if not self.words.strip():
            raise QuestionError("An option has no words.")
        if not self.feedback.strip():
            raise QuestionError(f"The option {self.words!r} has no feedback.")

    @property
    def said(self) -> str:
        """What is said to who chose it."""
        return f"{MARKS[self.right]} {self.feedback}"


@dataclass(frozen=True)
class Choice:
    """A question with options.

    `id` is "NN-name", NN the lesson. `kind` is "prediction", with one right option, or "check", with at least one.
    `wording` is the question, in Markdown; that of a prediction on a stage is plain text.

    Raises `QuestionError` for a choice that a student could not make fairly.
    """

    id: str
    kind: str
    wording: str
    options: Sequence[Option]

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.id):
            raise QuestionError(
                f"A question's id is two digits, a hyphen and a name, such as '07-two-logs'; {self.id!r} is not."
            )
        if self.kind not in KINDS:
            raise QuestionError(f"Choice {self.id} is a {self.kind!r}; it must be one of {', '.join(KINDS)}.")
        if not self.wording.strip():
            raise QuestionError(f"Choice {self.id} has no wording.")
        if not 2 <= len(self.options) <= len(LETTERS):
            raise QuestionError(f"Choice {self.id} has {len(self.options)} options; 2 to {len(LETTERS)} are possible.")
        if len({option.words for option in self.options}) < len(self.options):
            raise QuestionError(f"Choice {self.id} has two options with the same words.")
        right = sum(option.right for option in self.options)
        if not 0 < right < len(self.options):
            raise QuestionError(f"Choice {self.id} needs a right option and a wrong one.")
        if self.kind == "prediction" and right > 1:
            raise QuestionError(f"Prediction {self.id} has {right} right options; what happens is one of them.")

    @property
    def lesson(self) -> str:
        """The two digits of the lesson."""
        return self.id[:2]

    @property
    def lettered(self) -> list[tuple[str, Option]]:
        """The options with their letters."""
        return list(zip(LETTERS, self.options))

    @property
    def answer(self) -> str:
        """The right options: letter and words, one a line."""
        return "\n".join(f"{letter}. {option.words}" for letter, option in self.lettered if option.right)
