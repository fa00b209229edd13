"""Lesson 05 and its lab: every number that its words and questions state, computed anew, and what they say of the data."""

import re
from functools import cache

import numpy as np
import pytest
from scipy.sparse import diags
from scipy.sparse.linalg import expm_multiply
from scipy.stats import binom, poisson

from immunereset.engine import YEAR, simulate
from immunereset.engine.noise.clones import grow_clones
from immunereset.evidence import clopper_pearson, load
from immunereset.lesson import check, find_task
from immunereset.models.extinction import dose_for, extinction, graft_failure
from immunereset.models.stem_cell_drift import halving_years
from immunereset.models.stem_graft import stem_graft
from tests.wording import cells, told, words

LESSON, LAB = "05-what-makes-a-stem-cell", "05-what-makes-a-stem-cell-lab"
ROWS = load("stem_cells").set_index("row_id")


def says(*sentences, name=LESSON):
    for sentence in sentences:
        assert sentence in words(name), sentence


@cache
def shown(cell):
    """The live figure that a cell of the lesson makes."""
    names = {}
    imports = re.findall(r"^from immunereset.*$", "\n".join(cells(LESSON).values()), re.MULTILINE)
    exec("\n".join(imports), names)
    return eval(re.split(r"\n(?=\w+\(\n)", cells(LESSON)[cell])[-1], names)


def alive(cell, day, seed, **values):
    counts, _ = shown(cell).kind.counts(day, seed, **values)
    return len(counts) - counts.count(0)


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("05-dose", 230),
        ("05-drift", 266),
        ("05-extinction", 13),
        ("05-failure", 9),
        ("05-frequency", 42),
        ("05-rare", 76),
    ],
)
def test_answers(task, expected):
    assert find_task(task).answer == expected


@pytest.mark.parametrize(
    ("task", "wrong"),
    [("05-extinction", 60), ("05-extinction", 15), ("05-failure", 37), ("05-failure", 5), ("05-dose", 115), ("05-dose", 23),
     ("05-frequency", 71), ("05-frequency", 96), ("05-rare", 350), ("05-drift", 53), ("05-drift", 532), ("05-drift", 11)],
)  # fmt: skip
def test_likely_wrong_answers_are_known(task, wrong):
    assert check(task, wrong).kind == "known"


def test_the_tasks_are_answered_by_the_figures():
    """The dose at which the verdict says 1.0 %, and the stated time of 200 cells times five."""
    kind = shown("stage-grafts").kind
    doses = [D for D in range(225, 240, 5) if " 1.0 % are lost" in kind.say(150, D=float(D), d=0.04)]
    assert doses == [230] and check("05-dose", 230).kind == "right"
    assert check("05-drift", 5 * 53).kind == "right" and round(halving_years()) == 53
    says("In a pool of 200 it halves in 53 years")


def test_twenty_families():
    first, _ = shown("stage-families").kind.counts(150, 6)
    assert np.mean(first) > 30 and "the first draw was a lucky one" in words(LESSON)
    assert alive("stage-families", 150, 6) == 8 and round(100 * (1 - extinction(1, days=150))) == 41
    assert "41 %" in told("05-twenty") and "3 in 8" in told("05-twenty") and 0.03 / 0.08 == 3 / 8
    left = grow_clones(np.ones(10_000, dtype=int), 0.05, 0.03, 150, np.random.default_rng(8))
    assert (round(left.mean()), left[left > 0].min(), left.max(), np.median(left)) == (20, 1, 398, 0)
    assert round(100 * np.sort(left)[-1000:].sum() / left.sum()) == 58
    says(
        "hold 20 cells each on average",
        "hold 1 to 398, and the largest tenth has 58 % of all cells",
        "2 % more stem cells",
    )


def test_lost_early():
    assert [round(100 * extinction(1, days=day)) for day in (30, 100, np.inf)] == [40, 56, 60]
    says("40 % are lost by day 30, 56 % by day 100 and 60 % in the end")


