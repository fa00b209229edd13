"""Every number that the words and questions of lesson 08 and its lab state, computed anew."""

import re

import numpy as np
import pytest

from immunereset.engine import YEAR, simulate
from immunereset.evidence import load
from immunereset.lesson import check, find_task
from immunereset.models.few_clones import SIZES
from immunereset.models.reconstitution import first_days, reconstitution, survivors
from immunereset.models.repertoire import clone_survives, new_share, rebuilt, repertoire, sequence
from immunereset.models.trec import depletion, trec
from tests.wording import cells, told

LESSON, LAB = "08-rebuilding", "08-rebuilding-lab"


@pytest.mark.parametrize(
    ("task", "expected"),
    [("08-age", 52), ("08-survivors", 135), ("08-trec", 2.4), ("08-hill", 2.67), ("08-new-share", 0.76), ("08-none", 9.0)],
)  # fmt: skip
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


def person(age, m, years=10):
    return simulate(reconstitution, years * YEAR, survivors(m), age=age)


def test_two_people_with_one_count(said):
    young, old = person(20, 1), person(65, 60)
    names = ("N_4", "M_o", "M_n")
    assert [[f"{one.at(name, 359):.0f}" for name in names] for one in (young, old)] == [
        ["75", "230", "14"],
        ["11", "308", "1"],
    ]
    assert [f"{one.at('CD4', 359):.0f}" for one in (young, old)] == ["320", "320"] and "320" in said("two-words")
    assert [f"{one.at('CD4', 2 * YEAR):.0f}" for one in (young, old)] == ["483", "342"]
    assert "483 cells" in said("two-colours") and "the second 342" in said("two-colours")
    assert "75 of the one's are naive, 11 of the other's" in told("08-same-count") and "230 of her 320" in told(
        "08-same-count"
    )
    lowest = load("healthy").set_index("row_id").loc[["H06", "H07"]].low.min()
    assert young.first_day_above("CD4", lowest) < 2 * YEAR and old["CD4"].max() < lowest == 396


def test_the_line_of_a_person_is_not_taken_for_one_kind_of_the_cells_in_the_drop():
    kinds = {reconstitution.states[name].role for name in ("N_4", "M_o", "M_n")}
    assert len(kinds) == 3 and reconstitution.observables["CD4"].role not in kinds


def test_who_comes_first(said):
    days = first_days()
    assert [f"{days[name]:.0f}" for name in ("NK", "M_8", "B", "CD4")] == ["14", "77", "99", "222"]
    assert "150 natural killer cells on day 14, above 200 CD4 T cells on day 222" in told("08-first")
    assert 77 < 91 and "back within three months" in told("08-first")
    run = person(35, 5)
    assert 1 / run.at("CD4/CD8", 94) == pytest.approx(12, abs=0.1) and "twelve CD8 for each CD4" in said("return-words")
    ratio = simulate(reconstitution, YEAR, survivors(), points=np.arange(366.0))["CD4/CD8"]
    assert ratio[1:].argmin() + 1 == 94, "the strangest day"
    assert reconstitution.defaults["t_T"] == 120 and "pauses for four months" in said("return-words")
    alone = simulate(reconstitution, 3 * YEAR, survivors(), t_T=10 * YEAR)
    assert alone["CD4"].max() < 396 and "stop, below what healthy adults have" in said("return-words")
    late = simulate(reconstitution, 3 * YEAR, survivors(0.01))
    assert late.first_day_above("M_8", 300) > 2 * days["M_8"] and late.first_day_above("CD4", 396) < 2 * YEAR
    assert late.first_day_above("CD4", 200) > days["CD4"] + 100, "both are late"
    assert '"survivors": dict(m=0.01, ' in cells(LESSON)["stage-return"] and "all but one in 100 µL" in said(
        "return-words"
    )
    none = simulate(reconstitution, 3 * YEAR, survivors(0.01), t_T=1.0)
    assert none.at("M_8", 60) == pytest.approx(late.at("M_8", 60), rel=1e-3), "CD8 T cells have no other source"
    names = ("M_o", "N_4", "M_8")
    assert [run.at(name, 0) for name in names] == pytest.approx([5, 0.5, 5])
    assert "5 memory CD4 T cells, half a naive one and 5" in said("first-words")


