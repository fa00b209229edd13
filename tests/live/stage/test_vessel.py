"""A vessel and steps by hand, on linear lines and a clock that counts ages: read back from the page, against SciPy."""

import numpy as np
import pytest

from immunereset.engine import YEAR, Slider, simulate
from immunereset.live import EulerSteps, Panel, Prediction, Result, Scene, Vessel, final, stage
from immunereset.models.one_box import euler, one_box, stepped_box
from immunereset.models.origins import at_age, origins
from tests.live.stage.stages import QUESTION, written

FLOWS = {"taps": {"from thymus": "thymus", "by division": "division"}, "drains": {"lost": "lost"}}
PARTS = {"N_o": "from before", "N_n": "newcomers"}


def aged(**changes):
    told = dict(
        main="theta_20", before=simulate(origins, 1, start=at_age(20)), before_days=1, start=at_age(20), until=60 * YEAR, ages_from=20,
        sliders={"theta_20": Slider(0, 0.32, 0.16)}, covered=["N_o", "N_n"],
        views=[Vessel(PARTS, top=1000, widest=10, mark=(900, "full"), **FLOWS)],
        result=Result({"end": final("N")}, [("otherwise", "{end:.0f} at 80.\nOf 916.")]), scenes=[Scene("twins", 0.16, 3650, twin=0.0)],
        prediction=Prediction(QUESTION, "Full.\nWait.", "Go on", [65, 458]), caption="A vessel.", alt="Linked views.",
    )  # fmt: skip
    panel = Panel({"N": "all", "N_o": "from before", "N_n": "newcomers"}, "cells", range=(0, 1000))
    return stage(origins, panel, "aged", **(told | changes))


def by_hand(**changes):
    told = dict(
        main="h", before=simulate(stepped_box, 5, theta=0), before_days=5, until=60, sliders={"h": Slider(5, 15, 5)}, h=5, views=[EulerSteps()],
        result=Result({}, [("otherwise", "Steps of {h:.0f} days.\nPress.")]), caption="Steps.", alt="A line.",
    )  # fmt: skip
    return stage(
        changes.pop("model", stepped_box), Panel({"N": "true"}, "cells", range=(0, 110)), "by-hand", **(told | changes)
    )


def test_what_they_cannot_show_is_refused():
    with pytest.raises(ValueError, match="The flows of a vessel are observables of its model; 'leak' is none."):
        aged(views=[Vessel(PARTS, top=1000, taps={}, drains={"leak": "leak"}, widest=1)])
    with pytest.raises(ValueError, match="Steps are those of a model with one state and a parameter 'h'."):
        aged(views=[EulerSteps()])
    with pytest.raises(ValueError, match="parameter 'h'"):
        by_hand(model=one_box, main="theta", sliders=["theta"], before=simulate(one_box, 5), h=5)


VESSEL = """() => {
    const root = document.querySelector(".ir-stage"), svg = root.querySelector(".ir-vessel svg");
    const box = (part) => ["x", "y", "width", "height"].map((name) => Number(part.getAttribute(name)));
    const lines = root.querySelector(".ir-lines svg"), grid = [...lines.querySelectorAll(".ir-grid")].map((one) => Number(one.getAttribute("y1")));
    return {
        blocks: [...svg.querySelectorAll(".ir-block")].map(box), streams: [...svg.querySelectorAll(".ir-stream")].map(box), tall: svg.clientHeight,
        told: [...root.querySelectorAll(".ir-level b")].map((one) => one.textContent), label: svg.getAttribute("aria-label"), grid,
        dots: [...lines.querySelectorAll(".ir-dot")].map((one) => Number(one.getAttribute("cy"))), words: lines.querySelector(".ir-now").textContent,
        ticks: [...lines.querySelectorAll("text.ir-quiet")].map((one) => one.textContent), clock: root.querySelector(".ir-clock").getAttribute("aria-valuetext"),
        tries: root.querySelectorAll(".ir-try").length,
    };
}"""


