"""Links that set a stage: each reaches the state that it names."""

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

MOMENT = """(name) => {
    const root = document.querySelector(`[data-name="${name}"]`), slider = root.querySelector(".ir-main-input");
    return { day: root.irMoment.day, words: slider.getAttribute("aria-valuetext"), twin: root.irMoment.twin !== null };
}"""


def scene_links(page):
    """The links of a page that set a stage, without those of other pages."""
    links = [link["href"] for link in page.select("article a[href^='#']")]
    return [href for href in links if "?" in href]


def test_every_scene_link_reaches_the_state_it_names(built_book, serve, visit):
    found = 0
    for path in sorted((built_book / "notebooks").glob("*.html")):
        links = scene_links(BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser"))
        if not links:
            continue
        seen = visit(f"{serve(built_book)}notebooks/{path.name}", reduced_motion="reduce")
        for href in links:
            name, query = urlsplit(href).fragment.split("?")
            asked = {key: float(values[0]) for key, values in parse_qs(query).items()}
            seen.page.evaluate("(href) => document.querySelector(`article a[href='${href}']`).click()", href)
            seen.page.wait_for_function(
                "([name, day]) => Math.abs(document.querySelector(`[data-name='${name}']`).irMoment.day - day) < 1e-6",
                arg=[name, asked["day"]],
            )
            moment = seen.page.evaluate(MOMENT, name)
            assert moment["day"] == pytest.approx(asked.pop("day"), abs=1e-6), href
            assert moment["twin"] is (asked.pop("with", None) is not None), href
            assert all(moment["words"].startswith(f"{value:.2f}") for value in asked.values()), (href, moment)
            found += 1
        assert seen.errors == []
    assert found > 0