def test_what_is_new(said):
    run = person(35, 5)
    assert [f"{run.at('old share', years * YEAR):.0f}" for years in (2, 5, 10)] == ["90", "54", "17"]
    for words in ("90 % of the memory is old", "54 %", "17 %"):
        assert words in said("new-after")
    one, sixty = person(35, 1), person(35, 60)
    assert [f"{each.at('old share', 2 * YEAR):.0f}" for each in (one, sixty)] == [
        "88",
        "91",
    ] and "from 88 to 91 %" in told("08-sixty")
    days = [each.first_day_above("CD4", 200) for each in (sixty, one)]
    assert [f"{day:.0f}" for day in days] == ["113", "280"] and "Day 113 instead of day 280" in told("08-sixty")
    assert 150 < days[1] - days[0] < 200, "half a year sooner"
    assert {f"{each.at('N_4', 2 * YEAR):.0f}" for each in (one, sixty)} == {"104"} and "104 in both" in told("08-sixty")
    shares = [person(age, 5).at("old share", 5 * YEAR) for age in (20, 65)]
    assert [f"{share:.0f}" for share in shares] == ["27", "85"]
    assert "27 % is old after five years" in said("age-words") and "85 %" in said("age-words")


def test_trec_and_its_denominator(said):
    normal = trec.defaults["alpha"] * trec.defaults["sigma"] / trec.defaults["d"]
    assert normal == pytest.approx(4) and "400 naive cells per µL are normal, and 4 copies" in said("trec-words")
    before = simulate(trec, 1, points=[1.0]).final
    assert before["T"] / trec.defaults["alpha"] == pytest.approx(32) and before["N"] == pytest.approx(400)
    assert "32 of 400 naive cells are newcomers: one in 12" in said("trec-after")
    days = np.linspace(0, 20 * YEAR, 7301)
    runs = {(left, output): simulate(trec, days[-1], depletion(left), points=days, sigma=output)
            for left, output in [(10, 0.032), (200, 0.032), (10, 0.016)]}  # fmt: skip
    peaks = [run["TREC per cell"].max() for run in runs.values()]
    assert [f"{peak:.1f}" for peak in peaks] == ["6.5", "1.6", "5.1"] and "6.5 times" in told("08-denominator")
    few = runs[10, 0.032]
    assert (
        f"{few.at('newcomers', 2 * YEAR):.0f}" == "17"
        and f"{few.at('N', 2 * YEAR):.0f}" == "32"
        and "17 of 32: one in two" in said("trec-after")
    )
    assert "1.6 times normal" in said("trec-after") and "5.1 times normal" in said("trec-after")
    assert peaks[2] / peaks[1] == pytest.approx(3.3, abs=0.1) and "three times as busy" in said("trec-after")
    copies = [run.at("T", 2 * YEAR) for run in runs.values()]
    assert copies[0] == pytest.approx(copies[1]) == pytest.approx(normal / 2, abs=0.1), "the same, about half"
    assert copies[2] == pytest.approx(copies[0] / 2)
    top = days[runs[10, 0.016]["TREC per cell"].argmax()]
    assert "sigma=0.016&day=1022" in said("trec-after") and top == pytest.approx(1022, abs=2)
    late = days[runs[200, 0.032]["TREC per cell"].argmax()] / YEAR
    assert (f"{top / YEAR:.1f}", f"{late:.1f}") == ("2.8", "8.2")
    assert "in year 2.8 (200 cells left: in year 8.2)" in said("trec-after")
    assert 2 <= days[few["TREC per cell"].argmax()] / YEAR < 3, "in the third year"


def test_which_clones_are_left(said):
    chances = [100 * chance for chance in clone_survives(SIZES, 2)]
    assert [f"{chance:.0f}" for chance in chances] == ["100", "100", "95", "63", "26", "10"]
    assert "that of 300 cells in 95 of 100 persons" in told(
        "08-everybody"
    ) and "That of 10 cells is there in ten of 100" in told("08-everybody")
    assert sum(SIZES) == 4440 and "44 cells are left of 4440" in told("08-everybody")
    assert re.search(r"2 \[logs\]\(\S+\) leaves each cell with a chance of 1 in 100,", said("clones-words"))
    deep = [float(chance) for chance in clone_survives(SIZES, 4)]
    assert max(deep) == pytest.approx(0.26, abs=0.01) and "may be one clone, or none" in said("clones-after")


@pytest.fixture(scope="module")
def persons():
    """The persons of the page."""
    assert "rebuilt(depth, seed=8) for depth" in cells(LESSON)["live-samples"]
    return [rebuilt(depth, seed=8) for depth in range(6)]


