"""Lesson 10 and its lab: every number that its words and questions state, and the code of its solutions."""

import math
import re

import numpy as np
import pytest

from immunereset.engine import ModelError, simulate
from immunereset.evidence import load
from immunereset.lesson import check, find_task, question
from immunereset.models.differentiation import SHARES, arrived, halved
from immunereset.models.purity import cells_to_test, purity, sharp_risk
from immunereset.models.toggle import after_push, middle_lost, push, skin_cell, split, toggle, waits
from immunereset.models.waiting_wells import day_left, last_day
from tests.wording import told

LESSON, LAB = "10-cells-from-skin", "10-cells-from-skin-lab"


@pytest.mark.parametrize(
    ("task", "expected"),
    [("10-shortest", 1.8), ("10-clean-cells", 239), ("10-pitchfork", 0.754), ("10-wells-needed", 47)],
)
def test_answers(task, expected):
    assert find_task(task).answer == pytest.approx(expected)


@pytest.mark.parametrize(("task", "found"), [("10-shortest", 1.8), ("10-clean-cells", 238)])
def test_what_the_stages_show_is_right(task, found):
    assert check(task, found).kind == "right"


@pytest.mark.parametrize(
    ("task", "wrong"),
    [
        ("10-shortest", 1.3),
        ("10-shortest", 1.7),
        ("10-shortest", 2.9),
        ("10-clean-cells", 23.8),
        ("10-pitchfork", 0.774),
    ],
)
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"


def test_the_push_of_twenty(said):
    run = simulate(toggle, 100, push(20.0, 80.0), start=skin_cell(), points=[60, 100])
    assert run["B"][0] == pytest.approx(21, abs=0.3) and run["A"][0] == pytest.approx(1, abs=0.1)
    assert [run["A"][1], run["B"][1]] == pytest.approx([1, 1], abs=0.01)
    assert "B reaches 21" in said("why-between") and "B stood at 21" in told("10-push")
    assert max(2.0 * 1, 1) * 10 == 20, "a skin cell makes at most 2 a day of gene A"


def test_how_long(said):
    words = said("long-words")
    assert [after_push([days], u_0=0.5)[0] for days in (1.2, 1.4)] == [0, 1] and "At a push of 0.50, [1.2 days" in words
    assert [after_push([days], u_0=0.3)[0] for days in (2.9, 3.0)] == [0, 1] and "At 0.30 it takes [3.0 days" in words
    woken, *others = re.findall(r"#10-long\?[^)]*", words)
    assert woken.endswith("u_0=0.5"), "what wakes as one reads must not change the strength, which lies in a fold"
    assert all("u_0=" in other for other in others) and "Scene(" not in said("long"), "a button would keep the last one"
    assert after_push([1000], until=2000, u_0=0.18)[0] == 0 and after_push([40], u_0=0.19)[0] == 1
    assert "0.18" in words and "From 0.19 on" in words


def test_two_handles(said):
    recipes = {"hold-0.9,-push-1": (0.1, 1, 1), "hold-0.7,-push-0.3": (0.3, 0.3, 2), "hold-0.7,-no-push": (0.3, 0, 0)}
    for key, (r, u, cell) in recipes.items():
        assert key in said("loosen-words") and after_push([10], r_0=r, u_0=u)[0] == cell
    assert f"{4 * 0.5 / 3**0.75:.2f}" == "0.88" and "0.88" in told("10-loosened")


def test_the_valley_closes(said):
    final = [simulate(toggle, 60, push(0.0, days, 0.4), start={"A": 1.01, "B": 1.0}).final["A"] for days in (8, 9)]
    assert final == pytest.approx([1, 1.996], abs=0.01)
    assert f"{middle_lost():.2f}" == "0.77" and "below a hold of 0.77" in said("behind-words")


def test_the_nudge():
    right = next(option.words for option in question("10-split").options if option.right)
    assert f"{100 * split(0.03):.0f} %" == right == "84 %"


def test_the_lottery():
    slow, fast = waits(0.15), waits(0.3)
    assert f"{np.median(slow):.0f}" == "31" and f"{np.median(fast):.0f}" == "4"


