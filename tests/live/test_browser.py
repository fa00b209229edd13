"""Live figures in a real browser, with every request to another host refused: on a page of the tests, and in the book.

The figures are found on the pages; nobody names them. They are compared with what the lessons' code makes now. To open a
lesson is slow, so each page is opened once for all tests that look at it; a test leaves it as it found it. What a reader
sees of the figures without scripts, on a phone and with axe is tested here on the page of the tests, which has every kind
of figure, and in tests/book together with the rest of each page.
"""

import json
import os
import re
from types import SimpleNamespace

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from immunereset.live.noise.noisy_patients import NoisyPatients
from immunereset.live.run.one_patient import OnePatient
from tests.conftest import ROOT
from tests.looks import assert_fits_a_phone, assert_readable_without_scripts
from tools import lessons

MAKES_A_FIGURE = re.compile(r"\bexplore\w*\(")
MOST_WORK = {OnePatient: 9_000, NoisyPatients: 25_000}
"""How often a page may work out the rates for one picture; the busiest today take 6 400 and 18 100."""


def live_lessons():
    """The code cells of every lesson that makes a live figure, by the name of its page."""
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        if any(map(MAKES_A_FIGURE.search, code)):
            yield f"notebooks/{notebook.stem}.html", code


LIVE_LESSONS = dict(live_lessons())


@pytest.fixture(scope="session")
def lessons_figures(root):
    """Every live figure that the lessons make now, by name: the cells that make them are run, nothing is shown."""
    from immunereset.live import LiveFigure

    made, here = {}, os.getcwd()
    make, patch = LiveFigure.__init__, pytest.MonkeyPatch()

    def remember(self, kind):
        make(self, kind)
        if "ir-drawn" in kind.classes.split():
            made[self.name] = self

    patch.setattr(LiveFigure, "__init__", remember)
    try:
        os.chdir(root / "notebooks")
        for code in LIVE_LESSONS.values():
            run_cells(feeding(code))
    finally:
        patch.undo()
        os.chdir(here)
    return made


def feeding(code):
    """Those of a notebook's code cells that make a live figure, or set a name that such a cell uses."""
    wanted, kept = set(), []
    for text in reversed(code):
        stored, taken = lessons.names(text)
        imported = " ".join(re.findall(r"^(?:from .*)?import (\([^)]*\)|.*)$", text, re.MULTILINE))
        if MAKES_A_FIGURE.search(text) or wanted & {*stored, *re.findall(r"\w+", imported)}:
            kept.insert(0, text)
            wanted |= taken
    return kept