def test_the_balance():
    stem, progeny = np.array(
        [[simulate(stem_graft, 100, start={"S": 100}, a=a).final[s] for a in (0, 0.05, 0.1)] for s in "SC"]
    )
    assert stem.round().tolist() == [739] * 3 and progeny.round().tolist() == [1088, 1995, 2901]
    assert [round(simulate(stem_graft, 100, start={"S": 100}, d=d).final["S"]) for d in (0.04, 0.05, 0.06)] == [
        272,
        100,
        37,
    ]
    says("739 stem cells on day 100, and 1088, 1995 or 2901 progeny", "there are 272 stem cells, at [0.06] 37")
    assert [q.value for q in (stem_graft.parameters[s] for s in ("b", "a", "d", "delta_C", "s"))] == [
        0.05,
        0.05,
        0.03,
        0.02,
        0.1,
    ]


def test_perfect_balance():
    empty = [extinction(20, 0.05, 0.05, days) for days in (100, YEAR, 1000, 10 * YEAR)]
    assert [round(100 * share) for share in empty] == [3, 34, 67, 90]
    says("3 % are empty after 100 days, 34 % after a year, 67 % after 1000 days, and 90 % after ten years")
    assert "3 in 100" in told("05-perfect-balance") and "Nine of ten" in told("05-perfect-balance")
    lost = sum(20 - alive("stage-pools", 10 * YEAR, seed) for seed in range(1, 6))
    low, high = clopper_pearson(lost, 100)
    assert low < empty[-1] < high, "steps of two days are short enough"


def test_doses():
    assert [f"{100 * graft_failure(dose):.{places}f}" for dose, places in ((10, 0), (25, 0), (50, 0), (100, 1))] == [
        "67",
        "37",
        "14",
        "1.8",
    ]
    says("[10]: 67 %, [25]: 37 %, [50]: 14 %, [100]: 1.8 %", "with the chance $1 - d/b = 0.4$", "one in 25")
    assert 0.1 * 0.4 == pytest.approx(1 / 25) and round(0.37**2, 2) == 0.14 and "2 in 100" in told("05-double-dose")
    assert [100 - alive("stage-grafts", 150, seed, D=25.0) for seed in (1, 2, 3)] == [37, 34, 40]
    ends = binom.ppf([0.025, 0.975], 100, graft_failure(25, days=150))
    says("37, 34 and 40 grafts are lost by day 150; 19 of 20 such hundreds lie between 26 and 45")
    assert ends.tolist() == [26, 45]


def test_too_early():
    kind = shown("stage-grafts").kind
    _, working = kind.counts(21, 3, D=25.0)
    later, _ = kind.counts(150, 3, D=25.0)
    gone = sum(has and not left for has, left in zip(working, later))
    stems, _ = kind.counts(21, 3, D=25.0)
    empty = sum(has and not now for has, now in zip(working, stems))
    assert (sum(working), gone, empty) == (91, 31, 14)
    says(
        "91 have working cells. Of these 91, 31 have no stem cell left",
        "14 are empty already",
        "17 lose their last stem cell later",
    )


def test_the_film():
    kind = shown("stage-drift").kind
    left = [np.median((kind.sizes()[0][year] > 0).sum(axis=1)) for year in (10, 20, 40, 60)]
    assert left == [11, 6.5, 4, 3]
    says(
        "11 families are left (the median of forty persons)",
        "6.5, after [40] 4, after [60] 3",
        "holds 61 % by then, and 17 different",
    )
    assert "3 left, the largest holds 61 %. 17 different families" in kind.say(60)
    assert [np.median((kind.sizes(7, cells)[0][60] > 0).sum(axis=1)) for cells in (40,)] == [1]
    assert "largest in 23 persons and gone in 17" in kind.say(60, 7, 200, 0.1)
    says("It is the largest in 23 of forty persons now, and gone in 17")
    assert {int(n) for n in (kind.sizes()[0][60] > 0).sum(axis=1)} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("figure", ["05-families", "05-balance", "05-grafts", "05-drift"])
