"""The same people twice: the page's lives person by person against Python's, quality-years, break-even, sentence."""

import json

import numpy as np
import pytest

from immunereset.live.evidence.twins import twins, verdict
from immunereset.live.sliders import Reworded
from immunereset.models.two_lives import drug_or_transplant
from tests.live.evidence.v8 import view_in_v8

LOOKS = [("open", "away"), ("half", "quiet"), ("full", "back"), ("cross", "ink")]
NAMES = "luckOf livesOf qualityOf breakEven livesInWords sharesOf"
CASES = [
    {}, {"deaths": 0.1}, {"left": 1.0}, {"alive": 1.0}, {"w": 0.1, "v_severe": 0.0, "lost": 0.15},
    {"years": 40.0, "discount": 0.0, "left": 0.5},
]  # fmt: skip


def view(**changes):
    told = dict(main="deaths", sliders={}, looks=LOOKS, seed=52, year=10, caption="Twins.", alt="Two fields.")
    return twins(drug_or_transplant, "twins", **(told | changes))


@pytest.fixture(scope="module")
def v8():
    return view_in_v8(view(), NAMES)


def now(changes):
    return f"{{...figure.p, ...{json.dumps(changes)}}}"


@pytest.mark.parametrize("changes", CASES, ids=str)
@pytest.mark.parametrize("seed", [1, 52, 4_000_000_000])
def test_the_page_lives_the_same_lives(v8, changes, seed):
    found = v8(
        f"livesOf(figure, {now(changes)}, luckOf(figure, {seed})).map((life) => life.map((year) => Array.from(year)))"
    )
    assert (np.array(found) == drug_or_transplant.people(1000, seed, **changes)).all()


@pytest.mark.parametrize("changes", CASES, ids=str)
def test_the_page_counts_the_same_years(v8, changes):
    assert v8(f"qualityOf(figure, {now(changes)})") == pytest.approx(drug_or_transplant.quality(**changes), abs=1e-10)
    assert np.array(v8(f"sharesOf(figure, {now(changes)})")) == pytest.approx(
        drug_or_transplant.expected(**changes), abs=1e-12
    )
    even = drug_or_transplant.break_even("deaths", **changes)
    drug, safe = drug_or_transplant.quality(**{**changes, "deaths": 0.0})
    page = v8(f"breakEven(figure, {now(changes)}, 0, 0.3)")
    assert page == pytest.approx(even, abs=1e-8) and page == pytest.approx(max(0, 1 - drug / safe), abs=1e-8)


def test_beyond_the_slider_there_is_no_mark(v8):
    assert v8(f"breakEven(figure, {now({'w': 0.15, 'v_severe': 0.0})}, 0, 0.3) === Infinity")


@pytest.mark.parametrize("year", [0, 5, 30])
def test_the_sentence_is_pythons(v8, year):
    lives = drug_or_transplant.people(1000, 52)[:, year]
    expected = verdict(drug_or_transplant, year, lives, drug_or_transplant.quality())
    page = v8(
        f"livesInWords(figure, {year}, livesOf(figure, figure.p, luckOf(figure, 52)).map((life) => life[{year}]), "
        "qualityOf(figure, figure.p))"
    )
    assert page == expected


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"main": "death"}, "main slider"), ({"looks": LOOKS[:3]}, "4 stages"), ({"year": 31}, "year shown first")],
)
def test_what_does_not_fit_is_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        view(**changes)


@pytest.fixture(scope="module")
def address(own_page, tmp_path_factory):
    return own_page(tmp_path_factory.mktemp("twins"), view()).as_uri()


SEEN = """() => {
    const root = document.querySelector(".ir-twins"), fields = [...root.querySelectorAll(".ir-chart svg > g")];
    const count = (field, look) => (field.querySelector(look).getAttribute("d") ?? "").split(/M/).length - 1;
    return { fields: fields.map((field) => [count(field, ".ir-person.ir-of-away"), count(field, ".ir-half-person"),
            count(field, ".ir-person.ir-of-back"), count(field, ".ir-person.ir-of-ink") / 1]),
        even: root.irLives.even, mark: root.querySelector(".ir-even").textContent, said: root.querySelector(".ir-result").textContent };
}"""


