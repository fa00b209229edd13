"""Links that set a stage: each reaches the state that it names."""

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

MOMENT = """(name) => {
    const root = document.querySelector(`[data-name="${name}"]`), main = root.querySelector(".ir-main-input"), moment = root.irMoment;
    const sliders = [...root.querySelectorAll("input[data-symbol]")].map((one) => [one.dataset.symbol, one.getAttribute("aria-valuetext")]);
    const sets = root.querySelector(".ir-python-value")?.textContent.split(", ").map((one) => one.split("=")) ?? [];
    return { sets: { ...Object.fromEntries(sets), ...root.irState }, day: moment?.day, main: main?.getAttribute("aria-valuetext"), twin: Boolean(moment?.twin), sliders: Object.fromEntries(sliders) };
}"""
REACHED = """([name, day]) => {
    const root = document.querySelector(`[data-name='${name}']`);
    return day === null || !root.irMoment ? root.irTold === root.irDraws.length : Math.abs(root.irMoment.day - day) < 1e-6;
}"""


def scene_links(page):
    """The links of a page that set a stage, without those of other pages."""
    links = [link["href"] for link in page.select("article a[href^='#']")]
    return [href for href in links if "?" in href]


def test_every_scene_link_reaches_the_state_it_names(built_book, serve, windows):
    found = 0
    for path in sorted((built_book / "notebooks").glob("*.html")):
        links = scene_links(BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser"))
        if links:
            with windows.visit(f"{serve(built_book)}notebooks/{path.name}", reduced_motion="reduce") as seen:
                for href in links:
                    assert_reached(seen.page, href)
                assert seen.errors == []
        found += len(links)
    assert found > 0


def assert_reached(page, href):
    name, query = urlsplit(href).fragment.split("?")
    asked = {key: values[0] for key, values in parse_qs(query).items()}
    day, other = asked.pop("day", None), asked.pop("with", None)
    page.evaluate("(href) => document.querySelector(`article a[href='${href}']`).click()", href)
    page.wait_for_function(REACHED, arg=[name, day and float(day)])
    moment = page.evaluate(MOMENT, name)
    if day is not None and moment["day"] is not None:
        assert moment["day"] == pytest.approx(float(day), abs=1e-6), href
    elif day is not None:
        asked["day"] = day  # a figure whose clock is a slider like the others
    assert moment["twin"] is (other is not None), href
    states = {"main": moment["main"]} | moment["sliders"] | moment["sets"]
    for symbol, value in asked.items():
        told = str(states.get(symbol, moment["main"])).removeprefix("day ")
        named = told.split(",")[0].replace(" ", "-")  # a stop by its name, a number with or without its unit
        reached = value in (named, told, told.replace(" ", "-")) or float(told.split()[0].rstrip(",")) == float(value)
        assert reached, (href, moment)
