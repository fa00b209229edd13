"""Lesson 08: its answers, what a reader without code finds with the sliders, and the numbers its solutions state."""

import re

import numpy as np
import pytest
from nbformat import read

from immunereset.lesson import check, find_task

LESSON = "08-rebuilding.ipynb"


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("08-age", 52),
        ("08-survivors", 135),
        ("08-trec", 2.4),
        ("08-hill", 2.67),
        ("08-new-share", 0.76),
        ("08-none", 9.0),
    ],
)
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected, rel=0.001)


@pytest.mark.parametrize(
    ("task", "found"),
    [("08-age", 52), ("08-survivors", 135), ("08-survivors", 136), ("08-trec", 2.4), ("08-new-share", "0.76"), ("08-none", 9)],
)  # fmt: skip
def test_the_steps_of_the_sliders_are_fine_enough(task, found):
    assert check(task, found).kind == "right"


@pytest.mark.parametrize(
    ("task", "wrong"),
    [
        ("08-age", 50), ("08-age", 51), ("08-survivors", 222), ("08-survivors", 157), ("08-trec", 6.5), ("08-hill", 3),
        ("08-new-share", 0.85), ("08-new-share", 0.24), ("08-none", 7), ("08-none", 8.3), ("08-none", 9.3),
    ],
)  # fmt: skip
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"


@pytest.fixture(scope="module")
def prose(root):
    """The text of each cell of the lesson, its spaces plain."""
    return {cell.id: cell.source.replace("\u00a0", " ") for cell in read(root / "notebooks" / LESSON, 4).cells}


def table_of(root, cell):
    """The stored rows of a table, as lists of cells."""
    cells = {cell.id: cell for cell in read(root / "notebooks" / LESSON, 4).cells}
    text = cells[cell].outputs[0]["data"]["text/plain"].replace("\u00a0", " ")
    return [re.split(r"  +", line.strip()) for line in text.splitlines()[2:]]


def test_no_answer_is_printed_before_it_is_asked(root):
    """An answer may stand in no output and no prose above its task."""
    cells = read(root / "notebooks" / LESSON, 4).cells
    for task in ("08-survivors", "08-hill", "08-new-share", "08-none"):
        place = next(i for i, cell in enumerate(cells) if f'check("{task}")' in cell.source)
        answer = find_task(task).show(find_task(task).answer, unit=False)
        written = {answer, f"{100 * float(answer):.0f}\u00a0%"} if task == "08-new-share" else {answer}
        for cell in cells[:place]:
            text = cell.source + "".join(str(output) for output in cell.get("outputs", []))
            for number in written:
                assert not re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.]*\d)", text), (task, cell.id)


def test_the_numbers_said_about_trec(prose):
    from immunereset.engine import YEAR, simulate
    from immunereset.models.trec import depletion, trec

    values = trec.defaults
    normal = values["alpha"] * values["sigma"] / values["d"]
    run = simulate(trec, 2 * YEAR, depletion(10))
    assert normal == pytest.approx(4) and "normal average is 4/400 = 0.01" in prose["trec-explained"]
    assert run.final["T"] / normal == pytest.approx(0.5, abs=0.03)  # "about half of normal"
    peak = find_task("08-trec").compute.__globals__["highest_trec"](10.0)
    assert peak / (values["alpha"] / 0.01) == pytest.approx(0.5, abs=0.03)  # "about half of the way"


@pytest.mark.parametrize(("age", "back"), [(20, 404), (50, 660)])
def test_the_ratio_of_exercise_2(prose, age, back):
    from immunereset.engine import simulate
    from immunereset.models.reconstitution import reconstitution, survivors

    days = np.arange(3 * 365 + 1.0)
    ratio = simulate(reconstitution, days[-1], survivors(), points=days, age=age)["CD4/CD8"]
    assert ratio.argmin() == 94 and "lowest on day 94 at both ages" in prose["solution-2"]
    low = np.flatnonzero(ratio < 0.7)[-1]
    assert round(low + (0.7 - ratio[low]) / (ratio[low + 1] - ratio[low])) == back
    assert f"day {back} on at {age}" in prose["solution-2"]


def test_exercise_3_has_the_pairs_of_its_solution(root):
    rows = {row[0]: [int(cell.rstrip(" %")) for cell in row[1:]] for row in table_of(root, "again-code")}
    found = [rows["4 logs"][0], rows["1 log"][-1], rows["2 logs"][-1]]
    assert min(found) == 16 and max(found) == 18


def test_overlap_of_exercise_4_rises_or_falls_with_depth(root):
    rows = [[int(cell.rstrip(" %").replace(" ", "")) for cell in row[1:]] for row in table_of(root, "neutral-code")]
    largest, smaller, effective, uncalled = zip(*rows)
    assert list(largest) == sorted(largest) and largest[0] == pytest.approx(63, abs=1) and largest[-1] > 80
    assert list(effective) == sorted(effective, reverse=True) and list(smaller) == sorted(smaller, reverse=True)
    # "falls with depth even if none is called, and faster if large ones are"
    assert list(uncalled) == sorted(uncalled, reverse=True) and all(d < u for d, u in zip(effective[1:], uncalled[1:]))


def test_what_the_words_say_of_age_survivors_and_memory(root, prose):
    from immunereset.engine import YEAR, simulate
    from immunereset.models.reconstitution import reconstitution, survivors

    rows = [row[2:4] for row in table_of(root, "age-code")]
    first, normal = zip(*rows)
    assert int(first[0]) - int(first[1]) > 50 and int(normal[0]) - int(normal[1]) < 10  # survivors: 200, not 396
    assert int(normal[2]) < int(normal[0]) - 200 and normal[3] == "later"  # age: 396
    faster = simulate(reconstitution, YEAR, survivors(), points=[YEAR], mu=10 * reconstitution.defaults["mu"])
    assert "with ten times as much, 12 % would be new" in "".join(prose.values())
    assert 100 - faster["old share"][-1] == pytest.approx(12, abs=0.5)


def test_what_the_words_say_of_samples(root, prose):
    reads = {row[0]: row[1:] for row in table_of(root, "overlap-code")}
    assert reads["20 000 of a million clones of like size"] == ["3 %"] and "overlap by 3 % in the toy" in "".join(
        prose.values()
    )
    d2 = [int(row[2].replace(" ", "")) for row in table_of(root, "sampling")]
    assert 1 - d2[2] / d2[1] == pytest.approx(0.25, abs=0.05)  # "falls by about a quarter with nothing gone"


def test_a_shorter_pause_of_the_thymus_counts_less_and_less(prose):
    from immunereset.engine import YEAR, simulate
    from immunereset.models.reconstitution import reconstitution, survivors

    def naive(**changes):
        run = simulate(reconstitution, 5 * YEAR, survivors(), age=60, points=[2 * YEAR, 5 * YEAR], **changes)
        return [round(value) for value in run["N_4"]]

    assert (naive(), naive(t_T=30), naive(theta_20=1.1)) == ([35, 60], [39, 61], [69, 120])
    for words in ("35 naive cells/µL after two years and 60 after five", "30 days: 39 and 61", "output: 69 and 120"):
        assert words in prose["solution-5"]
