"""A cohort in a real browser: worker threads where they are allowed, slices where not, a preview, and no stale work.

What every live figure must do is tested in test_browser.py, with these figures among the others.
"""

import pytest

from tests.live.cohort.figures import COHORTS

MOVE = """([root, position]) => { const slider = root.querySelector("input[type=range]");
    slider.value = position; slider.dispatchEvent(new Event("input")); }"""
NO_WORKERS = "window.Worker = class { constructor() { throw new DOMException('refused', 'SecurityError'); } };"
SLOW_WORKERS = """window.sent = []; window.pause = 40; const Real = Worker;
    window.Worker = class extends Real { postMessage(work) {
        sent.push([work.task, work.from, work.to]); setTimeout(() => super.postMessage(work), pause); } };"""
HELD_WORKERS = """window.sent = []; const Real = Worker, held = []; let second = 0;
    Object.defineProperty(navigator, "hardwareConcurrency", { get: () => 2 });
    window.release = () => { for (const late of held.splice(0)) late(); };
    window.Worker = class extends Real { postMessage(work) {
        const go = () => super.postMessage(work);
        sent.push([work.task, work.from, work.to]);
        if (work.task === 2 && ++second > 3) held.push(go); else go(); } };"""
TWO_WORKERS = """const Real = Worker, held = []; let first = null, third = 0;
    Object.defineProperty(navigator, "hardwareConcurrency", { get: () => 2 });
    window.Worker = class extends Real {
        constructor(address) { super(address); first ??= this; }
        postMessage(work) {
            const go = () => super.postMessage(work);
            if (this === first && work.task === 2) held.push(go); else setTimeout(go, 20);
            if (work.task === 3 && ++third === 6) for (const late of held) late();
        } };"""


@pytest.fixture(scope="module")
def cohort():
    """A small cohort in many pieces of work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("immunereset.live.cohort.patients.CHUNK", 16)
        return COHORTS["reset-cohort"]()


@pytest.fixture
def open_cohort(cohort, own_page, figure_on_page, visit, tmp_path):
    """`open_cohort(address=None, script="", policy="")` opens the cohort alone on a page; what was seen and the figure."""

    def open_page(address=None, script="", policy=""):
        file = own_page(tmp_path, cohort)
        if policy:
            tag = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
            file.write_text(file.read_text(encoding="utf-8").replace("<head>", f"<head>{tag}"), encoding="utf-8")
        seen = visit((address(tmp_path) + file.name) if address else file.as_uri(), script=script)
        root = seen.page.locator("[class~=ir-drawn]")
        figure = figure_on_page(root, cohort)
        figure.settle()
        return seen, figure

    return open_page


def known(figure):
    """How many patients were known at each drawing of each move."""
    return figure.root.evaluate("(root) => root.irMoves.map((move) => move.drawn.map(([known]) => known))")


def check_answers(figure):
    """Picture and words at the start, and after a move, are Python's."""
    kind, start = figure.live.kind, figure.live.specification.values
    assert figure.sentence() == figure.live.sentence
    assert figure.distance() < 0.5
    figure.root.locator("input[type=range]").first.focus()
    figure.root.page.keyboard.press("ArrowRight")
    figure.root.page.keyboard.press("ArrowRight")
    figure.settle()
    assert figure.shown()["k"] == pytest.approx(2.6)
    assert figure.sentence() == kind.sentence(start | figure.shown())
    assert figure.sentence() != figure.live.sentence
    assert figure.distance() < 0.5


@pytest.mark.parametrize("over", ["http", "file"])
def test_worker_threads_do_the_work(over, open_cohort, serve):
    seen, figure = open_cohort(serve if over == "http" else None)
    assert len(seen.page.workers) >= 1
    assert all(worker.url.startswith("blob:") for worker in seen.page.workers)
    check_answers(figure)
    assert seen.errors == [] and seen.refused == []


@pytest.mark.parametrize("how", [{"script": NO_WORKERS}, {"policy": "worker-src 'none'"}], ids=["class", "policy"])
def test_without_worker_threads_the_page_does_it_in_slices(how, open_cohort):
    """Refused at once or a little later; the page draws between the slices."""
    seen, figure = open_cohort(**how)
    assert seen.page.workers == []
    check_answers(figure)
    assert known(figure)[-1][-1] == figure.live.kind.simulated.count
    assert [error for error in seen.errors if "Content Security Policy" not in error] == []