def run_cells(code):
    """Run the code cells of a notebook in this process, as IPython would, without showing anything."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell()
    with capture_output():
        for text in code:
            shell.run_cell(text, store_history=False).raise_error()


@pytest.fixture(scope="session")
def own_site(own_page, figures, cohorts, tmp_path_factory):
    """A folder with one page, which has every figure of the tests."""
    folder = tmp_path_factory.mktemp("site")
    own_page(folder, *(figures | cohorts).values())
    return folder


def opened(seen, made, figure_on_page):
    """The visit, its figures beside what Python makes, and those names."""
    roots = seen.page.locator("[class~=ir-drawn]").all()
    assert len(roots) > 0
    return SimpleNamespace(
        seen=seen, figures=[figure_on_page(root, made[root.get_attribute("data-name")]) for root in roots]
    )


# What a lesson loads does not depend on the address (tests/book); what a figure loads is tried on the own page.
OWN_OVER_HTTP, OWN = "own page over http", "own page"


@pytest.fixture(scope="module", params=[OWN_OVER_HTTP, OWN, *LIVE_LESSONS])
def page(request, windows, serve, figure_on_page):
    """One page with live figures, open."""
    if request.param in LIVE_LESSONS:
        folder, file = request.getfixturevalue("built_book"), request.param
        made = request.getfixturevalue("lessons_figures")
    else:
        folder, file = request.getfixturevalue("own_site"), "page.html"
        made = request.getfixturevalue("figures") | request.getfixturevalue("cohorts")
    address = serve(folder) if request.param == OWN_OVER_HTTP else folder.as_uri() + "/"
    with windows.visit(address + file, reduced_motion="reduce") as seen:
        # What a prediction would give away waits for the choice.
        seen.page.locator(".ir-question.ir-waits").evaluate_all(
            "all => all.forEach(q => q.querySelector('button').click())"
        )
        yield opened(seen, made, figure_on_page)


by_file = pytest.mark.parametrize("page", [OWN, *LIVE_LESSONS], indirect=True, scope="module")


@pytest.fixture
def own_page_as(own_site, figures, cohorts, visit, figure_on_page):
    """`own_page_as(**context)` opens the page of the tests in a browser of another kind."""
    address = (own_site / "page.html").as_uri()
    return lambda **context: opened(visit(address, **context), figures | cohorts, figure_on_page)


def test_the_book_shows_every_live_figure_of_the_lessons(built_book, lessons_figures):
    on_pages = {}
    for file in built_book.rglob("*.html"):
        tags = re.findall(r'<figure[^>]*class="[^"]*\bir-drawn\b[^>]*>', file.read_text(encoding="utf-8"))
        for tag in tags:
            on_pages[re.search(r'data-name="([^"]*)"', tag).group(1)] = file.relative_to(built_book).as_posix()
    assert set(on_pages) == set(lessons_figures) and set(on_pages.values()) == set(LIVE_LESSONS)


def numbers_of(text):
    return [float(n) for n in re.findall(r"\d+(?:\.\d+)?", text)]


def test_live_at_once_and_asks_nobody(page):
    for figure in page.figures:
        figure.root.locator("xpath=self::*[contains(@class, 'ir-ready')]//*[name()='svg'][@role='img']").wait_for()
        marks = "(name) => performance.getEntriesByName(`live ${name}`).length"
        assert figure.page.evaluate(marks, figure.live.name) == 1
    assert page.seen.refused == [] and page.seen.errors == []


@by_file
def test_made_by_the_model_as_it_is(page):
    for figure in page.figures:
        assert figure.root.get_attribute("data-digest") == figure.live.digest, f"{figure.live.name} is out of date"


def test_lines_lie_on_python_s_at_the_start_values(page):
    for figure in page.figures:
        figure.root.scroll_into_view_if_needed()
        assert figure.shown() == figure.start
        assert figure.sentence() == figure.live.sentence
        assert figure.root.locator("svg[role=img]").get_attribute("aria-label") == (
            f"{figure.live.alt} {figure.live.sentence}"
        )
        assert figure.distance() < 0.5, figure.live.name


@by_file
def test_all_follows_wherever_the_keyboard_takes_the_sliders(page):
    """Home, End, arrows and page keys only; the values are read off the page. Lines, sentence, table and alt text."""
    rng, keys = np.random.default_rng(20261123), page.seen.page.keyboard
    for figure in page.figures:
        cells = figure.root.locator(".ir-data td")
        first = cells.all_text_contents()
        for slider in figure.root.locator("input[type=range]").all():
            slider.focus()
            away = "Home" if slider.input_value() == slider.get_attribute("max") else "End"
            keys.press(away)
            for key, most in [("PageUp", 6), ("PageDown", 6), ("ArrowRight", 5), ("ArrowLeft", 5)]:
                for _ in range(rng.integers(most)):
                    keys.press(key)
        if figure.shown() == figure.start:
            keys.press(away)
        figure.settle()
        at = figure.shown()
        assert figure.distance() < 0.5, (figure.live.name, at)
        expected = figure.live.kind.sentence(figure.live.specification.values | at)
        assert re.sub(r"[\d.]+", "#", figure.sentence()) == re.sub(r"[\d.]+", "#", expected), at
        assert numbers_of(figure.sentence()) == pytest.approx(numbers_of(expected), rel=0.01), at
        assert cells.all_text_contents() != first
        assert figure.root.locator("svg[role=img]").get_attribute("aria-label") == (
            f"{figure.live.alt} {figure.sentence()}"
        )
        figure.reset()


@by_file
def test_the_keyboard_alone_reaches_moves_and_resets(page):
    keys, figure = page.seen.page.keyboard, page.figures[0]
    at = """(() => { const at = document.activeElement, figure = at.closest(".ir-drawn");
        return figure && `${figure.dataset.name}/${at.dataset.symbol ?? at.className}`; })()"""
    wanted = f"{figure.live.name}/{figure.live.specification.grids[0].symbol}"
    skip = page.seen.page.get_by_text("Skip to main content")
    if skip.count():
        skip.focus()
        keys.press("Enter")
    for _ in range(400):
        keys.press("Tab")
        if page.seen.page.evaluate(at) == wanted:
            break
    assert page.seen.page.evaluate(at) == wanted, "Tab never reached the first slider"
    grid, slider = figure.live.specification.grids[0], figure.root.locator("input[type=range]").first
    last = len(grid.values) - 1
    away = ("End", last) if grid.position == 0 else ("Home", 0)  # not where the figure started
    for key, position in [("Home", 0), ("ArrowRight", 1), ("End", last), ("ArrowLeft", last - 1), away]:
        keys.press(key)
        assert slider.get_attribute("aria-valuetext") == grid.words[position]
    figure.settle()
    moved = figure.lines()  # a slider need not move every line
    for _ in figure.live.specification.grids:
        keys.press("Tab")
    assert page.seen.page.evaluate(at) == f"{figure.live.name}/ir-reset"
    keys.press("Enter")
    figure.settle()
    assert figure.shown() == figure.start
    assert figure.sentence() == figure.live.sentence
    assert figure.lines() != moved
    assert figure.distance() < 0.5


NOT_TAKEN = ("", "-1", "2.5", "4294967296")


@by_file
def test_another_seed_is_another_picture_and_the_same_seed_the_same(page, request):
    """By the keyboard alone: the next seed, a seed typed in, on the own page ones that are none, and back to the start."""
    keys, own = page.seen.page.keyboard, request.node.callspec.params["page"] == OWN
    figures = [figure for figure in page.figures if figure.seed() is not None]
    for figure in figures:
        first, field = figure.seed(), figure.root.locator(".ir-seed")
        drawn, said = figure.lines(), figure.sentence()
        figure.root.locator(".ir-next").focus()
        keys.press("Enter")
        figure.settle()
        assert figure.seed() == (first + 1) % 2**32
        assert figure.sentence() != said and str(figure.seed()) in figure.sentence()
        assert figure.lines() != drawn
        assert figure.distance() < 0.5
        for typed, taken in [("77", 77), *((none, 77) for none in NOT_TAKEN if own), (str(first), first)]:
            field.focus()
            keys.press("Control+a")
            keys.press("Delete")
            keys.type(typed)
            keys.press("Tab")
            assert figure.seed() == taken, typed
        figure.settle()
        assert figure.lines() == drawn and figure.sentence() == said
        figure.root.locator(".ir-next").click()
        figure.reset()
        assert figure.seed() == first and figure.lines() == drawn
    assert figures or not own
    assert page.seen.errors == []


@by_file
def test_print_shows_the_present_state(page):
    figure = page.figures[0]
    figure.root.locator("input[type=range]").first.focus()
    page.seen.page.keyboard.press("Home")
    figure.settle()
    page.seen.page.emulate_media(media="print")
    assert figure.root.locator("svg[role=img]").is_visible()
    assert figure.root.locator(".ir-slider output").first.is_visible()
    assert not figure.root.locator("input").first.is_visible() and not figure.root.locator(".ir-reset").is_visible()
    assert figure.distance() < 0.5
    page.seen.page.emulate_media(media="screen")
    figure.reset()


WORK = """(name, values, seed) => {
    const f = figures[name], p = { ...f.p, ...values };
    let work = 0;
    const counted = (one, key) => ({ ...one, [key]: (...given) => { work += 1; return one[key](...given); } });
    const model = counted(f.model, "flow"), run = solve(model, p, f.start, f.until, f.points);
    if (f.noise) noisyRuns({ ...f, noise: counted(f.noise, "rates") }, p, seed);
    return work; }"""


def test_a_draw_is_quick(v8, figures, lessons_figures, places, record_property):
    """Counted here and in the lessons, at every corner of the sliders; milliseconds would be those of the machine."""
    for name, live in (figures | lessons_figures).items():
        if type(live.kind) not in MOST_WORK:
            continue
        v8.load(live)
        seed = getattr(live.kind, "seed", 0)
        work = max(v8.call(WORK, live.name, values, seed) for values in [{}, *places["corners"](live)])
        record_property(f"work of {name}", work)
        assert work <= MOST_WORK[type(live.kind)], f"{name}: {work}"


def test_axe_finds_nothing(own_page_as):
    page = own_page_as()
    for figure in page.figures:
        figure.root.locator("svg[role=img]").wait_for()
    found = Axe().run(page.seen.page, context="[class~=ir-drawn]").response["violations"]
    assert found == [], [(v["id"], v["nodes"][0]["html"]) for v in found]


def test_without_javascript_picture_and_words_remain(own_page_as):
    for figure in own_page_as(java_script_enabled=False).figures:
        assert figure.root.locator("img").get_attribute("alt") == f"{figure.live.alt} {figure.live.sentence}"
        assert figure.sentence() == figure.live.sentence
        assert_readable_without_scripts(figure.root)


def test_on_a_phone_it_fits_and_can_be_read(own_page_as):
    for figure in own_page_as(viewport={"width": 390, "height": 844}).figures:
        assert_fits_a_phone(figure.root)


@pytest.mark.parametrize("maker, change", [("clearance", {"cap": 6.2}), ("reset", {"delta_E": 0.101})])
def test_a_page_of_a_mutated_model_is_found(maker, change, makers, figures, own_page, figure_on_page, visit, tmp_path):
    """The page carries one changed constant; compared with the model as it is, the lines and the digest disagree."""
    true = figures[maker]
    seen = visit(own_page(tmp_path, makers[maker](**change)).as_uri())
    seen.page.locator("svg[role=img]").wait_for()
    figure = figure_on_page(seen.page.locator("[class~=ir-drawn]"), true)
    assert figure.distance() > 0.5
    assert figure.root.get_attribute("data-digest") != true.digest


def test_values_that_cannot_be_run_are_said_and_no_line_is_drawn(makers, own_page, visit, tmp_path):
    live = makers["clearance"]()
    flow = "flow(t, y, p, input, d) {"
    text = live.html.replace(flow, flow + " if (p.s > 1) { d[0] = NaN; return; }")
    file = own_page(tmp_path, live)
    file.write_text(file.read_text(encoding="utf-8").replace(live.html, text), encoding="utf-8")
    seen = visit(file.as_uri())
    root = seen.page.locator("[class~=ir-drawn]")
    root.locator("input").first.focus()
    seen.page.keyboard.press("End")
    told = "document.querySelector('.ir-failed .ir-result')?.textContent.includes('could not be finished')"
    seen.page.wait_for_function(told)
    assert not root.locator('g[id*="-line-0"] path').is_visible()
    assert "NaN" not in root.locator("svg").evaluate("(svg) => svg.outerHTML")
    seen.page.keyboard.press("Home")
    seen.page.wait_for_function("!document.querySelector('.ir-failed')")
    assert root.locator('g[id*="-line-0"] path').is_visible() and seen.errors == []


def test_the_same_figure_twice_and_a_runtime_already_there(figures, own_page, visit, tmp_path):
    seen = visit(own_page(tmp_path, figures["clearance"], figures["clearance"], figures["reset"]).as_uri())
    assert seen.page.locator("[class~=ir-ready]").count() == 3
    assert seen.page.evaluate("Object.keys(ImmuneReset).length") == 2 and seen.errors == []


def test_words_stay_where_matplotlib_put_them_at_the_start(figures, own_page, visit, tmp_path):
    seen = visit(own_page(tmp_path, *figures.values()).as_uri())
    words = seen.page.locator('g[id*="-end-"], g[id$="-words"]')
    assert words.count() >= 10
    for moved in words.evaluate_all("(all) => all.map((g) => g.getAttribute('transform'))"):
        assert max(map(abs, map(float, re.findall(r"-?[\d.]+", moved)))) < 0.1, moved


def test_the_page_s_lines_are_matplotlib_s_at_the_start(figures, own_page, visit, tmp_path):
    """The runtime places lines by the same transform as Matplotlib: no vertex of the still picture moves."""
    live = figures["reset"]
    still = dict(re.findall(r'id="ir-reset-(line-\d)">\s*<path d="([^"]*)"', live.svg))
    seen = visit(own_page(tmp_path, live).as_uri())
    assert len(still) == 5
    for key, path in still.items():
        moved = seen.page.locator(f'g[id="ir-reset-{key}"] path').get_attribute("d")
        a, b = (np.array(re.findall(r"-?[\d.]+", d), float).reshape(-1, 2) for d in (path, moved))
        starts, ends = b[:-1], b[1:]
        along = ends - starts
        length = np.maximum((along**2).sum(axis=1), 1e-12)
        for point in a:
            share = np.clip(((point - starts) * along).sum(axis=1) / length, 0, 1)[:, None]
            assert np.hypot(*(starts + share * along - point).T).min() < 0.4