def test_the_wells(said):
    assert f"{day_left(0.5):.0f}" == "28" and f"{last_day():.0f}" == "206"
    half, quarter = (day_left(share, m=5) for share in (0.5, 0.25))
    assert f"{(quarter - half) / half:.2f}" == "0.34"
    assert "day 206" in said("wells-explained") and "0.34" in said("wells-explained")
    assert 1 - math.exp(-20 * 5e-6) == pytest.approx(1 / 10_000, rel=0.01) and 5e-6 * 5000 == pytest.approx(0.025)


def test_the_steps(said):
    kept = ", ".join(f"{100 * share:.0f}" for share in SHARES.values())
    assert f"{kept} %" in said("dose")
    words = told("10-weakest")
    for share in (arrived(), halved("endoderm"), halved("endocrine cell"), halved("β cell")):
        assert f"{100 * share:.1f} %" in words
    assert max(map(halved, SHARES)) == halved("endocrine cell") and min(map(halved, SHARES)) == halved("endoderm")


def test_what_none_found_proves(said):
    for tested, allowed, risk in ((10, "240", "21 %"), (100, "24", "2.4 %")):
        run = simulate(purity, 1, start={"m": tested}, points=[0])
        assert f"{run['allowed'][0]:.0f}" == allowed and f"{run['risk'][0]:.2g} %" == risk
        assert allowed in said("purity-words") and risk in said("purity-words")
    assert round(1e-4 * 800e6) == 80_000 and "80,000" in said("purity-words")
    assert f"{cells_to_test(1) / 800:.0%}" == "30%" and "30 %" in said("clean-words")
    assert f"{sharp_risk(10):.0f} %" == "38 %" and "38 %" in said("limits")
    assert 0.95 < 1 - math.exp(-3) < 0.951, "the rule of three, with 95 % confidence"


def test_what_was_measured(said):
    rows = load("stem_cells").set_index("row_id")
    words = said("tests-words")
    assert rows.loc["C43"].value == 0.1 and "1 in 1,000" in words
    assert rows.loc["C44"].value == 0.002 and "1 in 50,000" in words and round(1e8 * 0.002 / 100) == 2000
    assert rows.loc["C46"].n == 15 and "fifteen" in words
    assert f"{100 * (1 - 0.05 ** (1 / 15)):.0f} %" == "18 %" and "18 %" in words, "one-sided, as 3 in ten million"
    assert "exact for so few, the rule used above" in words, "three in fifteen were 20 %"
    assert rows.loc["C46"].cells == "ESC"
    assert [f"{one:g}" for one in rows.loc[["C37", "C38", "C39"]].value] == ["11", "58", "275"]


def test_links_and_what_must_not_be_said(root):
    text = (root / "notebooks" / f"{LESSON}.ipynb").read_text("utf-8")
    assert not re.search(r"93 ?%|18 weeks", text), "not seen in a source"
    assert "10-cells-from-skin-lab.ipynb" in text


def test_solutions_of_the_lab(said):
    code = re.search(r"```python\n(.*?)```", said("break"), re.S)[1].replace(
        'gain("B", ...)', 'gain("B", 2 * held_on(y.B, p) * (1 - held_on(y.A, p)))'
    )
    from immunereset.engine import landscape

    known = {"toggle": toggle, "landscape": landscape, "grid": np.linspace(0, 2.4, 25)}
    printed = []
    exec(code, known | {"print": printed.append})
    assert isinstance(printed[0], ModelError) and "turns" in str(printed[0])
    growth = lambda T: np.log(2) / T  # noqa: E731
    waits_ = [(np.log(2) / 5e-6 - 4999 / growth(T)) / 5000 + np.log(5000) / growth(T) for T in (1.0, 0.5)]
    assert [f"{wait:.1f}" for wait in waits_] == ["38.6", "33.1"] and f"{1 - waits_[1] / waits_[0]:.0%}" == "14%"
    assert "38.6 days" in said("division-words") and "33.1" in said("division-words")
    assert f"{sharp_risk(10):.0f} % after ten million, {sharp_risk(12):.1f} % after twelve" in said("sharp")
    assert f"{(2 / (1 - 0.5**0.5)) ** 2:.1f}$, so {find_task('10-wells-needed').answer:.0f}." in said("wells-solution")
