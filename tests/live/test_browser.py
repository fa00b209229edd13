"""Live figures in a real browser, with every request to another host refused: on a page of the tests, and in the book.

The figures are found on the pages; nobody names them. They are compared with what the lessons' code makes now.
"""

import json
import os
import re
import statistics

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from tools import lessons

SMALLEST_LETTER = 9.0


@pytest.fixture(scope="session")
def lessons_figures(root):
    """Every live figure that the lessons make now, by name: the cells that make them are run, nothing is shown."""
    from immunereset.live import LiveFigure

    made, here = {}, os.getcwd()
    make, patch = LiveFigure.__init__, pytest.MonkeyPatch()

    def remember(self, kind):
        make(self, kind)
        if kind.shell.css_class == "ir-live":
            made[self.name] = self

    patch.setattr(LiveFigure, "__init__", remember)
    try:
        for notebook in sorted((root / "notebooks").glob("*.ipynb")):
            cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
            code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
            if any("explore" in text for text in code):
                os.chdir(notebook.parent)
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
        if "explore" in text or wanted & {*stored, *re.findall(r"\w+", imported)}:
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


def find_site(request, kind, over):
    """[(address of a page, {name: LiveFigure})] for every page with live figures: the test's own page, or the book's."""
    if kind == "own page":
        figures = request.getfixturevalue("figures") | request.getfixturevalue("cohorts")
        folder = request.getfixturevalue("tmp_path_factory").mktemp("site")
        files = {request.getfixturevalue("own_page")(folder, *figures.values()): figures}
    else:
        folder, figures = request.getfixturevalue("built_book"), request.getfixturevalue("lessons_figures")
        files = {}
        for file in sorted(folder.rglob("*.html")):
            tags = re.findall(r'<figure[^>]*class="[^"]*\bir-live\b[^>]*>', file.read_text(encoding="utf-8"))
            names = [re.search(r'data-name="([^"]*)"', tag).group(1) for tag in tags]
            if names:
                files[file] = {name: figures.get(name) for name in names}
        on_pages = {name for names in files.values() for name in names}
        assert on_pages == set(figures), f"Live on pages: {sorted(on_pages)}; made by lessons: {sorted(figures)}."
        assert on_pages, "No lesson makes a live figure."
    address = request.getfixturevalue("serve")(folder) if over == "http" else folder.as_uri() + "/"
    return [(address + file.relative_to(folder).as_posix(), names) for file, names in files.items()]


@pytest.fixture(scope="session", params=["own page", "book"])
def pages_as_files(request):
    """Every page with live figures, by file://."""
    return find_site(request, request.param, "file")


# What a lesson loads does not depend on the address (tests/book); what a figure loads is tried on the own page.
BOTH_WAYS = [("own page", "http"), ("own page", "file"), ("book", "file")]


@pytest.fixture(scope="session", params=BOTH_WAYS, ids=" over ".join)
def pages_both_ways(request):
    """Every page with live figures by file://, and the own page over http too."""
    return find_site(request, *request.param)


def opener(site, visit, figure_on_page):
    """`open(**context)` opens each page of a site in turn and gives (what was seen, its figures)."""

    def pages(**context):
        for address, names in site:
            seen = visit(address, **context)
            roots = seen.page.locator("[class~=ir-live]").all()
            assert len(roots) == len(names) > 0
            yield seen, [figure_on_page(root, names[root.get_attribute("data-name")]) for root in roots]
            seen.page.close()

    return pages


@pytest.fixture
def open_figures(pages_as_files, visit, figure_on_page):
    """See `opener`; pages are opened by file://."""
    return opener(pages_as_files, visit, figure_on_page)


@pytest.fixture
def open_both_ways(pages_both_ways, visit, figure_on_page):
    """See `opener`; the test runs over http and by file://."""
    return opener(pages_both_ways, visit, figure_on_page)


def numbers_of(text):
    return [float(n) for n in re.findall(r"\d+(?:\.\d+)?", text)]


def test_live_at_once_and_asks_nobody(open_both_ways):
    for seen, figures in open_both_ways():
        for figure in figures:
            figure.root.locator("svg[role=img]").wait_for()
            marks = "(name) => performance.getEntriesByName(`live ${name}`).length"
            assert seen.page.evaluate(marks, figure.live.name) == 1
        assert seen.refused == [] and seen.errors == []


def test_made_by_the_model_as_it_is(open_figures):
    for _, figures in open_figures():
        for figure in figures:
            assert figure.root.get_attribute("data-digest") == figure.live.digest, f"{figure.live.name} is out of date"


def test_lines_lie_on_python_s_at_the_start_values(open_both_ways):
    for _, figures in open_both_ways():
        for figure in figures:
            figure.root.scroll_into_view_if_needed()
            assert figure.shown() == {k.symbol: k.values[k.position] for k in figure.live.specification.grids}
            assert figure.sentence() == figure.live.sentence
            assert figure.distance() < 0.5, figure.live.name