def test_scenes_name_places_of_the_sliders(figure):
    cell = {
        "05-families": "stage-families",
        "05-balance": "live-balance",
        "05-grafts": "stage-grafts",
        "05-drift": "stage-drift",
    }[figure]
    if cell == "live-balance":
        grids = {"a": [0, 0.05, 0.1], "b": [0.05], "d": [0.03, 0.04, 0.05, 0.06]}
    else:
        grids = {grid.symbol: grid.values for grid in shown(cell).specification.grids} | {"seed": range(1, 100)}
    found = re.findall(rf"\(#{figure}\?([^)]*)\)", "\n".join(cells(LESSON).values()))
    assert found
    for link in found:
        for symbol, value in (pair.split("=") for pair in link.split("&")):
            assert any(abs(float(value) - place) < 1e-9 for place in grids[symbol]), (link, symbol)


def test_people():
    assert round(halving_years(20_000), -2) == 5300
    says(
        "With 20 000 cells drift takes 5300 years",
        "12 to 18 families made 30 to 60 % of the blood",
        "1403 of 11 262 people",
    )
    assert "30 to 60%" in ROWS.statement["C23"] and "12 to 18" in ROWS.statement["C23"]
    assert (ROWS.events["C24"], ROWS.n["C24"]) == (1403, 11262) and "with or without" in ROWS.measure["C24"]
    for row, ends in {"C21": (50_000, 200_000), "C22": (20_000, 200_000), "C33": (5000, 30_000)}.items():
        assert (ROWS.low[row], ROWS.high[row]) == ends
    assert "50 000 to 200 000" in told("05-pool-in-people") and "5000 to 30 000" in told("05-pool-in-people")
    low, high = clopper_pearson(54, 967)
    assert (ROWS.events["C30"], ROWS.n["C30"]) == (54, 967)
    assert f"54 of 967 failed: {5400 / 967:.1f} %, exact 95 % interval {100 * low:.1f} to {100 * high:.1f} %" in told(
        "05-real-grafts"
    )
    assert "8.82 times" in ROWS.statement["C30"] and "0.36 times" in ROWS.statement["C30"]
    says("(8.82 times the risk)", "(0.36 times)")
    assert ROWS.value["C20"] == 40 and ROWS.value["C19"] == 2.55
    says("once in 40 weeks", "rose by 2.55 points")
    assert round(1 / (0.05 + 0.05 + 0.03)) == 8
    says("A cell of the toy divides every eight days")


def test_what_the_cards_say_stands_in_the_data():
    tiles = cells(LESSON)["cards-kinds"]
    for words_, row, there in [
        ("within 14 days in over 99 %", "C03", "within 14 days in over 99%"), ("50 % in remission, against 34 %", "C07", "50%"),
        ("free of insulin from day 75", "C11", "insulin independent from day 75"), ("could be measured in 6", "C15", "measurable in 6 of 17"),
        ("found alive after a day", "C08", "none was found alive after a day"), ("no test of it", "C12", "no test of it"),
        ("did not contribute appreciably", "C04", "did not contribute appreciably"), ("bone marrow, fat, umbilical cord", "C05", "bone marrow, fat, umbilical cord"),
    ]:  # fmt: skip
        assert words_ in tiles and there in ROWS.statement[row], row
    assert "34%" in ROWS.statement["C07"] and "the larger repeat failed" in ROWS.statement["C07"]


