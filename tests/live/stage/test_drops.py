"""Drops told apart by origin, on a stage without a stretch before: read back from the page, against SciPy."""

import math

import numpy as np
import pytest

from immunereset.engine import YEAR, simulate
from immunereset.lesson import Choice, Option
from immunereset.live import Drops, Panel, Prediction, Result, Scene, Stops, first_above, stage
from immunereset.models.reconstitution import reconstitution, survivors

CELLS = {"N_4": "naive", "M_o": "old memory", "M_n": "new memory"}
PEOPLE = {"aged 20": {"age": 20, "m": 1}, "aged 65": {"age": 65, "m": 60}}
QUESTION = Choice(
    "99-two", "prediction", "Which?", [Option("this", "It is."), Option("that", "It is not.", right=True)]
)


@pytest.fixture(scope="module")
def figure():
    return stage(
        reconstitution, Panel({"CD4": "CD4 T cells"}, "cells", "log", (1, 1000), short="cells"), "two-drops",
        main=Stops("who", "Who", PEOPLE), age=20, m=1, protocol=survivors(), until=5 * YEAR, event="transplant",
        result=Result({"day": first_above("CD4", 396)}, [("day < inf", "○ On day {day:.0f}."), ("otherwise", "● Never.")]),
        views=[Drops(CELLS, whole="CD4 T cells")],
        prediction=Prediction(QUESTION, "Wait.", "Go on", day=359, at="aged 20", twin="aged 65"),
        scenes=[Scene("day 359", "aged 20", 359, twin="aged 65")], caption="Two drops.", alt="Two drops.",
    )  # fmt: skip


STATE = """() => {
    const root = document.querySelector(".ir-stage"), drops = [...root.querySelectorAll(".ir-one-drop")];
    const dots = (path) => (path.getAttribute("d").match(/M/g) ?? []).length;
    return {
        told: root.querySelector(".ir-drops").innerText, labels: drops.map((one) => one.querySelector("svg").getAttribute("aria-label")),
        rings: drops.map((one) => dots(one.querySelector(".ir-ring"))), shown: root.irMoment.shown.drops,
        cells: drops.map((one) => [...one.querySelectorAll(".ir-cell")].map(dots)), day: root.irMoment.day, left: root.irMoment.u,
    };
}"""


def counted(name, day):
    run = simulate(
        reconstitution, 5 * YEAR, survivors(), points=[0.0, day, 5 * YEAR], method="DOP853", rtol=1e-10, **PEOPLE[name]
    )
    return [float(run.at(cell, day)) for cell in CELLS]


def test_grey_drops_tell_no_origin_and_coloured_ones_are_the_run(visit, address):
    seen = visit(address, reduced_motion="reduce")
    found = seen.page.evaluate(STATE)
    whole = [math.floor(sum(counted(name, 359)) + 0.5) for name in PEOPLE]
    assert found["rings"] == whole == [320, 320] and found["cells"] == [[0, 0, 0]] * 2
    assert found["labels"] == [f"{name}: 320 CD4 T cells" for name in PEOPLE]
    assert not any(word in " ".join([found["told"], *found["labels"]]) for word in CELLS.values())
    seen.page.locator(".ir-show-me").click()
    for day in (359, 1500):
        seen.page.evaluate(f"location.hash = '#two-drops?who=aged-20&with=aged-65&day={day}'")
        seen.page.wait_for_function(f"Math.abs(document.querySelector('.ir-stage').irMoment.day - {day}) < 1e-3")
        found = seen.page.evaluate(STATE)
        exact = [[math.floor(n + 0.5) for n in counted(name, day)] for name in PEOPLE]
        assert found["cells"] == found["shown"] == exact and found["rings"] == [0, 0]
        for label, name, numbers in zip(found["labels"], PEOPLE, exact):
            assert label == f"{name}: " + ", ".join(f"{n} {word}" for n, word in zip(numbers, CELLS.values()))
    seen.page.evaluate("location.hash = '#two-drops?who=aged-65&day=1500'")
    seen.page.wait_for_function("!document.querySelector('.ir-two')")
    assert seen.page.locator(".ir-one-drop:visible").count() == 1 and seen.errors == []


def test_without_a_stretch_before_the_clock_begins_on_day_0(figure):
    kind = figure.kind
    assert kind.axis["share"] == 0 and kind.place(0.0) == 0 and kind.place(5 * YEAR) == 1
    t, past = kind.past
    assert t.size == 0 and past["M_o"] == pytest.approx([1.0]), "what there is after the event"


def test_there_is_room_for_all_cells_at_the_end_of_every_slider():
    figure = stage(
        reconstitution, Panel({"M_o": "old"}, "cells", "log", (1, 1000)), "ages", main="m", sliders=["m", "age"],
        protocol=survivors(), until=10 * YEAR, views=[Drops(CELLS)], result=Result({}, [("otherwise", "○")]),
    )  # fmt: skip
    rooms = {kind["name"]: kind["room"] for kind in dict(figure.settings["views"])["drops"]["kinds"]}
    for age in (15, 75):
        for m in (1, 60):
            run = simulate(reconstitution, 10 * YEAR, survivors(m), age=age)
            assert all(np.max(run[name]) < room for name, room in rooms.items()), (age, m)


def test_a_drop_shows_what_has_a_role():
    with pytest.raises(ValueError, match="states that have a role"):
        stage(
            reconstitution, Panel({"M_o": "old"}, "cells", "log", (1, 1000)), "ages", main="m", protocol=survivors(),
            until=100, views=[Drops({"old share": "old"})], result=Result({}, [("otherwise", "○")]),
        )  # fmt: skip