def test_lines_lie_on_python_s_wherever_the_keyboard_takes_the_sliders(open_both_ways):
    """Home, End, arrows and page keys only; the values are read off the page."""
    rng = np.random.default_rng(20261123)
    for seen, figures in open_both_ways():
        keys = seen.page.keyboard
        for figure in figures:
            for _ in range(2):
                for slider in figure.root.locator("input[type=range]").all():
                    slider.focus()
                    keys.press(str(rng.choice(["Home", "End"])))
                    for key, most in [("PageUp", 6), ("PageDown", 6), ("ArrowRight", 5), ("ArrowLeft", 5)]:
                        for _ in range(rng.integers(most)):
                            keys.press(key)
                figure.settle()
                at = figure.shown()
                assert figure.distance() < 0.5, (figure.live.name, at)
                expected = figure.live.kind.sentence(figure.live.specification.values | at)
                assert re.sub(r"[\d.]+", "#", figure.sentence()) == re.sub(r"[\d.]+", "#", expected), at
                assert numbers_of(figure.sentence()) == pytest.approx(numbers_of(expected), rel=0.01), at


def test_the_keyboard_alone_reaches_moves_and_resets(open_figures):
    for seen, figures in open_figures():
        keys, figure = seen.page.keyboard, figures[0]
        at = """(() => { const at = document.activeElement, figure = at.closest(".ir-live");
            return figure && `${figure.dataset.name}/${at.dataset.symbol ?? at.className}`; })()"""
        wanted = f"{figure.live.name}/{figure.live.specification.grids[0].symbol}"
        for _ in range(400):
            keys.press("Tab")
            if seen.page.evaluate(at) == wanted:
                break
        assert seen.page.evaluate(at) == wanted, "Tab never reached the first slider"
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
        assert seen.page.evaluate(at) == f"{figure.live.name}/ir-reset"
        keys.press("Enter")
        figure.settle()
        assert figure.shown() == {k.symbol: k.values[k.position] for k in figure.live.specification.grids}
        for _ in range(50):  # the sentence follows the lines, on a busy machine after a while
            if figure.sentence() == figure.live.sentence:
                break
            seen.page.wait_for_timeout(100)
        assert figure.sentence() == figure.live.sentence
        assert figure.lines() != moved
        assert figure.distance() < 0.5


def test_another_seed_is_another_picture_and_the_same_seed_the_same(open_figures):
    """By the keyboard alone: the next seed, a seed typed in, one that is none, and back to the start."""
    seen_one = False
    for seen, figures in open_figures():
        keys = seen.page.keyboard
        for figure in figures:
            if figure.seed() is None:
                continue
            seen_one, first = True, figure.seed()
            paths = "(root) => [...root.querySelectorAll('g[id*=\"-line-\"] path')].map((p) => p.getAttribute('d'))"
            drawn, said = figure.root.evaluate(paths), figure.sentence()
            figure.root.locator(".ir-next").focus()
            keys.press("Enter")
            figure.settle()
            assert figure.seed() == (first + 1) % 2**32
            assert figure.sentence() != said and str(figure.seed()) in figure.sentence()
            assert figure.root.evaluate(paths) != drawn
            assert figure.distance() < 0.5
            field = figure.root.locator(".ir-seed")
            for typed, taken in [
                ("77", 77),
                ("", 77),
                ("-1", 77),
                ("2.5", 77),
                ("4294967296", 77),
                (str(first), first),
            ]:
                field.focus()
                keys.press("Control+a")
                keys.press("Delete")
                keys.type(typed)
                keys.press("Tab")
                figure.settle()
                assert figure.seed() == taken, typed
            assert figure.root.evaluate(paths) == drawn and figure.sentence() == said
            figure.root.locator(".ir-next").click()
            figure.root.locator(".ir-reset").click()
            figure.settle()
            assert figure.seed() == first and figure.root.evaluate(paths) == drawn
        assert seen.errors == []
    assert seen_one, "No noisy figure was found."


YARDSTICK = """() => { const began = performance.now(); let sum = 0;
    for (let i = 0; i < 5e5; i += 1) sum += Math.exp(-i % 7);
    return sum && performance.now() - began; }"""


