"""check(): says what to record, and whether a recorded number is right.

What is said of a number is a list of rules, each an interval and its sentence. `judge` reads it here; the published page
carries the same list, with the same pattern of a number and the same spellings of its unit, and reads them in
`book/_static/questions.js`, so both say the same.
"""

from __future__ import annotations

import json
import math
import re
from html import escape
from typing import NamedTuple

from .registry import find_task, place
from .task import COUNTS, Task, plain

HEADS = {"right": "Right.", "near": "Nearly.", "other": "Not yet."}

NUMBER_AND_UNIT = r"\s*([+\-−]?[0-9]*[.,]?[0-9]+(?:[eE][+\-−]?[0-9]+)?)\s*((?:[^0-9\s.,/].*?)?)\s*"


class Verdict:
    """What `check` has to say. `kind` is "task", "right", "near", "known", "unit", "unreadable" or "wrong"."""

    def __init__(self, kind: str, text: str, html: str):
        self.kind, self.text, self.html = kind, text, html

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def check(task_id: str, answer=None) -> Verdict:
    """Return what to record for a task or, with an answer, whether it is right and if not, why.

    `answer` is a number, or text with a number and its unit ("14 days"). An answer that is no number gets a
    sentence, never an exception. Raises `QuestionError` for an unknown task.
    """
    task = find_task(task_id)
    if answer is None:
        return Verdict("task", f"Task {task.id}: record {task.what_to_record}.", _task_html(task))
    kind, sentence = judge(task, answer)
    head = HEADS.get(kind, HEADS["other"])
    html = (
        f'<div class="ir-check ir-check-{kind}" role="status"><p><strong>{head}</strong> {escape(sentence)}</p></div>'
    )
    return Verdict(kind, f"Task {task.id}: {head} {sentence}", html)


def judge(task: Task, answer) -> tuple[str, str]:
    """Return the kind of verdict and its sentence."""
    value, unit = _read(answer)
    if isinstance(answer, str) and not answer.strip():
        return "unreadable", "Write a number first."
    if value is None or not math.isfinite(value):
        given = f"‘{answer}’" if isinstance(answer, str) else repr(answer)
        return "unreadable", f"The answer must be {task.what_to_record}; {given} was given."
    if unit and plain(unit) not in task.spellings:
        return "unit", f"The answer was given in {unit}; this task asks for {task.what_to_record}."
    rule = next(rule for rule in rules(task) if rule.low <= value <= rule.high)
    return rule.kind, rule.sentence


class Rule(NamedTuple):
    """What is said of every number from `low` to `high`."""

    low: float
    high: float
    kind: str
    sentence: str


def rules(task: Task) -> list[Rule]:
    """Return what is said of a number: the first rule that holds it counts, and the last holds every number."""

    def around(value, tolerance, kind, sentence):
        tolerance *= 1 + 1e-9
        return Rule(value - tolerance, value + tolerance, kind, sentence)

    found = [
        around(task.answer, 0.0, "right", f"Record {task.show(task.answer)}."),
        around(task.answer, task.tolerance, "right", f"More exactly it is {task.show(task.answer)}."),
    ]
    found += [
        around(size, max(0.01, task.tolerance / abs(task.answer)) * abs(size), "unit",
               f"This looks like the answer in {unit}; the task asks for {task.what_to_record}.")
        for unit, size in task.other_units().items()
        if size
    ]  # fmt: skip
    found += [around(value, tolerance, "known", why) for value, tolerance, why in task.wrong]
    rounded = f"That is rounded too much: keep every decimal until the end, then record {COUNTS[task.decimals]}."
    found += [Rule(value, value, "near", rounded) for value in _rounded_too_much(task)]
    close = "Close. Read or compute every number once more, and keep every decimal until the end."
    found += [Rule(low, high, "near", close) for low, high in _just_outside(task)]
    if task.answer:
        side = "above" if task.answer > 0 else "below"
        sign = f"The size is right and the sign is not: the task asks for a number {side} 0."
        found.append(around(-task.answer, task.tolerance, "known", sign))
    return [*found, Rule(-math.inf, math.inf, "wrong", task.hint)]


def _read(answer) -> tuple[float | None, str]:
    """Return the number and the unit in `answer`; None if there is no number."""
    if isinstance(answer, bool):
        return None, ""
    if isinstance(answer, str):
        found = re.fullmatch(NUMBER_AND_UNIT, answer)
        if not found:
            return None, ""
        return float(found[1].replace("−", "-").replace(",", ".")), found[2]
    try:
        return float(answer), ""
    except (TypeError, ValueError):
        return None, ""


def _rounded_too_much(task: Task) -> list[float]:
    """Return what the answer becomes if it is rounded to fewer decimals, where that is near it."""
    coarser = {round(task.exact, decimals) for decimals in range(task.decimals)}
    return sorted(value for value in coarser if abs(value - task.answer) <= 0.1 * abs(task.answer))


def _just_outside(task: Task) -> list[tuple[float, float]]:
    """Return where a number misses the accepted range by a unit of its last decimal, or less."""
    margin = min(task.tolerance + 10.0**-task.decimals * (1 + 1e-9), 0.1 * abs(task.answer))
    return [(task.answer - margin, task.answer + margin)] if margin else []


def _task_html(task: Task) -> str:
    lines = [
        f"<p>Record <strong>{escape(task.show(task.answer))}</strong>. Accepted: {escape(task.show_accepted())}.</p>",
        f"<p>How: {escape(task.hint)}</p>",
    ]
    if task.wrong:
        items = "".join(f"<li>{escape(task.show_known(value))}: {escape(why)}</li>" for value, _, why in task.wrong)
        lines.append(f"<p>If you found another value:</p><ul>{items}</ul>")
    name = f"Task {place(task)}"
    return (
        f'<div class="ir-task" role="group" aria-label="{name}" data-task="{escape(_for_the_page(task, name))}">'
        f'<details class="solution"><summary>Show the answer of {name.lower()}</summary>{"".join(lines)}</details></div>'
    )


def _for_the_page(task: Task, name: str) -> str:
    """Return what `book/_static/questions.js` needs to check a number that is typed into the page, as JSON."""
    finite = [[*(v if math.isfinite(v) else None for v in rule[:2]), *rule[2:]] for rule in rules(task)]
    unit = {"unit": task.unit, "spellings": task.spellings, "pattern": NUMBER_AND_UNIT}
    return json.dumps(
        {"id": task.id, "name": name, **unit, "wanted": task.what_to_record, "heads": HEADS, "rules": finite}
    )
