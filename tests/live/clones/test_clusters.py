"""Clusters of clones: what the page draws is the run of the model, and a clone without a cell is an empty outline."""

import pytest

from immunereset.live.clones import clusters
from immunereset.models.few_clones import NAMES, SIZES, ablation, few_clones


@pytest.fixture(scope="module")
def live():
    words = {name: f"{size:.0f} cells" for name, size in zip(NAMES, SIZES)}
    return clusters(
        few_clones, words, "six", protocol=ablation(), until=180, sliders=["k"], step=0.5, many=5, seed=8,
        caption="Six clones.", alt="Six clusters.",
    )  # fmt: skip


@pytest.fixture(scope="module")
def address(own_page, live, tmp_path_factory):
    return own_page(tmp_path_factory.mktemp("clusters"), live).as_uri()


def cells(live, seed, day, k=2.0):
    run = live.kind.noisy.patients(live.specification.values | {"k": k}, seed)[0]
    return [run.value_on(name, day) for name in NAMES]


SEEN = """() => {
    const root = document.querySelector(".ir-clones"), dots = (path) => (path.getAttribute("d").match(/M/g) ?? []).length;
    return {
        cells: root.irCells, said: root.querySelector(".ir-result").textContent, gone: root.querySelectorAll(".ir-gone").length,
        dots: [...root.querySelectorAll(".ir-clone")].map(dots), table: [...root.querySelectorAll(".ir-data td")].map((one) => one.textContent),
        outlines: [...root.querySelectorAll(".ir-outline")].map((one) => Number(one.getAttribute("r"))),
    };
}"""


def test_nothing_is_told_before_it_is_played(visit, address, live):
    assert live.sentence == "Before: 6 clones, 4440 cells."
    seen = visit(address, reduced_motion="reduce").page.evaluate(SEEN)
    assert seen["cells"] == list(SIZES) and seen["said"].strip() == live.sentence and seen["gone"] == 0
    assert seen["dots"] == list(SIZES) and set(seen["table"]) == {"–"}
    assert seen["outlines"] == sorted(seen["outlines"], reverse=True)


def test_clusters_are_the_run_and_empty_outlines_its_zeros(visit, address, live):
    told = visit(address, reduced_motion="reduce")
    page = told.page
    for seed, day, k in [(8, 0, 2.0), (8, 180, 2.0), (9, 60, 3.0)]:
        page.evaluate(f"location.hash = '#six?k={k}&seed={seed}&day={day}'")
        expected = cells(live, seed, day, k)
        page.wait_for_function(
            "(found) => String(document.querySelector('.ir-clones').irCells) === String(found)", arg=expected
        )
        seen = page.evaluate(SEEN)
        assert seen["gone"] == expected.count(0) > 0
        assert all(
            dots == many or dots < many and many > size for dots, many, size in zip(seen["dots"], expected, SIZES)
        )
    page.evaluate("location.hash = '#six?k=2&seed=8&day=180'")
    page.wait_for_function("document.querySelector('.ir-clones').irCells[0] > 3000")
    page.locator(".ir-more").click()
    there = [sum(cells(live, seed, 180)[i] >= 1 for seed in range(8, 14)) for i in range(6)]
    words = ", ".join(f"{size:.0f} cells in {many}" for size, many in zip(SIZES, there))
    page.wait_for_function(
        "(said) => document.querySelector('.ir-result').textContent.includes(said)", arg=f"in 6 persons: {words}."
    )
    assert told.errors == []


def test_it_plays(visit, address):
    told = visit(address, reduced_motion="reduce")
    told.page.locator(".ir-run").click()
    told.page.wait_for_function("document.querySelector('.ir-when output').textContent === 'day 180'")
    assert told.errors == []


def test_a_clone_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        clusters(few_clones, {"nobody": "1"}, "six", protocol=ablation(), until=180, sliders=["k"], step=0.5)