@pytest.mark.parametrize(
    ("link", "changes", "year"),
    [
        ("deaths=0.02&year=10", {}, 10),
        ("deaths=0.1&year=30", {"deaths": 0.1}, 30),
        ("alive=1&year=5", {"alive": 1.0}, 5),
    ],
)
def test_the_page_draws_each_person(visit, own_page, tmp_path, link, changes, year):
    sliders = {
        symbol: Reworded(q.slider, symbol, str) for symbol, q in {q.symbol: q for q in drug_or_transplant.parameters}.items()
        if symbol in ("deaths", "alive")
    }  # fmt: skip
    page = visit(f"{own_page(tmp_path, view(sliders=sliders)).as_uri()}#twins?{link}", reduced_motion="reduce").page
    page.wait_for_function(f"document.querySelector('.ir-result').textContent.startsWith('Year {year}:')")
    seen, lives = page.evaluate(SEEN), drug_or_transplant.people(1000, 52, **changes)[:, year]
    assert seen["fields"] == [np.bincount(life, minlength=4).tolist() for life in lives]
    assert seen["even"] == pytest.approx(drug_or_transplant.break_even("deaths", **changes), abs=1e-8)
    assert f"({100 * seen['even']:.1f} %)" in seen["mark"]


def test_where_nothing_is_gained_there_is_no_mark(visit, own_page, tmp_path):
    sliders = {
        "left": Reworded(next(q.slider for q in drug_or_transplant.parameters if q.symbol == "left"), "left", str)
    }
    page = visit(
        f"{own_page(tmp_path, view(sliders=sliders)).as_uri()}#twins?left=1&year=10", reduced_motion="reduce"
    ).page
    page.wait_for_function("document.querySelector('.ir-even').textContent.startsWith('No break-even')")
    # A link that moves a slider and the year is told once, when both are drawn.
    page.evaluate("document.querySelector('.ir-twins').irSaid = []")
    page.evaluate("""() => {
        const root = document.querySelector(".ir-twins"), result = root.querySelector(".ir-result");
        new MutationObserver(() => root.irSaid.push(result.textContent)).observe(result, { childList: true, characterData: true, subtree: true });
        location.hash = "#twins?left=0.5&year=20";
    }""")
    page.wait_for_function(
        "document.querySelector('.ir-result').ariaBusy === 'false' && document.querySelector('.ir-even').textContent.startsWith('Break-even at')"
    )
    assert len(told := page.evaluate("document.querySelector('.ir-twins').irSaid")) == 1 and told[0].startswith(
        "Year 20:"
    )
    page.evaluate("location.hash = '#twins?left=1&year=10'")
    page.wait_for_function("document.querySelector('.ir-even').textContent.startsWith('No break-even')")
    assert page.locator(".ir-mark path").count() == 0
    page.locator(".ir-reset").click()
    page.wait_for_function("document.querySelector('.ir-even').textContent.startsWith('Break-even at')")
    assert page.locator(".ir-mark path").count() == 1


def test_the_clock_goes_by_keys_and_other_people_come(visit, address):
    page = visit(address, reduced_motion="reduce").page
    page.locator(".ir-time").focus()
    page.keyboard.press("End")
    page.wait_for_function("document.querySelector('.ir-result').textContent.startsWith('Year 30: 273 dead')")
    page.locator(".ir-next").click()
    page.wait_for_function("!document.querySelector('.ir-result').textContent.startsWith('Year 30: 273 dead')")
    lives = drug_or_transplant.people(1000, 53)[:, 30]
    assert page.evaluate(SEEN)["fields"] == [np.bincount(life, minlength=4).tolist() for life in lives]


def test_without_javascript_both_fields_are_there(visit, address):
    page = visit(address, java_script_enabled=False).page
    assert page.locator(".ir-twins > img").is_visible() and not page.locator(".ir-sliders").is_visible()
