"""Lesson 00: what its stage, its answers and its prose say, and how its cover is played."""

import json
import math
import re

import numpy as np
import pytest
from nbformat import read

from immunereset.engine import YEAR, simulate, steady_states
from immunereset.evidence import estimate, load
from immunereset.lesson import find_task, question
from immunereset.models.interventions import transplant
from immunereset.models.patients import reference_patient
from immunereset.models.tolerance import ACTIVE, tolerance

UNTIL = 10 * YEAR
DAYS = np.unique(np.concatenate([np.linspace(0, 200, 4001), np.linspace(200, UNTIL, 501)]))
BACK = {10: 2, 100: 30, 200: 64, 1000: None, 10_000: None}
AT_END = {10: 17.4, 100: 18.2, 200: 18.0, 1000: 0.021, 10_000: 0.015}


@pytest.fixture(scope="module")
def notebook(root):
    return read(root / "notebooks" / "00-start-here.ipynb", as_version=4)


@pytest.fixture(scope="module")
def prose(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@pytest.fixture(scope="module")
def names(notebook):
    """What a reader has who ran the cell of the stage, the stage itself under `_`."""
    (cell,) = [cell for cell in notebook.cells if cell.id == "cover-stage"]
    code, _, last = cell.source.rpartition("\nstage(")
    names = {}
    exec(code, names)
    return names | {"_": eval(f"stage({last}", names)}


@pytest.fixture(scope="module")
def cover(names):
    """The stage of the lesson, made by its own code."""
    return names["_"]


def run(left, until=UNTIL, points=DAYS):
    return simulate(tolerance, until, transplant(k=math.log10(left)), start=reference_patient(), points=points)


@pytest.mark.parametrize("left", BACK)
def test_where_each_stop_ends(left, cover):
    course = run(left)
    above = np.flatnonzero((course["E"] > ACTIVE) & (course.t > 0))
    assert float(f"{course['E'][-1]:.2g}" if AT_END[left] < 1 else f"{course['E'][-1]:.1f}") == AT_END[left]
    sentence = cover.kind.patient.sentence(cover.specification.values | {"k": math.log10(left)})
    if BACK[left] is None:
        assert not len(above) and sentence.startswith("○ The disease stays away.")
    else:
        day = course.t[above[0]]
        assert day == pytest.approx(BACK[left], abs=0.8)
        assert sentence.startswith(f"● The disease is back on day {day:.0f}."), sentence


@pytest.mark.parametrize("left", BACK)
def test_the_python_line_below_the_figure_runs_in_a_cell_below_it(left, cover, names, prose):
    found = eval(f"{cover.kind.python()}k={math.log10(left)!r})", names)["E"]
    assert found[-1] == pytest.approx(AT_END[left], rel=0.03)
    assert found[0] / found[1] == pytest.approx(left) and "`k=2` leaves 1 cell in 10²" in prose


def test_the_task_is_answered_by_a_stop():
    task = find_task("00-one-in-200")
    assert task.answer == pytest.approx(64, abs=1) and task.tolerance == 2


def test_what_the_options_say_comes_out():
    first, second = question("00-one-in-100").options, question("00-one-in-1000").options
    ill, well, untreated = run(100), run(1000), simulate(tolerance, UNTIL, start=reference_patient()).final["E"]
    assert f"{ill['E'][-1]:.1f} effectors per µL; without any treatment there are {untreated:.1f}" in first[3].feedback
    health = steady_states(tolerance, "E", (1e-4, 1e2))[0].state["E"]
    rare = [round(1 / level) for level in (well["E"][-1], health)]
    assert [int(found) for found in re.findall(r"one in (\d+)", second[0].feedback)] == rare == [48, 69]
    assert "day 30" in first[0].feedback and "30 days" in first[2].feedback
    assert "four doublings make 16" in first[2].feedback and 2**3 < ACTIVE / ill["E"][0] < 2**4


def growth(state, day):
    """The growth rate of effectors over a range of them, all other states held."""
    x = np.geomspace(1e-3, 1e2, 4001)
    held = np.array([[state[name]] * len(x) for name in tolerance.states])
    row = list(tolerance.states).index("E")
    held[row] = x
    return x, tolerance.derivative(day, held, tolerance.defaults)[row] / x


def landscape(state, day):
    """Depths in 1/d of the left and the right valley below the ridge between them, as the stage draws them."""
    x, rate = growth(state, day)
    height = -np.concatenate([[0.0], np.cumsum((rate[1:] + rate[:-1]) / 2 * np.diff(np.log(x)))])
    top = int(np.searchsorted(x, ridge(state, day)))
    return height[top] - height[:top].min(), height[top] - height[top:].min()


def ridge(state, day):
    """Where the growth of effectors turns from below to above zero: infinity if it always falls, 0 if it always grows."""
    x, rate = growth(state, day)
    up = np.flatnonzero((rate[:-1] < 0) & (rate[1:] > 0))
    return x[up[0]] if len(up) else 0.0


def test_there_is_no_healthy_valley_at_one_in_100_and_one_at_one_in_1000():
    ill, well = run(100), run(1000)
    for day in (0, 7, 30, 365, UNTIL):
        at = int(np.searchsorted(ill.t, day))
        assert ridge({name: ill[name][at] for name in tolerance.states}, day) == 0.0
    at = int(np.searchsorted(well.t, 7))
    there = {name: well[name][at] for name in tolerance.states}
    assert there["E"] == pytest.approx(0.0136, abs=5e-4) and ridge(there, 7) == pytest.approx(0.047, abs=2e-3)


def test_at_one_in_1000_attackers_do_not_feed_each_other_even_without_a_brake():
    for left, grow in ((100, True), (1000, False)):
        first = run(left, until=1, points=np.array([0.0, 1.0]))
        state = {name: first[name][0] for name in tolerance.states} | {"R": 0.0}
        change = tolerance.derivative(0.0, list(state.values()), tolerance.defaults)[list(state).index("E")]
        assert (change > 0) == grow


def test_without_a_brake_they_are_too_few_for_weeks_and_not_for_ever(prose):
    ill, weakest = reference_patient(), tolerance.parameters["K_R"].high
    course = simulate(tolerance, YEAR, transplant(k=3.0), start=ill, points=np.arange(0.0, YEAR), K_R=weakest)["E"]
    assert "they are for weeks too few for that, even without a brake" in prose
    assert 28 < np.flatnonzero(course[1:] > course[0])[0] < 50 and course[-1] > ACTIVE


def test_the_healthy_valley_looks_flat_on_day_7_and_is_seen_a_year_later(cover):
    well, (valley,) = run(1000), [view for view in cover.kind.views if view.name == "valley"]
    for day, least, most in ((7, 0.005, 0.02), (365, 0.1, 0.2)):
        at = int(np.searchsorted(well.t, day))
        there = {name: well[name][at] for name in tolerance.states}
        assert there["E"] < ridge(there, day) and least < landscape(there, day)[0] / valley.height < most


def test_what_answers_waits(notebook):
    """The figure below a prediction waits for it, and the text that tells both endings comes after the play."""
    cells = {cell.id: cell for cell in notebook.cells}
    assert {"remove-input", "after-answer"} <= set(cells["patients"].metadata.tags)
    heading, told = cells["two-endings"].source.split('<div class="after-play">\n\n')
    assert heading == "### Two endings\n\n" and told.endswith("\n\n</div>") and "day 30" in told


def test_the_study_had_relapsing_and_progressive_patients(prose, notebook):
    rows = load("trial_outcomes").query("study_id == 'BOFFA2021' and timepoint_months == 120")
    assert set(rows.population) == {"RRMS", "progressive MS"} and "(MS), relapsing or progressive, after" in prose
    drawn = load("trial_outcomes", figure="00-patients")
    (cell,) = [cell for cell in notebook.cells if cell.id == "patients"]
    assert set(drawn.population) == {"RRMS"} and "Of a hundred patients with relapsing MS" in cell.source


def test_patients_in_numbers(prose):
    rows = load("trial_outcomes").set_index("row_id", drop=False)
    ten = estimate(rows.loc["T045"])
    assert ten.startswith("71.3% (57.8 to 84.8")
    right = next(option for option in question("00-not-worse").options if option.right)
    assert "71.3" in right.feedback and "57.8 to 84.8" in right.feedback and "95" in ten
    for row in ("T089", "T091"):
        value, low, high = (rows[column][row] for column in ("value", "low", "high"))
        assert f"{value:g}% " in prose and f"({low:g} to {high:g})" in prose


def test_nothing_of_lesson_07_is_given_away(prose, cover):
    assert not re.search(r"\b2\.4|\b2\.5|\blogs?\b", prose)
    assert [f"{one['k']:.3g}" for one in cover.kind.rail.sets] == ["1", "2", "2.3", "3", "4"]


def test_before_the_tap_nothing_of_the_future_is_told(cover):
    shown = re.sub(r'<details class="ir-answer">.*?</details>|<script>.*', "", cover.html, flags=re.S)
    assert "back on day" not in shown and "stays away.\n" not in shown and "18.2" not in shown
    told = json.dumps(cover._repr_mimebundle_()["text/plain"])
    assert "back on" not in told and "Ill for five years: 14 effectors" in told


# In the browser


@pytest.fixture
def page_of(visit, tmp_path, cover):
    path = tmp_path / "cover.html"
    html = cover._repr_mimebundle_()["text/html"]
    style = "<style>body { margin: 0 12px; font: 17px/1.5 sans-serif; }</style>"
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    path.write_text(f"{head}<title>Cover</title>{style}<main>{html}</main>", "utf-8")
    return lambda **context: visit(path.as_uri(), reduced_motion="reduce", **context)


def test_verdict_drop_valley_line_and_button_share_a_phone_s_screen(page_of):
    page = page_of(viewport={"width": 390, "height": 664}).page
    for name in (".ir-result", ".ir-drop svg", ".ir-valley svg", ".ir-lines svg", ".ir-first:visible"):
        box = page.locator(name).bounding_box()
        assert 0 <= box["y"] and box["y"] + box["height"] <= 664 - 56, name


def test_the_accessible_text_holds_no_future_before_the_tap(page_of):
    page = page_of().page
    labels = page.locator("[aria-label], [aria-valuetext], td").evaluate_all(
        "all => all.map((e) => [e.ariaLabel, e.ariaValueText, e.textContent].join(' ')).join(' ')"
    )
    assert "back on day" not in labels and "18" not in labels and "stays away." not in labels


def test_valleys_have_names_and_colours_after_a_choice_only(page_of):
    page = page_of().page
    valley = page.locator(".ir-valley svg")

    def seen():
        words = valley.get_attribute("aria-label") + valley.text_content()
        return words.count("healthy valley"), words.count("disease"), valley.locator(".ir-ground[d^=M]").count()

    assert seen() == (0, 0, 0)
    page.locator(".ir-first:visible").click()
    page.locator(".ir-cards input").first.check()
    assert seen() == (0, 0, 0)
    page.locator(".ir-go:visible").click()
    assert seen() == (2, 2, 1)


@pytest.mark.parametrize(("left", "place"), [(left, place) for place, left in enumerate(BACK)])
def test_each_stop_is_reached_by_keyboard_and_link_with_its_verdict(page_of, left, place):
    seen = page_of()
    page, words = seen.page, f"1 in {left}" if left < 10_000 else "1 in 10 000"
    page.evaluate("(words) => { location.hash = `#00-cover?left=${words.replaceAll(' ', '-')}&day=3650`; }", words)
    page.wait_for_function("document.querySelector('.ir-stage').irMoment.day === 3650")
    slider, verdict = page.locator(".ir-main-input"), page.locator(".ir-result")
    assert slider.get_attribute("aria-valuetext") == words
    told = verdict.text_content()
    slider.focus()
    page.keyboard.press("Home")
    for _ in range(place):
        page.keyboard.press("ArrowRight")
    assert verdict.text_content() == told and told.startswith(
        "○" if BACK[left] is None else "● The disease is back on day "
    )
    assert seen.errors == []


def test_dots_are_rounded_counts_on_ten_days(page_of):
    page = page_of().page
    days = [0, 7, 14, 30, 60, 120, 365, 730, 1825, 3650]
    course = run(100, points=np.array(days, float))
    for i, day in enumerate(days):
        page.evaluate(f"location.hash = '#00-cover?left=1-in-100&day={day}'")
        page.wait_for_function(f"Math.abs(document.querySelector('.ir-stage').irMoment.day - {day}) < 1e-6")
        cells = page.locator(".ir-cells").evaluate_all("all => all.map((part) => Number(part.dataset.cells))")
        assert cells == [math.floor(course[name][i] + 0.5) for name in "EMRN"]
        rare = page.locator(".ir-key small").all_inner_texts()
        assert [bool(words) for words in rare] == [count == 0 for count in cells]