def test_numbers_in_the_words_of_a_row_are_those_of_its_columns():
    heart, islets = ROWS.loc["C19"], ROWS.loc["C31"]
    assert f"{heart.value:g} percentage points" in heart.statement
    assert f"(95% CI {heart.low:g} to {heart.high:g})" in heart.statement
    assert f"{islets.events:.0f} of {islets.n:.0f} free of insulin" in islets.statement
    assert f"(exact 95% CI {islets.low:g}% to {islets.high:g}%)" in islets.statement
    blood = ROWS.loc["C33"]
    assert f"{blood.low:.0f} to {blood.high:,.0f} settled".replace(",", " ") in blood.statement
    for row_id in ("C15", "C30"):
        assert f"{ROWS.loc[row_id, 'events']:.0f} of {ROWS.loc[row_id, 'n']:.0f}" in ROWS.loc[row_id, "statement"]
    for row_id in ("C25", "C26", "C27"):
        assert f"{ROWS.loc[row_id, 'value']:,.0f}".replace(",", " ") in ROWS.loc[row_id, "statement"]
    assert "97 single stem cells" in ROWS.loc["C29", "statement"] and ROWS.loc["C29", "n"] == 97


def test_rows_taken_from_other_tables_agree_with_them():
    islets, there = ROWS.loc["C31"], load("trial_outcomes").set_index("row_id").loc["T087"]
    assert (islets.value, islets.low, islets.high) == (there.value, there.low, there.high)
    assert (islets.events, islets.n) == (there.exp_value, there.exp_n) and there.timepoint_months == 12
    result = load("trials").set_index("study_id").loc["BURT2021"]
    assert "EDSS 3.87 to 2.19 at 5 y (RRMS)" in result.main_result and "no durable change in SPMS" in result.main_result
    assert "from 3.87 to 2.19 at 5 years" in ROWS.loc["C32", "statement"] and ROWS.loc["C32", "n"] == result.n_total
    assert result.comparator == "none" and "no comparison group" in ROWS.loc["C32", "statement"]


def test_the_lab():
    says("one in 76 million", "a hundred against 40", "40 cells", "$0.368^2 = 0.135$", name=LAB)
    assert round(350 / -np.log(0.01)) == 76 and round(-np.log(0.01), 1) == 4.6 and round(0.368**2, 3) == 0.135
    assert 100 * (1 - 0.03 / 0.05) == pytest.approx(40)
    assert dose_for(np.exp(-1)) == pytest.approx(25)
    stored = {cell: "".join(out) for cell, out in _outputs().items()}
    assert "40 of 100 lost" in stored["change-count"] and "45 of 100 lost" in stored["change-count"]
    assert "largest in 120 of 200" in stored["drift-run"] and "it is not the largest in 4 of 10" in words(LAB)
    assert "eight other experiments" in words(LAB) and ROWS.n["C28"] == 8


def lost(places, days, most=300):
    """Chance that a graft of 25 cells is lost by each of the days: the exact chain of the number of stem cells."""
    n = np.arange(most + 1)
    more, fewer = 0.05 * n * np.maximum(1 - n / places, 0), 0.03 * n
    more[-1] = 0
    flow = diags([-(more + fewer), more[:-1], fewer[1:]], [0, -1, 1]).tocsr()
    return [expm_multiply(flow * day, poisson.pmf(n, 2.5))[0] for day in days]


def test_what_a_niche_changes():
    [early] = lost(100, [300])
    grown = np.exp((0.05 - 0.03) * 300)
    alone = np.exp(-2.5 * (1 - 0.03 * (grown - 1) / (0.05 * grown - 0.03)))  # no places: a linear chain, by its formula
    says(f"exactly it is {100 * early:.1f} and {100 * alone:.1f} %", name=LAB)
    later = {places: lost(places, [300, 3650], most=100) for places in (20, 30, 40, 60)}
    gone = [f"{(end - begin) / (1 - begin):.0%}".replace("%", " %") for begin, end in later.values()]
    says("{} are lost within ten years at 20 places, {} at 30, {} at 40, {} at 60".format(*gone), name=LAB)


def _outputs():
    from tools import lessons

    notebook = lessons.read(lessons.NOTEBOOKS / f"{LAB}.ipynb")
    return {c.id: [o.get("text", "") for o in c.outputs] for c in notebook.cells if c.cell_type == "code"}
