"""The stages that tests of the stage play, and a page for one of them."""

from immunereset.engine import YEAR
from immunereset.lesson import Choice, Option
from immunereset.live import (
    Drop,
    Mark,
    Panel,
    Prediction,
    Result,
    Scene,
    Stops,
    Valley,
    final,
    first_above,
    stage,
)
from immunereset.models.interventions import left_in_words, transplant
from immunereset.models.patients import reference_patient
from immunereset.models.tolerance import ACTIVE, tolerance

UNTIL = 5 * YEAR


LINES = {"E": "effectors", "M": "memory", "R": "regulatory", "N": "conventional"}


QUESTION = Choice(
    "99-future", "prediction", "What comes?",
    [Option("gone", "It is not gone."), Option("as before", "One in 100 is enough.", right=True)],
)  # fmt: skip


LATER = Choice(
    "99-later", "prediction", "And now?", [Option("gone", "So few.", right=True), Option("as before", "Too few.")]
)


PLACES = {"1 in 10": {"k": 1.0}, "1 in 100": {"k": 2.0}, "1 in 1000": {"k": 3.0}}


def reset_stage(**changes):
    told = dict(
        main="k", before=reference_patient(), protocol=transplant(), until=UNTIL, event="one week", told=left_in_words,
        marks={0: "all", 2: "1 in 100", 4: "1 in 10 000"}, k=2.0, g=28, q=5,
        result=Result(
            {"end": final("E"), "day": first_above("E", ACTIVE)},
            [("end < 2", "○ It stays away.\nAt the end {end}."), ("otherwise", "● It is back on day {day:.0f}.\nAt the end {end}.")],
        ),
        views=[Drop(), Valley("E", 1e-3, 1e2, height=0.62, active=ACTIVE)],
        prediction=Prediction(QUESTION, "It is active.\nChoose.", "Treat", [0.01, 17.0]),
        scenes=[Scene("day 30", 2.0, 30), Scene("twins", 2.4, 114, twin=2.45)],
        caption="A stage.", alt="Linked views.",
    )  # fmt: skip
    lines = changes.pop("lines", Panel(LINES, "cells/µL", "log", (1e-3, 1e3), [Mark(ACTIVE, "active")]))
    return stage(
        changes.pop("model", tolerance),
        lines,
        "a-stage",
        **{name: one for name, one in (told | changes).items() if one is not None},
    )


def cover(**changes):
    told = dict(
        main=Stops("left", "Cells left", PLACES), told=None, marks={}, covered=["M"], scenes=[Scene("deep", "1 in 1000")],
        prediction=[
            Prediction(QUESTION, "Ill.\nPress.", "Play on", [0.01, 17.0], day=7, first="Treat"),
            Prediction(LATER, "Ill.\nChoose.", "Play on", day=7, at="1 in 1000", first="Leave fewer"),
        ],
    )  # fmt: skip
    return reset_stage(**(told | changes))


def written(folder, live):
    """Write a page that holds one figure, and return its address."""
    path = folder / "figure.html"
    html = live._repr_mimebundle_()["text/html"]
    path.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Figure</title><main>{html}</main>', "utf-8"
    )
    return path.as_uri()


STATE = """() => {
    const root = document.querySelector(".ir-stage"), { day, y, shown, twin } = root.irMoment, land = shown.valley;
    const numbers = (part, ...names) => names.map((name) => Number(part.getAttribute(name)));
    const rules = [...root.querySelectorAll(".ir-lines .ir-grid")], grid = rules.map((line) => Number(line.getAttribute("y1")));
    const [left, right] = numbers(rules[0], "x1", "x2");
    return {
        day, y, land, twin: twin?.y, verdict: root.querySelector(".ir-result").textContent,
        cells: [...root.querySelectorAll(".ir-cells")].map((part) => Number(part.dataset.cells)),
        dots: [...root.querySelectorAll(".ir-lines .ir-dot")].map((dot) => numbers(dot, "cx", "cy")),
        left, right, bottom: grid[0], top: grid.at(-1), line: root.querySelector(".ir-line.ir-effector").getAttribute("d"),
        ball: numbers(root.querySelector(".ir-ball"), "cx", "cy", "r"), slope: root.querySelector(".ir-slope:not(.ir-twin)").getAttribute("d"),
        wide: root.querySelector(".ir-valley svg").clientWidth,
    };
}"""
"""What a stage shows, read back from its page."""