def test_the_vessel_agrees_with_scipy_and_hides_what_is_predicted(visit, tmp_path):
    seen = visit(written(tmp_path, aged()), reduced_motion="reduce", viewport={"width": 1100, "height": 900})
    page = seen.page
    before = page.evaluate(VESSEL)
    assert before["told"] == ["916", *"?????"] and before["label"] == "Vessel: 916 cells per µL"
    assert [block[3] > 0 for block in before["blocks"]] == [False, False, True]
    assert len({stream[2] for stream in before["streams"]}) == 1, "the flows look alike"
    assert page.locator(".ir-key, .ir-level").inner_text().count("?") == 5
    page.locator(".ir-show-me").click()
    for years in (5, 40):
        page.evaluate(f"location.hash = '#aged?theta_20=0.16&day={365 * years}'")
        page.wait_for_function(f"Math.abs(document.querySelector('.ir-stage').irMoment.day - {365 * years}) < 1e-6")
        found = page.evaluate(VESSEL)
        run = simulate(
            origins,
            60 * YEAR,
            start=at_age(20),
            points=[0, years * YEAR, 60 * YEAR],
            method="DOP853",
            rtol=1e-10,
            atol=1e-13,
        )
        old, new = run["N_o"][1], run["N_n"][1]
        high = found["tall"] - 20 - 30
        assert [block[3] for block in found["blocks"]] == pytest.approx(
            [old * high / 1000, new * high / 1000, 0], abs=0.5
        )
        surface = found["blocks"][1][1]
        assert surface == pytest.approx(found["tall"] - 20 - (old + new) * high / 1000, abs=0.5)
        wide, flows = found["blocks"][0][2], [run[name][1] for name in ("from thymus", "by division", "lost")]
        assert [stream[2] for stream in found["streams"]] == pytest.approx(
            [max(1, flow / 20 * wide) for flow in flows], abs=0.05
        )
        assert found["told"][:3] == [f"{n:.0f}" for n in (old + new, new, old)]
        bottom, top = found["grid"][0], found["grid"][-1]
        assert found["dots"] == pytest.approx(
            [bottom - n / 1000 * (bottom - top) for n in (old + new, old, new)], abs=0.5
        )
        assert found["words"] == found["clock"].split(":")[0] == f"age {20 + years}"
    assert {"0", "200", "1000", "age 30", "age 80"} <= set(found["ticks"]) and found["tries"] == 0
    page.evaluate("document.querySelector('.ir-scene').click()")
    twins = page.evaluate(VESSEL)
    assert len(twins["blocks"]) == 6 and twins["told"][0].count("/") == 1
    none = simulate(origins, 60 * YEAR, start=at_age(20), points=[0, 3650, 60 * YEAR], theta_20=0.0)
    assert twins["blocks"][3][3] == pytest.approx(none["N_o"][1] * high / 1000, abs=0.5) and twins["blocks"][4][3] == 0
    assert seen.errors == []


STEPS = """() => {
    const root = document.querySelector(".ir-stage"), lines = root.querySelector(".ir-lines svg");
    const points = (name) => [...lines.querySelectorAll(name)].map((one) => ["cx", "cy"].map((at) => Number(one.getAttribute(at))));
    const grid = [...lines.querySelectorAll(".ir-grid")], ends = ["x1", "x2"].map((at) => Number(grid[0].getAttribute(at)));
    return { feet: points(".ir-foot-point"), solver: points(".ir-solver-point"), arrows: lines.querySelectorAll(".ir-arrow").length, ends,
             grid: grid.map((one) => Number(one.getAttribute("y1"))), said: root.querySelector(".ir-steps p").textContent };
}"""


def test_each_step_by_hand_is_one_of_euler(visit, tmp_path):
    seen = visit(written(tmp_path, by_hand()), reduced_motion="reduce", viewport={"width": 1100, "height": 900})
    page, step = seen.page, seen.page.locator(".ir-hand-step")

    def where(found):
        """Days and cells of what is drawn: the axis reaches over 60 days after a tenth, its first six grid lines are 0 to 100."""
        left, right = found["ends"]
        start, (bottom, top) = left + 0.1 * (right - left), (found["grid"][0], found["grid"][5])
        return lambda points: np.array(
            [[(x - start) / (right - start) * 60, (bottom - y) / (bottom - top) * 100] for x, y in points]
        )

    for h in (5, 10, 15):
        for _ in range(3):
            step.click()
        found = page.evaluate(STEPS)
        days, cells = euler(lambda t, N: 5 - 0.1 * N, 0.0, h, 3 * h)
        assert where(found)(found["feet"]) == pytest.approx(np.column_stack([days, cells]), abs=0.3)
        assert found["arrows"] == 3 and f"= {cells[-1]:g}. Day {3 * h}: {cells[-1]:g} cells." in found["said"]
        page.locator(".ir-main-input").focus()
        page.keyboard.press("ArrowRight")
    page.locator(".ir-hand-anew").click()
    assert page.evaluate(STEPS)["arrows"] == 0
    for _ in range(4):
        step.click()
    assert step.is_disabled(), "no step leads out of the picture"
    page.locator(".ir-hand-solve").click()
    found = page.evaluate(STEPS)
    t, N = where(found)(found["solver"]).T
    assert N == pytest.approx(50 * (1 - np.exp(-0.1 * t)), abs=0.3) and t[-1] == pytest.approx(60, abs=0.1)
    assert f"took {len(t) - 1} steps: the shortest less than an hour, the longest " in found["said"]
    assert np.diff(t).max() > 3 * np.diff(t).min()
    assert seen.errors == []