@pytest.mark.parametrize("how", [SLOW_WORKERS, NO_WORKERS], ids=["workers", "slices"])
def test_first_some_patients_then_all_are_drawn(how, open_cohort):
    _, figure = open_cohort(script=how)
    [drawn] = known(figure)
    assert 0 < drawn[0] < drawn[-1] == figure.live.kind.simulated.count
    assert drawn == sorted(drawn)


def test_a_move_gives_up_the_one_before(open_cohort):
    """The patients of the first move that were not yet sent to a worker never are."""
    seen, figure = open_cohort(script=HELD_WORKERS)
    root = figure.root.element_handle()
    seen.page.evaluate("sent.length = 0")
    seen.page.evaluate(MOVE, [root, 80])
    seen.page.wait_for_function("(root) => root.irMoves.at(-1).drawn.length > 0", arg=root)
    seen.page.evaluate(MOVE, [root, 52])
    seen.page.evaluate("release()")
    figure.settle()
    _, stale, last = known(figure)
    everyone = figure.live.kind.simulated.count
    assert 0 < stale[-1] < everyone == last[-1]
    sent = {}
    for task, start, stop in seen.page.evaluate("sent"):
        sent[task] = sent.get(task, 0) + stop - start
    assert sent.pop(2) < everyone and sent == {3: everyone}
    assert figure.shown()["k"] == pytest.approx(2.6)
    assert figure.distance() < 0.5


def test_what_comes_late_of_a_move_given_up_is_not_taken(open_cohort):
    """One of two workers holds the second task's patients until the other one has begun with them in the third."""
    seen, figure = open_cohort(script=TWO_WORKERS)
    root, kind = figure.root.element_handle(), figure.live.kind
    seen.page.evaluate(MOVE, [root, 100])
    seen.page.wait_for_function("(root) => root.irMoves.at(-1).drawn.length > 0", arg=root)
    seen.page.evaluate(MOVE, [root, 52])
    figure.settle()
    assert figure.sentence() == kind.sentence(figure.live.specification.values | figure.shown())
    assert figure.distance() < 0.5


def test_a_result_is_told_only_when_all_is_known(open_cohort):
    """The words that a screen reader announces change once for a move, from one full result to the next."""
    seen, figure = open_cohort(script=SLOW_WORKERS)
    seen.page.evaluate(
        """(root) => { window.told = []; new MutationObserver(() => told.push(root.textContent))
            .observe(root, { childList: true, characterData: true, subtree: true }); }""",
        figure.root.locator(".ir-result").element_handle(),
    )
    seen.page.evaluate("pause = 300")
    seen.page.evaluate(MOVE, [figure.root.element_handle(), 60])
    figure.settle()
    assert seen.page.evaluate("told") == [figure.sentence()]


def test_values_that_cannot_be_run_are_said(cohort, own_page, visit, tmp_path):
    flow = "flow(t, y, fixed, input, d) {"
    file = own_page(tmp_path, cohort)
    text = file.read_text(encoding="utf-8")
    assert flow in text
    file.write_text(text.replace(flow, flow + " if (fixed[0] > 0) { d[0] = NaN; return; }"), encoding="utf-8")
    seen = visit(file.as_uri())
    seen.page.wait_for_function(
        "document.querySelector('.ir-failed .ir-result')?.textContent.includes('not be finished')"
    )
    assert "NaN" not in seen.page.locator("[class~=ir-drawn] svg").evaluate("(svg) => svg.outerHTML")
    assert set(seen.page.locator(".ir-data td").all_text_contents()) == {"–"}


def test_it_works_among_others_and_twice(cohort, own_page, visit, tmp_path, figures):
    seen = visit(own_page(tmp_path, cohort, figures["reset"], cohort).as_uri())
    assert seen.page.locator("[class~=ir-ready]").count() == 3
    seen.page.wait_for_function("[...document.querySelectorAll('.ir-drawn')].every((root) => root.irTold > 0)")
    assert seen.page.evaluate("Object.keys(ImmuneReset).length") == 3 and seen.errors == []