def test_a_draw_is_quick(open_figures, record_property):
    """A frame at most where the yardstick takes 4 ms; timed beside a fixed piece of work, so that a slow machine passes too."""
    for seen, figures in open_figures():
        for figure in figures:
            figure.root.locator("input[type=range]").first.focus()
            yardstick = []
            for key in 10 * ["ArrowLeft", "ArrowRight"]:
                before = figure.root.evaluate("(root) => root.irDraws.length")
                seen.page.keyboard.press(key)
                root = figure.root.element_handle()
                seen.page.wait_for_function("([root, before]) => root.irDraws.length > before", arg=[root, before])
                yardstick.append(seen.page.evaluate(YARDSTICK))
            figure.settle()
            draws = figure.root.evaluate("(root) => root.irDraws.slice(1)")
            ratio = statistics.median(draws) / statistics.median(yardstick)
            record_property(f"draw of {figure.live.name}, in yardsticks", round(ratio, 2))
            assert len(draws) >= 5 and ratio <= 4, f"{figure.live.name}: {ratio:.2f} yardsticks"


def test_the_table_and_the_alt_text_follow(open_figures):
    for seen, figures in open_figures():
        for figure in figures:
            cells = figure.root.locator(".ir-data td")
            first, alt = cells.all_text_contents(), figure.root.locator("svg[role=img]").get_attribute("aria-label")
            assert alt == f"{figure.live.alt} {figure.live.sentence}"
            for slider in figure.root.locator("input[type=range]").all():
                slider.focus()
                seen.page.keyboard.press("Home" if slider.input_value() == slider.get_attribute("max") else "End")
            figure.settle()
            assert cells.all_text_contents() != first
            assert figure.root.locator("svg[role=img]").get_attribute("aria-label").endswith(figure.sentence())


def test_axe_finds_nothing(open_figures):
    for seen, figures in open_figures():
        for figure in figures:
            figure.root.locator("svg[role=img]").wait_for()
        found = Axe().run(seen.page, context="[class~=ir-live]").response["violations"]
        assert found == [], [(v["id"], v["nodes"][0]["html"]) for v in found]


def test_without_javascript_picture_and_words_remain(open_figures):
    for _, figures in open_figures(java_script_enabled=False):
        for figure in figures:
            picture = figure.root.locator("img")
            assert picture.is_visible() and picture.bounding_box()["height"] > 100
            assert picture.get_attribute("alt") == f"{figure.live.alt} {figure.live.sentence}"
            assert figure.sentence() == figure.live.sentence
            assert figure.root.locator(".ir-still").is_visible()
            assert not figure.root.locator("input").first.is_visible()


def test_on_a_phone_it_fits_and_can_be_read(open_figures):
    letters = """(root) => { const svg = root.querySelector("svg"), scale = svg.getScreenCTM().a;
        return [...svg.querySelectorAll("text")].map((t) => scale * parseFloat(getComputedStyle(t).fontSize)); }"""
    for _, figures in open_figures(viewport={"width": 390, "height": 844}):
        for figure in figures:
            figure.root.locator("svg[role=img]").wait_for()
            for part in figure.root.locator("svg[role=img], .ir-result, .ir-sliders, input").all():
                box = part.bounding_box()
                assert box["x"] >= 0 and box["x"] + box["width"] <= 390
            assert min(figure.root.evaluate(letters)) >= SMALLEST_LETTER, figure.live.name


def test_print_shows_the_present_state(open_figures):
    for seen, figures in open_figures():
        figure = figures[0]
        figure.root.locator("input[type=range]").first.focus()
        seen.page.keyboard.press("Home")
        figure.settle()
        seen.page.emulate_media(media="print")
        assert figure.root.locator("svg[role=img]").is_visible()
        assert figure.root.locator(".ir-slider output").first.is_visible()
        assert not figure.root.locator("input").first.is_visible() and not figure.root.locator(".ir-reset").is_visible()
        assert figure.distance() < 0.5


@pytest.mark.parametrize("maker, change", [("clearance", {"cap": 6.2}), ("reset", {"delta_E": 0.101})])
def test_a_page_of_a_mutated_model_is_found(maker, change, makers, figures, own_page, figure_on_page, visit, tmp_path):
    """The page carries one changed constant; compared with the model as it is, the lines and the digest disagree."""
    true = figures[maker]
    seen = visit(own_page(tmp_path, makers[maker](**change)).as_uri())
    seen.page.locator("svg[role=img]").wait_for()
    figure = figure_on_page(seen.page.locator("[class~=ir-live]"), true)
    assert figure.distance() > 0.5
    assert figure.root.get_attribute("data-digest") != true.digest


def test_values_that_cannot_be_run_are_said_and_no_line_is_drawn(makers, own_page, visit, tmp_path):
    live = makers["clearance"]()
    flow = "flow(t, y, p, input, d) {"
    text = live.html.replace(flow, flow + " if (p.s > 1) { d[0] = NaN; return; }")
    file = own_page(tmp_path, live)
    file.write_text(file.read_text(encoding="utf-8").replace(live.html, text), encoding="utf-8")
    seen = visit(file.as_uri())
    root = seen.page.locator("[class~=ir-live]")
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