def test_overlap_and_depth(said, persons):
    shares = [100 * one.overlap(0) for one in persons]
    assert (
        f"{shares[0]:.0f}" == "63"
        and "About 63" in told("08-twice")
        and shares[1:5] == pytest.approx([63] * 4, abs=1.5)
    )
    assert "63 % in both" in told("08-depth")
    assert persons[4].left < 0.1 * persons[1].left and "more than nine clones of ten are lost" in said("overlap-after")
    again = [100 * one.found_again(0) for one in persons]
    assert (
        again[1] - again[3] < 10 and again[4] < 20 and "between 1 and 3 logs it hardly moves" in said("overlap-after")
    )
    assert persons[0].left == 59_973 and "nearly 60 000 clones" in said("overlap-words")
    found = [new for new in np.arange(0, 0.95, 0.02) if f"{100 * persons[4].overlap(new):.0f}" == "15"]
    assert found == pytest.approx([0.76]), "the slider finds the answer of the task"
    assert f"{new_share(0.26, 0.63):.2f}" == "0.59" and "59 % of the cells are *new*" in told(
        "08-quarter-the-same"
    ).replace("\u00a0", " ")


def test_with_more_reads_the_same_blood_overlaps_more():
    rng = np.random.default_rng(1)
    before = repertoire(rng)
    first, second = (sequence(before, rng, 200_000) for _ in range(2))
    assert f"{100 * second[first > 0].sum() / second.sum():.0f}" == "94" and "with 200 000 it is 94" in told("08-twice")


def test_what_was_measured(said):
    rows = load("reconstitution").set_index("row_id")
    assert (rows.value["R29"], rows.value["R30"], rows.n["R30"]) == (26, 15, 27) and "27 patients" in told(
        "08-measured"
    )
    run = person(35, 5)
    assert f"{run.at('old share', YEAR):.0f}" == "98" and "98 % of its memory is old" in told("08-measured")
    own = (
        reconstitution.defaults["theta_20"]
        * 2 ** (-15 / 15.7)
        / (reconstitution.defaults["d_N"] + reconstitution.defaults["mu"])
    )
    assert run.at("N_4", YEAR) / own == pytest.approx(0.2, abs=0.01) and "a fifth of its own" in said("order-read")
    assert rows.milestone["R22"] == "reached" and rows.value["R22"] == 12 and "within a year" in said("order-read")
    assert rows.milestone["R11"] == "not reached" and rows.value["R11"] != rows.value["R11"] and rows.month["R11"] == 24
    assert np.ceil(run.first_day_above("CD4", 396) / YEAR * 12) == 22 and "healthy in month 22" in said("order-read")
    assert (rows.n["R43"], rows.n["R42"]) == (1, 4) and "One against four" in said("trec-measured")
    assert "overlap to 15 %" in said("patients-explained").replace("patients' ", "") or "15 %" in said(
        "patients-explained"
    )


def test_the_solutions_of_the_lab_run(capsys):
    lab = cells(LAB)
    names = {}
    exec(lab["imports"], names)
    for cell in ("ex2", "ex3"):
        [code] = re.findall(r"```python\n(.*?)```", lab[cell].partition('<details class="solution">')[2], re.S)
        exec(code, names)
    out = capsys.readouterr().out.splitlines()
    assert [line.split() for line in out[:2]] == [["20", "94", "405.0"], ["50", "94", "660.0"]]
    assert [line.split()[-2:] for line in out[2:]] == [["35", "60"], ["39", "61"], ["69", "120"]]
    assert "405 on at 20, from day 660 on at 50" in lab["ex2"]
    assert "Unchanged 35 and 60, a shorter pause 39 and 61, double output 69 and 120" in lab["ex3"]


def test_the_lab_says_what_its_tables_show(root):
    from nbformat import read

    notebook = {cell.id: cell for cell in read(root / "notebooks" / f"{LAB}.ipynb", 4).cells}
    largest, smaller = zip(*[
        map(int, re.findall(r"called (\d+) %", line)) for line in notebook["called-table"].outputs[0]["text"].splitlines()
    ])  # fmt: skip
    assert list(largest) == sorted(largest) and largest[-1] > 80 and list(smaller) == sorted(smaller, reverse=True)
    naive = re.findall(r"plain (\d+) naive.*answering (\d+) naive", notebook["change-code"].outputs[0]["text"])
    assert len(naive) == 3 and all(1.2 < int(answering) / int(plain) < 3 for plain, answering in naive)
